package dev.groundbuild.steps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The forms in which the value of a secret may turn up in a log: as it is, line by line, and as
 * tools write it into JSON, URLs and base64. What is too short or too common to be told from any
 * other text is left out.
 */
final class SecretForms {
  /** In bytes; nothing shorter is hidden. */
  static final int SHORTEST = 4;

  /** Lines as they are, and as they are written into JSON; such a key is a value of many lines. */
  private static final Pattern LINE_END = Pattern.compile("\\r\\n|\\r|\\n|\\\\r\\\\n|\\\\n");

  private static final Set<String> COMMON = Set.of("true", "false", "null", "none", "name", "type");
  private static final Pattern FRAME = Pattern.compile("-----(BEGIN|END) [A-Z0-9 ]+-----");
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");
  private static final int[] WRAPS = {76, 64};

  /** As strings of one character per byte. */
  private final Set<String> found = new LinkedHashSet<>();

  private SecretForms() {}

  static List<byte[]> of(Collection<String> values) {
    SecretForms forms = new SecretForms();
    values.forEach(forms::addValue);
    List<byte[]> patterns = new ArrayList<>();
    forms.found.forEach(form -> patterns.add(form.getBytes(ISO_8859_1)));
    return patterns;
  }

  private void addValue(String value) {
    List<String> parts = new ArrayList<>();
    for (String part : LINE_END.split(value, -1)) {
      parts.add(withoutMark(part).strip());
    }
    boolean whole = parts.stream().filter(part -> !part.isEmpty()).count() == 1;
    for (String part : parts) {
      if (whole || tells(part)) {
        addText(part);
      }
    }
    for (String line : value.split("\\r\\n|\\r|\\n", -1)) {
      if (tells(line.strip())) {
        addText(withoutMark(line).strip());
      }
    }
    String text = withoutMark(value).strip();
    if (text.getBytes(UTF_8).length >= SHORTEST) {
      addEncoded(value);
      addEncoded(text);
    }
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Whether a part of a value says anything about it. */
  private static boolean tells(String part) {
    return part.length() >= SHORTEST
        && WORD.matcher(part).find()
        && !COMMON.contains(part.toLowerCase(Locale.ROOT))
        && !FRAME.matcher(part).matches();
  }

  private void addText(String text) {
    add(text.getBytes(UTF_8));
    add(text.replace("\\", "\\\\").replace("\"", "\\\"").getBytes(UTF_8));
    addEncoded(text);
  }

  private void addEncoded(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length < SHORTEST) {
      return;
    }
    String form = URLEncoder.encode(text, UTF_8);
    String path = form.replace("+", "%20");
    for (String url : List.of(form, path, path.replace("*", "%2A").replace("%7E", "~"))) {
      addAscii(url);
      addAscii(lowerHex(url));
    }
    for (int before = 0; before < 3; before++) {
      String base64 = base64(bytes, before);
      addBase64(base64);
      if (before == 0) {
        wrapped(base64);
      }
    }
  }

  /** Programs break long base64 into lines of their own. */
  private void wrapped(String base64) {
    for (int wrap : WRAPS) {
      for (int i = 0; base64.length() > wrap && i < base64.length(); i += wrap) {
        addBase64(base64.substring(i, Math.min(base64.length(), i + wrap)));
      }
    }
  }

  private void addBase64(String base64) {
    addAscii(base64);
    addAscii(base64.replace('+', '-').replace('/', '_'));
    addAscii(base64.replace("+", "%2B").replace("/", "%2F"));
  }

  /**
   * The characters that are the same whatever stands before and behind.
   *
   * @param before how many other bytes the first group of three begins with
   */
  private static String base64(byte[] bytes, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    String all = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    int from = (before * 8 + 5) / 6;
    int to = shifted.length * 8 / 6;
    return from < to ? all.substring(from, to) : "";
  }

  private static String lowerHex(String url) {
    return Pattern.compile("%[0-9A-F]{2}")
        .matcher(url)
        .replaceAll(hex -> hex.group().toLowerCase(Locale.ROOT));
  }

  private void addAscii(String text) {
    add(text.getBytes(ISO_8859_1));
  }

  private void add(byte[] form) {
    if (form.length >= SHORTEST) {
      found.add(new String(form, ISO_8859_1));
    }
  }
}
