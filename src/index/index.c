/* index: releases -> parts. Pictures first (their sizes are needed by the checks), then every
 * source: records are cut in order, parsed, checked and keyed by all threads, and put into parts
 * in order. A finished part is never made again; a killed run leaves nothing but whole parts. */
#include "index/index.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "checks/check.h"
#include "codec/json.h"
#include "index/media.h"
#include "index/parts.h"
#include "release/records.h"

#include <inttypes.h>
#include <pthread.h>
#include <time.h>

enum { part_records = 100000, part_seconds = 30, unit_block = 64 };
enum { part_bytes = 64 << 20 };

/* ---- one item of the pipeline ------------------------------------------------------------- */

typedef struct item {
    rs_record_chunk records;
    rs_batch batch;
    bool skip;            /* in a finished part, or another unit's */
    rs_id *record_hashes; /* per sample; in the batch's arena, like all below */
    rs_id *key_whole, *key_question;
    rs_id **asset_ids; /* per sample, per asset */
    uint8_t **unresolved;
    rs_str *locators;
    rs_split **splits;
    size_t *n_splits;
    uint32_t *n_serious;
} item;

typedef struct committer committer;

typedef struct job {
    rs_session *session;
    rs_store *store;
    const rs_plan *plan;
    const rs_media *media;
    const rs_index_run_options *options;
    rs_index_report *report;
    const rs_plan_source *source;
    rs_records records;
    rs_part_ranges done;
    char prefix[200];
    rs_part *part;
    committer *committer;
    int64_t part_begin, n_part_records, n_part_bytes;
    double part_started;
    rs_count part_counts[RS_MAX_PASSES];
    int64_t stored[RS_N_FINDINGS], part_rest[RS_N_FINDINGS]; /* findings stored; beyond the cap */
    rs_idmap unresolved_seen;
    rs_progress *progress;
} job;

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- committing in the background: one part is written while the next is filled -------------- */

struct committer {
    pthread_t thread;
    bool running;
    rs_part *part;
    rsift_status status;
    rsift_error err;
};

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

/* ---- produce ------------------------------------------------------------------------------- */

static bool is_mine(const job *j, int64_t chunk)
{
    int n = j->options->n_units;
    if (n <= 1) return true;
    uint64_t block =
        (uint64_t)(chunk / unit_block) + rs_hash64(j->source->id.ptr, j->source->id.len);
    return block % (uint64_t)n + 1 == (uint64_t)j->options->unit;
}

static rsift_status produce(void *ctx, void *slot, rsift_error *err)
{
    job *j = ctx;
    item *it = slot;
    RS_TRY(rs_records_next(&j->records, &it->records, err));
    int64_t number = it->records.number;
    it->skip = rs_part_ranges_has(&j->done, number) || !is_mine(j, number);
    return RSIFT_OK;
}

/* ---- work ---------------------------------------------------------------------------------- */

/* A side that an annotation states, as whole pixels; 0 when it is not a size of any picture. */
static uint32_t stated_pixels(double side)
{
    return side >= 1 && side <= INT32_MAX ? (uint32_t)side : 0; /* false for NaN too */
}

/* Asset `a` of sample `s`: its id, and its width and height for the checks, those of the file when
 * the picture is here. Findings: the sizes differ, the name is ambiguous, the picture is missing.
 */
static rsift_status resolve_asset(const job *j, item *it, size_t s, uint32_t a, uint32_t *width,
                                  uint32_t *height, rsift_error *err)
{
    const rs_asset_ref *ref = &it->batch.samples[s].assets[a];
    const rs_pictures *pictures = j->media->pictures;
    size_t at = 0;
    rs_resolved how = rs_pictures_resolve_any(pictures, ref->path, j->source->image_extensions,
                                              j->source->n_image_extensions, &at);
    *width = stated_pixels(ref->width);
    *height = stated_pixels(ref->height);
    if (how >= RS_EXACT) {
        it->asset_ids[s][a] = rs_model_asset_id(j->plan->dataset_id, pictures->items[at].canonical);
        it->unresolved[s][a] = 0;
        uint32_t w, h;
        RS_TRY(rs_index_media_size(j->media, at, &w, &h, err));
        if (w == 0 || h == 0) return RSIFT_OK;
        bool differs = ref->width > 0 && ref->height > 0 && (*width != w || *height != h);
        *width = w;
        *height = h;
        if (!differs) return RSIFT_OK;
        return rs_batch_find(&it->batch, RS_F_IMAGE_SIZE, it->batch.samples[s].ordinal, (int32_t)s,
                             (int32_t)a, RS_STR("picture"), err,
                             "annotation says %.10g x %.10g, the file has %u x %u", ref->width,
                             ref->height, w, h);
    }
    it->asset_ids[s][a] = rs_model_asset_id(j->plan->dataset_id, ref->path);
    it->unresolved[s][a] = 1;
    if (pictures->n == 0)
        return RSIFT_OK; /* annotations arrived alone: a state, told by asset.state */
    char quoted[RS_QUOTE_SIZE];
    return rs_batch_find(
        &it->batch, how == RS_AMBIGUOUS ? RS_F_IMAGE_AMBIGUOUS : RS_F_IMAGE_MISSING,
        it->batch.samples[s].ordinal, (int32_t)s, (int32_t)a, RS_STR("picture"), err,
        how == RS_AMBIGUOUS ? "several files end in \"%s\"" : "no file \"%s\"",
        rs_err_quote(quoted, ref->path));
}

static rsift_status join_splits(const job *j, item *it, size_t s, rsift_error *err)
{
    const rs_sample *sample = &it->batch.samples[s];
    rs_split *own = rs_arena_alloc(&it->batch.arena, (sample->n_splits + 1) * sizeof *own);
    if (!own) return rs_err_nomem(err, "splits");
    if (sample->n_splits) memcpy(own, sample->splits, sample->n_splits * sizeof *own);
    it->splits[s] = own;
    it->n_splits[s] = sample->n_splits;
    if (!j->plan->splits || sample->n_assets == 0) return RSIFT_OK;
    return rs_plan_splits(j->plan, &it->batch.arena, sample->assets[0].path, &it->splits[s],
                          &it->n_splits[s], err);
}

static rsift_status look_at(const job *j, item *it, size_t s, rs_arena *scratch, rsift_error *err)
{
    rs_arena *arena = &it->batch.arena;
    uint32_t n_assets = it->batch.samples[s].n_assets;
    it->asset_ids[s] = rs_arena_alloc(arena, ((size_t)n_assets + 1) * sizeof **it->asset_ids);
    it->unresolved[s] = rs_arena_alloc(arena, (size_t)n_assets + 1);
    uint32_t *sizes = rs_arena_calloc(scratch, 2 * (size_t)n_assets + 2, sizeof *sizes);
    if (!it->asset_ids[s] || !it->unresolved[s] || !sizes) return rs_err_nomem(err, "a sample");
    for (uint32_t a = 0; a < n_assets; a++)
        RS_TRY(resolve_asset(j, it, s, a, &sizes[a], &sizes[n_assets + a], err));

    const rs_source *source = &j->source->source;
    rs_check_input input = {.sample = &it->batch.samples[s],
                            .index = (int32_t)s,
                            .widths = sizes,
                            .heights = sizes + n_assets,
                            .classes = source->classes,
                            .n_classes = source->n_classes};
    RS_TRY(rs_checks_run(&input, &it->batch, err));
    RS_TRY(join_splits(j, it, s, err));

    size_t at = 0;
    const rs_raw *raw = rs_record_of(&it->records, it->batch.samples[s].ordinal, &at);
    it->record_hashes[s] = it->records.hashes[at];
    it->locators[s] = rs_record_locator(arena, &j->records, raw);
    if (!rs_model_duplicate_keys(scratch, &it->batch.samples[s], NULL, &it->key_whole[s],
                                 &it->key_question[s]))
        return rs_err_nomem(err, "a duplicate key");
    return it->locators[s].ptr ? RSIFT_OK : rs_err_nomem(err, "a locator");
}

static rsift_status work(void *ctx, void *slot, rsift_error *err)
{
    job *j = ctx;
    item *it = slot;
    if (it->skip) return RSIFT_OK;
    RS_TRY(rs_records_parse(&j->records, &it->records, &it->batch, err));
    size_t n = it->batch.n_samples + 1;
    rs_arena *arena = &it->batch.arena;
    it->record_hashes = rs_arena_alloc(arena, n * sizeof *it->record_hashes);
    it->key_whole = rs_arena_alloc(arena, n * sizeof *it->key_whole);
    it->key_question = rs_arena_alloc(arena, n * sizeof *it->key_question);
    it->asset_ids = rs_arena_alloc(arena, n * sizeof *it->asset_ids);
    it->unresolved = rs_arena_alloc(arena, n * sizeof *it->unresolved);
    it->locators = rs_arena_alloc(arena, n * sizeof *it->locators);
    it->splits = rs_arena_alloc(arena, n * sizeof *it->splits);
    it->n_splits = rs_arena_alloc(arena, n * sizeof *it->n_splits);
    it->n_serious = rs_arena_calloc(arena, n, sizeof *it->n_serious);
    if (!it->record_hashes || !it->key_whole || !it->key_question || !it->asset_ids ||
        !it->unresolved || !it->locators || !it->splits || !it->n_splits || !it->n_serious)
        return rs_err_nomem(err, "a batch");
    rs_arena scratch = {0};
    rsift_status status = RSIFT_OK;
    for (size_t s = 0; status == RSIFT_OK && s < it->batch.n_samples; s++) {
        status = look_at(j, it, s, &scratch, err);
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    for (size_t i = 0; status == RSIFT_OK && i < it->batch.n_findings; i++) {
        const rs_finding *finding = &it->batch.findings[i];
        if (finding->sample >= 0 && rs_model_finding_info(finding->code)->severity == RS_SERIOUS)
            it->n_serious[finding->sample]++;
    }
    return status;
}

/* ---- consume: rows ------------------------------------------------------------------------- */

static void put_turns(job *j, const rs_sample *sample)
{
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        const rs_turn *turn = &sample->turns[i];
        rs_rows *rows = rs_part_rows(j->part, RS_T_TURN);
        rs_put_id(rows, sample->id);
        rs_put_i64(rows, i);
        rs_put_str(rows, rs_str_of(rs_model_turn_role_name(turn->role)));
        if (j->options->no_text) rs_put_null(rows);
        else rs_put_str(rows, turn->text);
        rs_put_i64(rows, (int64_t)rs_hash64(turn->text.ptr, turn->text.len));
        rs_put_null(rows); /* lang */
        rs_put_end(rows);
    }
}

static void put_regions(job *j, const rs_sample *sample, const rs_id *asset_ids)
{
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *region = &sample->regions[i];
        rs_rows *rows = rs_part_rows(j->part, RS_T_REGION);
        rs_put_id(rows, sample->id);
        rs_put_i64(rows, i);
        if (region->asset >= 0 && (uint32_t)region->asset < sample->n_assets)
            rs_put_id(rows, asset_ids[region->asset]);
        else rs_put_null(rows);
        if (region->turn >= 0) rs_put_i64(rows, region->turn);
        else rs_put_null(rows);
        rs_put_str(rows, rs_str_of(rs_model_region_kind_name(region->kind)));
        rs_put_str(rows, region->label);
        rs_put_doubles(rows, region->coords, region->n_coords);
        rs_put_str(rows,
                   region->convention ? rs_str_of(region->convention->name) : (rs_str){NULL, 0});
        rs_put_i64(rows, region->flags);
        rs_put_end(rows);
    }
}

/* An unresolved picture is told once per run and source; the view keeps one row anyway. */
static rsift_status put_assets(job *j, const item *it, size_t s, rsift_error *err)
{
    const rs_sample *sample = &it->batch.samples[s];
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        rs_rows *rows = rs_part_rows(j->part, RS_T_SAMPLE_ASSET);
        rs_put_id(rows, sample->id);
        rs_put_i64(rows, a);
        rs_put_id(rows, it->asset_ids[s][a]);
        rs_put_str(rows, rs_str_of(rs_model_asset_role_name(sample->assets[a].role)));
        rs_put_end(rows);
        if (!it->unresolved[s][a]) continue;
        bool made;
        if (rs_idmap_put(&j->unresolved_seen, it->asset_ids[s][a], &made) == RS_NPOS)
            return rs_err_nomem(err, "the list of unresolved pictures");
        if (made)
            rs_media_put_unresolved(j->part, j->plan, it->asset_ids[s][a], sample->assets[a].path);
    }
    return RSIFT_OK;
}

static void put_text(rs_rows *rows, rs_str s)
{
    rs_put_str(rows, s.len ? s : (rs_str){NULL, 0});
}

static rsift_status put_sample(job *j, const item *it, size_t s, rsift_error *err)
{
    const rs_sample *sample = &it->batch.samples[s];
    size_t at = 0;
    const rs_raw *raw = rs_record_of(&it->records, sample->ordinal, &at);
    const rs_source *source = &j->source->source;
    rs_rows *rows = rs_part_rows(j->part, RS_T_SAMPLE);
    rs_put_id(rows, sample->id);
    rs_put_str(rows, j->plan->release_id);
    rs_put_str(rows, j->plan->dataset_id);
    rs_put_str(rows, rs_plan_role(j->source, it->splits[s], it->n_splits[s]));
    rs_put_str(rows, rs_str_of(rs_model_task_name(sample->task)));
    put_text(rows, sample->skill);
    put_text(rows, sample->release_type);
    put_text(rows, sample->original_id);
    rs_put_str(rows, it->locators[s]);
    rs_put_i64(rows, sample->n_turns);
    rs_put_i64(rows, sample->n_regions);
    rs_put_strs(rows, sample->labels, sample->n_labels);
    rs_put_bool(rows, sample->truth);
    rs_put_str(rows, j->source->id);
    rs_put_str(rows, source->files[raw->use].logical[raw->file]);
    rs_put_i64(rows, sample->ordinal);
    rs_put_i64(rows, sample->sub);
    rs_put_id(rows, it->record_hashes[s]);
    rs_put_id(rows, it->key_whole[s]);
    rs_put_id(rows, it->key_question[s]);
    rs_put_i64(rows, sample->n_assets);
    rs_put_i64(rows, it->n_serious[s]);
    rs_put_end(rows);
    for (size_t i = 0; i < it->n_splits[s]; i++) {
        rs_rows *splits = rs_part_rows(j->part, RS_T_SPLIT);
        rs_put_id(splits, sample->id);
        rs_put_str(splits, it->splits[s][i].scheme);
        rs_put_str(splits, it->splits[s][i].name);
        rs_put_end(splits);
    }
    put_turns(j, sample);
    put_regions(j, sample, it->asset_ids[s]);
    return put_assets(j, it, s, err);
}

/* Locator of a finding: the record's place, then the place inside the record. */
static rs_str finding_locator(job *j, const item *it, const rs_finding *finding, rs_arena *scratch)
{
    size_t at = 0;
    const rs_raw *raw =
        finding->ordinal >= 0 ? rs_record_of(&it->records, finding->ordinal, &at) : NULL;
    rs_str place = raw ? rs_record_locator(scratch, &j->records, raw) : j->source->source.name;
    if (!raw && finding->ordinal >= 0)
        place = rs_arena_printf(scratch, "%.*s#%" PRId64, RS_STR_ARG(place), finding->ordinal);
    if (finding->place.len) place = rs_arena_join(scratch, place, RS_STR(" > "), finding->place);
    return place;
}

static void put_finding(job *j, const item *it, const rs_finding *finding)
{
    const rs_finding_info *info = rs_model_finding_info(finding->code);
    j->report->n_findings[info->severity]++;
    if (j->stored[finding->code] >= (int64_t)j->session->limits.max_findings) {
        j->part_rest[finding->code]++;
        return;
    }
    j->stored[finding->code]++;
    rs_arena scratch = {0};
    size_t bad;
    rs_rows *rows = rs_part_rows(j->part, RS_T_FINDING);
    rs_put_str(rows, j->plan->release_id);
    if (finding->sample >= 0) rs_put_id(rows, it->batch.samples[finding->sample].id);
    else rs_put_null(rows);
    if (finding->sample >= 0 && finding->asset >= 0 &&
        (uint32_t)finding->asset < it->batch.samples[finding->sample].n_assets)
        rs_put_id(rows, it->asset_ids[finding->sample][finding->asset]);
    else rs_put_null(rows);
    rs_put_str(rows, rs_str_of(rs_model_severity_name(info->severity)));
    rs_put_str(rows, rs_str_of(info->code));
    rs_put_str(rows, rs_utf8_clean(&scratch, finding_locator(j, it, finding, &scratch), &bad));
    rs_put_str(rows, rs_utf8_clean(&scratch, finding->message, &bad));
    rs_put_i64(rows, 1);
    rs_put_str(rows, j->source->id);
    rs_put_end(rows);
    rs_arena_fini(&scratch);
}

/* Message of the row that stands for the findings beyond the cap. */
static const rs_str rest_message = {"more of the same, counted but not listed", 40};

/* Findings that the chunk counted without listing them. */
static void count_unlisted(job *j, const rs_chunk *chunk)
{
    for (int code = 0; code < RS_N_FINDINGS; code++) {
        j->part_rest[code] += chunk->n_unlisted[code];
        j->report->n_findings[rs_model_finding_info((rs_finding_code)code)->severity] +=
            chunk->n_unlisted[code];
    }
}

static void put_rest_of_findings(job *j)
{
    for (int code = 0; code < RS_N_FINDINGS; code++) {
        if (j->part_rest[code] == 0) continue;
        const rs_finding_info *info = rs_model_finding_info((rs_finding_code)code);
        rs_rows *rows = rs_part_rows(j->part, RS_T_FINDING);
        rs_put_str(rows, j->plan->release_id);
        rs_put_null(rows);
        rs_put_null(rows);
        rs_put_str(rows, rs_str_of(rs_model_severity_name(info->severity)));
        rs_put_str(rows, rs_str_of(info->code));
        rs_put_str(rows, j->source->source.name);
        rs_put_str(rows, rest_message);
        rs_put_i64(rows, j->part_rest[code]);
        rs_put_str(rows, j->source->id);
        rs_put_end(rows);
        j->part_rest[code] = 0;
    }
}

static void put_counts(job *j)
{
    for (int p = 0; p < RS_MAX_PASSES && j->source->reader->passes[p]; p++) {
        rs_count *c = &j->part_counts[p];
        RS_ASSERT(rs_model_count_holds(c));
        rs_rows *rows = rs_part_rows(j->part, RS_T_READING);
        rs_put_str(rows, j->plan->release_id);
        rs_put_str(rows, j->source->id);
        rs_put_str(rows, rs_str_of(j->source->reader->passes[p]));
        rs_put_i64(rows, c->seen);
        rs_put_i64(rows, c->used);
        rs_put_i64(rows, c->merged);
        rs_put_i64(rows, c->skipped);
        rs_put_i64(rows, c->set_aside);
        rs_put_str(rows, rs_str_of(j->source->reader->name));
        rs_put_i64(rows, j->source->reader->version);
        rs_put_end(rows);
        rs_model_count_add(&j->report->counts, c);
        *c = (rs_count){0};
    }
}

/* ---- consume: parts ------------------------------------------------------------------------ */

static rsift_status begin_part(job *j, int64_t chunk, rsift_error *err)
{
    char name[256];
    snprintf(name, sizeof name, "%s-%010" PRId64, j->prefix, chunk);
    j->part_begin = chunk;
    j->n_part_records = j->n_part_bytes = 0;
    j->part_started = seconds_now();
    /* the final name holds the end, which is known at commit only */
    return rs_part_new(j->store, j->plan->release_id, rs_str_of(name), &j->part, err);
}

static rsift_status end_part(job *j, int64_t end_chunk, bool last, rsift_error *err)
{
    put_counts(j);
    put_rest_of_findings(j);
    char name[256];
    snprintf(name, sizeof name, "%s-%010" PRId64 "-%010" PRId64 "%s", j->prefix, j->part_begin,
             end_chunk, last ? "-end" : "");
    rs_part *part = j->part;
    j->part = NULL;
    rsift_status status = rs_part_rename(part, rs_str_of(name), err);
    if (status != RSIFT_OK) {
        rs_part_discard(part);
        return status;
    }
    return commit_start(j->committer, part, err);
}

static bool part_is_full(const job *j, int64_t next_chunk)
{
    if (j->options->n_units > 1 && next_chunk % unit_block == 0) return true;
    return j->n_part_records >= part_records || j->n_part_bytes >= part_bytes ||
           seconds_now() - j->part_started > part_seconds;
}

static rsift_status consume(void *ctx, void *slot, rsift_error *err)
{
    job *j = ctx;
    item *it = slot;
    const rs_chunk *chunk = &it->records.chunk;
    rs_progress_add(j->progress, (int64_t)chunk->n);
    if (it->skip) {
        if (j->part) return end_part(j, it->records.number, false, err);
        return RSIFT_OK;
    }
    if (!j->part) RS_TRY(begin_part(j, it->records.number, err));
    for (size_t s = 0; s < it->batch.n_samples; s++) RS_TRY(put_sample(j, it, s, err));
    for (size_t i = 0; i < chunk->n_findings; i++) put_finding(j, it, &chunk->findings[i]);
    count_unlisted(j, chunk);
    for (size_t i = 0; i < it->batch.n_findings; i++) put_finding(j, it, &it->batch.findings[i]);
    for (int p = 0; p < RS_MAX_PASSES; p++) {
        rs_model_count_add(&j->part_counts[p], &chunk->counts[p]);
        rs_model_count_add(&j->part_counts[p], &it->batch.counts[p]);
    }
    j->report->n_samples += (int64_t)it->batch.n_samples;
    j->n_part_records += (int64_t)chunk->n;
    j->n_part_bytes += (int64_t)chunk->n_bytes;
    if (part_is_full(j, it->records.number + 1))
        return end_part(j, it->records.number + 1, false, err);
    return RSIFT_OK;
}

static void fini(void *ctx, void *slot)
{
    (void)ctx;
    item *it = slot;
    rs_record_chunk_fini(&it->records);
    rs_batch_fini(&it->batch);
}

/* ---- one source ---------------------------------------------------------------------------- */

/* The end mark: an open part becomes the last one; without one, an empty last part is written by
 * the unit that owns the place, so that a second run knows that there is nothing more. */
static rsift_status finish_source(job *j, rsift_error *err)
{
    int64_t end = j->records.n_chunks;
    if (!j->part && !is_mine(j, end)) return RSIFT_OK;
    if (!j->part) RS_TRY(begin_part(j, end, err));
    return end_part(j, end, true, err);
}

/* Findings that finished parts hold count towards the cap, so that a resumed run stores the same.
 */
static rsift_status load_stored(job *j, rsift_error *err)
{
    rs_store *reading;
    RS_TRY(rs_session_store(j->session, RS_STORE_READ, false, &reading, err));
    rs_arg args[3] = {{.type = RS_ARG_STR, .str = j->plan->release_id},
                      {.type = RS_ARG_STR, .str = j->source->id},
                      {.type = RS_ARG_STR, .str = rest_message}};
    rs_result *result = NULL;
    rsift_status status = rs_store_query(
        reading,
        RS_STR("SELECT code, count(*) FROM finding WHERE release_id = $1 AND source = $2 AND "
               "message <> $3 GROUP BY code"),
        args, 3, &result, err);
    while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_finding_code code;
        if (rs_model_finding_parse(rs_result_str(result, 0), &code))
            j->stored[code] = rs_result_i64(result, 1);
    }
    rs_result_close(result);
    rs_store_close(reading);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status run_source(job *j, rsift_error *err)
{
    if (j->done.n > 0) RS_TRY(load_stored(j, err));
    RS_TRY(rs_records_open(&j->records, j->source, err));
    committer background = {0};
    j->committer = &background;
    rs_pipeline pipeline = {.item_size = sizeof(item),
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
    rsift_status committed = commit_wait(&background, &late);
    if (status == RSIFT_OK && committed != RSIFT_OK) {
        status = committed;
        if (err) *err = late;
    }
    rs_records_close(&j->records);
    return status;
}

static rsift_status index_source(job *j, const rs_plan_source *source, rsift_error *err)
{
    j->source = source;
    memset(j->stored, 0, sizeof j->stored);
    memset(j->part_rest, 0, sizeof j->part_rest);
    memset(j->part_counts, 0, sizeof j->part_counts);
    char family[160];
    snprintf(family, sizeof family, "s-%.*s+", RS_STR_ARG(source->id));
    snprintf(j->prefix, sizeof j->prefix, "%s%.*s", family, RS_STR_ARG(source->fingerprint));
    RS_TRY(rs_part_ranges_load(&j->done, j->store, j->plan->release_id, rs_str_of(family),
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

/* ---- the release itself -------------------------------------------------------------------- */

static void put_files(rs_part *part, const rs_plan *plan)
{
    for (size_t t = 0; t < plan->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_files(plan->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(plan->trees[t], i);
            rs_rows *rows = rs_part_rows(part, RS_T_FILE);
            rs_put_id(rows, rs_model_record_hash(plan->dataset_id, plan->roots[t], file->path,
                                                 (rs_str){NULL, 0}));
            rs_put_str(rows, plan->release_id);
            rs_put_str(rows, file->path);
            rs_put_i64(rows, file->n_bytes);
            rs_put_i64(rows, file->mtime_ns);
            rs_put_null(rows);
            rs_put_end(rows);
        }
    }
}

static void put_release_finding(rs_part *part, const rs_plan *plan, rs_finding_code code,
                                rs_str source, rs_str locator, rs_str message)
{
    const rs_finding_info *info = rs_model_finding_info(code);
    rs_rows *rows = rs_part_rows(part, RS_T_FINDING);
    rs_put_str(rows, plan->release_id);
    rs_put_null(rows);
    rs_put_null(rows);
    rs_put_str(rows, rs_str_of(rs_model_severity_name(info->severity)));
    rs_put_str(rows, rs_str_of(info->code));
    rs_put_str(rows, locator);
    rs_put_str(rows, message);
    rs_put_i64(rows, 1);
    rs_put_str(rows, source);
    rs_put_end(rows);
}

static void put_notes(rs_part *part, const rs_plan *plan)
{
    for (size_t t = 0; t < plan->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_notes(plan->trees[t]); i++) {
            const rs_io_note *note = rs_io_note_at(plan->trees[t], i);
            rs_finding_code code;
            if (!rs_model_finding_parse(rs_str_of(note->code), &code)) code = RS_F_MEMBER_NAME;
            put_release_finding(part, plan, code, RS_STR("files"), note->chain, note->message);
        }
    }
    for (size_t i = 0; i < plan->n_missing; i++)
        put_release_finding(
            part, plan, RS_F_FILE_MISSING, plan->missing[i].source, plan->missing[i].pattern,
            RS_STR("the catalogue's source has no such file here; it was not read"));
}

static void put_release_row(rs_part *part, const rs_plan *plan)
{
    char when[32];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    rs_rows *rows = rs_part_rows(part, RS_T_RELEASE);
    rs_put_str(rows, plan->release_id);
    rs_put_str(rows, plan->dataset_id);
    rs_put_str(rows, plan->name);
    rs_put_str(rows, plan->roots[0]);
    rs_put_str(rows, plan->role);
    rs_put_str(rows, plan->licence_annotations);
    rs_put_str(rows, plan->licence_imagery);
    rs_put_str(rows, plan->licence_class);
    rs_put_str(rows, plan->redistribution);
    rs_put_str(rows, plan->origin);
    rs_put_str(rows, plan->config);
    rs_put_str(rows, rs_str_of(when));
    rs_put_end(rows);
}

static rsift_status release_part_exists(rs_store *store, rs_str release_id, rs_str prefix,
                                        bool *out, rsift_error *err)
{
    rs_part_ranges done;
    RS_TRY(rs_part_ranges_load(&done, store, release_id, RS_STR("release-"), prefix, err));
    *out = done.n > 0;
    rs_part_ranges_fini(&done);
    return RSIFT_OK;
}

/* One part `release-<fingerprint>`; made by whichever unit comes first. Units that start together
 * all make it, with the same content, and one of them keeps its own. */
static rsift_status put_release(rs_store *store, const rs_plan *plan, rsift_error *err)
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, plan->config);
    for (size_t t = 0; t < plan->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_files(plan->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(plan->trees[t], i);
            rs_hash_field(&h, file->path);
            rs_hash_u64(&h, (uint64_t)file->n_bytes);
            rs_hash_u64(&h, (uint64_t)file->mtime_ns);
        }
    }
    char print[RS_ID_TEXT], prefix[48];
    snprintf(prefix, sizeof prefix, "release-%.16s", rs_id_text(print, rs_hash_end(&h)));
    char name[80];
    snprintf(name, sizeof name, "%s-0-1", prefix);
    bool exists;
    RS_TRY(release_part_exists(store, plan->release_id, rs_str_of(prefix), &exists, err));
    if (exists) return RSIFT_OK;
    rs_part *part;
    rsift_status status = rs_part_new(store, plan->release_id, rs_str_of(name), &part, err);
    if (status == RSIFT_OK) {
        put_release_row(part, plan);
        put_files(part, plan);
        put_notes(part, plan);
        status = rs_part_commit(part, err);
    }
    if (status != RSIFT_E_ARG) return status;
    rsift_status known =
        release_part_exists(store, plan->release_id, rs_str_of(prefix), &exists, NULL);
    return known == RSIFT_OK && exists ? RSIFT_OK : status;
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
    RS_TRY(put_release(store, plan, err));

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
             .plan = plan,
             .media = &media,
             .options = options,
             .report = report};
    for (size_t i = 0; status == RSIFT_OK && i < plan->n_sources; i++) {
        status = index_source(&j, &plan->sources[i], err);
        report->n_sources++;
    }
    rs_index_media_fini(&media);
    rs_pictures_fini(&pictures);
    return status;
}
