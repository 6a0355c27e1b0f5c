package dev.groundbuild.runner.plan;

import com.google.cloudbuild.v1.Build;
import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.StepRetries;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.StepSpec.StepVolume;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Writes a plan as JSON. The form is a promise to other programs: keys in this order, nothing left
 * out; what is absent is {@code null} ({@code id}, {@code entrypoint}, {@code script}, {@code
 * timeout}) or an empty list; {@code env} as {@code K=V} sorted by name, without HOME,
 * BUILDER_OUTPUT and GROUNDBUILD_ENV; {@code waitFor} all steps that a step waits for, ascending;
 * {@code timeout} in seconds, as in {@code "600s"}; {@code criticalPath} the indexes of the longest
 * chain.
 */
public final class PlanJson {
  /** Variables that differ between places where a build runs. */
  private static final Set<String> OF_THE_PLACE =
      Set.of("HOME", "BUILDER_OUTPUT", "GROUNDBUILD_ENV");

  private static final Gson GSON = new Gson();

  private final StringWriter text = new StringWriter();
  private final JsonWriter json = new JsonWriter(text);

  private PlanJson() {
    json.setFormattingStyle(FormattingStyle.PRETTY.withNewline("\n"));
    json.setStrictness(Strictness.STRICT);
    json.setHtmlSafe(false);
    json.setSerializeNulls(true);
  }

  /**
   * The plan as JSON, with a line feed at the end.
   *
   * @param build from which the plan was made
   * @param substitutions with which the plan was made
   * @param beside what stands beside the steps, by key; written last
   */
  public static String render(
      BuildPlan plan,
      Build build,
      SortedMap<String, String> substitutions,
      Map<String, JsonElement> beside) {
    PlanJson writer = new PlanJson();
    try {
      writer.write(plan, build, substitutions, beside);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter throws none
    }
    return writer.text + "\n";
  }

  private void write(
      BuildPlan plan,
      Build build,
      SortedMap<String, String> substitutions,
      Map<String, JsonElement> beside)
      throws IOException {
    json.beginObject();
    json.name("steps").beginArray();
    for (StepSpec step : plan.steps()) {
      json.beginObject();
      step(step, step.index());
      numbers("waitFor", plan.waitFor().get(step.index()));
      timeout(step);
      StepRetries retries = plan.retries().get(step.index());
      if (retries != null) {
        retries(retries);
      }
      json.endObject();
    }
    json.endArray();
    strings("images", build.getImagesList());
    strings("tags", build.getTagsList());
    json.name("substitutions").beginObject();
    for (Map.Entry<String, String> entry : substitutions.entrySet()) {
      json.name(entry.getKey()).value(entry.getValue());
    }
    json.endObject();
    numbers("criticalPath", plan.criticalPath());
    last(plan);
    for (Map.Entry<String, JsonElement> entry : beside.entrySet()) {
      json.name(entry.getKey());
      GSON.toJson(entry.getValue(), json);
    }
    json.endObject();
  }

  /**
   * What Cloud Build does not have is left out where there is none: {@code finally}, and after it
   * what stands beside the steps.
   */
  private void last(BuildPlan plan) throws IOException {
    if (plan.last().isEmpty()) {
      return;
    }
    json.name("finally").beginObject();
    json.name("limit").value(seconds(plan.last().limit()));
    json.name("steps").beginArray();
    for (StepSpec step : plan.last().steps()) {
      json.beginObject();
      step(step, step.index() - plan.steps().size());
      timeout(step);
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  /** And {@code retries} of a step. */
  private void retries(StepRetries retries) throws IOException {
    json.name("retries").beginObject();
    json.name("count").value(retries.count());
    json.name("infrastructure").value(retries.infrastructure());
    numbers("exitCodes", retries.exitCodes());
    json.name("pause").value(seconds(retries.pause()));
    json.endObject();
  }

  private void step(StepSpec step, int index) throws IOException {
    json.name("index").value(index);
    json.name("id").value(step.id().orElse(null));
    json.name("image").value(step.image());
    List<String> entrypoint = step.entrypoint();
    if (entrypoint == null) {
      json.name("entrypoint").nullValue();
    } else {
      strings("entrypoint", entrypoint);
    }
    strings("args", step.args());
    json.name("script").value(step.script());
    env(step.env());
    strings("secretEnv", step.secretEnv());
    json.name("workdir").value(step.workdir());
    json.name("volumes").beginArray();
    for (StepVolume volume : step.volumes()) {
      json.beginObject();
      json.name("name").value(volume.name());
      json.name("path").value(volume.path());
      json.endObject();
    }
    json.endArray();
  }

  private void timeout(StepSpec step) throws IOException {
    json.name("timeout").value(step.timeout().map(PlanJson::seconds).orElse(null));
  }

  private void env(SortedMap<String, String> env) throws IOException {
    json.name("env").beginArray();
    for (Map.Entry<String, String> entry : env.entrySet()) {
      if (!OF_THE_PLACE.contains(entry.getKey())) {
        json.value(entry.getKey() + "=" + entry.getValue());
      }
    }
    json.endArray();
  }

  private void strings(String name, Collection<String> values) throws IOException {
    json.name(name).beginArray();
    for (String value : values) {
      json.value(value);
    }
    json.endArray();
  }

  private void numbers(String name, Collection<Integer> values) throws IOException {
    json.name(name).beginArray();
    for (int value : values) {
      json.value(value);
    }
    json.endArray();
  }

  /** As Google's JSON writes a duration: {@code 600s}, {@code 1.500s}. */
  private static String seconds(Duration duration) {
    return Durations.toString(
        com.google.protobuf.Duration.newBuilder()
            .setSeconds(duration.getSeconds())
            .setNanos(duration.getNano())
            .build());
  }
}
