/* Pairs of similar signatures; see rs_minhash_pairs. One signature after another is compared with
 * the earlier ones of its bands and then entered into them. */
#include "similar/text.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum { BANDS = 21, ROWS = 6, MOST_IN_BAND = 64, MOST_CANDIDATES = BANDS * MOST_IN_BAND };
enum { KEYS = BANDS + 1 }; /* the last one is the whole signature */
#define NONE UINT32_MAX

typedef struct band_index {
    const rs_minhash *signatures;
    uint32_t *heads;   /* n_slots per key: the last signature entered with this hash, or NONE */
    uint32_t *earlier; /* KEYS per signature: the one entered before it in the same slot */
    size_t n_slots;    /* a power of two */
} band_index;

static void close_index(band_index *x)
{
    rs_free(x->heads);
    rs_free(x->earlier);
}

static rsift_status open_index(band_index *x, const rs_minhash *signatures, size_t n,
                               rsift_error *err)
{
    *x = (band_index){.signatures = signatures, .n_slots = 64};
    if (n >= (size_t)1 << 31)
        return rs_err_set(err, RSIFT_E_LIMIT, "%zu texts are more than 2^31 - 1", n);
    while (x->n_slots < n) x->n_slots *= 2;
    x->heads = rs_alloc(x->n_slots * KEYS * sizeof *x->heads);
    x->earlier = rs_alloc((n + 1) * KEYS * sizeof *x->earlier);
    if (!x->heads || !x->earlier) return rs_err_nomem(err, "an index of texts");
    memset(x->heads, 0xff, x->n_slots * KEYS * sizeof *x->heads);
    return RSIFT_OK;
}

/* Bytes of the signature that are key number `key`. */
static rs_str key_of(const rs_minhash *s, size_t key)
{
    if (key == BANDS) return rs_str_make((const char *)s->value, sizeof s->value);
    return rs_str_make((const char *)(s->value + key * ROWS), ROWS * sizeof *s->value);
}

static uint32_t *head_of(const band_index *x, const rs_minhash *s, size_t key)
{
    const rs_str bytes = key_of(s, key);
    return &x->heads[key * x->n_slots + (rs_hash64(bytes.ptr, bytes.len) & (x->n_slots - 1))];
}

static void enter_key(band_index *x, uint32_t b, size_t key, uint32_t *head)
{
    x->earlier[(size_t)b * KEYS + key] = *head;
    *head = b;
}

/* The first signature that equals signature b, or NONE; then b is entered as the first of its kind.
 */
static uint32_t first_equal(band_index *x, uint32_t b)
{
    const rs_str whole = key_of(&x->signatures[b], BANDS);
    uint32_t *head = head_of(x, &x->signatures[b], BANDS);
    for (uint32_t a = *head; a != NONE; a = x->earlier[(size_t)a * KEYS + BANDS])
        if (rs_str_eq(key_of(&x->signatures[a], BANDS), whole)) return a;
    enter_key(x, b, BANDS, head);
    return NONE;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Enters b into every band and lists the earlier ones with an equal band, ascending, each once. */
static size_t enter(band_index *x, uint32_t b, uint32_t candidates[MOST_CANDIDATES])
{
    const rs_minhash *s = &x->signatures[b];
    size_t n = 0;
    for (size_t key = 0; key < BANDS; key++) {
        uint32_t *head = head_of(x, s, key);
        uint32_t at = *head;
        for (size_t k = 0; at != NONE && k < MOST_IN_BAND; k++) {
            if (rs_str_eq(key_of(&x->signatures[at], key), key_of(s, key))) candidates[n++] = at;
            at = x->earlier[(size_t)at * KEYS + key];
        }
        enter_key(x, b, key, head);
    }
    qsort(candidates, n, sizeof *candidates, by_number);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || candidates[i] != candidates[i - 1]) candidates[kept++] = candidates[i];
    return kept;
}

static rsift_status pair_one(band_index *x, uint32_t b, double threshold, rs_text_fn *fn, void *ctx,
                             rsift_error *err)
{
    uint32_t candidates[MOST_CANDIDATES];
    if (rs_minhash_is_empty(&x->signatures[b])) return RSIFT_OK;
    const uint32_t first = first_equal(x, b);
    if (first != NONE) return fn(ctx, &(rs_text_pair){.a = first, .b = b, .similarity = 1}, err);
    const size_t n = enter(x, b, candidates);
    for (size_t i = 0; i < n; i++) {
        const uint32_t a = candidates[i];
        const double similarity = rs_minhash_similarity(&x->signatures[a], &x->signatures[b]);
        if (similarity < threshold) continue;
        RS_TRY(fn(ctx, &(rs_text_pair){.a = a, .b = b, .similarity = (float)similarity}, err));
    }
    return RSIFT_OK;
}

rsift_status rs_minhash_pairs(const rs_minhash *signatures, size_t n, double threshold,
                              rs_text_fn *fn, void *ctx, rsift_error *err)
{
    band_index x;
    rsift_status status = open_index(&x, signatures, n, err);
    for (size_t b = 0; status == RSIFT_OK && b < n; b++)
        status = pair_one(&x, (uint32_t)b, threshold, fn, ctx, err);
    close_index(&x);
    return status;
}
