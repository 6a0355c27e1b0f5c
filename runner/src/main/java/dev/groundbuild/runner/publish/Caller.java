package dev.groundbuild.runner.publish;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As whom Google's libraries publish: found where they look for credentials. Of the file that holds
 * them only the name of the account is read.
 *
 * @param shown for a sentence, such as {@code the service account ci@p.iam.gserviceaccount.com}
 * @param member as {@code gcloud} wants it in a binding
 */
record Caller(String shown, String member) {
  private static final Pattern IMPERSONATED = Pattern.compile("/serviceAccounts/([^/:]+):");

  static Caller of(Map<String, String> environment) {
    return file(environment)
        .flatMap(Caller::read)
        .orElse(
            new Caller("this machine's service account", "serviceAccount:EMAIL_OF_THIS_MACHINE"));
  }

  private static Optional<Path> file(Map<String, String> environment) {
    String named = environment.getOrDefault("GOOGLE_APPLICATION_CREDENTIALS", "");
    String config = environment.getOrDefault("CLOUDSDK_CONFIG", "");
    String home = environment.getOrDefault("HOME", "");
    try {
      if (!named.isEmpty()) {
        return Optional.of(Path.of(named));
      }
      Path folder = config.isEmpty() ? Path.of(home, ".config", "gcloud") : Path.of(config);
      return Optional.of(folder.resolve("application_default_credentials.json"));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private static Optional<Caller> read(Path file) {
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      String email = text(json, "client_email");
      Matcher other = IMPERSONATED.matcher(text(json, "service_account_impersonation_url"));
      if (other.find()) {
        email = other.group(1);
      }
      if (!email.isEmpty()) {
        return Optional.of(new Caller("the service account " + email, "serviceAccount:" + email));
      }
      String user = text(json, "account");
      return Optional.of(
          user.isEmpty()
              ? new Caller("the account of your application default credentials", "user:EMAIL")
              : new Caller(user, "user:" + user));
    } catch (IOException | JsonParseException | IllegalStateException _) {
      return Optional.empty();
    }
  }

  private static String text(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }
}
