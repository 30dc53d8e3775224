/**
 * The ingress we recommend in front of {@code penstock-server}, as configuration files of nginx,
 * HAProxy and Apache httpd, and each wrong in the ways people get them wrong.
 *
 * <p>The files are resources of this jar, {@code /ingress/…}, complete and commented. A test starts
 * from them and changes names, ports and the one line in question, so that nothing is tested that
 * is not what an operator is given.
 *
 * <p>Threads: an ingress is started, reloaded and closed by one thread.
 */
@NullMarked
package dev.penstock.testing.ingress;

import org.jspecify.annotations.NullMarked;
