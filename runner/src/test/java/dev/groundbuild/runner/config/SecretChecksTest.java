package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.Checked.Case.accepted;
import static dev.groundbuild.runner.config.Checked.Case.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.Checked.Case;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spec 1.6, all of it. */
class SecretChecksTest {
  private static final String VERSION = "versionName:'projects/p/secrets/s/versions/latest'";

  static List<Case> definitions() {
    return Checked.table(
        accepted("KMS", steps("secretEnv:['A']") + kms("k", "A:'eA=='") + "}"),
        accepted("Secret Manager", steps("secretEnv:['A']") + manager("A") + "}"),
        accepted("inline", steps("secretEnv:['A']") + inline("k", "A:'eA=='") + "}"),
        accepted("two steps", steps("secretEnv:['A']", "secretEnv:['A']") + manager("A") + "}"),
        accepted("for every step", steps("") + manager("A") + ",options:{secretEnv:['A']}}"),
        refused(
            "KMS secret unused",
            steps("") + kms("k", "A:'eA=='") + "}",
            "secrets[0].secretEnv.A: secretEnv \"A\" is defined without being used; add it to a"
                + " step's secretEnv"),
        // Real configs define secrets of Secret Manager that no step uses.
        refused(
            "Secret Manager secret unused",
            steps("") + manager("A") + "}",
            "availableSecrets.secretManager[0].env: warning: secretEnv \"A\" is defined without"
                + " being used"),
        refused(
            "defined twice",
            steps("secretEnv:['A']") + manager("A", "A") + "}",
            "availableSecrets.secretManager[1].env: secretEnv \"A\" is defined twice; see"
                + " availableSecrets.secretManager[0].env"),
        refused(
            "defined in two ways",
            steps("secretEnv:['A']") + kms("k", "A:'eA=='") + manager("A") + "}",
            "availableSecrets.secretManager[0].env: secretEnv \"A\" is defined twice; see"
                + " secrets[0].secretEnv.A"),
        refused(
            "KMS key twice",
            steps("secretEnv:['A','B']")
                + ",secrets:[{kmsKeyName:'k',secretEnv:{A:'eA=='}},"
                + "{kmsKeyName:'k',secretEnv:{B:'eA=='}}]}",
            "secrets[1].kmsKeyName: KMS key \"k\" is used by secrets[0] already; put both into one"
                + " entry"),
        refused(
            "no key, no variables",
            steps("") + ",secrets:[{}]}",
            "secrets[0].kmsKeyName: a secret needs the kmsKeyName that decrypts it",
            "secrets[0].secretEnv: a secret needs at least one variable and its encrypted value"),
        refused(
            "empty value",
            steps("secretEnv:['A']") + inline("k", "A:''") + "}",
            "availableSecrets.inline[0].envMap.A: secretEnv \"A\" has no encrypted value"),
        accepted("value of 64 KiB", steps("secretEnv:['A']") + kms("k", value(65536)) + "}"),
        refused(
            "value over 64 KiB",
            steps("secretEnv:['A']") + kms("k", value(65537)) + "}",
            "secrets[0].secretEnv.A: value of \"A\" too long: 65537 bytes (max: 65536)"),
        accepted("100 secrets", many(100)),
        refused(
            "101 secrets",
            many(101),
            "availableSecrets.secretManager[100].env: 101 secrets are too many (max: 100)"),
        refused(
            "incomplete Secret Manager secret",
            steps("") + ",availableSecrets:{secretManager:[{}]}}",
            "availableSecrets.secretManager[0].versionName: a secret needs a versionName:"
                + " projects/PROJECT/secrets/NAME/versions/VERSION",
            "availableSecrets.secretManager[0].env: a secret needs an env: the variable that it"
                + " fills"));
  }

  static List<Case> uses() {
    return Checked.table(
        refused(
            "undefined",
            steps("secretEnv:['A']") + "}",
            "steps[0].secretEnv[0]: secretEnv \"A\" is used without being defined; define it in"
                + " availableSecrets"),
        refused(
            "mistyped",
            steps("secretEnv:['TOKNE']") + manager("TOKEN") + "}",
            "steps[0].secretEnv[0]: secretEnv \"TOKNE\" is used without being defined; did you mean"
                + " \"TOKEN\"?",
            "availableSecrets.secretManager[0].env: warning: secretEnv \"TOKEN\" is defined without"
                + " being used"),
        refused(
            "undefined for every step",
            steps("") + ",options:{secretEnv:['A']}}",
            "options.secretEnv[0]: secretEnv \"A\" is used without being defined; define it in"
                + " availableSecrets"),
        refused(
            "twice in a step",
            steps("secretEnv:['A','A']") + manager("A") + "}",
            "steps[0].secretEnv[1]: Step 0 uses the secretEnv \"A\" more than once"),
        refused(
            "twice in the options",
            steps("") + manager("A") + ",options:{secretEnv:['A','A']}}",
            "options.secretEnv[1]: options uses the secretEnv \"A\" more than once"),
        refused(
            "in a step and in the options",
            steps("", "secretEnv:['A']") + manager("A") + ",options:{secretEnv:['A']}}",
            "steps[1].secretEnv[0]: Step 1 uses the secretEnv \"A\" more than once;"
                + " options.secretEnv gives it to every step"),
        accepted(
            "env in one step, secret in another",
            steps("env:['A=b']", "secretEnv:['A']") + manager("A") + "}"),
        refused(
            "env and secret in a step",
            steps("env:['A=b'],secretEnv:['A']") + manager("A") + "}",
            "steps[0].secretEnv[0]: step 0 has secret and non-secret env \"A\"; keep one of them"),
        refused(
            "global env and secret in a step",
            steps("", "secretEnv:['A']") + manager("A") + ",options:{env:['A=b']}}",
            "steps[1].secretEnv[0]: step 1 has secret and non-secret env \"A\"; keep one of them"),
        refused(
            "env in a step and global secret",
            steps("env:['A=b']") + manager("A") + ",options:{secretEnv:['A']}}",
            "steps[0].env[0]: step 0 has secret and non-secret env \"A\"; keep one of them"),
        refused(
            "global env and global secret",
            steps("") + manager("A") + ",options:{env:['A=b'],secretEnv:['A']}}",
            "options.secretEnv[0]: every step has secret and non-secret env \"A\""));
  }

  @ParameterizedTest
  @MethodSource({"definitions", "uses"})
  void secretsAreAcceptedOrRefused(Case tried) {
    assertThat(Checked.problems(tried.json())).isEqualTo(tried.problems());
  }

  private static String steps(String... fields) {
    return "{steps:["
        + List.of(fields).stream()
            .map(each -> "{name:'x'" + (each.isEmpty() ? "" : "," + each) + "}")
            .collect(Collectors.joining(","))
        + "]";
  }

  private static String kms(String key, String values) {
    return ",secrets:[{kmsKeyName:'" + key + "',secretEnv:{" + values + "}}]";
  }

  private static String inline(String key, String values) {
    return ",availableSecrets:{inline:[{kmsKeyName:'" + key + "',envMap:{" + values + "}}]}";
  }

  private static String manager(String... names) {
    return ",availableSecrets:{secretManager:["
        + List.of(names).stream()
            .map(name -> "{" + VERSION + ",env:'" + name + "'}")
            .collect(Collectors.joining(","))
        + "]}";
  }

  private static String many(int count) {
    List<String> names = IntStream.range(0, count).mapToObj("S%03d"::formatted).toList();
    return steps("secretEnv:['" + String.join("','", names) + "']")
        + manager(names.toArray(String[]::new))
        + "}";
  }

  private static String value(int bytes) {
    return "A:'" + Base64.getEncoder().encodeToString(new byte[bytes]) + "'";
  }
}
