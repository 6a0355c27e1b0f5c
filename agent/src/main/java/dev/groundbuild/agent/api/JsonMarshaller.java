package dev.groundbuild.agent.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOperationMetadata;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;

/** Messages as Google's REST APIs write them, with what operations hold spelled out. */
final class JsonMarshaller implements GrpcJsonMarshaller {
  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder()
          .add(Build.getDescriptor())
          .add(BuildOperationMetadata.getDescriptor())
          .build();

  private final JsonFormat.Printer printer =
      JsonFormat.printer().usingTypeRegistry(TYPES).omittingInsignificantWhitespace();
  private final JsonFormat.Parser parser =
      JsonFormat.parser().usingTypeRegistry(TYPES).ignoringUnknownFields();

  @Override
  public <T> void serializeMessage(Marshaller<T> marshaller, T message, OutputStream out)
      throws IOException {
    out.write(printer.print((Message) message).getBytes(UTF_8));
  }

  @Override
  public <T> T deserializeMessage(Marshaller<T> marshaller, InputStream in) throws IOException {
    if (!(marshaller instanceof PrototypeMarshaller<T> known)
        || !(known.getMessagePrototype() instanceof Message prototype)) {
      throw new IllegalStateException("no message: " + marshaller);
    }
    Message.Builder builder = prototype.newBuilderForType();
    try {
      parser.merge(new InputStreamReader(in, UTF_8), builder);
    } catch (InvalidProtocolBufferException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription("the request's body: " + e.getMessage())
          .asRuntimeException();
    }
    @SuppressWarnings("unchecked")
    T message = (T) builder.build();
    return message;
  }
}
