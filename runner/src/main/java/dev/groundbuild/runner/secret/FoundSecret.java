package dev.groundbuild.runner.secret;

import dev.groundbuild.runner.SecretException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The value of a secret. Prints where it was found only. */
final class FoundSecret {
  /** Cloud Build: 64 KiB. */
  private static final int MOST_BYTES = 64 * 1024;

  private final byte[] value;
  private final String from;

  /**
   * @param from for people
   */
  FoundSecret(byte[] value, String from) {
    this.value = value;
    this.from = from;
  }

  String from() {
    return from;
  }

  /**
   * The value as an environment variable has it.
   *
   * @throws SecretException when no variable can have it
   */
  String text(WantedSecret secret) {
    String which = "secret " + secret.shown() + ": its value, from " + from + ", ";
    if (value.length > MOST_BYTES) {
      throw new SecretException(
          which
              + "has "
              + value.length
              + " bytes, and a variable takes "
              + MOST_BYTES
              + "; let the step fetch it into a file");
    }
    for (int i = 0; i < value.length; i++) {
      if (value[i] == 0) {
        throw new SecretException(
            which
                + "holds a NUL byte (at "
                + i
                + "), which no variable can; store it as base64 and decode it in the step");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException _) {
      throw new SecretException(
          which + "is not UTF-8; store it as base64 and decode it in the step");
    }
  }

  @Override
  public String toString() {
    return from;
  }
}
