package dev.groundbuild.runner.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a real server. */
final class FetcherTest {
  private static final byte[] DATA = data(300_000);

  @TempDir Path temp;
  private WebServer server;
  private final List<Duration> waits = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private Duration silence = Duration.ofSeconds(30);

  FetcherTest() throws IOException {
    server = new WebServer();
  }

  @BeforeEach
  void serve() {
    server.bytes("/data", DATA);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static byte[] data(int size) {
    byte[] data = new byte[size];
    new Random(1).nextBytes(data);
    return data;
  }

  private Fetcher fetcher(RequestHeaders headers) {
    Retries retries = new Retries(3, Duration.ofMillis(500), waits::add);
    return new Fetcher(Fetcher.client().build(), headers, retries, InstantSource.system(), silence);
  }

  private FetchOutcome fetch(Download download, String... headers) throws InterruptedException {
    try (Fetcher fetcher = fetcher(RequestHeaders.of(List.of(headers)))) {
      return fetcher.fetch(download, listener());
    }
  }

  private FetchListener listener() {
    return new FetchListener() {
      @Override
      public void received(long bytes, long total) {}

      @Override
      public void retrying(String why, Duration after) {
        told.add(why);
      }
    };
  }

  private Download download(String path, @Nullable Checksum checksum) {
    return new Download(WebAddress.parse(server.url(path)), temp.resolve("file"), checksum);
  }

  private Download download(String path) {
    return download(path, null);
  }

  private Checksum sumOf(byte[] bytes) throws IOException {
    Path file = Files.write(Files.createTempFile("sum", ""), bytes);
    try {
      return Checksum.of(Checksum.Algorithm.SHA256, "0".repeat(64)).sameOf(file);
    } finally {
      Files.delete(file);
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(temp)) {
      return files.filter(f -> !f.equals(temp)).map(f -> temp.relativize(f).toString()).toList();
    }
  }

  private static String why(FetchOutcome outcome) {
    assertThat(outcome).isInstanceOf(FetchOutcome.Failed.class);
    return ((FetchOutcome.Failed) outcome).why();
  }

  @Test
  void aFileWithTheChecksumAsksNothingOfTheServer() throws Exception {
    Files.write(temp.resolve("file"), DATA);
    for (String sum :
        List.of(
            sumOf(DATA).toString(),
            "MD5:" + Checksum.parse("md5:" + "0".repeat(32)).sameOf(temp.resolve("file")).hex(),
            Checksum.parse("sha512:" + "0".repeat(128)).sameOf(temp.resolve("file")).toString())) {
      assertThat(fetch(download("/data", Checksum.parse(sum))))
          .isEqualTo(new FetchOutcome.Present(true));
    }
    assertThat(server.log()).isEmpty();
  }

  @Test
  void aFileWithAnotherChecksumIsReplacedByOneThatHasIt() throws Exception {
    Files.writeString(temp.resolve("file"), "old");
    FetchOutcome outcome = fetch(download("/data", sumOf(DATA)));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            FetchOutcome.Fetched.class,
            f -> {
              assertThat(f.bytes()).isEqualTo(DATA.length);
              assertThat(f.verified()).isTrue();
            });
    assertThat(Files.readAllBytes(temp.resolve("file"))).isEqualTo(DATA);
    assertThat(files()).containsExactly("file");
    assertThat(server.log()).hasSize(1);
  }

  @Test
  void aDownloadWithAWrongChecksumFailsAndChangesNothing() throws Exception {
    Files.writeString(temp.resolve("file"), "old");
    FetchOutcome outcome = fetch(download("/data", sumOf("other".getBytes(UTF_8))));
    assertThat(why(outcome))
        .contains("it has the checksum " + sumOf(DATA), "not " + sumOf("other".getBytes(UTF_8)));
    assertThat(temp.resolve("file")).hasContent("old");
    assertThat(files()).containsExactly("file");
    assertThat(server.log()).as("it would be wrong again").hasSize(1);
  }

  @Test
  void withoutAChecksumAFileThatIsThereIsKeptUnlessForced() throws Exception {
    Files.writeString(temp.resolve("file"), "old");
    assertThat(fetch(download("/data"))).isEqualTo(new FetchOutcome.Present(false));
    assertThat(server.log()).isEmpty();
    assertThat(fetch(download("/data").withForce())).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(temp.resolve("file")).hasBinaryContent(DATA);
  }

  @Test
  void anEmptyFileIsAFile() throws Exception {
    server.bytes("/empty", new byte[0]);
    assertThat(fetch(download("/empty"))).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(temp.resolve("file")).isEmptyFile();
  }

  @Test
  void theModeIsGivenBeforeTheNameAndToAFileThatIsThere() throws Exception {
    Path file = temp.resolve("file");
    fetch(download("/data", sumOf(DATA)).withMode(FileMode.parse("0750")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rwxr-x---");
    fetch(download("/data", sumOf(DATA)).withMode(FileMode.parse("644")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r--r--");
    assertThat(server.log()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreFollowed(int status) throws Exception {
    server.on("/start", WebServer.redirect(status, "middle"));
    server.on("/middle", WebServer.redirect(status, server.url("/data")));
    assertThat(fetch(download("/start"))).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(server.log().stream().map(WebServer.Asked::path))
        .containsExactly("/start", "/middle", "/data");
  }

  @Test
  void redirectsInACircleEnd() throws Exception {
    server.on("/start", WebServer.redirect(302, "/start"));
    assertThat(why(fetch(download("/start")))).contains("more than 10 redirects");
    assertThat(server.log()).hasSize(11);
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://example.com/x", "http:///", "http://a b/"})
  void redirectsOffTheWebAreNotFollowed(String location) throws Exception {
    server.on("/start", WebServer.redirect(302, location));
    assertThat(why(fetch(download("/start")))).startsWith("the server redirects to ");
    assertThat(server.log()).hasSize(1);
  }

  @Test
  void anotherHostSeesNoCredentialsButWhatIsWanted() throws Exception {
    try (WebServer other = new WebServer()) {
      other.bytes("/asset", DATA);
      other.on("/back", WebServer.redirect(302, server.url("/data")));
      server.on("/same", WebServer.redirect(302, "/away"));
      server.on("/away", WebServer.redirect(302, other.url("/back")));
      fetch(
          download("/same"),
          "Authorization: Bearer s3cret",
          "Private-Token: s3cret",
          "Cookie: a=s3cret",
          "Accept: application/octet-stream");
      assertThat(server.log().getFirst().header("Authorization")).hasValue("Bearer s3cret");
      assertThat(server.log().get(1).header("Private-Token")).hasValue("s3cret");
      assertThat(other.log()).hasSize(1);
      for (WebServer.Asked asked : List.of(other.log().getFirst(), server.log().get(2))) {
        assertThat(asked.headers().toString()).doesNotContain("s3cret");
        assertThat(asked.header("Accept")).hasValue("application/octet-stream");
      }
    }
  }

  @Test
  void aLoginInTheAddressIsSentToItsHostOnlyAndNeverShown() throws Exception {
    try (WebServer other = new WebServer()) {
      other.bytes("/data", DATA);
      server.on("/start", WebServer.redirect(302, other.url("/data")));
      WebAddress url =
          WebAddress.parse("http://me:s3cret@127.0.0.1:" + server.port() + "/start?sig=s3cret#x");
      assertThat(url.toString()).isEqualTo(server.url("/start"));
      fetch(new Download(url, temp.resolve("file"), null));
      assertThat(server.log().getFirst().header("Authorization")).hasValue("Basic bWU6czNjcmV0");
      assertThat(other.log().getFirst().header("Authorization")).isEmpty();
    }
  }

  @Test
  void assetsOfGithubAreAskedForAsFiles() throws Exception {
    server.bytes("/repos/a/b/releases/assets/17", DATA);
    fetch(download("/repos/a/b/releases/assets/17"));
    assertThat(server.log().getFirst().header("Accept")).hasValue("application/octet-stream");
    fetch(download("/data").withForce());
    assertThat(server.log().get(1).header("Accept")).hasValue("*/*");
  }

  @Test
  void busyServersAreAskedAgainAndLaterEachTime() throws Exception {
    server.inTurn(
        "/busy",
        WebServer.status(503),
        WebServer.status(429),
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "7");
          WebServer.send(exchange, 500, new byte[0]);
        },
        exchange -> WebServer.send(exchange, 200, DATA));
    assertThat(fetch(download("/busy"))).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(told)
        .containsExactly(
            "the server answers 503", "the server answers 429", "the server answers 500");
    assertThat(waits.get(0)).isBetween(Duration.ofMillis(375), Duration.ofMillis(625));
    assertThat(waits.get(1)).isBetween(Duration.ofMillis(750), Duration.ofMillis(1250));
    assertThat(waits.get(2)).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void aServerThatStaysBusyIsGivenUp() throws Exception {
    server.on("/busy", WebServer.status(502));
    assertThat(why(fetch(download("/busy")))).isEqualTo("the server answers 502; tried 4 times");
    assertThat(server.log()).hasSize(4);
  }

  @Test
  void nobodyWaitsLongerThanAMinute() throws Exception {
    server.on(
        "/busy",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "Tue, 31 Dec 2199 23:59:59 GMT");
          WebServer.send(exchange, 503, new byte[0]);
        });
    fetch(download("/busy"));
    assertThat(waits).hasSize(3).containsOnly(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 410, 304, 204})
  void aRefusalIsNotAskedAgain(int status) throws Exception {
    server.on("/no", WebServer.status(status));
    Path deep = temp.resolve("a/b/file");
    Download download = new Download(WebAddress.parse(server.url("/no")), deep, null);
    assertThat(why(fetch(download))).startsWith("the server answers " + status);
    assertThat(server.log()).hasSize(1);
    assertThat(files()).isEmpty();
  }

  @Test
  void aServerThatIsNotThereIsTriedAgain() throws Exception {
    Download download = download("/data");
    server.close();
    assertThat(why(fetch(download))).startsWith("the server can't be reached").contains("4 times");
    assertThat(waits).hasSize(3);
    assertThat(files()).isEmpty();
  }

  @Test
  void aBrokenDownloadGoesOnWhereItBroke() throws Exception {
    server.inTurn("/part", WebServer.broken(DATA, 100_000, "\"v1\""), WebServer.ranges(DATA));
    assertThat(fetch(download("/part"))).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(temp.resolve("file")).hasBinaryContent(DATA);
    WebServer.Asked second = server.log().get(1);
    assertThat(second.header("Range").orElseThrow()).matches("bytes=[1-9]\\d*-");
    assertThat(second.header("If-Range")).hasValue("\"v1\"");
    assertThat(told.getFirst()).startsWith("the connection broke: ");
  }

  @Test
  void aServerThatKnowsNoPartsSendsItAllAgain() throws Exception {
    server.inTurn(
        "/part",
        WebServer.broken(DATA, 100_000, "\"v1\""),
        exchange -> WebServer.send(exchange, 200, DATA));
    assertThat(fetch(download("/part"))).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(temp.resolve("file")).hasBinaryContent(DATA);
  }

  @Test
  void withoutTagAndChecksumNobodyKnowsWhetherThePartsFit() throws Exception {
    server.inTurn("/part", WebServer.broken(DATA, 100_000, "W/\"v1\""), WebServer.ranges(DATA));
    fetch(download("/part"));
    assertThat(server.log().get(1).header("Range")).isEmpty();
    assertThat(temp.resolve("file")).hasBinaryContent(DATA);
  }

  @Test
  void partsOfDifferentFilesAreFoundOutByTheChecksum() throws Exception {
    byte[] older = data(DATA.length);
    older[0]++;
    server.inTurn("/part", WebServer.broken(older, 100_000, ""), WebServer.ranges(DATA));
    assertThat(fetch(download("/part", sumOf(DATA)))).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(told).hasSize(2).last().isEqualTo("the parts do not fit together");
    assertThat(temp.resolve("file")).hasBinaryContent(DATA);
    assertThat(server.log().get(1).header("Range")).isPresent();
    assertThat(server.log().get(2).header("Range")).isEmpty();
  }

  @Test
  void anotherPartThanAskedForIsThrownAway() throws Exception {
    server.inTurn(
        "/part",
        WebServer.broken(DATA, 100_000, "\"v1\""),
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 5-9/300000");
          WebServer.send(exchange, 206, new byte[5]);
        },
        WebServer.broken(DATA, 100_000, "\"v1\""),
        exchange -> {
          boolean part = exchange.getRequestHeaders().containsKey("Range");
          WebServer.send(exchange, part ? 416 : 200, part ? new byte[0] : DATA);
        });
    assertThat(why(fetch(download("/part")))).contains("another part than asked for");
    assertThat(files()).isEmpty();
    assertThat(server.log()).hasSize(4);
  }

  @Test
  void aSilentServerIsNotWaitedForForEver() throws Exception {
    silence = Duration.ofMillis(200);
    server.on("/silent", server.stalled(DATA, 1000));
    assertThat(why(fetch(download("/silent")))).startsWith("the server does not answer");
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000})
  void anInterruptEndsADownloadAndLeavesNothing(int sent) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.on(
        "/silent",
        exchange -> {
          asked.countDown();
          server.stalled(DATA, sent).to(exchange);
        });
    CountDownLatch interrupted = new CountDownLatch(1);
    Path deep = temp.resolve("a/b/file");
    Download download = new Download(WebAddress.parse(server.url("/silent")), deep, null);
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                fetch(download);
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    asked.await();
    while (sent > 0 && files().size() < 3) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    thread.join();
    assertThat(interrupted.getCount()).isZero();
    assertThat(files()).isEmpty();
  }

  @Test
  void foldersAboveAreMadeAndWhatIsInTheWayIsSaid() throws Exception {
    Path deep = temp.resolve("a/b/file");
    WebAddress url = WebAddress.parse(server.url("/data"));
    assertThat(fetch(new Download(url, deep, null))).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(deep).hasBinaryContent(DATA);
    assertThat(why(fetch(new Download(url, deep.resolve("c"), null))))
        .contains("can't be written", "Not a directory");
    assertThat(why(fetch(new Download(url, temp.resolve("a"), null)))).contains("is a folder");
    assertThat(files()).containsExactlyInAnyOrder("a", "a/b", "a/b/file");
  }

  @Test
  void manyRunAtOnceButNotMoreThanAllowed() throws Exception {
    CountDownLatch three = new CountDownLatch(3);
    server.on(
        "/slow",
        exchange -> {
          three.countDown();
          try {
            three.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          WebServer.send(exchange, 200, DATA);
        });
    List<Download> downloads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      WebAddress url = WebAddress.parse(server.url(i == 4 ? "/missing" : "/slow"));
      downloads.add(new Download(url, temp.resolve("f" + i), null));
    }
    List<FetchEvent.Finished> finished = new ArrayList<>();
    try (Fetcher fetcher = fetcher(RequestHeaders.none())) {
      new FetchAll(fetcher, 3)
          .run(
              downloads,
              new FetchScreen() {
                @Override
                public void show(FetchEvent event) {
                  if (event instanceof FetchEvent.Finished one) {
                    finished.add(one);
                  }
                }

                @Override
                public void tick() {}
              });
    }
    assertThat(finished).hasSize(6);
    assertThat(finished.stream().filter(f -> f.outcome() instanceof FetchOutcome.Failed))
        .singleElement()
        .satisfies(f -> assertThat(f.index()).isEqualTo(4));
    assertThat(files()).containsExactlyInAnyOrder("f0", "f1", "f2", "f3", "f5");
  }

  @Test
  void aLinkToNothingIsReplaced() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("file"), temp.resolve("gone"));
    assertThat(fetch(download("/data", sumOf(DATA)))).isInstanceOf(FetchOutcome.Fetched.class);
    assertThat(Files.isSymbolicLink(link)).isFalse();
    assertThat(link).hasBinaryContent(DATA);
  }
}
