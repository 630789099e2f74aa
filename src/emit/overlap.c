/* The leaks table of the data card and the lists of evaluation samples that share no picture with
 * the mixture. The card repeats the answer of `rsift leaks`: what that does not call clean is not
 * clean here. */
#include "emit/overlap.h"

#include "base/escape.h"
#include "codec/json.h"
#include "decide/decide.h"

#include <inttypes.h>

/* ---- the table of leaks ---------------------------------------------------------------------- */

/* As a text of Markdown. */
static rs_str text_of(rs_arena *arena, const rs_json *row, const char *key)
{
    rs_str text = rs_json_text(arena, rs_json_get(row, key));
    return text.ptr ? rs_escape_text(arena, RS_ESCAPE_MARKDOWN, text) : RS_STR("-");
}

/* A row per benchmark and method, as `rsift leaks` tells them. */
static void put_methods(rs_arena *arena, const rs_json *rows, rs_buf *card)
{
    static const char *const keys[] = {"benchmark", "method", "pictures", "here", "compared"};
    if (rs_json_len(rows) == 0) return;
    rs_buf_cstr(card, "\n| benchmark | method | pictures | here | compared | leaks | verdict |\n"
                      "|---|---|---:|---:|---:|---:|---|\n");
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            rs_buf_printf(card, "| %.*s ", RS_STR_ARG(text_of(arena, row, keys[k])));
        rs_buf_printf(
            card, "of %.*s | %.*s | %.*s |\n", RS_STR_ARG(text_of(arena, row, "training")),
            RS_STR_ARG(text_of(arena, row, "n_leaks")), RS_STR_ARG(text_of(arena, row, "verdict")));
    }
    rs_buf_cstr(card,
                "\n`here`: pictures of the benchmark whose file (bytes, crop), hash (pixels, "
                "perceptual) or name (lineage) is known "
                "here. `compared`: with how many training pictures of other datasets each of them "
                "was compared, on average, of those that are indexed. `leaks`: training samples "
                "that show one of the pictures. `clean` only when all pictures are here and "
                "compared with all. `(rest)`: evaluation samples of a dataset that no benchmark of "
                "it names.\n");
}

/* Why a method compared less than everything: "bytes: .., capera (1391)", a line per reason. */
static void put_reasons(rs_arena *arena, const rs_json *rows, rs_buf *card)
{
    rs_str method = RS_STR(""), text = RS_STR("");
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        const rs_str this_method = text_of(arena, row, "method");
        const rs_str this_text = text_of(arena, row, "text");
        const bool same = rs_str_eq(method, this_method) && rs_str_eq(text, this_text);
        method = this_method;
        text = this_text;
        if (same) rs_buf_cstr(card, ", ");
        else rs_buf_printf(card, "\n- %.*s, %.*s: ", RS_STR_ARG(method), RS_STR_ARG(text));
        rs_buf_printf(card, "%.*s (%.*s)", RS_STR_ARG(text_of(arena, row, "name")),
                      RS_STR_ARG(text_of(arena, row, "pictures")));
    }
    if (text.len) rs_buf_char(card, '\n');
}

static void put_unindexed(rs_arena *arena, const rs_json *rows, rs_buf *card)
{
    if (rs_json_len(rows) == 0) return;
    rs_buf_printf(
        card, "\nNOT CHECKED by any method, because not indexed here (%zu): ", rs_json_len(rows));
    bool any = false;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL)); any = true)
        rs_buf_printf(card, "%s%.*s", any ? ", " : "",
                      RS_STR_ARG(text_of(arena, row, "benchmark")));
    rs_buf_cstr(card, ".\n");
}

/* *none: nothing protected is indexed, and no method has a row. */
static rsift_status put_leaks(rs_emit_job *job, const rs_catalog *catalog, rs_buf *card, bool *none,
                              rsift_error *err)
{
    rs_buf json = {0};
    rs_arena arena = {0};
    rsift_limits limits = rsift_limits_default();
    /* Our own document, however large. */
    limits.max_record = limits.max_string = UINT64_MAX;
    const rs_json *root = NULL;
    rsift_status status = rs_decide_leak_table(job->store, catalog, &json, err);
    if (status == RSIFT_OK) status = rs_json_parse(&arena, rs_buf_view(&json), &limits, &root, err);
    if (status == RSIFT_OK) {
        rs_buf_cstr(card,
                    "\n## Leaks into benchmarks\n\nWhat `rsift leaks` says of everything that was "
                    "indexed when this set was written; what leaks into a protected benchmark was "
                    "left out by the mixture, unless its recipe keeps it. Bytes find copies of a "
                    "file, lineage finds known names, pixels find what was encoded again "
                    "without loss or turned, perceptual hashes (up to 31 of 256 bits apart) what "
                    "was resized or recompressed; crop looks for pieces.\n");
        *none = rs_json_get(root, "methods") == NULL;
        put_methods(&arena, rs_json_get(root, "methods"), card);
        put_reasons(&arena, rs_json_get(root, "not_compared"), card);
        put_unindexed(&arena, rs_json_get(root, "not_indexed"), card);
    }
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    return status;
}

/* ---- clean/<benchmark>.ids ------------------------------------------------------------------- */

typedef struct overlap_lists {
    rs_emit_job *job;
    rs_arena arena;
    rs_str benchmark, slug; /* of the list being made */
    rs_str shown;           /* the benchmark as a text of Markdown, one line */
    rs_buf ids, undecided, table;
    int64_t n, n_shared, n_unseen, n_bytes, n_lineage, n_pixels, n_perceptual, n_crop;
} overlap_lists;

/* The first line of a list says what it rests on; `rsift score --only` skips lines with '#'. */
static void put_head(const overlap_lists *l, rs_buf *file)
{
    const int64_t listed = l->n - l->n_shared - l->n_unseen;
    rs_buf_printf(file,
                  "# %.*s: %" PRId64 " of %" PRId64 " samples; %" PRId64
                  " share a picture with %.*s, %" PRId64
                  " NOT CHECKED; compared in full by bytes %" PRId64 ", by lineage %" PRId64
                  ", by pixels %" PRId64 ", by perceptual hash %" PRId64 ", for pieces %" PRId64
                  "\n",
                  RS_STR_ARG(l->shown), listed, l->n, l->n_shared, RS_STR_ARG(l->job->mixture_id),
                  l->n_unseen, l->n_bytes, l->n_lineage, l->n_pixels, l->n_perceptual, l->n_crop);
}

/* Writes the samples that are neither clean nor known to be shared, each with the reason. */
static rsift_status write_undecided(overlap_lists *l, rsift_error *err)
{
    if (!l->n_unseen) return RSIFT_OK;
    rs_str name = rs_arena_join(&l->arena, RS_STR("clean/"), l->slug, RS_STR(".not-checked.tsv"));
    rs_buf file = {0};
    rs_buf_printf(&file,
                  "# %.*s: %" PRId64 " of %" PRId64
                  " samples of which it is not known whether they share a picture with %.*s\n",
                  RS_STR_ARG(l->shown), l->n_unseen, l->n, RS_STR_ARG(l->job->mixture_id));
    rs_buf_str(&file, rs_buf_view(&l->undecided));
    const rsift_status status =
        !name.ptr || l->undecided.failed || file.failed
            ? rs_err_nomem(err, "a list of samples")
            : rs_emit_write_file(&l->job->report, name, rs_buf_view(&file), err);
    rs_buf_fini(&file);
    return status;
}

/* Writes the lists of the benchmark that has ended, and its row of the table. */
static rsift_status end_list(overlap_lists *l, rsift_error *err)
{
    /* Before the first benchmark there is nothing to end. */
    if (!l->benchmark.ptr) return RSIFT_OK;
    RS_TRY(write_undecided(l, err));
    rs_str name = rs_arena_join(&l->arena, RS_STR("clean/"), l->slug, RS_STR(".ids"));
    rs_buf file = {0};
    put_head(l, &file);
    rs_buf_str(&file, rs_buf_view(&l->ids));
    rs_buf_printf(&l->table,
                  "| %.*s | %" PRId64 " | %" PRId64 " | %" PRId64 " | %" PRId64 " | %" PRId64
                  " | %" PRId64 " | %" PRId64 " | %" PRId64 " | %" PRId64 " |\n",
                  RS_STR_ARG(l->shown), l->n, l->n_bytes, l->n_lineage, l->n_pixels,
                  l->n_perceptual, l->n_crop, l->n_shared, l->n_unseen,
                  l->n - l->n_shared - l->n_unseen);
    rsift_status status = !name.ptr || l->ids.failed || file.failed
                              ? rs_err_nomem(err, "a list of samples")
                              : rs_emit_write_file(&l->job->report, name, rs_buf_view(&file), err);
    rs_buf_fini(&file);
    l->ids.len = l->undecided.len = 0;
    l->n = l->n_shared = l->n_unseen = 0;
    l->n_bytes = l->n_lineage = l->n_pixels = l->n_perceptual = l->n_crop = 0;
    return status;
}

/* One evaluation sample; they come benchmark by benchmark. It is clean when a method looked at all
 * of its pictures; where their hashes were compared, those have to say so, or names: that no file
 * has the same bytes is no answer beside them. */
static rsift_status put_sample(void *ctx, const rs_unshared *s, rsift_error *err)
{
    overlap_lists *l = ctx;
    if (!l->benchmark.ptr || !rs_str_eq(l->benchmark, s->benchmark)) {
        RS_TRY(end_list(l, err));
        l->benchmark = rs_arena_str(&l->arena, s->benchmark);
        l->slug = rs_arena_str(&l->arena, s->slug);
        l->shown = rs_escape_text(&l->arena, RS_ESCAPE_MARKDOWN, s->benchmark);
        if (!l->benchmark.ptr || !l->slug.ptr) return rs_err_nomem(err, "a list of samples");
    }
    const bool seen =
        s->by_lineage || s->by_perceptual || (!s->undecided.ptr && (s->by_bytes || s->by_pixels));
    char text[RS_ID_TEXT];
    l->n++;
    l->n_bytes += s->by_bytes;
    l->n_lineage += s->by_lineage;
    l->n_pixels += s->by_pixels;
    l->n_perceptual += s->by_perceptual;
    l->n_crop += s->by_crop;
    l->n_shared += s->shared;
    l->n_unseen += !s->shared && !seen;
    if (s->shared) return RSIFT_OK;
    if (seen) rs_buf_printf(&l->ids, "%s\n", rs_id_text(text, s->id));
    else
        rs_buf_printf(&l->undecided, "%s\t%.*s\n", rs_id_text(text, s->id),
                      RS_STR_ARG(s->undecided.ptr
                                     ? s->undecided
                                     : RS_STR("no method compared all of its pictures")));
    return RSIFT_OK;
}

/* Writes clean/<benchmark>.ids of every benchmark, and their table into the card. */
static rsift_status write_lists(rs_emit_job *job, const rs_catalog *catalog, rs_buf *card,
                                rsift_error *err)
{
    overlap_lists lists = {.job = job};
    rsift_status status =
        rs_decide_unshared(job->store, catalog, job->mixture_id, put_sample, &lists, err);
    if (status == RSIFT_OK) status = end_list(&lists, err);
    /* A workspace without evaluation samples has no table, and then no section. */
    if (status == RSIFT_OK && lists.table.len) {
        rs_buf_cstr(card,
                    "\n## Evaluation samples beside this mixture\n\n"
                    "`clean/<benchmark>.ids` lists, for `rsift score --only`, the samples of "
                    "which a method compared every picture with every picture of this mixture "
                    "and found none there. Its first line says by which. "
                    "`clean/<benchmark>.not-checked.tsv` lists those of which nothing is known, "
                    "with the reason. The table above "
                    "counts pictures and all training data that is indexed, this one "
                    "samples and the pictures of this mixture.\n\n"
                    "| benchmark | samples | in full by bytes | in full by lineage | in full by "
                    "pixels | in full by perceptual hash | for pieces | share a picture | NOT "
                    "CHECKED | listed |\n"
                    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        rs_buf_str(card, rs_buf_view(&lists.table));
    }
    rs_buf_fini(&lists.ids);
    rs_buf_fini(&lists.undecided);
    rs_buf_fini(&lists.table);
    rs_arena_fini(&lists.arena);
    return status;
}

rsift_status rs_emit_write_overlap(rs_emit_job *job, rs_buf *card, rsift_error *err)
{
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(job->session, &catalog, err));
    bool none = false;
    RS_TRY(put_leaks(job, catalog, card, &none, err));
    return none ? RSIFT_OK : write_lists(job, catalog, card, err);
}
