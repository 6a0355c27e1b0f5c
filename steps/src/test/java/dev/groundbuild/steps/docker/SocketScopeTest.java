package dev.groundbuild.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketScopeTest {
  private final SocketScope scope =
      new SocketScope(
          "cloudbuild-1a2b", Map.of("build", "1"), Map.of("/workspace", "/volumes/ws/_data"));

  @ParameterizedTest
  @CsvSource({
    "/v1.41/networks/cloudbuild, /v1.41/networks/cloudbuild-1a2b",
    "/networks/cloudbuild/connect, /networks/cloudbuild-1a2b/connect",
    "/v1.41/networks/cloudbuild?verbose=1, /v1.41/networks/cloudbuild-1a2b?verbose=1",
    "/v1.41/networks/cloudbuilder, /v1.41/networks/cloudbuilder",
    "/v1.41/networks/other, /v1.41/networks/other",
    "/v1.41/build?t=x&networkmode=cloudbuild&q=1, /v1.41/build?t=x&networkmode=cloudbuild-1a2b&q=1",
    "/v1.41/build?t=cloudbuild&networkmode=host, /v1.41/build?t=cloudbuild&networkmode=host",
    "/v1.41/containers/cloudbuild/json, /v1.41/containers/cloudbuild/json",
  })
  void theCloudsNetworkNameIsReplacedWhereItNamesANetwork(String asked, String sent) {
    assertThat(scope.target(asked)).isEqualTo(sent);
  }

  @Test
  void onlyCreateRequestsAreReadWhole() {
    assertThat(scope.rewritesBody("POST", "/v1.41/containers/create?name=db")).isTrue();
    assertThat(scope.rewritesBody("POST", "/networks/create")).isTrue();
    assertThat(scope.rewritesBody("POST", "/v1.41/volumes/create")).isTrue();
    assertThat(scope.rewritesBody("GET", "/v1.41/containers/create")).isFalse();
    assertThat(scope.rewritesBody("POST", "/v1.41/build")).isFalse();
  }

  @Test
  void aContainerGetsLabelsNetworkAndTheWorkspacesRealFolder() {
    String sent =
        rewritten(
            "/v1.41/containers/create?name=db",
            """
            {"Image":"x","Labels":{"mine":"1"},"HostConfig":{"NetworkMode":"cloudbuild",
            "Binds":["/workspace:/w","/workspace/sub:/s:ro","/workspaces:/o","named:/n"],
            "Mounts":[{"Type":"bind","Source":"/workspace/a","Target":"/a"},{"Type":"volume","Source":"/workspace"}]},
            "NetworkingConfig":{"EndpointsConfig":{"cloudbuild":{"Aliases":["db"]}}}}\
            """);
    assertThat(sent)
        .contains("\"Labels\":{\"mine\":\"1\",\"build\":\"1\"}")
        .contains("\"NetworkMode\":\"cloudbuild-1a2b\"")
        .contains(
            "[\"/volumes/ws/_data:/w\",\"/volumes/ws/_data/sub:/s:ro\",\"/workspaces:/o\",\"named:/n\"]")
        .contains("\"Source\":\"/volumes/ws/_data/a\"")
        .contains("{\"Type\":\"volume\",\"Source\":\"/workspace\"}")
        .contains("{\"cloudbuild-1a2b\":{\"Aliases\":[\"db\"]}}");
  }

  @Test
  void volumesAndNetworksGetLabels() {
    assertThat(rewritten("/v1.41/volumes/create", "{\"Name\":\"v\",\"Labels\":null}"))
        .contains("\"Labels\":{\"build\":\"1\"}");
    assertThat(rewritten("/v1.41/networks/create", "{\"Name\":\"n\"}"))
        .contains("\"Labels\":{\"build\":\"1\"}");
  }

  @Test
  void whatIsNoJsonObjectPassesAsItIs() {
    assertThat(rewritten("/v1.41/containers/create", "[1]")).isEqualTo("[1]");
    assertThat(rewritten("/v1.41/containers/create", "{nonsense")).isEqualTo("{nonsense");
  }

  private String rewritten(String target, String body) {
    return new String(
        scope.body(target, body.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }
}
