/** What a build spends its time on, as a trace that other programs show. */
@NullMarked
package dev.groundbuild.runner.trace;

import org.jspecify.annotations.NullMarked;
