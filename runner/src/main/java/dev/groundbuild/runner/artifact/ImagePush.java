package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import com.google.cloudbuild.v1.BuiltImage;
import com.google.cloudbuild.v1.Results;
import com.google.cloudbuild.v1.TimeSpan;
import com.google.protobuf.Timestamp;
import dev.groundbuild.runner.Delivery.DeliveryException;
import dev.groundbuild.runner.Delivery.Goods;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.ImageReference;
import dev.groundbuild.steps.engine.RegistryCredentials;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Pushes images, one after another. Cloud Build: an untagged name stands for all its tags, and
 * every tag is recorded, {@code latest} both with and without the tag.
 */
final class ImagePush {
  private static final String LATEST = "latest";

  private final Goods goods;
  private final ContainerEngine engine;
  private final RegistryCredentials logins;
  private final Retries retries;
  private final InstantSource clock;
  private final Consumer<String> say;
  private final List<BuiltImage> pushed = new ArrayList<>();

  ImagePush(
      Goods goods,
      RegistryCredentials logins,
      Retries retries,
      InstantSource clock,
      Consumer<String> say) {
    this.goods = goods;
    this.engine = goods.engine();
    this.logins = logins;
    this.retries = retries;
    this.clock = clock;
    this.say = say;
  }

  /**
   * @throws DeliveryException that says what went, when not all did
   */
  void pushAll(List<String> names) {
    List<String> left = new ArrayList<>(names);
    try {
      while (!left.isEmpty()) {
        push(left.getFirst());
        left.removeFirst();
      }
    } catch (EngineException e) {
      throw failure(e, left);
    }
  }

  private void push(String name) {
    say.accept("Pushing " + name);
    ImageReference reference =
        ImageReference.parse(name)
            .filter(r -> r.digest().isEmpty())
            .orElseThrow(() ->
                new EngineException(
                    Kind.REFUSED, "\"" + name + "\" can't be pushed: give it a tag", null));
    if (reference.tag().isPresent()) {
      record(name, reference);
      return;
    }
    List<String> tags = engine.tagsOf(reference.repository());
    if (tags.isEmpty()) {
      String missing = String.valueOf(DeliveryException.imagesMissing(List.of(name)).getMessage());
      throw new EngineException(Kind.NOT_FOUND, missing, null);
    }
    for (String tag : tags) {
      ImageReference tagged = reference.withTag(tag);
      BuiltImage image = record(tagged.toString(), tagged);
      if (tag.equals(LATEST)) {
        went(image.toBuilder().setName(name).build());
      }
    }
  }

  private BuiltImage record(String name, ImageReference tagged) {
    Instant start = clock.instant();
    String digest = retries.of(() -> engine.push(tagged, logins, say), Retries::mayHelp, say);
    TimeSpan took = span(start, clock.instant());
    BuiltImage image =
        BuiltImage.newBuilder().setName(name).setDigest(digest).setPushTiming(took).build();
    went(image);
    return image;
  }

  private void went(BuiltImage image) {
    pushed.add(image);
    goods.delivered().accept(Results.newBuilder().addImages(image).build());
  }

  private DeliveryException failure(EngineException e, List<String> left) {
    FailureType type =
        e.kind() == Kind.NOT_FOUND ? FailureType.PUSH_IMAGE_NOT_FOUND : type(e.kind());
    String went =
        pushed.isEmpty()
            ? "nothing was pushed"
            : "pushed: "
                + pushed.stream()
                    .map(image -> image.getName() + "@" + image.getDigest())
                    .collect(Collectors.joining(", "));
    return new DeliveryException(
        type, e.getMessage() + " (" + went + "; not pushed: " + String.join(", ", left) + ")");
  }

  /** What a build is said to have failed of when its delivery did. */
  static FailureType type(Kind kind) {
    return kind == Kind.UNAUTHORIZED ? FailureType.PUSH_NOT_AUTHORIZED : FailureType.PUSH_FAILED;
  }

  static TimeSpan span(Instant start, Instant end) {
    return TimeSpan.newBuilder().setStartTime(timestamp(start)).setEndTime(timestamp(end)).build();
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
