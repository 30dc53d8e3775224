package dev.penstock.testing.reads;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Measures what this process does from now on: all of its threads. */
record Stopwatch(long startNanos, long cpuNanos) {
  private static final double NANOS = 1e9;

  static Stopwatch start() {
    return new Stopwatch(System.nanoTime(), processNanos());
  }

  Cost cost() {
    return new Cost((System.nanoTime() - startNanos) / NANOS, (processNanos() - cpuNanos) / NANOS);
  }

  private static long processNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
