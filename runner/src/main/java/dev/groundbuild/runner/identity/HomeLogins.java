package dev.groundbuild.runner.identity;

import dev.groundbuild.runner.Identity.Witness;
import dev.groundbuild.steps.Workspace;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.RegistryCredentials;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Logins for registries in a build's {@code /builder/home/.docker/config.json}. Cloud Build: they
 * are there before the first step, and new ones when three quarters of a token's life are over.
 *
 * <p>One thread does all of it, beginning with the question for the logins; others send it orders.
 */
final class HomeLogins implements AutoCloseable {
  private static final String FOLDER = ".docker";
  private static final String FILE = "config.json";
  private static final int MOST_BYTES = 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long whoever withdraws waits for a question that is under way. */
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(3);

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);

  /** How long a token counts as good whose end is not known, and after a failure. */
  private static final Duration UNKNOWN_LIFE = Duration.ofMinutes(10);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(20);

  private final RegistryCredentials credentials;
  private final Set<String> hosts;
  private final InstantSource clock;
  private final Witness witness;
  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private final Thread thread;

  // Of the thread alone.
  private final DockerConfig config = new DockerConfig();
  private final Map<String, RegistryLogin> logins = new TreeMap<>();
  private final Set<String> said = new HashSet<>();
  private boolean failed;
  private @Nullable Order current;
  private @Nullable Workspace home;

  private record Order(Optional<Workspace> home, CountDownLatch done) {}

  private HomeLogins(
      RegistryCredentials credentials, Set<String> hosts, InstantSource clock, Witness witness) {
    this.credentials = credentials;
    this.hosts = Set.copyOf(hosts);
    this.clock = clock;
    this.witness = witness;
    this.thread = Thread.ofPlatform().daemon().name("registry-logins").unstarted(this::work);
  }

  /** Begins to ask. */
  static HomeLogins begin(
      RegistryCredentials credentials, Set<String> hosts, InstantSource clock, Witness witness) {
    HomeLogins logins = new HomeLogins(credentials, hosts, clock, witness);
    logins.thread.start();
    return logins;
  }

  /** Waits until they are there; when that takes too long, the build goes on without. */
  void furnish(Workspace into) {
    Order order = new Order(Optional.of(into), new CountDownLatch(1));
    orders.add(order);
    if (!done(order, PATIENCE)) {
      witness.say("the logins for " + String.join(", ", hosts) + " are not there yet");
    }
  }

  /** Takes them out of the home again, and writes no more. */
  void withdraw() {
    Order order = new Order(Optional.empty(), new CountDownLatch(1));
    orders.add(order);
    if (!done(order, PATIENCE_AT_END)) {
      // It still asks somebody.
      thread.interrupt();
      if (!done(order, PATIENCE)) {
        witness.say(
            "the logins for " + String.join(", ", hosts) + " may still be in the build's home");
      }
    }
  }

  private static boolean done(Order order, Duration patience) {
    try {
      return order.done().await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void work() {
    try {
      ask();
      Order order = orders.take();
      while (true) {
        if (order == null) {
          ask();
          write();
        } else {
          obey(order);
        }
        long pause = pause().toMillis();
        order = home == null ? orders.take() : orders.poll(pause, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException | CancellationException e) {
      finish();
    }
  }

  /** The build is over, and nothing is written any more; what is in the home may have to go. */
  private void finish() {
    boolean _ = Thread.interrupted();
    try {
      Stream.concat(Stream.ofNullable(current), orders.stream())
          .filter(order -> order.home().isEmpty() && order.done().getCount() > 0)
          .forEach(this::obey);
    } catch (CancellationException e) {
      // Nobody waits for it any more.
      return;
    }
  }

  private void obey(Order order) {
    current = order;
    if (order.home().isPresent()) {
      home = order.home().get();
      write();
    } else if (home != null) {
      change(home, config::without);
      home = null;
    }
    order.done().countDown();
  }

  /** Asks for those that are not there yet, or don't stay good. */
  private void ask() {
    failed = false;
    for (String host : hosts) {
      RegistryLogin known = logins.get(host);
      if (known == null || isToken(known)) {
        try {
          credentials.forHost(host).ifPresent(login -> logins.put(host, login));
        } catch (EngineException e) {
          failed = true;
          say("no login for " + host + ": " + e.getMessage());
        }
      }
    }
    logins
        .values()
        .forEach(login -> {
          witness.secret(login.password());
          witness.secret(login.basic());
        });
  }

  private static boolean isToken(RegistryLogin login) {
    return login.expires().isPresent()
        || login.user().equals(RegistryLogin.ACCESS_TOKEN_USER)
        || login.user().equals("_dcgcloud_token");
  }

  private void write() {
    Workspace into = home;
    if (into != null && !logins.isEmpty()) {
      change(into, present -> config.with(logins, present));
    }
  }

  /** A file that can't be read is left alone: there may be something of the steps' in it. */
  private void change(Workspace in, Function<Optional<byte[]>, Optional<byte[]>> change) {
    try {
      change
          .apply(in.readHome(FOLDER + "/" + FILE, MOST_BYTES))
          .ifPresent(bytes -> in.putHome(FOLDER, FILE, bytes));
    } catch (EngineException e) {
      failed = true;
      say("the logins for registries could not be written: " + e.getMessage());
    }
  }

  private void say(String line) {
    if (said.add(line)) {
      witness.say(line);
    }
  }

  /** Until three quarters of the shortest life are over. */
  private Duration pause() {
    Instant now = clock.instant();
    Duration pause = failed ? AFTER_FAILURE : Duration.ofDays(1);
    for (RegistryLogin login : logins.values()) {
      if (isToken(login)) {
        Duration left = login.expires().map(end -> Duration.between(now, end)).orElse(UNKNOWN_LIFE);
        Duration until = left.multipliedBy(3).dividedBy(4);
        pause = until.compareTo(pause) < 0 ? until : pause;
      }
    }
    return pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause;
  }
}
