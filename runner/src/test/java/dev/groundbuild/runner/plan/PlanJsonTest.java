package dev.groundbuild.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.Volume;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Duration;
import dev.groundbuild.runner.BuildPlan;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PlanJsonTest {
  private static final SortedMap<String, String> SUBSTITUTIONS =
      new TreeMap<>(Map.of("_NAME", "<b>&'é", "PROJECT_ID", "p", "_EMPTY", ""));

  @Test
  void everyKeyIsThereInThePromisedOrder() {
    Build build =
        Build.newBuilder()
            .setOptions(
                BuildOptions.newBuilder()
                    .addEnv("Z=1")
                    .addSecretEnv("TOKEN")
                    .addVolumes(Volume.newBuilder().setName("all").setPath("/all")))
            .addSteps(BuildStep.newBuilder().setName("busybox"))
            .addSteps(
                BuildStep.newBuilder()
                    .setId("two")
                    .setName("gcr.io/p/x:1")
                    .setEntrypoint("bash")
                    .addArgs("-c")
                    .addArgs("a <b> && 'c'\n")
                    .addEnv("A=x=y")
                    .setDir("d")
                    .addVolumes(Volume.newBuilder().setName("own").setPath("/own"))
                    .setTimeout(Duration.newBuilder().setSeconds(600)))
            .addImages("gcr.io/p/y")
            .addTags("t")
            .build();

    assertThat(render(build))
        .isEqualTo(
            """
            {
              "steps": [
                {
                  "index": 0,
                  "id": null,
                  "image": "busybox",
                  "entrypoint": null,
                  "args": [],
                  "script": null,
                  "env": [
                    "Z=1"
                  ],
                  "secretEnv": [
                    "TOKEN"
                  ],
                  "workdir": "/workspace",
                  "volumes": [
                    {
                      "name": "all",
                      "path": "/all"
                    }
                  ],
                  "waitFor": [],
                  "timeout": null
                },
                {
                  "index": 1,
                  "id": "two",
                  "image": "gcr.io/p/x:1",
                  "entrypoint": [
                    "bash"
                  ],
                  "args": [
                    "-c",
                    "a <b> && 'c'\\n"
                  ],
                  "script": null,
                  "env": [
                    "A=x=y",
                    "Z=1"
                  ],
                  "secretEnv": [
                    "TOKEN"
                  ],
                  "workdir": "/workspace/d",
                  "volumes": [
                    {
                      "name": "all",
                      "path": "/all"
                    },
                    {
                      "name": "own",
                      "path": "/own"
                    }
                  ],
                  "waitFor": [
                    0
                  ],
                  "timeout": "600s"
                }
              ],
              "images": [
                "gcr.io/p/y"
              ],
              "tags": [
                "t"
              ],
              "substitutions": {
                "PROJECT_ID": "p",
                "_EMPTY": "",
                "_NAME": "<b>&'é"
              },
              "criticalPath": [
                0,
                1
              ]
            }
            """);
  }

  @Test
  void waitForNamesEveryStepThatIsWaitedFor() {
    Build build = Plans.of(step(), step(), step(), step());

    assertThat(first(build, 3).get("waitFor")).hasToString("[0,1,2]");
  }

  @Test
  void homeAndTheOutputFolderAreLeftOut() {
    Build build =
        Plans.of(
            BuildStep.newBuilder()
                .addAllEnv(List.of("HOME=/root", "BUILDER_OUTPUT=/o", "HOMER=1", "A=HOME=x"))
                .build());

    assertThat(first(build, 0).get("env")).hasToString("[\"A=HOME=x\",\"HOMER=1\"]");
  }

  @Test
  void envIsSortedByNameNotByEntry() {
    Build build =
        Plans.of(BuildStep.newBuilder().addAllEnv(List.of("A_B=1", "A!=2", "A=~")).build());

    assertThat(first(build, 0).get("env")).hasToString("[\"A=~\",\"A!=2\",\"A_B=1\"]");
  }

  @Test
  void aScriptIsVerbatim() {
    String script = "#!/bin/sh\necho \"$X\" <in >out\t\u2028\u0007é🚀\n";

    JsonObject step = first(Plans.of(BuildStep.newBuilder().setScript(script).build()), 0);

    assertThat(step.get("script").getAsString()).isEqualTo(script);
  }

  @Test
  void aTimeoutOfPartsOfASecondIsExact() {
    Duration timeout = Duration.newBuilder().setSeconds(1).setNanos(500_000_000).build();

    JsonElement written =
        first(Plans.of(BuildStep.newBuilder().setTimeout(timeout).build()), 0).get("timeout");

    assertThat(written.getAsString()).isEqualTo("1.500s");
  }

  private static BuildStep step() {
    return BuildStep.newBuilder().setName("i").build();
  }

  private static JsonObject first(Build build, int index) {
    return JsonParser.parseString(render(build))
        .getAsJsonObject()
        .getAsJsonArray("steps")
        .get(index)
        .getAsJsonObject();
  }

  private static String render(Build build) {
    return PlanJson.render(BuildPlan.of(build, SUBSTITUTIONS), build, SUBSTITUTIONS, Map.of());
  }
}
