package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.util.function.Consumer;

/** What stands beside the steps of a build, from before the first of them to after the last. */
public interface Companions {
  /** Nobody. */
  Companions NONE = _ -> Present.NOBODY;

  /**
   * Where it happens.
   *
   * @param again whether an earlier attempt at the build has left its volumes
   * @param log takes lines of what runs beside the steps
   */
  record Stage(Build build, ContainerEngine engine, BuildSite site, boolean again, StepLog log) {}

  /**
   * Comes, and returns when everything is ready. Called when the source is there, on a thread that
   * is interrupted when the build is cancelled or its time is over. What it makes on the engine
   * carries the site's labels, and is removed with the build.
   *
   * @throws CompanionException when something does not get ready
   */
  Present join(Stage stage);

  /** While the build runs. */
  interface Present {
    /** Does nothing. */
    Present NOBODY =
        new Present() {
          @Override
          public void stepSucceeded(StepSpec step, String container) {}

          @Override
          public void leave(boolean succeeded, Consumer<String> say) {}
        };

    /**
     * A step has ended well, and its container is still there. Called on the step's thread.
     *
     * @throws dev.groundbuild.steps.engine.EngineException when what it does of the step fails
     */
    void stepSucceeded(StepSpec step, String container);

    /**
     * The build's work is over, and its volumes are still there; the last call.
     *
     * @param say takes lines for the build's log
     */
    void leave(boolean succeeded, Consumer<String> say);
  }

  /** Something that a build needs beside its steps is not there: the build fails. */
  final class CompanionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CompanionException(String message) {
      super(message);
    }
  }
}
