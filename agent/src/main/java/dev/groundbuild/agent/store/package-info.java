@NullMarked
package dev.groundbuild.agent.store;

import org.jspecify.annotations.NullMarked;
