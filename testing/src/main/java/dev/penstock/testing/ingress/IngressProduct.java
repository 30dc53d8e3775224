package dev.penstock.testing.ingress;

import dev.penstock.testing.peers.ApacheHttpd;
import dev.penstock.testing.peers.HaProxy;
import dev.penstock.testing.peers.Nginx;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.ReloadablePeer;
import dev.penstock.testing.peers.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A program that we recommend as an ingress, and what its configuration file calls things. */
public enum IngressProduct {
  /** Debian's nginx. */
  NGINX(PeerBinary.NGINX, "nginx.conf") {
    @Override
    ConfigText listeningPlain(ConfigText from, int port) {
      return from.replacing("listen 443 ssl", "listen 127.0.0.1:" + port).withoutLines("ssl_");
    }

    @Override
    ConfigText listeningTls(ConfigText from, int port, TestIdentity shown, Path directory) {
      return from.replacing("listen 443 ssl;", "listen 127.0.0.1:" + port + " ssl;")
          .replacing("/etc/penstock/penstock.crt", shown.certificate().toString())
          .replacing("/etc/penstock/penstock.key", shown.key().toString());
    }

    @Override
    ConfigText silentFor(ConfigText from, Duration idle) {
      return from.replacing("_timeout 10m;", "_timeout " + idle.toMillis() + "ms;")
          .replacing("send_timeout       10m;", "send_timeout " + idle.toMillis() + "ms;");
    }

    @Override
    ConfigText finishingWithin(ConfigText from, Duration bound) {
      return from.replacing(
          "worker_shutdown_timeout 30s;", "worker_shutdown_timeout " + bound.toMillis() + "ms;");
    }

    @Override
    ReloadablePeer start(ConfigText configuration, Path directory)
        throws IOException, InterruptedException {
      return Nginx.start(configuration.text(), directory);
    }
  },

  /** Debian's HAProxy. */
  HAPROXY(PeerBinary.HAPROXY, "haproxy.cfg") {
    private static final String PEM = "/etc/penstock/penstock.pem";

    @Override
    ConfigText listeningPlain(ConfigText from, int port) {
      String tls = ":443 ssl crt " + PEM + " alpn http/1.1 ssl-min-ver TLSv1.2";
      return from.replacing(tls, "127.0.0.1:" + port);
    }

    @Override
    ConfigText listeningTls(ConfigText from, int port, TestIdentity shown, Path directory)
        throws IOException {
      String both = Files.readString(shown.certificate()) + Files.readString(shown.key());
      Path pem = Files.writeString(directory.resolve("haproxy.pem"), both);
      return from.replacing("bind :443 ", "bind 127.0.0.1:" + port + " ")
          .replacing(PEM, pem.toString());
    }

    @Override
    ConfigText silentFor(ConfigText from, Duration idle) {
      return from.replacing("timeout tunnel       10m", "timeout tunnel " + idle.toMillis() + "ms");
    }

    @Override
    ConfigText finishingWithin(ConfigText from, Duration bound) {
      return from.replacing("hard-stop-after 30s", "hard-stop-after " + bound.toMillis() + "ms");
    }

    @Override
    ReloadablePeer start(ConfigText configuration, Path directory)
        throws IOException, InterruptedException {
      return HaProxy.start(configuration.text(), directory);
    }
  },

  /** Debian's Apache httpd. */
  APACHE(PeerBinary.APACHE, "httpd.conf") {
    @Override
    ConfigText listeningPlain(ConfigText from, int port) {
      return listening(from, port).withoutLines("SSL");
    }

    @Override
    ConfigText listeningTls(ConfigText from, int port, TestIdentity shown, Path directory) {
      return listening(from, port)
          .replacing("/etc/penstock/penstock.crt", shown.certificate().toString())
          .replacing("/etc/penstock/penstock.key", shown.key().toString());
    }

    private static ConfigText listening(ConfigText from, int port) {
      return from.replacing("Listen 443\n", "Listen 127.0.0.1:" + port + "\n")
          .replacing("<VirtualHost *:443>", "<VirtualHost *:" + port + ">");
    }

    @Override
    ConfigText silentFor(ConfigText from, Duration idle) {
      String seconds = Long.toString(Math.max(1, idle.toSeconds())); // It knows no smaller unit.
      return from.replacing("Timeout      600", "Timeout " + seconds)
          .replacing("ProxyTimeout 600", "ProxyTimeout " + seconds);
    }

    /** Nothing bounds that here. */
    @Override
    ConfigText finishingWithin(ConfigText from, Duration bound) {
      return from;
    }

    @Override
    ReloadablePeer start(ConfigText configuration, Path directory)
        throws IOException, InterruptedException {
      return ApacheHttpd.start(configuration.text(), directory);
    }
  };

  private final PeerBinary peer;
  private final String file;

  IngressProduct(PeerBinary peer, String file) {
    this.peer = peer;
    this.file = file;
  }

  /** What has to be installed. */
  public PeerBinary peer() {
    return peer;
  }

  /** Name of the recommended configuration, a resource below {@code /ingress/}. */
  public String file() {
    return file;
  }

  /** On this port of loopback, without TLS. */
  abstract ConfigText listeningPlain(ConfigText from, int port);

  /** On this port of loopback, with TLS. */
  abstract ConfigText listeningTls(ConfigText from, int port, TestIdentity shown, Path directory)
      throws IOException;

  /** With this as the longest silence of a tunnel. */
  abstract ConfigText silentFor(ConfigText from, Duration idle);

  /** With this as the longest time that tunnels may stay in old processes after a reload. */
  abstract ConfigText finishingWithin(ConfigText from, Duration bound);

  abstract ReloadablePeer start(ConfigText configuration, Path directory)
      throws IOException, InterruptedException;
}
