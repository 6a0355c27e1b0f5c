package dev.groundbuild.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SourceArgumentTest {
  @TempDir Path here;
  private final IgnoreChoice ignore = new IgnoreChoice.GcloudRules();

  private BuildSource parse(String text) {
    return SourceArgument.parse(text, "", here, ignore);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "https://example.com/a/b, https://example.com/a/b, '', ''",
        "https://example.com/a/b.git#v1.2, https://example.com/a/b.git, v1.2, ''",
        "https://example.com/a#feature/x:sub/dir, https://example.com/a, feature/x, sub/dir",
        "git+http://example.com:81/a, http://example.com:81/a, '', ''",
        "git@example.com:a/b.git#main, git@example.com:a/b.git, main, ''",
        "ssh://git@example.com:2222/a#1f2e, ssh://git@example.com:2222/a, 1f2e, ''",
        "file:///srv/repo.git, file:///srv/repo.git, '', ''",
        "git+file:///srv/odd.zip#x, file:///srv/odd.zip, x, ''",
        "git://example.com/a, git://example.com/a, '', ''",
      })
  void gitAddressesAreTakenApart(String text, String url, String revision, String dir) {
    assertThat(parse(text)).isEqualTo(new BuildSource.Git(url, revision, dir, null));
  }

  @Test
  void aLoginIsTakenOutOfTheAddressAndNeverShown() {
    BuildSource.Git git = (BuildSource.Git) parse("https://me:s3cr%40t@example.com/a#main");
    assertThat(git.url()).isEqualTo("https://example.com/a");
    assertThat(git.revision()).isEqualTo("main");
    GitLogin login = Objects.requireNonNull(git.login());
    assertThat(login.user()).isEqualTo("me");
    assertThat(login.password()).isEqualTo("s3cr@t");
    assertThat(git.toString()).doesNotContain("s3cr").doesNotContain("me:");
    BuildSource.Git token = (BuildSource.Git) parse("https://tok-en@example.com/a");
    assertThat(token.toString()).doesNotContain("tok-en");
    assertThatThrownBy(() -> parse("ftp://me:s3cret@example.com/a"))
        .hasMessageContaining("ftp://example.com/a: ftp:// is no kind of source")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void theFlagGivesTheRevisionToo() {
    assertThat(SourceArgument.parse("https://h/a", "v2", here, ignore))
        .isEqualTo(new BuildSource.Git("https://h/a", "v2", "", null));
    assertThatThrownBy(() -> SourceArgument.parse("https://h/a#v1", "v2", here, ignore))
        .hasMessage("https://h/a: two revisions are given, \"v1\" and \"v2\"; give one");
  }

  @Test
  void foldersAndArchivesAreFoundOnDisk() throws Exception {
    Path folder = Files.createDirectory(here.resolve("app"));
    Path archive = Files.createFile(here.resolve("app.tar.gz"));
    assertThat(parse("app")).isEqualTo(new BuildSource.Folder(folder, ignore));
    assertThat(parse(".")).isEqualTo(new BuildSource.Folder(here, ignore));
    assertThat(parse("app.tar.gz")).isEqualTo(new BuildSource.Archive(archive));
    assertThat(parse("file://" + archive)).isEqualTo(new BuildSource.Archive(archive));
  }

  @Test
  void aFolderWhoseNameLooksLikeAnAddressIsAFolder() throws Exception {
    Path folder = Files.createDirectory(here.resolve("git@host:path"));
    assertThat(parse("git@host:path")).isEqualTo(new BuildSource.Folder(folder, ignore));
  }

  @Test
  void whatCanNotBeASourceIsRefusedWithAdvice() throws Exception {
    Files.createFile(here.resolve("cloudbuild.yaml"));
    assertThatThrownBy(() -> parse("nope")).hasMessage("nope: no such folder or archive");
    assertThatThrownBy(() -> parse(" ")).hasMessageContaining("SOURCE is empty");
    assertThatThrownBy(() -> parse("cloudbuild.yaml")).hasMessageContaining("--config");
    assertThatThrownBy(() -> parse("gs://bucket/o.tgz"))
        .hasMessageContaining("gcloud storage cp gs://bucket/o.tgz .");
    assertThatThrownBy(() -> parse("git+somewhere")).hasMessageContaining("not a git address");
    assertThatThrownBy(() -> parse("https://h/a#x:../..")).hasMessageContaining("leads out");
    assertThatThrownBy(() -> SourceArgument.parse(".", "main", here, ignore))
        .hasMessageContaining("write file://" + here);
    assertThatThrownBy(() -> parse("a\0b")).hasMessageContaining("not a path");
  }
}
