package dev.groundbuild.runner.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that are signed. */
final class EnvelopeTest {
  private static KeyPair pair(String kind) throws Exception {
    if (kind.equals("Ed25519")) {
      return KeyPairGenerator.getInstance(kind).generateKeyPair();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(kind));
    return generator.generateKeyPair();
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  private static SigningKey key(KeyPair pair) {
    String text = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    return SigningKey.read("key.pem", text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "secp256r1", "secp384r1", "secp521r1"})
  void whatWasSignedIsFoundUnderItsKeyOnly(String kind) throws Exception {
    KeyPair pair = pair(kind);
    String envelope = Envelope.of("{\"a\": 1}\n", key(pair));
    String own = pem("PUBLIC KEY", pair.getPublic().getEncoded());
    assertThat(Envelope.open(envelope, own)).isEqualTo("{\"a\": 1}\n");
    String others = pem("PUBLIC KEY", pair(kind).getPublic().getEncoded());
    assertThatThrownBy(() -> Envelope.open(envelope, others))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has not signed");
  }

  @Test
  void aChangedStatementIsRefused() throws Exception {
    KeyPair pair = pair("Ed25519");
    String own = pem("PUBLIC KEY", pair.getPublic().getEncoded());
    String payload = Base64.getEncoder().encodeToString("one".getBytes(StandardCharsets.UTF_8));
    String changed = Base64.getEncoder().encodeToString("two".getBytes(StandardCharsets.UTF_8));
    String envelope = Envelope.of("one", key(pair)).replace(payload, changed);
    assertThatThrownBy(() -> Envelope.open(envelope, own)).hasMessageContaining("changed since");
    assertThatThrownBy(() -> Envelope.open("[]", own)).hasMessageContaining("not an envelope");
  }

  @Test
  void aKeyThatIsNoneIsNamed() {
    assertThatThrownBy(() -> SigningKey.read("k.pem", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("k.pem holds no private key");
  }
}
