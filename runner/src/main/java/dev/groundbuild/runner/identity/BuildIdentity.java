package dev.groundbuild.runner.identity;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.Identity;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Workspace;
import dev.groundbuild.steps.engine.ContainerEngine.NetworkAddress;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.RegistryCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The identity of one build's steps as in the cloud: a metadata server, and logins for registries.
 * What costs time is done when somebody asks for it.
 */
public final class BuildIdentity implements Identity {
  private final Build build;
  private final Credentials credentials;
  private final Known logins;
  private final InstantSource clock;
  private final Tokens tokens;

  /**
   * The user's own logins.
   *
   * @param hosts the registries that they are for
   */
  public record Known(RegistryCredentials logins, Supplier<Set<String>> hosts) {}

  public BuildIdentity(Build build, Credentials credentials, Known logins, InstantSource clock) {
    this.build = build;
    this.credentials = credentials;
    this.logins = logins;
    this.clock = clock;
    Facts facts = Facts.of(build);
    this.tokens = new LazyTokens(credentials, account(facts), facts.usualAccount(), clock);
  }

  /** Who the build is meant to be: what the user says, else what it says itself. */
  private Optional<String> account(Facts facts) {
    return credentials
        .impersonate()
        .or(facts::account)
        .filter(account -> !account.equals(Credentials.NOBODY_ELSE));
  }

  /** The build's logins for registries: the user's own, then Google's token. */
  public RegistryCredentials registries() {
    return logins.logins().or(new GoogleRegistries(tokens, credentials));
  }

  /**
   * Gives tokens of the account that the build is to be, where the user or the build has said
   * which; empty where they have not, and for a machine without credentials. What it gives is good
   * for a few minutes at least; it throws UncheckedIOException where there is none.
   */
  public Optional<Supplier<String>> chosenTokens() {
    boolean chosen = credentials.file().isPresent() || account(Facts.of(build)).isPresent();
    return chosen && credentials.any() ? Optional.of(this::token) : Optional.empty();
  }

  private String token() {
    try {
      return tokens.token(List.of()).value();
    } catch (NoTokenException e) {
      throw new UncheckedIOException(new IOException(e.reason(), e));
    }
  }

  /** Removes what killed builds have left on this machine; returns how much it was. */
  public static int removeDead() {
    return AddressRule.removeDead();
  }

  @Override
  public Attached attach(Place place, Witness witness) {
    Optional<HomeLogins> home = home(witness);
    Optional<MetadataPlace> metadata = place.network().flatMap(n -> metadata(n, witness));
    if (metadata.isEmpty() && credentials.areNamed()) {
      witness.say(
          "steps get no tokens of Google's: no address of this machine's can be reached from the"
              + " build's network (a rootless or remote engine)");
    }
    return new BuildsIdentity(metadata.orElse(null), home.orElse(null));
  }

  private Optional<MetadataPlace> metadata(NetworkAddress network, Witness witness) {
    FutureTask<Metadata> metadata =
        new FutureTask<>(
            () -> new Metadata(Facts.of(build), new WitnessedTokens(tokens, witness), clock));
    Function<HttpRequest, Answer> answers = request -> answer(metadata, request);
    return MetadataPlace.take(network, answers);
  }

  private static Answer answer(FutureTask<Metadata> metadata, HttpRequest request) {
    metadata.run();
    try {
      return metadata.get().answer(request.method(), request.target(), request.headers());
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      return Answer.problem(503, "The metadata server has failed: " + e.getMessage());
    }
  }

  private Optional<HomeLogins> home(Witness witness) {
    Set<String> known = known(witness);
    Set<String> wanted = new TreeSet<>(RegistryNames.of(build, known));
    wanted.removeIf(
        host -> !known.contains(host) && !(RegistryNames.isGoogles(host) && credentials.any()));
    return wanted.isEmpty()
        ? Optional.empty()
        : Optional.of(HomeLogins.begin(registries(), wanted, clock, witness));
  }

  private Set<String> known(Witness witness) {
    try {
      return logins.hosts().get();
    } catch (EngineException e) {
      witness.say("steps get none of your own logins for registries: " + e.getMessage());
      return Set.of();
    }
  }

  /** What one build has of it. */
  private record BuildsIdentity(@Nullable MetadataPlace metadata, @Nullable HomeLogins home)
      implements Attached {
    @Override
    public BuildSite.Surroundings surroundings() {
      return metadata == null
          ? BuildSite.Surroundings.NONE
          : new BuildSite.Surroundings(metadata.env(), metadata.hosts());
    }

    @Override
    public void furnish(Workspace into) {
      if (home != null) {
        home.furnish(into);
      }
    }

    @Override
    public void withdraw() {
      if (home != null) {
        home.withdraw();
      }
    }

    @Override
    public void close() {
      if (home != null) {
        home.close();
      }
      if (metadata != null) {
        metadata.close();
      }
    }
  }
}
