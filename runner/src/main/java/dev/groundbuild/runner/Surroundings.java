package dev.groundbuild.runner;

/**
 * What a build meets beyond its steps and its engine. Handed in from above: the build knows what it
 * needs of each, not how it is done.
 *
 * @param secrets gives the values of its secret variables
 * @param delivery takes what it has made to where it belongs
 * @param companions stand beside its steps
 * @param identity says who its steps are
 */
public record Surroundings(
    SecretSource secrets, Delivery delivery, Companions companions, Identity identity) {
  /** No secrets, nobody in particular, and nothing leaves the machine. */
  public static final Surroundings NONE =
      new Surroundings(SecretSource.NONE, Delivery.NONE, Companions.NONE, Identity.NONE);

  /** The same with other secrets. */
  public Surroundings withSecrets(SecretSource other) {
    return new Surroundings(other, delivery, companions, identity);
  }

  /** The same, with another way for what the build makes. */
  public Surroundings withDelivery(Delivery other) {
    return new Surroundings(secrets, other, companions, identity);
  }

  /** The same with others beside the steps. */
  public Surroundings withCompanions(Companions others) {
    return new Surroundings(secrets, delivery, others, identity);
  }

  /** The same for steps that are somebody else. */
  public Surroundings withIdentity(Identity other) {
    return new Surroundings(secrets, delivery, companions, other);
  }
}
