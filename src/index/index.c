/* index: releases -> parts. Pictures first (the checks need their sizes), then every source:
 * records are cut in order, made into samples by all threads, and put into parts in order.
 *
 * A finished part is never made again, and a part appears at once when it is complete: a run that
 * was killed leaves only complete parts, and the next one goes on behind them. */
#include "index/index.h"

#include "index/asset_rows.h"
#include "index/finding.h"
#include "index/hash.h"
#include "index/nothing_read.h"
#include "index/parts.h"
#include "index/publish.h"
#include "index/release.h"
#include "index/rows.h"
#include "index/survey.h"
#include "index/unkept.h"
#include "index/units.h"
#include "render/prompts.h"

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

/* One run over a release's sources, one after another. */
typedef struct index_run {
    rs_session *session;
    rs_store *store;
    const rs_index_run_options *options;
    rs_index_report *report;
    rs_index_source from; /* the source that is read */
    rs_records records;
    rs_index_ranges done; /* chunks that finished parts hold */
    char prefix[200];     /* of the names of the source's parts */
    rs_progress *progress;

    rs_part *part; /* being filled; NULL = none */
    int64_t part_begin, n_part_records, n_part_bytes;
    double part_started;
    rs_count part_counts[RS_MAX_PASSES];
    committer committer;

    rs_index_cap cap;
    rs_index_unkept unkept;   /* of the part */
    rs_idmap unresolved_seen; /* pictures that this run has put as unresolved */
} index_run;

/* ---- committing in the background ------------------------------------------------------------ */

static void *commit_main(void *arg)
{
    committer *c = arg;
    c->status = rs_part_commit(c->part, &c->err);
    return NULL;
}

/* Waits for the part that is being written, if any, and gives its error. */
static rsift_status commit_wait(committer *c, rsift_error *err)
{
    if (!c->running) return RSIFT_OK;
    pthread_join(c->thread, NULL);
    c->running = false;
    if (c->status != RSIFT_OK && err) *err = c->err;
    return c->status;
}

/* Takes the part over; an error of the part before it comes out here. */
static rsift_status commit_start(committer *c, rs_part *part, size_t n_threads, rsift_error *err)
{
    if (n_threads == 1) return rs_part_commit(part, err); /* one was asked for */
    rsift_status status = commit_wait(c, err); /* one at a time bounds the memory to two parts */
    if (status != RSIFT_OK) {
        rs_part_discard(part);
        return status;
    }
    c->part = part;
    /* without a further thread the part is written here, only slower */
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
static rsift_status begin_part(index_run *run, int64_t chunk, rsift_error *err)
{
    char name[256];
    snprintf(name, sizeof name, "%s-%010" PRId64, run->prefix, chunk);
    run->part_begin = chunk;
    run->n_part_records = run->n_part_bytes = 0;
    run->part_started = seconds_now();
    return rs_part_new(run->store, run->from.plan->release_id, rs_str_of(name), &run->part, err);
}

/* Ends the part in front of chunk `end`, with its counts and the findings beyond the cap. `last`:
 * the source ends here, which the part's name tells a later run. */
static rsift_status end_part(index_run *run, int64_t end, bool last, rsift_error *err)
{
    const rs_plan_source *source = run->from.source;
    rs_part *part = run->part;
    run->part = NULL;
    /* counts belong to the part, so that those of all parts add up whichever run made them */
    rs_index_put_counts(part, run->from.plan->release_id, source, run->part_counts);
    for (int p = 0; p < RS_MAX_PASSES && source->reader->passes[p]; p++)
        rs_model_count_add(&run->report->counts, &run->part_counts[p]);
    memset(run->part_counts, 0, sizeof run->part_counts);
    rs_index_unkept_put(&run->unkept, part, run->from.plan->release_id, source->id,
                        source->source.name);
    rs_index_put_rest(part, &run->cap, run->from.plan->release_id, source->id, source->source.name);

    char name[256];
    snprintf(name, sizeof name, "%s-%010" PRId64 "-%010" PRId64 "%s", run->prefix, run->part_begin,
             end, last ? "-end" : "");
    rsift_status status = rs_part_rename(part, rs_str_of(name), err);
    if (status == RSIFT_OK)
        return commit_start(&run->committer, part, run->session->n_threads, err);
    rs_part_discard(part);
    return status;
}

/* ---- one source as a pipeline: cut in order, make on any thread, store in order -------------- */

/* Does a chunk belong to this unit? Blocks of chunks go round the units, and another source begins
 * with another unit. */
static bool is_mine(const index_run *run, int64_t chunk)
{
    const int n = run->options->n_units;
    if (n <= 1) return true;
    const rs_str id = run->from.source->id;
    /* many small sources of one block each would else all be the first unit's */
    uint64_t block = (uint64_t)(chunk / UNIT_BLOCK) + rs_hash64(id.ptr, id.len);
    return block % (uint64_t)n + 1 == (uint64_t)run->options->unit;
}

/* Cuts the next chunk, and tells whether this run leaves it out. */
static rsift_status cut_batch(void *ctx, void *item, rsift_error *err)
{
    index_run *run = ctx;
    rs_index_batch *batch = item;
    RS_TRY(rs_records_next(&run->records, &batch->records, err));
    /* every run cuts every record: occurrence numbers, and so sample ids, need all of them */
    int64_t number = batch->records.number;
    batch->skip = rs_index_ranges_has(&run->done, number) || !is_mine(run, number);
    return RSIFT_OK;
}

/* Makes the chunk's samples; any thread. */
static rsift_status make_batch(void *ctx, void *item, rsift_error *err)
{
    const index_run *run = ctx;
    rs_index_batch *batch = item;
    return batch->skip ? RSIFT_OK : rs_index_batch_make(&run->from, batch, err);
}

/* Puts a finding's row, up to the cap. Its locator is that of its record, then the
 * place inside the record. */
static void put_finding(index_run *run, const rs_index_batch *batch, const rs_finding *finding)
{
    if (!rs_index_cap_admits(&run->cap, finding->code)) return;
    rs_arena scratch = {0};
    const rs_str source_name = run->from.source->source.name;
    rs_str locator = source_name;
    if (finding->ordinal >= 0) {
        size_t at;
        const rs_raw *raw = rs_record_of(&batch->records, finding->ordinal, &at);
        /* a record that cutting set aside is not in the chunk: its number is all that is known */
        locator = raw ? rs_record_locator(&scratch, &run->records, raw)
                      : rs_arena_printf(&scratch, "%.*s#%" PRId64, RS_STR_ARG(source_name),
                                        finding->ordinal);
    }
    if (finding->where.len)
        locator = rs_arena_join(&scratch, locator, RS_STR(" > "), finding->where);
    rs_index_finding row = {.code = finding->code,
                            .release_id = run->from.plan->release_id,
                            .source = run->from.source->id,
                            .locator = locator,
                            .message = finding->message,
                            .n = 1};
    if (finding->sample >= 0) {
        const rs_sample *sample = &batch->parsed.samples[finding->sample];
        row.sample = &sample->id;
        if (finding->asset >= 0 && (uint32_t)finding->asset < sample->n_assets)
            row.asset = &batch->samples[finding->sample].asset_ids[finding->asset];
    }
    rs_index_put_finding(run->part, &row);
    rs_arena_fini(&scratch);
}

/* Rows of a sample's pictures that are not here, once per run and source; the view keeps one row of
 * those that several parts hold. */
static rsift_status put_unresolved(index_run *run, const rs_index_batch *batch, size_t s,
                                   rsift_error *err)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    const rs_index_sample *made = &batch->samples[s];
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        if (!made->missing[a].ptr) continue;
        bool is_new;
        if (rs_idmap_put(&run->unresolved_seen, made->asset_ids[a], &is_new) == RS_NPOS)
            return rs_err_nomem(err, "the list of unresolved pictures");
        if (is_new)
            rs_index_put_unresolved(run->part, run->from.plan, made->asset_ids[a], made->missing[a],
                                    sample->assets[a].other_path);
    }
    return RSIFT_OK;
}

/* Puts rows of one chunk into the open part; a chunk that is skipped ends the part before it. */
static rsift_status store_batch(void *ctx, void *item, rsift_error *err)
{
    index_run *run = ctx;
    rs_index_batch *batch = item;
    const rs_chunk *chunk = &batch->records.chunk;
    const int64_t number = batch->records.number;
    rs_progress_add(run->progress, (int64_t)chunk->n);
    /* a part holds consecutive chunks, as its name says */
    if (batch->skip) return run->part ? end_part(run, number, false, err) : RSIFT_OK;
    if (!run->part) RS_TRY(begin_part(run, number, err));

    for (size_t s = 0; s < batch->parsed.n_samples; s++) {
        rs_index_put_sample(run->part, &run->from, batch, s, run->options->no_text);
        RS_TRY(put_unresolved(run, batch, s, err));
    }
    for (size_t i = 0; i < chunk->n_findings; i++) put_finding(run, batch, &chunk->findings[i]);
    for (int code = 0; code < RS_N_FINDINGS; code++) /* counted by the chunk and not listed */
        run->cap.rest[code] += chunk->n_unlisted[code];
    for (size_t i = 0; i < batch->parsed.n_findings; i++)
        put_finding(run, batch, &batch->parsed.findings[i]);
    rs_index_unkept_add(&run->unkept, &batch->parsed);
    for (int p = 0; p < RS_MAX_PASSES; p++) {
        rs_model_count_add(&run->part_counts[p], &chunk->counts[p]);
        rs_model_count_add(&run->part_counts[p], &batch->parsed.counts[p]);
    }
    run->report->n_samples += (int64_t)batch->parsed.n_samples;
    run->n_part_records += (int64_t)chunk->n;
    run->n_part_bytes += (int64_t)chunk->n_bytes;

    /* a unit's part never reaches into the next block, which is another unit's */
    bool block_ends = run->options->n_units > 1 && (number + 1) % UNIT_BLOCK == 0;
    bool full = run->n_part_records >= PART_RECORDS || run->n_part_bytes >= PART_BYTES ||
                seconds_now() - run->part_started > PART_SECONDS;
    return block_ends || full ? end_part(run, number + 1, false, err) : RSIFT_OK;
}

static void batch_fini(void *ctx, void *item)
{
    (void)ctx;
    rs_index_batch_fini(item);
}

/* ---- one source ------------------------------------------------------------------------------ */

/* The end mark: an open part becomes the last one; without one, an empty last part is written by
 * the unit to which the end belongs, so that a second run knows that the source is complete. */
static rsift_status finish_source(index_run *run, rsift_error *err)
{
    int64_t end = run->records.n_chunks;
    if (!run->part && !is_mine(run, end)) return RSIFT_OK;
    if (!run->part) RS_TRY(begin_part(run, end, err));
    rs_index_put_nothing_read(run->part, &run->cap, run->from.plan, &run->records);
    return end_part(run, end, true, err);
}

/* Reads the source from its beginning; chunks of finished parts and other units are only cut. */
static rsift_status run_source(index_run *run, rsift_error *err)
{
    if (run->done.n > 0) { /* a resumed run goes on counting where the stored findings end */
        rs_store *reading;
        RS_TRY(rs_session_reading(run->session, run->store, &reading, err));
        rsift_status loaded = rs_index_cap_load(&run->cap, reading, run->from.plan->release_id,
                                                run->from.source->id, err);
        rs_store_close(reading);
        RS_TRY(loaded);
    }
    if (run->records.opened) RS_TRY(rs_records_again(&run->records, run->from.source, err));
    else RS_TRY(rs_records_open(&run->records, run->from.source, err));
    run->from.records = &run->records;
    run->committer = (committer){0};
    rs_pipeline pipeline = {.item_size = sizeof(rs_index_batch),
                            .n_threads = run->session->n_threads,
                            .ctx = run,
                            .cancel = &run->session->cancel,
                            .produce = cut_batch,
                            .work = make_batch,
                            .consume = store_batch,
                            .fini = batch_fini};
    rsift_status status = rs_run_pipeline(&pipeline, err);
    if (status == RSIFT_OK) status = finish_source(run, err);
    if (run->part) rs_part_discard(run->part); /* an error: the open part is not complete */
    run->part = NULL;
    /* the last part may still be written, and its error must not be lost */
    rsift_error late = {0};
    rsift_status committed = commit_wait(&run->committer, &late);
    if (status == RSIFT_OK && committed != RSIFT_OK) {
        status = committed;
        if (err) *err = late;
    }
    return status;
}

/* Indexes one source unless its parts are complete. Its parts are named "s-<id>+<fingerprint>-...";
 * those of an older fingerprint are removed. */
static rsift_status index_source(index_run *run, const rs_plan_source *source, rsift_error *err)
{
    run->from.source = source;
    run->cap = (rs_index_cap){.most = (int64_t)run->session->limits.max_findings};
    memset(run->part_counts, 0, sizeof run->part_counts);
    run->unkept = (rs_index_unkept){0};
    char family[160];
    snprintf(family, sizeof family, "s-%.*s+", RS_STR_ARG(source->id));
    snprintf(run->prefix, sizeof run->prefix, "%s%.*s", family, RS_STR_ARG(source->fingerprint));
    RS_TRY(rs_index_ranges_load(&run->done, run->store, run->from.plan->release_id,
                                rs_str_of(family), rs_str_of(run->prefix), err));
    rsift_status status = RSIFT_OK;
    if (rs_index_ranges_complete(&run->done)) {
        run->report->n_sources_kept++;
    } else {
        char what[128];
        snprintf(what, sizeof what, "%.*s", RS_STR_ARG(source->source.name));
        run->progress = rs_session_progress(run->session, what, "records", -1);
        status = run_source(run, err);
        rs_progress_end(run->progress);
    }
    rs_index_ranges_fini(&run->done);
    rs_idmap_fini(&run->unresolved_seen);
    rs_records_close(&run->records);
    return status;
}

/* After publishing: a hash is a fact about a content, whichever release shows it. */
static rsift_status hash_pictures(const rs_index_media *media, const rs_index_run_options *options,
                                  rs_index_report *report, rsift_error *err)
{
    if (!options->hash) return RSIFT_OK;
    rs_index_hash_job job = {.session = media->session,
                             .store = media->store,
                             .release_id = media->plan->release_id,
                             .unit = {options->unit, options->n_units},
                             .media = media};
    const rsift_status status = rs_index_hash_run(&job, err);
    report->n_hashed = job.n_hashed;
    report->n_hash_failed = job.n_failed;
    report->n_hash_changed = job.n_changed;
    return status;
}

/* Parts that lack texts or tags have names of their own: an index with them makes the rows anew. */
static rsift_status name_rows(rs_plan *plan, const rs_index_run_options *options, rsift_error *err)
{
    if (!options->no_text && !options->no_signals) return RSIFT_OK;
    for (size_t i = 0; i < plan->n_sources; i++) {
        rs_str *print = &plan->sources[i].fingerprint;
        const size_t n = print->len;
        char text[RS_ID_TEXT];
        rs_hasher h;
        rs_hash_start(&h);
        rs_hash_field(&h, *print);
        rs_hash_u64(&h, (uint64_t)options->no_text << 1 | options->no_signals);
        rs_id_text(text, rs_hash_end(&h));
        *print = rs_arena_str(&plan->arena, rs_str_make(text, n));
        if (!print->ptr) return rs_err_nomem(err, "a plan");
    }
    return RSIFT_OK;
}

rsift_status rs_index_run(rs_session *session, rs_store *store, rs_plan *plan,
                          const rs_index_run_options *options, rs_index_report *report,
                          rsift_error *err)
{
    *report = (rs_index_report){0};
    const rs_index_unit unit = {options->unit, options->n_units};
    RS_TRY(name_rows(plan, options, err));
    RS_TRY(rs_index_unit_take(store, plan->release_id, unit, err));
    RS_TRY(rs_release_resume(store, plan->release_id, err));
    RS_TRY(rs_index_release(store, plan, &report->release_written, err));

    rs_pictures pictures;
    const rs_io_tree *trees[2] = {plan->trees[0], plan->trees[1]};
    RS_TRY(rs_pictures_open(&pictures, trees, plan->n_trees, &plan->media, err));
    report->n_pictures = (int64_t)pictures.n;
    rs_index_media media = {.session = session,
                            .store = store,
                            .plan = plan,
                            .pictures = &pictures,
                            .claims = rs_index_claims_new(session, plan, &pictures),
                            .unit = options->unit,
                            .n_units = options->n_units,
                            .no_hash = options->no_hash};
    rsift_status status =
        media.claims ? rs_index_media_run(&media, err) : rs_err_nomem(err, "the names of pictures");
    report->n_pictures_read = media.n_read;
    rs_tag_rules *tag_rules = NULL;
    if (status == RSIFT_OK && !options->no_signals) status = rs_tag_rules_load(&tag_rules, err);
    const rs_prompts *prompts = NULL;
    if (status == RSIFT_OK) status = rs_prompts_load(&plan->arena, &prompts, err);
    index_run run = {
        .session = session,
        .store = store,
        .options = options,
        .report = report,
        .from = {.plan = plan, .media = &media, .tag_rules = tag_rules, .prompts = prompts}};
    for (size_t i = 0; status == RSIFT_OK && i < plan->n_sources; i++) {
        status = rs_index_survey(session, store, plan, i, &media, &run.records, err);
        if (status == RSIFT_OK) status = index_source(&run, &plan->sources[i], err);
        report->n_sources++;
    }
    if (status == RSIFT_OK) status = rs_index_publish(&media, &report->pending, err);
    if (status == RSIFT_OK) status = hash_pictures(&media, options, report, err);
    rs_tag_rules_free(tag_rules);
    rs_index_claims_free(media.claims);
    rs_index_media_fini(&media);
    rs_pictures_fini(&pictures);
    return status;
}
