package dev.groundbuild.runner.conformance;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What builds have left on the engine. */
final class EngineObjects implements AutoCloseable {
  private static final String LABEL = "dev.groundbuild.build";

  private final DockerClient client;

  EngineObjects() {
    DefaultDockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    client =
        DockerClientImpl.getInstance(
            config,
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .build());
  }

  /** Containers, networks and volumes of a build. */
  List<String> of(String id) {
    List<String> found = new ArrayList<>();
    String label = LABEL + "=" + id;
    client
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(List.of(label))
        .exec()
        .forEach(c -> found.add("container " + String.join(",", c.getNames())));
    client
        .listNetworksCmd()
        .withFilter("label", List.of(label))
        .exec()
        .forEach(n -> found.add("network " + n.getName()));
    Optional.ofNullable(
            client.listVolumesCmd().withFilter("label", List.of(label)).exec().getVolumes())
        .orElse(List.of())
        .forEach(v -> found.add("volume " + v.getName()));
    return found;
  }

  /** Removes the images that a case has made: those with the build's id in their name. */
  void removeImagesNamedAfter(String id) {
    for (Image image : client.listImagesCmd().exec()) {
      String[] tags = Optional.ofNullable(image.getRepoTags()).orElse(new String[0]);
      for (String tag : tags) {
        if (tag.contains(id)) {
          client.removeImageCmd(tag).withForce(true).exec();
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
