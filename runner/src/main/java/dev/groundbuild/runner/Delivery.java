package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import com.google.cloudbuild.v1.Results;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Takes the images and artifacts of a build to where they belong, after its last step has
 * succeeded.
 */
public interface Delivery {
  /** Images must exist, as in Cloud Build, and nothing leaves the machine. */
  Delivery NONE =
      (goods, say) -> {
        List<String> missing =
            goods.build().getImagesList().stream()
                .filter(name -> !goods.engine().hasImage(name))
                .toList();
        if (!missing.isEmpty()) {
          throw DeliveryException.imagesMissing(missing);
        }
      };

  /**
   * What a build has made.
   *
   * @param workspace opens an uncompressed tar of /workspace, every entry below {@code workspace/};
   *     the caller closes it
   * @param delivered takes what belongs in the build's results, as soon as it has been delivered;
   *     for the thread that delivers
   */
  record Goods(
      Build build, ContainerEngine engine, Workspace workspace, Consumer<Results> delivered) {
    /** Opens the files of /workspace. */
    @FunctionalInterface
    public interface Workspace {
      InputStream open();
    }
  }

  /**
   * Delivers. Called on a thread that is interrupted when the build is cancelled or its time is
   * over.
   *
   * @param say takes lines for the build's log
   * @throws DeliveryException when something could not be delivered
   */
  void deliver(Goods goods, Consumer<String> say);

  /** Whether there is anything to deliver, so that the log has a part for it. */
  default boolean delivers(Build build) {
    return false;
  }

  /** Something could not be delivered: the build fails, with this type and message. */
  final class DeliveryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final FailureType type;

    public DeliveryException(FailureType type, String message) {
      super(message);
      this.type = type;
    }

    /** Cloud Build: each entry of images must exist after the last step. */
    public static DeliveryException imagesMissing(List<String> names) {
      return new DeliveryException(
          FailureType.PUSH_IMAGE_NOT_FOUND,
          "failed to find one or more images after execution of build steps: ["
              + names.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(" "))
              + "]");
    }

    public FailureType type() {
      return type;
    }
  }
}
