package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.WaitContainerCondition;
import com.github.dockerjava.api.model.WaitResponse;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.engine.ContainerEngine.ExitStatus;
import dev.groundbuild.steps.engine.ContainerEngine.Output;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.ContainerState;
import dev.groundbuild.steps.engine.ContainerState.Health;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.FileArchive;
import dev.groundbuild.steps.engine.Mount;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The life of containers on a Docker engine; what each call promises is said in the protocol. */
final class Containers {
  private static final int KILLED = 137;

  private final DockerClient docker;
  private final Calls calls;
  private final Faults faults;

  Containers(DockerClient docker, Calls calls, Faults faults) {
    this.docker = docker;
    this.calls = calls;
    this.faults = faults;
  }

  String create(ContainerSpec spec, Set<Capability> refused) {
    return calls.made(
        "creating container " + spec.name(), () -> createNow(spec, refused), this::removeNow);
  }

  private String createNow(ContainerSpec spec, Set<Capability> refused) {
    String id = CreateRequest.of(docker, spec, refused).exec().getId();
    if (spec.files().isEmpty()) {
      return id;
    }
    try {
      docker
          .copyArchiveToContainerCmd(id)
          .withRemotePath("/")
          .withTarInputStream(new ByteArrayInputStream(FileArchive.of(spec.files())))
          .exec();
      return id;
    } catch (RuntimeException e) {
      removeNow(id);
      throw e;
    }
  }

  /** Whether the engine finds a file of ours at the same path on its own machine. */
  boolean canMount(String path, String image) {
    String name = "groundbuild_probe_" + UUID.randomUUID();
    ContainerSpec spec =
        new ContainerSpec(
            name,
            image,
            List.of("/none"),
            List.of(),
            Map.of(),
            "/",
            List.of(new Mount.OfHost(path, "/asked", true)),
            null,
            List.of(),
            Privileges.DEFAULT,
            Labels.of(name, Owner.ofThisProcess()),
            List.of());
    try {
      remove(create(spec, Set.of()));
      return true;
    } catch (EngineException e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      return false;
    }
  }

  Output attach(String container, OutputSink sink) {
    String doing = "following the output of container " + container;
    Calls.refuseIfInterrupted(doing);
    Stream<Frame> stream = new Stream<>(faults, doing, frame -> Following.deliver(frame, sink));
    docker
        .attachContainerCmd(container)
        .withStdOut(true)
        .withStdErr(true)
        .withFollowStream(true)
        .exec(stream);
    try {
      stream.awaitStarted();
    } catch (CancellationException | EngineException e) {
      stream.close();
      throw e;
    }
    return new Following(stream);
  }

  void start(String container) {
    calls.done("starting container " + container, () -> docker.startContainerCmd(container).exec());
  }

  ExitStatus awaitExit(String container) {
    int code = await(container, WaitContainerCondition.NOT_RUNNING);
    boolean outOfMemory = code == KILLED && ranOutOfMemory(container);
    return new ExitStatus(code, outOfMemory);
  }

  private int await(String container, WaitContainerCondition condition) {
    String doing = "waiting for container " + container;
    Calls.refuseIfInterrupted(doing);
    BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
    try (Stream<WaitResponse> stream =
        new Stream<>(faults, doing, response -> codes.add(response.getStatusCode()))) {
      docker.waitContainerCmd(container).withCondition(condition).exec(stream);
      stream.awaitEnd();
    }
    Integer code = codes.poll();
    if (code == null) {
      throw new EngineException(Kind.FAILED, doing + ": the engine gave no exit code", null);
    }
    return code;
  }

  private boolean ranOutOfMemory(String container) {
    InspectContainerResponse.ContainerState state =
        calls.answer(
            "looking at container " + container,
            () -> docker.inspectContainerCmd(container).exec().getState());
    return Boolean.TRUE.equals(state.getOOMKilled());
  }

  Optional<Instant> startedAt(String container) {
    String doing = "looking at container " + container;
    String at =
        calls.answer(
            doing, () -> docker.inspectContainerCmd(container).exec().getState().getStartedAt());
    Optional<Instant> started = Optional.ofNullable(at).map(Instant::parse);
    return started.filter(Instant.EPOCH::isBefore);
  }

  ContainerState state(String container) {
    InspectContainerResponse found =
        calls.answer(
            "looking at container " + container,
            () -> docker.inspectContainerCmd(container).exec());
    InspectContainerResponse.ContainerState state = found.getState();
    Long code = state.getExitCodeLong();
    return new ContainerState(
        Boolean.TRUE.equals(state.getRunning()),
        code == null ? 0 : code.intValue(),
        health(state.getHealth()),
        found.getNetworkSettings().getNetworks().values().stream()
            .map(ContainerNetwork::getIpAddress)
            .filter(address -> address != null && !address.isEmpty())
            .findFirst());
  }

  private static Health health(@Nullable HealthState health) {
    return switch (health == null ? "none" : String.valueOf(health.getStatus())) {
      case "starting" -> Health.STARTING;
      case "healthy" -> Health.HEALTHY;
      case "unhealthy" -> Health.UNHEALTHY;
      default -> Health.NONE;
    };
  }

  void stop(String container, Duration grace) {
    calls.done(
        "stopping container " + container,
        () -> {
          try {
            int seconds = (int) Math.min(Integer.MAX_VALUE, grace.plusMillis(999).toSeconds());
            docker.stopContainerCmd(container).withTimeout(seconds).exec();
          } catch (NotModifiedException | NotFoundException e) {
            // It has ended already.
          }
        });
  }

  void kill(String container) {
    calls.done(
        "killing container " + container,
        () -> {
          try {
            docker.killContainerCmd(container).exec();
          } catch (ConflictException | NotFoundException e) {
            // It does not run, or is gone.
          }
        });
  }

  void remove(String container) {
    calls.done("removing container " + container, () -> removeNow(container));
  }

  private void removeNow(String container) {
    try {
      docker.removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec();
    } catch (NotFoundException e) {
      // It is gone already.
    } catch (ConflictException e) {
      if (!String.valueOf(e.getMessage()).contains("already in progress")) {
        throw e;
      }
      awaitRemoval(container);
    }
  }

  private void awaitRemoval(String container) {
    try {
      await(container, WaitContainerCondition.REMOVED);
    } catch (EngineException e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
    }
  }

  void copyIn(String container, String path, InputStream tar) {
    try (Feed feed = new Feed(tar)) {
      calls.done(
          "copying files into container " + container,
          () ->
              docker
                  .copyArchiveToContainerCmd(container)
                  .withRemotePath(path)
                  .withTarInputStream(feed)
                  .exec());
    }
  }

  InputStream copyOut(String container, String path) {
    return calls.made(
        "copying " + path + " out of container " + container,
        () -> docker.copyArchiveFromContainerCmd(container, path).exec(),
        Containers::drop);
  }

  /** A stream that nobody wants any more: until it is closed the engine holds the container. */
  private static void drop(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // It is being given up; that it was broken already changes nothing.
      return;
    }
  }
}
