package dev.mysqlproxy.core.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may know whom. What the modules' dependencies do not enforce by themselves is enforced here. */
class ArrowsTest {

    private static final String API = "dev.mysqlproxy.api..";
    private static final String PROTOCOL = "dev.mysqlproxy.protocol..";
    private static final String CORE = "dev.mysqlproxy.core..";

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.mysqlproxy");

    private static void check(ArchRule rule) {
        rule.check(ALL);
    }

    private static String core(String name) {
        return "dev.mysqlproxy.core." + name + "..";
    }

    private static void knowsOnly(String part, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = core(part);
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = core(others[i]);
        }
        check(noClasses()
                .that()
                .resideInAPackage(core(part))
                .should()
                .dependOnClassesThat(resideInAPackage(CORE).and(not(resideInAnyPackage(allowed)))));
    }

    // --- modules ----------------------------------------------------------------------------------------------------

    @Test
    void pluginAuthorsSeeTheirApiAndNothingElse() {
        check(classes()
                .that()
                .resideInAPackage(API)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(API, "java..", "org.pf4j.."));
    }

    @Test
    void theProtocolKnowsNothingOfOurs() {
        check(classes()
                .that()
                .resideInAPackage(PROTOCOL)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        PROTOCOL,
                        "java..",
                        "javax.crypto..",
                        "io.netty.buffer..",
                        "io.netty.util..",
                        "com.github.luben.."));
    }

    @Test
    void theTokenizerNeedsNobody() {
        check(classes()
                .that()
                .resideInAPackage("dev.mysqlproxy.protocol.sql..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.mysqlproxy.protocol.sql..", "java.."));
    }

    // --- packages of the engine -------------------------------------------------------------------------------------

    @Test
    void whatIsAtTheBottomNeedsNobodyElse() {
        knowsOnly("net");
        knowsOnly("chassis");
        knowsOnly("hook");
        knowsOnly("plugin");
        knowsOnly("config");
        knowsOnly("auth");
        knowsOnly("metric");
    }

    @Test
    void backendsAreAddressesWithAState() {
        knowsOnly("backend", "net", "chassis", "tls");
    }

    @Test
    void encryptionKnowsWhoNeedsAKey() {
        knowsOnly("tls", "auth");
    }

    @Test
    void sessionsKnowNeitherPluginsNorOptionsNorWhoStartsThem() {
        knowsOnly("session", "hook", "backend", "net", "chassis", "auth", "tls");
    }

    @Test
    void nobodyKnowsTheApplication() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(core("app"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(core("app")));
    }

    // --- libraries --------------------------------------------------------------------------------------------------

    @Test
    void eachLibraryHasItsPlace() {
        onlyIn("org.pf4j..", core("plugin"), API);
        onlyIn("com.typesafe.config..", core("config"), core("auth"));
        onlyIn("io.netty.handler.ssl..", core("tls"), core("session"));
        onlyIn("com.github.luben..", "dev.mysqlproxy.protocol.compress..");
        onlyIn("ch.qos.logback..", core("chassis"));
        onlyIn("com.sun.jna..", core("chassis"));
        onlyIn("io.netty.channel..", core("session"), core("net"), core("app"));
    }

    private static void onlyIn(String library, String... places) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(places)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library));
    }
}
