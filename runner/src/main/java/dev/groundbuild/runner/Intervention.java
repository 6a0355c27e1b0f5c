package dev.groundbuild.runner;

import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.SecretValues;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;

/**
 * Somebody who looks at steps that have ended, while their containers are still there, and decides
 * what becomes of them.
 *
 * <p>Both methods are called on the step's own thread, those of several steps at once perhaps.
 * {@link #decide} may take as long as it likes: other steps go on, the build's timeout stands
 * still, and no failure of another step ends the build meanwhile. An interrupt means that the build
 * is cancelled: it returns soon, with the flag set, and what it returns no longer matters. Neither
 * throws.
 */
public interface Intervention {
  /** Nobody looks. */
  Intervention NONE =
      new Intervention() {
        @Override
        public boolean wants(Ended ended) {
          return false;
        }

        @Override
        public Decision decide(Ended ended) {
          return Decision.LEAVE;
        }
      };

  /**
   * A step that has ended.
   *
   * @param endsBuild whether the step failed and nothing in the config forgives it
   * @param site what the build holds ready on the engine
   * @param container with every file as the step left it
   * @param secrets that the step was given
   */
  record Ended(
      StepSpec step,
      StepOutcome outcome,
      boolean endsBuild,
      BuildSite site,
      String container,
      SecretValues secrets) {}

  /** What becomes of a step. */
  enum Decision {
    /** What would become of it if nobody had looked. */
    LEAVE,
    /** It is run again, with the workspace as it is. */
    RETRY,
    /** It counts as done: somebody did its work by hand. */
    SKIP,
    /** Its failure stays one and is forgiven, as by allowFailure. */
    FORGIVE
  }

  boolean wants(Ended ended);

  Decision decide(Ended ended);
}
