package dev.penstock.client.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Hosts that are reached without the proxy: {@code *} for all, a name with all below it (a dot in
 * front changes nothing), an address, a network such as {@code 10.0.0.0/8}, each but the network
 * with {@code :port} if one likes. As Go's {@code httpproxy} and curl read {@code NO_PROXY}.
 *
 * <p>Names are compared, and not resolved.
 */
public record NoProxy(List<String> entries) {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /** Copies the entries, in lower case. */
  public NoProxy {
    entries =
        entries.stream()
            .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
            .filter(entry -> !entry.isEmpty())
            .toList();
  }

  /** Entries separated by commas or blanks. */
  static NoProxy parse(String text) {
    return new NoProxy(List.of(text.split("[,\\s]+", -1)));
  }

  boolean covers(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    return entries.stream().anyMatch(entry -> covers(entry, name, port));
  }

  private static boolean covers(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    if (entry.indexOf('/') > 0) {
      return isAddress(host) && isInNetwork(entry, host);
    }
    String name = entry;
    int colon = entry.lastIndexOf(':');
    boolean hasPort = colon > 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
    if (hasPort) {
      if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      name = entry.substring(0, colon);
    }
    name = name.replaceAll("[\\[\\]]", "").replaceFirst("^\\*?\\.", "");
    return host.equals(name) || (!isAddress(host) && host.endsWith("." + name));
  }

  private static boolean isInNetwork(String network, String host) {
    int slash = network.indexOf('/');
    String base = network.substring(0, slash);
    if (!isAddress(base) || !network.substring(slash + 1).matches("\\d{1,3}")) {
      return false;
    }
    byte[] wanted = bytes(base);
    byte[] given = bytes(host);
    int bits = Integer.parseInt(network.substring(slash + 1));
    return wanted.length == given.length
        && bits <= wanted.length * 8
        && Arrays.equals(firstBits(wanted, bits), firstBits(given, bits));
  }

  private static byte[] firstBits(byte[] address, int bits) {
    byte[] first = Arrays.copyOf(address, (bits + 7) / 8);
    if (bits % 8 != 0) {
      first[first.length - 1] &= (byte) (0xff << (8 - bits % 8));
    }
    return first;
  }

  /** Of an address in figures: nothing is looked up. */
  static boolean isAddress(String host) {
    return ADDRESS.matcher(host).matches();
  }

  private static byte[] bytes(String address) {
    try {
      return InetAddress.getByName(address).getAddress();
    } catch (UnknownHostException e) {
      return new byte[0]; // figures, and yet no address
    }
  }
}
