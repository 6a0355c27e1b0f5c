package dev.groundbuild.agent.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.groundbuild.agent.store.BuildStore;
import io.grpc.Status;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Where a list goes on, as a word that callers pass back. */
final class PageToken {
  private PageToken() {}

  static String write(BuildStore.Cursor cursor) {
    String text = cursor.createTime() + " " + cursor.id();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  static Optional<BuildStore.Cursor> read(String token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try {
      String[] parts = new String(Base64.getUrlDecoder().decode(token), UTF_8).split(" ", 2);
      return Optional.of(new BuildStore.Cursor(Instant.parse(parts[0]), parts[1]));
    } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription("the page token is none of ours")
          .asRuntimeException();
    }
  }
}
