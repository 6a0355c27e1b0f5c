package dev.groundbuild.runner.artifact;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.OAuth2CredentialsWithRefresh;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageException;
import com.google.cloud.storage.StorageOptions;
import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import com.google.protobuf.ByteString;
import dev.groundbuild.runner.Delivery.DeliveryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Cloud Storage, by Google's client library. */
final class CloudStore implements ObjectStore {
  /** More than the library keeps in hand before it renews a token. */
  private static final Duration RENEWAL = Duration.ofMinutes(5);

  private static final int CHUNK = 4 << 20;

  private final Storage storage;

  /**
   * @param endpoint another than Google's; without TLS it is asked without credentials
   * @param token gives tokens, or throws UncheckedIOException; null for application default
   *     credentials
   */
  CloudStore(Optional<URI> endpoint, String project, @Nullable Supplier<String> token) {
    boolean open = endpoint.filter(at -> !"https".equals(at.getScheme())).isPresent();
    StorageOptions.Builder options =
        open
            ? StorageOptions.getUnauthenticatedInstance().toBuilder()
            : StorageOptions.newBuilder();
    if (!open && token != null) {
      options.setCredentials(
          OAuth2CredentialsWithRefresh.newBuilder()
              .setAccessToken(now(token))
              .setRefreshHandler(() -> now(token))
              .build());
    }
    options.setProjectId(project);
    endpoint.ifPresent(at -> options.setHost(at.toString()));
    this.storage = options.build().getService();
  }

  /** Whoever gives the tokens renews them; so each is asked for again soon. */
  private static AccessToken now(Supplier<String> token) {
    return new AccessToken(token.get(), Date.from(Instant.now().plus(RENEWAL)));
  }

  @Override
  public void check(String bucket) {
    try {
      if (storage.get(bucket, Storage.BucketGetOption.fields(Storage.BucketField.NAME)) == null) {
        throw new DeliveryException(
            FailureType.PUSH_FAILED,
            "artifacts: there is no bucket gs://"
                + bucket
                + "; make it with: gcloud storage buckets create gs://"
                + bucket);
      }
    } catch (StorageException e) {
      // Who may write objects need not be allowed to see the bucket.
      if (e.getCode() != 403) {
        throw refused("gs://" + bucket, e);
      }
    }
  }

  @Override
  public Stored put(String bucket, String name, InputStream content) throws IOException {
    String type = URLConnection.guessContentTypeFromName(name);
    BlobInfo info =
        BlobInfo.newBuilder(bucket, name)
            .setContentType(type == null ? "application/octet-stream" : type)
            .build();
    try {
      Blob blob = storage.createFrom(info, content, CHUNK);
      return new Stored(
          blob.getGeneration(),
          Optional.ofNullable(blob.getMd5())
              .map(md5 -> ByteString.copyFrom(Base64.getDecoder().decode(md5))));
    } catch (StorageException e) {
      throw refused("gs://" + bucket + "/" + name, e);
    }
  }

  private static RuntimeException refused(String what, StorageException e) {
    if (Thread.currentThread().isInterrupted()) {
      return new CancellationException("interrupted: storing " + what);
    }
    boolean mayNot = e.getCode() == 401 || e.getCode() == 403;
    return new DeliveryException(
        mayNot ? FailureType.PUSH_NOT_AUTHORIZED : FailureType.PUSH_FAILED,
        "artifacts: "
            + what
            + ": "
            + reason(e)
            + (mayNot
                ? "; log in with gcloud auth application-default login, as someone who may write there"
                    + " (roles/storage.objectUser), or keep objects here with --artifacts-dir=DIR"
                : "; --artifacts-dir=DIR keeps objects on this machine"));
  }

  /** The message of an unknown host is its bare name. */
  private static String reason(StorageException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return "no such host: " + cause.getMessage();
      }
    }
    return String.valueOf(e.getMessage());
  }

  @Override
  public void close() {
    try {
      storage.close();
    } catch (Exception e) {
      // Everything that was stored is known to be stored.
      return;
    }
  }
}
