package dev.groundbuild.runner.artifact;

import dev.groundbuild.steps.engine.RegistryCredentials;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Consumer;

/** Finds the repositories that packages go to. */
final class PackageSites implements AutoCloseable {
  private final Orders orders;
  private final RegistryCredentials logins;
  private final Retries retries;
  private final Consumer<String> say;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(20))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  PackageSites(Orders orders, RegistryCredentials logins, Retries retries, Consumer<String> say) {
    this.orders = orders;
    this.logins = logins;
    this.retries = retries;
    this.say = say;
  }

  void say(String line) {
    say.accept(line);
  }

  /**
   * @param repository as the config has it
   */
  PackageSite at(String repository) {
    String address = orders.repository(repository);
    return new PackageSite(
        URI.create(address.endsWith("/") ? address : address + "/"), http, logins, retries, say);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
