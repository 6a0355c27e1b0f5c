package dev.groundbuild.runner.identity;

import dev.groundbuild.steps.engine.ContainerEngine.NetworkAddress;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A metadata server and the way that steps find it. Cloud Build: by the names {@code metadata} and
 * {@code metadata.google.internal}, and by Google's address.
 *
 * <p>Where this machine lets us, it is just that, and steps see no difference. Where not, they are
 * given the variables by which Google's client libraries find a server elsewhere.
 *
 * @param env for steps
 * @param hosts names that steps know
 */
record MetadataPlace(
    MetadataServer server,
    Optional<AddressRule> rule,
    Map<String, String> env,
    Map<String, String> hosts)
    implements AutoCloseable {
  private static final int USUAL_PORT = AddressRule.PORT;

  /** Empty when this machine has no address that the build's containers could reach. */
  static Optional<MetadataPlace> take(
      NetworkAddress network, Function<HttpRequest, Answer> metadata) {
    Optional<MetadataServer> server =
        AddressRule.isPossible() ? Optional.empty() : open(network, USUAL_PORT, metadata);
    return server.or(() -> open(network, 0, metadata)).map(s -> found(network, s));
  }

  private static MetadataPlace found(NetworkAddress network, MetadataServer server) {
    Optional<AddressRule> rule = AddressRule.lay(network, server.port());
    if (rule.isPresent()) {
      return new MetadataPlace(server, rule, Map.of(), names(AddressRule.ADDRESS));
    }
    boolean usual = server.port() == USUAL_PORT;
    String place = network.gateway() + (usual ? "" : ":" + server.port());
    // Java, Go, node and Python; node and Python's first look; gcloud and older Python.
    Map<String, String> env =
        Map.of("GCE_METADATA_HOST", place, "GCE_METADATA_IP", place, "GCE_METADATA_ROOT", place);
    return new MetadataPlace(server, rule, env, usual ? names(network.gateway()) : Map.of());
  }

  /** With the dot at its end, as node's client writes it, the name is another to a hosts file. */
  private static Map<String, String> names(String address) {
    return Map.of(
        "metadata.google.internal",
        address,
        "metadata.google.internal.",
        address,
        "metadata",
        address);
  }

  private static Optional<MetadataServer> open(
      NetworkAddress network, int port, Function<HttpRequest, Answer> metadata) {
    try {
      return Optional.of(MetadataServer.open(network, port, metadata));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    server.close();
    rule.ifPresent(AddressRule::close);
  }
}
