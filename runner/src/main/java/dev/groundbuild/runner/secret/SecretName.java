package dev.groundbuild.runner.secret;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a version in Secret Manager.
 *
 * @param location of a regional secret; empty for a global one
 * @param version a number, {@code latest} or an alias
 */
record SecretName(String project, Optional<String> location, String secret, String version) {
  private static final Pattern FORM =
      Pattern.compile("projects/([^/]+)/(?:locations/([^/]+)/)?secrets/([^/]+)/versions/([^/]+)");

  static Optional<SecretName> parse(String name) {
    Matcher m = FORM.matcher(name);
    return m.matches()
        ? Optional.of(
            new SecretName(m.group(1), Optional.ofNullable(m.group(2)), m.group(3), m.group(4)))
        : Optional.empty();
  }

  /** The name of the secret, whatever its version. */
  String resource() {
    return "projects/"
        + project
        + location.map(l -> "/locations/" + l).orElse("")
        + "/secrets/"
        + secret;
  }

  @Override
  public String toString() {
    return resource() + "/versions/" + version;
  }
}
