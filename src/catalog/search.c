/* Search by words: every word must occur in a record; the field in which it occurs decides the
 * rank. The points are a judgement (id before name before task ...), not a measurement. A word that
 * is a licence class or a task asks for that field and for no sentence that happens to hold it:
 * "open" stands in the notes of many a set whose licence is not open. Notes, tips and known defects
 * are searched only for words that no field of any record holds. */
#include "catalog/catalog.h"
#include "catalog/words.h"

#include <stdlib.h>

bool rs_catalog_has_word(rs_str text, rs_str word)
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
    return rs_catalog_has_word(text, word) ? points : 0;
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

/* Words of the closed lists of the catalogue. */
static bool is_licence_class(rs_str word)
{
    for (int i = RS_LICENCE_UNKNOWN; i <= RS_LICENCE_RESTRICTED; i++)
        if (rs_str_eq_nocase(word, rs_str_of(rs_catalog_licence_class_name((rs_licence_class)i))))
            return true;
    return false;
}

static bool is_task(rs_str word)
{
    for (int i = 0; i < RS_N_TASKS; i++)
        if (rs_str_eq_nocase(word, rs_str_of(rs_model_task_name((rs_task)i)))) return true;
    return false;
}

/* The best task: one is enough, "vqa" stands in three names. */
static int in_tasks(const rs_catalog_dataset *d, rs_str word, int points)
{
    int best = 0;
    for (size_t i = 0; i < d->tasks.n; i++) {
        int score = in_text(rs_str_of(rs_model_task_name(d->tasks.items[i])), word, points);
        if (score > best) best = score;
    }
    return best;
}

static int in_long_texts(const rs_catalog_dataset *d, rs_str word)
{
    return in_texts(d->known_defects, word, 1) + in_texts(d->notes, word, 1) +
           in_texts(d->tips, word, 1);
}

/* Points of one word over the fields of a record; 0 = it does not occur. */
static int score_word(const rs_catalog_dataset *d, rs_str word)
{
    /* The class of both licences together, as `list` and `show` print it. */
    const rs_str class =
        rs_str_of(rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence)));
    if (is_licence_class(word)) return rs_str_eq_nocase(word, class) ? 10 : 0;
    int score = in_text(d->id, word, 100) + in_text(d->name, word, 80) + in_tasks(d, word, 30);
    score += in_texts(d->skills, word, 25) + in_texts(d->sensors, word, 25);
    score += in_text(d->section, word, 20);
    /* "caption" in a title or a note makes no caption data */
    if (is_task(word)) return score;
    score += in_text(d->title, word, 15);
    score += in_text(d->venue, word, 10) + in_texts(d->classes, word, 10);
    score += in_text(rs_str_of(rs_catalog_origin_name(d->origin)), word, 5);
    score += in_text(d->licence.annotations.id, word, 5) + in_text(d->licence.imagery.id, word, 5);
    int parent = 0;
    for (size_t i = 0; i < d->lineage.n && parent == 0; i++)
        parent = in_text(d->lineage.items[i].source, word, 10);
    score += parent;
    char year[24];
    snprintf(year, sizeof year, "%lld", (long long)d->year);
    return score || d->year <= 0 || word.len != 4 ? score : in_text(rs_str_of(year), word, 10);
}

static int best_first(const void *a, const void *b)
{
    const rs_catalog_hit *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return rs_str_cmp(x->dataset->id, y->dataset->id);
}

/* Adds the points of one word to all hits; a record without it gets the score -1. Long texts are
 * read only for a word that stands in no field of any record. */
static void add_word(const rs_catalog *catalog, rs_str word, rs_catalog_hit *hits)
{
    const size_t n = rs_catalog_n(catalog);
    bool in_fields = false;
    for (size_t i = 0; i < n && !in_fields; i++)
        in_fields = score_word(rs_catalog_at(catalog, i), word) > 0;
    for (size_t i = 0; i < n; i++) {
        const int score =
            in_fields ? score_word(hits[i].dataset, word) : in_long_texts(hits[i].dataset, word);
        hits[i].score = hits[i].score < 0 || score == 0 ? -1 : hits[i].score + score;
    }
}

size_t rs_catalog_search(const rs_catalog *catalog, rs_str words, rs_catalog_hit *hits)
{
    size_t n = 0;
    bool any = false;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++)
        hits[i] = (rs_catalog_hit){rs_catalog_at(catalog, i), 0};
    for (rs_str rest = words, word; rs_str_split(&rest, ' ', &word);) {
        word = rs_str_trim(word);
        if (word.len == 0) continue;
        any = true;
        add_word(catalog, word, hits);
    }
    for (size_t i = 0; any && i < rs_catalog_n(catalog); i++)
        if (hits[i].score > 0) hits[n++] = hits[i];
    if (n > 1) qsort(hits, n, sizeof *hits, best_first);
    return n;
}
