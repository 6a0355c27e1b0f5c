package dev.groundbuild.runner.source;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A working tree that is to be brought up to date.
 *
 * @param name for people: the folder as they wrote it
 * @param source where it is cloned from; its revision is the branch, empty for the remote's HEAD or
 *     the one that is checked out. Without it, the tree must exist, and says itself.
 */
public record RepoTarget(String name, Path folder, Optional<BuildSource.Git> source) {}
