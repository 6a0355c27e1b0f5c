package dev.groundbuild.runner.secret;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.SecretException;
import dev.groundbuild.runner.SecretSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks one place after the other for each secret, for all secrets at once. */
public final class SecretChain implements SecretSource {
  private final Supplier<List<SecretProvider>> nearby;
  private final Supplier<CloudSecrets> cloud;

  private SecretChain(Supplier<List<SecretProvider>> nearby, Supplier<CloudSecrets> cloud) {
    this.nearby = nearby;
    this.cloud = cloud;
  }

  /**
   * Nothing is read before something is wanted.
   *
   * @param places on this machine, and Vault, in their order; they may throw {@link
   *     SecretException}
   * @param env where Google's services are, if not in their usual place
   */
  public static SecretChain of(Supplier<List<SecretProvider>> places, Map<String, String> env) {
    return of(places, env, null);
  }

  /**
   * The same, asking Google as somebody.
   *
   * @param token gives tokens for that, or throws UncheckedIOException; null for application
   *     default credentials
   */
  public static SecretChain of(
      Supplier<List<SecretProvider>> places,
      Map<String, String> env,
      @Nullable Supplier<String> token) {
    return new SecretChain(places, () -> CloudSecrets.open(env, token));
  }

  /**
   * What became of the search for one secret.
   *
   * @param place in the cloud, as the config names it
   * @param from where its value was found; empty when it was not
   * @param problem why not; empty when it was
   */
  public record Searched(
      String env, String place, Optional<String> from, Optional<String> problem) {}

  @Override
  public Map<String, String> fetch(Build build, Set<String> names, Consumer<String> say) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    List<WantedSecret> wanted = WantedSecret.of(build, names);
    List<Answer> answers = ask(wanted);
    for (int i = 0; i < answers.size(); i++) {
      switch (answers.get(i)) {
        case Answer.Has has -> values.put(wanted.get(i).env(), has.text());
        case Answer.Not(String problem) -> problems.add(problem);
      }
    }
    if (!problems.isEmpty()) {
      problems.stream().skip(1).forEach(say);
      throw new SecretException(
          problems.getFirst()
              + (problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more, above)"));
    }
    for (String name : names) {
      if (!values.containsKey(name)) {
        throw new SecretException("nothing says what the secret variable " + name + " is");
      }
    }
    return values;
  }

  /** Looks for the secrets of a build, and keeps no value. */
  public List<Searched> search(Build build, Set<String> names) {
    List<WantedSecret> wanted = WantedSecret.of(build, names);
    List<Answer> answers = ask(wanted);
    List<Searched> searched = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      WantedSecret secret = wanted.get(i);
      String place =
          switch (secret) {
            case WantedSecret.Stored stored -> stored.version().toString();
            case WantedSecret.Encrypted encrypted -> encrypted.key();
            case WantedSecret.Misnamed misnamed -> misnamed.name();
          };
      searched.add(
          switch (answers.get(i)) {
            case Answer.Has has ->
                new Searched(secret.env(), place, Optional.of(has.from()), Optional.empty());
            case Answer.Not(String problem) ->
                new Searched(secret.env(), place, Optional.empty(), Optional.of(problem));
          });
    }
    return searched;
  }

  private sealed interface Answer {
    /** Not a record: it holds the value. */
    final class Has implements Answer {
      private final String text;
      private final String from;

      private Has(String text, String from) {
        this.text = text;
        this.from = from;
      }

      String text() {
        return text;
      }

      String from() {
        return from;
      }
    }

    record Not(String problem) implements Answer {}
  }

  private List<Answer> ask(List<WantedSecret> wanted) {
    List<SecretProvider> places = nearby.get();
    List<Optional<Answer>> answers =
        new ArrayList<>(each(wanted, secret -> answer(places, secret)));
    List<WantedSecret> left = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).isEmpty()) {
        left.add(wanted.get(i));
      }
    }
    List<Answer> rest = left.isEmpty() ? List.of() : askCloud(left);
    List<Answer> all = new ArrayList<>();
    int next = 0;
    for (Optional<Answer> answer : answers) {
      all.add(answer.isPresent() ? answer.get() : rest.get(next++));
    }
    return all;
  }

  private List<Answer> askCloud(List<WantedSecret> wanted) {
    try (CloudSecrets opened = cloud.get()) {
      return each(wanted, secret -> answer(List.of(opened), secret)).stream()
          .map(Optional::orElseThrow)
          .toList();
    } catch (SecretException e) {
      return wanted.stream()
          .<Answer>map(s -> new Answer.Not("secret " + s.shown() + ": " + e.getMessage()))
          .toList();
    }
  }

  private static Optional<Answer> answer(List<SecretProvider> places, WantedSecret secret) {
    try {
      for (SecretProvider place : places) {
        Optional<FoundSecret> found = place.find(secret);
        if (found.isPresent()) {
          return Optional.of(new Answer.Has(found.get().text(secret), found.get().from()));
        }
      }
      return Optional.empty();
    } catch (SecretException e) {
      return Optional.of(new Answer.Not(String.valueOf(e.getMessage())));
    }
  }

  @FunctionalInterface
  private interface Asking {
    Optional<Answer> about(WantedSecret secret);
  }

  /** All at once, each on a thread of its own; the answers in the order of the secrets. */
  private static List<Optional<Answer>> each(List<WantedSecret> secrets, Asking asking) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Optional<Answer>>> asked = new ArrayList<>();
      secrets.forEach(secret -> asked.add(threads.submit(() -> asking.about(secret))));
      List<Optional<Answer>> answers = new ArrayList<>();
      for (Future<Optional<Answer>> one : asked) {
        answers.add(one.get());
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while fetching secrets");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r
          ? r
          : new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}
