package dev.groundbuild.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.dockerjava.api.model.AuthConfig;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialHelpersTest {
  private static final FileAttribute<?> EXECUTABLE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "ubuntu, https://index.docker.io/v1/",
    "library/ubuntu:22.04, https://index.docker.io/v1/",
    "docker.io/library/ubuntu, https://index.docker.io/v1/",
    "gcr.io/project/image:1, gcr.io",
    "europe-docker.pkg.dev/p/r/i, europe-docker.pkg.dev",
    "localhost:5000/i, localhost:5000",
    "localhost/i, localhost",
  })
  void aRegistryHasTheNameThatDockerLoginGivesIt(String image, String registry) {
    assertThat(reference(image).registry()).isEqualTo(registry);
  }

  @Test
  void noConfigurationMeansNoCredentials() {
    assertThat(new CredentialHelpers(folder.resolve("none")).credentials(reference("ubuntu")))
        .isEmpty();
  }

  @Test
  void theProgramOfARegistryIsAskedBeforeTheGeneralOne() throws IOException {
    String own = program("read r; echo '{\"Username\":\"'$r'\",\"Secret\":\"s3cret\"}'");
    CredentialHelpers helpers =
        config("{\"credHelpers\":{\"gcr.io\":\"" + own + "\"},\"credsStore\":\"no-such-store\"}");
    AuthConfig auth = helpers.credentials(reference("gcr.io/p/i")).orElseThrow();
    assertThat(auth.getUsername()).isEqualTo("gcr.io");
    assertThat(auth.getPassword()).isEqualTo("s3cret");
  }

  @Test
  void aTokenIsNoPassword() throws IOException {
    String own = program("echo '{\"Username\":\"<token>\",\"Secret\":\"t0ken\"}'");
    AuthConfig auth =
        config("{\"credsStore\":\"" + own + "\"}").credentials(reference("ubuntu")).orElseThrow();
    assertThat(auth.getIdentitytoken()).isEqualTo("t0ken");
    assertThat(auth.getPassword()).isNull();
  }

  @Test
  void aProgramThatKnowsNothingOfTheRegistryIsNoFailure() throws IOException {
    String own = program("echo 'credentials not found in native keychain'; exit 1");
    assertThat(config("{\"credsStore\":\"" + own + "\"}").credentials(reference("ubuntu")))
        .isEmpty();
  }

  @Test
  void aProgramThatIsMissingOrFailsSaysSoWithoutTheSecret() throws IOException {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> config("{\"credsStore\":\"no-such-store\"}").credentials(reference("ubuntu")))
        .withMessageContaining("no-such-store")
        .withMessageContaining("docker login")
        .matches(e -> e.kind() == Kind.UNAUTHORIZED);
    String broken = program("echo s3cret");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> config("{\"credsStore\":\"" + broken + "\"}").credentials(reference("ubuntu")))
        .matches(e -> !String.valueOf(e.getMessage()).contains("s3cret") && e.getCause() == null);
  }

  @Test
  void whoIsInterruptedLeavesNoProgramBehind() throws Exception {
    Path pid = folder.resolve("pid");
    String slow =
        program("echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 60");
    CredentialHelpers helpers = config("{\"credsStore\":\"" + slow + "\"}");
    FutureTask<Boolean> asking =
        new FutureTask<>(() -> {
          try {
            helpers.credentials(reference("ubuntu"));
            return false;
          } catch (CancellationException e) {
            return Thread.currentThread().isInterrupted();
          }
        });
    Thread thread = Thread.ofPlatform().start(asking);
    while (!Files.exists(pid)) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    assertThat(asking.get()).isTrue();
    Optional<ProcessHandle> left = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
    if (left.isPresent()) {
      left.get().onExit().get(10, TimeUnit.SECONDS);
    }
  }

  private CredentialHelpers config(String json) throws IOException {
    return new CredentialHelpers(Files.writeString(folder.resolve("config.json"), json), "");
  }

  /** Makes a program and returns its path. */
  private String program(String script) throws IOException {
    Path made = Files.createTempFile(folder, "program", "", EXECUTABLE);
    Files.writeString(made, "#!/bin/sh\n" + script + "\n");
    return made.toString();
  }

  private static ImageReference reference(String image) {
    return Optional.of(image).flatMap(ImageReference::parse).orElseThrow();
  }
}
