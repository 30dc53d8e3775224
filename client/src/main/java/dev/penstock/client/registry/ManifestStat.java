package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;

/**
 * What is known of a manifest without its content.
 *
 * @param size in bytes
 * @param mediaType the Content-Type without parameters
 * @param digest as the registry states it; computed here only where it states none
 */
public record ManifestStat(long size, String mediaType, Digest digest) {}
