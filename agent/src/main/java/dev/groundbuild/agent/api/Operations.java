package dev.groundbuild.agent.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOperationMetadata;
import com.google.longrunning.CancelOperationRequest;
import com.google.longrunning.GetOperationRequest;
import com.google.longrunning.Operation;
import com.google.longrunning.OperationsGrpc;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.rpc.Code;
import dev.groundbuild.agent.store.BuildStore;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Base64;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Builds as long-running operations. Cloud Build: an operation is named {@code
 * operations/build/PROJECT/ID}, the id in base64; its metadata hold the build from the first answer
 * on.
 */
public final class Operations extends OperationsGrpc.OperationsImplBase {
  private static final Pattern NAME =
      Pattern.compile("(?:projects/[^/]+/locations/[^/]+/)?operations/build/[^/]+/(?<id>[^/]+)");
  private static final Set<Build.Status> OPEN =
      Set.of(Build.Status.QUEUED, Build.Status.PENDING, Build.Status.WORKING);

  private final BuildStore store;
  private final Consumer<Build> cancel;

  /**
   * @param cancel cancels a build, or throws a status
   */
  public Operations(BuildStore store, Consumer<Build> cancel) {
    this.store = store;
    this.cancel = cancel;
  }

  static Operation of(Build build) {
    String id = Base64.getEncoder().encodeToString(build.getId().getBytes(UTF_8));
    Operation.Builder operation =
        Operation.newBuilder()
            .setName("operations/build/" + build.getProjectId() + "/" + id)
            .setMetadata(Any.pack(BuildOperationMetadata.newBuilder().setBuild(build).build()));
    if (OPEN.contains(build.getStatus())) {
      return operation.build();
    }
    operation.setDone(true);
    return build.getStatus() == Build.Status.SUCCESS
        ? operation.setResponse(Any.pack(build)).build()
        : operation.setError(error(build)).build();
  }

  private static com.google.rpc.Status error(Build build) {
    Code code =
        switch (build.getStatus()) {
          case CANCELLED -> Code.CANCELLED;
          case TIMEOUT, EXPIRED -> Code.DEADLINE_EXCEEDED;
          case INTERNAL_ERROR -> Code.INTERNAL;
          default -> Code.FAILED_PRECONDITION;
        };
    return com.google.rpc.Status.newBuilder()
        .setCode(code.getNumber())
        .setMessage("Build failed: " + build.getStatusDetail())
        .build();
  }

  @Override
  public void getOperation(GetOperationRequest request, StreamObserver<Operation> answer) {
    CloudBuildApi.answer(answer, () -> of(build(request.getName())));
  }

  @Override
  public void cancelOperation(CancelOperationRequest request, StreamObserver<Empty> answer) {
    CloudBuildApi.answer(
        answer,
        () -> {
          cancel.accept(build(request.getName()));
          return Empty.getDefaultInstance();
        });
  }

  private Build build(String name) {
    Matcher matcher = NAME.matcher(name);
    if (matcher.matches()) {
      try {
        String id = new String(Base64.getDecoder().decode(matcher.group("id")), UTF_8);
        return store.find(id).map(BuildStore.Row::build).orElseThrow(() -> unknown(name));
      } catch (IllegalArgumentException e) {
        throw unknown(name);
      }
    }
    throw unknown(name);
  }

  private static RuntimeException unknown(String name) {
    return Status.NOT_FOUND.withDescription("no operation \"" + name + "\"").asRuntimeException();
  }
}
