package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.fetch.BadFetchException;
import dev.groundbuild.runner.fetch.Checksum;
import dev.groundbuild.runner.fetch.Download;
import dev.groundbuild.runner.fetch.FetchAll;
import dev.groundbuild.runner.fetch.FetchList;
import dev.groundbuild.runner.fetch.Fetcher;
import dev.groundbuild.runner.fetch.FileMode;
import dev.groundbuild.runner.fetch.RequestHeaders;
import dev.groundbuild.runner.fetch.Retries;
import dev.groundbuild.runner.fetch.WebAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Download a file, unless it is there already.",
      "With a checksum, a file that has it is left alone and no server is asked; a download that"
          + " has another one fails. Without a checksum, a file that is there is kept.",
      "The file appears complete or not at all. Broken downloads are continued, busy servers asked"
          + " again. Credentials are not sent to other hosts that a server redirects to."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild fetch https://example.com/tool.tgz",
      "  groundbuild fetch https://example.com/tool bin/tool --mode=0755 --sha256=9f86d0...",
      "  groundbuild fetch https://example.com/data.bin --checksum=md5:098f6b...",
      "  groundbuild fetch URL tool --header-file=token.txt    # a line: Authorization: Bearer ...",
      "  groundbuild fetch --list=downloads.txt                # lines: URL DEST sha256:HEX",
      "",
      "Exit codes: 0 all there, 1 some could not be fetched, 2 usage, 130 cancelled."
    })
final class FetchCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(index = "0", arity = "0..1", paramLabel = "URL", description = "What to fetch.")
  private @Nullable String url;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DEST",
      description = "The file, or a folder; without it, the name in the URL, in this folder.")
  private @Nullable String dest;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DEST",
      description = "The same as DEST.")
  private @Nullable String output;

  @Option(
      names = "--checksum",
      paramLabel = "ALGORITHM:HEX",
      description = "What the file must add up to: sha256:HEX, sha512:HEX or md5:HEX.")
  private @Nullable String checksum;

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "The same as --checksum=sha256:HEX.")
  private @Nullable String sha256;

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = {
        "Fetch what a file lists, in parallel: a line each, URL [DEST [CHECKSUM]]; - is standard input.",
        "DEST - is the name in the URL; quote a DEST with blanks; # begins a comment."
      })
  private @Nullable String list;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many downloads of a list run at once; ${DEFAULT-VALUE} by default.")
  private int parallel;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "Who may use the file, such as 0755.")
  private @Nullable String mode;

  @Option(names = "--force", description = "Fetch although the file is there.")
  private boolean force;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "Send a header. Others on this machine can see it in the list of processes.")
  private List<String> headers = List.of();

  @Option(
      names = "--header-file",
      paramLabel = "FILE",
      description = "Send the headers in a file, a line each; for tokens. - is standard input.")
  private List<String> headerFiles = List.of();

  @Option(
      names = "--retries",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "How often to try again after a busy server or a broken connection; ${DEFAULT-VALUE} by"
              + " default.")
  private int retries;

  FetchCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    try {
      check();
      List<Download> downloads = new ArrayList<>();
      for (Download one : list == null ? List.of(single()) : listed(list)) {
        Download forced = force ? one.withForce() : one;
        downloads.add(mode == null ? forced : forced.withMode(FileMode.parse(mode)));
      }
      return fetch(downloads);
    } catch (BadFetchException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private void check() {
    if (list != null && (url != null || output != null || checksum != null || sha256 != null)) {
      throw new UsageException(
          "--list names everything itself; leave out URL, DEST, --output and the checksum");
    }
    if (list == null && url == null) {
      throw new UsageException("give a URL, or a list of them with --list=FILE");
    }
    if (dest != null && output != null) {
      throw new UsageException("DEST is given twice, once as --output; give it once");
    }
    if (checksum != null && sha256 != null) {
      throw new UsageException("two checksums are given; give --checksum or --sha256");
    }
    if (parallel < 1 || retries < 0) {
      throw new UsageException("--parallel is at least 1, and --retries at least 0");
    }
    if (Stream.concat(Stream.ofNullable(list), headerFiles.stream()).filter("-"::equals).count()
        > 1) {
      throw new UsageException("standard input (-) can be read once only");
    }
  }

  private Download single() {
    WebAddress address = WebAddress.parse(Objects.requireNonNull(url));
    Path folder = shell.folder();
    String given = dest == null ? Objects.requireNonNullElse(output, "-") : dest;
    Path destination = FetchList.destination(address, given, folder);
    if (!given.equals("-") && Files.isDirectory(destination)) {
      destination = FetchList.destination(address, "-", destination);
    }
    return new Download(address, destination, expected());
  }

  private @Nullable Checksum expected() {
    if (sha256 != null) {
      return Checksum.of(Checksum.Algorithm.SHA256, sha256);
    }
    return checksum == null ? null : Checksum.parse(checksum);
  }

  private List<Download> listed(String file) {
    String name = file.equals("-") ? "<stdin>" : shell.shown(file);
    return FetchList.read(name, text(file), shell.folder());
  }

  private String text(String file) {
    return new String(shell.read(file), StandardCharsets.UTF_8);
  }

  private RequestHeaders headers() {
    List<String> lines = new ArrayList<>(headers);
    for (String file : headerFiles) {
      text(file).lines().forEach(lines::add);
    }
    return RequestHeaders.of(lines);
  }

  private int fetch(List<Download> downloads) throws IOException {
    InstantSource clock = InstantSource.system();
    boolean terminal =
        shell.own()
            && ConsoleChoice.errorsOnTerminal()
            && !shell.env().getOrDefault("TERM", "").equals("dumb");
    FetchReport report = new FetchReport(downloads, shell, terminal, clock);
    try (Fetcher fetcher = Fetcher.of(headers(), Retries.usual(retries), clock);
        Cancelling _ = Cancelling.of("the downloads", Thread.currentThread(), shell.err())) {
      new FetchAll(fetcher, parallel).run(downloads, report);
    } catch (InterruptedException e) {
      report.cancelled();
      return ExitCode.CANCELLED;
    }
    return report.end() ? ExitCode.SUCCESS : ExitCode.BUILD_FAILED;
  }
}
