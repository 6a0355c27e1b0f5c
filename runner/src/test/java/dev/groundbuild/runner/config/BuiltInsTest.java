package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltInsTest {
  @TempDir Path folder;

  @Test
  void aFolderOutsideGitHasOnlyWhatNeedsNoGit() {
    assertThat(values(folder))
        .isEqualTo(
            Map.of(
                "PROJECT_ID", "local-project",
                "PROJECT_NUMBER", "000000000000",
                "LOCATION", "global",
                "BUILD_ID", "b-1"));
  }

  @Test
  void aBranchGivesItsNameAndItsCommit() throws Exception {
    commit("one");
    git("tag", "v0");
    String commit = git("rev-parse", "HEAD");
    git("remote", "add", "origin", "https://github.com/owner/thing.git");
    assertThat(values(folder))
        .containsEntry("COMMIT_SHA", commit)
        .containsEntry("REVISION_ID", commit)
        .containsEntry("SHORT_SHA", commit.substring(0, 7))
        .containsEntry("BRANCH_NAME", "feature/x")
        .containsEntry("REF_NAME", "feature/x")
        .containsEntry("REPO_NAME", "thing")
        .containsEntry("REPO_FULL_NAME", "owner/thing")
        .doesNotContainKey("TAG_NAME");
  }

  @Test
  void aDetachedTagGivesItsNameAndPackedReferencesAreRead() throws Exception {
    commit("one");
    git("tag", "z-light");
    git("-c", "user.name=n", "-c", "user.email=e@x", "tag", "-a", "-m", "m", "v1.0");
    git("pack-refs", "--all");
    git("checkout", "-q", "--detach");
    assertThat(values(folder))
        .containsEntry("TAG_NAME", "v1.0")
        .containsEntry("REF_NAME", "v1.0")
        .doesNotContainKey("BRANCH_NAME");
    commit("two");
    assertThat(values(folder))
        .containsKey("COMMIT_SHA")
        .doesNotContainKeys("TAG_NAME", "BRANCH_NAME", "REF_NAME");
  }

  @Test
  void subfoldersAndWorktreesBelongToTheirCheckout() throws Exception {
    commit("one");
    String commit = git("rev-parse", "HEAD");
    git("remote", "add", "origin", "git@host:o/r");
    Path inside = Files.createDirectories(folder.resolve("a/b"));
    assertThat(values(inside)).containsEntry("COMMIT_SHA", commit);
    Path tree = folder.resolve("tree");
    git("worktree", "add", "-q", "-b", "other", tree.toString());
    assertThat(values(tree))
        .containsEntry("COMMIT_SHA", commit)
        .containsEntry("BRANCH_NAME", "other")
        .containsEntry("REPO_FULL_NAME", "o/r");
  }

  @Test
  void anEmptyRepositoryHasABranchAndNoCommit() throws Exception {
    git("init", "-q", "-b", "feature/x");
    assertThat(values(folder))
        .containsEntry("BRANCH_NAME", "feature/x")
        .doesNotContainKeys("COMMIT_SHA", "SHORT_SHA", "REVISION_ID");
  }

  @Test
  void whatIsNoRepositoryIsNoTrouble() throws Exception {
    Files.writeString(folder.resolve(".git"), "gitdir: /nowhere\n");
    assertThat(values(folder)).doesNotContainKey("COMMIT_SHA");
    Path empty = folder.resolve("empty");
    Files.createDirectories(empty.resolve(".git"));
    assertThat(values(empty)).doesNotContainKey("COMMIT_SHA");
    assertThat(values(folder.resolve("missing"))).containsKey("BUILD_ID");
  }

  @ParameterizedTest
  @CsvSource({
    "https://github.com/owner/thing.git, thing, owner/thing",
    "https://github.com/owner/thing/, thing, owner/thing",
    "git@github.com:owner/thing.git, thing, owner/thing",
    "ssh://git@host:2222/group/sub/thing, thing, group/sub/thing",
    "host:thing.git, thing, ''",
    "/srv/git/thing.git, thing, ''",
    "../thing, thing, ''",
    "file:///srv/git/thing.git, thing, ''",
    "C:/git/thing, thing, ''",
  })
  void aRepositoryIsNamedByItsAddress(String url, String name, String fullName) {
    assertThat(BuiltIns.RemoteName.of(url)).isEqualTo(new BuiltIns.RemoteName(name, fullName));
  }

  @Test
  void theProjectComesFromTheFlagThenTheEnvironmentThenGcloud() throws Exception {
    Path gcloud = Files.createDirectories(folder.resolve("home/.config/gcloud"));
    Files.createDirectories(gcloud.resolve("configurations"));
    Files.writeString(gcloud.resolve("active_config"), "work\n");
    Files.writeString(
        gcloud.resolve("configurations/config_work"),
        "[compute]\nproject = no\n[core]\naccount = a\nproject = from-file\n[x]\nproject=no\n");
    Files.writeString(gcloud.resolve("configurations/config_other"), "[core]\nproject = other\n");
    String home = folder.resolve("home").toString();
    assertProject(Map.of("HOME", home), "from-file", "gcloud");
    assertProject(Map.of("HOME", home, "CLOUDSDK_ACTIVE_CONFIG_NAME", "other"), "other", "gcloud");
    assertProject(Map.of("CLOUDSDK_CONFIG", gcloud.toString()), "from-file", "gcloud");
    assertProject(Map.of("HOME", home, "GCLOUD_PROJECT", "three"), "three", "GCLOUD_PROJECT");
    assertProject(
        Map.of("GCLOUD_PROJECT", "three", "CLOUDSDK_CORE_PROJECT", "two"),
        "two",
        "CLOUDSDK_CORE_PROJECT");
    assertProject(
        Map.of("CLOUDSDK_CORE_PROJECT", "two", "GOOGLE_CLOUD_PROJECT", "one"),
        "one",
        "GOOGLE_CLOUD_PROJECT");
    assertProject(Map.of("HOME", folder.toString()), "local-project", "default");
    BuiltIns flagged =
        BuiltIns.of(Optional.of("flag"), Map.of("GOOGLE_CLOUD_PROJECT", "one"), folder, "b");
    assertThat(flagged.values()).containsEntry("PROJECT_ID", "flag");
    assertThat(flagged.projectFrom()).isEqualTo("--project");
  }

  private void assertProject(Map<String, String> env, String id, String from) {
    BuiltIns builtIns = BuiltIns.of(Optional.empty(), env, folder, "b");
    assertThat(builtIns.values()).containsEntry("PROJECT_ID", id);
    assertThat(builtIns.projectFrom()).isEqualTo(from);
  }

  private SortedMap<String, String> values(Path source) {
    return BuiltIns.of(Optional.empty(), Map.of("HOME", folder.toString()), source, "b-1").values();
  }

  private void commit(String message) throws IOException, InterruptedException {
    if (!Files.exists(folder.resolve(".git"))) {
      git("init", "-q", "-b", "feature/x");
    }
    git(
        "-c",
        "user.name=n",
        "-c",
        "user.email=e@x",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        message);
  }

  private String git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder git =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    git.environment().put("HOME", folder.toString());
    Process process = git.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
