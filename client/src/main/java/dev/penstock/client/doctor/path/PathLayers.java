package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.visit.Layer;
import java.util.List;

/** The layers of the path below the token. */
public final class PathLayers {
  private PathLayers() {}

  /** In order; each needs those before it. */
  public static List<Layer> all() {
    return List.of(
        new NamesLayer(),
        new TcpLayer(),
        new ProxyLayer(),
        new TlsLayer(),
        new HttpLayer(),
        new UpgradeLayer());
  }

  /**
   * Of what is known by then. It needs no layer below it: what the server saw of a plain request is
   * worth most where the upgrade did not get there.
   */
  public static Layer hops() {
    return new HopsLayer();
  }
}
