package dev.groundbuild.runner.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "secrets",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Where the values of a build's secrets come from.",
      "",
      "Each secret of a config is looked for in this order, and the first place that has it counts:",
      "  1. --secret NAME=env:VAR or NAME=file:PATH",
      "  2. --secrets-file=FILE; without it, .groundbuild/secrets.yaml in the source folder (which is never sent",
      "     with the source), then ~/.config/groundbuild/secrets.yaml: NAME: 'value', or NAME: {file: PATH}.",
      "     It must be readable by you alone, and not tracked by git.",
      "  3. Vault, if VAULT_ADDR is set: the text \"value\", or the only one, at secret/groundbuild/SECRET of a",
      "     key-value store of version 2; GROUNDBUILD_VAULT_PATH=STORE/PATH/{secret} for another place",
      "     ({env}, {project}). The token: VAULT_TOKEN, or ~/.vault-token.",
      "  4. Secret Manager, or KMS for what the config holds encrypted, with application default credentials.",
      "NAME is projects/P/secrets/S/versions/V, projects/P/secrets/S, the variable's name, or S."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild secrets check",
      "  groundbuild secrets check --config=ci/build.yaml --secret API_KEY=file:key.txt .",
      "  groundbuild run --secret API_KEY=env:MY_KEY"
    })
final class SecretsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  static CommandLine line(Shell shell) {
    return new CommandLine(new SecretsCommand()).addSubcommand(new SecretsCheckCommand(shell));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
