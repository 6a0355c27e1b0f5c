package dev.groundbuild.agent.api;

import io.grpc.Status;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which build, or which project's.
 *
 * @param id of a build; empty for a project
 */
record ResourceName(String project, String location, String id) {
  private static final Pattern NAME =
      Pattern.compile(
          "projects/(?<project>[^/]+)(?:/locations/(?<location>[^/]+))?(?:/builds/(?<id>[^/]+))?");

  /** Reads {@code projects/P/locations/L/builds/ID}, with or without location and build. */
  static ResourceName of(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw invalid("\"" + name + "\" is not of the form projects/P/locations/L/builds/ID");
    }
    String location = matcher.group("location");
    String id = matcher.group("id");
    return new ResourceName(
        matcher.group("project"), location == null ? "global" : location, id == null ? "" : id);
  }

  /** A request names its parent, or only the project. */
  static ResourceName parent(String parent, String project) {
    if (!parent.isEmpty()) {
      return of(parent);
    }
    if (project.isEmpty()) {
      throw invalid("the project is missing");
    }
    return new ResourceName(project, "global", "");
  }

  private static RuntimeException invalid(String message) {
    return Status.INVALID_ARGUMENT.withDescription(message).asRuntimeException();
  }
}
