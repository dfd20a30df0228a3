package dev.mysqlproxy.example.guard;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.decision.Reply;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Users who may change whole tables, and the admin port's statement that adds one. Any thread. */
final class Exemptions implements AdminCommand {

    private volatile Set<String> users;

    Exemptions(Collection<String> users) {
        this.users = Set.copyOf(users);
    }

    boolean contains(String user) {
        return users.contains(user);
    }

    synchronized void replace(Collection<String> others) {
        users = Set.copyOf(others);
    }

    @Override
    public String words() {
        return "GUARD EXEMPT";
    }

    @Override
    public String arguments() {
        return "<user>";
    }

    @Override
    public String comment() {
        return "lets a user change whole tables until --guard-exempt is set or the proxy ends";
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public synchronized Reply run(List<String> arguments, String by) {
        if (arguments.size() != 1) {
            return Reply.error(1064, "42000", "GUARD EXEMPT takes one user");
        }
        Set<String> more = new HashSet<>(users);
        more.add(arguments.get(0));
        users = Set.copyOf(more);
        return Reply.ok();
    }
}
