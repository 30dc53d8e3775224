package dev.penstock.testing.reads;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** A way to read some blobs at once, and throw them away. */
interface ReadingWay {
  String name();

  /**
   * Reads them all, to the last byte.
   *
   * @param digests of blobs of the repository
   */
  Cost read(List<String> digests)
      throws IOException, InterruptedException, ExecutionException, TimeoutException;
}
