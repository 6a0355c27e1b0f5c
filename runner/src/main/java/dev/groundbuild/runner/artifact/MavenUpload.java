package dev.groundbuild.runner.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Artifacts.MavenArtifact;
import com.google.cloudbuild.v1.UploadedMavenArtifact;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Uploads a Maven artifact as {@code mvn deploy:deploy-file} does: the file, its POM (the one
 * within it, else a small one), the list of versions, and the sums of each.
 */
final class MavenUpload {
  private static final String SNAPSHOT = "-SNAPSHOT";
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");
  private static final Pattern NUMBER = Pattern.compile("<buildNumber>([0-9]+)</buildNumber>");
  private static final String BINARY = "application/octet-stream";
  private static final String XML = "application/xml";
  private static final String METADATA = "maven-metadata.xml";

  private final PackageSite site;
  private final InstantSource clock;

  MavenUpload(PackageSite site, InstantSource clock) {
    this.site = site;
    this.clock = clock;
  }

  UploadedMavenArtifact upload(MavenArtifact maven, Path file) throws IOException {
    Instant start = clock.instant();
    String home = maven.getGroupId().replace('.', '/') + "/" + maven.getArtifactId() + "/";
    String folder = home + maven.getVersion() + "/";
    String fileName = file.getFileName().toString();
    String extension = fileName.substring(fileName.lastIndexOf('.') + 1);
    String version = maven.getVersion();
    Optional<Snapshot> snapshot = Optional.empty();
    if (version.endsWith(SNAPSHOT)) {
      Snapshot next = snapshot(maven, folder, extension);
      snapshot = Optional.of(next);
      version = next.version();
    }
    String stem = folder + maven.getArtifactId() + "-" + version;
    Hashes.Sums sums = Hashes.of(file).sums();
    String target = stem + "." + extension;
    site.put(target, BINARY, () -> BodyPublishers.ofFile(file));
    put(target + ".md5", hex(sums.md5().toByteArray()));
    put(target + ".sha1", hex(Hashes.sum("SHA-1", file)));
    if (!extension.equals("pom")) {
      withSums(stem + ".pom", pom(maven, file, extension));
    }
    // What names files goes up after them, so that nobody looks for one that is not there.
    snapshot.ifPresent(known -> withSums(folder + METADATA, known.list()));
    withSums(home + METADATA, versions(maven, home));
    return UploadedMavenArtifact.newBuilder()
        .setUri(site.address(target).toString())
        .setFileHashes(sums.message())
        .setPushTiming(ImagePush.span(start, clock.instant()))
        .build();
  }

  private void withSums(String path, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    site.put(path, XML, bytes);
    put(path + ".md5", hex(Hashes.digest("MD5").digest(bytes)));
    put(path + ".sha1", hex(Hashes.digest("SHA-1").digest(bytes)));
  }

  private void put(String path, String sum) {
    site.put(path, "text/plain", sum.getBytes(UTF_8));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String pom(MavenArtifact maven, Path file, String extension) throws IOException {
    String within =
        "META-INF/maven/" + maven.getGroupId() + "/" + maven.getArtifactId() + "/pom.xml";
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(within);
      if (entry != null) {
        return new String(zip.getInputStream(entry).readAllBytes(), UTF_8);
      }
    } catch (ZipException e) {
      // Not a jar, so it holds no POM.
      return small(maven, extension);
    }
    return small(maven, extension);
  }

  private static String small(MavenArtifact maven, String extension) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>%s</groupId>
      <artifactId>%s</artifactId>
      <version>%s</version>
      <packaging>%s</packaging>
    </project>
    """
        .formatted(maven.getGroupId(), maven.getArtifactId(), maven.getVersion(), extension);
  }

  /** All versions that are there, with this one. */
  private String versions(MavenArtifact maven, String home) {
    TreeSet<String> versions = new TreeSet<>();
    versions.add(maven.getVersion());
    Optional<byte[]> known = site.get(home + METADATA);
    if (known.isPresent()) {
      Matcher found = VERSION.matcher(new String(known.get(), UTF_8));
      while (found.find()) {
        versions.add(found.group(1));
      }
    }
    StringBuilder list = new StringBuilder();
    versions.forEach(v -> list.append("      <version>").append(v).append("</version>\n"));
    String release =
        maven.getVersion().endsWith(SNAPSHOT)
            ? ""
            : "    <release>" + maven.getVersion() + "</release>\n";
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <metadata>
      <groupId>%s</groupId>
      <artifactId>%s</artifactId>
      <versioning>
        <latest>%s</latest>
    %s    <versions>
    %s    </versions>
        <lastUpdated>%s</lastUpdated>
      </versioning>
    </metadata>
    """
        .formatted(
            maven.getGroupId(),
            maven.getArtifactId(),
            maven.getVersion(),
            release,
            list,
            time("yyyyMMddHHmmss"));
  }

  /**
   * One of the snapshots of a version.
   *
   * @param version in the names of its files
   * @param list tells that version
   */
  private record Snapshot(String version, String list) {}

  private Snapshot snapshot(MavenArtifact maven, String folder, String extension) {
    int number = 1;
    Optional<byte[]> known = site.get(folder + METADATA);
    if (known.isPresent()) {
      Matcher found = NUMBER.matcher(new String(known.get(), UTF_8));
      number = found.find() ? Integer.parseInt(found.group(1)) + 1 : 1;
    }
    String stamp = time("yyyyMMdd.HHmmss");
    String base = maven.getVersion().substring(0, maven.getVersion().length() - SNAPSHOT.length());
    String value = base + "-" + stamp + "-" + number;
    StringBuilder files = new StringBuilder();
    for (String each :
        extension.equals("pom") ? new String[] {"pom"} : new String[] {extension, "pom"}) {
      files.append(
          """
                <snapshotVersion>
                  <extension>%s</extension>
                  <value>%s</value>
                  <updated>%s</updated>
                </snapshotVersion>
          """
              .formatted(each, value, stamp.replace(".", "")));
    }
    return new Snapshot(
        value,
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <metadata modelVersion="1.1.0">
          <groupId>%s</groupId>
          <artifactId>%s</artifactId>
          <version>%s</version>
          <versioning>
            <snapshot>
              <timestamp>%s</timestamp>
              <buildNumber>%d</buildNumber>
            </snapshot>
            <lastUpdated>%s</lastUpdated>
            <snapshotVersions>
        %s    </snapshotVersions>
          </versioning>
        </metadata>
        """
            .formatted(
                maven.getGroupId(),
                maven.getArtifactId(),
                maven.getVersion(),
                stamp,
                number,
                stamp.replace(".", ""),
                files));
  }

  private String time(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
        .withZone(ZoneOffset.UTC)
        .format(clock.instant());
  }
}
