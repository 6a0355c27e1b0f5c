package dev.groundbuild.runner.pubsub;

import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.List;

/** What a subscriber is told of ack ids that no longer count. */
final class LeaseErrors {
  private LeaseErrors() {}

  /**
   * Done; but where delivery is exactly once, a client must know which leases had ended. Clients
   * look for their ack ids in the details of the error.
   */
  static Empty unless(Subscribed from, List<String> invalid) {
    if (invalid.isEmpty() || !from.strict()) {
      return Empty.getDefaultInstance();
    }
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder()
            .setReason("EXACTLY_ONCE_ACKID_FAILURE")
            .setDomain("pubsub.googleapis.com");
    invalid.forEach(id -> info.putMetadata(id, "PERMANENT_FAILURE_INVALID_ACK_ID"));
    throw StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(Code.FAILED_PRECONDITION_VALUE)
            .setMessage(
                "Some acknowledgement ids in the request were invalid: their deadlines have passed, or they are acknowledged already.")
            .addDetails(Any.pack(info.build()))
            .build());
  }
}
