package dev.groundbuild.runner.config;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which names a substitution can have, and how long it may be (spec 1.11 and 2.1). */
final class SubstitutionKeys {
  static final int MOST = 200;
  static final int LONGEST_KEY = 100;
  static final int LONGEST_VALUE = 4000;
  static final Pattern USER_KEY = Pattern.compile("_[A-Z0-9_]+");

  /** Built-ins that a request may set; a file that a trigger reads may, too. */
  static final Set<String> OVERRIDABLE =
      Set.of(
          "BRANCH_NAME",
          "COMMIT_SHA",
          "REF_NAME",
          "REPO_FULL_NAME",
          "REPO_NAME",
          "REVISION_ID",
          "SERVICE_ACCOUNT",
          "SERVICE_ACCOUNT_EMAIL",
          "SHORT_SHA",
          "TAG_NAME",
          "TRIGGER_BUILD_CONFIG_PATH",
          "TRIGGER_NAME");

  /** Built-ins that nobody may set. */
  static final Set<String> FIXED = Set.of("PROJECT_ID", "BUILD_ID", "PROJECT_NUMBER", "LOCATION");

  /**
   * Cloud Build: triggers for pull requests give these a value. What becomes of them in a build
   * that no pull request has started is unverified: they are empty here, with a warning.
   */
  static final Set<String> OF_PULL_REQUESTS =
      Set.of("_HEAD_BRANCH", "_BASE_BRANCH", "_HEAD_REPO_URL", "_PR_NUMBER");

  private SubstitutionKeys() {}

  static boolean isUserKey(String key) {
    return USER_KEY.matcher(key).matches();
  }

  static boolean isBuiltIn(String key) {
    return OVERRIDABLE.contains(key) || FIXED.contains(key);
  }

  static Set<String> builtIns() {
    Set<String> all = new TreeSet<>(OVERRIDABLE);
    all.addAll(FIXED);
    return all;
  }

  /** Why a request may not set the key to the value, if it may not. */
  static Optional<String> refusal(String key, String value) {
    if (FIXED.contains(key)) {
      return Optional.of(
          "\"%s\" is a built-in substitution that can't be set; leave it out".formatted(key));
    } else if (!isUserKey(key) && !OVERRIDABLE.contains(key)) {
      return Optional.of(
          "substitution key %s must match ^%s$ or be one of %s%s"
              .formatted(
                  Wording.quote(key),
                  USER_KEY,
                  String.join(", ", new TreeSet<>(OVERRIDABLE)),
                  Suggestion.didYouMean(key, OVERRIDABLE)));
    } else if (bytes(key) > LONGEST_KEY) {
      return Optional.of(Wording.tooLong("substitution key", bytes(key), LONGEST_KEY, "bytes"));
    } else if (bytes(value) > LONGEST_VALUE) {
      String what = "value of substitution " + Wording.quote(key);
      return Optional.of(Wording.tooLong(what, bytes(value), LONGEST_VALUE, "bytes"));
    }
    return Optional.empty();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
