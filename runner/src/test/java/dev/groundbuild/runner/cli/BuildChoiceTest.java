package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.status.BuildHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds on the engine, of which the history knows some. */
final class BuildChoiceTest {
  @TempDir Path folder;

  @BeforeEach
  void keepABuild() throws IOException {
    history().start(Build.newBuilder().setId("1f-kept").build()).close();
  }

  @Test
  void theHistorySaysWhichBuildIsMeantAndKnowsTheLast() throws IOException {
    assertThat(id("last", "9b-other")).isEqualTo("1f-kept");
    assertThat(id("1f", "1f-other")).isEqualTo("1f-kept");
    assertThatThrownBy(() -> id("last-1", "9b-other")).hasMessage("only 1 build is kept");
  }

  @Test
  void buildsOfOthersAreFoundOnTheEngine() throws IOException {
    assertThat(id("9b", "9b-other", "9b-other", "8a")).isEqualTo("9b-other");
    assertThat(id("9b", "9b-other", "9b")).isEqualTo("9b");
    assertThatThrownBy(() -> id("9b", "9b-other", "9b-one"))
        .hasMessageEndingWith("more than one build: 9b-one, 9b-other");
    assertThatThrownBy(() -> id("7", "9b-other"))
        .hasMessageContaining("no build \"7\" is kept or runs");
  }

  private String id(String given, String... onEngine) throws IOException {
    return BuildChoice.id(history(), given, Stream.of(onEngine));
  }

  private BuildHistory history() {
    return BuildHistory.in(folder, InstantSource.system());
  }
}
