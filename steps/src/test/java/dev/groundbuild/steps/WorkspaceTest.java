package dev.groundbuild.steps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.FileArchive;
import dev.groundbuild.steps.engine.Mount;
import dev.groundbuild.steps.fake.FakeEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of both engines. */
@Timeout(60)
class WorkspaceTest {
  private final String id = UUID.randomUUID().toString();
  private final Map<String, String> labels = Labels.of(id, Owner.ofThisProcess());

  static Stream<ContainerEngine> engines() {
    return Stream.of(DockerEngine.ofEnvironment(), new FakeEngine());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatGoesInComesOut(ContainerEngine engine) throws IOException {
    try (engine) {
      Workspace workspace = create(engine, Optional.empty());
      byte[] tar =
          FileArchive.of(
              List.of(
                  new ContainerFile("folder", 0755, Optional.empty()),
                  new ContainerFile("folder/run.sh", 0755, Optional.of("x".getBytes(UTF_8)))));
      workspace.fill(new ByteArrayInputStream(tar));
      try (InputStream out = workspace.copyOut()) {
        List<FileArchive.Entry> entries = FileArchive.all(out);
        assertThat(entries)
            .extracting(FileArchive.Entry::name)
            .containsExactly("workspace/", "workspace/folder/", "workspace/folder/run.sh");
        assertThat(entries).extracting(FileArchive.Entry::mode).containsExactly(0777, 0755, 0755);
      }
      removedWithoutTrace(engine);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyVolumeIsTheBuildsOwn(ContainerEngine engine) {
    try (engine) {
      Workspace workspace = create(engine, Optional.empty());
      assertThat(workspace.volumes())
          .isEqualTo(Map.of("workspace", "groundbuild_" + id + "_volume_workspace"));
      assertThat(engine.owned(Labels.BUILD, Optional.of(id)))
          .extracting(ContainerEngine.Owned::name)
          .containsExactlyInAnyOrder(
              "groundbuild_" + id + "_workspace",
              "groundbuild_" + id + "_workspace",
              "groundbuild_" + id + "_home",
              "groundbuild_" + id + "_volume_workspace");
      removedWithoutTrace(engine);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aBoundFolderIsUsedInPlaceAndKeepsItsMode(ContainerEngine engine, @TempDir Path folder)
      throws IOException {
    try (engine) {
      var before = Files.getPosixFilePermissions(folder);
      Workspace workspace = create(engine, Optional.of(folder));
      assertThat(workspace.workspace())
          .isEqualTo(new Mount.OfHost(folder.toString(), "/workspace", false));
      assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(before);
      removedWithoutTrace(engine);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anInterruptLeavesNothing(ContainerEngine engine) {
    try (engine) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> create(engine, Optional.empty()));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(engine.owned(Labels.BUILD, Optional.of(id))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsKeptIsOpenedAsItWas(ContainerEngine engine) throws IOException {
    try (engine) {
      Workspace first = create(engine, Optional.empty());
      first.fill(
          new ByteArrayInputStream(
              FileArchive.of(
                  List.of(new ContainerFile("file", 0644, Optional.of("x".getBytes(UTF_8)))))));
      first.keep(Instant.ofEpochSecond(999_999_999_999L));
      first.clearAround();
      assertThat(engine.owned(Labels.BUILD, Optional.of(id))).hasSize(4);

      Workspace second =
          Workspace.open(engine, id, labels, Optional.empty(), List.of("workspace", "more"));

      assertThat(second.workspace()).isEqualTo(first.workspace());
      assertThat(second.volumes()).containsAllEntriesOf(first.volumes()).containsKey("more");
      try (InputStream out = second.copyOut()) {
        assertThat(FileArchive.all(out))
            .extracting(FileArchive.Entry::name)
            .containsExactly("workspace/", "workspace/file");
      }
      removedWithoutTrace(engine);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsGoneCannotBeOpened(ContainerEngine engine) {
    try (engine) {
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> Workspace.open(engine, id, labels, Optional.empty(), List.of()))
          .withMessageContaining("no longer on the engine");
      assertThat(engine.owned(Labels.BUILD, Optional.of(id))).isEmpty();
    }
  }

  private Workspace create(ContainerEngine engine, Optional<Path> folder) {
    return Workspace.create(engine, id, labels, folder, List.of("workspace"));
  }

  private void removedWithoutTrace(ContainerEngine engine) {
    Leftovers.removeBuild(engine, id);
    assertThat(engine.owned(Labels.BUILD, Optional.of(id))).isEmpty();
    assertThat(Leftovers.removeBuild(engine, id)).isEmpty();
  }
}
