package dev.groundbuild.steps.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArchiveTest {
  private static final byte[] TAR =
      FileArchive.of(
          List.of(
              new ContainerFile("/a/file", 0640, Optional.of("text".getBytes(UTF_8))),
              new ContainerFile("/a/folder", 0777, Optional.empty()),
              new ContainerFile("/a/empty", 0600, Optional.of(new byte[0]))));

  @Test
  void theSystemsTarReadsWhatWeWrite(@TempDir Path folder) throws Exception {
    Path tar = Files.write(folder.resolve("x.tar"), TAR);
    Process process = new ProcessBuilder("tar", "tvf", tar.toString(), "--numeric-owner").start();
    String listed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(listed.lines().map(line -> line.replaceAll(" +", " ").replaceAll("1970.*?:00 ", "")))
        .containsExactly(
            "-rw-r----- 0/0 4 a/file", "drwxrwxrwx 0/0 0 a/folder/", "-rw------- 0/0 0 a/empty");
  }

  @Test
  void weReadWhatTheSystemsTarWrites(@TempDir Path folder) throws Exception {
    String name = "n".repeat(150);
    Files.writeString(folder.resolve(name), "long");
    Process process =
        new ProcessBuilder("tar", "cf", "-", "--format=pax", name)
            .directory(folder.toFile())
            .start();
    Optional<FileArchive.Entry> entry = FileArchive.first(process.getInputStream(), 3);
    assertThat(entry.orElseThrow().isFile()).isTrue();
    assertThat(entry.orElseThrow().content()).isEqualTo("lon".getBytes(UTF_8));
  }

  @Test
  void aFileOfManyGigabytesIsKnownForWhatItIs(@TempDir Path folder) throws Exception {
    try (RandomAccessFile large = new RandomAccessFile(folder.resolve("f").toFile(), "rw")) {
      large.setLength(20L << 30);
    }
    for (String format : List.of("pax", "gnu")) {
      Process process =
          new ProcessBuilder("tar", "cf", "-", "--format=" + format, "f")
              .directory(folder.toFile())
              .start();
      try (InputStream tar = process.getInputStream()) {
        FileArchive.Entry entry = FileArchive.first(tar, 3).orElseThrow();
        assertThat(entry.size()).isEqualTo(20L << 30);
        assertThat(entry.content()).hasSize(3);
      }
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void everyEntryIsRead() throws IOException {
    assertThat(FileArchive.all(new ByteArrayInputStream(TAR)))
        .extracting(e -> e.name() + " " + Integer.toOctalString(e.mode()) + " " + e.isFile())
        .containsExactly("a/file 640 true", "a/folder/ 777 false", "a/empty 600 true");
  }

  @Test
  void anEmptyArchiveHasNoEntry() throws IOException {
    assertThat(FileArchive.first(new ByteArrayInputStream(new byte[1024]), 10)).isEmpty();
    assertThat(FileArchive.first(new ByteArrayInputStream(new byte[0]), 10)).isEmpty();
  }

  @Test
  void anArchiveThatIsCutIsAnError() {
    byte[] cut = Arrays.copyOf(TAR, 514);
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> FileArchive.first(new ByteArrayInputStream(cut), 10));
  }

  @Test
  void aPathThatDoesNotFitIsRefused() {
    ContainerFile file = new ContainerFile("/" + "x".repeat(101), 0600, Optional.empty());
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> FileArchive.of(List.of(file)));
  }

  @Test
  void aCopyLeavesOutWhatItShouldAndWhatIsSaidOfIt() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(whole)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (String name : List.of("a", "no/" + "n".repeat(150), "no/b", "k".repeat(150), "z")) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(700);
        tar.putArchiveEntry(entry);
        tar.write(new byte[700]);
        tar.closeArchiveEntry();
      }
    }
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    ArchiveCopy.copy(
        new ByteArrayInputStream(whole.toByteArray()), copy, name -> name.startsWith("no/"));
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(copy.toByteArray()))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        names.add(e.getName());
        assertThat(tar.readAllBytes()).hasSize(700);
      }
    }
    assertThat(names).containsExactly("a", "k".repeat(150), "z");
  }
}
