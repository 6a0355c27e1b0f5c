package dev.groundbuild.runner.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real bash, which is asked what texts mean between double quotes. */
final class Bash {
  static final String REFUSED = "(refused)";

  private Bash() {}

  /** What each text becomes; {@link #REFUSED} when bash ends with an error. */
  static List<String> expand(List<String> texts, Map<String, String> variables)
      throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder("shopt -u patsub_replacement 2>/dev/null\n");
    variables.forEach(
        (name, value) -> script.append(name).append('=').append(quote(value)).append('\n'));
    for (String text : texts) {
      script
          .append("( eval ")
          .append(quote("printf %s \"" + text + "\""))
          .append(" ) 2>/dev/null\nprintf '\\001%d\\002' $?\n");
    }
    List<String> results = new ArrayList<>();
    String output = run(script.toString());
    int from = 0;
    for (int end = output.indexOf('\002'); end >= 0; end = output.indexOf('\002', from)) {
      String result = output.substring(from, end);
      from = end + 1;
      int status = result.indexOf('\001');
      results.add(result.substring(status + 1).equals("0") ? result.substring(0, status) : REFUSED);
    }
    return results;
  }

  private static String run(String script) throws IOException, InterruptedException {
    Path file = Files.createTempFile("expansions", ".sh");
    try {
      Files.writeString(file, script);
      ProcessBuilder bash = new ProcessBuilder("bash", file.toString());
      bash.environment().put("LC_ALL", "C.UTF-8");
      Process process = bash.redirectErrorStream(true).start();
      process.getOutputStream().close();
      byte[] output = process.getInputStream().readAllBytes();
      process.waitFor();
      return new String(output, StandardCharsets.UTF_8);
    } finally {
      Files.delete(file);
    }
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
