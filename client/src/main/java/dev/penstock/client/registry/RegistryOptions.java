package dev.penstock.client.registry;

/**
 * Limits of a {@link RegistryReader}.
 *
 * @param maxManifestBytes the largest manifest that is read into memory
 * @param maxSkippedBytes how much of a blob is read and thrown away to reach an offset, at a
 *     registry that ignores Range
 */
public record RegistryOptions(int maxManifestBytes, long maxSkippedBytes) {
  /** 4 MiB, which the specification asks every registry to accept; and 1 GiB. */
  public static final RegistryOptions DEFAULTS = new RegistryOptions(4 << 20, 1L << 30);
}
