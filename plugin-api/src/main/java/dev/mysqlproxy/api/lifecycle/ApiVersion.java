package dev.mysqlproxy.api.lifecycle;

/** The version of this API, against which a plugin's {@code Plugin-Requires} is checked. */
public final class ApiVersion {

    /** Major, minor and patch by the rules of Semantic Versioning. */
    public static final String CURRENT = "1.0.0";

    private ApiVersion() {}
}
