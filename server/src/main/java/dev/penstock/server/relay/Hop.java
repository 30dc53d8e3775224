package dev.penstock.server.relay;

import dev.penstock.tunnel.ops.CallCounts;
import io.grpc.Context;
import io.grpc.Status;
import java.util.Locale;

/** Where a call failed, seen from the server: the label {@code hop} of its errors. */
public enum Hop {
  /** The caller has gone away or has stood still. */
  CALLER,
  /** The server refused it, or has a defect. */
  SERVER,
  /** No client took it in time. */
  ROUTE,
  /** The tunnel was lost, and no other brought the rest. */
  TUNNEL,
  /** The client ended it so, stood still, or broke the contract. */
  CLIENT;

  /** As the label of a metric. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The hop where nobody has named one: a call that was not relayed, or was given up. */
  public static Hop of(Status status) {
    return status.getCode() == Status.Code.CANCELLED ? CALLER : SERVER;
  }

  /** Says that the call that came in this context fails here, if it fails. */
  public void blame(Context call) {
    CallCounts.blame(call, label());
  }
}
