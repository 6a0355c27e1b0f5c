package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Asks a process of its own, on a real pseudo-terminal or on a pipe. */
class ConsoleChoiceTest {

  @Test
  void onATerminalTheViewIsLiveAndKnowsTheSize() throws Exception {
    assertThat(onTerminal("AUTO", "AUTO"))
        .isEqualTo("LiveConsole COLOURED Size[columns=71, rows=19]");
  }

  @Test
  void onAPipeItIsPlain() throws Exception {
    assertThat(run(java("AUTO", "AUTO"))).isEqualTo("PlainConsole PLAIN none");
    assertThat(run(java("AUTO", "ALWAYS"))).isEqualTo("PlainConsole COLOURED none");
  }

  @Test
  void theUsersWordGoesBeforeTheTerminals() throws Exception {
    assertThat(onTerminal("PLAIN", "AUTO")).startsWith("PlainConsole PLAIN");
    assertThat(onTerminal("JSON", "AUTO")).startsWith("JsonConsole");
    assertThat(onTerminal("AUTO", "NEVER")).startsWith("LiveConsole PLAIN");
  }

  @Test
  void theEnvironmentMayForbidColoursAndDrawing() {
    ConsoleChoice auto = new ConsoleChoice(ConsoleChoice.Form.AUTO, ConsoleChoice.Color.AUTO);
    ConsoleChoice always = new ConsoleChoice(ConsoleChoice.Form.AUTO, ConsoleChoice.Color.ALWAYS);
    assertThat(auto.palette(Map.of(), true)).isEqualTo(Palette.COLOURED);
    assertThat(auto.palette(Map.of("NO_COLOR", ""), true)).isEqualTo(Palette.COLOURED);
    assertThat(auto.palette(Map.of("NO_COLOR", "1"), true)).isEqualTo(Palette.PLAIN);
    assertThat(auto.palette(Map.of(), false)).isEqualTo(Palette.PLAIN);
    assertThat(always.palette(Map.of("NO_COLOR", "1"), true)).isEqualTo(Palette.COLOURED);
  }

  /** Says what would be used on its standard output. */
  static final class Asked {
    static void main(String[] args) {
      ConsoleChoice choice =
          new ConsoleChoice(
              ConsoleChoice.Form.valueOf(args[0]), ConsoleChoice.Color.valueOf(args[1]));
      Afterwards afterwards = new Afterwards(Optional.empty(), Optional.empty());
      Map<String, String> environment = Map.of("TERM", "xterm");
      LogSink sink = choice.open(environment, afterwards, InstantSource.system());
      Optional<Tty> tty = Tty.onStandardOutput();
      System.out.println(
          sink.getClass().getSimpleName()
              + " "
              + choice.palette(environment, tty.isPresent())
              + " "
              + tty.map(t -> t.size().toString()).orElse("none"));
    }
  }

  @Test
  void standardErrorIsAskedAboutOnItsOwn() throws Exception {
    String ask = String.join(" ", java("AUTO", "AUTO")).replace("$Asked", "\\$AskedOfErrors");
    assertThat(run(List.of("script", "-qec", ask + " | cat", "/dev/null"))).isEqualTo("true");
    assertThat(run(List.of("script", "-qec", ask + " 2>/dev/null", "/dev/null")))
        .isEqualTo("false");
  }

  /** Says whether its standard error is a terminal. */
  static final class AskedOfErrors {
    static void main() {
      System.out.println(ConsoleChoice.errorsOnTerminal());
    }
  }

  private static String onTerminal(String form, String color) throws Exception {
    // The only argument that a shell would take apart is the class, which is nested.
    String command = String.join(" ", java(form, color)).replace("$", "\\$");
    return run(List.of("script", "-qec", "stty cols 71 rows 19; " + command, "/dev/null"));
  }

  private static List<String> java(String form, String color) {
    return List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Asked.class.getName(),
        form,
        color);
  }

  private static String run(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output.strip();
  }
}
