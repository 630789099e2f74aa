/* Repeated texts of one picture; see text_repeats.h. One picture's texts are held at a time. */
#include "decide/text_repeats.h"

#include "base/alloc.h"
#include "base/escape.h"
#include "base/map.h"
#include "decide/ask.h"
#include "lang/word_edit.h"
#include "similar/text.h"

#include <stdlib.h>

/* Of more texts than these about one picture, the first are compared: a picture with ten thousand
 * captions costs ten thousand times 64 comparisons. */
enum { MOST_COMPARED = 64, QUOTED = 64 };
enum { LONG = 100 }; /* bytes: about 15 words */
#define ALIKE 0.8

/* Is one the other but for a word, or but for a fifth where they are long? */
static bool is_near(rs_str a, rs_str b)
{
    if (rs_lang_one_word_apart(a, b)) return true;
    if (a.len < LONG || b.len < LONG) return false;
    rs_minhash x, y;
    rs_minhash_of(a, &x);
    rs_minhash_of(b, &y);
    return rs_minhash_similarity(&x, &y) >= ALIKE;
}

/* ---- captions of one sample ------------------------------------------------------------------ */

typedef struct caption_count {
    int64_t pictures, captions, spelled, distinct, repeating;
} caption_count;

typedef struct caption_counts {
    rs_strmap datasets;
    caption_count *items;
    size_t cap;
} caption_counts;

/* The captions of one sample, as they come. */
typedef struct caption_run {
    rs_arena arena;
    rs_id sample;
    size_t dataset; /* RS_NPOS = none yet */
    rs_str normal[MOST_COMPARED];
    size_t n;
} caption_run;

/* Counts the captions of one picture that are distinct but for spelling, and but for a word. */
static void end_captions(caption_counts *all, caption_run *run)
{
    int64_t spelled = 0, distinct = 0;
    for (size_t i = 0; i < run->n; i++) {
        bool same = false, near = false;
        for (size_t k = 0; k < i; k++) {
            same = same || rs_str_eq(run->normal[k], run->normal[i]);
            near = near || is_near(run->normal[k], run->normal[i]);
        }
        spelled += !same;
        distinct += !near;
    }
    if (run->n > 1) {
        caption_count *c = &all->items[run->dataset];
        c->pictures++;
        c->captions += (int64_t)run->n;
        c->spelled += spelled;
        c->distinct += distinct;
        c->repeating += distinct < (int64_t)run->n;
    }
    run->n = 0;
    rs_arena_reset(&run->arena);
}

static rsift_status add_caption(caption_counts *all, caption_run *run, rs_result *row,
                                rsift_error *err)
{
    const rs_id sample = rs_result_id(row, 1);
    if (run->dataset == RS_NPOS || !rs_id_eq(sample, run->sample)) {
        bool made;
        end_captions(all, run);
        run->sample = sample;
        run->dataset = rs_strmap_put(&all->datasets, rs_result_str(row, 0), &made);
        if (run->dataset == RS_NPOS || !RS_VEC_RESERVE(all->items, all->cap, run->dataset + 1))
            return rs_err_nomem(err, "captions");
        if (made) all->items[run->dataset] = (caption_count){0};
    }
    if (run->n == MOST_COMPARED) return RSIFT_OK;
    const rs_str normal = rs_text_normal(&run->arena, rs_result_str(row, 2));
    if (!normal.ptr) return rs_err_nomem(err, "captions");
    run->normal[run->n++] = normal;
    return RSIFT_OK;
}

static rsift_status count_all(rs_store *store, caption_counts *all, rsift_error *err)
{
    rs_result *rows;
    RS_TRY(rs_decide_ask(store, "text_repeats", "captions", RS_STR(""), &rows, err));
    caption_run run = {.dataset = RS_NPOS};
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        status = add_caption(all, &run, rows, err);
        if (status != RSIFT_OK) break;
    }
    if (status == RSIFT_END) end_captions(all, &run);
    rs_arena_fini(&run.arena);
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The counts of every dataset with captions, by name. */
static void put_counts(const caption_counts *all, rs_json_writer *json)
{
    for (size_t done = 0; done < all->datasets.n; done++) {
        /* by name: the database gives rows in any order */
        size_t at = 0;
        for (size_t i = 0; i < all->datasets.n; i++) {
            size_t before = 0;
            for (size_t k = 0; k < all->datasets.n; k++)
                before += rs_str_cmp(all->datasets.keys[k], all->datasets.keys[i]) < 0;
            if (before == done) at = i;
        }
        const caption_count *c = &all->items[at];
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "dataset", all->datasets.keys[at]);
        rs_json_field_i64(json, "pictures", c->pictures);
        rs_json_field_i64(json, "captions", c->captions);
        rs_json_field_i64(json, "spelled", c->spelled);
        rs_json_field_i64(json, "distinct", c->distinct);
        rs_json_field_i64(json, "repeating", c->repeating);
        rs_json_end_object(json);
    }
}

/* ---- samples of one picture ------------------------------------------------------------------ */

typedef struct said_sample {
    rs_id id;
    rs_id asked;      /* key of the question */
    rs_str said;      /* normal forms, a line each, ascending, each once */
    rs_str first_raw; /* to quote */
    size_t n_lines;
} said_sample;

typedef struct picture_run {
    rs_arena arena;
    rs_id picture;
    rs_str task;
    said_sample *samples; /* n, and behind them the one in hand */
    size_t n, cap;
    rs_buf asked; /* of the one in hand */
    rs_str said[MOST_COMPARED + 1];
    size_t n_said;
    bool started;
} picture_run;

static int by_text(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* What the sample in hand says, as ascending lines, each once; then it is one of the run. */
static rsift_status end_sample(picture_run *run, rsift_error *err)
{
    said_sample *s = &run->samples[run->n];
    rs_buf lines = {0};
    if (run->n_said == 0) return RSIFT_OK;
    qsort(run->said, run->n_said, sizeof *run->said, by_text);
    for (size_t i = 0; i < run->n_said; i++) {
        if (i > 0 && rs_str_eq(run->said[i], run->said[i - 1])) continue;
        if (lines.len) rs_buf_char(&lines, '\n');
        rs_buf_str(&lines, run->said[i]);
        s->n_lines++;
    }
    s->asked = rs_text_key(rs_buf_view(&run->asked));
    s->said = lines.failed ? (rs_str){NULL, 0} : rs_arena_str(&run->arena, rs_buf_view(&lines));
    rs_buf_fini(&lines);
    if (!s->said.ptr || run->asked.failed) return rs_err_nomem(err, "samples");
    run->n += s->said.len > 0;
    run->n_said = 0;
    return RSIFT_OK;
}

/* One text of the sample in hand, which is behind the last of the run. */
static rsift_status add_text(picture_run *run, rs_result *row, rsift_error *err)
{
    const rs_str text = rs_result_str(row, 4);
    if (rs_result_i64(row, 3)) {
        rs_buf_str(&run->asked, text);
        rs_buf_char(&run->asked, ' ');
        return RSIFT_OK;
    }
    /* more than can be compared is no repeat: see repeats() */
    if (run->n_said > MOST_COMPARED) return RSIFT_OK;
    const rs_str normal = rs_text_normal(&run->arena, text);
    if (!normal.ptr) return rs_err_nomem(err, "samples");
    said_sample *s = &run->samples[run->n];
    if (run->n_said == 0) s->first_raw = rs_arena_str(&run->arena, text);
    if (!s->first_raw.ptr) return rs_err_nomem(err, "samples");
    run->said[run->n_said++] = normal;
    return RSIFT_OK;
}

/* Does every text of b repeat one of a, but for one word? *words: is any of them edited. */
static bool repeats(rs_str a, rs_str b, bool *words)
{
    rs_str one, other;
    size_t n = 0;
    *words = false;
    while (rs_str_line(&b, &one)) {
        bool equal = false, near = false;
        if (++n > MOST_COMPARED) return false;
        for (rs_str rest = a; !equal && rs_str_line(&rest, &other);) {
            equal = rs_str_eq(one, other);
            near = near || is_near(one, other);
        }
        if (!equal && !near) return false;
        *words = *words || !equal;
    }
    return true;
}

/* As the database writes an id. */
static void put_id_text(rs_rows *rows, int column, rs_id id)
{
    char hex[RS_ID_TEXT], text[RS_ID_TEXT + 4];
    (void)rs_id_text(hex, id);
    snprintf(text, sizeof text, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
             hex + 20);
    rs_put_str(rows, column, rs_str_of(text));
}

static void put_overlap(rs_rows *rows, const said_sample *a, const said_sample *b, bool words)
{
    char quoted_a[QUOTED + 1], quoted_b[QUOTED + 1];
    char evidence[2 * QUOTED + 64];
    (void)rs_escape_into(quoted_a, sizeof quoted_a, a->first_raw);
    (void)rs_escape_into(quoted_b, sizeof quoted_b, b->first_raw);
    snprintf(evidence, sizeof evidence, "%s: \"%s\", \"%s\"", words ? "one word" : "spelling",
             quoted_a, quoted_b);
    rs_put_str(rows, RS_OVERLAP_kind, RS_STR("near-duplicate-text"));
    put_id_text(rows, RS_OVERLAP_a, a->id);
    put_id_text(rows, RS_OVERLAP_b, b->id);
    rs_put_str(rows, RS_OVERLAP_level, RS_STR("text"));
    rs_put_double(rows, RS_OVERLAP_score, words ? 0.9 : 1);
    rs_put_str(rows, RS_OVERLAP_evidence, rs_str_of(evidence));
    rs_put_str(rows, RS_OVERLAP_method, RS_STR("text"));
    rs_put_end(rows);
}

/* Those that say more first: they are what others may repeat. */
static int by_size(const void *x, const void *y)
{
    const said_sample *a = x, *b = y;
    if (a->n_lines != b->n_lines) return a->n_lines > b->n_lines ? -1 : 1;
    return rs_id_cmp(a->id, b->id);
}

/* Stars: each sample with the first that it repeats and that repeats none itself. */
static void end_run(picture_run *run, rs_rows *rows)
{
    size_t kept[MOST_COMPARED], n_kept = 0;
    if (run->n) qsort(run->samples, run->n, sizeof *run->samples, by_size);
    for (size_t i = 0; i < run->n; i++) {
        const said_sample *b = &run->samples[i];
        bool found = false, words;
        for (size_t k = 0; k < n_kept && !found; k++) {
            const said_sample *a = &run->samples[kept[k]];
            found = rs_id_eq(a->asked, b->asked) && repeats(a->said, b->said, &words);
            if (found) put_overlap(rows, a, b, words);
        }
        if (!found && n_kept < MOST_COMPARED) kept[n_kept++] = i;
    }
    run->n = 0;
    rs_arena_reset(&run->arena);
}

static rsift_status take_row(picture_run *run, rs_rows *rows, rs_result *row, rsift_error *err)
{
    const rs_id picture = rs_result_id(row, 0), sample = rs_result_id(row, 2);
    const bool same_picture = run->started && rs_id_eq(picture, run->picture) &&
                              rs_str_eq(rs_result_str(row, 1), run->task);
    if (!same_picture || !rs_id_eq(sample, run->samples[run->n].id)) {
        if (run->started) RS_TRY(end_sample(run, err));
        if (!same_picture) end_run(run, rows);
        if (!RS_VEC_RESERVE(run->samples, run->cap, run->n + 1))
            return rs_err_nomem(err, "samples");
        if (!same_picture) run->task = rs_arena_str(&run->arena, rs_result_str(row, 1));
        if (!run->task.ptr) return rs_err_nomem(err, "samples");
        run->picture = picture;
        run->samples[run->n] = (said_sample){.id = sample};
        run->asked.len = 0;
        run->started = true;
    }
    return add_text(run, row, err);
}

static rsift_status find_repeats(rs_store *store, picture_run *run, rs_rows *rows, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(store, "text_repeats", "samples", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        status = take_row(run, rows, result, err);
        if (status != RSIFT_OK) break;
    }
    rs_result_close(result);
    if (status != RSIFT_END) return status;
    if (run->started) RS_TRY(end_sample(run, err));
    end_run(run, rows);
    return RSIFT_OK;
}

static rsift_status store_repeats(rs_store *store, rsift_error *err)
{
    picture_run run = {0};
    rs_rows *rows;
    RS_TRY(rs_decide_run_section(store, "text_repeats", "clear", RS_STR(""), err));
    RS_TRY(rs_store_append(store, RS_T_OVERLAP, &rows, err));
    const rsift_status status = find_repeats(store, &run, rows, err);
    const rsift_status end = rs_store_append_end(rows, status == RSIFT_OK ? err : NULL);
    rs_arena_fini(&run.arena);
    rs_free(run.samples);
    rs_buf_fini(&run.asked);
    RS_TRY(status == RSIFT_OK ? end : status);
    return rs_decide_run_section(store, "text_repeats", "exact", RS_STR(""), err);
}

rsift_status rs_text_repeats(rs_store *store, rs_json_writer *json, rsift_error *err)
{
    static const char *const lists[] = {"pairs", "not_checked"};
    caption_counts captions = {0};
    int64_t n;
    RS_TRY(store_repeats(store, err));
    RS_TRY(rs_decide_number(
        store, "SELECT count(*) FROM overlap WHERE kind = 'near-duplicate-text'", &n, err));
    rsift_status status = count_all(store, &captions, err);
    if (status == RSIFT_OK) {
        rs_json_write_key(json, "texts");
        rs_json_begin_object(json);
        rs_json_field_i64(json, "n_near", n);
        rs_json_field_array(json, "captions");
        put_counts(&captions, json);
        rs_json_end_array(json);
        for (size_t i = 0; status == RSIFT_OK && i < 2; i++) {
            rs_json_write_key(json, lists[i]);
            status = rs_decide_rows(store, "text_repeats", lists[i], json, err);
        }
        rs_json_end_object(json);
    }
    rs_strmap_fini(&captions.datasets);
    rs_free(captions.items);
    return status;
}
