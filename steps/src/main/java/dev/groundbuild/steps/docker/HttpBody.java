package dev.groundbuild.steps.docker;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Passes on or reads the body that belongs to a request's head. */
final class HttpBody {
  private static final int LIMIT = 16 * 1024 * 1024;

  private HttpBody() {}

  /** Copies the body in the form in which it comes, and not a byte more. */
  static void copy(HttpHead head, InputStream in, OutputStream out) throws IOException {
    if (!head.chunked()) {
      copy(head.length(), in, out);
      return;
    }
    long size;
    do {
      String line = line(in);
      size = chunkSize(line);
      out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      copy(size, in, out);
      String end = line(in);
      while (size == 0 && !end.isEmpty()) {
        out.write((end + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        end = line(in);
      }
      out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    } while (size > 0);
  }

  /** The whole body, without chunk marks. */
  static byte[] read(HttpHead head, InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (!head.chunked()) {
      bounded(head.length());
      copy(head.length(), in, body);
      return body.toByteArray();
    }
    for (long size = chunkSize(line(in)); size > 0; size = chunkSize(line(in))) {
      bounded(body.size() + size);
      copy(size, in, body);
      line(in);
    }
    String trailer = line(in);
    while (!trailer.isEmpty()) {
      trailer = line(in);
    }
    return body.toByteArray();
  }

  private static void bounded(long size) throws IOException {
    if (size > LIMIT) {
      throw new IOException("the request's body is too large: " + size + " bytes");
    }
  }

  private static void copy(long bytes, InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[(int) Math.min(bytes, 32 * 1024)];
    for (long left = bytes; left > 0; ) {
      int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (n < 0) {
        throw new EOFException("the request's body ends early");
      }
      out.write(buffer, 0, n);
      left -= n;
    }
  }

  private static long chunkSize(String line) throws IOException {
    int end = line.indexOf(';');
    try {
      long size = Long.parseLong((end < 0 ? line : line.substring(0, end)).strip(), 16);
      if (size < 0) {
        throw new IOException("not a chunk size: " + line);
      }
      return size;
    } catch (NumberFormatException e) {
      throw new IOException("not a chunk size: " + line, e);
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the request's body ends early");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
