package dev.groundbuild.runner.source;

import static dev.groundbuild.runner.source.Sources.folder;
import static dev.groundbuild.runner.source.Sources.run;
import static dev.groundbuild.runner.source.Sources.unpack;
import static dev.groundbuild.runner.source.Sources.whole;
import static dev.groundbuild.runner.source.Sources.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.source.Sources.Told;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderTarTest {
  @TempDir Path temp;
  private final Told told = new Told();

  @Test
  void everyKindOfEntrySurvivesTheWay() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    write(source.resolve("a.txt"), "hello");
    write(source.resolve("bin/tool"), "#!/bin/sh\n");
    write(source.resolve("two\nlines"), "x");
    write(source.resolve("grüß dich"), "x");
    write(source.resolve("d/" + "long/".repeat(60) + "n".repeat(250)), "deep");
    Files.createDirectories(source.resolve("empty/folder"));
    Files.createFile(source.resolve("empty file"));
    Files.createSymbolicLink(source.resolve("dangling"), Path.of("no/such"));
    Files.createSymbolicLink(source.resolve("absolute"), Path.of("/no/such/place"));
    Files.createSymbolicLink(source.resolve("to folder"), Path.of("bin"));
    Files.createSymbolicLink(source.resolve("far"), Path.of("../" + "t".repeat(200)));
    Files.createLink(source.resolve("again"), source.resolve("a.txt"));
    run(source, "sh", "-c", "chmod 4755 bin/tool; chmod 0400 a.txt; : > \"$(printf 'b\\377d')\"");
    run(source, "truncate", "-s", "3M", "sparse");
    Files.setLastModifiedTime(
        source.resolve("empty file"), FileTime.from(Instant.parse("1960-01-01T00:00:00Z")));
    Files.setLastModifiedTime(
        source.resolve("sparse"), FileTime.from(Instant.parse("2001-01-01T00:00:00.123456789Z")));

    Path copy = unpack(whole(source), temp.resolve("copy"), told);

    run(temp, "diff", "-r", "--no-dereference", "source", "copy");
    // Folders become writable for all; everything else is as it was.
    run(source, "find", ".", "-type", "d", "-exec", "chmod", "0777", "{}", ";");
    assertThat(Sources.describe(copy)).isEqualTo(Sources.describe(source));
    assertThat(Files.getLastModifiedTime(copy.resolve("sparse")).toInstant())
        .isEqualTo(Instant.parse("2001-01-01T00:00:00.123456700Z"));
    assertThat(told.notes).isEmpty();
  }

  @Test
  void theWorkspaceItselfIsWritableForAll() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    write(source.resolve("sub/f"), "x");
    run(source, "chmod", "0500", ".", "sub");
    Path copy = unpack(whole(source), temp.resolve("copy"), told);
    assertThat(run(copy, "stat", "-c", "%a", ".", "sub").lines()).containsExactly("777", "777");
    run(source, "chmod", "0700", ".", "sub");
  }

  @Test
  void socketsPipesAndDevicesAreLeftOutWithANote() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    write(source.resolve("f"), "x");
    run(source, "mkfifo", "pipe");
    Path copy = unpack(whole(source), temp.resolve("copy"), told);
    assertThat(Files.exists(copy.resolve("pipe"))).isFalse();
    assertThat(told.notes).containsExactly("pipe: left out, it is a socket, pipe or device");
  }

  @Test
  void aFileThatShrinksOrGrowsWhileItIsReadLeavesTheTarWhole() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    Path small = Files.write(source.resolve("b-shrinks"), new byte[3_000_000]);
    Path large = Files.write(source.resolve("c-grows"), new byte[10]);
    write(source.resolve("d"), "last");
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    // The first write happens when a buffer is full, in the middle of the first file.
    OutputStream meddling =
        new OutputStream() {
          @Override
          public void write(int b) {
            kept.write(b);
          }

          @Override
          public void write(byte[] from, int offset, int length) throws IOException {
            if (kept.size() == 0) {
              Files.write(small, new byte[10]);
              Files.write(large, new byte[5_000]);
            }
            kept.write(from, offset, length);
          }
        };
    FolderTar.write(source, IgnoreRules.NONE, FolderTar.Owner.AS_ON_DISK, meddling, told);
    Path tar = Files.write(temp.resolve("t.tar"), kept.toByteArray());
    assertThat(run(temp, "tar", "-tf", tar.toString()).lines())
        .containsExactly("./", "b-shrinks", "c-grows", "d");
    assertThat(told.notes).hasSize(1);
    assertThat(told.notes.getFirst()).startsWith("b-shrinks: shrank while it was read");
  }

  @Test
  void anInterruptEndsTheTarAndNoThreadStays() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    for (int i = 0; i < 20; i++) {
      Files.write(source.resolve("f" + i), new byte[2_000_000]);
    }
    try (OpenedSource opened = OpenedSource.open(whole(source), told)) {
      InputStream tar = opened.tar();
      assertThat(tar.read()).isEqualTo('.');
      tar.close(); // returns only when the writer has ended
      assertThat(tar.read(new byte[8_000_000])).isNotZero();
    }
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() ->
              FolderTar.write(
                  source,
                  IgnoreRules.NONE,
                  FolderTar.Owner.AS_ON_DISK,
                  OutputStream.nullOutputStream(),
                  told))
          .isInstanceOf(java.util.concurrent.CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void theGitFolderIsRootsSoThatGitTrustsIt() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    run(source, "git", "init", "-q");
    write(source.resolve("f"), "x");
    boolean root = ((int) Files.getAttribute(temp, "unix:uid")) == 0;
    if (root) {
      run(source, "chown", "-R", "1234:1234", ".");
    }
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    try (OpenedSource opened = OpenedSource.open(whole(source), told)) {
      opened.tar().transferTo(tar);
    }
    Path file = Files.write(temp.resolve("t.tar"), tar.toByteArray());
    List<String> lines =
        run(temp, "tar", "--numeric-owner", "-tvf", file.toString()).lines().toList();
    Object owner = Files.getAttribute(source.resolve("f"), "unix:uid");
    assertThat(lines).anyMatch(l -> l.matches("drwxrwxrwx 0/0 .* \\.git/"));
    assertThat(lines).anyMatch(l -> l.matches("drwxrwxrwx 0/0 .* \\./"));
    assertThat(lines).anyMatch(l -> l.matches("-\\S+ " + owner + "/.* f"));
    if (root) {
      Path copy = unpack(whole(source), temp.resolve("copy"), told);
      run(copy, "git", "status", "--short");
    }
  }

  @Test
  void filesThatCanNotBeReadAreAllNamed() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    write(source.resolve("ok"), "x");
    write(source.resolve("secret"), "x");
    write(source.resolve("closed/f"), "x");
    run(source, "chmod", "0", "secret", "closed");
    run(temp, "chmod", "-R", "a+rX", temp.toString());
    run(source, "chmod", "0", "secret", "closed");
    String said = asNobody(source);
    assertThat(said)
        .contains("2 of its files or folders can't be read")
        .contains("closed/ (permission denied)")
        .contains("secret (permission denied)")
        .doesNotContain("\tat ");
    run(source, "chmod", "700", "secret", "closed");
  }

  /** Root can read everything, so another user has to try: in a JVM of its own. */
  private String asNobody(Path source) throws Exception {
    List<String> command = new ArrayList<>();
    Path classes = Files.createDirectories(temp.resolve("classes"));
    StringBuilder path = new StringBuilder();
    for (Class<?> type :
        List.of(
            OpenedSource.class,
            ReadAsNobody.class,
            org.apache.commons.compress.archivers.tar.TarArchiveEntry.class,
            org.apache.commons.io.IOUtils.class,
            org.apache.commons.lang3.StringUtils.class,
            org.jspecify.annotations.Nullable.class)) {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path to = classes.resolve(Integer.toString(path.length()));
      run(temp, "cp", "-r", from.toString(), to.toString());
      path.append(path.isEmpty() ? "" : ":").append(to);
    }
    run(temp, "chmod", "-R", "a+rX", classes.toString());
    if (((int) Files.getAttribute(temp, "unix:uid")) == 0) {
      run(temp, "chmod", "a+x", temp.toString());
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            path.toString(),
            ReadAsNobody.class.getName(),
            source.toString()));
    return run(temp, command.toArray(String[]::new));
  }

  /** Prints why a folder can't be sent. */
  static final class ReadAsNobody {
    public static void main(String[] args) throws IOException {
      try (OpenedSource opened = OpenedSource.open(whole(Path.of(args[0])), new Told())) {
        opened.tar().transferTo(OutputStream.nullOutputStream());
        System.out.println("sent");
      } catch (SourceException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void fiveThousandFilesTakeAboutAsLongAsACopy() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    byte[] content = new byte[40_000];
    new Random(1).nextBytes(content);
    for (int i = 0; i < 5_000; i++) {
      Path file = source.resolve("d" + i % 100).resolve("f" + i);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    }
    long copy = time(() -> run(temp, "cp", "-a", "source", "copied"));
    for (int round = 0; round < 2; round++) {
      long ours =
          time(() -> {
            try (OpenedSource opened = OpenedSource.open(whole(source), told);
                InputStream tar = opened.tar()) {
              tar.transferTo(OutputStream.nullOutputStream());
            }
          });
      int number = round;
      long unpacked = time(() -> unpack(whole(source), temp.resolve("un" + number), told));
      System.out.printf(
          "5000 files, 200 MB: cp -a %d ms, tar stream %d ms, stream and tar -x %d ms%n",
          copy, ours, unpacked);
    }
    assertThat(run(temp, "sh", "-c", "find un0 -type f | wc -l").strip()).isEqualTo("5000");
    assertThat(Files.isRegularFile(temp.resolve("un0/d7/f4907"), LinkOption.NOFOLLOW_LINKS))
        .isTrue();
    assertThat(told.updates.getLast()).isEqualTo("Sending source: 5000 files, 190 MiB");
  }

  private interface Work {
    void run() throws Exception;
  }

  private static long time(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1_000_000;
  }

  @Test
  void aFolderThatIsNotThereIsSaidSo() {
    assertThatThrownBy(() -> OpenedSource.open(folder(temp.resolve("nope")), told))
        .isInstanceOf(SourceException.class)
        .hasMessage(temp.resolve("nope") + ": no such folder");
  }
}
