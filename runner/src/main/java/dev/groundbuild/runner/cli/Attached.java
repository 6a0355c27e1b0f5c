package dev.groundbuild.runner.cli;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * For an option whose value may be left out: a value is attached with {@code =}, and what follows
 * the bare option is the next argument, such as SOURCE. The bare option has its fallback value.
 */
final class Attached implements IParameterPreprocessor {
  @Override
  @SuppressWarnings("JdkObsolete") // picocli's own type
  public boolean preprocess(
      Stack<String> args, CommandSpec command, ArgSpec argument, Map<String, Object> info) {
    if (argument instanceof OptionSpec option && !"=".equals(info.get("separator"))) {
      args.push(option.fallbackValue());
    }
    return false;
  }
}
