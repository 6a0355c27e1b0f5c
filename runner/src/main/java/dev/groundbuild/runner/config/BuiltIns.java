package dev.groundbuild.runner.config;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * The built-in substitutions of a build on this machine (spec 2.1). Nothing is asked of a network.
 *
 * <p>What the cloud knows and this machine does not has a stated default: {@code PROJECT_ID} is
 * {@value #NO_PROJECT}, {@code PROJECT_NUMBER} is {@value #NO_PROJECT_NUMBER}, {@code LOCATION} is
 * {@code global}.
 *
 * @param values of those that have one
 * @param projectFrom where {@code PROJECT_ID} came from, for people: {@code --project}, {@code
 *     GOOGLE_CLOUD_PROJECT}, {@code gcloud}, {@code default}
 */
public record BuiltIns(SortedMap<String, String> values, String projectFrom) {
  /** The project when nobody names one. */
  public static final String NO_PROJECT = "local-project";

  /** The project's number, which only the cloud knows. */
  public static final String NO_PROJECT_NUMBER = "000000000000";

  private static final List<String> PROJECT_VARIABLES =
      List.of("GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT", "GCLOUD_PROJECT");

  public BuiltIns {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  private record Project(String id, String from) {}

  /**
   * @param projectFlag the project that the user named
   * @param sourceFolder a folder within a git checkout, or any other
   */
  public static BuiltIns of(
      Optional<String> projectFlag, Map<String, String> env, Path sourceFolder, String buildId) {
    Project project = project(projectFlag, env);
    SortedMap<String, String> values = new TreeMap<>();
    values.put("PROJECT_ID", project.id());
    values.put("PROJECT_NUMBER", NO_PROJECT_NUMBER);
    values.put("LOCATION", "global");
    values.put("BUILD_ID", buildId);
    // JGit's classes are loaded only for a checkout: most of a short command's time else
    checkoutAround(sourceFolder).ifPresent(folder -> Checkout.read(folder, values));
    return new BuiltIns(values, project.from());
  }

  private static Project project(Optional<String> flag, Map<String, String> env) {
    if (flag.isPresent() && !flag.get().isBlank()) {
      return new Project(flag.get().strip(), "--project");
    }
    for (String variable : PROJECT_VARIABLES) {
      String value = env.getOrDefault(variable, "").strip();
      if (!value.isEmpty()) {
        return new Project(value, variable);
      }
    }
    return new GcloudConfig(env)
        .project()
        .map(id -> new Project(id, "gcloud"))
        .orElse(new Project(NO_PROJECT, "default"));
  }

  /** The nearest folder, from here upwards, with a {@code .git}. */
  private static Optional<Path> checkoutAround(Path folder) {
    for (Path p = folder.toAbsolutePath().normalize(); p != null; p = p.getParent()) {
      if (Files.exists(p.resolve(".git"))) {
        return Optional.of(p);
      }
    }
    return Optional.empty();
  }

  /** What git knows. */
  private static final class Checkout {
    private static final int SHORT = 7;

    private final Repository repository;
    private final Map<String, String> values;

    private Checkout(Repository repository, Map<String, String> values) {
      this.repository = repository;
      this.values = values;
    }

    /** Adds nothing when the folder is no checkout that git could read. */
    static void read(Path folder, Map<String, String> values) {
      FileRepositoryBuilder builder = new FileRepositoryBuilder();
      File start = folder.toFile();
      if (builder.addCeilingDirectory(start.getParentFile()).findGitDir(start).getGitDir()
          == null) {
        return;
      }
      try (Repository repository = builder.setMustExist(true).build()) {
        new Checkout(repository, values).read();
      } catch (IOException | IllegalArgumentException unreadable) {
        // a built-in without a value is empty, in the cloud, too
      }
    }

    private void read() throws IOException {
      String url = repository.getConfig().getString("remote", "origin", "url");
      if (url != null) {
        RemoteName.of(url).putInto(values);
      }
      Ref head = repository.exactRef(Constants.HEAD);
      if (head == null) {
        return;
      }
      ObjectId commit = head.getObjectId();
      if (head.isSymbolic()) {
        putReference("BRANCH_NAME", Repository.shortenRefName(head.getTarget().getName()));
      } else if (commit != null) {
        Optional<String> tag = tagOf(commit);
        if (tag.isPresent()) {
          putReference("TAG_NAME", tag.get());
        }
      }
      if (commit != null) {
        values.put("COMMIT_SHA", commit.name());
        values.put("REVISION_ID", commit.name());
        values.put("SHORT_SHA", commit.name().substring(0, SHORT));
      }
    }

    private void putReference(String key, String name) {
      values.put(key, name);
      values.put("REF_NAME", name);
    }

    /** Of several, an annotated one; then the last in the alphabet. */
    private Optional<String> tagOf(ObjectId commit) throws IOException {
      RefDatabase references = repository.getRefDatabase();
      List<Ref> tags = new ArrayList<>();
      for (Ref tag : references.getRefsByPrefix(Constants.R_TAGS)) {
        Ref peeled = references.peel(tag);
        ObjectId target = peeled.getPeeledObjectId();
        if (commit.equals(target == null ? peeled.getObjectId() : target)) {
          tags.add(peeled);
        }
      }
      return tags.stream()
          .max(
              Comparator.comparing((Ref tag) -> tag.getPeeledObjectId() != null)
                  .thenComparing(Ref::getName))
          .map(tag -> Repository.shortenRefName(tag.getName()));
    }
  }

  /**
   * The name of a repository in its address.
   *
   * @param fullName with its owner; empty where an address has none, such as a folder's
   */
  record RemoteName(String name, String fullName) {
    private static final Pattern WITH_HOST =
        Pattern.compile("(?:[a-z][a-z0-9+.-]*://[^/]+/|(?:[^/@]+@)?[^/:]{2,}:(?!//))(.*)");

    static RemoteName of(String url) {
      Matcher address = WITH_HOST.matcher(url);
      boolean hasHost = address.matches();
      String path = hasHost ? address.group(1) : url;
      String cleaned = path.replaceFirst("/+$", "").replaceFirst("(/?\\.git)$", "");
      String inside = cleaned.replaceFirst("^/+", "");
      String name = inside.substring(inside.lastIndexOf('/') + 1);
      return new RemoteName(name, hasHost && inside.contains("/") ? inside : "");
    }

    void putInto(Map<String, String> values) {
      if (!name.isEmpty()) {
        values.put("REPO_NAME", name);
      }
      if (!fullName.isEmpty()) {
        values.put("REPO_FULL_NAME", fullName);
      }
    }
  }
}
