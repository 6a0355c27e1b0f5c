package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Artifacts;
import com.google.cloudbuild.v1.Artifacts.MavenArtifact;
import com.google.cloudbuild.v1.Artifacts.NpmPackage;
import com.google.cloudbuild.v1.Artifacts.PythonPackage;
import com.google.cloudbuild.v1.Results;
import dev.groundbuild.runner.Delivery.DeliveryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Uploads Maven, npm and Python packages. Their files are copied into a temporary folder, because
 * their sums and descriptions go ahead of them.
 */
final class PackageUpload implements Cargo {
  private final Artifacts artifacts;
  private final PackageSites sites;
  private final InstantSource clock;
  private final Counts counts;
  private final List<String> folders;
  private final Path files;

  PackageUpload(Artifacts artifacts, PackageSites sites, InstantSource clock) {
    this.artifacts = artifacts;
    this.sites = sites;
    this.clock = clock;
    this.counts = new Counts(paths(artifacts));
    this.folders =
        artifacts.getNpmPackagesList().stream().map(npm -> folder(npm.getPackagePath())).toList();
    try {
      this.files = Files.createTempDirectory("groundbuild-packages-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for packages", e);
    }
  }

  /** The files that have to be there. */
  static List<Glob> paths(Artifacts artifacts) {
    List<Glob> paths = new ArrayList<>();
    artifacts.getMavenArtifactsList().stream()
        .filter(maven -> !maven.getPath().isEmpty())
        .forEach(maven -> paths.add(Glob.of(maven.getPath())));
    artifacts
        .getPythonPackagesList()
        .forEach(python -> python.getPathsList().forEach(path -> paths.add(Glob.of(path))));
    artifacts
        .getNpmPackagesList()
        .forEach(npm -> paths.add(Glob.of(folder(npm.getPackagePath()) + "package.json")));
    return paths;
  }

  /** Relative to /workspace, with a slash at the end unless it is empty. */
  private static String folder(String path) {
    String folder = path.replaceFirst("^/workspace(/|$)", "").replaceFirst("^(\\./?)+", "");
    folder = folder.replaceFirst("(^|/)package\\.json$", "");
    return folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
  }

  @Override
  public void begin() {
    sites.say("Packages will be uploaded");
  }

  @Override
  public boolean wants(String path) {
    return counts.matches(path)
        || folders.stream()
            .anyMatch(f -> path.startsWith(f) && NpmPack.mayHold(path.substring(f.length())));
  }

  @Override
  public void take(WorkspaceFile file) throws IOException {
    counts.add(file.path());
    Path copy = files.resolve(file.path()).normalize();
    if (!copy.startsWith(files)) {
      throw new IOException(file.path() + " leads out of /workspace");
    }
    Files.createDirectories(copy.resolveSibling("."));
    Files.copy(file.content(), copy, StandardCopyOption.REPLACE_EXISTING);
    if (file.executable() && !copy.toFile().setExecutable(true)) {
      throw new IOException(copy + " can't be made executable");
    }
  }

  @Override
  public Results finish() throws IOException {
    counts.refuseUnmatched("artifacts");
    Results.Builder results = Results.newBuilder();
    try {
      for (MavenArtifact maven : artifacts.getMavenArtifactsList()) {
        Path file = matching(Glob.of(maven.getPath())).getFirst();
        PackageSite site = sites.at(maven.getRepository());
        sites.say("Uploading Maven artifact " + name(maven));
        results.addMavenArtifacts(new MavenUpload(site, clock).upload(maven, file));
      }
      for (NpmPackage npm : artifacts.getNpmPackagesList()) {
        Path folder = files.resolve(folder(npm.getPackagePath()));
        sites.say("Uploading npm package " + npm.getPackagePath());
        results.addNpmPackages(
            new NpmUpload(sites.at(npm.getRepository()), clock).upload(folder, files));
      }
      for (PythonPackage python : artifacts.getPythonPackagesList()) {
        PackageSite site = sites.at(python.getRepository());
        for (String path : python.getPathsList()) {
          for (Path file : matching(Glob.of(path))) {
            sites.say("Uploading Python package " + file.getFileName());
            results.addPythonPackages(new PythonUpload(site, clock).upload(file));
          }
        }
      }
      return results.build();
    } catch (DeliveryException e) {
      throw e.after(results.build());
    }
  }

  private static String name(MavenArtifact maven) {
    return maven.getGroupId() + ":" + maven.getArtifactId() + ":" + maven.getVersion();
  }

  private List<Path> matching(Glob glob) throws IOException {
    try (Stream<Path> all = Files.walk(files)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> glob.matches(files.relativize(file).toString()))
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() {
    sites.close();
    try (Stream<Path> all = Files.walk(files)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The system's temporary folder is cleared by others.
      return;
    }
  }
}
