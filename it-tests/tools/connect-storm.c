/*
 * connect-storm: logins a second at a MySQL server or proxy, by a client that costs little itself.
 *
 *   cc -O2 -pthread -o connect-storm connect-storm.c -lssl -lcrypto
 *   connect-storm HOST PORT USER PASSWORD plain|tls|resume|resume12 THREADS SECONDS WARMUP-SECONDS [PID]
 *
 * Each connection logs in (caching_sha2_password, whose password the server must have cached for "plain"), runs SELECT 1
 * and leaves.  "resume" offers the TLS session of the connection before, "resume12" does so with TLS 1.2, in which that
 * spares the key exchange.  Prints one line, separated by tabs: mode, threads, logins a second, failed ones, part of the
 * TLS handshakes that were resumed, microseconds of CPU per login of the process PID (0 without one) and of its own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PLAIN, TLS, RESUME };
enum { BUFFER = 16384, NONCE = 20, OK = 0x00, AUTH_MORE_DATA = 0x01, AUTH_SWITCH = 0xfe, FAST_AUTH_SUCCESS = 3 };
/* LONG_PASSWORD, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH, and SSL */
enum { CAPABILITIES = 0x1 | 0x200 | 0x2000 | 0x8000 | 0x80000, CLIENT_SSL = 0x800 };

static struct sockaddr_in server;
static const char *user, *password;
static int mode;
static SSL_CTX *context;
static atomic_int phase; /* 0 warm-up, 1 measured, 2 over */
static atomic_long logins, failures, handshakes, resumptions;

struct link {
    int socket;
    SSL *ssl;
    unsigned char in[BUFFER];
};

static int transfer(struct link *link, unsigned char *bytes, int length, int out) {
    for (int done = 0; done < length;) {
        int n;
        if (link->ssl) {
            n = out ? SSL_write(link->ssl, bytes + done, length - done) : SSL_read(link->ssl, bytes + done, length - done);
        } else {
            n = out ? (int)send(link->socket, bytes + done, length - done, 0)
                    : (int)recv(link->socket, bytes + done, length - done, 0);
        }
        if (n <= 0) return -1;
        done += n;
    }
    return 0;
}

/* reads a packet; its length, or -1 */
static int packet(struct link *link) {
    unsigned char header[4];
    if (transfer(link, header, 4, 0)) return -1;
    int length = header[0] | header[1] << 8 | header[2] << 16;
    if (length == 0 || length >= BUFFER || transfer(link, link->in, length, 0)) return -1;
    return length;
}

static int reply(struct link *link, unsigned char *payload, int length, int sequence) {
    unsigned char framed[512] = {length & 0xff, length >> 8 & 0xff, length >> 16 & 0xff, sequence};
    if (length > (int)sizeof framed - 4) return -1;
    memcpy(framed + 4, payload, length);
    return transfer(link, framed, length + 4, 1);
}

static int scramble(const unsigned char *nonce, unsigned char *out) {
    unsigned char once[32], twice[32 + NONCE], mix[32];
    if (!*password) return 0;
    SHA256((const unsigned char *)password, strlen(password), once);
    SHA256(once, 32, twice);
    memcpy(twice + 32, nonce, NONCE);
    SHA256(twice, sizeof twice, mix);
    for (int i = 0; i < 32; i++) out[i] = once[i] ^ mix[i];
    return 32;
}

static int start_tls(struct link *link, SSL_SESSION *session) {
    unsigned char request[32] = {0};
    uint32_t flags = CAPABILITIES | CLIENT_SSL;
    memcpy(request, &flags, 4);
    request[7] = 1;
    request[8] = 255;
    if (reply(link, request, 32, 1)) return -1;
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, link->socket);
    if (session) SSL_set_session(ssl, session);
    if (SSL_connect(ssl) != 1) {
        SSL_free(ssl);
        return -1;
    }
    link->ssl = ssl;
    return 0;
}

static int log_in(struct link *link, SSL_SESSION *session) {
    unsigned char nonce[NONCE], answer[300] = {0};
    int length = packet(link);
    if (length < 0 || link->in[0] != 10) return -1;
    unsigned char *at = memchr(link->in + 1, 0, length - 1);
    if (!at || at + 1 + 4 + 8 + 19 + 12 > link->in + length) return -1;
    memcpy(nonce, at + 5, 8);
    memcpy(nonce + 8, at + 5 + 8 + 19, 12);
    int sequence = 1;
    if (mode != PLAIN) {
        if (start_tls(link, session)) return -1;
        sequence = 2;
    }
    uint32_t flags = CAPABILITIES | (mode == PLAIN ? 0 : CLIENT_SSL);
    memcpy(answer, &flags, 4);
    answer[7] = 1;
    answer[8] = 255;
    int used = 32;
    used += snprintf((char *)answer + used, 100, "%s", user) + 1;
    int proof = scramble(nonce, answer + used + 1);
    answer[used] = proof;
    used += 1 + proof;
    used += snprintf((char *)answer + used, 40, "caching_sha2_password") + 1;
    if (reply(link, answer, used, sequence)) return -1;
    for (;;) {
        sequence += 2;
        if ((length = packet(link)) < 0) return -1;
        if (link->in[0] == OK) return 0;
        if (link->in[0] == AUTH_MORE_DATA && length == 2 && link->in[1] == FAST_AUTH_SUCCESS) {
            sequence--;
            continue;
        }
        if (link->in[0] == AUTH_SWITCH && length > 22 + NONCE) {
            memcpy(nonce, link->in + 1 + sizeof "caching_sha2_password", NONCE);
            if (reply(link, answer, scramble(nonce, answer), sequence)) return -1;
            continue;
        }
        return -1;
    }
}

static int select_one(struct link *link) {
    unsigned char query[] = "\3SELECT 1";
    if (reply(link, query, sizeof query - 1, 0)) return -1;
    /* column count, column, EOF, row, EOF */
    for (int i = 0; i < 5; i++) {
        if (packet(link) < 0 || link->in[0] == 0xff) return -1;
    }
    unsigned char quit = 1;
    return reply(link, &quit, 1, 0);
}

static void *storm(void *unused) {
    SSL_SESSION *session = NULL;
    while (atomic_load(&phase) < 2) {
        struct link link = {.socket = socket(AF_INET, SOCK_STREAM, 0)};
        int one = 1;
        setsockopt(link.socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        int well = !connect(link.socket, (struct sockaddr *)&server, sizeof server) && !log_in(&link, session)
            && !select_one(&link);
        int counted = atomic_load(&phase) == 1;
        if (link.ssl) {
            if (counted) {
                atomic_fetch_add(&handshakes, 1);
                if (SSL_session_reused(link.ssl)) atomic_fetch_add(&resumptions, 1);
            }
            if (mode == RESUME && well) {
                SSL_SESSION *next = SSL_get1_session(link.ssl);
                if (next && SSL_SESSION_is_resumable(next)) {
                    SSL_SESSION_free(session);
                    session = next;
                } else {
                    SSL_SESSION_free(next);
                }
            }
            SSL_set_quiet_shutdown(link.ssl, 1);
            SSL_shutdown(link.ssl);
            SSL_free(link.ssl);
        }
        /* the side that closes last keeps the port: let it be the other one */
        struct linger now = {1, 0};
        setsockopt(link.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        if (well) {
            unsigned char end;
            while (recv(link.socket, &end, 1, 0) > 0) {}
        }
        close(link.socket);
        if (counted) atomic_fetch_add(well ? &logins : &failures, 1);
        if (!well) usleep(1000);
    }
    SSL_SESSION_free(session);
    return unused;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

/* seconds of CPU that a process, or this one, has had */
static double cpu(const char *pid) {
    if (!pid) {
        struct rusage used;
        getrusage(RUSAGE_SELF, &used);
        return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    }
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    char *at = strrchr(text, ')');
    unsigned long user_ticks = 0, kernel_ticks = 0;
    if (at) sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user_ticks, &kernel_ticks);
    return (double)(user_ticks + kernel_ticks) / sysconf(_SC_CLK_TCK);
}

int main(int argc, char **argv) {
    if (argc != 9 && argc != 10) {
        fprintf(stderr, "usage: connect-storm HOST PORT USER PASSWORD plain|tls|resume|resume12 THREADS SECONDS WARMUP"
            " [PID]\n");
        return 2;
    }
    server.sin_family = AF_INET;
    server.sin_port = htons(atoi(argv[2]));
    if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) {
        fprintf(stderr, "connect-storm: %s is not an IPv4 address\n", argv[1]);
        return 2;
    }
    user = argv[3];
    password = argv[4];
    mode = !strcmp(argv[5], "plain") ? PLAIN : !strcmp(argv[5], "tls") ? TLS : RESUME;
    int threads = atoi(argv[6]);
    if (threads < 1 || threads > 1000 || strlen(user) > 90) {
        fprintf(stderr, "connect-storm: 1 to 1000 threads, user names up to 90 bytes\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    context = SSL_CTX_new(TLS_client_method());
    if (!strcmp(argv[5], "resume12")) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    const char *pid = argc > 9 ? argv[9] : NULL;
    pthread_t running[1000];
    for (int i = 0; i < threads; i++) pthread_create(&running[i], NULL, storm, NULL);
    sleep(atoi(argv[8]));
    double start = now(), theirs = pid ? cpu(pid) : 0, own = cpu(NULL);
    atomic_store(&phase, 1);
    sleep(atoi(argv[7]));
    atomic_store(&phase, 2);
    double seconds = now() - start;
    theirs = pid ? cpu(pid) - theirs : 0;
    own = cpu(NULL) - own;
    for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);
    printf("%s\t%d\t%.1f\t%ld\t%.2f\t%.0f\t%.0f\n", argv[5], threads, logins / seconds, (long)failures,
        handshakes ? (double)resumptions / handshakes : 0, logins ? theirs * 1e6 / logins : 0,
        logins ? own * 1e6 / logins : 0);
    return 0;
}
