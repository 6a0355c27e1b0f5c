package dev.groundbuild.runner.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code dev/fuzz} does for as long as one likes: here for a few seconds, always the same. */
final class FuzzTest {
  /** Far more than any of these takes, and far less than for ever. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @Test
  void noConfigThrowsOrHangs() throws IOException {
    Mutations mutations = new Mutations(20261121, configs());
    for (int i = 0; i < 400; i++) {
      run(ConfigFuzz::fuzzerTestOneInput, mutations.next());
    }
  }

  @Test
  void noSubstitutionThrowsOrHangs() throws IOException {
    Mutations mutations = new Mutations(20261122, seeds("substitutions"));
    for (int i = 0; i < 3_000; i++) {
      run(SubstitutionFuzz::fuzzerTestOneInput, mutations.next());
    }
  }

  @Test
  void whatWasFoundStaysMended() throws IOException {
    for (byte[] seed : seeds("config")) {
      run(ConfigFuzz::fuzzerTestOneInput, seed);
    }
    for (byte[] seed : seeds("substitutions")) {
      run(SubstitutionFuzz::fuzzerTestOneInput, seed);
    }
  }

  private static void run(Consumer<byte[]> target, byte[] input) {
    long start = System.nanoTime();
    try {
      target.accept(input);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(shown(input), e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(took).as(() -> shown(input)).isLessThan(LONGEST);
  }

  private static String shown(byte[] input) {
    return "input (base64): "
        + Base64.getEncoder().encodeToString(input)
        + "\n"
        + new String(input, UTF_8);
  }

  private static List<byte[]> configs() throws IOException {
    List<byte[]> all = new ArrayList<>(seeds("config"));
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    try (Stream<Path> files = Files.walk(root.resolve("samples"), 2)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().endsWith(".yaml")).sorted().toList()) {
        all.add(Files.readAllBytes(file));
      }
    }
    assertThat(all).hasSizeGreaterThan(5);
    return all;
  }

  /** Files of the test resources, some of which a fuzzer has found. */
  private static List<byte[]> seeds(String kind) throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    List<byte[]> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(root.resolve("runner/src/test/fuzz").resolve(kind))) {
      for (Path file : files.sorted().toList()) {
        all.add(Files.readAllBytes(file));
      }
    }
    assertThat(all).isNotEmpty();
    return all;
  }
}
