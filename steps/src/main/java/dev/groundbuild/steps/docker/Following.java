package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import dev.groundbuild.steps.engine.ContainerEngine.Output;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** A container's output on its way to a sink. */
final class Following implements Output {
  private final Stream<Frame> stream;

  Following(Stream<Frame> stream) {
    this.stream = stream;
  }

  static void deliver(Frame frame, OutputSink sink) {
    OutputStream to = frame.getStreamType() == StreamType.STDERR ? sink.stderr() : sink.stdout();
    try {
      to.write(frame.getPayload());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void awaitEnd() {
    stream.awaitEnd();
  }

  @Override
  public void close() {
    stream.close();
  }
}
