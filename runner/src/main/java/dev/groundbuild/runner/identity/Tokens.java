package dev.groundbuild.runner.identity;

import java.util.List;

/** Where the tokens of a build come from. Any number of threads may ask at once. */
interface Tokens {
  /** Cloud Build: what a build's service account may use. */
  String CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform";

  /** Whose they are, for people, such as {@code ci@p.iam.gserviceaccount.com (key file k.json)}. */
  String whose();

  /** The account's address; asks nobody. */
  String email();

  /**
   * A token that is good for a while.
   *
   * @param scopes what it is to be good for; empty for {@link #CLOUD_PLATFORM}
   */
  AccessToken token(List<String> scopes) throws NoTokenException;

  /**
   * A signed statement for an audience of who the account is.
   *
   * @param full whether it tells more than has to be
   */
  String identity(String audience, boolean full) throws NoTokenException;
}
