package dev.penstock.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the architecture, executed, so that no import breaks one unseen. */
class ArchitectureTest {
  private static final String WEBSOCKET = "dev.penstock.tunnel.websocket..";
  private static final String SESSION = "dev.penstock.tunnel.session..";
  private static final String PROBE = "dev.penstock.tunnel.probe..";
  private static final String CHANNEL = "dev.penstock.tunnel.channel..";
  private static final String CONNECTION = "dev.penstock.tunnel.connection..";
  private static final String DOCTOR = "dev.penstock.client.doctor.";
  private static final String TUNNEL_API = "dev.penstock.tunnel";

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.penstock");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.penstock.registry.v1",
        "dev.penstock.registry.stream",
        TUNNEL_API,
        "dev.penstock.tunnel.websocket",
        "dev.penstock.tunnel.session",
        "dev.penstock.tunnel.probe",
        "dev.penstock.tunnel.channel",
        "dev.penstock.tunnel.connection",
        "dev.penstock.client.policy",
        "dev.penstock.client.registry",
        "dev.penstock.client.doctor",
        "dev.penstock.client.doctor.diagnosis",
        "dev.penstock.client.doctor.visit",
        "dev.penstock.client.doctor.probe",
        "dev.penstock.client.doctor.path",
        "dev.penstock.client.doctor.line",
        "dev.penstock.client.doctor.limits",
        "dev.penstock.client.doctor.registries",
        "dev.penstock.server",
        "dev.penstock.client",
        "dev.penstock.testing"
      })
  void rules_seeEachModuleAndLayer(String packageName) {
    assertThat(classes.that(resideInAPackage(packageName))).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "dev.penstock.registry.., dev.penstock.tunnel..",
    "dev.penstock.registry.., dev.penstock.server..",
    "dev.penstock.registry.., dev.penstock.client..",
    "dev.penstock.registry.., dev.penstock.testing..",
    "dev.penstock.tunnel.., dev.penstock.registry..",
    "dev.penstock.tunnel.., dev.penstock.server..",
    "dev.penstock.tunnel.., dev.penstock.client..",
    "dev.penstock.tunnel.., dev.penstock.testing..",
    "dev.penstock.server.., dev.penstock.client..",
    "dev.penstock.server.., dev.penstock.testing..",
    "dev.penstock.client.., dev.penstock.server..",
    "dev.penstock.client.., dev.penstock.testing..",
  })
  void modules_dependInOneDirection(String module, String other) {
    noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat(in(other))
        .check(classes);
  }

  @ParameterizedTest
  @CsvSource({
    WEBSOCKET + ", " + SESSION,
    WEBSOCKET + ", " + CHANNEL,
    WEBSOCKET + ", " + TUNNEL_API,
    WEBSOCKET + ", " + PROBE,
    SESSION + ", " + PROBE,
    CHANNEL + ", " + PROBE,
    CONNECTION + ", " + PROBE,
    PROBE + ", " + CHANNEL,
    PROBE + ", " + TUNNEL_API,
    SESSION + ", " + CHANNEL,
    SESSION + ", " + TUNNEL_API,
    CHANNEL + ", " + TUNNEL_API,
    CHANNEL + ", " + WEBSOCKET,
    TUNNEL_API + ", " + WEBSOCKET,
    CONNECTION + ", " + WEBSOCKET,
    CONNECTION + ", " + SESSION,
    CONNECTION + ", " + CHANNEL,
    CONNECTION + ", " + TUNNEL_API,
  })
  void layers_knowOnlyThoseBelow(String layer, String other) {
    noClasses()
        .that()
        .resideInAPackage(layer)
        .should()
        .dependOnClassesThat(in(other))
        .check(classes);
  }

  @ParameterizedTest
  @ValueSource(strings = {CONNECTION, WEBSOCKET, SESSION, PROBE})
  void grpc_isUnknownBelowTheChannel(String layer) {
    noClasses().that().resideInAPackage(layer).should().dependOnClassesThat(grpc()).check(classes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.penstock.client.names..",
        "dev.penstock.client.policy..",
        "dev.penstock.client.limits..",
        "dev.penstock.client.audit..",
        "dev.penstock.client.credentials..",
        "dev.penstock.client.network..",
        "dev.penstock.client.registry..",
      })
  void grpc_isUnknownBelowTheClientsService(String part) {
    noClasses().that().resideInAPackage(part).should().dependOnClassesThat(grpc()).check(classes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev.penstock.client.policy..", "dev.penstock.client.limits.."})
  void whatTheCustomerAllows_isDecidedOnNamesAlone(String part) {
    noClasses()
        .that()
        .resideInAPackage(part)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.penstock.tunnel..", "dev.penstock.client.registry..", "io.grpc.."))
        .check(classes);
  }

  @ParameterizedTest
  @CsvSource({
    DOCTOR + "diagnosis, visit|probe|path|line|limits|registries",
    DOCTOR + "probe, diagnosis|visit|path|line|limits|registries",
    DOCTOR + "visit, path|line|limits|registries",
    DOCTOR + "path, probe|line|limits|registries",
    DOCTOR + "line, path|limits|registries",
    DOCTOR + "limits, path|line|registries",
    DOCTOR + "registries, probe|path|line|limits",
  })
  void layersOfThePath_meetInTheVisitAlone(String part, String others) {
    String[] packages = Stream.of(others.split("\\|")).map(DOCTOR::concat).toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(part)
        .should()
        .dependOnClassesThat(resideInAnyPackage(packages))
        .check(classes);
  }

  @Test
  void netty_isOnlyTheOneThatGrpcShades() {
    noClasses().should().dependOnClassesThat(in("io.netty..")).check(classes);
  }

  @Test
  void tyrus_isKnownOnlyWhereWebSocketsAreDialled() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.penstock.tunnel.websocket.dial..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.glassfish..", "jakarta.websocket.."))
        .check(classes);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("dev.penstock.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void packages_areNamedAfterAnIdea() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..manager..")
        .check(classes);
  }

  private static DescribedPredicate<JavaClass> in(String packages) {
    return resideInAPackage(packages);
  }

  /** gRPC itself, as opposed to the Netty that it carries in its own package. */
  private static DescribedPredicate<JavaClass> grpc() {
    return describe(
        "are gRPC's",
        type ->
            type.getPackageName().startsWith("io.grpc")
                && !type.getPackageName().startsWith("io.grpc.netty.shaded.io.netty"));
  }
}
