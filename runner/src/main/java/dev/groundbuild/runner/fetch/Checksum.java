package dev.groundbuild.runner.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What a file must add up to.
 *
 * @param hex lower case, as long as the algorithm asks
 */
public record Checksum(Algorithm algorithm, String hex) {
  private static final int BUFFER = 1 << 16;

  /** The algorithms that are known. */
  public enum Algorithm {
    SHA256("SHA-256", 64),
    SHA512("SHA-512", 128),
    MD5("MD5", 32);

    private final String javaName;
    private final int digits;

    Algorithm(String javaName, int digits) {
      this.javaName = javaName;
      this.digits = digits;
    }
  }

  /**
   * Reads {@code sha256:HEX}, {@code sha512:HEX} or {@code md5:HEX}.
   *
   * @throws BadFetchException when it is none of them
   */
  public static Checksum parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.name().toLowerCase(Locale.ROOT).equals(name)) {
        return of(algorithm, text.substring(colon + 1));
      }
    }
    throw new BadFetchException(
        "\"" + text + "\" is no checksum; write sha256:HEX, sha512:HEX or md5:HEX");
  }

  /**
   * @throws BadFetchException when these are not as many hexadecimal digits as it takes
   */
  public static Checksum of(Algorithm algorithm, String hex) {
    String lower = hex.strip().toLowerCase(Locale.ROOT);
    if (!lower.matches("[0-9a-f]*") || lower.length() != algorithm.digits) {
      throw new BadFetchException(
          "\"%s\" is no %s checksum: that has %d hexadecimal digits"
              .formatted(hex, algorithm.name().toLowerCase(Locale.ROOT), algorithm.digits));
    }
    return new Checksum(algorithm, lower);
  }

  /** What a file adds up to by the same algorithm. */
  Checksum sameOf(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] block = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        digest.update(block, 0, n);
      }
    }
    return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
  }

  private MessageDigest digest() {
    try {
      return MessageDigest.getInstance(algorithm.javaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm.javaName, e);
    }
  }

  /** {@code sha256:HEX}. */
  @Override
  public String toString() {
    return algorithm.name().toLowerCase(Locale.ROOT) + ":" + hex;
  }
}
