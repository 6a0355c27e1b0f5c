package dev.groundbuild.runner.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParser;
import dev.groundbuild.runner.cli.InProcess;
import dev.groundbuild.runner.publish.FakePublisher;
import dev.groundbuild.runner.publish.FakePublisher.Taken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a case left behind.
 *
 * @param id of the build; empty when none was started
 * @param text the build's log, or what the command printed if there is none
 * @param problems lines of problems
 * @param json the build's record, or the plan
 * @param source the source folder
 * @param workspace where the workspace was written to
 * @param commit of the source, if it is a checkout
 * @param messages that were published
 */
record CaseRun(
    ConformanceCase of,
    int exit,
    Optional<String> id,
    String text,
    List<String> problems,
    JsonElement json,
    Path source,
    Path workspace,
    String commit,
    List<Taken> messages) {

  /**
   * Runs a case.
   *
   * @param folder empty, for this case alone
   */
  static CaseRun of(ConformanceCase c, Path folder) throws Exception {
    if (c.expected().messages().isEmpty()) {
      return of(c, folder, Map.of(), List::of);
    }
    try (FakePublisher server = FakePublisher.start()) {
      Map<String, String> on =
          Map.of("GROUNDBUILD_PUBLISH", "on", "PUBSUB_EMULATOR_HOST", server.host());
      return of(c, folder, on, server::taken);
    }
  }

  private static CaseRun of(
      ConformanceCase c, Path folder, Map<String, String> more, Supplier<List<Taken>> messages)
      throws IOException, InterruptedException {
    Path source = Files.createDirectories(folder.resolve("source"));
    Path state = folder.resolve("state");
    Path workspace = folder.resolve("workspace");
    writeSource(c, source);
    String commit = c.git().isEmpty() ? "" : GitCheckout.make(source, c.git());
    InProcess.Ended ended =
        InProcess.run(args(c, workspace), c.in(), env(c, folder, state, more), source);
    Optional<Path> build = onlyBuild(state.resolve("groundbuild/builds"));
    String problems = (c.command().equals("validate") ? ended.out() : "") + ended.err();
    JsonElement json = JsonNull.INSTANCE;
    String text = ended.out();
    if (build.isPresent()) {
      json = JsonParser.parseString(Files.readString(build.get().resolve("build.json")));
      text = new String(Files.readAllBytes(build.get().resolve("log.txt")), StandardCharsets.UTF_8);
    } else if (ended.out().startsWith("{") || ended.out().startsWith("[")) {
      json = JsonParser.parseString(ended.out());
    }
    return new CaseRun(
        c,
        ended.exit(),
        build.map(b -> b.getFileName().toString()),
        text,
        problems.lines().toList(),
        json,
        source,
        workspace,
        commit,
        messages.get());
  }

  private static void writeSource(ConformanceCase c, Path source) throws IOException {
    Map<String, String> files = new HashMap<>(c.files());
    c.config().ifPresent(config -> files.put("cloudbuild.yaml", config));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = source.resolve(file.getKey());
      Files.createDirectories(path.resolveSibling("."));
      Files.writeString(path, file.getValue());
    }
  }

  private static List<String> args(ConformanceCase c, Path workspace) {
    List<String> args = new ArrayList<>(List.of(c.command()));
    args.addAll(c.flags());
    if (c.command().equals("plan") && c.flags().stream().noneMatch(f -> f.startsWith("--format"))) {
      args.add("--format=json");
    }
    if (!c.expected().workspace().isEmpty()) {
      args.add("--write-workspace=" + workspace);
    }
    return args;
  }

  private static Map<String, String> env(
      ConformanceCase c, Path folder, Path state, Map<String, String> more) {
    Map<String, String> env = new HashMap<>(more);
    env.putAll(c.env());
    env.put("HOME", folder.toString());
    env.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    env.put("XDG_STATE_HOME", state.toString());
    return env;
  }

  private static Optional<Path> onlyBuild(Path builds) throws IOException {
    if (!Files.isDirectory(builds)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(builds)) {
      List<Path> found = all.filter(p -> !p.getFileName().toString().startsWith(".")).toList();
      if (found.size() > 1) {
        throw new IllegalStateException("more than one build: " + found);
      }
      return found.stream().findFirst();
    }
  }

  /** A text of the case with what is known only now. */
  String filled(String text) {
    return Repeated.expand(text)
        .replace("<id>", id.orElse("<id>"))
        .replace("<short>", commit.isEmpty() ? "<short>" : commit.substring(0, 7))
        .replace("<sha>", commit.isEmpty() ? "<sha>" : commit);
  }
}
