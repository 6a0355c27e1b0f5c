package dev.groundbuild.runner.source;

import static dev.groundbuild.runner.source.Sources.run;
import static dev.groundbuild.runner.source.Sources.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.source.Sources.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitFetchTest {
  @TempDir Path temp;
  private final Told told = new Told();
  private final Set<Path> before = new TreeSet<>();
  private Path work = Path.of("");
  private String first = "";
  private String tagged = "";
  private String tip = "";
  private String side = "";

  /** Four commits: first, tagged (v1), main's tip; and side on feature/x. */
  @BeforeEach
  void makeRepository() throws Exception {
    before.addAll(leftBehind());
    work = Files.createDirectory(temp.resolve("work"));
    git("init", "-q", "-b", "main");
    git("config", "user.name", "t");
    git("config", "user.email", "t@example.com");
    first = commit("first");
    tagged = commit("second");
    git("tag", "-a", "v1", "-m", "one");
    git("checkout", "-q", "-b", "feature/x");
    side = commit("side");
    git("checkout", "-q", "main");
    tip = commit("tip");
    git("clone", "-q", "--bare", ".", "../repo.git");
  }

  @AfterEach
  void nothingStaysBehind() throws Exception {
    assertThat(leftBehind()).isEqualTo(before);
  }

  private static Set<Path> leftBehind() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("groundbuild-source-"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private String git(String... arguments) throws Exception {
    return run(work, Stream.concat(Stream.of("git"), Stream.of(arguments)).toArray(String[]::new))
        .strip();
  }

  private String commit(String name) throws Exception {
    write(work.resolve("file"), name);
    write(work.resolve("bin/run-" + name), "#!/bin/sh\n");
    run(work, "chmod", "+x", "bin/run-" + name);
    git("add", "-A");
    git("commit", "-q", "-m", name);
    return git("rev-parse", "HEAD");
  }

  private String fileUrl() {
    return "file://" + temp.resolve("repo.git");
  }

  private OpenedSource open(String url, String revision) {
    return OpenedSource.open(
        SourceArgument.parse(url, revision, temp, new IgnoreChoice.Off()), told);
  }

  @Test
  void aBranchATagACommitAndTheHeadAreFoundOverHttp() throws Exception {
    try (GitServer server = new GitServer(temp, "", false)) {
      String url = server.url("repo.git");
      check(url, "", tip, "main", "");
      check(url, "feature/x", side, "feature/x", "");
      check(url, "refs/heads/feature/x", side, "feature/x", "");
      check(url, "v1", tagged, "", "v1");
      check(url, first, first, "", "");
    }
    assertThat(told.notes).isEmpty();
  }

  private void check(String url, String revision, String commit, String branch, String tag)
      throws Exception {
    try (OpenedSource source = open(url, revision)) {
      GitCheckout checkout = source.checkout().orElseThrow();
      assertThat(checkout.commit()).isEqualTo(commit);
      assertThat(checkout.branch().orElse("")).isEqualTo(branch);
      assertThat(checkout.tag().orElse("")).isEqualTo(tag);
      Path folder = checkout.folder();
      assertThat(run(folder, "git", "rev-parse", "HEAD").strip()).isEqualTo(commit);
      assertThat(run(folder, "git", "status", "--porcelain")).isEmpty();
      assertThat(run(folder, "git", "rev-list", "--all", "HEAD").lines()).containsExactly(commit);
      assertThat(source.file("file").map(String::new))
          .hasValue(run(work, "git", "show", commit + ":file"));
      assertThat(run(folder, "git", "fsck").lines().filter(l -> l.contains("error"))).isEmpty();
    }
  }

  @Test
  void theLogSaysWhatCloudBuildsSays() throws Exception {
    try (GitServer server = new GitServer(temp, "", false)) {
      String url = server.url("repo.git");
      open(url, "main").close();
      assertThat(told.log)
          .containsExactly(
              "Initialized empty Git repository in /workspace/.git/",
              "From " + url,
              " * branch            " + tip + " -> FETCH_HEAD",
              "HEAD is now at " + tip.substring(0, 7) + " tip",
              "GitCommit:",
              tip);
      assertThat(told.updates).isNotEmpty();
    }
  }

  @Test
  void aCheckoutArrivesAsRootsWithItsExecutables() throws Exception {
    try (OpenedSource source = open(fileUrl(), "main")) {
      Path tar = temp.resolve("t.tar");
      try (var out = Files.newOutputStream(tar)) {
        source.tar().transferTo(out);
      }
      List<String> lines =
          run(temp, "tar", "--numeric-owner", "-tvf", tar.toString()).lines().toList();
      assertThat(lines).allMatch(l -> l.contains(" 0/0 "));
      assertThat(lines).anyMatch(l -> l.matches("-rwx.* bin/run-tip"));
      assertThat(lines).anyMatch(l -> l.endsWith(" .git/HEAD"));
    }
  }

  @Test
  void theBeginningOfAHashNeedsTheWholeHistory() throws Exception {
    try (GitServer server = new GitServer(temp, "", false);
        OpenedSource source = open(server.url("repo.git"), side.substring(0, 8))) {
      assertThat(source.checkout().orElseThrow().commit()).isEqualTo(side);
      assertThat(told.notes).hasSize(1);
      assertThat(told.notes.getFirst()).contains("not a full commit hash");
    }
  }

  @Test
  void aServerThatSendsOnlyWhatARefNamesIsAskedForEverything() throws Exception {
    // In the first version of its protocol, git refuses every other commit.
    GitCheckout checkout =
        GitFetch.fetch(overSsh(first), told, new SshCommand(List.of(ssh("unset GIT_PROTOCOL"))));
    try {
      assertThat(checkout.commit()).isEqualTo(first);
      assertThat(run(checkout.folder(), "git", "rev-parse", "HEAD").strip()).isEqualTo(first);
      assertThat(told.notes).hasSize(1);
      assertThat(told.notes.getFirst()).contains("the server does not send just " + first);
    } finally {
      FolderTree.remove(checkout.folder());
    }
  }

  @Test
  void aRevisionThatIsNotThereIsAnErrorWithWhatIs() throws Exception {
    assertThatThrownBy(() -> open(fileUrl(), "mian"))
        .isInstanceOf(SourceException.class)
        .hasMessage(
            fileUrl() + ": it has no branch, tag or commit \"mian\"; it has feature/x, main, v1");
    String unknown = "0123456789".repeat(4);
    assertThatThrownBy(() -> open(fileUrl(), unknown))
        .isInstanceOf(SourceException.class)
        .hasMessage(fileUrl() + ": it has no commit " + unknown);
    assertThatThrownBy(() -> open("file://" + temp.resolve("nope"), ""))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("can't be fetched")
        .hasMessageContaining("check the address");
    Files.createDirectory(temp.resolve("empty"));
    run(temp.resolve("empty"), "git", "init", "-q", "--bare");
    assertThatThrownBy(() -> open("file://" + temp.resolve("empty"), ""))
        .hasMessageContaining("the repository has no commits");
  }

  @Test
  void aLoginInTheAddressIsUsedAndNeverWritten() throws Exception {
    try (GitServer server = new GitServer(temp, "me:s3cr@t", false)) {
      String address = "http://me:s3cr%40t@" + server.authority() + "/repo.git";
      try (OpenedSource source = open(address, "main")) {
        Path folder = source.folder().orElseThrow();
        assertThat(run(folder, "sh", "-c", "grep -r s3cr . || true")).isEmpty();
        assertThat(run(folder, "git", "remote", "get-url", "origin").strip())
            .isEqualTo(server.url("repo.git"));
      }
      assertThat(String.join("\n", told.log) + told.notes + told.updates).doesNotContain("s3cr");
      assertThatThrownBy(
              () -> open("http://me:wrong-s3cret@" + server.authority() + "/repo.git", ""))
          .hasMessageContaining(server.url("repo.git") + ": can't be fetched")
          .hasMessageContaining("~/.netrc")
          .hasMessageNotContaining("wrong");
      assertThatThrownBy(() -> open(server.url("repo.git"), ""))
          .hasMessageContaining("give a user and token");
    }
  }

  @Test
  void aServerThatIsNotThereIsSaidSo() throws Exception {
    String url;
    try (GitServer server = new GitServer(temp, "", false)) {
      url = server.url("repo.git");
      assertThatThrownBy(() -> open(server.url("none.git"), ""))
          .hasMessageContaining("can't be fetched")
          .hasMessageContaining("check the address");
    }
    assertThatThrownBy(() -> open(url, ""))
        .isInstanceOf(SourceException.class)
        .hasMessageStartingWith(url + ": can't be fetched: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void anInterruptEndsAFetchThatWaitsForItsServer() throws Exception {
    try (GitServer server = new GitServer(temp, "", true)) {
      CountDownLatch cancelled = new CountDownLatch(1);
      Thread build =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  open(server.url("repo.git"), "").close();
                } catch (CancellationException e) {
                  if (Thread.currentThread().isInterrupted()) {
                    cancelled.countDown();
                  }
                }
              });
      server.awaitRequest();
      build.interrupt();
      build.join();
      assertThat(cancelled.getCount()).isZero();
    }
  }

  @Test
  void sshGoesThroughTheInstalledCommand() throws Exception {
    GitCheckout checkout =
        GitFetch.fetch(overSsh("v1"), told, new SshCommand(List.of(ssh("true"))));
    try {
      assertThat(checkout.commit()).isEqualTo(tagged);
      assertThat(Files.readString(temp.resolve("called")))
          .contains("-p 2222 -o SendEnv=GIT_PROTOCOL git@example.com git-upload-pack");
    } finally {
      FolderTree.remove(checkout.folder());
    }
    BuildSource.Git hostile =
        new BuildSource.Git("ssh://-oProxyCommand=touch%20x/repo", "", "", null);
    SshCommand none = new SshCommand(List.of("/no/ssh"));
    assertThatThrownBy(() -> GitFetch.fetch(hostile, told, none))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("can't be fetched")
        .hasMessageNotContaining("ssh can't be started");
    assertThatThrownBy(() -> GitFetch.fetch(overSsh("v1"), told, none))
        .hasMessageContaining("ssh can't be started; install it");
  }

  private BuildSource.Git overSsh(String revision) {
    return new BuildSource.Git(
        "ssh://git@example.com:2222" + temp.resolve("repo.git"), revision, "", null);
  }

  /** Stands for ssh: notes how it was called and runs the far end's command here. */
  private String ssh(String first) throws Exception {
    Path ssh =
        write(
            temp.resolve("ssh"),
            "#!/bin/sh\n%s\necho \"$@\" >> '%s/called'\nfor last; do :; done\nexec sh -c \"$last\"\n"
                .formatted(first, temp));
    run(temp, "chmod", "+x", ssh.toString());
    return ssh.toString();
  }
}
