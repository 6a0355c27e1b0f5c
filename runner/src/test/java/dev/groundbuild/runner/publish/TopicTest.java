package dev.groundbuild.runner.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicTest {
  @Test
  void aFullNameNamesItsProjectAndABareOneIsOfTheBuilds() {
    assertThat(Topic.parse("projects/other/topics/t-1", "p"))
        .hasToString("projects/other/topics/t-1");
    assertThat(Topic.parse("projects/google.com:p/topics/abc", "p").project())
        .isEqualTo("google.com:p");
    assertThat(Topic.parse("builds%2F~+", "p")).hasToString("projects/p/topics/builds%2F~+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ab", "1abc", "a b c", "topics/abc", "projects//topics/abc", "google"})
  void whatIsNoTopicIsRefused(String text) {
    assertThatThrownBy(() -> Topic.parse(text, "p"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\" is no topic: write projects/PROJECT/topics/TOPIC");
  }
}
