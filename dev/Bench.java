import com.google.cloudbuild.v1.Build;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.ConfigReader;
import dev.groundbuild.runner.config.Door;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures the product against what the machine itself needs, in one run: floor and product take
 * turns, and what counts is the ratio of their medians. Started by dev/bench.
 */
final class Bench {
  private static final int FILES = 5_000;
  private static final int SOURCE_BYTES = 200_000_000;
  private static final int LOG_BYTES = 200_000_000;
  private static final String IMAGE = "busybox";

  private final String groundbuild;
  private final Path scratch;
  private final int rounds;
  private final List<String> only;

  /** One line of the table; the product's figure may be in other units than milliseconds. */
  private record Row(String name, String floor, String product, double figure, double most, String aim) {
    boolean held() {
      return figure <= most;
    }
  }

  private Bench(String groundbuild, Path scratch, int rounds, List<String> only) {
    this.groundbuild = groundbuild;
    this.scratch = scratch;
    this.rounds = rounds;
    this.only = only;
  }

  public static void main(String[] args) throws Exception {
    int rounds = 5;
    List<String> only = List.of();
    for (String arg : Arrays.asList(args).subList(1, args.length)) {
      if (arg.startsWith("--rounds=")) {
        rounds = Integer.parseInt(arg.substring("--rounds=".length()));
      } else if (arg.startsWith("--only=")) {
        only = List.of(arg.substring("--only=".length()).split(","));
      } else {
        System.err.println("dev/bench: unknown argument " + arg + "; see dev/bench --help");
        System.exit(2);
      }
    }
    Path scratch = Files.createTempDirectory("groundbuild-bench-");
    boolean held;
    try {
      held = new Bench(args[0], scratch, rounds, only).run();
    } finally {
      delete(scratch);
    }
    System.exit(held ? 0 : 1);
  }

  private boolean run() throws Exception {
    List<Row> rows = new ArrayList<>();
    if (wanted("chain")) {
      rows.add(steps("chain", "10 no-op steps, one after another", 10, false, 0.75));
    }
    if (wanted("parallel")) {
      rows.add(steps("parallel", "10 no-op steps at once", 10, true, 1.0));
    }
    if (wanted("single")) {
      rows.add(steps("single", "1 no-op step", 1, false, 2.0));
    }
    if (wanted("create")) {
      rows.addAll(firstCreate());
    }
    if (wanted("log")) {
      rows.addAll(log());
    }
    if (wanted("source")) {
      rows.add(source());
    }
    if (wanted("plan")) {
      rows.add(plan());
    }
    print(rows);
    return rows.stream().allMatch(Row::held);
  }

  private boolean wanted(String name) {
    return only.isEmpty() || only.contains(name);
  }

  /** Whole commands: docker run once for each step, against one build. */
  private Row steps(String name, String what, int count, boolean atOnce, double most)
      throws Exception {
    Path folder = config(name, count, atOnce);
    List<Double> floor = new ArrayList<>();
    List<Double> product = new ArrayList<>();
    product(folder); // warms the disk's caches
    for (int round = 0; round < rounds; round++) {
      say("%s: round %d of %d", name, round + 1, rounds);
      floor.add(millis(() -> dockerRuns(count, atOnce)));
      product.add(millis(() -> product(folder)));
    }
    return ratio(what, "docker run --rm", floor, product, most);
  }

  private Path config(String name, int count, boolean atOnce) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(name));
    String step =
        "- {name: " + IMAGE + ", args: ['/bin/true']" + (atOnce ? ", waitFor: ['-']" : "") + "}\n";
    Files.writeString(folder.resolve("cloudbuild.yaml"), "steps:\n" + step.repeat(count));
    return folder;
  }

  private void dockerRuns(int count, boolean atOnce) throws Exception {
    List<Process> running = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Process run = start(List.of("docker", "run", "--rm", IMAGE, "/bin/true"), Map.of());
      if (atOnce) {
        running.add(run);
      } else {
        succeed(run);
      }
    }
    for (Process run : running) {
      succeed(run);
    }
  }

  private void product(Path folder, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of(groundbuild, "run", folder.toString()));
    command.addAll(List.of(more));
    succeed(start(command, state()));
  }

  /** The user's own history is not to know of these builds. */
  private Map<String, String> state() {
    return Map.of("XDG_STATE_HOME", scratch.resolve("state").toString());
  }

  /** From the start of the command to the creation of the first container, by the engine's clock. */
  private List<Row> firstCreate() throws Exception {
    Path folder = config("create", 1, false);
    List<Double> any = new ArrayList<>();
    List<Double> step = new ArrayList<>();
    List<Double> floor = new ArrayList<>();
    for (int round = 0; round < Math.max(rounds, 5); round++) {
      say("create: round %d", round + 1);
      Instant start = Instant.now();
      product(folder);
      List<String> created = created(start, "");
      any.add(since(start, created.getFirst()));
      List<String> ofStep = created(start, "label=dev.groundbuild.step");
      step.add(since(start, ofStep.getFirst()));
      start = Instant.now();
      dockerRuns(1, false);
      floor.add(since(start, created(start, "").getFirst()));
    }
    String floors = "docker run: %.0f ms".formatted(median(floor));
    return List.of(
        figure("command start to first container created", floors, any, "ms", 500),
        figure("command start to first step's container created", floors, step, "ms", 500));
  }

  private static double since(Instant start, String nanos) {
    long at = Long.parseLong(nanos);
    return (at - (start.getEpochSecond() * 1_000_000_000L + start.getNano())) / 1e6;
  }

  private List<String> created(Instant start, String filter) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker", "events", "--since", seconds(start), "--until", seconds(Instant.now()),
                "--filter", "type=container", "--filter", "event=create", "--format", "{{.TimeNano}}"));
    if (!filter.isEmpty()) {
      command.addAll(List.of("--filter", filter));
    }
    Process events = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(events.getInputStream(), StandardCharsets.UTF_8))) {
      List<String> lines = out.lines().toList();
      if (events.waitFor() != 0 || lines.isEmpty()) {
        throw new IOException("docker events says " + lines);
      }
      return lines;
    }
  }

  private static String seconds(Instant at) {
    return "%d.%09d".formatted(at.getEpochSecond(), at.getNano());
  }

  /** A step that prints much, its output read as fast as it comes. */
  private List<Row> log() throws Exception {
    String script = "yes 'the quick brown fox jumps over the lazy dog 0123456789' | head -c " + LOG_BYTES;
    Path folder = Files.createDirectories(scratch.resolve("log"));
    Files.writeString(
        folder.resolve("cloudbuild.yaml"),
        "steps:\n- {name: " + IMAGE + ", args: ['sh', '-c', \"" + script + "\"]}\n");
    List<Double> floor = new ArrayList<>();
    List<Double> product = new ArrayList<>();
    AtomicLong memory = new AtomicLong();
    for (int round = 0; round < rounds; round++) {
      say("log: round %d of %d", round + 1, rounds);
      floor.add(
          millis(() ->
              succeed(start(List.of("docker", "run", "--rm", IMAGE, "sh", "-c", script), Map.of()))));
      product.add(
          millis(() -> {
            Process run = start(List.of(groundbuild, "run", folder.toString()), state());
            watchMemory(run, memory);
            succeed(run);
          }));
      delete(scratch.resolve("state"));
    }
    Row ratio = ratio("200 MB of log", "docker run --rm", floor, product, 1 / 1.5);
    Row rss = figure("  its memory at most", "", List.of(memory.get() / 1024.0), "MB", 256);
    return List.of(ratio, rss);
  }

  private static void watchMemory(Process run, AtomicLong most) {
    Path status = Path.of("/proc/" + run.pid() + "/status");
    Pattern peak = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    while (run.isAlive()) {
      try {
        Matcher matcher = peak.matcher(Files.readString(status));
        if (matcher.find()) {
          most.accumulateAndGet(Long.parseLong(matcher.group(1)), Math::max);
        }
        Thread.sleep(100);
      } catch (IOException e) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** FETCHSOURCE of the finished build, against cp -a. */
  private Row source() throws Exception {
    Path folder = Files.createDirectories(scratch.resolve("source"));
    Random random = new Random(1);
    for (int i = 0; i < FILES; i++) {
      byte[] bytes = new byte[SOURCE_BYTES / FILES];
      random.nextBytes(bytes);
      Path file = folder.resolve("d" + i % 50 + "/file" + i);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    }
    Path config = scratch.resolve("source.yaml");
    Files.writeString(config, "steps:\n- {name: " + IMAGE + ", args: ['/bin/true']}\n");
    Path copy = scratch.resolve("copy");
    Path json = scratch.resolve("source.json");
    List<Double> floor = new ArrayList<>();
    List<Double> product = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      say("source: round %d of %d", round + 1, rounds);
      floor.add(millis(() -> succeed(start(List.of("cp", "-a", folder.toString(), copy.toString()), Map.of()))));
      delete(copy);
      product(folder, "--config=" + config, "--build-json=" + json);
      product.add(fetchSource(json));
    }
    return ratio("source of 5,000 files, 200 MB", "cp -a", floor, product, 1.5);
  }

  private static double fetchSource(Path json) throws IOException {
    Build.Builder build = Build.newBuilder();
    JsonFormat.parser().ignoringUnknownFields().merge(Files.readString(json), build);
    var span = build.getTimingOrThrow("FETCHSOURCE");
    var took = Timestamps.between(span.getStartTime(), span.getEndTime());
    return took.getSeconds() * 1e3 + took.getNanos() / 1e6;
  }

  /** From text to plan, in this process, when it is warm. */
  private Row plan() throws Exception {
    String yaml =
        IntStream.range(0, 300)
            .mapToObj(i ->
                "- id: step-%d\n  name: gcr.io/$PROJECT_ID/tool:$_TAG\n  args: [build, '--out=${_OUT}/%d']\n  env: ['A=$BUILD_ID']\n"
                        .formatted(i, i)
                    + (i > 2 ? "  waitFor: [step-%d, step-%d]\n".formatted(i - 1, i - 3) : ""))
            .collect(Collectors.joining("", "steps:\n", "substitutions: {_TAG: v1, _OUT: out}\n"));
    Path file = scratch.resolve("plan.yaml");
    Files.writeString(file, yaml);
    byte[] text = Files.readAllBytes(file);
    Map<String, String> builtIns = Map.of("PROJECT_ID", "bench", "BUILD_ID", "1");
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      times.add(
          millis(() -> {
            var config = ConfigReader.read(file.toString(), text, Door.UNION);
            var prepared = Preparation.of(config, builtIns, Map.of(), Door.UNION);
            if (!(prepared instanceof Preparation.Ready ready) || ready.plan().steps().size() != 300) {
              throw new IOException("the config of 300 steps was refused: " + prepared.problems());
            }
          }));
    }
    return figure("300 steps read, checked and planned", "", times.subList(40, 60), "ms", 20);
  }

  private static Row ratio(String what, String floorName, List<Double> floor, List<Double> product, double most) {
    double ratio = median(product) / median(floor);
    return new Row(
        what,
        "%s: %.0f ms (%.0f)".formatted(floorName, median(floor), least(floor)),
        "%.0f ms (%.0f)".formatted(median(product), least(product)),
        ratio,
        most,
        "%.2f x, at most %.2f".formatted(ratio, most));
  }

  private static Row figure(String what, String floor, List<Double> product, String unit, double most) {
    double figure = median(product);
    return new Row(
        what,
        floor,
        "%.1f %s (%.1f)".formatted(figure, unit, least(product)),
        figure,
        most,
        "at most %.0f %s".formatted(most, unit));
  }

  private static void print(List<Row> rows) {
    System.out.printf("%-50s %-30s %-22s %-24s %s%n", "medians (and least)", "floor", "product", "ratio or limit", "");
    for (Row row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-50s %-30s %-22s %-24s %s%n",
          row.name(), row.floor(), row.product(), row.aim(), row.held() ? "ok" : "MISSED");
    }
  }

  /** Something that takes time. */
  private interface Work {
    void run() throws Exception;
  }

  private static double millis(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start).toNanos() / 1e6;
  }

  private Process start(List<String> command, Map<String, String> env) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(scratch.resolve("error.log").toFile());
    builder.environment().putAll(env);
    return builder.start();
  }

  private void succeed(Process process) throws IOException, InterruptedException {
    if (process.waitFor() != 0) {
      throw new IOException(
          process.info().command().orElse("a command") + " failed: " + Files.readString(scratch.resolve("error.log")));
    }
  }

  private static double median(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static double least(List<Double> figures) {
    return figures.stream().min(Comparator.naturalOrder()).orElseThrow();
  }

  private static void say(String form, Object... values) {
    System.err.println("bench: " + form.formatted(values));
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
