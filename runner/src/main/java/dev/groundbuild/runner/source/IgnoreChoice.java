package dev.groundbuild.runner.source;

/** Which files of a folder stay behind. */
public sealed interface IgnoreChoice {

  /**
   * The rules of {@code gcloud builds submit}: those of {@code .gcloudignore} in the folder.
   * Without that file, and with a {@code .git} or {@code .gitignore} in the folder: {@code
   * .gcloudignore}, {@code .git}, {@code .gitignore} and what {@code .gitignore} lists stay behind.
   * With none of the three, everything is sent.
   *
   * <p>So a local run sees the files that a submitted build would see, and no {@code .git}. A
   * config whose steps call git, which works where a trigger clones, needs {@link Off}, or a {@code
   * .gcloudignore} that does not name {@code .git}; {@link OpenedSource} says so in a note when
   * that default left {@code .git} out. Unlike gcloud, nothing is written into the folder.
   */
  record GcloudRules() implements IgnoreChoice {}

  /**
   * The rules of this file instead.
   *
   * @param name relative to the source folder, or absolute
   */
  record FromFile(String name) implements IgnoreChoice {}

  /** Everything is sent. */
  record Off() implements IgnoreChoice {}
}
