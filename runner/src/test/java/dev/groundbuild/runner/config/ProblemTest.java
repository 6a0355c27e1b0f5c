package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProblemTest {
  @Test
  void whatAConfigSaysStaysOnOneLineAndSteersNoTerminal() {
    assertThat(
            Substituting.arg("${_A:?first\nsecond\r\u001b[31mred\u0000\u0085\u2028}")
                .dynamic()
                .with("_A", "")
                .problems())
        .hasSize(1)
        .first()
        .asString()
        .startsWith(
            "steps[0].args[0]: _A: first\\nsecond\\r\\u001b[31mred\\u0000\\u0085\\u2028, says")
        .doesNotContain("\n", "\r", "\u001b", "\u0000");
    List<String> read = ReaderFixture.problems("steps: [{\"na\\u001bme\": x}]");
    assertThat(read).isNotEmpty().noneMatch(p -> p.contains("\u001b"));
  }
}
