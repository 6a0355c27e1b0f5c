package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions.SubstitutionOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts the values of substitutions into a build config (spec section 2). */
public final class Substitutions {
  /**
   * Far more than the limit of keys, which is checked elsewhere: values are resolved recursively.
   */
  private static final int MOST_NESTED = 1000;

  private final BuildConfig config;
  private final Map<String, String> builtIns;
  private final Map<String, String> overrides;
  private final Door door;
  private final Problems problems;
  private final boolean dynamic;

  private Substitutions(
      BuildConfig config, Map<String, String> builtIns, Map<String, String> overrides, Door door) {
    this.config = config;
    this.builtIns = builtIns;
    this.overrides = overrides;
    this.door = door;
    this.problems = new Problems(config::place);
    this.dynamic = door == Door.TRIGGER || config.build().getOptions().getDynamicSubstitutions();
  }

  /**
   * A build config with values.
   *
   * @param build every field at the place where it was; {@code substitutions} holds what Cloud
   *     Build would return: the user's keys, and the built-ins that have a value
   * @param values every key with its value, built-ins without one included; what {@code
   *     automapSubstitutions} puts into a step's environment
   * @param extras those of the config, substituted, too
   * @param problems an error means that the build can't be run
   */
  public record Substituted(
      Build build,
      SortedMap<String, String> values,
      Map<String, String> extras,
      List<Problem> problems) {
    public Substituted {
      values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
      extras = Map.copyOf(extras);
      problems = List.copyOf(problems);
    }
  }

  /**
   * Substitutes, and reports every problem.
   *
   * <p>Cloud Build: a build that a trigger starts is ALLOW_LOOSE and has {@code
   * dynamicSubstitutions}, whatever its options say. For {@link Door#UNION} the options count; a
   * value that nothing uses is a warning.
   *
   * @param builtIns values of the built-ins that have one; also keys such as {@code _PR_NUMBER}
   *     that a trigger provides, which need not be used
   * @param overrides what was given with the request; wins over the config's own
   */
  public static Substituted resolve(
      BuildConfig config, Map<String, String> builtIns, Map<String, String> overrides, Door door) {
    return new Substitutions(config, builtIns, overrides, door).resolve();
  }

  private Substituted resolve() {
    checkOverrides();
    Map<String, String> given = given();
    check(given);
    Map<String, String> set =
        dynamic && given.size() <= MOST_NESTED
            ? SubstitutionValues.resolve(given, problems)
            : given;
    ParameterExpansion expansion = new ParameterExpansion(key -> set.get(key));
    SubstitutedFields fields =
        new SubstitutedFields((path, text) -> expanded(expansion, path, text));
    Map<String, String> extras = fields.replaceIn(config.extras());
    Build build =
        fields.replaceIn(config.build()).toBuilder()
            .clearSubstitutions()
            .putAllSubstitutions(set)
            .build();
    SortedMap<String, String> values = new TreeMap<>(set);
    SubstitutionKeys.builtIns().forEach(key -> values.putIfAbsent(key, ""));
    // a malformed text is met twice: when it is checked and when it is expanded
    return new Substituted(build, values, extras, problems.all().stream().distinct().toList());
  }

  private void checkOverrides() {
    overrides.forEach((key, value) ->
        SubstitutionKeys.refusal(key, value)
            .ifPresent(refusal -> problems.error("substitutions." + key, refusal)));
    Set<String> keys = mine();
    if (keys.size() > SubstitutionKeys.MOST
        && config.build().getSubstitutionsCount() <= SubstitutionKeys.MOST) {
      problems.error(
          "substitutions", Wording.tooMany(keys.size(), "substitutions", SubstitutionKeys.MOST));
    }
  }

  /** Every key with a value, as it was written; what can't be set is left out. */
  private Map<String, String> given() {
    Map<String, String> given = new TreeMap<>(builtIns);
    given.values().removeIf(String::isEmpty);
    given.putAll(settable(config.build().getSubstitutionsMap()));
    given.putAll(settable(overrides));
    given
        .entrySet()
        .removeIf(e -> e.getValue().isEmpty() && SubstitutionKeys.isBuiltIn(e.getKey()));
    return given;
  }

  private static Map<String, String> settable(Map<String, String> substitutions) {
    Map<String, String> settable = new TreeMap<>(substitutions);
    settable
        .keySet()
        .removeIf(
            key -> !SubstitutionKeys.isUserKey(key) && !SubstitutionKeys.OVERRIDABLE.contains(key));
    return settable;
  }

  private Set<String> mine() {
    Set<String> keys = new TreeSet<>(config.build().getSubstitutionsMap().keySet());
    keys.addAll(overrides.keySet());
    return keys;
  }

  private void check(Map<String, String> given) {
    TemplateScan scan = new TemplateScan(config, given.keySet(), dynamic, problems);
    SubstitutedFields fields =
        new SubstitutedFields((path, text) -> {
          scan.look(path, text);
          return text;
        });
    fields.replaceIn(config.build());
    fields.replaceIn(config.extras());
    if (dynamic) {
      given.forEach((key, value) -> {
        if (SubstitutionKeys.isUserKey(key)) {
          scan.look("substitutions." + key, value);
        }
      });
    }
    boolean loose =
        door == Door.TRIGGER
            || config.build().getOptions().getSubstitutionOption()
                == SubstitutionOption.ALLOW_LOOSE;
    if (!loose) {
      scan.reportMissing(door);
    }
    // what could not be read may have used a key
    if (!loose && !config.hasErrors()) {
      scan.reportUnused(door, mine());
    }
    if (door == Door.UNION && !dynamic) {
      warnOfTriggers(given.keySet());
    }
  }

  private void warnOfTriggers(Set<String> keys) {
    DynamicProbe probe = new DynamicProbe(config.build(), keys);
    probe
        .expansion()
        .or(probe::nestedValue)
        .ifPresent(find ->
            problems.warn(
                find.path(),
                "%s stays as it is, but a trigger would expand it; set options.dynamicSubstitutions: true to expand it always"
                    .formatted(Wording.quote(find.written()))));
  }

  private String expanded(ParameterExpansion expansion, String path, String text) {
    try {
      return expansion.expand(TemplateParser.parse(text, dynamic));
    } catch (BadTemplateException e) {
      problems.error(path, e.reason());
      return text;
    }
  }
}
