package dev.groundbuild.steps.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.groundbuild.steps.engine.ContainerEngine.ExitStatus;
import dev.groundbuild.steps.engine.ContainerEngine.Output;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link ContainerEngine} promises, of any. */
@Timeout(120)
public abstract class ContainerEngineContract {
  private static final String LABEL = "dev.groundbuild.test";

  /** Does what a container of the fake engine does, on its environment's word. */
  private static final String PROGRAM =
      """
      trap 'exit 143' TERM
      printf %s "$OUTPUT"
      printf %s "$ERROR" >&2
      if [ -n "$OUTPUT_FILE" ]; then printf %s "$OUTPUT_FILE" >/builder/outputs/output; fi
      sleep "${SLEEP:-0}" &
      wait $!
      exit "${EXIT_CODE:-0}"
      """;

  protected final String run = UUID.randomUUID().toString().substring(0, 8);
  protected final Map<String, String> labels = Map.of(LABEL, run);

  protected abstract ContainerEngine engine();

  /** An image with a shell. */
  protected abstract String image();

  @AfterEach
  void nothingIsLeft() {
    assertThat(Thread.interrupted()).as("interrupt flag left set").isFalse();
    List<Owned> left = engine().owned(LABEL, Optional.of(run));
    left.stream()
        .sorted((a, b) -> a.type().compareTo(b.type()))
        .forEach(o -> {
          switch (o.type()) {
            case CONTAINER -> engine().remove(o.id());
            case NETWORK -> engine().removeNetwork(o.id());
            case VOLUME -> engine().removeVolume(o.id());
            case IMAGE -> engine().removeImage(o.name());
          }
        });
    assertThat(left).as("left on the engine").isEmpty();
  }

  @Test
  void outputArrivesFromTheFirstByteEachStreamOnItsOwn() {
    String id = create("both", Map.of("OUTPUT", "one\ntwo", "ERROR", "oops\n"));
    Collected collected = new Collected();
    try (Output output = engine().attach(id, collected)) {
      engine().start(id);
      output.awaitEnd();
      assertThat(collected.out.toString(UTF_8)).isEqualTo("one\ntwo");
      assertThat(collected.err.toString(UTF_8)).isEqualTo("oops\n");
      assertThat(engine().awaitExit(id)).isEqualTo(new ExitStatus(0, false));
    } finally {
      engine().remove(id);
    }
  }

  @Test
  void theExitCodeIsTheProgramsOwnHoweverOftenItIsAskedFor() {
    String id = started("code", Map.of("EXIT_CODE", "42"));
    assertThat(engine().awaitExit(id)).isEqualTo(new ExitStatus(42, false));
    assertThat(engine().awaitExit(id)).isEqualTo(new ExitStatus(42, false));
    engine().remove(id);
  }

  @Test
  void aContainerIsFoundByItsNameAsWellAsByItsId() {
    String id = create("named", Map.of("EXIT_CODE", "3"));
    engine().start(name("named"));
    assertThat(engine().awaitExit(name("named")).code()).isEqualTo(3);
    engine().remove(name("named"));
    assertThat(kindOf(() -> engine().start(id))).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void aNameThatIsTakenIsAConflict() {
    String id = create("taken", Map.of());
    assertThat(kindOf(() -> create("taken", Map.of()))).isEqualTo(Kind.CONFLICT);
    engine().remove(id);
  }

  @Test
  void anImageThatIsNotThereIsNotFoundAndNeverPulledByCreate() {
    assertThat(engine().findImage("groundbuild/missing:1")).isEmpty();
    assertThat(engine().hasImage("groundbuild/missing")).isFalse();
    ContainerSpec spec = spec("nothing", "groundbuild/missing:1", null, Map.of(), List.of());
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> engine().create(spec))
        .withMessageContaining("No such image: groundbuild/missing:1")
        .matches(e -> e.kind() == Kind.NOT_FOUND);
  }

  @Test
  void anImageThatIsThereIsFoundByItsName() {
    assertThat(engine().findImage(image())).isPresent();
    assertThat(engine().hasImage(image())).isTrue();
  }

  @Test
  void aProgramThatTheImageLacksIsRefusedByName() {
    String id =
        engine().create(spec("absent", image(), List.of("/missing/program"), Map.of(), List.of()));
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> engine().start(id))
        .withMessageContaining("/missing/program")
        .matches(e -> e.kind() == Kind.REFUSED);
    engine().remove(id);
  }

  @Test
  void filesAreInPlaceBeforeTheStart() {
    ContainerFile file = new ContainerFile("/given/here", 0600, Optional.of(bytes("given")));
    ContainerFile folder = new ContainerFile("/given/folder", 0777, Optional.empty());
    String id = engine().create(spec("files", image(), null, Map.of(), List.of(file, folder)));
    assertThat(text(engine().readFile(id, "/given/here", 100))).isEqualTo("given");
    assertThat(text(engine().readFile(id, "/given/here", 3))).isEqualTo("giv");
    assertThat(engine().readFile(id, "/given/nothing", 100)).isEmpty();
    assertThat(kindOf(() -> engine().readFile(id, "/given/folder", 100))).isEqualTo(Kind.REFUSED);
    engine().remove(id);
    assertThat(kindOf(() -> engine().readFile(id, "/given/here", 100))).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void filesOfOneFolderAreReadTogether() {
    ContainerFile one = new ContainerFile("/given/one", 0600, Optional.of(bytes("first")));
    ContainerFile two = new ContainerFile("/given/two", 0600, Optional.of(bytes("2")));
    ContainerFile folder = new ContainerFile("/given/folder", 0777, Optional.empty());
    String id =
        engine().create(spec("several", image(), null, Map.of(), List.of(one, two, folder)));
    assertThat(engine().readFiles(id, "/given", Set.of("one", "two", "three"), 3))
        .hasSize(2)
        .hasEntrySatisfying("one", content -> assertThat(content).isEqualTo(bytes("fir")))
        .hasEntrySatisfying("two", content -> assertThat(content).isEqualTo(bytes("2")));
    assertThat(engine().readFiles(id, "/nothing", Set.of("one"), 3)).isEmpty();
    assertThat(kindOf(() -> engine().readFiles(id, "/given", Set.of("folder"), 3)))
        .isEqualTo(Kind.REFUSED);
    engine().remove(id);
    assertThat(kindOf(() -> engine().readFiles(id, "/given", Set.of("one"), 3)))
        .isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void whatAProgramWroteIsReadAfterItsEnd() {
    String id = started("writes", Map.of("OUTPUT_FILE", "result"));
    engine().awaitExit(id);
    assertThat(text(engine().readFile(id, "/builder/outputs/output", 100))).isEqualTo("result");
    engine().remove(id);
  }

  @Test
  void killEndsAContainerAndHarmsNoneThatHasEnded() {
    String id = started("killed", Map.of("SLEEP", "600"));
    engine().kill(id);
    assertThat(engine().awaitExit(id).code()).isEqualTo(137);
    engine().kill(id);
    engine().remove(id);
    engine().kill(id);
  }

  @Test
  void stopAsksFirstAndHarmsNoneThatHasEnded() {
    String id = started("stopped", Map.of("SLEEP", "600", "OUTPUT", "ready\n"));
    engine().stop(id, Duration.ofSeconds(60));
    assertThat(engine().awaitExit(id).code()).isEqualTo(143);
    engine().stop(id, Duration.ofSeconds(60));
    engine().remove(id);
  }

  @Test
  void removalTakesARunningContainerAndMayBeAskedForByManyAtOnce() throws Exception {
    String id = started("removed", Map.of("SLEEP", "600"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> removals = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        removals.add(
            threads.submit(() -> {
              engine().remove(id);
              assertThat(kindOf(() -> engine().start(id))).isEqualTo(Kind.NOT_FOUND);
            }));
      }
      for (Future<?> removal : removals) {
        removal.get();
      }
    }
    engine().remove(id);
  }

  @Test
  void aFollowedContainerThatIsRemovedEndsItsOutput() {
    String id = create("cut", Map.of("SLEEP", "600"));
    try (Output output = engine().attach(id, new Collected())) {
      engine().start(id);
      engine().remove(id);
      output.awaitEnd();
    }
  }

  @Test
  void anInterruptEndsTheWaitForOutputAndForTheExit() throws Exception {
    String id = create("waiting", Map.of("SLEEP", "600", "OUTPUT", "x"));
    CountDownLatch running = new CountDownLatch(1);
    Collected collected = new Collected(running);
    try (Output output = engine().attach(id, collected)) {
      engine().start(id);
      running.await();
      assertThat(interrupted(output::awaitEnd)).isInstanceOf(CancellationException.class);
      assertThat(interrupted(() -> engine().awaitExit(id)))
          .isInstanceOf(CancellationException.class);
    }
    engine().remove(id);
  }

  @Test
  void aCallOfAnInterruptedThreadIsRefusedAndWorksOnceTheFlagIsCleared() {
    String id = create("cleared", Map.of());
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> engine().remove(id));
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> create("never", Map.of()));
    assertThat(Thread.interrupted()).isTrue();
    engine().remove(id);
  }

  @Test
  void noByteReachesTheSinkAfterTheOutputIsClosed() {
    String id = create("closed", Map.of("OUTPUT", "late"));
    Collected collected = new Collected();
    engine().attach(id, collected).close();
    engine().start(id);
    engine().awaitExit(id);
    assertThat(collected.out.size()).isZero();
    engine().remove(id);
  }

  @Test
  void aFailingSinkFailsTheOneWhoWaits() {
    String id = create("full", Map.of("OUTPUT", "text"));
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new IllegalStateException("no room for it");
          }
        };
    try (Output output = engine().attach(id, new Streams(broken, broken))) {
      engine().start(id);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(output::awaitEnd)
          .withMessage("no room for it");
    } finally {
      engine().remove(id);
    }
  }

  @Test
  void filesGoInAndOutOfAContainerThatNeverRan() throws IOException {
    String id =
        engine().create(spec("door", engine().emptyImage(), List.of("/none"), Map.of(), List.of()));
    byte[] tar =
        FileArchive.of(
            List.of(
                new ContainerFile("folder", 0755, Optional.empty()),
                new ContainerFile("folder/file", 0640, Optional.of(bytes("content")))));
    engine().copyIn(id, "/", new ByteArrayInputStream(tar));
    try (InputStream out = engine().copyOut(id, "/folder")) {
      List<FileArchive.Entry> entries = FileArchive.all(out);
      assertThat(entries)
          .extracting(FileArchive.Entry::name)
          .containsExactly("folder/", "folder/file");
      assertThat(entries.getLast().mode()).isEqualTo(0640);
      assertThat(entries.getLast().content()).isEqualTo(bytes("content"));
    }
    assertThat(kindOf(() -> engine().copyOut(id, "/nothing"))).isEqualTo(Kind.NOT_FOUND);
    engine().remove(id);
  }

  @Test
  void aVolumeKeepsItsFilesFromContainerToContainer() {
    String volume = name("volume");
    engine().createVolume(volume, labels);
    List<Mount> mounts = List.of(new Mount.OfVolume(volume, "/shared"));
    String first = engine().create(mounting("first", mounts));
    byte[] tar =
        FileArchive.of(List.of(new ContainerFile("file", 0644, Optional.of(bytes("kept")))));
    engine().copyIn(first, "/shared", new ByteArrayInputStream(tar));
    assertThat(kindOf(() -> engine().removeVolume(volume))).isEqualTo(Kind.CONFLICT);
    engine().remove(first);
    String second = engine().create(mounting("second", mounts));
    assertThat(text(engine().readFile(second, "/shared/file", 10))).isEqualTo("kept");
    engine().remove(second);
    engine().removeVolume(volume);
    engine().removeVolume(volume);
  }

  @Test
  void noTwoGetANetworkOfOneName() throws Exception {
    List<String> ids = new ArrayList<>();
    int refused = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(threads.submit(() -> engine().createNetwork(name("net"), labels)));
      }
      for (Future<String> answer : answers) {
        try {
          ids.add(answer.get());
        } catch (ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOfSatisfying(
                  EngineException.class, c -> assertThat(c.kind()).isEqualTo(Kind.CONFLICT));
          refused++;
        }
      }
    }
    assertThat(ids).hasSizeLessThanOrEqualTo(1);
    assertThat(refused).isEqualTo(4 - ids.size());
    assertThat(engine().owned(LABEL, Optional.of(run))).extracting(Owned::id).isEqualTo(ids);
    ids.forEach(engine()::removeNetwork);
    String alone = engine().createNetwork(name("net"), labels);
    assertThat(kindOf(() -> engine().createNetwork(name("net"), labels))).isEqualTo(Kind.CONFLICT);
    engine().removeNetwork(alone);
    engine().removeNetwork(alone);
  }

  @Test
  void aNetworkKnowsWhoWasMadeForItAndLetsGoOfWhoeverIsJoined() {
    String network = engine().createNetwork(name("joined"), labels);
    ContainerSpec alone = spec("member", image(), null, Map.of("SLEEP", "600"), List.of());
    ContainerSpec joined = joining(alone, network);
    String id = engine().create(joined);
    engine().start(id);
    assertThat(engine().containersOn(network)).containsExactly(id);
    engine().removeNetwork(network);
    assertThat(engine().owned(LABEL, Optional.of(run))).extracting(Owned::id).containsExactly(id);
    assertThat(engine().containersOn(network)).isEmpty();
    engine().removeNetwork(name("joined"));
    engine().remove(id);
  }

  @Test
  void whatCarriesALabelIsFoundWithItsStateAndNothingElse() {
    String container = started("owned", Map.of("SLEEP", "600"));
    String network = engine().createNetwork(name("owned"), labels);
    engine().createVolume(name("owned"), labels);
    List<Owned> owned = engine().owned(LABEL, Optional.of(run));
    assertThat(owned)
        .extracting(o -> List.of(o.type(), o.id(), o.name(), o.running()))
        .containsExactlyInAnyOrder(
            List.of(Owned.Type.CONTAINER, container, name("owned"), true),
            List.of(Owned.Type.NETWORK, network, name("owned"), false),
            List.of(Owned.Type.VOLUME, name("owned"), name("owned"), false));
    // A container has its image's labels too.
    assertThat(owned).allSatisfy(o -> assertThat(o.labels()).containsAllEntriesOf(labels));
    assertThat(engine().owned(LABEL, Optional.empty())).hasSizeGreaterThanOrEqualTo(3);
    assertThat(engine().owned(LABEL, Optional.of(run + "x"))).isEmpty();
    engine().remove(container);
    engine().removeNetwork(network);
    engine().removeVolume(name("owned"));
  }

  @Test
  void aProgramBesideTheContainersOwnReadsPrintsAndEnds() throws Exception {
    String id = started("beside", Map.of("SLEEP", "600"));
    Collected collected = new Collected();
    try (Exec exec = engine().exec(id, echo(Optional.empty()), collected)) {
      exec.input().write(bytes("one\ntwo\nexit 7\n"));
      assertThat(exec.awaitExit()).isEqualTo(7);
    }
    assertThat(collected.out.toString(UTF_8)).isEqualTo("one\ntwo\n");
    engine().remove(id);
  }

  @Test
  void theEndOfItsInputReachesAProgramAndItsOutputStillComes() throws Exception {
    String id = started("halfway", Map.of("SLEEP", "600"));
    Collected collected = new Collected();
    try (Exec exec = engine().exec(id, echo(Optional.empty()), collected)) {
      exec.input().write(bytes("last\n"));
      exec.input().close();
      assertThat(exec.awaitExit()).isZero();
    }
    assertThat(collected.out.toString(UTF_8)).isEqualTo("last\n");
    engine().remove(id);
  }

  @Test
  void aProgramMayHaveATerminalThatChangesItsSize() throws Exception {
    String id = started("terminal", Map.of("SLEEP", "600"));
    Collected collected = new Collected();
    try (Exec exec = engine().exec(id, echo(Optional.of(new Exec.Size(71, 19))), collected)) {
      exec.resize(new Exec.Size(99, 33));
      exec.input().write(bytes("shown\nexit 3\n"));
      assertThat(exec.awaitExit()).isEqualTo(3);
      exec.resize(new Exec.Size(80, 24));
    }
    assertThat(collected.out.toString(UTF_8)).contains("shown");
    engine().remove(id);
  }

  @Test
  void anInterruptEndsTheWaitForAProgram() throws Exception {
    String id = started("waited", Map.of("SLEEP", "600"));
    try (Exec exec = engine().exec(id, echo(Optional.empty()), new Collected())) {
      assertThat(interrupted(exec::awaitExit)).isInstanceOf(CancellationException.class);
    }
    engine().remove(id);
  }

  @Test
  void aContainerThatDoesNotRunTakesNoProgram() {
    String id = create("still", Map.of());
    assertThat(engine().startedAt(id)).isEmpty();
    assertThat(kindOf(() -> engine().exec(id, echo(Optional.empty()), new Collected())))
        .isEqualTo(Kind.CONFLICT);
    engine().start(id);
    assertThat(engine().startedAt(id)).isPresent();
    engine().remove(id);
    assertThat(kindOf(() -> engine().exec(id, echo(Optional.empty()), new Collected())))
        .isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void aSnapshotHasTheFilesThatAnEndedContainerLeftAndIsFoundByItsLabels() {
    String id = started("left", Map.of("OUTPUT_FILE", "as it was"));
    engine().awaitExit(id);
    String image = engine().snapshot(id, "test-" + run, labels, Set.of());
    engine().remove(id);
    assertThat(engine().owned(LABEL, Optional.of(run)))
        .extracting(Owned::type, Owned::name)
        .containsExactly(tuple(Owned.Type.IMAGE, image));
    assertThat(engine().findImage(image).orElseThrow().labels()).containsAllEntriesOf(labels);
    String again = engine().create(spec("again", image, null, Map.of(), List.of()));
    assertThat(text(engine().readFile(again, "/builder/outputs/output", 100)))
        .isEqualTo("as it was");
    engine().remove(again);
    engine().removeImage(image);
    engine().removeImage(image);
    assertThat(engine().findImage(image)).isEmpty();
  }

  @Test
  void aCommittedImageHasTheFilesAndNothingOfTheContainersOwnSettings() {
    Map<String, String> env = Map.of("OUTPUT_FILE", "as it was", "PASSWORD", "hidden");
    ContainerFile file = new ContainerFile("/given/here", 0644, Optional.of(bytes("kept")));
    String id = engine().create(spec("committed", image(), null, env, List.of(file)));
    engine().start(id);
    engine().awaitExit(id);
    assertThat(engine().readFile(id, "/builder/outputs/output", 100)).isNotEmpty();
    String name = "groundbuild/contract-" + run;
    SortedMap<String, String> own = new TreeMap<>(Map.of("made-by", "contract"));
    ImageRecipe recipe =
        new ImageRecipe(
            List.of(name + ":a", name + ":b"),
            Optional.of(List.of("/bin/sh")),
            Optional.empty(),
            List.of("8080/tcp"),
            Optional.of("/builder"),
            new TreeMap<>(Map.of("KEY", "value")),
            own,
            Optional.empty(),
            Optional.of("an author"),
            Optional.of("a message"),
            Optional.of("SIGINT"),
            List.of());
    engine().commit(id, recipe);
    engine().remove(id);
    assertThat(engine().findImage(name + ":a").orElseThrow().labels())
        .containsAllEntriesOf(own)
        .doesNotContainKey(LABEL);
    String again = engine().create(spec("again", name + ":b", null, Map.of(), List.of()));
    assertThat(text(engine().readFile(again, "/given/here", 100))).isEqualTo("kept");
    assertThat(engine().readFile(again, "/builder/outputs/output", 100)).isEmpty();
    engine().remove(again);
    recipe.names().forEach(engine()::removeImage);
  }

  @Test
  void theStateOfAContainerSaysWhetherItRunsAndHowItHasEnded() {
    String id = create("state", Map.of("SLEEP", "100"));
    assertThat(engine().state(id).running()).isFalse();
    engine().start(id);
    assertThat(engine().state(id).running()).isTrue();
    assertThat(engine().state(id).health()).isEqualTo(ContainerState.Health.NONE);
    engine().kill(id);
    engine().awaitExit(id);
    assertThat(engine().state(id).running()).isFalse();
    assertThat(engine().state(id).exitCode()).isEqualTo(137);
    engine().remove(id);
    assertThat(kindOf(() -> engine().state(id))).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void aSnapshotSaysNothingOfWhatIsWithheld() {
    String id = started("secretive", Map.of("OUTPUT_FILE", "as it was", "A", "1", "S", "withheld"));
    engine().awaitExit(id);
    String image = engine().snapshot(id, "test-" + run, labels, Set.of("S"));
    engine().remove(id);
    assertThat(engine().owned(LABEL, Optional.of(run)))
        .extracting(Owned::name)
        .containsExactly(image);
    assertThat(engine().findImage(image).orElseThrow().labels()).containsAllEntriesOf(labels);
    String again = engine().create(spec("again", image, null, Map.of(), List.of()));
    assertThat(text(engine().readFile(again, "/builder/outputs/output", 100)))
        .isEqualTo("as it was");
    engine().remove(again);
    engine().removeImage(image);
    assertThat(engine().findImage(image)).isEmpty();
  }

  @Test
  void manyContainersRunAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> codes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int code = i;
        codes.add(
            threads.submit(() -> {
              String id = started("many" + code, Map.of("EXIT_CODE", "" + code));
              int exit = engine().awaitExit(id).code();
              engine().remove(id);
              return exit;
            }));
      }
      for (int i = 0; i < 8; i++) {
        assertThat(codes.get(i).get()).isEqualTo(i);
      }
    }
  }

  protected final String name(String part) {
    return "groundbuild_test_" + run + "_" + part;
  }

  /** Prints every line that it gets, as a program of the fake engine does. */
  private static Exec.Spec echo(Optional<Exec.Size> terminal) {
    String program =
        "while read -r word rest; do [ \"$word\" = exit ] && exit $rest; echo $word $rest; done";
    return new Exec.Spec(List.of("sh", "-c", program), terminal);
  }

  private String create(String part, Map<String, String> env) {
    return engine().create(spec(part, image(), null, env, List.of()));
  }

  private String started(String part, Map<String, String> env) {
    String id = create(part, env);
    engine().start(id);
    return id;
  }

  /** Runs the program when no other entrypoint is given. */
  protected final ContainerSpec spec(
      String part,
      String image,
      @Nullable List<String> entrypoint,
      Map<String, String> env,
      List<ContainerFile> files) {
    List<ContainerFile> all = new ArrayList<>(files);
    all.add(new ContainerFile("/builder/outputs", 0777, Optional.empty()));
    return new ContainerSpec(
        name(part),
        image,
        entrypoint == null ? List.of("/bin/sh", "-c", PROGRAM) : entrypoint,
        List.of(),
        env,
        "/",
        List.of(),
        null,
        List.of(),
        Privileges.DEFAULT,
        labels,
        all);
  }

  private ContainerSpec mounting(String part, List<Mount> mounts) {
    return new ContainerSpec(
        name(part),
        engine().emptyImage(),
        List.of("/none"),
        List.of(),
        Map.of(),
        "/",
        mounts,
        null,
        List.of(),
        Privileges.DEFAULT,
        labels,
        List.of());
  }

  protected static ContainerSpec joining(ContainerSpec spec, String network) {
    return new ContainerSpec(
        spec.name(),
        spec.image(),
        spec.entrypoint(),
        spec.args(),
        spec.env(),
        spec.workdir(),
        spec.mounts(),
        network,
        List.of("member"),
        spec.privileges(),
        spec.labels(),
        spec.files());
  }

  private static Kind kindOf(Runnable call) {
    try {
      call.run();
    } catch (EngineException e) {
      return e.kind();
    }
    throw new AssertionError("it should have failed");
  }

  /** What a call throws on a thread that is interrupted once it waits. */
  private static Throwable interrupted(Runnable call) throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                call.run();
                thrown.completeExceptionally(new AssertionError("it returned"));
              } catch (RuntimeException e) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                thrown.complete(e);
              }
            });
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    return thrown.get();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(Optional<byte[]> bytes) {
    return new String(bytes.orElseThrow(), UTF_8);
  }

  private record Streams(OutputStream stdout, OutputStream stderr) implements OutputSink {}

  /** Keeps what arrives, and tells when the first byte did. */
  private static final class Collected implements OutputSink {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CountDownLatch first;

    Collected() {
      this(new CountDownLatch(1));
    }

    Collected(CountDownLatch first) {
      this.first = first;
    }

    @Override
    public OutputStream stdout() {
      first.countDown();
      return out;
    }

    @Override
    public OutputStream stderr() {
      return err;
    }
  }
}
