package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem.ProgressDetail;
import dev.groundbuild.steps.engine.ContainerEngine.PullProgress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Sums up a pull over the image's layers. Used by one thread. */
final class Pulling {
  private static final String DOWNLOADING = "Downloading";

  private final PullProgress progress;
  private final Map<String, Layer> layers = new HashMap<>();
  private Optional<String> error = Optional.empty();

  private record Layer(long done, long total) {}

  Pulling(PullProgress progress) {
    this.progress = progress;
  }

  /** What the engine said went wrong, if it did. */
  Optional<String> error() {
    return error;
  }

  void accept(PullResponseItem item) {
    if (item.getErrorDetail() != null && item.getErrorDetail().getMessage() != null) {
      error = Optional.of(item.getErrorDetail().getMessage());
      return;
    }
    String status = item.getStatus();
    if (status == null) {
      return;
    }
    ProgressDetail detail = item.getProgressDetail();
    String id = item.getId();
    if (id != null && status.equals(DOWNLOADING) && detail != null && detail.getTotal() != null) {
      long done = detail.getCurrent() == null ? 0 : detail.getCurrent();
      layers.put(id, new Layer(done, detail.getTotal()));
    } else if (id != null
        && (status.equals("Download complete") || status.equals("Pull complete"))) {
      layers.computeIfPresent(id, (k, layer) -> new Layer(layer.total(), layer.total()));
    }
    progress.update(
        status,
        layers.values().stream().mapToLong(Layer::done).sum(),
        layers.values().stream().mapToLong(Layer::total).sum());
  }
}
