package dev.groundbuild.runner.config;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.cloudbuild.v1.Build;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;

/** The fields that Cloud Build sets, and nobody else may. */
public final class OutputOnly {
  private OutputOnly() {}

  static boolean is(FieldDescriptor field) {
    return field
        .getOptions()
        .getExtension(FieldBehaviorProto.fieldBehavior)
        .contains(FieldBehavior.OUTPUT_ONLY);
  }

  /** The build as it was asked for. */
  public static Build without(Build build) {
    Build.Builder rest = build.toBuilder();
    clear(rest);
    return rest.build();
  }

  private static void clear(Message.Builder message) {
    for (FieldDescriptor field : List.copyOf(message.getAllFields().keySet())) {
      boolean holdsMessages =
          field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField();
      if (is(field)) {
        message.clearField(field);
      } else if (holdsMessages && field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          message.setRepeatedField(field, i, cleared(message.getRepeatedField(field, i)));
        }
      } else if (holdsMessages) {
        message.setField(field, cleared(message.getField(field)));
      }
    }
  }

  private static Message cleared(Object value) {
    Message.Builder message = ((Message) value).toBuilder();
    clear(message);
    return message.build();
  }
}
