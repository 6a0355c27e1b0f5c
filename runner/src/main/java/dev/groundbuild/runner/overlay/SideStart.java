package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.Companions.Stage;
import dev.groundbuild.runner.overlay.SideContainer.Port;
import dev.groundbuild.steps.ImageSource;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepSpec.StepVolume;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.ContainerSpec.PublishedPort;
import dev.groundbuild.steps.engine.ContainerState;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.Mount;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The start of one side container, by one thread. */
final class SideStart {
  private static final Duration LEAST_LOOK = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final SideContainer service;
  private final Stage stage;
  private final String label;

  SideStart(SideContainer service, Stage stage) {
    this.service = service;
    this.stage = stage;
    this.label = "service \"" + service.name() + "\": ";
  }

  /** Starts it and returns when it is ready; its output is followed until that is closed. */
  RunningSide ready() {
    ContainerEngine engine = stage.engine();
    RunningSide running;
    try {
      String container = engine.create(spec(image()));
      SideOutput lines = new SideOutput(label, stage.log());
      running = new RunningSide(service, container, engine.attach(container, lines), lines);
    } catch (EngineException e) {
      throw asFailure(e);
    }
    try {
      engine.start(running.container());
      awaitReady(running);
      return running;
    } catch (EngineException e) {
      running.close();
      throw asFailure(e);
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private String image() {
    ImageSource images =
        new ImageSource(stage.engine(), Thread::sleep, ThreadLocalRandom.current()::nextDouble);
    return images.find(0, service.image(), this::line).reference();
  }

  private RuntimeException asFailure(EngineException e) {
    return ImageSource.isPermanent(e) || e.kind() == EngineException.Kind.CONFLICT
        ? SideContainers.failed(service.name(), "could not be started: " + e.getMessage())
        : e;
  }

  private ContainerSpec spec(String image) {
    return new ContainerSpec(
        "groundbuild_" + stage.site().buildId() + "_service_" + service.name(),
        image,
        service.entrypoint().isEmpty() ? null : service.entrypoint(),
        service.args(),
        service.env(),
        "",
        mounts(),
        stage.site().network(),
        List.of(service.name()),
        Privileges.DEFAULT,
        stage.site().labels(),
        List.of(),
        service.ports().stream().map(SideStart::published).toList(),
        stage.site().surroundings().hosts());
  }

  private static PublishedPort published(Port port) {
    return new PublishedPort(port.hostAddress(), port.hostPort(), port.containerPort());
  }

  private List<Mount> mounts() {
    List<Mount> mounts = new ArrayList<>();
    for (StepVolume volume : service.volumes()) {
      String name = stage.site().volumes().get(volume.name());
      if (name == null) {
        throw new IllegalStateException("the build has no volume " + volume.name());
      }
      mounts.add(new Mount.OfVolume(name, volume.path()));
    }
    return mounts;
  }

  private void awaitReady(RunningSide running) {
    long end = System.nanoTime() + service.ready().timeout().toNanos();
    String container = running.container();
    ReadinessProbe probe = new ReadinessProbe(stage.engine(), container, service.ready().check());
    while (true) {
      ContainerState state = stage.engine().state(container);
      if (!state.running()) {
        running.output().awaitEnd();
        throw notReady(
            running, "ended with exit code " + state.exitCode() + " before it was ready");
      }
      if (passes(probe, state, end)) {
        say("ready");
        return;
      }
      if (System.nanoTime() - end > 0) {
        throw notReady(
            running,
            "is not ready after "
                + service.ready().timeout().toSeconds()
                + " s: "
                + probe.complaint());
      }
      pause();
    }
  }

  /** A look that does not end in time is in vain. */
  private static boolean passes(ReadinessProbe probe, ContainerState state, long end) {
    FutureTask<Boolean> look = new FutureTask<>(() -> probe.passes(state));
    Thread thread = Thread.ofVirtual().name("readiness").start(look);
    try {
      long left = Math.max(LEAST_LOOK.toNanos(), end - System.nanoTime());
      return look.get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      return false;
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: waiting for a service");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: waiting for a service");
    }
  }

  private RuntimeException notReady(RunningSide running, String why) {
    running.close();
    return SideContainers.failed(service.name(), why + running.lines().last());
  }

  private void line(int step, StepLog.Stream stream, byte[] line, boolean complete) {
    stage.log().beside(label, line);
  }

  private void say(String text) {
    stage.log().beside(label, text.getBytes(StandardCharsets.UTF_8));
  }
}
