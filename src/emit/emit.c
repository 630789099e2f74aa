/* The driver of emit: replay, render, spill, write, verify. */
#include "emit/emit.h"
#include "session/indexed.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "codec/json.h"
#include "emit/card.h"
#include "emit/output.h"
#include "release/current.h"
#include "release/records.h"
#include "render/decode.h"
#include "emit/spill.h"
#include "store/lock.h"

#include <inttypes.h>

enum { n_shown_most = 20, verify_first = 200, verify_every = 997, decode_one_in = 16 };

/* ---- what one source wants ------------------------------------------------------------------ */

typedef struct wanted {
    int64_t ordinal;
    uint32_t sub, n_repeats;
    rs_id id;
} wanted;

typedef struct item {
    rs_record_chunk records;
    rs_batch batch;
    rs_arena arena; /* rendering */
    wanted *wants;  /* of this chunk */
    size_t n_wants, cap_wants;
    rs_buf text; /* records one after another */
    struct piece {
        rs_id id;
        uint32_t repeat;
        size_t begin, end; /* of its packed record in `text` */
    } *pieces;
    size_t n_pieces, cap_pieces;
    struct dropped {
        rs_id id;
        const char *reason;
    } *dropped;
    size_t n_dropped, cap_dropped;
    uint32_t *used; /* numbers of pictures */
    size_t n_used, cap_used;
    int64_t n_decoded;
} item;

/* A record waits in the spill with what decides whether it is written: packed as this head, the
 * numbers of its pictures, the record's text and, for eval, its line of the truth. */
typedef struct packed {
    uint32_t n_pictures, n_boxes, n_degenerate, n_record;
} packed;

typedef struct job {
    rs_session *session;
    rs_store *store;        /* rows of the mixture */
    rs_store *cursor_store; /* the cursor over wanted samples */
    const rs_emit_options *options;
    const rs_writer *format;
    rs_render_options render;
    rs_writer_set set;
    rs_images_mode mode;
    rs_str mixture_id; /* empty: eval */
    rs_str mixture_name;
    uint64_t seed;
    rs_emit_pictures pictures;
    rs_spill *spill;
    rs_progress *progress;
    /* per release and source */
    rs_plan *plan;
    rs_pictures names;
    rs_records records;
    rs_result *cursor;
    wanted next;
    bool has_next;
    rs_emit_report report;
    rs_buf dropped; /* JSON lines */
} job;

static rsift_status advance(job *j, rsift_error *err)
{
    rsift_status status = rs_result_next(j->cursor, err);
    j->has_next = status == RSIFT_OK;
    if (status == RSIFT_END) return RSIFT_OK;
    RS_TRY(status);
    j->next = (wanted){.ordinal = rs_result_i64(j->cursor, 0),
                       .sub = (uint32_t)rs_result_i64(j->cursor, 1),
                       .id = rs_result_id(j->cursor, 2),
                       .n_repeats = (uint32_t)rs_result_i64(j->cursor, 3)};
    return RSIFT_OK;
}

/* ---- pipeline ------------------------------------------------------------------------------- */

static rsift_status produce(void *ctx, void *slot, rsift_error *err)
{
    job *j = ctx;
    item *it = slot;
    it->n_wants = 0;
    do {
        if (!j->has_next) return RSIFT_END; /* nothing more is wanted: the rest is not read */
        rsift_status status = rs_records_next(&j->records, &it->records, err);
        if (status == RSIFT_END)
            return rs_err_set(err, RSIFT_E_FORMAT,
                              "%.*s ends before record %" PRId64
                              ": changed since the index; index it again",
                              RS_STR_ARG(j->records.source->source.name), j->next.ordinal);
        RS_TRY(status);
        const rs_chunk *chunk = &it->records.chunk;
        if (chunk->n == 0) continue;
        int64_t last = chunk->raws[chunk->n - 1].ordinal;
        while (j->has_next && j->next.ordinal <= last) {
            if (!RS_VEC_RESERVE(it->wants, it->cap_wants, it->n_wants + 1))
                return rs_err_nomem(err, "a chunk");
            it->wants[it->n_wants++] = j->next;
            RS_TRY(advance(j, err));
        }
    } while (it->n_wants == 0);
    return RSIFT_OK;
}

static const rs_sample *find_sample(const rs_batch *batch, const wanted *want)
{
    size_t low = 0, high = batch->n_samples; /* samples stand in order of (ordinal, sub) */
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const rs_sample *s = &batch->samples[mid];
        if (s->ordinal < want->ordinal || (s->ordinal == want->ordinal && s->sub < want->sub))
            low = mid + 1;
        else high = mid;
    }
    if (low < batch->n_samples && rs_id_eq(batch->samples[low].id, want->id))
        return &batch->samples[low];
    return NULL;
}

static rsift_status drop(item *it, rs_id id, const char *reason, rsift_error *err)
{
    if (!RS_VEC_RESERVE(it->dropped, it->cap_dropped, it->n_dropped + 1))
        return rs_err_nomem(err, "a dropped sample");
    it->dropped[it->n_dropped++] = (struct dropped){id, reason};
    return RSIFT_OK;
}

/* Pictures of a sample without its masks; RS_NPOS when one is not there. */
static size_t pictures_of(const job *j, const rs_sample *sample, uint32_t *numbers)
{
    size_t n = 0;
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        if (sample->assets[a].role == RS_ASSET_MASK) continue;
        size_t at = 0;
        rs_resolved how = rs_pictures_resolve_any(&j->names, sample->assets[a].path,
                                                  j->records.source->image_extensions,
                                                  j->records.source->n_image_extensions, &at);
        rs_str path = how >= RS_EXACT ? j->names.items[at].canonical : sample->assets[a].path;
        size_t number =
            rs_idmap_get(&j->pictures.ids, rs_model_asset_id(j->plan->dataset_id, path));
        if (number == RS_NPOS) return RS_NPOS;
        numbers[n++] = (uint32_t)number;
    }
    return n;
}

/* Regions point at assets; once masks are left out their numbers shift, so masks must come last. */
static bool masks_last(const rs_sample *sample)
{
    bool seen = false;
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        if (sample->assets[a].role == RS_ASSET_MASK) seen = true;
        else if (seen) return false;
    }
    return true;
}

/* Every 16th sample's boxes are decoded again from the written text: as many as were meant must
 * come back. */
static rsift_status decode_again(job *j, item *it, const rs_rendered *r, rsift_error *err)
{
    if (r->n_boxes == 0 || r->n_images == 0 || r->id.lo % decode_one_in != 0) return RSIFT_OK;
    if (!(r->widths[0] > 0)) return RSIFT_OK; /* per mille of a picture nobody has measured */
    size_t n = 0;
    for (uint32_t m = 0; m < r->n_messages; m++) {
        rs_written_box *boxes;
        size_t n_here;
        RS_TRY(rs_render_decode(&j->render, r->messages[m].text, r->widths[0], r->heights[0],
                                &it->arena, &boxes, &n_here, err));
        n += n_here;
    }
    it->n_decoded += r->n_boxes;
    if (n == r->n_boxes) return RSIFT_OK;
    char id[RS_ID_TEXT];
    return rs_err_set(err, RSIFT_E_FORMAT, "sample %s: %u boxes were written, %zu can be read back",
                      rs_id_text(id, r->id), r->n_boxes, n);
}

static rsift_status render_one(job *j, item *it, const rs_sample *sample, uint32_t repeat,
                               rsift_error *err)
{
    uint32_t n_assets = sample->n_assets;
    uint32_t *numbers = rs_arena_alloc(&it->arena, (n_assets + 1) * sizeof *numbers);
    rs_str *images = rs_arena_alloc(&it->arena, (n_assets + 1) * sizeof *images);
    double *sizes = rs_arena_alloc(&it->arena, 2 * ((size_t)n_assets + 1) * sizeof *sizes);
    if (!numbers || !images || !sizes) return rs_err_nomem(err, "a record");
    size_t n = pictures_of(j, sample, numbers);
    if (n == RS_NPOS) return drop(it, sample->id, "unresolved-picture", err);
    if (!masks_last(sample)) return drop(it, sample->id, "task-not-text", err);
    double *widths = sizes, *heights = sizes + n_assets + 1;
    for (size_t i = 0; i < n; i++) {
        const rs_emit_picture *picture = &j->pictures.items[numbers[i]];
        images[i] = picture->name;
        widths[i] = picture->width;
        heights[i] = picture->height;
    }
    const rs_render_input input = {sample, j->plan->dataset_id, images, widths, heights, repeat};
    rs_rendered r;
    RS_TRY(rs_render(&j->render, &input, &it->arena, &r, err));
    if (r.drop) return repeat ? RSIFT_OK : drop(it, sample->id, r.drop, err);
    RS_TRY(decode_again(j, it, &r, err));
    if (!RS_VEC_RESERVE(it->pieces, it->cap_pieces, it->n_pieces + 1) ||
        !RS_VEC_RESERVE(it->used, it->cap_used, it->n_used + n))
        return rs_err_nomem(err, "a record");
    for (size_t i = 0; i < n; i++) it->used[it->n_used++] = numbers[i];
    packed head = {.n_pictures = (uint32_t)n, .n_boxes = r.n_boxes};
    for (uint32_t i = 0; i < r.n_boxes; i++) head.n_degenerate += r.boxes[i].degenerate;
    size_t begin = it->text.len;
    rs_buf_add(&it->text, &head, sizeof head);
    rs_buf_add(&it->text, numbers, n * sizeof *numbers);
    size_t record = it->text.len;
    RS_TRY(j->format->record(&j->set, &r, &it->text, err));
    head.n_record = (uint32_t)(it->text.len - record);
    if (j->mixture_id.len == 0) rs_emit_put_truth(&j->render, sample, &r, &it->text);
    if (it->text.failed) return rs_err_nomem(err, "a record");
    memcpy(it->text.ptr + begin, &head, sizeof head);
    it->pieces[it->n_pieces++] = (struct piece){sample->id, repeat, begin, it->text.len};
    return RSIFT_OK;
}

static rsift_status work(void *ctx, void *slot, rsift_error *err)
{
    job *j = ctx;
    item *it = slot;
    it->text.len = 0;
    it->n_pieces = it->n_dropped = it->n_used = 0;
    it->n_decoded = 0;
    RS_TRY(rs_records_parse(&j->records, &it->records, &it->batch, err));
    for (size_t i = 0; i < it->n_wants; i++) {
        const rs_sample *sample = find_sample(&it->batch, &it->wants[i]);
        if (!sample)
            return rs_err_set(err, RSIFT_E_FORMAT,
                              "%.*s: record %" PRId64
                              " is another one now: changed since the index; index it again",
                              RS_STR_ARG(j->records.source->source.name), it->wants[i].ordinal);
        rs_arena_reset(&it->arena);
        for (uint32_t k = 0; k < it->wants[i].n_repeats; k++)
            RS_TRY(render_one(j, it, sample, k, err));
    }
    return RSIFT_OK;
}

/* A repeat is a record of its own with its own place in the order. */
static uint64_t order_key(uint64_t seed, rs_id id, uint32_t repeat)
{
    return rs_rng_key(seed + repeat * 0x9e3779b97f4a7c15u, id);
}

/* A line of dropped.jsonl. */
static rsift_status note_dropped(job *j, rs_id id, const char *reason, rsift_error *err)
{
    char text[RS_ID_TEXT];
    rs_buf_printf(&j->dropped, "{\"sample_id\":\"%s\",\"reason\":\"%s\"}\n", rs_id_text(text, id),
                  reason);
    rs_emit_count_reason(&j->report, reason);
    return j->dropped.failed ? rs_err_nomem(err, "the list of dropped samples") : RSIFT_OK;
}

static rsift_status consume(void *ctx, void *slot, rsift_error *err)
{
    job *j = ctx;
    item *it = slot;
    for (size_t i = 0; i < it->n_pieces; i++) {
        const struct piece *p = &it->pieces[i];
        RS_TRY(rs_spill_add(j->spill, order_key(j->seed, p->id, p->repeat), p->id, p->repeat,
                            rs_str_make(it->text.ptr + p->begin, p->end - p->begin), err));
    }
    for (size_t i = 0; i < it->n_used; i++) j->pictures.items[it->used[i]].used = true;
    for (size_t i = 0; i < it->n_dropped; i++)
        RS_TRY(note_dropped(j, it->dropped[i].id, it->dropped[i].reason, err));
    j->report.n_decoded += it->n_decoded;
    rs_progress_add(j->progress, (int64_t)it->n_wants);
    return RSIFT_OK;
}

static void fini(void *ctx, void *slot)
{
    (void)ctx;
    item *it = slot;
    rs_record_chunk_fini(&it->records);
    rs_batch_fini(&it->batch);
    rs_arena_fini(&it->arena);
    rs_buf_fini(&it->text);
    rs_free(it->wants);
    rs_free(it->pieces);
    rs_free(it->dropped);
    rs_free(it->used);
}

/* ---- one release ---------------------------------------------------------------------------- */

static const char eval_sql[] = "SELECT s.ordinal, s.sub, s.sample_id, 1 FROM sample s WHERE "
                               "s.release_id = $1 AND s.source = $2 "
                               "AND ($3 = '' OR EXISTS (SELECT 1 FROM split p WHERE p.sample_id = "
                               "s.sample_id AND p.name = $3)) "
                               "ORDER BY s.ordinal, s.sub, s.sample_id";
static const char mixture_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, l.n_repeats FROM ledger l JOIN sample s USING "
    "(sample_id) "
    "WHERE s.release_id = $1 AND s.source = $2 AND l.mixture_id = $3 AND l.kept "
    "ORDER BY s.ordinal, s.sub, s.sample_id";

static rsift_status open_cursor(job *j, rs_str release_id, rs_str source, rsift_error *err)
{
    bool eval = j->mixture_id.len == 0;
    rs_str third = eval ? rs_str_of(j->options->split ? j->options->split : "") : j->mixture_id;
    rs_arg args[3] = {{.type = RS_ARG_STR, .str = release_id},
                      {.type = RS_ARG_STR, .str = source},
                      {.type = RS_ARG_STR, .str = third}};
    RS_TRY(rs_store_query(j->cursor_store, rs_str_of(eval ? eval_sql : mixture_sql), args, 3,
                          &j->cursor, err));
    return advance(j, err);
}

static rsift_status emit_source(job *j, const rs_plan_source *source, rsift_error *err)
{
    RS_TRY(open_cursor(j, j->plan->release_id, source->id, err));
    rsift_status status = RSIFT_OK;
    if (j->has_next) {
        status = rs_records_open(&j->records, source, err);
        rs_pipeline pipeline = {.item_size = sizeof(item),
                                .n_threads = j->session->n_threads,
                                .ctx = j,
                                .cancel = &j->session->cancel,
                                .produce = produce,
                                .work = work,
                                .consume = consume,
                                .fini = fini};
        if (status == RSIFT_OK) {
            status = rs_run_pipeline(&pipeline, err);
            rs_records_close(&j->records);
        }
    }
    rs_result_close(j->cursor);
    j->cursor = NULL;
    return status;
}

/* Files must be what they were at the index. A file is known by its tree and its path: release and
 * pictures may both hold a README.md. */
static rsift_status check_files(job *j, rsift_error *err)
{
    rs_arg release = {.type = RS_ARG_STR, .str = j->plan->release_id};
    rs_result *result;
    RS_TRY(rs_store_query(j->store,
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
        facts[2 * at] = rs_result_i64(result, 1);
        facts[2 * at + 1] = rs_result_i64(result, 2);
    }
    if (status == RSIFT_END) status = RSIFT_OK;
    rs_result_close(result);
    for (size_t t = 0; status == RSIFT_OK && t < j->plan->n_trees; t++) {
        for (size_t i = 0; status == RSIFT_OK && i < rs_io_n_files(j->plan->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(j->plan->trees[t], i);
            rs_id id = rs_model_record_hash(j->plan->dataset_id, j->plan->roots[t], file->path,
                                            (rs_str){NULL, 0});
            size_t at = rs_idmap_get(&known, id);
            if (at == RS_NPOS ||
                (facts[2 * at] == file->n_bytes && facts[2 * at + 1] == file->mtime_ns))
                continue;
            status = rs_err_set(err, RSIFT_E_FORMAT,
                                "changed since the index; run `rsift index` on it again");
            rs_err_within(err, status, "%.*s/%.*s", RS_STR_ARG(j->plan->roots[t]),
                          RS_STR_ARG(file->path));
        }
    }
    rs_idmap_fini(&known);
    rs_free(facts);
    return status;
}

static rsift_status emit_release(job *j, rs_str release_id, rs_str config, rsift_error *err)
{
    rsift_status status = rs_plan_remake(j->session, config, &j->plan, err);
    if (status != RSIFT_OK) return rs_err_within(err, status, "%.*s", RS_STR_ARG(release_id));
    j->plan->release_id = release_id;
    const rs_io_tree *trees[2] = {j->plan->trees[0], j->plan->trees[1]};
    status = rs_release_check_readers(j->store, j->plan->dataset_id, err);
    if (status == RSIFT_OK) status = check_files(j, err);
    if (status == RSIFT_OK)
        status = rs_pictures_open(&j->names, trees, j->plan->n_trees, j->plan->media_patterns,
                                  j->plan->n_media_patterns, err);
    if (status == RSIFT_OK)
        status = rs_emit_pictures_load(&j->pictures, j->store, release_id, j->plan->dataset_id,
                                       j->mode, err);
    j->render.classes = j->plan->dataset ? j->plan->dataset->classes.items : NULL;
    j->render.n_classes = j->plan->dataset ? j->plan->dataset->classes.n : 0;
    for (size_t i = 0; status == RSIFT_OK && i < j->plan->n_sources; i++)
        status = emit_source(j, &j->plan->sources[i], err);
    rs_pictures_fini(&j->names);
    rs_plan_free(j->plan);
    j->plan = NULL;
    return status;
}

typedef struct release_row {
    rs_str id, config;
} release_row;

static rsift_status list_releases(job *j, rs_arena *arena, release_row **rows, size_t *n,
                                  rsift_error *err)
{
    bool eval = j->mixture_id.len == 0;
    rs_arg arg = {.type = RS_ARG_STR, .str = eval ? rs_str_of(j->options->eval) : j->mixture_id};
    rs_str sql =
        eval
            ? RS_STR(
                  "SELECT release_id, config FROM release WHERE dataset = $1 ORDER BY release_id")
            : RS_STR(
                  "SELECT release_id, config FROM release WHERE release_id IN (SELECT s.release_id "
                  "FROM ledger l JOIN sample s USING (sample_id) WHERE l.mixture_id = $1 AND "
                  "l.kept) "
                  "ORDER BY release_id");
    rs_result *result;
    RS_TRY(rs_store_query(j->store, sql, &arg, 1, &result, err));
    size_t cap = 0;
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        if (!rs_arena_grow(arena, (void **)rows, &cap, *n + 1, sizeof **rows)) {
            status = rs_err_nomem(err, "the list of releases");
            break;
        }
        (*rows)[*n].id = rs_arena_str(arena, rs_result_str(result, 0));
        (*rows)[*n].config = rs_arena_str(arena, rs_result_str(result, 1));
        ++*n;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- writing in order ----------------------------------------------------------------------- */

typedef struct writer {
    job *j;
    rs_io_out *out, *truth; /* truth: of eval only */
    int64_t n;
    rs_arena arena; /* records shown */
    rs_emit_shown shown[n_shown_most];
    size_t n_shown;
    int64_t show_every;
    rs_arena scratch;
} writer;

/* Reads a record back through the format's own reader and decodes its boxes again. */
static rsift_status verify(writer *w, rs_id id, rs_str record, rsift_error *err)
{
    rs_rendered back = {0};
    rs_arena_reset(&w->scratch);
    char text[RS_ID_TEXT];
    rsift_status status = w->j->format->read(&w->scratch, record, &back, err);
    if (status != RSIFT_OK)
        return rs_err_within(err, status, "verifying sample %s", rs_id_text(text, id));
    w->j->report.n_verified++;
    size_t n_tags = 0;
    for (uint32_t i = 0; i < back.n_messages; i++) {
        rs_str rest = back.messages[i].text;
        for (size_t at; (at = rs_str_find(rest, RS_STR("<image>"))) != RS_NPOS; n_tags++)
            rest = rs_str_sub(rest, at + 7, rest.len);
    }
    if (n_tags == back.n_images) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_FORMAT, "wrote %zu <image> tags for %u pictures", n_tags,
               back.n_images);
    return rs_err_within(err, RSIFT_E_FORMAT, "verifying sample %s", rs_id_text(text, id));
}

/* Writes one record, and its truth, unless one of its pictures could not be written. */
static rsift_status write_record(void *ctx, rs_id id, uint32_t repeat, rs_str bytes,
                                 rsift_error *err)
{
    writer *w = ctx;
    const rs_writer *f = w->j->format;
    packed head;
    memcpy(&head, bytes.ptr, sizeof head);
    size_t at = sizeof head;
    for (uint32_t i = 0; i < head.n_pictures; i++, at += sizeof(uint32_t)) {
        uint32_t number;
        memcpy(&number, bytes.ptr + at, sizeof number);
        if (!w->j->pictures.items[number].failed) continue;
        return repeat ? RSIFT_OK : note_dropped(w->j, id, "picture-failed", err);
    }
    rs_str record = rs_str_sub(bytes, at, at + head.n_record);
    rs_str truth = rs_str_sub(bytes, at + head.n_record, bytes.len);
    if (w->n > 0)
        RS_TRY(rs_io_out_write(w->out, f->record_separator, strnlen(f->record_separator, 8), err));
    RS_TRY(rs_io_out_write(w->out, record.ptr, record.len, err));
    if (w->truth) RS_TRY(rs_io_out_write(w->truth, truth.ptr, truth.len, err));
    if (w->n % w->show_every == 0 && w->n_shown < n_shown_most) {
        rs_str copy = rs_arena_str(&w->arena, record);
        uint32_t *numbers = rs_arena_alloc(&w->arena, (head.n_pictures + 1) * sizeof *numbers);
        if (!copy.ptr || !numbers) return rs_err_nomem(err, "the contact sheet");
        memcpy(numbers, bytes.ptr + sizeof head, head.n_pictures * sizeof *numbers);
        w->shown[w->n_shown++] = (rs_emit_shown){id, copy, numbers, head.n_pictures};
    }
    if (w->n < verify_first || w->n % verify_every == 0) RS_TRY(verify(w, id, record, err));
    w->n++;
    w->j->report.n_boxes += head.n_boxes;
    w->j->report.n_degenerate += head.n_degenerate;
    return RSIFT_OK;
}

static rsift_status open_output(const job *j, rs_str name, rs_io_out **out, rsift_error *err)
{
    rs_arena paths = {0};
    rsift_status status = rs_io_out_open(
        rs_arena_join(&paths, rs_str_of(j->options->out), RS_STR("/"), name), out, err);
    rs_arena_fini(&paths);
    return status;
}

static rsift_status commit_output(job *j, rs_str name, rs_io_out **out, rsift_error *err)
{
    rs_io_out *done = *out;
    RS_TRY(rs_emit_note_file(&j->report, name, rs_io_out_size(done), rs_io_out_hash(done), err));
    *out = NULL;
    return rs_io_out_commit(done, err);
}

/* Writes the records in their order, and the truth of each beside them. */
static rsift_status write_records(job *j, writer *w, rsift_error *err)
{
    const rs_writer *f = j->format;
    rs_str name = rs_str_of(f->file), truth = RS_STR("truth.jsonl");
    rsift_status status = open_output(j, name, &w->out, err);
    if (status == RSIFT_OK && j->options->eval) status = open_output(j, truth, &w->truth, err);
    int64_t n = rs_spill_n(j->spill);
    w->show_every = n > n_shown_most ? n / n_shown_most : 1;
    if (status == RSIFT_OK) status = rs_io_out_write(w->out, f->begin, strnlen(f->begin, 64), err);
    if (status == RSIFT_OK) status = rs_spill_each(j->spill, write_record, w, err);
    if (status == RSIFT_OK) {
        const char *end = w->n == 0 && f->end[0] == '\n' ? f->end + 1 : f->end;
        status = rs_io_out_write(w->out, end, strnlen(end, 64), err);
    }
    if (status == RSIFT_OK) status = commit_output(j, name, &w->out, err);
    if (status == RSIFT_OK && w->truth) status = commit_output(j, truth, &w->truth, err);
    rs_io_out_discard(w->out);
    rs_io_out_discard(w->truth);
    j->set.n_records = j->report.n_records = w->n;
    return status;
}

static rsift_status write_beside(void *ctx, rs_str file, const void *bytes, size_t n,
                                 rsift_error *err)
{
    return rs_emit_write_file(ctx, file, bytes, n, err);
}

rsift_status rs_emit_write_file(rs_emit_report *report, rs_str name, const void *bytes, size_t n,
                                rsift_error *err)
{
    rs_arena paths = {0};
    rs_str path = rs_arena_join(&paths, report->out, RS_STR("/"), name);
    rs_io_out *out = NULL;
    rsift_status status = rs_io_make_dirs(rs_str_dirname(path), err);
    if (status == RSIFT_OK) status = rs_io_out_open(path, &out, err);
    rs_arena_fini(&paths);
    RS_TRY(status);
    status = rs_io_out_write(out, bytes, n, err);
    if (status == RSIFT_OK)
        status = rs_emit_note_file(report, name, rs_io_out_size(out), rs_io_out_hash(out), err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static rsift_status check_options(job *j, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    if (!o->out) return rs_err_set(err, RSIFT_E_ARG, "emit wants -o DIR");
    j->format = rs_writer_find(rs_str_of(o->format ? o->format : ""));
    if (!j->format)
        return rs_err_set(err, RSIFT_E_ARG,
                          "unknown format \"%s\"; --format is one of llama-factory, llava, "
                          "ms-swift, qwen, internvl",
                          o->format ? o->format : "");
    j->render.model = rs_render_model_find(rs_str_of(o->model ? o->model : ""));
    if (!j->render.model)
        return rs_err_set(
            err, RSIFT_E_ARG,
            "unknown model \"%s\"; --model is one of internvl, llava-1.5, qwen2.5-vl, qwen3-vl",
            o->model ? o->model : "");
    bool fits = j->format->models == NULL;
    for (size_t i = 0; !fits && j->format->models[i]; i++)
        fits = rs_str_eq(rs_str_of(j->format->models[i]), rs_str_of(j->render.model->name));
    if (!fits)
        return rs_err_set(err, RSIFT_E_ARG, "the format %s cannot be read by %s", j->format->name,
                          j->render.model->name);
    if (j->render.model->needs_pixels && !(o->min_pixels > 0 && o->max_pixels >= o->min_pixels))
        return rs_err_set(err, RSIFT_E_ARG,
                          "%s writes absolute pixels of the resized picture: say --min-pixels and "
                          "--max-pixels of your training run",
                          j->render.model->name);
    static const char *const modes[] = {"auto", "link", "copy", "path"};
    if (!o->images) return RSIFT_OK;
    for (int i = 0; i < 4; i++) {
        if (!rs_str_eq(rs_str_of(o->images), rs_str_of(modes[i]))) continue;
        j->mode = (rs_images_mode)i;
        return RSIFT_OK;
    }
    return rs_err_set(err, RSIFT_E_ARG, "--images is auto, link, copy or path, found \"%s\"",
                      o->images);
}

static rsift_status find_mixture(job *j, rs_arena *arena, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR,
                  .str = rs_str_of(j->options->mixture ? j->options->mixture : "")};
    rs_result *result;
    RS_TRY(rs_store_query(j->store,
                          RS_STR("SELECT mixture_id, name, seed FROM mixture WHERE $1 = '' OR "
                                 "mixture_id = $1 OR name = $1 "
                                 "ORDER BY made_at DESC, mixture_id LIMIT 1"),
                          &arg, 1, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) {
        j->mixture_id = rs_arena_str(arena, rs_result_str(result, 0));
        j->mixture_name = rs_arena_str(arena, rs_result_str(result, 1));
        j->seed = (uint64_t)rs_result_i64(result, 2);
    } else if (status == RSIFT_END) {
        status = rs_err_set(err, RSIFT_E_ARG,
                            "no mixture \"%s\" in the workspace; `rsift mix recipe.yaml` makes one",
                            arg.str.ptr);
    }
    rs_result_close(result);
    return status;
}

static rsift_status setup(job *j, rs_arena *arena, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    RS_TRY(rs_session_store(j->session, RS_STORE_READ, false, &j->store, err));
    /* a killed emit leaves its spill behind; in a read-only workspace it stays */
    (void)rs_lock_sweep_tmp(rs_store_dir(j->store).ptr, NULL);
    RS_TRY(rs_session_store(j->session, RS_STORE_READ, false, &j->cursor_store, err));
    if (o->eval) {
        RS_TRY(rs_session_check_indexed(j->store, o->eval, o->split,
                                        err)); /* else the output would be empty */
        j->mixture_name = rs_arena_join(arena, rs_str_of(o->eval), RS_STR("_"),
                                        rs_str_of(o->split ? o->split : "all"));
        j->seed = o->seed;
    } else {
        RS_TRY(find_mixture(j, arena, err));
    }
    j->render.min_pixels = o->min_pixels;
    j->render.max_pixels = o->max_pixels;
    j->render.seed = j->seed;
    j->render.for_eval = o->eval != NULL;
    j->report.out = rs_str_of(o->out);
    j->set =
        (rs_writer_set){.name = j->mixture_name,
                        .render = &j->render,
                        .image_root = o->image_root ? rs_str_of(o->image_root) : RS_STR("images")};
    rs_str tmp = rs_arena_join(arena, rs_store_dir(j->store), RS_STR("/tmp"), RS_STR(""));
    RS_TRY(rs_io_make_dirs(tmp, err));
    RS_TRY(rs_spill_new(tmp, 0, &j->spill, err));
    return rs_emit_output_begin(j->report.out, err);
}

static rsift_status replay_all(job *j, rs_arena *arena, rsift_error *err)
{
    release_row *rows = NULL;
    size_t n = 0;
    RS_TRY(list_releases(j, arena, &rows, &n, err));
    j->progress = rs_session_progress(j->session, "emit", "samples", -1);
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < n; i++)
        status = emit_release(j, rows[i].id, rows[i].config, err);
    rs_progress_end(j->progress);
    return status;
}

/* Pictures are written first: a record whose picture failed is left out. */
static rsift_status write_all(job *j, rsift_error *err)
{
    writer w = {.j = j};
    rs_writer_sink sink = {.ctx = &j->report, .write = write_beside};
    rs_buf failures = {0};
    rs_io_out_sweep(j->report.out);
    rsift_status status = rs_emit_pictures_write(j->session, &j->pictures, j->mode, j->report.out,
                                                 &j->report.pictures, &failures, err);
    for (size_t i = 0; i < j->pictures.ids.n; i++) {
        const rs_emit_picture *p = &j->pictures.items[i];
        int64_t side = p->width > p->height ? p->width : p->height;
        if (p->used && !p->failed && side > j->set.max_side) j->set.max_side = side;
    }
    if (status == RSIFT_OK) status = write_records(j, &w, err);
    if (status == RSIFT_OK && j->format->beside) status = j->format->beside(&j->set, &sink, err);
    if (status == RSIFT_OK && failures.len)
        status = rs_emit_write_file(&j->report, RS_STR("pictures-failed.txt"), failures.ptr,
                                    failures.len, err);
    rs_buf_fini(&failures);
    if (status == RSIFT_OK && j->dropped.len)
        status = rs_emit_write_file(&j->report, RS_STR("dropped.jsonl"), j->dropped.ptr,
                                    j->dropped.len, err);
    if (status == RSIFT_OK)
        status = rs_emit_contact_sheet(j->session, j->format, &j->render, &j->pictures, j->mode,
                                       j->report.out, w.shown, w.n_shown, j->mixture_name,
                                       &j->report, err);
    rs_emit_facts facts = {.session = j->session,
                           .store = j->store,
                           .format = j->format,
                           .render = &j->render,
                           .mixture_id = j->mixture_id,
                           .name = j->mixture_name,
                           .seed = j->seed,
                           .mode = j->mode,
                           .set = &j->set,
                           .eval = j->options->eval,
                           .split = j->options->split};
    if (status == RSIFT_OK) status = rs_emit_papers(&j->report, &facts, err);
    rs_arena_fini(&w.arena);
    rs_arena_fini(&w.scratch);
    return status;
}

rsift_status rs_emit_make(rs_session *session, const rs_emit_options *options, rsift_answer *out,
                          rsift_error *err)
{
    *out = (rsift_answer){0};
    rs_arena arena = {0};
    job j = {.session = session, .options = options};
    rsift_status status = check_options(&j, err);
    if (status == RSIFT_OK) status = setup(&j, &arena, err);
    if (status == RSIFT_OK) status = replay_all(&j, &arena, err);
    if (status == RSIFT_OK) status = write_all(&j, err);
    if (status == RSIFT_OK) {
        rs_buf b = {0};
        rs_emit_report_json(&j.report, &j.mixture_id, &b);
        status = rs_session_answer(&b, out, err);
        rs_buf_fini(&b);
    }
    rs_emit_report_fini(&j.report);
    rs_buf_fini(&j.dropped);
    rs_spill_free(j.spill);
    rs_emit_pictures_fini(&j.pictures);
    rs_store_close(j.cursor_store);
    rs_store_close(j.store);
    rs_arena_fini(&arena);
    return status;
}
