package dev.groundbuild.runner.cli;

import com.google.gson.JsonElement;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.config.Template;
import dev.groundbuild.runner.overlay.Overlay;
import dev.groundbuild.runner.overlay.OverlayCompanions;
import dev.groundbuild.runner.overlay.OverlayJson;
import dev.groundbuild.runner.overlay.OverlayLines;
import dev.groundbuild.runner.overlay.OverlayReader;
import dev.groundbuild.runner.status.KeptRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A build with an overlay. This class is loaded, and with it everything about overlays, only when
 * there is one.
 */
record Overlaid(OverlayFile file, Overlay overlay, List<Problem> problems) {
  /** Reads an overlay for what has become of a build config. */
  static Overlaid of(OverlayFile file, Preparation preparation, BuildConfig config, Door door) {
    return switch (preparation) {
      case Preparation.Ready ready -> of(file, ready, door);
      case Preparation.Refused _ ->
          new Overlaid(file, Overlay.NONE, OverlayReader.look(file.name(), file.text(), config));
    };
  }

  /**
   * The same for a build that is looked at, not run: built-in substitutions that have no value yet
   * have a stand-in.
   */
  static Overlaid toLookAt(
      OverlayFile file, Preparation preparation, BuildConfig config, Door door) {
    if (!(preparation instanceof Preparation.Ready ready)) {
      return of(file, preparation, config, door);
    }
    SortedMap<String, String> values = new TreeMap<>(ready.substitutions());
    values.replaceAll(
        (key, value) -> value.isEmpty() && !key.startsWith("_") ? Template.standIn(key) : value);
    return of(
        file,
        new Preparation.Ready(
            ready.build(), ready.plan(), values, ready.extras(), ready.problems()),
        door);
  }

  private static Overlaid of(OverlayFile file, Preparation.Ready ready, Door door) {
    OverlayReader.Read read = OverlayReader.read(file.name(), file.text(), ready, door);
    return new Overlaid(file, read.overlay(), read.problems());
  }

  /**
   * A build of the history as it is run again, with the overlay that it had.
   *
   * @throws UsageException when that does not fit any more
   */
  static BuildRequest again(
      OverlayFile file,
      BuildRequest request,
      KeptRequest asked,
      LaunchOptions options,
      InstantSource clock) {
    Preparation.Ready ready =
        new Preparation.Ready(
            asked.build(), request.plan(), asked.substitutions(), Map.of(), List.of());
    Overlaid overlaid = of(file, ready, asked.words().door());
    Optional<Problem> error = overlaid.problems().stream().filter(Problem::isError).findFirst();
    if (error.isPresent()) {
      throw new UsageException("the overlay that the build had does not fit: " + error.get());
    }
    return overlaid.over(request, options, clock);
  }

  /** Such as {@code , 2 services, 1 cache}. */
  String counts() {
    String counts = OverlayLines.counts(overlay);
    return counts.isEmpty() ? "" : ", " + counts;
  }

  /** The same for other programs, by key. */
  Map<String, JsonElement> json() {
    return OverlayJson.of(overlay);
  }

  /** What a plan shows of it. */
  List<String> lines() {
    return OverlayLines.of(overlay);
  }

  boolean hasErrors() {
    return problems.stream().anyMatch(Problem::isError);
  }

  BuildPlan over(BuildPlan plan) {
    return overlay.over(plan);
  }

  /**
   * The request of a build that the overlay lies over. On an engine whose steps do nothing, nothing
   * stands beside them.
   */
  BuildRequest over(BuildRequest request, LaunchOptions options, InstantSource clock) {
    BuildRequest over = request.withPlan(overlay.over(request.plan()));
    return options.engineChoice == LaunchOptions.EngineChoice.fake
        ? over
        : over.withSurroundings(
            over.surroundings().withCompanions(new OverlayCompanions(overlay, clock)));
  }
}
