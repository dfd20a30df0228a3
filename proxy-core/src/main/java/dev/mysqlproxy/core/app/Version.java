package dev.mysqlproxy.core.app;

import java.util.Optional;

/** The version of this build. */
final class Version {

    private Version() {}

    /** From the jar's manifest; {@code development} when it does not run from a jar. */
    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
