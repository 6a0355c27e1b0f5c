package dev.groundbuild.runner.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a folder's files are like at one moment, minus what its rules leave out: enough to see that
 * one was written, made or removed, without reading any.
 */
public final class FolderState {
  private final Map<String, String> entries;

  /**
   * What to look at.
   *
   * @param also files that count wherever they are, and whatever the folder's rules say
   * @param except files and folders that don't count, with all below them
   */
  public record Watched(BuildSource.Folder folder, Set<Path> also, Set<Path> except) {
    public Watched {
      also = Set.copyOf(also);
      except = Set.copyOf(except);
    }
  }

  private FolderState(Map<String, String> entries) {
    this.entries = entries;
  }

  /** Looks at it now; what can't be looked at counts as not there. */
  public static FolderState of(Watched watched) {
    Map<String, String> found = ofFolder(watched.folder(), watched.except());
    for (Path file : watched.also()) {
      try {
        BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
        String path = watched.folder().path().relativize(file).toString();
        found.putIfAbsent(path, is.size() + " " + is.lastModifiedTime());
      } catch (IOException _) {
        // As said: not there.
      }
    }
    return new FolderState(found);
  }

  private static Map<String, String> ofFolder(BuildSource.Folder source, Set<Path> except) {
    Map<String, String> found = new TreeMap<>();
    FolderWalk.Visitor visitor =
        new FolderWalk.Visitor() {
          @Override
          public void entry(FolderWalk.Entry entry) {
            if (except.stream().anyMatch(entry.file()::startsWith)) {
              return;
            }
            boolean folder = entry.type() == FolderWalk.Type.FOLDER;
            // A folder changes its time and size with files that are left out, too.
            String content = folder ? "" : entry.size() + " " + entry.meta().modified();
            found.put(entry.path(), entry.type() + " " + entry.meta().mode() + " " + content);
          }

          @Override
          public void failed(String path, IOException why) {}

          @Override
          public void ignored(String path) {}
        };
    try {
      new FolderWalk(IgnoreRules.of(source.path(), source.ignore()), visitor).walk(source.path());
    } catch (IOException e) {
      found.clear(); // the folder itself is gone, or no longer one
    }
    return found;
  }

  /** One of the paths that are not as they were; empty when all are. */
  public Optional<String> changeSince(FolderState before) {
    return entries.entrySet().stream()
        .filter(e -> !e.getValue().equals(before.entries.get(e.getKey())))
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() ->
            before.entries.keySet().stream().filter(p -> !entries.containsKey(p)).findFirst());
  }
}
