package dev.groundbuild.runner.diff;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.groundbuild.runner.diff.BuildDiff.Side;
import dev.groundbuild.runner.diff.BuildDiff.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes how two builds differ as JSON. Every key is always there; what a build does not have is
 * {@code null}; times are seconds.
 */
public final class DiffJson {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private DiffJson() {}

  /** The difference as JSON, without a final line feed. */
  public static String render(BuildDiff diff) {
    JsonObject root = new JsonObject();
    root.addProperty("same", diff.isSame());
    root.add("before", side(diff.before()));
    root.add("after", side(diff.after()));
    root.add("config", list(diff.config(), DiffJson::change));
    root.add("substitutions", list(diff.substitutions(), DiffJson::change));
    JsonObject steps = new JsonObject();
    steps.add("added", list(diff.added(), DiffJson::step));
    steps.add("removed", list(diff.removed(), DiffJson::step));
    steps.add(
        "changed",
        list(
            diff.changed(),
            step -> {
              JsonObject o = new JsonObject();
              o.addProperty("step", step.name());
              o.add("fields", list(step.fields(), DiffJson::change));
              return o;
            }));
    steps.add("order", diff.order().<JsonElement>map(DiffJson::order).orElse(JsonNull.INSTANCE));
    root.add("steps", steps);
    root.add("images", list(diff.images(), DiffJson::change));
    root.add("times", list(diff.times(), DiffJson::times));
    return GSON.toJson(root);
  }

  private static JsonObject side(Side side) {
    JsonObject o = new JsonObject();
    o.addProperty("id", side.id());
    o.addProperty("status", side.status());
    o.addProperty("started", side.started().isEmpty() ? null : side.started());
    o.addProperty("seconds", seconds(side.took()));
    o.addProperty("source", side.source().isEmpty() ? null : side.source());
    return o;
  }

  private static JsonObject change(Change change) {
    JsonObject o = new JsonObject();
    o.addProperty("name", change.name());
    o.add("before", change.before().orElse(JsonNull.INSTANCE));
    o.add("after", change.after().orElse(JsonNull.INSTANCE));
    return o;
  }

  private static JsonObject step(Step step) {
    JsonObject o = new JsonObject();
    o.addProperty("step", step.name());
    o.addProperty("index", step.index());
    o.addProperty("image", step.image());
    return o;
  }

  private static JsonObject order(BuildDiff.Order order) {
    JsonObject o = new JsonObject();
    o.add("before", GSON.toJsonTree(order.before()));
    o.add("after", GSON.toJsonTree(order.after()));
    return o;
  }

  private static JsonObject times(BuildDiff.Times times) {
    JsonObject o = new JsonObject();
    o.addProperty("name", times.name());
    o.addProperty("before", seconds(times.before()));
    o.addProperty("after", seconds(times.after()));
    o.addProperty("percent", times.percent().map(p -> Math.round(p * 10) / 10.0).orElse(null));
    return o;
  }

  private static @Nullable Double seconds(Optional<Duration> time) {
    return time.map(t -> Math.round(t.toNanos() / 1e6) / 1e3).orElse(null);
  }

  private static <T> JsonArray list(List<T> items, Function<T, JsonObject> render) {
    JsonArray array = new JsonArray();
    items.forEach(item -> array.add(render.apply(item)));
    return array;
  }
}
