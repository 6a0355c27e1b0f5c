package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.SSLConfig;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The way to a Docker engine, as the docker command finds it: DOCKER_HOST, else the current
 * context, else the usual socket.
 *
 * @param config the user's config.json, which may be missing
 * @param ssl keys for an engine behind TLS; null for none
 */
record Connection(DockerClient client, URI address, Path config, @Nullable SSLConfig ssl) {
  private static final List<String> CONTAINER_MARKS = List.of("/.dockerenv", "/run/.containerenv");
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final int MOST_BYTES = 1024;
  private static final int MOST_CONNECTIONS = 10_000;
  private static final Duration CONNECT = Duration.ofSeconds(30);

  static Connection ofEnvironment() {
    try {
      return open(DefaultDockerClientConfig.createDefaultConfigBuilder().build());
    } catch (RuntimeException e) {
      throw new EngineException(
          Kind.UNREACHABLE,
          "the Docker settings can't be used: "
              + e.getMessage()
              + "; check DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CERT_PATH and ~/.docker/config.json",
          e);
    }
  }

  /**
   * @param address such as {@code unix:///var/run/docker.sock}
   */
  static Connection to(URI address) {
    return open(
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(address.toString())
            .build());
  }

  private static Connection open(DefaultDockerClientConfig config) {
    ZerodepDockerHttpClient http =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(
                "unix".equals(config.getDockerHost().getScheme())
                    ? Connection::trustingNobody
                    : config.getSSLConfig())
            .connectionTimeout(CONNECT)
            .maxConnections(MOST_CONNECTIONS)
            .build();
    Path file = Path.of(config.getDockerConfigPath(), "config.json");
    return new Connection(
        DockerClientImpl.getInstance(config, http),
        config.getDockerHost(),
        file,
        config.getSSLConfig());
  }

  /** For a connection without TLS: the usual one would read all of the machine's certificates. */
  private static SSLContext trustingNobody()
      throws NoSuchAlgorithmException, KeyManagementException {
    SSLContext none = SSLContext.getInstance("TLS");
    none.init(new KeyManager[0], new TrustManager[0], null);
    return none;
  }

  /**
   * Whether the engine sees the files and has the capabilities that this process does. Not so in a
   * container with the host's socket: there the engine has another name for itself, or keeps its
   * data where we can't see it. An engine in the same container is ours again.
   */
  boolean isOnThisMachine() {
    if (!"unix".equals(address.getScheme()) || !"Linux".equals(System.getProperty("os.name"))) {
      return false;
    }
    if (!isInContainer()) {
      return true;
    }
    Info info = client.infoCmd().exec();
    String root = info.getDockerRootDir();
    return hostName().equals(info.getName()) && root != null && Files.isDirectory(Path.of(root));
  }

  static boolean isInContainer() {
    return CONTAINER_MARKS.stream().map(Path::of).anyMatch(Files::exists);
  }

  private static String hostName() {
    try (InputStream in = Files.newInputStream(HOST_NAME)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  void close() {
    try {
      client.close();
    } catch (IOException e) {
      // There is nothing left to do with it.
    }
  }
}
