package dev.groundbuild.steps.fake;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.ContainerState;
import dev.groundbuild.steps.engine.ContainerState.Health;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.Exec;
import dev.groundbuild.steps.engine.FileArchive;
import dev.groundbuild.steps.engine.ImageInfo;
import dev.groundbuild.steps.engine.ImageRecipe;
import dev.groundbuild.steps.engine.ImageReference;
import dev.groundbuild.steps.engine.Mount;
import dev.groundbuild.steps.engine.RegistryCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * An engine in memory. Its containers run nothing: they do what their environment says.
 *
 * <ul>
 *   <li>{@code OUTPUT}, {@code ERROR}: text for standard output and standard error
 *   <li>{@code OUTPUT_FILE}: text for {@code /builder/outputs/output}
 *   <li>{@code VARIABLES}: text for the file that {@code GROUNDBUILD_ENV} names
 *   <li>{@code PRINT}: names of variables, with spaces between them, that are printed as {@code
 *       NAME=value}
 *   <li>{@code SLEEP}: seconds to go on before the end, such as 0.5
 *   <li>{@code EXIT_CODE}: 0 unless set
 *   <li>{@code EXIT_CODES}: the same for the first, second, ... container of this name, with spaces
 *       between them; those after the last have {@code EXIT_CODE}
 *   <li>{@code FAULTS}: how many containers of this name fail to start, by a fault of the engine's
 * </ul>
 *
 * Every image is there, and every program in it, unless its name contains {@code missing}. Every
 * image can be pushed, unless its name contains {@code denied}.
 */
public final class FakeEngine implements ContainerEngine {
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;
  private static final String MISSING = "missing";
  private static final String DENIED = "denied";

  private final FakeHoldings holdings = new FakeHoldings();

  @Override
  public EngineInfo info() {
    return new EngineInfo("fake", "0", "none", "none", "fake:memory");
  }

  @Override
  public Optional<ImageInfo> findImage(String name) {
    refuseIfInterrupted();
    boolean gone = name.startsWith(SNAPSHOTS) && !holdings.hasImage(name);
    return name.contains(MISSING) || gone
        ? Optional.empty()
        : Optional.of(
            new ImageInfo("fake:" + name, List.of(name), List.of(), holdings.labelsOf(name)));
  }

  @Override
  public boolean hasImage(String name) {
    return findImage(name).isPresent();
  }

  @Override
  public String emptyImage() {
    return "groundbuild/empty:latest";
  }

  @Override
  public Privileges grantable() {
    return Privileges.PRIVILEGED;
  }

  @Override
  public ImageInfo pull(ImageReference image, PullProgress progress) {
    return findImage(image.toString())
        .orElseThrow(() -> failure(Kind.NOT_FOUND, "no registry has image " + image));
  }

  @Override
  public List<String> tagsOf(String repository) {
    return hasImage(repository) ? List.of("latest") : List.of();
  }

  @Override
  public String push(ImageReference image, RegistryCredentials logins, Consumer<String> said) {
    if (!hasImage(image.toString())) {
      throw failure(Kind.NOT_FOUND, "pushing image " + image + ": there is no such image");
    }
    if (image.repository().contains(DENIED)) {
      throw failure(Kind.UNAUTHORIZED, "pushing image " + image + ": denied");
    }
    byte[] name = image.toString().getBytes(StandardCharsets.UTF_8);
    String digest =
        "sha256:" + "0".repeat(32) + UUID.nameUUIDFromBytes(name).toString().replace("-", "");
    said.accept("The push refers to repository [" + image.repository() + "]");
    said.accept(image.tag().orElse("latest") + ": digest: " + digest + " size: 0");
    return digest;
  }

  @Override
  public String create(ContainerSpec spec) {
    if (findImage(spec.image()).isEmpty()) {
      throw failure(Kind.NOT_FOUND, "No such image: " + spec.image());
    }
    FakeContainer container = holdings.add(new FakeContainer(UUID.randomUUID().toString(), spec));
    for (ContainerFile file : holdings.filesOf(spec.image())) {
      container.files.put("/" + file.path(), file.mode(), file.content());
    }
    for (ContainerFile file : spec.files()) {
      Place place = place(container, file.path());
      place.files().put(place.path(), file.mode(), file.content());
    }
    return container.id;
  }

  @Override
  public Output attach(String container, OutputSink sink) {
    refuseIfInterrupted();
    FakeContainer found = holdings.container(container);
    found.attach(sink);
    return new Output() {
      @Override
      public void awaitEnd() {
        await(found);
      }

      @Override
      public void close() {
        found.detach();
      }
    };
  }

  @Override
  public void start(String container) {
    refuseIfInterrupted();
    FakeContainer found = holdings.container(container);
    List<String> entrypoint = found.spec.entrypoint();
    if (entrypoint != null && entrypoint.getFirst().contains(MISSING)) {
      throw failure(
          Kind.REFUSED, entrypoint.getFirst() + ": no such file or directory in the image");
    }
    int turn = holdings.turn(found.spec.name());
    if (turn < Integer.parseInt(found.spec.env().getOrDefault("FAULTS", "0"))) {
      throw failure(Kind.FAILED, "starting container " + found.spec.name() + ": a fault, as asked");
    }
    found.start(
        turn,
        (path, content) -> {
          Place place = place(found, path);
          place.files().put(place.path(), 0644, Optional.of(content));
        });
  }

  @Override
  public ExitStatus awaitExit(String container) {
    refuseIfInterrupted();
    return await(holdings.container(container));
  }

  @Override
  public void stop(String container, Duration grace) {
    end(container, TERMINATED);
  }

  @Override
  public Optional<Instant> startedAt(String container) {
    refuseIfInterrupted();
    return holdings.container(container).startedAt();
  }

  @Override
  public ContainerState state(String container) {
    refuseIfInterrupted();
    FakeContainer found = holdings.container(container);
    boolean ended = found.startedAt().isPresent() && !found.isRunning();
    return new ContainerState(
        found.isRunning(), ended ? await(found).code() : 0, Health.NONE, Optional.empty());
  }

  @Override
  public Exec exec(String container, Exec.Spec spec, OutputSink sink) {
    refuseIfInterrupted();
    if (!holdings.container(container).isRunning()) {
      throw failure(Kind.CONFLICT, "container " + container + " is not running");
    }
    return FakeExec.start(sink);
  }

  @Override
  public String snapshot(
      String container, String tag, Map<String, String> labels, Set<String> withheld) {
    refuseIfInterrupted();
    return holdings.addImage(
        SNAPSHOTS + ":" + tag, labels, holdings.container(container).files.below("/"));
  }

  @Override
  public String commit(String container, ImageRecipe recipe) {
    refuseIfInterrupted();
    List<ContainerFile> files =
        holdings.container(container).files.below("/").stream()
            .filter(file -> !ImageRecipe.leavesOut(file.path()))
            .toList();
    for (String name : recipe.names()) {
      holdings.addImage(name, recipe.labels(), files);
    }
    return "fake:" + recipe.names().getFirst();
  }

  @Override
  public void removeImage(String name) {
    refuseIfInterrupted();
    holdings.removeImage(name);
  }

  @Override
  public void kill(String container) {
    end(container, KILLED);
  }

  @Override
  public void remove(String container) {
    end(container, KILLED);
    holdings.removeContainer(container);
  }

  @Override
  public Optional<byte[]> readFile(String container, String path, int limit) {
    refuseIfInterrupted();
    Place place = place(holdings.container(container), path);
    Optional<ContainerFile> file = place.files().get(place.path());
    if (file.isPresent() && file.get().content().isEmpty()) {
      throw failure(Kind.REFUSED, path + " is not a regular file");
    }
    return file.flatMap(ContainerFile::content)
        .map(content -> Arrays.copyOf(content, Math.min(limit, content.length)));
  }

  @Override
  public Map<String, byte[]> readFiles(
      String container, String folder, Set<String> names, int limit) {
    Map<String, byte[]> found = new TreeMap<>();
    for (String name : names) {
      readFile(container, FakeFiles.join(folder, name), limit).ifPresent(c -> found.put(name, c));
    }
    return found;
  }

  @Override
  public void copyIn(String container, String path, InputStream tar) {
    refuseIfInterrupted();
    Place place = place(holdings.container(container), path);
    try {
      place.files().put(place.path(), FileArchive.all(tar));
    } catch (IOException e) {
      throw new EngineException(Kind.FAILED, "the archive can't be read: " + e.getMessage(), e);
    }
  }

  @Override
  public InputStream copyOut(String container, String path) {
    refuseIfInterrupted();
    Place place = place(holdings.container(container), path);
    List<ContainerFile> found = place.files().below(place.path());
    if (found.isEmpty()) {
      throw failure(Kind.NOT_FOUND, "no " + path + " in container " + container);
    }
    return new ByteArrayInputStream(FileArchive.of(found));
  }

  @Override
  public void createVolume(String name, Map<String, String> labels) {
    refuseIfInterrupted();
    holdings.addVolume(name, labels);
  }

  @Override
  public void removeVolume(String name) {
    refuseIfInterrupted();
    holdings.removeVolume(name);
  }

  @Override
  public Optional<String> volumeFolder(String name) {
    return Optional.empty();
  }

  @Override
  public Optional<NetworkAddress> addressOf(String network) {
    return Optional.empty();
  }

  @Override
  public Optional<StepSocket> stepSocket(
      String network,
      Map<String, String> labels,
      Map<String, String> folders,
      Map<String, String> hosts) {
    return Optional.empty();
  }

  @Override
  public String createNetwork(String name, Map<String, String> labels) {
    refuseIfInterrupted();
    return holdings.addNetwork(name, labels);
  }

  @Override
  public List<String> containersOn(String network) {
    return holdings.containersOn(network);
  }

  @Override
  public boolean removeNetwork(String network) {
    refuseIfInterrupted();
    holdings.removeNetwork(network);
    return true;
  }

  @Override
  public List<Owned> owned(String key, Optional<String> value) {
    return holdings.owned(key, value);
  }

  @Override
  public void close() {
    // What it holds goes with it.
  }

  /** A path within the tree that it leads to. */
  private record Place(FakeFiles files, String path) {}

  private Place place(FakeContainer container, String path) {
    for (Mount mount : container.spec.mounts()) {
      if (mount instanceof Mount.OfVolume v
          && (path.equals(v.path()) || path.startsWith(FakeFiles.join(v.path(), "")))) {
        return new Place(holdings.volume(v.volume()), path);
      }
    }
    return new Place(container.files, path);
  }

  private void end(String container, int code) {
    refuseIfInterrupted();
    Optional<FakeContainer> found = holdings.find(container);
    if (found.isPresent() && found.get().isRunning()) {
      try {
        found.get().end(code);
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }

  private static ExitStatus await(FakeContainer container) {
    try {
      return container.awaitExit();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static void refuseIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("interrupted");
  }

  private static EngineException failure(Kind kind, String message) {
    return new EngineException(kind, message, null);
  }
}
