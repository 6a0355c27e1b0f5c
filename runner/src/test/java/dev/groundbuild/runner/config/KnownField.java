package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A field that a build config can hold, published or not. */
record KnownField(String path, String type, boolean published, boolean outputOnly) {
  static List<KnownField> all() {
    List<KnownField> fields = new ArrayList<>();
    collect(Build.getDescriptor(), "", false, fields);
    UnpublishedFields.rows()
        .forEach(row -> fields.add(new KnownField(row.path(), row.type(), false, false)));
    return fields;
  }

  private static void collect(
      Descriptor type, String prefix, boolean outputOnly, List<KnownField> into) {
    for (FieldDescriptor field : type.getFields()) {
      boolean output = outputOnly || OutputOnly.is(field);
      String path = prefix + field.getJsonName();
      into.add(new KnownField(path, type(field), true, output));
      FieldDescriptor value =
          field.isMapField() ? field.getMessageType().findFieldByName("value") : field;
      boolean isOurs =
          value.getJavaType() == JavaType.MESSAGE
              && !value.getMessageType().getFullName().startsWith("google.protobuf.");
      if (isOurs) {
        String many = field.isMapField() ? ".*." : field.isRepeated() ? "[]." : ".";
        collect(value.getMessageType(), path + many, output, into);
      }
    }
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      return "map of " + type(field.getMessageType().findFieldByName("value"));
    }
    String one =
        switch (field.getJavaType()) {
          case MESSAGE -> field.getMessageType().getName();
          case ENUM -> field.getEnumType().getName();
          default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    return field.isRepeated() ? "list of " + one : one;
  }
}
