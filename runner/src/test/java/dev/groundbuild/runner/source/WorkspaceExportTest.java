package dev.groundbuild.runner.source;

import static dev.groundbuild.runner.source.Sources.describe;
import static dev.groundbuild.runner.source.Sources.run;
import static dev.groundbuild.runner.source.Sources.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.source.Sources.Told;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkspaceExportTest {
  @TempDir Path temp;
  private final Told told = new Told();

  /** A tar such as the engine sends: everything below workspace/, POSIX format. */
  private long export(Path target) throws Exception {
    Path tar = temp.resolve("w.tar");
    run(temp, "tar", "--format=posix", "-cf", tar.toString(), "workspace");
    try (InputStream in = Files.newInputStream(tar)) {
      return WorkspaceExport.write(in, target, told);
    }
  }

  private Path workspace() throws Exception {
    Path workspace = Files.createDirectory(temp.resolve("workspace"));
    write(workspace.resolve("a.txt"), "hello");
    write(workspace.resolve("bin/tool"), "x");
    write(workspace.resolve("grüß/two\nlines"), "x");
    write(workspace.resolve("long/".repeat(60) + "n".repeat(200)), "deep");
    Files.createDirectories(workspace.resolve("empty/folder"));
    Files.createSymbolicLink(workspace.resolve("dangling"), Path.of("../no/such"));
    Files.createSymbolicLink(workspace.resolve("to-bin"), Path.of("bin"));
    Files.createLink(workspace.resolve("again"), workspace.resolve("a.txt"));
    run(workspace, "chmod", "4750", "bin/tool");
    run(workspace, "chmod", "0555", "empty");
    run(workspace, "touch", "-h", "-d", "2001-02-03T04:05:06Z", "a.txt", "bin", "dangling");
    return workspace;
  }

  @Test
  void everythingArrivesWithItsModeTimeAndOwner() throws Exception {
    Path workspace = workspace();
    boolean root = ((Number) Files.getAttribute(temp, "unix:uid")).longValue() == 0;
    if (root) {
      run(workspace, "chown", "-h", "1234:2345", "a.txt", "dangling", "empty");
    } else {
      run(workspace, "chmod", "0750", "bin/tool");
    }
    Path target = temp.resolve("new/deep/out");
    long files = export(target);
    run(temp, "diff", "-r", "--no-dereference", "workspace", target.toString());
    assertThat(describe(target)).isEqualTo(describe(workspace));
    assertThat(run(target, "stat", "-c", "%i", "a.txt", "again").lines().distinct()).hasSize(1);
    assertThat(run(target, "stat", "-c", "%Y", "bin").strip()).isEqualTo("981173106");
    assertThat(files).isEqualTo(7);
    run(temp, "chmod", "-R", "u+w", ".");
  }

  @Test
  void aNameThatIsNotUtf8IsReplacedWithANote() throws Exception {
    Path workspace = Files.createDirectory(temp.resolve("workspace"));
    run(workspace, "sh", "-c", ": > \"$(printf 'b\\377d')\"");
    export(temp.resolve("out"));
    assertThat(temp.resolve("out/b\uFFFDd")).isRegularFile();
    assertThat(told.notes)
        .containsExactly(
            temp.resolve("out/b\uFFFDd") + ": written under this name; its own is not UTF-8");
  }

  @Test
  void aFolderThatExistsIsFilledAndKeepsWhatElseIsInIt() throws Exception {
    workspace();
    Path target = temp.resolve("out");
    write(target.resolve("mine"), "mine");
    write(target.resolve("a.txt"), "old and longer");
    Files.createSymbolicLink(target.resolve("bin"), temp);
    write(temp.resolve("outside"), "x");
    run(target, "chmod", "0700", ".");
    Files.delete(target.resolve("bin"));
    Files.createSymbolicLink(target.resolve("again"), temp.resolve("outside"));
    export(target);
    assertThat(target.resolve("mine")).hasContent("mine");
    assertThat(target.resolve("a.txt")).hasContent("hello");
    assertThat(target.resolve("again")).hasContent("hello");
    assertThat(temp.resolve("outside")).hasContent("x");
    assertThat(run(target, "stat", "-c", "%a", ".").strip()).isEqualTo("700");
    run(temp, "chmod", "-R", "u+w", ".");
  }

  @Test
  void nothingIsWrittenOutside() throws Exception {
    Path target = temp.resolve("out");
    for (String name :
        new String[] {"workspace/../../evil", "../evil", "workspace/a/../../../evil"}) {
      assertThatThrownBy(() -> WorkspaceExport.write(tar(file(name)), target, told))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("leads out of it");
    }
    TarArchiveEntry link = new TarArchiveEntry("workspace/link", TarConstants.LF_SYMLINK);
    link.setLinkName("..");
    assertThatThrownBy(
            () -> WorkspaceExport.write(tar(link, file("workspace/link/evil")), target, told))
        .hasMessageContaining("link: is a symbolic link, and nothing is written through one");
    TarArchiveEntry hard = new TarArchiveEntry("workspace/hard", TarConstants.LF_LINK);
    hard.setLinkName("workspace/link/outside");
    write(temp.resolve("outside"), "x");
    assertThatThrownBy(() -> WorkspaceExport.write(tar(link, hard), target, told))
        .hasMessageContaining("nothing is written through one");
    hard.setLinkName("/etc/passwd");
    assertThatThrownBy(() -> WorkspaceExport.write(tar(hard), target, told))
        .hasMessageContaining("leads out of it");
    // An absolute name is one below the folder, whatever it says.
    WorkspaceExport.write(tar(file("/workspace/etc/shadow")), target, told);
    assertThat(target.resolve("etc/shadow")).isRegularFile();
    assertThat(temp.resolve("evil")).doesNotExist();
    assertThat(temp.resolve("../evil")).doesNotExist();
  }

  @Test
  void whatCanNotBeWrittenIsAnError() throws Exception {
    Path blocked = write(temp.resolve("file"), "x");
    assertThatThrownBy(() -> WorkspaceExport.write(tar(file("workspace/a")), blocked, told))
        .isInstanceOf(SourceException.class)
        .hasMessageStartingWith(blocked + ": the workspace can't be written here: ");
    Path target = temp.resolve("out");
    write(target.resolve("a/b"), "x");
    assertThatThrownBy(() -> WorkspaceExport.write(tar(file("workspace/a")), target, told))
        .hasMessage(
            target.resolve("a") + ": can't be written: a folder of that name is there already");
    assertThatThrownBy(
            () -> WorkspaceExport.write(new ByteArrayInputStream(new byte[0]), target, told))
        .hasMessageContaining("the engine sent nothing");
    byte[] cut = tar(file("workspace/a1")).readNBytes(700);
    assertThatThrownBy(() -> WorkspaceExport.write(new ByteArrayInputStream(cut), target, told))
        .isInstanceOf(SourceException.class);
  }

  private static TarArchiveEntry file(String name) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
    entry.setSize(1000);
    return entry;
  }

  private static InputStream tar(TarArchiveEntry... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (TarArchiveEntry entry : entries) {
        tar.putArchiveEntry(entry);
        tar.write(new byte[(int) entry.getSize()]);
        tar.closeArchiveEntry();
      }
    }
    return new ByteArrayInputStream(out.toByteArray());
  }
}
