package dev.penstock.client.service;

import dev.penstock.client.registry.BlobContent;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One FetchBlob: buffers from the registry's socket become messages of the stream, with no copy in
 * between and no thread of its own.
 *
 * <p>A fast caller is fed at the pace of the registry. A slow one makes the stream not ready; then
 * nothing more is asked of the registry, and what had been asked for waits in the {@link
 * BlobSupply}. "The stream became ready" and "data arrived" both call {@link #drain}, which one
 * thread at a time runs, on behalf of all that call it meanwhile.
 *
 * <p>The registry's end closes the call once all has been sent, with OK or with what went wrong.
 *
 * <p>A cancelled call cancels the request under way or the body, and with it the connection.
 */
final class BlobTransfer extends ServerCall.Listener<FetchBlobRequest> {
  private final ServerCall<FetchBlobRequest, BlobMessage> call;
  private final Admission admission;
  private final AccessControl control;
  private final TransferOptions options;
  private final TransferGauges gauges;
  private final AccessEntry entry = AccessEntry.current();
  private final AtomicInteger drainRequests = new AtomicInteger();

  /** Between onMessage and onHalfClose, which gRPC calls in order. */
  private @Nullable FetchBlobRequest request;

  /** These three are written by the call's thread before the registry is asked. */
  private volatile @Nullable BlobGrant grant;

  private volatile @Nullable BlobSupply supply;
  private volatile @Nullable CompletableFuture<BlobContent> opening;

  /** These three are news for the draining thread, set once each by the threads that bring it. */
  private volatile @Nullable BlobContent content;

  private volatile @Nullable Status refusal;
  private volatile boolean isCancelled;

  /** Where its time goes. Draining thread only. */
  private final TransferTime<WaitingOn> time;

  /** Draining thread only. */
  private boolean isHeaderSent;

  /** All that it holds has been let go. Draining thread only. */
  private boolean isOver;

  /** The caller has been told. Draining thread only. */
  private boolean isClosed;

  private BlobTransfer(
      ServerCall<FetchBlobRequest, BlobMessage> call,
      Admission admission,
      AccessControl control,
      TransferOptions options,
      TransferGauges gauges) {
    this.call = call;
    this.admission = admission;
    this.control = control;
    this.options = options;
    this.gauges = gauges;
    time = gauges.times().begin();
  }

  static ServerCall.Listener<FetchBlobRequest> begin(
      ServerCall<FetchBlobRequest, BlobMessage> call,
      Admission admission,
      AccessControl control,
      TransferOptions options,
      TransferGauges gauges) {
    gauges.begin();
    call.setOnReadyThreshold(options.readyThresholdBytes());
    // One is what the method takes; a second would show a caller that breaks the contract.
    call.request(2);
    return new BlobTransfer(call, admission, control, options, gauges);
  }

  @Override
  public void onMessage(FetchBlobRequest message) {
    if (request != null) {
      refuse(Status.INTERNAL.withDescription("FetchBlob takes one request, and two came"));
      return;
    }
    request = message;
  }

  @Override
  public void onHalfClose() {
    if (request == null) {
      refuse(Status.INTERNAL.withDescription("FetchBlob takes one request, and none came"));
    } else if (refusal == null) {
      open(request);
    }
  }

  private void open(FetchBlobRequest wanted) {
    try {
      BlobGrant granted = BlobGrant.of(wanted, entry, admission, control);
      grant = granted;
      supply = new BlobSupply(readAhead(), granted, this::drain);
      CompletableFuture<BlobContent> blob = granted.open();
      opening = blob;
      drain(); // the time of waiting begins
      blob.whenComplete(this::onOpened);
    } catch (StatusException e) {
      refuse(e.getStatus());
    } catch (Throwable e) { // left to gRPC, it would not come back here to release
      refuse(Statuses.of(e));
    }
  }

  private ReadAhead readAhead() {
    return new ReadAhead(options.readAheadBytes(), HttpTransport.readBufferBytes(), gauges);
  }

  private void onOpened(@Nullable BlobContent opened, @Nullable Throwable failure) {
    if (opened == null) {
      refuse(Statuses.of(Objects.requireNonNull(failure)));
      return;
    }
    try {
      supplyFrom(opened);
    } catch (Throwable e) { // in a future's callback, nobody else would see it
      opened.cancel();
      refuse(Statuses.of(e));
    }
  }

  private void supplyFrom(BlobContent opened) {
    Optional<Status> denial = Objects.requireNonNull(grant).refusal(opened);
    if (denial.isPresent()) {
      opened.cancel();
      refuse(denial.get());
    } else {
      content = opened;
      opened.subscribe(Objects.requireNonNull(supply));
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

  /** After a close of ours, nothing; without one, gRPC could not read the request, say. */
  @Override
  public void onComplete() {
    onCancel();
  }

  private void refuse(Status status) {
    refusal = status;
    drain();
  }

  /**
   * Does what there is to do, unless a thread is at it; that one goes round once more then.
   *
   * <p>An Error, such as of memory, ends this transfer and goes no further: the thread is the
   * tunnel's or the registry's, and others' transfers live on it.
   */
  private void drain() {
    if (drainRequests.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      try {
        step();
      } catch (Throwable e) {
        fail(e);
      }
      seen = drainRequests.addAndGet(-seen);
    } while (seen != 0);
  }

  private void step() {
    BlobSupply source = supply;
    time.waitsFor(null);
    if (isOver) {
      stop(source); // the registry's thread may have been on its way with data when it ended
    } else if (isCancelled) {
      release();
    } else if (source == null || refusal != null) {
      if (refusal != null) {
        close(withTime(refusal));
      }
    } else {
      pass(source);
    }
  }

  private void pass(BlobSupply source) {
    // Read before the data: what was added before the end is sent before it.
    Status end = source.end();
    sendHeader();
    sendData(source);
    if (end != null && source.isEmpty()) {
      close(withTime(end));
      return;
    }
    if (call.isReady()) {
      source.askForMore();
    }
    time.waitsFor(waitingOn(source));
  }

  /** What has to happen before the next step; null: this thread is at it. */
  private @Nullable WaitingOn waitingOn(BlobSupply source) {
    if (content != null && !call.isReady()) {
      return WaitingOn.CLIENT_WINDOW;
    }
    if (source.waitsForItsTurn()) {
      return WaitingOn.RATE_LIMIT;
    }
    return source.isEmpty() && source.end() == null ? WaitingOn.REGISTRY : null;
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

  private void sendData(BlobSupply source) {
    while (call.isReady()) {
      List<ByteBuf> data = source.take(options.messageBytes());
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

  private List<ByteBuffer> views(List<ByteBuf> data) {
    List<ByteBuffer> views = new ArrayList<>(data.size());
    for (ByteBuf buffer : data) {
      entry.sent(buffer.readableBytes());
      views.addAll(List.of(buffer.nioBuffers()));
    }
    return views;
  }

  private void close(Status status) {
    try {
      release();
    } finally {
      isClosed = true;
      call.close(status, new Metadata());
    }
  }

  /** Once. The place first: what follows may fail where memory is short. */
  private void release() {
    if (isOver) {
      return;
    }
    isOver = true;
    BlobGrant granted = grant;
    if (granted != null) {
      granted.close();
    }
    time.end();
    gauges.end();
    stop(supply);
  }

  private static void stop(@Nullable BlobSupply source) {
    if (source != null) {
      source.stop();
    }
  }

  /** Throws nothing, or the draining thread would never be done. */
  private void fail(Throwable defect) {
    try {
      Status status = Statuses.of(defect);
      if (!isClosed) {
        close(status);
      }
    } catch (Throwable e) { // such as of gRPC, which closes a call itself whose message fails
      defect.addSuppressed(e);
    }
  }
}
