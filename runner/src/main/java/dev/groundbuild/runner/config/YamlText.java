package dev.groundbuild.runner.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Bytes to a tree of YAML 1.1 nodes that know their places. JSON is read the same way: it is YAML,
 * but for the escape of a slash.
 */
final class YamlText {
  /** No limit of Cloud Build is known; the largest config we have seen has 61 kB. */
  static final int MOST_BYTES = 8 << 20;

  private static final int DEEPEST = 50;

  private final Reading reading;

  YamlText(Reading reading) {
    this.reading = reading;
  }

  /** The first document, or null when there is none to be read; then the problem is reported. */
  @Nullable Node read(byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      reading.error(
          "the config has %d bytes; more than %d are not read".formatted(bytes.length, MOST_BYTES));
      return null;
    }
    String text = decode(bytes);
    return text == null || hasForbiddenCharacter(text) ? null : compose(text);
  }

  private @Nullable String decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, out, true);
    String text = out.flip().toString();
    String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (result.isError()) {
      reading.error(
          end(withoutMark),
          "the byte 0x%02x is not UTF-8 here; save the file as UTF-8"
              .formatted(bytes[in.position()] & 0xff));
      return null;
    }
    return withoutMark;
  }

  private boolean hasForbiddenCharacter(String text) {
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (!StreamReader.isPrintable(c)) {
        reading.error(
            end(text.substring(0, i)),
            "the character U+%04X is not allowed in YAML; remove or escape it".formatted(c));
        return true;
      }
    }
    return false;
  }

  /** The place right behind a text that is the beginning of the file. */
  private Position end(String text) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean ends = c == '\n' || (c == '\r' && !text.startsWith("\n", i + 1));
      if (ends) {
        line++;
        lineStart = i + 1;
      }
    }
    return reading.position(line, text.codePointCount(lineStart, text.length()) + 1);
  }

  private @Nullable Node compose(String text) {
    try {
      return firstDocument(text);
    } catch (YAMLException e) {
      String unescaped = withoutEscapedSlashes(text);
      if (unescaped.equals(text)) {
        reportSyntax(e);
        return null;
      }
      try {
        return firstDocument(unescaped);
      } catch (YAMLException again) {
        reportSyntax(again);
        return null;
      }
    }
  }

  private @Nullable Node firstDocument(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_BYTES);
    options.setNestingDepthLimit(DEEPEST);
    // An alias costs nothing here, since it shares its node; Reading counts when they are followed.
    options.setMaxAliasesForCollections(Integer.MAX_VALUE);
    Composer composer =
        new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options);
    if (!composer.checkNode()) {
      reading.error(reading.position(1, 1), "the config is empty; it needs at least `steps:`");
      return null;
    }
    Node first = composer.getNode();
    if (composer.checkNode()) {
      reading.differs(
          Door.SUBMIT,
          composer.getNode(),
          FieldPath.ROOT,
          "a second document is ignored",
          "a config is one document, and a second one starts here; remove it");
    }
    return first;
  }

  /**
   * JSON may escape a slash, YAML 1.1 may not. The blank that takes the place of the backslash
   * stands behind the string, so that all else keeps its column.
   */
  private static String withoutEscapedSlashes(String text) {
    String start = text.stripLeading();
    if (!text.contains("\\/") || !(start.startsWith("{") || start.startsWith("["))) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    boolean inString = false;
    int removed = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString && c == '\\' && i + 1 < text.length()) {
        i++;
        if (text.charAt(i) == '/') {
          removed++;
        } else {
          out.append(c);
        }
        out.append(text.charAt(i));
        continue;
      }
      out.append(c);
      if (c == '"') {
        inString = !inString;
        if (!inString) {
          out.repeat(' ', removed);
          removed = 0;
        }
      }
    }
    return out.toString();
  }

  private void reportSyntax(YAMLException e) {
    if (!(e instanceof MarkedYAMLException marked) || marked.getProblemMark() == null) {
      String depth = "lists and mappings are nested more than %d deep".formatted(DEEPEST);
      boolean tooDeep = String.valueOf(e.getMessage()).startsWith("Nesting Depth");
      reading.error("not valid YAML: " + (tooDeep ? depth : oneLine(e.getMessage())));
      return;
    }
    StringBuilder message = new StringBuilder("not valid YAML: ");
    message.append(oneLine(marked.getProblem()));
    if (marked.getContext() != null) {
      message.append(' ').append(oneLine(marked.getContext()));
      if (marked.getContextMark() != null) {
        message.append(" that starts at line ").append(marked.getContextMark().getLine() + 1);
      }
    }
    message.append(hint(message));
    reading.error(reading.position(marked.getProblemMark()), message.toString());
  }

  private static String hint(CharSequence message) {
    String text = message.toString();
    if (text.contains("\\t(TAB)")) {
      return "; indent with blanks";
    }
    if (text.contains("mapping values are not allowed")) {
      return "; check the indentation, and quote a text that holds \": \"";
    }
    if (text.contains("expected <block end>")) {
      return "; check the indentation";
    }
    return "";
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "" : text.strip().replaceAll("\\s+", " ");
  }
}
