package dev.mysqlproxy.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A storm of logins: threads that connect, log in, run {@code SELECT 1} and leave, over and over; plain, over TLS, or over
 * TLS with sessions that are resumed. Needs nothing but a JDK:
 *
 * <pre>java ConnectStorm.java HOST PORT USER PASSWORD plain|tls|resume THREADS SECONDS [WARMUP_SECONDS]</pre>
 *
 * <p>Prints one line: mode, threads, logins a second, failed ones, and the part whose TLS session was resumed. The certificate
 * is not looked at. Accounts of caching_sha2_password and mysql_native_password; in mode plain the server must have the
 * former's password in its cache.
 */
public final class ConnectStorm {

    private static final int CLIENT_LONG_PASSWORD = 1;
    private static final int CLIENT_PROTOCOL_41 = 1 << 9;
    private static final int CLIENT_SSL = 1 << 11;
    private static final int CLIENT_TRANSACTIONS = 1 << 13;
    private static final int CLIENT_SECURE_CONNECTION = 1 << 15;
    private static final int CLIENT_PLUGIN_AUTH = 1 << 19;
    private static final int CLIENT_DEPRECATE_EOF = 1 << 24;
    private static final int FLAGS = CLIENT_LONG_PASSWORD
            | CLIENT_PROTOCOL_41
            | CLIENT_TRANSACTIONS
            | CLIENT_SECURE_CONNECTION
            | CLIENT_PLUGIN_AUTH
            | CLIENT_DEPRECATE_EOF;
    private static final String SEEN = "seen";
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final long NANOS = 1_000_000_000L;

    private final String host;
    private final int port;
    private final String user;
    private final String password;
    private final boolean tls;
    private final boolean resume;
    private final LongAdder logins = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder resumed = new LongAdder();

    private ConnectStorm(String host, int port, String user, String password, String mode) {
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
        this.tls = !mode.equals("plain");
        this.resume = mode.equals("resume");
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        if (args.length < 7 || !List.of("plain", "tls", "resume").contains(args[4])) {
            System.err.println(
                    "ConnectStorm HOST PORT USER PASSWORD plain|tls|resume THREADS SECONDS [WARMUP_SECONDS]");
            System.exit(2);
        }
        ConnectStorm storm = new ConnectStorm(args[0], Integer.parseInt(args[1]), args[2], args[3], args[4]);
        int threads = Integer.parseInt(args[5]);
        storm.run(threads, args.length > 7 ? Integer.parseInt(args[7]) : 2);
        storm.logins.reset();
        storm.failed.reset();
        storm.resumed.reset();
        int seconds = Integer.parseInt(args[6]);
        double elapsed = storm.run(threads, seconds);
        System.out.printf(
                Locale.ROOT,
                "%s\t%d\t%.1f\t%d\t%.3f%n",
                args[4],
                threads,
                storm.logins.sum() / elapsed,
                storm.failed.sum(),
                storm.logins.sum() == 0 ? 0.0 : (double) storm.resumed.sum() / storm.logins.sum());
        System.exit(storm.logins.sum() == 0 ? 1 : 0);
    }

    /** Seconds that it took. */
    private double run(int threads, int seconds) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        long begin = System.nanoTime();
        long end = begin + seconds * NANOS;
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(pool.submit(() -> {
                SSLContext context = context();
                while (System.nanoTime() < end) {
                    if (!resume) {
                        context = context();
                    }
                    once(context);
                }
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();
        return (double) (System.nanoTime() - begin) / NANOS;
    }

    private static SSLContext context() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
        return context;
    }

    private void once(SSLContext context) {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            new Login(socket).run(context);
            logins.increment();
        } catch (IOException | GeneralSecurityException e) {
            failed.increment();
            if (failed.sum() == 1) {
                System.err.println("the first failure: " + e);
            }
        }
    }

    /** One connection's life. */
    private final class Login {
        private Socket socket;
        private DataInputStream in;
        private OutputStream out;
        private int sequence;

        Login(Socket socket) throws IOException {
            use(socket);
        }

        private void use(Socket next) throws IOException {
            socket = next;
            in = new DataInputStream(next.getInputStream());
            out = next.getOutputStream();
        }

        void run(SSLContext context) throws IOException, GeneralSecurityException {
            byte[] greeting = read();
            int at = 1;
            while (greeting[at] != 0) {
                at++;
            }
            byte[] nonce = new byte[20];
            System.arraycopy(greeting, at + 5, nonce, 0, 8);
            System.arraycopy(greeting, at + 5 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10, nonce, 8, 12);
            int name = at + 5 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10 + 13;
            String plugin = new String(greeting, name, greeting.length - name - 1, StandardCharsets.US_ASCII);
            int flags = FLAGS | (tls ? CLIENT_SSL : 0);
            byte[] head = head(flags);
            if (tls) {
                write(head);
                SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
                secure.startHandshake();
                // a session that is resumed has what was put into it the first time
                SSLSession session = secure.getSession();
                if (session.getValue(SEEN) != null) {
                    resumed.increment();
                }
                session.putValue(SEEN, SEEN);
                use(secure);
            }
            byte[] answer = answer(plugin, nonce);
            ByteArrayOutputStream login = new ByteArrayOutputStream();
            login.writeBytes(head);
            login.writeBytes(user.getBytes(StandardCharsets.UTF_8));
            login.write(0);
            login.write(answer.length);
            login.writeBytes(answer);
            login.writeBytes(plugin.getBytes(StandardCharsets.US_ASCII));
            login.write(0);
            write(login.toByteArray());
            authenticate();
            sequence = 0;
            write("\3SELECT 1".getBytes(StandardCharsets.US_ASCII));
            // column count, column, row, end
            for (int i = 0; i < 4; i++) {
                fail(read());
            }
            sequence = 0;
            write(new byte[] {1});
            if (socket instanceof SSLSocket) {
                // says goodbye, without which the session could not be resumed
                socket.close();
            }
        }

        private void authenticate() throws IOException, GeneralSecurityException {
            for (int round = 0; round < 8; round++) {
                byte[] packet = read();
                fail(packet);
                if (packet[0] == 0) {
                    return;
                }
                if (packet[0] == (byte) 0xfe) {
                    int end = 1;
                    while (packet[end] != 0) {
                        end++;
                    }
                    byte[] nonce = new byte[20];
                    System.arraycopy(packet, end + 1, nonce, 0, 20);
                    write(answer(new String(packet, 1, end - 1, StandardCharsets.US_ASCII), nonce));
                } else if (packet[0] == 1 && packet.length == 2 && packet[1] == 4) {
                    if (!tls) {
                        throw new IOException("the server wants the password itself: log in over TLS first");
                    }
                    write((password + "\0").getBytes(StandardCharsets.UTF_8));
                }
            }
            throw new IOException("a login without an end");
        }

        private byte[] answer(String plugin, byte[] nonce) throws GeneralSecurityException {
            if (password.isEmpty()) {
                return new byte[0];
            }
            boolean caching = plugin.equals("caching_sha2_password");
            MessageDigest digest = MessageDigest.getInstance(caching ? "SHA-256" : "SHA-1");
            byte[] once = digest.digest(password.getBytes(StandardCharsets.UTF_8));
            byte[] twice = digest.digest(once);
            digest.update(caching ? twice : nonce);
            byte[] mix = digest.digest(caching ? nonce : twice);
            for (int i = 0; i < mix.length; i++) {
                mix[i] ^= once[i];
            }
            return mix;
        }

        private byte[] head(int flags) {
            byte[] head = new byte[32];
            for (int i = 0; i < 4; i++) {
                head[i] = (byte) (flags >>> 8 * i);
            }
            head[7] = 1;
            head[8] = 45;
            return head;
        }

        private void fail(byte[] packet) throws IOException {
            if (packet[0] == (byte) 0xff) {
                throw new IOException(new String(packet, 3, packet.length - 3, StandardCharsets.UTF_8));
            }
        }

        private byte[] read() throws IOException {
            int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
            sequence = in.readUnsignedByte() + 1;
            byte[] payload = new byte[length];
            in.readFully(payload);
            if (length == 0) {
                throw new IOException("an empty packet");
            }
            return payload;
        }

        private void write(byte[] payload) throws IOException {
            byte[] packet = new byte[payload.length + 4];
            packet[0] = (byte) payload.length;
            packet[1] = (byte) (payload.length >>> 8);
            packet[2] = (byte) (payload.length >>> 16);
            packet[3] = (byte) sequence++;
            System.arraycopy(payload, 0, packet, 4, payload.length);
            out.write(packet);
            out.flush();
        }
    }

    /** Takes any certificate: what is measured is speed. */
    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
