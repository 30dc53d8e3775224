package dev.penstock.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets a call, who waits, and who is sent away. */
class RouterTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int MOST_WAITING = 8;
  private static final int SHARE = 2;

  private final TunnelDirectory directory = new TunnelDirectory(1);
  private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
  private final Router router = new Router(directory, new RouteOptions(BOUND, MOST_WAITING), clock);

  // It is never used, and so never connects.
  private final ManagedChannel channel =
      ManagedChannelBuilder.forTarget("localhost:1").usePlaintext().build();

  @AfterEach
  void close() {
    clock.shutdownNow();
    channel.shutdownNow();
  }

  @Test
  void fullClient_sendsNewCallsAwayAtOnce() {
    attach("one").tryBeginCall();
    Found call = find("acme");
    assertThat(call.refused).isCompleted();
    assertThat(call.refused.join().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(router.waitingCalls()).isZero();
  }

  @Test
  void placesOfATunnelWithoutAConnection_areWaitedFor() {
    AttachedClient full = attach("one");
    full.tryBeginCall();
    AttachedClient cut = attach("two");
    directory.suspend(cut);
    Found call = find("acme");
    assertThat(call.refused).isNotDone();
    directory.resume(cut);
    assertThat(call.client).isCompletedWithValue(cut);
    assertThat(router.waitingCalls()).isZero();
  }

  @Test
  void placeThatIsGivenBack_goesToOneWhoWaits() {
    AttachedClient full = attach("one");
    full.tryBeginCall();
    directory.suspend(attach("two"));
    Found first = find("acme");
    Found second = find("acme");
    full.endCall();
    assertThat(CompletableFuture.anyOf(first.client, second.client))
        .succeedsWithin(BOUND)
        .isEqualTo(full);
    assertThat(router.waitingCalls()).isEqualTo(1);
    full.endCall();
    assertThat(CompletableFuture.allOf(first.client, second.client)).succeedsWithin(BOUND);
  }

  @Test
  void callThatWasWithAClientBefore_waitsForAPlace() {
    AttachedClient full = attach("one");
    full.tryBeginCall();
    assertThat(router.isThere("acme")).isFalse();
    Found again = new Found();
    router.findAgain("acme", again);
    assertThat(again.refused).isNotDone();
    full.endCall();
    assertThat(again.client).succeedsWithin(BOUND).isEqualTo(full);
  }

  @Test
  void callersOfOneAbsentTunnel_leaveRoomForOthers() {
    for (int i = 0; i < SHARE; i++) {
      assertThat(find("absent").refused).isNotDone();
    }
    assertThat(find("absent").refused).isCompleted();
    assertThat(find("acme").refused).isNotDone();
    Found again = new Found();
    router.findAgain("absent", again);
    assertThat(again.refused).as("a call that was let in before").isNotDone();
  }

  private AttachedClient attach(String name) {
    return directory.attach("acme", name, channel);
  }

  private Found find(String tunnel) {
    Found call = new Found();
    router.find(tunnel, call);
    return call;
  }

  /** A call, and what came of its search. */
  private static final class Found implements Taker {
    final CompletableFuture<AttachedClient> client = new CompletableFuture<>();
    final CompletableFuture<Status> refused = new CompletableFuture<>();

    @Override
    public void found(AttachedClient found) {
      client.complete(found);
    }

    @Override
    public void notFound(Status status, Metadata trailers) {
      refused.complete(status);
    }
  }
}
