package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.model.Capability;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.docker.PrivilegeProbe.Grant;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one engine can grant, asked once.
 *
 * <p>The lock guards {@link #known} and makes those who ask at the same time wait for one answer. A
 * question that fails is asked again by the next.
 */
final class Grants {
  private final ReentrantLock lock = new ReentrantLock();
  private final Containers containers;
  private final Images images;
  private final BooleanSupplier sameMachine;
  private @Nullable Grant known;

  Grants(Containers containers, Images images, BooleanSupplier sameMachine) {
    this.containers = containers;
    this.images = images;
    this.sameMachine = sameMachine;
  }

  Grant get() {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: asking what the engine can grant");
    }
    try {
      if (known == null) {
        known = PrivilegeProbe.of(sameMachine.getAsBoolean(), this::starts);
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** A container without any program: it fails for its privileges, or else for its program. */
  private boolean starts(Privileges privileges, Set<Capability> without) {
    String name = "groundbuild_probe_" + UUID.randomUUID();
    ContainerSpec spec =
        new ContainerSpec(
            name,
            images.empty(),
            List.of("/nothing"),
            List.of(),
            Map.of(),
            "/",
            List.of(),
            null,
            List.of(),
            privileges,
            Labels.of(name, Owner.ofThisProcess()),
            List.of());
    String id = containers.create(spec, without);
    try {
      containers.start(id);
      return true;
    } catch (EngineException e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      return String.valueOf(e.getMessage()).contains("/nothing");
    } finally {
      Calls.cleanUp(() -> containers.remove(id));
    }
  }
}
