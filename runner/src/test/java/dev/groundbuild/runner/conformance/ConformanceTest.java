package dev.groundbuild.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case, through the real command line, on a real engine. They run side by side, as builds of
 * one machine do; each has folders of its own.
 *
 * <p>{@code -Dgroundbuild.conformance=TEXT} runs those whose section and title contain the text.
 */
final class ConformanceTest {
  private static final int AT_ONCE = 2;

  private static final Map<ConformanceCase, FutureTask<CaseRun>> RUNS = new LinkedHashMap<>();
  private static final ExecutorService THREADS =
      Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().name("conformance-", 0).factory());

  @TempDir static Path folder = Path.of("");

  @BeforeAll
  static void start() throws IOException {
    String wanted = System.getProperty("groundbuild.conformance", "");
    for (ConformanceCase each : Cases.all()) {
      if (each.toString().contains(wanted)) {
        Path own = Files.createDirectory(folder.resolve("case-" + RUNS.size()));
        Callable<CaseRun> work = () -> CaseRun.of(each, own);
        RUNS.put(each, new FutureTask<>(work));
      }
    }
    RUNS.values().forEach(THREADS::execute);
    THREADS.shutdown();
  }

  @AfterAll
  static void end() {
    THREADS.shutdownNow();
    RUNS.clear();
  }

  @TestFactory
  Stream<DynamicNode> everyCaseHoldsAndNothingIsLeft() {
    Map<String, List<DynamicNode>> bySection = new LinkedHashMap<>();
    RUNS.keySet()
        .forEach(each ->
            bySection
                .computeIfAbsent(each.section(), s -> new ArrayList<>())
                .add(DynamicTest.dynamicTest(each.toString(), () -> check(each))));
    Stream<DynamicNode> sections =
        bySection.entrySet().stream()
            .map(e -> DynamicContainer.dynamicContainer(e.getKey(), e.getValue()));
    return Stream.concat(
        sections,
        Stream.of(
            DynamicTest.dynamicTest("nothing is left on the engine", this::nothingIsLeft),
            DynamicTest.dynamicTest("no thread is left", this::noThreadIsLeft)));
  }

  private static CaseRun result(ConformanceCase each) throws Exception {
    try {
      return Objects.requireNonNull(RUNS.get(each)).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static void check(ConformanceCase each) throws Exception {
    CaseRun run = result(each);
    Optional<AssertionError> failure = Optional.empty();
    try {
      new CaseCheck(run).check();
    } catch (AssertionError e) {
      failure = Optional.of(e);
    }
    if (each.pending().isEmpty() && failure.isPresent()) {
      throw failure.get();
    }
    assertThat(each.pending().isPresent() && failure.isEmpty())
        .as("the case is pending, but it holds: remove \"pending: %s\"", each.pending().orElse(""))
        .isFalse();
  }

  private void nothingIsLeft() throws Exception {
    List<String> left = new ArrayList<>();
    try (EngineObjects engine = new EngineObjects()) {
      for (ConformanceCase each : RUNS.keySet()) {
        Optional<String> id = result(each).id();
        if (id.isPresent()) {
          engine.removeImagesNamedAfter(id.get());
          engine.of(id.get()).forEach(object -> left.add(object + " of " + each));
        }
      }
    }
    assertThat(left).isEmpty();
  }

  private void noThreadIsLeft() throws IOException {
    assertThat(LivingThreads.ofBuilds(folder)).isEmpty();
  }
}
