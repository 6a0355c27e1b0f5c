package dev.groundbuild.runner.provenance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** A signed statement, in a DSSE envelope. */
public final class Envelope {
  private static final String TYPE = "application/vnd.in-toto+json";

  private Envelope() {}

  /** The envelope, as JSON. */
  public static String of(String statement, SigningKey key) {
    byte[] payload = statement.getBytes(UTF_8);
    JsonObject signature = new JsonObject();
    signature.addProperty(
        "sig", Base64.getEncoder().encodeToString(key.sign(encoded(TYPE, payload))));
    JsonArray signatures = new JsonArray();
    signatures.add(signature);
    JsonObject envelope = new JsonObject();
    envelope.addProperty("payloadType", TYPE);
    envelope.addProperty("payload", Base64.getEncoder().encodeToString(payload));
    envelope.add("signatures", signatures);
    return envelope + "\n";
  }

  /**
   * The statement in an envelope.
   *
   * @param publicKey in PEM form
   * @throws IllegalArgumentException when the key has not signed it, or one of the two is none
   */
  public static String open(String envelope, String publicKey) {
    PublicKey key = publicKey(publicKey);
    try {
      JsonObject json = JsonParser.parseString(envelope).getAsJsonObject();
      byte[] payload = Base64.getDecoder().decode(json.get("payload").getAsString());
      byte[] signed = encoded(json.get("payloadType").getAsString(), payload);
      for (JsonElement each : json.getAsJsonArray("signatures")) {
        String text = each.getAsJsonObject().get("sig").getAsString();
        if (verifies(key, signed, Base64.getDecoder().decode(text))) {
          return new String(payload, UTF_8);
        }
      }
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IllegalArgumentException("it is not an envelope: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("that key has not signed it, or it was changed since");
  }

  private static boolean verifies(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier =
          Signature.getInstance(key instanceof ECKey ec ? Pem.ecdsa(ec) : "Ed25519");
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PublicKey publicKey(String pem) {
    byte[] der =
        Pem.bytes(pem, "PUBLIC KEY")
            .orElseThrow(
                () -> new IllegalArgumentException("the key is no public key in PEM form"));
    for (String algorithm : List.of("Ed25519", "EC")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        // Not of this kind.
      }
    }
    throw new IllegalArgumentException("the key is neither an Ed25519 nor an EC key");
  }

  /** DSSE: what is signed names its type and all lengths. */
  private static byte[] encoded(String type, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ("DSSEv1 " + type.getBytes(UTF_8).length + " " + type + " " + payload.length + " ")
            .getBytes(UTF_8));
    out.writeBytes(payload);
    return out.toByteArray();
  }
}
