package dev.groundbuild.runner.source;

import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jgit.api.TransportCommand;
import org.eclipse.jgit.transport.NetRCCredentialsProvider;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.jspecify.annotations.Nullable;

/** How a repository's server is reached, and how that is given up. */
final class GitConnection {
  private static final int SILENCE_SECONDS = 60;

  // JGit logs with stack traces what it also throws; nobody is to see it twice. Held here, because
  // a logger that nobody holds forgets its level.
  private static final Logger JGIT_LOG = Logger.getLogger("org.eclipse.jgit");

  static {
    JGIT_LOG.setLevel(Level.OFF);
  }

  private final @Nullable GitLogin login;
  private final GitProgress monitor;
  private final SshCommand ssh;

  GitConnection(@Nullable GitLogin login, GitProgress monitor, SshCommand ssh) {
    this.login = login;
    this.monitor = monitor;
    this.ssh = ssh;
  }

  static GitConnection of(
      Optional<BuildSource.Git> source, SourceProgress progress, Map<String, String> environment) {
    return new GitConnection(
        source.map(BuildSource.Git::login).orElse(null),
        new GitProgress(progress),
        SshCommand.ofEnvironment(environment));
  }

  GitProgress monitor() {
    return monitor;
  }

  /** Called by another thread than the one that waits for the server. */
  void cancel() {
    monitor.cancel();
    ssh.end();
  }

  <C extends TransportCommand<C, ?>> C prepare(C command) {
    command.setTimeout(SILENCE_SECONDS);
    command.setCredentialsProvider(
        login == null
            ? new NetRCCredentialsProvider()
            : new UsernamePasswordCredentialsProvider(login.user(), login.password()));
    command.setTransportConfigCallback(transport -> {
      if (transport instanceof SshTransport overSsh) {
        overSsh.setSshSessionFactory(ssh);
      }
    });
    return command;
  }
}
