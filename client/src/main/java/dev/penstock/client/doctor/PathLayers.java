package dev.penstock.client.doctor;

import java.util.List;

/** The layers of the path below the token, in order. */
final class PathLayers {
  private PathLayers() {}

  static List<Layer> all() {
    return List.of(
        new NamesLayer(),
        new TcpLayer(),
        new ProxyLayer(),
        new TlsLayer(),
        new HttpLayer(),
        new UpgradeLayer(),
        new HopsLayer());
  }
}
