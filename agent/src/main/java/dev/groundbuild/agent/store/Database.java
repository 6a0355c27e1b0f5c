package dev.groundbuild.agent.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/**
 * The database of one agent, or of a fleet: an embedded one in a folder, or PostgreSQL. Both speak
 * the same SQL here.
 */
public final class Database implements AutoCloseable {
  private final HikariDataSource source;

  private Database(HikariDataSource source) {
    this.source = source;
  }

  /** The embedded database in a folder, which one process at a time may have open. */
  public static Database in(Path folder) {
    return at(
        "jdbc:h2:file:"
            + folder.resolve("agent").toAbsolutePath()
            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH",
        "sa",
        "");
  }

  /**
   * A database by its JDBC address; its tables are made, or brought up to date.
   *
   * @param url such as {@code jdbc:postgresql://host/name}
   */
  public static Database at(String url, String user, String password) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(10);
    config.setPoolName("groundbuild");
    HikariDataSource source = new HikariDataSource(config);
    try {
      Flyway.configure().dataSource(source).locations("classpath:db/migration").load().migrate();
      return new Database(source);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  public DataSource source() {
    return source;
  }

  /** The builds in it. */
  public BuildStore builds() {
    return new BuildStore(Jdbi.create(source));
  }

  @Override
  public void close() {
    source.close();
  }
}
