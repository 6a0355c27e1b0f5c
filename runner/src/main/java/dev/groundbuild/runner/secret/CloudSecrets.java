package dev.groundbuild.runner.secret;

import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DecryptResponse;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import com.google.cloud.secretmanager.v1.AccessSecretVersionRequest;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import dev.groundbuild.runner.SecretException;
import dev.groundbuild.runner.secret.WantedSecret.Encrypted;
import dev.groundbuild.runner.secret.WantedSecret.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Secret Manager and KMS, by Google's client libraries. A service whose address is in
 * SECRET_MANAGER_EMULATOR_HOST or KMS_EMULATOR_HOST is one that runs on this machine: it is spoken
 * to in the clear, and no credentials are sent.
 */
final class CloudSecrets implements SecretProvider, AutoCloseable {
  private static final String SECRET_MANAGER = "SECRET_MANAGER_EMULATOR_HOST";
  private static final String KMS = "KMS_EMULATOR_HOST";

  /** What may pass by itself. */
  private static final Set<Code> PASSING =
      Set.of(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED, Code.ABORTED);

  private static final RetrySettings PATIENCE =
      RetrySettings.newBuilder()
          .setInitialRetryDelayDuration(Duration.ofMillis(100))
          .setRetryDelayMultiplier(2)
          .setMaxRetryDelayDuration(Duration.ofSeconds(4))
          .setInitialRpcTimeoutDuration(Duration.ofSeconds(10))
          .setMaxRpcTimeoutDuration(Duration.ofSeconds(10))
          .setTotalTimeoutDuration(Duration.ofSeconds(30))
          .build();

  private final Map<String, String> env;
  private final CloudIdentity identity;

  /** By the location; empty for secrets that have none. */
  private final Map<String, SecretManagerServiceClient> managers = new ConcurrentHashMap<>();

  private final Map<String, KeyManagementServiceClient> keys = new ConcurrentHashMap<>();

  private CloudSecrets(Map<String, String> env, CloudIdentity identity) {
    this.env = env;
    this.identity = identity;
  }

  /** Nothing is asked yet. */
  static CloudSecrets open(Map<String, String> env, @Nullable Supplier<String> token) {
    Quiet.please();
    return new CloudSecrets(env, new CloudIdentity(token));
  }

  @Override
  public Optional<FoundSecret> find(WantedSecret secret) {
    return switch (secret) {
      case Stored stored -> Optional.of(access(stored));
      case Encrypted encrypted -> Optional.of(decrypt(encrypted));
      case WantedSecret.Misnamed misnamed ->
          throw new SecretException(
              "secret "
                  + misnamed.shown()
                  + ": its name is none of Secret Manager's; write"
                  + " projects/PROJECT/secrets/SECRET/versions/VERSION");
    };
  }

  private FoundSecret access(Stored secret) {
    CloudProblem problem = CloudProblem.ofVersion(secret);
    SecretManagerServiceClient client =
        client(managers, secret.version().location().orElse(""), this::manager, problem);
    AccessSecretVersionRequest request =
        AccessSecretVersionRequest.newBuilder().setName(secret.version().toString()).build();
    SecretPayload payload =
        answer(client.accessSecretVersionCallable().futureCall(request), SECRET_MANAGER, problem)
            .getPayload();
    if (payload.hasDataCrc32C() && payload.getDataCrc32C() != crc(payload.getData())) {
      throw problem.damaged();
    }
    return new FoundSecret(payload.getData().toByteArray(), "Secret Manager");
  }

  private FoundSecret decrypt(Encrypted secret) {
    CloudProblem problem = CloudProblem.ofKey(secret);
    KeyManagementServiceClient client = client(keys, "", _ -> this.keys(), problem);
    DecryptRequest request =
        DecryptRequest.newBuilder()
            .setName(secret.key())
            .setCiphertext(secret.cipher())
            .setCiphertextCrc32C(Int64Value.of(crc(secret.cipher())))
            .build();
    DecryptResponse response = answer(client.decryptCallable().futureCall(request), KMS, problem);
    if (response.hasPlaintextCrc32C()
        && response.getPlaintextCrc32C().getValue() != crc(response.getPlaintext())) {
      throw problem.damaged();
    }
    return new FoundSecret(response.getPlaintext().toByteArray(), "KMS");
  }

  private static long crc(ByteString bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.asReadOnlyByteBuffer());
    return crc.getValue();
  }

  @FunctionalInterface
  private interface Making<T> {
    T client(String location) throws IOException;
  }

  private <T> T client(
      Map<String, T> clients, String location, Making<T> making, CloudProblem problem) {
    try {
      return clients.computeIfAbsent(
          location,
          l -> {
            try {
              return making.client(l);
            } catch (IOException e) {
              throw new UncheckedIOException(e.getMessage(), e);
            }
          });
    } catch (UncheckedIOException e) {
      throw problem.withoutCredentials(String.valueOf(e.getMessage()));
    }
  }

  private SecretManagerServiceClient manager(String location) throws IOException {
    SecretManagerServiceSettings.Builder settings = SecretManagerServiceSettings.newBuilder();
    patient(settings.accessSecretVersionSettings());
    settings.setCredentialsProvider(credentials(SECRET_MANAGER));
    @Nullable String host = env.get(SECRET_MANAGER);
    if (host != null) {
      settings
          .setEndpoint(host)
          .setTransportChannelProvider(
              SecretManagerServiceSettings.defaultGrpcTransportProviderBuilder()
                  .setChannelConfigurator(channel -> channel.usePlaintext())
                  .build());
    } else if (!location.isEmpty()) {
      settings.setEndpoint("secretmanager." + location + ".rep.googleapis.com:443");
    }
    return SecretManagerServiceClient.create(settings.build());
  }

  private KeyManagementServiceClient keys() throws IOException {
    KeyManagementServiceSettings.Builder settings = KeyManagementServiceSettings.newBuilder();
    patient(settings.decryptSettings());
    settings.setCredentialsProvider(credentials(KMS));
    @Nullable String host = env.get(KMS);
    if (host != null) {
      settings
          .setEndpoint(host)
          .setTransportChannelProvider(
              KeyManagementServiceSettings.defaultGrpcTransportProviderBuilder()
                  .setChannelConfigurator(channel -> channel.usePlaintext())
                  .build());
    }
    return KeyManagementServiceClient.create(settings.build());
  }

  private static void patient(UnaryCallSettings.Builder<?, ?> call) {
    call.setRetryableCodes(PASSING).setRetrySettings(PATIENCE);
  }

  private CredentialsProvider credentials(String service) throws IOException {
    return env.containsKey(service)
        ? NoCredentialsProvider.create()
        : FixedCredentialsProvider.create(identity.credentials());
  }

  private <T> T answer(Future<T> call, String service, CloudProblem problem) {
    try {
      return call.get();
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while fetching a secret");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException api) {
        boolean real = !env.containsKey(service);
        throw problem.of(api, real ? identity.name() : Optional.empty());
      }
      throw problem.other(e.getCause() == null ? e : e.getCause());
    }
  }

  @Override
  public void close() {
    managers.values().forEach(SecretManagerServiceClient::close);
    keys.values().forEach(KeyManagementServiceClient::close);
  }
}
