/** One case per behaviour of Cloud Build, run through the command line. */
@NullMarked
package dev.groundbuild.runner.conformance;

import org.jspecify.annotations.NullMarked;
