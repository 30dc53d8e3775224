package dev.penstock.client.service;

import dev.penstock.client.policy.Verdict;
import dev.penstock.client.registry.RegistryReader;

/** An access that may go on: where to read, on behalf of its call, and what the rule allows. */
record Admitted(RegistryReader registry, Verdict.Allowed verdict) {}
