package dev.groundbuild.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {
  private final Faults faults = new Faults("unix:///var/run/docker.sock");

  @Test
  void theEnginesOwnWordsAreTakenOutOfItsAnswer() {
    EngineException e =
        faults.of(
            "starting container x", new NotFoundException("{\"message\":\"No such \\\"x\\\"\"}\n"));
    assertThat(e).hasMessage("starting container x: No such \"x\"");
  }

  @Test
  void anAnswerThatIsNoJsonIsGivenAsItIs() {
    EngineException e = faults.of("asking", new DockerException("bad gateway\n", 502));
    assertThat(e).hasMessage("asking: bad gateway");
    assertThat(e.kind()).isEqualTo(Kind.FAILED);
  }

  @Test
  void theStatusTellsTheKind() {
    assertThat(kind(new BadRequestException("x"))).isEqualTo(Kind.REFUSED);
    assertThat(kind(new NotFoundException("x"))).isEqualTo(Kind.NOT_FOUND);
    assertThat(kind(new ConflictException("x"))).isEqualTo(Kind.CONFLICT);
    assertThat(kind(new DockerException("x", 401))).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(kind(new InternalServerErrorException("x"))).isEqualTo(Kind.FAILED);
    assertThat(kind(new IllegalStateException("x"))).isEqualTo(Kind.FAILED);
  }

  @Test
  void aFullDiskIsRecognizedWhateverTheStatus() {
    EngineException e =
        faults.of(
            "creating container x",
            new InternalServerErrorException("write /var/lib/docker/x: no space left on device"));
    assertThat(e.kind()).isEqualTo(Kind.DISK_FULL);
    assertThat(e).hasMessageContaining("docker system prune");
  }

  @Test
  void privilegesThatCantBeGrantedAreRefusedRatherThanFailed() {
    EngineException e =
        faults.of(
            "starting container x",
            new InternalServerErrorException("OCI runtime create failed: unable to apply caps"));
    assertThat(e.kind()).isEqualTo(Kind.REFUSED);
    assertThat(e).hasMessageContaining("run with fewer");
  }

  @ParameterizedTest
  @CsvSource({
    "'pull access denied for x, repository does not exist or may require docker login', NOT_FOUND",
    "'manifest for x:1 not found: manifest unknown: manifest unknown', NOT_FOUND",
    "'unauthorized: authentication required', UNAUTHORIZED",
    "'denied: requested access to the resource is denied', UNAUTHORIZED",
    "'Head \"https://r/v2/x\": no basic auth credentials', UNAUTHORIZED",
    "'error parsing HTTP 403 response body: invalid character', UNAUTHORIZED",
    "'no matching manifest for linux/s390x in the manifest list entries', NOT_FOUND",
    "'Get \"https://r/v2/\": dial tcp: lookup r on 8.8.8.8:53: no such host', NOT_FOUND",
    "'Get \"https://r/v2/\": net/http: TLS handshake timeout', FAILED",
    "'toomanyrequests: You have reached your unauthenticated pull rate limit', FAILED",
    "'write /var/lib/x: no space left on device', DISK_FULL",
  })
  void whatARegistrySaysIsPermanentOrNot(String words, Kind kind) {
    EngineException e = faults.ofRegistries().said("pulling image x", words);
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e).hasMessageStartingWith("pulling image x: " + words);
  }

  @Test
  void theEnginesOwnPermissionDeniedIsNoMatterOfLogin() {
    EngineException e =
        faults.of(
            "starting container x",
            new BadRequestException("exec: \"/x\": permission denied: unknown"));
    assertThat(e.kind()).isEqualTo(Kind.REFUSED);
    assertThat(e.getMessage()).doesNotContain("login");
  }

  @Test
  void whoMayNotUseTheSocketIsToldHowTo() {
    EngineException e =
        faults.of("asking", new IllegalStateException(new SocketException("Permission denied")));
    assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(e)
        .hasMessageContaining("unix:///var/run/docker.sock")
        .hasMessageContaining("usermod -aG docker");
  }

  @Test
  void anEngineThatDoesNotRunIsToBeStarted() {
    EngineException e =
        faults.of("asking", new IllegalStateException(new ConnectException("Connection refused")));
    assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(e)
        .hasMessageContaining("systemctl start docker")
        .hasMessageContaining("DOCKER_HOST");
  }

  @Test
  void aConnectionThatBreaksTellsDuringWhat() {
    EngineException e =
        faults.of("pulling image x", new IllegalStateException(new IOException("Broken pipe")));
    assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(e).hasMessageContaining("pulling image x").hasMessageContaining("Broken pipe");
  }

  private Kind kind(RuntimeException cause) {
    return faults.of("asking", cause).kind();
  }
}
