package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.engine.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A build as Cloud Build returns it, taken as a build to be run again: every substitution is done
 * already, and a {@code $} that is left means itself.
 *
 * @param read the record as it was read
 */
public record RecordedBuild(BuildConfig read) {
  private static final Pattern NAME = Pattern.compile("projects/[^/]+/locations/([^/]+)/builds/.*");
  private static final Pattern DIGEST = Pattern.compile("(?:.*@)?(sha256:[0-9a-f]+)");

  /** What the build would ask for, with the problems of that. */
  public record Asked(Build build, List<Problem> problems) {
    public Asked {
      problems = List.copyOf(problems);
    }
  }

  /**
   * The build without what Cloud Build has set, checked.
   *
   * @param pinned whether steps run the very images that they ran
   */
  public Asked asked(boolean pinned) {
    Problems found = new Problems(read::place);
    read.problems().stream().filter(this::concerns).forEach(found::add);
    Build build = OutputOnly.without(read.build());
    if (pinned) {
      build = pinned(build, found);
    }
    Build plain = build.toBuilder().clearSubstitutions().clearSource().build();
    BuildConfig config =
        new BuildConfig(read.name(), plain, read.extras(), read.places(), read.problems());
    BuildChecks.check(config, plain, Door.UNION).forEach(found::add);
    return new Asked(build, found.all().stream().distinct().toList());
  }

  /**
   * What Cloud Build has set can't be wrong, a source that is named is asked for, and an empty pool
   * is what a build without one is returned with.
   */
  private boolean concerns(Problem problem) {
    boolean emptyPool =
        problem.path().equals("options.pool")
            && read.build().getOptions().getPool().getName().isEmpty();
    String top = problem.path().split("[.\\[]", 2)[0];
    return Build.getDescriptor().getFields().stream()
            .noneMatch(f -> f.getJsonName().equals(top) && OutputOnly.is(f))
        && !top.equals("source")
        && !emptyPool;
  }

  /** Every substitution with its value; built-ins without one are empty. */
  public SortedMap<String, String> substitutions() {
    SortedMap<String, String> values = new TreeMap<>();
    SubstitutionKeys.builtIns().forEach(key -> values.put(key, ""));
    values.put("PROJECT_ID", read.build().getProjectId());
    values.put("BUILD_ID", read.build().getId());
    Matcher name = NAME.matcher(read.build().getName());
    if (name.matches()) {
      values.put("LOCATION", name.group(1));
    }
    values.putAll(read.build().getSubstitutionsMap());
    return values;
  }

  private Build pinned(Build build, Problems found) {
    List<String> digests = read.build().getResults().getBuildStepImagesList();
    Build.Builder pinned = build.toBuilder();
    for (int i = 0; i < build.getStepsCount(); i++) {
      Matcher digest = DIGEST.matcher(i < digests.size() ? digests.get(i) : "");
      String name = build.getSteps(i).getName();
      Optional<ImageReference> image =
          ImageReference.parse(name).filter(reference -> reference.digest().isEmpty());
      Optional<String> obstacle =
          image.isEmpty() ? Optional.empty() : obstacle(build, name, digest.matches());
      if (obstacle.isPresent()) {
        found.warn("steps[" + i + "].name", name + " is not pinned: " + obstacle.get());
      } else if (image.isPresent()) {
        pinned.getStepsBuilder(i).setName(image.get().repository() + "@" + digest.group(1));
      }
    }
    return pinned.build();
  }

  private static Optional<String> obstacle(Build build, String name, boolean known) {
    if (build.getImagesList().contains(name)) {
      return Optional.of("the build makes it itself");
    }
    return known ? Optional.empty() : Optional.of("results.buildStepImages has no digest for it");
  }
}
