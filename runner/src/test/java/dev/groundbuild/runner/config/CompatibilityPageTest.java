package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.FieldFates.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the table in {@code docs/compatibility.md} true; the text around it is written by hand. */
final class CompatibilityPageTest {
  private static final String BEGIN = "<!-- fields: begin (made by CompatibilityPageTest) -->\n";
  private static final String END = "<!-- fields: end -->\n";

  @Test
  void thePageHasOneRowPerFieldWithItsFate() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    Path page = root.resolve("docs/compatibility.md");
    String found = Files.readString(page);
    int begin = found.indexOf(BEGIN);
    int end = found.indexOf(END);
    assertThat(begin).as("marker in " + page).isNotNegative();
    assertThat(end).as("marker in " + page).isGreaterThan(begin);

    String right = found.substring(0, begin) + BEGIN + table() + found.substring(end);
    Path proposal = root.resolve("runner/target/compatibility.md");
    Files.writeString(proposal, right);
    assertThat(found.equals(right))
        .as("%s is out of date: read %s and copy it there".formatted(page, proposal))
        .isTrue();
  }

  private static String table() {
    List<KnownField> fields = KnownField.all();
    StringBuilder text = new StringBuilder(counts(fields));
    text.append("\n### Fields that a config may set\n\n");
    text.append("| field | type | fate | what happens here |\n|---|---|---|---|\n");
    fields.stream()
        .filter(field -> !field.outputOnly())
        .map(CompatibilityPageTest::row)
        .forEach(text::append);
    text.append("\n### Fields that Cloud Build sets (output only): refused in a config\n\n");
    text.append("| field | type |\n|---|---|\n");
    fields.stream()
        .filter(KnownField::outputOnly)
        .map(field -> "| `%s` | %s |\n".formatted(field.path(), field.type()))
        .forEach(text::append);
    return text.toString();
  }

  private static String counts(List<KnownField> fields) {
    long published = fields.stream().filter(KnownField::published).count();
    Map<Fate, Long> counts =
        fields.stream()
            .collect(Collectors.groupingBy(CompatibilityPageTest::fate, Collectors.counting()));
    long outputOnly = fields.stream().filter(KnownField::outputOnly).count();
    return """
    **%d fields**: %d of the published message, %d documented elsewhere only.

    | fate | fields | meaning |
    |---|--:|---|
    | honoured | %d | does here what it does in the cloud |
    | accepted | %d | accepted silently; nothing that a build's result could show depends on it |
    | warned | %d | accepted with a warning, once per build: something does not happen here |
    | refused | %d | an error; %d of them because Cloud Build sets them itself (output only) |
    """
        .formatted(
            fields.size(),
            published,
            fields.size() - published,
            counts.getOrDefault(Fate.HONOURED, 0L),
            counts.getOrDefault(Fate.ACCEPTED, 0L),
            counts.getOrDefault(Fate.WARNED, 0L),
            counts.getOrDefault(Fate.REFUSED, 0L),
            outputOnly);
  }

  private static Fate fate(KnownField field) {
    return field.outputOnly() ? Fate.REFUSED : FieldFates.find(field.path()).orElseThrow().fate();
  }

  private static String row(KnownField field) {
    FieldFates.Row row = FieldFates.find(field.path()).orElseThrow();
    boolean own = row.path().equals(field.path());
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            field.path(),
            field.type() + (field.published() ? "" : " (unpublished)"),
            word(row.fate()),
            own ? row.sentence() : "see `" + row.path() + "`");
  }

  private static String word(Fate fate) {
    return fate.name().toLowerCase(Locale.ROOT);
  }
}
