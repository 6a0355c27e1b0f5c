package dev.groundbuild.runner.config;

import dev.groundbuild.runner.config.Problem.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;

/**
 * What is gathered while one config is read: the problems, and the places of its fields. Not
 * thread-safe.
 */
final class Reading {
  /** Far above the largest config that the service takes; a bomb of aliases is far above that. */
  private static final int MOST_VISITS = 500_000;

  private static final int LONGEST_QUOTE = 80;

  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing(
          p -> p.position().orElse(null),
          Comparator.nullsFirst(
              Comparator.comparingInt(Position::line).thenComparingInt(Position::column)));

  private final String file;
  private final Door door;
  private final boolean ofRecord;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Position> places = new HashMap<>();
  private final Map<String, String> extras = new HashMap<>();
  private final Set<String> sentences = new HashSet<>();
  private int visits;

  /**
   * @param ofRecord whether the text is a build as Cloud Build returns it, with fields that only it
   *     sets
   */
  Reading(String file, Door door, boolean ofRecord) {
    this.file = file;
    this.door = door;
    this.ofRecord = ofRecord;
  }

  /** The config expands, through its aliases, to more than any config needs. */
  static final class TooMuchException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  Door door() {
    return door;
  }

  boolean ofRecord() {
    return ofRecord;
  }

  /** Counts one look at a node; aliases are looked at as often as they are used. */
  void visit() {
    visits++;
    if (visits > MOST_VISITS) {
      throw new TooMuchException();
    }
  }

  void placed(FieldPath path, Node node) {
    places.put(path.exact(), position(node));
  }

  /** Keeps a value that the message has no field for, as JSON text. */
  void extra(FieldPath path, String json) {
    extras.put(path.exact(), json);
  }

  void error(Node node, FieldPath path, String message) {
    add(Severity.ERROR, Optional.of(position(node)), path, message);
  }

  void error(Position position, String message) {
    add(Severity.ERROR, Optional.of(position), FieldPath.ROOT, message);
  }

  /** Something about the text as a whole. */
  void error(String message) {
    error(position(1, 1), message);
  }

  void warn(Node node, FieldPath path, String message) {
    add(Severity.WARNING, Optional.of(position(node)), path, message);
  }

  /** A warning that is given once for the whole config, at the first place that asks for it. */
  void warnOnce(Node node, FieldPath path, String sentence) {
    if (sentences.add(sentence)) {
      warn(node, path, path.canonical().replace("[]", "") + ": " + sentence);
    }
  }

  /**
   * Something that one door takes and the other refuses.
   *
   * @param refuser the door that refuses
   * @param matter what was found; a warning where both doors count
   * @param refusal what the refusing door says, and what to do
   */
  void differs(Door refuser, Node node, FieldPath path, String matter, String refusal) {
    if (door == refuser) {
      error(node, path, refusal);
    } else if (door == Door.UNION) {
      String who = refuser == Door.SUBMIT ? "`gcloud builds submit`" : "a trigger";
      warn(node, path, matter + "; " + who + " would refuse this");
    }
  }

  Position position(Node node) {
    return position(node.getStartMark());
  }

  Position position(Mark mark) {
    return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  Position position(int line, int column) {
    return new Position(file, line, column);
  }

  private void add(Severity severity, Optional<Position> at, FieldPath path, String message) {
    problems.add(new Problem(severity, at, path.exact(), message));
  }

  Map<String, Position> places() {
    return places;
  }

  Map<String, String> extras() {
    return extras;
  }

  /** In the order of the text; what an alias repeats is said once. */
  List<Problem> problems() {
    Set<String> said = new HashSet<>();
    return problems.stream().filter(p -> said.add(p.toString())).sorted(BY_PLACE).toList();
  }

  /** A text of the config as a message may quote it: in one line, and not too long. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int c : text.codePoints().limit(LONGEST_QUOTE).toArray()) {
      if (Character.isISOControl(c) || Character.getType(c) == Character.LINE_SEPARATOR) {
        shown.append("\\u%04x".formatted(c));
      } else {
        shown.appendCodePoint(c);
      }
    }
    return text.codePointCount(0, text.length()) > LONGEST_QUOTE ? shown + "..." : shown.toString();
  }
}
