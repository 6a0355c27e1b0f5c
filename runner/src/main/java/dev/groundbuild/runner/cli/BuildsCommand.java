package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.console.Palette;
import dev.groundbuild.runner.console.Table;
import dev.groundbuild.runner.console.Took;
import dev.groundbuild.runner.status.Attempt;
import dev.groundbuild.runner.status.AttemptJournal;
import dev.groundbuild.runner.status.BuildRecord;
import dev.groundbuild.runner.status.KeptBuild;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "builds",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "List the builds that ran on this machine and are kept, newest first.",
      "A build that is WORKING runs now; one that is KILLED was cut off before its end."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild builds",
      "  groundbuild builds --status=FAILURE,TIMEOUT --limit=5",
      "  groundbuild builds --format=json | jq -r '.[0].id'"
    })
final class BuildsCommand implements Callable<Integer> {
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Option(names = "--limit", paramLabel = "N", description = "List at most N builds.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--status",
      split = ",",
      paramLabel = "STATUS",
      description = "List only builds of this status, or of one of these.")
  private List<Shown> statuses = new ArrayList<>();

  @Option(names = "--format", paramLabel = "FORMAT", description = "table (default) or json.")
  private Format format = Format.table;

  @Option(names = "--color", paramLabel = "WHEN", description = "auto (default), always or never.")
  private ConsoleChoice.Color color = ConsoleChoice.Color.AUTO;

  enum Format {
    table,
    json
  }

  /** Statuses that a kept build can have. */
  enum Shown {
    SUCCESS,
    FAILURE,
    TIMEOUT,
    CANCELLED,
    INTERNAL_ERROR,
    WORKING,
    KILLED
  }

  BuildsCommand(Shell shell) {
    this.shell = shell;
  }

  private record Row(KeptBuild kept, Build build, String status, Optional<Duration> took) {}

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw new UsageException("--limit=" + limit + ": must be 1 or more");
    }
    List<Row> rows = rows();
    if (format == Format.json) {
      shell.out().println(json(rows));
    } else if (rows.isEmpty()) {
      shell
          .err()
          .println(
              statuses.isEmpty()
                  ? "groundbuild: no build has run yet: start one with groundbuild run"
                  : "groundbuild: no kept build has this status");
    } else {
      table(rows).lines().forEach(shell.out()::println);
    }
    shell.out().flush();
    return ExitCode.SUCCESS;
  }

  private List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (KeptBuild kept : shell.history(clock).list()) {
      if (rows.size() == limit) {
        break;
      }
      Row row = row(kept);
      if (statuses.isEmpty() || statuses.stream().anyMatch(s -> s.name().equals(row.status()))) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** A record that cannot be read is listed all the same: its log may be there. */
  private Row row(KeptBuild kept) {
    Build build;
    try {
      build = kept.build();
    } catch (IOException e) {
      shell.err().println("groundbuild: " + e.getMessage());
      build = Build.getDefaultInstance();
    }
    boolean ended = build.hasFinishTime();
    String status =
        ended
            ? build.getStatus().name()
            : kept.running() ? Shown.WORKING.name() : Shown.KILLED.name();
    Optional<Duration> took =
        ended
            ? BuildRecord.took(build)
            : kept.running()
                ? Optional.of(Duration.between(kept.started(), clock.instant()))
                : Optional.empty();
    return new Row(kept, build, status, took);
  }

  private Table table(List<Row> rows) {
    boolean terminal = shell.own() && ConsoleChoice.onTerminal();
    Palette palette =
        new ConsoleChoice(ConsoleChoice.Form.AUTO, color).palette(shell.env(), terminal);
    Table table = new Table();
    table.row(
        List.of("ID", "STARTED", "STATUS", "DURATION", "SOURCE", "TAGS").stream()
            .map(palette::strong)
            .toArray(String[]::new));
    for (Row row : rows) {
      table.row(
          row.kept().id(),
          LOCAL.format(row.kept().started().atZone(ZoneId.systemDefault())),
          palette.status(row.status()),
          row.took().map(Took::text).orElse("-"),
          orDash(Table.cell(row.kept().source())),
          Table.cell(String.join(",", row.build().getTagsList())));
    }
    return table;
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static String json(List<Row> rows) throws IOException {
    JsonArray all = new JsonArray();
    for (Row row : rows) {
      JsonObject o = new JsonObject();
      o.addProperty("id", row.kept().id());
      o.addProperty("started", row.kept().started().toString());
      o.addProperty("status", row.status());
      o.addProperty("seconds", row.took().map(BuildsCommand::seconds).orElse(null));
      o.addProperty("source", row.kept().source().isEmpty() ? null : row.kept().source());
      JsonArray tags = new JsonArray();
      row.build().getTagsList().forEach(tags::add);
      o.add("tags", tags);
      o.add("attempts", attempts(AttemptJournal.read(row.kept())));
      o.addProperty("log", row.kept().log().toString());
      o.addProperty("record", row.kept().record().toString());
      all.add(o);
    }
    return new GsonBuilder()
        .setPrettyPrinting()
        .disableHtmlEscaping()
        .serializeNulls()
        .create()
        .toJson(all);
  }

  /** Which attempt ran what. */
  private static JsonArray attempts(List<Attempt> attempts) {
    JsonArray all = new JsonArray();
    for (Attempt attempt : attempts) {
      JsonObject o = new JsonObject();
      o.addProperty("number", attempt.number());
      o.addProperty("start", attempt.start().toString());
      o.addProperty("finish", attempt.finish().map(Instant::toString).orElse(null));
      o.addProperty("status", attempt.status().name());
      JsonArray steps = new JsonArray();
      attempt.steps().keySet().forEach(steps::add);
      o.add("steps", steps);
      all.add(o);
    }
    return all;
  }

  private static Double seconds(Duration time) {
    return Double.valueOf(String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9));
  }
}
