package dev.mysqlproxy.plugin.lua.lib;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** Temporary files in /tmp as mkstemp makes them: new, empty, the owner's, with a name nobody can guess. */
final class IoFileTemporary {

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int TRIES = 100;

    private IoFileTemporary() {}

    static Path create() throws IOException {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < TRIES; i++) {
            StringBuilder name = new StringBuilder("/tmp/lua_");
            for (int letter = 0; letter < 6; letter++) {
                name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            try {
                return Files.createFile(
                        Path.of(name.toString()),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException e) {
                // somebody has this name: the next one
            }
        }
        throw new FileAlreadyExistsException("/tmp/lua_");
    }
}
