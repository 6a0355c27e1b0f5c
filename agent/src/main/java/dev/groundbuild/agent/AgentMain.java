package dev.groundbuild.agent;

import com.google.common.base.Throwables;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the agent. */
@Command(
    name = "groundbuild agent",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Keep a queue of builds and run them on this machine. Speaks Cloud Build's API, gRPC and REST, on one port.",
      "Everything is kept in the data folder."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild agent --data=/var/lib/groundbuild --workers=4",
      "  curl -d '{\"steps\":[{\"name\":\"busybox\",\"args\":[\"echo\",\"hi\"]}]}' localhost:8080/v1/projects/p/builds",
      "  curl localhost:8080/v1/projects/p/builds",
      "",
      "Ctrl-C takes no more builds and waits for those that run; a second one ends at once."
    })
public final class AgentMain implements Callable<Integer> {
  @Option(names = "--data", paramLabel = "DIR", description = "Default: groundbuild-agent.")
  private Path data = Path.of("groundbuild-agent");

  @Option(names = "--host", paramLabel = "ADDRESS", description = "Default: 127.0.0.1.")
  private String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "PORT", description = "Default: 8080.")
  private int port = 8080;

  @Option(names = "--workers", paramLabel = "N", description = "Builds at once. Default: 2.")
  private int workers = 2;

  private AgentMain() {}

  static void main(String[] args) {
    CommandLine line = new CommandLine(new AgentMain());
    line.setExecutionExceptionHandler((e, command, _) -> {
      command.getErr().println("groundbuild agent: " + Throwables.getRootCause(e).getMessage());
      return 3;
    });
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    for (String signal : List.of("INT", "TERM")) {
      Signals.register(signal, () -> stopOrEnd(stop));
    }
    try (ContainerEngine engine = DockerEngine.ofEnvironment();
        Agent agent = Agent.start(options(), engine, InstantSource.system())) {
      System.out.println("groundbuild agent listens on " + host + ":" + agent.port());
      stop.await();
      System.out.println("groundbuild agent stops: waiting for builds that run");
    } catch (EngineException | IOException e) {
      System.err.println("groundbuild agent: " + e.getMessage());
      return 3;
    }
    return 0;
  }

  private AgentOptions options() {
    return new AgentOptions(
        data, new InetSocketAddress(host, port), workers, Duration.ofMinutes(60));
  }

  /** What a process that ends at once leaves on the engine, the next one removes. */
  private static void stopOrEnd(CountDownLatch stop) {
    if (stop.getCount() == 0) {
      Runtime.getRuntime().halt(130);
    }
    stop.countDown();
  }
}
