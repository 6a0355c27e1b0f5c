package dev.groundbuild.runner.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.util.Optional;

/**
 * A build as JSON text. Cloud Build: proto3 JSON; empty and default fields are left out, 64-bit
 * numbers are strings, bytes are base64, durations end in {@code s}, and keys come in the order in
 * which the message declares its fields.
 */
public final class BuildRecord {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().sortingMapKeys().omittingInsignificantWhitespace();
  private static final Gson COMPACT = new GsonBuilder().disableHtmlEscaping().create();
  private static final Gson PRETTY =
      new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

  private BuildRecord() {}

  /** On one line, as in a Pub/Sub message. */
  public static String compact(Build build) {
    return COMPACT.toJson(tree(build));
  }

  /** Indented, with a final line feed, as in a file. */
  public static String pretty(Build build) {
    return PRETTY.toJson(tree(build)) + "\n";
  }

  private static JsonObject tree(Build build) {
    try {
      JsonObject printed = JsonParser.parseString(PRINTER.print(build)).getAsJsonObject();
      return inDeclaredOrder(printed, Build.getDescriptor());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a Build holds a message of an unknown type", e);
    }
  }

  /** The printer sorts by field number. */
  private static JsonObject inDeclaredOrder(JsonObject json, Descriptor type) {
    if (type.getFullName().startsWith("google.protobuf.")) {
      return json; // Any and its like have a JSON form of their own
    }
    JsonObject ordered = new JsonObject();
    for (FieldDescriptor field : type.getFields()) {
      JsonElement value = json.get(field.getJsonName());
      if (value != null) {
        ordered.add(field.getJsonName(), inDeclaredOrder(value, field));
      }
    }
    return ordered;
  }

  private static JsonElement inDeclaredOrder(JsonElement value, FieldDescriptor field) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return value;
    }
    if (field.isMapField()) {
      FieldDescriptor entryValue = field.getMessageType().findFieldByNumber(2);
      JsonObject map = new JsonObject();
      value
          .getAsJsonObject()
          .asMap()
          .forEach((key, of) -> map.add(key, inDeclaredOrder(of, entryValue)));
      return map;
    }
    return switch (value) {
      case JsonArray array -> {
        JsonArray ordered = new JsonArray(array.size());
        array.forEach(element -> ordered.add(inDeclaredOrder(element, field)));
        yield ordered;
      }
      case JsonObject object -> inDeclaredOrder(object, field.getMessageType());
      default -> value; // a Timestamp or a Duration is a string
    };
  }

  /**
   * Reads a record.
   *
   * @throws IOException if there is none, or it is not one; the message names the file
   */
  public static Build read(Path file) throws IOException {
    Build.Builder build = Build.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(Files.readString(file), build);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(file + " is not the record of a build: " + e.getMessage(), e);
    }
    return build.build();
  }

  /** From the start of a build to its end; empty unless it has both. */
  public static Optional<Duration> took(Build build) {
    return build.hasStartTime() && build.hasFinishTime()
        ? Optional.of(between(build.getStartTime(), build.getFinishTime()))
        : Optional.empty();
  }

  /** From the start of a step to its end; empty if it did not run. */
  public static Optional<Duration> took(BuildStep step) {
    return step.hasTiming()
        ? Optional.of(between(step.getTiming().getStartTime(), step.getTiming().getEndTime()))
        : Optional.empty();
  }

  private static Duration between(Timestamp start, Timestamp end) {
    return Duration.ofNanos(Durations.toNanos(Timestamps.between(start, end)));
  }

  /**
   * Why a record cannot be written to a place, for a check before the build starts; empty when it
   * can.
   *
   * @param target as the user gave it
   */
  public static Optional<String> problemWith(String target) {
    return WholeFile.problemWith("--build-json", target);
  }

  /**
   * Writes a record so that whoever reads the file sees the old one or the new one, whole. A device
   * or pipe is written to as it is.
   */
  public static void write(Path target, Build build) throws IOException {
    write(target, build, new FileAttribute<?>[0]);
  }

  static void write(Path target, Build build, FileAttribute<?>... attributes) throws IOException {
    WholeFile.write(target, pretty(build).getBytes(UTF_8), attributes);
  }
}
