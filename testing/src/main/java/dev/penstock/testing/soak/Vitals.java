package dev.penstock.testing.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What a process must not gather: taken at rest, with no call in progress.
 *
 * @param heapBytes in use after a collection
 * @param openFiles file descriptors; 0 where the platform does not tell
 */
record Vitals(long heapBytes, long openFiles, int threads) {
  private static final long HEAP_SLACK_BYTES = 32L << 20;
  private static final int OPEN_FILES_SLACK = 30;
  private static final int THREADS_SLACK = 20;

  /** The JDK's HTTP client ends its thread some seconds after it has become garbage. */
  private static final long AFTER_COLLECTION_MILLIS = 5_000;

  static Vitals now() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(AFTER_COLLECTION_MILLIS);
    }
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    long files =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getOpenFileDescriptorCount()
            : 0;
    return new Vitals(heap, files, threads);
  }

  /** How many threads there are of each kind, by their names without numbers. */
  static Map<String, Long> threadNames() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(thread -> thread.getName().replaceAll("[0-9]+", "N"))
        .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
  }

  /**
   * Whether nothing has climbed since. The slack is for what a process at rest has more or less of:
   * pooled connections, idle threads, buffers in pools.
   */
  boolean hasNotClimbedSince(Vitals before) {
    return heapBytes <= before.heapBytes + before.heapBytes / 4 + HEAP_SLACK_BYTES
        && openFiles <= before.openFiles + OPEN_FILES_SLACK
        && threads <= before.threads + THREADS_SLACK;
  }

  @Override
  public String toString() {
    return "heap %d MiB, open files %d, threads %d".formatted(heapBytes >> 20, openFiles, threads);
  }
}
