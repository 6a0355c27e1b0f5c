package dev.groundbuild.steps.engine;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user name and password for one registry. No record: it must not print itself. */
public final class RegistryLogin {
  /** The user name whose password is an access token of Google's. */
  public static final String ACCESS_TOKEN_USER = "oauth2accesstoken";

  /** What a credential helper gives as user name when the secret is an identity token. */
  private static final String IDENTITY_TOKEN_USER = "<token>";

  private final String user;
  private final String password;

  /**
   * @param user such as {@code _json_key}; {@code <token>} when the password is an identity token
   */
  public RegistryLogin(String user, String password) {
    this.user = user;
    this.password = password;
  }

  /** One whose password is an access token of Google's. */
  public static RegistryLogin ofAccessToken(String token) {
    return new RegistryLogin(ACCESS_TOKEN_USER, token);
  }

  public String user() {
    return user;
  }

  /** The password, byte for byte; a key may have several lines. */
  public String password() {
    return password;
  }

  /** Whether the password is an identity token, which goes into a field of its own. */
  public boolean isIdentityToken() {
    return user.equals(IDENTITY_TOKEN_USER);
  }

  /** The form of a Docker configuration's {@code auth}. */
  public String basic() {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(both);
  }

  @Override
  public String toString() {
    return "login of " + user;
  }
}
