package dev.groundbuild.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.StepTrace;
import dev.groundbuild.steps.Workspace;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.fake.FakeEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of a build outlives every later attempt that does not get far enough to use it. */
@Timeout(60)
final class KeepingTest {
  private static final String ID = "00000000-test";

  private final FakeEngine engine = new FakeEngine();

  @Test
  void anAttemptThatCanNotOpenTheWorkspaceLeavesItToTheNext() {
    assertThat(attempt(1, engine).status()).isEqualTo(Build.Status.FAILURE);
    assertThat(Workspace.isKept(engine, ID)).isTrue();

    BuildOutcome broken =
        attempt(
            2,
            withoutHolder(() -> {
              throw new EngineException(Kind.DISK_FULL, "no space left", null);
            }));
    assertThat(broken.status()).isEqualTo(Build.Status.INTERNAL_ERROR);
    assertThat(Workspace.isKept(engine, ID)).isTrue();

    BuildOutcome cancelled =
        attempt(
            3,
            withoutHolder(() -> {
              throw new CancellationException("interrupted");
            }));
    assertThat(cancelled.status()).isEqualTo(Build.Status.CANCELLED);
    assertThat(Workspace.isKept(engine, ID)).isTrue();

    assertThat(attempt(4, engine).status()).isEqualTo(Build.Status.FAILURE);
    assertThat(Workspace.isKept(engine, ID)).isTrue();
    assertThat(engine.owned(Labels.BUILD, Optional.of(ID)))
        .filteredOn(o -> o.type() == ContainerEngine.Owned.Type.CONTAINER)
        .as("one keeper, whatever the number of attempts")
        .hasSize(1);
    Leftovers.removeBuild(engine, ID);
    assertThat(Workspace.isKept(engine, ID)).isFalse();
  }

  private BuildOutcome attempt(int number, ContainerEngine on) {
    Build build =
        Build.newBuilder()
            .setId(ID)
            .setTimeout(Durations.fromMinutes(10))
            .addSteps(BuildStep.newBuilder().setName("busybox").addEnv("EXIT_CODE=1"))
            .build();
    BuildRequest request =
        new BuildRequest(
            build,
            BuildPlan.of(build, new TreeMap<>()),
            new WorkspaceSource.Empty(),
            Privileges.DEFAULT,
            Optional.empty(),
            StepTrace.NONE,
            new Keeping(Keeping.When.FAILURE, Duration.ofHours(1)),
            new Resumption(number, Map.of(), Set.of()),
            Surroundings.NONE);
    return new BuildRunner(on, Clock.systemUTC())
        .run(request, _ -> {}, (step, stream, line, complete) -> {});
  }

  /** The engine, which fails to make the container through which a workspace is opened. */
  private ContainerEngine withoutHolder(Supplier<String> failing) {
    return (ContainerEngine)
        Proxy.newProxyInstance(
            ContainerEngine.class.getClassLoader(),
            new Class<?>[] {ContainerEngine.class},
            (proxy, method, args) -> {
              if (method.getName().equals("create")
                  && ((ContainerSpec) args[0]).name().endsWith("_workspace")) {
                return failing.get();
              }
              try {
                return method.invoke(engine, args);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
