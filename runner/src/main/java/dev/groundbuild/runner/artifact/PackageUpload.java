package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Artifacts;
import com.google.cloudbuild.v1.Artifacts.MavenArtifact;
import com.google.cloudbuild.v1.Artifacts.NpmPackage;
import com.google.cloudbuild.v1.Artifacts.PythonPackage;
import com.google.cloudbuild.v1.Results;
import com.google.cloudbuild.v1.UploadedMavenArtifact;
import com.google.cloudbuild.v1.UploadedNpmPackage;
import com.google.cloudbuild.v1.UploadedPythonPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
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
  private final Path temporary;

  /** As in /workspace. */
  private final Path files;

  /** Beside them, for what is made of them. */
  private final Path made;

  /**
   * @param temporary an empty folder, which is removed in the end
   */
  PackageUpload(Artifacts artifacts, PackageSites sites, Path temporary, InstantSource clock) {
    this.artifacts = artifacts;
    this.sites = sites;
    this.clock = clock;
    this.counts = new Counts(paths(artifacts));
    this.folders =
        artifacts.getNpmPackagesList().stream().map(npm -> folder(npm.getPackagePath())).toList();
    this.temporary = temporary;
    this.files = temporary.resolve("workspace");
    this.made = temporary.resolve("made");
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
  public void begin() throws IOException {
    Files.createDirectory(files);
    Files.createDirectory(made);
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
  public void finish(Consumer<Results> delivered) throws IOException {
    counts.refuseUnmatched("artifacts");
    for (MavenArtifact maven : artifacts.getMavenArtifactsList()) {
      Path file = matching(Glob.of(maven.getPath())).getFirst();
      PackageSite site = sites.at(maven.getRepository());
      sites.say("Uploading Maven artifact " + name(maven));
      UploadedMavenArtifact done = new MavenUpload(site, clock).upload(maven, file);
      delivered.accept(Results.newBuilder().addMavenArtifacts(done).build());
    }
    for (NpmPackage npm : artifacts.getNpmPackagesList()) {
      Path folder = files.resolve(folder(npm.getPackagePath()));
      sites.say("Uploading npm package " + npm.getPackagePath());
      UploadedNpmPackage done =
          new NpmUpload(sites.at(npm.getRepository()), clock).upload(folder, made);
      delivered.accept(Results.newBuilder().addNpmPackages(done).build());
    }
    for (PythonPackage python : artifacts.getPythonPackagesList()) {
      PackageSite site = sites.at(python.getRepository());
      for (String path : python.getPathsList()) {
        for (Path file : matching(Glob.of(path))) {
          sites.say("Uploading Python package " + file.getFileName());
          UploadedPythonPackage done = new PythonUpload(site, clock).upload(file);
          delivered.accept(Results.newBuilder().addPythonPackages(done).build());
        }
      }
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
    try (Stream<Path> all = Files.walk(temporary)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The system's temporary folder is cleared by others.
      return;
    }
  }
}
