/* Search by words: every word must occur in a record; the field in which it occurs decides the
 * rank. The points are a judgement (id before name before task ...), not a measurement. */
#include "catalog/catalog.h"

#include <stdlib.h>

/* ASCII case ignored. */
static bool contains(rs_str text, rs_str word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (rs_str_eq_nocase(rs_str_sub(text, i, i + word.len), word)) return true;
    return false;
}

/* `points` when the word stands in the text, twice that when it is the text. */
static int in_text(rs_str text, rs_str word, int points)
{
    if (!text.ptr || text.len == 0) return 0;
    if (rs_str_eq_nocase(text, word)) return 2 * points;
    return contains(text, word) ? points : 0;
}

/* The best of a list: ten classes with "river" are no better than one. */
static int in_texts(rs_texts texts, rs_str word, int points)
{
    int best = 0;
    for (size_t i = 0; i < texts.n; i++) {
        int score = in_text(texts.items[i], word, points);
        if (score > best) best = score;
    }
    return best;
}

/* Points of one word over all fields of a record; 0 = it does not occur. */
static int score_word(const rs_catalog_dataset *d, rs_str word)
{
    int score = in_text(d->id, word, 100) + in_text(d->name, word, 80);
    for (size_t i = 0; i < d->tasks.n; i++) {
        int task = in_text(rs_str_of(rs_model_task_name(d->tasks.items[i])), word, 30);
        if (task > 0) { /* one task is enough: "vqa" stands in three names */
            score += task;
            break;
        }
    }
    score += in_texts(d->skills, word, 25) + in_texts(d->sensors, word, 25);
    score += in_text(d->section, word, 20) + in_text(d->title, word, 15);
    score += in_text(d->venue, word, 10) + in_texts(d->classes, word, 10);
    score += in_text(rs_str_of(rs_catalog_origin_name(d->origin)), word, 5);
    score += in_text(d->licence.annotations.id, word, 5) + in_text(d->licence.imagery.id, word, 5);
    for (size_t i = 0; i < d->lineage.n; i++) {
        int parent = in_text(d->lineage.items[i].source, word, 10);
        if (parent > 0) return score + parent;
    }
    /* years and the long texts count only for words that stand nowhere else */
    if (score == 0 && word.len == 4 && d->year > 0) {
        char year[24];
        snprintf(year, sizeof year, "%lld", (long long)d->year);
        score = in_text(rs_str_of(year), word, 10);
    }
    if (score == 0)
        score = in_texts(d->known_defects, word, 1) + in_texts(d->notes, word, 1) +
                in_texts(d->tips, word, 1);
    return score;
}

static int best_first(const void *a, const void *b)
{
    const rs_catalog_hit *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return rs_str_cmp(x->dataset->id, y->dataset->id);
}

size_t rs_catalog_search(const rs_catalog *catalog, rs_str words, rs_catalog_hit *hits)
{
    size_t n = 0;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *dataset = rs_catalog_at(catalog, i);
        rs_str rest = words, word;
        int total = 0;
        bool all = true, any = false;
        /* one word that occurs nowhere drops the record */
        while (all && rs_str_split(&rest, ' ', &word)) {
            word = rs_str_trim(word);
            if (word.len == 0) continue;
            any = true;
            int score = score_word(dataset, word);
            all = score > 0;
            total += score;
        }
        if (all && any) hits[n++] = (rs_catalog_hit){dataset, total};
    }
    if (n > 1) qsort(hits, n, sizeof *hits, best_first);
    return n;
}
