package dev.groundbuild.runner.artifact;

import com.google.protobuf.ByteString;
import dev.groundbuild.runner.Delivery.DeliveryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where objects go. Used by one thread. */
interface ObjectStore extends AutoCloseable {
  /**
   * @throws DeliveryException if there is no such bucket, or it can't be used
   */
  void check(String bucket);

  /**
   * Stores an object, all of it or nothing.
   *
   * @throws DeliveryException if it is refused
   * @throws IOException from the content
   */
  Stored put(String bucket, String name, InputStream content) throws IOException;

  @Override
  void close();

  /**
   * @param generation the object's version
   * @param md5 as the store has it, if it says
   */
  record Stored(long generation, Optional<ByteString> md5) {}
}
