@NullMarked
package dev.groundbuild.agent.queue;

import org.jspecify.annotations.NullMarked;
