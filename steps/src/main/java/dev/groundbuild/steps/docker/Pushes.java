package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PushImageCmd;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PushResponseItem;
import com.github.dockerjava.api.model.ResponseItem.ProgressDetail;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.ImageReference;
import dev.groundbuild.steps.engine.RegistryCredentials;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends the images of a Docker engine to registries. */
final class Pushes {
  private static final String LATEST = "latest";

  private final DockerClient docker;
  private final Calls calls;
  private final Faults faults;
  private final CredentialHelpers helpers;

  Pushes(DockerClient docker, Calls calls, Faults faults, CredentialHelpers helpers) {
    this.docker = docker;
    this.calls = calls;
    this.faults = faults.ofPushes();
    this.helpers = helpers;
  }

  String push(ImageReference image, RegistryCredentials logins, Consumer<String> said) {
    String doing = "pushing image " + image;
    PushImageCmd request =
        docker.pushImageCmd(image.repository()).withTag(image.tag().orElse(LATEST));
    calls
        .answer("asking for credentials for " + image, () -> credentials(image, logins))
        .ifPresent(request::withAuthConfig);
    if (request.getAuthConfig() == null) {
      // The engine wants to be told that there are none.
      request.withAuthConfig(new AuthConfig());
    }
    Pushing pushing = new Pushing(said);
    Pieces.<PushResponseItem>follow(faults, doing, request::exec, pushing::accept);
    if (pushing.error.isPresent()) {
      throw faults.said(doing, pushing.error.get());
    }
    return pushing.digest.orElseThrow(
        () -> new EngineException(Kind.FAILED, doing + ": the registry named no digest", null));
  }

  private Optional<AuthConfig> credentials(ImageReference image, RegistryCredentials logins) {
    String host = image.registry();
    Optional<RegistryLogin> login = logins.forHost(host);
    return login.isPresent() ? login.map(known -> auth(host, known)) : helpers.credentials(image);
  }

  private static AuthConfig auth(String host, RegistryLogin login) {
    AuthConfig auth = new AuthConfig().withRegistryAddress(host);
    return login.isIdentityToken()
        ? auth.withIdentityToken(login.password())
        : auth.withUsername(login.user()).withPassword(login.password());
  }

  /** What the engine tells of one push. Used by one thread. */
  private static final class Pushing {
    private final Consumer<String> said;
    private Optional<String> error = Optional.empty();
    private Optional<String> digest = Optional.empty();

    Pushing(Consumer<String> said) {
      this.said = said;
    }

    void accept(PushResponseItem item) {
      if (item.getErrorDetail() != null && item.getErrorDetail().getMessage() != null) {
        error = Optional.of(item.getErrorDetail().getMessage());
      } else if (item.getAux() != null && item.getAux().getDigest() != null) {
        digest = Optional.of(item.getAux().getDigest());
      } else if (item.getStatus() != null && !isBar(item.getProgressDetail())) {
        String id = item.getId();
        said.accept(id == null ? item.getStatus() : id + ": " + item.getStatus());
      }
    }

    /** As the docker command, which shows bars on terminals only. */
    private static boolean isBar(@Nullable ProgressDetail detail) {
      return detail != null && detail.getCurrent() != null;
    }
  }
}
