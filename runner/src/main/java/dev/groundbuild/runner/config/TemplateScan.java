package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the keys that the texts of a build name with those that have a value (spec 2.3).
 *
 * <p>Cloud Build: a {@code $FOO} that is neither {@code $_FOO} nor built-in is always an error; a
 * key without a value, and a value without a use, are errors unless the build is ALLOW_LOOSE.
 * Built-ins without a value are empty.
 */
final class TemplateScan {
  private final BuildConfig config;
  private final Set<String> keys;
  private final boolean dynamic;
  private final Problems problems;
  private final Map<String, List<String>> missing = new LinkedHashMap<>();
  private final Set<String> used = new TreeSet<>();

  /**
   * @param keys those that have a value
   */
  TemplateScan(BuildConfig config, Set<String> keys, boolean dynamic, Problems problems) {
    this.config = config;
    this.keys = keys;
    this.dynamic = dynamic;
    this.problems = problems;
  }

  /** Looks at one text. */
  void look(String path, String text) {
    List<Part> parts;
    try {
      parts = TemplateParser.parse(text, dynamic);
    } catch (BadTemplateException e) {
      problems.error(path, e.reason());
      return;
    }
    Set<String> refused = new TreeSet<>();
    for (Reference reference : Reference.in(parts)) {
      String key = reference.key();
      used.add(key);
      if (!SubstitutionKeys.isUserKey(key) && !SubstitutionKeys.isBuiltIn(key)) {
        if (refused.add(key)) {
          problems.error(path, notBuiltIn(key, text));
        }
      } else if (isMissing(reference)) {
        missing.computeIfAbsent(key, k -> new ArrayList<>()).add(path);
      }
    }
  }

  private boolean isMissing(Reference reference) {
    return SubstitutionKeys.isUserKey(reference.key())
        && !keys.contains(reference.key())
        && !reference.copesWithoutValue();
  }

  private String notBuiltIn(String key, String text) {
    String said = "key in the template \"%s\" is not a valid built-in substitution".formatted(key);
    String userKey = "_" + key;
    String meant =
        keys.contains(userKey)
            ? "; did you mean \"" + userKey + "\"?"
            : Suggestion.didYouMean(key, SubstitutionKeys.builtIns());
    return meant.isEmpty()
        ? said + "; for a shell's own variable write \"$" + asWritten(key, text) + "\""
        : said + meant;
  }

  /** {@code $Foo} for the key {@code F}: a shell reads more letters than Cloud Build does. */
  private static String asWritten(String key, String text) {
    Matcher written =
        Pattern.compile("\\$(\\{" + key + "}|" + key + "[A-Za-z0-9_]*)").matcher(text);
    return written.find() ? written.group() : "$" + key;
  }

  /** Reports keys without a value, once each. */
  void reportMissing(Door door) {
    missing.forEach((key, paths) -> {
      if (SubstitutionKeys.OF_PULL_REQUESTS.contains(key)) {
        problems.warn(
            paths.getFirst(),
            "only a pull request gives \"%s\" a value; it is empty here, unless you pass --substitutions=%s=..."
                .formatted(key, key));
        return;
      }
      String loosely = door == Door.UNION ? " (a trigger would use an empty value)" : "";
      problems.error(
          paths.getFirst(),
          "key in the template \"%s\" is not matched in the substitution data%s%s; pass --substitutions=%s=... or set options.substitutionOption: ALLOW_LOOSE%s"
              .formatted(
                  key,
                  paths.size() == 1 ? "" : " (" + paths.size() + " uses)",
                  Suggestion.didYouMean(key, keys),
                  key,
                  loosely));
    });
  }

  /**
   * Reports values that nothing uses.
   *
   * @param mine keys that the config or the request has set
   */
  void reportUnused(Door door, Set<String> mine) {
    Build build = config.build();
    for (String key : mine) {
      if (SubstitutionKeys.isUserKey(key) && !used.contains(key) && !Automap.uses(build)) {
        String message =
            "key \"%s\" in the substitution data is not matched in the template; %s"
                .formatted(key, adviceOnUnused(key));
        if (door == Door.UNION) {
          problems.warn(
              "substitutions." + key, message + "; \"gcloud builds submit\" would refuse it");
        } else {
          problems.error("substitutions." + key, message);
        }
      }
    }
  }

  private String adviceOnUnused(String key) {
    if (!Automap.scripts(config.build(), key).isEmpty()) {
      return "a script gets it as a variable with options.automapSubstitutions: true";
    } else if (!dynamic && new DynamicProbe(config.build(), Set.of(key)).expansion().isPresent()) {
      return "its expansion needs options.dynamicSubstitutions: true";
    } else if (!config.build().containsSubstitutions(key)) {
      return "do not pass it, or set options.substitutionOption: ALLOW_LOOSE";
    }
    return "use it, remove it, or set options.substitutionOption: ALLOW_LOOSE";
  }
}
