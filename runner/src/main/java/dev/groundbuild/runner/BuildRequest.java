package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.StepTrace;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One build to be run.
 *
 * @param build queued: with id, project and create time
 * @param source what goes into /workspace
 * @param privileges what steps may do, as far as the engine can grant it
 * @param export takes /workspace after the last step, however the build ended
 * @param trace is told what each step spends its time on
 * @param keeping whether the volumes stay
 * @param resumption what need not be run; a build that is taken up again has its first start time
 *     and its phases' times in {@code build}
 * @param surroundings what it meets beyond its steps and the engine
 */
public record BuildRequest(
    Build build,
    BuildPlan plan,
    WorkspaceSource source,
    Privileges privileges,
    Optional<WorkspaceExport> export,
    StepTrace trace,
    Keeping keeping,
    Resumption resumption,
    Surroundings surroundings) {

  /** A whole build, of which nothing is kept. */
  public BuildRequest(
      Build build,
      BuildPlan plan,
      WorkspaceSource source,
      Privileges privileges,
      Optional<WorkspaceExport> export,
      StepTrace trace) {
    this(
        build,
        plan,
        source,
        privileges,
        export,
        trace,
        Keeping.NEVER,
        Resumption.NONE,
        Surroundings.NONE);
  }

  /** The same with other files in /workspace. */
  public BuildRequest withSource(WorkspaceSource other) {
    return new BuildRequest(
        build, plan, other, privileges, export, trace, keeping, resumption, surroundings);
  }

  /** The same with another plan for the same steps. */
  public BuildRequest withPlan(BuildPlan other) {
    return new BuildRequest(
        build, other, source, privileges, export, trace, keeping, resumption, surroundings);
  }

  /** The same in other surroundings. */
  public BuildRequest withSurroundings(Surroundings other) {
    return new BuildRequest(
        build, plan, source, privileges, export, trace, keeping, resumption, other);
  }

  /** What /workspace starts with. */
  public sealed interface WorkspaceSource {
    /** Nothing. */
    record Empty() implements WorkspaceSource {}

    /** A folder of the engine's host, used in place. */
    record Bound(Path folder) implements WorkspaceSource {}

    /** Files that are copied in. */
    record Copied(TarSource files) implements WorkspaceSource {}
  }

  /** Gives the files of a source as an uncompressed tar stream. */
  @FunctionalInterface
  public interface TarSource {
    /**
     * A stream that the caller closes. Opening and reading it throw {@link SourceException} when
     * the source can't be had.
     *
     * @param say takes lines for the build's log
     */
    InputStream open(Consumer<String> say);
  }

  /** Takes a tar stream of /workspace, every entry below {@code workspace/}. */
  @FunctionalInterface
  public interface WorkspaceExport {
    void accept(InputStream tar) throws IOException;
  }
}
