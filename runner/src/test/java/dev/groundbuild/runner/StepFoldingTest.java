package dev.groundbuild.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.ConnectedRepository;
import com.google.cloudbuild.v1.GitSource;
import com.google.cloudbuild.v1.RepoSource;
import com.google.cloudbuild.v1.Source;
import com.google.cloudbuild.v1.Volume;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.StepSpec.StepVolume;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StepFoldingTest {

  @ParameterizedTest(name = "source {0}, step {1}: {2}")
  @CsvSource({
    "'', '', /workspace",
    "'', r, /workspace/r",
    "a, b, /workspace/a/b",
    "a, '', /workspace/a",
    "'', /x, /x",
    "a, /x, /x",
    ".., '', /",
    "a, ../../, /",
    "a/b/, ../../, /workspace",
    "a/b/c, ../../, /workspace/a",
    "'', foo/bar/../baz, /workspace/foo/baz",
    "'', ./x//y/, /workspace/x/y",
    "'', ../b/c, /b/c",
    "'', a/../b/../../c, /c",
    "'', ../../../.., /",
    "/a, b, /workspace/a/b",
    "'', /x/../y/, /x/../y/",
    "'', a b, /workspace/a b",
    "'', ..., /workspace/...",
  })
  void theWorkdirIsBelowWorkspaceUnlessAbsolute(String source, String dir, String workdir) {
    Source.Builder repo = Source.newBuilder().setRepoSource(RepoSource.newBuilder().setDir(source));
    Build build =
        Build.newBuilder()
            .setSource(repo)
            .addSteps(BuildStep.newBuilder().setName("i").setDir(dir))
            .build();

    assertThat(only(build).workdir()).isEqualTo(workdir);
  }

  @Test
  void everyKindOfGitSourceHasADir() {
    Build.Builder build = Build.newBuilder().addSteps(BuildStep.newBuilder().setDir("d"));

    build.setSource(Source.newBuilder().setGitSource(GitSource.newBuilder().setDir("g")));
    assertThat(only(build.build()).workdir()).isEqualTo("/workspace/g/d");
    build.setSource(
        Source.newBuilder().setConnectedRepository(ConnectedRepository.newBuilder().setDir("c")));
    assertThat(only(build.build()).workdir()).isEqualTo("/workspace/c/d");
  }

  /** Entries are separated by semicolons; the substitutions are {@code _A=sub PROJECT_ID=p}. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none                               |          |                 |       |       | {}
          both                               | A=1      | B=2             |       |       | {A=1, B=2}
          the step's wins                    | A=1;B=g  | A=2             |       |       | {A=2, B=g}
          the later one wins                 | A=1;A=2  | B=3;B=4         |       |       | {A=2, B=4}
          values with an equals sign         | A=b=c    | B==             |       |       | {A=b=c, B==}
          empty values                       | A=       |                 |       |       | {A=}
          sorted by name                     | z=1;A=1  | m=1             |       |       | {A=1, m=1, z=1}
          HOME as the config sets it         | HOME=/h  |                 |       |       | {HOME=/h}
          no automap unless asked            |          |                 | false |       | {}
          automap by the build               |          |                 | true  |       | {PROJECT_ID=p, _A=sub}
          automap by the step                |          |                 |       | true  | {PROJECT_ID=p, _A=sub}
          the step switches automap off      |          |                 | true  | false | {}
          the step switches automap on       |          |                 | false | true  | {PROJECT_ID=p, _A=sub}
          the step's env beats automap       |          | _A=own          | true  |       | {PROJECT_ID=p, _A=own}
          the build's env beats automap      | _A=all   |                 | true  |       | {PROJECT_ID=p, _A=all}
          the build's env beats step automap | _A=all   |                 |       | true  | {PROJECT_ID=p, _A=all}
          """)
  void envIsFoldedByName(
      String name, String global, String step, Boolean all, Boolean own, String env) {
    BuildOptions.Builder options = BuildOptions.newBuilder().addAllEnv(entries(global));
    BuildStep.Builder one = BuildStep.newBuilder().addAllEnv(entries(step));
    Optional.ofNullable(all).ifPresent(options::setAutomapSubstitutions);
    Optional.ofNullable(own).ifPresent(one::setAutomapSubstitutions);
    Build build = Build.newBuilder().setOptions(options).addSteps(one).build();

    assertThat(only(build).env()).hasToString(env);
  }

  @Test
  void aSecretIsNotOverwrittenByAutomap() {
    Build build =
        Build.newBuilder()
            .setOptions(BuildOptions.newBuilder().setAutomapSubstitutions(true))
            .addSteps(BuildStep.newBuilder().addSecretEnv("_A"))
            .build();

    assertThat(only(build).env()).containsExactly(Map.entry("PROJECT_ID", "p"));
  }

  @Test
  void envWithoutAnEqualsSignIsABug() {
    Build build = Build.newBuilder().addSteps(BuildStep.newBuilder().addEnv("A")).build();

    assertThatThrownBy(() -> only(build)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void secretsAndVolumesOfTheBuildReachEveryStep() {
    BuildOptions options =
        BuildOptions.newBuilder()
            .addSecretEnv("TOKEN")
            .addVolumes(Volume.newBuilder().setName("zz").setPath("/zz"))
            .build();
    BuildStep step =
        BuildStep.newBuilder()
            .addSecretEnv("KEY")
            .addVolumes(Volume.newBuilder().setName("aa").setPath("/aa"))
            .build();
    Build build =
        Build.newBuilder()
            .setOptions(options)
            .addSteps(step)
            .addSteps(BuildStep.getDefaultInstance())
            .build();

    List<StepSpec> steps = BuildPlan.of(build, new TreeMap<>()).steps();

    assertThat(steps.get(0).secretEnv()).containsExactly("KEY", "TOKEN");
    assertThat(steps.get(0).volumes())
        .containsExactly(new StepVolume("zz", "/zz"), new StepVolume("aa", "/aa"));
    assertThat(steps.get(1).secretEnv()).containsExactly("TOKEN");
    assertThat(steps.get(1).volumes()).containsExactly(new StepVolume("zz", "/zz"));
  }

  @Test
  void whatIsAbsentIsAbsent() {
    StepSpec step =
        only(Build.newBuilder().addSteps(BuildStep.newBuilder().setName("busybox")).build());

    assertThat(step)
        .isEqualTo(
            new StepSpec(
                0,
                Optional.empty(),
                "busybox",
                null,
                List.of(),
                null,
                new TreeMap<>(),
                Set.of(),
                "/workspace",
                List.of(),
                Optional.empty(),
                false,
                Set.of()));
  }

  @Test
  void whatIsGivenIsTakenVerbatim() {
    BuildStep step =
        BuildStep.newBuilder()
            .setId("run tests")
            .setName("gcr.io/x/y@sha256:ab")
            .setEntrypoint("bash -x")
            .addArgs("-c")
            .addArgs("")
            .addArgs("echo $FOO")
            .setTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(1).setNanos(500000000))
            .setAllowFailure(true)
            .addAllowExitCodes(3)
            .addAllowExitCodes(3)
            .build();

    StepSpec spec = only(Build.newBuilder().addSteps(step).build());

    assertThat(spec.id()).contains("run tests");
    assertThat(spec.image()).isEqualTo("gcr.io/x/y@sha256:ab");
    assertThat(spec.entrypoint()).containsExactly("bash -x");
    assertThat(spec.args()).containsExactly("-c", "", "echo $FOO");
    assertThat(spec.script()).isNull();
    assertThat(spec.timeout()).contains(Duration.ofMillis(1500));
    assertThat(spec.allowFailure()).isTrue();
    assertThat(spec.allowExitCodes()).containsExactly(3);
  }

  @Test
  void aScriptIsKeptAsItIs() {
    BuildStep step = BuildStep.newBuilder().setScript("#!/bin/bash\necho $$X ${_A}\n").build();

    StepSpec spec = only(Build.newBuilder().addSteps(step).build());

    assertThat(spec.script()).isEqualTo("#!/bin/bash\necho $$X ${_A}\n");
    assertThat(spec.entrypoint()).isNull();
  }

  @Test
  void aTimeoutOfZeroIsNone() {
    BuildStep step =
        BuildStep.newBuilder()
            .setTimeout(com.google.protobuf.Duration.getDefaultInstance())
            .build();

    assertThat(only(Build.newBuilder().addSteps(step).build()).timeout()).isEmpty();
  }

  private static StepSpec only(Build build) {
    TreeMap<String, String> substitutions = new TreeMap<>(Map.of("_A", "sub", "PROJECT_ID", "p"));
    return BuildPlan.of(build, substitutions).steps().getFirst();
  }

  private static List<String> entries(String text) {
    return text == null ? List.of() : List.of(text.split(";", -1));
  }
}
