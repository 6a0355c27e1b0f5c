package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations and base64 as the service's reader, which is written in Go, takes them. */
final class GoValuesTest {
  @ParameterizedTest
  @CsvSource({
    "600s, 600000000000",
    "15m, 900000000000",
    "1h30m, 5400000000000",
    "1.5h, 5400000000000",
    ".5m, 30000000000",
    "1.s, 1000000000",
    "1h0.25s, 3600250000000",
    "2ms3us4µs5ns, 2007005",
    "-1.5s, -1500000000",
    "+1s, 1000000000",
    "0, 0",
    "0s, 0",
    "0.0000000019s, 1"
  })
  void durationsAreAddedUp(String text, long nanos) {
    assertThat(GoDuration.parse(text).map(Durations::toNanos)).contains(nanos);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "600",
        "s",
        ".s",
        "1 h",
        "1h ",
        "1d",
        "1H",
        "h1",
        "1e3s",
        "--1s",
        "1s-1s",
        "10000000h"
      })
  void whatGoDoesNotTakeIsNoDuration(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"600s, true", "1.5s, true", "15m, false", "-1s, false", "1h, false", "0, false"})
  void theRestApiWantsSeconds(String text, boolean isSeconds) {
    assertThat(GoDuration.isSeconds(text)).isEqualTo(isSeconds);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "aGVsbG8=, -1",
        "aGVsbA==, -1",
        "aGVs, -1",
        "\"aGVs\nbG8=\r\n\", -1",
        "<T>, 0",
        "aGVs bG8=, 4",
        "aGVsbG8, 7",
        "aGVsbA=, 7",
        "a===, 1",
        "aG=s, 3",
        "aGVsbG8==, 8",
        "aGVsbA==aGVs, 8",
        "aGV_bG8=, 3"
      })
  void theFirstCharacterThatIsNoBase64IsFound(String text, int at) {
    assertThat(GoBase64.illegalAt(text)).isEqualTo(at);
    if (at < 0) {
      assertThat("hello".getBytes(StandardCharsets.UTF_8))
          .startsWith(GoBase64.decode(text).toByteArray());
    }
  }

  @Test
  void numbersOfYamlHaveManyForms() {
    assertThat(ScalarKind.yamlInteger("1_000")).contains(1000L);
    assertThat(ScalarKind.yamlInteger("-0x1F")).contains(-31L);
    assertThat(ScalarKind.yamlInteger("0b101")).contains(5L);
    assertThat(ScalarKind.yamlInteger("017")).contains(15L);
    assertThat(ScalarKind.yamlInteger("+1:30")).contains(90L);
    assertThat(ScalarKind.yamlInteger("9223372036854775808")).isEmpty();
    assertThat(ScalarKind.yamlInteger("x")).isEmpty();
  }
}
