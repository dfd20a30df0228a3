package dev.mysqlproxy.protocol.proxyheader;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Version 2: a block of bytes. */
final class HeaderBlock {

    /** Signature, version and command, family, length. */
    private static final int FIXED = 16;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    private static final int UNSPEC = 0;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int UNIX_STREAM = 0x31;

    /** Address families and transports that are assigned. */
    private static final int MOST_FAMILY = 3;

    private static final int MOST_TRANSPORT = 2;

    private static final int V4_BYTES = 4;
    private static final int V6_BYTES = 16;
    private static final int UNIX_BYTES = 108;
    private static final int CRC_BYTES = 4;

    private HeaderBlock() {}

    static Optional<ProxyHeader> read(ByteBuf in) {
        int begin = in.readerIndex();
        int have = in.readableBytes();
        int at = ProxyHeaderReader.V2.length;
        int command = have > at ? in.getUnsignedByte(begin + at) : PROXY;
        int family = have > at + 1 ? in.getUnsignedByte(begin + at + 1) : UNSPEC;
        if (command != LOCAL && command != PROXY) {
            throw new ProtocolViolationException("a PROXY header with an unknown version or command");
        }
        if (family >>> 4 > MOST_FAMILY || (family & 0xf) > MOST_TRANSPORT) {
            throw new ProtocolViolationException("a PROXY header with an unknown address family");
        }
        if (have < FIXED) {
            return Optional.empty();
        }
        int length = FIXED + in.getUnsignedShort(begin + FIXED - 2);
        if (length > ProxyHeader.LONGEST_V2) {
            throw new ProtocolViolationException("a PROXY header of " + length + " bytes");
        }
        if (command == PROXY && length < FIXED + addressBytes(family)) {
            throw new ProtocolViolationException("a PROXY header that is too short for its addresses");
        }
        if (have < length) {
            return Optional.empty();
        }
        byte[] block = ByteBufUtil.getBytes(in, begin, length);
        ProxyHeader header = command == PROXY && addressBytes(family) > 0 ? proxied(block, family) : direct(block);
        in.readerIndex(begin + length);
        return Optional.of(header);
    }

    /** Bytes of the addresses that are looked at: those of streams. */
    private static int addressBytes(int family) {
        return switch (family) {
            case TCP4 -> 2 * V4_BYTES + 2 * Short.BYTES;
            case TCP6 -> 2 * V6_BYTES + 2 * Short.BYTES;
            case UNIX_STREAM -> 2 * UNIX_BYTES;
            default -> 0;
        };
    }

    private static ProxyHeader proxied(byte[] block, int family) {
        int size = family == TCP4 ? V4_BYTES : family == TCP6 ? V6_BYTES : UNIX_BYTES;
        byte[] source = Arrays.copyOfRange(block, FIXED, FIXED + size);
        byte[] destination = Arrays.copyOfRange(block, FIXED + size, FIXED + 2 * size);
        int ports = FIXED + 2 * size;
        List<Tlv> tlvs = tlvs(block, FIXED + addressBytes(family));
        if (family == UNIX_STREAM) {
            return ProxyHeader.of(2, name(source), name(destination), tlvs);
        }
        return ProxyHeader.of(
                2,
                new InetSocketAddress(address(source), port(block, ports)),
                new InetSocketAddress(address(destination), port(block, ports + Short.BYTES)),
                tlvs);
    }

    /**
     * Without addresses that are of interest: what follows may be addresses all the same, or TLVs. A checksum that is
     * there has to be right; whatever else makes no sense is none of our business.
     */
    private static ProxyHeader direct(byte[] block) {
        if (!cutsIntoTlvs(block)) {
            return ProxyHeader.local(2);
        }
        return new ProxyHeader(2, Optional.empty(), Optional.empty(), tlvs(block, FIXED));
    }

    private static boolean cutsIntoTlvs(byte[] block) {
        int at = FIXED;
        while (at + Tlv.HEADER_LENGTH <= block.length) {
            if (block[at] == Tlv.PP2_TYPE_CRC32C && port(block, at + 1) != CRC_BYTES) {
                return false;
            }
            at += Tlv.HEADER_LENGTH + port(block, at + 1);
        }
        return at == block.length;
    }

    private static List<Tlv> tlvs(byte[] block, int from) {
        List<Tlv> tlvs = new ArrayList<>();
        int at = from;
        while (at < block.length) {
            int value = at + Tlv.HEADER_LENGTH;
            int end = value > block.length ? Integer.MAX_VALUE : value + port(block, at + 1);
            if (end > block.length) {
                throw new ProtocolViolationException("a PROXY header whose TLVs are longer than itself");
            }
            int type = block[at] & 0xff;
            if (type == Tlv.PP2_TYPE_CRC32C) {
                checkSum(block, value, end);
            } else if (type != Tlv.PP2_TYPE_NOOP) {
                tlvs.add(new Tlv(type, Arrays.copyOfRange(block, value, end)));
            }
            at = end;
        }
        return tlvs;
    }

    private static void checkSum(byte[] block, int value, int end) {
        if (end - value != CRC_BYTES) {
            throw new ProtocolViolationException("a PROXY header with a checksum of " + (end - value) + " bytes");
        }
        byte[] blank = block.clone();
        Arrays.fill(blank, value, end, (byte) 0);
        int sent = port(block, value) << 16 | port(block, value + Short.BYTES);
        if (sent != crc(blank)) {
            throw new ProtocolViolationException("a PROXY header with a wrong checksum");
        }
    }

    private static int crc(byte[] block) {
        CRC32C crc = new CRC32C();
        crc.update(block);
        return (int) crc.getValue();
    }

    /** Sixteen bits, highest first. */
    private static int port(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    /** Up to the first NUL; one at the very beginning is the mark of an abstract name. */
    private static UnixName name(byte[] bytes) {
        int from = bytes[0] == 0 ? 1 : 0;
        int to = from;
        while (to < bytes.length && bytes[to] != 0) {
            to++;
        }
        String name = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return new UnixName(from == 1 && !name.isEmpty() ? '@' + name : name);
    }

    static void write(ProxyHeader header, ByteBuf out) {
        int begin = out.writerIndex();
        SocketAddress source = header.source().orElse(null);
        SocketAddress destination = header.destination().orElse(null);
        out.writeBytes(ProxyHeaderReader.V2);
        if (source instanceof InetSocketAddress from && destination instanceof InetSocketAddress to) {
            boolean four = from.getAddress() instanceof Inet4Address && to.getAddress() instanceof Inet4Address;
            out.writeByte(PROXY).writeByte(four ? TCP4 : TCP6).writeShort(0);
            writeAddress(from.getAddress(), four, out);
            writeAddress(to.getAddress(), four, out);
            out.writeShort(from.getPort()).writeShort(to.getPort());
        } else if (source != null && destination != null) {
            out.writeByte(PROXY).writeByte(UNIX_STREAM).writeShort(0);
            writeName(source.toString(), out);
            writeName(destination.toString(), out);
        } else {
            out.writeByte(LOCAL).writeByte(UNSPEC).writeShort(0);
        }
        header.tlvs().forEach(tlv -> tlv.encode(out));
        new Tlv(Tlv.PP2_TYPE_CRC32C, new byte[CRC_BYTES]).encode(out);
        int length = out.writerIndex() - begin;
        if (length - FIXED > 0xffff) {
            out.writerIndex(begin);
            throw new IllegalArgumentException("a PROXY header of " + length + " bytes");
        }
        out.setShort(begin + FIXED - 2, length - FIXED);
        out.setInt(out.writerIndex() - CRC_BYTES, crc(ByteBufUtil.getBytes(out, begin, length)));
    }

    private static void writeAddress(InetAddress address, boolean four, ByteBuf out) {
        if (!four && address instanceof Inet4Address) {
            out.writeZero(V6_BYTES - V4_BYTES - Short.BYTES).writeShort(0xffff);
        }
        out.writeBytes(address.getAddress());
    }

    private static void writeName(String name, ByteBuf out) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, UNIX_BYTES);
        if (name.startsWith("@")) {
            bytes[0] = 0;
        }
        out.writeBytes(bytes, 0, length).writeZero(UNIX_BYTES - length);
    }
}
