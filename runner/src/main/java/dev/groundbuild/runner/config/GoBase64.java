package dev.groundbuild.runner.config;

import com.google.protobuf.ByteString;
import java.util.Base64;

/** Base64 as the service's reader takes it: the standard alphabet, padded, line breaks ignored. */
final class GoBase64 {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final int GROUP = 4;

  private GoBase64() {}

  /**
   * Where the first character stands that cannot be there, or -1 when all is well. A text that ends
   * too early is wrong at its end.
   */
  static int illegalAt(String text) {
    int seen = 0;
    int padding = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        continue;
      }
      boolean mayPad = c == '=' && padding < 2 && (seen % GROUP == 3 || seen % GROUP == 2);
      boolean full = padding > 0 && seen % GROUP == 0;
      if (full || (c == '=' ? !mayPad : padding > 0 || ALPHABET.indexOf(c) < 0)) {
        return i;
      }
      padding += c == '=' ? 1 : 0;
      seen++;
    }
    return seen % GROUP == 0 ? -1 : text.length();
  }

  /** Decodes a text in which nothing is illegal. */
  static ByteString decode(String text) {
    return ByteString.copyFrom(Base64.getMimeDecoder().decode(text));
  }
}
