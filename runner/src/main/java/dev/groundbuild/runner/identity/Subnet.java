package dev.groundbuild.runner.identity;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The addresses of a network.
 *
 * @param address any of them, as a number
 * @param bits how many bits, from the first, they have in common
 */
record Subnet(int address, int bits) {
  private static final int ALL = 32;

  /**
   * @param text such as {@code 172.18.0.0/16}
   */
  static Subnet parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = InetAddress.ofLiteral(text.substring(0, slash));
    return new Subnet(number(address.getAddress()), Integer.parseInt(text.substring(slash + 1)));
  }

  boolean contains(InetAddress other) {
    byte[] bytes = other.getAddress();
    return bytes.length == Integer.BYTES
        && (bits == 0 || (number(bytes) ^ address) >>> (ALL - bits) == 0);
  }

  private static int number(byte[] address) {
    return ByteBuffer.wrap(address).getInt();
  }
}
