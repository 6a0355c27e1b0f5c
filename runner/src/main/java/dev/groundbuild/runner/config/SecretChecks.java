package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.InlineSecret;
import com.google.cloudbuild.v1.Secret;
import com.google.cloudbuild.v1.SecretManagerSecret;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where secrets come from and which steps get them (spec 1.6). A secret of {@code availableSecrets}
 * that no step uses gets a warning only: real configs have them; the legacy KMS {@code secrets} are
 * strict.
 */
final class SecretChecks {
  private static final int MOST_SECRETS = 100;
  private static final int LARGEST_SECRET = 64 * 1024;

  private final Build build;
  private final Findings findings;

  /** The path of each defined name. */
  private final Map<String, String> defined = new LinkedHashMap<>();

  private final Set<String> legacy = new HashSet<>();

  SecretChecks(Build build, Findings findings) {
    this.build = build;
    this.findings = findings;
  }

  void check() {
    checkLegacy();
    checkSecretManager();
    checkInline();
    if (defined.size() > MOST_SECRETS) {
      String path = List.copyOf(defined.values()).get(MOST_SECRETS);
      findings.refuse(path, Wording.tooMany(defined.size(), "secrets", MOST_SECRETS));
    }
    checkUses();
  }

  private void checkLegacy() {
    Map<String, Integer> keys = new HashMap<>();
    for (int i = 0; i < build.getSecretsCount(); i++) {
      Secret secret = build.getSecrets(i);
      String path = "secrets[" + i + "]";
      checkKeyName(secret.getKmsKeyName(), path);
      Integer first = keys.putIfAbsent(secret.getKmsKeyName(), i);
      if (first != null && !secret.getKmsKeyName().isEmpty()) {
        findings.refuse(
            path + ".kmsKeyName",
            "KMS key %s is used by secrets[%d] already; put both into one entry"
                .formatted(Wording.quote(secret.getKmsKeyName()), first));
      }
      legacy.addAll(secret.getSecretEnvMap().keySet());
      checkCiphertexts(secret.getSecretEnvMap(), path + ".secretEnv");
    }
  }

  private void checkInline() {
    for (int i = 0; i < build.getAvailableSecrets().getInlineCount(); i++) {
      InlineSecret secret = build.getAvailableSecrets().getInline(i);
      String path = "availableSecrets.inline[" + i + "]";
      checkKeyName(secret.getKmsKeyName(), path);
      checkCiphertexts(secret.getEnvMapMap(), path + ".envMap");
    }
  }

  private void checkKeyName(String keyName, String path) {
    if (keyName.isEmpty()) {
      findings.missing(path + ".kmsKeyName", "a secret needs the kmsKeyName that decrypts it");
    }
  }

  private void checkCiphertexts(Map<String, ByteString> values, String path) {
    if (values.isEmpty()) {
      findings.missing(path, "a secret needs at least one variable and its encrypted value");
    }
    values.forEach((name, value) -> {
      String at = path + "." + name;
      define(name, at);
      if (value.isEmpty()) {
        findings.refuse(at, "secretEnv \"" + name + "\" has no encrypted value");
      }
      if (value.size() > LARGEST_SECRET) {
        findings.refuse(
            at,
            Wording.tooLong("value of \"" + name + "\"", value.size(), LARGEST_SECRET, "bytes"));
      }
    });
  }

  private void checkSecretManager() {
    for (int i = 0; i < build.getAvailableSecrets().getSecretManagerCount(); i++) {
      SecretManagerSecret secret = build.getAvailableSecrets().getSecretManager(i);
      String path = "availableSecrets.secretManager[" + i + "]";
      if (secret.getVersionName().isEmpty()) {
        findings.missing(
            path + ".versionName",
            "a secret needs a versionName: projects/PROJECT/secrets/NAME/versions/VERSION");
      }
      if (secret.getEnv().isEmpty()) {
        findings.missing(path + ".env", "a secret needs an env: the variable that it fills");
      } else {
        define(secret.getEnv(), path + ".env");
      }
    }
  }

  private void define(String name, String path) {
    String first = defined.putIfAbsent(name, path);
    if (first != null) {
      findings.refuse(path, "secretEnv \"" + name + "\" is defined twice; see " + first);
    }
  }

  private void checkUses() {
    List<String> globalSecrets = build.getOptions().getSecretEnvList();
    Set<String> globalEnv = names(build.getOptions().getEnvList());
    Set<String> used = new HashSet<>(globalSecrets);
    Set<String> seen = new HashSet<>();
    for (int j = 0; j < globalSecrets.size(); j++) {
      String name = globalSecrets.get(j);
      String path = "options.secretEnv[" + j + "]";
      if (!seen.add(name)) {
        findings.refuse(path, "options uses the secretEnv \"" + name + "\" more than once");
      } else {
        checkThatDefined(name, path);
        if (globalEnv.contains(name)) {
          findings.refuse(path, "every step has secret and non-secret env \"" + name + "\"");
        }
      }
    }
    for (int i = 0; i < build.getStepsCount(); i++) {
      used.addAll(build.getSteps(i).getSecretEnvList());
      checkStepSecrets(i, globalEnv, Set.copyOf(globalSecrets));
      checkStepEnv(i, Set.copyOf(globalSecrets));
    }
    checkThatUsed(used);
  }

  private void checkStepSecrets(int index, Set<String> globalEnv, Set<String> globalSecrets) {
    BuildStep step = build.getSteps(index);
    Set<String> env = names(step.getEnvList());
    Set<String> seen = new HashSet<>();
    for (int j = 0; j < step.getSecretEnvCount(); j++) {
      String name = step.getSecretEnv(j);
      String path = "steps[" + index + "].secretEnv[" + j + "]";
      if (!seen.add(name)) {
        findings.refuse(
            path, "Step " + index + " uses the secretEnv \"" + name + "\" more than once");
        continue;
      }
      if (globalSecrets.contains(name)) {
        findings.refuse(
            path,
            ("Step %d uses the secretEnv \"%s\" more than once;"
                    + " options.secretEnv gives it to every step")
                .formatted(index, name));
      } else {
        checkThatDefined(name, path);
      }
      if (env.contains(name) || globalEnv.contains(name)) {
        findings.refuse(path, clash(index, name));
      }
    }
  }

  private void checkStepEnv(int index, Set<String> globalSecrets) {
    List<String> env = build.getSteps(index).getEnvList();
    for (int j = 0; j < env.size(); j++) {
      String name = name(env.get(j));
      if (globalSecrets.contains(name)) {
        findings.refuse("steps[" + index + "].env[" + j + "]", clash(index, name));
      }
    }
  }

  private static String clash(int index, String name) {
    return "step %d has secret and non-secret env \"%s\"; keep one of them".formatted(index, name);
  }

  private void checkThatDefined(String name, String path) {
    if (defined.containsKey(name)
        || findings.hasUnreadableWithin("secrets")
        || findings.hasUnreadableWithin("availableSecrets")) {
      return;
    }
    findings.refuse(
        path,
        "secretEnv \"%s\" is used without being defined%s"
            .formatted(
                name,
                Suggestion.closest(name, defined.keySet())
                    .map("; did you mean \"%s\"?"::formatted)
                    .orElse("; define it in availableSecrets")));
  }

  private void checkThatUsed(Set<String> used) {
    defined.forEach((name, path) -> {
      if (used.contains(name)) {
        return;
      }
      String message = "secretEnv \"" + name + "\" is defined without being used";
      if (legacy.contains(name)) {
        findings.refuse(path, message + "; add it to a step's secretEnv");
      } else {
        findings.warn(path, message);
      }
    });
  }

  private static Set<String> names(List<String> env) {
    Set<String> names = new HashSet<>();
    env.forEach(entry -> names.add(name(entry)));
    return names;
  }

  private static String name(String entry) {
    int equals = entry.indexOf('=');
    return equals < 0 ? entry : entry.substring(0, equals);
  }
}
