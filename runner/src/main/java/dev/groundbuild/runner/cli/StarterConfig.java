package dev.groundbuild.runner.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The build configs to begin with; the first whose file is there is taken. */
enum StarterConfig {
  DOCKERFILE("Dockerfile", "docker.yaml"),
  MAVEN("pom.xml", "maven.yaml"),
  NPM("package.json", "npm.yaml"),
  GO("go.mod", "go.yaml");

  private final String file;
  private final String resource;

  StarterConfig(String file, String resource) {
    this.file = file;
    this.resource = resource;
  }

  static Optional<StarterConfig> of(Path folder) {
    return Arrays.stream(values())
        .filter(starter -> Files.isRegularFile(folder.resolve(starter.file)))
        .findFirst();
  }

  /** What was found. */
  String found() {
    return file;
  }

  /** The file with the config. */
  String resource() {
    return resource;
  }
}
