package dev.groundbuild.runner.secret;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.SecretException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Secrets that the command line gives: {@code NAME=env:VAR} or {@code NAME=file:PATH}. */
public final class GivenSecrets implements SecretProvider {
  private static final String ENV = "env:";
  private static final String FILE = "file:";

  private final Map<String, String> places;
  private final Function<String, Optional<byte[]>> variables;
  private final Function<String, Path> files;

  private GivenSecrets(
      Map<String, String> places,
      Function<String, Optional<byte[]>> variables,
      Function<String, Path> files) {
    this.places = places;
    this.variables = variables;
    this.files = files;
  }

  /**
   * @param given as the user wrote them
   * @param variables the bytes of an environment variable
   * @param files where a file is that the user named
   * @throws IllegalArgumentException with words for the user
   */
  public static GivenSecrets parse(
      List<String> given,
      Function<String, Optional<byte[]>> variables,
      Function<String, Path> files) {
    Map<String, String> places = new LinkedHashMap<>();
    for (String one : given) {
      int equals = one.indexOf('=');
      String place = one.substring(equals + 1);
      boolean named = equals > 0 && (place.startsWith(ENV) || place.startsWith(FILE));
      if (!named || place.endsWith(":")) {
        // What stands behind the name may be a value that was put there by mistake.
        throw new IllegalArgumentException(
            "--secret"
                + (equals > 0 ? " " + one.substring(0, equals) : "")
                + ": NAME=env:VARIABLE or NAME=file:PATH is wanted; a value itself is never put on a"
                + " command line, where everybody sees it");
      }
      String name = one.substring(0, equals);
      if (places.put(name, place) != null) {
        throw new IllegalArgumentException("--secret " + name + " is given twice");
      }
    }
    return new GivenSecrets(places, variables, files);
  }

  /** The names that mean no secret of a build. */
  public List<String> unknown(Build build) {
    Set<String> known = new HashSet<>();
    WantedSecret.of(build).forEach(secret -> known.addAll(secret.names()));
    List<String> unknown = new ArrayList<>(places.keySet());
    unknown.removeAll(known);
    return unknown;
  }

  /** The files that values come from; they may not be there. */
  public List<Path> files() {
    return places.values().stream()
        .filter(place -> place.startsWith(FILE))
        .map(place -> files.apply(place.substring(FILE.length())))
        .toList();
  }

  @Override
  public Optional<FoundSecret> find(WantedSecret secret) {
    for (String name : secret.names()) {
      @Nullable String place = places.get(name);
      if (place != null) {
        return Optional.of(new FoundSecret(value(secret, place), "--secret, " + place));
      }
    }
    return Optional.empty();
  }

  private byte[] value(WantedSecret secret, String place) {
    if (place.startsWith(ENV)) {
      String variable = place.substring(ENV.length());
      return variables
          .apply(variable)
          .orElseThrow(() ->
              new SecretException(
                  "secret " + secret.shown() + ": the variable " + variable + " is not set"));
    }
    return read(secret, files.apply(place.substring(FILE.length())));
  }

  /** What is in a file, byte by byte. */
  static byte[] read(WantedSecret secret, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new SecretException(
          "secret " + secret.shown() + ": " + file + " can't be read: " + reason(e), e);
    }
  }

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
