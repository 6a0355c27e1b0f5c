package dev.groundbuild.runner.source;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A repository at one commit, checked out in a temporary folder.
 *
 * @param folder with its {@code .git}; HEAD is detached, as in Cloud Build
 * @param commit full hash
 * @param branch when the revision named one, or when it was empty and the remote's HEAD is a branch
 * @param tag when the revision named one
 */
public record GitCheckout(
    Path folder, String commit, Optional<String> branch, Optional<String> tag) {}
