package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.FileArchive;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads small files of containers. Each answer has a connection of its own, which is closed as soon
 * as enough is known: a step may have left gigabytes in the same place.
 */
final class ContainerFiles {
  private static final int NOT_FOUND = 404;

  /** So much of what nobody asked for is read past before the files are asked for one by one. */
  private static final long PATIENCE = 1 << 20;

  private final Connection connection;
  private final Calls calls;

  ContainerFiles(Connection connection, Calls calls) {
    this.connection = connection;
    this.calls = calls;
  }

  Optional<byte[]> read(String container, String path, int limit) {
    return calls.answer(doing(container, path), () -> readNow(container, path, limit));
  }

  Map<String, byte[]> read(String container, String folder, Set<String> names, int limit) {
    return calls.answer(
        doing(container, folder), () -> new Search(container, folder, names, limit).found());
  }

  private static String doing(String container, String path) {
    return "reading " + path + " of container " + container;
  }

  private Optional<byte[]> readNow(String container, String path, int limit) throws IOException {
    Optional<Hijack> archive = archive(container, path);
    if (archive.isEmpty()) {
      return Optional.empty();
    }
    try (Hijack tar = archive.get()) {
      Optional<FileArchive.Entry> entry = FileArchive.first(tar.in(), limit);
      if (entry.isPresent() && !entry.get().isFile()) {
        throw new EngineException(Kind.REFUSED, path + " is not a regular file", null);
      }
      return entry.map(FileArchive.Entry::content);
    }
  }

  /** Empty when the container has nothing of that name. */
  private Optional<Hijack> archive(String container, String path) throws IOException {
    String query = "?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
    try {
      return Optional.of(Hijack.get(connection, "/containers/" + container + "/archive" + query));
    } catch (DockerException e) {
      boolean here = !String.valueOf(e.getMessage()).contains("No such container:");
      if (e.getHttpStatus() == NOT_FOUND && here) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Looks for files in the archive of their folder. */
  private final class Search {
    private final String container;
    private final String folder;
    private final int limit;
    private final Set<String> missing;
    private final Map<String, byte[]> found = new TreeMap<>();

    Search(String container, String folder, Set<String> names, int limit) {
      this.container = container;
      this.folder = folder;
      this.limit = limit;
      this.missing = new TreeSet<>(names);
    }

    Map<String, byte[]> found() throws IOException {
      Optional<Hijack> archive = archive(container, folder);
      if (archive.isEmpty()) {
        return found;
      }
      boolean wholly;
      try (Hijack tar = archive.get()) {
        wholly = searched(tar);
      }
      if (!wholly) {
        for (String name : missing) {
          readNow(container, folder + "/" + name, limit).ifPresent(c -> found.put(name, c));
        }
      }
      return found;
    }

    /** Whether nothing remains to be looked at; a link, for one, has to be followed. */
    private boolean searched(Hijack tar) throws IOException {
      Optional<FileArchive.Entry> top = next(tar);
      if (top.isEmpty() || !top.get().isFolder()) {
        return false;
      }
      long past = 0;
      boolean plain = true;
      while (!missing.isEmpty()) {
        Optional<FileArchive.Entry> next = next(tar);
        if (next.isEmpty()) {
          return plain;
        }
        FileArchive.Entry entry = next.get();
        String name = name(entry.name());
        if (missing.contains(name)) {
          plain &= entry.isFile();
          take(name, entry);
        }
        past += entry.rest();
        if (!missing.isEmpty() && past > PATIENCE) {
          return false;
        }
        tar.in().skipNBytes(missing.isEmpty() ? 0 : entry.rest());
      }
      return true;
    }

    private Optional<FileArchive.Entry> next(Hijack tar) throws IOException {
      return FileArchive.first(tar.in(), name -> missing.contains(name(name)) ? limit : 0);
    }

    private void take(String name, FileArchive.Entry entry) {
      if (entry.isFile()) {
        found.put(name, entry.content());
        missing.remove(name);
      }
    }

    /** Every name begins with that of the folder. */
    private static String name(String entry) {
      String inside = entry.substring(entry.indexOf('/') + 1);
      return inside.endsWith("/") ? inside.substring(0, inside.length() - 1) : inside;
    }
  }
}
