package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.FileHashes;
import com.google.cloudbuild.v1.Hash;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Sums of a file's bytes, taken while they are read. */
final class Hashes {
  private final MessageDigest sha256 = digest("SHA-256");
  private final MessageDigest md5 = digest("MD5");

  /** The sums of a file. */
  static Hashes of(Path file) throws IOException {
    Hashes hashes = new Hashes();
    try (InputStream in = hashes.of(Files.newInputStream(file))) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return hashes;
  }

  /** Another sum of a file. */
  static byte[] sum(String algorithm, Path file) throws IOException {
    MessageDigest digest = digest(algorithm);
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return digest.digest();
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  InputStream of(InputStream content) {
    return new DigestInputStream(new DigestInputStream(content, sha256), md5);
  }

  /** Ends the sums. */
  Sums sums() {
    return new Sums(ByteString.copyFrom(sha256.digest()), ByteString.copyFrom(md5.digest()));
  }

  record Sums(ByteString sha256, ByteString md5) {
    String sha256Hex() {
      return HexFormat.of().formatHex(sha256.toByteArray());
    }

    FileHashes message() {
      return FileHashes.newBuilder()
          .addFileHash(Hash.newBuilder().setType(Hash.HashType.SHA256).setValue(sha256))
          .addFileHash(Hash.newBuilder().setType(Hash.HashType.MD5).setValue(md5))
          .build();
    }
  }
}
