package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.StepRetries;
import dev.groundbuild.runner.config.Suggestion;
import dev.groundbuild.runner.config.Written;
import dev.groundbuild.runner.config.Written.Kind;
import dev.groundbuild.runner.config.Written.Mapping;
import dev.groundbuild.runner.config.Written.Single;
import dev.groundbuild.steps.engine.ImageReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what is said of one step. */
final class StepOverlayReader {
  private static final List<String> KEYS = List.of("retries", "commit");
  private static final List<String> RETRY_KEYS = List.of("count", "on", "exitCodes", "pause");
  private static final List<String> COMMIT_KEYS =
      List.of(
          "image",
          "tags",
          "entrypoint",
          "cmd",
          "ports",
          "workdir",
          "env",
          "labels",
          "user",
          "author",
          "message",
          "stopSignal",
          "volumes");
  private static final int MOST_RETRIES = 10;

  /** Before the second attempt; twice as long before each later one. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final String INFRASTRUCTURE = "infrastructure";
  private static final int HIGHEST_EXIT_CODE = 255;
  private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:/(tcp|udp|sctp))?");
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
  private static final Pattern SIGNAL =
      Pattern.compile("SIG[A-Z0-9]+(?:[+-]\\d+)?|[1-9]|[1-5][0-9]|6[0-4]");

  private final Notes notes;

  StepOverlayReader(Notes notes) {
    this.notes = notes;
  }

  StepOverlay read(Mapping mapping, String path) {
    Fields fields = Fields.of(mapping, path, "what is said of a step", KEYS, notes);
    Optional<StepRetries> retries =
        fields.value("retries").flatMap(value -> retries(value, fields.path("retries")));
    Optional<Commit> commit =
        fields
            .mapping("commit", "such as {image: NAME, entrypoint: [/app]}")
            .flatMap(m -> commit(m, fields.path("commit")));
    return new StepOverlay(retries, commit);
  }

  /** A number alone is the count. */
  private Optional<StepRetries> retries(Written value, String path) {
    if (value instanceof Single single && single.kind() == Kind.WHOLE) {
      Mapping count = Written.of(value.at(), "count", value);
      return Optional.of(retries(Fields.of(count, path, "retries", RETRY_KEYS, notes)));
    }
    return notes
        .mapping(value, path, "such as {count: 2, exitCodes: [75]}")
        .map(mapping -> retries(Fields.of(mapping, path, "retries", RETRY_KEYS, notes)));
  }

  private StepRetries retries(Fields fields) {
    if (!fields.has("count")) {
      fields.error("count", "retries need a count: how many further attempts there are");
    }
    int count = fields.whole("count", 1, MOST_RETRIES).orElse(1);
    Set<Integer> exitCodes = new TreeSet<>(fields.wholes("exitCodes", 1, HIGHEST_EXIT_CODE));
    boolean infrastructure = !fields.has("exitCodes");
    for (String on : fields.texts("on")) {
      if (on.equals(INFRASTRUCTURE)) {
        infrastructure = true;
      } else {
        fields.error(
            "on",
            "\"%s\" is nothing to retry on%s"
                .formatted(
                    on,
                    Suggestion.closest(on, List.of(INFRASTRUCTURE)).isPresent()
                        ? "; did you mean \"" + INFRASTRUCTURE + "\"?"
                        : "; it is " + INFRASTRUCTURE + ", or list exitCodes"));
      }
    }
    Duration pause = fields.duration("pause").orElse(PAUSE);
    return new StepRetries(count, infrastructure, exitCodes, pause);
  }

  private Optional<Commit> commit(Mapping mapping, String path) {
    Fields fields = Fields.of(mapping, path, "commit", COMMIT_KEYS, notes);
    Optional<ImageReference> image =
        fields
            .needed("image", "commit needs the image's name")
            .flatMap(name -> reference(name, fields));
    List<String> tags = tags(fields, image);
    checkPaths(fields);
    List<String> ports = ports(fields);
    Optional<String> stopSignal = fields.text("stopSignal");
    if (stopSignal.isPresent() && !SIGNAL.matcher(stopSignal.get()).matches()) {
      fields.error(
          "stopSignal", "\"%s\" is no signal; write SIGTERM, say".formatted(stopSignal.get()));
    }
    return image.map(reference ->
        new Commit(
            reference.repository(),
            tags,
            fields.textsIfAny("entrypoint"),
            fields.textsIfAny("cmd"),
            ports,
            fields.text("workdir"),
            fields.variables("env"),
            fields.variables("labels"),
            fields.text("user"),
            fields.text("author"),
            fields.text("message"),
            stopSignal,
            fields.texts("volumes")));
  }

  private static Optional<ImageReference> reference(String name, Fields fields) {
    Optional<ImageReference> reference = ImageReference.parse(name);
    if (reference.isEmpty()) {
      fields.error(
          "image",
          "invalid image name \"%s\"; an image name has the form [host[:port]/]path[:tag]"
              .formatted(name));
    } else if (reference.get().digest().isPresent()) {
      fields.error("image", "an image that is yet to be made has no digest; leave it out");
    }
    return reference;
  }

  /** The tag of the name and those listed; latest when there is none at all. */
  private static List<String> tags(Fields fields, Optional<ImageReference> image) {
    List<String> tags = new ArrayList<>();
    image.flatMap(ImageReference::tag).ifPresent(tags::add);
    for (String tag : fields.texts("tags")) {
      if (!TAG.matcher(tag).matches()) {
        fields.error(
            "tags",
            tag.isEmpty()
                ? "a tag is empty: its substitution has no value here"
                : "invalid tag \"%s\": it must match %s".formatted(tag, TAG.pattern()));
      } else if (!tags.contains(tag)) {
        tags.add(tag);
      }
    }
    return tags.isEmpty() ? List.of("latest") : tags;
  }

  private static List<String> ports(Fields fields) {
    List<String> ports = new ArrayList<>();
    for (String port : fields.texts("ports")) {
      Matcher parts = PORT.matcher(port);
      if (parts.matches() && SideContainerReader.isPort(parts.group(1))) {
        ports.add(parts.group(1) + "/" + (parts.group(2) == null ? "tcp" : parts.group(2)));
      } else {
        fields.error("ports", "\"%s\" is no port; write 8080 or 53/udp".formatted(port));
      }
    }
    return ports;
  }

  private static void checkPaths(Fields fields) {
    List<String> paths = new ArrayList<>(fields.texts("volumes"));
    fields.text("workdir").ifPresent(paths::add);
    for (String path : paths) {
      if (!path.startsWith("/")) {
        String key = fields.texts("volumes").contains(path) ? "volumes" : "workdir";
        fields.error(key, "\"%s\" must be an absolute path".formatted(path));
      }
    }
  }
}
