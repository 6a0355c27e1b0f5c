package dev.groundbuild.runner.provenance;

import java.security.interfaces.ECKey;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys as text. */
final class Pem {
  private Pem() {}

  /** The bytes between the lines that name the kind. */
  static Optional<byte[]> bytes(String text, String kind) {
    Matcher m =
        Pattern.compile(
                "-----BEGIN " + kind + "-----([A-Za-z0-9+/=\\s]+)-----END " + kind + "-----")
            .matcher(text);
    if (!m.find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getMimeDecoder().decode(m.group(1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The way of signing that suits a key's size. */
  static String ecdsa(ECKey key) {
    int bits = key.getParams().getOrder().bitLength();
    return bits > 384 ? "SHA512withECDSA" : bits > 256 ? "SHA384withECDSA" : "SHA256withECDSA";
  }
}
