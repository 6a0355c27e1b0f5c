package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions.SubstitutionOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Puts a build's substitutions into texts that stand elsewhere, by the rules of the build. */
public final class Template {
  private final Map<String, String> values;
  private final boolean dynamic;
  private final boolean loose;
  private final UnaryOperator<String> missing;

  private Template(
      Map<String, String> values, boolean dynamic, boolean loose, UnaryOperator<String> missing) {
    this.values = values;
    this.dynamic = dynamic;
    this.loose = loose;
    this.missing = missing;
  }

  /**
   * @param build whose options count
   * @param values of every substitution that has one, built-ins included
   */
  public static Template of(Build build, Map<String, String> values, Door door) {
    boolean trigger = door == Door.TRIGGER;
    return new Template(
        new TreeMap<>(values),
        trigger || build.getOptions().getDynamicSubstitutions(),
        trigger || build.getOptions().getSubstitutionOption() == SubstitutionOption.ALLOW_LOOSE,
        _ -> "");
  }

  /** For a build that is not known: its values can't be told, and others take their place. */
  public static Template unknown() {
    return new Template(new TreeMap<>(), false, true, Template::standIn);
  }

  /** A value for a key that has none: it suits names, tags and folders, and shows what it is. */
  public static String standIn(String key) {
    return key.toLowerCase(Locale.ROOT).replaceFirst("^_+", "");
  }

  /** A text with its values. */
  public sealed interface Filled {
    /** All is well. */
    record Good(String text) implements Filled {}

    /** What is wrong, and what to do. */
    record Bad(String reason) implements Filled {}
  }

  public Filled fill(String text) {
    try {
      var parts = TemplateParser.parse(text, dynamic);
      for (Reference reference : Reference.in(parts)) {
        String key = reference.key();
        boolean known = SubstitutionKeys.isBuiltIn(key) || values.containsKey(key);
        if (!known && !SubstitutionKeys.isUserKey(key)) {
          return new Filled.Bad(
              "key in the template \"%s\" is not a valid built-in substitution%s; for a plain dollar sign write \"$$\""
                  .formatted(key, Suggestion.didYouMean(key, values.keySet())));
        }
        if (!known && !loose && !reference.copesWithoutValue()) {
          return new Filled.Bad(
              "key in the template \"%s\" is not matched in the substitution data%s; pass --substitutions=%s=..."
                  .formatted(key, Suggestion.didYouMean(key, values.keySet()), key));
        }
      }
      return new Filled.Good(
          new ParameterExpansion(
                  key -> values.containsKey(key) ? values.get(key) : missing.apply(key))
              .expand(parts));
    } catch (BadTemplateException e) {
      return new Filled.Bad(e.reason());
    }
  }
}
