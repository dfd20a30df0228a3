package dev.mysqlproxy.core.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class SystemCallsTest {

    @Test
    void limitIsReadFromTheKernelsTable() {
        List<String> table = List.of(
                "Limit                     Soft Limit           Hard Limit           Units     ",
                "Max processes             1                    2                    processes ",
                "Max open files            1024                 524288               files     ");
        assertThat(FileLimits.parse(table)).hasValue(1024);
        assertThat(FileLimits.parse(List.of(table.get(2).replace("1024     ", "unlimited"))))
                .hasValue(Long.MAX_VALUE);
        assertThat(FileLimits.parse(table.subList(0, 2))).isEmpty();
        assertThat(FileLimits.current()).isPresent();
    }

    @Test
    void limitIsSet() throws Exception {
        long before = FileLimits.current().orElseThrow();
        assumeThat(before).isGreaterThan(1024);
        FileLimits.apply(before - 1);
        try {
            assertThat(FileLimits.current()).hasValue(before - 1);
        } finally {
            FileLimits.apply(before);
        }
        assertThat(FileLimits.current()).hasValue(before);
    }

    @Test
    void impossibleLimitIsASentence() {
        assertThatThrownBy(() -> FileLimits.apply(-1)).isInstanceOf(StartException.class);
        assertThatThrownBy(() -> FileLimits.apply(1L << 60))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("setting --max-open-files to " + (1L << 60))
                .hasMessageContaining("Operation not permitted");
    }

    @Test
    void userIsForRootAlone() throws Exception {
        int owner = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        assertThat(Posix.effectiveUser()).isEqualTo(owner).isEqualTo(Libc.geteuid());
        if (owner == 0) {
            assertThatThrownBy(() -> Privileges.of("no such user")).hasMessage("unknown user 'no such user' in --user");
        } else {
            assertThatThrownBy(() -> Privileges.of("nobody"))
                    .hasMessage("can only use the --user switch if running as root");
        }
    }

    @Test
    void socketNamesBecomeAddresses() {
        assertThat(tail("/run/n")).isEqualTo("/run/n\0");
        assertThat(tail("@abc")).isEqualTo("\0abc");
        assertThat(ServiceNotify.address("relative")).isEmpty();
        assertThat(ServiceNotify.address("/" + "x".repeat(107))).isEmpty();
        assertThat(ServiceNotify.address("/" + "x".repeat(106))).hasSize(110);
    }

    private static String tail(String name) {
        byte[] address = ServiceNotify.address(name);
        return new String(address, 2, address.length - 2, StandardCharsets.UTF_8);
    }
}
