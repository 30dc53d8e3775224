package dev.penstock.testing.proxy.junit;

import dev.penstock.testing.proxy.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fault proxies for a test, ended with it: {@code @RegisterExtension FaultProxyExtension proxies =
 * new FaultProxyExtension();}
 */
public final class FaultProxyExtension implements AfterEachCallback {
  private final List<FaultProxy> started = new CopyOnWriteArrayList<>();

  /** A proxy on a free port of the loopback interface that passes connections on to a target. */
  public FaultProxy to(InetSocketAddress target) throws IOException {
    FaultProxy proxy =
        FaultProxy.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), target);
    started.add(proxy);
    return proxy;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    started.forEach(FaultProxy::close);
    started.clear();
  }
}
