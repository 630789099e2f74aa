/* BLEU, ROUGE-L, CIDEr and METEOR against the shared cases, and their edges. */
#include "base/alloc.h"
#include "base/rng.h"
#include "lang/ptb.h"
#include "metrics/caption.h"
#include "metrics/meteor.h"

#include "case_lines.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static void near(double got, double expected, const char *what, size_t row)
{
    if (!(fabs(got - expected) <= 1e-9))
        fail_msg("%s, row %zu: %.17g, expected %.17g", what, row, got, expected);
}

/* Prediction and references of one line {"pred": "..", "refs": ["..", ..]}. */
typedef struct case_row {
    rs_buf text;
    rs_str prediction, references[32];
    size_t n;
} case_row;

static void read_row(rs_str line, case_row *row)
{
    rs_buf_reserve(&row->text, line.len + 1); /* so that texts do not move */
    row->text.len = 0;
    row->n = 0;
    rs_str rest = case_behind(line, "pred");
    row->prediction = case_string(&rest, &row->text);
    rest = case_behind(line, "refs");
    while (rest.len && rest.ptr[0] != ']' && row->n < 32) {
        rest = rs_str_trim(rs_str_sub(rest, 1, rest.len)); /* '[' or ',' */
        row->references[row->n++] = case_string(&rest, &row->text);
        rest = rs_str_trim(rest);
    }
}

static bool load(const char *folder, rs_captions *set)
{
    rs_buf file = case_file(folder, "tokens.jsonl");
    if (!file.ptr) {
        print_message("skipped: %s is not beside the repository\n", folder);
        return false;
    }
    case_row row = {0};
    rs_str rest = rs_buf_view(&file);
    for (rs_str line; rs_str_line(&rest, &line);) {
        read_row(line, &row);
        assert_int_equal(rs_metrics_captions_add(set, row.prediction, row.references, row.n, NULL),
                         RSIFT_OK);
    }
    rs_buf_fini(&row.text);
    rs_buf_fini(&file);
    assert_int_equal(rs_metrics_captions_count(set, NULL), RSIFT_OK);
    return true;
}

/* Words are those of rs_lang_next_word, whatever stands between them, and a text whose blanks are
 * other than one between two words is marked. */
static void words_of_any_text(void **state)
{
    static const char *const pieces[] = {"a",        "bc",   "d.e",         "~",  "\xc3\xa9",
                                         " ",        " ",    " ",           "  ", "\t",
                                         "\xc2\xa0", "\x7f", "\xe2\x80\xa8"};
    rs_rng rng = rs_rng_of(1, (rs_id){1, 1});
    (void)state;
    for (int round = 0; round < 20000; round++) {
        rs_buf text = {0};
        rs_buf_char(&text, ' '); /* so that there is memory; not part of the text */
        for (uint64_t n = rs_rng_below(&rng, 9); n > 0; n--)
            rs_buf_cstr(&text, pieces[rs_rng_below(&rng, sizeof pieces / sizeof *pieces)]);
        const rs_str s = rs_str_sub(rs_buf_view(&text), 1, text.len);
        rs_caption_batch batch = {0};
        rs_strmap words = {0};
        assert_int_equal(rs_metrics_caption_batch_add(&batch, s, &s, 1, NULL), RSIFT_OK);
        size_t n = 0;
        bool odd =
            !s.len || s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ' ||
            rs_str_find(s, RS_STR("  ")) != RS_NPOS || rs_str_find(s, RS_STR("\t")) != RS_NPOS ||
            rs_str_find(s, RS_STR("\xc2")) != RS_NPOS || rs_str_find(s, RS_STR("\xe2")) != RS_NPOS;
        rs_str rest = s;
        for (rs_str word; rs_lang_next_word(&rest, &word); n++)
            assert_int_equal(batch.numbers[n], rs_strmap_put(&words, word, NULL));
        assert_int_equal(batch.n_numbers, 2 * n);
        assert_int_equal(batch.images[0] >> 31, odd);
        rs_strmap_fini(&words);
        rs_metrics_caption_batch_fini(&batch);
        rs_buf_fini(&text);
    }
}

static const char *const bleu_names[] = {"Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4"};

static void check_case(const char *folder)
{
    rs_captions set = {0};
    if (!load(folder, &set)) skip();
    double bleu[4], rouge, cider;
    double (*bleus)[4] = calloc(set.n, sizeof *bleus);
    double *rouges = calloc(set.n, sizeof *rouges), *ciders = calloc(set.n, sizeof *ciders);
    rs_metrics_bleu(&set, NULL, bleu, bleus);
    assert_int_equal(rs_metrics_rouge_l(&set, NULL, &rouge, rouges, NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_cider(&set, NULL, false, RS_CIDER_COCO, &cider, ciders, NULL),
                     RSIFT_OK);

    rs_buf expected = case_file(folder, "expected.json");
    rs_str corpus = case_behind(rs_buf_view(&expected), "corpus");
    if (!corpus.ptr) corpus = rs_buf_view(&expected);
    for (int k = 0; k < 4; k++) near(bleu[k], case_number(corpus, bleu_names[k]), bleu_names[k], 0);
    near(rouge, case_number(corpus, "ROUGE_L"), "ROUGE_L", 0);
    near(cider, case_number(corpus, "CIDEr"), "CIDEr", 0);
    rs_buf_fini(&expected);

    rs_buf per_image = case_file(folder, "expected_per_image.jsonl");
    rs_str rest = rs_buf_view(&per_image);
    size_t row = 0;
    for (rs_str line; rest.ptr && rs_str_line(&rest, &line); row++) {
        assert_true(row < set.n);
        for (int k = 0; k < 4; k++)
            near(bleus[row][k], case_number(line, bleu_names[k]), bleu_names[k], row);
        near(rouges[row], case_number(line, "ROUGE_L"), "ROUGE_L", row);
        near(ciders[row], case_number(line, "CIDEr"), "CIDEr", row);
    }
    print_message("%s: %zu images\n", folder, set.n);
    rs_buf_fini(&per_image);
    free(bleus);
    free(rouges);
    free(ciders);
    rs_metrics_captions_fini(&set);
}

static void corner(void **state)
{
    (void)state;
    check_case("cases/caption-corner");
}

static void single_image(void **state)
{
    (void)state;
    check_case("cases/caption-single-image");
}

static void leave_one_out(void **state)
{
    (void)state;
    check_case("cases/caption-rsitmd-loo");
}

static void ucm_model_output(void **state)
{
    (void)state;
    check_case("cases/earthdial-ucm-captions");
}

/* The tokeniser gives the token strings from the captions of the case. */
static void check_tokens(const char *folder)
{
    rs_buf tokens = case_file(folder, "tokens.jsonl");
    rs_buf predictions = case_file(folder, "predictions.json"),
           references = case_file(folder, "references.json");
    if (!tokens.ptr || !predictions.ptr || !references.ptr) {
        print_message("skipped: %s is not beside the repository\n", folder);
        skip();
    }
    rs_str p = rs_buf_view(&predictions), r = rs_buf_view(&references), rest = rs_buf_view(&tokens);
    rs_buf text = {0}, got = {0};
    case_row row = {0};
    size_t n = 0;
    rs_ptb_counts counts = {0};
    for (rs_str line; rs_str_line(&rest, &line);) {
        read_row(line, &row);
        for (size_t k = 0; k <= row.n; k++) {
            rs_str *from = k ? &r : &p;
            rs_str expected = k ? row.references[k - 1] : row.prediction;
            text.len = got.len = 0;
            if (k <= 1) *from = case_behind(*from, k ? "references" : "caption");
            if (k) *from = rs_str_trim(rs_str_sub(*from, 1, from->len)); /* '[' or ',' */
            rs_str caption = case_string(from, &text);
            *from = rs_str_trim(*from);
            assert_int_equal(rs_lang_ptb_tokenise(caption, &got, &counts, NULL), RSIFT_OK);
            if (!rs_str_eq(rs_buf_view(&got), expected))
                fail_msg("\"%.*s\" became \"%.*s\"", RS_STR_ARG(caption),
                         RS_STR_ARG(rs_buf_view(&got)));
            n++;
        }
    }
    assert_true(n > 0 && counts.n_outside == 0);
    rs_buf_fini(&text);
    rs_buf_fini(&got);
    rs_buf_fini(&row.text);
    rs_buf_fini(&tokens);
    rs_buf_fini(&predictions);
    rs_buf_fini(&references);
}

static void tokens_of_the_cases(void **state)
{
    (void)state;
    check_tokens("cases/caption-corner");
    check_tokens("cases/caption-single-image");
    check_tokens("cases/caption-rsitmd-loo");
}

static rs_str s(const char *text)
{
    return rs_str_of(text);
}

static void edges(void **state)
{
    rs_captions set = {0};
    double bleu[4], value, per_image[4];
    assert_int_equal(rs_metrics_captions_count(&set, NULL), RSIFT_OK);
    rs_metrics_bleu(&set, NULL, bleu, NULL);
    assert_true(bleu[3] == 0);
    assert_int_equal(rs_metrics_rouge_l(&set, NULL, &value, NULL, NULL), RSIFT_OK);
    assert_true(value == 0);
    assert_int_equal(rs_metrics_captions_add(&set, s("a"), NULL, 0, NULL), RSIFT_E_ARG);

    const rs_str empty[] = {s(""), s("a b")}, ship[] = {s("a ship at sea")}, spaced[] = {s("a  b")};
    assert_int_equal(rs_metrics_captions_add(&set, s(""), empty, 2, NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_captions_add(&set, s("a ship at sea"), ship, 1, NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_captions_add(&set, s("a b"), spaced, 1, NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_captions_count(&set, NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_rouge_l(&set, NULL, &value, per_image, NULL), RSIFT_OK);
    near(per_image[0], 1, "two empty captions match as one empty token", 0);
    near(per_image[1], 1, "equal captions", 1);
    /* split(" ") of "a  b" has three tokens: P = 1, R = 2/3 */
    near(per_image[2], (1 + 1.44) * (2.0 / 3) / (2.0 / 3 + 1.44), "double blank", 2);
    rs_metrics_captions_fini(&set);
    (void)state;
}

static void cider_variants_and_subsets(void **state)
{
    rs_captions set = {0};
    const rs_str refs[][1] = {
        {s("a red ship")}, {s("a field near trees")}, {s("two cars near a road")}};
    double one, levir, all, full_idf, own_idf, per_image[3];
    assert_int_equal(rs_metrics_captions_add(&set, refs[0][0], refs[0], 1, NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_captions_count(&set, NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_cider(&set, NULL, false, RS_CIDER_COCO, &one, NULL, NULL),
                     RSIFT_OK);
    assert_int_equal(rs_metrics_cider(&set, NULL, false, RS_CIDER_LEVIR, &levir, NULL, NULL),
                     RSIFT_OK);
    near(one, 0, "one image has no idf", 0);
    near(levir, 7.5, "LEVIR-CC: three orders of four match in full", 0);
    assert_int_equal(rs_metrics_captions_add(&set, refs[1][0], refs[1], 1, NULL), RSIFT_OK);
    assert_int_equal(rs_metrics_captions_add(&set, s("cars near trees"), refs[2], 1, NULL),
                     RSIFT_OK);
    assert_int_equal(rs_metrics_captions_count(&set, NULL), RSIFT_OK);
    const unsigned char only[] = {1, 0, 1};
    assert_int_equal(rs_metrics_cider(&set, NULL, false, RS_CIDER_COCO, &all, per_image, NULL),
                     RSIFT_OK);
    assert_int_equal(rs_metrics_cider(&set, only, false, RS_CIDER_COCO, &full_idf, NULL, NULL),
                     RSIFT_OK);
    assert_int_equal(rs_metrics_cider(&set, only, true, RS_CIDER_COCO, &own_idf, NULL, NULL),
                     RSIFT_OK);
    near(all, (per_image[0] + per_image[1] + per_image[2]) / 3, "mean", 0);
    near(full_idf, (per_image[0] + per_image[2]) / 2, "subset with the idf of the whole set", 0);
    assert_true(fabs(full_idf - own_idf) > 1e-6);
    rs_metrics_captions_fini(&set);
    (void)state;
}

static void every_allocation_failing(void **state)
{
    const rs_str refs[] = {s("a  red ship at sea ."), s("ships")};
    int64_t n = 1;
    for (; n < 500; n++) {
        rs_captions set = {0};
        double v;
        rs_alloc_fail_at(n);
        rsift_status st = rs_metrics_captions_add(&set, s("a red ship at sea"), refs, 2, NULL);
        if (st == RSIFT_OK) st = rs_metrics_captions_count(&set, NULL);
        if (st == RSIFT_OK) st = rs_metrics_rouge_l(&set, NULL, &v, NULL, NULL);
        if (st == RSIFT_OK)
            st = rs_metrics_cider(&set, (const unsigned char *)"\1", true, RS_CIDER_COCO, &v, NULL,
                                  NULL);
        rs_alloc_fail_at(0);
        rs_metrics_captions_fini(&set);
        if (st == RSIFT_OK) break;
        assert_int_equal(st, RSIFT_E_NOMEM);
    }
    assert_true(n > 10 && n < 500);
    (void)state;
}

/* Several parts, several threads: the same bytes. */
static void threads_do_not_matter(void **state)
{
    enum { images = 1100, most = 3 };
    static const char *const words[] = {"a",   "ship", "road", "near", "the",
                                        "sea", "two",  "cars", "red",  "field"};
    static double ciders[3][images], rouges[3][images], bleus[3][images][4];
    for (size_t run = 0; run < 3; run++) {
        rs_captions set = {.n_threads = run == 0 ? 1 : run == 1 ? 2 : 5};
        uint64_t seed = 7;
        for (int i = 0; i < images; i++) {
            rs_buf texts[4] = {{0}};
            for (int k = 0; k < 4; k++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                for (uint64_t w = 0, bits = seed >> 20; w < 3 + (seed >> 60);
                     w++, bits = bits * 31 + 7) {
                    if (w) rs_buf_char(&texts[k], ' ');
                    rs_buf_cstr(&texts[k], words[(bits >> 3) % 10]);
                }
            }
            const rs_str references[] = {rs_buf_view(&texts[1]), rs_buf_view(&texts[2]),
                                         rs_buf_view(&texts[3])};
            assert_int_equal(rs_metrics_captions_add(&set, rs_buf_view(&texts[0]), references,
                                                     1 + (size_t)i % most, NULL),
                             RSIFT_OK);
            for (int k = 0; k < 4; k++) rs_buf_fini(&texts[k]);
        }
        double v, bleu[4];
        assert_int_equal(rs_metrics_captions_count(&set, NULL), RSIFT_OK);
        rs_metrics_bleu(&set, NULL, bleu, bleus[run]);
        assert_int_equal(rs_metrics_rouge_l(&set, NULL, &v, rouges[run], NULL), RSIFT_OK);
        assert_int_equal(rs_metrics_cider(&set, NULL, false, RS_CIDER_COCO, &v, ciders[run], NULL),
                         RSIFT_OK);
        assert_true(v > 0.1 && bleu[3] > 0);
        rs_metrics_captions_fini(&set);
        assert_memory_equal(ciders[run], ciders[0], sizeof ciders[0]);
        assert_memory_equal(rouges[run], rouges[0], sizeof rouges[0]);
        assert_memory_equal(bleus[run], bleus[0], sizeof bleus[0]);
    }
    (void)state;
}

/* ---- METEOR ----------------------------------------------------------------------------- */

static rs_meteor *open_meteor(void)
{
    const char *samples = getenv("RSIFT_SAMPLES") ? getenv("RSIFT_SAMPLES") : "../shared/samples";
    char path[1024];
    rs_meteor *m = NULL;
    rsift_error err;
    snprintf(path, sizeof path, "%s/../metrics/resources/meteor-en", samples);
    if (rs_metrics_meteor_open(s(path), NULL, &m, &err) != RSIFT_OK)
        print_message("skipped: %s\n", err.message);
    return m;
}

static void check_stats(rs_str expected, const rs_meteor_stats *stats, size_t row)
{
    for (int i = 0; i < RS_METEOR_STATS; i++) {
        expected = rs_str_trim(expected);
        size_t n = rs_num_span(expected);
        double v = -1;
        rs_num_double(rs_str_sub(expected, 0, n), &v);
        if (v != stats->v[i])
            fail_msg("row %zu, number %d: %g, expected %g", row, i, stats->v[i], v);
        expected = rs_str_sub(expected, n, expected.len);
    }
}

static void check_meteor(rs_meteor_cache *m, const char *folder)
{
    rs_buf tokens = case_file(folder, "tokens.jsonl");
    rs_buf per_image = case_file(folder, "expected_meteor_no_paraphrase_per_image.jsonl");
    rs_buf corpus = case_file(folder, "expected_meteor_no_paraphrase.json");
    if (!tokens.ptr) skip();
    rs_str in = rs_buf_view(&tokens), out = rs_buf_view(&per_image);
    rs_meteor_stats sum = {{0}}, stats;
    case_row row = {0};
    size_t n = 0;
    for (rs_str line, expected; rs_str_line(&in, &line); n++) {
        double score;
        assert_true(rs_str_line(&out, &expected));
        read_row(line, &row);
        assert_int_equal(rs_metrics_meteor_segment(m, row.prediction, row.references, row.n, &stats,
                                                   &score, NULL),
                         RSIFT_OK);
        rs_str line_stats = case_behind(expected, "stats");
        check_stats(rs_str_sub(line_stats, 1, line_stats.len), &stats, n);
        near(score, case_number(expected, "score"), "METEOR", n);
        rs_metrics_meteor_add(&sum, &stats);
    }
    near(rs_metrics_meteor_score(&sum), case_number(rs_buf_view(&corpus), "corpus"),
         "METEOR of the corpus", n);
    rs_buf_fini(&row.text);
    rs_buf_fini(&tokens);
    rs_buf_fini(&per_image);
    rs_buf_fini(&corpus);
}

static void meteor_cases(void **state)
{
    rs_meteor *m = open_meteor();
    if (!m) skip();
    rs_meteor_cache *cache = rs_metrics_meteor_cache_new(m);
    check_meteor(cache, "cases/caption-corner");
    check_meteor(cache, "cases/caption-single-image");
    check_meteor(cache, "cases/caption-rsitmd-loo");
    rs_metrics_meteor_cache_free(cache);
    rs_metrics_meteor_free(m);
    (void)state;
}

static void meteor_statistics_of_800_pairs(void **state)
{
    rs_meteor *m = open_meteor();
    rs_buf in = case_file("cases/meteor-align-stats", "score.in");
    rs_buf stats_file = case_file("cases/meteor-align-stats", "stats_no_paraphrase.out");
    rs_buf scores_file = case_file("cases/meteor-align-stats", "scores_no_paraphrase.out");
    if (!m || !in.ptr) skip();
    rs_meteor_cache *cache = rs_metrics_meteor_cache_new(m);
    rs_str pairs = rs_buf_view(&in), stats_rest = rs_buf_view(&stats_file),
           scores = rs_buf_view(&scores_file);
    size_t n = 0;
    for (rs_str line, expected, number; rs_str_line(&pairs, &line); n++) {
        size_t first = rs_str_find(line, RS_STR(" ||| ")) + 5;
        size_t second = first + rs_str_find(rs_str_sub(line, first, line.len), RS_STR(" ||| "));
        rs_str reference = rs_str_sub(line, first, second);
        rs_meteor_stats stats;
        double score, wanted = -1;
        assert_int_equal(rs_metrics_meteor_segment(cache, rs_str_sub(line, second + 5, line.len),
                                                   &reference, 1, &stats, &score, NULL),
                         RSIFT_OK);
        assert_true(rs_str_line(&stats_rest, &expected) && rs_str_line(&scores, &number));
        check_stats(expected, &stats, n);
        rs_num_double(rs_str_trim(number), &wanted);
        near(score, wanted, "METEOR", n);
    }
    assert_int_equal(n, 800);
    rs_buf_fini(&in);
    rs_buf_fini(&stats_file);
    rs_buf_fini(&scores_file);
    rs_metrics_meteor_cache_free(cache);
    rs_metrics_meteor_free(m);
    (void)state;
}

static const rs_meteor_lists tiny_lists = {
    .function_words = {"the\na\n", 6},
    .prefixes = {"# c\nMr\nNo #NUMERIC_ONLY#\n", 26},
    .synsets = {"car\n1 2\nauto\n2\nship\n3\n", 22},
    .exceptions = {"ship\nshippen\n", 13},
};

static void meteor_with_lists_of_our_own(void **state)
{
    rs_meteor *m;
    rs_meteor_stats stats;
    double score;
    assert_int_equal(rs_metrics_meteor_new(&tiny_lists, &m, NULL), RSIFT_OK);
    rs_meteor_cache *cache = rs_metrics_meteor_cache_new(m);
    const rs_str refs[] = {s("boats"), s("the autos and shippen sailing")};
    assert_int_equal(rs_metrics_meteor_segment(cache, s("The cars and ships sailed"), refs, 2,
                                               &stats, &score, NULL),
                     RSIFT_OK);
    check_stats(s("5 5 1 1 1 1 1 1 1 1 0 0 2 2 0 0 0 0 0 0 1 5 5"), &stats, 0);
    assert_true(score > 0.5 && score < 1);
    assert_int_equal(rs_metrics_meteor_segment(cache, s(""), refs, 1, &stats, &score, NULL),
                     RSIFT_OK);
    assert_true(score == 0);
    assert_int_equal(rs_metrics_meteor_segment(cache, s("a"), refs, 0, &stats, &score, NULL),
                     RSIFT_E_ARG);
    rs_metrics_meteor_cache_free(cache);
    rs_metrics_meteor_free(m);

    rs_meteor_lists bad = tiny_lists;
    rsift_error err;
    bad.synsets = RS_STR("car\n1 x\n");
    assert_int_equal(rs_metrics_meteor_new(&bad, &m, &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.message, "line 2"));
    assert_int_equal(rs_metrics_meteor_open(s("no-such-folder"), NULL, &m, &err), RSIFT_E_IO);
    assert_non_null(strstr(err.message, "english.words"));
    (void)state;
}

static rsift_status add_pairs(rs_meteor *m)
{
    static const char *const words[] = {"big",  "boat",  "a",  "ship", "of",
                                        "size", "large", "in", "the"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (rs_strmap_put(rs_metrics_meteor_vocabulary(m), s(words[k]), &(bool){false}) == RS_NPOS)
            return RSIFT_E_NOMEM;
    rsift_status st = rs_metrics_meteor_paraphrase(m, s("big"), s("of large size"), NULL);
    if (st == RSIFT_OK)
        st = rs_metrics_meteor_paraphrase(m, s("big"), s("enormous"), NULL); /* no such word */
    if (st == RSIFT_OK) st = rs_metrics_meteor_paraphrase(m, s("in the"), s("a"), NULL);
    return st;
}

/* Values of METEOR 1.5's own program with a table of these pairs (-a), its lists and -norm. */
static void meteor_paraphrases(void **state)
{
    rs_meteor *m;
    rs_meteor_stats stats;
    double score;
    rs_meteor_lists lists = tiny_lists;
    lists.function_words = RS_STR("the\na\nof\nin\n");
    assert_int_equal(rs_metrics_meteor_new(&lists, &m, NULL), RSIFT_OK);
    assert_int_equal(add_pairs(m), RSIFT_OK);
    rs_meteor_cache *cache = rs_metrics_meteor_cache_new(m);
    const rs_str refs[] = {s("boat of large size in the")};
    assert_int_equal(
        rs_metrics_meteor_segment(cache, s("big boat a"), refs, 1, &stats, &score, NULL), RSIFT_OK);
    check_stats(s("3 6 1 3 1 1 0 0 0 0 0 0 0 0 0 0 1 2 1 3 3 3 6"), &stats, 0);
    near(score, 0.3171191092505993, "one side has the phrase, the other its paraphrase", 0);
    const rs_str turned[] = {s("a big ship")};
    assert_int_equal(rs_metrics_meteor_segment(cache, s("in the of large size ship"), turned, 1,
                                               &stats, &score, NULL),
                     RSIFT_OK);
    check_stats(s("6 3 3 1 1 1 0 0 0 0 0 0 0 0 0 0 2 1 3 1 1 6 3"), &stats, 1);
    near(score, 0.7597989949748742, "and the other way round", 1);
    rs_metrics_meteor_cache_free(cache);
    rs_metrics_meteor_free(m);
    (void)state;
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void write_packed(const char *path, const char *text)
{
    gzFile f = gzopen(path, "wb");
    assert_non_null(f);
    assert_true(gzputs(f, text) > 0);
    gzclose(f);
}

static bool has_table(rs_str folder)
{
    rs_io_tree *tree;
    assert_int_equal(rs_metrics_meteor_table(folder, NULL, &tree, NULL), RSIFT_OK);
    const bool has = tree != NULL;
    rs_io_tree_close(tree);
    return has;
}

static rsift_status read_table(rs_meteor *m, rs_str folder, rs_cancel *cancel, rsift_error *err)
{
    rs_io_tree *tree;
    *err = (rsift_error){0};
    rsift_status status = rs_metrics_meteor_table(folder, NULL, &tree, err);
    if (status == RSIFT_OK) status = rs_metrics_meteor_read_table(m, tree, 2, cancel, NULL, err);
    rs_io_tree_close(tree);
    return status;
}

/* A model that repeats itself: any length is scored, however often a word stands on both sides. */
static void meteor_long_sentences(void **state)
{
    enum { n = 200000, n_both = 3000 };
    rs_arena arena = {0};
    uint32_t *words = rs_arena_calloc(&arena, n, sizeof *words);
    rs_meteor_stats stats;
    double score;
    rsift_error err = {0};
    for (size_t i = 0; i < n; i++) words[i] = (uint32_t)(i % 2);
    static const uint32_t said[] = {1, 0, 1, 7};
    const rs_meteor_ids prediction = {words, n}, reference = {said, 4}, both = {words + 1, n_both},
                        all = {words + 1, n - 1};
    assert_int_equal(
        rs_metrics_meteor_numbers(&arena, &prediction, &reference, 1, &stats, &score, &err),
        RSIFT_OK);
    assert_true(stats.v[0] == n && stats.v[1] == 4 && stats.v[21] == 3 && stats.v[20] == 1);
    const rs_meteor_ids shorter = {words, n_both};
    assert_int_equal(rs_metrics_meteor_numbers(&arena, &shorter, &both, 1, &stats, &score, &err),
                     RSIFT_OK);
    assert_true(stats.v[21] >= n_both - 1 && score > 0.5);
    assert_int_equal(rs_metrics_meteor_numbers(&arena, &prediction, &all, 1, &stats, &score, &err),
                     RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "200000 words"));
    rs_arena_fini(&arena);
    (void)state;
}

/* A list larger than max_record is refused by that name; a folder of the list's name is no list. */
static void meteor_limits_of_lists(void **state)
{
    char folder[] = "/tmp/rsift-meteor-XXXXXX", file[64];
    rs_meteor *m;
    rsift_error err = {0};
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 8;
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/english.words", folder);
    write_text(file, "a\nthe\nof\nin\n");
    assert_int_equal(rs_metrics_meteor_open(s(folder), &limits, &m, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "max_record"));
    assert_true(strstr(err.where, folder) && strstr(err.where, "english.words"));
    unlink(file);
    assert_int_equal(mkdir(file, 0700), 0);
    assert_int_equal(rs_metrics_meteor_open(s(folder), NULL, &m, &err), RSIFT_E_FORMAT);
    rmdir(file);
    rmdir(folder);
    (void)state;
}

static void meteor_table_files(void **state)
{
    char folder[] = "/tmp/rsift-meteor-XXXXXX", file[64];
    rs_meteor *m;
    rsift_error err;
    assert_non_null(mkdtemp(folder));
    assert_false(has_table(s(folder)));
    snprintf(file, sizeof file, "%s/paraphrase-en.gz", folder);
    write_packed(file, "0.5\nbig\nlarge\n0.1\nbig\nunknown\n0.25\nbig\nof size");
    assert_true(has_table(s(folder)));
    assert_int_equal(rs_metrics_meteor_new(&tiny_lists, &m, NULL), RSIFT_OK);
    static const char *const words[] = {"big", "large", "of", "size"};
    for (int k = 0; k < 4; k++)
        rs_strmap_put(rs_metrics_meteor_vocabulary(m), s(words[k]), &(bool){false});
    rs_cancel cancel = {false};
    assert_int_equal(read_table(m, s(folder), &cancel, &err), RSIFT_OK);
    atomic_store(&cancel.requested, true);
    assert_int_equal(read_table(m, s(folder), &cancel, &err), RSIFT_E_CANCELLED);
    rs_meteor_cache *cache = rs_metrics_meteor_cache_new(m);
    rs_meteor_stats stats;
    double score;
    const rs_str large = s("large"), of_size = s("of size");
    assert_int_equal(rs_metrics_meteor_segment(cache, s("big"), &large, 1, &stats, &score, NULL),
                     RSIFT_OK);
    assert_true(stats.v[16] == 1 && score > 0);
    assert_int_equal(rs_metrics_meteor_segment(cache, s("big"), &of_size, 1, &stats, &score, NULL),
                     RSIFT_OK);
    assert_true(stats.v[16] == 1 && stats.v[17] == 2);
    rs_metrics_meteor_cache_free(cache);
    write_packed(file, "0.5\nbig\nlarge\n0.1\nbig\n");
    assert_int_equal(read_table(m, s(folder), NULL, &err), RSIFT_E_FORMAT);
    assert_true(strstr(err.where, "paraphrase-en.gz") && strstr(err.message, "line 4"));
    FILE *cut = fopen(file, "wb"); /* gzip of "1\nbig\nlarge\n" without its end */
    static const unsigned char bytes[] = {0x1f, 0x8b, 8,    0,    0,    0,    0,    0,
                                          0,    3,    0x33, 0xe4, 0x4a, 0xca, 0x4c, 0xe7};
    assert_int_equal(fwrite(bytes, 1, sizeof bytes, cut), sizeof bytes);
    fclose(cut);
    assert_int_equal(read_table(m, s(folder), NULL, &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.where, "paraphrase-en.gz"));
    assert_non_null(strstr(err.message, "damaged or cut short"));
    write_text(file, "0.5\nbig\nlarge\n"); /* the name promises more */
    assert_int_equal(read_table(m, s(folder), NULL, &err), RSIFT_E_FORMAT);
    rs_metrics_meteor_free(m);
    unlink(file);
    rmdir(folder);
    (void)state;
}

static void meteor_allocations_failing(void **state)
{
    int64_t n = 1;
    for (; n < 1000; n++) {
        rs_meteor *m = NULL;
        rs_meteor_stats stats;
        double score;
        const rs_str ref = s("of large size, Mr. a Smith 's ships");
        rs_alloc_fail_at(n);
        rsift_status st = rs_metrics_meteor_new(&tiny_lists, &m, NULL);
        if (st == RSIFT_OK) st = add_pairs(m);
        rs_meteor_cache *cache = st == RSIFT_OK ? rs_metrics_meteor_cache_new(m) : NULL;
        if (st == RSIFT_OK && !cache) st = RSIFT_E_NOMEM;
        if (st == RSIFT_OK)
            st = rs_metrics_meteor_segment(cache, s("big cars in the ships"), &ref, 1, &stats,
                                           &score, NULL);
        rs_alloc_fail_at(0);
        rs_metrics_meteor_cache_free(cache);
        rs_metrics_meteor_free(m);
        if (st == RSIFT_OK) break;
        assert_int_equal(st, RSIFT_E_NOMEM);
    }
    assert_true(n > 20 && n < 1000);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_any_text),
        cmocka_unit_test(corner),
        cmocka_unit_test(single_image),
        cmocka_unit_test(leave_one_out),
        cmocka_unit_test(ucm_model_output),
        cmocka_unit_test(tokens_of_the_cases),
        cmocka_unit_test(edges),
        cmocka_unit_test(cider_variants_and_subsets),
        cmocka_unit_test(every_allocation_failing),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(meteor_cases),
        cmocka_unit_test(meteor_statistics_of_800_pairs),
        cmocka_unit_test(meteor_with_lists_of_our_own),
        cmocka_unit_test(meteor_paraphrases),
        cmocka_unit_test(meteor_limits_of_lists),
        cmocka_unit_test(meteor_long_sentences),
        cmocka_unit_test(meteor_table_files),
        cmocka_unit_test(meteor_allocations_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
