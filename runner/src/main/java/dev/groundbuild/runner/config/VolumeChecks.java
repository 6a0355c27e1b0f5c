package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Volume;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Volumes of single steps and of the whole build (spec 1.5). */
final class VolumeChecks {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final Set<String> RESERVED_PATHS =
      Set.of("/workspace", "/builder/home", "/var/run/docker.sock");
  private static final String RESERVED_ROOT = "/cloudbuild/";

  private final Build build;
  private final Findings findings;

  VolumeChecks(Build build, Findings findings) {
    this.build = build;
    this.findings = findings;
  }

  void check() {
    List<Volume> global = build.getOptions().getVolumesList();
    checkList(global, "options.volumes", List.of());
    if (!global.isEmpty() && build.getStepsCount() == 1) {
      findings.refuse(
          "options.volumes",
          "volumes of the whole build need at least two steps, and there is one; leave them out");
    }
    for (int i = 0; i < build.getStepsCount(); i++) {
      checkList(build.getSteps(i).getVolumesList(), "steps[" + i + "].volumes", global);
    }
    checkThatVolumesAreShared(global);
  }

  private void checkList(List<Volume> volumes, String path, List<Volume> global) {
    Set<String> names = new HashSet<>();
    Set<String> paths = new HashSet<>();
    for (int j = 0; j < volumes.size(); j++) {
      Volume volume = volumes.get(j);
      String at = path + "[" + j + "]";
      checkName(volume, at + ".name");
      checkPath(volume, at + ".path");
      if (!names.add(volume.getName())) {
        findings.refuse(at + ".name", "volume \"" + volume.getName() + "\" is listed twice");
      }
      if (!paths.add(clean(volume.getPath()))) {
        findings.refuse(at + ".path", "two volumes have the path \"" + volume.getPath() + "\"");
      }
      checkAgainstGlobal(volume, at, global);
    }
  }

  private void checkName(Volume volume, String path) {
    if (volume.getName().isEmpty()) {
      findings.missing(path, "a volume needs a name");
    } else if (!NAME.matcher(volume.getName()).matches()) {
      findings.refuse(
          path,
          "invalid volume name %s: it must match %s, so have at least two characters"
              .formatted(Wording.quote(volume.getName()), NAME));
    }
  }

  private void checkPath(Volume volume, String path) {
    String where = volume.getPath();
    if (where.isEmpty()) {
      findings.missing(path, "a volume needs a path: where it is mounted");
    } else if (!where.startsWith("/")) {
      findings.refuse(path, "volume path " + Wording.quote(where) + " must be absolute");
    } else if (RESERVED_PATHS.contains(clean(where)) || clean(where).startsWith(RESERVED_ROOT)) {
      findings.refuse(
          path,
          "volume path " + Wording.quote(where) + " is reserved by Cloud Build; choose another");
    }
  }

  private void checkAgainstGlobal(Volume volume, String at, List<Volume> global) {
    for (Volume other : global) {
      if (other.getName().equals(volume.getName())) {
        findings.refuse(
            at + ".name",
            "options.volumes has a volume \"%s\", too; every step has that one already"
                .formatted(volume.getName()));
      } else if (clean(other.getPath()).equals(clean(volume.getPath()))) {
        findings.refuse(
            at + ".path",
            "volume \"%s\" of options.volumes has the path \"%s\", too"
                .formatted(other.getName(), volume.getPath()));
      }
    }
  }

  private void checkThatVolumesAreShared(List<Volume> global) {
    Map<String, List<String>> uses = new LinkedHashMap<>();
    for (int i = 0; i < build.getStepsCount(); i++) {
      Set<String> ofThisStep = new HashSet<>();
      List<Volume> volumes = build.getSteps(i).getVolumesList();
      for (int j = 0; j < volumes.size(); j++) {
        String name = volumes.get(j).getName();
        if (!name.isEmpty() && ofThisStep.add(name)) {
          uses.computeIfAbsent(name, n -> new ArrayList<>())
              .add("steps[" + i + "].volumes[" + j + "].name");
        }
      }
    }
    Set<String> globalNames = new HashSet<>();
    global.forEach(volume -> globalNames.add(volume.getName()));
    Set<String> known = new HashSet<>(uses.keySet());
    known.addAll(globalNames);
    uses.forEach((name, paths) -> {
      if (paths.size() == 1 && !globalNames.contains(name)) {
        findings.refuse(
            paths.getFirst(),
            "volume \"%s\" is used by one step only, and at least two must share it%s"
                .formatted(name, Suggestion.didYouMean(name, known)));
      }
    });
  }

  /** The path without {@code .}, {@code ..} and doubled slashes. */
  private static String clean(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }
}
