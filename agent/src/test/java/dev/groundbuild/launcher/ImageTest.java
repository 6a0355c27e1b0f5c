package dev.groundbuild.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The product's image, made by {@code dev/image}, runs builds through the engine's mounted socket.
 */
final class ImageTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
  private static final String SOCKET = "/var/run/docker.sock";
  private static final String LABEL = "dev.groundbuild.build";

  @TempDir private static Path temporary;

  @BeforeAll
  static void makeTheImage() throws Exception {
    Path said = temporary.resolve("image.log");
    Process image =
        new ProcessBuilder(ROOT.resolve("dev/image").toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(image.waitFor()).as(Files.readString(said, UTF_8)).isZero();
  }

  @Test
  void aBuildOfManyStepsRunsThroughTheMountedSocketAndLeavesNothing() {
    List<String> before = objects();
    try (GenericContainer<?> groundbuild =
        new GenericContainer<>(DockerImageName.parse("groundbuild"))) {
      groundbuild
          .withImagePullPolicy(name -> false)
          .withCopyToContainer(MountableFile.forHostPath(ROOT.resolve("samples/gckb")), "/src")
          .withCreateContainerCmdModifier(create ->
              Objects.requireNonNull(create.getHostConfig())
                  .withBinds(com.github.dockerjava.api.model.Bind.parse(SOCKET + ":" + SOCKET)))
          .withCommand("run", "/src")
          .withStartupCheckStrategy(
              new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(3)))
          .start();

      assertThat(groundbuild.getLogs())
          .contains("Step #4 - \"deploy\": ")
          .contains("\nDONE\n")
          .doesNotContain("WARNING");
    }
    assertThat(objects()).isEqualTo(before);
  }

  /** What builds have on the engine. */
  private static List<String> objects() {
    DockerClient docker = DockerClientFactory.instance().client();
    List<String> found = new ArrayList<>();
    docker
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(List.of(LABEL))
        .exec()
        .forEach(c -> found.add("container " + c.getId()));
    docker
        .listNetworksCmd()
        .withFilter("label", List.of(LABEL))
        .exec()
        .forEach(n -> found.add("network " + n.getId()));
    docker
        .listVolumesCmd()
        .withFilter("label", List.of(LABEL))
        .exec()
        .getVolumes()
        .forEach(v -> found.add("volume " + v.getName()));
    return found;
  }
}
