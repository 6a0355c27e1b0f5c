package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;

/**
 * What a revision means on a server.
 *
 * @param name a full ref name or a commit hash
 * @param id what the name stands for; empty for the beginning of a hash
 */
record GitRevision(
    String name, Optional<ObjectId> id, Optional<String> branch, Optional<String> tag) {
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{4,40}");
  private static final int SHOWN = 8;

  /** Whether no ref of the server has this name. */
  boolean isHash() {
    return HEX.matcher(name).matches();
  }

  /** Whether only the beginning of a hash is known. */
  boolean shortCommit() {
    return id.isEmpty();
  }

  /**
   * Looks in the order in which git does: the name itself, then tags, then branches.
   *
   * @param revision empty for the remote's HEAD
   */
  static GitRevision find(String revision, String url, Map<String, Ref> refs) {
    Ref head = refs.get(Constants.HEAD);
    if (revision.isEmpty() || revision.equals(Constants.HEAD)) {
      if (head == null) {
        throw SourceException.usage(url + ": the repository has no commits, or no HEAD");
      }
      return new GitRevision(
          Constants.HEAD,
          Optional.of(target(head)),
          branchOf(head, refs.values()),
          Optional.empty());
    }
    for (String prefix : List.of("", "refs/", Constants.R_TAGS, Constants.R_HEADS)) {
      Ref ref = refs.get(prefix + revision);
      if (ref != null) {
        String name = ref.getName();
        return new GitRevision(
            name,
            Optional.of(target(ref)),
            below(Constants.R_HEADS, name),
            below(Constants.R_TAGS, name));
      }
    }
    if (!HEX.matcher(revision).matches()) {
      throw SourceException.usage(unknown(revision, url, refs));
    }
    String hash = revision.toLowerCase(java.util.Locale.ROOT);
    Optional<ObjectId> id =
        ObjectId.isId(hash) ? Optional.of(ObjectId.fromString(hash)) : Optional.empty();
    return new GitRevision(hash, id, Optional.empty(), Optional.empty());
  }

  private static ObjectId target(Ref ref) {
    ObjectId id = ref.getObjectId();
    if (id == null) {
      throw new IllegalStateException(ref.getName() + " was advertised without an id");
    }
    return id;
  }

  private static Optional<String> branchOf(Ref head, Collection<Ref> refs) {
    if (head.isSymbolic()) {
      return below(Constants.R_HEADS, head.getTarget().getName());
    }
    return refs.stream()
        .filter(ref -> target(ref).equals(target(head)))
        .map(ref -> below(Constants.R_HEADS, ref.getName()))
        .flatMap(Optional::stream)
        .sorted()
        .findFirst();
  }

  private static Optional<String> below(String prefix, String name) {
    return name.startsWith(prefix)
        ? Optional.of(name.substring(prefix.length()))
        : Optional.empty();
  }

  private static String unknown(String revision, String url, Map<String, Ref> refs) {
    List<String> names =
        refs.keySet().stream()
            .filter(n -> n.startsWith(Constants.R_HEADS) || n.startsWith(Constants.R_TAGS))
            .map(n -> n.substring(n.indexOf('/', "refs/".length()) + 1))
            .sorted()
            .toList();
    String some = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    return url
        + ": it has no branch, tag or commit \""
        + revision
        + "\""
        + (names.isEmpty() ? "; it is empty" : "; it has " + some)
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
