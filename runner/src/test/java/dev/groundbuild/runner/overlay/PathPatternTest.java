package dev.groundbuild.runner.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PathPatternTest {
  @Test
  void starsStayWithinAFolderAndTwoOfThemDoNot() {
    assertThat(matched("*.xml")).containsExactly("pom.xml");
    assertThat(matched("**/pom.xml")).containsExactly("pom.xml", "a/pom.xml", "a/b/pom.xml");
    assertThat(matched("a/**")).containsExactly("a/pom.xml", "a/b/pom.xml");
    assertThat(matched("a/?/pom.xml")).containsExactly("a/b/pom.xml");
    assertThat(matched("pom[x]ml")).isEmpty();
  }

  private static List<String> matched(String pattern) {
    return List.of("pom.xml", "a/pom.xml", "a/b/pom.xml").stream()
        .filter(path -> PathPattern.compile(pattern).matcher(path).matches())
        .toList();
  }
}
