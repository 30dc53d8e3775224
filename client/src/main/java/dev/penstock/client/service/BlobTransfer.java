package dev.penstock.client.service;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.BlobContent;
import dev.penstock.client.registry.BlobRange;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.RegistryTraffic;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.registry.stream.BlobMessage;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.tunnel.ops.TransferTime;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One FetchBlob: buffers from the registry's socket become messages of the stream, with no copy in
 * between and no thread of its own.
 *
 * <p>A fast caller is fed at the pace of the registry. A slow one makes the stream not ready; then
 * nothing more is asked of the registry, and what had been asked for waits in the {@link
 * ReadAhead}. "The stream became ready" and "data arrived" both call {@link #drain}, which one
 * thread at a time runs, on behalf of all that call it meanwhile.
 *
 * <p>The registry's end closes the call once all has been sent, with OK or with what went wrong.
 *
 * <p>A cancelled call cancels the request under way or the body, and with it the connection.
 */
final class BlobTransfer extends ServerCall.Listener<FetchBlobRequest>
    implements Flow.Subscriber<ByteBuf> {
  private static final Logger log = LoggerFactory.getLogger(BlobTransfer.class);

  private final ServerCall<FetchBlobRequest, BlobMessage> call;
  private final Admission admission;
  private final TransferOptions options;
  private final TransferGauges gauges;
  private final ReadAhead readAhead;
  private final AtomicInteger drainRequests = new AtomicInteger();

  /** Between onMessage and onHalfClose, which gRPC calls in order. */
  private @Nullable FetchBlobRequest request;

  /** Written by the call's thread, read by whichever thread cancels. */
  private volatile @Nullable CompletableFuture<BlobContent> opening;

  /** These four are news for the draining thread, set once each by the threads that bring it. */
  private volatile @Nullable BlobContent content;

  private volatile Flow.@Nullable Subscription registry;
  private volatile @Nullable Status end;
  private volatile boolean isCancelled;

  /** Where its time goes. Draining thread only. */
  private final TransferTime<WaitingOn> time;

  /** Written before the registry is asked, read when it has answered. */
  private @Nullable RegistryTraffic traffic;

  /** Draining thread only. */
  private boolean isHeaderSent;

  /** Draining thread only. */
  private boolean isOver;

  private BlobTransfer(
      ServerCall<FetchBlobRequest, BlobMessage> call,
      Admission admission,
      TransferOptions options,
      TransferGauges gauges) {
    this.call = call;
    this.admission = admission;
    this.options = options;
    this.gauges = gauges;
    time = gauges.times().begin();
    readAhead = new ReadAhead(options.readAheadBytes(), HttpTransport.readBufferBytes(), gauges);
  }

  static ServerCall.Listener<FetchBlobRequest> begin(
      ServerCall<FetchBlobRequest, BlobMessage> call,
      Admission admission,
      TransferOptions options,
      TransferGauges gauges) {
    gauges.begin();
    call.setOnReadyThreshold(options.readyThresholdBytes());
    // One is what the method takes; a second would show a caller that breaks the contract.
    call.request(2);
    return new BlobTransfer(call, admission, options, gauges);
  }

  @Override
  public void onMessage(FetchBlobRequest message) {
    if (request != null) {
      end(Status.INTERNAL.withDescription("FetchBlob takes one request, and two came"));
      return;
    }
    request = message;
  }

  @Override
  public void onHalfClose() {
    if (request == null) {
      end(Status.INTERNAL.withDescription("FetchBlob takes one request, and none came"));
    } else if (end == null) {
      open(request);
    }
  }

  private void open(FetchBlobRequest wanted) {
    try {
      Repository repository = Admission.repository(wanted.getRepository());
      Digest digest = Admission.digest(wanted.getDigest());
      BlobRange range = Admission.range(wanted.getOffset(), wanted.getLength());
      RegistryReader reader = admission.admit(wanted.getRegistry(), repository);
      traffic = reader.traffic();
      CompletableFuture<BlobContent> blob = reader.blob(repository, digest, range);
      opening = blob;
      drain(); // the time of waiting begins
      blob.whenComplete(this::onOpened);
    } catch (StatusException e) {
      end(e.getStatus());
    }
  }

  private void onOpened(@Nullable BlobContent opened, @Nullable Throwable failure) {
    if (opened == null) {
      end(Statuses.of(Objects.requireNonNull(failure)));
    } else {
      content = opened;
      opened.subscribe(this);
    }
  }

  @Override
  public void onReady() {
    drain();
  }

  @Override
  public void onCancel() {
    isCancelled = true;
    CompletableFuture<BlobContent> underWay = opening;
    if (underWay != null) {
      underWay.cancel(true);
    }
    drain();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    registry = subscription;
    drain();
  }

  @Override
  public void onNext(ByteBuf buffer) {
    traffic().read(buffer.readableBytes());
    readAhead.add(buffer);
    drain();
  }

  @Override
  public void onError(Throwable failure) {
    traffic().failed(failure);
    end(Statuses.of(failure));
  }

  @Override
  public void onComplete() {
    end(Status.OK);
  }

  private RegistryTraffic traffic() {
    return Objects.requireNonNull(traffic);
  }

  private void end(Status status) {
    end = status;
    drain();
  }

  /** Does what there is to do, unless a thread is at it; that one goes round once more then. */
  private void drain() {
    if (drainRequests.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      try {
        step();
      } catch (RuntimeException e) {
        log.error("a transfer failed by a defect", e);
        fail(e);
      }
      seen = drainRequests.addAndGet(-seen);
    } while (seen != 0);
  }

  private void step() {
    time.waitsFor(null);
    if (isOver) {
      // The registry's thread may have been on its way with an answer or data when it ended.
      giveBack();
    } else if (isCancelled) {
      release();
    } else {
      // Read before the queue: what was added before the end is sent before it.
      Status status = end;
      sendHeader();
      sendData();
      if (status != null && readAhead.isEmpty()) {
        release();
        call.close(withTime(status), new Metadata());
      } else {
        askForMore();
        time.waitsFor(waitingOn());
      }
    }
  }

  /** What has to happen before the next step; null: nothing has begun, or this thread is at it. */
  private @Nullable WaitingOn waitingOn() {
    if (opening == null) {
      return null;
    }
    if (content != null && !call.isReady()) {
      return WaitingOn.CLIENT_WINDOW;
    }
    return readAhead.isEmpty() && end == null ? WaitingOn.REGISTRY : null;
  }

  /** Who looks for the bottleneck begins with where the time went. */
  private Status withTime(Status status) {
    String words = time.spent().words();
    boolean isOfTheWay =
        status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.DATA_LOSS;
    return isOfTheWay && !words.isEmpty()
        ? status.withDescription(status.getDescription() + "; " + words)
        : status;
  }

  private void sendHeader() {
    BlobContent opened = content;
    if (isHeaderSent || opened == null) {
      return;
    }
    isHeaderSent = true;
    call.sendHeaders(new Metadata());
    call.sendMessage(
        BlobMessage.header(
            BlobHeader.newBuilder()
                .setSize(opened.stat().size())
                .setMediaType(opened.stat().mediaType())
                .setOffset(opened.offset())
                .setLength(opened.length())
                .build()));
  }

  private void sendData() {
    while (call.isReady()) {
      List<ByteBuf> data = readAhead.take(options.messageBytes());
      if (data.isEmpty()) {
        return;
      }
      try {
        call.sendMessage(BlobMessage.data(views(data)));
      } finally {
        data.forEach(ByteBuf::release); // gRPC has copied them into its frame
      }
    }
  }

  private static List<ByteBuffer> views(List<ByteBuf> data) {
    List<ByteBuffer> views = new ArrayList<>(data.size());
    for (ByteBuf buffer : data) {
      views.addAll(List.of(buffer.nioBuffers()));
    }
    return views;
  }

  private void askForMore() {
    Flow.Subscription subscription = registry;
    if (subscription != null && end == null && call.isReady()) {
      int reads = readAhead.grant();
      if (reads > 0) {
        subscription.request(reads);
      }
    }
  }

  /** Once. */
  private void release() {
    isOver = true;
    giveBack();
    time.end();
    gauges.end();
  }

  private void giveBack() {
    Flow.Subscription subscription = registry;
    // A body that has ended has given its connection back; cancelling would close it.
    if (subscription != null && end == null) {
      subscription.cancel();
    }
    readAhead.clear();
  }

  private void fail(RuntimeException defect) {
    if (!isOver) {
      release();
      call.close(Statuses.of(defect), new Metadata());
    }
  }
}
