package dev.groundbuild.runner.provenance;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuiltImage;
import com.google.cloudbuild.v1.FileHashes;
import com.google.cloudbuild.v1.Hash;
import com.google.cloudbuild.v1.Results;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.Timestamps;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a build has made of what: an in-toto statement with SLSA's provenance. */
public final class Statement {
  private static final Gson PRETTY =
      new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
  private static final String OURS = "https://groundbuild.dev/";

  private Statement() {}

  /**
   * What the build was made of.
   *
   * @param config as it was read, nothing substituted, as JSON on one line
   * @param substitutions every key with its value
   * @param git {@code URL#COMMIT} of the source, if it was fetched with git
   * @param version of Groundbuild
   */
  public record Origin(
      String config,
      SortedMap<String, String> substitutions,
      Optional<String> git,
      String version) {
    public Origin {
      substitutions = new TreeMap<>(substitutions);
    }
  }

  /**
   * A thing that a build has made.
   *
   * @param sha256 in hexadecimal
   */
  public record Subject(String name, String sha256) {}

  /**
   * The statement about a build that has succeeded, as JSON.
   *
   * @param objects that it has stored, which its results do not name one by one
   */
  public static String of(Build build, Origin origin, List<Subject> objects) {
    JsonObject statement = new JsonObject();
    statement.addProperty("_type", "https://in-toto.io/Statement/v1");
    statement.add("subject", subjects(build.getResults(), objects));
    statement.addProperty("predicateType", "https://slsa.dev/provenance/v1");
    JsonObject predicate = new JsonObject();
    predicate.add("buildDefinition", definition(build, origin));
    predicate.add("runDetails", details(build, origin));
    statement.add("predicate", predicate);
    return PRETTY.toJson(statement) + "\n";
  }

  private static JsonArray subjects(Results results, List<Subject> objects) {
    JsonArray subjects = new JsonArray();
    Set<BuiltImage> images = new LinkedHashSet<>();
    results
        .getImagesList()
        .forEach(image -> images.add(image.toBuilder().clearPushTiming().build()));
    for (BuiltImage image : images) {
      subjects.add(resource("name", image.getName(), digest("sha256", hex(image.getDigest()))));
    }
    objects.forEach(o -> subjects.add(resource("name", o.name(), digest("sha256", o.sha256()))));
    results
        .getMavenArtifactsList()
        .forEach(p -> subjects.add(packaged(p.getUri(), p.getFileHashes())));
    results
        .getNpmPackagesList()
        .forEach(p -> subjects.add(packaged(p.getUri(), p.getFileHashes())));
    results
        .getPythonPackagesList()
        .forEach(p -> subjects.add(packaged(p.getUri(), p.getFileHashes())));
    return subjects;
  }

  private static JsonObject packaged(String uri, FileHashes hashes) {
    String sum =
        hashes.getFileHashList().stream()
            .filter(hash -> hash.getType() == Hash.HashType.SHA256)
            .map(hash -> HexFormat.of().formatHex(hash.getValue().toByteArray()))
            .findFirst()
            .orElse("");
    return resource("name", uri, digest("sha256", sum));
  }

  private static JsonObject definition(Build build, Origin origin) {
    JsonObject external = new JsonObject();
    external.add("config", JsonParser.parseString(origin.config()));
    JsonObject substitutions = new JsonObject();
    origin.substitutions().forEach(substitutions::addProperty);
    external.add("substitutions", substitutions);
    JsonArray made = new JsonArray();
    made.add(resource("name", "config", digest("sha256", sha256(origin.config()))));
    source(origin).ifPresent(made::add);
    for (int i = 0; i < build.getStepsCount(); i++) {
      String known =
          i < build.getResults().getBuildStepImagesCount()
              ? build.getResults().getBuildStepImages(i)
              : "";
      JsonObject image = new JsonObject();
      image.addProperty("name", "step " + i);
      image.addProperty("uri", "docker://" + build.getSteps(i).getName());
      if (!known.isEmpty()) {
        image.add("digest", digest("sha256", hex(known)));
      }
      made.add(image);
    }
    JsonObject definition = new JsonObject();
    definition.addProperty("buildType", OURS + "build-config/v1");
    definition.add("externalParameters", external);
    definition.add("resolvedDependencies", made);
    return definition;
  }

  private static Optional<JsonObject> source(Origin origin) {
    String commit = origin.substitutions().getOrDefault("COMMIT_SHA", "");
    String uri = origin.substitutions().getOrDefault("REPO_FULL_NAME", "");
    if (uri.isEmpty()) {
      uri = origin.substitutions().getOrDefault("REPO_NAME", "");
    }
    if (origin.git().isPresent()) {
      String git = origin.git().get();
      int hash = git.lastIndexOf('#');
      uri = hash < 0 ? git : git.substring(0, hash);
      commit = hash < 0 ? commit : git.substring(hash + 1);
    }
    return commit.isEmpty()
        ? Optional.empty()
        : Optional.of(resource("uri", "git+" + uri, digest("gitCommit", commit)));
  }

  private static JsonObject details(Build build, Origin origin) {
    JsonObject version = new JsonObject();
    version.addProperty("groundbuild", origin.version());
    JsonObject builder = new JsonObject();
    builder.addProperty("id", OURS + "runner");
    builder.add("version", version);
    JsonObject metadata = new JsonObject();
    metadata.addProperty("invocationId", build.getId());
    metadata.addProperty("startedOn", Timestamps.toString(build.getStartTime()));
    metadata.addProperty("finishedOn", Timestamps.toString(build.getFinishTime()));
    JsonObject details = new JsonObject();
    details.add("builder", builder);
    details.add("metadata", metadata);
    return details;
  }

  private static JsonObject resource(String key, String value, JsonObject digest) {
    JsonObject resource = new JsonObject();
    resource.addProperty(key, value);
    resource.add("digest", digest);
    return resource;
  }

  private static JsonObject digest(String algorithm, String value) {
    JsonObject digest = new JsonObject();
    digest.addProperty(algorithm, value);
    return digest;
  }

  private static String hex(String digest) {
    return digest.replaceFirst("^sha256:", "");
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
