package dev.groundbuild.runner.overlay;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.Volume;
import dev.groundbuild.runner.config.Written;
import dev.groundbuild.runner.config.Written.Mapping;
import dev.groundbuild.runner.overlay.Cache.KeyPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the list {@code caches}. */
final class CacheReader {
  private static final List<String> KEYS = List.of("name", "path", "key", "keyFiles", "keep");
  private static final String WANTED = "such as - {name: maven, path: /builder/home/.m2}";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}");
  private static final Pattern PATH = Pattern.compile("(/[^/:\\p{Cntrl}]+)+/?");
  private static final Pattern BRACES = Pattern.compile("\\{\\{(.*?)}}");
  private static final Pattern CHECKSUM = Pattern.compile("\\s*checksum((?:\\s+\"[^\"]+\")+)\\s*");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
  private static final Set<String> RESERVED =
      Set.of("/workspace", "/builder", "/builder/home", "/builder/outputs", "/var/run/docker.sock");
  private static final int MOST_KEPT = 100;

  private final Notes notes;
  private final Set<String> volumeNames = new HashSet<>();
  private final Set<String> volumePaths = new HashSet<>();

  CacheReader(Notes notes, Build build) {
    this.notes = notes;
    build.getOptions().getVolumesList().forEach(this::taken);
    for (BuildStep step : build.getStepsList()) {
      step.getVolumesList().forEach(this::taken);
    }
  }

  private void taken(Volume volume) {
    volumeNames.add(volume.getName());
    volumePaths.add(withoutSlash(volume.getPath()));
  }

  List<Cache> read(Fields root) {
    List<Cache> caches = new ArrayList<>();
    List<Written> items = root.items("caches", WANTED);
    Set<String> names = new HashSet<>();
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      String path = "caches[" + i + "]";
      Optional<Mapping> mapping = notes.mapping(items.get(i), path, WANTED);
      if (mapping.isEmpty()) {
        continue;
      }
      Fields fields = Fields.of(mapping.get(), path, "a cache", KEYS, notes);
      Optional<String> name = name(fields);
      Optional<String> folder = folder(fields);
      if (name.isPresent() && !names.add(name.get())) {
        fields.error("name", "two caches are named \"%s\"".formatted(name.get()));
      }
      if (folder.isPresent() && !paths.add(folder.get())) {
        fields.error("path", "two caches have the path \"%s\"".formatted(folder.get()));
      }
      List<KeyPart> key = key(fields);
      int keep = fields.whole("keep", 1, MOST_KEPT).orElse(Cache.KEPT);
      if (name.isPresent() && folder.isPresent()) {
        caches.add(new Cache(name.get(), folder.get(), key, keep));
      }
    }
    return caches;
  }

  private Optional<String> name(Fields fields) {
    Optional<String> name =
        fields.needed("name", "a cache needs a name, by which builds find it again");
    if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
      fields.error(
          "name",
          "invalid cache name \"%s\": it must match %s".formatted(name.get(), NAME.pattern()));
      return Optional.empty();
    }
    if (name.isPresent() && volumeNames.contains("cache_" + name.get())) {
      fields.error(
          "name",
          "the build config has a volume \"cache_%s\", which is this cache's name among volumes; rename one"
              .formatted(name.get()));
    }
    return name;
  }

  private Optional<String> folder(Fields fields) {
    Optional<String> path = fields.needed("path", "a cache needs a path: where steps see it");
    if (path.isEmpty()) {
      return path;
    }
    String folder = withoutSlash(path.get());
    String fault = "";
    if (!PATH.matcher(path.get()).matches()
        || folder.contains("/../")
        || folder.endsWith("/..")
        || folder.contains("/./")
        || folder.endsWith("/.")) {
      fault = "must be absolute and plain, such as /builder/home/.m2";
    } else if (RESERVED.contains(folder) || folder.startsWith("/cloudbuild/")) {
      fault = "is where the build has something of its own; choose a folder below or beside it";
    } else if (volumePaths.contains(folder)) {
      fault = "is where the build config has a volume";
    }
    if (!fault.isEmpty()) {
      fields.error("path", "cache path \"%s\" %s".formatted(path.get(), fault));
      return Optional.empty();
    }
    return Optional.of(folder);
  }

  private List<KeyPart> key(Fields fields) {
    List<KeyPart> parts = new ArrayList<>();
    fields.text("key").ifPresent(text -> parse(text, fields, parts));
    List<String> files = patterns(fields, "keyFiles", fields.texts("keyFiles"));
    if (!files.isEmpty()) {
      parts.add(new KeyPart.Checksum(files));
    }
    return parts;
  }

  private void parse(String text, Fields fields, List<KeyPart> parts) {
    Matcher braces = BRACES.matcher(text);
    int end = 0;
    while (braces.find()) {
      addText(text.substring(end, braces.start()), parts);
      end = braces.end();
      Matcher checksum = CHECKSUM.matcher(braces.group(1));
      if (checksum.matches()) {
        List<String> files =
            QUOTED.matcher(checksum.group(1)).results().map(file -> file.group(1)).toList();
        parts.add(new KeyPart.Checksum(patterns(fields, "key", files)));
      } else {
        fields.error(
            "key",
            "\"%s\" is not known in a key; write {{ checksum \"pom.xml\" }}"
                .formatted(braces.group()));
      }
    }
    addText(text.substring(end), parts);
  }

  private static void addText(String text, List<KeyPart> parts) {
    if (!text.isEmpty()) {
      parts.add(new KeyPart.Text(text));
    }
  }

  private static List<String> patterns(Fields fields, String key, List<String> files) {
    List<String> patterns = new ArrayList<>();
    for (String file : files) {
      String relative = file.startsWith("./") ? file.substring(2) : file;
      if (relative.isEmpty()
          || relative.startsWith("/")
          || List.of(relative.split("/", -1)).contains("..")) {
        fields.error(
            key, "\"%s\" must be a file of the source, relative to /workspace".formatted(file));
      } else {
        patterns.add(relative);
      }
    }
    return patterns;
  }

  private static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
