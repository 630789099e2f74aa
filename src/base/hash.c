/* One small face for xxHash. */
#include "base/hash.h"

#include "base/ascii.h"
#include "base/hash_avx2.h"

#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

enum { STATE_ALIGNMENT = 64 };
_Static_assert(sizeof(XXH3_state_t) + STATE_ALIGNMENT - 1 <= sizeof(rs_hasher),
               "rs_hasher is too small");

/* xxHash's state within the bytes of a hasher: xxHash wants 64 bytes' alignment, arenas and malloc
 * give 16. */
static XXH3_state_t *state_of(const rs_hasher *h)
{
    const uintptr_t at = (uintptr_t)h->state, past = at % STATE_ALIGNMENT;
    const size_t offset = past ? STATE_ALIGNMENT - past : 0;
    return (XXH3_state_t *)(void *)((unsigned char *)h->state + offset);
}

uint64_t rs_hash64(const void *bytes, size_t n)
{
    return XXH3_64bits(bytes, n);
}

static rs_id id_of(XXH128_hash_t h)
{
    return (rs_id){h.high64, h.low64};
}

rs_id rs_hash128(const void *bytes, size_t n)
{
    return id_of(XXH3_128bits(bytes, n));
}

static void start(void *state)
{
    XXH3_INITSTATE((XXH3_state_t *)state);
    XXH3_128bits_reset(state);
}

static void add(void *state, const void *bytes, size_t n)
{
    XXH3_128bits_update(state, bytes, n);
}

static void end(const void *state, uint64_t *hi, uint64_t *lo)
{
    const XXH128_hash_t h = XXH3_128bits_digest(state);
    *hi = h.high64;
    *lo = h.low64;
}

static void all(const void *bytes, size_t n, uint64_t *hi, uint64_t *lo)
{
    const XXH128_hash_t h = XXH3_128bits(bytes, n);
    *hi = h.high64;
    *lo = h.low64;
}

static const rs_hash_pieces plain = {start, add, end, all};

static const rs_hash_pieces *pieces(void)
{
    const rs_hash_pieces *wide = rs_hash_avx2();
    return wide ? wide : &plain;
}

enum { BEGUN = sizeof((rs_hasher *)0)->gathered + 1 /* n of a hasher whose state has begun */ };

void rs_hash_start(rs_hasher *h)
{
    h->n = 0;
}

void rs_hash_bytes(rs_hasher *h, const void *bytes, size_t n)
{
    if (n == 0) return;
    if (h->n < BEGUN && n <= sizeof h->gathered - h->n) {
        memcpy(h->gathered + h->n, bytes, n);
        h->n += n;
        return;
    }
    const rs_hash_pieces *xxh = pieces();
    if (h->n < BEGUN) {
        xxh->start(state_of(h));
        if (h->n) xxh->add(state_of(h), h->gathered, h->n);
        h->n = BEGUN;
    }
    xxh->add(state_of(h), bytes, n);
}

void rs_hash_u64(rs_hasher *h, uint64_t v)
{
    /* in one expression, of which compilers make one store */
    const unsigned char bytes[8] = {(unsigned char)v,         (unsigned char)(v >> 8),
                                    (unsigned char)(v >> 16), (unsigned char)(v >> 24),
                                    (unsigned char)(v >> 32), (unsigned char)(v >> 40),
                                    (unsigned char)(v >> 48), (unsigned char)(v >> 56)};
    if (h->n <= sizeof h->gathered - sizeof bytes) {
        memcpy(h->gathered + h->n, bytes, sizeof bytes);
        h->n += sizeof bytes;
    } else {
        rs_hash_bytes(h, bytes, sizeof bytes);
    }
}

void rs_hash_field(rs_hasher *h, rs_str field)
{
    rs_hash_u64(h, field.len);
    rs_hash_bytes(h, field.ptr, field.len);
}

rs_id rs_hash_end(const rs_hasher *h)
{
    rs_id id;
    if (h->n < BEGUN) pieces()->all(h->gathered, h->n, &id.hi, &id.lo);
    else pieces()->end(state_of(h), &id.hi, &id.lo);
    return id;
}

static void put_hex(char *out, uint64_t v)
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) out[i] = hex[(v >> (60 - 4 * i)) & 15];
}

const char *rs_id_text(char out[RS_ID_TEXT], rs_id id)
{
    put_hex(out, id.hi);
    put_hex(out + 16, id.lo);
    out[32] = 0;
    return out;
}

static bool get_hex(const char *p, uint64_t *out)
{
    uint64_t v = 0;
    for (int i = 0; i < 16; i++) {
        const int digit = rs_ascii_hex(p[i]);
        if (digit < 0) return false;
        v = v << 4 | (uint64_t)digit;
    }
    *out = v;
    return true;
}

bool rs_id_parse(rs_str text, rs_id *out)
{
    return text.len == 32 && get_hex(text.ptr, &out->hi) && get_hex(text.ptr + 16, &out->lo);
}
