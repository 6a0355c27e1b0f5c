package dev.groundbuild.runner.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wildcards of gsutil. */
final class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "out/a.txt, out/a.txt",
    "./out/a.txt, out/a.txt",
    "/workspace/out/a.txt, out/a.txt",
    "out//./a.txt, out/a.txt",
    "*.txt, a.txt",
    "out/*.txt, out/b.txt",
    "out/?.txt, out/a.txt",
    "out/[a-c].txt, out/b.txt",
    "out/[!x].txt, out/b.txt",
    "out/**, out/x/y/z",
    "**/a.txt, a.txt",
    "**/a.txt, x/y/a.txt",
    "**.txt, x/y/a.txt",
    "out/.*, out/.hidden",
    "a+b(1).txt, a+b(1).txt"
  })
  void matches(String glob, String file) {
    assertThat(Glob.of(glob).matches(file)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "*.txt, out/a.txt",
    "out/*, out/x/y",
    "out/*, out/.hidden",
    "out/?.txt, out/ab.txt",
    "out/[a-c].txt, out/d.txt",
    "out, out/a.txt",
    "/etc/passwd, etc/passwd"
  })
  void doesNotMatch(String glob, String file) {
    assertThat(Glob.of(glob).matches(file)).isFalse();
  }

  @Test
  void anOpenBracketIsItself() {
    assertThat(Glob.of("a[1").matches("a[1")).isTrue();
  }
}
