package dev.groundbuild.runner.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

/** One pass over /workspace. */
final class WorkspaceScanTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
  private int opened;

  /** Takes what matches. */
  private record Taker(Glob glob, Map<String, String> taken) implements FileTaker {
    @Override
    public boolean wants(String path) {
      return glob.matches(path);
    }

    @Override
    public void take(WorkspaceFile file) throws IOException {
      taken.put(file.path(), new String(file.content().readAllBytes(), UTF_8));
    }
  }

  private void file(String name, String text) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry("workspace/" + name);
    entry.setSize(text.length());
    tar.putArchiveEntry(entry);
    tar.write(text.getBytes(UTF_8));
    tar.closeArchiveEntry();
  }

  private void link(String name, byte type, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry("workspace/" + name, type);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private List<Map<String, String>> scan(String... globs) throws IOException {
    tar.close();
    List<Taker> takers = new ArrayList<>();
    for (String glob : globs) {
      takers.add(new Taker(Glob.of(glob), new TreeMap<>()));
    }
    new WorkspaceScan(
            () -> {
              opened++;
              return new ByteArrayInputStream(bytes.toByteArray());
            },
            takers)
        .run();
    return takers.stream().map(Taker::taken).toList();
  }

  @Test
  void everyoneGetsWhatTheyWantInOnePass() throws IOException {
    file("a/x", "1");
    file("a/y", "2");
    file("b", "3");
    assertThat(scan("a/*", "**/y", "none"))
        .containsExactly(Map.of("a/x", "1", "a/y", "2"), Map.of("a/y", "2"), Map.of());
    assertThat(opened).isEqualTo(1);
  }

  @Test
  void wantedLinksAreFollowedAndOthersCostNothing() throws IOException {
    link("out/link", TarConstants.LF_SYMLINK, "../deep/file");
    file("deep/file", "content");
    link("out/hard", TarConstants.LF_LINK, "workspace/deep/file");
    link("out/twice", TarConstants.LF_SYMLINK, "/workspace/out/link");
    link("out/round", TarConstants.LF_SYMLINK, "round");
    link("out/away", TarConstants.LF_SYMLINK, "/etc/passwd");
    assertThat(scan("out/*"))
        .containsExactly(
            Map.of("out/link", "content", "out/hard", "content", "out/twice", "content"));
  }

  @Test
  void unwantedLinksNeedNoOtherPass() throws IOException {
    link("link", TarConstants.LF_SYMLINK, "file");
    file("file", "x");
    assertThat(scan("file")).containsExactly(Map.of("file", "x"));
    assertThat(opened).isEqualTo(1);
  }

  @Test
  void theFolderOfSecretsIsNeverDelivered() throws IOException {
    file(".groundbuild/secrets.yaml", "S: 1");
    link("link", TarConstants.LF_SYMLINK, ".groundbuild/secrets.yaml");
    file("file", "x");
    assertThat(scan("**")).containsExactly(Map.of("file", "x"));
  }
}
