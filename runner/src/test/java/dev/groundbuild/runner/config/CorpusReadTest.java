package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real configs, and what Cloud Build's two doors say of them, as far as reading decides it. */
final class CorpusReadTest {
  /** Reasons in the manifest that a reader can see; the others need substitution or checks. */
  private static final Pattern READERS_MATTER =
      Pattern.compile(
          "YAML syntax|Go-style duration|scalar where a list|not base64|where a string is wanted"
              + "|top level is not|duplicate key|unknown field|bad enum");

  /**
   * Where we believe that the manifest is wrong. Both vault examples hold {@code
   * BASE64_ENCODED_KMS_SECRET} where an encrypted value belongs: an underscore is not in the
   * alphabet, and 25 characters are no base64 of any kind, so both doors must refuse.
   */
  private static final List<String> MANIFEST_IS_WRONG =
      List.of(
          "GoogleCloudPlatform__cloud-builders-community__vault__examples__cloudbuild-vault-alpine.yaml",
          "GoogleCloudPlatform__cloud-builders-community__vault__examples__cloudbuild-vault-token-renew.yaml");

  @Test
  void realConfigsAreAcceptedAndRefusedAsByCloudBuild() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    Path corpus = root.resolve("../shared/corpus").normalize();
    if (!Files.isDirectory(corpus.resolve("dev"))) {
      System.out.println("There is no corpus at " + corpus + ": no real config was read");
      return;
    }
    List<String> differences = new ArrayList<>();
    int builds = 0;
    for (Map<String, String> row : CorpusManifest.rows(corpus)) {
      Path file = corpus.resolve("dev").resolve(row.getOrDefault("file", ""));
      byte[] text = Files.readAllBytes(file);
      for (Door door : Door.values()) {
        assertThat(ConfigReader.read("f", text, door)).isNotNull();
      }
      String kind = row.getOrDefault("kind", "");
      if (kind.startsWith("build") || kind.equals("unparsable")) {
        builds++;
        differences.addAll(differences(row, text));
      }
    }
    System.out.println("Read " + builds + " real build configs in both strict doors and the union");
    assertThat(builds).isGreaterThan(600);
    assertThat(differences).isEmpty();
  }

  @Test
  void everyFileIsReadEvenIfTheManifestDoesNotKnowIt() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    Path files = root.resolve("../shared/corpus/dev").normalize();
    if (Files.isDirectory(files)) {
      try (Stream<Path> all = Files.list(files)) {
        for (Path file : all.toList()) {
          byte[] text = Files.readAllBytes(file);
          assertThat(ConfigReader.read("f", text, Door.UNION).problems()).isNotNull();
        }
      }
    }
  }

  private static List<String> differences(Map<String, String> row, byte[] text) {
    List<String> found = new ArrayList<>();
    boolean bothRefuse = true;
    boolean alwaysRefused = MANIFEST_IS_WRONG.contains(row.get("file"));
    for (Door door : List.of(Door.SUBMIT, Door.TRIGGER)) {
      String expected =
          row.getOrDefault(door == Door.SUBMIT ? "expect_submit" : "expect_trigger", "");
      boolean readersReject =
          alwaysRefused || (expected.equals("reject") && isReadersMatter(row, door));
      bothRefuse &= readersReject;
      compare(row, door, text, readersReject, found);
    }
    compare(row, Door.UNION, text, bothRefuse, found);
    return found;
  }

  private static void compare(
      Map<String, String> row, Door door, byte[] text, boolean refused, List<String> differences) {
    List<String> errors =
        ConfigReader.read("f", text, door).problems().stream()
            .filter(Problem::isError)
            .map(Problem::toString)
            .toList();
    if (errors.isEmpty() == refused) {
      differences.add(
          "%s by %s: expected %s (%s), found %s"
              .formatted(
                  row.get("file"),
                  door,
                  refused ? "refusal" : "acceptance",
                  row.get("reasons"),
                  errors));
    }
  }

  /** Reasons are separated by bars; one that begins with a door's name is about that door only. */
  private static boolean isReadersMatter(Map<String, String> row, Door door) {
    String other = door == Door.SUBMIT ? "[trigger]" : "[submit]";
    return Pattern.compile("\\|+")
        .splitAsStream(row.getOrDefault("reasons", ""))
        .map(String::strip)
        .filter(reason -> !reason.startsWith(other))
        .anyMatch(reason -> READERS_MATTER.matcher(reason).find());
  }
}
