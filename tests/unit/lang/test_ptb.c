/* Caption tokens, stemmers and METEOR's words: pairs taken from the original programs' output. */
#include "base/alloc.h"
#include "lang/meteor_norm.h"
#include "lang/ngram.h"
#include "lang/ptb.h"
#include "lang/stem.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Right column: PTBTokenizer 3.4.1 -preserveLines -lowerCase, then the wrapper's punctuation list.
 */
static void ptb_tokens(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {" . , ; : ! ? ' \" `` -- ... ", ""},
        {"The Two planes, parked.", "the two planes parked"},
        {"l-shaped t-shaped two-storey medium_residential",
         "l-shaped t-shaped two-storey medium_residential"},
        {"a/b and/or n/a km/h and/or/not a/ /b", "a/b and/or n/a km/h and/or/not a / / b"},
        {"3.5 1,000 10:30 -5 +3 50% 600m 20th 2.5m", "3.5 1,000 10:30 -5 +3 50 % 600m 20th 2.5 m"},
        {"it's don't can't cannot we'll they're I'm",
         "it 's do n't ca n't can not we 'll they 're i 'm"},
        {"Isn't won't gonna wanna", "is n't wo n't gon na wan na"},
        {"(a) [b] {d}", "-lrb- a -rrb- -lsb- b -rsb- -lcb- d -rcb-"},
        {"\"quoted\" 'single' `x`", "quoted single x"},
        {"e.g. i.e. u.s. a.m. mr. st. etc.", "e.g. i.e. u.s. a.m. mr. st. etc."},
        {"no. 3 no. fig. 5", "no. 3 no fig. 5"},
        {"what?? really!? yes!! ok?", "what ?? really !? yes !! ok"},
        {"- -- --- ---- -----", "-----"},
        {"trees.the airplane?no road.There", "trees.the airplane?no road.there"},
        {"grey Grey centre colour harbour", "grey grey centre colour harbour"},
        {"o'clock o'hare dogs' houses'", "o'clock o'hare dogs houses"},
        {"A.can't", "a.can t"},
        {"black&white a+b x=1 10m*10m", "black & white a + b x = 1 10m * 10m"},
        {"[hr_rgb_0.5] cc-by-4.0", "-lsb- hr_rgb_0 .5 -rsb- cc-by-4 .0"},
        {"P0001.png 001.jpg file_1.tif", "p0001.png 001.jpg file_1 tif"},
        {"caf\xc3\xa9 \xc3\x89t\xc3\xa9 it\xe2\x80\x99s \xe2\x80\x9cq\xe2\x80\x9d",
         "caf\xc3\xa9 \xc3\xa9t\xc3\xa9 it 's q"},
        {"two\xc2\xa0words a\nb", "two words a b"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        rs_buf out = {0};
        assert_int_equal(rs_lang_ptb_tokenise(rs_str_of(pairs[i][0]), &out, NULL, NULL), RSIFT_OK);
        if (!rs_str_eq(rs_buf_view(&out), rs_str_of(pairs[i][1])))
            fail_msg("\"%s\" became \"%.*s\"", pairs[i][0], RS_STR_ARG(rs_buf_view(&out)));
        rs_buf_fini(&out);
    }
    (void)state;
}

static void ptb_counts_what_is_outside(void **state)
{
    static const struct {
        const char *text;
        int64_t outside;
    } cases[] = {{"a plain caption .", 0},
                 {"5 \xc2\xb0", 1},
                 {"see http://a.b/c", 1},
                 {"a < b", 1},
                 {":)", 1},
                 {"", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_ptb_counts counts = {0};
        rs_buf out = {0};
        assert_int_equal(rs_lang_ptb_tokenise(rs_str_of(cases[i].text), &out, &counts, NULL),
                         RSIFT_OK);
        assert_int_equal(counts.n_outside, cases[i].outside);
        assert_int_equal(counts.n_texts, 1);
        rs_buf_fini(&out);
    }
    rs_buf out = {0};
    rs_alloc_fail_at(1);
    assert_int_equal(rs_lang_ptb_tokenise(RS_STR("a"), &out, NULL, NULL), RSIFT_E_NOMEM);
    rs_alloc_fail_at(0);
    (void)state;
}

static void stems(void **state)
{
    static const char *const words[][3] = {
        /* word, Snowball English, NLTK's Porter */
        {"buildings", "build", "build"},
        {"parked", "park", "park"},
        {"planes", "plane", "plane"},
        {"flies", "fli", "fli"},
        {"dies", "die", "die"},
        {"dying", "die", "die"},
        {"skies", "sky", "sky"},
        {"enjoy", "enjoy", "enjoy"},
        {"happy", "happi", "happi"},
        {"residential", "residenti", "residenti"},
        {"neatly", "neat", "neatli"},
        {"relational", "relat", "relat"},
        {"agreed", "agre", "agre"},
        {"hopping", "hop", "hop"},
        {"generously", "generous", "gener"},
        {"news", "news", "news"},
        {"at", "at", "at"},
        {"y", "y", "y"},
        {"radically", "radic", "radic"},
        {"geology", "geolog", "geolog"},
        {"say", "say", "say"},
        {"yellow", "yellow", "yellow"},
        {"ship's", "ship", "ship'"},
        {"stra\xc3\x9f"
         "e",
         "stra\xc3\x9f"
         "e",
         "stra\xc3\x9f"
         "e"}, /* letters count, not bytes */
        {"stra\xc3\x9f"
         "eed",
         "stra\xc3\x9f"
         "e",
         "stra\xc3\x9f"
         "e"},
        {"n\xc3\xa9"
         "e",
         "n\xc3\xa9"
         "e",
         "n\xc3\xa9"
         "e"},
        {"na\xc3\xafvely", "na\xc3\xafv", "na\xc3\xafv"},
    };
    char out[RS_STEM_MAX + 8];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        rs_str snowball = rs_lang_stem_snowball(rs_str_of(words[i][0]), out);
        if (!rs_str_eq(snowball, rs_str_of(words[i][1])))
            fail_msg("snowball: %s, %.*s", words[i][0], RS_STR_ARG(snowball));
        rs_str porter = rs_lang_stem_porter_nltk(rs_str_of(words[i][0]), out);
        if (!rs_str_eq(porter, rs_str_of(words[i][2])))
            fail_msg("porter: %s, %.*s", words[i][0], RS_STR_ARG(porter));
    }
    char longest[RS_STEM_MAX + 1];
    memset(longest, 'b', sizeof longest);
    memcpy(longest + RS_STEM_MAX - 6, "abling", 6);
    rs_str word = {longest, RS_STEM_MAX};
    assert_in_range(rs_lang_stem_snowball(word, out).len, 1, RS_STEM_MAX);
    word.len++;
    assert_ptr_equal(rs_lang_stem_snowball(word, out).ptr, longest);
    assert_ptr_equal(rs_lang_stem_porter_nltk(word, out).ptr, longest);
    (void)state;
}

static void meteor_words(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {"An L-shaped roof, isn't it?", "an l shaped roof , isn 't it ?"},
        {"Mr. Smith saw the U.S. ships.", "mr. smith saw the us ships ."},
        {"No. 3 no", "no. 3 no"},
        {"wait... what--now", "wait ... what now"},
        {"1,000 a,b `q' ''x''", "1,000 a , b ' q ' \" x \""},
        {"(50%) & more", "( 50 % ) & more"},
        {"end. start", "end. start"},
        {"the 90's", "the 90 's"},
    };
    rs_prefixes list = {0};
    assert_int_equal(rs_lang_prefixes_read(&list, RS_STR("#c\nMr\nNo #NUMERIC_ONLY#\n"), NULL),
                     RSIFT_OK);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        rs_arena arena = {0};
        rs_str *words;
        size_t n;
        rs_buf joined = {0};
        assert_int_equal(
            rs_lang_meteor_words(&arena, &list, rs_str_of(pairs[i][0]), &words, &n, NULL),
            RSIFT_OK);
        for (size_t k = 0; k < n; k++) {
            if (k) rs_buf_char(&joined, ' ');
            rs_buf_str(&joined, words[k]);
        }
        if (!rs_str_eq(rs_buf_view(&joined), rs_str_of(pairs[i][1])))
            fail_msg("\"%s\" became \"%.*s\"", pairs[i][0], RS_STR_ARG(rs_buf_view(&joined)));
        rs_buf_fini(&joined);
        rs_arena_fini(&arena);
    }
    rs_lang_prefixes_fini(&list);
    (void)state;
}

static void ngrams(void **state)
{
    rs_ngrams table = {0};
    rs_gram_list a, b;
    static const uint32_t abab[] = {7, 9, 7, 9}, ba[] = {9, 7};
    const rs_sentence first = {abab, 4}, second = {ba, 2}, none = {NULL, 0};
    for (int group = 0; group < 3; group++) { /* each group begins anew */
        assert_int_equal(rs_lang_ngrams_start(&table, 6, NULL), RSIFT_OK);
        rs_lang_ngrams_add(&table, &first, 4, 0, &a);
        assert_int_equal(a.first[1], 2);              /* a, b */
        assert_int_equal(a.first[2] - a.first[1], 2); /* ab twice, ba once */
        assert_int_equal(a.first[4], 7);              /* aba, bab, abab */
        assert_true(a.grams[0].id == 0 && a.grams[0].count == 2 && a.grams[2].count == 2 &&
                    a.grams[3].count == 1);
        assert_true(a.words[0] == 0 && a.words[1] == 1 && a.words[2] == 0);
        rs_lang_ngrams_add(&table, &second, group == 1 ? 1 : 4, 0, &b);
        assert_int_equal(b.first[4], group == 1 ? 2 : 3);
        assert_true(b.grams[0].id == 1 && b.words[1] == 0);
        if (group != 1) assert_int_equal(b.grams[2].id, 3); /* ba again */
        rs_lang_ngrams_add(&table, &none, 4, 0, &b);
        assert_int_equal(b.first[4], 0);
        assert_int_equal(table.n, 7);
    }
    static const uint32_t axb[] = {7, 8, 9, 7};
    const rs_sentence third = {axb, 4};
    assert_int_equal(rs_lang_ngrams_start(&table, 8, NULL), RSIFT_OK);
    rs_lang_ngrams_add(&table, &first, 4, 0, &a);
    rs_lang_ngrams_add(&table, &third, 4, (uint32_t)table.n, &b); /* shares ba: up to order 3 */
    assert_int_equal(b.first[3] - b.first[2], 2);
    assert_int_equal(b.first[4], b.first[3]);
    assert_int_equal(rs_lang_ngrams_start(&table, (size_t)1 << 40, NULL), RSIFT_E_LIMIT);
    rs_lang_ngrams_fini(&table);

    rs_gram_index index = {0};
    assert_true(rs_lang_gram_index_get(&index, rs_lang_gram_key(abab, 1)) == RS_NPOS);
    for (uint32_t w = 0; w < 5000; w++) {
        const uint32_t words[] = {w, w / 2, w / 3, w / 5};
        for (int n = 1; n <= 4; n++)
            assert_int_equal(rs_lang_gram_index_put(&index, rs_lang_gram_key(words, n), NULL),
                             RSIFT_OK);
        assert_int_equal(rs_lang_gram_index_put(&index, rs_lang_gram_key(words, 3), NULL),
                         RSIFT_OK);
    }
    assert_int_equal(index.n, 20000);
    for (uint32_t w = 0; w < 5000; w++) {
        const uint32_t words[] = {w, w / 2, w / 3, w / 5}, other[] = {w, w / 2, w / 3, w / 5 + 1};
        for (int n = 1; n <= 4; n++)
            assert_int_equal(rs_lang_gram_index_get(&index, rs_lang_gram_key(words, n)),
                             4 * w + (uint32_t)n - 1);
        assert_true(rs_lang_gram_index_get(&index, rs_lang_gram_key(other, 4)) == RS_NPOS);
    }
    rs_lang_gram_index_fini(&index);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ptb_tokens), cmocka_unit_test(ptb_counts_what_is_outside),
        cmocka_unit_test(stems),      cmocka_unit_test(meteor_words),
        cmocka_unit_test(ngrams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
