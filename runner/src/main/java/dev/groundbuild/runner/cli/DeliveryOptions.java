package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.artifact.Courier;
import dev.groundbuild.runner.artifact.Orders;
import dev.groundbuild.runner.artifact.Retries;
import dev.groundbuild.runner.identity.BuildIdentity;
import dev.groundbuild.runner.provenance.SigningKey;
import dev.groundbuild.steps.engine.RegistryCredentials;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for what a build has made: where it goes, and as whom. */
final class DeliveryOptions {
  private static final String STORAGE_EMULATOR = "STORAGE_EMULATOR_HOST";

  @Option(
      names = "--push",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      preprocessor = Attached.class,
      description = {
        "After the last step push the config's images, and upload its artifacts, to where the config says.",
        "Without it they are checked and listed, and nothing leaves the machine."
      })
  boolean push;

  @Option(
      names = "--artifacts-dir",
      paramLabel = "DIR",
      description =
          "Put the objects of artifacts.objects below DIR, gs://BUCKET/PATH as DIR/BUCKET/PATH; needs no cloud.")
  private @Nullable String artifactsDir;

  @Option(
      names = "--registry-login",
      paramLabel = "HOST=USER:FROM",
      description = {
        "Who you are at a registry or package repository; FROM is env:VARIABLE or file:PATH, which has the",
        "password (a file's last line feed does not count). Otherwise the Docker configuration says it, as for"
            + " docker push."
      })
  private List<String> logins = new ArrayList<>();

  @Option(
      names = "--repository",
      paramLabel = "FROM=TO",
      description = "Use the package repository TO where the config's address begins with FROM.")
  private Map<String, String> repositories = new LinkedHashMap<>();

  @Option(
      names = "--storage-endpoint",
      paramLabel = "URL",
      description =
          "Where Cloud Storage answers, if not at Google; else " + STORAGE_EMULATOR + " says it.")
  private @Nullable String storageEndpoint;

  @Option(
      names = "--provenance-key",
      paramLabel = "FILE",
      description =
          "Sign the build's provenance with this private key (PEM, PKCS 8, EC or Ed25519).")
  private @Nullable String provenanceKey;

  /** Files are read once: a pipe is empty the second time. */
  private @Nullable SigningKey readKey;

  private @Nullable RegistryCredentials readLogins;

  /** What can be seen to be wrong before the build starts. */
  void check(Shell shell) {
    orders(shell);
    credentials(shell);
    key(shell);
  }

  /** What of a build can't be delivered from here. */
  void check(Build build) {
    if (push && build.getArtifacts().getGoModulesCount() > 0) {
      throw new UsageException(
          "artifacts.goModules can't be uploaded from here (Artifact Registry takes Go modules by an interface"
              + " of its own): upload them in a step, with gcloud artifacts go upload, or run without --push");
    }
    if (push
        && build.getArtifacts().getMavenArtifactsList().stream()
            .anyMatch(maven -> maven.getPath().isEmpty())) {
      throw new UsageException(
          "artifacts.mavenArtifacts: only a file can be uploaded from here: name it in path, or run without"
              + " --push");
    }
  }

  /**
   * @param identity is asked where no option says who we are
   */
  Courier courier(Shell shell, Optional<BuildIdentity> identity, InstantSource clock) {
    RegistryCredentials others =
        identity.map(BuildIdentity::registries).orElse(RegistryCredentials.NONE);
    Courier.Logins who =
        new Courier.Logins(
            credentials(shell).or(others), identity.flatMap(BuildIdentity::chosenTokens));
    Retries retries = new Retries(Thread::sleep, () -> ThreadLocalRandom.current().nextDouble());
    return new Courier(orders(shell), who, retries, clock);
  }

  /** What the build's provenance is signed with, if it is to be. */
  Optional<SigningKey> key(Shell shell) {
    if (provenanceKey == null) {
      return Optional.empty();
    }
    if (readKey != null) {
      return Optional.of(readKey);
    }
    try {
      SigningKey key = SigningKey.read(provenanceKey, shell.read(provenanceKey));
      readKey = key;
      return Optional.of(key);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--provenance-key=" + e.getMessage());
    }
  }

  private Orders orders(Shell shell) {
    Optional<Path> folder = Optional.ofNullable(artifactsDir).map(shell::path);
    if (folder.isPresent() && Files.exists(folder.get()) && !Files.isDirectory(folder.get())) {
      throw new UsageException("--artifacts-dir=" + artifactsDir + " is not a folder");
    }
    String given =
        storageEndpoint == null ? shell.env().getOrDefault(STORAGE_EMULATOR, "") : storageEndpoint;
    String storage = given.isEmpty() || given.contains("://") ? given : "http://" + given;
    repositories.values().forEach(to -> address("--repository", to));
    return new Orders(
        push,
        folder,
        storage.isEmpty() ? Optional.empty() : Optional.of(address("--storage-endpoint", storage)),
        repositories);
  }

  private static URI address(String option, String text) {
    if (!text.matches("https?://[^/\\s]+(/\\S*)?")) {
      throw new UsageException(
          option + ": \"" + text + "\" is not an address such as https://host/path");
    }
    return URI.create(text);
  }

  private RegistryCredentials credentials(Shell shell) {
    if (readLogins != null) {
      return readLogins;
    }
    RegistryCredentials all = RegistryCredentials.NONE;
    for (String login : logins) {
      all = all.or(GivenLogin.parse(login, shell));
    }
    readLogins = all;
    return all;
  }
}
