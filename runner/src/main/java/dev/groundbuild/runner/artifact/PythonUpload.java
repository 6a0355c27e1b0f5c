package dev.groundbuild.runner.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import com.google.cloudbuild.v1.UploadedPythonPackage;
import dev.groundbuild.runner.Delivery.DeliveryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Uploads a wheel or a source archive as twine does: a form with its description and its bytes. */
final class PythonUpload {
  private static final int MOST_DESCRIPTION = 8 << 20;
  private static final List<String> REPEATED =
      List.of(
          "classifier",
          "requires-dist",
          "provides-dist",
          "obsoletes-dist",
          "project-url",
          "requires-external",
          "license-file",
          "dynamic",
          "provides-extra");

  private final PackageSite site;
  private final InstantSource clock;

  PythonUpload(PackageSite site, InstantSource clock) {
    this.site = site;
    this.clock = clock;
  }

  UploadedPythonPackage upload(Path file) throws IOException {
    Instant start = clock.instant();
    String name = file.getFileName().toString();
    boolean wheel = name.endsWith(".whl");
    String description =
        (wheel ? ofWheel(file) : ofArchive(file))
            .orElseThrow(() ->
                new DeliveryException(
                    FailureType.PUSH_FAILED,
                    "artifacts.pythonPackages: "
                        + name
                        + " is neither a wheel (.whl) nor a source archive (.tar.gz)"));
    Hashes.Sums sums = Hashes.of(file).sums();
    String boundary = "groundbuild-" + UUID.randomUUID();
    StringBuilder form = new StringBuilder();
    field(form, boundary, ":action", "file_upload");
    field(form, boundary, "protocol_version", "1");
    field(form, boundary, "filetype", wheel ? "bdist_wheel" : "sdist");
    field(form, boundary, "pyversion", wheel ? pythonOf(name) : "source");
    field(form, boundary, "md5_digest", HexFormat.of().formatHex(sums.md5().toByteArray()));
    field(form, boundary, "sha256_digest", sums.sha256Hex());
    for (String[] header : headers(description)) {
      field(form, boundary, header[0], header[1]);
    }
    form.append("--")
        .append(boundary)
        .append("\r\nContent-Disposition: form-data; name=\"content\"; filename=\"")
        .append(name)
        .append("\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    String head = form.toString();
    String tail = "\r\n--" + boundary + "--\r\n";
    site.post(
        "multipart/form-data; boundary=" + boundary,
        () ->
            BodyPublishers.concat(
                BodyPublishers.ofString(head, UTF_8),
                BodyPublishers.ofFile(file),
                BodyPublishers.ofString(tail, UTF_8)));
    return UploadedPythonPackage.newBuilder()
        .setUri(site.address(name).toString())
        .setFileHashes(sums.message())
        .setPushTiming(ImagePush.span(start, clock.instant()))
        .build();
  }

  private static void field(StringBuilder form, String boundary, String name, String value) {
    form.append("--")
        .append(boundary)
        .append("\r\nContent-Disposition: form-data; name=\"")
        .append(name)
        .append("\"\r\n\r\n")
        .append(value)
        .append("\r\n");
  }

  /** The part of a wheel's name for the versions of Python that it suits. */
  private static String pythonOf(String wheel) {
    String[] parts = wheel.split("-", -1);
    return parts.length >= 5 ? parts[parts.length - 3] : "py3";
  }

  /** The lines of a description, named as the form names them. */
  private static List<String[]> headers(String description) {
    List<String[]> headers = new ArrayList<>();
    String[] halves = description.replace("\r\n", "\n").split("\n\n", 2);
    for (String line : halves[0].split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
        String key = line.substring(0, colon).toLowerCase(Locale.ROOT);
        String name =
            key.equals("classifier")
                ? "classifiers"
                : key.equals("project-url") ? "project_urls" : key.replace('-', '_');
        boolean known =
            REPEATED.contains(key) || headers.stream().noneMatch(h -> h[0].equals(name));
        if (known) {
          headers.add(new String[] {name, line.substring(colon + 1).strip()});
        }
      } else if (!headers.isEmpty() && !line.isBlank()) {
        headers.getLast()[1] += "\n" + line.strip();
      }
    }
    if (halves.length > 1 && headers.stream().noneMatch(h -> h[0].equals("description"))) {
      headers.add(new String[] {"description", halves[1]});
    }
    return headers;
  }

  private static Optional<String> ofWheel(Path file) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().matches("[^/]+\\.dist-info/METADATA")) {
          return Optional.of(text(zip));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofArchive(Path file) throws IOException {
    if (!file.toString().endsWith(".tar.gz")) {
      return Optional.empty();
    }
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().matches("[^/]+/PKG-INFO")) {
          return Optional.of(text(tar));
        }
      }
    }
    return Optional.empty();
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readNBytes(MOST_DESCRIPTION), UTF_8);
  }
}
