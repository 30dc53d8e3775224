package dev.penstock.tunnel.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The process and its JVM, under the names that Prometheus's own libraries give them. */
public final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMetrics() {}

  /** Adds the metrics; those that the platform does not tell have no value. */
  public static void declare(Metrics metrics) {
    declareProcess(metrics);
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    metrics
        .gauges(
            "jvm_memory_used_bytes",
            List.of("area"),
            "Memory of the JVM in use, heap and the rest that it manages.",
            samples -> {
              samples.add((double) memory.getHeapMemoryUsage().getUsed(), "heap");
              samples.add((double) memory.getNonHeapMemoryUsage().getUsed(), "nonheap");
            })
        .gauges(
            "jvm_memory_max_bytes",
            List.of("area"),
            "The most that the heap may grow to.",
            samples -> samples.add((double) memory.getHeapMemoryUsage().getMax(), "heap"))
        .gauges(
            "jvm_buffer_pool_used_bytes",
            List.of("pool"),
            "Memory outside of the heap in the JDK's own buffers.",
            ProcessMetrics::bufferPools)
        .gauges(
            "netty_direct_memory_bytes",
            List.of(),
            "Memory outside of the heap that Netty has taken, in use or kept for use.",
            ProcessMetrics::nettyBytes)
        .gauge(
            "jvm_threads_current",
            "Threads that live.",
            () -> ManagementFactory.getThreadMXBean().getThreadCount())
        .counter(
            "jvm_gc_seconds_total",
            "Time spent in garbage collections.",
            ProcessMetrics::garbageCollectionSeconds);
  }

  private static void declareProcess(Metrics metrics) {
    metrics
        .gauge(
            "process_start_time_seconds",
            "When the process started, in seconds since 1970.",
            () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3)
        .counters(
            "process_cpu_seconds_total",
            List.of(),
            "CPU time of the process.",
            samples -> ofUnix(samples, unix -> unix.getProcessCpuTime() / 1e9))
        .gauges(
            "process_resident_memory_bytes",
            List.of(),
            "Memory of the process that is resident; on Linux only.",
            ProcessMetrics::residentBytes)
        .gauges(
            "process_open_fds",
            List.of(),
            "Open files, sockets included.",
            samples -> ofUnix(samples, UnixOperatingSystemMXBean::getOpenFileDescriptorCount))
        .gauges(
            "process_max_fds",
            List.of(),
            "The most files that may be open.",
            samples -> ofUnix(samples, UnixOperatingSystemMXBean::getMaxFileDescriptorCount));
  }

  private static void ofUnix(
      Metrics.Samples samples, ToDoubleFunction<UnixOperatingSystemMXBean> number) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      samples.add(number.applyAsDouble(unix));
    }
  }

  /** From a line such as {@code VmRSS: 51234 kB} (proc(5)). */
  private static void residentBytes(Metrics.Samples samples) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          samples.add(Long.parseLong(line.replaceAll("\\D", "")) * 1024.0);
        }
      }
    } catch (IOException e) {
      // Another platform: there is nothing to tell.
    }
  }

  private static void bufferPools(Metrics.Samples samples) {
    ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
        .forEach(pool -> samples.add((double) pool.getMemoryUsed(), pool.getName()));
  }

  /** Where Netty goes by the JDK's own buffers it counts nothing, and they are in their pool. */
  private static void nettyBytes(Metrics.Samples samples) {
    long bytes = PlatformDependent.usedDirectMemory();
    if (bytes >= 0) {
      samples.add((double) bytes);
    }
  }

  private static double garbageCollectionSeconds() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum()
        / 1e3;
  }
}
