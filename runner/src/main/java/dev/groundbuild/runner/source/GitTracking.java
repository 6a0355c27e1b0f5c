package dev.groundbuild.runner.source;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** Whether git knows a file. */
public final class GitTracking {
  private GitTracking() {}

  /** Whether the file is in the index of the checkout around it; a file without one is not. */
  public static boolean isTracked(Path file) {
    try {
      Path real = file.toRealPath();
      File around = real.resolveSibling("").toFile();
      FileRepositoryBuilder builder = new FileRepositoryBuilder().findGitDir(around);
      if (builder.getGitDir() == null) {
        return false;
      }
      try (Repository repository = builder.setMustExist(true).build()) {
        if (repository.isBare()) {
          return false;
        }
        Path relative = repository.getWorkTree().toPath().toRealPath().relativize(real);
        String name = relative.toString().replace(File.separatorChar, '/');
        return repository.readDirCache().getEntry(name) != null;
      }
    } catch (IOException _) {
      return false; // whoever reads the file says why it can't be read
    }
  }
}
