package dev.groundbuild.runner;

import dev.groundbuild.runner.BuildRequest.TarSource;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.StepContainer;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.StepSpec.StepVolume;
import dev.groundbuild.steps.Workspace;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.StepSocket;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a build stands on: its volumes, its network, its Docker socket. Laid before the first step,
 * cleared at the end.
 */
final class BuildGround {
  /** Cloud Build: the network that all steps join. */
  static final String NETWORK = "cloudbuild";

  private final BuildRequest request;
  private final ContainerEngine engine;
  private final Map<String, String> labels;
  private final String id;
  private final NetworkName name = new NetworkName();
  private @Nullable Workspace workspace;
  private boolean filled;
  private @Nullable StepSocket socket;
  private Identity.Attached identity = Identity.Attached.NONE;
  private @Nullable FutureTask<Boolean> withdrawing;
  private @Nullable FutureTask<Boolean> leaving;

  /** The build's network, and who its containers are. */
  private record Network(String id, Identity.Attached identity) {}

  BuildGround(BuildRequest request, ContainerEngine engine) {
    this.request = request;
    this.engine = engine;
    this.id = request.build().getId();
    this.labels = Labels.of(id, Owner.ofThisProcess());
  }

  /**
   * Makes everything and fills the workspace.
   *
   * @param say takes lines about the source, for the log
   * @param witness hears from the identity of the build's steps
   */
  BuildSite prepare(Consumer<String> say, Identity.Witness witness) {
    FutureTask<Network> network = started(() -> inhabited(makeNetwork(), witness));
    FutureTask<Privileges> privileges = started(this::privileges);
    try {
      Workspace made = makeWorkspace();
      if (!request.resumption().isAgain()
          && request.source() instanceof WorkspaceSource.Copied copied) {
        fill(made, copied.files(), say);
      }
      filled = true;
      Network joined = result(network);
      joined.identity().furnish(made);
      return new BuildSite(
          id,
          made.workspace(),
          made.home(),
          socketPath(joined, made),
          made.volumes(),
          joined.id(),
          result(privileges),
          labels,
          joined.identity().surroundings());
    } finally {
      // Nobody may make something after the clearing has begun.
      settle(network);
      if (network.state() == Future.State.SUCCESS) {
        identity = network.resultNow().identity();
      }
      settle(privileges);
    }
  }

  private Workspace makeWorkspace() {
    Optional<Path> bound =
        request.source() instanceof WorkspaceSource.Bound b
            ? Optional.of(b.folder())
            : Optional.empty();
    List<String> volumes =
        request.plan().allSteps().stream()
            .map(StepSpec::volumes)
            .flatMap(List::stream)
            .map(StepVolume::name)
            .distinct()
            .toList();
    Workspace made =
        request.resumption().isAgain()
            ? Workspace.open(engine, id, labels, bound, volumes)
            : Workspace.create(engine, id, labels, bound, volumes);
    workspace = made;
    return made;
  }

  /** From now on the volumes outlive this process, until some time; see {@link #clearAround}. */
  void keep(Instant until) {
    if (workspace != null) {
      workspace.keep(until);
    }
  }

  /** Whether there are volumes that another attempt could go on with. */
  boolean isFilled() {
    return filled;
  }

  /**
   * A lone build has the cloud's name. Any other has a name of its own, and steps whose socket is
   * ours see it as {@value #NETWORK} all the same.
   */
  private String makeNetwork() {
    if (name.take()) {
      try {
        return engine.createNetwork(NETWORK, labels);
      } catch (EngineException e) {
        if (e.kind() != EngineException.Kind.CONFLICT) {
          throw e;
        }
      }
    }
    return engine.createNetwork(NETWORK + "-" + id.substring(0, Math.min(8, id.length())), labels);
  }

  private Network inhabited(String network, Identity.Witness witness) {
    Identity wanted = request.surroundings().identity();
    if (wanted.equals(Identity.NONE)) {
      return new Network(network, Identity.Attached.NONE);
    }
    Identity.Place place = new Identity.Place(request.build(), engine.addressOf(network));
    return new Network(network, wanted.attach(place, witness));
  }

  private Privileges privileges() {
    return request.privileges() == Privileges.PRIVILEGED
        ? engine.grantable()
        : request.privileges();
  }

  private String socketPath(Network network, Workspace made) {
    Map<String, String> folders = new HashMap<>();
    made.folder().ifPresent(folder -> folders.put(StepContainer.WORKSPACE, folder));
    made.homeFolder().ifPresent(folder -> folders.put(StepContainer.HOME, folder));
    Optional<StepSocket> own =
        engine.stepSocket(network.id(), labels, folders, network.identity().surroundings().hosts());
    if (own.isPresent()) {
      socket = own.get();
      return own.get().path();
    }
    URI address = URI.create(engine.info().address());
    return "unix".equals(address.getScheme()) ? address.getPath() : "/var/run/docker.sock";
  }

  private static void fill(Workspace made, TarSource files, Consumer<String> say) {
    try (SourceStream tar = new SourceStream(files.open(say))) {
      try {
        made.fill(tar);
      } catch (EngineException e) {
        // When the source failed, the engine's complaint about a cut stream is only the
        // consequence.
        throw tar.failure().<RuntimeException>map(f -> f).orElse(e);
      }
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Kind.FAILED, "could not read the source: " + e.getMessage(), e);
    }
  }

  /** Remembers what reading has failed with. */
  private static final class SourceStream extends FilterInputStream {
    private @Nullable SourceException failure;

    SourceStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      try {
        return super.read(into, offset, count);
      } catch (SourceException e) {
        failure = e;
        throw new IOException(e);
      }
    }

    Optional<SourceException> failure() {
      return Optional.ofNullable(failure);
    }
  }

  /** A tar of /workspace, which the caller closes. */
  InputStream copyOut() {
    if (workspace == null) {
      throw new IllegalStateException("no workspace yet");
    }
    return workspace.copyOut();
  }

  /** Gives /workspace to whom it is for; returns what went wrong. */
  Optional<String> export() {
    Workspace made = workspace;
    if (made == null || !filled || request.export().isEmpty()) {
      return Optional.empty();
    }
    try (InputStream tar = made.copyOut()) {
      request.export().get().accept(tar);
      return Optional.empty();
    } catch (IOException | EngineException | SourceException e) {
      return Optional.of("could not write the workspace: " + e.getMessage());
    }
  }

  /**
   * The steps are nobody any more; before the clearing, and beside it. Nothing of who they were
   * stays in the home: there is more than one reason why that may outlive the build.
   */
  void leave() {
    Identity.Attached left = identity;
    if (!left.equals(Identity.Attached.NONE)) {
      FutureTask<Boolean> out =
          started(() -> {
            left.withdraw();
            return true;
          });
      withdrawing = out;
      leaving =
          started(() -> {
            settle(out);
            left.close();
            return true;
          });
    }
  }

  /** It still needs what is cleared. */
  private void awaitWithdrawal() {
    if (withdrawing != null) {
      settle(withdrawing);
    }
  }

  /**
   * Removes everything that the build has made, and what its steps have made through their socket.
   * The volumes of an earlier attempt stay when this one could not even open them.
   */
  void clear() {
    awaitWithdrawal();
    if (workspace == null && request.resumption().isAgain()) {
      Leftovers.removeBesideVolumes(engine, id);
    } else {
      Leftovers.removeBuild(engine, id);
    }
  }

  /** The same, but for the volumes that are kept. */
  void clearAround() {
    if (workspace != null) {
      awaitWithdrawal();
      workspace.clearAround();
    }
  }

  /** Gives back what the engine knows nothing of; the last call. */
  void release() {
    name.giveBack();
    if (leaving != null) {
      settle(leaving);
    } else {
      identity.close();
    }
    if (socket != null) {
      socket.close();
    }
  }

  private static <T> FutureTask<T> started(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().name("build-ground").start(task);
    return task;
  }

  private static <T> T result(FutureTask<T> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the ground is laid");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r
          ? r
          : new IllegalStateException(e.getCause());
    }
  }

  private static void settle(FutureTask<?> task) {
    boolean interrupted = Thread.interrupted();
    while (!task.isDone()) {
      try {
        task.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
