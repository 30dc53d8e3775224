package dev.penstock.testing.hops;

import dev.penstock.server.cli.DurationConverter;
import dev.penstock.testing.cli.ByteSize;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** Hops by name, as on a command line: {@code NAME} or {@code NAME=VALUE}. Any thread. */
public final class Hops {
  private static final Map<String, Maker> MAKERS = makers();

  private Hops() {}

  /** Makes one of a kind from its value, which is null when none was given. */
  private interface Maker {
    Hop make(String name, @Nullable String value);
  }

  /**
   * Makes one.
   *
   * @param text such as {@code nginx-defaults} or {@code idle=60s}
   * @throws IllegalArgumentException with what there is, or with what the value should be
   */
  public static Hop parse(String text) {
    String[] parts = text.strip().split("=", 2);
    Maker maker = MAKERS.get(parts[0]);
    if (maker == null) {
      throw new IllegalArgumentException(
          "'" + text + "' is no hop; there are: " + String.join(", ", MAKERS.keySet()));
    }
    return maker.make(text.strip(), parts.length == 1 ? null : parts[1]);
  }

  /** All there are, without values. */
  static Set<String> names() {
    return Collections.unmodifiableSet(MAKERS.keySet());
  }

  private static Map<String, Maker> makers() {
    Map<String, Maker> makers = new LinkedHashMap<>();
    plain(makers, "aws-classic-http", Products::awsClassicHttp);
    plain(makers, "aws-alb", Products::awsAlb);
    plain(makers, "nginx-defaults", Products::nginxDefaults);
    plain(makers, "nginx", Products::nginxRight);
    plain(makers, "haproxy", Products::haproxy);
    plain(makers, "cloudflare", Products::cloudflare);
    plain(makers, "envoy-no-upgrade", Products::envoyNoUpgrade);
    plain(makers, "http10", Hops::http10);
    plain(makers, "drop-upgrade", Hops::dropUpgrade);
    plain(makers, "redirect-slash", Answers::redirectSlash);
    plain(makers, "redirect-https", Answers::redirectHttps);
    makers.put("login-page", Hops::loginPage);
    plain(makers, "sso-401", Answers::sso401);
    plain(makers, "http2-only", Http2Entrance::http2Only);
    plain(makers, "bad-gateway", Answers::badGateway);
    plain(makers, "waf-403", Answers::waf403);
    plain(makers, "not-found", Answers::notFound);
    plain(makers, "rate-limit-429", Answers::rateLimit429);
    makers.put("strip", Hops::strip);
    makers.put("idle", (name, value) -> timed(name, Timing.idle(time(name, value))));
    makers.put("lifetime", (name, value) -> timed(name, Timing.lifetime(time(name, value))));
    makers.put("message-limit", Hops::messageLimit);
    makers.put("buffer", Hops::buffer);
    plain(makers, "swallow-frames", Hops::swallowFrames);
    plain(makers, "black-hole", Hops::blackHole);
    makers.put("tls-intercept", Hops::tlsIntercept);
    makers.put("tls-terminate", (name, value) -> TlsEntrance.terminate(bare(name, value)));
    makers.put("connect-proxy", Hops::connectProxy);
    plain(makers, "connect-refused", () -> ForwardProxy.refusing("connect-refused"));
    return makers;
  }

  private static void plain(Map<String, Maker> makers, String name, Supplier<Hop.Settings> kind) {
    makers.put(
        name,
        (text, value) -> {
          bare(text, value);
          return kind.get().make();
        });
  }

  private static Hop.Settings http10() {
    return Hop.named("http10")
        .onRequest((request, passage) -> request.setProtocolVersion(HttpVersion.HTTP_1_0));
  }

  private static Hop.Settings dropUpgrade() {
    return Hop.named("drop-upgrade").onRequest((request, passage) -> Heads.dropHopByHop(request));
  }

  private static Hop loginPage(String name, @Nullable String value) {
    if (value != null && !value.equals("redirect")) {
      throw new IllegalArgumentException(
          "hop '" + name + "': the value can only be login-page=redirect");
    }
    return (value == null ? Answers.loginPage() : Answers.loginRedirect()).make();
  }

  private static Hop strip(String name, @Nullable String value) {
    String header = needed(name, value, "the header to take off, as strip=Authorization");
    return Hop.named(name).onRequest((request, passage) -> request.headers().remove(header)).make();
  }

  private static Hop timed(String name, Timing timing) {
    return Hop.named(name).timing(timing).make();
  }

  private static Hop messageLimit(String name, @Nullable String value) {
    long limit = size(name, value);
    return Hop.named(name)
        .onUpgraded((client, server) -> MessageLimit.between(limit, client, server))
        .make();
  }

  private static Hop buffer(String name, @Nullable String value) {
    String[] parts =
        needed(name, value, "a size, as 64KiB, or with a time: 64KiB,200ms").split(",", 2);
    long enough = size(name, parts[0]);
    Duration longest = parts.length == 1 ? null : time(name, parts[1]);
    return Hop.named(name)
        .onUpgraded((client, server) -> Holding.between(enough, longest, client, server))
        .make();
  }

  private static Hop.Settings swallowFrames() {
    return Hop.named("swallow-frames").onUpgraded(Swallowing::between);
  }

  private static Hop.Settings blackHole() {
    return Hop.named("black-hole").entrance(Swallowing::everything);
  }

  private static Hop tlsIntercept(String name, @Nullable String value) {
    return TlsEntrance.intercept(name, value == null ? null : Path.of(value));
  }

  private static Hop connectProxy(String name, @Nullable String value) {
    if (value == null) {
      return ForwardProxy.open(name).make();
    }
    if (value.indexOf(':') < 1) {
      throw new IllegalArgumentException(
          "hop 'connect-proxy': its value is the one user who may pass, as USER:PASSWORD");
    }
    // The password is not to be printed with the name.
    return ForwardProxy.wanting(name.substring(0, name.indexOf(':')), value).make();
  }

  private static String bare(String name, @Nullable String value) {
    if (value != null) {
      throw new IllegalArgumentException("hop '" + name + "' takes no value");
    }
    return name;
  }

  private static String needed(String name, @Nullable String value, String what) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("hop '" + name + "' needs " + what);
    }
    return value;
  }

  private static Duration time(String name, @Nullable String value) {
    return converted(name, "a time, as 60s", value, text -> new DurationConverter().convert(text));
  }

  private static long size(String name, @Nullable String value) {
    return converted(name, "a size, as 64KiB", value, text -> new ByteSize().convert(text));
  }

  private static <T> T converted(
      String name, String what, @Nullable String value, Function<String, T> converter) {
    try {
      return converter.apply(needed(name, value, what));
    } catch (TypeConversionException e) {
      throw new IllegalArgumentException("hop '" + name + "': " + e.getMessage(), e);
    }
  }
}
