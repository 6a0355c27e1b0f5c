package dev.groundbuild.steps;

import java.util.Map;

/** The labels by which a build knows what it has made on the engine. */
public final class Labels {
  /** Id of the build. */
  public static final String BUILD = "dev.groundbuild.build";

  /** The process that runs the build; see {@link Owner}. */
  public static final String OWNER = "dev.groundbuild.owner";

  /** Index of the step, on a step's container. */
  public static final String STEP = "dev.groundbuild.step";

  /** The step's id, on a step's container, when it has one. */
  public static final String STEP_ID = "dev.groundbuild.step-id";

  /** What a volume of the build is for: {@code workspace}, {@code home}, or {@code volume_NAME}. */
  public static final String VOLUME = "dev.groundbuild.volume";

  /**
   * On an object that outlives its build, and with it the build's volumes: until when they are
   * kept, in seconds since 1970. A volume's own labels can't be changed once it is made.
   */
  public static final String KEPT_UNTIL = "dev.groundbuild.kept-until";

  private Labels() {}

  public static Map<String, String> of(String buildId, Owner owner) {
    return Map.of(BUILD, buildId, OWNER, owner.toString());
  }
}
