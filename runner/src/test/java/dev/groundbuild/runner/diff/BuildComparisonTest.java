package dev.groundbuild.runner.diff;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.BuiltImage;
import com.google.cloudbuild.v1.Results;
import com.google.cloudbuild.v1.TimeSpan;
import com.google.protobuf.Timestamp;
import dev.groundbuild.runner.console.Palette;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuildComparisonTest {
  private static final String A = "0f8e2c1a-0000-4000-8000-000000000001";
  private static final String B = "0f8e2c1a-0000-4000-8000-000000000002";

  @Test
  void idsTimesAndWhatIsMadeOfTheIdAreNoDifference() {
    Build before =
        build(A, step("s", "busybox", "tag-" + A)).toBuilder()
            .setLogUrl("x")
            .putSubstitutions("BUILD_ID", A)
            .setStartTime(at(1))
            .setFinishTime(at(2))
            .build();
    Build after =
        build(B, step("s", "busybox", "tag-" + B)).toBuilder()
            .putSubstitutions("BUILD_ID", B)
            .setStartTime(at(10))
            .setFinishTime(at(20))
            .build();
    assertThat(BuildComparison.of(before, after).isSame()).isTrue();
  }

  @Test
  void whatWasBuiltIsShownAndIsNoDifference() {
    BuildDiff diff =
        BuildComparison.of(
            new BuildComparison.Subject(build("a", step("s", "i")), "folder"),
            new BuildComparison.Subject(build("b", step("s", "i")), "other"));
    assertThat(diff.isSame()).isTrue();
    assertThat(DiffText.lines(diff, Palette.PLAIN).subList(0, 2))
        .satisfiesExactly(
            one -> assertThat(one).startsWith("--- a ").endsWith(" of folder"),
            two -> assertThat(two).startsWith("+++ b ").endsWith(" of other"));
  }

  @Test
  void stepsAreMatchedByIdWhereverTheyStand() {
    BuildDiff diff =
        BuildComparison.of(
            build("a", step("x", "i", "1"), step("y", "i", "2"), step("gone", "i")),
            build("b", step("new", "j"), step("y", "i", "2"), step("x", "k", "1")));
    assertThat(diff.added()).containsExactly(new BuildDiff.Step(0, "new", "j"));
    assertThat(diff.removed()).containsExactly(new BuildDiff.Step(2, "gone", "i"));
    assertThat(diff.changed()).hasSize(1);
    assertThat(diff.changed().getFirst().name()).isEqualTo("x");
    assertThat(diff.changed().getFirst().fields()).extracting(Change::name).containsExactly("name");
    assertThat(diff.order()).contains(new BuildDiff.Order(List.of("x", "y"), List.of("y", "x")));
  }

  @Test
  void ofStepsWithoutIdsTheSameOnesAreMatchedFirst() {
    BuildDiff diff =
        BuildComparison.of(
            build("a", step("", "i", "1"), step("", "i", "2")),
            build("b", step("", "i", "0"), step("", "i", "1"), step("", "i", "3")));
    assertThat(diff.added()).containsExactly(new BuildDiff.Step(0, "#0", "i"));
    assertThat(diff.removed()).isEmpty();
    assertThat(diff.changed()).extracting(BuildDiff.ChangedStep::name).containsExactly("#1");
    assertThat(diff.order()).isEmpty();
  }

  @Test
  void theConfigIsComparedDownToItsFields() {
    Build before =
        build("a").toBuilder()
            .setOptions(BuildOptions.newBuilder().setDiskSizeGb(1).addEnv("A=1"))
            .addTags("t")
            .build();
    Build after =
        build("b").toBuilder()
            .setOptions(BuildOptions.newBuilder().setDiskSizeGb(2).addEnv("A=1"))
            .build();
    assertThat(BuildComparison.of(before, after).config())
        .extracting(Change::name)
        .containsExactlyInAnyOrder("options.diskSizeGb", "tags");
  }

  @Test
  void imagesAreComparedByDigestWhereBothAreKnown() {
    BuildDiff diff =
        BuildComparison.of(
            results(build("a", step("x", "i"), step("y", "i")), "made", "sha256:1", "sha256:2"),
            results(build("b", step("x", "i"), step("y", "i")), "made", "sha256:3", ""));
    assertThat(diff.images()).extracting(Change::name).containsExactly("step x", "made");
    assertThat(diff.isSame()).isFalse();
  }

  @Test
  void timesComeWithTheirGrowth() {
    BuildDiff diff =
        BuildComparison.of(
            build("a", timed("x", 4), timed("y", 0), step("z", "i")),
            build("b", timed("x", 5), timed("y", 3), timed("z", 1)));
    assertThat(diff.times())
        .extracting(BuildDiff.Times::name)
        .containsExactly("x", "y", "z", "total");
    assertThat(diff.times().get(0).percent()).contains(25.0);
    assertThat(diff.times().get(1).percent()).isEmpty();
    assertThat(diff.times().get(2).before()).isEmpty();
    assertThat(diff.isSame()).isTrue();
  }

  @Test
  void scriptsAreComparedLineByLine() {
    String before = "#!/bin/sh\na\nb\nc\nd\n";
    String after = "#!/bin/sh\na\nB\nc\nd\n";
    BuildDiff diff = BuildComparison.of(build("a", script(before)), build("b", script(after)));
    assertThat(DiffText.lines(diff, Palette.PLAIN))
        .containsSubsequence("  ~ #0", "    script", "        a", "      - b", "      + B");
    assertThat(DiffText.lines(diff, Palette.PLAIN)).doesNotContain("        d");
  }

  private static Build build(String id, BuildStep... steps) {
    return Build.newBuilder().setId(id).addAllSteps(List.of(steps)).build();
  }

  private static BuildStep step(String id, String image, String... args) {
    return BuildStep.newBuilder().setId(id).setName(image).addAllArgs(List.of(args)).build();
  }

  private static BuildStep script(String text) {
    return BuildStep.newBuilder().setName("busybox").setScript(text).build();
  }

  private static BuildStep timed(String id, long seconds) {
    TimeSpan span =
        TimeSpan.newBuilder().setStartTime(at(100)).setEndTime(at(100 + seconds)).build();
    return step(id, "i").toBuilder().setTiming(span).build();
  }

  private static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }

  private static Build results(Build build, String made, String... digests) {
    BuiltImage image = BuiltImage.newBuilder().setName(made).setDigest(digests[0]).build();
    Results results =
        Results.newBuilder().addAllBuildStepImages(List.of(digests)).addImages(image).build();
    return build.toBuilder().setResults(results).build();
  }
}
