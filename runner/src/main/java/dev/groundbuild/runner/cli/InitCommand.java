package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.config.ConfigFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Write a groundbuild.yaml with examples, all of them commented out, and, where there is no build config,",
      "a small cloudbuild.yaml for what is found: Dockerfile, pom.xml, package.json or go.mod.",
      "A file that exists is never touched."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  groundbuild init && groundbuild run", "  groundbuild init path/to/app"})
final class InitCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "Where to write. Default: the current folder.")
  private String folder = ".";

  InitCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Path where = shell.path(folder);
    if (!Files.isDirectory(where)) {
      throw new UsageException(folder + " is not a folder");
    }
    boolean known = config(where);
    write(where.resolve(OverlayOptions.NAME), resource(OverlayOptions.NAME));
    shell
        .out()
        .println(
            known
                ? "next: groundbuild validate, groundbuild run"
                : "next: write a cloudbuild.yaml");
    shell.out().flush();
    return ExitCode.SUCCESS;
  }

  /** Returns whether there is a build config now. */
  private boolean config(Path where) throws IOException {
    for (String name : ConfigFile.NAMES) {
      if (Files.exists(where.resolve(name))) {
        shell.out().println(shown(where.resolve(name)) + " is there already; it stays as it is");
        return true;
      }
    }
    Optional<StarterConfig> starter = StarterConfig.of(where);
    if (starter.isEmpty()) {
      shell
          .out()
          .println(
              "no build config, and nothing to make one for: no Dockerfile, pom.xml, package.json or go.mod");
      return false;
    }
    write(where.resolve(ConfigFile.NAMES.getFirst()), resource("init/" + starter.get().resource()));
    shell.out().println("  for " + starter.get().found());
    return true;
  }

  private void write(Path file, String text) throws IOException {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      shell.out().println("wrote " + shown(file));
    } catch (FileAlreadyExistsException e) {
      shell.out().println(shown(file) + " is there already; it stays as it is");
    }
  }

  private String shown(Path file) {
    return shell.relative(file);
  }

  private static String resource(String name) throws IOException {
    try (var in = InitCommand.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new NoSuchFileException(name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
