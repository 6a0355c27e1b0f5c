package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

/** Options whose value may be left out. */
final class AttachedTest {
  private static ParseResult parsed(String... args) {
    return Main.commandLine(Shell.ofProcess()).parseArgs(args).subcommand();
  }

  private static void expect(ParseResult parsed, String option, String value, String... rest) {
    assertThat(Objects.toString(parsed.matchedOptionValue(option, null))).isEqualTo(value);
    assertThat(
            parsed.matchedPositionals().stream()
                .flatMap(p -> p.originalStringValues().stream())
                .toList())
        .isEqualTo(List.of(rest));
  }

  @Test
  void whatFollowsTheBareOptionIsNotItsValue() {
    expect(parsed("run", "--debug", "."), "--debug", "", ".");
    expect(parsed("run", "--debug", "samples/x"), "--debug", "", "samples/x");
    expect(parsed("run", ".", "--debug"), "--debug", "", ".");
    expect(parsed("run", "--debug", "--watch"), "--debug", "");
    expect(parsed("resume", "--debug", "1f0c2a"), "--debug", "", "1f0c2a");
    expect(parsed("run", "--keep-workspace", "."), "--keep-workspace", "failure", ".");
  }

  @Test
  void anAttachedValueCounts() {
    expect(parsed("run", "--debug=test", "."), "--debug", "test", ".");
    expect(parsed("resume", "--debug=2", "1f0c2a"), "--debug", "2", "1f0c2a");
    expect(parsed("run", "--keep-workspace=always"), "--keep-workspace", "always");
  }
}
