package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.BuildOptions.SubstitutionOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Real configs: which substitutions they lack and which they never use, as the manifest says. */
final class CorpusSubstitutionsTest {
  private static final Pattern MISSING = Pattern.compile("pass --substitutions ([^|]*)");
  private static final Pattern UNUSED = Pattern.compile("substitution not used[^:]*: ([^|]*)");
  private static final Pattern UNKNOWN = Pattern.compile("is neither built-in nor _USER");
  private static final Pattern CUT_OFF = Pattern.compile(".*, ?\\w*$");

  /**
   * Where the manifest takes these for given at either door. They are user keys for which a pull
   * request gives values (spec 2.1): like other user keys they must have one.
   */
  private static final Set<String> OF_PULL_REQUESTS =
      Set.of("_HEAD_BRANCH", "_BASE_BRANCH", "_HEAD_REPO_URL", "_PR_NUMBER");

  /**
   * Keys that the manifest takes for used. Only other values use them, without
   * dynamicSubstitutions; then values are opaque (spec 2.5).
   */
  private static final Map<String, Set<String>> NOT_USED =
      Map.of(
          "GoogleCloudPlatform__python-docs-samples__storage__cloudbuild__zb-system-tests-cloudbuild.yaml",
          Set.of("_SHORT_BUILD_ID"));

  private static final Pattern SAYS_MISSING =
      Pattern.compile("key in the template \"(\\w+)\" is not matched in the substitution data");
  private static final Pattern SAYS_UNUSED =
      Pattern.compile("key \"(\\w+)\" in the substitution data is not matched in the template");
  private static final Pattern SAYS_UNKNOWN =
      Pattern.compile("key in the template \"(\\w+)\" is not a valid built-in substitution");

  @Test
  void realConfigsLackAndIgnoreTheSubstitutionsThatTheManifestLists() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    Path corpus = root.resolve("../shared/corpus").normalize();
    if (!Files.isDirectory(corpus.resolve("dev"))) {
      System.out.println("There is no corpus at " + corpus + ": no real config was substituted");
      return;
    }
    List<String> differences = new ArrayList<>();
    int builds = 0;
    for (Map<String, String> row : CorpusManifest.rows(corpus)) {
      String file = row.getOrDefault("file", "");
      byte[] text = Files.readAllBytes(corpus.resolve("dev").resolve(file));
      BuildConfig config = ConfigReader.read("f", text, Door.UNION);
      if (row.getOrDefault("kind", "").startsWith("build") && !config.hasErrors()) {
        builds++;
        compare(row, config, differences);
      }
    }
    System.out.println("Substituted " + builds + " real build configs at every door");
    assertThat(builds).isGreaterThan(600);
    assertThat(differences).isEmpty();
  }

  private static void compare(Map<String, String> row, BuildConfig config, List<String> found) {
    String file = row.getOrDefault("file", "");
    String reasons = row.getOrDefault("reasons", "");
    boolean unknown = UNKNOWN.matcher(reasons).find();
    List<Problem> submit = problems(config, Map.of(), Door.SUBMIT);
    Set<String> saidMissing = said(SAYS_MISSING, submit);

    same(file + ": missing", missing(config, reasons, saidMissing), listed(saidMissing), found);
    Set<String> unused = keys(UNUSED, reasons);
    unused.addAll(NOT_USED.getOrDefault(file, Set.of()));
    same(file + ": unused", unused, said(SAYS_UNUSED, submit), found);
    same(file + ": unknown", unknown, !said(SAYS_UNKNOWN, submit).isEmpty(), found);

    Map<String, String> dummies = new TreeMap<>();
    saidMissing.forEach(key -> dummies.put(key, "dummy"));
    same(
        file + ": by SUBMIT",
        unknown || !unused.isEmpty(),
        refuses(config, dummies, Door.SUBMIT),
        found);
    same(file + ": by UNION", unknown, refuses(config, dummies, Door.UNION), found);
    if (!row.getOrDefault("expect_trigger", "").equals("reject")) {
      same(file + ": by TRIGGER", unknown, refuses(config, Map.of(), Door.TRIGGER), found);
    }
    boolean lacks = !saidMissing.isEmpty();
    same(file + ": bare by UNION", unknown || lacks, refuses(config, Map.of(), Door.UNION), found);
  }

  /** What the manifest lists, which it does with ALLOW_LOOSE, too; that forgives (spec 2.3). */
  private static Set<String> missing(BuildConfig config, String reasons, Set<String> said) {
    if (config.build().getOptions().getSubstitutionOption() == SubstitutionOption.ALLOW_LOOSE) {
      return Set.of();
    }
    Matcher list = MISSING.matcher(reasons);
    if (!list.find()) {
      return Set.of();
    }
    Set<String> keys = keys(MISSING, reasons);
    if (CUT_OFF.matcher(list.group(1)).matches() && reasons.length() > 200) {
      keys.removeIf(key -> !said.contains(key)); // the last one, cut in the middle
      keys.addAll(said);
    }
    return listed(keys);
  }

  private static Set<String> listed(Set<String> keys) {
    Set<String> listed = new TreeSet<>(keys);
    listed.removeAll(OF_PULL_REQUESTS);
    return listed;
  }

  private static boolean refuses(BuildConfig config, Map<String, String> overrides, Door door) {
    return problems(config, overrides, door).stream().anyMatch(Problem::isError);
  }

  private static List<Problem> problems(
      BuildConfig config, Map<String, String> overrides, Door door) {
    return Substitutions.resolve(config, Map.of("PROJECT_ID", "p"), overrides, door).problems();
  }

  private static Set<String> keys(Pattern pattern, String reasons) {
    Set<String> keys = new TreeSet<>();
    Matcher matcher = pattern.matcher(reasons);
    while (matcher.find()) {
      Pattern.compile("[,\\s]+").splitAsStream(matcher.group(1).strip()).forEach(keys::add);
    }
    return keys;
  }

  private static Set<String> said(Pattern pattern, List<Problem> problems) {
    Set<String> keys = new TreeSet<>();
    for (Problem problem : problems) {
      Matcher matcher = pattern.matcher(problem.message());
      if (matcher.find()) {
        keys.add(matcher.group(1));
      }
    }
    return keys;
  }

  private static void same(String what, Object expected, Object actual, List<String> found) {
    if (!expected.equals(actual)) {
      found.add("%s: expected %s, found %s".formatted(what, expected, actual));
    }
  }
}
