package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds a build config and reads it. */
public final class ConfigFile {
  /** Stands for standard input. */
  public static final String STDIN = "-";

  /** Cloud Build: these names are looked for, in this order, then a Dockerfile. */
  public static final List<String> NAMES =
      List.of("cloudbuild.yaml", "cloudbuild.yml", "cloudbuild.json");

  private static final String DOCKERFILE = "Dockerfile";

  private ConfigFile() {}

  /**
   * A config and where it came from. When nothing was found, the config holds the error.
   *
   * @param file empty for standard input, and when nothing was found
   */
  public record Loaded(Optional<Path> file, BuildConfig config) {}

  /**
   * @param arg a file, a folder that holds one, or {@code -}
   */
  public static Loaded load(String arg, InputStream stdin, Door door) {
    if (arg.equals(STDIN)) {
      return fromStdin(stdin, door);
    }
    try {
      Path path = Path.of(arg);
      if (Files.isDirectory(path)) {
        return fromFolder(path, door);
      }
      return Files.exists(path)
          ? fromFile(path, door)
          : nothing(arg, "there is no such file or folder");
    } catch (InvalidPathException e) {
      return nothing(arg, "this is not the name of a file");
    }
  }

  private static Loaded fromStdin(InputStream stdin, Door door) {
    String name = "<stdin>";
    try {
      byte[] text = stdin.readNBytes(YamlText.MOST_BYTES + 1);
      return new Loaded(Optional.empty(), ConfigReader.read(name, text, door));
    } catch (IOException e) {
      return nothing(name, "cannot be read: " + e.getMessage());
    }
  }

  private static Loaded fromFolder(Path folder, Door door) {
    for (String name : NAMES) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        return fromFile(file, door);
      }
    }
    Path dockerfile = folder.resolve(DOCKERFILE);
    if (Files.isRegularFile(dockerfile)) {
      return new Loaded(Optional.of(dockerfile), ofDockerfile(dockerfile));
    }
    String names = String.join(", ", NAMES) + " or " + DOCKERFILE;
    return nothing(folder.toString(), "there is no " + names + " in this folder");
  }

  private static Loaded fromFile(Path file, Door door) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] text = in.readNBytes(YamlText.MOST_BYTES + 1);
      return new Loaded(Optional.of(file), ConfigReader.read(file.toString(), text, door));
    } catch (AccessDeniedException e) {
      return nothing(file.toString(), "cannot be read: permission denied");
    } catch (IOException e) {
      return nothing(file.toString(), "cannot be read: " + e.getMessage());
    }
  }

  /**
   * The build that a Dockerfile alone asks for. Cloud Build: its docker step must name the network
   * {@code cloudbuild} to see the build's credentials. The image is named for the folder.
   */
  private static BuildConfig ofDockerfile(Path dockerfile) {
    String image = "gcr.io/$PROJECT_ID/" + imageName(dockerfile) + ":latest";
    BuildStep step =
        BuildStep.newBuilder()
            .setName("gcr.io/cloud-builders/docker")
            .addAllArgs(List.of("build", "--network=cloudbuild", "-t", image, "."))
            .build();
    Build build = Build.newBuilder().addSteps(step).addImages(image).build();
    String name = dockerfile.toString();
    return new BuildConfig(name, build, Map.of(), Map.of("", new Position(name, 1, 1)), List.of());
  }

  private static String imageName(Path dockerfile) {
    Path folder = dockerfile.toAbsolutePath().normalize().getParent();
    Path last = folder == null ? null : folder.getFileName();
    String name =
        (last == null ? "" : last.toString())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return name.isEmpty() ? "image" : name;
  }

  private static Loaded nothing(String name, String why) {
    Problem problem = new Problem(Problem.Severity.ERROR, Optional.empty(), "", name + ": " + why);
    BuildConfig config =
        new BuildConfig(name, Build.getDefaultInstance(), Map.of(), Map.of(), List.of(problem));
    return new Loaded(Optional.empty(), config);
  }
}
