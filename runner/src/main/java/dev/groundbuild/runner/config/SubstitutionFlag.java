package dev.groundbuild.runner.config;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads {@code --substitutions=_A=b,_C=d}.
 *
 * <p>Cloud Build: pairs are divided by commas, keys from values by the first {@code =}, space
 * around either is dropped. gcloud: a delimiter between two {@code ^} in front takes the place of
 * the comma, for values with commas.
 */
public final class SubstitutionFlag {
  private SubstitutionFlag() {}

  /**
   * @param flags the values of the flag, each time that it was given; of a key that occurs twice,
   *     the later one counts
   * @throws BadSubstitutionsException when a pair has no {@code =}, or its key can't be set
   */
  public static SortedMap<String, String> parse(List<String> flags) {
    SortedMap<String, String> all = new TreeMap<>();
    for (String flag : flags) {
      String delimiter = delimiter(flag);
      String pairs = delimiter.equals(",") ? flag : flag.substring(delimiter.length() + 2);
      if (!pairs.isBlank()) {
        for (String pair : pairs.split(Pattern.quote(delimiter), -1)) {
          add(all, pair.strip(), delimiter);
        }
      }
    }
    if (all.size() > SubstitutionKeys.MOST) {
      throw new BadSubstitutionsException(
          Wording.tooMany(all.size(), "substitutions", SubstitutionKeys.MOST));
    }
    return all;
  }

  private static String delimiter(String flag) {
    int end = flag.startsWith("^") ? flag.indexOf('^', 1) : -1;
    return end > 1 ? flag.substring(1, end) : ",";
  }

  private static void add(Map<String, String> all, String pair, String delimiter) {
    int equals = pair.indexOf('=');
    if (equals <= 0) {
      throw new BadSubstitutionsException(
          "The substitution key value pair is not valid: %s; %s"
              .formatted(pair, adviceOnPair(pair, delimiter)));
    }
    String key = pair.substring(0, equals).strip();
    String value = pair.substring(equals + 1).strip();
    SubstitutionKeys.refusal(key, value)
        .ifPresent(refusal -> {
          throw new BadSubstitutionsException(refusal);
        });
    all.put(key, value);
  }

  private static String adviceOnPair(String pair, String delimiter) {
    if (pair.isEmpty()) {
      return "there is a \"%s\" too many".formatted(delimiter);
    }
    String advice = "write KEY=VALUE";
    return delimiter.equals(",")
        ? advice + "; for a value with commas name another delimiter first: ^;^_A=x,y;_B=z"
        : advice;
  }
}
