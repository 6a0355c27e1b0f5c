package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.ConfigFile.Loaded;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
  @TempDir Path folder;

  @Test
  void aFolderIsSearchedInOrder() throws IOException {
    write("Dockerfile", "FROM x\n");
    write("cloudbuild.json", "{\"tags\": [\"json\"]}");
    assertThat(load(folder).config().build().getTags(0)).isEqualTo("json");
    write("cloudbuild.yml", "tags: [yml]");
    assertThat(load(folder).config().build().getTags(0)).isEqualTo("yml");
    write("cloudbuild.yaml", "tags: [yaml]");
    Loaded loaded = load(folder);
    assertThat(loaded.config().build().getTags(0)).isEqualTo("yaml");
    assertThat(loaded.file()).contains(folder.resolve("cloudbuild.yaml"));
    assertThat(loaded.config().name()).isEqualTo(folder.resolve("cloudbuild.yaml").toString());
  }

  @Test
  void aFileIsReadWhateverItsName() throws IOException {
    Path file = write("ci.conf", "tag: [x]\n");
    assertThat(load(file).config().problems())
        .extracting(Problem::toString)
        .containsExactly(file + ":1:1: unknown field \"tag\" in Build; did you mean \"tags\"?");
  }

  @Test
  void aLoneDockerfileIsBuiltIntoAnImageNamedForItsFolder() throws IOException {
    Path app = Files.createDirectory(folder.resolve("My App_1"));
    Files.writeString(app.resolve("Dockerfile"), "FROM x\n");
    Loaded loaded = load(app);
    assertThat(loaded.file()).contains(app.resolve("Dockerfile"));
    assertThat(loaded.config().problems()).isEmpty();
    assertThat(loaded.config().build().getStepsList())
        .singleElement()
        .satisfies(step -> {
          assertThat(step.getName()).isEqualTo("gcr.io/cloud-builders/docker");
          assertThat(step.getArgsList())
              .containsExactly(
                  "build", "--network=cloudbuild", "-t", "gcr.io/$PROJECT_ID/my-app-1:latest", ".");
        });
    assertThat(loaded.config().build().getImagesList())
        .containsExactly("gcr.io/$PROJECT_ID/my-app-1:latest");
  }

  @Test
  void standardInputIsRead() {
    InputStream in = new ByteArrayInputStream("tags: [1]".getBytes(StandardCharsets.UTF_8));
    Loaded loaded = ConfigFile.load("-", in, Door.UNION);
    assertThat(loaded.file()).isEmpty();
    assertThat(loaded.config().problems()).singleElement().asString().startsWith("<stdin>:1:8: ");
  }

  @Test
  void whenNothingIsThereTheErrorSaysWhatWasLookedFor() {
    assertThat(load(folder).config().problems())
        .extracting(Problem::toString)
        .containsExactly(
            folder
                + ": there is no cloudbuild.yaml, cloudbuild.yml, cloudbuild.json or Dockerfile in"
                + " this folder");
    Path none = folder.resolve("none.yaml");
    assertThat(load(none).config().problems())
        .extracting(Problem::toString)
        .containsExactly(none + ": there is no such file or folder");
    assertThat(ConfigFile.load("a\0b", InputStream.nullInputStream(), Door.UNION).config())
        .matches(BuildConfig::hasErrors);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Loaded load(Path path) {
    return ConfigFile.load(path.toString(), InputStream.nullInputStream(), Door.UNION);
  }
}
