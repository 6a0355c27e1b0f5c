package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code plan} promises is what the engine is asked for. */
final class PlanParityTest {
  /** Every step runs until the last one has looked at all of them. */
  private static final String CONFIG =
      """
      steps:
      - id: plain
        name: busybox
        args: [sh, -c, 'until test -e /workspace/seen; do sleep 0.2; done', 'a  b', '', "it's $_WHO"]
        env: ['A=1', 'EMPTY=', 'WITH=a=b c', 'A=2']
        waitFor: ['-']
      - id: entry
        name: busybox
        entrypoint: sh
        args: ['-c', 'until test -e /workspace/seen; do sleep 0.2; done', '$$0', "line\\nfeed"]
        dir: sub/folder
        waitFor: ['-']
        volumes: [{name: one, path: /one}, {name: two, path: /a/two}]
      - id: scripted
        name: busybox
        script: 'until test -e /workspace/seen; do sleep 0.2; done'
        dir: /tmp
        env: ['HOME=/elsewhere']
        automapSubstitutions: true
        waitFor: ['-']
        timeout: 300s
        volumes: [{name: one, path: /uno}, {name: two, path: /two}]
      - id: look
        name: gcr.io/cloud-builders/docker
        entrypoint: sh
        args:
        - -c
        - |
          all() { docker ps -q --filter label=dev.groundbuild.build=$BUILD_ID --filter label=dev.groundbuild.step; }
          until test $$(all | wc -l) = 4; do sleep 0.2; done
          docker inspect $$(all) > seen.json && touch seen
        waitFor: ['-']
      substitutions: {_WHO: 'the world'}
      options:
        env: ['ALL=$_WHO']
        volumes: [{name: everywhere, path: /everywhere}]
      """;

  /** What differs between a plan and a build: ids and times are made anew for each. */
  private static final Set<String> OF_THE_BUILD = Set.of("BUILD_ID");

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void containersAreWhatThePlanSays() throws Exception {
    desk.config(CONFIG);
    CliProcess.Ended plan = desk.run("plan", "--format=json");
    assertThat(plan.exit()).as(plan.err()).isZero();
    CliProcess.Ended run = desk.run("run", "--write-workspace=../out");
    assertThat(run.exit()).as(run.err() + run.out()).isZero();
    JsonArray seen =
        JsonParser.parseString(Files.readString(desk.root().resolve("out/seen.json")))
            .getAsJsonArray();
    JsonArray steps = JsonParser.parseString(plan.out()).getAsJsonObject().getAsJsonArray("steps");
    assertThat(seen).hasSize(4);
    assertThat(steps).hasSize(4);
    for (int i = 0; i < 3; i++) {
      same(steps.get(i).getAsJsonObject(), container(seen, i));
    }
  }

  private static JsonObject container(JsonArray seen, int step) {
    return StreamSupport.stream(seen.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(c ->
            c.getAsJsonObject("Config")
                .getAsJsonObject("Labels")
                .get("dev.groundbuild.step")
                .getAsString()
                .equals(Integer.toString(step)))
        .findFirst()
        .orElseThrow();
  }

  private static void same(JsonObject step, JsonObject container) {
    JsonObject config = container.getAsJsonObject("Config");
    String id = step.get("id").getAsString();
    assertThat(config.getAsJsonObject("Labels").get("dev.groundbuild.step-id").getAsString())
        .isEqualTo(id);
    if (step.get("script").isJsonNull()) {
      assertThat(config.get("Entrypoint")).as(id).isEqualTo(step.get("entrypoint"));
      assertThat(config.get("Cmd")).as(id).isEqualTo(step.get("args"));
    } else {
      assertThat(strings(config.get("Entrypoint"))).as(id).containsExactly("/builder/script");
    }
    assertThat(config.get("WorkingDir")).as(id).isEqualTo(step.get("workdir"));
    assertThat(env(config.get("Env"))).as(id).containsAll(env(step.get("env")));
    // Of what is not the plan's: the image's PATH, and what differs between places.
    Set<String> more = env(config.get("Env"));
    more.removeAll(env(step.get("env")));
    assertThat(more)
        .as(id)
        .allMatch(e -> e.matches("(?s)(PATH|HOME|BUILDER_OUTPUT|GROUNDBUILD_ENV)=.*"));
    assertThat(volumes(container)).as(id).isEqualTo(volumesOf(step));
  }

  private static Set<String> volumes(JsonObject container) {
    Set<String> volumes = new TreeSet<>();
    for (JsonElement mount : container.getAsJsonArray("Mounts")) {
      JsonElement name = mount.getAsJsonObject().get("Name");
      if (name != null && name.getAsString().contains("_volume_")) {
        volumes.add(
            name.getAsString().replaceFirst("^groundbuild_.*_volume_", "")
                + ":"
                + mount.getAsJsonObject().get("Destination").getAsString());
      }
    }
    return volumes;
  }

  private static Set<String> volumesOf(JsonObject step) {
    Set<String> volumes = new TreeSet<>();
    for (JsonElement volume : step.getAsJsonArray("volumes")) {
      JsonObject v = volume.getAsJsonObject();
      volumes.add(v.get("name").getAsString() + ":" + v.get("path").getAsString());
    }
    return volumes;
  }

  private static Set<String> env(JsonElement list) {
    Set<String> env = new TreeSet<>(strings(list));
    env.removeIf(e -> OF_THE_BUILD.contains(e.substring(0, e.indexOf('='))));
    return env;
  }

  private static List<String> strings(JsonElement list) {
    return StreamSupport.stream(list.getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsString)
        .toList();
  }
}
