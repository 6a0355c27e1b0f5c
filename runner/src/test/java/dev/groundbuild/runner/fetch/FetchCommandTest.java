package dev.groundbuild.runner.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.cli.InProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code groundbuild fetch}, as a user types it. */
final class FetchCommandTest {
  private static final String SHA256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; // of hello
  private static final String MD5 = "5d41402abc4b2a76b9719d911017c592";

  @TempDir Path here;
  private final WebServer server;

  FetchCommandTest() throws IOException {
    server = new WebServer().bytes("/tool.txt", "hello".getBytes(UTF_8));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private InProcess.Ended fetch(String... args) {
    return fetchWith("", args);
  }

  private InProcess.Ended fetchWith(String in, String... args) {
    List<String> words = new ArrayList<>(List.of("fetch"));
    words.addAll(List.of(args));
    return InProcess.run(words, in, Map.of(), here);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(here)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> here.relativize(f).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void theNameIsThatInTheAddressOrAsGiven() throws Exception {
    Files.createDirectory(here.resolve("folder"));
    String url = server.url("/tool.txt");
    assertThat(fetch(url).out()).startsWith("fetched  tool.txt (5 B in ").endsWith("s)\n");
    assertThat(fetch(url, "folder").exit()).isZero();
    assertThat(fetch(url, "new/").exit()).isZero();
    assertThat(fetch(url, "--output=x/y", "--mode=0755").exit()).isZero();
    assertThat(files()).containsExactly("folder/tool.txt", "new/tool.txt", "tool.txt", "x/y");
    assertThat(here.resolve("x/y")).isExecutable().hasContent("hello");
  }

  @Test
  void theSecondTimeNothingIsAsked() throws Exception {
    String url = server.url("/tool.txt");
    assertThat(fetch(url, "--sha256=" + SHA256).out()).contains(", has the checksum)");
    assertThat(fetch(url, "--sha256", SHA256).out())
        .isEqualTo("present  tool.txt (has the checksum)\n");
    assertThat(fetch(url, "--checksum=md5:" + MD5).exit()).isZero();
    assertThat(fetch(url).out()).contains("not compared: no checksum is given");
    assertThat(server.log()).hasSize(1);
    assertThat(fetch(url, "--force").exit()).isZero();
    assertThat(server.log()).hasSize(2);
  }

  @Test
  void aWrongChecksumFailsAndLeavesNothing() throws Exception {
    InProcess.Ended ended = fetch(server.url("/tool.txt"), "--checksum=md5:" + "0".repeat(32));
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err())
        .isEqualTo(
            "groundbuild: %s: it has the checksum md5:%s, not md5:%s; check the address and the checksum\n"
                .formatted(server.url("/tool.txt"), MD5, "0".repeat(32)));
    assertThat(files()).isEmpty();
  }

  @Test
  void headersComeFromTheCommandAndFromFiles() throws Exception {
    Files.writeString(here.resolve("token"), "# mine\nAuthorization: Bearer s3cret\n\n");
    InProcess.Ended ended =
        fetchWith(
            "X-Two: 2\n",
            server.url("/tool.txt"),
            "--header=X-One: 1",
            "--header-file=token",
            "--header-file=-");
    assertThat(ended.exit()).isZero();
    WebServer.Asked asked = server.log().getFirst();
    assertThat(asked.header("Authorization")).hasValue("Bearer s3cret");
    assertThat(asked.header("X-One")).hasValue("1");
    assertThat(asked.header("X-Two")).hasValue("2");
    assertThat(ended.out() + ended.err()).doesNotContain("s3cret");
  }

  @Test
  void aListIsFetchedAndEachThatFailedIsNamed() throws Exception {
    StringBuilder list = new StringBuilder("# ten files\n");
    for (int i = 0; i < 10; i++) {
      String path = i % 4 == 3 ? "/missing" : "/tool.txt";
      list.append(server.url(path)).append(" sub/f").append(i).append(" sha256:" + SHA256 + "\n");
    }
    InProcess.Ended ended = fetchWith(list.toString(), "--list=-", "--parallel=3");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out().lines()).hasSize(8);
    assertThat(ended.err())
        .contains("/missing: the server answers 404, not found")
        .endsWith("groundbuild: 2 of 10 could not be fetched: sub/f3, sub/f7\n");
    assertThat(files()).hasSize(8);

    int asked = server.log().size();
    Files.writeString(here.resolve("list"), list);
    assertThat(fetch("--list", "list").exit()).isEqualTo(1);
    assertThat(server.log()).hasSize(asked + 2);
  }

  @Test
  void misuseIsExplainedAndFetchesNothing() throws Exception {
    String url = server.url("/tool.txt");
    Files.writeString(here.resolve("list"), url + "\nhtp://x\n");
    assertThat(fetch("--list=list").err())
        .contains("list:2: htp://x: only https:// and http:// addresses are fetched");
    for (List<String> args :
        List.of(
            List.<String>of(),
            List.of("--list=list", url),
            List.of(url, "a", "-o", "b"),
            List.of(url, "--sha256=" + SHA256, "--checksum=md5:" + MD5),
            List.of(url, "--checksum=crc32:00"),
            List.of(url, "--mode=rwx"),
            List.of(url, "--header=nothing"),
            List.of(url, "--retries=-1"),
            List.of("--list=-", "--header-file=-"),
            List.of(server.url("/")),
            List.of("tool.txt"))) {
      InProcess.Ended ended = fetch(args.toArray(String[]::new));
      assertThat(ended.exit()).as(args + ended.err()).isEqualTo(2);
      assertThat(ended.err()).startsWith("groundbuild: ");
    }
    assertThat(server.log()).isEmpty();
    assertThat(fetch("--help").out()).contains("Examples:", "--header-file");
  }
}
