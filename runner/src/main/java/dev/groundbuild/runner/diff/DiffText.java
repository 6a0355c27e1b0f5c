package dev.groundbuild.runner.diff;

import com.google.gson.JsonElement;
import dev.groundbuild.runner.console.Palette;
import dev.groundbuild.runner.console.Table;
import dev.groundbuild.runner.console.Took;
import dev.groundbuild.runner.diff.BuildDiff.ChangedStep;
import dev.groundbuild.runner.diff.BuildDiff.Side;
import dev.groundbuild.runner.diff.BuildDiff.Step;
import dev.groundbuild.runner.diff.BuildDiff.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes how two builds differ for people: {@code -} is the first build, {@code +} the second. */
public final class DiffText {
  private final BuildDiff diff;
  private final Palette palette;
  private final List<String> lines = new ArrayList<>();

  private DiffText(BuildDiff diff, Palette palette) {
    this.diff = diff;
    this.palette = palette;
  }

  /** The difference as lines. */
  public static List<String> lines(BuildDiff diff, Palette palette) {
    DiffText text = new DiffText(diff, palette);
    text.write();
    return text.lines;
  }

  private void write() {
    lines.add(palette.bad("--- " + head(diff.before())));
    lines.add(palette.good("+++ " + head(diff.after())));
    if (diff.isSame()) {
      lines.add("the builds are the same, but for their times");
    }
    if (!diff.before().status().equals(diff.after().status())) {
      title("status");
      lines.add("  " + diff.before().status() + " -> " + diff.after().status());
    }
    changes("config", diff.config());
    changes("substitutions", diff.substitutions());
    steps();
    changes("images", diff.images());
    times();
  }

  private static String head(Side side) {
    String took = side.took().map(t -> ", " + Took.text(t)).orElse("");
    String source = side.source().isEmpty() ? "" : "  of " + side.source();
    return Table.cell(side.id() + "  " + side.started() + "  " + side.status() + took + source);
  }

  private void title(String title) {
    lines.add(palette.strong(title));
  }

  private void changes(String title, List<Change> changes) {
    if (!changes.isEmpty()) {
      title(title);
      changes.forEach(change -> change(change, "  "));
    }
  }

  private void change(Change change, String indent) {
    String name = Table.cell(change.name());
    Optional<List<String>> old = change.before().flatMap(DiffText::text);
    Optional<List<String>> now = change.after().flatMap(DiffText::text);
    if (old.isPresent() && now.isPresent()) {
      lines.add(indent + name);
      new LineDiff(old.get(), now.get()).lines().forEach(line -> coloured(indent + "  ", line));
      return;
    }
    change.before().ifPresent(v -> coloured(indent, "- " + name + ": " + Table.cell(v + "")));
    change.after().ifPresent(v -> coloured(indent, "+ " + name + ": " + Table.cell(v + "")));
  }

  private void coloured(String indent, String line) {
    String safe = Table.cell(line);
    lines.add(
        indent
            + (line.startsWith("-")
                ? palette.bad(safe)
                : line.startsWith("+") ? palette.good(safe) : safe));
  }

  /** The lines of a value that is a text of several, such as a script. */
  private static Optional<List<String>> text(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsString().strip().contains("\n")
        ? Optional.of(value.getAsString().lines().toList())
        : Optional.empty();
  }

  private void steps() {
    List<ChangedStep> changed = diff.changed();
    boolean any = !diff.removed().isEmpty() || !diff.added().isEmpty() || !changed.isEmpty();
    if (any || diff.order().isPresent()) {
      title("steps");
    }
    diff.removed().forEach(step -> coloured("  ", "- " + describe(step)));
    diff.added().forEach(step -> coloured("  ", "+ " + describe(step)));
    for (ChangedStep step : changed) {
      lines.add("  ~ " + Table.cell(step.name()));
      step.fields().forEach(field -> change(field, "    "));
    }
    diff.order()
        .ifPresent(order -> {
          coloured("  ", "- order: " + String.join(", ", order.before()));
          coloured("  ", "+ order: " + String.join(", ", order.after()));
        });
  }

  private static String describe(Step step) {
    String place = step.name().startsWith("#") ? "" : " (#" + step.index() + ")";
    return step.name() + place + " " + step.image();
  }

  private void times() {
    title("times");
    Table table = new Table();
    for (Times times : diff.times()) {
      table.row(
          "  " + Table.cell(times.name()),
          times.before().map(Took::text).orElse("-"),
          times.after().map(Took::text).orElse("-"),
          change(times),
          times.percent().map(p -> String.format(Locale.ROOT, "%+.0f %%", p)).orElse(""));
    }
    lines.addAll(table.lines());
  }

  private static String change(Times times) {
    if (times.before().isEmpty() || times.after().isEmpty()) {
      return "";
    }
    Duration change = times.after().get().minus(times.before().get());
    return (change.isNegative() ? "-" : "+") + Took.text(change.abs());
  }
}
