package dev.groundbuild.steps;

/**
 * Hears of a step that has ended while its container is still there, with every file as the step
 * left it. Called on the step's own thread, once for each run of a step that got as far as having a
 * container and was not cancelled; it may take as long as it likes. An interrupt of the thread
 * means that the build is over: it returns soon then.
 */
@FunctionalInterface
public interface StepAftermath {
  /** Nobody wants to hear of it. */
  StepAftermath NONE = (container, outcome) -> {};

  /**
   * @param container ended or, when the engine refused to start it, never started
   */
  void ended(String container, StepOutcome outcome);
}
