/* Counts by entry, dataset and reason, and warnings; see mix_answer.h. */
#include "decide/mix_answer.h"

#include "codec/json_writer.h"
#include "decide/ask.h"
#include "decide/leaks.h"

#include <inttypes.h>

static void put_entries(const rs_mix_made *m, rs_json_writer *json)
{
    const rs_recipe *r = m->job->recipe;
    rs_json_field_array(json, "entries");
    for (size_t i = 0; i < r->datasets.n; i++) {
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "dataset", r->datasets.items[i].id);
        rs_json_field_i64(json, "usable", m->entries[i].n_usable);
        rs_json_field_i64(json, "target", m->entries[i].target);
        rs_json_field_i64(json, "kept", m->entries[i].n_kept);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

/* The datasets in alphabetical order, each once. */
static void put_datasets(const rs_mix_made *m, rs_json_writer *json)
{
    const rs_recipe *r = m->job->recipe;
    const rs_recipe_entry *last = NULL;
    rs_json_field_array(json, "datasets");
    for (;;) {
        size_t next = r->datasets.n;
        for (size_t i = 0; i < r->datasets.n; i++) {
            const rs_str id = r->datasets.items[i].id;
            if (m->counts->datasets[i].n_candidates && (!last || rs_str_cmp(id, last->id) > 0) &&
                (next == r->datasets.n || rs_str_cmp(id, r->datasets.items[next].id) < 0))
                next = i;
        }
        if (next == r->datasets.n) break;
        last = &r->datasets.items[next];
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "dataset", last->id);
        rs_json_field_i64(json, "candidates", m->counts->datasets[next].n_candidates);
        rs_json_field_i64(json, "kept", m->counts->datasets[next].n_kept);
        rs_json_field_i64(json, "with_repeats", m->counts->datasets[next].n_uses);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

static void put_warning(rs_json_writer *json, const char *code, int64_t n, const char *text)
{
    if (n == 0) return;
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_cstr(json, "code", code);
    rs_json_field_i64(json, "samples", n);
    rs_json_field_cstr(json, "text", text);
    rs_json_end_object(json);
}

/* Tasks that an entry names and none of its dataset's samples has: it keeps less than it seems, or
 * nothing, without a reason in the ledger that says so. */
static rsift_status put_absent_tasks(const rs_mix_made *m, const rs_recipe_entry *e,
                                     rs_json_writer *json, rsift_error *err)
{
    const rs_arg id = {.type = RS_ARG_STR, .str = e->id};
    rs_buf has = {0}, text = {0};
    uint64_t here = 0; /* bits of the entry's tasks */
    int64_t n = 0;
    rs_result *result;
    RS_TRY(rs_store_query(m->job->store,
                          RS_STR("SELECT task, count(*) FROM sample WHERE dataset = $1 GROUP BY "
                                 "task ORDER BY 2 DESC, 1"),
                          &id, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        const rs_str task = rs_result_str(result, 0);
        for (size_t i = 0; i < e->tasks.n; i++)
            if (rs_str_eq(task, rs_str_of(rs_model_task_name(e->tasks.items[i]))))
                here |= UINT64_C(1) << (i & 63);
        n += rs_result_i64(result, 1);
        rs_buf_printf(&has, "%s%.*s (%" PRId64 ")", has.len ? ", " : "", RS_STR_ARG(task),
                      rs_result_i64(result, 1));
    }
    rs_result_close(result);
    rs_buf_printf(&text, "%.*s has no sample of", RS_STR_ARG(e->id));
    const size_t bare = text.len;
    for (size_t i = 0; i < e->tasks.n; i++)
        if (!(here >> (i & 63) & 1))
            rs_buf_printf(&text, "%s %s", text.len > bare ? "," : "",
                          rs_model_task_name(e->tasks.items[i]));
    const bool absent = text.len > bare;
    rs_buf_printf(&text, "; its tasks are %.*s", RS_STR_ARG(rs_buf_view(&has)));
    rs_buf_char(&text, 0);
    if (has.failed || text.failed) status = rs_err_nomem(err, "a warning");
    else if (status == RSIFT_END && absent) put_warning(json, "task-absent", n, text.ptr);
    rs_buf_fini(&has);
    rs_buf_fini(&text);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Protected benchmarks that no method could look at in full. */
static rsift_status put_leaks_unseen(const rs_mix_made *m, rs_json_writer *json, rsift_error *err)
{
    rs_unseen unseen;
    RS_TRY(rs_leaks_unseen(m->job->store, m->job->catalog, m->job->recipe->protect,
                           rs_str_of(m->mixture_id), &unseen, err));
    char text[256];
    if (unseen.n_indexed && !unseen.n_unseen)
        snprintf(text, sizeof text,
                 "all %" PRId64
                 " protected benchmarks here were compared in full by bytes, names, pixels or "
                 "perceptual hashes; %" PRId64
                 " others are not indexed, and leaks into those are not known. `rsift leaks` "
                 "names them",
                 unseen.n_indexed, unseen.n_not_indexed);
    else if (unseen.n_indexed)
        snprintf(text, sizeof text,
                 "kept without a full check for leaks: %" PRId64 " of %" PRId64
                 " protected benchmarks here were not compared in full by bytes, names, pixels or "
                 "perceptual hashes, %" PRId64 " are not indexed. `rsift leaks` names them",
                 unseen.n_unseen, unseen.n_indexed, unseen.n_not_indexed);
    else
        snprintf(text, sizeof text,
                 "kept without a check for leaks: none of the %" PRId64
                 " protected benchmarks is indexed here. `rsift leaks` names them",
                 unseen.n_not_indexed);
    if (unseen.n_unseen || unseen.n_not_indexed)
        put_warning(json, "leaks-not-checked", m->n_kept, text);
    return RSIFT_OK;
}

/* What a reader of the mixture should know although nothing is wrong: kept samples that some models
 * cannot be taught, those without a stated licence, official training samples that share pictures
 * with their own benchmark, and benchmarks that no method could look at. */
static rsift_status put_warnings(const rs_mix_made *m, rs_json_writer *json, rsift_error *err)
{
    static const char own_overlap[] =
        "SELECT count(DISTINCT o.sample_id) FROM sample_leak o JOIN ledger l USING (sample_id) "
        "WHERE o.own AND l.mixture_id = getvariable('rsift_mixture') AND l.kept";
    const rs_recipe *r = m->job->recipe;
    int64_t n_own = 0;
    rs_json_field_array(json, "warnings");
    for (size_t i = 0; i < r->datasets.n; i++)
        RS_TRY(put_absent_tasks(m, &r->datasets.items[i], json, err));
    /* a mixture for one model holds nothing that this one cannot be taught */
    if (!r->for_model.len)
        put_warning(json, "model-unnamed", m->counts->n_unwritable,
                    "kept, but some models cannot be taught them: name `model` in the recipe");
    put_warning(json, "licence-unknown", m->counts->n_licence_unknown,
                "kept, but nobody states their licence");
    RS_TRY(rs_decide_number(m->job->store, own_overlap, &n_own, err));
    put_warning(
        json, "own-overlap", n_own,
        "kept: official training samples that share pictures with their own benchmark;"
        " clean/<benchmark>.ids of the output lists what shares none, strict: yes drops them");
    RS_TRY(put_leaks_unseen(m, json, err));
    if (r->near != RS_RECIPE_NEAR_KEEP)
        put_warning(json, "near-not-checked", m->counts->n_unseen,
                    "kept without a look for near-duplicates: pictures that are not hashed. `rsift "
                    "hash` hashes them; `duplicates: {near: keep}` says that nobody asks");
    rs_json_end_array(json);
    return RSIFT_OK;
}

rsift_status rs_mix_put_answer(const rs_mix_made *m, rs_buf *json, rsift_error *err)
{
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.mix/1");
    rs_json_field_cstr(&w, "mixture_id", m->mixture_id);
    rs_json_field_str(&w, "name", m->job->recipe->name);
    rs_json_field_i64(&w, "seed", m->job->recipe->seed);
    /* what `emit` is asked for, where the recipe tells */
    const rs_recipe *recipe = m->job->recipe;
    if (recipe->for_format.len) rs_json_field_str(&w, "format", recipe->for_format);
    if (recipe->for_model.len) rs_json_field_str(&w, "model", recipe->for_model);
    if (m->job->needs_pixels) rs_json_field_bool(&w, "needs_pixels", true);
    rs_json_field_i64(&w, "candidates", m->n_candidates);
    rs_json_field_i64(&w, "kept", m->n_kept);
    rs_json_field_i64(&w, "with_repeats", m->n_uses);
    put_entries(m, &w);
    put_datasets(m, &w);
    rs_json_write_key(&w, "reasons");
    RS_TRY(rs_decide_rows(m->job->store, "mix", "per_reason", &w, err));
    RS_TRY(put_warnings(m, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}
