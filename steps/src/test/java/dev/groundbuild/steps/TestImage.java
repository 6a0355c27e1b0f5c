package dev.groundbuild.steps;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.FileArchive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An image with a shell, for tests: the engine's own busybox, or one made of the machine's. */
public final class TestImage {
  private static final String OWN = "groundbuild-test/busybox:latest";

  private TestImage() {}

  /** Its name; the image is there. */
  public static String name() {
    try (DockerEngine engine = DockerEngine.ofEnvironment()) {
      for (String name : List.of("busybox", OWN)) {
        if (engine.findImage(name).isPresent()) {
          return name;
        }
      }
    }
    try {
      List<ContainerFile> context = new ArrayList<>(fromThisMachine());
      context.add(dockerfile("FROM scratch\nCOPY root /\n"));
      build(OWN, context);
      return OWN;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An image made of the one with a shell by the lines of a Dockerfile after FROM. */
  public static void build(String name, String lines) {
    build(name, List.of(dockerfile("FROM " + name() + "\n" + lines)));
  }

  private static ContainerFile dockerfile(String text) {
    return new ContainerFile(
        "Dockerfile", 0644, Optional.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void build(String name, List<ContainerFile> context) {
    try (DockerClient docker = docker()) {
      docker
          .buildImageCmd(new ByteArrayInputStream(FileArchive.of(context)))
          .withTags(Set.of(name))
          .exec(new BuildImageResultCallback())
          .awaitImageId();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes an image, if it is there. */
  public static void forget(String name) {
    try (DockerClient docker = docker()) {
      docker.removeImageCmd(name).withForce(true).exec();
    } catch (NotFoundException e) {
      // Nothing to forget.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a container less memory than the machine has. */
  public static void limitMemory(String container, long bytes) {
    try (DockerClient docker = docker()) {
      docker.updateContainerCmd(container).withMemory(bytes).withMemorySwap(bytes).exec();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Joins a container to a network, as {@code docker network connect} does. */
  public static void connect(String container, String network) {
    try (DockerClient docker = docker()) {
      docker.connectToNetworkCmd().withContainerId(container).withNetworkId(network).exec();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DockerClient docker() {
    var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    var http = new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build();
    return DockerClientImpl.getInstance(config, http);
  }

  private static List<ContainerFile> fromThisMachine() throws IOException {
    Path busybox = Path.of("/bin/busybox");
    if (!Files.isExecutable(busybox)) {
      throw new IllegalStateException(
          "these tests need an image \"busybox\" on the engine, or a static /bin/busybox to make one"
              + " of: run dev/setup, or apt-get install busybox-static");
    }
    Optional<byte[]> program = Optional.of(Files.readAllBytes(busybox));
    List<ContainerFile> files = new ArrayList<>();
    for (String applet :
        List.of(
            "sh", "sleep", "cat", "printf", "grep", "wc", "mknod", "tail", "id", "ls", "head",
            "yes", "stat")) {
      files.add(new ContainerFile("root/bin/" + applet, 0755, program));
    }
    files.add(new ContainerFile("root/tmp", 0777, Optional.empty()));
    return files;
  }
}
