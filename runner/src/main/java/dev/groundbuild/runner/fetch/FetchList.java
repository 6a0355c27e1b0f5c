package dev.groundbuild.runner.fetch;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list of downloads: one per line, {@code URL [DEST [CHECKSUM]]}, separated by blanks. A
 * part in double quotes may hold blanks. {@code -} as DEST is the name in the URL. What follows a
 * {@code #} at the beginning of a part is a comment.
 */
public final class FetchList {
  private static final Pattern PART =
      Pattern.compile("\\s*(?:\"(?<quoted>[^\"]*)\"|(?<plain>[^\\s\"#]\\S*))(?=\\s|$)");
  private static final Pattern REST = Pattern.compile("\\s*(#.*)?");

  private final Path folder;
  private final List<Download> downloads = new ArrayList<>();
  private final Map<Path, Integer> lineOf = new HashMap<>();

  private FetchList(Path folder) {
    this.folder = folder;
  }

  /**
   * @param name of the list, for problems
   * @param folder that destinations are relative to
   * @throws BadFetchException with every problem, a line each, {@code name:line: what}
   */
  public static List<Download> read(String name, String text, Path folder) {
    FetchList list = new FetchList(folder);
    List<String> problems = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        list.read(i + 1, lines.get(i));
      } catch (BadFetchException e) {
        problems.add(name + ":" + (i + 1) + ": " + e.getMessage());
      }
    }
    if (problems.isEmpty() && list.downloads.isEmpty()) {
      problems.add(name + ": the list is empty; each line is: URL [DEST [CHECKSUM]]");
    }
    if (!problems.isEmpty()) {
      throw new BadFetchException(String.join("\n", problems));
    }
    return list.downloads;
  }

  private void read(int number, String line) {
    List<String> parts = parts(line);
    if (parts.isEmpty()) {
      return;
    }
    if (parts.size() > 3) {
      throw new BadFetchException(
          "\"" + parts.get(3) + "\" is one part too many; a line is: URL [DEST [CHECKSUM]]");
    }
    WebAddress url = WebAddress.parse(parts.getFirst());
    Path destination = destination(url, parts.size() < 2 ? "-" : parts.get(1), folder);
    Checksum checksum = parts.size() < 3 ? null : Checksum.parse(parts.get(2));
    add(number, new Download(url, destination, checksum));
  }

  private static List<String> parts(String line) {
    List<String> parts = new ArrayList<>();
    Matcher part = PART.matcher(line);
    int end = 0;
    while (part.region(end, line.length()).lookingAt()) {
      @Nullable String quoted = part.group("quoted");
      parts.add(quoted == null ? part.group("plain") : quoted);
      end = part.end();
    }
    if (!REST.matcher(line.substring(end)).matches()) {
      throw new BadFetchException("a double quote stands alone");
    }
    return parts;
  }

  /**
   * Where a download goes.
   *
   * @param given a path, or {@code -} for the name in the address
   * @throws BadFetchException when that names no file
   */
  public static Path destination(WebAddress url, String given, Path folder) {
    try {
      if (!given.equals("-")) {
        Path path = folder.resolve(given).normalize();
        return given.endsWith("/") ? path.resolve(name(url)) : path;
      }
      return folder.resolve(name(url));
    } catch (InvalidPathException e) {
      throw new BadFetchException("\"" + given + "\" is no path: " + e.getReason());
    }
  }

  private static String name(WebAddress url) {
    return url.fileName()
        .orElseThrow(
            () -> new BadFetchException(url + ": the address ends in no file's name; give DEST"));
  }

  private void add(int number, Download download) {
    Integer other = lineOf.putIfAbsent(download.destination().toAbsolutePath(), number);
    if (other != null) {
      throw new BadFetchException(
          download.destination() + " is the destination of line " + other + ", too");
    }
    downloads.add(download);
  }
}
