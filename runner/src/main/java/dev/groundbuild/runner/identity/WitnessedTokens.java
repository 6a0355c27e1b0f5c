package dev.groundbuild.runner.identity;

import dev.groundbuild.runner.Identity.Witness;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tokens that steps ask for, with a word in the build's log about whose they are, or why there
 * are none. A client asks again and again; the log says it once.
 */
final class WitnessedTokens implements Tokens {
  private final Tokens tokens;
  private final Witness witness;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  WitnessedTokens(Tokens tokens, Witness witness) {
    this.tokens = tokens;
    this.witness = witness;
  }

  @Override
  public String whose() {
    return tokens.whose();
  }

  @Override
  public String email() {
    return tokens.email();
  }

  @Override
  public AccessToken token(List<String> scopes) throws NoTokenException {
    try {
      AccessToken token = tokens.token(scopes);
      given(token.value());
      return token;
    } catch (NoTokenException e) {
      throw refused(e);
    }
  }

  @Override
  public String identity(String audience, boolean full) throws NoTokenException {
    try {
      String token = tokens.identity(audience, full);
      given(token);
      return token;
    } catch (NoTokenException e) {
      throw refused(e);
    }
  }

  private void given(String token) {
    witness.secret(token);
    say("a step asked for a token of Google's; steps are " + tokens.whose());
  }

  private NoTokenException refused(NoTokenException e) {
    say("a step asked for a token of Google's and got none: " + e.reason());
    return e;
  }

  private void say(String line) {
    if (said.add(line)) {
      witness.say(line);
    }
  }
}
