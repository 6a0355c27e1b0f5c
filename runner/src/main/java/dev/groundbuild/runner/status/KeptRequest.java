package dev.groundbuild.runner.status;

import com.google.cloudbuild.v1.Build;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.ConfigReader;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.RecordedBuild;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a build was started with: enough to go on with it, or to run the same again.
 *
 * @param words what the user gave
 * @param build as it was queued; the words' meaning
 * @param substitutions every key with its value, built-ins included
 * @param leftOut steps that were not asked for
 * @param privileged whether steps have the rights that they have in the cloud
 * @param content what /workspace started with
 * @param extras what the build's message cannot hold; see {@link Preparation.Ready#extras}
 */
public record KeptRequest(
    Words words,
    Build build,
    SortedMap<String, String> substitutions,
    Set<Integer> leftOut,
    boolean privileged,
    Content content,
    Map<String, String> extras) {

  /**
   * A config and the values for it.
   *
   * @param config nothing is substituted yet
   * @param stepTimeout of steps that have none of their own; zero for none
   * @param recorded whether the config is a build that ran elsewhere, all substitutions done
   */
  public record Words(
      Build config,
      Door door,
      Map<String, String> builtIns,
      Map<String, String> overrides,
      Duration stepTimeout,
      boolean recorded) {
    public Words {
      builtIns = Map.copyOf(builtIns);
      overrides = Map.copyOf(overrides);
    }

    /** A build that ran elsewhere. */
    public static Words ofRecord(Build record) {
      return new Words(record, Door.UNION, Map.of(), Map.of(), Duration.ZERO, true);
    }

    /** The same for another build. */
    public Words withBuildId(String id) {
      Map<String, String> values = new TreeMap<>(builtIns);
      values.put("BUILD_ID", id);
      return new Words(config, door, values, overrides, stepTimeout, recorded);
    }

    /** The same with another config. */
    public Words withConfig(Build other) {
      return new Words(other, door, builtIns, overrides, stepTimeout, false);
    }

    /** Prepares the build as if the config were read again. */
    public Preparation prepare() {
      byte[] json = BuildRecord.compact(config).getBytes(StandardCharsets.UTF_8);
      String name = "the config of the build";
      return recorded
          ? Preparation.ofRecord(new RecordedBuild(ConfigReader.readRecord(name, json)), false)
          : prepare(ConfigReader.read(name, json, door));
    }

    /** Prepares the build with a config that was read. */
    public Preparation prepare(BuildConfig read) {
      return switch (Preparation.of(read, builtIns, overrides, door)) {
        case Preparation.Ready ready -> ready.withStepTimeout(stepTimeout);
        case Preparation.Refused refused -> refused;
      };
    }
  }

  /** Where /workspace came from. */
  public sealed interface Content {
    record Empty() implements Content {}

    /** A folder that was used in place. */
    record Bound(Path folder) implements Content {}

    /**
     * Content that were copied in.
     *
     * @param git {@code URL#COMMIT}, if they were fetched with git
     */
    record Copied(Optional<String> git) implements Content {}
  }

  public KeptRequest {
    substitutions = new TreeMap<>(substitutions);
    leftOut = new TreeSet<>(leftOut);
    extras = Map.copyOf(extras);
  }

  private static Path file(KeptBuild kept) {
    return kept.folder().resolve("request.json");
  }

  /** Where the files that were copied in are kept, as a tar; there may be none. */
  public static Path source(KeptBuild kept) {
    return kept.folder().resolve("source.tar");
  }

  public void write(KeptBuild kept) throws IOException {
    JsonObject json = new JsonObject();
    json.add("config", tree(words.config));
    json.addProperty("door", words.door.name());
    json.add("builtIns", tree(words.builtIns));
    json.add("overrides", tree(words.overrides));
    json.addProperty("stepTimeoutSeconds", words.stepTimeout.toSeconds());
    json.addProperty("recorded", words.recorded);
    json.add("build", tree(build));
    json.add("substitutions", tree(substitutions));
    JsonArray left = new JsonArray();
    leftOut.forEach(left::add);
    json.add("leftOut", left);
    json.addProperty("privileged", privileged);
    json.add("extras", tree(extras));
    switch (content) {
      case Content.Empty _ -> json.addProperty("files", "empty");
      case Content.Bound(Path folder) -> {
        json.addProperty("files", "bound");
        json.addProperty("folder", folder.toString());
      }
      case Content.Copied(Optional<String> git) -> {
        json.addProperty("files", "copied");
        git.ifPresent(address -> json.addProperty("git", address));
      }
    }
    byte[] text = (json + "\n").getBytes(StandardCharsets.UTF_8);
    WholeFile.write(file(kept), text, BuildHistory.FILE);
  }

  /**
   * Reads what a build was started with; empty for a build that was run before that was kept.
   *
   * @throws IOException if it cannot be read; the message names the file
   */
  public static Optional<KeptRequest> read(KeptBuild kept) throws IOException {
    Path file = file(kept);
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      return Optional.of(of(json));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | InvalidProtocolBufferException e) {
      throw new IOException(file + " is not what a build was started with: " + e.getMessage(), e);
    }
  }

  private static KeptRequest of(JsonObject json) throws InvalidProtocolBufferException {
    Set<Integer> leftOut = new TreeSet<>();
    StepOutcomeJson.required(json, "leftOut")
        .getAsJsonArray()
        .forEach(step -> leftOut.add(step.getAsInt()));
    return new KeptRequest(
        new Words(
            message(json, "config"),
            Door.valueOf(text(json, "door")),
            map(json, "builtIns"),
            map(json, "overrides"),
            Duration.ofSeconds(StepOutcomeJson.required(json, "stepTimeoutSeconds").getAsLong()),
            StepOutcomeJson.required(json, "recorded").getAsBoolean()),
        message(json, "build"),
        map(json, "substitutions"),
        leftOut,
        StepOutcomeJson.required(json, "privileged").getAsBoolean(),
        content(json),
        json.has("extras") ? map(json, "extras") : Map.of());
  }

  private static Content content(JsonObject json) {
    String kind = text(json, "files");
    return switch (kind) {
      case "empty" -> new Content.Empty();
      case "bound" -> new Content.Bound(Path.of(text(json, "folder")));
      case "copied" ->
          new Content.Copied(Optional.ofNullable(json.get("git")).map(JsonElement::getAsString));
      default -> throw new JsonParseException("no kind of files: " + kind);
    };
  }

  private static JsonElement tree(Build build) {
    return JsonParser.parseString(BuildRecord.compact(build));
  }

  private static JsonObject tree(Map<String, String> map) {
    JsonObject json = new JsonObject();
    new TreeMap<>(map).forEach(json::addProperty);
    return json;
  }

  private static Build message(JsonObject json, String name) throws InvalidProtocolBufferException {
    Build.Builder build = Build.newBuilder();
    JsonFormat.parser()
        .ignoringUnknownFields()
        .merge(StepOutcomeJson.required(json, name).toString(), build);
    return build.build();
  }

  private static SortedMap<String, String> map(JsonObject json, String name) {
    SortedMap<String, String> map = new TreeMap<>();
    StepOutcomeJson.required(json, name)
        .getAsJsonObject()
        .asMap()
        .forEach((key, value) -> map.put(key, value.getAsString()));
    return map;
  }

  private static String text(JsonObject json, String name) {
    return StepOutcomeJson.required(json, name).getAsString();
  }
}
