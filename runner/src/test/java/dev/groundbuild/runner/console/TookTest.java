package dev.groundbuild.runner.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TookTest {

  @Test
  void durationsReadAsPeopleWriteThem() {
    assertThat(Took.text(Duration.ofMillis(49))).isEqualTo("0.0s");
    assertThat(Took.text(Duration.ofMillis(59_950))).isEqualTo("59.9s");
    assertThat(Took.text(Duration.ofSeconds(65))).isEqualTo("1m 05s");
    assertThat(Took.text(Duration.ofMinutes(10))).isEqualTo("10m 00s");
    assertThat(Took.text(Duration.ofSeconds(7207))).isEqualTo("2h 00m 07s");
  }

  @Test
  void clocksHaveMinutesAlways() {
    assertThat(Took.clock(Duration.ofMillis(-5))).isEqualTo("0:00");
    assertThat(Took.clock(Duration.ofMillis(7900))).isEqualTo("0:07");
    assertThat(Took.clock(Duration.ofSeconds(754))).isEqualTo("12:34");
    assertThat(Took.clock(Duration.ofSeconds(3723))).isEqualTo("1:02:03");
  }
}
