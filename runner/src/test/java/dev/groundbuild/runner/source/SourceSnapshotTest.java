package dev.groundbuild.runner.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceSnapshotTest {
  private final byte[] content = new byte[300_000];

  @TempDir private Path folder;

  SourceSnapshotTest() {
    new Random(1).nextBytes(content);
  }

  @Test
  void whatWasReadIsKeptForItsOwnerAlone() throws IOException {
    Path file = folder.resolve("source.tar");
    try (InputStream in = SourceSnapshot.keeping(new ByteArrayInputStream(content), file)) {
      assertThat(in.read()).isEqualTo(content[0] & 0xff);
      assertThat(in.readAllBytes()).hasSize(content.length - 1);
      assertThat(file).doesNotExist();
    }
    try (InputStream copy = SourceSnapshot.open(file)) {
      assertThat(copy.readAllBytes()).isEqualTo(content);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void whatIsTooLargeIsReadAllTheSameAndNotKept() throws IOException {
    Path file = folder.resolve("source.tar");
    int most = content.length - 1;
    try (InputStream in = SourceSnapshot.keeping(new ByteArrayInputStream(content), file, most)) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    assertThat(files()).isZero();
  }

  @Test
  void whatWasNotReadToItsEndIsNotKept() throws IOException {
    Path file = folder.resolve("source.tar");
    try (InputStream in = SourceSnapshot.keeping(new ByteArrayInputStream(content), file)) {
      assertThat(in.readNBytes(content.length - 1)).hasSize(content.length - 1);
    }
    assertThat(files()).isZero();
  }

  @Test
  void aCopyThatCannotBeWrittenDisturbsNobody() throws IOException {
    Path file = folder.resolve("missing/source.tar");
    try (InputStream in = SourceSnapshot.keeping(new ByteArrayInputStream(content), file)) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    assertThat(files()).isZero();
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
