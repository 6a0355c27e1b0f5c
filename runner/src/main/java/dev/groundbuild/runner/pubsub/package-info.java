/** A stand-in for Google Cloud Pub/Sub on this machine, with its wire protocol, kept on disk. */
@NullMarked
package dev.groundbuild.runner.pubsub;

import org.jspecify.annotations.NullMarked;
