package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that are wrong, and those that only look so. */
final class MistypedTest {
  @TempDir Path here;

  private InProcess.Ended run(String... args) {
    return runWith("", args);
  }

  private InProcess.Ended runWith(String in, String... args) {
    return InProcess.run(List.of(args), in, Map.of("HOME", here.toString()), here);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replay none.json",
        "fetch --list=none.json",
        "fetch http://127.0.0.1:1/x --header-file=none.json",
        "repos sync --file=none.json"
      })
  void aFileThatIsNotThereIsTheUsersMistake(String line) {
    InProcess.Ended ended = run(line.split(" "));
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).isEqualTo("groundbuild: none.json: no such file\n");
  }

  @Test
  void aFolderInThePlaceOfAFileIsTheUsersMistake() throws Exception {
    Files.createDirectory(here.resolve("folder"));
    InProcess.Ended ended = run("replay", "folder");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).startsWith("groundbuild: folder: can't be read: ");
  }

  @Test
  void aSourceThatCanNotBeHadIsAFailureAndOneThatIsNoneAMistake() {
    InProcess.Ended away = run("run", "--dryrun", "http://127.0.0.1:1/repo.git");
    assertThat(away.exit()).as(away.err()).isEqualTo(1);
    assertThat(away.err()).contains("can't be fetched");
    InProcess.Ended none = run("run", "--dryrun", "none.tgz");
    assertThat(none.exit()).as(none.err()).isEqualTo(2);
    assertThat(none.err()).contains("no such folder or archive");
  }
}
