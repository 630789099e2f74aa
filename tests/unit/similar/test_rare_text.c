/* Pictures that share rare texts, and those that share texts which prove nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "similar/rare_text.h"

#include <string.h>

enum { A, B, MOST_TEXTS = 6000, N_PICTURES = 300, N_CAPTIONS = 5, N_WORDS = 400 };

/* A world of captions: two sets of N_PICTURES pictures with random captions of 9 words. Pictures
 * of set A are held. */
typedef struct world {
    struct one {
        rs_rare_text text;
        char bytes[256];
    } texts[MOST_TEXTS];
    size_t n;
    struct found {
        uint64_t a, b;
        uint32_t b_set, n_shared, n_of;
        char shown[256];
        uint32_t in_a, in_b;
    } pairs[200];
    size_t n_pairs;
} world;
static world w;

static rs_id number_id(uint64_t n)
{
    return (rs_id){1, n};
}

static void put(uint32_t set, uint64_t picture, const char *text)
{
    struct one *o = &w.texts[w.n++];
    assert_true(w.n <= MOST_TEXTS);
    snprintf(o->bytes, sizeof o->bytes, "%s", text);
    o->text = (rs_rare_text){.set = set,
                             .picture = number_id(picture),
                             .sample = number_id(picture),
                             .held = set == A,
                             .text = rs_str_of(o->bytes)};
}

static void put_question(uint32_t set, uint64_t picture, const char *text)
{
    put(set, picture, text);
    w.texts[w.n - 1].text.question = true;
}

/* Words as often as in language: the k-th is about k times as rare as the first. */
static void put_random(uint32_t set, uint64_t picture, rs_rng *rng)
{
    char text[256];
    size_t n = 0;
    for (int i = 0; i < 9; i++) {
        const uint64_t word = rs_rng_below(rng, 1 + rs_rng_below(rng, N_WORDS));
        n += (size_t)snprintf(text + n, sizeof text - n, "w%llux ", (unsigned long long)word);
    }
    put(set, picture, text);
}

static void begin(void)
{
    w = (world){0};
    rs_rng rng = {77};
    for (uint64_t p = 0; p < N_PICTURES; p++)
        for (int i = 0; i < N_CAPTIONS; i++) {
            put_random(A, p, &rng);
            put_random(B, 1000 + p, &rng);
        }
}

static rsift_status keep(void *ctx, const rs_rare_pair *pair, rsift_error *err)
{
    (void)ctx, (void)err;
    assert_true(w.n_pairs < 200);
    assert_int_equal(pair->a_set, A);
    struct found *f = &w.pairs[w.n_pairs++];
    *f = (struct found){.a = pair->a.lo,
                        .b = pair->b.lo,
                        .b_set = pair->b_set,
                        .n_shared = pair->n_shared,
                        .n_of = pair->n_of,
                        .in_a = pair->shown[0].in_a,
                        .in_b = pair->shown[0].in_b};
    snprintf(f->shown, sizeof f->shown, "%.*s", RS_STR_ARG(pair->shown[0].text));
    if (w.n_pairs > 1) assert_true(f->a > f[-1].a || (f->a == f[-1].a && f->b >= f[-1].b));
    return RSIFT_OK;
}

/* All texts, forwards or backwards: the order must not matter. */
static rsift_status run(bool backwards, rsift_error *err)
{
    w.n_pairs = 0;
    rs_rare *rare = rs_rare_new();
    rsift_status status = rare ? RSIFT_OK : RSIFT_E_NOMEM;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; status == RSIFT_OK && i < w.n; i++) {
            const rs_rare_text *text = &w.texts[backwards ? w.n - 1 - i : i].text;
            if (pass == 1) status = rs_rare_see(rare, text, err);
            else if (text->held) status = rs_rare_hold(rare, text, err);
        }
    if (status == RSIFT_OK) status = rs_rare_pairs(rare, keep, NULL, err);
    rs_rare_free(rare);
    return status;
}

static void find(void)
{
    static world before;
    rsift_error err = {0};
    assert_int_equal(run(false, &err), RSIFT_OK);
    before = w;
    assert_int_equal(run(true, &err), RSIFT_OK);
    assert_int_equal(w.n_pairs, before.n_pairs);
    assert_memory_equal(w.pairs, before.pairs, w.n_pairs * sizeof *w.pairs);
}

static void expect_none(void)
{
    find();
    if (w.n_pairs)
        fail_msg("%zu pairs, as of %d and %d: %s", w.n_pairs, (int)w.pairs[0].a, (int)w.pairs[0].b,
                 w.pairs[0].shown);
}

static void expect_one(uint64_t a, uint64_t b, uint32_t n_shared)
{
    find();
    assert_int_equal(w.n_pairs, 1);
    assert_int_equal(w.pairs[0].a, a);
    assert_int_equal(w.pairs[0].b, b);
    assert_int_equal(w.pairs[0].n_shared, n_shared);
}

static void test_random_captions_are_no_pairs(void **state)
{
    (void)state;
    begin();
    expect_none();
}

static void test_two_rare_captions(void **state)
{
    (void)state;
    begin();
    put(A, 7, "A w300x boat under the w200x crane.");
    put(A, 7, "the w200x crane of the small w310x shipyard");
    put(B, 1042, "a w300x boat, under the w200x crane");
    put(B, 1042, "The W200x crane of the small w310x shipyard .");
    expect_one(7, 1042, 2);
    assert_int_equal(w.pairs[0].n_of, N_CAPTIONS + 2);
    assert_string_equal(w.pairs[0].shown, "the w200x crane of the small w310x shipyard");
    assert_int_equal(w.pairs[0].in_a, 1);
    assert_int_equal(w.pairs[0].in_b, 1);
}

static void test_one_unique_caption(void **state)
{
    (void)state;
    begin();
    put(A, 7, "a fenced reactor dome beside two cooling ponds and a rusty pier");
    put(B, 1042, "a fenced reactor dome beside two cooling ponds and a rusty pier");
    expect_one(7, 1042, 1);
    /* too short for one; its words are those of every caption */
    begin();
    put(A, 7, "a fenced reactor dome");
    put(B, 1042, "a fenced reactor dome");
    expect_none();
    begin();
    put(A, 7, "w0x w1x w2x w0x w1x w2x w3x w4x w3x w1x w5x");
    put(B, 1042, "w0x w1x w2x w0x w1x w2x w3x w4x w3x w1x w5x");
    expect_none();
}

/* A caption that many pictures of one of the sets have says nothing, however many are shared. */
static void test_common_captions(void **state)
{
    (void)state;
    begin();
    for (uint64_t p = 0; p < 6; p++) {
        put(B, 1100 + p, "many planes are parked in an airport near the terminal building");
        put(B, 1100 + p, "several white planes stand beside a grey terminal of the airport");
    }
    put(A, 7, "many planes are parked in an airport near the terminal building");
    put(A, 7, "several white planes stand beside a grey terminal of the airport");
    expect_none();
}

/* Two rare captions that two pictures of the other set have: nothing tells which one it is. A third
 * one that only one of them has does. */
static void test_ambiguous_pictures(void **state)
{
    (void)state;
    begin();
    for (uint64_t p = 1042; p < 1044; p++) {
        put(B, p, "a grid pattern lies on the green grass");
        put(B, p, "a small tree stands on the green grassland");
    }
    put(A, 7, "a grid pattern lies on the green grass");
    put(A, 7, "a small tree stands on the green grassland");
    expect_none();
    put(A, 7, "a red tractor crosses the furrows");
    put(B, 1043, "a red tractor crosses the furrows");
    expect_one(7, 1043, 3);
    put(B, 1042, "a red tractor crosses the furrows");
    expect_none();
}

/* All captions of a picture twice in the other set: the picture is there twice. */
static void test_copies_are_pairs(void **state)
{
    (void)state;
    static const char *const captions[] = {"a grid pattern lies on the green grass",
                                           "a small tree stands on the green grassland",
                                           "a red tractor crosses the furrows"};
    begin();
    for (int i = 0; i < 3; i++) {
        put(A, 900, captions[i]);
        put(B, 1042, captions[i]);
        put(B, 1043, captions[i]);
    }
    find();
    assert_int_equal(w.n_pairs, 2);
    assert_int_equal(w.pairs[0].b, 1042);
    assert_int_equal(w.pairs[1].b, 1043);
}

/* The picture that shares more is the one; the other got a caption of the same hand. */
static void test_better_picture_wins(void **state)
{
    (void)state;
    static const char *const captions[] = {
        "a silo with a conical roof", "three silos near the barn", "the barn with a broken roof"};
    begin();
    for (int i = 0; i < 3; i++) put(A, 7, captions[i]);
    for (int i = 0; i < 3; i++) put(B, 1042, captions[i]);
    for (int i = 0; i < 2; i++) put(B, 1043, captions[i]);
    expect_one(7, 1042, 3);
}

/* Questionnaires ask alike: two short answers are no evidence, most of a picture's are. */
static void test_questions(void **state)
{
    (void)state;
    static const char *const asked[] = {"how many heliports are west of the stadium 2",
                                        "is the brewery larger than the chapel yes",
                                        "what colour has the roof of the velodrome blue"};
    begin();
    for (int i = 0; i < 2; i++) {
        put_question(A, 7, asked[i]);
        put_question(B, 1042, asked[i]);
    }
    expect_none();
    put_question(A, 7, asked[2]);
    put_question(B, 1042, asked[2]);
    expect_one(7, 1042, 3);
    /* three of fifty */
    for (int i = 0; i < 42; i++) {
        char text[80];
        snprintf(text, sizeof text, "how many objects of the kind number z%dz are there", i);
        put_question(A, 7, text);
    }
    expect_none();
}

/* Inside one set neighbours get the captions of one hand. */
static void test_own_set(void **state)
{
    (void)state;
    static const char *const captions[] = {
        "a trawler is moored at the wooden jetty", "two trawlers beside the jetty of wood",
        "nets are spread on the jetty to dry", "the jetty leads to a fish market"};
    for (int n = 2; n <= 4; n++) {
        begin();
        for (int i = 0; i < n; i++) {
            put(A, 900, captions[i]);
            put(A, 901, captions[i]);
            w.texts[w.n - 1].text.held = false;
        }
        if (n == 2) expect_none();
        else expect_one(900, 901, (uint32_t)n);
        assert_true(n == 2 || w.pairs[0].b_set == A);
    }
    for (int i = 0; i < 2; i++) {
        char text[64];
        snprintf(text, sizeof text, "another caption of the held picture z%dz", i);
        put(A, 900, text);
    }
    expect_none();
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    begin();
    w.n = 60;
    rsift_error err = {0};
    rsift_status status = RSIFT_E_NOMEM;
    int at = 1;
    for (; status == RSIFT_E_NOMEM; at++) {
        rs_alloc_fail_at(at);
        status = run(false, &err);
        rs_alloc_fail_at(0);
    }
    assert_int_equal(status, RSIFT_OK);
    assert_true(at > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_captions_are_no_pairs),
        cmocka_unit_test(test_two_rare_captions),
        cmocka_unit_test(test_one_unique_caption),
        cmocka_unit_test(test_common_captions),
        cmocka_unit_test(test_ambiguous_pictures),
        cmocka_unit_test(test_copies_are_pairs),
        cmocka_unit_test(test_better_picture_wins),
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_own_set),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
