package dev.groundbuild.runner.console;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the end of a build's view points to.
 *
 * @param rerun the command that runs a failed build again, as text
 * @param log where the whole log is kept
 */
public record Afterwards(Optional<String> rerun, Optional<Path> log) {}
