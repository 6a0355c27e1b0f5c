package dev.groundbuild.runner.pubsub;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.util.FieldMaskUtil;
import java.util.Set;

/** Changes of what a field mask names. */
final class FieldUpdates {
  private static final FieldMaskUtil.MergeOptions REPLACE =
      new FieldMaskUtil.MergeOptions()
          .setReplaceMessageFields(true)
          .setReplacePrimitiveFields(true)
          .setReplaceRepeatedFields(true);

  private FieldUpdates() {}

  /**
   * Puts the named fields of one message into another.
   *
   * @param fixed fields that never change
   */
  static void merge(FieldMask mask, Message from, Message.Builder to, Set<String> fixed) {
    if (mask.getPathsCount() == 0) {
      throw Refused.invalid("The update_mask must name at least one field.");
    }
    for (String path : mask.getPathsList()) {
      if (!FieldMaskUtil.isValid(from.getDescriptorForType(), path)) {
        throw Refused.invalid("The update_mask names a field that there is not: " + path + ".");
      }
      int dot = path.indexOf('.');
      if (fixed.contains(dot < 0 ? path : path.substring(0, dot))) {
        throw Refused.invalid("The field " + path + " can't be changed.");
      }
    }
    FieldMaskUtil.merge(mask, from, to, REPLACE);
  }
}
