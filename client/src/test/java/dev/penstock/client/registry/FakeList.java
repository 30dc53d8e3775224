package dev.penstock.client.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.client.registry.FakeHttpServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A sorted list of names, given in pages with good or with bad manners. */
public final class FakeList implements FakeHttpServer.Handler {
  private final String member;
  private final List<String> names;
  private int cap = Integer.MAX_VALUE;
  private boolean hasLink = true;
  private boolean heedsSize = true;
  private boolean heedsLast = true;
  private boolean isLastIncluded;

  public FakeList(String member, List<String> names) {
    this.member = member;
    this.names = names;
  }

  /** As many names, each with its number in five digits. */
  public static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + "%05d".formatted(i)).toList();
  }

  FakeList cappedAt(int size) {
    cap = size;
    return this;
  }

  FakeList withoutLink() {
    hasLink = false;
    return this;
  }

  FakeList ignoringSize() {
    heedsSize = false;
    return this;
  }

  FakeList ignoringLast() {
    heedsLast = false;
    return this;
  }

  FakeList includingLast() {
    isLastIncluded = true;
    return this;
  }

  @Override
  public void answer(Request request, OutputStream out) throws IOException {
    String last = parameter(request, "last");
    int from = last == null || !heedsLast ? 0 : names.indexOf(last) + (isLastIncluded ? 0 : 1);
    String n = parameter(request, "n");
    int size = n == null || !heedsSize ? names.size() : Math.min(cap, Integer.parseInt(n));
    List<String> page = names.subList(from, Math.min(names.size(), from + size));
    boolean isMore = from + page.size() < names.size();
    FakeHttpServer.reply(
        out, 200, hasLink && isMore ? link(request, n, page) : Map.of(), json(member, page));
  }

  private static Map<String, String> link(Request request, @Nullable String n, List<String> page) {
    String last = URLEncoder.encode(page.get(page.size() - 1), UTF_8);
    return Map.of("Link", "<%s?last=%s&n=%s>; rel=\"next\"".formatted(request.path(), last, n));
  }

  static byte[] json(String member, List<String> names) {
    String array = names.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
    return "{\"name\":\"x\",\"%s\":%s}"
        .formatted(member, names.isEmpty() ? "[]" : array)
        .getBytes(UTF_8);
  }

  static @Nullable String parameter(Request request, String name) {
    String query = URI.create(request.target()).getRawQuery();
    return Arrays.stream(query == null ? new String[0] : query.split("&"))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), UTF_8))
        .findFirst()
        .orElse(null);
  }
}
