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
    char raw[RAW_BYTES], out[OUT_BYTES];
    size_t n_raw;     /* bytes in raw, from its start */
    size_t at, n_out; /* out[at..n_out) has not been handed out */
    bool at_end;      /* the source has given its last byte */
};

rsift_status rs_io_decoder_open(rs_str encoding, rs_io_decoder **out, rsift_error *err)
{
    char name[64];
    *out = NULL;
    /* "//TRANSLIT" and the like are no part of a name */
    iconv_t state = (iconv_t)-1;
    if (encoding.len > 0 && encoding.len < sizeof name &&
        rs_str_find_char(encoding, '/') == RS_NPOS) {
        memcpy(name, encoding.ptr, encoding.len);
        name[encoding.len] = '\0';
        state = iconv_open("UTF-8", name);
        if (state == (iconv_t)-1 && rs_str_starts(encoding, RS_STR("latin-")))
            state = iconv_open("UTF-8", "LATIN1");
    }
    if (state == (iconv_t)-1)
        return rs_err_set(err, RSIFT_E_ARG,
                          "unknown encoding \"%.*s\"; iconv names it: gbk, gb18030, big5, "
                          "shift_jis, latin1, windows-1252, utf-16",
                          RS_STR_ARG(rs_str_sub(encoding, 0, 40)));
    rs_io_decoder *d = rs_calloc(1, sizeof *d);
    if (!d) {
        iconv_close(state);
        return rs_err_nomem(err, "a decoder");
    }
    d->state = state;
    *out = d;
    return RSIFT_OK;
}

void rs_io_decoder_close(rs_io_decoder *decoder)
{
    if (!decoder) return;
    iconv_close(decoder->state);
    rs_free(decoder);
}

static void put_replacement(rs_io_decoder *d)
{
    memcpy(d->out + d->n_out, "\xef\xbf\xbd", 3);
    d->n_out += 3;
}

/* Fills the raw window behind what is left in it. */
static rsift_status read_raw(rs_io_decoder *d, rs_byte_source raw, rsift_error *err)
{
    size_t got = 0;
    if (d->at_end || d->n_raw == RAW_BYTES) return RSIFT_OK;
    RS_TRY(rs_byte_source_read(raw, d->raw + d->n_raw, RAW_BYTES - d->n_raw, &got, err));
    d->n_raw += got;
    d->at_end = got == 0;
    return RSIFT_OK;
}

/* Decodes what the raw window holds into the empty output buffer. */
static void decode_window(rs_io_decoder *d)
{
    char *in = d->raw;
    size_t left = d->n_raw;
    d->at = d->n_out = 0;
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
        put_replacement(d);
        in++;
        left--;
        (void)iconv(d->state, NULL, NULL, NULL, NULL); /* back to the initial shift state */
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
