package dev.mysqlproxy.plugin.lua.lib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** A file by its name. Appending while reading needs two descriptors, since Java's channels do one of both. */
final class IoFileOnDisk extends IoFile {

    private final FileChannel reader;
    private final FileChannel writer;

    private IoFileOnDisk(FileChannel reader, FileChannel writer) {
        this.reader = reader;
        this.writer = writer;
    }

    /** Opens as fopen does: r, w or a, then any of +, b and x. */
    static IoFileOnDisk open(Path path, String mode) throws IOException {
        char kind = mode.isEmpty() ? ' ' : mode.charAt(0);
        boolean both = mode.indexOf('+') > 0;
        Set<OpenOption> options = new HashSet<>();
        switch (kind) {
            case 'r' -> options.add(StandardOpenOption.READ);
            case 'w' ->
                options.addAll(EnumSet.of(
                        StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING));
            case 'a' -> options.addAll(EnumSet.of(StandardOpenOption.APPEND, StandardOpenOption.CREATE));
            default -> throw IoFileError.thrown(IoFileError.INVALID_ARGUMENT);
        }
        if (kind != 'r' && mode.indexOf('x') > 0) {
            options.add(StandardOpenOption.CREATE_NEW);
        }
        if (both && kind == 'a') {
            FileChannel writer = FileChannel.open(path, options);
            try {
                return new IoFileOnDisk(FileChannel.open(path, StandardOpenOption.READ), writer);
            } catch (IOException e) {
                writer.close();
                throw e;
            }
        }
        if (both) {
            options.add(StandardOpenOption.READ);
            options.add(StandardOpenOption.WRITE);
        }
        FileChannel channel = FileChannel.open(path, options);
        return new IoFileOnDisk(both || kind == 'r' ? channel : null, both || kind != 'r' ? channel : null);
    }

    /** A new file without a name, read and written. */
    static IoFileOnDisk nameless() throws IOException {
        Path path = IoFileTemporary.create();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(path);
        return new IoFileOnDisk(channel, channel);
    }

    private FileChannel any() {
        return reader == null ? writer : reader;
    }

    @Override
    protected int fill(byte[] into) throws IOException {
        if (reader == null) {
            throw IoFileError.thrown(IoFileError.BAD_DESCRIPTOR);
        }
        return reader.read(ByteBuffer.wrap(into));
    }

    @Override
    protected void put(byte[] bytes, int offset, int length) throws IOException {
        if (writer == null) {
            throw IoFileError.thrown(IoFileError.BAD_DESCRIPTOR);
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
        while (rest.hasRemaining()) {
            writer.write(rest);
        }
        if (reader != null && reader != writer) {
            reader.position(reader.size());
        }
    }

    @Override
    protected long position() throws IOException {
        return any().position();
    }

    @Override
    protected void position(long to) throws IOException {
        any().position(to);
    }

    @Override
    protected long size() throws IOException {
        return any().size();
    }

    @Override
    protected void release() throws IOException {
        try {
            if (writer != null) {
                writer.close();
            }
        } finally {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
