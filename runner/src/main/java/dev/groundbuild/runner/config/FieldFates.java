package dev.groundbuild.runner.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happens here to each field of a build config. A field without a row of its own shares the
 * fate of the nearest one around it, unless that is honoured: what is honoured says so itself.
 * Output-only fields need no row: they are refused.
 */
public final class FieldFates {
  private static final Map<String, Row> ROWS = parse();

  private FieldFates() {}

  /** What a field can expect. */
  public enum Fate {
    /** Does here what it does in the cloud. */
    HONOURED,
    /** Accepted; it changes nothing here that a build's result could show. */
    ACCEPTED,
    /** Accepted with a warning, since something does not happen here. */
    WARNED,
    /** An error. */
    REFUSED
  }

  /**
   * @param path as in {@code steps[].args}
   * @param sentence what happens here, to follow the path and a colon
   */
  public record Row(String path, Fate fate, String sentence) {}

  /**
   * The row of a field, or else that of the nearest field around it.
   *
   * @param path as in {@code steps[].args}
   */
  public static Optional<Row> find(String path) {
    String at = path;
    while (!at.isEmpty()) {
      Row row = ROWS.get(at);
      if (row != null) {
        boolean shared = at.equals(path) || row.fate() != Fate.HONOURED;
        return shared ? Optional.of(row) : Optional.empty();
      }
      at = parent(at);
    }
    return Optional.empty();
  }

  /** All rows, in the order in which people meet the fields. */
  public static List<Row> rows() {
    return List.copyOf(ROWS.values());
  }

  /** Where a key is at home, in words, when it is no key of the place where it was found. */
  static Optional<String> home(String key) {
    List<String> places =
        ROWS.keySet().stream()
            .filter(path -> path.substring(path.lastIndexOf('.') + 1).equals(camelCase(key)))
            .map(path ->
                path.equals(camelCase(key)) ? "at the top level" : "in `" + parent(path) + "`")
            .toList();
    return places.isEmpty() ? Optional.empty() : Optional.of(String.join(" or ", places));
  }

  private static String camelCase(String key) {
    StringBuilder camel = new StringBuilder();
    for (String word : key.split("_", -1)) {
      boolean capital = !camel.isEmpty() && !word.isEmpty();
      camel.append(capital ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : word);
    }
    return camel.toString();
  }

  private static String parent(String path) {
    if (path.endsWith("[]")) {
      return path.substring(0, path.length() - 2);
    }
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot).replaceFirst("\\[]$", "");
  }

  private static Map<String, Row> parse() {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (String line : TABLE.lines().toList()) {
      String[] cells = line.split(" \\| ", -1);
      rows.put(cells[0], new Row(cells[0], Fate.valueOf(cells[1]), cells[2]));
    }
    UnpublishedFields.rows().stream()
        .filter(row -> row.fate().isPresent())
        .forEach(row ->
            rows.put(row.path(), new Row(row.path(), row.fate().orElseThrow(), row.sentence())));
    return rows;
  }

  /** Path, fate, sentence. */
  private static final String TABLE =
      """
      steps | HONOURED | run in containers, in the order that waitFor asks for
      steps[].name | HONOURED | the image, looked up when the step starts, locally first
      steps[].args | HONOURED | given to the image verbatim
      steps[].entrypoint | HONOURED | replaces the image's entrypoint
      steps[].script | HONOURED | run by its shebang line, else by /bin/sh; nothing is substituted in it
      steps[].env | HONOURED | set in the container, over options.env
      steps[].secretEnv | HONOURED | set in the container, unless env sets the name, and masked in every log
      steps[].dir | HONOURED | the working directory, below /workspace or absolute
      steps[].id | HONOURED | the step's name in waitFor and in the log
      steps[].waitFor | HONOURED | the steps that must have ended before; absent: all earlier ones
      steps[].volumes | HONOURED | volumes that live as long as the build
      steps[].volumes[].name | HONOURED | the volume's name in this build
      steps[].volumes[].path | HONOURED | where the volume is mounted
      steps[].timeout | HONOURED | the step is stopped after it
      steps[].allowFailure | HONOURED | a failure of the step does not fail the build
      steps[].allowExitCodes | HONOURED | these exit codes do not fail the build; goes before allowFailure
      steps[].automapSubstitutions | HONOURED | all substitutions are set as variables of the step
      source | WARNED | ignored: the source is what the command line names; `gcloud builds submit` refuses it
      timeout | HONOURED | the build is stopped after it
      queueTtl | ACCEPTED | a build on this machine does not wait in a queue
      images | HONOURED | checked after the last step; pushed with --push
      artifacts | HONOURED | see its fields
      artifacts.images | HONOURED | the same list as images
      artifacts.objects | HONOURED | checked after the last step; stored with --push or --artifacts-dir
      artifacts.objects.location | HONOURED | the bucket, and what the objects' names begin with
      artifacts.objects.paths | HONOURED | files in /workspace, with gsutil's wildcards
      artifacts.mavenArtifacts | HONOURED | checked after the last step; uploaded with --push
      artifacts.mavenArtifacts[].repository | HONOURED | where it goes; --repository names another
      artifacts.mavenArtifacts[].path | HONOURED | a file in /workspace
      artifacts.mavenArtifacts[].artifactId | HONOURED | part of its name there
      artifacts.mavenArtifacts[].groupId | HONOURED | part of its name there
      artifacts.mavenArtifacts[].version | HONOURED | part of its name there
      artifacts.goModules | WARNED | Go modules can't be uploaded from here; --push refuses them
      artifacts.pythonPackages | HONOURED | checked after the last step; uploaded with --push
      artifacts.pythonPackages[].repository | HONOURED | where they go; --repository names another
      artifacts.pythonPackages[].paths | HONOURED | files in /workspace, with wildcards
      artifacts.npmPackages | HONOURED | checked after the last step; uploaded with --push
      artifacts.npmPackages[].repository | HONOURED | where it goes; --repository names another
      artifacts.npmPackages[].packagePath | HONOURED | the folder in /workspace that has package.json
      substitutions | HONOURED | values for `$_NAME`; those of the command line go before them
      tags | HONOURED | kept in the build's record
      options | HONOURED | see its fields
      options.substitutionOption | HONOURED | MUST_MATCH refuses missing and unused substitutions, ALLOW_LOOSE forgives them
      options.dynamicSubstitutions | HONOURED | substitutions may hold substitutions and bash's parameter expansions
      options.automapSubstitutions | HONOURED | all substitutions are set as variables of every step
      options.env | HONOURED | set in every step
      options.secretEnv | HONOURED | set in every step, as steps[].secretEnv
      options.volumes | HONOURED | mounted in every step
      options.volumes[].name | HONOURED | the volume's name in this build
      options.volumes[].path | HONOURED | where the volume is mounted
      options.machineType | ACCEPTED | the build runs on this machine, whatever its size
      options.diskSizeGb | ACCEPTED | the build has the disk of this machine
      options.pool | WARNED | the build runs on this machine, not in the pool
      options.workerPool | WARNED | the build runs on this machine, not in the pool
      options.requestedVerifyOption | WARNED | provenance is always written, and nobody verifies it here
      options.sourceProvenanceHash | ACCEPTED | provenance names the commit of the source
      options.logging | ACCEPTED | the log is shown and kept on this machine
      options.logStreamingOption | ACCEPTED | the log is always shown as it comes
      options.defaultLogsBucketBehavior | ACCEPTED | the log is kept on this machine
      options.enableStructuredLogging | ACCEPTED | lines are shown as the steps write them
      logsBucket | ACCEPTED | the log is kept on this machine
      serviceAccount | ACCEPTED | steps have the credentials of this machine only
      secrets | HONOURED | decrypted by KMS, unless a value is given on this machine or in Vault
      secrets[].kmsKeyName | HONOURED | the key that decrypts
      secrets[].secretEnv | HONOURED | the variables with their encrypted values
      availableSecrets | HONOURED | fetched once per build, before the first step, if a step wants them
      availableSecrets.secretManager | HONOURED | from Secret Manager, unless a value is given on this machine or in Vault
      availableSecrets.secretManager[].versionName | HONOURED | the version that is fetched, after substitution
      availableSecrets.secretManager[].env | HONOURED | the variable's name
      availableSecrets.inline | HONOURED | decrypted by KMS, unless a value is given on this machine or in Vault
      availableSecrets.inline[].kmsKeyName | HONOURED | the key that decrypts
      availableSecrets.inline[].envMap | HONOURED | the variables with their encrypted values
      gitConfig | WARNED | git does not use the proxy of this setting
      dependencies | WARNED | dependencies are not fetched yet
      """;
}
