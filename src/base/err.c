/* Errors: fixed-size text owned by the caller, built without allocation. */
#undef _GNU_SOURCE /* the POSIX strerror_r is meant, which returns a number */
#define _POSIX_C_SOURCE 200809L
#include "base/err.h"

#include "base/escape.h"

#include <string.h>

enum { ROOM = 700 }; /* of a text before it is escaped and cut */

static const char *const status_names[] = {
    "ok",         "end",           "wrong argument", "out of memory", "input/output error",
    "bad format", "limit crossed", "not supported",  "cancelled",
};

const char *rsift_status_name(rsift_status status)
{
    size_t i = (size_t)status;
    return i < sizeof status_names / sizeof *status_names ? status_names[i] : "unknown status";
}

rsift_limits rsift_limits_default(void)
{
    return (rsift_limits){
        .size = sizeof(rsift_limits),
        .max_depth = 64,
        .max_string = (uint64_t)16 << 20,
        .max_record = (uint64_t)64 << 20,
        .max_members = 50u * 1000 * 1000,
        .max_pixels = (uint64_t)1 << 30,
        .max_ratio = 100,
        .max_spool = (uint64_t)64 << 30,
        .max_archives = 4,
        .max_findings = 100,
        .max_nested = 10000,
        .max_image = (uint64_t)512 << 20,
    };
}

/* A message that is too long ends with its last whole word and "...". */
static void end_at_word(char *message, size_t size)
{
    size_t end = strnlen(message, size);
    if (end > size - 4) end = size - 4;
    size_t at = end;
    while (at > end / 2 && message[at] != ' ') at--;
    if (message[at] != ' ') at = end;
    while (at && ((unsigned char)message[at] & 0xc0) == 0x80) at--; /* no half of a character */
    memcpy(message + at, "...", 4);
}

rsift_status rs_err_set(rsift_error *err, rsift_status status, const char *fmt, ...)
{
    if (!err) return status;
    va_list args;
    err->status = status;
    /* layers further out prepend their frames */
    err->where[0] = 0;
    va_start(args, fmt);
    char text[ROOM];
    const int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const size_t len = strnlen(text, sizeof text);
    /* Names of files stand in messages: here, for all clients, they become text. */
    if (rs_escape_into(err->message, sizeof err->message, rs_str_make(text, len)) < len ||
        n >= (int)sizeof text)
        end_at_word(err->message, sizeof err->message);
    return status;
}

rsift_status rs_err_nomem(rsift_error *err, const char *what)
{
    return rs_err_set(err, RSIFT_E_NOMEM, "out of memory while making %s", what);
}

rsift_status rs_err_cancelled(rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_CANCELLED, "cancelled");
}

rsift_status rs_err_errno(rsift_error *err, int errno_value, const char *fmt, ...)
{
    if (!err) return RSIFT_E_IO;
    char text[160];
    char reason[96];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (strerror_r(errno_value, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", errno_value);
    return rs_err_set(err, RSIFT_E_IO, "%s: %s", text, reason);
}

rsift_status rs_err_within(rsift_error *err, rsift_status status, const char *fmt, ...)
{
    if (!err) return status;
    char text[ROOM], frame[300];
    char joined[sizeof err->where];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    (void)rs_escape_into(frame, sizeof frame, rs_str_of(text));
    size_t n = strnlen(frame, sizeof frame);
    memcpy(joined, frame, n);
    if (err->where[0]) {
        size_t rest = strnlen(err->where, sizeof err->where - 1);
        memcpy(joined + n, " > ", 3);
        n += 3;
        /* too long a chain loses its innermost end, never the file's name */
        if (rest > sizeof joined - 1 - n) rest = sizeof joined - 1 - n;
        memcpy(joined + n, err->where, rest);
        n += rest;
    }
    memcpy(err->where, joined, n);
    err->where[n] = 0;
    return status;
}

const char *rs_err_quote(char *out, rsift_str text)
{
    static const char hex[] = "0123456789abcdef";
    size_t n = text.len < 64 ? text.len : 64;
    char *p = out;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        /* printable ASCII as it is, anything else as \xHH */
        if (c >= 0x20 && c < 0x7f && c != '\\') {
            *p++ = (char)c;
        } else {
            *p++ = '\\';
            *p++ = 'x';
            *p++ = hex[c >> 4];
            *p++ = hex[c & 15];
        }
    }
    if (n < text.len) {
        memcpy(p, "...", 3);
        p += 3;
    }
    *p = 0;
    return out;
}
