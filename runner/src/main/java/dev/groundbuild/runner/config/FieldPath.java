package dev.groundbuild.runner.config;

/**
 * Where in a build config we are.
 *
 * @param exact {@code steps[2].args[0]}
 * @param canonical the same without numbers and map keys, {@code steps[].args[]}: the key of the
 *     tables of fields
 */
record FieldPath(String exact, String canonical) {
  static final FieldPath ROOT = new FieldPath("", "");

  FieldPath child(String jsonName) {
    return isRoot()
        ? new FieldPath(jsonName, jsonName)
        : new FieldPath(exact + "." + jsonName, canonical + "." + jsonName);
  }

  FieldPath element(int index) {
    return new FieldPath(exact + "[" + index + "]", canonical + "[]");
  }

  FieldPath entry(String key) {
    return new FieldPath(exact + "." + key, canonical + ".*");
  }

  boolean isRoot() {
    return exact.isEmpty();
  }
}
