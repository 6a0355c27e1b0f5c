package dev.groundbuild.runner.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FetchListTest {
  private static final Path FOLDER = Path.of("/base");

  private static List<String> read(String text) {
    return FetchList.read("list", text, FOLDER).stream()
        .map(d -> d.url() + " " + d.destination() + d.checksum().map(c -> " " + c).orElse(""))
        .toList();
  }

  @Test
  void aLineIsAnAddressAPlaceAndAChecksum() {
    String md5 = "0123456789abcdef0123456789ABCDEF";
    assertThat(
            read(
                """
                # tools
                https://example.com/a.tgz

                https://example.com/b?x=1#y   sub/b2
                \thttps://example.com/%41+c   -    md5:%s   # why
                https://example.com/d "a blank/d#1"
                https://example.com/e sub/
                https://example.com/f /abs/f
                """
                    .replace("%s", md5)))
        .containsExactly(
            "https://example.com/a.tgz /base/a.tgz",
            "https://example.com/b /base/sub/b2",
            "https://example.com/%41+c /base/A+c md5:0123456789abcdef0123456789abcdef",
            "https://example.com/d /base/a blank/d#1",
            "https://example.com/e /base/sub/e",
            "https://example.com/f /abs/f");
  }

  @Test
  void everyProblemIsNamedAtItsLine() {
    assertThatThrownBy(() ->
            read(
                """
                ftp://example.com/a
                https://example.com/
                https://example.com/a b c d
                https://example.com/a b sha1:00
                https://example.com/a b sha256:00
                https://example.com/a "b
                https://example.com/a
                https://example.com/b ./x/../a
                """))
        .isInstanceOf(BadFetchException.class)
        .message()
        .satisfies(m ->
            assertThat(m.lines())
                .containsExactly(
                    "list:1: ftp://example.com/a: only https:// and http:// addresses are fetched",
                    "list:2: https://example.com/: the address ends in no file's name; give DEST",
                    "list:3: \"d\" is one part too many; a line is: URL [DEST [CHECKSUM]]",
                    "list:4: \"sha1:00\" is no checksum; write sha256:HEX, sha512:HEX or md5:HEX",
                    "list:5: \"00\" is no sha256 checksum: that has 64 hexadecimal digits",
                    "list:6: a double quote stands alone",
                    "list:8: /base/a is the destination of line 7, too"));
    assertThatThrownBy(() -> read("\n# nothing\n")).hasMessageContaining("the list is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "https://", "https:///x", "https://a b/c", "//h/x", "mailto:x"})
  void whatIsNoAddressIsRefused(String text) {
    assertThatThrownBy(() -> WebAddress.parse(text)).isInstanceOf(BadFetchException.class);
  }

  @Test
  void refusalsShowNoPassword() {
    assertThatThrownBy(() -> WebAddress.parse("ftp://me:s3cret@h/x"))
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> WebAddress.parse("https://me:s3cret@h/ x"))
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> RequestHeaders.of(List.of("s3cret")))
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> RequestHeaders.of(List.of("Host: s3cret")))
        .hasMessage("the header Host can't be sent");
    assertThatThrownBy(() -> RequestHeaders.of(List.of("range: bytes=1-")))
        .hasMessageContaining("can't be given");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://h/..", "https://h/a%2Fb", "https://h/%00", "https://h/a%5cb"})
  void aNameThatLeadsElsewhereIsNoName(String url) {
    assertThat(WebAddress.parse(url).fileName()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "0x755", "888", "01777", "u+x"})
  void whatIsNoModeIsRefused(String text) {
    assertThatThrownBy(() -> FileMode.parse(text)).isInstanceOf(BadFetchException.class);
  }
}
