package dev.penstock.server.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TunnelDirectoryTest {
  private final TunnelDirectory directory = new TunnelDirectory(2);
  private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", 1).build();

  @AfterEach
  void close() {
    channel.shutdownNow();
  }

  @Test
  void leastBusy_isTheOneWithFewestCalls_underThatIdOnly() {
    AttachedClient one = directory.attach("acme", "one", channel);
    AttachedClient two = directory.attach("acme", "two", channel);
    directory.attach("beta", "idle", channel);
    assertThat(one.tryBeginCall()).isTrue();
    assertThat(directory.leastBusy("acme")).containsSame(two);
    two.tryBeginCall();
    two.tryBeginCall();
    assertThat(directory.leastBusy("acme")).containsSame(one);
    two.endCall();
    two.endCall();
    assertThat(directory.leastBusy("acme")).containsSame(two);
    assertThat(directory.leastBusy("gamma")).isEmpty();
  }

  @Test
  void aClient_takesNoMoreCallsThanItMay() {
    AttachedClient client = directory.attach("acme", "one", channel);
    assertThat(client.tryBeginCall()).isTrue();
    assertThat(client.tryBeginCall()).isTrue();
    assertThat(client.tryBeginCall()).isFalse();
    assertThat(client.calls()).isEqualTo(2);
    client.endCall();
    assertThat(client.tryBeginCall()).isTrue();
  }

  @Test
  void client_withoutAConnectionGetsNoCallsUntilItHasOneAgain() {
    AttachedClient one = directory.attach("acme", "one", channel);
    AttachedClient two = directory.attach("acme", "two", channel);
    two.tryBeginCall();
    directory.suspend(one);
    assertThat(one.isSuspended()).isTrue();
    assertThat(one.isSuspendedFor(Duration.ZERO)).isTrue();
    assertThat(one.isSuspendedFor(Duration.ofHours(1))).isFalse();
    assertThat(directory.suspended()).isEqualTo(1);
    assertThat(directory.leastBusy("acme")).containsSame(two);
    directory.resume(one);
    assertThat(directory.leastBusy("acme")).containsSame(one);
    assertThat(directory.suspended()).isZero();
  }

  @Test
  void client_thatDrainsGetsNoMoreCalls() {
    AttachedClient one = directory.attach("acme", "one", channel);
    directory.drain(one);
    assertThat(one.isDraining()).isTrue();
    assertThat(directory.leastBusy("acme")).isEmpty();
  }

  @Test
  void arrival_isToldOfAttachingAndOfResuming() {
    List<String> arrivals = new ArrayList<>();
    directory.onArrival(arrivals::add);
    AttachedClient one = directory.attach("acme", "one", channel);
    directory.attach("beta", "one", channel);
    directory.suspend(one);
    directory.resume(one);
    assertThat(arrivals).containsExactly("acme", "beta", "acme");
  }

  @Test
  void detach_removesOneClient_andKeepsTheFirstCause() {
    AttachedClient one = directory.attach("acme", "one", channel);
    AttachedClient two = directory.attach("acme", "two", channel);
    directory.detach(one, "the connection was lost");
    directory.detach(one, "again");
    assertThat(one.lost()).contains("the connection was lost");
    assertThat(two.lost()).isEmpty();
    assertThat(directory.leastBusy("acme")).containsSame(two);
    directory.detach(two, "bye");
    assertThat(directory.leastBusy("acme")).isEmpty();
  }
}
