package dev.groundbuild.runner.source;

import static dev.groundbuild.runner.source.Sources.run;
import static dev.groundbuild.runner.source.Sources.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.cli.InProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code groundbuild repos sync}, with repositories that git has made. */
final class ReposSyncTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

  @TempDir Path temp;
  private Path here = Path.of("");

  @BeforeEach
  void makeRepositories() throws Exception {
    here = Files.createDirectory(temp.resolve("here"));
    for (String name : NAMES) {
      Path work = Files.createDirectories(temp.resolve("work").resolve(name));
      run(work, "git", "init", "-q", "-b", "main");
      identify(work);
      push(name, "first");
    }
  }

  private static void identify(Path tree) throws Exception {
    run(tree, "git", "config", "user.name", "t");
    run(tree, "git", "config", "user.email", "t@example.com");
  }

  /** Gives the server's repository another commit. */
  private void push(String name, String text) throws Exception {
    Path work = temp.resolve("work").resolve(name);
    commit(work, text);
    Path bare = temp.resolve(name + ".git");
    if (!Files.exists(bare)) {
      run(work, "git", "clone", "-q", "--bare", ".", bare.toString());
    }
    run(work, "git", "push", "-q", bare.toString(), "HEAD:refs/heads/main");
  }

  private static String commit(Path tree, String text) throws Exception {
    write(tree.resolve("file"), text);
    write(tree.resolve("file-" + text), text);
    run(tree, "git", "add", "-A");
    run(tree, "git", "commit", "-q", "-m", text);
    return head(tree);
  }

  private static String head(Path tree) throws Exception {
    return run(tree, "git", "rev-parse", "HEAD").strip();
  }

  private void list(String... entries) throws IOException {
    Files.writeString(here.resolve("repos.yaml"), "repos:\n- " + String.join("\n- ", entries));
  }

  private void listAll() throws IOException {
    list(NAMES.stream().map(n -> "file://" + temp.resolve(n + ".git")).toArray(String[]::new));
  }

  private InProcess.Ended sync(String... args) {
    List<String> words = new ArrayList<>(List.of("repos", "sync"));
    words.addAll(List.of(args));
    return InProcess.run(words, "", Map.of(), here);
  }

  private List<String> folders() throws IOException {
    try (Stream<Path> files = Files.list(here)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatIsMissingIsClonedAndWhatIsBehindIsForwarded() throws Exception {
    listAll();
    InProcess.Ended first = sync();
    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out().lines())
        .hasSize(5)
        .allMatch(l -> l.matches("[a-e]  cloned      \\w{7}"));
    assertThat(folders()).containsExactly("a", "b", "c", "d", "e", "repos.yaml");

    push("b", "second");
    push("b", "third");
    InProcess.Ended second = sync("-j", "1");
    assertThat(second.exit()).isZero();
    List<String> lines = second.out().lines().toList();
    assertThat(lines.get(0)).startsWith("a  up to date  ");
    assertThat(lines.get(1)).matches("b  updated     \\w{7}\\.\\.\\w{7}, 2 commits");
    assertThat(head(here.resolve("b"))).isEqualTo(head(temp.resolve("work/b")));
    assertThat(here.resolve("b/file")).hasContent("third");
    assertThat(run(here.resolve("b"), "git", "status", "--porcelain")).isEmpty();
    assertThat(second.err()).isEmpty();
  }

  @Test
  void aDirtyAndADivergedTreeAreNamedAndNotTouchedAndTheOthersUpdated() throws Exception {
    listAll();
    sync();
    for (String name : NAMES) {
      push(name, "news");
    }
    Path diverged = here.resolve("b");
    identify(diverged);
    final String own = commit(diverged, "own");
    Path dirty = here.resolve("d");
    write(dirty.resolve("file"), "unsaved");
    write(dirty.resolve("untracked"), "mine");
    final String before = head(dirty);

    InProcess.Ended ended = sync();

    assertThat(ended.exit()).isEqualTo(1);
    List<String> lines = ended.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).startsWith("a  updated ");
    assertThat(lines.get(1))
        .isEqualTo(
            "b  NOT SYNCED  main has diverged from origin/main: 1 commit here, 1 commit there");
    assertThat(lines.get(2)).startsWith("c  updated ");
    assertThat(lines.get(3)).isEqualTo("d  NOT SYNCED  uncommitted changes in file");
    assertThat(lines.get(4)).startsWith("e  updated ");
    assertThat(ended.err()).isEqualTo("groundbuild: 2 of 5 could not be synced: b, d\n");
    assertThat(head(diverged)).isEqualTo(own);
    assertThat(run(diverged, "git", "status", "--porcelain")).isEmpty();
    assertThat(diverged.resolve(".git/MERGE_HEAD")).doesNotExist();
    assertThat(head(dirty)).isEqualTo(before);
    assertThat(dirty.resolve("file")).hasContent("unsaved");
    assertThat(run(dirty, "git", "status", "--porcelain")).isEqualTo(" M file\n?? untracked\n");
  }

  @Test
  void linesComeInTheOrderOfTheListEvenIfTheFirstIsTheSlowest() throws Exception {
    try (GitServer server = new GitServer(temp, "", false)) {
      list(
          server.url("a.git"),
          "file://" + temp.resolve("b.git"),
          "{url: '" + server.url("none.git") + "', dir: x/y}",
          "file://" + temp.resolve("c.git"));
      InProcess.Ended ended = sync();
      assertThat(ended.exit()).isEqualTo(1);
      assertThat(ended.out().lines().map(l -> l.replaceAll(" .*", "")))
          .containsExactly("a", "b", "x/y", "c");
      assertThat(ended.out()).contains("x/y  NOT SYNCED  " + server.url("none.git") + ": can't be");
      assertThat(folders()).doesNotContain("x/y");
    }
  }

  @Test
  void aFileInTheWayOfANewOneIsNotOverwritten() throws Exception {
    listAll();
    sync();
    push("a", "news");
    write(here.resolve("a/file-news"), "mine");
    String before = head(here.resolve("a"));
    InProcess.Ended ended = sync("a");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out()).contains("in the way", "file-news");
    assertThat(here.resolve("a/file-news")).hasContent("mine");
    assertThat(here.resolve("a/file")).hasContent("first");
    assertThat(head(here.resolve("a"))).isEqualTo(before);
    assertThat(run(here.resolve("a"), "git", "status", "--porcelain")).isEqualTo("?? file-news\n");
  }

  @Test
  void whatIsNotAsTheListSaysIsLeftAlone() throws Exception {
    listAll();
    sync();
    run(here.resolve("a"), "git", "checkout", "-q", "--detach");
    run(here.resolve("b"), "git", "remote", "set-url", "origin", "https://me:s3cret@h/other");
    run(here.resolve("c"), "git", "checkout", "-q", "-b", "side");
    run(here, "rm", "-rf", "d", "e");
    write(here.resolve("d/notes"), "mine");
    Files.writeString(here.resolve("e"), "a file");
    InProcess.Ended ended = sync();
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out().lines())
        .containsExactly(
            "a  NOT SYNCED  no branch is checked out",
            "b  NOT SYNCED  it is a clone of another repository, https://h/other",
            "c  NOT SYNCED  branch side follows no branch of a server;"
                + " git branch --set-upstream-to=origin/side",
            "d  NOT SYNCED  it is a folder with files, but no git repository",
            "e  NOT SYNCED  "
                + here.resolve("e")
                + ": a file is where the working tree would have to be");
    assertThat(ended.err()).contains("5 of 5 could not be synced: a, b, c, d, e");
  }

  @Test
  void aBranchIsClonedAndAskedFor() throws Exception {
    Path work = temp.resolve("work/a");
    run(work, "git", "checkout", "-q", "-b", "next");
    String next = commit(work, "next");
    run(work, "git", "push", "-q", temp.resolve("a.git").toString(), "next");
    list(
        "{url: 'file://%s', dir: one, branch: next}".formatted(temp.resolve("a.git")),
        "{url: 'file://%s', dir: two, branch: none}".formatted(temp.resolve("a.git")));
    InProcess.Ended ended = sync();
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(head(here.resolve("one"))).isEqualTo(next);
    assertThat(ended.out()).contains("two  NOT SYNCED").contains("'none' not found");
    assertThat(folders()).containsExactly("one", "repos.yaml");
    run(here.resolve("one"), "git", "checkout", "-q", "-b", "main", "origin/main");
    assertThat(sync("one").out()).contains("branch main is checked out, not next");
  }

  @Test
  void commitsThatAreNotPushedAreNoFailure() throws Exception {
    listAll();
    sync();
    identify(here.resolve("a"));
    String own = commit(here.resolve("a"), "own");
    InProcess.Ended ended = sync("a");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out())
        .isEqualTo("a  up to date  " + own.substring(0, 7) + ", and 1 commit not pushed\n");
  }

  @Test
  void withoutAListTheRepositoriesBelowAreSynced() throws Exception {
    listAll();
    sync();
    Files.delete(here.resolve("repos.yaml"));
    push("c", "news");
    InProcess.Ended ended = sync();
    assertThat(ended.exit()).isZero();
    assertThat(ended.out().lines()).hasSize(5);
    assertThat(here.resolve("c/file")).hasContent("news");
    assertThat(sync("c").out().lines()).hasSize(1);
    InProcess.Ended none = InProcess.run(List.of("repos", "sync"), "", Map.of(), temp);
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("no repository, and none directly below; write repos.yaml");
  }

  @Test
  void aWrongListIsRefusedWithEveryPlace() throws Exception {
    Files.writeString(
        here.resolve("repos.yaml"),
        """
        repo: x
        repos:
        - {url: https://h/a.git, brunch: b}
        - [x]
        - {url: https://h/a.git, url: https://h/b.git}
        - {dir: x}
        """);
    InProcess.Ended ended = sync();
    assertThat(ended.exit()).isEqualTo(2);
    String file = here.resolve("repos.yaml").toString();
    assertThat(ended.err().lines().map(l -> l.replace(file, "F").replace("groundbuild: ", "")))
        .anyMatch(l -> l.startsWith("F:1:1: unknown key \"repo\""))
        .anyMatch(l -> l.startsWith("F:3:26: unknown key \"brunch\""))
        .anyMatch(l -> l.startsWith("F:4:3: a repository is an address"))
        .anyMatch(l -> l.startsWith("F:5:26: url is given twice"))
        .anyMatch(l -> l.startsWith("F:6:3: a repository is an address"));
    list("gs://bucket/x", "x", "https://h/a.git", "https://h/b/a");
    InProcess.Ended second = sync();
    assertThat(second.exit()).isEqualTo(2);
    assertThat(second.err().lines()).hasSize(3);
    assertThat(second.err()).contains("a second repository for the folder a");
    listAll();
    assertThat(sync("nope").err()).contains("nope is not in repos.yaml, which has a, b, c, d, e");
  }

  @Test
  void aLoginInTheListIsUsedEachTimeAndNeverWritten() throws Exception {
    try (GitServer server = new GitServer(temp, "me:s3cr@t", false)) {
      list("http://me:s3cr%40t@" + server.authority() + "/a.git");
      assertThat(sync().exit()).isZero();
      push("a", "news");
      InProcess.Ended ended = sync();
      assertThat(ended.exit()).as(ended.out()).isZero();
      assertThat(ended.out()).contains("updated");
      assertThat(run(here.resolve("a"), "sh", "-c", "grep -r s3cr . || true")).isEmpty();
    }
  }
}
