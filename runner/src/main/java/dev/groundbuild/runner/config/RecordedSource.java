package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Source;
import com.google.cloudbuild.v1.SourceProvenance;
import com.google.cloudbuild.v1.StorageSource;

/** Says where the files of a build came from, and how to come by them. */
public final class RecordedSource {
  private RecordedSource() {}

  /** Whether a build had files to work on. */
  public static boolean isThere(Build record) {
    return record.hasSource() || record.containsTiming("FETCHSOURCE");
  }

  /** Where the files came from, and how to give them, as the end of a message. */
  public static String advice(Build record, String command) {
    Source source = record.getSource();
    SourceProvenance resolved = record.getSourceProvenance();
    return switch (source.getSourceCase()) {
      case STORAGE_SOURCE -> stored(exact(source, resolved), command);
      case STORAGE_SOURCE_MANIFEST ->
          "the files of a manifest, gs://"
              + source.getStorageSourceManifest().getBucket()
              + "/"
              + source.getStorageSourceManifest().getObject()
              + "; fetch them into a folder and give that: "
              + command
              + " FOLDER";
      case GIT_SOURCE -> {
        String revision =
            or(resolved.getResolvedGitSource().getRevision(), source.getGitSource().getRevision());
        String url = source.getGitSource().getUrl();
        yield url
            + "; give it: "
            + command
            + " "
            + url
            + (revision.isEmpty() ? "" : "#" + revision);
      }
      case REPO_SOURCE ->
          "the repository "
              + source.getRepoSource().getRepoName()
              + revision(repoRevision(source, resolved))
              + "; give a git address or a checkout of it: "
              + command
              + " CHECKOUT";
      case CONNECTED_REPOSITORY ->
          source.getConnectedRepository().getRepository()
              + revision(source.getConnectedRepository().getRevision())
              + "; give a git address or a checkout of it: "
              + command
              + " CHECKOUT";
      case SOURCE_NOT_SET ->
          "files that the record does not name; give them: " + command + " SOURCE";
    };
  }

  private static StorageSource exact(Source source, SourceProvenance resolved) {
    return resolved.hasResolvedStorageSource()
        ? resolved.getResolvedStorageSource()
        : source.getStorageSource();
  }

  private static String stored(StorageSource source, String command) {
    String object = source.getObject();
    String file = object.substring(object.lastIndexOf('/') + 1);
    String generation = source.getGeneration() == 0 ? "" : "#" + source.getGeneration();
    String url = "gs://" + source.getBucket() + "/" + object + generation;
    return "%s; fetch and give it: gcloud storage cp '%s' %s && %s %s"
        .formatted(url, url, file, command, file);
  }

  private static String repoRevision(Source source, SourceProvenance resolved) {
    return or(
        resolved.getResolvedRepoSource().getCommitSha(),
        switch (source.getRepoSource().getRevisionCase()) {
          case BRANCH_NAME -> source.getRepoSource().getBranchName();
          case TAG_NAME -> source.getRepoSource().getTagName();
          case COMMIT_SHA -> source.getRepoSource().getCommitSha();
          case REVISION_NOT_SET -> "";
        });
  }

  private static String revision(String revision) {
    return revision.isEmpty() ? "" : " at " + revision;
  }

  private static String or(String first, String second) {
    return first.isEmpty() ? second : first;
  }
}
