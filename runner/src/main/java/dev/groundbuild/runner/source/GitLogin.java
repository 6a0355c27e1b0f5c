package dev.groundbuild.runner.source;

/** User and password, or token, of a git server. Not a record: it must not print itself. */
public final class GitLogin {
  private final String user;
  private final String password;

  /**
   * @param password empty when the user part is a token
   */
  public GitLogin(String user, String password) {
    this.user = user;
    this.password = password;
  }

  String user() {
    return user;
  }

  String password() {
    return password;
  }

  @Override
  public String toString() {
    return "GitLogin[hidden]";
  }
}
