package dev.groundbuild.runner.identity;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Our part of the Docker configuration in a build's home. Steps may change that file too: what is
 * no longer as we wrote it is theirs. Used by one thread at a time.
 */
final class DockerConfig {
  private static final String AUTHS = "auths";
  private static final Gson JSON =
      new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

  private final Map<String, JsonObject> written = new HashMap<>();

  /**
   * The file with new logins in it; empty when there is nothing to write, or what is there is not
   * ours to mend.
   *
   * @param present the file as it is, if there is one
   */
  Optional<byte[]> with(Map<String, RegistryLogin> logins, Optional<byte[]> present) {
    Optional<JsonObject> root = read(present);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    JsonObject auths = auths(root.get());
    boolean changed = false;
    for (Map.Entry<String, RegistryLogin> login : logins.entrySet()) {
      JsonObject ours = entry(login.getValue());
      if (ours.equals(auths.get(login.getKey()))) {
        written.put(login.getKey(), ours);
      } else if (isOurs(login.getKey(), auths)) {
        auths.add(login.getKey(), ours);
        written.put(login.getKey(), ours);
        changed = true;
      }
    }
    return changed ? Optional.of(bytes(root.get())) : Optional.empty();
  }

  /** The file without what we have written into it. */
  Optional<byte[]> without(Optional<byte[]> present) {
    Optional<JsonObject> root = read(present);
    if (root.isEmpty() || written.isEmpty()) {
      return Optional.empty();
    }
    JsonObject auths = auths(root.get());
    written.forEach((host, ours) -> {
      if (ours.equals(auths.get(host))) {
        auths.remove(host);
      }
    });
    written.clear();
    return Optional.of(bytes(root.get()));
  }

  /**
   * Nobody has given the registry another login, or taken ours away. A token that is there before
   * we have written any is of an earlier attempt, which was killed, and does not live long.
   */
  private boolean isOurs(String host, JsonObject auths) {
    JsonObject ours = written.get(host);
    JsonElement there = auths.get(host);
    return ours == null ? there == null || isToken(there) : ours.equals(there);
  }

  private static boolean isToken(JsonElement entry) {
    if (!(entry instanceof JsonObject object)
        || !(object.get("auth") instanceof JsonPrimitive auth)) {
      return false;
    }
    try {
      return new String(Base64.getDecoder().decode(auth.getAsString()), StandardCharsets.UTF_8)
          .startsWith(RegistryLogin.ACCESS_TOKEN_USER + ":");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static JsonObject entry(RegistryLogin login) {
    JsonObject entry = new JsonObject();
    if (login.isIdentityToken()) {
      entry.addProperty("auth", new RegistryLogin(login.user(), "").basic());
      entry.addProperty("identitytoken", login.password());
    } else {
      entry.addProperty("auth", login.basic());
    }
    return entry;
  }

  private static Optional<JsonObject> read(Optional<byte[]> present) {
    if (present.isEmpty()) {
      return Optional.of(new JsonObject());
    }
    try {
      JsonElement root = JsonParser.parseString(new String(present.get(), StandardCharsets.UTF_8));
      return root.isJsonObject() ? Optional.of(root.getAsJsonObject()) : Optional.empty();
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private static JsonObject auths(JsonObject root) {
    if (!(root.get(AUTHS) instanceof JsonObject auths)) {
      JsonObject made = new JsonObject();
      root.add(AUTHS, made);
      return made;
    }
    return auths;
  }

  private static byte[] bytes(JsonObject root) {
    return (JSON.toJson(root) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
