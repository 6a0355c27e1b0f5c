package dev.groundbuild.runner.overlay;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.overlay.Cache.KeyPart;
import dev.groundbuild.runner.overlay.SideContainer.Check;
import dev.groundbuild.steps.StepSpec.StepVolume;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * What an overlay adds to a plan, for other programs: {@code services}, {@code caches} and {@code
 * commits}, each only if there is one. Retries and last steps are parts of the plan itself.
 */
public final class OverlayJson {
  private OverlayJson() {}

  /** By key, in the order in which they are written. */
  public static SequencedMap<String, JsonElement> of(Overlay overlay) {
    SequencedMap<String, JsonElement> all = new LinkedHashMap<>();
    put("services", array(overlay.services(), OverlayJson::service), all);
    put("caches", array(overlay.caches(), OverlayJson::cache), all);
    put("commits", array(overlay.commits().entrySet(), OverlayJson::commit), all);
    return all;
  }

  private static void put(String name, JsonArray array, Map<String, JsonElement> all) {
    if (!array.isEmpty()) {
      all.put(name, array);
    }
  }

  private static <T> JsonArray array(Collection<T> items, Function<T, JsonElement> one) {
    JsonArray array = new JsonArray();
    items.forEach(item -> array.add(one.apply(item)));
    return array;
  }

  private static JsonArray texts(Collection<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static JsonObject service(SideContainer service) {
    JsonObject json = new JsonObject();
    json.addProperty("name", service.name());
    json.addProperty("image", service.image());
    json.add("entrypoint", texts(service.entrypoint()));
    json.add("args", texts(service.args()));
    json.add(
        "env",
        array(service.env().entrySet(), e -> new JsonPrimitive(e.getKey() + "=" + e.getValue())));
    json.add("ready", check(service.ready().check()));
    json.addProperty(
        "readyTimeout",
        Durations.toString(Durations.fromMillis(service.ready().timeout().toMillis())));
    json.add("ports", array(service.ports(), port -> new JsonPrimitive(port.toString())));
    json.add("volumes", array(service.volumes(), OverlayJson::volume));
    return json;
  }

  private static JsonObject volume(StepVolume volume) {
    JsonObject json = new JsonObject();
    json.addProperty("name", volume.name());
    json.addProperty("path", volume.path());
    return json;
  }

  private static JsonObject check(Check check) {
    JsonObject json = new JsonObject();
    switch (check) {
      case Check.Health _ -> json.addProperty("health", true);
      case Check.Tcp(int port) -> json.addProperty("tcp", port);
      case Check.Http(int port, String path) -> json.addProperty("http", port + path);
      case Check.Command(List<String> command) -> json.add("command", texts(command));
    }
    return json;
  }

  private static JsonObject cache(Cache cache) {
    JsonObject json = new JsonObject();
    json.addProperty("name", cache.name());
    json.addProperty("path", cache.path());
    json.add("key", array(cache.key(), OverlayJson::part));
    json.addProperty("keep", cache.keep());
    return json;
  }

  private static JsonObject part(KeyPart part) {
    JsonObject json = new JsonObject();
    switch (part) {
      case KeyPart.Text(String text) -> json.addProperty("text", text);
      case KeyPart.Checksum(List<String> patterns) -> json.add("checksum", texts(patterns));
    }
    return json;
  }

  private static JsonObject commit(Map.Entry<Integer, Commit> commit) {
    JsonObject json = new JsonObject();
    json.addProperty("step", commit.getKey());
    json.add("images", texts(commit.getValue().names()));
    return json;
  }
}
