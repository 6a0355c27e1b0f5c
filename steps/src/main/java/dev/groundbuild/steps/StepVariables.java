package dev.groundbuild.steps;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The variables that a step gives to the steps that depend on it. Google Cloud Build has no such
 * thing.
 *
 * <p>A step appends them to the file that {@code GROUNDBUILD_ENV} names: {@code NAME=value}, one
 * per line, or, for a value of several lines, {@code NAME<<WORD}, the lines, and a line that is
 * that word. The later one of a name wins.
 *
 * <p>No record, because a value may be a secret by mistake: this prints names only.
 */
public final class StepVariables {
  public static final StepVariables NONE = new StepVariables(Map.of());

  /** Size of the whole file. */
  static final int LIMIT = 64 * 1024;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String OWN = "GROUNDBUILD_";
  private static final String OUTPUT = "BUILDER_OUTPUT";

  private final SortedMap<String, String> values;

  public StepVariables(Map<String, String> values) {
    this.values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  public SortedMap<String, String> values() {
    return values;
  }

  /** The same without some. */
  StepVariables without(Collection<String> names) {
    SortedMap<String, String> left = new TreeMap<>(values);
    left.keySet().removeAll(names);
    return new StepVariables(left);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StepVariables o && values.equals(o.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.keySet().toString();
  }

  /**
   * Reads what a step has written.
   *
   * @throws BadVariablesException naming the first line that is wrong, but no value
   */
  static StepVariables read(byte[] file) throws BadVariablesException {
    if (file.length == 0) {
      return NONE;
    }
    if (file.length > LIMIT) {
      throw new BadVariablesException(
          "the step has written more than " + LIMIT / 1024 + " KB to $GROUNDBUILD_ENV");
    }
    return new StepVariables(new Reading(lines(file)).variables());
  }

  private static List<String> lines(byte[] file) throws BadVariablesException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
      return List.of(text.split("\n", -1));
    } catch (CharacterCodingException e) {
      throw new BadVariablesException("what the step has written to $GROUNDBUILD_ENV is not UTF-8");
    }
  }

  /** The file while it is read, line by line. */
  private static final class Reading {
    private final List<String> lines;
    private final Map<String, String> found = new TreeMap<>();
    private int at;

    Reading(List<String> lines) {
      this.lines = lines;
    }

    Map<String, String> variables() throws BadVariablesException {
      while (at < lines.size()) {
        String line = withoutReturn(lines.get(at));
        if (!line.isBlank()) {
          variable(line);
        }
        at++;
      }
      return found;
    }

    private void variable(String line) throws BadVariablesException {
      int equals = line.indexOf('=');
      int word = line.indexOf("<<");
      boolean several = word >= 0 && (equals < 0 || word < equals);
      int end = several ? word : equals;
      if (end < 0 || !NAME.matcher(line.substring(0, end)).matches()) {
        throw bad(
            "neither NAME=value nor NAME<<WORD; a name has letters, digits and _, and begins with no"
                + " digit");
      }
      String name = line.substring(0, end);
      if (name.startsWith(OWN) || name.equals(OUTPUT)) {
        throw bad("no step can set " + name);
      }
      String value = several ? severalLines(line.substring(word + 2)) : line.substring(end + 1);
      if (value.indexOf('\0') >= 0) {
        throw bad("the value of " + name + " has a byte 0, which no variable can have");
      }
      found.put(name, value);
    }

    private String severalLines(String word) throws BadVariablesException {
      if (word.isBlank()) {
        throw bad("after << there is no word that ends the value");
      }
      List<String> value = new ArrayList<>();
      for (int i = at + 1; i < lines.size(); i++) {
        if (withoutReturn(lines.get(i)).equals(word)) {
          at = i;
          return String.join("\n", value);
        }
        value.add(lines.get(i));
      }
      throw bad("no later line is the word after <<, so the value has no end");
    }

    /** As files that were made on Windows have it before each line's end. */
    private static String withoutReturn(String line) {
      return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private BadVariablesException bad(String problem) {
      return new BadVariablesException("line " + (at + 1) + " of $GROUNDBUILD_ENV: " + problem);
    }
  }
}
