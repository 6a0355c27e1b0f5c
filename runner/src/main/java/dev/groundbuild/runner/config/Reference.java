package dev.groundbuild.runner.config;

import dev.groundbuild.runner.config.Part.Expansion;
import dev.groundbuild.runner.config.Part.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * One use of a key in a text.
 *
 * @param copesWithoutValue whether the text says what to take when there is no value
 * @param written an expansion as it stands in the text; for others the key
 */
record Reference(String key, boolean copesWithoutValue, boolean isExpansion, String written) {

  /** Every key that a text names, also in words that may not be taken. */
  static List<Reference> in(List<Part> parts) {
    List<Reference> found = new ArrayList<>();
    collect(parts, found);
    return found;
  }

  private static void collect(List<Part> parts, List<Reference> found) {
    for (Part part : parts) {
      switch (part) {
        case Text text -> {}
        case Part.Key key -> found.add(new Reference(key.key(), false, false, key.key()));
        case Expansion e -> {
          found.add(new Reference(e.key(), e.operator().copesWithoutValue(), true, e.written()));
          e.words().forEach(word -> collect(word, found));
        }
      }
    }
  }
}
