package dev.mysqlproxy.protocol.fuzz;

import dev.mysqlproxy.protocol.message.ChangeUserParts;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.LoginParts;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Logins that are changed on their way: what is not changed stays, byte for byte. */
final class LoginTargets {

    private static final byte[] OTHER = "other".getBytes(StandardCharsets.US_ASCII);

    private LoginTargets() {}

    static List<FuzzTarget> all() {
        return List.of(
                PayloadTarget.of("login-parts", Inputs.logins(), LoginTargets::login),
                PayloadTarget.of("change-user", changes(), LoginTargets::changeUser));
    }

    private static String login(ByteBuf payload) {
        if (HandshakeResponse.isBefore41(payload)) {
            return "before 4.1";
        }
        LoginParts parts;
        try {
            parts = LoginParts.parse(payload.duplicate());
        } catch (ProtocolViolationException e) {
            Checks.holds(refuses(payload), () -> "refused here only: " + e.getMessage());
            throw e;
        }
        HandshakeResponse login = HandshakeResponse.decode(payload.duplicate());
        Checks.equal(parts.decoded(), login, "login");
        Checks.equal(Checks.written(parts::encode), payload, "unchanged login");
        LoginParts changed = parts.withUser(OTHER).withDatabase(OTHER).withAttribute("_proxy", "yes");
        HandshakeResponse seen = HandshakeResponse.decode(Checks.written(changed::encode));
        Checks.equal(seen.user(), "other", "user");
        Checks.equal(seen.database().orElse(""), "other", "schema");
        Checks.equal(seen.authPlugin(), login.authPlugin(), "method");
        LoginParts cleared = parts.withCapabilities(parts.capabilities().without(Capabilities.FRAMING))
                .withAuthPlugin("dialog");
        if (cleared.fits(OTHER)) {
            HandshakeResponse again = HandshakeResponse.decode(Checks.written(cleared.withAuthResponse(OTHER)::encode));
            Checks.equal(again.user(), login.user(), "user");
            Checks.equal(again.attributes(), login.attributes(), "attributes");
            Checks.equal(again.authResponse().length, OTHER.length, "answer");
        }
        return "login with 0x" + Long.toHexString(login.capabilities().bits() & 0x04388009L)
                + Math.min(3, login.attributes().size()) + (parts.zstdLevel() >= 0);
    }

    private static boolean refuses(ByteBuf payload) {
        try {
            HandshakeResponse.decode(payload.duplicate());
            return false;
        } catch (ProtocolViolationException e) {
            return true;
        }
    }

    /** Behind eight bytes of capabilities. */
    private static List<byte[]> changes() {
        List<byte[]> changes = new ArrayList<>();
        for (byte[] login : Inputs.logins()) {
            if (login.length > HandshakeResponse.SSL_REQUEST_LENGTH) {
                LoginParts parts = LoginParts.parse(Unpooled.wrappedBuffer(login));
                changes.add(Inputs.encoded(out -> {
                    out.writeLongLE(parts.capabilities().bits());
                    ChangeUserParts.of(parts).encode(out);
                }));
            }
        }
        return changes;
    }

    private static String changeUser(ByteBuf input) {
        if (input.readableBytes() < Long.BYTES) {
            return "no capabilities";
        }
        Capabilities capabilities = new Capabilities(input.readLongLE());
        ChangeUserParts parts = ChangeUserParts.parse(input.duplicate(), capabilities);
        Checks.equal(Checks.written(parts::encode), input, "unchanged command");
        ChangeUserParts changed = parts.withUser(OTHER).withAttribute("_proxy", "yes");
        ChangeUserParts seen = ChangeUserParts.parse(Checks.written(changed::encode), capabilities);
        Checks.equal(new String(seen.user(), StandardCharsets.US_ASCII), "other", "user");
        Checks.equal(seen.authPlugin(), parts.authPlugin(), "method");
        Checks.equal(seen.authResponse().length, parts.authResponse().length, "answer");
        return "change with 0x" + Long.toHexString(capabilities.bits() & 0x00188000L) + (parts.characterSet() >= 0)
                + parts.authPlugin().isEmpty() + (parts.attributes() == null);
    }
}
