package dev.penstock.client.registry;

/** Size of a blob in bytes, and its media type as the registry gave it. */
public record BlobStat(long size, String mediaType) {}
