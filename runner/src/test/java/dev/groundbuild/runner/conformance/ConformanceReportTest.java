package dev.groundbuild.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/conformance.md} true to the cases. */
final class ConformanceReportTest {

  @Test
  void thePageListsEveryCaseWithItsEvidence() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    Path page = root.resolve("docs/conformance.md");
    Path proposal = root.resolve("runner/target/conformance.md");
    String right = text(Cases.all());
    Files.writeString(proposal, right);
    String found = Files.exists(page) ? Files.readString(page) : "";
    assertThat(found.equals(right))
        .as("%s is out of date: read %s and copy it there".formatted(page, proposal))
        .isTrue();
  }

  private static String text(List<ConformanceCase> cases) {
    return """
    # Conformance

    What Cloud Build does, and a case that shows that Groundbuild does the same: each runs the command line,
    those of `run` on a real container engine. This page is written by `ConformanceReportTest` from the cases in
    `runner/src/test/resources/conformance`; `ConformanceTest` runs them.

    Evidence: *proven* behaviour is documented, or was seen in the service's own code or logs; *assumed* behaviour is
    our reading where neither says what the service does. A *pending* case shows something that Groundbuild does not do
    yet; the test fails when it begins to.

    %s
    ## Cases

    | section | behaviour | evidence | command |
    |---|---|---|---|
    %s\
    """
        .formatted(counts(cases), rows(cases));
  }

  private static String counts(List<ConformanceCase> cases) {
    Stream<String> sections =
        cases.stream()
            .map(ConformanceCase::section)
            .collect(Collectors.toCollection(() -> new TreeSet<>(BY_NUMBER)))
            .stream()
            .map(section ->
                count(
                    "%s %s".formatted(section, SpecSections.title(section)),
                    cases,
                    c -> c.section().equals(section)));
    return "| section | cases | proven | assumed | of these pending |\n|---|--:|--:|--:|--:|\n"
        + count("**all**", cases, c -> true)
        + sections.collect(Collectors.joining());
  }

  private static String count(
      String name, List<ConformanceCase> all, Predicate<ConformanceCase> which) {
    List<ConformanceCase> cases = all.stream().filter(which).toList();
    long proven = cases.stream().filter(c -> c.evidence().equals("proven")).count();
    long pending = cases.stream().filter(c -> c.pending().isPresent()).count();
    return "| %s | %d | %d | %d | %d |\n"
        .formatted(name, cases.size(), proven, cases.size() - proven, pending);
  }

  private static String rows(List<ConformanceCase> cases) {
    return cases.stream()
        .sorted(Comparator.comparing(ConformanceCase::section, BY_NUMBER))
        .map(c ->
            "| %s | %s | %s | %s |\n"
                .formatted(
                    c.section(),
                    c.title().replace("|", "\\|"),
                    c.evidence() + c.pending().map(why -> ", pending: " + why).orElse(""),
                    c.command()))
        .collect(Collectors.joining());
  }

  private static final Comparator<String> BY_NUMBER =
      Comparator.comparing((String s) -> Integer.valueOf(s.substring(0, s.indexOf('.'))))
          .thenComparing(s -> Integer.valueOf(s.substring(s.indexOf('.') + 1)));
}
