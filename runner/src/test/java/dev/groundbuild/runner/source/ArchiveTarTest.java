package dev.groundbuild.runner.source;

import static dev.groundbuild.runner.source.Sources.run;
import static dev.groundbuild.runner.source.Sources.unpack;
import static dev.groundbuild.runner.source.Sources.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.source.Sources.Told;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchiveTarTest {
  @TempDir Path temp;
  private final Told told = new Told();

  private Path tree() throws Exception {
    Path tree = Files.createDirectory(temp.resolve("tree"));
    write(tree.resolve("a.txt"), "hello");
    write(tree.resolve("bin/tool"), "#!/bin/sh\n");
    write(tree.resolve("grüß/two words"), "x");
    write(tree.resolve("d/" + "n".repeat(200)), "long");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("bin/tool"));
    Files.createDirectories(tree.resolve("empty"));
    run(tree, "chmod", "0751", "bin/tool");
    run(tree, "chmod", "0777", "bin", "grüß", "d", "empty");
    return tree;
  }

  private void arrives(Path archive, Path tree) throws Exception {
    Path copy = unpack(new BuildSource.Archive(archive), temp.resolve("copy"), told);
    run(temp, "diff", "-r", "--no-dereference", tree.toString(), copy.toString());
    assertThat(run(copy, "stat", "-c", "%a", "bin/tool", "a.txt", "bin", ".").lines())
        .containsExactly("751", "644", "777", "777");
    assertThat(told.notes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--format=gnu", "--format=posix", "--format=ustar"})
  void aCompressedTarArrivesWhole(String format) throws Exception {
    Path tree = tree();
    if (format.endsWith("ustar")) {
      Files.delete(tree.resolve("d/" + "n".repeat(200))); // more than that format can say
    }
    Files.createLink(tree.resolve("again"), tree.resolve("a.txt"));
    run(tree, "tar", format, "-czf", "../s.tgz", ".");
    arrives(temp.resolve("s.tgz"), tree);
  }

  @Test
  void aZipArrivesWholeWithItsModes() throws Exception {
    Path tree = tree();
    Path file = temp.resolve("s.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file);
        Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.skip(1).toList()) {
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        ZipArchiveEntry entry = new ZipArchiveEntry(tree.relativize(path) + (folder ? "/" : ""));
        entry.setUnixMode((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS));
        zip.putArchiveEntry(entry);
        if (Files.isSymbolicLink(path)) {
          zip.write(Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8));
        } else if (!folder) {
          zip.write(Files.readAllBytes(path));
        }
        zip.closeArchiveEntry();
      }
    }
    arrives(file, tree);
  }

  @Test
  void aZipWithoutFoldersAndModesGetsBoth() throws Exception {
    Path file = temp.resolve("s.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("deep/er/f"));
      zip.write("x".getBytes(StandardCharsets.UTF_8));
    }
    Path copy = unpack(new BuildSource.Archive(file), temp.resolve("copy"), told);
    assertThat(run(copy, "stat", "-c", "%a", "deep", "deep/er", "deep/er/f").lines())
        .containsExactly("777", "777", "644");
  }

  @Test
  void oneFileCanBeReadWithoutTheRest() throws Exception {
    Path tree = tree();
    run(tree, "tar", "-czf", "../s.tgz", ".");
    try (OpenedSource source =
        OpenedSource.open(new BuildSource.Archive(temp.resolve("s.tgz")), told)) {
      assertThat(source.file("bin/tool")).hasValue("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8));
      assertThat(source.file("bin/nope")).isEmpty();
      assertThat(source.folder()).isEmpty();
    }
  }

  private AbstractThrowableAssert<?, ?> assertRefused(Path archive) {
    return assertThatThrownBy(
            () -> {
              try (OpenedSource source =
                  OpenedSource.open(new BuildSource.Archive(archive), told)) {
                source.tar().transferTo(OutputStream.nullOutputStream());
              }
            })
        .isInstanceOf(SourceException.class)
        .hasMessageStartingWith(archive + ": ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "/etc/evil", "a/../../evil", "a/..", ".."})
  void namesThatLeadOutAreRefused(String name) throws Exception {
    assertRefused(tgz(entry(name, TarConstants.LF_NORMAL, "")))
        .hasMessageContaining("refused: the name \"" + name + "\" in it leads out");
    Path zip = temp.resolve("s.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry(name));
    }
    assertRefused(zip).hasMessageContaining("leads out");
  }

  @Test
  void nothingIsWrittenThroughALink() throws Exception {
    TarArchiveEntry link = entry("a", TarConstants.LF_SYMLINK, "/etc");
    assertRefused(tgz(link, entry("a/passwd", TarConstants.LF_NORMAL, "")))
        .hasMessageContaining("refused: \"a/passwd\" goes through \"a\"");
    assertRefused(tgz(link, entry("./x", TarConstants.LF_LINK, "a/passwd")))
        .hasMessageContaining("goes through \"a\"");
    assertRefused(tgz(entry("x", TarConstants.LF_LINK, "../../etc/passwd")))
        .hasMessageContaining("leads out");
    assertRefused(tgz(entry("x", TarConstants.LF_LINK, "/etc/passwd")))
        .hasMessageContaining("leads out");
  }

  @Test
  void devicesAreLeftOut() throws Exception {
    Path archive =
        tgz(entry("null", TarConstants.LF_CHR, ""), entry("f", TarConstants.LF_FIFO, ""));
    Path copy = unpack(new BuildSource.Archive(archive), temp.resolve("copy"), told);
    assertThat(copy).isEmptyDirectory();
    assertThat(told.notes).hasSize(2);
  }

  @Test
  void whatGrowsBeyondReasonIsRefused() throws Exception {
    Path big = Files.write(temp.resolve("zeros"), new byte[3_000_000]);
    run(temp, "tar", "-czf", "s.tgz", big.getFileName().toString());
    Path zip = temp.resolve("s.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("zeros"));
      out.write(new byte[3_000_000]);
    }
    ArchiveItems.Limit limit = new ArchiveItems.Limit(1_000_000, 100);
    for (Path archive : new Path[] {temp.resolve("s.tgz"), zip}) {
      assertThatThrownBy(
              () -> ArchiveTar.write(archive, limit, OutputStream.nullOutputStream(), told))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("unpacks to more than 100 times its size");
      ArchiveTar.write(
          archive, new ArchiveItems.Limit(4_000_000, 100), OutputStream.nullOutputStream(), told);
    }
  }

  @Test
  void damageIsSaidInOneSentence() throws Exception {
    Path tree = tree();
    run(tree, "tar", "-czf", "../s.tgz", ".");
    byte[] whole = Files.readAllBytes(temp.resolve("s.tgz"));
    Path cut = Files.write(temp.resolve("cut.tgz"), java.util.Arrays.copyOf(whole, 200));
    assertRefused(cut).hasMessageContaining("the archive is damaged");
    byte[] wrong = whole.clone();
    wrong[wrong.length - 6] ^= 1; // the checksum at the end
    assertRefused(Files.write(temp.resolve("sum.tgz"), wrong))
        .hasMessageContaining("the archive is damaged");
    Path zip = temp.resolve("s.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.setMethod(ZipOutputStream.STORED);
      ZipEntry stored = new ZipEntry("f");
      stored.setSize(4);
      stored.setCrc(0x12345678);
      byte[] content = "abcd".getBytes(StandardCharsets.UTF_8);
      java.util.zip.CRC32 sum = new java.util.zip.CRC32();
      sum.update(content);
      stored.setCrc(sum.getValue());
      out.putNextEntry(stored);
      out.write(content);
    }
    byte[] bytes = Files.readAllBytes(zip);
    bytes[31] ^= 1; // the first byte of the content
    assertRefused(Files.write(temp.resolve("sum.zip"), bytes))
        .hasMessageContaining("the checksum of \"f\" is wrong");
    assertRefused(Files.write(temp.resolve("text.zip"), new byte[] {'h', 'i', '!', '!'}))
        .hasMessageContaining("is neither a gzip-compressed tar nor a zip");
    assertRefused(Files.write(temp.resolve("head.zip"), new byte[] {'P', 'K', 3, 4, 0, 0}))
        .hasMessageContaining("the archive is damaged");
  }

  private static TarArchiveEntry entry(String name, byte type, String target) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(target);
    return entry;
  }

  private Path tgz(TarArchiveEntry... entries) throws IOException {
    Path file = temp.resolve("hostile.tgz");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
      for (TarArchiveEntry entry : entries) {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
    }
    return file;
  }
}
