package dev.penstock.testing.proxy;

import dev.penstock.server.cli.DurationConverter;
import dev.penstock.testing.cli.ByteSize;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/**
 * Faults in words, one on each line, for the command line and for scripts.
 *
 * <pre>
 * cut                  cut after SIZE       cut in TIME          cut every TIME
 * stall up|down        delay up|down TIME   rate up|down SIZE    drop up|down
 * truncate up|down SIZE                     refuse               black-hole
 * heal
 * </pre>
 */
public final class FaultScript {
  private FaultScript() {}

  /**
   * Does what a line says.
   *
   * @throws IllegalArgumentException with what is accepted, when it says nothing of use
   */
  public static void apply(FaultProxy proxy, String line) {
    List<String> words = List.of(line.strip().toLowerCase(Locale.ROOT).split("\\s+"));
    switch (words.get(0) + "/" + words.size()) {
      case "cut/1" -> proxy.cut();
      case "cut/3" -> cut(proxy, words.get(1), words.get(2), line);
      case "stall/2" -> proxy.stall(direction(words.get(1)));
      case "delay/3" -> proxy.delay(direction(words.get(1)), time(words.get(2)));
      case "rate/3" -> proxy.limit(direction(words.get(1)), Math.toIntExact(size(words.get(2))));
      case "drop/2" -> proxy.drop(direction(words.get(1)));
      case "truncate/3" -> proxy.truncateAfter(direction(words.get(1)), size(words.get(2)));
      case "refuse/1" -> proxy.refuse();
      case "black-hole/1" -> proxy.blackHole();
      case "heal/1" -> proxy.heal();
      default -> throw unknown(line);
    }
  }

  private static void cut(FaultProxy proxy, String when, String value, String line) {
    switch (when) {
      case "after" -> proxy.cutAfter(size(value));
      case "in" -> proxy.cutIn(time(value));
      case "every" -> proxy.cutEvery(time(value));
      default -> throw unknown(line);
    }
  }

  private static IllegalArgumentException unknown(String line) {
    return new IllegalArgumentException(
        "'"
            + line
            + "' is no fault; there are: cut [after SIZE | in TIME | every TIME], stall, drop,"
            + " delay TIME, rate SIZE and truncate SIZE, each with up or down behind the name,"
            + " refuse, black-hole, heal");
  }

  private static Direction direction(String word) {
    return switch (word) {
      case "up" -> Direction.UP;
      case "down" -> Direction.DOWN;
      default -> throw new IllegalArgumentException("'" + word + "' is neither up nor down");
    };
  }

  private static long size(String word) {
    try {
      return new ByteSize().convert(word);
    } catch (TypeConversionException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Duration time(String word) {
    try {
      return new DurationConverter().convert(word);
    } catch (TypeConversionException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
