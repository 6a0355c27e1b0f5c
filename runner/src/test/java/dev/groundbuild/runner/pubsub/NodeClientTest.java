package dev.groundbuild.runner.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as Google's client library for Node sees it, which dev/setup installs. */
final class NodeClientTest {
  @TempDir Path folder;

  @Test
  void googlesClientForNodePublishesAndSubscribes() throws Exception {
    Path modules = modules();
    Path script = folder.resolve("client.cjs");
    try (var source = getClass().getResourceAsStream("/pubsub/client.cjs")) {
      Files.copy(Objects.requireNonNull(source), script);
    }
    try (PubsubServer server = PubsubServer.start(folder.resolve("data"), 0)) {
      ProcessBuilder node = new ProcessBuilder("node", script.toString());
      node.environment().put("NODE_PATH", modules.toString());
      node.environment().put("PUBSUB_EMULATOR_HOST", "127.0.0.1:" + server.port());

      JsonObject seen = JsonParser.parseString(output(node)).getAsJsonObject();

      assertThat(seen.toString())
          .isEqualTo(
              """
              {"topic":"projects/shop/topics/from-node","again":6,"nowhere":5,"ackDeadline":30,"changed":40,\
              "ids":40,"nacked":2,"inOrder":true,"received":36,\
              "topics":["projects/shop/topics/from-node"],"deleted":5}\
              """);
    }
  }

  /** Where the client is: asked of dev/setup, which installs it first if it is not there. */
  private static Path modules() throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("groundbuild.root", ".."));
    String said = output(new ProcessBuilder(root.resolve("dev/setup").toString(), "pubsub-client"));
    return Path.of(said.strip());
  }

  private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
    Path err = Files.createTempFile("node-client-", ".txt");
    try {
      Process process = builder.redirectError(err.toFile()).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(err)).isZero();
      return List.of(out.split("\n", -1)).getFirst();
    } finally {
      Files.delete(err);
    }
  }
}
