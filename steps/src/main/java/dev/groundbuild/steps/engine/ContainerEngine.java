package dev.groundbuild.steps.engine;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a build asks of a container engine.
 *
 * <p>Every call blocks, and any number of threads may call at once. An interrupt ends a blocked
 * call with {@link java.util.concurrent.CancellationException} and leaves the thread's interrupt
 * flag set; {@link #create}, {@link #createVolume} and {@link #createNetwork} leave nothing behind
 * then. Whoever cleans up after an interrupt clears the flag first. Every failure is an {@link
 * EngineException}. The usual order of one container is {@link #create}, {@link #attach}, {@link
 * #start}, {@link Output#awaitEnd}, {@link #awaitExit}, {@link #remove}.
 */
public interface ContainerEngine extends AutoCloseable {
  /** The repository of all snapshots. */
  String SNAPSHOTS = "groundbuild/snapshot";

  /** Which engine answers; the first call that needs it. */
  EngineInfo info();

  /** The image of that name, id or digest, if the engine has it. Never asks a registry. */
  Optional<ImageInfo> findImage(String name);

  /**
   * Whether the engine has an image of that name; for a name without tag and digest, any tag of it.
   */
  boolean hasImage(String name);

  /**
   * An image that has no file and starts nothing, for containers that only hold volumes. Made when
   * it is missing, and kept.
   */
  String emptyImage();

  /** The most that a container may do on this engine; found out once, and then remembered. */
  ContainerSpec.Privileges grantable();

  /** Fetches an image once, without retries. Progress arrives on the caller's thread. */
  ImageInfo pull(ImageReference image, PullProgress progress);

  /** The tags that the engine has of a repository, such as {@code latest}, in order. */
  List<String> tagsOf(String repository);

  /**
   * Sends one tag of an image to its registry once, without retries; {@link
   * EngineException.Kind#NOT_FOUND} when the engine has no such tag, {@link
   * EngineException.Kind#UNAUTHORIZED} when the registry does not let us, {@link
   * EngineException.Kind#FAILED} when a retry may help.
   *
   * @param logins who we are at the registry; else the user's Docker configuration says it
   * @param said takes the lines of {@code docker push}, on the caller's thread
   * @return the digest that the registry knows it by, {@code sha256:...}
   */
  String push(ImageReference image, RegistryCredentials logins, Consumer<String> said);

  /** Makes a container that does not run yet, with its files in place; returns its id. */
  String create(ContainerSpec spec);

  /**
   * Follows a container's output from its first byte; called before {@link #start}. The sink is
   * called from one thread of the engine's, in the order of arrival.
   */
  Output attach(String container, OutputSink sink);

  void start(String container);

  /** Waits for a started container to end. Safe to call after it has ended, until it is removed. */
  ExitStatus awaitExit(String container);

  /**
   * Sends SIGTERM, and SIGKILL after the grace time; returns when the container has ended. No error
   * if it has ended already.
   */
  void stop(String container, Duration grace);

  /** When a container was last started; empty for one that never was. */
  Optional<Instant> startedAt(String container);

  ContainerState state(String container);

  /**
   * Starts a program in a running container; {@link EngineException.Kind#CONFLICT} when it does not
   * run. The sink is called from one thread of the engine's, in the order of arrival.
   */
  Exec exec(String container, Exec.Spec spec, OutputSink sink);

  /** Sends SIGKILL. No error if the container has ended already or is gone. */
  void kill(String container);

  /** Kills and removes, with its anonymous volumes. No error if it is gone already. */
  void remove(String container);

  /**
   * The bytes of a regular file in a container (running, ended or never started), at most {@code
   * limit} of them; empty if there is nothing of that name, {@link EngineException.Kind#REFUSED} if
   * it is something else.
   */
  Optional<byte[]> readFile(String container, String path, int limit);

  /**
   * The same of several files in one folder, by name, with a single question in the usual case.
   * However large a file is, or what lies beside it, no more than is wanted is read.
   *
   * @param limit of each
   * @return those that are there
   */
  Map<String, byte[]> readFiles(String container, String folder, Set<String> names, int limit);

  /**
   * Unpacks an uncompressed tar stream below an existing folder of a container that may never have
   * been started.
   */
  void copyIn(String container, String path, InputStream tar);

  /** A tar of a file or folder in a container; the caller closes it. */
  InputStream copyOut(String container, String path);

  /**
   * Makes an image of a container's files as they are now, without what is mounted; it has the
   * container's environment, folder, user and labels, too.
   *
   * @param tag of the image, which is named {@value #SNAPSHOTS}{@code :tag}
   * @param labels by which {@link #owned} finds it
   * @param withheld names of variables of the container of which nothing, neither name nor value,
   *     may be found in the image or its history
   * @return its name
   */
  String snapshot(String container, String tag, Map<String, String> labels, Set<String> withheld);

  /**
   * Makes an image of a container's files as they are now, without what is mounted and without the
   * container's own settings: neither its environment nor its command is anywhere in the image.
   *
   * @return the image's id
   */
  String commit(String container, ImageRecipe recipe);

  /** Removes an image by its name. No error if it is gone already. */
  void removeImage(String name);

  void createVolume(String name, Map<String, String> labels);

  /** No error if it is gone already. */
  void removeVolume(String name);

  /** Where the volume's files are on the engine's host, if they are in a folder there. */
  Optional<String> volumeFolder(String name);

  /**
   * Where processes of this machine meet those of a network's containers; empty when they can't,
   * because the engine is on another machine.
   */
  Optional<NetworkAddress> addressOf(String network);

  /**
   * A socket for the steps of one build, at which this engine answers; see {@link StepSocket}.
   * Empty when steps can only be given the engine's own.
   *
   * @param network the build's network
   * @param labels put on what steps make through it
   * @param folders where a path of the cloud's machine is on the engine's host
   * @param hosts names that containers of the build's network know
   */
  Optional<StepSocket> stepSocket(
      String network,
      Map<String, String> labels,
      Map<String, String> folders,
      Map<String, String> hosts);

  /**
   * Makes a bridge network; {@link EngineException.Kind#CONFLICT} if one of that name exists.
   * Returns its id.
   */
  String createNetwork(String name, Map<String, String> labels);

  /** Ids of the containers that were made to be on the network, not of those connected later. */
  List<String> containersOn(String network);

  /**
   * Disconnects whatever is still joined. No error if it is gone already.
   *
   * @return false if the engine keeps it although nobody is joined, because it has counted wrong;
   *     it holds nothing then, and goes when the engine is restarted
   */
  boolean removeNetwork(String network);

  /**
   * All containers, volumes, networks and snapshots that carry the label {@code key=value}, or the
   * key with any value when value is empty. Other images are never among them: what a step builds
   * or commits may have our labels, and is the user's.
   */
  List<Owned> owned(String key, Optional<String> value);

  @Override
  void close();

  /**
   * A network's place among the machine's addresses.
   *
   * @param gateway the machine's own address on it, such as 172.18.0.1
   * @param subnet the addresses of its containers, such as 172.18.0.0/16
   */
  record NetworkAddress(String gateway, String subnet) {}

  /** An object on the engine with its labels. */
  record Owned(Type type, String id, String name, boolean running, Map<String, String> labels) {
    /** The kinds of objects that a build makes. */
    public enum Type {
      CONTAINER,
      VOLUME,
      NETWORK,
      IMAGE
    }

    public Owned {
      labels = Map.copyOf(labels);
    }
  }

  /**
   * @param version of the engine, such as 20.10.24
   * @param apiVersion such as 1.41
   * @param operatingSystem such as linux
   * @param architecture such as x86_64
   * @param address where it answers, such as unix:///var/run/docker.sock
   */
  record EngineInfo(
      String version,
      String apiVersion,
      String operatingSystem,
      String architecture,
      String address) {}

  /**
   * @param code exit code, 0 to 255
   * @param outOfMemory whether the kernel killed it for its memory
   */
  record ExitStatus(int code, boolean outOfMemory) {}

  /** Where a container's bytes go. */
  interface OutputSink {
    OutputStream stdout();

    OutputStream stderr();
  }

  /** A container's output while it is being followed. */
  interface Output extends AutoCloseable {
    /** Waits until every byte has reached the sink. */
    void awaitEnd();

    /** Stops following; does not touch the container. */
    @Override
    void close();
  }

  /**
   * A socket that a build's steps may use as the engine's own. What they make through it carries
   * the build's labels, and the network name {@code cloudbuild} and paths below {@code /workspace}
   * mean the build's own.
   */
  interface StepSocket extends AutoCloseable {
    /** Path on the engine's host, to be mounted at /var/run/docker.sock. */
    String path();

    @Override
    void close();
  }

  /** Told of a pull as it goes. */
  interface PullProgress {
    /**
     * @param done bytes of layers fetched
     * @param total bytes of layers known so far, 0 if unknown
     */
    void update(String status, long done, long total);
  }
}
