package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.groundbuild.steps.engine.ContainerEngine.PullProgress;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.FileArchive;
import dev.groundbuild.steps.engine.ImageInfo;
import dev.groundbuild.steps.engine.ImageReference;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The images of a Docker engine. */
final class Images {
  private static final String LATEST = "latest";
  private static final String EMPTY = "groundbuild/empty:latest";

  private final DockerClient docker;
  private final Calls calls;
  private final Faults faults;
  private final CredentialHelpers helpers;

  Images(DockerClient docker, Calls calls, Faults faults, CredentialHelpers helpers) {
    this.docker = docker;
    this.calls = calls;
    this.faults = faults;
    this.helpers = helpers;
  }

  Optional<ImageInfo> find(String name) {
    return calls.answer(
        "looking for image " + name,
        () -> {
          try {
            return Optional.of(info(docker.inspectImageCmd(name).exec()));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  boolean hasAny(String name) {
    if (find(name).isPresent()) {
      return true;
    }
    boolean exact =
        ImageReference.parse(name)
            .filter(r -> r.tag().isPresent() || r.digest().isPresent())
            .isPresent();
    return !exact
        && calls.answer(
            "looking for image " + name,
            () -> !docker.listImagesCmd().withReferenceFilter(name).exec().isEmpty());
  }

  /** The tags of a repository. */
  List<String> tagsOf(String repository) {
    return calls.answer(
        "looking for tags of " + repository,
        () ->
            docker.listImagesCmd().withReferenceFilter(repository).exec().stream()
                .flatMap(image -> Arrays.stream(orNone(image.getRepoTags())))
                .flatMap(name -> ImageReference.parse(name).stream())
                .filter(name -> isSame(name.repository(), repository))
                .flatMap(name -> name.tag().stream())
                .sorted()
                .distinct()
                .toList());
  }

  /** The engine leaves the hub's name out. */
  private static boolean isSame(String known, String asked) {
    return ImageReference.familiar(known).equals(ImageReference.familiar(asked));
  }

  /** Makes the image without files, when it is missing. */
  String empty() {
    if (find(EMPTY).isEmpty()) {
      String doing = "making image " + EMPTY;
      calls.done(doing, this::loadEmpty);
      if (find(EMPTY).isEmpty()) {
        throw new EngineException(Kind.FAILED, doing + ": the engine did not take it", null);
      }
    }
    return EMPTY;
  }

  private void loadEmpty() {
    String architecture = docker.versionCmd().exec().getArch();
    String manifest =
        """
        [{"Config": "config.json", "RepoTags": ["%s"], "Layers": []}]
        """
            .formatted(EMPTY);
    String config =
        """
        {"architecture": "%s", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": []}}
        """
            .formatted(architecture);
    byte[] image =
        FileArchive.of(List.of(file("/manifest.json", manifest), file("/config.json", config)));
    docker.loadImageCmd(new ByteArrayInputStream(image)).exec();
  }

  private static ContainerFile file(String path, String text) {
    return new ContainerFile(path, 0644, Optional.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  String snapshot(String container, String tag, Map<String, String> labels, Set<String> withheld) {
    Snapshot snapshot = new Snapshot(docker, container, tag);
    return calls.made(
        "keeping the files of container " + container,
        () -> {
          snapshot.take(labels, withheld);
          return snapshot.name();
        },
        this::removeNow);
  }

  void remove(String name) {
    calls.done("removing image " + name, () -> removeNow(name));
  }

  private void removeNow(String name) {
    try {
      docker.removeImageCmd(name).exec();
    } catch (NotFoundException e) {
      // It is gone already.
    }
  }

  ImageInfo pull(ImageReference image, PullProgress progress) {
    String doing = "pulling image " + image;
    Optional<AuthConfig> auth =
        calls.answer("asking for credentials for " + image, () -> helpers.credentials(image));
    PullImageCmd request =
        docker
            .pullImageCmd(image.repository())
            .withTag(image.digest().or(image::tag).orElse(LATEST));
    auth.ifPresent(request::withAuthConfig);
    Pulling pulling = new Pulling(progress);
    Pieces.<PullResponseItem>follow(faults.ofRegistries(), doing, request::exec, pulling::accept);
    if (pulling.error().isPresent()) {
      throw faults.ofRegistries().said(doing, pulling.error().get());
    }
    return find(image.toString())
        .orElseThrow(() ->
            new EngineException(Kind.NOT_FOUND, doing + ": it is not there afterwards", null));
  }

  private static ImageInfo info(InspectImageResponse image) {
    Map<String, String> labels = image.getConfig() == null ? null : image.getConfig().getLabels();
    return new ImageInfo(
        String.valueOf(image.getId()),
        orEmpty(image.getRepoTags()),
        orEmpty(image.getRepoDigests()),
        labels == null ? Map.of() : labels);
  }

  private static String[] orNone(String @Nullable [] names) {
    return names == null ? new String[0] : names;
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
