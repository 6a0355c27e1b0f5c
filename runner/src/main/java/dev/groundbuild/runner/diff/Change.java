package dev.groundbuild.runner.diff;

import com.google.gson.JsonElement;
import java.util.Optional;

/**
 * Something that two builds do not have in common.
 *
 * @param name what it is, such as {@code options.machineType}
 * @param before empty if the first build does not have it
 * @param after empty if the second build does not have it
 */
public record Change(String name, Optional<JsonElement> before, Optional<JsonElement> after) {}
