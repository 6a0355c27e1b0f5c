package dev.groundbuild.runner.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession2;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;

/**
 * Reaches a git server through the installed {@code ssh}, or what {@code GIT_SSH_COMMAND} names,
 * with the user's own keys, agent and known hosts. It never asks anything.
 */
final class SshCommand extends SshSessionFactory {
  private final List<String> command;
  // Started by the fetching thread, ended by the one that cancels.
  private final ConcurrentLinkedQueue<Process> started = new ConcurrentLinkedQueue<>();

  SshCommand(List<String> command) {
    this.command = List.copyOf(command);
  }

  static SshCommand ofEnvironment(Map<String, String> environment) {
    String own = environment.getOrDefault("GIT_SSH_COMMAND", "");
    return new SshCommand(
        own.isBlank()
            ? List.of("ssh", "-o", "BatchMode=yes")
            : List.of("sh", "-c", own + " \"$@\"", "ssh"));
  }

  /** Ends whatever is still running. */
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Override
  public RemoteSession2 getSession(URIish uri, CredentialsProvider credentials, FS fs, int timeout)
      throws TransportException {
    String host = uri.getHost();
    if (host == null || host.startsWith("-")) {
      throw new TransportException("not a host name: \"" + host + "\"");
    }
    List<String> words = new ArrayList<>(command);
    if (uri.getPort() > 0) {
      words.addAll(List.of("-p", Integer.toString(uri.getPort())));
    }
    words.addAll(List.of("-o", "SendEnv=GIT_PROTOCOL"));
    String user = uri.getUser();
    words.add(user == null ? host : user + "@" + host);
    return new Session(words);
  }

  @Override
  public String getType() {
    return "command";
  }

  private final class Session implements RemoteSession2 {
    private final List<String> words;

    Session(List<String> words) {
      this.words = words;
    }

    @Override
    public Process exec(String remote, int timeout) throws IOException {
      return exec(remote, Map.of(), timeout);
    }

    @Override
    public Process exec(String remote, Map<String, String> environment, int timeout)
        throws IOException {
      List<String> all = new ArrayList<>(words);
      all.add(remote);
      ProcessBuilder builder = new ProcessBuilder(all);
      builder.environment().putAll(environment);
      try {
        Process process = builder.start();
        started.add(process);
        return process;
      } catch (IOException e) {
        throw new TransportException(
            "ssh can't be started; install it, or use an https address", e);
      }
    }

    @Override
    public void disconnect() {
      end();
    }
  }
}
