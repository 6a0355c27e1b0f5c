package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Artifacts;
import com.google.cloudbuild.v1.Build;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Images and other things that a build leaves behind (spec 1.7). */
final class ArtifactChecks {
  private static final int MOST_IMAGES = 100;
  private static final int MOST_PATHS = 100;
  private static final Pattern SPACE = Pattern.compile("\\s");
  private static final String BUCKET_SCHEME = "gs://";

  private final Build written;
  private final Build build;
  private final Findings findings;

  ArtifactChecks(BuildConfig config, Build build, Findings findings) {
    this.written = config.build();
    this.build = build;
    this.findings = findings;
  }

  void check() {
    checkImages(written.getImagesList(), build.getImagesList(), "images");
    checkImages(
        written.getArtifacts().getImagesList(),
        build.getArtifacts().getImagesList(),
        "artifacts.images");
    checkThatImagesAgree();
    if (build.getArtifacts().hasObjects()) {
      checkObjects(build.getArtifacts().getObjects());
    }
    checkPackages(build.getArtifacts());
  }

  private void checkImages(List<String> writtenImages, List<String> images, String path) {
    if (images.size() > MOST_IMAGES) {
      findings.refuse(
          path + "[" + MOST_IMAGES + "]", Wording.tooMany(images.size(), "images", MOST_IMAGES));
    }
    for (int j = 0; j < images.size(); j++) {
      String at = path + "[" + j + "]";
      ImageNames.fault("image", writtenImages.get(j), images.get(j))
          .ifPresent(fault -> findings.refuse(at, fault));
    }
  }

  /** Cloud Build: top-level images and artifacts.images are the same list. */
  private void checkThatImagesAgree() {
    List<String> top = build.getImagesList();
    List<String> inner = build.getArtifacts().getImagesList();
    if (!top.isEmpty() && !inner.isEmpty() && !top.equals(inner)) {
      findings.refuse(
          "artifacts.images",
          "images and artifacts.images are the same field and must be equal; keep one of them");
    }
  }

  private void checkObjects(Artifacts.ArtifactObjects objects) {
    String path = "artifacts.objects";
    String location = objects.getLocation();
    if (written.getArtifacts().getObjects().getLocation().isEmpty()) {
      findings.missing(path + ".location", "artifacts.objects needs a location: gs://BUCKET/PATH/");
    } else if (!location.startsWith(BUCKET_SCHEME) || location.equals(BUCKET_SCHEME)) {
      findings.refuse(
          path + ".location",
          "location %s must start with gs:// and a bucket%s"
              .formatted(
                  Wording.quote(location),
                  Wording.madeFrom(written.getArtifacts().getObjects().getLocation(), location)));
    }
    if (objects.getPathsCount() == 0) {
      findings.missing(path + ".paths", "artifacts.objects needs paths: the files to upload");
    }
    checkPaths(objects.getPathsList(), path + ".paths");
  }

  private void checkPaths(List<String> paths, String path) {
    if (paths.size() > MOST_PATHS) {
      findings.refuse(
          path + "[" + MOST_PATHS + "]", Wording.tooMany(paths.size(), "paths", MOST_PATHS));
    }
    Set<String> seen = new HashSet<>();
    for (int j = 0; j < paths.size(); j++) {
      String each = paths.get(j);
      String at = path + "[" + j + "]";
      if (SPACE.matcher(each).find()) {
        findings.refuse(at, "path " + Wording.quote(each) + " must not contain whitespace");
      }
      if (!seen.add(each)) {
        findings.refuse(at, "path " + Wording.quote(each) + " is listed twice");
      }
    }
  }

  /** Assumed: a package without a repository, or without files, can't be uploaded anywhere. */
  private void checkPackages(Artifacts artifacts) {
    for (int j = 0; j < artifacts.getMavenArtifactsCount(); j++) {
      requireRepository(
          artifacts.getMavenArtifacts(j).getRepository(), "artifacts.mavenArtifacts[" + j + "]");
    }
    for (int j = 0; j < artifacts.getPythonPackagesCount(); j++) {
      String path = "artifacts.pythonPackages[" + j + "]";
      requireRepository(artifacts.getPythonPackages(j).getRepository(), path);
      if (artifacts.getPythonPackages(j).getPathsCount() == 0) {
        findings.missing(path + ".paths", "a Python package needs paths: the files to upload");
      }
    }
    for (int j = 0; j < artifacts.getNpmPackagesCount(); j++) {
      requireRepository(
          artifacts.getNpmPackages(j).getRepository(), "artifacts.npmPackages[" + j + "]");
    }
  }

  private void requireRepository(String repository, String path) {
    if (repository.isEmpty()) {
      findings.missing(path + ".repository", "a package needs the repository that it goes to");
    }
  }
}
