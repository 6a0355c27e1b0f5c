package dev.groundbuild.runner.config;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads texts as {@code f.yaml}. */
final class ReaderFixture {
  private ReaderFixture() {}

  static BuildConfig read(String text, Door door) {
    return ConfigReader.read("f.yaml", text.getBytes(StandardCharsets.UTF_8), door);
  }

  static BuildConfig union(String text) {
    return read(text, Door.UNION);
  }

  static List<String> problems(String text) {
    return problems(text, Door.UNION);
  }

  static List<String> problems(String text, Door door) {
    return read(text, door).problems().stream().map(Problem::toString).toList();
  }
}
