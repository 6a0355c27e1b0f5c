package dev.groundbuild.runner;

/**
 * What a build meets beyond its steps and its engine. Handed in from above: the build knows what it
 * needs of each, not how it is done.
 *
 * @param secrets gives the values of its secret variables
 * @param delivery takes what it has made to where it belongs
 */
public record Surroundings(SecretSource secrets, Delivery delivery) {
  /** No secrets, and nothing leaves the machine. */
  public static final Surroundings NONE = new Surroundings(SecretSource.NONE, Delivery.NONE);

  /** The same, with another way for what the build makes. */
  public Surroundings withDelivery(Delivery other) {
    return new Surroundings(secrets, other);
  }
}
