package dev.penstock.testing.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's jar: small enough, and whole although parts of its libraries are left out. */
class ClientJarTest {
  private static final long LARGEST_BYTES = 20_000_000;
  private static final String NATIVES = "META-INF/native/";
  private static final String NETTY = "io.grpc.netty.shaded.io.netty.";

  private final Path jar =
      Path.of(System.getProperty("basedir", "."), "..", "client", "target", "penstock-client.jar")
          .normalize();

  @TempDir Path directory;

  @BeforeEach
  void needsTheJar() {
    assumeTrue(Files.isRegularFile(jar), () -> jar + " is not built; ./mvnw package builds it");
  }

  @Test
  void jar_isBelow20Megabytes() throws IOException {
    assertThat(Files.size(jar)).isLessThan(LARGEST_BYTES);
  }

  @Test
  void nativeLibraries_areThoseOfLinux() throws IOException {
    assertThat(entries())
        .filteredOn(name -> name.startsWith(NATIVES) && !name.endsWith("/"))
        .hasSize(4)
        .allMatch(
            name ->
                name.endsWith("_linux_x86_64.so")
                    || name.endsWith("_linux_aarch_64.so")
                    || name.endsWith("_epoll_x86_64.so")
                    || name.endsWith("_epoll_aarch_64.so"));
  }

  @Test
  void licencesOfWhatIsInside_areInside() throws IOException {
    assertThat(entries()).contains("META-INF/NOTICE.txt", "META-INF/license/LICENSE.boringssl.txt");
  }

  /** What systems without a library in the jar get: the JDK's TLS with ALPN, and NIO. */
  @Test
  void withoutNativeLibraries_jdkTakesTheirPlace() throws Exception {
    try (URLClassLoader loader = loader(withoutNatives())) {
      assertThat(isAvailable(loader, "handler.ssl.OpenSsl")).isFalse();
      assertThat(isAvailable(loader, "channel.epoll.Epoll")).isFalse();
      assertThat(call(loader, "dev.penstock.tunnel.connection.EventLoops", "ioHandlerFactory"))
          .extracting(made -> made.getClass().getName())
          .asString()
          .contains(".nio.");
      Class<?> provider = loader.loadClass(NETTY + "handler.ssl.SslProvider");
      Object jdk = provider.getField("JDK").get(null);
      assertThat(provider.getMethod("isAlpnSupported", provider).invoke(null, jdk)).isEqualTo(true);
      assertThat(platformTls(loader)).startsWith("Jdk");
    }
  }

  private static String platformTls(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> files = loader.loadClass("dev.penstock.tunnel.connection.ClientTls");
    return loader
        .loadClass("dev.penstock.tunnel.connection.TlsFiles")
        .getMethod("dialling", files)
        .invoke(null, files.getField("DEFAULTS").get(null))
        .getClass()
        .getSimpleName();
  }

  private static boolean isAvailable(ClassLoader loader, String type)
      throws ReflectiveOperationException {
    return (boolean) call(loader, NETTY + type, "isAvailable");
  }

  private static Object call(ClassLoader loader, String type, String method)
      throws ReflectiveOperationException {
    try {
      return loader.loadClass(type).getMethod(method).invoke(null);
    } catch (InvocationTargetException e) {
      throw new AssertionError(type + "." + method + " failed", e.getCause());
    }
  }

  private static URLClassLoader loader(Path classes) throws IOException {
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }

  private Path withoutNatives() throws IOException {
    Path copy = directory.resolve("without-natives.jar");
    try (JarFile from = new JarFile(jar.toFile());
        JarOutputStream to = new JarOutputStream(Files.newOutputStream(copy))) {
      for (JarEntry entry : from.stream().filter(ClientJarTest::isKept).toList()) {
        to.putNextEntry(new JarEntry(entry.getName()));
        from.getInputStream(entry).transferTo(to);
      }
    }
    return copy;
  }

  /** Without logback either: unconfigured, it would tell of each library that is not there. */
  private static boolean isKept(JarEntry entry) {
    return !entry.getName().startsWith(NATIVES)
        && !entry.getName().equals("META-INF/services/org.slf4j.spi.SLF4JServiceProvider");
  }

  private List<String> entries() throws IOException {
    try (JarFile opened = new JarFile(jar.toFile())) {
      return opened.stream().map(JarEntry::getName).toList();
    }
  }
}
