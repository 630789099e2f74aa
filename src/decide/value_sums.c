/* Sums over questions; see value_sums.h. */
#include "decide/value_sums.h"

#include <math.h>

void rs_value_sums_init(rs_value_sums *sums, size_t most)
{
    *sums = (rs_value_sums){.distinct_words.most = most, .distinct_pairs.most = most};
}

void rs_value_sums_fini(rs_value_sums *sums)
{
    rs_value_distinct_fini(&sums->distinct_words);
    rs_value_distinct_fini(&sums->distinct_pairs);
}

void rs_value_sums_add(rs_value_sums *sums, const rs_value_guess *guess)
{
    sums->questions++;
    if (guess->blind >= 0) {
        sums->judged++;
        sums->blind += guess->blind;
        sums->common += guess->common;
        sums->likely += guess->likely;
    }
    if (guess->bits >= 0) {
        sums->patterned++;
        sums->bits += guess->bits;
    }
}

void rs_value_put_ratio(rs_json_writer *json, const char *key, double part, int64_t of)
{
    enum { digits = 10000 };
    if (of == 0) rs_json_field_null(json, key);
    else rs_json_field_double(json, key, floor(part / (double)of * digits + 0.5) / digits);
}

static void put_count(rs_json_writer *json, const char *key, int64_t n, bool known)
{
    if (known) rs_json_field_i64(json, key, n);
    else rs_json_field_null(json, key);
}

void rs_value_sums_put(const rs_value_sums *s, rs_json_writer *json)
{
    rs_json_field_i64(json, "questions", s->questions);
    rs_json_field_i64(json, "judged", s->judged);
    rs_value_put_ratio(json, "blind", s->blind, s->judged);
    rs_value_put_ratio(json, "common", s->common, s->judged);
    rs_value_put_ratio(json, "gain", s->blind - s->common, s->judged);
    rs_value_put_ratio(json, "likely", s->likely, s->judged);
    rs_value_put_ratio(json, "bits", s->bits, s->patterned);
    rs_json_field_i64(json, "yes_no", s->yes + s->no);
    rs_value_put_ratio(json, "yes", (double)s->yes, s->yes + s->no);
    rs_json_field_i64(json, "texts", s->texts);
    rs_value_put_ratio(json, "words", (double)s->words, s->texts);
    put_count(json, "open_words", s->open_words, s->texts > 0);
    rs_value_put_ratio(json, "distinct_1", (double)rs_value_distinct_count(&s->distinct_words),
                       s->open_words);
    rs_value_put_ratio(json, "distinct_2", (double)rs_value_distinct_count(&s->distinct_pairs),
                       s->open_pairs);
}
