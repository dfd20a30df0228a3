package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.QueryAttribute;
import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * A session as its scripts see it. Scripts may keep its objects for longer than they should, for example in {@code
 * proxy.global}: outside of the session's own hooks those answer with an error.
 */
public final class SessionContext {

    private static final int FIRST_BROKEN = 50114;
    private static final int LAST_BROKEN = 50117;

    private final World world;
    private final boolean admin;
    private final Connection connection;
    private SessionView session;
    private byte[] greetingBytes;
    private Greeting greeting;
    private byte[] loginBytes;
    private HandshakeResponse login;
    private List<QueryAttribute> attributes = List.of();
    private LuaTable attributeTable;
    private int chosen;
    private boolean connecting;
    private boolean taken;

    /**
     * What scripts share about a session.
     *
     * @param admin whether it is one of the admin listener's, which has no server
     */
    public SessionContext(World world, SessionView session, boolean admin) {
        this.world = world;
        this.session = session;
        this.admin = admin;
        this.connection = new Connection(this);
    }

    boolean isAdmin() {
        return admin;
    }

    World world() {
        return world;
    }

    /** {@code proxy.connection}. */
    public LuaValue connection() {
        return connection;
    }

    /** The session, for the hook that runs. */
    SessionView session() {
        if (session == null || world.active() != this) {
            throw new LuaError("this connection is over, or belongs to another session");
        }
        return session;
    }

    Optional<ServerView> server() {
        return session().server();
    }

    /** Whether the server is one of the releases that COM_CHANGE_USER breaks. */
    public boolean changeUserBroken() {
        int version = session == null
                ? 0
                : ServerVersion.number(session.serverVersion()).toint();
        return version >= FIRST_BROKEN && version <= LAST_BROKEN;
    }

    /** The session is over. */
    public void close() {
        world.forget();
        session = null;
        greetingBytes = null;
        loginBytes = null;
        greeting = null;
        login = null;
    }

    /** What the client is greeted with; the bytes must not change afterwards. */
    public void greeting(byte[] payload) {
        greetingBytes = payload;
        greeting = null;
    }

    /** The client's login; the bytes must not change afterwards. */
    public void login(byte[] payload) {
        loginBytes = payload;
        login = null;
    }

    /** The greeting that came by here; null when none did or it cannot be read. */
    Greeting greeting() {
        if (greeting == null && greetingBytes != null) {
            try {
                greeting = Greeting.decode(Unpooled.wrappedBuffer(greetingBytes));
            } catch (ProtocolViolationException e) {
                greetingBytes = null; // a script made it up
            }
        }
        return greeting;
    }

    /** The client's login; null when none came by here or it cannot be read. */
    HandshakeResponse login() {
        if (login == null && loginBytes != null) {
            try {
                login = HandshakeResponse.decode(Unpooled.wrappedBuffer(loginBytes));
            } catch (ProtocolViolationException e) {
                loginBytes = null; // older than what this class reads
            }
        }
        return login;
    }

    /** The query attributes of the command at hand. */
    public void attributes(List<QueryAttribute> list) {
        attributes = list;
        attributeTable = null;
    }

    /** {@code proxy.query_attributes}: values by name, and the names in their order from 1. */
    LuaTable attributes() {
        if (attributeTable == null) {
            attributeTable = new PucTable();
            int at = 1;
            for (QueryAttribute attribute : attributes) {
                LuaString name = Values.of(attribute.name());
                attributeTable.rawset(at++, name);
                attributeTable.rawset(name, Values.orNil(attribute.value()));
            }
        }
        return attributeTable;
    }

    /** A backend is to be picked: nothing has been chosen yet. */
    public void choose() {
        chosen = 0;
        taken = false;
    }

    /** The backend that the script set in connect_server; 0 for none. */
    public int chosen() {
        return chosen;
    }

    /** Whether setting that backend took an idle connection of it. */
    public boolean taken() {
        return taken;
    }

    int backendIndex() {
        if (admin) {
            return 1;
        }
        Optional<ServerView> server = server();
        return server.isPresent() ? server.get().backendIndex() : connecting ? chosen : 0;
    }

    /** Whether connect_server runs, in which a backend that was set is read again. */
    public void connecting(boolean now) {
        connecting = now;
    }

    void backendIndex(int index) {
        SessionView live = session();
        if (admin) {
            return;
        }
        world.forgetSnapshot();
        chosen = Math.max(index, 0);
        if (chosen == 0) {
            taken = false;
            live.park();
        } else {
            taken = live.take(chosen);
        }
    }
}
