package dev.groundbuild.steps;

import dev.groundbuild.steps.StepSpec.StepVolume;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A step that a test changes in the few respects that matter to it. */
record TestStep(
    int index,
    String image,
    @Nullable List<String> entrypoint,
    List<String> args,
    @Nullable String script,
    Map<String, String> env,
    Set<String> secretEnv,
    String workdir,
    List<StepVolume> volumes,
    Optional<Duration> timeout) {

  /** Runs a command of the shell. */
  static TestStep shell(int index, String image, String command) {
    return new TestStep(
        index,
        image,
        List.of("/bin/sh"),
        List.of("-c", command),
        null,
        Map.of(),
        Set.of(),
        "/workspace",
        List.of(),
        Optional.empty());
  }

  TestStep entrypoint(@Nullable String program, String... words) {
    List<String> first = program == null ? null : List.of(program);
    return new TestStep(
        index, image, first, List.of(words), script, env, secretEnv, workdir, volumes, timeout);
  }

  TestStep script(String text) {
    return new TestStep(
        index, image, null, List.of(), text, env, secretEnv, workdir, volumes, timeout);
  }

  TestStep env(Map<String, String> values, String... secrets) {
    return new TestStep(
        index, image, entrypoint, args, script, values, Set.of(secrets), workdir, volumes, timeout);
  }

  TestStep in(String folder) {
    return new TestStep(
        index, image, entrypoint, args, script, env, secretEnv, folder, volumes, timeout);
  }

  TestStep volume(String name, String path) {
    return new TestStep(
        index,
        image,
        entrypoint,
        args,
        script,
        env,
        secretEnv,
        workdir,
        List.of(new StepVolume(name, path)),
        timeout);
  }

  TestStep within(Duration time) {
    return new TestStep(
        index,
        image,
        entrypoint,
        args,
        script,
        env,
        secretEnv,
        workdir,
        volumes,
        Optional.of(time));
  }

  StepSpec spec() {
    return new StepSpec(
        index,
        Optional.empty(),
        image,
        entrypoint,
        args,
        script,
        new TreeMap<>(env),
        secretEnv,
        workdir,
        volumes,
        timeout,
        false,
        Set.of());
  }
}
