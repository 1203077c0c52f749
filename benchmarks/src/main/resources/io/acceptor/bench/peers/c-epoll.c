/*
 * The reference server: one epoll loop, accept4, send, close.
 *
 *   c-epoll ADDRESS PORT BACKLOG GREETING-FILE
 *
 * Prints its port when it listens. For each byte on standard input it prints a line "accepted active". Ends when
 * standard input does. A greeting that does not fit the socket's buffer goes on when there is room; a client is read
 * until it is done.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 256
#define MAX_DESCRIPTORS (1 << 20)

static int epoll_fd;
static int listener;
static int spare;
static long accepted;
static long active;
static char *greeting;
static size_t greeting_length;
/* How much of the greeting each client has had, by descriptor. */
static size_t *sent;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void read_greeting(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) fail(path);
    greeting_length = (size_t)ftell(file);
    rewind(file);
    greeting = malloc(greeting_length + 1);
    if (greeting == NULL || fread(greeting, 1, greeting_length, file) != greeting_length) fail(path);
    fclose(file);
}

static void watch(int operation, int fd, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll_fd, operation, fd, &event) < 0) fail("epoll_ctl");
}

static void listen_on(const char *host, int port, int backlog) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    socklen_t length = sizeof address;
    int on = 1;
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "not an IPv4 address: %s\n", host);
        exit(1);
    }
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) fail("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* Inherited by each client: no call per connection. */
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    if (listen(listener, backlog) < 0) fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
}

static void end(int client) {
    close(client);
    active--;
}

/* Sends what is left. Returns 0 when all is out, 1 when there is no room, -1 when the client is gone. */
static int greet(int client) {
    while (sent[client] < greeting_length) {
        ssize_t n = send(client, greeting + sent[client], greeting_length - sent[client], MSG_NOSIGNAL);
        if (n < 0) return errno == EAGAIN ? 1 : -1;
        sent[client] += (size_t)n;
    }
    return 0;
}

static void begin(int client) {
    accepted++;
    active++;
    sent[client] = 0;
    int left = greet(client);
    if (left < 0) {
        end(client);
    } else {
        watch(EPOLL_CTL_ADD, client, EPOLLIN | (left ? EPOLLOUT : 0));
    }
}

/* Out of descriptors: the spare one takes a client off the queue and refuses it. False when the queue is empty. */
static int refuse_one(void) {
    if (spare >= 0) close(spare);
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (client >= 0) {
        accepted++;
        close(client);
    }
    spare = dup(STDERR_FILENO);
    return client >= 0;
}

static void accept_all(void) {
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0) {
            begin(client);
        } else if (errno == EMFILE || errno == ENFILE) {
            if (!refuse_one()) return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

static void serve(int client, unsigned events) {
    char buffer[1024];
    if (events & EPOLLOUT) {
        int left = greet(client);
        if (left < 0) {
            end(client);
            return;
        }
        if (left == 0) watch(EPOLL_CTL_MOD, client, EPOLLIN);
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        ssize_t n = recv(client, buffer, sizeof buffer, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) end(client);
    }
}

static void answer(void) {
    char questions[64];
    ssize_t n = read(STDIN_FILENO, questions, sizeof questions);
    if (n <= 0) exit(0);
    for (ssize_t i = 0; i < n; i++) printf("%ld %ld\n", accepted, active);
    fflush(stdout);
}

int main(int count, char **arguments) {
    struct epoll_event events[EVENTS];
    if (count != 5) {
        fprintf(stderr, "usage: c-epoll ADDRESS PORT BACKLOG GREETING-FILE\n");
        return 2;
    }
    read_greeting(arguments[4]);
    sent = calloc(MAX_DESCRIPTORS, sizeof *sent);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (sent == NULL || epoll_fd < 0) fail("epoll_create1");
    spare = dup(STDERR_FILENO);
    listen_on(arguments[1], atoi(arguments[2]), atoi(arguments[3]));
    watch(EPOLL_CTL_ADD, listener, EPOLLIN);
    watch(EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN);
    for (;;) {
        int n = epoll_wait(epoll_fd, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener) accept_all();
            else if (events[i].data.fd == STDIN_FILENO) answer();
            else serve(events[i].data.fd, events[i].events);
        }
    }
}
