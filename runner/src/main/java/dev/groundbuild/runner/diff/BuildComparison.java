package dev.groundbuild.runner.diff;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.BuiltImage;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.util.Timestamps;
import dev.groundbuild.runner.config.OutputOnly;
import dev.groundbuild.runner.diff.BuildDiff.ChangedStep;
import dev.groundbuild.runner.diff.BuildDiff.Order;
import dev.groundbuild.runner.diff.BuildDiff.Side;
import dev.groundbuild.runner.diff.BuildDiff.Step;
import dev.groundbuild.runner.diff.BuildDiff.Times;
import dev.groundbuild.runner.diff.StepPairs.Pair;
import dev.groundbuild.runner.status.BuildRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Compares two records. What a build asks for is compared with its own id taken out: a value made
 * of {@code $BUILD_ID} is the same in both.
 */
public final class BuildComparison {
  private static final String BUILD_ID = "BUILD_ID";
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Build before;
  private final Build after;
  private final JsonObject askedBefore;
  private final JsonObject askedAfter;
  private final StepPairs steps;

  private BuildComparison(Build before, Build after) {
    this.before = before;
    this.after = after;
    this.askedBefore = asked(before);
    this.askedAfter = asked(after);
    this.steps =
        new StepPairs(
            OutputOnly.without(before).getStepsList(), OutputOnly.without(after).getStepsList());
  }

  public static BuildDiff of(Build before, Build after) {
    return of(new Subject(before, ""), new Subject(after, ""));
  }

  /** The same; what the builds were made of is shown, not compared. */
  public static BuildDiff of(Subject before, Subject after) {
    return new BuildComparison(before.build(), after.build()).diff(before.source(), after.source());
  }

  /**
   * A build that is compared.
   *
   * @param source what was built, as its user named it; empty if that is not known
   */
  public record Subject(Build build, String source) {}

  private static JsonObject asked(Build build) {
    String text = BuildRecord.compact(OutputOnly.without(build));
    boolean unmistakable = UUID.matcher(build.getId()).matches();
    String neutral = unmistakable ? text.replace(build.getId(), "$" + BUILD_ID) : text;
    return JsonParser.parseString(neutral).getAsJsonObject();
  }

  private BuildDiff diff(String sourceBefore, String sourceAfter) {
    return new BuildDiff(
        side(before, sourceBefore),
        side(after, sourceAfter),
        config(),
        JsonChanges.between(substitutions(askedBefore), substitutions(askedAfter)),
        steps.added().stream().map(i -> step(after, i)).toList(),
        steps.removed().stream().map(i -> step(before, i)).toList(),
        changed(),
        order(),
        images(),
        times());
  }

  private static Side side(Build build, String source) {
    return new Side(
        build.getId(),
        build.getStatus().name(),
        build.hasStartTime() ? Timestamps.toString(build.getStartTime()) : "",
        BuildRecord.took(build),
        source);
  }

  private List<Change> config() {
    return JsonChanges.between(config(askedBefore), config(askedAfter));
  }

  private static JsonObject config(JsonObject asked) {
    JsonObject rest = asked.deepCopy();
    rest.remove("steps");
    rest.remove("substitutions");
    return rest;
  }

  private static JsonObject substitutions(JsonObject asked) {
    JsonElement given = asked.get("substitutions");
    JsonObject values = given == null ? new JsonObject() : given.getAsJsonObject().deepCopy();
    values.remove(BUILD_ID);
    return values;
  }

  private static Step step(Build build, int index) {
    return new Step(index, name(build, index), build.getSteps(index).getName());
  }

  private static String name(Build build, int index) {
    String id = build.getSteps(index).getId();
    return id.isEmpty() ? "#" + index : id;
  }

  private List<ChangedStep> changed() {
    List<ChangedStep> changed = new ArrayList<>();
    for (Pair pair : steps.pairs()) {
      List<Change> fields =
          JsonChanges.between(fields(askedBefore, pair.before()), fields(askedAfter, pair.after()));
      if (!fields.isEmpty()) {
        changed.add(new ChangedStep(name(before, pair.before()), fields));
      }
    }
    return changed;
  }

  private static JsonObject fields(JsonObject asked, int index) {
    return asked.getAsJsonArray("steps").get(index).getAsJsonObject();
  }

  private Optional<Order> order() {
    if (!steps.isReordered()) {
      return Optional.empty();
    }
    return Optional.of(
        new Order(
            steps.pairs().stream().map(pair -> name(before, pair.before())).toList(),
            steps.pairs().stream()
                .sorted(Comparator.comparingInt(Pair::after))
                .map(pair -> name(before, pair.before()))
                .toList()));
  }

  private List<Change> images() {
    List<Change> changes = new ArrayList<>();
    for (Pair pair : steps.pairs()) {
      String old = digest(before, pair.before());
      String now = digest(after, pair.after());
      if (!old.isEmpty() && !now.isEmpty() && !old.equals(now)) {
        String name = "step " + name(before, pair.before());
        changes.add(new Change(name, text(old), text(now)));
      }
    }
    changes.addAll(JsonChanges.between(made(before), made(after)));
    return changes;
  }

  /** Empty where it is not known: for a step that did not run, and an image of no registry. */
  private static String digest(Build build, int step) {
    List<String> digests = build.getResults().getBuildStepImagesList();
    return step < digests.size() ? digests.get(step) : "";
  }

  private static JsonObject made(Build build) {
    Map<String, String> digests = new TreeMap<>();
    for (BuiltImage image : build.getResults().getImagesList()) {
      digests.put(image.getName(), image.getDigest());
    }
    JsonObject made = new JsonObject();
    digests.forEach(made::addProperty);
    return made;
  }

  private static Optional<JsonElement> text(String text) {
    return Optional.of(new JsonPrimitive(text));
  }

  private List<Times> times() {
    List<Times> times = new ArrayList<>();
    for (Pair pair : steps.pairs()) {
      BuildStep old = before.getSteps(pair.before());
      BuildStep now = after.getSteps(pair.after());
      if (old.hasTiming() || now.hasTiming()) {
        String name = name(before, pair.before());
        times.add(new Times(name, BuildRecord.took(old), BuildRecord.took(now)));
      }
    }
    times.add(new Times("total", BuildRecord.took(before), BuildRecord.took(after)));
    return times;
  }
}
