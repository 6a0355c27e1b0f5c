package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.StepRetries;
import java.util.Optional;

/** What the overlay says of one step of the build config. */
public record StepOverlay(Optional<StepRetries> retries, Optional<Commit> commit) {}
