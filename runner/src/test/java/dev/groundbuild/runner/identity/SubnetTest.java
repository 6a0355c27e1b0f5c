package dev.groundbuild.runner.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubnetTest {
  @ParameterizedTest
  @CsvSource({
    "172.18.0.0/16, 172.18.0.2, true",
    "172.18.0.0/16, 172.18.255.255, true",
    "172.18.0.0/16, 172.19.0.2, false",
    "192.168.32.0/20, 192.168.47.1, true",
    "192.168.32.0/20, 192.168.48.1, false",
    "10.0.0.4/32, 10.0.0.4, true",
    "10.0.0.4/32, 10.0.0.5, false",
    "0.0.0.0/0, 203.0.113.1, true",
    "172.18.0.0/16, ::1, false",
  })
  void anAddressIsInItOrNot(String subnet, String address, boolean inside) {
    assertThat(Subnet.parse(subnet).contains(InetAddress.ofLiteral(address))).isEqualTo(inside);
  }
}
