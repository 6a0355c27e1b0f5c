package dev.groundbuild.runner.identity;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.config.BuiltIns;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the metadata server tells about a build's machine.
 *
 * @param number the project's
 * @param account the service account that the build names, or empty
 */
record Facts(String project, String number, String region, String build, Optional<String> account) {
  private static final String REGION = "us-central1";

  static Facts of(Build build) {
    String[] name = build.getName().split("/", -1);
    int at = Arrays.asList(name).indexOf("locations");
    String location = at < 0 || at + 1 == name.length ? "global" : name[at + 1];
    String account = build.getServiceAccount();
    return new Facts(
        build.getProjectId().isEmpty() ? BuiltIns.NO_PROJECT : build.getProjectId(),
        build.getSubstitutionsMap().getOrDefault("PROJECT_NUMBER", BuiltIns.NO_PROJECT_NUMBER),
        location.equals("global") ? REGION : location,
        build.getId(),
        Optional.of(account.substring(account.lastIndexOf('/') + 1)).filter(a -> !a.isEmpty()));
  }

  /** Cloud Build: the account of a build that names none. */
  String usualAccount() {
    return account.orElse(number + "@cloudbuild.gserviceaccount.com");
  }

  /** A number, as machines have. */
  String machine() {
    return Long.toString(build.hashCode() & 0xffff_ffffL);
  }

  String zone() {
    return "projects/" + number + "/zones/" + region + "-a";
  }
}
