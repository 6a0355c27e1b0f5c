package dev.groundbuild.steps.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What one build's steps see of the engine: their network under the name {@code cloudbuild}, their
 * workspace under {@code /workspace}, and a mark on everything that they make.
 *
 * <p>In the cloud a build has a machine of its own, where {@code docker run -v /workspace:/w
 * --network=cloudbuild} means the build's own workspace and network. Here many builds share an
 * engine, so such requests are rewritten on their way.
 *
 * @param network real name of the build's network
 * @param labels put on containers, volumes and networks that steps make
 * @param folders where a path of the cloud's machine is on the engine's host, such as {@code
 *     /workspace}
 * @param hosts names that containers and image builds on the build's network know
 */
record SocketScope(
    String network,
    Map<String, String> labels,
    Map<String, String> folders,
    Map<String, String> hosts) {
  /** Cloud Build: the name of the network that all steps join. */
  static final String CLOUD_NETWORK = "cloudbuild";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CREATES =
      Pattern.compile("(?:/v[0-9.]+)?/(containers|networks|volumes)/create(?:\\?.*)?");
  private static final Pattern NETWORK_PATH =
      Pattern.compile("((?:/v[0-9.]+)?/networks/)" + CLOUD_NETWORK + "((?:[/?].*)?)");
  private static final Pattern BUILD_NETWORK =
      Pattern.compile(
          "((?:/v[0-9.]+)?/build\\?(?:.*&)?networkmode=)" + CLOUD_NETWORK + "((?:&.*)?)");

  SocketScope {
    labels = Map.copyOf(labels);
    folders = Map.copyOf(folders);
    hosts = Map.copyOf(hosts);
  }

  SocketScope(String network, Map<String, String> labels, Map<String, String> folders) {
    this(network, labels, folders, Map.of());
  }

  /** Whether the body of such a request has to be read before it can go on. */
  boolean rewritesBody(String method, String target) {
    return method.equals("POST") && CREATES.matcher(target).matches();
  }

  /** The request target with the cloud's network name replaced by the real one. */
  String target(String target) {
    for (Pattern form : new Pattern[] {NETWORK_PATH, BUILD_NETWORK}) {
      Matcher m = form.matcher(target);
      if (m.matches()) {
        String scoped = m.group(1) + network + m.group(2);
        return form.equals(BUILD_NETWORK) ? scoped + extraHosts() : scoped;
      }
    }
    return target;
  }

  /** As {@code docker build --add-host}; the first of a name counts, and that is the step's. */
  private String extraHosts() {
    return new TreeMap<>(hosts)
        .entrySet().stream()
            .map(e -> e.getKey() + ":" + e.getValue())
            .map(host -> "&extrahosts=" + URLEncoder.encode(host, StandardCharsets.UTF_8))
            .collect(Collectors.joining());
  }

  /**
   * The body of a create request, with labels and real names; as it is when it is not a JSON
   * object.
   */
  byte[] body(String target, byte[] body) {
    Matcher m = CREATES.matcher(target);
    if (!m.matches()) {
      return body;
    }
    try {
      JsonNode root =
          JSON.readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
      if (!(root instanceof ObjectNode request)) {
        return body;
      }
      labelled(request);
      if (m.group(1).equals("containers")) {
        container(request);
      }
      return JSON.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      return body;
    } catch (java.io.IOException e) {
      throw new IllegalStateException("JSON in memory can't fail to be read", e);
    }
  }

  private void labelled(ObjectNode request) {
    ObjectNode all =
        request.get("Labels") instanceof ObjectNode own ? own : request.putObject("Labels");
    labels.forEach(all::put);
  }

  private void container(ObjectNode request) {
    if (request.get("HostConfig") instanceof ObjectNode host) {
      if (host.path("NetworkMode").asText().equals(CLOUD_NETWORK)) {
        host.put("NetworkMode", network);
        addHosts(host);
      }
      if (host.get("Binds") instanceof ArrayNode binds) {
        for (int i = 0; i < binds.size(); i++) {
          binds.set(i, TextNode.valueOf(bind(binds.get(i).asText())));
        }
      }
      if (host.get("Mounts") instanceof ArrayNode mounts) {
        for (JsonNode mount : mounts) {
          if (mount instanceof ObjectNode o && o.path("Type").asText().equals("bind")) {
            o.put("Source", folder(o.path("Source").asText()));
          }
        }
      }
    }
    if (request.path("NetworkingConfig").get("EndpointsConfig") instanceof ObjectNode endpoints
        && endpoints.has(CLOUD_NETWORK)) {
      endpoints.set(network, endpoints.remove(CLOUD_NETWORK));
    }
  }

  /** The engine takes the first of a name, so what the step says itself wins. */
  private void addHosts(ObjectNode host) {
    if (!hosts.isEmpty()) {
      ArrayNode all =
          host.get("ExtraHosts") instanceof ArrayNode own ? own : host.putArray("ExtraHosts");
      new TreeMap<>(hosts).forEach((name, address) -> all.add(name + ":" + address));
    }
  }

  private String bind(String bind) {
    int colon = bind.indexOf(':');
    return colon < 0 ? bind : folder(bind.substring(0, colon)) + bind.substring(colon);
  }

  private String folder(String path) {
    for (Map.Entry<String, String> folder : folders.entrySet()) {
      if (path.equals(folder.getKey()) || path.startsWith(folder.getKey() + "/")) {
        return folder.getValue() + path.substring(folder.getKey().length());
      }
    }
    return path;
  }
}
