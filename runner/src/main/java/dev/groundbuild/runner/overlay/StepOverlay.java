package dev.groundbuild.runner.overlay;

import java.util.Optional;

/** What the overlay says of one step of the build config. */
public record StepOverlay(Optional<Retries> retries, Optional<Commit> commit) {}
