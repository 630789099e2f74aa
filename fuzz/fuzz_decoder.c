/* Text in other encodings: whatever the bytes, what comes out is valid UTF-8, ends, and does not
 * depend on the sizes of the reads. The first byte chooses the encoding. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "io/decoder.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char *const encodings[] = {
    "gbk",      "gb18030", "big5",     "shift_jis", "euc-kr",      "latin-1", "utf-16", "utf-16le",
    "utf-16be", "utf-32",  "utf-32le", "utf-32be",  "iso-2022-jp", "utf-7",   "koi8-r"};

static rsift_status decode(const char *encoding, rs_str raw, size_t step, size_t most, rs_buf *out)
{
    rs_io_decoder *d;
    rs_text_source text = {.rest = raw, .step = step};
    rsift_status status = rs_io_decoder_open(rs_str_of(encoding), &d, NULL);
    if (status != RSIFT_OK) return status;
    for (size_t got = 1; status == RSIFT_OK && got > 0;) {
        char part[64];
        status = rs_io_decoder_read(d, rs_byte_source_of_text(&text), part, most, &got, NULL);
        RS_ASSERT(status != RSIFT_OK || got <= most);
        if (status == RSIFT_OK) rs_buf_add(out, part, got);
        RS_ASSERT(out->len <= 16 * raw.len + 64);
    }
    rs_io_decoder_close(d);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2 || n > 1 << 14) return 0;
    const char *encoding = encodings[bytes[0] % (sizeof encodings / sizeof *encodings)];
    const rs_str raw = {(const char *)bytes + 1, n - 1};
    rs_buf one = {0}, all = {0};
    rsift_status status = decode(encoding, raw, 1, 7, &one);
    RS_ASSERT(decode(encoding, raw, raw.len, 64, &all) == status);
    RS_ASSERT(rs_str_eq(rs_buf_view(&one), rs_buf_view(&all)));
    /* whoever reads the text refuses NUL, which is a character here */
    for (size_t i = 0; i < all.len; i++)
        if (!all.ptr[i]) all.ptr[i] = ' ';
    if (status == RSIFT_OK) RS_ASSERT(rs_utf8_valid(rs_buf_view(&all)) == all.len);
    rs_buf_fini(&one);
    rs_buf_fini(&all);
    return 0;
}
