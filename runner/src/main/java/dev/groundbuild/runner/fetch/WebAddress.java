package dev.groundbuild.runner.fetch;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address of the web, and the login that was written in it. Not a record: it must not print the
 * login, nor the query, which may be a signature that stands for one.
 */
public final class WebAddress {
  private final URI uri;
  private final @Nullable String login;

  private WebAddress(URI uri, @Nullable String login) {
    this.uri = uri;
    this.login = login;
  }

  /**
   * @throws BadFetchException when it is not an http or https address
   */
  public static WebAddress parse(String text) {
    try {
      return of(new URI(text));
    } catch (URISyntaxException e) {
      throw new BadFetchException(
          withoutSecrets(text) + ": not an address; write https://HOST/PATH, with %20 for a blank");
    }
  }

  private static WebAddress of(URI given) throws URISyntaxException {
    if (!isWeb(given)) {
      throw new BadFetchException(
          withoutSecrets(given.toString()) + ": only https:// and http:// addresses are fetched");
    }
    return new WebAddress(withoutLogin(given), given.getUserInfo());
  }

  static boolean isWeb(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return (scheme.equals("https") || scheme.equals("http")) && uri.getHost() != null;
  }

  /** The same place without a login and fragment. */
  static URI withoutLogin(URI uri) throws URISyntaxException {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new URI(
        uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getHost() + port + path + query);
  }

  URI uri() {
    return uri;
  }

  /** The Authorization header that the login makes. */
  Optional<String> authorization() {
    return Optional.ofNullable(login)
        .map(
            l -> "Basic " + Base64.getEncoder().encodeToString(l.getBytes(StandardCharsets.UTF_8)));
  }

  /** The last part of the path, if it can be the name of a file. */
  public Optional<String> fileName() {
    String path = uri.getRawPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    String name = URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8);
    boolean usable = !name.isEmpty() && !name.equals(".") && !name.equals("..");
    return usable && name.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ')
        ? Optional.of(name)
        : Optional.empty();
  }

  /** Without login and query. */
  @Override
  public String toString() {
    return shown(uri);
  }

  static String shown(URI uri) {
    return withoutSecrets(uri.toString());
  }

  private static String withoutSecrets(String text) {
    return text.replaceFirst("[?#].*", "").replaceFirst("//[^/@]*@", "//");
  }
}
