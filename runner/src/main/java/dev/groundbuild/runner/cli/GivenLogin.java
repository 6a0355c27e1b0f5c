package dev.groundbuild.runner.cli;

import dev.groundbuild.steps.engine.RegistryCredentials;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A login that the user gave on the command line: no secret stands there, but where it is. */
final class GivenLogin implements RegistryCredentials {
  private static final Pattern FORM =
      Pattern.compile("(?<host>[^=/\\s]+)=(?<user>[^:\\s]+):(?<kind>env|file):(?<from>.+)");

  private final String host;
  private final RegistryLogin login;

  private GivenLogin(String host, RegistryLogin login) {
    this.host = host;
    this.login = login;
  }

  static GivenLogin parse(String text, Shell shell) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new UsageException(
          "--registry-login wants HOST=USER:env:VARIABLE or HOST=USER:file:PATH, such as"
              + " localhost:5000=_json_key:file:key.json");
    }
    String password =
        m.group("kind").equals("env")
            ? fromVariable(m.group("from"), shell)
            : fromFile(m.group("from"), shell);
    String host = m.group("host");
    boolean hub = host.equals("docker.io") || host.equals("index.docker.io");
    return new GivenLogin(
        hub ? RegistryCredentials.DOCKER_HUB : host, new RegistryLogin(m.group("user"), password));
  }

  private static String fromVariable(String name, Shell shell) {
    String value = shell.env().getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new UsageException("--registry-login: the variable " + name + " is not set, or empty");
    }
    return value;
  }

  private static String fromFile(String path, Shell shell) {
    String text = new String(shell.read(path), StandardCharsets.UTF_8);
    return text.replaceFirst("\r?\n\\z", "");
  }

  @Override
  public Optional<RegistryLogin> forHost(String asked) {
    return asked.equals(host) ? Optional.of(login) : Optional.empty();
  }
}
