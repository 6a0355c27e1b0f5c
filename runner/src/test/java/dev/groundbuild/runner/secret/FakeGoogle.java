package dev.groundbuild.runner.secret;

import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DecryptResponse;
import com.google.cloud.kms.v1.KeyManagementServiceGrpc.KeyManagementServiceImplBase;
import com.google.cloud.secretmanager.v1.AccessSecretVersionRequest;
import com.google.cloud.secretmanager.v1.AccessSecretVersionResponse;
import com.google.cloud.secretmanager.v1.SecretManagerServiceGrpc.SecretManagerServiceImplBase;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** Secret Manager and KMS on the loopback, with Google's own wire protocol. */
public final class FakeGoogle implements AutoCloseable {
  private final Map<String, byte[]> versions = new ConcurrentHashMap<>();
  private final Map<String, Status> refusals = new ConcurrentHashMap<>();
  private final Map<String, Deque<Status>> faults = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final Server server;

  public FakeGoogle() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Secrets())
            .addService(new Keys())
            .build()
            .start();
  }

  /** What points the product to it. */
  public Map<String, String> env() {
    String address = "127.0.0.1:" + server.getPort();
    return Map.of("SECRET_MANAGER_EMULATOR_HOST", address, "KMS_EMULATOR_HOST", address);
  }

  public FakeGoogle version(String name, byte[] value) {
    versions.put(name, value);
    return this;
  }

  /** Whoever asks for this is always refused. */
  public FakeGoogle refuse(String name, Status status) {
    refusals.put(name, status);
    return this;
  }

  /** Whoever asks for this is refused once for each. */
  public FakeGoogle fail(String name, Status... once) {
    faults.put(name, new ConcurrentLinkedDeque<>(List.of(once)));
    return this;
  }

  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** How a value is encrypted here. */
  public static byte[] encrypted(byte[] value) {
    byte[] cipher = value.clone();
    for (int i = 0; i < cipher.length; i++) {
      cipher[i] ^= 0x5a;
    }
    return cipher;
  }

  private boolean refused(String name, StreamObserver<?> answer) {
    asked.add(name);
    Deque<Status> once = faults.get(name);
    Status status = once == null ? null : once.poll();
    status = status == null ? refusals.get(name) : status;
    if (status != null) {
      answer.onError(status.asRuntimeException());
    }
    return status != null;
  }

  private static long crc(ByteString bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    return crc.getValue();
  }

  private final class Secrets extends SecretManagerServiceImplBase {
    @Override
    public void accessSecretVersion(
        AccessSecretVersionRequest request, StreamObserver<AccessSecretVersionResponse> answer) {
      if (refused(request.getName(), answer)) {
        return;
      }
      byte[] value = versions.get(request.getName());
      if (value == null) {
        String name = request.getName();
        answer.onError(
            Status.NOT_FOUND
                .withDescription("Secret [" + name + "] not found or has no versions.")
                .asRuntimeException());
        return;
      }
      ByteString bytes = ByteString.copyFrom(value);
      answer.onNext(
          AccessSecretVersionResponse.newBuilder()
              .setName(request.getName())
              .setPayload(SecretPayload.newBuilder().setData(bytes).setDataCrc32C(crc(bytes)))
              .build());
      answer.onCompleted();
    }
  }

  private final class Keys extends KeyManagementServiceImplBase {
    @Override
    public void decrypt(DecryptRequest request, StreamObserver<DecryptResponse> answer) {
      if (refused(request.getName(), answer)) {
        return;
      }
      if (request.getCiphertextCrc32C().getValue() != crc(request.getCiphertext())) {
        answer.onError(Status.INVALID_ARGUMENT.withDescription("checksum").asRuntimeException());
        return;
      }
      ByteString plain = ByteString.copyFrom(encrypted(request.getCiphertext().toByteArray()));
      answer.onNext(
          DecryptResponse.newBuilder()
              .setPlaintext(plain)
              .setPlaintextCrc32C(Int64Value.of(crc(plain)))
              .build());
      answer.onCompleted();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
