package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} and {@code explain} see the same build as {@code run}. */
final class LookAtTest {
  @TempDir Path here;

  private InProcess.Ended run(String... args) {
    Map<String, String> env =
        Map.of("HOME", here.toString(), "XDG_STATE_HOME", here.resolve("state").toString());
    return InProcess.run(List.of(args), "", env, here);
  }

  @Test
  void withAConfigElsewhereBuiltInSubstitutionsAreThoseOfTheSource() throws Exception {
    Path source = Files.createDirectory(here.resolve("source"));
    try (Git git = Git.init().setDirectory(source.toFile()).setInitialBranch("trunk").call()) {
      git.commit().setMessage("first").setSign(false).setAuthor("a", "a@b").call();
    }
    Files.writeString(
        here.resolve("build.yaml"), "steps: [{id: s, name: busybox, args: [of-$BRANCH_NAME]}]");
    for (String command : List.of("run --dryrun", "plan --format=json")) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.addAll(List.of("--config=build.yaml", "source"));
      InProcess.Ended ended = run(words.toArray(String[]::new));
      assertThat(ended.exit()).as(ended.err()).isZero();
      assertThat(ended.out()).contains("of-trunk");
    }
    assertThat(run("explain", "s", "source", "--config=build.yaml").exit()).isZero();
  }

  @Test
  void theSourceMustBeThere() throws Exception {
    Files.writeString(here.resolve("build.yaml"), "steps: [{id: s, name: busybox}]");
    InProcess.Ended none = run("plan", "--config=build.yaml", "none");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("none: no such folder or archive");
    InProcess.Ended git = run("explain", "s", "https://example.com/a.git", "--config=build.yaml");
    assertThat(git.exit()).isEqualTo(2);
    assertThat(git.err()).contains("give a folder");
  }

  @Test
  void aBuildThatRanIsNotExplainedWithOtherSubstitutions() {
    for (String option : List.of("--substitutions=_A=b", "--project=p", "--strict=submit")) {
      InProcess.Ended ended = run("explain", "--build=last", option);
      assertThat(ended.exit()).isEqualTo(2);
      assertThat(ended.err()).contains("leave out --substitutions, --project and --strict");
    }
  }
}
