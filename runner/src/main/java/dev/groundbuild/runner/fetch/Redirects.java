package dev.groundbuild.runner.fetch;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Flow;

/**
 * Asks for a file, and follows where the server points.
 *
 * <p>From the first redirect to another host, port or scheme on, credentials are not sent any more.
 * An encrypted connection is never left for a plain one.
 */
final class Redirects {
  private static final int MOST = 10;
  private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

  private final HttpClient client;
  private final Duration patience;

  /**
   * @param patience how long a server may take to begin its answer
   */
  Redirects(HttpClient client, Duration patience) {
    this.client = client;
    this.patience = patience;
  }

  /**
   * The first answer that is not a redirect. The caller must take or discard its body.
   *
   * @param ours headers that go to every host
   */
  HttpResponse<Flow.Publisher<List<ByteBuffer>>> follow(
      WebAddress start, RequestHeaders headers, Map<String, String> ours)
      throws IOException, FetchFailure, InterruptedException {
    URI uri = start.uri();
    boolean trusted = true;
    for (int hops = 0; ; hops++) {
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
          client.send(request(start, uri, headers, ours, trusted), BodyHandlers.ofPublisher());
      String location = response.headers().firstValue("Location").orElse("");
      if (!STATUSES.contains(response.statusCode()) || location.isEmpty()) {
        return response;
      }
      BodyFeed.discard(response.body());
      if (hops == MOST) {
        throw FetchFailure.lasting("there are more than " + MOST + " redirects");
      }
      URI next = next(uri, location);
      trusted = trusted && sameOrigin(uri, next);
      uri = next;
    }
  }

  private HttpRequest request(
      WebAddress start,
      URI uri,
      RequestHeaders headers,
      Map<String, String> ours,
      boolean trusted) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(patience);
    headers.putInto(request, trusted);
    ours.forEach((name, value) -> {
      if (!headers.has(name)) {
        request.header(name, value);
      }
    });
    if (trusted && !headers.has("Authorization")) {
      start.authorization().ifPresent(login -> request.header("Authorization", login));
    }
    return request.build();
  }

  private static URI next(URI from, String location) throws FetchFailure {
    URI next;
    try {
      next = from.resolve(new URI(location));
      if (WebAddress.isWeb(next)) {
        next = WebAddress.withoutLogin(next);
      }
    } catch (URISyntaxException e) {
      throw FetchFailure.lasting("the server redirects to something that is no address");
    }
    if (!WebAddress.isWeb(next)) {
      throw FetchFailure.lasting(
          "the server redirects to " + WebAddress.shown(next) + ", which is not on the web");
    }
    if (from.getScheme().equals("https") && next.getScheme().equals("http")) {
      throw FetchFailure.lasting(
          "the server redirects from https to "
              + WebAddress.shown(next)
              + ", which is not encrypted; that is not followed");
    }
    return next;
  }

  private static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equals(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equals("https") ? 443 : 80;
  }
}
