package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.identity.FakeGoogle;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Google's own client libraries find a build's metadata server from inside a step. */
final class ClientLibrariesTest {
  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void theOneForJavaGetsAToken() throws Exception {
    Path lib = Files.createDirectory(desk.source().resolve("lib"));
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      String name = jar.substring(jar.lastIndexOf('/') + 1);
      if (name.matches(
          "(google-auth|google-http|api-common|auto-value|guava|failureaccess|gson|opencensus|grpc-api|"
              + "grpc-context|slf4j-api|httpc|commons-codec|jspecify).*\\.jar")) {
        Files.copy(Path.of(jar), lib.resolve(name));
      }
    }
    desk.file(
        "Ask.java",
        """
        import com.google.auth.oauth2.*;
        public class Ask {
          public static void main(String[] args) throws Exception {
            GoogleCredentials found = GoogleCredentials.getApplicationDefault();
            System.out.println(found.getClass().getSimpleName());
            found.refreshIfExpired();
            System.out.println("token " + found.getAccessToken().getTokenValue());
            System.out.println("account " + ((ComputeEngineCredentials) found).getAccount());
          }
        }
        """);
    desk.config("steps: [{name: maven, entrypoint: java, args: [-cp, 'lib/*', Ask.java]}]");
    assertToken("ComputeEngineCredentials\n", "account " + FakeGoogle.ACCOUNT);
  }

  /** The image has no node, so it comes along with the source. */
  @Test
  void theOneForNodeGetsAToken() throws Exception {
    Path modules = Path.of(said("../dev/setup", "node"));
    copy(modules, desk.source().resolve("node_modules"));
    Path lib = Files.createDirectory(desk.source().resolve("lib"));
    Path node = Path.of(said("sh", "-c", "readlink -f \"$(command -v node)\""));
    Files.copy(node, lib.resolve("node"));
    Matcher libraries = Pattern.compile("=> (/\\S+)").matcher(said("ldd", node.toString()));
    while (libraries.find()) {
      Path library = Path.of(libraries.group(1));
      Files.copy(library, lib.resolve(library.getFileName().toString()));
    }
    desk.file(
        "ask.js",
        """
        const {GoogleAuth} = require('google-auth-library');
        (async () => {
          const auth = new GoogleAuth({scopes: 'https://www.googleapis.com/auth/cloud-platform'});
          const client = await auth.getClient();
          console.log(client.constructor.name, await auth.getProjectId());
          console.log('token ' + (await client.getAccessToken()).token);
        })().catch(e => { console.error(e); process.exit(1); });
        """);
    desk.config(
        "steps: [{name: debian, args: [lib/node, ask.js], env: ['LD_LIBRARY_PATH=/workspace/lib']}]");
    assertToken("Compute my-project\n");
  }

  private void assertToken(String... said) throws IOException, InterruptedException {
    try (FakeGoogle google = new FakeGoogle(3600)) {
      CliProcess process =
          desk.startWith(
              Map.of(),
              "run",
              ".",
              "--project=my-project",
              "--credentials=" + google.keyFile(desk.root()));
      process.closeIn();
      CliProcess.Ended ended = process.await();
      assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
      assertThat(google.tokens()).hasSize(1);
      // Hidden, and only the right one would be.
      assertThat(ended.out()).contains(said).contains("token ***\n");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(from)) {
      all = files.toList();
    }
    for (Path file : all) {
      Files.copy(file, to.resolve(from.relativize(file).toString()));
    }
  }

  /** What a program says, without the line's end. */
  private static String said(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    return said.strip();
  }
}
