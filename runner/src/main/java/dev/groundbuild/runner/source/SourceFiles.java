package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What of a folder would be sent: the answer to {@code gcloud meta list-files-for-upload}. */
public final class SourceFiles {
  private SourceFiles() {}

  /**
   * @param sent relative paths of files and links, in order; folders are left out of the list
   * @param leftOut what the rules leave out; a folder ends in a slash and stands for all below it
   * @param rules where the rules come from; empty when there are none
   */
  public record Listing(List<String> sent, List<String> leftOut, String rules) {
    public Listing {
      sent = List.copyOf(sent);
      leftOut = List.copyOf(leftOut);
    }
  }

  public static Listing list(BuildSource.Folder source) {
    IgnoreRules rules = IgnoreRules.of(source.path(), source.ignore());
    List<String> sent = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    FolderWalk.Visitor visitor =
        new FolderWalk.Visitor() {
          @Override
          public void entry(FolderWalk.Entry entry) {
            if (entry.type() == FolderWalk.Type.FILE || entry.type() == FolderWalk.Type.LINK) {
              sent.add(entry.path());
            }
          }

          @Override
          public void failed(String path, IOException why) {
            throw SourceException.usage(
                source.path().resolve(path) + ": can't be read: " + Failures.reason(why));
          }

          @Override
          public void ignored(String path) {
            leftOut.add(path);
          }
        };
    try {
      new FolderWalk(rules, visitor).walk(source.path());
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Kind.FAILED, source.path() + ": " + Failures.reason(e), e);
    }
    return new Listing(sent, leftOut, rules.origin());
  }
}
