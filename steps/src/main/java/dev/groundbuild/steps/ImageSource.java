package dev.groundbuild.steps;

import dev.groundbuild.steps.StepLog.Stream;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.ImageInfo;
import dev.groundbuild.steps.engine.ImageReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.function.DoubleSupplier;

/**
 * Finds the images that steps run, and pulls the missing ones.
 *
 * <p>Cloud Build: inspect first; a tag that is on the machine is not pulled again, so an image that
 * an earlier step built can be a later step's own. Several steps that miss the same image at the
 * same time wait for one pull: whoever is first in {@link #pulls} pulls on its own thread and
 * completes the future that the others wait for. When the first is interrupted, another takes over.
 */
public final class ImageSource {
  /**
   * Cloud Build: up to 10 retries, backoff 0.5 s x 1.3, capped at 10 s, minus up to 40 % jitter.
   */
  private static final int RETRIES = 10;

  private static final double FIRST_WAIT_SECONDS = 0.5;
  private static final double GROWTH = 1.3;
  private static final double LONGEST_WAIT_SECONDS = 10;
  private static final double JITTER = 0.4;

  private final ContainerEngine engine;
  private final Pause pause;
  private final DoubleSupplier random;
  private final ConcurrentMap<String, CompletableFuture<ImageInfo>> pulls =
      new ConcurrentHashMap<>();

  /**
   * @param pause waits between two attempts to pull
   * @param random from 0 to 1, for the jitter
   */
  public ImageSource(ContainerEngine engine, Pause pause, DoubleSupplier random) {
    this.engine = engine;
    this.pause = pause;
    this.random = random;
  }

  /** Lets time pass. */
  @FunctionalInterface
  public interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * An image that the engine has.
   *
   * @param reference what to run: by digest when a registry knows the image, else as the step names
   *     it
   * @param digest {@code sha256:...}
   */
  public record Found(String reference, Optional<String> digest) {}

  /**
   * Finds the image of a step or pulls it.
   *
   * @throws EngineException NOT_FOUND, UNAUTHORIZED or REFUSED when there is no such image to be
   *     had
   */
  public Found find(int step, String name, StepLog log) {
    ImageReference reference =
        ImageReference.parse(name)
            .orElseThrow(() ->
                new EngineException(
                    Kind.REFUSED, "\"" + name + "\" is not the name of an image", null));
    Optional<ImageInfo> present = engine.findImage(name);
    if (present.isPresent()) {
      Found found = found(reference, present.get());
      String how =
          found.digest().isPresent()
              ? "Already have image (with digest): "
              : "Already have image: ";
      say(log, step, how + name);
      return found;
    }
    say(log, step, "Pulling image: " + name);
    return found(reference, pullOnce(step, reference, log));
  }

  /** Whether a failure to get an image is the config's or the registry's last word. */
  public static boolean isPermanent(EngineException e) {
    return switch (e.kind()) {
      case NOT_FOUND, UNAUTHORIZED, REFUSED -> true;
      case UNREACHABLE, CONFLICT, DISK_FULL, FAILED -> false;
    };
  }

  private ImageInfo pullOnce(int step, ImageReference image, StepLog log) {
    while (true) {
      CompletableFuture<ImageInfo> mine = new CompletableFuture<>();
      CompletableFuture<ImageInfo> other = pulls.putIfAbsent(image.toString(), mine);
      if (other == null) {
        return pullForAll(step, image, log, mine);
      }
      Optional<ImageInfo> pulled = await(other, image);
      if (pulled.isPresent()) {
        return pulled.get();
      }
    }
  }

  private ImageInfo pullForAll(
      int step, ImageReference image, StepLog log, CompletableFuture<ImageInfo> pull) {
    try {
      ImageInfo info = pullWithRetries(step, image, log);
      pull.complete(info);
      return info;
    } catch (RuntimeException e) {
      pull.completeExceptionally(e);
      throw e;
    } finally {
      pulls.remove(image.toString(), pull);
    }
  }

  /** Empty when the one who pulled was interrupted. */
  private static Optional<ImageInfo> await(
      CompletableFuture<ImageInfo> pull, ImageReference image) {
    try {
      return Optional.of(pull.get());
    } catch (CancellationException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EngineException failure) {
        throw new EngineException(failure.kind(), String.valueOf(failure.getMessage()), failure);
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: waiting for image " + image);
    }
  }

  private ImageInfo pullWithRetries(int step, ImageReference image, StepLog log) {
    double wait = FIRST_WAIT_SECONDS;
    for (int attempt = 0; ; attempt++) {
      try {
        ImageInfo info =
            engine.pull(
                image,
                (status, done, total) -> log.progress(step, progress(image, status, done, total)));
        log.progress(step, "");
        say(log, step, "Pulled image: " + image);
        return info;
      } catch (EngineException e) {
        if (e.kind() != Kind.FAILED || attempt == RETRIES) {
          throw e;
        }
        say(
            log,
            step,
            e.getMessage() + " (will try again, " + (RETRIES - attempt) + " times at most)");
      }
      await(wait, image);
      wait = Math.min(LONGEST_WAIT_SECONDS, wait * GROWTH);
    }
  }

  private void await(double seconds, ImageReference image) {
    double wait = seconds * (1 - JITTER * random.getAsDouble());
    try {
      pause.sleep(Duration.ofMillis(Math.round(wait * 1000)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: pulling image " + image);
    }
  }

  private static String progress(ImageReference image, String status, long done, long total) {
    String amount = total == 0 ? status : "%.1f of %.1f MB".formatted(done / 1e6, total / 1e6);
    return "Pulling image: " + image + ": " + amount;
  }

  /** Cloud Build: an image that has a digest in the named repository is run by that digest. */
  private static Found found(ImageReference reference, ImageInfo info) {
    String repository = ImageReference.familiar(reference.repository());
    return info.repoDigests().stream()
        .flatMap(text -> ImageReference.parse(text).stream())
        .filter(known -> ImageReference.familiar(known.repository()).equals(repository))
        .findFirst()
        .map(known -> new Found(known.toString(), known.digest()))
        .orElseGet(() -> new Found(reference.toString(), Optional.empty()));
  }

  private static void say(StepLog log, int step, String text) {
    log.line(step, Stream.RUNNER, text.getBytes(StandardCharsets.UTF_8), true);
  }
}
