/* index: releases -> parts. Pictures first (the checks need their sizes), then every source:
 * records are cut in order, made into samples by all threads, and put into parts in order.
 *
 * A finished part is never made again, and a part appears at once when it is complete: a run that
 * was killed leaves only complete parts, and the next one goes on behind them. */
#include "index/index.h"

#include "index/asset_rows.h"
#include "index/finding.h"
#include "index/parts.h"
#include "index/release.h"
#include "index/rows.h"

#include <inttypes.h>
#include <pthread.h>
#include <time.h>

enum {
    PART_RECORDS = 100000, /* a part ends when it has this many records, */
    PART_BYTES = 64 << 20, /* or bytes of records, */
    PART_SECONDS = 30,     /* or has taken this long */
    UNIT_BLOCK = 64        /* chunks that go to one unit together */
};

/* Writes one part in the background while the next is filled. */
typedef struct committer {
    pthread_t thread;
    bool running;
    rs_part *part;
    rsift_status status;
    rsift_error err;
} committer;

typedef struct job {
    rs_session *session;
    rs_store *store;
    const rs_index_run_options *options;
    rs_index_report *report;
    rs_index_source from; /* the source that is read */
    rs_records records;
    rs_part_ranges done; /* chunks that finished parts hold */
    char prefix[200];    /* of the names of the source's parts */
    rs_progress *progress;

    rs_part *part; /* being filled; NULL = none */
    int64_t part_begin, n_part_records, n_part_bytes;
    double part_started;
    rs_count part_counts[RS_MAX_PASSES];
    committer committer;

    rs_index_cap cap;
    rs_idmap unresolved_seen; /* pictures that this run has put as unresolved */
} job;

/* ---- committing in the background ------------------------------------------------------------ */

static void *commit_main(void *arg)
{
    committer *c = arg;
    c->status = rs_part_commit(c->part, &c->err);
    return NULL;
}

static rsift_status commit_wait(committer *c, rsift_error *err)
{
    if (!c->running) return RSIFT_OK;
    pthread_join(c->thread, NULL);
    c->running = false;
    if (c->status != RSIFT_OK && err) *err = c->err;
    return c->status;
}

/* Takes the part over; an error of the part before it comes out here. */
static rsift_status commit_start(committer *c, rs_part *part, rsift_error *err)
{
    rsift_status status = commit_wait(c, err);
    if (status != RSIFT_OK) {
        rs_part_discard(part);
        return status;
    }
    c->part = part;
    if (pthread_create(&c->thread, NULL, commit_main, c) != 0) return rs_part_commit(part, err);
    c->running = true;
    return RSIFT_OK;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Begins a part at a chunk. Its name says where it ends, which is known when it ends. */
static rsift_status begin_part(job *j, int64_t chunk, rsift_error *err)
{
    char name[256];
    snprintf(name, sizeof name, "%s-%010" PRId64, j->prefix, chunk);
    j->part_begin = chunk;
    j->n_part_records = j->n_part_bytes = 0;
    j->part_started = seconds_now();
    return rs_part_new(j->store, j->from.plan->release_id, rs_str_of(name), &j->part, err);
}

/* Ends the part in front of chunk `end`, with its counts and the findings beyond the cap. `last`:
 * the source ends here, which the part's name tells a later run. */
static rsift_status end_part(job *j, int64_t end, bool last, rsift_error *err)
{
    const rs_plan_source *source = j->from.source;
    rs_part *part = j->part;
    j->part = NULL;
    rs_index_put_counts(part, j->from.plan->release_id, source, j->part_counts);
    for (int p = 0; p < RS_MAX_PASSES && source->reader->passes[p]; p++)
        rs_model_count_add(&j->report->counts, &j->part_counts[p]);
    memset(j->part_counts, 0, sizeof j->part_counts);
    rs_index_put_rest(part, &j->cap, j->from.plan->release_id, source->id, source->source.name);

    char name[256];
    snprintf(name, sizeof name, "%s-%010" PRId64 "-%010" PRId64 "%s", j->prefix, j->part_begin, end,
             last ? "-end" : "");
    rsift_status status = rs_part_rename(part, rs_str_of(name), err);
    if (status == RSIFT_OK) return commit_start(&j->committer, part, err);
    rs_part_discard(part);
    return status;
}

static bool part_is_full(const job *j, int64_t next_chunk)
{
    if (j->options->n_units > 1 && next_chunk % UNIT_BLOCK == 0) return true;
    return j->n_part_records >= PART_RECORDS || j->n_part_bytes >= PART_BYTES ||
           seconds_now() - j->part_started > PART_SECONDS;
}

/* ---- one source as a pipeline: produce in order, work on any thread, consume in order ---------
 */

/* Does a chunk belong to this unit? Blocks of chunks go round the units, and another source begins
 * with another unit. */
static bool is_mine(const job *j, int64_t chunk)
{
    const int n = j->options->n_units;
    if (n <= 1) return true;
    const rs_str id = j->from.source->id;
    uint64_t block = (uint64_t)(chunk / UNIT_BLOCK) + rs_hash64(id.ptr, id.len);
    return block % (uint64_t)n + 1 == (uint64_t)j->options->unit;
}

static rsift_status produce(void *ctx, void *item, rsift_error *err)
{
    job *j = ctx;
    rs_index_batch *batch = item;
    RS_TRY(rs_records_next(&j->records, &batch->records, err));
    int64_t number = batch->records.number;
    batch->skip = rs_part_ranges_has(&j->done, number) || !is_mine(j, number);
    return RSIFT_OK;
}

static rsift_status work(void *ctx, void *item, rsift_error *err)
{
    const job *j = ctx;
    rs_index_batch *batch = item;
    return batch->skip ? RSIFT_OK : rs_index_batch_make(&j->from, batch, err);
}

/* Place of a finding: its record's locator, then the place inside the record. */
static rs_str finding_locator(const job *j, const rs_index_batch *batch, const rs_finding *finding,
                              rs_arena *scratch)
{
    size_t at = 0;
    const rs_raw *raw =
        finding->ordinal >= 0 ? rs_record_of(&batch->records, finding->ordinal, &at) : NULL;
    rs_str place = j->from.source->source.name;
    if (raw) place = rs_record_locator(scratch, &j->records, raw);
    else if (finding->ordinal >= 0)
        place = rs_arena_printf(scratch, "%.*s#%" PRId64, RS_STR_ARG(place), finding->ordinal);
    if (finding->where.len) place = rs_arena_join(scratch, place, RS_STR(" > "), finding->where);
    return place;
}

/* Counts a finding and puts its row, up to the cap. */
static void put_finding(job *j, const rs_index_batch *batch, const rs_finding *finding)
{
    j->report->n_findings[rs_model_finding_info(finding->code)->severity]++;
    if (!rs_index_cap_admits(&j->cap, finding->code)) return;
    rs_arena scratch = {0};
    rs_index_finding row = {.code = finding->code,
                            .release_id = j->from.plan->release_id,
                            .source = j->from.source->id,
                            .locator = finding_locator(j, batch, finding, &scratch),
                            .message = finding->message,
                            .n = 1};
    if (finding->sample >= 0) {
        const rs_sample *sample = &batch->batch.samples[finding->sample];
        row.sample = &sample->id;
        if (finding->asset >= 0 && (uint32_t)finding->asset < sample->n_assets)
            row.asset = &batch->samples[finding->sample].asset_ids[finding->asset];
    }
    rs_index_put_finding(j->part, &row);
    rs_arena_fini(&scratch);
}

/* Findings that the chunk counted without listing them. */
static void count_unlisted(job *j, const rs_chunk *chunk)
{
    for (int code = 0; code < RS_N_FINDINGS; code++) {
        j->cap.rest[code] += chunk->n_unlisted[code];
        j->report->n_findings[rs_model_finding_info((rs_finding_code)code)->severity] +=
            chunk->n_unlisted[code];
    }
}

/* Rows of a sample's pictures that are not here, once per run and source; the view keeps one row of
 * those that several parts hold. */
static rsift_status put_unresolved(job *j, const rs_index_batch *batch, size_t s, rsift_error *err)
{
    const rs_sample *sample = &batch->batch.samples[s];
    const rs_index_sample *made = &batch->samples[s];
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        if (!made->unresolved[a]) continue;
        bool is_new;
        if (rs_idmap_put(&j->unresolved_seen, made->asset_ids[a], &is_new) == RS_NPOS)
            return rs_err_nomem(err, "the list of unresolved pictures");
        if (is_new)
            rs_index_put_unresolved(j->part, j->from.plan, made->asset_ids[a],
                                    sample->assets[a].path);
    }
    return RSIFT_OK;
}

/* Rows of one chunk into the open part; a chunk that is skipped ends the part before it. */
static rsift_status consume(void *ctx, void *item, rsift_error *err)
{
    job *j = ctx;
    rs_index_batch *batch = item;
    const rs_chunk *chunk = &batch->records.chunk;
    const int64_t number = batch->records.number;
    rs_progress_add(j->progress, (int64_t)chunk->n);
    if (batch->skip) return j->part ? end_part(j, number, false, err) : RSIFT_OK;
    if (!j->part) RS_TRY(begin_part(j, number, err));
    for (size_t s = 0; s < batch->batch.n_samples; s++) {
        rs_index_put_sample(j->part, &j->from, batch, s, j->options->no_text);
        RS_TRY(put_unresolved(j, batch, s, err));
    }
    for (size_t i = 0; i < chunk->n_findings; i++) put_finding(j, batch, &chunk->findings[i]);
    count_unlisted(j, chunk);
    for (size_t i = 0; i < batch->batch.n_findings; i++)
        put_finding(j, batch, &batch->batch.findings[i]);
    for (int p = 0; p < RS_MAX_PASSES; p++) {
        rs_model_count_add(&j->part_counts[p], &chunk->counts[p]);
        rs_model_count_add(&j->part_counts[p], &batch->batch.counts[p]);
    }
    j->report->n_samples += (int64_t)batch->batch.n_samples;
    j->n_part_records += (int64_t)chunk->n;
    j->n_part_bytes += (int64_t)chunk->n_bytes;
    return part_is_full(j, number + 1) ? end_part(j, number + 1, false, err) : RSIFT_OK;
}

static void fini(void *ctx, void *item)
{
    (void)ctx;
    rs_index_batch_fini(item);
}

/* ---- one source ------------------------------------------------------------------------------ */

/* The end mark: an open part becomes the last one; without one, an empty last part is written by
 * the unit to which the end belongs, so that a second run knows that the source is complete. */
static rsift_status finish_source(job *j, rsift_error *err)
{
    int64_t end = j->records.n_chunks;
    if (!j->part && !is_mine(j, end)) return RSIFT_OK;
    if (!j->part) RS_TRY(begin_part(j, end, err));
    return end_part(j, end, true, err);
}

static rsift_status load_cap(job *j, rsift_error *err)
{
    rs_store *reading;
    RS_TRY(rs_session_store(j->session, RS_STORE_READ, false, &reading, err));
    rsift_status status =
        rs_index_cap_load(&j->cap, reading, j->from.plan->release_id, j->from.source->id, err);
    rs_store_close(reading);
    return status;
}

/* Reads the source from its beginning; chunks of finished parts and other units are only cut. */
static rsift_status run_source(job *j, rsift_error *err)
{
    if (j->done.n > 0) RS_TRY(load_cap(j, err));
    RS_TRY(rs_records_open(&j->records, j->from.source, err));
    j->from.records = &j->records;
    j->committer = (committer){0};
    rs_pipeline pipeline = {.item_size = sizeof(rs_index_batch),
                            .n_threads = j->session->n_threads,
                            .ctx = j,
                            .cancel = &j->session->cancel,
                            .produce = produce,
                            .work = work,
                            .consume = consume,
                            .fini = fini};
    rsift_status status = rs_run_pipeline(&pipeline, err);
    if (status == RSIFT_OK) status = finish_source(j, err);
    if (j->part) rs_part_discard(j->part);
    j->part = NULL;
    rsift_error late = {0};
    rsift_status committed = commit_wait(&j->committer, &late);
    if (status == RSIFT_OK && committed != RSIFT_OK) {
        status = committed;
        if (err) *err = late;
    }
    rs_records_close(&j->records);
    return status;
}

/* Indexes one source unless its parts are complete. Its parts are named "s-<id>+<fingerprint>-...";
 * those of an older fingerprint are removed. */
static rsift_status index_source(job *j, const rs_plan_source *source, rsift_error *err)
{
    j->from.source = source;
    j->cap = (rs_index_cap){.most = (int64_t)j->session->limits.max_findings};
    memset(j->part_counts, 0, sizeof j->part_counts);
    char family[160];
    snprintf(family, sizeof family, "s-%.*s+", RS_STR_ARG(source->id));
    snprintf(j->prefix, sizeof j->prefix, "%s%.*s", family, RS_STR_ARG(source->fingerprint));
    RS_TRY(rs_part_ranges_load(&j->done, j->store, j->from.plan->release_id, rs_str_of(family),
                               rs_str_of(j->prefix), err));
    rsift_status status = RSIFT_OK;
    if (rs_part_ranges_complete(&j->done)) {
        j->report->n_sources_kept++;
    } else {
        char what[128];
        snprintf(what, sizeof what, "%.*s", RS_STR_ARG(source->source.name));
        j->progress = rs_session_progress(j->session, what, "records", -1);
        status = run_source(j, err);
        rs_progress_end(j->progress);
    }
    rs_part_ranges_fini(&j->done);
    rs_idmap_fini(&j->unresolved_seen);
    return status;
}

rsift_status rs_index_run(rs_session *session, rs_store *store, const rs_plan *plan,
                          const rs_index_run_options *options, rs_index_report *report,
                          rsift_error *err)
{
    *report = (rs_index_report){0};
    char lock[128];
    snprintf(lock, sizeof lock, "index-%.*s-%d-of-%d", RS_STR_ARG(plan->release_id),
             options->n_units > 1 ? options->unit : 1, options->n_units > 1 ? options->n_units : 1);
    RS_TRY(rs_store_lock(store, rs_str_of(lock), err));
    RS_TRY(rs_index_release(store, plan, err));

    rs_pictures pictures;
    const rs_io_tree *trees[2] = {plan->trees[0], plan->trees[1]};
    RS_TRY(rs_pictures_open(&pictures, trees, plan->n_trees, plan->media_patterns,
                            plan->n_media_patterns, err));
    report->n_pictures = (int64_t)pictures.n;
    rs_media media = {.session = session,
                      .store = store,
                      .plan = plan,
                      .pictures = &pictures,
                      .unit = options->unit,
                      .n_units = options->n_units,
                      .no_hash = options->no_hash};
    rsift_status status = rs_index_media(&media, err);
    job j = {.session = session,
             .store = store,
             .options = options,
             .report = report,
             .from = {.plan = plan, .media = &media}};
    for (size_t i = 0; status == RSIFT_OK && i < plan->n_sources; i++) {
        status = index_source(&j, &plan->sources[i], err);
        report->n_sources++;
    }
    rs_index_media_fini(&media);
    rs_pictures_fini(&pictures);
    return status;
}
