package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Results;
import java.util.List;
import java.util.function.Consumer;

/** Looks whether files are there, and says that they stay. */
final class Listing implements Cargo {
  private final String field;
  private final Counts counts;
  private final String how;
  private final Consumer<String> say;

  /**
   * @param field where the paths stand
   * @param how the user would have them delivered
   */
  Listing(String field, List<Glob> globs, String how, Consumer<String> say) {
    this.field = field;
    this.counts = new Counts(globs);
    this.how = how;
    this.say = say;
  }

  @Override
  public void begin() {
    // Nothing is needed.
  }

  @Override
  public boolean wants(String path) {
    return counts.matches(path);
  }

  @Override
  public void take(WorkspaceFile file) {
    counts.add(file.path());
  }

  @Override
  public void finish(Consumer<Results> delivered) {
    counts.refuseUnmatched(field);
    for (Glob glob : counts.globs()) {
      say.accept(
          glob.text()
              + ": "
              + counts.of(glob)
              + " matching files, not uploaded: that takes "
              + how);
    }
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
