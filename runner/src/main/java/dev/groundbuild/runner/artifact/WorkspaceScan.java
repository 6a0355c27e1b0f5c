package dev.groundbuild.runner.artifact;

import dev.groundbuild.runner.Delivery.Goods;
import dev.groundbuild.runner.artifact.FileTaker.WorkspaceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads /workspace once, from its beginning to its end, and hands each file to those who want it.
 * Nothing is held in memory; a file that two want goes through a temporary one. Only if a wanted
 * file is a link, what it leads to is read in another round.
 */
final class WorkspaceScan {
  private static final String ROOT = "workspace/";
  private static final String OWN_FOLDER = ".groundbuild/";
  private static final int MOST_ROUNDS = 8;

  private final Goods.Workspace workspace;
  private final List<? extends FileTaker> takers;

  WorkspaceScan(Goods.Workspace workspace, List<? extends FileTaker> takers) {
    this.workspace = workspace;
    this.takers = takers;
  }

  void run() throws IOException {
    // From the file that is there to the names under which it is wanted; null: any file as itself.
    Map<String, List<String>> links = round(Map.of(), true);
    for (int i = 1; i < MOST_ROUNDS && !links.isEmpty(); i++) {
      links = round(links, false);
    }
  }

  /** Returns the links that were found in the place of files. */
  private Map<String, List<String>> round(Map<String, List<String>> names, boolean all)
      throws IOException {
    Map<String, List<String>> links = new HashMap<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(workspace.open())) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String path = relative(entry.getName());
        List<String> wanted = all ? List.of(path) : names.getOrDefault(path, List.of());
        if (entry.isSymbolicLink() || entry.isLink()) {
          String target = target(path, entry);
          wanted.stream()
              .filter(this::isWanted)
              .forEach(name -> links.computeIfAbsent(target, _ -> new ArrayList<>()).add(name));
        } else if (entry.isFile()) {
          give(wanted, entry, tar);
        }
      }
    }
    return links;
  }

  private boolean isWanted(String path) {
    return !isOwn(path) && takers.stream().anyMatch(taker -> taker.wants(path));
  }

  /** The folder that is Groundbuild's own is never delivered, also not by way of a link. */
  private static boolean isOwn(String path) {
    return path.startsWith(OWN_FOLDER);
  }

  private record Wish(FileTaker taker, String path) {}

  private void give(List<String> names, TarArchiveEntry entry, InputStream content)
      throws IOException {
    List<Wish> wishes = new ArrayList<>();
    if (isOwn(relative(entry.getName()))) {
      return;
    }
    for (String name : names) {
      takers.stream().filter(t -> t.wants(name)).forEach(t -> wishes.add(new Wish(t, name)));
    }
    boolean executable = (entry.getMode() & 0111) != 0;
    if (wishes.size() == 1) {
      Wish wish = wishes.getFirst();
      wish.taker.take(new WorkspaceFile(wish.path, entry.getSize(), executable, content));
    } else if (!wishes.isEmpty()) {
      Path copy = Files.createTempFile("groundbuild-", ".file");
      try {
        Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
        for (Wish wish : wishes) {
          try (InputStream again = Files.newInputStream(copy)) {
            wish.taker.take(new WorkspaceFile(wish.path, entry.getSize(), executable, again));
          }
        }
      } finally {
        Files.deleteIfExists(copy);
      }
    }
  }

  private static String relative(String name) {
    return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
  }

  /** What a link leads to, relative to /workspace. */
  private static String target(String path, TarArchiveEntry link) {
    if (link.isLink()) {
      return relative(link.getLinkName());
    }
    Path from = Path.of("/" + ROOT + path).resolveSibling(link.getLinkName()).normalize();
    return relative(from.toString().substring(1));
  }
}
