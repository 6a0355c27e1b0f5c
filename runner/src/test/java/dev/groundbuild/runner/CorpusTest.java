package dev.groundbuild.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.BuildOptions.SubstitutionOption;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.ConfigReader;
import dev.groundbuild.runner.config.CorpusManifest;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every real config goes the whole way from text to plan, at both of Cloud Build's doors and at
 * ours.
 */
class CorpusTest {
  private static final Pattern MISSING =
      Pattern.compile("key in the template \"(\\w+)\" is not matched in the substitution data");

  /**
   * Where we believe the manifest's rules to be wrong, by the beginning of a file's name, and why.
   */
  private static final Map<String, String> EXPLAINED =
      Map.of(
          "GoogleCloudPlatform__cloud-builders-community__vault__examples__cloudbuild-vault-alpine",
          "a placeholder that is not padded base64 stands for the encrypted value; both doors refuse that",
          "ollionorg__gcp-landing-zone__build__github-ssh-",
          "placeholders in capital letters make up the image names, and no registry or engine takes those",
          "GoogleCloudPlatform__golang-samples__getting-started__gce__cloudbuild",
          "the dummy value becomes the location of the artifacts, which must start with gs://",
          "GoogleCloudPlatform__functions-framework-cpp__ci__cloudbuild__cloudbuild.yaml",
          "needs only _PR_NUMBER, which the manifest elsewhere takes as given");

  private static final Map<String, String> BUILT_INS =
      Map.of("PROJECT_ID", "p", "PROJECT_NUMBER", "1", "BUILD_ID", "b", "LOCATION", "global");

  private final List<String> differences = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();

  @Test
  void realConfigsAreAcceptedAndRefusedAsTheManifestExpects() throws IOException {
    Optional<Path> corpus = CorpusManifest.folder();
    if (corpus.isEmpty()) {
      System.out.println("There is no corpus beside the project: no real config was tried");
      return;
    }
    for (Map<String, String> row : CorpusManifest.rows(corpus.get())) {
      String file = row.getOrDefault("file", "");
      byte[] text = Files.readAllBytes(corpus.get().resolve("dev").resolve(file));
      if (!Set.of("trigger", "api-output").contains(row.getOrDefault("kind", ""))) {
        at(Door.SUBMIT, row.getOrDefault("expect_submit", ""), row, text);
        at(Door.TRIGGER, row.getOrDefault("expect_trigger", ""), row, text);
        union(row, text);
      }
    }
    System.out.println("Real configs: " + counts);
    assertThat(differences).isEmpty();
  }

  private void at(Door door, String expected, Map<String, String> row, byte[] text) {
    switch (expected) {
      case "accept" -> check(door, row, text, Map.of(), true);
      case "needs-subst" -> {
        if (!isLoose(text)) {
          check(door, row, text, Map.of(), false);
        }
        check(door, row, text, dummies(text), !hasUnused(row));
      }
      case "reject", "needs-logs-flag" -> check(door, row, text, dummies(text), false);
      default -> differences.add(row.get("file") + ": unknown expectation " + expected);
    }
  }

  /**
   * Under ALLOW_LOOSE a missing value is empty, so that nothing "needs" one, though the manifest
   * says so.
   */
  private static boolean isLoose(byte[] text) {
    return ConfigReader.read("cloudbuild.yaml", text, Door.UNION)
            .build()
            .getOptions()
            .getSubstitutionOption()
        == SubstitutionOption.ALLOW_LOOSE;
  }

  /**
   * Values do not help a file that also has keys which nothing uses, though the manifest says so.
   */
  private static boolean hasUnused(Map<String, String> row) {
    return row.getOrDefault("reasons", "").contains("[submit] substitution not used");
  }

  /** What one of the doors accepts, ours accepts, once every substitution has a value. */
  private void union(Map<String, String> row, byte[] text) {
    boolean refusedByBoth =
        row.getOrDefault("expect_submit", "").equals("reject")
            && row.getOrDefault("expect_trigger", "").equals("reject");
    check(Door.UNION, row, text, dummies(text), !refusedByBoth);
  }

  /**
   * Dummy values for every key that a submitted build lacks; the manifest's own lists are cut off
   * when they are long.
   */
  private static Map<String, String> dummies(byte[] text) {
    Map<String, String> values = new TreeMap<>();
    BuildConfig config = ConfigReader.read("cloudbuild.yaml", text, Door.UNION);
    for (Problem problem :
        Preparation.toLookAt(config, BUILT_INS, Map.of(), Door.UNION).problems()) {
      Matcher m = MISSING.matcher(problem.message());
      if (m.find()) {
        values.put(m.group(1), "dummy");
      }
    }
    return values;
  }

  private static boolean explained(Map<String, String> row) {
    return EXPLAINED.keySet().stream().anyMatch(row.getOrDefault("file", "")::startsWith);
  }

  private void check(
      Door door, Map<String, String> row, byte[] text, Map<String, String> values, boolean accept) {
    BuildConfig config = ConfigReader.read("cloudbuild.yaml", text, door);
    Preparation preparation = Preparation.toLookAt(config, BUILT_INS, values, door);
    boolean accepted = preparation instanceof Preparation.Ready;
    counts.merge(door + (accepted ? " accepted" : " refused"), 1, Integer::sum);
    if (accepted != accept && !explained(row)) {
      differences.add(
          "%s at %s with %s: expected %s (%s), found %s"
              .formatted(
                  row.get("file"),
                  door,
                  values.keySet(),
                  accept ? "acceptance" : "refusal",
                  row.get("reasons"),
                  preparation.problems().stream().filter(Problem::isError).toList()));
    }
  }
}
