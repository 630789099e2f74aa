/* Replay of the releases that an emit writes from.
 *
 * A list has the wanted samples of a source by (ordinal, sub), the order in which the source's
 * records come. The pipeline's producer reads records and notes which of each chunk are wanted, a
 * worker parses and renders them, the consumer puts the records into the spill. An archive that
 * cannot be sought in is thus read once. Samples are found by their place and their
 * id proves them. */
#include "emit/replay.h"

#include "base/rng.h"
#include "emit/class_names.h"
#include "emit/item.h"
#include "emit/picture_names.h"
#include "emit/truth.h"
#include "emit/unchanged.h"
#include "release/current.h"
#include "release/meanings.h"

#include <inttypes.h>

/* The release being replayed. */
typedef struct replay {
    rs_emit_job *job;
    rs_plan *plan;
    rs_records records;
    rs_emit_source source; /* the one that is open */
    rs_wanted_list wanted;
    size_t at; /* in `wanted`: what no chunk has had yet */
    rs_progress *progress;
    int64_t n_found; /* kept samples whose rows are in the workspace */
} replay;

/* ---- the pipeline ---------------------------------------------------------------------------- */

/* The next chunk with wanted samples. The source is not read further than its last wanted one. */
static rsift_status produce(void *ctx, void *slot, rsift_error *err)
{
    replay *r = ctx;
    rs_emit_item *it = slot;
    it->n_wants = 0;
    do {
        if (r->at == r->wanted.n) return RSIFT_END;
        rsift_status status = rs_records_next(&r->records, &it->records, err);
        if (status == RSIFT_END)
            return rs_err_set(
                err, RSIFT_E_FORMAT,
                "%.*s ends before record %" PRId64 ": changed since the index; index it again",
                RS_STR_ARG(r->records.source->source.name), r->wanted.rows[r->at].ordinal);
        RS_TRY(status);
        const rs_chunk *chunk = &it->records.chunk;
        if (chunk->n == 0) continue;
        /* Both sides ascend: what is wanted up to the chunk's last record can be in no later
         * chunk. */
        int64_t last = chunk->raws[chunk->n - 1].ordinal;
        it->wants = r->wanted.rows + r->at;
        while (r->at < r->wanted.n && r->wanted.rows[r->at].ordinal <= last) r->at++;
        it->n_wants = (size_t)(r->wanted.rows + r->at - it->wants);
    } while (it->n_wants == 0);
    return RSIFT_OK;
}

static rsift_status work(void *ctx, void *slot, rsift_error *err)
{
    const replay *r = ctx;
    return rs_emit_item_make(&r->source, slot, err);
}

/* Records are sorted by a hash of the seed and the sample; each repeat is a record of its own with
 * its own place in the order:
 *   key = hash(seed + repeat * golden ratio, sample id) */
static uint64_t order_key(uint64_t seed, rs_id id, uint32_t repeat)
{
    return rs_rng_key(seed + repeat * 0x9e3779b97f4a7c15u, id);
}

/* Keeps the record that shall come first: one with the most keys, and of those the first in order.
 * Loaders that infer types take them from the start of a file (datasets: 10 MB) and stop at a key
 * that first appears behind it. A record with the most keys holds all of them only while the keys
 * of records are nested, as those of one writer are. */
static rsift_status keep_first(rs_emit_job *j, const rs_emit_piece *p, uint64_t key, rs_str packed,
                               rsift_error *err)
{
    rs_emit_first *first = &j->first;
    if (first->n_keys > p->n_keys) return RSIFT_OK;
    if (first->n_keys == p->n_keys) {
        /* the order of the spill */
        const int ids = rs_id_cmp(first->id, p->id);
        if (first->key != key ? first->key < key : ids ? ids < 0 : first->repeat < p->repeat)
            return RSIFT_OK;
    }
    *first = (rs_emit_first){p->n_keys, key, p->id, p->repeat, first->packed};
    first->packed.len = 0;
    rs_buf_str(&first->packed, packed);
    return first->packed.failed ? rs_err_nomem(err, "a record") : RSIFT_OK;
}

/* Keeps what a chunk gave; chunks come in the order of the source. */
static rsift_status consume(void *ctx, void *slot, rsift_error *err)
{
    replay *r = ctx;
    rs_emit_job *j = r->job;
    rs_emit_item *it = slot;
    /* Runs on one thread, the only one that changes the job meanwhile. */
    for (size_t i = 0; i < it->n_pieces; i++) {
        const rs_emit_piece *p = &it->pieces[i];
        const rs_str packed = rs_str_make(it->packed.ptr + p->begin, p->end - p->begin);
        const uint64_t key = order_key(j->seed, p->id, p->repeat);
        RS_TRY(keep_first(j, p, key, packed, err));
        RS_TRY(rs_emit_spill_add(j->spill, key, p->id, p->repeat, packed, err));
    }
    for (size_t i = 0; i < it->n_used; i++) j->pictures.items[it->used[i]].used = true;
    for (size_t i = 0; i < it->n_dropped; i++) {
        const rs_emit_dropped *d = &it->dropped[i];
        const rs_str task = rs_str_of(rs_model_task_name(d->task));
        RS_TRY(rs_emit_note_dropped(&j->report, d->id, d->reason, err));
        if (j->options->eval) RS_TRY(rs_emit_put_unasked(d->id, task, d->reason, &j->unasked, err));
    }
    j->report.n_decoded += it->n_decoded;
    j->report.oriented = j->report.oriented || it->oriented;
    r->n_found += (int64_t)it->n_samples;
    rs_progress_add(r->progress, (int64_t)it->n_samples);
    return RSIFT_OK;
}

static void fini(void *ctx, void *slot)
{
    (void)ctx;
    rs_emit_item_fini(slot);
}

/* ---- one release ----------------------------------------------------------------------------- */

/* Runs the pipeline over the open source; its slots are items. */
static rsift_status run_source(replay *r, rsift_error *err)
{
    rs_arena names = {0};
    rs_pipeline pipeline = {.item_size = sizeof(rs_emit_item),
                            .n_threads = r->job->session->n_threads,
                            .ctx = r,
                            .cancel = &r->job->session->cancel,
                            .produce = produce,
                            .work = work,
                            .consume = consume,
                            .fini = fini};
    r->source =
        (rs_emit_source){.job = r->job, .records = &r->records, .dataset = r->plan->dataset_id};
    rsift_status status = rs_emit_find_classes(r->job, r->plan->dataset_id, &names, err);
    if (status == RSIFT_OK)
        status = rs_emit_classes_of_files(r->job, &r->records, r->plan->release_id, &names,
                                          &r->source.file_classes, err);
    if (status == RSIFT_OK) status = rs_run_pipeline(&pipeline, err);
    rs_arena_fini(&names);
    return status;
}

/* Reads one source and renders its wanted samples; a source without any is not opened. */
static rsift_status replay_source(replay *r, const rs_plan_source *source, rsift_error *err)
{
    rsift_status status = rs_wanted_load(&r->wanted, r->job, r->plan->release_id, source->id, err);
    r->at = 0;
    if (status == RSIFT_OK && r->wanted.n) {
        status = rs_records_open(&r->records, source, err);
        if (status == RSIFT_OK) {
            status = run_source(r, err);
            rs_records_close(&r->records);
        }
    }
    rs_wanted_fini(&r->wanted);
    return status;
}

/* Replays all sources of a release; its plan and its pictures are held only as long. */
static rsift_status replay_release(replay *r, rs_str release_id, rs_str config, rsift_error *err)
{
    rs_emit_job *j = r->job;
    rsift_status status = rs_plan_remake(j->session, config, &r->plan, err);
    if (status != RSIFT_OK) return rs_err_within(err, status, "%.*s", RS_STR_ARG(release_id));
    rs_plan *plan = r->plan;
    plan->release_id = release_id;
    status = rs_release_check_readers(j->store, plan->dataset_id, err);
    if (status == RSIFT_OK) status = rs_emit_check_files(j->store, plan, err);
    if (status == RSIFT_OK) status = rs_plan_load_meanings(plan, j->store, err);
    if (status == RSIFT_OK) status = rs_emit_pictures_load(&j->pictures, j->store, plan, err);
    if (status == RSIFT_OK) status = rs_emit_name_pictures(&j->pictures, err);
    /* Points into the plan: valid while this release is replayed, and not used after. */
    j->render.classes = plan->dataset ? plan->dataset->classes.items : NULL;
    j->render.n_classes = plan->dataset ? plan->dataset->classes.n : 0;
    for (size_t i = 0; status == RSIFT_OK && i < plan->n_sources; i++)
        status = replay_source(r, &plan->sources[i], err);
    rs_plan_free(plan);
    r->plan = NULL;
    return status;
}

typedef struct release_row {
    rs_str id, config;
} release_row;

/* The releases of the mixture or of the evaluation, in the order of their ids. */
static rsift_status list_releases(const rs_emit_job *j, rs_arena *arena, release_row **rows,
                                  size_t *n, rsift_error *err)
{
    static const char eval[] =
        "SELECT release_id, config FROM release WHERE dataset = $1 ORDER BY release_id";
    static const char mixture[] = "SELECT release_id, config FROM release WHERE release_id IN "
                                  "(SELECT release_id FROM emit_kind) ORDER BY release_id";
    bool is_eval = j->mixture_id.len == 0;
    rs_arg arg = {.type = RS_ARG_STR, .str = is_eval ? rs_str_of(j->options->eval) : RS_STR("")};
    rs_result *result;
    RS_TRY(
        rs_store_query(j->store, rs_str_of(is_eval ? eval : mixture), &arg, is_eval, &result, err));
    size_t cap = 0;
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        release_row row = {rs_arena_str(arena, rs_result_str(result, 0)),
                           rs_arena_str(arena, rs_result_str(result, 1))};
        if (!row.id.ptr || !row.config.ptr ||
            !rs_arena_grow(arena, (void **)rows, &cap, *n + 1, sizeof **rows)) {
            status = rs_err_nomem(err, "the list of releases");
            break;
        }
        (*rows)[(*n)++] = row;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Every sample that the ledger keeps was found: parts that were removed or edited since the mix
 * would make a smaller training set without a word. */
static rsift_status check_all_found(const replay *r, rsift_error *err)
{
    const rs_emit_job *j = r->job;
    if (j->mixture_id.len == 0) return RSIFT_OK;
    const rs_arg id = {.type = RS_ARG_STR, .str = j->mixture_id};
    rs_result *result;
    RS_TRY(rs_store_query(j->store,
                          RS_STR("SELECT count(*) FROM ledger WHERE mixture_id = $1 AND kept"), &id,
                          1, &result, err));
    rsift_status status = rs_result_next(result, err);
    const int64_t n_kept = status == RSIFT_OK ? rs_result_i64(result, 0) : 0;
    rs_result_close(result);
    if (status == RSIFT_OK && r->n_found < n_kept)
        status = rs_err_set(err, RSIFT_E_FORMAT,
                            "the mixture keeps %" PRId64 " samples and the workspace holds %" PRId64
                            " of them: index the missing data again, or make the mixture again "
                            "with `rsift mix`",
                            n_kept, r->n_found);
    return status;
}

rsift_status rs_emit_replay(rs_emit_job *job, rsift_error *err)
{
    replay r = {.job = job};
    rs_arena arena = {0};
    release_row *rows = NULL;
    size_t n = 0;
    rsift_status status = list_releases(job, &arena, &rows, &n, err);
    r.progress = rs_session_progress(job->session, "emit", "samples", -1);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++)
        status = replay_release(&r, rows[i].id, rows[i].config, err);
    if (status == RSIFT_OK) status = check_all_found(&r, err);
    rs_progress_end(r.progress);
    rs_arena_fini(&arena);
    return status;
}
