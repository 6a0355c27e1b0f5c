package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Artifacts;
import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import dev.groundbuild.runner.Delivery;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.ImageInfo;
import dev.groundbuild.steps.engine.RegistryCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Delivers what a build has made as far as the user wants it; the rest is checked and listed. For
 * one build.
 */
public final class Courier implements Delivery {
  private static final int SHOWN_ID = "sha256:".length() + 12;

  private final Orders orders;
  private final Logins logins;
  private final Retries retries;
  private final InstantSource clock;
  private final List<ObjectUpload> uploads = new ArrayList<>();

  /**
   * Who delivers.
   *
   * @param registries of images and packages
   * @param google gives tokens for Cloud Storage, or throws UncheckedIOException; empty for
   *     application default credentials
   */
  public record Logins(RegistryCredentials registries, Optional<Supplier<String>> google) {}

  public Courier(Orders orders, Logins logins, Retries retries, InstantSource clock) {
    this.orders = orders;
    this.logins = logins;
    this.retries = retries;
    this.clock = clock;
  }

  @Override
  public boolean delivers(Build build) {
    boolean objects = build.getArtifacts().hasObjects();
    boolean others =
        build.getImagesCount() > 0 || !PackageUpload.paths(build.getArtifacts()).isEmpty();
    return (objects && orders.takesObjects()) || (others && orders.push());
  }

  /** The objects that were stored, by place and sums; after the delivery. */
  public List<Stored> stored() {
    return uploads.stream()
        .flatMap(upload -> upload.stored().stream())
        .map(object -> new Stored(object.location(), object.sums().sha256Hex()))
        .toList();
  }

  /**
   * @param location {@code gs://BUCKET/PATH#GENERATION}
   */
  public record Stored(String location, String sha256) {}

  @Override
  public void deliver(Goods goods, Consumer<String> say) {
    Delivery.NONE.deliver(goods, say);
    try {
      images(goods, say);
      files(goods, say);
    } catch (EngineException e) {
      throw new DeliveryException(ImagePush.type(e.kind()), "artifacts: " + e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted: delivering");
      }
      throw new DeliveryException(FailureType.PUSH_FAILED, "artifacts: " + e.getMessage());
    }
  }

  private void images(Goods goods, Consumer<String> say) {
    List<String> names = goods.build().getImagesList();
    if (orders.push()) {
      new ImagePush(goods, logins.registries(), retries, clock, say).pushAll(names);
      return;
    }
    for (String name : names) {
      String id =
          goods.engine().findImage(name).map(ImageInfo::id).map(Courier::brief).orElse("all tags");
      say.accept("Image " + name + " (" + id + ") is there, and not pushed: that takes --push");
    }
  }

  private static String brief(String id) {
    return id.length() > SHOWN_ID ? id.substring(0, SHOWN_ID) : id;
  }

  private void files(Goods goods, Consumer<String> say) throws IOException {
    List<Cargo> cargo = new ArrayList<>();
    try {
      load(cargo, goods.build(), say);
      if (cargo.isEmpty()) {
        return;
      }
      for (Cargo each : cargo) {
        each.begin();
      }
      new WorkspaceScan(goods.workspace(), cargo).run();
      for (Cargo each : cargo) {
        each.finish(goods.delivered());
      }
    } finally {
      cargo.forEach(Cargo::close);
    }
  }

  private void load(List<Cargo> cargo, Build build, Consumer<String> say) throws IOException {
    Artifacts artifacts = build.getArtifacts();
    if (artifacts.hasObjects() && orders.takesObjects()) {
      ObjectUpload upload = new ObjectUpload(build, store(build.getProjectId()), clock, say);
      uploads.add(upload);
      cargo.add(upload);
    } else if (artifacts.hasObjects()) {
      List<Glob> paths = artifacts.getObjects().getPathsList().stream().map(Glob::of).toList();
      cargo.add(new Listing("artifacts.objects", paths, "--push or --artifacts-dir=DIR", say));
    }
    List<Glob> packages = PackageUpload.paths(artifacts);
    if (!packages.isEmpty() && orders.push()) {
      Path folder = Files.createTempDirectory("groundbuild-packages-");
      PackageSites sites = new PackageSites(orders, logins.registries(), retries, say);
      cargo.add(new PackageUpload(artifacts, sites, folder, clock));
    } else if (!packages.isEmpty()) {
      cargo.add(new Listing("artifacts", packages, "--push", say));
    }
  }

  private ObjectStore store(String project) {
    return orders.folder().isPresent()
        ? new FolderStore(orders.folder().get(), clock)
        : new CloudStore(orders.storage(), project, logins.google().orElse(null));
  }
}
