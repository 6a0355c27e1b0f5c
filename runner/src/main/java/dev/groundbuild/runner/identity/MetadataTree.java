package dev.groundbuild.runner.identity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The values of the metadata server below {@code /computeMetadata/v1/}, by their paths; a folder's
 * ends in a slash. Google: the form of the answers.
 */
final class MetadataTree {
  private static final String ACCOUNTS = "instance/service-accounts/";

  private final Map<String, Supplier<Object>> values = new LinkedHashMap<>();

  MetadataTree(Facts facts, Tokens tokens) {
    put("instance/attributes/", "");
    put("instance/hostname", "build-" + facts.build() + ".c." + facts.project() + ".internal");
    values.put("instance/id", () -> Long.valueOf(facts.machine()));
    put("instance/name", "build-" + facts.build());
    put("instance/region", "projects/" + facts.number() + "/regions/" + facts.region());
    account("default", tokens);
    account(tokens.email(), tokens);
    put("instance/zone", facts.zone());
    put("project/attributes/", "");
    values.put("project/numeric-project-id", () -> Long.valueOf(facts.number()));
    put("project/project-id", facts.project());
    put("universe/universe-domain", "googleapis.com");
  }

  private void account(String name, Tokens tokens) {
    String folder = ACCOUNTS + name + "/";
    values.put(folder + "aliases", () -> List.of("default"));
    put(folder + "email", tokens.email());
    put(folder + "identity", "");
    values.put(folder + "scopes", () -> List.of(Tokens.CLOUD_PLATFORM));
    put(folder + "token", "");
  }

  private void put(String path, String value) {
    values.put(path, () -> value);
  }

  boolean isFolder(String path) {
    return path.isEmpty() || values.keySet().stream().anyMatch(p -> p.startsWith(path + "/"));
  }

  /** Whether that is a value. */
  boolean has(String path) {
    return values.containsKey(path) && !path.endsWith("/");
  }

  /** A value as text: a list has a line for each. */
  String text(String path) {
    Object value = known(path);
    return value instanceof List<?> list
        ? String.join("\n", list.stream().map(String::valueOf).toList()) + "\n"
        : String.valueOf(value);
  }

  /** The names in a folder, a line for each; empty folders are shown. */
  String names(String folder) {
    StringBuilder names = new StringBuilder();
    for (String name : children(folder)) {
      names.append(name).append('\n');
    }
    return names.toString();
  }

  private List<String> children(String folder) {
    List<String> children = new ArrayList<>();
    for (String path : values.keySet()) {
      if (path.startsWith(folder) && path.length() > folder.length()) {
        String rest = path.substring(folder.length());
        int slash = rest.indexOf('/');
        String name = slash < 0 ? rest : rest.substring(0, slash + 1);
        if (!children.contains(name)) {
          children.add(name);
        }
      }
    }
    return children;
  }

  /** A folder with everything below, for JSON. Google: names in camel case, and no tokens. */
  Map<String, Object> all(String folder) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (String name : children(folder)) {
      if (name.endsWith("/")) {
        all.put(camel(name.substring(0, name.length() - 1), folder), all(folder + name));
      } else if (!name.equals("token") && !name.equals("identity")) {
        all.put(camel(name, folder), known(folder + name));
      }
    }
    return all;
  }

  /** Names of accounts stay as they are. */
  private static String camel(String name, String folder) {
    if (folder.equals(ACCOUNTS)) {
      return name;
    }
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("-", -1)) {
      camel.append(
          camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return camel.toString();
  }

  private Object known(String path) {
    Supplier<Object> value = values.get(path);
    if (value == null) {
      throw new IllegalStateException("no metadata " + path);
    }
    return value.get();
  }
}
