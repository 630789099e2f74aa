/* Replay of the releases that an emit writes from.
 *
 * A cursor lists the wanted samples of a source by (ordinal, sub), the order in which the source's
 * records come. The pipeline's producer reads records and notes which of each chunk are wanted, a
 * worker parses and renders them, the consumer puts the records into the spill. An archive that
 * cannot be sought in is thus read once. Samples are found by their place and their
 * id proves them. */
#include "emit/replay.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "emit/class_names.h"
#include "emit/packed.h"
#include "emit/picture_names.h"
#include "emit/truth.h"
#include "emit/verify.h"
#include "image/name.h"
#include "release/current.h"
#include "release/meanings.h"
#include "release/records.h"
#include "render/unwritable.h"

#include <inttypes.h>

/* A sample to write: its place in the source, its id and how often. */
typedef struct wanted {
    int64_t ordinal;
    uint32_t sub, n_repeats;
    rs_id id;
    rs_complete complete; /* as the index found it: its checks are not made again */
    const rs_id *assets;  /* its pictures as the index resolved them, without masks */
    size_t n_assets;
} wanted;

/* The release being replayed. */
typedef struct replay {
    rs_emit_job *job;
    rs_plan *plan;
    rs_records records;
    rs_render_classes *file_classes; /* of the open source, by file; NULL = job->render's hold */
    rs_result *cursor;
    wanted next; /* of the cursor */
    bool has_next;
    rs_arena next_arena; /* its pictures */
    rs_progress *progress;
    int64_t n_found; /* kept samples whose rows are in the workspace */
} replay;

/* A packed record of the item, or a sample that was dropped. */
typedef struct piece {
    rs_id id;
    uint32_t repeat, n_keys;
    size_t begin, end; /* in item.packed */
} piece;

typedef struct dropped {
    rs_id id;
    rs_task task;
    const char *reason;
} dropped;

/* A chunk of records on its way through the pipeline, with what was made of it. */
typedef struct item {
    rs_record_chunk records;
    rs_batch batch;
    rs_arena arena;       /* rendering, reset for every sample */
    rs_arena wants_arena; /* the wants' pictures, reset for every chunk */
    wanted *wants;
    size_t n_wants, cap_wants;
    rs_buf packed;        /* records one after another */
    rs_buf record, truth; /* the one being made */
    piece *pieces;
    size_t n_pieces, cap_pieces;
    dropped *dropped;
    size_t n_dropped, cap_dropped;
    uint32_t *used; /* numbers of pictures */
    size_t n_used, cap_used;
    int64_t n_decoded;
} item;

/* ---- the pipeline ---------------------------------------------------------------------------- */

/* Moves the cursor to the next wanted sample of the source. */
static rsift_status advance_cursor(replay *r, rsift_error *err)
{
    rsift_status status = rs_result_next(r->cursor, err);
    r->has_next = status == RSIFT_OK;
    if (status == RSIFT_END) return RSIFT_OK;
    RS_TRY(status);
    r->next = (wanted){.ordinal = rs_result_i64(r->cursor, 0),
                       .sub = (uint32_t)rs_result_i64(r->cursor, 1),
                       .id = rs_result_id(r->cursor, 2),
                       .n_repeats = (uint32_t)rs_result_i64(r->cursor, 3),
                       .complete = (rs_complete)rs_result_i64(r->cursor, 4)};
    const rs_str *texts;
    const size_t n = rs_result_strs(r->cursor, 5, &texts);
    rs_arena_reset(&r->next_arena);
    rs_id *assets = rs_arena_alloc(&r->next_arena, (n + 1) * sizeof *assets);
    if (!assets) return rs_err_nomem(err, "a chunk");
    for (size_t i = 0; i < n; i++)
        if (!rs_id_parse(texts[i], &assets[i]))
            return rs_err_set(err, RSIFT_E_FORMAT, "a picture's id cannot be read");
    r->next.assets = assets;
    r->next.n_assets = n;
    return RSIFT_OK;
}

/* Keeps the cursor's sample in the item. */
static rsift_status keep_want(const replay *r, item *it, rsift_error *err)
{
    if (!RS_VEC_RESERVE(it->wants, it->cap_wants, it->n_wants + 1))
        return rs_err_nomem(err, "a chunk");
    wanted want = r->next;
    rs_id *assets = rs_arena_alloc(&it->wants_arena, (want.n_assets + 1) * sizeof *assets);
    if (!assets) return rs_err_nomem(err, "a chunk");
    memcpy(assets, want.assets, want.n_assets * sizeof *assets);
    want.assets = assets;
    it->wants[it->n_wants++] = want;
    return RSIFT_OK;
}

/* The next chunk with wanted samples. The source is not read further than its last wanted one. */
static rsift_status produce(void *ctx, void *slot, rsift_error *err)
{
    replay *r = ctx;
    item *it = slot;
    it->n_wants = 0;
    rs_arena_reset(&it->wants_arena);
    do {
        if (!r->has_next) return RSIFT_END;
        rsift_status status = rs_records_next(&r->records, &it->records, err);
        if (status == RSIFT_END)
            return rs_err_set(err, RSIFT_E_FORMAT,
                              "%.*s ends before record %" PRId64
                              ": changed since the index; index it again",
                              RS_STR_ARG(r->records.source->source.name), r->next.ordinal);
        RS_TRY(status);
        const rs_chunk *chunk = &it->records.chunk;
        if (chunk->n == 0) continue;
        /* Both sides ascend: what is wanted up to the chunk's last record can be in no later
         * chunk. */
        int64_t last = chunk->raws[chunk->n - 1].ordinal;
        while (r->has_next && r->next.ordinal <= last) {
            RS_TRY(keep_want(r, it, err));
            RS_TRY(advance_cursor(r, err));
        }
    } while (it->n_wants == 0);
    return RSIFT_OK;
}

/* The wanted sample, found by its place; NULL when another one is there. */
static const rs_sample *find_sample(const rs_batch *batch, const wanted *want)
{
    size_t low = 0, high = batch->n_samples; /* samples are in the order of (ordinal, sub) */
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const rs_sample *s = &batch->samples[mid];
        if (s->ordinal < want->ordinal || (s->ordinal == want->ordinal && s->sub < want->sub))
            low = mid + 1;
        else high = mid;
    }
    /* The place is not enough: an edited file may have another record there. */
    if (low < batch->n_samples && rs_id_eq(batch->samples[low].id, want->id))
        return &batch->samples[low];
    return NULL;
}

/* Notes a sample that cannot be written. */
static rsift_status note_dropped(item *it, const rs_sample *sample, const char *reason,
                                 rsift_error *err)
{
    if (!RS_VEC_RESERVE(it->dropped, it->cap_dropped, it->n_dropped + 1))
        return rs_err_nomem(err, "a dropped sample");
    it->dropped[it->n_dropped++] = (dropped){sample->id, sample->task, reason};
    return RSIFT_OK;
}

/* Numbers of a sample's pictures, without its masks; RS_NPOS when one is not there. They are those
 * that the index decided for: names are not resolved again. */
static size_t pictures_of(const replay *r, const wanted *want, uint32_t *numbers)
{
    for (size_t i = 0; i < want->n_assets; i++) {
        size_t number = rs_idmap_get(&r->job->pictures.ids, want->assets[i]);
        if (number == RS_NPOS) return RS_NPOS;
        numbers[i] = (uint32_t)number;
    }
    return want->n_assets;
}

/* Verifies some records as soon as they are spelled, before all of them are. */
static rsift_status verify_some(const rs_emit_job *j, item *it, const rs_rendered *r,
                                rsift_error *err)
{
    const rs_emit_meant meant = {r->boxes, r->n_boxes, r->widths, r->heights, r->n_images};
    if (!rs_emit_verifies_early(r->id, &meant)) return RSIFT_OK;
    char id[RS_ID_TEXT];
    rsift_status status =
        rs_emit_verify(j->writer, &j->render, rs_buf_view(&it->record), &meant, &it->arena, err);
    if (status != RSIFT_OK) return rs_err_within(err, status, "sample %s", rs_id_text(id, r->id));
    it->n_decoded += rs_emit_n_compared(&meant);
    return RSIFT_OK;
}

/* The sample as its pictures will be shown: boxes made on another size are scaled, boxes on stored
 * pixels turn with the picture. *drop: the code of what keeps a box from being placed. */
static rsift_status show_sample(const rs_emit_job *j, item *it, const uint32_t *numbers, size_t n,
                                rs_sample *sample, const char **drop, rsift_error *err)
{
    rs_region *shown = NULL;
    *drop = NULL;
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *region = &sample->regions[i];
        size_t a = region->asset >= 0 ? (size_t)region->asset : 0;
        if (a >= n) continue;
        const rs_view_picture *picture = &j->pictures.items[numbers[a]].stored;
        const double stated[2] = {sample->assets[a].width, sample->assets[a].height};
        const rs_view view = rs_model_view(stated, picture);
        if (!rs_model_view_is_known(&view)) {
            *drop = rs_model_finding_info(rs_model_view_trouble(&view))->code;
            return RSIFT_OK;
        }
        if (!rs_model_region_moves(region, &view)) continue;
        if (!shown) {
            shown = rs_arena_alloc(&it->arena, sample->n_regions * sizeof *shown);
            if (!shown) return rs_err_nomem(err, "a record");
            memcpy(shown, sample->regions, sample->n_regions * sizeof *shown);
        }
        if (!rs_model_region_shown(&it->arena, region, &view, picture, &shown[i]))
            return rs_err_nomem(err, "a record");
    }
    if (shown) sample->regions = shown;
    return RSIFT_OK;
}

/* How many keys a record has, which is an object. */
static uint32_t count_keys(rs_str record)
{
    uint32_t n = 0, depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < record.len; i++) {
        const char c = record.ptr[i];
        if (in_text) {
            if (c == '\\') i++;
            else in_text = c != '"';
            continue;
        }
        in_text = c == '"';
        if (c == '{' || c == '[') depth++;
        if (c == '}' || c == ']') depth--;
        n += c == ':' && depth == 1;
    }
    return n;
}

/* Renders one repeat of a sample and packs its record, or notes why there is none. */
static rsift_status render_one(const replay *r, item *it, const wanted *want,
                               const rs_sample *sample, uint32_t repeat, rsift_error *err)
{
    const rs_emit_job *j = r->job;
    uint32_t n_assets = sample->n_assets;
    uint32_t *numbers = rs_arena_alloc(&it->arena, (n_assets + 1) * sizeof *numbers);
    rs_str *images = rs_arena_alloc(&it->arena, (n_assets + 1) * sizeof *images);
    /* One allocation for widths and heights; masks leave the end of each unused. */
    double *sizes = rs_arena_alloc(&it->arena, 2 * ((size_t)n_assets + 1) * sizeof *sizes);
    if (!numbers || !images || !sizes) return rs_err_nomem(err, "a record");
    size_t n = want->n_assets <= n_assets ? pictures_of(r, want, numbers) : RS_NPOS;
    if (n == RS_NPOS) return note_dropped(it, sample, "unresolved-picture", err);
    if (!rs_render_masks_last(sample)) return note_dropped(it, sample, "task-not-text", err);
    const char *refused = rs_writer_refuses(j->writer, (uint32_t)n);
    if (refused) return note_dropped(it, sample, refused, err);
    double *widths = sizes, *heights = sizes + n_assets + 1;
    for (size_t i = 0; i < n; i++) {
        const rs_emit_picture *picture = &j->pictures.items[numbers[i]];
        if (picture->bands_unknown) return note_dropped(it, sample, "bands-unknown", err);
        images[i] = picture->name;
        widths[i] = picture->width;
        heights[i] = picture->height;
    }
    rs_sample shown = *sample;
    const char *drop;
    RS_TRY(show_sample(j, it, numbers, n, &shown, &drop, err));
    if (drop) return note_dropped(it, sample, drop, err);
    sample = &shown;
    const rs_render_input input = {sample, r->plan->dataset_id, images, widths, heights, repeat};
    rs_rendered out;
    rs_render_options options = j->render;
    size_t record;
    if (r->file_classes)
        options.detection =
            r->file_classes[rs_record_of(&it->records, sample->ordinal, &record)->file];
    RS_TRY(rs_render(&options, &input, &it->arena, &out, err));
    if (out.drop) return note_dropped(it, sample, out.drop, err);
    RS_ASSERT(out.n_images == n);
    /* Training records have no truth line; it stays empty for them. */
    it->record.len = it->truth.len = 0;
    RS_TRY(j->writer->record(&j->set, &out, &it->record, err));
    RS_TRY(verify_some(j, it, &out, err));
    if (j->mixture_id.len == 0)
        RS_TRY(rs_emit_put_truth(&j->render, sample, &out, &it->truth, err));
    size_t begin = it->packed.len;
    rs_emit_pack(&it->packed, &out, numbers, rs_buf_view(&it->record), rs_buf_view(&it->truth));
    if (it->packed.failed || !RS_VEC_RESERVE(it->pieces, it->cap_pieces, it->n_pieces + 1) ||
        !RS_VEC_RESERVE(it->used, it->cap_used, it->n_used + n))
        return rs_err_nomem(err, "a record");
    /* Kept in the item: workers run side by side, and only the consumer marks pictures as used. */
    for (size_t i = 0; i < n; i++) it->used[it->n_used++] = numbers[i];
    it->pieces[it->n_pieces++] =
        (piece){sample->id, repeat, count_keys(rs_buf_view(&it->record)), begin, it->packed.len};
    return RSIFT_OK;
}

/* Renders a sample as often as it is wanted: all of its records are written or none. */
static rsift_status render_sample(const replay *r, item *it, const wanted *want,
                                  const rs_sample *sample, rsift_error *err)
{
    const size_t n_pieces = it->n_pieces, n_dropped = it->n_dropped, n_used = it->n_used,
                 packed = it->packed.len;
    rs_arena_reset(&it->arena);
    for (uint32_t k = 0; k < want->n_repeats && it->n_dropped == n_dropped; k++)
        RS_TRY(render_one(r, it, want, sample, k, err));
    if (it->n_dropped == n_dropped) return RSIFT_OK;
    it->n_pieces = n_pieces;
    it->n_used = n_used;
    it->packed.len = packed;
    return RSIFT_OK;
}

/* Parses the chunk and renders each wanted sample of it as often as it is wanted. */
static rsift_status work(void *ctx, void *slot, rsift_error *err)
{
    const replay *r = ctx;
    item *it = slot;
    it->packed.len = 0;
    it->n_pieces = it->n_dropped = it->n_used = 0;
    it->n_decoded = 0;
    RS_TRY(rs_records_parse(&r->records, &it->records, &it->batch, err));
    for (size_t i = 0; i < it->n_wants; i++) {
        /* A missing sample is an error, not a drop: index and release no longer agree. */
        const rs_sample *sample = find_sample(&it->batch, &it->wants[i]);
        if (!sample)
            return rs_err_set(err, RSIFT_E_FORMAT,
                              "%.*s: record %" PRId64
                              " is another one now: changed since the index; index it again",
                              RS_STR_ARG(r->records.source->source.name), it->wants[i].ordinal);
        rs_sample as_indexed = *sample;
        as_indexed.complete = it->wants[i].complete;
        RS_TRY(render_sample(r, it, &it->wants[i], &as_indexed, err));
    }
    return RSIFT_OK;
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
static rsift_status keep_first(rs_emit_job *j, const piece *p, uint64_t key, rs_str packed,
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
    item *it = slot;
    /* Runs on one thread, the only one that changes the job meanwhile. */
    for (size_t i = 0; i < it->n_pieces; i++) {
        const piece *p = &it->pieces[i];
        const rs_str packed = rs_str_make(it->packed.ptr + p->begin, p->end - p->begin);
        const uint64_t key = order_key(j->seed, p->id, p->repeat);
        RS_TRY(keep_first(j, p, key, packed, err));
        RS_TRY(rs_emit_spill_add(j->spill, key, p->id, p->repeat, packed, err));
    }
    for (size_t i = 0; i < it->n_used; i++) j->pictures.items[it->used[i]].used = true;
    for (size_t i = 0; i < it->n_dropped; i++) {
        const dropped *d = &it->dropped[i];
        const rs_str task = rs_str_of(rs_model_task_name(d->task));
        RS_TRY(rs_emit_note_dropped(&j->report, d->id, d->reason, err));
        if (j->options->eval) RS_TRY(rs_emit_put_unasked(d->id, task, d->reason, &j->unasked, err));
    }
    j->report.n_decoded += it->n_decoded;
    r->n_found += (int64_t)it->n_wants;
    rs_progress_add(r->progress, (int64_t)it->n_wants);
    return RSIFT_OK;
}

static void fini(void *ctx, void *slot)
{
    (void)ctx;
    item *it = slot;
    rs_record_chunk_fini(&it->records);
    rs_batch_fini(&it->batch);
    rs_arena_fini(&it->arena);
    rs_arena_fini(&it->wants_arena);
    rs_buf_fini(&it->packed);
    rs_buf_fini(&it->record);
    rs_buf_fini(&it->truth);
    rs_free(it->wants);
    rs_free(it->pieces);
    rs_free(it->dropped);
    rs_free(it->used);
}

/* ---- one release ----------------------------------------------------------------------------- */

/* rs_complete of a row. */
#define COMPLETE_SQL "CASE WHEN s.complete THEN 1 WHEN NOT s.complete THEN 2 ELSE 0 END"
/* The sample's pictures, in their order. */
#define ASSETS_SQL                                                                                \
    "(SELECT list(replace(CAST(a.asset_id AS VARCHAR), '-', '') ORDER BY a.i) FROM sample_asset " \
    "a WHERE "                                                                                    \
    "a.sample_id = s.sample_id AND a.asset_role <> 'mask') "
static const char eval_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, 1, CASE WHEN s.complete AND s.sample_id IN (SELECT "
    "sample_id FROM parted_list) THEN 2 ELSE " COMPLETE_SQL " END, " ASSETS_SQL
    "FROM sample s WHERE "
    "s.release_id = $1 AND s.source = $2 AND " RS_EVAL_PART_SQL(
        "$3", "$4", "$5") " ORDER BY s.ordinal, s.sub, s.sample_id";
static const char mixture_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, l.n_repeats, " COMPLETE_SQL ", " ASSETS_SQL
    "FROM ledger l JOIN sample s USING "
    "(sample_id) "
    "WHERE s.release_id = $1 AND s.source = $2 AND l.mixture_id = $3 AND l.kept "
    "ORDER BY s.ordinal, s.sub, s.sample_id";

/* Lists the wanted samples of a source in the order of its records. */
static rsift_status open_cursor(replay *r, rs_str source, rsift_error *err)
{
    const rs_emit_job *j = r->job;
    bool eval = j->mixture_id.len == 0;
    /* $3: the split ('' = all) of an evaluation, or the mixture. */
    rs_arg args[5] = {{.type = RS_ARG_STR, .str = r->plan->release_id},
                      {.type = RS_ARG_STR, .str = source},
                      {.type = RS_ARG_STR, .str = eval ? j->part.split.name : j->mixture_id},
                      {.type = RS_ARG_STR, .str = j->part.split.scheme},
                      {.type = RS_ARG_STR, .str = j->part.role}};
    RS_TRY(rs_store_query(j->cursor_store, rs_str_of(eval ? eval_sql : mixture_sql), args,
                          eval ? 5 : 3, &r->cursor, err));
    return advance_cursor(r, err);
}

/* Reads one source and renders its wanted samples; a source without any is not opened. */
static rsift_status replay_source(replay *r, const rs_plan_source *source, rsift_error *err)
{
    RS_TRY(open_cursor(r, source->id, err));
    rsift_status status = RSIFT_OK;
    /* Each source is read by a pipeline of its own; its slots are items. */
    if (r->has_next) {
        status = rs_records_open(&r->records, source, err);
        rs_pipeline pipeline = {.item_size = sizeof(item),
                                .n_threads = r->job->session->n_threads,
                                .ctx = r,
                                .cancel = &r->job->session->cancel,
                                .produce = produce,
                                .work = work,
                                .consume = consume,
                                .fini = fini};
        if (status == RSIFT_OK) {
            rs_arena names = {0};
            status = rs_emit_find_classes(r->job, r->plan->dataset_id, &names, err);
            if (status == RSIFT_OK)
                status = rs_emit_classes_of_files(r->job, &r->records, r->plan->release_id, &names,
                                                  &r->file_classes, err);
            if (status == RSIFT_OK) status = rs_run_pipeline(&pipeline, err);
            rs_arena_fini(&names);
            rs_records_close(&r->records);
        }
    }
    rs_result_close(r->cursor);
    r->cursor = NULL;
    return status;
}

/* Files must be what they were at the index. A file is known by its tree and its path: release and
 * pictures may both hold a README.md. */
static rsift_status check_files(const replay *r, rsift_error *err)
{
    rs_arg release = {.type = RS_ARG_STR, .str = r->plan->release_id};
    rs_result *result;
    RS_TRY(rs_store_query(r->job->store,
                          RS_STR("SELECT file_id, n_bytes, mtime FROM file WHERE release_id = $1"),
                          &release, 1, &result, err));
    rs_idmap known = {0};
    int64_t *facts = NULL;
    size_t cap = 0;
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        size_t at = rs_idmap_put(&known, rs_result_id(result, 0), NULL);
        if (at == RS_NPOS || !RS_VEC_RESERVE(facts, cap, 2 * at + 2)) {
            status = rs_err_nomem(err, "the list of files");
            break;
        }
        /* facts[2 i] is the size in bytes and facts[2 i + 1] the time of the last change in
         * nanoseconds of file i of `known`. */
        facts[2 * at] = rs_result_i64(result, 1);
        facts[2 * at + 1] = rs_result_i64(result, 2);
    }
    if (status == RSIFT_END) status = RSIFT_OK;
    rs_result_close(result);
    for (size_t t = 0; status == RSIFT_OK && t < r->plan->n_trees; t++) {
        for (size_t i = 0; status == RSIFT_OK && i < rs_io_n_files(r->plan->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(r->plan->trees[t], i);
            rs_id id = rs_model_record_hash(r->plan->dataset_id, r->plan->roots[t], file->path,
                                            (rs_str){NULL, 0});
            /* A picture by itself stops nobody but its own samples (picture_write.h); a file that
             * was added since the index is passed over. */
            if (rs_image_is_name(file->path)) continue;
            size_t at = rs_idmap_get(&known, id);
            if (at == RS_NPOS ||
                (facts[2 * at] == file->n_bytes && facts[2 * at + 1] == file->mtime_ns))
                continue;
            status = rs_err_set(err, RSIFT_E_FORMAT,
                                "changed since the index; run `rsift index` on it again");
            rs_err_within(err, status, "%.*s/%.*s", RS_STR_ARG(r->plan->roots[t]),
                          RS_STR_ARG(file->path));
        }
    }
    rs_idmap_fini(&known);
    rs_free(facts);
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
    if (status == RSIFT_OK) status = check_files(r, err);
    if (status == RSIFT_OK) status = rs_plan_load_meanings(plan, j->store, err);
    if (status == RSIFT_OK)
        status = rs_emit_pictures_load(&j->pictures, j->store, release_id, plan->dataset_id, err);
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
    static const char mixture[] =
        "SELECT release_id, config FROM release WHERE release_id IN (SELECT s.release_id FROM "
        "ledger l JOIN sample s USING (sample_id) WHERE l.mixture_id = $1 AND l.kept) "
        "ORDER BY release_id";
    bool is_eval = j->mixture_id.len == 0;
    rs_arg arg = {.type = RS_ARG_STR, .str = is_eval ? rs_str_of(j->options->eval) : j->mixture_id};
    rs_result *result;
    RS_TRY(rs_store_query(j->store, rs_str_of(is_eval ? eval : mixture), &arg, 1, &result, err));
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
    rs_arena_fini(&r.next_arena);
    rs_arena_fini(&arena);
    return status;
}
