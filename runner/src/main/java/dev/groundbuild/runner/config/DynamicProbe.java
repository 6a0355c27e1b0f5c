package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks at a build without {@code dynamicSubstitutions} for what they would change. Cloud Build:
 * they are off when a build is submitted, and always on when a trigger starts it.
 */
final class DynamicProbe {
  private final Build build;
  private final Set<String> keys;

  /**
   * @param keys those that are known: others may be a shell's
   */
  DynamicProbe(Build build, Set<String> keys) {
    this.build = build;
    this.keys = keys;
  }

  /** What would change. */
  record Find(String path, String written) {}

  /** The first parameter expansion of a known key. */
  Optional<Find> expansion() {
    List<Find> found = new ArrayList<>();
    new SubstitutedFields(
            (path, text) -> {
              look(text).stream()
                  .filter(Reference::isExpansion)
                  .forEach(r -> found.add(new Find(path, r.written())));
              return text;
            })
        .replaceIn(build);
    return found.stream().findFirst();
  }

  /** The first value in which another known key is named. */
  Optional<Find> nestedValue() {
    List<Find> found = new ArrayList<>();
    new TreeMap<>(build.getSubstitutionsMap())
        .forEach((key, value) -> {
          if (SubstitutionKeys.isUserKey(key)) {
            String path = "substitutions." + key;
            look(value).forEach(r -> found.add(new Find(path, value)));
          }
        });
    return found.stream().findFirst();
  }

  private List<Reference> look(String text) {
    if (text.indexOf('$') < 0) {
      return List.of();
    }
    try {
      return Reference.in(TemplateParser.parse(text, true)).stream()
          .filter(r -> keys.contains(r.key()) || SubstitutionKeys.isBuiltIn(r.key()))
          .toList();
    } catch (BadTemplateException notAnExpansion) {
      return List.of();
    }
  }
}
