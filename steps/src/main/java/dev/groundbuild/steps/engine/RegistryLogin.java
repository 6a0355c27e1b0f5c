package dev.groundbuild.steps.engine;

/** A user of a registry, with the password: a secret, which prints as none. */
public final class RegistryLogin {
  private final String user;
  private final String password;

  /**
   * @param user such as {@code _json_key} or {@code oauth2accesstoken}
   * @param password byte for byte, line feeds included
   */
  public RegistryLogin(String user, String password) {
    this.user = user;
    this.password = password;
  }

  public String user() {
    return user;
  }

  public String password() {
    return password;
  }

  @Override
  public String toString() {
    return user + ":...";
  }
}
