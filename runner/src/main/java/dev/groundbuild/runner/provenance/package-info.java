@NullMarked
package dev.groundbuild.runner.provenance;

import org.jspecify.annotations.NullMarked;
