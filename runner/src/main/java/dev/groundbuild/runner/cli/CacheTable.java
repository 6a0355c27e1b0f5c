package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.overlay.CacheState;
import dev.groundbuild.runner.overlay.CacheStore;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The caches as people see them. Apart from the command, whose methods the command line looks at
 * whenever anything runs: nothing about overlays is to be loaded for that.
 */
final class CacheTable {
  private static final double MEGA = 1e6;

  private CacheTable() {}

  static void print(ContainerEngine engine, Instant now, PrintStream out) {
    List<CacheState> states = new CacheStore(engine).all();
    if (states.isEmpty()) {
      out.println("no caches");
    }
    int width = states.stream().mapToInt(s -> s.name().length()).max().orElse(0);
    for (CacheState state : states) {
      out.println(line(state, width, now));
    }
  }

  private static String line(CacheState state, int width, Instant now) {
    return String.format(
        Locale.ROOT,
        "%-" + Math.max(1, width) + "s  %8.1f MB  %8s ago  %s",
        state.name(),
        state.bytes() / MEGA,
        age(Duration.between(state.saved(), now)),
        state.key().isEmpty() ? "(no key)" : state.key());
  }

  private static String age(Duration age) {
    if (age.toDays() > 0) {
      return age.toDays() + " d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + " h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
  }

  /** Returns how many there were. */
  static int removeAll(ContainerEngine engine, PrintStream out) {
    List<CacheState> removed = new CacheStore(engine).removeAll();
    removed.forEach(state ->
        out.println(
            "removed cache " + state.name() + (state.key().isEmpty() ? "" : " " + state.key())));
    return removed.size();
  }
}
