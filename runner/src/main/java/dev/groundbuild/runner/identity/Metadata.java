package dev.groundbuild.runner.identity;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers as the metadata server of Google's machines does, for one build. Its class is loaded when
 * the first request comes.
 */
final class Metadata {
  private static final String ROOT = "/computeMetadata/v1/";
  private static final String FLAVOR = "metadata-flavor";
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

  private final Tokens tokens;
  private final MetadataTree tree;
  private final InstantSource clock;

  Metadata(Facts facts, Tokens tokens, InstantSource clock) {
    this.tokens = tokens;
    this.tree = new MetadataTree(facts, tokens);
    this.clock = clock;
  }

  /**
   * @param target path and query
   * @param headers names in lower case
   */
  Answer answer(String method, String target, Map<String, String> headers) {
    if (headers.containsKey("x-forwarded-for")) {
      return Answer.problem(403, "Requests that were forwarded are not answered.");
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.problem(405, "Only GET is answered.");
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    if (path.equals("/")) {
      return Answer.data("computeMetadata/\n");
    }
    if (!"Google".equalsIgnoreCase(headers.getOrDefault(FLAVOR, ""))) {
      return Answer.problem(403, "Missing Metadata-Flavor:Google header.");
    }
    return value(path, query(question < 0 ? "" : target.substring(question + 1)));
  }

  private Answer value(String path, Map<String, String> query) {
    if (path.equals("/computeMetadata/")) {
      return Answer.data("v1/\n");
    }
    if (path.equals("/computeMetadata") || path.equals("/computeMetadata/v1")) {
      return Answer.elsewhere(path + "/");
    }
    if (!path.startsWith(ROOT)) {
      return missing(path);
    }
    String name = path.substring(ROOT.length());
    if (name.isEmpty() || name.endsWith("/")) {
      return folder(path, name, query);
    }
    if (tree.isFolder(name)) {
      return Answer.elsewhere(path + "/");
    }
    if (!tree.has(name)) {
      return missing(path);
    }
    try {
      return switch (name.substring(name.lastIndexOf('/') + 1)) {
        case "token" -> token(query);
        case "identity" -> identity(query);
        default ->
            "json".equals(query.get("alt"))
                ? Answer.json(JSON.toJson(tree.text(name)))
                : Answer.data(tree.text(name));
      };
    } catch (NoTokenException e) {
      return Answer.problem(e.isPassing() ? 503 : 404, e.reason());
    }
  }

  private Answer folder(String path, String name, Map<String, String> query) {
    String folder = name.isEmpty() ? "" : name.substring(0, name.length() - 1);
    if (!tree.isFolder(folder)) {
      return missing(path);
    }
    return "true".equalsIgnoreCase(query.getOrDefault("recursive", ""))
        ? Answer.json(JSON.toJson(tree.all(name)))
        : Answer.data(tree.names(name));
  }

  private static Answer missing(String path) {
    return Answer.problem(404, "The requested URL " + path + " was not found on this server.");
  }

  private Answer token(Map<String, String> query) throws NoTokenException {
    List<String> scopes =
        Arrays.stream(query.getOrDefault("scopes", "").split("[, ]", -1))
            .filter(scope -> !scope.isEmpty())
            .toList();
    AccessToken token = tokens.token(scopes);
    long left = Duration.between(clock.instant(), token.expires()).toSeconds();
    JsonObject json = new JsonObject();
    json.addProperty("access_token", token.value());
    json.addProperty("expires_in", Math.max(0, left));
    json.addProperty("token_type", "Bearer");
    return Answer.json(JSON.toJson(json));
  }

  private Answer identity(Map<String, String> query) throws NoTokenException {
    String audience = query.getOrDefault("audience", "");
    return audience.isEmpty()
        ? Answer.problem(400, "non-empty audience parameter required")
        : Answer.data(tokens.identity(audience, "full".equals(query.get("format"))));
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new HashMap<>();
    for (String part : text.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        query.merge(
            decoded(part.substring(0, equals)),
            decoded(part.substring(equals + 1)),
            (one, other) -> one + "," + other);
      }
    }
    return query;
  }

  /** What is not encoded rightly is taken as it is. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
