package dev.groundbuild.agent.store;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/**
 * The builds that this agent, or its fleet, knows. A build's message and its status are written
 * together, and only when the build has a status that the writer expects, so of several writers one
 * wins.
 */
public final class BuildStore {
  private final Jdbi jdbi;

  BuildStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * A build with what belongs to it.
   *
   * @param asked as it was asked for
   * @param build as it is
   * @param epoch how often it was taken to be run
   * @param cancelWanted whether it is to be ended
   */
  public record Row(Build asked, Build build, int epoch, boolean cancelWanted) {}

  /** Where a list goes on: after this build. */
  public record Cursor(Instant createTime, String id) {}

  /** Takes in a build that is queued. */
  public void insert(Build asked, Build queued) {
    jdbi.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into builds
                  (id, project, location, trigger_id, status, create_time, asked, build)
                values (:id, :project, :location, :trigger, :status, :created, :asked, :build)
                """)
            .bind("id", queued.getId())
            .bind("project", queued.getProjectId())
            .bind("location", location(queued))
            .bind("trigger", queued.getBuildTriggerId())
            .bind("status", queued.getStatus().name())
            .bind("created", time(queued.getCreateTime()))
            .bind("asked", asked.toByteArray())
            .bind("build", queued.toByteArray())
            .execute());
  }

  public Optional<Row> find(String id) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery("select asked, build, epoch, cancel_wanted from builds where id = :id")
            .bind("id", id)
            .map((rs, _) -> row(rs))
            .findOne());
  }

  /**
   * Builds of a project, the newest first.
   *
   * @param filter which of them
   * @param after where to go on; a build that comes later never moves what follows
   */
  public List<Build> list(String project, BuildFilter filter, Optional<Cursor> after, int most) {
    String where =
        filter.sql() + after.map(_ -> " and (create_time, id) < (:time, :last)").orElse("");
    return jdbi.withHandle(handle -> {
      var query =
          handle
              .createQuery(
                  "select build from builds where project = :project and "
                      + where
                      + " order by create_time desc, id desc limit :most")
              .bind("project", project)
              .bindMap(filter.values())
              .bind("most", most);
      after.ifPresent(cursor ->
          query
              .bind("time", cursor.createTime().atOffset(ZoneOffset.UTC))
              .bind("last", cursor.id()));
      return query.map((rs, _) -> build(rs.getBytes("build"))).list();
    });
  }

  /**
   * Moves a build from one of the expected statuses to its next state, which it has then.
   *
   * @return whether it had such a status
   */
  public boolean move(Set<Build.Status> expected, Build next) {
    return moved(expected, next, "") == 1;
  }

  /**
   * Takes a queued build to run it.
   *
   * @return the epoch of this taking; empty if it is not queued any more
   */
  public Optional<Integer> take(Build working) {
    if (moved(Set.of(Build.Status.QUEUED), working, ", epoch = epoch + 1") == 0) {
      return Optional.empty();
    }
    return find(working.getId()).map(Row::epoch);
  }

  /** Writes the end of a build that was taken, unless somebody else has taken it since. */
  public boolean end(Build ended, int epoch) {
    return jdbi.withHandle(handle ->
        handle
            .createUpdate(
                "update builds set status = :status, build = :build"
                    + " where id = :id and status = 'WORKING' and epoch = :epoch")
            .bind("status", ended.getStatus().name())
            .bind("build", ended.toByteArray())
            .bind("id", ended.getId())
            .bind("epoch", epoch)
            .execute())
        == 1;
  }

  /** Wants a build that runs to end; whoever runs it looks here. */
  public boolean wantCancel(String id) {
    return jdbi.withHandle(handle ->
        handle
            .createUpdate(
                "update builds set cancel_wanted = true where id = :id and status = 'WORKING'")
            .bind("id", id)
            .execute())
        == 1;
  }

  private int moved(Set<Build.Status> expected, Build next, String more) {
    List<String> names = expected.stream().map(Enum::name).sorted().collect(Collectors.toList());
    return jdbi.withHandle(handle ->
        handle
            .createUpdate(
                "update builds set status = :status, build = :build"
                    + more
                    + " where id = :id and status in (<expected>)")
            .bindList("expected", names)
            .bind("status", next.getStatus().name())
            .bind("build", next.toByteArray())
            .bind("id", next.getId())
            .execute());
  }

  private static Row row(ResultSet rs) throws SQLException {
    return new Row(
        build(rs.getBytes("asked")),
        build(rs.getBytes("build")),
        rs.getInt("epoch"),
        rs.getBoolean("cancel_wanted"));
  }

  private static Build build(byte[] bytes) {
    try {
      return Build.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a build in the database can't be read", e);
    }
  }

  private static String location(Build build) {
    String[] parts = build.getName().split("/", -1);
    return parts.length > 3 ? parts[3] : "global";
  }

  private static OffsetDateTime time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).atOffset(ZoneOffset.UTC);
  }
}
