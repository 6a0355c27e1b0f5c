package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.provenance.Envelope;
import dev.groundbuild.runner.status.KeptBuild;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "provenance",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show what a build has made of what: an in-toto statement with SLSA's provenance.",
      "There is one for each build that has succeeded.",
      "Without BUILD: the last one."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild provenance",
      "  groundbuild provenance 1f0c2a --verify=key.pub",
      "  groundbuild provenance --envelope > build.intoto.json"
    })
final class ProvenanceCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(arity = "0..1", paramLabel = "BUILD", description = BuildChoice.DESCRIPTION)
  private String build = BuildChoice.LAST;

  @Option(
      names = "--verify",
      paramLabel = "FILE",
      description = "Only if it was signed by the owner of this public key (PEM).")
  private @Nullable String verify;

  @Option(names = "--envelope", description = "Show it as it was signed, in its DSSE envelope.")
  private boolean envelope;

  ProvenanceCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    KeptBuild kept = BuildChoice.find(shell.history(InstantSource.system()), build);
    if (verify != null) {
      String key = new String(shell.read(verify), StandardCharsets.UTF_8);
      String signed = read(kept, kept.signedProvenance(), "was not signed");
      try {
        String statement = Envelope.open(signed, key);
        shell.out().print(envelope ? signed : statement);
      } catch (IllegalArgumentException e) {
        throw new UsageException("the provenance of build " + kept.id() + ": " + e.getMessage());
      }
    } else if (envelope) {
      shell.out().print(read(kept, kept.signedProvenance(), "was not signed"));
    } else {
      shell.out().print(read(kept, kept.provenance(), "is not there: the build did not succeed"));
    }
    shell.out().flush();
    return ExitCode.SUCCESS;
  }

  private static String read(KeptBuild kept, Path file, String otherwise) throws IOException {
    if (!Files.exists(file)) {
      throw new UsageException("the provenance of build " + kept.id() + " " + otherwise);
    }
    return Files.readString(file);
  }
}
