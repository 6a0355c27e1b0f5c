package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code groundbuild pubsub} as processes of their own: one server, and commands that talk to it.
 */
final class PubsubCommandTest {
  private static final Pattern EXPORT = Pattern.compile("export PUBSUB_EMULATOR_HOST=(\\S+)\n");

  @TempDir Path home;

  private final List<CliProcess> started = new ArrayList<>();
  private String address = "";

  @AfterEach
  void end() throws InterruptedException {
    for (CliProcess process : started) {
      process.end();
    }
  }

  @Test
  void aDeveloperSubscribesToBuildsWithNothingElse() throws Exception {
    CliProcess server = serve("--topic=cloud-builds");
    assertThat(server.said()).doesNotContain("WARNING").doesNotContain("INFO");

    assertThat(ok("pubsub", "topics", "list")).isEqualTo("projects/shop/topics/cloud-builds\n");
    assertThat(ok("pubsub", "subscriptions", "create", "mine", "--topic=cloud-builds"))
        .isEqualTo("created projects/shop/subscriptions/mine\n");
    assertThat(
            ok(
                "pubsub",
                "publish",
                "cloud-builds",
                "--data={\"id\": \"x\"}",
                "--attribute=status=SUCCESS",
                "--attribute=buildId=x"))
        .isEqualTo("1\n");
    assertThat(ok("pubsub", "pull", "mine", "--ack"))
        .matches("20\\S+Z  1  buildId=x status=SUCCESS\n  \\{\"id\": \"x\"}\n");
    assertThat(ok("pubsub", "pull", "mine")).isEmpty();
    assertThat(ok("pubsub", "subscriptions", "list"))
        .isEqualTo("projects/shop/subscriptions/mine  projects/shop/topics/cloud-builds\n");

    CliProcess follower = start("pubsub", "pull", "mine", "--follow", "--ack", "--format=json");
    ok("pubsub", "publish", "cloud-builds", "--data=y");
    follower.awaitOut("\"data\":\"eQ==\"");
    follower.signal("INT");
    assertThat(follower.await().exit()).isZero();

    server.signal("INT");
    CliProcess.Ended ended = server.await();
    assertThat(ended.exit()).isZero();
    assertThat(ended.err()).isEqualTo("groundbuild: ending the Pub/Sub server\n");
    CliProcess.Ended nobody = run("pubsub", "topics", "list");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.err()).contains("no Pub/Sub answers at " + address + "; start one with");
  }

  @Test
  void whatWasPublishedSurvivesAKill() throws Exception {
    CliProcess server = serve("--topic=cloud-builds");
    ok("pubsub", "subscriptions", "create", "mine", "--topic=cloud-builds");
    for (String data : List.of("one", "two", "three")) {
      ok("pubsub", "publish", "cloud-builds", "--data=" + data);
    }
    assertThat(ok("pubsub", "pull", "mine", "--limit=1", "--ack")).contains("one");
    assertThat(ok("pubsub", "pull", "mine", "--limit=1")).contains("two");
    server.signal("KILL");
    server.await();

    serve();

    String left = ok("pubsub", "pull", "mine", "--ack");
    assertThat(left).doesNotContain("one").contains("two").contains("three");
    assertThat(ok("pubsub", "publish", "cloud-builds", "--data=four")).isEqualTo("4\n");
  }

  @Test
  void aSecondServerOnTheSameFolderOrPortIsRefusedWithASentence() throws Exception {
    serve();

    CliProcess.Ended folder = run("pubsub", "--host-port=0");
    CliProcess.Ended port =
        run("pubsub", "--host-port=" + address, "--data-dir=" + home.resolve("other"));

    assertThat(folder.exit()).isEqualTo(1);
    assertThat(folder.err())
        .contains("is in use by another groundbuild pubsub")
        .contains("--data-dir")
        .doesNotContain("\tat ");
    assertThat(port.exit()).isEqualTo(1);
    assertThat(port.err())
        .contains(address + " can't be listened on: ")
        .contains("--host-port")
        .doesNotContain("\tat ");
  }

  @Test
  void refusalsAreSentences() throws Exception {
    serve();

    CliProcess.Ended missing = run("pubsub", "publish", "nowhere", "--data=x");
    CliProcess.Ended bad = run("pubsub", "topics", "create", "1");
    CliProcess.Ended nothing = run("pubsub", "publish", "nowhere");
    CliProcess.Ended host = run("pubsub", "--host-port=here");

    assertThat(missing.exit()).isEqualTo(1);
    assertThat(missing.err())
        .isEqualTo(
            "groundbuild: %s refused: NOT_FOUND: Resource not found (resource=nowhere).\n"
                .formatted(address));
    assertThat(bad.err()).contains("INVALID_ARGUMENT: Invalid resource name given");
    assertThat(nothing.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(host.exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void otherCommandsLoadNothingOfIt() throws Exception {
    Path config = Files.writeString(home.resolve("cloudbuild.yaml"), "steps: [{name: busybox}]\n");
    for (List<String> words :
        List.of(
            List.of("--help"),
            List.of("pubsub", "--help"),
            List.of("validate", config.toString()))) {
      CliProcess process = start(List.of("-Xlog:class+load"), words.toArray(String[]::new));
      CliProcess.Ended ended = process.await();

      assertThat(ended.exit()).isZero();
      assertThat(ended.out())
          .contains("dev.groundbuild.runner.cli.PubsubCommand ")
          .doesNotContain(" io.grpc.")
          .doesNotContain(" com.google.pubsub.")
          .doesNotContain(" dev.groundbuild.runner.pubsub.PubsubServer ");
    }
  }

  private CliProcess serve(String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("pubsub", "--host-port=127.0.0.1:0"));
    words.addAll(List.of(options));
    CliProcess server = start(words.toArray(String[]::new));
    server.awaitOut("\n");
    Matcher said = EXPORT.matcher(server.said());
    assertThat(said.find()).as(server.said()).isTrue();
    address = said.group(1);
    return server;
  }

  private String ok(String... args) throws IOException, InterruptedException {
    CliProcess.Ended ended = run(args);
    assertThat(ended.err()).isEmpty();
    assertThat(ended.exit()).isZero();
    return ended.out();
  }

  private CliProcess.Ended run(String... args) throws IOException, InterruptedException {
    return start(args).await();
  }

  private CliProcess start(String... args) throws IOException {
    return start(List.of(), args);
  }

  private CliProcess start(List<String> jvmOptions, String... args) throws IOException {
    // A shell may have started this JVM with signals ignored, which children inherit.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM,HUP"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    Map<String, String> env = builder.environment();
    env.put("HOME", home.toString());
    env.put("XDG_STATE_HOME", home.resolve("state").toString());
    env.put("GOOGLE_CLOUD_PROJECT", "shop");
    env.put("PUBSUB_EMULATOR_HOST", address);
    CliProcess process = new CliProcess(builder.start());
    started.add(process);
    process.closeIn();
    return process;
  }
}
