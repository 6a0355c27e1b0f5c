package dev.groundbuild.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules can fail: classes made up to break them do. */
final class ArchitectureRulesTest {
  private final Map<String, List<CompiledClass>> modules = new TreeMap<>();

  @Test
  void classesThatKeepTheRulesPass() {
    add("dev.groundbuild.agent.AgentMain", "dev.groundbuild.runner.Runner");
    add("dev.groundbuild.runner.Runner", "dev.groundbuild.steps.Step", "java.util.List");
    add("dev.groundbuild.runner.cli.Main", "picocli.CommandLine", "dev.groundbuild.runner.Runner");
    add("dev.groundbuild.runner.config.BuiltIns$Head", "org.eclipse.jgit.lib.Repository");
    add("dev.groundbuild.runner.config.Reader", "org.yaml.snakeyaml.Yaml");
    add("dev.groundbuild.runner.source.Git", "org.eclipse.jgit.lib.Repository");
    add("dev.groundbuild.steps.Step", "dev.groundbuild.steps.engine.Engine");
    add("dev.groundbuild.steps.engine.Engine");
    add("dev.groundbuild.steps.docker.Docker", "com.github.dockerjava.api.DockerClient");

    assertThat(breaches()).isEmpty();
  }

  @Test
  void aCycleIsSpelledOut() {
    add("dev.groundbuild.runner.a.One", "dev.groundbuild.runner.b.Two");
    add("dev.groundbuild.runner.b.Two", "dev.groundbuild.runner.b.Three");
    add("dev.groundbuild.runner.b.Three", "dev.groundbuild.runner.c.Four$Nested");
    add("dev.groundbuild.runner.c.Four$Nested", "dev.groundbuild.runner.a.Five");
    add("dev.groundbuild.runner.a.Five");

    assertThat(breaches())
        .containsExactly(
            """
            package cycle: dev.groundbuild.runner.a -> dev.groundbuild.runner.b \
            -> dev.groundbuild.runner.c -> dev.groundbuild.runner.a
                dev.groundbuild.runner.a.One uses dev.groundbuild.runner.b.Two
                dev.groundbuild.runner.b.Three uses dev.groundbuild.runner.c.Four$Nested
                dev.groundbuild.runner.c.Four$Nested uses dev.groundbuild.runner.a.Five\
            """);
  }

  @Test
  void aPackageAndItsSubPackageMakeACycle() {
    add("dev.groundbuild.runner.Plan", "dev.groundbuild.runner.plan.Text");
    add("dev.groundbuild.runner.plan.Text", "dev.groundbuild.runner.Plan");

    assertThat(breaches())
        .singleElement()
        .asString()
        .startsWith(
            "package cycle: dev.groundbuild.runner -> dev.groundbuild.runner.plan"
                + " -> dev.groundbuild.runner\n");
  }

  @Test
  void everyCycleIsTold() {
    add("dev.groundbuild.runner.a.A", "dev.groundbuild.runner.b.B");
    add("dev.groundbuild.runner.b.B", "dev.groundbuild.runner.a.A", "dev.groundbuild.runner.x.X");
    add("dev.groundbuild.runner.x.X", "dev.groundbuild.runner.y.Y");
    add("dev.groundbuild.runner.y.Y", "dev.groundbuild.runner.x.X");

    assertThat(breaches()).hasSize(2).allMatch(breach -> breach.startsWith("package cycle: "));
  }

  @ParameterizedTest(name = "{0} uses {1}")
  @CsvSource({
    "dev.groundbuild.steps.A, dev.groundbuild.runner.B, wrong way from steps to runner",
    "dev.groundbuild.steps.A, dev.groundbuild.agent.B, wrong way from steps to agent",
    "dev.groundbuild.runner.A, dev.groundbuild.agent.B, wrong way from runner to agent",
    "dev.groundbuild.runner.A, com.github.dockerjava.api.DockerClient, only steps.docker may",
    "dev.groundbuild.steps.A, com.github.dockerjava.api.DockerClient, only steps.docker may",
    "dev.groundbuild.runner.A, org.yaml.snakeyaml.Yaml, only runner.config may",
    "dev.groundbuild.agent.A, picocli.CommandLine, 'only agent.AgentMain, runner.cli may'",
    "dev.groundbuild.runner.A, org.jline.terminal.Terminal, 'only agent.AgentMain, runner.cli, runner.console may'",
    "dev.groundbuild.runner.config.BuiltInsOther, org.eclipse.jgit.lib.Ref, may",
    "dev.groundbuild.runner.A, dev.groundbuild.runner.cli.Main, only runner.cli may",
    "dev.groundbuild.agent.A, dev.groundbuild.runner.cli.Main, only runner.cli may",
    "dev.groundbuild.runner.A, dev.groundbuild.steps.docker.D, 'runner.cli, steps.docker may'",
    "dev.groundbuild.steps.A, dev.groundbuild.steps.fake.F, 'runner.cli, steps.fake may'",
  })
  void whatMustNotBeUsedIsRefused(String user, String used, String breach) {
    add(user, used);

    assertThat(breaches())
        .singleElement()
        .asString()
        .contains(breach)
        .contains(user + " uses " + used);
  }

  @Test
  void aClassOutsideItsModulesPackagesIsRefused() {
    modules.put("steps", new ArrayList<>(List.of(made("dev.groundbuild.stepsother.A"))));

    assertThat(breaches())
        .contains("dev.groundbuild.stepsother.A is in module steps but not in its packages");
  }

  @ParameterizedTest
  @CsvSource({
    "StepManager",
    "BuildService",
    "Util",
    "TextUtils",
    "A$Helper",
    "RunContext",
    "EngineImpl",
    "Common"
  })
  void anEmptyNameIsRefused(String name) {
    add("dev.groundbuild.steps." + name);

    assertThat(breaches()).singleElement().asString().contains(name + " is named ");
  }

  @Test
  void locksAndAtomicsAreRefused() {
    ClassDesc self = ClassDesc.of("dev.groundbuild.steps.A");
    add("dev.groundbuild.steps.D", "java.util.concurrent.atomic.AtomicLong");
    put(
        CompiledClass.of(
            parse(
                self,
                c ->
                    c.withField(
                        "f", ConstantDescs.CD_int, f -> f.withFlags(AccessFlag.VOLATILE)))));
    put(
        CompiledClass.of(
            parse(
                ClassDesc.of("dev.groundbuild.steps.B"),
                c ->
                    c.withMethodBody(
                        "m",
                        ConstantDescs.MTD_void,
                        ClassFile.ACC_SYNCHRONIZED,
                        code -> code.return_()))));
    put(
        CompiledClass.of(
            parse(
                ClassDesc.of("dev.groundbuild.steps.C"),
                c ->
                    c.withMethodBody(
                        "m",
                        ConstantDescs.MTD_void,
                        0,
                        code -> code.aload(0).monitorenter().aload(0).monitorexit().return_()))));

    assertThat(breaches())
        .hasSize(4)
        .allMatch(breach -> breach.contains("has synchronized, volatile or an atomic"));
  }

  @Test
  void aPackageWithoutNullMarkedIsRefused() {
    modules.put("steps", List.of(made("dev.groundbuild.steps.x.A")));

    assertThat(Architecture.breaches(modules))
        .containsExactly("dev.groundbuild.steps.x has no package-info with @NullMarked");
  }

  private List<String> breaches() {
    modules.values().forEach(ArchitectureRulesTest::mark);
    return Architecture.breaches(modules);
  }

  /** Gives every package its package-info. */
  private static void mark(List<CompiledClass> classes) {
    classes.stream()
        .map(CompiledClass::packageName)
        .distinct()
        .toList()
        .forEach(name ->
            classes.add(made(name + ".package-info", "org.jspecify.annotations.NullMarked")));
  }

  private void add(String name, String... uses) {
    put(made(name, uses));
  }

  private void put(CompiledClass one) {
    String module = one.name().split("\\.", -1)[2];
    modules.computeIfAbsent(module, m -> new ArrayList<>()).add(one);
  }

  /** A real class file with a field of each used type. */
  private static CompiledClass made(String name, String... uses) {
    return CompiledClass.of(
        parse(
            ClassDesc.of(name),
            c -> {
              for (int i = 0; i < uses.length; i++) {
                c.withField("f" + i, ClassDesc.of(uses[i]), 0);
              }
            }));
  }

  private static ClassModel parse(ClassDesc name, Consumer<ClassBuilder> body) {
    return ClassFile.of().parse(ClassFile.of().build(name, body));
  }
}
