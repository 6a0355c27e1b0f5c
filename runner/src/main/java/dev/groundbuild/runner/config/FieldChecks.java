package dev.groundbuild.runner.config;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import java.util.List;

/**
 * What the published schema itself demands: at most one field of each group of alternatives (the
 * kinds of source, for one), and the fields that it marks as required.
 */
final class FieldChecks {
  private final BuildConfig config;
  private final Findings findings;

  FieldChecks(BuildConfig config, Findings findings) {
    this.config = config;
    this.findings = findings;
  }

  void check() {
    check(config.build(), "");
  }

  private void check(Message message, String prefix) {
    for (OneofDescriptor group : message.getDescriptorForType().getRealOneofs()) {
      checkAlternatives(group, prefix);
    }
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (isRequired(field) && isAbsent(message, field)) {
        findings.missing(prefix + field.getJsonName(), field.getJsonName() + " is required here");
      }
    }
    message.getAllFields().forEach((field, value) -> descend(field, value, prefix));
  }

  private void descend(FieldDescriptor field, Object value, String prefix) {
    String path = prefix + field.getJsonName();
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isMapField()) {
      return;
    }
    if (value instanceof List<?> elements) {
      for (int i = 0; i < elements.size(); i++) {
        check((Message) elements.get(i), path + "[" + i + "].");
      }
    } else {
      check((Message) value, path + ".");
    }
  }

  /** The message keeps the last alternative only, so the text is asked which ones were written. */
  private void checkAlternatives(OneofDescriptor group, String prefix) {
    List<String> present =
        group.getFields().stream()
            .map(FieldDescriptor::getJsonName)
            .filter(name -> config.places().containsKey(prefix + name))
            .toList();
    if (present.size() > 1) {
      findings.refuse(
          prefix + present.get(1),
          "only one of %s may be given; keep one".formatted(String.join(" and ", present)));
    }
  }

  private static boolean isRequired(FieldDescriptor field) {
    return field
        .getOptions()
        .getExtension(FieldBehaviorProto.fieldBehavior)
        .contains(FieldBehavior.REQUIRED);
  }

  private static boolean isAbsent(Message message, FieldDescriptor field) {
    return field.isRepeated()
        ? message.getRepeatedFieldCount(field) == 0
        : !message.hasField(field);
  }
}
