package dev.penstock.server.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code HOST:PORT} as it stands on a command line; an IPv6 address is in brackets.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535; 0 lets a listener choose
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]/\\s]+)):([0-9]{1,5})");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final int MAX_PORT = 65_535;

  /** Checks the port. */
  public HostPort {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is outside 0 to " + MAX_PORT);
    }
  }

  /**
   * Reads {@code HOST:PORT}.
   *
   * @throws IllegalArgumentException with the form that was expected
   */
  public static HostPort parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' must be HOST:PORT, e.g. 127.0.0.1:7070 or [::1]:7070");
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    return new HostPort(host, Integer.parseInt(matcher.group(3)));
  }

  /** The address to listen on; looks a name up. */
  public InetSocketAddress toListenAddress() {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("no address is known for host '" + host + "'");
    }
    return address;
  }

  /** Whether the host, looked up if it is a name, is this machine; false when it is not known. */
  boolean isLoopback() {
    InetSocketAddress address = new InetSocketAddress(host, port);
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }

  /** Reads it for picocli; a port alone is one of the loopback interface. */
  public static final class LoopbackConverter implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String text) {
      return new Converter().convert(PORT.matcher(text).matches() ? "127.0.0.1:" + text : text);
    }
  }

  /** Reads it for picocli. */
  public static final class Converter implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
