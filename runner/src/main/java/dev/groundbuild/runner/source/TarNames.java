package dev.groundbuild.runner.source;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * File names, byte by byte. A name on disk is bytes, not always UTF-8, and what Java shows as text
 * depends on the locale. Inside this package a name in a tar is a text with one character per byte
 * (ISO 8859-1), so that every name survives.
 */
final class TarNames {
  private TarNames() {}

  /** The last element of a path. */
  static String of(Path path) {
    return bytes(path.getFileName());
  }

  /** What a symbolic link says, unchanged. */
  static String ofTarget(Path target) {
    return bytes(target);
  }

  /** A text that is known to be right, such as a name in an archive that says it is UTF-8. */
  static String ofText(String text) {
    return isAscii(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** For people. */
  static String shown(String tarName) {
    return isAscii(tarName)
        ? tarName
        : new String(tarName.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The path with these very bytes; relative when the name is. */
  static Path toPath(String tarName) {
    if (isAscii(tarName)) {
      return Path.of(tarName);
    }
    boolean absolute = tarName.startsWith("/");
    Path path = Path.of(URI.create("file://" + (absolute ? "" : "/") + percent(tarName)));
    return absolute ? path : path.subpath(0, path.getNameCount());
  }

  private static String bytes(Path path) {
    String text = path.toString();
    if (isAscii(text)) {
      return text;
    }
    // A file URI is the one public view of a path's own bytes; it ends in a slash for a folder.
    String uri = Path.of("/").resolve(path).toUri().getRawPath();
    String name = unpercent(path.isAbsolute() ? uri : uri.substring(1));
    boolean added = name.endsWith("/") && !text.endsWith("/");
    return added ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7e) {
        return false;
      }
    }
    return true;
  }

  private static String unpercent(String raw) {
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        out.append((char) Integer.parseInt(raw, i + 1, i + 3, 16));
        i += 2;
      } else {
        out.append(raw.charAt(i));
      }
    }
    return out.toString();
  }

  private static String percent(String latin1) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < latin1.length(); i++) {
      char c = latin1.charAt(i);
      boolean plain =
          c == '/'
              || c == '.'
              || c == '-'
              || c == '_'
              || (c < 0x7f && Character.isLetterOrDigit(c));
      if (plain) {
        out.append(c);
      } else {
        out.append('%')
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      }
    }
    return out.toString();
  }
}
