/* The normal form, its key, MinHash estimates against true Jaccard similarities, banding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/rng.h"
#include "similar/text.h"

#include <math.h>
#include <string.h>

static void expect_normal(const char *text, const char *normal)
{
    rs_arena arena = {0};
    const rs_str found = rs_text_normal(&arena, rs_str_of(text));
    assert_non_null(found.ptr);
    if (!rs_str_eq(found, rs_str_of(normal)))
        fail_msg("\"%s\": \"%.*s\", not \"%s\"", text, RS_STR_ARG(found), normal);
    assert_true(rs_id_eq(rs_text_key(rs_str_of(text)), rs_hash128(normal, strlen(normal))));
    rs_arena_fini(&arena);
}

static void test_normal_form(void **state)
{
    (void)state;
    expect_normal("", "");
    expect_normal(" .,;!? \n", "");
    expect_normal("Many  planes, are\tparked .", "many planes are parked");
    expect_normal("one-word", "one word");
    expect_normal("\xef\xbc\xa1\xef\xbc\xa2 \xef\xac\x81ne", "ab fine"); /* full width, ligature */
    expect_normal("Caf\xc3\x89", "cafe\xcc\x81");                        /* decomposed, folded */
    expect_normal("cafe\xcc\x81", "cafe\xcc\x81");
    expect_normal("stra\xc3\x9f"
                  "e",
                  "strasse");
    expect_normal("\xe9\xa3\x9e\xe6\x9c\xba\xe5\x9c\xba", "\xe9\xa3\x9e \xe6\x9c\xba \xe5\x9c\xba");
    expect_normal("3\xe6\x9e\xb6plane\xe3\x80\x82", "3 \xe6\x9e\xb6 plane");
    expect_normal("\xe3\x81\x8c", "\xe3\x81\x8b\xe3\x82\x99"); /* a mark stays with its kana */
    expect_normal("a\xff"
                  "b",
                  "a b");
    expect_normal("\xcc\x81", "");
}

/* A long text of every kind gives the same key wherever buffers end. */
static void test_key_of_long_texts(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "Ab", " ", ".", "\xe9\xa3\x9e", "\xc3\x89", "7", "--", "\xea\xb0\x81", "xyz "};
    rs_rng rng = {500};
    for (int round = 0; round < 200; round++) {
        rs_buf text = {0};
        rs_arena arena = {0};
        const uint64_t n = rs_rng_below(&rng, 1200);
        for (uint64_t i = 0; i < n; i++)
            rs_buf_cstr(&text, pieces[rs_rng_below(&rng, sizeof pieces / sizeof *pieces)]);
        const rs_str normal = rs_text_normal(&arena, rs_buf_view(&text));
        assert_true(rs_id_eq(rs_text_key(rs_buf_view(&text)), rs_hash128(normal.ptr, normal.len)));
        assert_true(rs_str_eq(rs_text_normal(&arena, normal), normal)); /* twice is once */
        rs_arena_fini(&arena);
        rs_buf_fini(&text);
    }
}

/* ---- estimates ------------------------------------------------------------------------------- */

enum { MOST_PIECES = 4096 };
typedef struct pieces {
    char item[MOST_PIECES][6];
    size_t n;
} pieces;

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, 6);
}

/* The set of pieces of an ASCII text in normal form. */
static void cut(pieces *out, rs_str normal)
{
    out->n = 0;
    for (size_t i = 0; i + 5 <= normal.len + 2; i++) {
        char *piece = out->item[out->n++];
        for (size_t k = 0; k < 5; k++)
            piece[k] = i + k == 0 || i + k == normal.len + 1 ? ' ' : normal.ptr[i + k - 1];
        piece[5] = 0;
    }
    qsort(out->item, out->n, 6, by_bytes);
    size_t kept = 0;
    for (size_t i = 0; i < out->n; i++)
        if (i == 0 || memcmp(out->item[i], out->item[kept - 1], 6) != 0)
            memmove(out->item[kept++], out->item[i], 6);
    out->n = kept;
}

static double jaccard(rs_str a, rs_str b)
{
    static pieces x, y;
    cut(&x, a);
    cut(&y, b);
    size_t both = 0;
    for (size_t i = 0, k = 0; i < x.n && k < y.n;) {
        const int c = memcmp(x.item[i], y.item[k], 6);
        both += c == 0;
        i += c <= 0;
        k += c >= 0;
    }
    return (double)both / (double)(x.n + y.n - both);
}

static void put_word(rs_buf *out, rs_rng *rng)
{
    const uint64_t n = 2 + rs_rng_below(rng, 8);
    if (out->len) rs_buf_char(out, ' ');
    for (uint64_t i = 0; i < n; i++) rs_buf_char(out, (char)('a' + rs_rng_below(rng, 26)));
}

/* Two texts of n words of which each is shared with the given chance. */
static void put_pair(rs_buf *a, rs_buf *b, rs_rng *rng, uint64_t n, uint64_t percent)
{
    for (uint64_t i = 0; i < n; i++) {
        const rs_rng before = *rng;
        put_word(a, rng);
        if (rs_rng_below(rng, 100) < percent) {
            rs_rng again = before;
            put_word(b, &again);
        } else put_word(b, rng);
    }
}

/* Over many pairs of one length the mean error must vanish and the spread must be that of 128
 * values (sqrt(J (1 - J) / 128) = 0.044 at most; a little more is left to short texts). */
static void expect_unbiased(uint64_t words, uint64_t percent)
{
    enum { ROUNDS = 1500 };
    rs_rng rng = {words * 1000 + percent};
    double sum = 0, squares = 0;
    for (int i = 0; i < ROUNDS; i++) {
        rs_buf a = {0}, b = {0};
        put_pair(&a, &b, &rng, words, percent);
        rs_minhash x, y;
        rs_minhash_of(rs_buf_view(&a), &x);
        rs_minhash_of(rs_buf_view(&b), &y);
        const double error =
            rs_minhash_similarity(&x, &y) - jaccard(rs_buf_view(&a), rs_buf_view(&b));
        sum += error;
        squares += error * error;
        rs_buf_fini(&a);
        rs_buf_fini(&b);
    }
    const double mean = sum / ROUNDS, spread = sqrt(squares / ROUNDS);
    if (fabs(mean) > 0.005 || spread > 0.055)
        fail_msg("%d words, %d %% shared: mean error %.4f, spread %.4f", (int)words, (int)percent,
                 mean, spread);
}

static void test_estimates_are_unbiased(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {2, 5, 12, 40, 150}, shares[] = {30, 60, 90};
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 3; k++) expect_unbiased(lengths[i], shares[k]);
}

static double similarity(const char *a, const char *b)
{
    rs_minhash x, y;
    rs_minhash_of(rs_str_of(a), &x);
    rs_minhash_of(rs_str_of(b), &y);
    return rs_minhash_similarity(&x, &y);
}

static void test_edges(void **state)
{
    (void)state;
    rs_minhash x;
    rs_minhash_of(RS_STR(" .. "), &x);
    assert_true(rs_minhash_is_empty(&x));
    rs_minhash_of(RS_STR("a"), &x);
    assert_false(rs_minhash_is_empty(&x));
    assert_true(similarity("Yes.", "yes") == 1);
    assert_true(similarity("yes", "no") == 0);
    assert_true(similarity("A plane, on grass", " a plane on grass .") == 1);
    /* one of nine characters of a text without blanks */
    const double han =
        similarity("\xe5\xa4\x9a\xe6\x9e\xb6\xe9\xa3\x9e\xe6\x9c\xba\xe5\x81\x9c\xe5\x9c\xa8\xe6"
                   "\x9c\xba\xe5\x9c"
                   "\xba\xe4\xb8\x8a\xe9\x9d\xa2\xe7\x9a\x84\xe5\x9c\xb0\xe6\x96\xb9",
                   "\xe5\xa4\x9a\xe6\x9e\xb6\xe9\xa3\x9e\xe6\x9c\xba\xe5\x81\x9c\xe5\x9c\xa8\xe6"
                   "\x9c\xba\xe5\x9c"
                   "\xba\xe4\xb8\x8a\xe9\x9d\xa2\xe7\x9a\x84\xe5\x9c\xb0\xe5\xa4\xb4");
    assert_true(han > 0.6 && han < 0.95);
    /* a megabyte, and the same with one word more */
    rs_buf text = {0};
    rs_rng rng = {909};
    while (text.len < 1 << 20) put_word(&text, &rng);
    rs_minhash y;
    rs_minhash_of(rs_buf_view(&text), &x);
    rs_buf_cstr(&text, " another");
    rs_minhash_of(rs_buf_view(&text), &y);
    assert_true(rs_minhash_similarity(&x, &y) > 0.98);
    rs_buf_fini(&text);
}

/* ---- pairs ----------------------------------------------------------------------------------- */

typedef struct found {
    rs_text_pair pair[4096];
    size_t n, stop_at;
} found;

static rsift_status keep_pair(void *ctx, const rs_text_pair *pair, rsift_error *err)
{
    found *f = ctx;
    assert_true(f->n < 4096 && pair->a < pair->b);
    if (f->n) {
        const rs_text_pair *last = &f->pair[f->n - 1];
        assert_true(last->b < pair->b || (last->b == pair->b && last->a < pair->a));
    }
    f->pair[f->n++] = *pair;
    return f->stop_at && f->n == f->stop_at ? rs_err_set(err, RSIFT_E_IO, "enough") : RSIFT_OK;
}

enum { N_TEXTS = 600 };
static rs_minhash signatures[N_TEXTS];

/* Every third text is the one before it with two of thirty words edited; the last ten are equal. */
static void make_signatures(void)
{
    rs_rng rng = {301};
    for (size_t i = 0; i < N_TEXTS; i += 2) {
        rs_buf a = {0}, b = {0};
        put_pair(&a, &b, &rng, 30, i % 4 ? 97 : 20);
        rs_minhash_of(rs_buf_view(&a), &signatures[i]);
        rs_minhash_of(rs_buf_view(&b), &signatures[i + 1]);
        rs_buf_fini(&a);
        rs_buf_fini(&b);
    }
    for (size_t i = N_TEXTS - 10; i < N_TEXTS; i++)
        rs_minhash_of(RS_STR("the same text again"), &signatures[i]);
    rs_minhash_of(RS_STR(""), &signatures[7]);
    rs_minhash_of(RS_STR("--"), &signatures[9]);
}

/* All pairs that a comparison of each with each finds, equal ones as a star. */
static void test_pairs_are_those_of_all_pairs(void **state)
{
    (void)state;
    static found f;
    f = (found){0};
    make_signatures();
    rsift_error err = {0};
    assert_int_equal(rs_minhash_pairs(signatures, N_TEXTS, 0.8, keep_pair, &f, &err), RSIFT_OK);
    size_t expected = 9;
    for (size_t b = 0; b < N_TEXTS - 10; b++)
        for (size_t a = 0; a < b; a++)
            if (!rs_minhash_is_empty(&signatures[a]) &&
                rs_minhash_similarity(&signatures[a], &signatures[b]) >= 0.8)
                expected++;
    assert_true(expected > 60);
    assert_int_equal(f.n, expected);
    for (size_t i = f.n - 9; i < f.n; i++) {
        assert_int_equal(f.pair[i].a, N_TEXTS - 10);
        assert_true(f.pair[i].similarity == 1);
    }
}

static void test_pairs_stop_and_fail(void **state)
{
    (void)state;
    static found f;
    rsift_error err = {0};
    make_signatures();
    f = (found){.stop_at = 3};
    assert_int_equal(rs_minhash_pairs(signatures, N_TEXTS, 0.8, keep_pair, &f, &err), RSIFT_E_IO);
    assert_int_equal(f.n, 3);
    f = (found){0};
    assert_int_equal(rs_minhash_pairs(signatures, 0, 0.8, keep_pair, &f, &err), RSIFT_OK);
    rsift_status status = RSIFT_E_NOMEM;
    int at = 1;
    for (; status == RSIFT_E_NOMEM; at++) {
        f = (found){0};
        rs_alloc_fail_at(at);
        status = rs_minhash_pairs(signatures, 20, 0.8, keep_pair, &f, &err);
        rs_alloc_fail_at(0);
    }
    assert_int_equal(status, RSIFT_OK);
    assert_true(at > 2);
}

static rsift_status count_pair(void *ctx, const rs_text_pair *pair, rsift_error *err)
{
    (void)pair, (void)err;
    ++*(size_t *)ctx;
    return RSIFT_OK;
}

/* A template of many spellings costs each text a bounded number of comparisons. */
static void test_template_is_bounded(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    rs_minhash *many = malloc(MANY * sizeof *many);
    assert_non_null(many);
    for (int i = 0; i < MANY; i++) {
        char text[160];
        snprintf(text, sizeof text,
                 "there are %d planes parked in a row beside the long grey runway "
                 "of this airport near the sea",
                 i);
        rs_minhash_of(rs_str_of(text), &many[i]);
    }
    size_t count = 0;
    rsift_error err = {0};
    assert_int_equal(rs_minhash_pairs(many, MANY, 0.8, count_pair, &count, &err), RSIFT_OK);
    assert_true(count > 20 * MANY && count <= (size_t)64 * 21 * MANY);
    free(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_form),
        cmocka_unit_test(test_key_of_long_texts),
        cmocka_unit_test(test_estimates_are_unbiased),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_pairs_are_those_of_all_pairs),
        cmocka_unit_test(test_pairs_stop_and_fail),
        cmocka_unit_test(test_template_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
