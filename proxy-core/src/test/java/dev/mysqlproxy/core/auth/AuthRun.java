package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.core.auth.TestServer.Verdict;
import dev.mysqlproxy.protocol.message.OkPacket;
import java.util.concurrent.TimeUnit;

/** Lets a client and a server talk through a dialog until somebody has decided. */
final class AuthRun {

    private static final int MOST_STEPS = 60;
    private static final int PATIENCE_SECONDS = 30;

    /** What a client does. */
    interface Answers {

        String plugin();

        byte[] logIn(AuthDialog.Challenge challenge);

        /** The answer to a packet; null when there is none. */
        byte[] receive(byte[] payload);
    }

    private AuthRun() {}

    static void run(AuthDialog dialog, TestEnds ends, Answers client, TestServer server) {
        byte[] response = client.logIn(dialog.challenge(server.challenge()));
        dialog.answer("me", client.plugin(), response);
        boolean sent = false;
        for (int step = 0; step < MOST_STEPS && server.verdict == null && ends.refusal == null; step++) {
            if (!ends.toClient.isEmpty()) {
                byte[] answer = client.receive(ends.toClient.remove());
                if (answer != null) {
                    dialog.client(answer);
                }
            } else if (ends.login != null && !sent) {
                sent = true;
                fromServer(dialog, server.logIn(ends.login.plugin(), ends.login.response()));
            } else if (!ends.toServer.isEmpty()) {
                fromServer(dialog, server.receive(ends.toServer.remove()));
            } else {
                task(ends).run();
            }
        }
        if (server.verdict == Verdict.OK) {
            dialog.accepted(new OkPacket(0, 0, 2, 0, ""));
        }
        dialog.release();
    }

    private static Runnable task(TestEnds ends) {
        try {
            Runnable task = ends.tasks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (task == null) {
                throw new IllegalStateException("nobody says anything");
            }
            return task;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fromServer(AuthDialog dialog, byte[] payload) {
        if (payload != null) {
            dialog.server(payload);
        }
    }
}
