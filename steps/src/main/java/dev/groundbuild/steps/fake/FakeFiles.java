package dev.groundbuild.steps.fake;

import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.FileArchive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** A tree of files in memory, by path from its root; of a container, or of a volume. */
final class FakeFiles {
  // The callers' threads and the containers' meet here: whoever looks or writes holds the lock.
  private final SortedMap<String, ContainerFile> files = new TreeMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  void put(String path, int mode, Optional<byte[]> content) {
    lock.lock();
    try {
      files.put(path, new ContainerFile(path, mode, content));
    } finally {
      lock.unlock();
    }
  }

  /** Unpacks an archive below a folder. */
  void put(String folder, List<FileArchive.Entry> entries) {
    for (FileArchive.Entry entry : entries) {
      String name = entry.name().replaceFirst("^\\./", "").replaceFirst("/$", "");
      Optional<byte[]> content = entry.isFile() ? Optional.of(entry.content()) : Optional.empty();
      put(join(folder, name), entry.mode(), content);
    }
  }

  Optional<ContainerFile> get(String path) {
    lock.lock();
    try {
      return Optional.ofNullable(files.get(path));
    } finally {
      lock.unlock();
    }
  }

  /** Everything at and below a path, named from the path's last part on. */
  List<ContainerFile> below(String path) {
    String parent = path.substring(0, path.lastIndexOf('/') + 1);
    List<ContainerFile> found = new ArrayList<>();
    lock.lock();
    try {
      for (ContainerFile file : files.values()) {
        if (file.path().equals(path) || file.path().startsWith(join(path, ""))) {
          String name = file.path().substring(parent.length());
          found.add(new ContainerFile(name, file.mode(), file.content()));
        }
      }
    } finally {
      lock.unlock();
    }
    return found;
  }

  static String join(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }
}
