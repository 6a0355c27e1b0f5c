@NullMarked
package dev.groundbuild.agent.worker;

import org.jspecify.annotations.NullMarked;
