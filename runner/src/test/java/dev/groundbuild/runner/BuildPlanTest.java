package dev.groundbuild.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BuildPlanTest {

  /** Steps are written {@code id: waitFor...}, separated by semicolons. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          absent waits for all earlier steps     | a; b; c             | [[], [0], [0, 1]]
          no ids at all                          | '; ;'               | [[], [0], [0, 1]]
          all earlier, not merely the last chain | a; b:-; c           | [[], [], [0, 1]]
          a dash alone starts at once            | a; b; c:-           | [[], [0], []]
          a dash among ids is ignored            | a; b; c:- a         | [[], [0], [0]]
          a dash after ids is ignored            | a; b; c:a -         | [[], [0], [0]]
          dashes only                            | a; b:- -            | [[], []]
          one id                                 | a; b:-; c:b         | [[], [], [1]]
          ids in any order, and twice            | a; b:-; c:b a b     | [[], [], [0, 1]]
          the first step with a dash             | a:-; b:a            | [[], [0]]
          chain                                  | a:-; b:a; c:b       | [[], [0], [1]]
          diamond                                | a:-; b:a; c:a; d:b c | [[], [0], [0], [1, 2]]
          """)
  void waitForNamesEarlierSteps(String name, String steps, String waits) {
    BuildPlan plan = BuildPlan.of(build(steps), new TreeMap<>());

    assertThat(plan.waitFor()).hasToString(waits);
  }

  @ParameterizedTest
  @CsvSource({"a; b:c; c", "a; b:b", "a; b:x", "'; b:'''''"})
  void aBuildThatNobodyCheckedIsABug(String steps) {
    assertThatThrownBy(() -> BuildPlan.of(build(steps), new TreeMap<>()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("step 1 waits for");
  }

  @Test
  void aPlanNeverWaitsForALaterStep() {
    BuildPlan good = BuildPlan.of(build("a; b"), new TreeMap<>());

    assertThatThrownBy(() -> new BuildPlan(good.steps(), List.of(Set.of(), Set.of(1))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BuildPlan(good.steps(), List.of(Set.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          chain          | a; b; c                             | [[0], [1], [2]]
          all at once    | a:-; b:-; c:-                       | [[0, 1, 2]]
          diamond        | a; b:a; c:a; d:b c                  | [[0], [1, 2], [3]]
          uneven arms    | a; b:a; c:b; d:a; e:c d             | [[0], [1, 3], [2], [4]]
          late dash      | a; b; c:-                           | [[0, 2], [1]]
          """)
  void levelsFollowTheLongestChain(String name, String steps, String levels) {
    assertThat(BuildPlan.of(build(steps), new TreeMap<>()).levels()).hasToString(levels);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          every step weighs one        | a; b:a; c:b; d:a; e:c d |           | [0, 1, 2, 4]
          ties take the lowest indexes | a; b:a; c:a; d:b c      |           | [0, 1, 3]
          two roots, lowest first      | a:-; b:-; c:-           |           | [0]
          the longest chain comes late | a:-; b:-; c:b           |           | [1, 2]
          the slow arm                 | a; b:a; c:a; d:b c      | 1 1 9 1   | [0, 2, 3]
          one slow step beats a chain  | a; b; c; d:-            | 1 1 1 9   | [3]
          equal arms                   | a; b:a; c:a; d:b c      | 1 5 5 1   | [0, 1, 3]
          nothing takes time           | a; b:a; c:a             | 0 0 0     | [0, 1]
          a weightless step between    | a; b:a; c:a b           | 5 0 5     | [0, 1, 2]
          a step that did not run      | a; b:a; c:b             | 1 1 x     | [0, 1]
          a fast step that failed      | a; b:-; c:a b           | 9 1 x     | [0]
          nothing ran                  | a; b:a                  | x x       | []
          """)
  void theCriticalPathTakesLongest(String name, String steps, String seconds, String path) {
    BuildPlan plan = BuildPlan.of(build(steps), new TreeMap<>());

    assertThat(seconds == null ? plan.criticalPath() : plan.criticalPath(durations(seconds)))
        .hasToString(path);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          one step                      | a                              | 1 | []
          chain by default              | a; b; c                        | 1 | [0>1, 1>2]
          all at once                   | a:-; b:-; c:-                  | 3 | []
          diamond                       | a; b:a; c:a; d:b c             | 2 | [0>1, 0>2, 1>3, 2>3]
          what others say already       | a; b:a; c:a b; d:a b c         | 1 | [0>1, 1>2, 2>3]
          joins all lanes               | a:-; b:-; c:a; d:b; e          | 2 | [0>2, 1>3, 2>4, 3>4]
          more at once than in a level  | a:-; b:a; c:b; d:b; e:-; f:e; g:e | 4 | [0>1, 1>2, 1>3, 4>5, 4>6]
          at once over several levels   | a:-; b:a; c:b; d:-; e:d; f:e   | 2 | [0>1, 1>2, 3>4, 4>5]
          wide over two levels          | a:-; b:-; c:b; d:b             | 3 | [1>2, 1>3]
          """)
  void theGraphDrawsOnlyTheArrowsThatSaySomething(
      String name, String steps, int width, String arrows) {
    PlanGraph graph = BuildPlan.of(build(steps), new TreeMap<>()).graph();

    assertThat(graph.arrows().stream().map(a -> a.from() + ">" + a.to()).toList())
        .hasToString(arrows);
    assertThat(graph.width()).isEqualTo(width);
  }

  @Test
  void aPlanCannotBeChanged() {
    BuildPlan plan = BuildPlan.of(build("a; b"), new TreeMap<>());

    assertThatThrownBy(() -> plan.waitFor().get(1).clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> plan.steps().removeLast())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> plan.levels().get(0).removeLast())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aPlanOfThreeHundredStepsThatAllWaitForAllIsMadeAtOnce() {
    Build build = build(String.join("; ", Collections.nCopies(300, " ")));
    List<Long> millis = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      long begin = System.nanoTime();
      BuildPlan plan = BuildPlan.of(build, new TreeMap<>());
      millis.add((System.nanoTime() - begin) / 1_000_000);
      assertThat(plan.waitFor().getLast()).hasSize(299);
    }

    // A few milliseconds on a quiet machine; the best of ten, with room for a busy one.
    assertThat(Collections.min(millis)).isLessThan(100);
    assertThat(BuildPlan.of(build, new TreeMap<>()).criticalPath())
        .isEqualTo(IntStream.range(0, 300).boxed().toList());
    PlanGraph graph = BuildPlan.of(build, new TreeMap<>()).graph();
    assertThat(graph.arrows()).hasSize(299);
    assertThat(graph.width()).isEqualTo(1);
  }

  @Test
  void waitsAreAscending() {
    Build build = build("a; b:-; c:-; d:c a b");

    assertThat(new TreeSet<>(BuildPlan.of(build, new TreeMap<>()).waitFor().get(3)))
        .containsExactly(0, 1, 2);
  }

  private static Build build(String text) {
    Build.Builder build = Build.newBuilder();
    for (String part : Arrays.asList(text.split(";", -1))) {
      List<String> idAndWaits = Arrays.asList(part.strip().split(":", 2));
      BuildStep.Builder step = BuildStep.newBuilder().setName("i").setId(idAndWaits.getFirst());
      if (idAndWaits.size() > 1) {
        step.addAllWaitFor(Arrays.asList(idAndWaits.getLast().split(" ", -1)));
      }
      build.addSteps(step);
    }
    return build.build();
  }

  private static Map<Integer, Duration> durations(String seconds) {
    Map<Integer, Duration> durations = new TreeMap<>();
    List<String> words = Arrays.asList(seconds.split(" ", -1));
    for (int i = 0; i < words.size(); i++) {
      if (!words.get(i).equals("x")) {
        durations.put(i, Duration.ofSeconds(Long.parseLong(words.get(i))));
      }
    }
    return durations;
  }
}
