package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Artifacts.ArtifactObjects;
import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import com.google.cloudbuild.v1.Results;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.groundbuild.runner.Delivery.DeliveryException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Stores the files that {@code artifacts.objects} names. Cloud Build: as {@code gsutil cp} does, so
 * an object has the last part of its file's path; the bucket is looked at first, and a path that
 * matches no file is an error. A list of what was stored is stored, too.
 */
final class ObjectUpload implements Cargo {
  private final Counts counts;
  private final String bucket;
  private final String prefix;
  private final String buildId;
  private final ObjectStore store;
  private final InstantSource clock;
  private final Instant start;
  private final Consumer<String> say;
  private final List<StoredObject> stored = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /**
   * @param location with the generation, {@code gs://BUCKET/PATH#GENERATION}
   */
  record StoredObject(String location, Hashes.Sums sums) {}

  ObjectUpload(Build build, ObjectStore store, InstantSource clock, Consumer<String> say) {
    ArtifactObjects objects = build.getArtifacts().getObjects();
    this.counts = new Counts(objects.getPathsList().stream().map(Glob::of).toList());
    this.buildId = build.getId();
    this.clock = clock;
    this.start = clock.instant();
    String path = objects.getLocation().replaceFirst("^gs://", "");
    int slash = path.indexOf('/');
    this.bucket = slash < 0 ? path : path.substring(0, slash);
    String below = slash < 0 ? "" : path.substring(slash + 1);
    this.prefix = below.isEmpty() || below.endsWith("/") ? below : below + "/";
    this.store = store;
    this.say = say;
  }

  @Override
  public void begin() {
    store.check(bucket);
    say.accept("Artifacts will be uploaded to gs://" + bucket + " using gsutil cp");
    counts.globs().forEach(glob -> say.accept(glob.text() + ": Uploading path...."));
  }

  @Override
  public boolean wants(String path) {
    return counts.matches(path);
  }

  @Override
  public void take(WorkspaceFile file) throws IOException {
    counts.add(file.path());
    String name = prefix + file.path().substring(file.path().lastIndexOf('/') + 1);
    if (!names.add(name)) {
      say.accept("more than one file is named " + name + "; the last one counts: " + file.path());
      stored.removeIf(one -> one.location().startsWith("gs://" + bucket + "/" + name + "#"));
    }
    Hashes hashes = new Hashes();
    ObjectStore.Stored done = store.put(bucket, name, hashes.of(file.content()));
    Hashes.Sums sums = hashes.sums();
    if (done.md5().isPresent() && !done.md5().get().equals(sums.md5())) {
      throw new DeliveryException(
          FailureType.PUSH_FAILED,
          "artifacts: gs://" + bucket + "/" + name + " has not arrived as it was sent");
    }
    stored.add(new StoredObject("gs://" + bucket + "/" + name + "#" + done.generation(), sums));
  }

  List<StoredObject> stored() {
    return List.copyOf(stored);
  }

  @Override
  public void finish(Consumer<Results> delivered) throws IOException {
    for (Glob glob : counts.globs()) {
      if (counts.of(glob) > 0) {
        say.accept(glob.text() + ": " + counts.of(glob) + " matching files uploaded");
      }
    }
    counts.refuseUnmatched("artifacts.objects");
    String where = "gs://" + bucket + "/" + prefix;
    say.accept(stored.size() + " total artifacts uploaded to " + where);
    String name = "artifacts-" + buildId + ".json";
    say.accept("Uploading manifest " + name);
    byte[] manifest =
        stored.stream()
            .map(ObjectUpload::line)
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);
    store.put(bucket, prefix + name, new ByteArrayInputStream(manifest));
    say.accept("Artifact manifest located at " + where + name);
    delivered.accept(
        Results.newBuilder()
            .setArtifactManifest(where + name)
            .setNumArtifacts(stored.size())
            .setArtifactTiming(ImagePush.span(start, clock.instant()))
            .build());
  }

  @Override
  public void close() {
    store.close();
  }

  /** Cloud Build: one line of JSON for each object. */
  private static String line(StoredObject object) {
    JsonArray hashes = new JsonArray();
    hashes.add(hash(2, object.sums().md5().toByteArray()));
    hashes.add(hash(1, object.sums().sha256().toByteArray()));
    JsonObject file = new JsonObject();
    file.add("file_hash", hashes);
    JsonArray files = new JsonArray();
    files.add(file);
    JsonObject line = new JsonObject();
    line.addProperty("location", object.location());
    line.add("file_hash", files);
    return line + "\n";
  }

  private static JsonObject hash(int type, byte[] value) {
    JsonObject hash = new JsonObject();
    hash.addProperty("type", type);
    hash.addProperty("value", Base64.getEncoder().encodeToString(value));
    return hash;
  }
}
