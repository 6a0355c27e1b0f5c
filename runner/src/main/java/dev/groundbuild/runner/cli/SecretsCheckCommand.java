package dev.groundbuild.runner.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.SecretException;
import dev.groundbuild.runner.secret.SecretChain.Searched;
import dev.groundbuild.steps.StepSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say where each secret that the steps of a config want would come from, and what is missing.",
      "The values are looked for as in a build, and not printed. Nothing is run; no engine is needed.",
      "Exit code 0: all are there; 1: not all; 2: the config or the command line is wrong."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild secrets check",
      "  groundbuild secrets check --config=ci/build.yaml --substitutions=_ENV=staging .",
      "  groundbuild secrets check --json | jq -r '.[] | select(.problem) | .env'"
    })
final class SecretsCheckCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private OverlayOptions overlays = new OverlayOptions();
  @Mixin private SecretOptions secrets = new SecretOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "SOURCE",
      description = "A folder or a build config. Default: the current folder.")
  private String source = ".";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The build config, or - for standard input. Default: the one in SOURCE.")
  private @Nullable String config;

  @Option(names = "--json", description = "Print a list of {env, secret, from, problem}.")
  private boolean json;

  SecretsCheckCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    ConfigOptions.Chosen chosen = options.read(shell, source, config);
    Preparation preparation = options.lookAt(shell, chosen);
    Optional<Overlaid> overlaid =
        overlays
            .beside(shell, config == null ? source : config)
            .map(over -> Overlaid.toLookAt(over, preparation, chosen.config(), options.door()));
    if (!(preparation instanceof Preparation.Ready ready)
        || overlaid.filter(Overlaid::hasErrors).isPresent()) {
      preparation.problems().forEach(shell.err()::println);
      overlaid.ifPresent(over -> over.problems().forEach(shell.err()::println));
      return ExitCode.USAGE;
    }
    BuildPlan plan = overlaid.map(over -> over.over(ready.plan())).orElse(ready.plan());
    secrets.check(shell, ready.build(), chosen.folder());
    Set<String> names = new TreeSet<>();
    plan.allSteps().stream().map(StepSpec::secretEnv).forEach(names::addAll);
    List<Searched> searched;
    try {
      searched =
          secrets.chain(shell, chosen.folder(), Optional.empty()).search(ready.build(), names);
    } catch (SecretException e) {
      shell.err().println("groundbuild: " + e.getMessage());
      return ExitCode.BUILD_FAILED;
    }
    print(searched);
    shell.out().flush();
    boolean all = searched.stream().allMatch(one -> one.problem().isEmpty());
    return all ? ExitCode.SUCCESS : ExitCode.BUILD_FAILED;
  }

  private void print(List<Searched> searched) {
    if (json) {
      JsonArray list = new JsonArray();
      searched.forEach(one -> list.add(json(one)));
      shell
          .out()
          .println(
              new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(list));
      return;
    }
    if (searched.isEmpty()) {
      shell.out().println("no step wants a secret");
    }
    int width = searched.stream().mapToInt(one -> one.env().length()).max().orElse(0);
    for (Searched one : searched) {
      String env = one.env() + " ".repeat(width - one.env().length());
      shell
          .out()
          .println(
              one.problem()
                  .map(problem -> "missing  " + env + "  " + problem)
                  .orElseGet(() ->
                      "ok       " + env + "  " + one.place() + "  from " + one.from().orElse("")));
    }
  }

  private static JsonObject json(Searched one) {
    JsonObject o = new JsonObject();
    o.addProperty("env", one.env());
    o.addProperty("secret", one.place());
    o.addProperty("from", one.from().orElse(null));
    o.addProperty("problem", one.problem().orElse(null));
    return o;
  }
}
