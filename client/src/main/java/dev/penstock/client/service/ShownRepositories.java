package dev.penstock.client.service;

import dev.penstock.client.names.InvalidNameException;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.Page;
import dev.penstock.client.registry.PageRequest;
import dev.penstock.client.registry.PageToken;
import dev.penstock.client.registry.RegistryReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * The repositories of a registry that the customer's policy shows. No other name leaves, not even
 * as the place where a list goes on: a page that ends with a hidden name is cut after its last
 * allowed one, and where it has none, the next page is read in its place.
 *
 * <p>Such pages are paid for too, before the next is read: a registry full of hidden names shall
 * not be read any faster than what leaves.
 *
 * <p>Threads: any; the registry's reads continue each other.
 */
final class ShownRepositories {
  /** About what a request and the head of its answer take, so that empty pages cost something. */
  static final int BYTES_AROUND_PAGE = 1024;

  /** In JSON, two quotation marks and a comma. */
  private static final int BYTES_AROUND_NAME = 3;

  private final RegistryReader registry;
  private final Predicate<Repository> shown;
  private final Payment payment;
  private final Steps<Page<Repository>> steps = new Steps<>();

  private ShownRepositories(RegistryReader registry, Predicate<Repository> shown, Payment payment) {
    this.registry = registry;
    this.shown = shown;
    this.payment = payment;
  }

  /** Reads a page; cancelling it cancels the read under way, and no other begins. */
  static CompletableFuture<Page<Repository>> page(
      PageRequest request, RegistryReader registry, Predicate<Repository> shown, Payment payment) {
    ShownRepositories walk = new ShownRepositories(registry, shown, payment);
    walk.read(request);
    return walk.steps.result();
  }

  private void read(PageRequest request) {
    steps.then(() -> registry.repositories(request), page -> judge(request, page));
  }

  private void judge(PageRequest request, Page<Repository> page) {
    List<Repository> told = page.entries().stream().filter(shown).toList();
    PageToken next = page.next();
    if (next == null || next.name().map(this::mayTell).orElse(true)) {
      steps.result().complete(new Page<>(told, next));
      return;
    }
    String last = told.isEmpty() ? "" : told.get(told.size() - 1).value();
    PageToken cut = PageToken.after(last);
    if (last.isEmpty() || cut.equals(request.token())) { // the latter: it brought nothing new
      PageRequest after = request.onAfter(next.name().orElseThrow());
      steps.then(() -> payment.pay(costBytes(page)), paid -> read(after));
    } else {
      steps.result().complete(new Page<>(told, cut));
    }
  }

  private static long costBytes(Page<Repository> page) {
    return BYTES_AROUND_PAGE
        + page.entries().stream()
            .mapToLong(entry -> entry.value().length() + BYTES_AROUND_NAME)
            .sum();
  }

  private boolean mayTell(String name) {
    try {
      return shown.test(new Repository(name));
    } catch (InvalidNameException e) {
      return false;
    }
  }
}
