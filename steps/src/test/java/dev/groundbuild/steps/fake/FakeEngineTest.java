package dev.groundbuild.steps.fake;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngineContract;

class FakeEngineTest extends ContainerEngineContract {
  private final FakeEngine engine = new FakeEngine();

  @Override
  protected ContainerEngine engine() {
    return engine;
  }

  @Override
  protected String image() {
    return "busybox";
  }
}
