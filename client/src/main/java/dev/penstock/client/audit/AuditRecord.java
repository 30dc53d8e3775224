package dev.penstock.client.audit;

import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One access that has ended, however it ended.
 *
 * @param time when it was asked for
 * @param caller as the server calls it; empty: the server did not say
 * @param operation such as {@code fetch-blob}
 * @param registry its name; empty when the request did not come so far as to have one
 * @param repository null: the operation has none, or the request's was no name
 * @param reference the digest or tag; null likewise
 * @param resolved what the tag stood for, by the registry's answer; null: there was no tag, or no
 *     answer
 * @param bytes of payload that left
 * @param outcome {@code OK}, or the status code that the caller got
 * @param reason why it is not {@code OK}; empty when it is
 */
public record AuditRecord(
    Instant time,
    CallIds ids,
    String caller,
    String operation,
    String registry,
    @Nullable Repository repository,
    @Nullable Reference reference,
    @Nullable Digest resolved,
    long bytes,
    Duration duration,
    String outcome,
    String reason) {}
