package dev.groundbuild.runner.identity;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.steps.engine.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The registries for whose images a build's steps may want a login: those that its config names.
 * The images that steps run in are none of these, because the engine fetches them.
 */
final class RegistryNames {
  private static final Pattern GOOGLES =
      Pattern.compile("(?:[a-z0-9-]+\\.)?gcr\\.io|[a-z0-9-]+\\.pkg\\.dev");
  private static final Pattern OF_PACKAGES = Pattern.compile("(?!.*-docker\\.).*\\.pkg\\.dev");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?<![\\w./@-])((?:[A-Za-z0-9-]+\\.)*[A-Za-z0-9-]+(?::[0-9]+)?)(?=/([\\w.$-]+)|[\\s\"',;]|$)");

  /** Where everybody may fetch, and nobody else push. */
  private static final Set<String> PUBLIC =
      Set.of(
          "cloud-builders",
          "cloud-builders-community",
          "distroless",
          "google.com",
          "google-appengine",
          "google-containers",
          "k8s-skaffold",
          "kaniko-project");

  private RegistryNames() {}

  /** Those of images and those of packages, such as {@code europe-npm.pkg.dev}. */
  static boolean isGoogles(String host) {
    return GOOGLES.matcher(host).matches();
  }

  private static boolean isGooglesOfImages(String host) {
    return isGoogles(host) && !OF_PACKAGES.matcher(host).matches();
  }

  /**
   * Google's registries of images that the config names anywhere, and others of those known.
   *
   * @param known registries for which the user has a login
   */
  static Set<String> of(Build build, Set<String> known) {
    Set<String> names = new TreeSet<>();
    for (String text : texts(build)) {
      Matcher m = NAMED.matcher(text);
      while (m.find()) {
        String host = ImageReference.registryAt(m.group(1));
        boolean googles =
            isGooglesOfImages(host) && !(m.group(2) != null && PUBLIC.contains(m.group(2)));
        if (googles || known.contains(host)) {
          names.add(host);
        }
      }
    }
    for (String image : images(build)) {
      names.add(ImageReference.registry(image));
    }
    return names;
  }

  private static List<String> images(Build build) {
    List<String> images = new ArrayList<>(build.getImagesList());
    images.addAll(build.getArtifacts().getImagesList());
    return images;
  }

  private static List<String> texts(Build build) {
    List<String> texts = new ArrayList<>(images(build));
    texts.addAll(build.getOptions().getEnvList());
    for (BuildStep step : build.getStepsList()) {
      texts.addAll(step.getArgsList());
      texts.addAll(step.getEnvList().stream().map(e -> e.replaceFirst("^[^=]*=", "")).toList());
      texts.add(step.getScript());
    }
    return texts;
  }
}
