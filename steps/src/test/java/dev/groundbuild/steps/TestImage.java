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
    try (DockerClient docker = docker()) {
      docker.createImageCmd(OWN, new ByteArrayInputStream(fromThisMachine())).exec();
      return OWN;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An image made of the one with a shell by the lines of a Dockerfile after FROM. */
  public static void build(String name, String lines) {
    byte[] text = ("FROM " + name() + "\n" + lines).getBytes(StandardCharsets.UTF_8);
    byte[] tar = FileArchive.of(List.of(new ContainerFile("Dockerfile", 0644, Optional.of(text))));
    try (DockerClient docker = docker()) {
      docker
          .buildImageCmd(new ByteArrayInputStream(tar))
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

  private static DockerClient docker() {
    var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    var http = new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build();
    return DockerClientImpl.getInstance(config, http);
  }

  private static byte[] fromThisMachine() throws IOException {
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
      files.add(new ContainerFile("/bin/" + applet, 0755, program));
    }
    files.add(new ContainerFile("/tmp", 0777, Optional.empty()));
    return FileArchive.of(files);
  }
}
