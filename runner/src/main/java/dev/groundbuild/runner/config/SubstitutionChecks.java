package dev.groundbuild.runner.config;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Keys and values of the map {@code substitutions} in the file (spec 1.11, 2.1 and 2.3). */
final class SubstitutionChecks {
  private final Map<String, String> substitutions;
  private final Findings findings;

  SubstitutionChecks(BuildConfig config, Findings findings) {
    this.substitutions = config.build().getSubstitutionsMap();
    this.findings = findings;
  }

  void check() {
    if (substitutions.size() > SubstitutionKeys.MOST) {
      findings.refuse(
          "substitutions",
          Wording.tooMany(substitutions.size(), "substitutions", SubstitutionKeys.MOST));
    }
    substitutions.forEach((key, value) -> {
      String path = "substitutions." + key;
      checkKey(key, path);
      checkLength("substitution key", key, SubstitutionKeys.LONGEST_KEY, path);
      checkLength(
          "value of substitution " + Wording.quote(key),
          value,
          SubstitutionKeys.LONGEST_VALUE,
          path);
    });
  }

  private void checkKey(String key, String path) {
    if (SubstitutionKeys.USER_KEY.matcher(key).matches()) {
      return;
    }
    if (SubstitutionKeys.OVERRIDABLE.contains(key)) {
      findings.refuseAt(
          Door.SUBMIT,
          path,
          "\"%s\" is a built-in substitution; the file may set user keys only, which match ^%s$"
              .formatted(key, SubstitutionKeys.USER_KEY));
    } else if (SubstitutionKeys.FIXED.contains(key)) {
      findings.refuse(
          path, "\"%s\" is a built-in substitution that can't be set; leave it out".formatted(key));
    } else {
      findings.refuse(
          path,
          "substitution key %s must match ^%s$%s"
              .formatted(Wording.quote(key), SubstitutionKeys.USER_KEY, suggestion(key)));
    }
  }

  private static String suggestion(String key) {
    String shaped = "_" + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    String userKey = shaped.replaceFirst("^__+", "_");
    return SubstitutionKeys.USER_KEY.matcher(userKey).matches()
        ? "; did you mean \"" + userKey + "\"?"
        : "";
  }

  private void checkLength(String what, String text, int most, String path) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > most) {
      findings.refuse(path, Wording.tooLong(what, bytes, most, "bytes"));
    }
  }
}
