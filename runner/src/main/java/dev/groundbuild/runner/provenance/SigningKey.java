package dev.groundbuild.runner.provenance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** A private key that signs: a secret, which prints as none. */
public final class SigningKey {
  private final PrivateKey key;

  private SigningKey(PrivateKey key) {
    this.key = key;
  }

  /**
   * Reads a key in PEM form.
   *
   * @param name of the file, for the message
   * @throws IllegalArgumentException when it is no such key; the message begins with the name
   */
  public static SigningKey read(String name, byte[] pem) {
    String text = new String(pem, StandardCharsets.UTF_8);
    if (text.contains("-----BEGIN EC PRIVATE KEY-----")) {
      throw new IllegalArgumentException(
          name + " has an older form: openssl pkcs8 -topk8 -nocrypt -in " + name + " -out NEW");
    }
    byte[] der =
        Pem.bytes(text, "PRIVATE KEY")
            .orElseThrow(() ->
                new IllegalArgumentException(
                    name
                        + " holds no private key in PEM form; make one with: openssl genpkey"
                        + " -algorithm ed25519 -out "
                        + name));
    for (String algorithm : List.of("Ed25519", "EC")) {
      try {
        return new SigningKey(
            KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
      } catch (GeneralSecurityException e) {
        // Not of this kind.
      }
    }
    throw new IllegalArgumentException(name + " is neither an Ed25519 nor an EC key");
  }

  byte[] sign(byte[] message) {
    try {
      Signature signature =
          Signature.getInstance(key instanceof ECKey ec ? Pem.ecdsa(ec) : "Ed25519");
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "a key";
  }
}
