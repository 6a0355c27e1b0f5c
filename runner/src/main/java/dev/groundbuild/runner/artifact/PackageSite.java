package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import dev.groundbuild.runner.Delivery.DeliveryException;
import dev.groundbuild.steps.engine.RegistryCredentials;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** A repository of packages, by HTTP. */
final class PackageSite {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final URI base;
  private final HttpClient http;
  private final RegistryCredentials logins;
  private final Retries retries;
  private final Consumer<String> say;

  /**
   * @param base with a slash at its end
   */
  PackageSite(
      URI base,
      HttpClient http,
      RegistryCredentials logins,
      Retries retries,
      Consumer<String> say) {
    this.base = base;
    this.http = http;
    this.logins = logins;
    this.retries = retries;
    this.say = say;
  }

  /** Makes the body of each attempt. */
  @FunctionalInterface
  interface Body {
    BodyPublisher open() throws IOException;
  }

  /** The answer may help if it is asked for again. */
  private static final class PassingFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PassingFault(String message) {
      super(message);
    }
  }

  URI address(String path) {
    return base.resolve(path);
  }

  void put(String path, String type, Body body) {
    send("PUT", path, type, body);
  }

  void put(String path, String type, byte[] body) {
    put(path, type, () -> BodyPublishers.ofByteArray(body));
  }

  /** Posts to the repository's own address. */
  void post(String type, Body body) {
    send("POST", "", type, body);
  }

  /** What is there, if something is. */
  Optional<byte[]> get(String path) {
    HttpResponse<byte[]> answer = send("GET", path, "", BodyPublishers::noBody);
    return answer.statusCode() == 404 ? Optional.empty() : Optional.of(answer.body());
  }

  private HttpResponse<byte[]> send(String method, String path, String type, Body body) {
    try {
      return retries.of(
          () -> attempt(method, path, type, body), PassingFault.class::isInstance, say);
    } catch (PassingFault e) {
      throw new DeliveryException(FailureType.PUSH_FAILED, String.valueOf(e.getMessage()));
    }
  }

  private HttpResponse<byte[]> attempt(String method, String path, String type, Body body) {
    URI address = address(path);
    String doing = "artifacts: " + method + " " + address + ": ";
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(LONGEST);
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    logins
        .forHost(address.getAuthority())
        .map(login -> header(login, type))
        .ifPresent(value -> request.header("Authorization", value));
    HttpResponse<byte[]> answer;
    try {
      answer = http.send(request.method(method, body.open()).build(), BodyHandlers.ofByteArray());
    } catch (IOException | UncheckedIOException e) {
      throw failed(doing, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: " + doing);
    }
    return judged(method, doing, address, answer);
  }

  /** Neither a host without an address nor a bad certificate gets better by waiting. */
  private static RuntimeException failed(String doing, Exception e) {
    boolean lasts = false;
    boolean cut = false;
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
        return new DeliveryException(
            FailureType.PUSH_FAILED, doing + "the host is not known; see --repository=FROM=TO");
      }
      lasts |= t instanceof SSLException;
      cut |= t instanceof EOFException || t instanceof SocketException;
    }
    return lasts && !cut
        ? new DeliveryException(FailureType.PUSH_FAILED, doing + why)
        : new PassingFault(doing + why);
  }

  /** npm's registries know access tokens by this header only. */
  private static String header(RegistryLogin login, String type) {
    boolean token = login.user().equals(RegistryLogin.ACCESS_TOKEN_USER);
    return token && type.equals(NpmUpload.TYPE)
        ? "Bearer " + login.password()
        : "Basic " + login.basic();
  }

  private static HttpResponse<byte[]> judged(
      String method, String doing, URI address, HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    if (status / 100 == 2 || (status == 404 && method.equals("GET"))) {
      return answer;
    }
    String message = doing + status + " " + brief(answer.body());
    if (status >= 500 || status == 408 || status == 429) {
      throw new PassingFault(message);
    }
    boolean mayNot = status == 401 || status == 403;
    throw new DeliveryException(
        mayNot ? FailureType.PUSH_NOT_AUTHORIZED : FailureType.PUSH_FAILED,
        mayNot
            ? message
                + "; say who you are there with --registry-login "
                + address.getAuthority()
                + "=USER:env:VARIABLE"
            : message);
  }

  private static String brief(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
    return text.length() > 300 ? text.substring(0, 300) + "..." : text;
  }
}
