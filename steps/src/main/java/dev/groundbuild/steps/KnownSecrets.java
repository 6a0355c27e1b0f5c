package dev.groundbuild.steps;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The secrets of a build that are known so far, and the mask that hides them. Some come while steps
 * run, such as the tokens that these ask for; whatever is shown after that hides them.
 *
 * <p>The protocol: any thread adds, one at a time under the lock; each addition puts a new
 * immutable mask in the place of the old one, before {@link #add} returns. Readers take no lock:
 * they ask for the mask anew for every line. A mask only ever hides more than the one before it.
 */
public final class KnownSecrets {
  private final Set<String> values = new HashSet<>();
  private volatile SecretMask mask = SecretMask.NONE;

  /** Hides these, too, from now on. */
  public synchronized void add(Collection<String> more) {
    if (values.addAll(more.stream().filter(Predicate.not(String::isBlank)).toList())) {
      mask = SecretMask.of(values);
    }
  }

  /** What hides those that are known now. */
  public SecretMask mask() {
    return mask;
  }

  /** A log that hides, before the given one, what is known when a line comes. */
  public StepLog over(StepLog log) {
    return new MaskedLog(this::mask, log);
  }

  /** Says how many; prints no value. */
  @Override
  public synchronized String toString() {
    return values.size() + " known secrets";
  }
}
