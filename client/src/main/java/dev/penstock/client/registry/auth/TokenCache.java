package dev.penstock.client.registry.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.registry.http.Errand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/**
 * Tokens by what they are good for, until shortly before they expire. Several that ask for one at
 * once share a single purchase.
 */
final class TokenCache {
  private static final int MAX_TOKENS = 256;

  /** A token that lives less is taken for expired: it has yet to travel. */
  private static final long MARGIN_NANOS = 5_000_000_000L;

  private final BiFunction<TokenRequest, Errand, CompletableFuture<Token>> source;
  private final LongSupplier nanoClock;

  @GuardedBy("this")
  private final Map<TokenRequest, Purchase> purchases =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TokenRequest, Purchase> eldest) {
          return size() > MAX_TOKENS;
        }
      };

  TokenCache(
      BiFunction<TokenRequest, Errand, CompletableFuture<Token>> source, LongSupplier nanoClock) {
    this.source = source;
    this.nanoClock = nanoClock;
  }

  /**
   * A token that is good now.
   *
   * @param errand in whose name it is bought, if one is due and nobody is at it
   */
  CompletableFuture<Token> token(TokenRequest key, Errand errand) {
    Purchase purchase;
    synchronized (this) {
      Purchase known = purchases.get(key);
      if (known != null && known.isGood(nanoClock.getAsLong())) {
        return known.token;
      }
      purchase = new Purchase(nanoClock.getAsLong());
      purchases.put(key, purchase);
    }
    CompletableFuture.completedFuture(key)
        .thenCompose(request -> source.apply(request, errand))
        .whenComplete(
            (token, failure) -> {
              if (failure == null) {
                purchase.token.complete(token);
              } else {
                purchase.token.completeExceptionally(failure);
              }
            });
    return purchase.token;
  }

  /** Forgets the token with this header, which the registry refused before it expired. */
  synchronized void forget(TokenRequest key, String refusedHeader) {
    Purchase known = purchases.get(key);
    if (known != null && known.isFor(refusedHeader)) {
      purchases.remove(key);
    }
  }

  private static final class Purchase {
    final CompletableFuture<Token> token = new CompletableFuture<>();
    private final long sinceNanos;

    Purchase(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }

    /** Under way, or bought and not near its end. */
    boolean isGood(long nowNanos) {
      if (!token.isDone()) {
        return true;
      }
      return !token.isCompletedExceptionally()
          && nowNanos - sinceNanos < token.join().lifetime().toNanos() - MARGIN_NANOS;
    }

    boolean isFor(String header) {
      return token.isDone()
          && !token.isCompletedExceptionally()
          && token.join().header().equals(header);
    }
  }
}
