package dev.groundbuild.runner.config;

import dev.groundbuild.steps.engine.ImageReference;
import java.util.Locale;
import java.util.Optional;

/** Says what is wrong with the name of an image. */
final class ImageNames {
  private static final int LONGEST = 1000;

  private ImageNames() {}

  /**
   * Cloud Build: at most 1000 characters, and an image reference after substitution (spec 1.3).
   *
   * @param what {@code build step} or {@code image}, as the service's message has it
   * @param written the name before substitution
   */
  static Optional<String> fault(String what, String written, String name) {
    int length = Wording.characters(name);
    if (length > LONGEST) {
      return Optional.of(Wording.tooLong(what + " name", length, LONGEST, "characters"));
    }
    if (ImageReference.parse(name).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        "invalid %s name %s%s%s"
            .formatted(what, Wording.quote(name), reason(name), Wording.madeFrom(written, name)));
  }

  private static String reason(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (ImageReference.parse(lower).isPresent()) {
      return " contains uppercase letters; write " + Wording.quote(lower);
    }
    int scheme = name.indexOf("://");
    if (scheme >= 0) {
      return "; leave out " + Wording.quote(name.substring(0, scheme + 3));
    }
    if (!name.strip().equals(name)) {
      return "; leave out the space around it";
    }
    return "; an image name has the form [host[:port]/]path[:tag][@sha256:digest]";
  }
}
