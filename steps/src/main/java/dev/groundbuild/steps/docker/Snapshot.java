package dev.groundbuild.steps.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.FileArchive;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes an image of a container. Engines write the container's own environment into a corner of the
 * image that no option reaches, so where something of that is withheld, the image is described
 * anew: loading a description over layers that the engine has makes an image of them, with nothing
 * in it but what the description says.
 */
final class Snapshot {
  private static final String RAW = "-raw";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DockerClient docker;
  private final String container;
  private final String tag;

  Snapshot(DockerClient docker, String container, String tag) {
    this.docker = docker;
    this.container = container;
    this.tag = tag;
  }

  String name() {
    return ContainerEngine.SNAPSHOTS + ":" + tag;
  }

  void take(Map<String, String> labels, Set<String> withheld) {
    // A second image of one name would leave the first without any, for nobody to find.
    remove(name());
    if (withheld.isEmpty()) {
      commit(tag, labels);
      return;
    }
    String raw = name() + RAW;
    remove(raw);
    // With the labels of its container only: should this process be killed, its owner is dead.
    commit(tag + RAW, Map.of());
    try {
      describe(docker.inspectImageCmd(raw).exec(), labels, withheld);
    } finally {
      remove(raw);
    }
  }

  private void commit(String as, Map<String, String> labels) {
    docker
        .commitCmd(container)
        .withRepository(ContainerEngine.SNAPSHOTS)
        .withTag(as)
        .withLabels(labels)
        .exec();
  }

  private void describe(
      InspectImageResponse raw, Map<String, String> labels, Set<String> withheld) {
    ContainerConfig config = raw.getConfig();
    var files = raw.getRootFS();
    List<String> layers = files == null ? null : files.getLayers();
    if (config == null || layers == null || layers.isEmpty()) {
      throw refused(null);
    }
    try {
      byte[] image = archive(raw, config(config, labels, withheld), layers);
      docker.loadImageCmd(new ByteArrayInputStream(image)).exec();
      docker.inspectImageCmd(name()).exec();
    } catch (NotFoundException | JsonProcessingException e) {
      throw refused(e);
    }
  }

  private static EngineException refused(@Nullable Exception cause) {
    return new EngineException(
        Kind.REFUSED,
        "this engine can't make an image of the step without the values of its secrets",
        cause);
  }

  private static ObjectNode config(
      ContainerConfig config, Map<String, String> labels, Set<String> withheld) {
    ObjectNode described = JSON.valueToTree(config);
    ArrayNode env = described.putArray("Env");
    String[] variables = config.getEnv();
    for (String variable : variables == null ? new String[0] : variables) {
      if (!withheld.contains(variable.split("=", 2)[0])) {
        env.add(variable);
      }
    }
    ObjectNode labelled = described.putObject("Labels");
    Map<String, String> own = config.getLabels();
    if (own != null) {
      own.forEach(labelled::put);
    }
    labels.forEach(labelled::put);
    return described;
  }

  private byte[] archive(InspectImageResponse raw, ObjectNode config, List<String> layers)
      throws JsonProcessingException {
    ObjectNode image = JSON.createObjectNode();
    image.put("architecture", raw.getArch());
    image.put("os", raw.getOs());
    image.put("created", raw.getCreated());
    image.set("config", config);
    ObjectNode files = image.putObject("rootfs").put("type", "layers");
    ArrayNode ids = files.putArray("diff_ids");
    ObjectNode manifest = JSON.createObjectNode().put("Config", "config.json");
    manifest.putArray("RepoTags").add(name());
    ArrayNode names = manifest.putArray("Layers");
    for (String layer : layers) {
      ids.add(layer);
      // Not in the archive: the engine has it.
      names.add(layer.replace(':', '-') + "/layer.tar");
    }
    return FileArchive.of(
        List.of(
            file("/manifest.json", JSON.writeValueAsBytes(List.of(manifest))),
            file("/config.json", JSON.writeValueAsBytes(image))));
  }

  private static ContainerFile file(String path, byte[] content) {
    return new ContainerFile(path, 0644, Optional.of(content));
  }

  private void remove(String image) {
    try {
      docker.removeImageCmd(image).exec();
    } catch (NotFoundException e) {
      // It is gone already.
    }
  }
}
