package dev.groundbuild.runner;

import dev.groundbuild.steps.StepLog;

/**
 * Those outside who hear of a build and may speak into it.
 *
 * @param listener is told of every event on the build's own thread
 * @param log takes the steps' output from their threads
 * @param intervention is asked about steps that have ended, on their threads
 */
record Company(BuildListener listener, StepLog log, Intervention intervention) {}
