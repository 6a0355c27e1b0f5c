package dev.groundbuild.runner.overlay;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.Volume;
import dev.groundbuild.runner.config.Suggestion;
import dev.groundbuild.runner.config.Written;
import dev.groundbuild.runner.config.Written.Entry;
import dev.groundbuild.runner.config.Written.Mapping;
import dev.groundbuild.runner.overlay.SideContainer.Check;
import dev.groundbuild.runner.overlay.SideContainer.Port;
import dev.groundbuild.runner.overlay.SideContainer.Readiness;
import dev.groundbuild.steps.StepSpec.StepVolume;
import dev.groundbuild.steps.engine.ImageReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the mapping {@code services}. */
final class SideContainerReader {
  private static final List<String> KEYS =
      List.of("image", "entrypoint", "args", "env", "ready", "ports", "volumes");
  private static final List<String> READY_KEYS =
      List.of("tcp", "http", "command", "health", "timeout");
  private static final List<String> VOLUME_KEYS = List.of("name", "path");
  private static final String WANTED = "a name, and the container, such as db: {image: postgres}";
  private static final String VOLUME_WANTED = "such as - {name: data, path: /data}";
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final Set<String> TAKEN = Set.of("localhost", "metadata");
  private static final Pattern PORT =
      Pattern.compile("(?:(\\d{1,3}(?:\\.\\d{1,3}){3}):)?(\\d{1,5}):(\\d{1,5})(?:/tcp)?");
  private static final Pattern HTTP = Pattern.compile("(\\d{1,5})(/?[^\\s\\p{Cntrl}]*)");
  private static final String LOOPBACK = "127.0.0.1";
  private static final int HIGHEST_PORT = 65535;

  private final Notes notes;
  private final Set<String> volumes = new TreeSet<>();

  SideContainerReader(Notes notes, Build build, List<Cache> caches) {
    this.notes = notes;
    for (Volume volume : build.getOptions().getVolumesList()) {
      volumes.add(volume.getName());
    }
    for (BuildStep step : build.getStepsList()) {
      step.getVolumesList().forEach(volume -> volumes.add(volume.getName()));
    }
    caches.forEach(cache -> volumes.add(cache.volume()));
  }

  static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port > 0 && port <= HIGHEST_PORT;
  }

  List<SideContainer> read(Fields root) {
    List<SideContainer> services = new ArrayList<>();
    root.entries("services", WANTED)
        .forEach((name, entry) -> read(name, entry).ifPresent(services::add));
    return services;
  }

  private Optional<SideContainer> read(String name, Entry entry) {
    String path = Fields.join("services", name);
    checkName(name, entry, path);
    Optional<Mapping> mapping = notes.mapping(entry.value(), path, "such as {image: postgres}");
    if (mapping.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = Fields.of(mapping.get(), path, "a service", KEYS, notes);
    Optional<String> image = fields.needed("image", "a service needs an image");
    if (image.isPresent() && ImageReference.parse(image.get()).isEmpty()) {
      fields.error(
          "image",
          "invalid image name \"%s\"; an image name has the form [host[:port]/]path[:tag][@sha256:digest]"
              .formatted(image.get()));
    }
    List<String> entrypoint = fields.texts("entrypoint");
    List<String> args = fields.texts("args");
    var env = fields.variables("env");
    Readiness ready = ready(fields);
    List<Port> ports = ports(fields);
    List<StepVolume> mounted = volumes(fields);
    return image.map(i -> new SideContainer(name, i, entrypoint, args, env, ready, ports, mounted));
  }

  private void checkName(String name, Entry entry, String path) {
    if (!NAME.matcher(name).matches()) {
      notes.error(
          entry.keyAt(),
          path,
          "invalid service name \"%s\": steps reach it by that name, so it must match %s"
              .formatted(name, NAME.pattern()));
    } else if (TAKEN.contains(name)) {
      notes.error(entry.keyAt(), path, "a service can't be named \"%s\"".formatted(name));
    }
  }

  private Readiness ready(Fields service) {
    Optional<Mapping> mapping =
        service.mapping("ready", "such as {tcp: 5432} or {command: [pg_isready]}");
    if (mapping.isEmpty()) {
      return new Readiness(new Check.Health(), SideContainer.TIMEOUT);
    }
    Fields fields = Fields.of(mapping.get(), service.path("ready"), "ready", READY_KEYS, notes);
    List<String> chosen =
        READY_KEYS.stream().filter(key -> !key.equals("timeout") && fields.has(key)).toList();
    if (chosen.size() > 1) {
      fields.error(
          chosen.getLast(), String.join(" and ", chosen) + " exclude each other; keep one of them");
    }
    Duration timeout = fields.duration("timeout").orElse(SideContainer.TIMEOUT);
    return new Readiness(check(fields), timeout);
  }

  private static Check check(Fields fields) {
    if (fields.has("health") && !fields.text("health").orElse("true").equals("true")) {
      fields.error("health", "health is true (the health check of the image), or left out");
    }
    if (fields.has("tcp")) {
      return new Check.Tcp(fields.whole("tcp", 1, HIGHEST_PORT).orElse(1));
    } else if (fields.has("http")) {
      return http(fields);
    } else if (fields.has("command")) {
      List<String> command = fields.texts("command");
      if (command.isEmpty()) {
        fields.error("command", "the command is empty; write [pg_isready], say");
      }
      // One text is a line for a shell.
      boolean line = !(fields.value("command").orElseThrow() instanceof Written.Sequence);
      return new Check.Command(
          line && !command.isEmpty() ? List.of("/bin/sh", "-c", command.getFirst()) : command);
    }
    return new Check.Health();
  }

  private static Check http(Fields fields) {
    String text = fields.text("http").orElse("80");
    Matcher parts = HTTP.matcher(text.replaceFirst("^:", ""));
    if (!parts.matches() || !isPort(parts.group(1))) {
      fields.error(
          "http", "\"%s\" is not of the form PORT/PATH, such as 8080/health".formatted(text));
      return new Check.Http(1, "/");
    }
    String path = parts.group(2);
    return new Check.Http(
        Integer.parseInt(parts.group(1)), path.startsWith("/") ? path : "/" + path);
  }

  private static List<Port> ports(Fields fields) {
    List<Port> ports = new ArrayList<>();
    for (String text : fields.texts("ports")) {
      Matcher parts = PORT.matcher(text);
      if (parts.matches() && isPort(parts.group(2)) && isPort(parts.group(3))) {
        String address = parts.group(1) == null ? LOOPBACK : parts.group(1);
        ports.add(
            new Port(address, Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3))));
      } else {
        fields.error(
            "ports",
            "\"%s\" is not of the form [ADDRESS:]PORT:PORT, such as 127.0.0.1:5000:5000 (quote it)"
                .formatted(text));
      }
    }
    return ports;
  }

  private List<StepVolume> volumes(Fields service) {
    List<StepVolume> mounted = new ArrayList<>();
    List<Written> items = service.items("volumes", VOLUME_WANTED);
    for (int i = 0; i < items.size(); i++) {
      String path = service.path("volumes") + "[" + i + "]";
      Optional<Mapping> mapping = notes.mapping(items.get(i), path, VOLUME_WANTED);
      if (mapping.isEmpty()) {
        continue;
      }
      Fields fields = Fields.of(mapping.get(), path, "a service's volume", VOLUME_KEYS, notes);
      Optional<String> name = fields.needed("name", "a volume needs the name that it has in steps");
      Optional<String> where = fields.needed("path", "a volume needs a path: where it is mounted");
      if (name.isPresent() && !volumes.contains(name.get())) {
        fields.error("name", unknownVolume(name.get()));
      } else if (where.isPresent() && !where.get().startsWith("/")) {
        fields.error("path", "volume path \"%s\" must be absolute".formatted(where.get()));
      } else if (name.isPresent() && where.isPresent()) {
        mounted.add(new StepVolume(name.get(), where.get()));
      }
    }
    return mounted;
  }

  private String unknownVolume(String name) {
    String guess = Suggestion.didYouMean(name, volumes);
    return "no step of the build config has a volume \"%s\"%s"
        .formatted(name, guess.isEmpty() ? "; a service shares volumes with steps" : guess);
  }
}
