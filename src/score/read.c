/* Files into records, in parallel: the source cuts the file into raw records, threads parse them,
 * and what they made of each piece is appended in the file's order. */
#include "score/read.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/map.h"
#include "score/source.h"

#include <inttypes.h>

/* ---- one record ------------------------------------------------------------------------------ */

/* Refuses an object with two equal keys: Python's json takes the last of them and yyjson the first,
 * and nobody means either. */
static rsift_status check_keys(const rs_json *v, rsift_error *err)
{
    enum { few = 48 };
    rs_str keys[few], key;
    char quoted[RS_QUOTE_SIZE];
    rs_json_iter it = rs_json_each(v);
    bool made = true;
    if (rs_json_len(v) <= few) { /* comparing few keys is faster than a map */
        for (size_t n = 0; made && rs_json_next(&it, &key); keys[n++] = key)
            for (size_t i = 0; made && i < n; i++) made = !rs_str_eq(keys[i], key);
    } else {
        rs_strmap map = {0};
        bool memory = true;
        while (memory && made && rs_json_next(&it, &key))
            memory = rs_strmap_put(&map, key, &made) != RS_NPOS;
        rs_strmap_fini(&map);
        if (!memory) return rs_err_nomem(err, "keys");
    }
    if (made) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT, "the key \"%s\" stands twice",
                      rs_err_quote(quoted, key));
}

/* pandas writes a column of integers with a gap in it as 12.0: the id is 12. */
static rs_str integer_id(rs_str id)
{
    if (id.len < 3 || !rs_str_ends(id, RS_STR(".0"))) return id;
    const size_t begin = id.ptr[0] == '-';
    if (begin == id.len - 2) return id;
    for (size_t i = begin; i < id.len - 2; i++)
        if (!rs_ascii_is_digit(id.ptr[i])) return id;
    return rs_str_sub(id, 0, id.len - 2);
}

typedef struct reading {
    rs_session *session;
    rs_arena *arena;
    const rs_score_wants *wants;
    rs_score_source *source;
    bool table; /* its rows know no integers */
    rs_score_file *out;
} reading;

/* A piece of the file and what came of it. */
typedef struct batch {
    rs_score_chunk chunk;
    rs_score_record *records; /* [n], used again by the next piece */
    size_t n, cap, n_bare;
    rs_str bare;
    rs_arena kept, scratch; /* scratch: documents whose fields were copied out */
} batch;

/* Keeps the fields of the first record that has no prediction: "id, model_answer". */
static bool note_bare(const reading *in, batch *b, const rs_json *v, const rs_score_record *r)
{
    if (in->wants->role != RS_SCORE_PREDICTIONS || in->wants->json || r->prediction.ptr)
        return true;
    if (rs_json_kind(v) != RS_JSON_OBJECT) return true;
    b->n_bare++;
    if (b->bare.ptr) return true; /* the first one is shown */
    rs_buf names = {0};
    rs_str key;
    rs_json_iter it = rs_json_each(v);
    for (size_t k = 0; k < 8 && rs_json_next(&it, &key); k++) {
        if (k) rs_buf_cstr(&names, ", ");
        rs_buf_str(&names, rs_str_sub(key, 0, key.len < 40 ? key.len : 40));
    }
    b->bare = names.failed ? (rs_str){NULL, 0} : rs_arena_str(&b->kept, rs_buf_view(&names));
    rs_buf_fini(&names);
    return b->bare.ptr != NULL;
}

/* Parses one raw record. Its document stays in b->kept when the records themselves are wanted. */
static rsift_status parse_record(const reading *in, batch *b, const rs_score_raw *raw,
                                 rs_score_record *r, rsift_error *err)
{
    rs_arena *arena = in->wants->json ? &b->kept : &b->scratch;
    const rs_json *v;
    rs_str json;
    RS_TRY(rs_score_source_json(in->source, &b->chunk, raw, &b->scratch, &json, err));
    /* A kept document points into its text, which must be kept, too. */
    if (in->wants->json) json = rs_arena_str(arena, json);
    if (!json.ptr) return rs_err_nomem(err, "a record");
    RS_TRY(rs_json_parse(arena, json, &in->session->limits, &v, err));
    *r = (rs_score_record){.question = RS_STR(""),
                           .type = RS_STR(""),
                           .image = RS_STR(""),
                           .task = RS_STR(""),
                           .line = raw->number};
    bool good;
    if (rs_json_kind(v) == RS_JSON_OBJECT) {
        RS_TRY(check_keys(v, err));
        good = rs_score_record_of_object(&b->kept, v, in->wants, r);
        if (in->wants->json) r->json = v;
    } else if (raw->key.ptr) { /* of a map from id to answer */
        good = rs_score_record_of_value(&b->kept, v, in->wants, r);
    } else {
        return rs_err_set(err, RSIFT_E_FORMAT, "expected an object, found %s",
                          rs_json_kind_name(rs_json_kind(v)));
    }
    if (raw->key.ptr && !r->id.ptr) r->id = rs_arena_str(&b->kept, raw->key);
    good = good && (!raw->key.ptr || r->id.ptr) && note_bare(in, b, v, r);
    if (!good) return rs_err_nomem(err, "a record");
    if (in->table) {
        r->id = integer_id(r->id);
        r->original_id = integer_id(r->original_id);
    }
    return RSIFT_OK;
}

/* ---- all records ----------------------------------------------------------------------------- */

static rsift_status produce(void *ctx, void *item, rsift_error *err)
{
    reading *in = ctx;
    return rs_score_source_fill(in->source, &((batch *)item)->chunk, err);
}

/* Parses the records of a batch. Any thread. */
static rsift_status work(void *ctx, void *item, rsift_error *err)
{
    const reading *in = ctx;
    batch *b = item;
    const size_t n = b->chunk.n;
    b->n = b->n_bare = 0;
    b->bare = (rs_str){NULL, 0};
    if (!RS_VEC_RESERVE(b->records, b->cap, n)) return rs_err_nomem(err, "records");
    for (size_t i = 0; i < n; i++) {
        const rs_score_raw *raw = &b->chunk.raws[i];
        const rsift_status status = parse_record(in, b, raw, &b->records[b->n], err);
        if (status != RSIFT_OK) return rs_score_source_blame(in->source, raw, status, err);
        b->n++;
        rs_arena_reset(&b->scratch);
    }
    return RSIFT_OK;
}

/* Room for all records of the file, by the size of those in its first piece. A wrong guess costs
 * address space or copies. */
static void guess_room(const reading *in, const batch *b)
{
    rs_score_file *f = in->out;
    size_t n_bytes = 0;
    for (size_t i = 0; i < b->chunk.n; i++) n_bytes += b->chunk.raws[i].bytes.len + 1;
    const double size = (double)rs_score_source_size(in->source);
    if (size <= 0 || n_bytes <= b->chunk.n) return; /* not known, or rows of a table */
    double n = 1.1 * (double)b->n * size / (double)n_bytes;
    const double most = 4 * size / sizeof *f->records;
    if (n > most) n = most;
    if (n < 1) return;
    f->records = rs_arena_alloc(in->arena, (size_t)n * sizeof *f->records);
    f->cap = f->records ? (size_t)n : 0;
}

static rsift_status consume(void *ctx, void *item, rsift_error *err)
{
    reading *in = ctx;
    rs_score_file *f = in->out;
    batch *b = item;
    if (!f->n && b->n) guess_room(in, b);
    if (!rs_arena_grow(in->arena, (void **)&f->records, &f->cap, f->n + b->n, sizeof *f->records))
        return rs_err_nomem(err, "records");
    for (size_t i = 0; i < b->n; i++) {
        b->records[i].index = f->n;
        f->records[f->n++] = b->records[i];
    }
    f->n_bare += b->n_bare;
    if (!f->bare.ptr) f->bare = b->bare;
    rs_arena_adopt(in->arena, &b->kept);
    return RSIFT_OK;
}

static void batch_fini(void *ctx, void *item)
{
    batch *b = item;
    (void)ctx;
    rs_score_chunk_fini(&b->chunk);
    rs_free(b->records);
    rs_arena_fini(&b->kept);
    rs_arena_fini(&b->scratch);
}

rsift_status rs_score_run_stages(rs_session *session, const rs_pipeline *stages, void *ctx,
                                 rsift_error *err)
{
    rs_pipeline pipeline = *stages;
    pipeline.n_threads = session->n_threads;
    pipeline.cancel = &session->cancel;
    pipeline.ctx = ctx;
    return rs_run_pipeline(&pipeline, err);
}

static rsift_status read_records(reading *in, rsift_error *err)
{
    static const rs_pipeline stages = {.item_size = sizeof(batch),
                                       .produce = produce,
                                       .work = work,
                                       .consume = consume,
                                       .fini = batch_fini};
    RS_TRY(rs_score_run_stages(in->session, &stages, in, err));
    return in->out->n ? RSIFT_OK : rs_err_set(err, RSIFT_E_FORMAT, "no records in it");
}

rsift_status rs_score_read(rs_arena *arena, const char *path, const rs_score_wants *wants,
                           rs_session *session, rs_score_file *out, rsift_error *err)
{
    *out = (rs_score_file){0};
    reading in = {.session = session, .arena = arena, .wants = wants, .out = out};
    RS_TRY(rs_score_source_open(session, path, &in.source, err));
    in.table = rs_score_source_tell(in.source, NULL).table;
    rsift_status status = read_records(&in, err);
    if (status != RSIFT_OK) rs_score_within(path, status, err);
    const rs_score_source_facts facts = rs_score_source_tell(in.source, arena);
    out->lines = facts.lines;
    out->hash = facts.hash;
    out->n_bytes = facts.n_bytes;
    out->note = facts.note;
    rs_score_source_close(in.source);
    return status;
}

/* ---- files that are not lists of records ----------------------------------------------------- */

rsift_status rs_score_bytes(rs_arena *arena, const char *path, rs_str *out, rs_id *hash,
                            rsift_error *err)
{
    rs_io_tree *tree = NULL;
    rs_io_stream *stream = NULL;
    rs_buf all = {0};
    size_t member = 0;
    rsift_status status = rs_score_open_one(path, NULL, &tree, &member, err);
    if (status == RSIFT_OK) status = rs_io_open(tree, member, &stream, err);
    for (size_t got = 1; status == RSIFT_OK && got > 0;) {
        if (!rs_buf_reserve(&all, 1 << 20)) status = rs_err_nomem(err, "a file");
        else status = rs_io_read(stream, all.ptr + all.len, 1 << 20, &got, err);
        if (status == RSIFT_OK) all.len += got;
    }
    if (status == RSIFT_OK && !(*out = rs_arena_str(arena, rs_buf_view(&all))).ptr)
        status = rs_err_nomem(err, "a file");
    if (status == RSIFT_OK) *hash = rs_hash128(out->ptr, out->len);
    else rs_score_within(path, status, err);
    rs_buf_fini(&all);
    if (stream) rs_io_close(stream);
    rs_io_tree_close(tree);
    return status;
}

rsift_status rs_score_document(rs_arena *arena, const char *path, const rsift_limits *limits,
                               const rs_json **root, rs_id *hash, rsift_error *err)
{
    rs_str text;
    RS_TRY(rs_score_bytes(arena, path, &text, hash, err));
    const rsift_status status = rs_json_parse(arena, text, limits, root, err);
    if (status == RSIFT_OK) return status;
    rs_err_within(err, status, "as one JSON document, not lines");
    return rs_err_within(err, status, "%s", path);
}

rsift_status rs_score_blame(const char *path, const rs_score_file *file, const rs_score_record *r,
                            rsift_status status, rsift_error *err)
{
    rs_err_within(err, status, file->lines ? "line %" PRId64 : "record %" PRId64, r->line);
    return rs_err_within(err, status, "%s", path);
}
