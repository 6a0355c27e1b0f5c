package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import dev.groundbuild.runner.Delivery.DeliveryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Keeps objects as files: {@code gs://BUCKET/PATH} is BUCKET/PATH below a folder. */
final class FolderStore implements ObjectStore {
  private final Path folder;
  private final InstantSource clock;

  FolderStore(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  @Override
  public void check(String bucket) {
    Path root = folder.resolve(bucket);
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new DeliveryException(
          FailureType.PUSH_FAILED, "artifacts: the folder " + root + " can't be made: " + e);
    }
  }

  @Override
  public Stored put(String bucket, String name, InputStream content) throws IOException {
    Path root = folder.resolve(bucket);
    Path target = root.resolve(name).normalize();
    if (!target.startsWith(root)) {
      throw new DeliveryException(
          FailureType.PUSH_FAILED, "artifacts: " + name + " would leave the folder " + root);
    }
    Files.createDirectories(target.resolveSibling("."));
    Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    return new Stored(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()), Optional.empty());
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
