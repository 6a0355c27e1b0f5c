package dev.groundbuild.agent.api;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.CancelBuildRequest;
import com.google.cloudbuild.v1.CloudBuildGrpc;
import com.google.cloudbuild.v1.CreateBuildRequest;
import com.google.cloudbuild.v1.GetBuildRequest;
import com.google.cloudbuild.v1.ListBuildsRequest;
import com.google.cloudbuild.v1.ListBuildsResponse;
import com.google.cloudbuild.v1.RetryBuildRequest;
import com.google.longrunning.Operation;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.groundbuild.agent.store.BuildFilter;
import dev.groundbuild.agent.store.BuildStore;
import dev.groundbuild.agent.worker.BuildIntake;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Cloud Build's own API, version 1: the builds. What it lacks is answered with UNIMPLEMENTED. */
public final class CloudBuildApi extends CloudBuildGrpc.CloudBuildImplBase {
  private static final int MOST = 1000;
  private static final int USUAL = 50;

  private final BuildStore store;
  private final BuildIntake intake;
  private final Consumer<String> queue;
  private final InstantSource clock;

  /**
   * @param queue takes the ids of builds that were accepted
   */
  public CloudBuildApi(
      BuildStore store, BuildIntake intake, Consumer<String> queue, InstantSource clock) {
    this.store = store;
    this.intake = intake;
    this.queue = queue;
    this.clock = clock;
  }

  @Override
  public void createBuild(CreateBuildRequest request, StreamObserver<Operation> answer) {
    answer(
        answer,
        () -> {
          ResourceName parent = ResourceName.parent(request.getParent(), request.getProjectId());
          return accepted(request.getBuild(), parent);
        });
  }

  @Override
  public void getBuild(GetBuildRequest request, StreamObserver<Build> answer) {
    answer(answer, () -> row(request.getName(), request.getProjectId(), request.getId()).build());
  }

  @Override
  public void listBuilds(ListBuildsRequest request, StreamObserver<ListBuildsResponse> answer) {
    answer(answer, () -> list(request));
  }

  @Override
  public void cancelBuild(CancelBuildRequest request, StreamObserver<Build> answer) {
    answer(
        answer,
        () -> {
          Build build = row(request.getName(), request.getProjectId(), request.getId()).build();
          return cancel(build);
        });
  }

  /** Cloud Build: a new build from the original request. */
  @Override
  public void retryBuild(RetryBuildRequest request, StreamObserver<Operation> answer) {
    answer(
        answer,
        () -> {
          BuildStore.Row row = row(request.getName(), request.getProjectId(), request.getId());
          return accepted(row.asked(), ResourceName.of(row.build().getName()));
        });
  }

  private Operation accepted(Build asked, ResourceName parent) {
    Build queued = intake.accept(asked, parent.project(), parent.location());
    store.insert(asked, queued);
    queue.accept(queued.getId());
    return Operations.of(queued);
  }

  /** Ends a build that is queued, or has the one that runs ended. */
  public Build cancel(Build build) {
    Timestamp now = Timestamps.fromMillis(clock.millis());
    Build cancelled =
        build.toBuilder()
            .setStatus(Build.Status.CANCELLED)
            .setStatusDetail("the build was cancelled")
            .setFinishTime(now)
            .build();
    if (store.move(Set.of(Build.Status.QUEUED, Build.Status.PENDING), cancelled)) {
      return cancelled;
    }
    if (!store.wantCancel(build.getId())) {
      throw Status.FAILED_PRECONDITION
          .withDescription("build " + build.getId() + " is over already")
          .asRuntimeException();
    }
    return store.find(build.getId()).map(BuildStore.Row::build).orElse(build);
  }

  private ListBuildsResponse list(ListBuildsRequest request) {
    ResourceName parent = ResourceName.parent(request.getParent(), request.getProjectId());
    int size = request.getPageSize() <= 0 ? USUAL : Math.min(request.getPageSize(), MOST);
    Optional<BuildStore.Cursor> after = PageToken.read(request.getPageToken());
    List<Build> found =
        store.list(parent.project(), BuildFilter.parse(request.getFilter()), after, size + 1);
    ListBuildsResponse.Builder response = ListBuildsResponse.newBuilder();
    response.addAllBuilds(found.subList(0, Math.min(size, found.size())));
    if (found.size() > size) {
      Build last = found.get(size - 1);
      Instant time =
          Instant.ofEpochSecond(last.getCreateTime().getSeconds(), last.getCreateTime().getNanos());
      response.setNextPageToken(PageToken.write(new BuildStore.Cursor(time, last.getId())));
    }
    return response.build();
  }

  private BuildStore.Row row(String name, String project, String id) {
    ResourceName wanted =
        name.isEmpty() ? new ResourceName(project, "global", id) : ResourceName.of(name);
    return store
        .find(wanted.id())
        .filter(row -> row.build().getProjectId().equals(wanted.project()))
        .orElseThrow(() ->
            Status.NOT_FOUND
                .withDescription("project " + wanted.project() + " has no build " + wanted.id())
                .asRuntimeException());
  }

  static <T> void answer(StreamObserver<T> answer, Supplier<T> work) {
    T result;
    try {
      result = work.get();
    } catch (BuildIntake.RefusedException | BuildFilter.BadFilterException e) {
      answer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
      return;
    } catch (io.grpc.StatusRuntimeException e) {
      answer.onError(e);
      return;
    }
    answer.onNext(result);
    answer.onCompleted();
  }
}
