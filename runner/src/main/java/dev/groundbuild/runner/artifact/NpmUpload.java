package dev.groundbuild.runner.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import com.google.cloudbuild.v1.UploadedNpmPackage;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.groundbuild.runner.Delivery.DeliveryException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;

/** Publishes an npm package: one document with its description and its archive. */
final class NpmUpload {
  static final String TYPE = "application/json";

  private final PackageSite site;
  private final InstantSource clock;

  NpmUpload(PackageSite site, InstantSource clock) {
    this.site = site;
    this.clock = clock;
  }

  /**
   * @param folder with package.json
   * @param temporary takes what is made; not in the folder, all of which may be packed
   */
  UploadedNpmPackage upload(Path folder, Path temporary) throws IOException {
    Instant start = clock.instant();
    JsonObject description = description(folder.resolve("package.json"));
    String name = description.get("name").getAsString();
    String version = description.get("version").getAsString();
    String bare = name.substring(name.lastIndexOf('/') + 1);
    String archiveName = bare + "-" + version + ".tgz";
    Path archive = Files.createTempFile(temporary, "npm-", ".tgz");
    Path document = Files.createTempFile(temporary, "npm-", ".json");
    try {
      NpmPack.pack(folder, description, archive);
      Hashes.Sums sums = Hashes.of(archive).sums();
      String address = site.address(name + "/-/" + archiveName).toString();
      write(document, archive, description, address);
      site.put(name.replace("/", "%2f"), TYPE, () -> BodyPublishers.ofFile(document));
      return UploadedNpmPackage.newBuilder()
          .setUri(address)
          .setFileHashes(sums.message())
          .setPushTiming(ImagePush.span(start, clock.instant()))
          .build();
    } finally {
      Files.deleteIfExists(archive);
      Files.deleteIfExists(document);
    }
  }

  private static JsonObject description(Path file) throws IOException {
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      if (json.get("private") instanceof JsonPrimitive hidden && hidden.getAsBoolean()) {
        throw unusable(
            "it says \"private\": true, so the package is not to be published, as for npm");
      }
      if (json.has("name") && json.has("version")) {
        return json;
      }
    } catch (JsonParseException | IllegalStateException e) {
      throw unusable("it is no JSON object");
    }
    throw unusable("it has no name or no version");
  }

  private static DeliveryException unusable(String why) {
    return new DeliveryException(
        FailureType.PUSH_FAILED, "artifacts.npmPackages: package.json can't be used: " + why);
  }

  /** The archive stands in the document as base64; it is written there piece by piece. */
  private static void write(Path document, Path archive, JsonObject description, String address)
      throws IOException {
    String name = description.get("name").getAsString();
    String version = description.get("version").getAsString();
    JsonObject dist = new JsonObject();
    dist.addProperty(
        "integrity",
        "sha512-" + Base64.getEncoder().encodeToString(Hashes.sum("SHA-512", archive)));
    dist.addProperty("shasum", HexFormat.of().formatHex(Hashes.sum("SHA-1", archive)));
    dist.addProperty("tarball", address);
    JsonObject one = description.deepCopy();
    one.addProperty("_id", name + "@" + version);
    one.add("dist", dist);
    JsonObject versions = new JsonObject();
    versions.add(version, one);
    JsonObject tags = new JsonObject();
    tags.addProperty("latest", version);
    JsonObject root = new JsonObject();
    root.addProperty("_id", name);
    root.addProperty("name", name);
    root.add("dist-tags", tags);
    root.add("versions", versions);
    root.add("access", JsonNull.INSTANCE);
    String text = root.toString();
    JsonObject names = new JsonObject();
    names.addProperty("", address.substring(address.lastIndexOf('/') + 1));
    String key = names.get("").toString();
    try (OutputStream out = Files.newOutputStream(document)) {
      out.write(text.substring(0, text.length() - 1).getBytes(UTF_8));
      out.write(
          (",\"_attachments\":{" + key + ":{\"content_type\":\"application/octet-stream\",")
              .getBytes(UTF_8));
      out.write(("\"length\":" + Files.size(archive) + ",\"data\":\"").getBytes(UTF_8));
      // Closing the encoder writes its last characters, and must leave the file open.
      try (OutputStream data = Base64.getEncoder().wrap(new Unclosed(out))) {
        Files.copy(archive, data);
      }
      out.write("\"}}}".getBytes(UTF_8));
    }
  }

  private static final class Unclosed extends OutputStream {
    private final OutputStream out;

    Unclosed(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }
  }
}
