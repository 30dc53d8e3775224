package dev.penstock.server.access;

import dev.penstock.server.auth.CallerAuthentication;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each call its id, and writes one line when it has ended.
 *
 * <p>It stands in front of {@link CallerAuthentication}, so that who is refused there learns an id,
 * too. Health and reflection, which nobody looks for in a log, pass untouched.
 *
 * <p>An id outside the grammar, or several, are replaced by a new one: a label never costs a
 * transfer, least of all when somebody's proxy has put it there. The caller sees which id counts.
 */
public final class AccessLog implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

  private final Consumer<AccessRecord> records;

  /** Writes to the log of this class, at level INFO. */
  public AccessLog() {
    this(record -> log.info("{}", record));
  }

  /**
   * Writes elsewhere.
   *
   * @param records given each call that has ended, on the event loop that ended it
   */
  public AccessLog(Consumer<AccessRecord> records) {
    this.records = records;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (CallerAuthentication.isOpen(call.getMethodDescriptor())) {
      return next.startCall(call, headers);
    }
    Access access = new Access(call.getMethodDescriptor(), headers, records);
    Context context = Context.current().withValue(Access.CURRENT, access);
    IdentifiedCall<Q, R> identified = new IdentifiedCall<>(call, access);
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(context, identified, headers, next)) {
      @Override
      public void onComplete() {
        super.onComplete();
        identified.onComplete();
      }

      @Override
      public void onCancel() {
        super.onCancel(); // ends the relay, and with it what is delivered
        access.end(whyCancelled());
      }
    };
  }

  /** The caller's deadline, if it has passed; else the caller has gone away. */
  private static Status.Code whyCancelled() {
    Status why = Contexts.statusFromCancelled(Context.current());
    return why == null ? Status.Code.CANCELLED : why.getCode();
  }
}
