package dev.groundbuild.runner.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.NetworkAddress;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MetadataServerTest {
  private final ContainerEngine engine = DockerEngine.ofEnvironment();
  private final String id = "metadata-" + UUID.randomUUID();
  private final Map<String, String> labels = Labels.of(id, Owner.ofThisProcess());

  @AfterEach
  void clear() {
    Leftovers.removeBuild(engine, id);
    assertThat(engine.owned(Labels.BUILD, Optional.of(id))).isEmpty();
    engine.close();
  }

  private String network(String name) {
    return engine.createNetwork("groundbuild_test_" + id + name, labels);
  }

  private MetadataServer open(NetworkAddress network) throws IOException {
    return MetadataServer.open(network, 0, _ -> Answer.data("told"));
  }

  /** The exit code of a program in a container on a network. */
  private int run(String network, String script) {
    String container =
        engine.create(
            new ContainerSpec(
                "groundbuild_test_" + UUID.randomUUID(),
                "busybox",
                List.of("sh", "-c"),
                List.of(script),
                Map.of(),
                "/",
                List.of(),
                network,
                List.of(),
                Privileges.DEFAULT,
                labels,
                List.of()));
    engine.start(container);
    return engine.awaitExit(container).code();
  }

  @Test
  void onlyTheContainersOfTheBuildsOwnNetworkAreAnswered() throws IOException {
    String own = network("own");
    String other = network("other");
    NetworkAddress address = engine.addressOf(own).orElseThrow();
    try (MetadataServer server = open(address)) {
      String place = address.gateway() + ":" + server.port();
      String ask = "test \"$(timeout 10 wget -q -O - http://" + place + "/)\" = told";
      assertThat(run(own, ask)).isZero();
      assertThat(run(other, ask)).isNotZero();
      assertThat(run("host", ask)).isNotZero();
      try (Socket here = new Socket(InetAddress.ofLiteral(address.gateway()), server.port())) {
        here.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(here.getInputStream().readAllBytes()).isEmpty();
      } catch (IOException e) {
        // Cut off before it could ask: just as good.
        assertThat(e).hasMessageMatching(".*(reset|pipe|closed).*");
      }
    }
  }

  @Test
  void manyRequestsGoOverOneConnectionAndNonsenseEndsIt() throws IOException {
    String own = network("own");
    NetworkAddress address = engine.addressOf(own).orElseThrow();
    try (MetadataServer server = open(address)) {
      String nc = " | nc -w 5 " + address.gateway() + " " + server.port() + " | grep -c ";
      String twice = "GET / HTTP/1.1\\r\\n\\r\\nGET /x HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n";
      assertThat(run(own, "test $(printf '" + twice + "'" + nc + "'HTTP/1.1 200 OK') = 2"))
          .isZero();
      assertThat(run(own, "test $(printf 'what?\\r\\n\\r\\n'" + nc + "'HTTP/1.1 400') = 1"))
          .isZero();
    }
  }

  @Test
  void anAddressThatIsNotThisMachinesCantBeTaken() {
    NetworkAddress elsewhere = new NetworkAddress("192.0.2.1", "192.0.2.0/24");
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> open(elsewhere).close());
    assertThat(MetadataPlace.take(elsewhere, _ -> Answer.data("told"))).isEmpty();
  }
}
