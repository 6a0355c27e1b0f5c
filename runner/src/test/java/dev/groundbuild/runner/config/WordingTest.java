package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {
  @ParameterizedTest
  @CsvSource({
    "0,0s",
    "45000,45s",
    "1500,1.5s",
    "1200000,20m0s",
    "3600000,1h0m0s",
    "86401250,24h0m1.25s",
    "-60000,-1m0s",
  })
  void durationsAreWrittenAsTheServiceWritesThem(long millis, String text) {
    assertThat(Wording.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void longTextIsQuotedWithoutItsMiddleAndOnOneLine() {
    assertThat(Wording.quote("a\nb")).isEqualTo("\"a\\nb\"");
    assertThat(Wording.quote("x".repeat(500) + "end")).hasSizeLessThan(220).endsWith("xend\"");
  }
}
