package dev.groundbuild.runner.secret;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import dev.groundbuild.runner.SecretException;
import dev.groundbuild.runner.secret.WantedSecret.Encrypted;
import dev.groundbuild.runner.secret.WantedSecret.Stored;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is said of a secret that Google's services do not give, with the way out. */
final class CloudProblem {
  private static final Pattern KEY =
      Pattern.compile(
          "projects/([^/]+)/locations/([^/]+)/keyRings/([^/]+)/cryptoKeys/([^/]+)(/.*)?");

  private final WantedSecret secret;
  private final String service;
  private final Ways ways;

  /**
   * Commands.
   *
   * @param grant without the member
   */
  private record Ways(
      String grant, String make, String usable, String project, String api, String wrong) {}

  private CloudProblem(WantedSecret secret, String service, Ways ways) {
    this.secret = secret;
    this.service = service;
    this.ways = ways;
  }

  static CloudProblem ofVersion(Stored secret) {
    SecretName name = secret.version();
    String options =
        " --project=" + name.project() + name.location().map(l -> " --location=" + l).orElse("");
    return new CloudProblem(
        secret,
        "Secret Manager",
        new Ways(
            "gcloud secrets add-iam-policy-binding "
                + name.secret()
                + options
                + " --role=roles/secretmanager.secretAccessor",
            "gcloud secrets create "
                + name.secret()
                + options
                + " --data-file=FILE, or gcloud secrets versions add, if the secret is there and has no"
                + " such version",
            "gcloud secrets versions enable "
                + name.version()
                + " --secret="
                + name.secret()
                + options,
            name.project(),
            "secretmanager.googleapis.com",
            "check the name"));
  }

  static CloudProblem ofKey(Encrypted secret) {
    Matcher m = KEY.matcher(secret.key());
    boolean known = m.matches();
    String project = known ? m.group(1) : "PROJECT";
    String place =
        known
            ? m.group(4) + " --keyring=" + m.group(3) + " --location=" + m.group(2)
            : "KEY --keyring=RING --location=LOCATION";
    String options = place + " --project=" + project;
    return new CloudProblem(
        secret,
        "KMS",
        new Ways(
            "gcloud kms keys add-iam-policy-binding "
                + options
                + " --role=roles/cloudkms.cryptoKeyDecrypter",
            "gcloud kms keys create " + options + " --purpose=encryption",
            "gcloud kms keys versions list " + options.replaceFirst("^", "--key="),
            project,
            "cloudkms.googleapis.com",
            "the value in the config was not encrypted with this key; base64 -w0 of what gcloud kms encrypt"
                + " --plaintext-file=- --ciphertext-file=- --key="
                + options
                + " makes belongs there"));
  }

  /**
   * @param account who asked; empty when that is not known
   */
  SecretException of(ApiException e, Optional<String> account) {
    Code code = e.getStatusCode().getCode();
    String detail = oneLine(e);
    return switch (code) {
      case PERMISSION_DENIED ->
          detail.contains("has not been used in project") || detail.contains("it is disabled")
              ? said(
                  "is off in the project: gcloud services enable %s --project=%s"
                      .formatted(ways.api(), ways.project()))
              : said(denied(account));
      case NOT_FOUND -> said("has no such " + thing() + ": " + ways.make());
      case FAILED_PRECONDITION ->
          said("has it disabled or destroyed (" + detail + "): " + ways.usable());
      case INVALID_ARGUMENT -> said("refuses it (" + detail + "); " + ways.wrong());
      case UNAUTHENTICATED ->
          said("does not take the credentials: gcloud auth application-default login");
      case UNAVAILABLE, DEADLINE_EXCEEDED -> said("can't be reached (" + detail + "); " + here());
      default -> said("answers " + code.name().toLowerCase(Locale.ROOT) + ": " + detail);
    };
  }

  private String thing() {
    return secret instanceof Stored ? "secret or version" : "key";
  }

  private String denied(Optional<String> account) {
    return "does not let "
        + account.orElse("the user of the application default credentials")
        + " read it: "
        + ways.grant()
        + " --member="
        + account.map(a -> "serviceAccount:" + a).orElse("user:EMAIL");
  }

  SecretException withoutCredentials(String why) {
    return said(
        "can't be asked, because there are no credentials for it ("
            + why.strip().replaceFirst("(?s)\\.(\\s.*)?$", "")
            + "): gcloud auth application-default login; "
            + here());
  }

  SecretException damaged() {
    return said("has sent a value that was damaged on its way (its checksum differs); try again");
  }

  SecretException other(Throwable e) {
    return said("failed: " + oneLine(e));
  }

  private String here() {
    return "or give the value here: --secret "
        + secret.shortName()
        + "=file:PATH, or a line in a secrets file (groundbuild secrets --help)";
  }

  private SecretException said(String what) {
    return new SecretException("secret " + secret.shown() + ": " + service + " " + what);
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.strip().replaceAll("\\s+", " ");
  }
}
