package dev.groundbuild.runner.artifact;

import java.util.regex.Pattern;

/**
 * A path of files in /workspace, with the wildcards of gsutil: {@code *} and {@code ?} within a
 * folder, where a leading dot has to be written out; {@code **} across folders; {@code [a-z]},
 * {@code [!x]}.
 *
 * @param text as written
 * @param files paths relative to /workspace
 */
record Glob(String text, Pattern files) {
  private static final String WORKSPACE = "/workspace/";

  static Glob of(String text) {
    String path = text.startsWith(WORKSPACE) ? text.substring(WORKSPACE.length()) : text;
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    return new Glob(text, Pattern.compile(regex(path.replaceAll("(?<=/)(\\./|/)+", ""))));
  }

  boolean matches(String file) {
    return files.matcher(file).matches();
  }

  private static String regex(String path) {
    boolean recursive = path.contains("**");
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean first = i == 0 || path.charAt(i - 1) == '/';
      if (first && !recursive && (c == '*' || c == '?')) {
        regex.append("(?!\\.)");
      }
      int end = c == '[' ? path.indexOf(']', i + 2) : -1;
      if (path.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (path.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (end > 0) {
        regex.append(oneOf(path.substring(i + 1, end)));
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static String oneOf(String characters) {
    boolean not = characters.startsWith("!");
    String quoted =
        (not ? characters.substring(1) : characters).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
    return "(?!/)[" + (not ? "^" : "") + quoted + "]";
  }
}
