package dev.groundbuild.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules that every class of the product keeps. */
final class Architecture {
  private static final String ROOT = "dev.groundbuild.";

  /** The modules, and which of them each may use. A module's packages begin with its name. */
  private static final Map<String, Set<String>> MODULES =
      Map.of(
          "steps", Set.of("steps"),
          "runner", Set.of("runner", "steps"),
          "agent", Set.of("agent", "runner", "steps"));

  /** What only some packages (with those below) or classes may use. */
  private static final Map<String, Set<String>> FENCES =
      Map.ofEntries(
          Map.entry("com.github.dockerjava", Set.of("steps.docker")),
          Map.entry("com.google.cloud.secretmanager", Set.of("runner.secret")),
          Map.entry("com.google.cloud.kms", Set.of("runner.secret")),
          Map.entry(
              "com.google.auth", Set.of("runner.identity", "runner.secret", "runner.artifact")),
          Map.entry("com.google.cloud.storage", Set.of("runner.artifact")),
          Map.entry("com.google.cloud.pubsub", Set.of("runner.publish")),
          Map.entry("com.google.pubsub", Set.of("runner.publish", "runner.pubsub")),
          Map.entry(
              "io.grpc",
              Set.of(
                  "runner.identity",
                  "runner.publish",
                  "runner.pubsub",
                  "runner.secret",
                  "agent.api")),
          Map.entry("com.linecorp.armeria", Set.of("agent.api")),
          Map.entry("com.github.kagkarlsson", Set.of("agent.queue")),
          Map.entry("org.jdbi", Set.of("agent.store")),
          Map.entry("org.flywaydb", Set.of("agent.store")),
          Map.entry("com.zaxxer", Set.of("agent.store")),
          Map.entry("org.yaml", Set.of("runner.config")),
          Map.entry("picocli", Set.of("runner.cli", "agent.AgentMain")),
          Map.entry("org.jline", Set.of("runner.cli", "runner.console", "agent.AgentMain")),
          Map.entry("org.eclipse.jgit", Set.of("runner.source", "runner.config.BuiltIns")),
          Map.entry("dev.groundbuild.runner.cli", Set.of("runner.cli")),
          Map.entry("dev.groundbuild.steps.docker", Set.of("steps.docker", "runner.cli", "agent")),
          Map.entry("dev.groundbuild.steps.fake", Set.of("steps.fake", "runner.cli", "agent")));

  /** If no name fits, the type is two types. */
  private static final List<String> EMPTY_NAMES =
      List.of("Manager", "Service", "Util", "Utils", "Helper", "Context", "Impl", "Common");

  /**
   * The classes that need a lock, a volatile field or an atomic; each explains its protocol in its
   * first comment.
   */
  private static final Set<String> LOCKING =
      Set.of(
          "dev.groundbuild.runner.cli.Cancelling",
          "dev.groundbuild.runner.source.GitProgress",
          "dev.groundbuild.steps.KnownSecrets",
          "dev.groundbuild.steps.StepDeadline",
          "dev.groundbuild.steps.docker.Feed",
          "dev.groundbuild.steps.fake.FakeContainer");

  private Architecture() {}

  /**
   * Every breach of a rule, as one message each.
   *
   * @param modules the classes of each module
   */
  static List<String> breaches(Map<String, List<CompiledClass>> modules) {
    List<CompiledClass> all = modules.values().stream().flatMap(List::stream).toList();
    List<String> breaches = new ArrayList<>(new PackageCycles(all).spelledOut());
    modules.forEach((module, classes) ->
        classes.forEach(one -> {
          direction(module, one, breaches);
          fences(one, breaches);
          name(one, breaches);
          locks(one, breaches);
        }));
    nullMarks(all, breaches);
    return breaches;
  }

  private static void direction(String module, CompiledClass one, List<String> breaches) {
    if (!isWithin(one.name(), ROOT + module)) {
      breaches.add(one.name() + " is in module " + module + " but not in its packages");
    }
    Set<String> usable = MODULES.getOrDefault(module, Set.of());
    for (String used : one.uses()) {
      for (String other : MODULES.keySet()) {
        if (isWithin(used, ROOT + other) && !usable.contains(other)) {
          breaches.add("wrong way from " + module + " to " + other + ": " + uses(one, used));
        }
      }
    }
  }

  private static void fences(CompiledClass one, List<String> breaches) {
    for (String used : one.uses()) {
      FENCES.forEach((fenced, users) -> {
        if (isWithin(used, fenced)
            && users.stream().noneMatch(user -> isWithin(one.name(), ROOT + user))) {
          breaches.add(uses(one, used) + "; only " + sorted(users) + " may");
        }
      });
    }
  }

  private static void name(CompiledClass one, List<String> breaches) {
    for (String suffix : EMPTY_NAMES) {
      if (one.simpleName().endsWith(suffix)) {
        breaches.add(one.name() + " is named " + suffix + ": say what it is");
      }
    }
  }

  private static void locks(CompiledClass one, List<String> breaches) {
    boolean atomic =
        one.uses().stream().anyMatch(used -> isWithin(used, "java.util.concurrent.atomic"));
    if ((one.locks() || atomic) && !LOCKING.contains(one.topLevel())) {
      breaches.add(
          one.name()
              + " has synchronized, volatile or an atomic; explain it there, and list it here");
    }
  }

  private static void nullMarks(List<CompiledClass> all, List<String> breaches) {
    Set<String> marked =
        all.stream()
            .filter(one -> one.simpleName().equals("package-info"))
            .filter(one -> one.uses().contains("org.jspecify.annotations.NullMarked"))
            .map(CompiledClass::packageName)
            .collect(Collectors.toSet());
    all.stream()
        .map(CompiledClass::packageName)
        .distinct()
        .filter(name -> !marked.contains(name))
        .sorted()
        .forEach(name -> breaches.add(name + " has no package-info with @NullMarked"));
  }

  /** Whether a class is a package's, one below it, or is that class or one nested in it. */
  private static boolean isWithin(String className, String prefix) {
    return className.equals(prefix)
        || className.startsWith(prefix + ".")
        || className.startsWith(prefix + "$");
  }

  private static String uses(CompiledClass one, String used) {
    return one.name() + " uses " + used;
  }

  private static String sorted(Set<String> users) {
    return users.stream().sorted().collect(Collectors.joining(", "));
  }
}
