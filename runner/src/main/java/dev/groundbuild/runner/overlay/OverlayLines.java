package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.overlay.Cache.KeyPart;
import dev.groundbuild.runner.overlay.SideContainer.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Tells people what an overlay adds to a plan. */
public final class OverlayLines {
  private final Overlay overlay;
  private final List<String> lines = new ArrayList<>();

  private OverlayLines(Overlay overlay) {
    this.overlay = overlay;
  }

  /** One line for each thing; none for an overlay that says nothing. */
  public static List<String> of(Overlay overlay) {
    OverlayLines all = new OverlayLines(overlay);
    overlay.services().forEach(all::service);
    overlay.caches().forEach(all::cache);
    all.steps();
    all.last();
    return all.lines;
  }

  /** Such as {@code 2 services, 1 cache}; empty for an overlay that says nothing. */
  public static String counts(Overlay overlay) {
    List<String> counts = new ArrayList<>();
    count(overlay.services().size(), "service", counts);
    count(overlay.caches().size(), "cache", counts);
    count(overlay.retries().size(), "step with retries", "steps with retries", counts);
    count(overlay.commits().size(), "commit", counts);
    count(overlay.last().map(l -> l.steps().size()).orElse(0), "last step", counts);
    return String.join(", ", counts);
  }

  private static void count(int number, String noun, List<String> counts) {
    count(number, noun, noun + "s", counts);
  }

  private static void count(int number, String one, String more, List<String> counts) {
    if (number > 0) {
      counts.add(number + " " + (number == 1 ? one : more));
    }
  }

  private void service(SideContainer service) {
    String ports =
        service.ports().isEmpty()
            ? ""
            : ", at "
                + service.ports().stream().map(Object::toString).collect(Collectors.joining(", "));
    lines.add(
        "service  %s  %s  ready: %s within %d s%s"
            .formatted(
                service.name(),
                service.image(),
                check(service.ready().check()),
                service.ready().timeout().toSeconds(),
                ports));
  }

  private static String check(Check check) {
    return switch (check) {
      case Check.Health _ -> "its health check, if it has one,";
      case Check.Tcp(int port) -> "port " + port;
      case Check.Http(int port, String path) -> "GET " + port + path;
      case Check.Command(List<String> command) -> String.join(" ", command);
    };
  }

  private void cache(Cache cache) {
    lines.add(
        "cache    %s  %s%s"
            .formatted(
                cache.name(),
                cache.path(),
                cache.key().isEmpty() ? "" : "  key: " + key(cache.key())));
  }

  private static String key(List<KeyPart> parts) {
    return parts.stream()
        .map(part ->
            switch (part) {
              case KeyPart.Text(String text) -> text;
              case KeyPart.Checksum(List<String> files) ->
                  "{checksum of " + String.join(", ", files) + "}";
            })
        .collect(Collectors.joining());
  }

  private void steps() {
    overlay
        .retries()
        .forEach((step, r) -> {
          List<String> on = new ArrayList<>();
          if (r.infrastructure()) {
            on.add("a failure of the infrastructure");
          }
          if (!r.exitCodes().isEmpty()) {
            on.add(
                "exit code "
                    + r.exitCodes().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", ")));
          }
          lines.add(
              "retries  #%d  %d more, on %s".formatted(step, r.count(), String.join(" or ", on)));
        });
    overlay
        .commits()
        .forEach((step, commit) ->
            lines.add("commit   #%d  %s".formatted(step, String.join(", ", commit.names()))));
  }

  private void last() {
    overlay
        .last()
        .ifPresent(last ->
            last.steps()
                .forEach(step ->
                    lines.add(
                        "finally  #%d%s  %s"
                            .formatted(
                                step.index() - last.first(),
                                step.id().map(id -> "  " + id).orElse(""),
                                step.image()))));
  }
}
