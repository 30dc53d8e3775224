package dev.penstock.server.auth;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.Set;

/**
 * Lets a call in when its {@code authorization: Bearer} token belongs to a caller (RFC 6750 §2.1).
 *
 * <p>Health and reflection need no token: a load balancer has none, and what they tell is that the
 * process lives and what stands in the public .proto.
 */
public final class CallerAuthentication implements ServerInterceptor {
  /** The caller of the call in hand; set for every call that needs a token. */
  public static final Context.Key<Caller> CALLER = Context.key("penstock-caller");

  /** The header with the token. */
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String SCHEME = "Bearer ";

  private static final Set<String> OPEN_SERVICES =
      Set.of(
          "grpc.health.v1.Health",
          "grpc.reflection.v1.ServerReflection",
          "grpc.reflection.v1alpha.ServerReflection");

  private final Tokens tokens;

  /** Authenticates against these tokens. */
  public CallerAuthentication(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Whether a method needs no token. */
  public static boolean isOpen(MethodDescriptor<?, ?> method) {
    String service = method.getServiceName();
    return service != null && OPEN_SERVICES.contains(service);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (isOpen(call.getMethodDescriptor())) {
      return next.startCall(call, headers);
    }
    String authorization = headers.get(AUTHORIZATION);
    if (authorization == null) {
      return refuse(call, "no token: send the metadata 'authorization: Bearer <caller token>'");
    }
    Optional<Caller> caller = bearer(authorization).flatMap(tokens::callerOf);
    if (caller.isEmpty()) {
      return refuse(
          call, "unknown token: make one with 'penstock-server token create --caller NAME'");
    }
    Context context = Context.current().withValue(CALLER, caller.get());
    return Contexts.interceptCall(context, call, headers, next);
  }

  private static Optional<String> bearer(String authorization) {
    return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? Optional.of(authorization.substring(SCHEME.length()).strip())
        : Optional.empty();
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, String why) {
    call.close(Status.UNAUTHENTICATED.withDescription(why), new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
