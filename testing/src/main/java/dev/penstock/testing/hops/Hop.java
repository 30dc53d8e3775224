package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What one thing on the path does with what goes through it; {@link Hops} makes them by name.
 *
 * <p>Immutable, and used by any number of connections at once; each rule is called on the event
 * loop of its connection. Whoever made a hop closes it, once nothing runs through it any more: some
 * keep files.
 */
public final class Hop implements AutoCloseable {
  private final Settings settings;

  private Hop(Settings settings) {
    this.settings = settings;
  }

  static Settings named(String name) {
    return new Settings(name);
  }

  /** As it was asked for, such as {@code idle=60s}. */
  public String name() {
    return settings.name;
  }

  /** What else there is to know before one uses it; empty for most. */
  public String remark() {
    return settings.remark;
  }

  Entrance entrance() {
    return settings.entrance;
  }

  Optional<Reply> answer(HttpRequest request) {
    return settings.answer.apply(request);
  }

  void onRequest(HttpRequest request, Passage passage) {
    settings.request.accept(request, passage);
  }

  void onResponse(HttpResponse response, HttpRequest asked) {
    settings.response.accept(response, asked);
  }

  Reply unreachable(HttpRequest asked) {
    return settings.failure.apply(settings.unreachable, asked);
  }

  Reply tooSlow(HttpRequest asked) {
    return settings.failure.apply(settings.tooSlow, asked);
  }

  Timing timing() {
    return settings.timing;
  }

  void onUpgraded(Channel client, Channel server) {
    settings.upgraded.accept(client, server);
  }

  @Override
  public void close() {
    settings.closing.run();
  }

  @Override
  public String toString() {
    return name();
  }

  /** What is different from a proxy that changes nothing. One thread at a time. */
  static final class Settings {
    private final String name;
    private String remark = "";
    private Entrance entrance = Route::serveHttp;
    private Function<HttpRequest, Optional<Reply>> answer = request -> Optional.empty();
    private BiConsumer<HttpRequest, Passage> request = (asked, passage) -> {};
    private BiConsumer<HttpResponse, HttpRequest> response = (answered, asked) -> {};
    private Reply unreachable = Reply.titled(502, "");
    private Reply tooSlow = Reply.titled(504, "");
    private BiFunction<Reply, HttpRequest, Reply> failure = (reply, asked) -> reply;
    private Timing timing = Timing.UNLIMITED;
    private BiConsumer<Channel, Channel> upgraded = (client, server) -> {};
    private Runnable closing = () -> {};

    private Settings(String name) {
      this.name = name;
    }

    Settings remark(String text) {
      remark = text;
      return this;
    }

    /** What awaits accepted connections, if not HTTP/1.1 in the clear. */
    Settings entrance(Entrance served) {
      entrance = served;
      return this;
    }

    /** The answer in the server's place; empty for requests that it passes on. */
    Settings answer(Function<HttpRequest, Optional<Reply>> rule) {
      answer = rule;
      return this;
    }

    /** Answers everything itself. */
    Settings answerAll(Reply reply) {
      return answer(asked -> Optional.of(reply));
    }

    /** Rewrites heads on their way to the server. */
    Settings onRequest(BiConsumer<HttpRequest, Passage> rule) {
      request = rule;
      return this;
    }

    /** Rewrites heads on their way to the client, that of a 101 included. */
    Settings onResponse(Consumer<HttpResponse> rule) {
      return onResponse((answered, asked) -> rule.accept(answered));
    }

    /** The same, where something of the request as it went on to the server comes back. */
    Settings onResponse(BiConsumer<HttpResponse, HttpRequest> rule) {
      response = rule;
      return this;
    }

    /** What it says when the next one cannot be reached, or does not answer in time. */
    Settings failures(Reply whenUnreachable, Reply whenTooSlow) {
      unreachable = whenUnreachable;
      tooSlow = whenTooSlow;
      return this;
    }

    /** Rewrites those two for the request as it was to go on to the server. */
    Settings onFailure(BiFunction<Reply, HttpRequest, Reply> rule) {
      failure = rule;
      return this;
    }

    Settings timing(Timing limits) {
      timing = limits;
      return this;
    }

    Settings idle(Duration idle) {
      return timing(Timing.idle(idle));
    }

    /** Puts handlers before the {@link Relay} of either channel, to see what comes from there. */
    Settings onUpgraded(BiConsumer<Channel, Channel> rule) {
      upgraded = rule;
      return this;
    }

    Settings onClose(Runnable task) {
      closing = task;
      return this;
    }

    Hop make() {
      return new Hop(this);
    }
  }
}
