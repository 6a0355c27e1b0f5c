package dev.groundbuild.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The product's own classes keep the rules. */
final class ArchitectureTest {
  private static final Path ROOT =
      Path.of(
          Objects.requireNonNull(
              System.getProperty("groundbuild.root"), "the build sets groundbuild.root"));

  @Test
  void everyClassKeepsTheRules() {
    assertThat(Architecture.breaches(modules())).isEmpty();
  }

  @Test
  void everyModuleWasRead() {
    assertThat(modules().values()).noneMatch(List::isEmpty);
    assertThat(modules().getOrDefault("runner", List.of()))
        .anySatisfy(one -> {
          assertThat(one.name()).isEqualTo("dev.groundbuild.runner.BuildPlan");
          assertThat(one.uses())
              .contains("dev.groundbuild.steps.StepSpec", "com.google.cloudbuild.v1.Build");
        });
  }

  private static Map<String, List<CompiledClass>> modules() {
    Map<String, List<CompiledClass>> modules = new TreeMap<>();
    Stream.of("steps", "runner", "agent")
        .forEach(module ->
            modules.put(
                module, CompiledClass.below(ROOT.resolve(module).resolve("target/classes"))));
    return modules;
  }
}
