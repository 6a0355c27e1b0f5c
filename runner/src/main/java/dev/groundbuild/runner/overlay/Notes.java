package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.config.Position;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.config.Problem.Severity;
import dev.groundbuild.runner.config.Template;
import dev.groundbuild.runner.config.Written;
import dev.groundbuild.runner.config.Written.Kind;
import dev.groundbuild.runner.config.Written.Mapping;
import dev.groundbuild.runner.config.Written.Single;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Gathers what is wrong with an overlay, and fills its texts. Not thread-safe. */
final class Notes {
  private static final int LONGEST = 80;

  private final Template template;
  private final List<Problem> problems = new ArrayList<>();

  Notes(Template template) {
    this.template = template;
  }

  void error(Position at, String path, String message) {
    problems.add(new Problem(Severity.ERROR, Optional.of(at), path, message));
  }

  void addAll(Collection<Problem> others) {
    problems.addAll(others);
  }

  /** By place. */
  List<Problem> problems() {
    return problems.stream().distinct().sorted(Problem.BY_PLACE).toList();
  }

  /** A text with its substitutions; a number or a boolean is taken as it is written. */
  Optional<String> text(Written value, String path) {
    if (!(value instanceof Single single) || single.kind() == Kind.NOTHING) {
      error(value.at(), path, "a text is wanted here, not " + value.inWords());
      return Optional.empty();
    }
    return switch (template.fill(single.text())) {
      case Template.Filled.Good good -> Optional.of(good.text());
      case Template.Filled.Bad bad -> {
        error(value.at(), path, bad.reason());
        yield Optional.empty();
      }
    };
  }

  Optional<Mapping> mapping(Written value, String path, String wanted) {
    if (value instanceof Mapping mapping) {
      return Optional.of(mapping);
    }
    error(
        value.at(),
        path,
        "a mapping is wanted here, not %s: %s".formatted(value.inWords(), wanted));
    return Optional.empty();
  }

  /** As a message may quote it. */
  static String shown(Written value) {
    if (!(value instanceof Single single)) {
      return value.inWords();
    }
    String text = single.text();
    return "\"" + (text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text) + "\"";
  }
}
