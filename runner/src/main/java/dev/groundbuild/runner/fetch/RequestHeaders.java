package dev.groundbuild.runner.fetch;

import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Headers that the user sends along. Not a record: they may be secrets, and must not print
 * themselves.
 */
public final class RequestHeaders {
  /** What may be told to any host; every other header may be a credential. */
  private static final Set<String> FOR_ANYONE =
      Set.of("accept", "accept-language", "accept-encoding", "user-agent");

  /** What a resumed download, or a host that asks for a login, is asked with. */
  private static final Set<String> OURS = Set.of("range", "if-range");

  private final List<Header> headers;

  private RequestHeaders(List<Header> headers) {
    this.headers = List.copyOf(headers);
  }

  private static final class Header {
    private final String name;
    private final String value;

    Header(String name, String value) {
      this.name = name;
      this.value = value;
    }

    boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  public static RequestHeaders none() {
    return new RequestHeaders(List.of());
  }

  /**
   * @param lines {@code Name: value} each; empty ones and those that begin with {@code #} are left
   *     out
   * @throws BadFetchException for a line that is no header; the message does not quote its value
   */
  public static RequestHeaders of(List<String> lines) {
    List<Header> headers = new ArrayList<>();
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        headers.add(header(line));
      }
    }
    return new RequestHeaders(headers);
  }

  private static Header header(String line) {
    int colon = line.indexOf(':');
    if (colon < 1) {
      throw new BadFetchException("a header is written 'Name: value', with a colon");
    }
    Header header = new Header(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    if (OURS.contains(header.name.toLowerCase(Locale.ROOT))) {
      throw new BadFetchException(
          "the header " + header.name + " can't be given: parts of files are asked for as needed");
    }
    try {
      HttpRequest.newBuilder().header(header.name, header.value);
    } catch (IllegalArgumentException e) {
      throw new BadFetchException("the header " + header.name + " can't be sent");
    }
    return header;
  }

  boolean has(String name) {
    return headers.stream().anyMatch(h -> h.is(name));
  }

  /**
   * @param trusted whether the request goes where the user sent it, not where a redirect led
   */
  void putInto(HttpRequest.Builder request, boolean trusted) {
    for (Header header : headers) {
      if (trusted || FOR_ANYONE.contains(header.name.toLowerCase(Locale.ROOT))) {
        request.header(header.name, header.value);
      }
    }
  }

  @Override
  public String toString() {
    return "RequestHeaders[hidden]";
  }
}
