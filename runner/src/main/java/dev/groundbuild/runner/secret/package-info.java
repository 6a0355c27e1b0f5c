/** Where the values of secrets come from. */
@NullMarked
package dev.groundbuild.runner.secret;

import org.jspecify.annotations.NullMarked;
