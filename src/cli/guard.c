/* What the command prints passes here: texts of releases, file names and messages may hold what a
 * terminal obeys, and no printer can forget to escape what the stream itself escapes. JSON keeps
 * its meaning: there such characters stand in strings only, and are spelled the JSON way. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cli/cli.h"

#include "base/escape.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

typedef struct guard {
    int fd;
    rs_escape kind;
    char open[4]; /* the beginning of a character whose end comes with the next bytes */
    size_t n_open;
} guard;

static guard guards[2] = {{.fd = STDOUT_FILENO, .kind = RS_ESCAPE_TEXT},
                          {.fd = STDERR_FILENO, .kind = RS_ESCAPE_TEXT}};

static bool write_all(int fd, rs_str bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        const ssize_t n = write(fd, bytes.ptr + at, bytes.len - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        at += (size_t)n;
    }
    return true;
}

static ssize_t guard_write(void *cookie, const char *bytes, size_t n)
{
    guard *g = cookie;
    rs_buf in = {0}, out = {0};
    rs_buf_add(&in, g->open, g->n_open);
    rs_buf_add(&in, bytes, n);
    rs_str text = rs_buf_view(&in);
    g->n_open = rs_escape_open_end(text);
    text.len -= g->n_open;
    if (g->n_open) memcpy(g->open, text.ptr + text.len, g->n_open);
    rs_escape_put(&out, g->kind, text);
    const bool good = !in.failed && !out.failed && write_all(g->fd, rs_buf_view(&out));
    if (in.failed || out.failed) errno = ENOMEM;
    rs_buf_fini(&in);
    rs_buf_fini(&out);
    return good ? (ssize_t)n : 0; /* 0 is a stream's error */
}

void cli_guard_output(void)
{
    FILE **streams[2] = {&stdout, &stderr};
    for (size_t i = 0; i < 2; i++) {
        FILE *made = fopencookie(&guards[i], "w", (cookie_io_functions_t){.write = guard_write});
        if (!made) continue; /* no memory for a stream: what follows will say so */
        if (i == 1 || isatty(guards[i].fd)) setvbuf(made, NULL, _IOLBF, BUFSIZ);
        *streams[i] = made;
    }
}

void cli_guard_json(void)
{
    fflush(stdout);
    guards[0].kind = RS_ESCAPE_JSON;
}

void cli_terminal(const char *sequence)
{
    fflush(stderr);
    (void)write_all(STDERR_FILENO, rs_str_of(sequence));
}
