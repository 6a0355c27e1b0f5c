package dev.groundbuild.runner.secret;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A secret variable of a build, and where its value is in the cloud. Holds no value. */
sealed interface WantedSecret {
  /** The name of the variable. */
  String env();

  /** By which names people may speak of it, the most exact first. */
  List<String> names();

  /** The short one of those. */
  String shortName();

  /** For people: the variable, and its place in the cloud. */
  String shown();

  /** In Secret Manager. */
  record Stored(String env, SecretName version) implements WantedSecret {
    @Override
    public List<String> names() {
      return List.of(version.toString(), version.resource(), env, version.secret());
    }

    @Override
    public String shortName() {
      return version.secret();
    }

    @Override
    public String shown() {
      return env + " (" + version + ")";
    }
  }

  /** In the config, encrypted with a key of KMS. */
  record Encrypted(String env, String key, ByteString cipher) implements WantedSecret {
    @Override
    public List<String> names() {
      return List.of(env);
    }

    @Override
    public String shortName() {
      return env;
    }

    @Override
    public String shown() {
      return env + " (encrypted with " + key + ")";
    }
  }

  /** In Secret Manager, by a name that has not the form of one. */
  record Misnamed(String env, String name) implements WantedSecret {
    @Override
    public List<String> names() {
      return List.of(name, env);
    }

    @Override
    public String shortName() {
      return env;
    }

    @Override
    public String shown() {
      return env + " (" + name + ")";
    }
  }

  /** Those of a build, in the order of its config. */
  static List<WantedSecret> of(Build build) {
    List<WantedSecret> all = new ArrayList<>();
    build
        .getAvailableSecrets()
        .getSecretManagerList()
        .forEach(s ->
            all.add(
                SecretName.parse(s.getVersionName())
                    .<WantedSecret>map(name -> new Stored(s.getEnv(), name))
                    .orElseGet(() -> new Misnamed(s.getEnv(), s.getVersionName()))));
    build
        .getAvailableSecrets()
        .getInlineList()
        .forEach(s ->
            s.getEnvMapMap()
                .forEach((env, cipher) -> all.add(new Encrypted(env, s.getKmsKeyName(), cipher))));
    build
        .getSecretsList()
        .forEach(s ->
            s.getSecretEnvMap()
                .forEach((env, cipher) -> all.add(new Encrypted(env, s.getKmsKeyName(), cipher))));
    return all;
  }

  static List<WantedSecret> of(Build build, Set<String> names) {
    return of(build).stream().filter(secret -> names.contains(secret.env())).toList();
  }
}
