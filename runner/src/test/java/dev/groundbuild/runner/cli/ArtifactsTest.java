package dev.groundbuild.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.JsonFormat;
import dev.groundbuild.runner.artifact.FakePackages;
import dev.groundbuild.runner.artifact.FakeStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of /workspace on their way out, from the fake engine to servers that speak the protocols.
 */
final class ArtifactsTest {
  @TempDir Path folder;

  @BeforeEach
  void makeFiles() throws IOException {
    file("out/a.txt", "a\n");
    file("out/b.txt", "b\n");
    file("out/deep/c.log", "c\n");
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve("src").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void config(String artifacts) throws IOException {
    file("cloudbuild.yaml", "steps: [{name: busybox}]\nartifacts:\n" + artifacts.indent(2));
  }

  private InProcess.Ended run(Map<String, String> env, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "run", "--engine=fake", "--build-json=build.json", "--config=src/cloudbuild.yaml"));
    args.addAll(List.of(options));
    args.add("src");
    Map<String, String> all = new HashMap<>(env);
    all.put("HOME", folder.toString());
    all.put("XDG_STATE_HOME", folder.resolve("state").toString());
    return InProcess.run(args, "", all, folder);
  }

  private Build build() throws IOException {
    Build.Builder build = Build.newBuilder();
    JsonFormat.parser().merge(Files.readString(folder.resolve("build.json")), build);
    return build.build();
  }

  @Test
  void objectsGoToAFolderWithoutACloud() throws Exception {
    config("objects: {location: 'gs://bucket/dir', paths: ['out/*.txt', '**/c.log']}");
    InProcess.Ended ended = run(Map.of(), "--artifacts-dir=kept");
    assertThat(ended.exit()).as(ended.err()).isZero();
    Path kept = folder.resolve("kept/bucket/dir");
    assertThat(kept.resolve("a.txt")).hasContent("a\n");
    assertThat(kept.resolve("c.log")).hasContent("c\n");
    Build build = build();
    String manifest = "artifacts-" + build.getId() + ".json";
    assertThat(ended.out())
        .contains(
            """
            PUSH
            Artifacts will be uploaded to gs://bucket using gsutil cp
            out/*.txt: Uploading path....
            **/c.log: Uploading path....
            out/*.txt: 2 matching files uploaded
            **/c.log: 1 matching files uploaded
            3 total artifacts uploaded to gs://bucket/dir/
            Uploading manifest MANIFEST
            Artifact manifest located at gs://bucket/dir/MANIFEST
            DONE
            """
                .replace("MANIFEST", manifest));
    assertThat(build.getResults().getArtifactManifest()).isEqualTo("gs://bucket/dir/" + manifest);
    assertThat(build.getResults().getNumArtifacts()).isEqualTo(3);
    assertThat(build.getResults().hasArtifactTiming()).isTrue();
    assertThat(build.getTimingMap()).containsKey("PUSH");
    List<String> lines = Files.readAllLines(kept.resolve(manifest));
    assertThat(lines).hasSize(3);
    JsonObject first = JsonParser.parseString(lines.getFirst()).getAsJsonObject();
    assertThat(first.get("location").getAsString()).matches("gs://bucket/dir/a.txt#[0-9]{16}");
    assertThat(first.get("file_hash").toString()).contains("\"type\":2", "\"type\":1");
  }

  @Test
  void objectsGoToCloudStorageInPieces() throws Exception {
    byte[] big = new byte[9_000_000];
    big[8_000_000] = 7;
    Files.write(file("out/big.bin", ""), big);
    config("objects: {location: 'gs://bucket/', paths: ['out/big.bin', out/a.txt]}");
    try (FakeStorage storage = new FakeStorage(Set.of("bucket"))) {
      storage.failures.set(1);
      InProcess.Ended ended =
          run(Map.of("STORAGE_EMULATOR_HOST", storage.address().replace("http://", "")), "--push");
      assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
      assertThat(storage.objects().get("bucket/big.bin")).isEqualTo(big);
      assertThat(storage.pieces.get()).isGreaterThan(4);
      String manifest =
          new String(storage.objects().get("bucket/artifacts-" + build().getId() + ".json"), UTF_8);
      assertThat(manifest.lines())
          .hasSize(2)
          .allMatch(l -> l.matches(".*gs://bucket/.*#1[0-9]{3}\".*"));
      assertThat(build().getResults().getNumArtifacts()).isEqualTo(2);
    }
  }

  @Test
  void aBucketThatIsMissingOrClosedFailsTheBuildWithItsKind() throws Exception {
    try (FakeStorage storage = new FakeStorage(Set.of("denied"))) {
      config("objects: {location: 'gs://nowhere/', paths: [out/a.txt]}");
      InProcess.Ended ended = run(Map.of(), "--push", "--storage-endpoint=" + storage.address());
      assertThat(ended.exit()).isEqualTo(1);
      assertThat(ended.err()).contains("there is no bucket gs://nowhere");
      assertThat(build().getFailureInfo().getType()).isEqualTo(FailureType.PUSH_FAILED);
      config("objects: {location: 'gs://denied/', paths: [out/a.txt]}");
      ended = run(Map.of(), "--push", "--storage-endpoint=" + storage.address());
      assertThat(ended.exit()).isEqualTo(1);
      assertThat(build().getFailureInfo().getType()).isEqualTo(FailureType.PUSH_NOT_AUTHORIZED);
    }
  }

  @Test
  void aPathThatMatchesNothingFailsTheBuildWhereverObjectsGo() throws Exception {
    config("objects: {location: 'gs://bucket/', paths: [out/a.txt, 'none/*']}");
    for (List<String> options : List.of(List.<String>of(), List.of("--artifacts-dir=kept"))) {
      InProcess.Ended ended = run(Map.of(), options.toArray(String[]::new));
      assertThat(ended.exit()).isEqualTo(1);
      assertThat(ended.err()).contains("artifacts.objects: no file in /workspace matches none/*");
      assertThat(build().getFailureInfo().getType()).isEqualTo(FailureType.PUSH_FAILED);
    }
  }

  @Test
  void withoutAWishObjectsAreListed() throws Exception {
    config("objects: {location: 'gs://bucket/', paths: ['out/*.txt']}");
    InProcess.Ended ended = run(Map.of());
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains(
            "out/*.txt: 2 matching files, not uploaded: that takes --push or --artifacts-dir");
    assertThat(build().getTimingMap()).doesNotContainKey("PUSH");
  }

  @Test
  void packagesGoToTheirRepositoriesByTheirOwnProtocols() throws Exception {
    zip("target/app-1.0.jar", Map.of("A.class", "x"));
    zip(
        "dist/thing-1.0-py3-none-any.whl",
        Map.of(
            "thing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n"));
    file(
        "web/package.json",
        "{\"name\": \"@team/web\", \"version\": \"2.0.0\", \"main\": \"index.js\"}");
    file("web/index.js", "module.exports = 42;\n");
    file("web/node_modules/x/index.js", "no");
    file("web/.npmignore", "*.log\n");
    file("web/debug.log", "no");
    config(
        """
        mavenArtifacts:
        - {repository: 'https://here-maven.pkg.dev/p/r', path: /workspace/target/app-1.0.jar,
           groupId: org.team, artifactId: app, version: '1.0'}
        npmPackages:
        - {repository: 'https://here-npm.pkg.dev/p/r', packagePath: web}
        pythonPackages:
        - {repository: 'https://here-python.pkg.dev/p/r', paths: ['dist/*']}
        """);
    try (FakePackages packages = new FakePackages()) {
      packages.failures.set(1);
      String at = "http://" + packages.host();
      String[] options = {
        "--push",
        "--registry-login=" + packages.host() + "=me:env:PW",
        "--repository=https://here-maven.pkg.dev/p/r=" + at + "/maven",
        "--repository=https://here-npm.pkg.dev/p/r=" + at + "/npm",
        "--repository=https://here-python.pkg.dev/p/r=" + at + "/python"
      };
      InProcess.Ended ended = run(Map.of("PW", "secret"), options);
      assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
      assertThat(packages.files)
          .containsKeys(
              "/maven/org/team/app/1.0/app-1.0.jar",
              "/maven/org/team/app/1.0/app-1.0.jar.md5",
              "/maven/org/team/app/1.0/app-1.0.jar.sha1",
              "/maven/org/team/app/1.0/app-1.0.pom",
              "/maven/org/team/app/maven-metadata.xml",
              "/npm/@team/web",
              "/npm/@team/web/-/web-2.0.0.tgz");
      assertThat(packages.forms).hasSize(1);
      assertThat(packages.forms.getFirst())
          .contains("file_upload", "name=\"name\"\r\n\r\nthing\r\n", "filename=\"thing-1.0-py3");
      Build build = build();
      assertThat(build.getResults().getMavenArtifacts(0).getUri())
          .isEqualTo(at + "/maven/org/team/app/1.0/app-1.0.jar");
      assertThat(build.getResults().getMavenArtifacts(0).getFileHashes().getFileHashCount())
          .isEqualTo(2);
      assertThat(build.getResults().getNpmPackages(0).hasPushTiming()).isTrue();
      assertThat(build.getResults().getPythonPackagesCount()).isEqualTo(1);
      install(at + "/npm/");

      InProcess.Ended refused = run(Map.of("PW", "wrong"), options);
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("401 who are you?", "--registry-login");
      assertThat(build().getFailureInfo().getType()).isEqualTo(FailureType.PUSH_NOT_AUTHORIZED);
      assertThat(refused.out() + refused.err() + ended.out()).doesNotContain("secret", "wrong");
    }
  }

  /** What was published can be installed and used. */
  private void install(String registry) throws Exception {
    Path project = Files.createDirectory(folder.resolve("project"));
    Process npm =
        new ProcessBuilder(
                "npm",
                "install",
                "--registry=" + registry,
                "--no-audit",
                "--no-fund",
                "--cache=" + folder.resolve("cache"),
                "@team/web")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(npm.getInputStream().readAllBytes(), UTF_8);
    assertThat(npm.waitFor()).as(said).isZero();
    assertThat(project.resolve("node_modules/@team/web/index.js"))
        .hasContent("module.exports = 42;\n");
    assertThat(project.resolve("node_modules/@team/web/debug.log")).doesNotExist();
    assertThat(project.resolve("node_modules/@team/web/node_modules")).doesNotExist();
  }

  @Test
  void thePackageOfTheWholeWorkspaceHoldsNothingOfOurs() throws Exception {
    file("package.json", "{\"name\": \"all\", \"version\": \"1.0.0\", \"files\": [\"**\"]}");
    file(".groundbuild/secrets.yaml", "A: hidden\n");
    config("npmPackages: [{repository: 'https://here-npm.pkg.dev/p/r', packagePath: .}]");
    try (FakePackages packages = new FakePackages()) {
      String[] options = {
        "--push",
        "--registry-login=" + packages.host() + "=me:env:PW",
        "--repository=https://here-npm.pkg.dev/p/r=http://" + packages.host() + "/npm"
      };
      InProcess.Ended ended = run(Map.of("PW", "secret"), options);
      assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
      byte[] archive = Objects.requireNonNull(packages.files.get("/npm/all/-/all-1.0.0.tgz"));
      assertThat(names(archive))
          .containsExactlyInAnyOrder(
              "package/cloudbuild.yaml",
              "package/out/a.txt",
              "package/out/b.txt",
              "package/out/deep/c.log",
              "package/package.json");
      file("package.json", "{\"name\": \"all\", \"version\": \"2.0.0\", \"private\": true}");
      InProcess.Ended refused = run(Map.of("PW", "secret"), options);
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("package.json can't be used: it says \"private\": true");
      assertThat(packages.files).doesNotContainKey("/npm/all/-/all-2.0.0.tgz");
    }
  }

  private static List<String> names(byte[] archive) throws IOException {
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        names.add(e.getName());
      }
    }
    return names;
  }

  @Test
  void whatHasArrivedIsInTheResultsOfABuildWhoseDeliveryFails() throws Exception {
    zip(
        "one-1.0-py3-none-any.whl",
        Map.of("one-1.0.dist-info/METADATA", "Name: one\nVersion: 1.0\n"));
    config(
        """
        objects: {location: 'gs://bucket/', paths: [out/a.txt]}
        mavenArtifacts:
        - {repository: 'https://one/', path: out/a.txt, groupId: g, artifactId: a, version: 1-SNAPSHOT}
        pythonPackages:
        - {repository: 'https://nowhere.invalid/', paths: ['*.whl']}
        """);
    try (FakePackages packages = new FakePackages()) {
      InProcess.Ended ended =
          run(
              Map.of("PW", "secret"),
              "--push",
              "--artifacts-dir=kept",
              "--registry-login=" + packages.host() + "=me:env:PW",
              "--repository=https://one=http://" + packages.host() + "/maven");
      assertThat(ended.exit()).as(ended.err() + ended.out()).isEqualTo(1);
      assertThat(ended.out()).doesNotContain("will try again");
      assertThat(ended.err()).contains("nowhere.invalid", "the host is not known");
      assertThat(build().getFailureInfo().getType()).isEqualTo(FailureType.PUSH_FAILED);
      assertThat(build().getResults().getArtifactManifest()).startsWith("gs://bucket/artifacts-");
      assertThat(build().getResults().getMavenArtifactsCount()).isEqualTo(1);
      List<String> order = packages.order;
      assertThat(order.indexOf("/maven/g/a/1-SNAPSHOT/maven-metadata.xml"))
          .isGreaterThan(
              order.indexOf(
                  order.stream().filter(f -> f.endsWith(".txt")).findFirst().orElseThrow()));
    }
  }

  @Test
  void loginsThatCantBeHadFailTheDeliveryAndNotGroundbuild() throws Exception {
    file("package.json", "{\"name\": \"all\", \"version\": \"1.0.0\"}");
    config("npmPackages: [{repository: 'https://here-npm.pkg.dev/p/r', packagePath: .}]");
    Path docker = Files.createDirectory(folder.resolve("docker"));
    try (FakePackages packages = new FakePackages()) {
      Files.writeString(
          docker.resolve("config.json"),
          "{\"credHelpers\": {\"" + packages.host() + "\": \"missing\"}}");
      InProcess.Ended ended =
          run(
              Map.of("DOCKER_CONFIG", docker.toString(), "PATH", docker.toString()),
              "--push",
              "--repository=https://here-npm.pkg.dev/p/r=http://" + packages.host() + "/npm");
      assertThat(ended.exit()).as(ended.err() + ended.out()).isEqualTo(1);
      assertThat(build().getStatus()).isEqualTo(Build.Status.FAILURE);
      assertThat(build().getFailureInfo().getType())
          .isIn(FailureType.PUSH_FAILED, FailureType.PUSH_NOT_AUTHORIZED);
    }
  }

  private void zip(String name, Map<String, String> entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(file(name, ""));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(UTF_8));
        zip.closeEntry();
      }
    }
  }

  @Test
  void goModulesAreRefusedOnlyIfTheyWereToGo() throws Exception {
    config("goModules: [{repositoryName: r, sourcePath: x, modulePath: y, moduleVersion: v1}]");
    assertThat(run(Map.of()).exit()).isZero();
    InProcess.Ended ended = run(Map.of(), "--push");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("artifacts.goModules can't be uploaded from here");
  }

  @Test
  void theProvenanceIsSignedAndVerified() throws Exception {
    config("objects: {location: 'gs://bucket/', paths: [out/a.txt]}");
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    pem("key.pem", "PRIVATE", pair.getPrivate().getEncoded());
    pem("key.pub", "PUBLIC", pair.getPublic().getEncoded());
    InProcess.Ended ended = run(Map.of(), "--artifacts-dir=kept", "--provenance-key=key.pem");
    assertThat(ended.exit()).as(ended.err()).isZero();
    Map<String, String> env = Map.of("XDG_STATE_HOME", folder.resolve("state").toString());
    InProcess.Ended shown =
        InProcess.run(List.of("provenance", "--verify=key.pub"), "", env, folder);
    assertThat(shown.exit()).as(shown.err()).isZero();
    JsonObject statement = JsonParser.parseString(shown.out()).getAsJsonObject();
    assertThat(statement.get("_type").getAsString()).isEqualTo("https://in-toto.io/Statement/v1");
    JsonObject subject = statement.getAsJsonArray("subject").get(0).getAsJsonObject();
    assertThat(subject.get("name").getAsString()).startsWith("gs://bucket/a.txt#");
    assertThat(subject.getAsJsonObject("digest").get("sha256").getAsString())
        .isEqualTo("87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7");
    assertThat(shown.out()).contains("\"invocationId\": \"" + build().getId() + "\"", "\"step 0\"");
  }

  private void pem(String name, String kind, byte[] der) throws IOException {
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN "
            + kind
            + " KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END "
            + kind
            + " KEY-----\n");
  }
}
