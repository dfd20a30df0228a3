package dev.mysqlproxy.it.raw;

/** A server's greeting, protocol 10. */
public record Greeting(
        String serverVersion, long threadId, byte[] nonce, long capabilities, int charset, int status, String plugin) {
    private static final int NONCE = 20;

    public static Greeting parse(byte[] payload) {
        Cursor cursor = new Cursor(payload);
        if (cursor.number1() != 10) {
            throw new AssertionError("no greeting: " + Bytes.show(payload));
        }
        String version = cursor.zeroText();
        long threadId = cursor.number(4);
        byte[] first = cursor.raw(8);
        cursor.raw(1);
        long capabilities = cursor.number(2);
        int charset = cursor.number1();
        int status = (int) cursor.number(2);
        capabilities |= cursor.number(2) << 16;
        cursor.number1();
        cursor.raw(6);
        long further = cursor.number(4);
        if ((capabilities & Flags.CLIENT_LONG_PASSWORD) == 0) {
            capabilities |= further << 32;
        }
        byte[] nonce = java.util.Arrays.copyOf(first, NONCE);
        System.arraycopy(cursor.raw(12), 0, nonce, 8, 12);
        cursor.raw(1);
        return new Greeting(version, threadId, nonce, capabilities, charset, status, cursor.zeroText());
    }
}
