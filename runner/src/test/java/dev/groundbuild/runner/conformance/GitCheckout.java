package dev.groundbuild.runner.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes a folder a git checkout, with the git program. */
final class GitCheckout {
  private GitCheckout() {}

  /**
   * @param how branch, and optionally remote and tag
   * @return the commit
   */
  static String make(Path folder, Map<String, String> how)
      throws IOException, InterruptedException {
    git(folder, "init", "--quiet", "--initial-branch=" + how.getOrDefault("branch", "main"));
    git(folder, "add", "--all");
    git(folder, "commit", "--quiet", "--message=first");
    String remote = how.get("remote");
    if (remote != null) {
      git(folder, "remote", "add", "origin", remote);
    }
    String tag = how.get("tag");
    if (tag != null) {
      git(folder, "tag", tag);
      git(folder, "checkout", "--quiet", "--detach", tag);
    }
    return git(folder, "rev-parse", "HEAD").strip();
  }

  private static String git(Path folder, String... args) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=A", "-c", "user.email=a@example.com"));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }
}
