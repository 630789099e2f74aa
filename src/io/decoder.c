/* iconv over windows: raw bytes in, UTF-8 out, both in buffers of their own, so that callers may
 * ask for any number of bytes. */
#include "io/decoder.h"

#include "base/alloc.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

enum { RAW_BYTES = 32 << 10, OUT_BYTES = 64 << 10 };

struct rs_io_decoder {
    iconv_t state;
    iconv_t big_endian; /* takes the place of `state` when the mark at the start says so */
    bool wants_mark;    /* the start has not been seen of a text whose mark tells the byte order */
    size_t unit;        /* bytes of a code unit */
    char raw[RAW_BYTES], out[OUT_BYTES];
    size_t n_raw;     /* bytes in raw, from its start */
    size_t at, n_out; /* out[at..n_out) has not been handed out */
    bool at_end;      /* the source has given its last byte */
};

static const iconv_t NO_STATE = (iconv_t)-1;

/* Encodings of wide code units. Their names may go on with the order of the bytes, "utf-16be";
 * without it the text's mark tells the order, and little-endian is what has none. */
static const struct wide {
    const char *name;
    size_t unit;
    const char *little, *big; /* NULL = the name itself has an order */
} wides[] = {{"utf-16", 2, "UTF-16LE", "UTF-16BE"},
             {"utf16", 2, "UTF-16LE", "UTF-16BE"},
             {"ucs-2", 2, "UTF-16LE", "UTF-16BE"},
             {"ucs2", 2, "UTF-16LE", "UTF-16BE"},
             {"unicode", 2, "UTF-16LE", "UTF-16BE"},
             {"utf-32", 4, "UTF-32LE", "UTF-32BE"},
             {"utf32", 4, "UTF-32LE", "UTF-32BE"},
             {"ucs-4", 4, NULL, NULL},
             {"ucs4", 4, NULL, NULL}};

static const struct wide *wide_of(rs_str encoding)
{
    for (size_t i = 0; i < sizeof wides / sizeof *wides; i++)
        if (rs_str_eq_nocase(rs_str_sub(encoding, 0, strlen(wides[i].name)),
                             rs_str_of(wides[i].name)))
            return &wides[i];
    return NULL;
}

static iconv_t open_state(rs_str encoding)
{
    char name[64];
    iconv_t state = NO_STATE;
    /* "//TRANSLIT" and the like are no part of a name */
    if (encoding.len > 0 && encoding.len < sizeof name &&
        rs_str_find_char(encoding, '/') == RS_NPOS) {
        memcpy(name, encoding.ptr, encoding.len);
        name[encoding.len] = '\0';
        state = iconv_open("UTF-8", name);
        if (state == NO_STATE && rs_str_starts(encoding, RS_STR("latin-")))
            state = iconv_open("UTF-8", "LATIN1");
    }
    return state;
}

rsift_status rs_io_decoder_open(rs_str encoding, rs_io_decoder **out, rsift_error *err)
{
    const struct wide *wide = wide_of(encoding);
    const bool wants_mark = wide && wide->little && encoding.len == strlen(wide->name);
    *out = NULL;
    iconv_t state = open_state(wants_mark ? rs_str_of(wide->little) : encoding);
    iconv_t big_endian = wants_mark ? open_state(rs_str_of(wide->big)) : NO_STATE;
    if (state == NO_STATE)
        return rs_err_set(err, RSIFT_E_ARG,
                          "unknown encoding \"%.*s\"; iconv names it: gbk, gb18030, big5, "
                          "shift_jis, latin1, windows-1252, utf-16",
                          RS_STR_ARG(rs_str_sub(encoding, 0, 40)));
    rs_io_decoder *d = rs_calloc(1, sizeof *d);
    if (!d) {
        iconv_close(state);
        if (big_endian != NO_STATE) iconv_close(big_endian);
        return rs_err_nomem(err, "a decoder");
    }
    d->state = state;
    d->big_endian = big_endian;
    d->wants_mark = big_endian != NO_STATE;
    d->unit = wide ? wide->unit : 1;
    *out = d;
    return RSIFT_OK;
}

void rs_io_decoder_close(rs_io_decoder *decoder)
{
    if (!decoder) return;
    iconv_close(decoder->state);
    if (decoder->big_endian != NO_STATE) iconv_close(decoder->big_endian);
    rs_free(decoder);
}

static void put_replacement(rs_io_decoder *d)
{
    memcpy(d->out + d->n_out, "\xef\xbf\xbd", 3);
    d->n_out += 3;
}

/* Fills the raw window behind what is left in it, to its end: where bytes are wrong, what some
 * encodings make of the next ones depends on where a window ends, and the source's reads must not
 * decide that. */
static rsift_status read_raw(rs_io_decoder *d, rs_byte_source raw, rsift_error *err)
{
    while (!d->at_end && d->n_raw < RAW_BYTES) {
        size_t got = 0;
        RS_TRY(rs_byte_source_read(raw, d->raw + d->n_raw, RAW_BYTES - d->n_raw, &got, err));
        d->n_raw += got;
        d->at_end = got == 0;
    }
    return RSIFT_OK;
}

/* Decides the order of the bytes by the mark, which is no part of the text; false = more of it has
 * to be read. */
static bool settle_order(rs_io_decoder *d)
{
    if (!d->wants_mark) return true;
    if (d->n_raw < d->unit && !d->at_end) return false;
    d->wants_mark = false;
    if (d->n_raw < d->unit) return true;
    const bool little = memcmp(d->raw, "\xff\xfe\0\0", d->unit) == 0;
    const bool big = memcmp(d->raw, d->unit == 4 ? "\0\0\xfe\xff" : "\xfe\xff", d->unit) == 0;
    if (big) {
        iconv_t other = d->state;
        d->state = d->big_endian;
        d->big_endian = other;
    }
    if (!little && !big) return true;
    d->n_raw -= d->unit;
    memmove(d->raw, d->raw + d->unit, d->n_raw);
    return true;
}

/* Decodes what the raw window holds into the empty output buffer. */
static void decode_window(rs_io_decoder *d)
{
    d->at = d->n_out = 0;
    if (!settle_order(d)) return;
    char *in = d->raw;
    size_t left = d->n_raw;
    while (left > 0 && OUT_BYTES - d->n_out >= 8) {
        char *to = d->out + d->n_out;
        size_t room = OUT_BYTES - d->n_out;
        errno = 0;
        const size_t status = iconv(d->state, &in, &left, &to, &room);
        d->n_out = (size_t)(to - d->out);
        if (status != (size_t)-1 || errno == E2BIG) break;
        /* a character that the window cuts off waits for its other bytes, if there are any */
        if (errno == EINVAL && !d->at_end) break;
        if (OUT_BYTES - d->n_out < 8) break;
        /* A whole code unit is passed over, so that what follows stays in step; the shift state
         * stays, too: it holds for what follows. */
        put_replacement(d);
        const size_t skip = d->unit < left ? d->unit : left;
        in += skip;
        left -= skip;
    }
    memmove(d->raw, in, left);
    d->n_raw = left;
}

rsift_status rs_io_decoder_read(rs_io_decoder *decoder, rs_byte_source raw, void *dst, size_t n,
                                size_t *got, rsift_error *err)
{
    *got = 0;
    while (decoder->at == decoder->n_out) {
        RS_TRY(read_raw(decoder, raw, err));
        decode_window(decoder);
        if (decoder->n_out == 0 && decoder->at_end && decoder->n_raw == 0) return RSIFT_OK;
    }
    *got = decoder->n_out - decoder->at < n ? decoder->n_out - decoder->at : n;
    memcpy(dst, decoder->out + decoder->at, *got);
    decoder->at += *got;
    return RSIFT_OK;
}
