package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.overlay.Cache.KeyPart;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Works out the key of a cache for the files that are in /workspace now. */
final class CacheKey {
  private static final String WORKSPACE = "/workspace";
  private static final int SHOWN = 16;

  private final ContainerEngine engine;
  private final String holder;
  private final Consumer<String> warn;

  /**
   * @param holder a container with /workspace
   * @param warn takes what is probably a mistake
   */
  CacheKey(ContainerEngine engine, String holder, Consumer<String> warn) {
    this.engine = engine;
    this.holder = holder;
    this.warn = warn;
  }

  String of(Cache cache) {
    StringBuilder key = new StringBuilder();
    for (KeyPart part : cache.key()) {
      switch (part) {
        case KeyPart.Text(String text) -> key.append(text);
        case KeyPart.Checksum(List<String> patterns) -> key.append(checksum(patterns));
      }
    }
    return key.toString();
  }

  /** Of names and contents; files that are not there count as that. */
  private String checksum(List<String> patterns) {
    SortedMap<String, String> digests = new TreeMap<>();
    for (String pattern : patterns) {
      String folder = fixedFolder(pattern);
      Pattern wanted = PathPattern.compile(pattern);
      look(folder, wanted, digests);
      if (folder.equals(pattern) && !digests.containsKey(pattern)) {
        warn.accept(
            "the key's file %s is not there, or is no plain file: it changes nothing in the key"
                .formatted(pattern));
      }
    }
    MessageDigest all = sha256();
    digests.forEach((name, digest) ->
        all.update((name + "\0" + digest + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(all.digest()).substring(0, SHOWN);
  }

  /** What stands before the first wildcard: only that is read. */
  private static String fixedFolder(String pattern) {
    int wildcard = pattern.replaceAll("[?\\[]", "*").indexOf('*');
    if (wildcard < 0) {
      return pattern;
    }
    int slash = pattern.lastIndexOf('/', wildcard);
    return slash < 0 ? "" : pattern.substring(0, slash);
  }

  private void look(String folder, Pattern wanted, SortedMap<String, String> digests) {
    String path = folder.isEmpty() ? WORKSPACE : WORKSPACE + "/" + folder;
    int slash = folder.lastIndexOf('/');
    String above = slash < 0 ? "" : folder.substring(0, slash + 1);
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(engine.copyOut(holder, path), "UTF-8")) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        String name =
            folder.isEmpty() ? e.getName().replaceFirst("^workspace/", "") : above + e.getName();
        if (e.isFile() && wanted.matcher(name).matches()) {
          digests.put(name, digest(tar));
        }
      }
    } catch (EngineException e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
    } catch (IOException e) {
      throw new EngineException(
          Kind.FAILED, "the files of a cache's key could not be read: " + e.getMessage(), e);
    }
  }

  private static String digest(InputStream content) throws IOException {
    MessageDigest digest = sha256();
    byte[] block = new byte[64 * 1024];
    for (int n = content.read(block); n >= 0; n = content.read(block)) {
      digest.update(block, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
