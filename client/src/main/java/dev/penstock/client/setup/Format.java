package dev.penstock.client.setup;

/** What is written to run a client with, beside its configuration. */
public enum Format {
  /** Nothing more. */
  YAML,
  SYSTEMD,
  DOCKER,
  KUBERNETES
}
