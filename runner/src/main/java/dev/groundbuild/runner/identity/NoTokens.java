package dev.groundbuild.runner.identity;

import java.util.List;

/**
 * Credentials that are missing, or can't be read.
 *
 * @param reason for the user
 */
record NoTokens(String email, String reason) implements Tokens {
  static final String NONE_HERE =
      "this machine has no Google credentials: run \"gcloud auth application-default login\" on it, or give"
          + " groundbuild --credentials=FILE";

  @Override
  public String whose() {
    return "nobody";
  }

  @Override
  public AccessToken token(List<String> scopes) throws NoTokenException {
    throw new NoTokenException(reason, false);
  }

  @Override
  public String identity(String audience, boolean full) throws NoTokenException {
    throw new NoTokenException(reason, false);
  }
}
