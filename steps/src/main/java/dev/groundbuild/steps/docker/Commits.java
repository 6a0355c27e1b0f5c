package dev.groundbuild.steps.docker;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.groundbuild.steps.engine.ArchiveCopy;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.FileArchive;
import dev.groundbuild.steps.engine.ImageRecipe;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes images of containers.
 *
 * <p>The engine's own commit would take over the container's environment, and keep the rest of its
 * settings in the image's history. So the files are taken out, and given back as an image whose
 * settings are written here.
 */
final class Commits {
  /** The engine takes no more in this form. */
  private static final long MOST_BYTES = 8L << 30;

  private static final String LAYER = "layer.tar";

  private static final int BUFFER = 1 << 18;

  private final DockerClient docker;
  private final Calls calls;
  private final ObjectMapper json =
      new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

  Commits(DockerClient docker, Calls calls) {
    this.docker = docker;
    this.calls = calls;
  }

  String make(String container, ImageRecipe recipe) {
    String first = recipe.names().getFirst();
    String doing = "making image " + first + " of container " + container;
    return calls.made(
        doing,
        () -> {
          Path layer = temporary();
          try {
            load(layer, takeOut(container, layer), container, recipe);
          } finally {
            Files.deleteIfExists(layer);
          }
          return idOf(first, doing);
        },
        _ -> recipe.names().forEach(this::remove));
  }

  private void remove(String name) {
    try {
      docker.removeImageCmd(name).exec();
    } catch (NotFoundException e) {
      // It is gone already.
    }
  }

  private String idOf(String name, String doing) {
    try {
      return String.valueOf(docker.inspectImageCmd(name).exec().getId());
    } catch (NotFoundException e) {
      throw new EngineException(Kind.FAILED, doing + ": the engine did not take it", e);
    }
  }

  /** Returns the digest of the files. */
  private String takeOut(String container, Path layer) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream files = docker.exportContainerCmd(container).exec();
        OutputStream out =
            new DigestOutputStream(
                new BufferedOutputStream(
                    new LocalFile(Files.newOutputStream(layer), layer), BUFFER),
                digest)) {
      ArchiveCopy.copy(files, out, ImageRecipe::leavesOut);
    }
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  /** Keeps what this machine can't write apart from what the engine does not say. */
  private static final class LocalFile extends FilterOutputStream {
    private final Path path;

    LocalFile(OutputStream file, Path path) {
      super(file);
      this.path = path;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        throw full(path, e);
      }
    }
  }

  private static EngineException full(Path path, IOException e) {
    return new EngineException(
        Kind.REFUSED,
        "the files of the image can't be written to "
            + path
            + " on this machine: "
            + e.getMessage()
            + "; make room there, or say where there is some in JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER",
        e);
  }

  private static Path temporary() {
    try {
      return Files.createTempFile("groundbuild-layer", ".tar");
    } catch (IOException e) {
      throw full(Path.of(System.getProperty("java.io.tmpdir", "/tmp")), e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void load(Path layer, String digest, String container, ImageRecipe recipe)
      throws IOException {
    long size = Files.size(layer);
    if (size >= MOST_BYTES) {
      throw new EngineException(
          Kind.REFUSED, "the container's files are more than " + (MOST_BYTES >> 30) + " GiB", null);
    }
    byte[] end = new byte[FileArchive.padding(size)];
    try (InputStream files = new BufferedInputStream(Files.newInputStream(layer));
        InputStream image =
            new SequenceInputStream(
                Collections.enumeration(
                    List.of(
                        new ByteArrayInputStream(FileArchive.header(LAYER, size)),
                        files,
                        new ByteArrayInputStream(end),
                        new ByteArrayInputStream(description(digest, container, recipe)))))) {
      docker.loadImageCmd(image).exec();
    }
  }

  private byte[] description(String digest, String container, ImageRecipe recipe)
      throws JsonProcessingException {
    ArrayNode manifest = json.createArrayNode();
    ObjectNode entry = manifest.addObject().put("Config", "config.json");
    add(entry.putArray("RepoTags"), recipe.names());
    entry.putArray("Layers").add(LAYER);
    return FileArchive.of(
        List.of(
            file("manifest.json", json.writeValueAsString(manifest)),
            file("config.json", json.writeValueAsString(image(digest, container, recipe)))));
  }

  private static ContainerFile file(String name, String text) {
    return new ContainerFile(name, 0644, Optional.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private ObjectNode image(String digest, String container, ImageRecipe recipe) {
    String id = docker.inspectContainerCmd(container).exec().getImageId();
    InspectImageResponse base = docker.inspectImageCmd(id).exec();
    String now = Instant.now().toString();
    ObjectNode image = json.createObjectNode();
    image.put("architecture", base.getArch()).put("os", base.getOs()).put("created", now);
    recipe.author().ifPresent(author -> image.put("author", author));
    recipe.message().ifPresent(message -> image.put("comment", message));
    image.set("config", config(base, recipe));
    image.putObject("rootfs").put("type", "layers").putArray("diff_ids").add(digest);
    ObjectNode history = image.putArray("history").addObject().put("created", now);
    recipe.author().ifPresent(author -> history.put("author", author));
    recipe.message().ifPresent(message -> history.put("comment", message));
    return image;
  }

  private ObjectNode config(InspectImageResponse base, ImageRecipe recipe) {
    ContainerConfig own = base.getConfig();
    ObjectNode config = own == null ? json.createObjectNode() : json.valueToTree(own);
    // What the container that the image was once made of was like.
    config.remove(List.of("Hostname", "Image"));
    if (recipe.entrypoint().isPresent()) {
      config.remove("Cmd");
    }
    recipe.entrypoint().ifPresent(words -> add(config.putArray("Entrypoint"), words));
    recipe.cmd().ifPresent(words -> add(config.putArray("Cmd"), words));
    recipe.workdir().ifPresent(folder -> config.put("WorkingDir", folder));
    recipe.user().ifPresent(user -> config.put("User", user));
    recipe.stopSignal().ifPresent(signal -> config.put("StopSignal", signal));
    replaceKeys(config, "ExposedPorts", recipe.ports());
    replaceKeys(config, "Volumes", recipe.volumes());
    env(config, recipe.env());
    if (!recipe.labels().isEmpty()) {
      ObjectNode labels = config.withObjectProperty("Labels");
      recipe.labels().forEach(labels::put);
    }
    return config;
  }

  private static void replaceKeys(ObjectNode config, String name, Collection<String> keys) {
    if (!keys.isEmpty()) {
      ObjectNode replaced = config.putObject(name);
      keys.forEach(replaced::putObject);
    }
  }

  private static void env(ObjectNode config, Map<String, String> env) {
    ArrayNode entries = config.withArrayProperty("Env");
    for (int i = entries.size() - 1; i >= 0; i--) {
      String name = entries.get(i).asText().split("=", 2)[0];
      if (env.containsKey(name)) {
        entries.remove(i);
      }
    }
    env.forEach((name, value) -> entries.add(name + "=" + value));
  }

  private static void add(ArrayNode array, Collection<String> texts) {
    texts.forEach(array::add);
  }
}
