package dev.groundbuild.runner.config;

import com.google.gson.JsonParser;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StructProto;
import com.google.protobuf.util.JsonFormat;
import dev.groundbuild.runner.config.FieldFates.Fate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Documented fields and values that the published message lacks, each with its fate. They are read
 * by the same reader as the others, from messages that are made of this table.
 */
public final class UnpublishedFields {
  private static final List<Row> ROWS = parse();

  private UnpublishedFields() {}

  /** Made on first use only: most configs have none of these fields. */
  private static final class Messages {
    static final Map<String, Descriptor> BY_PLACE = build();
  }

  /**
   * @param path as in {@code artifacts.oci[].file}
   * @param type of the value: {@code string}, {@code int64}, {@code bool}, {@code message}, {@code
   *     struct} for a mapping of which nobody has published the keys, or {@code A/B/C} for words to
   *     choose from; with {@code []} for a list
   * @param fate empty when it shares that of the field around it
   */
  record Row(String path, String type, Optional<Fate> fate, String sentence) {
    String place() {
      return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    }

    String name() {
      return path.substring(path.lastIndexOf('.') + 1);
    }
  }

  static List<Row> rows() {
    return ROWS;
  }

  /** The unpublished fields of a place, such as {@code steps[]}, as a message. */
  static Optional<Descriptor> message(String place) {
    return ROWS.stream().anyMatch(row -> row.place().equals(place))
        ? Optional.ofNullable(Messages.BY_PLACE.get(place))
        : Optional.empty();
  }

  /** The unpublished values of a field of words. Cloud Build: E2_STANDARD_2 is today's default. */
  static List<String> values(String path) {
    return path.equals("options.machineType") ? List.of("E2_STANDARD_2") : List.of();
  }

  /** One field of a message as JSON text. */
  static String json(FieldDescriptor field, Message.Builder message) {
    try {
      Message alone =
          message.getDefaultInstanceForType().toBuilder()
              .setField(field, message.getField(field))
              .build();
      String text = JsonFormat.printer().omittingInsignificantWhitespace().print(alone);
      return JsonParser.parseString(text).getAsJsonObject().get(field.getJsonName()).toString();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no JSON for " + field, e);
    }
  }

  private static List<Row> parse() {
    return TABLE
        .lines()
        .map(line -> line.split(" \\| ", -1))
        .map(cells ->
            cells.length == 2
                ? new Row(cells[0], cells[1], Optional.empty(), "")
                : new Row(cells[0], cells[1], Optional.of(Fate.valueOf(cells[2])), cells[3]))
        .toList();
  }

  private static Map<String, Descriptor> build() {
    Map<String, DescriptorProto.Builder> messages = new LinkedHashMap<>();
    for (Row row : ROWS) {
      DescriptorProto.Builder message =
          messages.computeIfAbsent(
              row.place(), p -> DescriptorProto.newBuilder().setName(messageName(p)));
      message.addField(field(row, message));
    }
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("unpublished.proto")
            .addDependency(StructProto.getDescriptor().getName());
    messages.values().forEach(file::addMessageType);
    try {
      FileDescriptor built =
          FileDescriptor.buildFrom(
              file.build(), new FileDescriptor[] {StructProto.getDescriptor()});
      Map<String, Descriptor> byPlace = new LinkedHashMap<>();
      messages.keySet().forEach(p -> byPlace.put(p, built.findMessageTypeByName(messageName(p))));
      return byPlace;
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("the table of unpublished fields is wrong", e);
    }
  }

  private static String messageName(String place) {
    return "Unpublished_" + place.replaceAll("[^A-Za-z]+", "_");
  }

  private static FieldDescriptorProto field(Row row, DescriptorProto.Builder message) {
    boolean list = row.type().endsWith("[]");
    String type = list ? row.type().substring(0, row.type().length() - 2) : row.type();
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setName(row.name().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
            .setJsonName(row.name())
            .setNumber(message.getFieldCount() + 1)
            .setLabel(
                list
                    ? FieldDescriptorProto.Label.LABEL_REPEATED
                    : FieldDescriptorProto.Label.LABEL_OPTIONAL);
    switch (type) {
      case "string" -> field.setType(FieldDescriptorProto.Type.TYPE_STRING);
      case "int64" -> field.setType(FieldDescriptorProto.Type.TYPE_INT64);
      case "bool" -> field.setType(FieldDescriptorProto.Type.TYPE_BOOL);
      case "struct" ->
          field
              .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
              .setTypeName(".google.protobuf.Struct");
      case "message" -> {
        String place = row.path() + (list ? "[]" : "");
        field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName("." + messageName(place));
      }
      default -> {
        EnumDescriptorProto words = words(row, type);
        message.addEnumType(words);
        String owner = "." + messageName(row.place()) + ".";
        field.setType(FieldDescriptorProto.Type.TYPE_ENUM).setTypeName(owner + words.getName());
      }
    }
    return field.build();
  }

  private static EnumDescriptorProto words(Row row, String type) {
    EnumDescriptorProto.Builder words =
        EnumDescriptorProto.newBuilder().setName("Words_" + row.name());
    for (String word : type.split("/", -1)) {
      words.addValue(
          EnumValueDescriptorProto.newBuilder().setName(word).setNumber(words.getValueCount()));
    }
    return words.build();
  }

  /** Path, type, fate, sentence; without the last two it shares the fate of what is around it. */
  private static final String TABLE =
      """
      remoteConfig | string | REFUSED | a config elsewhere is not fetched; put its steps into this file
      steps[].remoteConfig | string | REFUSED | a config elsewhere is not fetched; put its steps into this file
      steps[].results | message[] | WARNED | no attestations are made here
      steps[].results[].name | string
      steps[].results[].attestationType | string
      steps[].results[].attestationContent | string
      source.developerConnectConfig | message
      source.developerConnectConfig.gitRepositoryLink | string
      source.developerConnectConfig.dir | string
      source.developerConnectConfig.revision | string
      source.buildConfigFileName | string
      artifacts.genericArtifacts | message[] | WARNED | not uploaded from here
      artifacts.genericArtifacts[].folder | string
      artifacts.genericArtifacts[].registryPath | string
      artifacts.genericArtifacts[].contentHandling | string
      artifacts.oci | message[] | WARNED | not uploaded from here
      artifacts.oci[].file | string
      artifacts.oci[].registryPath | string
      artifacts.oci[].tags | string[]
      artifacts.volumes | message[] | WARNED | not uploaded from here
      artifacts.volumes[].name | string
      artifacts.volumes[].path | string
      artifacts.mavenArtifacts[].deployFolder | string | WARNED | a folder is not uploaded from here: name the file in path
      options.pubsubTopic | string | HONOURED | the topic of the build's status messages, once publishing is switched on
      options.pool.workerConfig | message
      options.pool.workerConfig.machineType | string
      options.pool.workerConfig.diskSizeGb | int64
      options.cluster | message | WARNED | the build runs on this machine, not in a cluster
      options.cluster.name | string
      options.anthosCluster | struct | WARNED | the build runs on this machine, not in a cluster
      options.dockerDaemon | DOCKER_DAEMON_UNSPECIFIED/NO_DOCKER/NON_PRIVILEGED/PRIVILEGED | WARNED | steps have the engine of this machine, whatever is chosen here
      dependencies[].gitSource.fetchTags | bool
      dependencies[].genericArtifact | message
      dependencies[].genericArtifact.resource | string
      dependencies[].genericArtifact.destPath | string
      """;
}
