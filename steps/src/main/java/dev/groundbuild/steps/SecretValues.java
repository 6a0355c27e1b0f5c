package dev.groundbuild.steps;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The values of secret variables while a build runs, and the mask that hides them. They live in
 * memory only; printing this says their names.
 */
public final class SecretValues {
  public static final SecretValues NONE = new SecretValues(Map.of(), new KnownSecrets());

  private final Map<String, String> values;
  private final KnownSecrets known;

  private SecretValues(Map<String, String> values, KnownSecrets known) {
    this.values = new TreeMap<>(values);
    this.known = known;
  }

  /**
   * Values that become known with this.
   *
   * @param values by the names of the variables
   * @param known what the mask hides, these or others
   */
  public static SecretValues of(Map<String, String> values, KnownSecrets known) {
    known.add(values.values());
    return new SecretValues(values, known);
  }

  /** Those of the given variables; the mask still hides all. */
  public SecretValues only(Collection<String> names) {
    SecretValues some = new SecretValues(values, known);
    some.values.keySet().retainAll(names);
    return some;
  }

  /** Those that a step is given: a variable that the config gives a value is no secret. */
  public SecretValues of(StepSpec step) {
    SecretValues some = only(step.secretEnv());
    some.values.keySet().removeAll(step.env().keySet());
    return some;
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public Collection<String> names() {
    return List.copyOf(values.keySet());
  }

  /** Those whose values are so short that hiding them would hide half of every log. */
  public List<String> shown() {
    return values.entrySet().stream()
        .filter(e -> !e.getValue().isBlank() && SecretMask.isTooShort(e.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** By the names of the variables. */
  public Map<String, String> byName() {
    return Map.copyOf(values);
  }

  /** Hides all that is known now. */
  public SecretMask mask() {
    return known.mask();
  }

  /**
   * The names of a step's variables that are not passed on, because a secret is in their values:
   * these would be in records, and in the settings of containers, where nothing hides them.
   */
  public Set<String> unpassable(StepOutcome outcome) {
    Set<String> names = new TreeSet<>();
    if (outcome instanceof StepOutcome.Exited exited) {
      exited
          .variables()
          .values()
          .forEach((name, value) -> {
            if (!mask().text(value).equals(value)) {
              names.add(name);
            }
          });
    }
    return names;
  }

  /** The same outcome, with nothing in it that a log must not show. */
  public StepOutcome masked(StepOutcome outcome) {
    SecretMask mask = mask();
    return switch (outcome) {
      case StepOutcome.Exited e ->
          new StepOutcome.Exited(
              e.code(),
              e.outOfMemory(),
              e.timing(),
              e.digest(),
              mask.beginning(e.output()),
              e.variables().without(unpassable(outcome)));
      case StepOutcome.NotStarted n ->
          new StepOutcome.NotStarted(n.timing(), mask.text(n.reason()));
      case StepOutcome.TimedOut t -> t;
      case StepOutcome.Cancelled c -> c;
    };
  }

  @Override
  public String toString() {
    return "secrets " + values.keySet();
  }
}
