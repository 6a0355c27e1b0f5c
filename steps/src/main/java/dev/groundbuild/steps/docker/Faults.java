package dev.groundbuild.steps.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what the engine and its connection say into words that a user can act on. */
final class Faults {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern STATUS = Pattern.compile("^Status \\d+: ", Pattern.DOTALL);

  /** The engine's words that tell more than its status does, and what they mean. */
  private record Sign(String words, Kind kind, String advice) {}

  private static final String LOG_IN = "run docker login for the image's registry";
  private static final String CHECK_NAME = "check the image's name and tag";

  private static final List<Sign> ENGINE =
      List.of(
          new Sign(
              "no space left on device",
              Kind.DISK_FULL,
              "the engine's disk is full: free some of it (docker system df, docker system prune)"),
          new Sign(
              "unable to apply caps",
              Kind.REFUSED,
              "this engine can't grant the privileges; run with fewer"),
          new Sign("has active endpoints", Kind.CONFLICT, "containers are still joined to it"));

  private static final List<Sign> REGISTRY =
      List.of(
          ENGINE.getFirst(),
          new Sign("toomanyrequests", Kind.FAILED, "wait, or " + LOG_IN),
          new Sign(
              "pull access denied", Kind.NOT_FOUND, CHECK_NAME + "; if it is private, " + LOG_IN),
          new Sign("manifest unknown", Kind.NOT_FOUND, CHECK_NAME),
          new Sign("manifest for", Kind.NOT_FOUND, CHECK_NAME),
          new Sign("name unknown", Kind.NOT_FOUND, CHECK_NAME),
          new Sign("name not known", Kind.NOT_FOUND, CHECK_NAME),
          new Sign(
              "no matching manifest",
              Kind.NOT_FOUND,
              "the image is not made for this machine's processor"),
          new Sign("unauthorized", Kind.UNAUTHORIZED, LOG_IN),
          new Sign("no basic auth credentials", Kind.UNAUTHORIZED, LOG_IN),
          new Sign("403 forbidden", Kind.UNAUTHORIZED, LOG_IN),
          new Sign("http 403", Kind.UNAUTHORIZED, LOG_IN),
          new Sign("denied: ", Kind.UNAUTHORIZED, LOG_IN),
          new Sign(
              "no such host",
              Kind.NOT_FOUND,
              "the engine can't find the registry: check the image's name and the engine's network"));

  private static final String OF_PUSHES = LOG_IN + ", or give --registry-login";

  private static final List<Sign> PUSHES =
      List.of(
          ENGINE.getFirst(),
          new Sign("toomanyrequests", Kind.FAILED, ""),
          new Sign("does not exist locally", Kind.NOT_FOUND, "a step has to build or tag it"),
          new Sign("tag does not exist", Kind.NOT_FOUND, "a step has to build or tag it"),
          new Sign("unauthorized", Kind.UNAUTHORIZED, OF_PUSHES),
          new Sign("no basic auth credentials", Kind.UNAUTHORIZED, OF_PUSHES),
          new Sign("403 forbidden", Kind.UNAUTHORIZED, OF_PUSHES),
          new Sign("http 403", Kind.UNAUTHORIZED, OF_PUSHES),
          new Sign("insufficient_scope", Kind.UNAUTHORIZED, OF_PUSHES),
          new Sign("denied: ", Kind.UNAUTHORIZED, OF_PUSHES),
          new Sign(
              "x509: ",
              Kind.REFUSED,
              "the engine does not trust the registry: put its authority's certificate into"
                  + " /etc/docker/certs.d/HOST:PORT/ca.crt on the engine's machine"),
          new Sign(
              "server gave http response to https",
              Kind.REFUSED,
              "the registry has no TLS: name it in insecure-registries of the engine's daemon.json"),
          new Sign("name unknown", Kind.REFUSED, "make the repository, or " + CHECK_NAME),
          new Sign(
              "no such host",
              Kind.REFUSED,
              "the engine can't find the registry: check the image's name and the engine's network"));

  private final String address;
  private final List<Sign> signs;

  /**
   * @param address of the engine, for messages
   */
  Faults(String address) {
    this(address, ENGINE);
  }

  private Faults(String address, List<Sign> signs) {
    this.address = address;
    this.signs = signs;
  }

  /** The faults of what the engine does with a registry. */
  Faults ofRegistries() {
    return new Faults(address, REGISTRY);
  }

  /** The faults of pushes. */
  Faults ofPushes() {
    return new Faults(address, PUSHES);
  }

  EngineException of(String doing, Throwable cause) {
    Optional<DockerException> answer = find(DockerException.class, cause);
    if (answer.isPresent()) {
      return said(doing, answer.get().getHttpStatus(), words(answer.get()), cause);
    }
    Optional<IOException> connection = find(IOException.class, cause);
    if (connection.isPresent()) {
      return unreachable(doing, connection.get(), cause);
    }
    return new EngineException(Kind.FAILED, doing + ": " + cause, cause);
  }

  /** What the engine said in the middle of an answer. */
  EngineException said(String doing, String words) {
    return said(doing, 500, words, null);
  }

  private EngineException said(String doing, int status, String words, @Nullable Throwable cause) {
    String lower = words.toLowerCase(Locale.ROOT);
    for (Sign sign : signs) {
      if (lower.contains(sign.words())) {
        String advice = sign.advice().isEmpty() ? "" : "; " + sign.advice();
        return new EngineException(sign.kind(), doing + ": " + words + advice, cause);
      }
    }
    Kind kind =
        switch (status) {
          case 400 -> Kind.REFUSED;
          case 401, 403 -> Kind.UNAUTHORIZED;
          case 404 -> Kind.NOT_FOUND;
          case 409 -> Kind.CONFLICT;
          default -> Kind.FAILED;
        };
    return new EngineException(kind, doing + ": " + words, cause);
  }

  private EngineException unreachable(String doing, IOException connection, Throwable cause) {
    String why = String.valueOf(connection.getMessage());
    String lower = why.toLowerCase(Locale.ROOT);
    String message;
    if (lower.contains("permission denied")) {
      message =
          "no access to the Docker engine at "
              + address
              + ": permission denied; add yourself to its group (sudo usermod -aG docker \"$USER\", then"
              + " log in again), or run with sudo";
    } else if (lower.contains("no such file")
        || lower.contains("connection refused")
        || lower.contains("unresolved")
        || connection instanceof UnknownHostException) {
      message =
          "no Docker engine answers at "
              + address
              + " ("
              + why
              + "); start it (sudo systemctl start docker, or sudo dockerd), or set DOCKER_HOST to one"
              + " that runs";
    } else {
      message =
          "the connection to the Docker engine at " + address + " broke (" + doing + "): " + why;
    }
    return new EngineException(Kind.UNREACHABLE, message, cause);
  }

  /** The engine's own words: the message field of its JSON answer, or the whole answer. */
  private static String words(DockerException e) {
    String text = String.valueOf(e.getMessage());
    Matcher status = STATUS.matcher(text);
    String body = status.find() ? text.substring(status.end()) : text;
    try {
      JsonNode message = JSON.readTree(body).path("message");
      return message.isTextual() ? message.asText().strip() : body.strip();
    } catch (JsonProcessingException notJson) {
      return body.strip();
    }
  }

  private static <T extends Throwable> Optional<T> find(Class<T> type, Throwable from) {
    for (Throwable t = from; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
  }
}
