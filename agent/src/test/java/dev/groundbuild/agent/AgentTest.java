package dev.groundbuild.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOperationMetadata;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.CancelBuildRequest;
import com.google.cloudbuild.v1.CloudBuildGrpc;
import com.google.cloudbuild.v1.CloudBuildGrpc.CloudBuildBlockingStub;
import com.google.cloudbuild.v1.CreateBuildRequest;
import com.google.cloudbuild.v1.GetBuildRequest;
import com.google.cloudbuild.v1.ListBuildsRequest;
import com.google.cloudbuild.v1.ListBuildsResponse;
import com.google.cloudbuild.v1.RetryBuildRequest;
import com.google.longrunning.GetOperationRequest;
import com.google.longrunning.Operation;
import com.google.longrunning.OperationsGrpc;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.fake.FakeEngine;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent as its callers meet it: over the wire, by gRPC and by HTTP. */
@Timeout(120)
class AgentTest {
  private static final Set<Build.Status> OPEN = Set.of(Build.Status.QUEUED, Build.Status.WORKING);

  @TempDir Path data;
  private final ContainerEngine engine = new FakeEngine();
  private Agent agent;
  private ManagedChannel channel;
  private CloudBuildBlockingStub api;

  @BeforeEach
  void start() throws Exception {
    agent = agent(2);
    connect();
  }

  private Agent agent(int workers) throws Exception {
    return Agent.start(
        new AgentOptions(
            data,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            workers,
            Duration.ofSeconds(30)),
        engine,
        InstantSource.system());
  }

  private void connect() {
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", agent.port()).usePlaintext().build();
    api = CloudBuildGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    agent.close();
    engine.close();
  }

  @Test
  void aBuildThatIsAskedForIsQueuedAndRun() throws Exception {
    Operation operation = create(step("OUTPUT=hello from $PROJECT_ID"));
    assertThat(operation.getDone()).isFalse();
    Build done = awaitEnd(id(operation));
    assertThat(done.getStatus()).isEqualTo(Build.Status.SUCCESS);
    assertThat(done.getName()).isEqualTo("projects/p/locations/global/builds/" + done.getId());
    assertThat(done.getSteps(0).getStatus()).isEqualTo(Build.Status.SUCCESS);
    Operation after =
        OperationsGrpc.newBlockingStub(channel)
            .getOperation(GetOperationRequest.newBuilder().setName(operation.getName()).build());
    assertThat(after.getDone()).isTrue();
    assertThat(after.getResponse().unpack(Build.class)).isEqualTo(done);
    assertThat(http("/v1/projects/p/builds/" + done.getId() + "/log"))
        .contains("hello from p")
        .endsWith("DONE\n");
  }

  @Test
  void aConfigThatIsWrongIsRefusedWithAllItsProblems() {
    assertThatThrownBy(() -> create(step("A=$NOPE"), step("B=$WRONG")))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageContaining("NOPE")
        .hasMessageContaining("WRONG");
    assertThat(list("", "").getBuildsList()).isEmpty();
  }

  @Test
  void listsGoOnWhereTheyEndedWhateverComesMeanwhile() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.addFirst(id(create(step("A=" + i))));
    }
    ListBuildsResponse first = list("", "");
    assertThat(first.getBuildsList()).extracting(Build::getId).isEqualTo(ids.subList(0, 2));
    create(step("A=later"));
    ListBuildsResponse second = list("", first.getNextPageToken());
    ListBuildsResponse third = list("", second.getNextPageToken());
    assertThat(second.getBuildsList()).extracting(Build::getId).isEqualTo(ids.subList(2, 4));
    assertThat(third.getBuildsList()).extracting(Build::getId).isEqualTo(ids.subList(4, 5));
    assertThat(third.getNextPageToken()).isEmpty();
  }

  @Test
  void aListCanBeFiltered() throws Exception {
    String good = id(create(step("A=1")));
    String bad = id(create(step("EXIT_CODE=3")));
    awaitEnd(good);
    awaitEnd(bad);
    assertThat(list("status=\"FAILURE\" OR status=\"TIMEOUT\"", "").getBuildsList())
        .extracting(Build::getId)
        .containsExactly(bad);
    assertThat(list("NOT status=FAILURE AND build_id=\"" + good + "\"", "").getBuildsList())
        .extracting(Build::getId)
        .containsExactly(good);
    assertThatThrownBy(() -> list("colour=\"red\"", ""))
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageContaining("colour");
  }

  @Test
  void aRunningBuildAndOneThatWaitsCanBeCancelled() throws Exception {
    String first = id(create(step("SLEEP=60")));
    String second = id(create(step("SLEEP=60")));
    String waiting = id(create(step("A=1")));
    awaitStatus(first, Build.Status.WORKING);
    awaitStatus(second, Build.Status.WORKING);
    assertThat(cancel(waiting).getStatus()).isEqualTo(Build.Status.CANCELLED);
    cancel(first);
    cancel(second);
    assertThat(awaitEnd(first).getStatus()).isEqualTo(Build.Status.CANCELLED);
    assertThat(awaitEnd(second).getStatus()).isEqualTo(Build.Status.CANCELLED);
    assertThatThrownBy(() -> cancel(first)).hasMessageContaining("FAILED_PRECONDITION");
  }

  @Test
  void aRetryIsANewBuildOfTheSameRequest() throws Exception {
    Build failed = awaitEnd(id(create(step("EXIT_CODE=1"))));
    Operation again =
        api.retryBuild(RetryBuildRequest.newBuilder().setName(failed.getName()).build());
    assertThat(id(again)).isNotEqualTo(failed.getId());
    assertThat(awaitEnd(id(again)).getStatus()).isEqualTo(Build.Status.FAILURE);
  }

  @Test
  void whatIsQueuedSurvivesARestart() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(id(create(step("SLEEP=1"))));
    }
    agent.close();
    channel.shutdownNow();
    agent = agent(2);
    connect();
    for (String id : ids) {
      assertThat(awaitEnd(id).getStatus()).isEqualTo(Build.Status.SUCCESS);
    }
  }

  @Test
  void theSameIsSpokenOverHttp() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/v1/projects/p/locations/global/builds"))
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"steps\":[{\"name\":\"busybox\",\"env\":[\"A=1\"]}]}"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String answer = client.send(request, BodyHandlers.ofString()).body();
      assertThat(answer).contains("BuildOperationMetadata").contains("\"status\":\"QUEUED\"");
    }
    assertThat(http("/readyz")).contains("true");
    assertThat(http("/v1/projects/p/builds/nope")).contains("NOT_FOUND");
  }

  private static BuildStep step(String env) {
    return BuildStep.newBuilder().setName("busybox").addEnv(env).build();
  }

  private Operation create(BuildStep... steps) {
    Build build = Build.newBuilder().addAllSteps(List.of(steps)).build();
    return api.createBuild(
        CreateBuildRequest.newBuilder().setProjectId("p").setBuild(build).build());
  }

  private static String id(Operation operation) throws Exception {
    return operation.getMetadata().unpack(BuildOperationMetadata.class).getBuild().getId();
  }

  private Build get(String id) {
    return api.getBuild(GetBuildRequest.newBuilder().setProjectId("p").setId(id).build());
  }

  private Build cancel(String id) {
    return api.cancelBuild(CancelBuildRequest.newBuilder().setProjectId("p").setId(id).build());
  }

  private ListBuildsResponse list(String filter, String token) {
    return api.listBuilds(
        ListBuildsRequest.newBuilder()
            .setProjectId("p")
            .setFilter(filter)
            .setPageSize(2)
            .setPageToken(token)
            .build());
  }

  private Build awaitEnd(String id) throws InterruptedException {
    Build build = get(id);
    while (OPEN.contains(build.getStatus())) {
      Thread.sleep(20);
      build = get(id);
    }
    return build;
  }

  private void awaitStatus(String id, Build.Status status) throws InterruptedException {
    while (get(id).getStatus() != status) {
      Thread.sleep(20);
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + agent.port() + path);
  }

  private String http(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString()).body();
    }
  }
}
