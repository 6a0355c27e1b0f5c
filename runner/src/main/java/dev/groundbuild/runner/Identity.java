package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Workspace;
import dev.groundbuild.steps.engine.ContainerEngine.NetworkAddress;
import java.util.Optional;

/** Who the steps of a build are to the services and registries that they talk to. */
@FunctionalInterface
public interface Identity {
  /** Nobody in particular. */
  Identity NONE = (place, witness) -> Attached.NONE;

  /**
   * Where a build's steps are.
   *
   * @param network addresses of the build's network; empty when this machine has none on it
   */
  record Place(Build build, Optional<NetworkAddress> network) {}

  /** Hears, on whatever thread, what concerns the build. */
  interface Witness {
    /** A line for the build's log; it never holds a secret. */
    void say(String line);

    /** A value that must not be seen in the build's log from now on. */
    void secret(String value);
  }

  /**
   * Stands ready for a build whose network is there. Called once per attempt while the rest of the
   * ground is laid, so it must not take longer than that. What can't be had is said, not thrown.
   */
  Attached attach(Place place, Witness witness);

  /** An identity that one build's steps have until it is closed. */
  interface Attached extends AutoCloseable {
    /** Nothing to know, nothing to close. */
    Attached NONE =
        new Attached() {
          @Override
          public BuildSite.Surroundings surroundings() {
            return BuildSite.Surroundings.NONE;
          }

          @Override
          public void furnish(Workspace home) {}

          @Override
          public void withdraw() {}

          @Override
          public void close() {}
        };

    /** What steps are given so that they find it. */
    BuildSite.Surroundings surroundings();

    /**
     * Puts into the home what steps look for there, and keeps it fresh; before the first step. Ends
     * early on an interrupt, whose flag it leaves set.
     */
    void furnish(Workspace home);

    /** Takes that out of the home again, which outlives the build. */
    void withdraw();

    /** The last call; can be called again. */
    @Override
    void close();
  }
}
