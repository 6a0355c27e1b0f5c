package dev.groundbuild.runner.config;

/** Cloud Build's two ways in, which accept different configs, and ours. */
public enum Door {
  /** What either of the two accepts, with a warning that says which one would refuse. */
  UNION,
  /** {@code gcloud builds submit}. */
  SUBMIT,
  /** The file read by the service when a trigger starts the build. */
  TRIGGER
}
