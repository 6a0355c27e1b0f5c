package dev.groundbuild.runner.pubsub;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** What the server answers instead of doing what it was asked; codes as Google's. */
final class Refused {
  private Refused() {}

  static StatusRuntimeException invalid(String why) {
    return Status.INVALID_ARGUMENT.withDescription(why).asRuntimeException();
  }

  static StatusRuntimeException notFound(ResourceName name) {
    return Status.NOT_FOUND
        .withDescription("Resource not found (resource=" + name.id() + ").")
        .asRuntimeException();
  }

  static StatusRuntimeException exists(ResourceName name) {
    return Status.ALREADY_EXISTS
        .withDescription("Resource already exists in the project (resource=" + name.id() + ").")
        .asRuntimeException();
  }

  static StatusRuntimeException notNow(String why) {
    return Status.FAILED_PRECONDITION.withDescription(why).asRuntimeException();
  }

  static StatusRuntimeException full(String why) {
    return Status.RESOURCE_EXHAUSTED.withDescription(why).asRuntimeException();
  }

  static StatusRuntimeException notHere(String what) {
    return Status.UNIMPLEMENTED
        .withDescription(what + " are not supported by the local Pub/Sub of Groundbuild.")
        .asRuntimeException();
  }
}
