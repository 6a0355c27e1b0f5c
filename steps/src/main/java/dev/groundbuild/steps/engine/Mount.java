package dev.groundbuild.steps.engine;

/** Something mounted into a container at an absolute path. */
public sealed interface Mount {
  /** Absolute path inside the container. */
  String path();

  /**
   * A named volume of the engine.
   *
   * @param filledByImage whether an empty volume first gets the files that the image has at the
   *     path, with the owner and mode of the folder
   */
  record OfVolume(String volume, String path, boolean filledByImage) implements Mount {
    /** As the engine mounts a volume by itself: an empty one is filled. */
    public OfVolume(String volume, String path) {
      this(volume, path, true);
    }
  }

  /** A file or folder of the engine's host, which must exist there. */
  record OfHost(String hostPath, String path, boolean readOnly) implements Mount {}
}
