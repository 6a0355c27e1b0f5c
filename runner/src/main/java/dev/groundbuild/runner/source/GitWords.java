package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** What git's failures mean for the user. */
final class GitWords {
  private GitWords() {}

  static SourceException of(String url, Exception why) {
    String text = innermost(why);
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    String hint = "";
    if (lower.contains("authentication is required") || lower.contains("not authorized")) {
      hint =
          "; give a user and token in the address (https://USER:TOKEN@...) or in ~/.netrc,"
              + " or check the ones you gave";
    } else if (lower.contains("not found")) {
      hint = "; check the address, and whether the repository is private";
    }
    String clean = text.startsWith(url + ": ") ? text.substring(url.length() + 2) : text;
    return new SourceException(
        SourceException.Kind.FAILED, url + ": can't be fetched: " + clean + hint, why);
  }

  /** The commit that a hash, or its beginning, stands for. */
  static Optional<ObjectId> resolve(Repository repository, String url, String name)
      throws IOException {
    try {
      return Optional.ofNullable(repository.resolve(name + "^{commit}"));
    } catch (AmbiguousObjectException e) {
      throw SourceException.usage(
          url + ": more than one commit begins with " + name + "; give more of the hash");
    } catch (org.eclipse.jgit.errors.MissingObjectException e) {
      return Optional.empty();
    }
  }

  /** Several layers say the same; the longest message below the top says most. */
  private static String innermost(Exception why) {
    String best = why.getMessage() == null ? "no reason given" : why.getMessage();
    @Nullable Throwable cause = why.getCause();
    if (best.length() < 12 && cause != null && cause.getMessage() != null) {
      best = cause.getMessage();
    }
    return best.lines().findFirst().orElse(best);
  }
}
