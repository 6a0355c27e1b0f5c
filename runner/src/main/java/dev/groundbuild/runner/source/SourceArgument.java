package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the user gives as SOURCE: a folder, an archive, or a git address.
 *
 * <p>Git addresses are {@code https://}, {@code http://}, {@code ssh://}, {@code git://}, {@code
 * file://}, the short {@code git@host:path}, and any of these after {@code git+}; {@code #REVISION}
 * or {@code #REVISION:DIR} may follow. Cloud Build: gcloud takes an http address for git too.
 */
public final class SourceArgument {
  private static final Pattern URL =
      Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<rest>.*)", Pattern.DOTALL);
  private static final Pattern SHORT_SSH = Pattern.compile("[\\w.-]+@[\\w.-]+:[^/\\\\].*");
  private static final List<String> GIT_SCHEMES = List.of("https", "http", "ssh", "git", "file");
  private static final List<String> ARCHIVES = List.of(".tgz", ".tar.gz", ".gz", ".zip", ".tar");

  private SourceArgument() {}

  /**
   * @param text what the user wrote
   * @param revision of a git source, as given beside it; empty for none
   * @param here what a relative path is relative to
   * @param ignore what stays behind, if it is a folder
   * @throws SourceException of kind USAGE, with what to do
   */
  public static BuildSource parse(String text, String revision, Path here, IgnoreChoice ignore) {
    if (text.isBlank()) {
      throw SourceException.usage("SOURCE is empty; give a folder, an archive or a git address");
    }
    boolean declared = text.startsWith("git+");
    String address = declared ? text.substring("git+".length()) : text;
    Matcher url = URL.matcher(address);
    if (url.matches()) {
      String scheme = url.group("scheme").toLowerCase(Locale.ROOT);
      if (scheme.equals("file") && !declared && isArchiveName(address)) {
        return local(filePath(url.group("rest")), text, revision, ignore);
      }
      return git(scheme, address, revision);
    }
    if (declared || (SHORT_SSH.matcher(address).matches() && !exists(here, address))) {
      if (!SHORT_SSH.matcher(address).matches()) {
        throw SourceException.usage(
            text + ": not a git address; write git+https://HOST/PATH or git@HOST:PATH");
      }
      return split(address, revision, null);
    }
    return local(resolve(here, text), text, revision, ignore);
  }

  private static BuildSource git(String scheme, String address, String revision) {
    if (scheme.equals("gs")) {
      throw SourceException.usage(
          address
              + ": objects in Cloud Storage can't be fetched here; download it (gcloud storage cp "
              + address
              + " .) and give the file");
    }
    if (!GIT_SCHEMES.contains(scheme)) {
      throw SourceException.usage(
          withoutLogin(address)
              + ": "
              + scheme
              + ":// is no kind of source; known are "
              + String.join(", ", GIT_SCHEMES));
    }
    boolean web = scheme.startsWith("http");
    return split(web ? withoutLogin(address) : address, revision, web ? login(address) : null);
  }

  /** Takes the revision and folder off an address. */
  private static BuildSource split(String address, String revision, @Nullable GitLogin login) {
    int hash = address.indexOf('#');
    String url = hash < 0 ? address : address.substring(0, hash);
    String fragment = hash < 0 ? "" : address.substring(hash + 1);
    int colon = fragment.indexOf(':');
    String named = colon < 0 ? fragment : fragment.substring(0, colon);
    String dir = colon < 0 ? "" : fragment.substring(colon + 1);
    if (!named.isEmpty() && !revision.isEmpty() && !named.equals(revision)) {
      throw SourceException.usage(
          url + ": two revisions are given, \"" + named + "\" and \"" + revision + "\"; give one");
    }
    if (dir.startsWith("/") || List.of(dir.split("/", -1)).contains("..")) {
      throw SourceException.usage(url + ": the folder \"" + dir + "\" leads out of the repository");
    }
    return new BuildSource.Git(url, named.isEmpty() ? revision : named, dir, login);
  }

  private static BuildSource local(Path path, String text, String revision, IgnoreChoice ignore) {
    if (!revision.isEmpty()) {
      throw SourceException.usage(
          text
              + ": a revision is only for a git address; for a local repository write file://"
              + path.toAbsolutePath().normalize());
    }
    if (Files.isDirectory(path)) {
      return new BuildSource.Folder(path, ignore);
    }
    if (!Files.exists(path)) {
      throw SourceException.usage(text + ": no such folder or archive");
    }
    if (!Files.isRegularFile(path) || !isArchiveName(path.toString())) {
      throw SourceException.usage(
          text
              + ": a source is a folder, or an archive whose name ends in "
              + String.join(", ", ARCHIVES)
              + "; a build config is given with --config");
    }
    return new BuildSource.Archive(path);
  }

  /** Whether two addresses name the same repository, whoever logs in there. */
  static boolean sameRepository(String one, String other) {
    return bare(one).equals(bare(other));
  }

  private static String bare(String address) {
    return shown(address).replaceFirst("/+$", "").replaceFirst("\\.git$", "");
  }

  /** An address without the login that may be in it. */
  static String shown(@Nullable String address) {
    if (address == null) {
      return "without an address";
    }
    return address.startsWith("http") && address.contains("://") ? withoutLogin(address) : address;
  }

  private static boolean isArchiveName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ARCHIVES.stream().anyMatch(lower::endsWith);
  }

  private static boolean exists(Path here, String text) {
    try {
      return Files.exists(here.resolve(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Path resolve(Path here, String text) {
    try {
      return here.resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw SourceException.usage(text + ": not a path: " + e.getReason());
    }
  }

  private static Path filePath(String rest) {
    String path = rest.startsWith("localhost/") ? rest.substring("localhost".length()) : rest;
    return resolve(Path.of("/"), decoded(path));
  }

  private static @Nullable GitLogin login(String address) {
    int at = loginEnd(address);
    if (at < 0) {
      return null;
    }
    String info = address.substring(address.indexOf("://") + 3, at);
    int colon = info.indexOf(':');
    String user = colon < 0 ? info : info.substring(0, colon);
    return new GitLogin(decoded(user), colon < 0 ? "" : decoded(info.substring(colon + 1)));
  }

  private static String withoutLogin(String address) {
    int at = loginEnd(address);
    return at < 0
        ? address
        : address.substring(0, address.indexOf("://") + 3) + address.substring(at + 1);
  }

  /** Where the @ of a login is, or -1. */
  private static int loginEnd(String address) {
    int start = address.indexOf("://") + 3;
    int end = start;
    while (end < address.length() && "/?#".indexOf(address.charAt(end)) < 0) {
      end++;
    }
    int at = address.lastIndexOf('@', end - 1);
    return at < start ? -1 : at;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a stray percent sign means itself
    }
  }
}
