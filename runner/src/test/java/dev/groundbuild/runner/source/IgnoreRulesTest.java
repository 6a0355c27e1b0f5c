package dev.groundbuild.runner.source;

import static dev.groundbuild.runner.source.Sources.folder;
import static dev.groundbuild.runner.source.Sources.run;
import static dev.groundbuild.runner.source.Sources.unpack;
import static dev.groundbuild.runner.source.Sources.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.source.Sources.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IgnoreRulesTest {
  @TempDir Path temp;
  private final Told told = new Told();

  private static final List<String> FILES =
      List.of(
          "a",
          "b.o",
          "c.txt",
          "foo",
          "foo.c",
          "#hash",
          "!bang",
          "sp ace",
          "trail ",
          "x[1]",
          "back\\slash",
          "dir/a",
          "dir/b.o",
          "dir/foo/bar",
          "dir/sub/a",
          "dir/sub/deep/b.o",
          "dir/sub/deep/c-1",
          "foo2/bar",
          "foo2/bar2/baz",
          "build/out/x",
          "build/keep.txt",
          "src/build/y",
          "src/Main.java",
          "src/test/T.java",
          "a1/b/c",
          "a1/x/b/c",
          "a1/x/y/b/c",
          "node_modules/m/i.js",
          "e-1",
          "e1",
          "E1",
          "ümlaut",
          "log/2024-01-01.log",
          "log/keep/2024.log",
          ".hidden",
          ".d/f",
          "target/foo");

  private void makeFiles() throws IOException {
    for (String file : FILES) {
      write(temp.resolve(file), "x");
    }
  }

  /** What our rules send, of the files above. */
  private List<String> sent(String rules) throws IOException {
    Files.writeString(temp.resolve("rules"), rules);
    SourceFiles.Listing listing =
        SourceFiles.list(new BuildSource.Folder(temp, new IgnoreChoice.FromFile("rules")));
    return listing.sent().stream().filter(FILES::contains).sorted().toList();
  }

  /** What git would track, asked of git itself. */
  private List<String> gitSends(String rules) throws Exception {
    Files.writeString(temp.resolve(".git/info/exclude"), rules);
    return run(
            temp, "git", "-c", "core.quotePath=false", "ls-files", "-z", "-o", "--exclude-standard")
        .transform(out -> Stream.of(out.split("\0")))
        .filter(FILES::contains)
        .sorted()
        .toList();
  }

  @Test
  void linesMeanWhatTheyMeanToGit() throws Exception {
    makeFiles();
    run(temp, "git", "init", "-q");
    List<String> cases =
        List.of(
            "*.o",
            "/a",
            "a",
            "a/",
            "dir/",
            "dir",
            "dir/*",
            "dir/**",
            "**/a",
            "**/foo",
            "foo/",
            "foo/bar",
            "/foo*",
            "dir/foo",
            "a1/**/c",
            "a1/**/b/c",
            "a1/*/b",
            "**/b/**",
            "/**/a",
            "**",
            "*",
            "/*",
            "*/",
            "*\n!*.txt",
            "*\n!dir/\n!dir/a",
            "dir\n!dir/a",
            "dir/*\n!dir/a",
            "*\n!*/\n!*.java",
            "\\#hash",
            "#hash",
            "\\!bang",
            "!bang",
            "trail\\ ",
            "trail ",
            "sp ace",
            "sp\\ ace",
            "trail \\ ",
            "x[1]",
            "x\\[1\\]",
            "x[[]1]",
            "[ab]",
            "[!ab]",
            "[^ab]",
            "[a-c]*",
            "e[0-9]",
            "e[!0-9]1",
            "e[-]1",
            "[[:upper:]]*",
            "[[:alpha:]][[:digit:]]",
            "*[[:space:]]*",
            "e?1",
            "?",
            "??",
            "[",
            "a[",
            "back\\\\slash",
            "foo\\",
            "",
            "   ",
            "/",
            "//",
            "!",
            "build/\n!build/keep.txt",
            "/build/*\n!/build/keep.txt",
            "log/**/*.log",
            "log/*.log\n!log/keep",
            ".*",
            ".d",
            "*.c\r\n*.o",
            "***/a",
            "dir/***",
            "a**",
            "**a",
            "dir/**/b.o",
            "**/deep/**",
            "node_modules",
            "/node_modules/",
            "src/build",
            "build",
            "[z-a]",
            "E1",
            "e1",
            "dir/sub/deep/c[-x]1",
            "[]a]",
            "[!]a]",
            "foo2/bar*",
            "a1/x/**",
            "ü*",
            "*/a",
            "*/*/a");
    List<String> wrong = new ArrayList<>();
    for (String rules : cases) {
      List<String> ours = sent(rules);
      List<String> gits = gitSends(rules.replace("\r\n", "\n"));
      if (!ours.equals(gits)) {
        wrong.add(difference(rules, ours, gits));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void randomRulesMeanWhatTheyMeanToGit() throws Exception {
    makeFiles();
    run(temp, "git", "init", "-q");
    String[] parts = {
      "a", "b", "*", "**", "/", "?", "dir", "sub", "[a-f]", ".o", "foo", "!", "bar", "**/"
    };
    Random random = new Random(42);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      StringBuilder rules = new StringBuilder();
      for (int line = random.nextInt(3); line >= 0; line--) {
        rules.append(random.nextInt(4) == 0 ? "!" : "");
        for (int part = random.nextInt(4); part >= 0; part--) {
          rules.append(parts[random.nextInt(parts.length)]);
        }
        rules.append('\n');
      }
      List<String> ours = sent(rules.toString());
      List<String> gits = gitSends(rules.toString());
      if (!ours.equals(gits)) {
        wrong.add(difference(rules.toString(), ours, gits));
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String difference(String rules, List<String> ours, List<String> gits) {
    TreeSet<String> onlyOurs = new TreeSet<>(ours);
    gits.forEach(onlyOurs::remove);
    TreeSet<String> onlyGits = new TreeSet<>(gits);
    ours.forEach(onlyGits::remove);
    return "<" + rules + "> only we send " + onlyOurs + ", only git " + onlyGits;
  }

  @Test
  void withoutAnIgnoreFileAndWithoutGitEverythingIsSent() throws Exception {
    write(temp.resolve("a"), "x");
    write(temp.resolve("node_modules/b"), "x");
    SourceFiles.Listing listing = SourceFiles.list(folder(temp));
    assertThat(listing.sent()).containsExactly("a", "node_modules/b");
    assertThat(listing.rules()).isEmpty();
  }

  @Test
  void withoutAnIgnoreFileGcloudsDefaultHolds() throws Exception {
    run(temp, "git", "init", "-q");
    write(temp.resolve(".gitignore"), "out/\n*.log\n");
    write(temp.resolve("out/x"), "x");
    write(temp.resolve("a.log"), "x");
    write(temp.resolve("new-and-not-committed"), "x");
    write(temp.resolve("sub/.gitignore"), "*\n");
    write(temp.resolve("sub/f"), "x");
    SourceFiles.Listing listing = SourceFiles.list(folder(temp));
    // Only the file at the top counts; .gitignore files themselves stay behind everywhere.
    assertThat(listing.sent()).containsExactly("new-and-not-committed", "sub/f");
    assertThat(listing.leftOut())
        .containsExactly(".git/", ".gitignore", "a.log", "out/", "sub/.gitignore");
    unpack(folder(temp), temp.resolveSibling(temp.getFileName() + "-copy"), told);
    assertThat(told.notes)
        .containsExactly(
            temp
                + ": left out 5 files and folders by gcloud's default rules and .gitignore;"
                + " .git is among them: --no-ignore sends all");
    FolderTree.remove(temp.resolveSibling(temp.getFileName() + "-copy"));
  }

  @Test
  void gcloudignoreTakesTheRulesOfGitignoreByReference() throws Exception {
    write(temp.resolve(".gitignore"), "*.log\n!keep.log\n");
    write(temp.resolve(".gcloudignore"), "# ours\n*.tmp\n#!include:.gitignore\n!b.tmp\n");
    for (String file : List.of("a.log", "keep.log", "a.tmp", "b.tmp", "c")) {
      write(temp.resolve(file), "x");
    }
    SourceFiles.Listing listing = SourceFiles.list(folder(temp));
    assertThat(listing.sent())
        .containsExactly(".gcloudignore", ".gitignore", "b.tmp", "c", "keep.log");
    assertThat(listing.rules()).isEqualTo(".gcloudignore");
  }

  @Test
  void anIncludeWithinAnIncludedFileIsNotFollowed() throws Exception {
    write(temp.resolve(".gcloudignore"), "# !include:one\n");
    write(temp.resolve("one"), "a\n#!include:two\n");
    write(temp.resolve("two"), "b\n");
    write(temp.resolve("a"), "x");
    write(temp.resolve("b"), "x");
    assertThat(SourceFiles.list(folder(temp)).sent())
        .containsExactly(".gcloudignore", "b", "one", "two");
  }

  @Test
  void aWrongIncludeIsSaidWithItsPlace() throws Exception {
    Path file = write(temp.resolve(".gcloudignore"), "a\n#!include:nope\n");
    assertThatThrownBy(() -> SourceFiles.list(folder(temp)))
        .isInstanceOf(SourceException.class)
        .hasMessage(file + ":2: #!include names \"nope\", which does not exist");
    write(file, "#!include:../x\n");
    assertThatThrownBy(() -> SourceFiles.list(folder(temp)))
        .hasMessage(file + ":1: #!include may only name a file of the same folder, not \"../x\"");
  }

  @Test
  void anIgnoreFileOfAnotherNameMustExist() {
    BuildSource.Folder source =
        new BuildSource.Folder(temp, new IgnoreChoice.FromFile("other.ignore"));
    assertThatThrownBy(() -> SourceFiles.list(source))
        .hasMessage(temp.resolve("other.ignore") + ": the ignore file does not exist");
  }

  @Test
  void aFolderThatIsLeftOutIsNeverEntered() throws Exception {
    write(temp.resolve(".gcloudignore"), "skip/\n");
    // Deeper than a path may be: entering it would fail.
    String half = ("n".repeat(200) + "/").repeat(15);
    Path deep = Files.createDirectories(temp.resolve("skip").resolve(half));
    run(deep, "mkdir", "-p", half);
    try {
      assertThat(SourceFiles.list(folder(temp)).sent()).containsExactly(".gcloudignore");
      assertThatThrownBy(() -> SourceFiles.list(Sources.whole(temp)))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("can't be read");
    } finally {
      run(temp, "rm", "-rf", "skip");
    }
  }
}
