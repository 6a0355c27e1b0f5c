package dev.groundbuild.runner.fetch;

/** Shows downloads. Called on one thread only. */
public interface FetchScreen {
  void show(FetchEvent event);

  /** Called several times a second, whether something happens or not. */
  void tick();
}
