/* rouge_score and NLTK's METEOR: expected values printed by rouge_score 0.1.2 and nltk 3.9 (with a
 * WordNet of one set, car = auto). */
#include "base/alloc.h"
#include "lang/nltk_words.h"
#include "metrics/caption.h"
#include "metrics/caption_nltk.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const rs_str first = {"There is a road beside the rectangular farmlands .", 50};
static const rs_str first_refs[] = {{"There is a piece of farmland .", 30},
                                    {"It is a piece of cropland .", 27}};
static const rs_str second = {"Many cars aren't parked neatly", 30};
static const rs_str second_refs[] = {{"Many autos are parked .", 23}, {"no cars", 7}};

static void near(double got, double expected)
{
    if (!(fabs(got - expected) <= 1e-12)) fail_msg("%.17g, expected %.17g", got, expected);
}

static void rouge_score(void **state)
{
    rs_rouge_score got;
    assert_int_equal(rs_metrics_rouge_score(first, first_refs, 2, NULL, &got, NULL), RSIFT_OK);
    near(got.rouge_1, 0.4285714285714286);
    near(got.rouge_2, 0.25);
    near(got.rouge_l, 0.4285714285714286);
    assert_int_equal(rs_metrics_rouge_score(second, second_refs, 2, NULL, &got, NULL), RSIFT_OK);
    near(got.rouge_1, 0.3838383838383838);
    near(got.rouge_2, 0.0);
    near(got.rouge_l, 0.3838383838383838);
    assert_int_equal(rs_metrics_rouge_score(RS_STR(""), second_refs, 2, NULL, &got, NULL),
                     RSIFT_OK);
    near(got.rouge_1 + got.rouge_2 + got.rouge_l, 0);
    assert_int_equal(rs_metrics_rouge_score(first, NULL, 0, NULL, &got, NULL), RSIFT_E_ARG);
    (void)state;
}

static void meteor_nltk(void **state)
{
    rs_synonyms synonyms = {0};
    double got, without;
    assert_int_equal(
        rs_lang_synonyms_read(&synonyms, RS_STR("car\n1\nauto\n1\n"), RS_STR(""), NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_meteor_nltk(&synonyms, first, first_refs, 2, &got, NULL), RSIFT_OK);
    near(got, 0.6722222222222223);
    assert_int_equal(rs_metrics_meteor_nltk(&synonyms, second, second_refs, 2, &got, NULL),
                     RSIFT_OK);
    near(got, 0.7352941176470589);
    assert_int_equal(rs_metrics_meteor_nltk(NULL, second, second_refs, 2, &without, NULL),
                     RSIFT_OK);
    assert_true(without < got);
    assert_int_equal(rs_metrics_meteor_nltk(NULL, RS_STR(""), second_refs, 2, &got, NULL),
                     RSIFT_OK);
    near(got, 0);
    assert_int_equal(rs_metrics_meteor_nltk(NULL, first, NULL, 0, &got, NULL), RSIFT_E_ARG);
    rs_lang_synonyms_fini(&synonyms);
    (void)state;
}

/* Values printed by nltk 3.10.4, sentence_bleu([r.split() for r in refs], p.split()). */
static void bleu_nltk(void **state)
{
    static const struct {
        const char *prediction, *references[2];
        double expected;
    } rows[] = {
        {"a b c d e", {"a b c d e", NULL}, 1.0},
        {"a b c d", {"a b c d e f", NULL}, 0.6065306597126334},
        {"a b c", {"a b c", NULL}, 1.2213386697554703e-77},
        {"the road", {"a road near the sea", "road"}, 1.821831989445342e-231},
        {"a x b y c z", {"a b c", "a x b q r s t"}, 5.253283993027542e-78},
        {"a a a a a", {"a a b a a a", NULL}, 7.070696784820904e-78},
        {"", {"a", NULL}, 0},
        {"b", {"a", ""}, 0},
    };
    rs_captions set = {0};
    double got[sizeof rows / sizeof *rows];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const rs_str references[2] = {
            rs_str_of(rows[i].references[0]),
            rs_str_of(rows[i].references[1] ? rows[i].references[1] : "")};
        assert_int_equal(rs_metrics_captions_add(&set, rs_str_of(rows[i].prediction), references,
                                                 rows[i].references[1] ? 2 : 1, NULL),
                         RSIFT_OK);
    }
    assert_int_equal(rs_metrics_captions_count(&set, NULL), RSIFT_OK);
    rs_metrics_bleu_nltk(&set, got);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(fabs(got[i] - rows[i].expected) <= 1e-12 * rows[i].expected))
            fail_msg("row %zu: %.17g, expected %.17g", i, got[i], rows[i].expected);
    rs_metrics_captions_fini(&set);
    (void)state;
}

static void words(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {"Good muffins cost $3.88 (roughly 3,36 euros).",
         "Good muffins cost $ 3.88 ( roughly 3,36 euros ) ."},
        {"Trees. The road.", "Trees . The road ."},
        {"Mr. Smith can't; he cannot!", "Mr. Smith ca n't ; he can not !"},
        {"it's \"big\" ... a--b, c:d", "it 's `` big '' ... a -- b , c : d"},
        {"the dogs' park", "the dogs ' park"},
        {"a \xe2\x80\x9c"
         "b\xe2\x80\x9d it\xe2\x80\x99s",
         "a \xe2\x80\x9c b \xe2\x80\x9d it \xe2\x80\x99 s"},
        {"cannot-x 'single' 'a more'n", "can not -x 'single ' ' a more 'n"},
        {"wanna gottas wanna", "wan na gottas wan na"},
        {"a, b,1 c:,", "a , b,1 c : ,"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        rs_arena arena = {0};
        rs_str *items, rest = rs_str_of(pairs[i][1]), expected;
        size_t n, k = 0;
        assert_int_equal(rs_lang_nltk_words(&arena, rs_str_of(pairs[i][0]), &items, &n, NULL),
                         RSIFT_OK);
        for (; rest.len && rs_str_split(&rest, ' ', &expected); k++)
            if (k >= n || !rs_str_eq(items[k], expected)) fail_msg("%s: word %zu", pairs[i][0], k);
        assert_int_equal(k, n);
        rs_arena_fini(&arena);
    }
    (void)state;
}

static void every_allocation_failing(void **state)
{
    int64_t n = 1;
    for (; n < 300; n++) {
        rs_rouge_score rouge;
        double meteor;
        rs_alloc_fail_at(n);
        rsift_status st = rs_metrics_rouge_score(second, second_refs, 2, NULL, &rouge, NULL);
        if (st == RSIFT_OK)
            st = rs_metrics_meteor_nltk(NULL, second, second_refs, 2, &meteor, NULL);
        rs_alloc_fail_at(0);
        if (st == RSIFT_OK) break;
        assert_int_equal(st, RSIFT_E_NOMEM);
    }
    assert_true(n > 5 && n < 300);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rouge_score),
        cmocka_unit_test(meteor_nltk),
        cmocka_unit_test(bleu_nltk),
        cmocka_unit_test(words),
        cmocka_unit_test(every_allocation_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
