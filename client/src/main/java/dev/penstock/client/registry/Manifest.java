package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import java.nio.ByteBuffer;

/**
 * A manifest or an index.
 *
 * @param content exactly the registry's bytes, read-only; whoever reads it duplicates it
 * @param mediaType the Content-Type without parameters
 * @param digest of the content, computed here
 */
public record Manifest(ByteBuffer content, String mediaType, Digest digest) {}
