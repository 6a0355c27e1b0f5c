package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.publish.FakePublisher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A build pays at its start for nothing that it does not use. */
final class LoadedClassesTest {
  private static final Pattern CLASS = Pattern.compile("\\] (\\S+) source: ");

  /** What talks to clouds: Google's clients and what they stand on, and the parts that use them. */
  private static final List<String> REMOTE =
      List.of(
          "com.google.cloud.",
          "com.google.pubsub.",
          "com.google.storage.",
          "com.google.auth.",
          "com.google.api.client.",
          "com.google.api.gax.",
          "io.grpc.",
          "io.opencensus.",
          "io.opentelemetry.");

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aBuildThatUsesNoCloudLoadsNothingOfIt() throws Exception {
    desk.config("steps: [{name: busybox, args: [echo, fine]}]");

    assertThat(loaded(Map.of(), "run"))
        .contains("dev.groundbuild.runner.RunningBuild", "com.google.cloudbuild.v1.Build")
        .noneMatch(LoadedClassesTest::isRemote);
  }

  @Test
  void aBuildWhoseConfigNamesATopicLoadsNothingUntilPublishingIsOn() throws Exception {
    desk.config(
        """
        steps: [{name: busybox, args: [echo, fine]}]
        options: {pubsubTopic: projects/p/topics/team}
        """);

    assertThat(loaded(Map.of(), "run")).noneMatch(LoadedClassesTest::isRemote);
    try (FakePublisher server = FakePublisher.start()) {
      Map<String, String> on =
          Map.of("GROUNDBUILD_PUBLISH", "on", "PUBSUB_EMULATOR_HOST", server.host());
      assertThat(loaded(on, "run")).anyMatch(LoadedClassesTest::isRemote);
    }
  }

  private static boolean isRemote(String name) {
    return REMOTE.stream().anyMatch(name::startsWith);
  }

  /** The names of all classes that a successful run has loaded. */
  private List<String> loaded(Map<String, String> env, String... args) throws Exception {
    Path list = desk.root().resolve("classes.log");
    Map<String, String> all = new HashMap<>(env);
    all.put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + list + ":tags");
    CliProcess process = desk.startWith(all, args);
    process.closeIn();
    CliProcess.Ended ended = process.await();
    assertThat(ended.exit()).as(ended.err()).isZero();
    return CLASS.matcher(Files.readString(list)).results().map(found -> found.group(1)).toList();
  }
}
