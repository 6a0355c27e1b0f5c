package dev.groundbuild.agent.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingOptions;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingQueryParamMatchRule;
import com.linecorp.armeria.server.healthcheck.HealthCheckService;
import com.linecorp.armeria.server.healthcheck.SettableHealthChecker;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** The one port of an agent: gRPC, REST, health. */
public final class ApiServer implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Server server;
  private final SettableHealthChecker ready = new SettableHealthChecker(false);

  private ApiServer(
      InetSocketAddress address, CloudBuildApi builds, Operations operations, LogFiles logs) {
    GrpcService grpc =
        GrpcService.builder()
            .addService(builds)
            .addService(operations)
            .jsonMarshallerFactory(_ -> new JsonMarshaller())
            .enableHttpJsonTranscoding(
                HttpJsonTranscodingOptions.builder()
                    .queryParamMatchRules(
                        HttpJsonTranscodingQueryParamMatchRule.LOWER_CAMEL_CASE,
                        HttpJsonTranscodingQueryParamMatchRule.ORIGINAL_FIELD)
                    .build())
            .useBlockingTaskExecutor(true)
            .build();
    ServerBuilder all = Server.builder().http(address).service(grpc);
    all.service("/healthz", (_, _) -> HttpResponse.of(HttpStatus.OK));
    all.service("/readyz", HealthCheckService.of(ready));
    all.service("/v1/projects/{project}/builds/{id}/log", logs);
    all.service("/v1/projects/{project}/locations/{location}/builds/{id}/log", logs);
    all.gracefulShutdownTimeout(Duration.ZERO, GRACE);
    server = all.build();
  }

  /** A server that listens. */
  public static ApiServer start(
      InetSocketAddress address, CloudBuildApi builds, Operations operations, Path logs) {
    ApiServer started = new ApiServer(address, builds, operations, new LogFiles(logs));
    started.server.start().join();
    return started;
  }

  /** The port that it listens on. */
  public int port() {
    return server.activeLocalPort();
  }

  /** Says whether the agent takes builds. */
  public void ready(boolean now) {
    ready.setHealthy(now);
  }

  @Override
  public void close() {
    server.stop().join();
  }
}
