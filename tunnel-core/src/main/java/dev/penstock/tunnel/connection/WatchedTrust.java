package dev.penstock.tunnel.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Tells of every chain that a server presents, and then leaves the judgement to whoever would have
 * had it: nothing is trusted that would not be. Any thread.
 */
final class WatchedTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager judge;
  private final Consumer<List<X509Certificate>> shown;

  private WatchedTrust(X509ExtendedTrustManager judge, Consumer<List<X509Certificate>> shown) {
    this.judge = judge;
    this.shown = shown;
  }

  /**
   * Of the authorities that a client is told to trust.
   *
   * @throws IOException naming the file that cannot be used
   */
  static WatchedTrust of(@Nullable Path trusted, Consumer<List<X509Certificate>> shown)
      throws IOException {
    try {
      return new WatchedTrust(judge(factory(trusted)), shown);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot use the trusted certificates in %s: %s".formatted(trusted, e.getMessage()), e);
    }
  }

  private static TrustManagerFactory factory(@Nullable Path trusted)
      throws IOException, GeneralSecurityException {
    boolean isPlatform = ClientTls.PLATFORM.equals(trusted);
    if (isPlatform && PlatformAuthorities.isWindows()) {
      return PlatformAuthorities.ofWindows();
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    Path bundle = isPlatform ? PlatformAuthorities.bundle(PlatformAuthorities.BUNDLES) : trusted;
    factory.init(bundle == null ? null : store(bundle));
    return factory;
  }

  private static KeyStore store(Path bundle) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(bundle)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new CertificateException("it has none");
      }
      int index = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry(Integer.toString(index++), certificate);
      }
    }
    return store;
  }

  private static X509ExtendedTrustManager judge(TrustManagerFactory factory) {
    return Stream.of(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError("every Java platform has one"));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    shown.accept(List.of(chain));
    judge.checkServerTrusted(chain, kind, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    shown.accept(List.of(chain));
    judge.checkServerTrusted(chain, kind, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    shown.accept(List.of(chain));
    judge.checkServerTrusted(chain, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    judge.checkClientTrusted(chain, kind, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    judge.checkClientTrusted(chain, kind, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    judge.checkClientTrusted(chain, kind);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }
}
