package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.model.Capability;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.docker.PrivilegeProbe.Grant;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.Undeterred;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one engine can grant, asked once.
 *
 * <p>The lock guards {@link #known} and {@link #unheardOf}, and makes those who ask at the same
 * time wait for one answer. A question that fails is asked again by the next.
 */
final class Grants {
  private final ReentrantLock lock = new ReentrantLock();
  private final Containers containers;
  private final Images images;
  private final BooleanSupplier sameMachine;
  private static final Pattern UNKNOWN = Pattern.compile("unknown capability: \"(?:CAP_)?(\\w+)\"");

  /** Capabilities that older engines do not know. */
  private static final Set<Capability> YOUNG =
      EnumSet.of(Capability.PERFMON, Capability.BPF, Capability.CHECKPOINT_RESTORE);

  /** What the engine does not know it grants to nobody, and won't be told to leave out. */
  private final Set<Capability> unheardOf = EnumSet.noneOf(Capability.class);

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
        known = ask();
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  private Grant ask() {
    Grant grant = PrivilegeProbe.of(sameMachine.getAsBoolean(), this::starts);
    if (!Collections.disjoint(grant.refused(), YOUNG)) {
      starts(grant.most(), grant.refused());
    }
    return new Grant(grant.most(), knownAmong(grant.refused()));
  }

  private Set<Capability> knownAmong(Set<Capability> capabilities) {
    Set<Capability> known = EnumSet.noneOf(Capability.class);
    known.addAll(capabilities);
    known.removeAll(unheardOf);
    return known;
  }

  private String create(ContainerSpec spec, Set<Capability> without) {
    while (true) {
      try {
        return containers.create(spec, knownAmong(without));
      } catch (EngineException e) {
        Matcher unknown = UNKNOWN.matcher(String.valueOf(e.getMessage()));
        if (!unknown.find() || !unheardOf.add(Capability.valueOf(unknown.group(1)))) {
          throw e;
        }
      }
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
    String id = create(spec, without);
    try {
      containers.start(id);
      return true;
    } catch (EngineException e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      return String.valueOf(e.getMessage()).contains("/nothing");
    } finally {
      Undeterred.run(() -> containers.remove(id));
    }
  }
}
