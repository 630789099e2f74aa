/* Where records stand: bytes are hashed as they are read, a first look decides how the file is
 * written, and one of three cutters (lines, JSON values, table rows) fills chunks. */
#include "score/source.h"

#include "base/alloc.h"
#include "score/record.h"

#include <inttypes.h>

enum {
    /* Bytes read at once, and about those of a chunk: enough chunks for all threads where a file of
     * predictions has a megabyte or two. */
    BLOCK = 1 << 18,
    CUTS = 4096,           /* JSON values of a chunk */
    ROWS = 2048,           /* table rows of a chunk */
    HEAD = 64 << 10,       /* bytes looked at to tell how the file is written */
    LONG_READ = 64 << 20,  /* larger files show progress */
    LONE_RECORD = 4 << 20, /* larger objects are maps, not records */
};

typedef enum syntax { LINES, CUTS_OF_JSON, TABLE } syntax;

struct rs_score_source {
    rs_session *session;
    const rsift_limits *limits;
    rs_io_tree *tree;
    size_t member;
    rs_io_stream *stream;
    rs_progress *progress;
    rs_hasher hasher;
    int64_t n_bytes;
    rs_buf head; /* looked at already */
    size_t at;
    bool eof;
    syntax how;
    int64_t n_given; /* records or rows; lines */
    /* LINES */
    rs_buf carry;
    rsift_status pending;
    rsift_error pending_err;
    /* CUTS_OF_JSON */
    rs_json_cutter *cutter;
    rs_json_cut *cuts;
    bool one_document; /* anything behind its end is an error */
    rs_score_table table;
    rs_arena arena; /* the progress's name */
};

/* ---- bytes --------------------------------------------------------------------------------- */

/* The file's bytes for a cutter: first those looked at already, then the stream's. */
static rsift_status feed(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    rs_score_source *s = ctx;
    if (s->at < s->head.len) {
        *got = s->head.len - s->at < n ? s->head.len - s->at : n;
        memcpy(dst, s->head.ptr + s->at, *got);
        s->at += *got;
        return RSIFT_OK;
    }
    RS_TRY(rs_io_read(s->stream, dst, n, got, err));
    rs_hash_bytes(&s->hasher, dst, *got);
    s->n_bytes += (int64_t)*got;
    rs_progress_add(s->progress, (int64_t)*got);
    return RSIFT_OK;
}

/* From the file's first byte, once more. */
static rsift_status open_stream(rs_score_source *s, rsift_error *err)
{
    if (s->stream) rs_io_close(s->stream);
    s->stream = NULL;
    return rs_io_open(s->tree, s->member, &s->stream, err);
}

/* Starts the real reading and keeps the first bytes to look at. */
static rsift_status peek(rs_score_source *s, rsift_error *err)
{
    s->head.len = s->at = 0;
    RS_TRY(open_stream(s, err));
    for (size_t got = 1; got > 0 && s->head.len < HEAD;) {
        if (!rs_buf_reserve(&s->head, HEAD)) return rs_err_nomem(err, "a file");
        RS_TRY(rs_io_read(s->stream, s->head.ptr + s->head.len, HEAD, &got, err));
        s->head.len += got;
    }
    rs_hash_start(&s->hasher);
    rs_hash_bytes(&s->hasher, s->head.ptr, s->head.len);
    s->n_bytes = (int64_t)s->head.len;
    return RSIFT_OK;
}

/* ---- lines --------------------------------------------------------------------------------- */

static rsift_status add_raw(rs_score_chunk *chunk, rs_score_raw raw, rsift_error *err)
{
    if (!RS_VEC_RESERVE(chunk->raws, chunk->cap, chunk->n + 1)) return rs_err_nomem(err, "records");
    chunk->raws[chunk->n++] = raw;
    return RSIFT_OK;
}

static rsift_status line_too_long(const rs_score_source *s, rsift_error *err)
{
    rs_err_set(err, RSIFT_E_LIMIT, "longer than the limit max_record (%" PRIu64 " bytes)",
               s->limits->max_record);
    return rs_err_within(err, RSIFT_E_LIMIT, "line %" PRId64, s->n_given + 1);
}

/* Reads until a line end is there. *n_complete: bytes of complete lines; at the file's end all
 * bytes. What follows the last line end is carried over to the next block. */
static rsift_status read_block(rs_score_source *s, rs_buf *bytes, size_t *n_complete,
                               rsift_error *err)
{
    if (bytes->cap > 8 * (size_t)BLOCK) rs_buf_fini(bytes); /* frees what a giant line took */
    bytes->len = 0;
    rs_buf_str(bytes, rs_buf_view(&s->carry));
    s->carry.len = 0;
    if (bytes->failed) return rs_err_nomem(err, "lines");
    while (!s->eof) {
        const size_t before = bytes->len;
        size_t got;
        if (before > s->limits->max_record) return line_too_long(s, err);
        if (!rs_buf_reserve(bytes, BLOCK)) return rs_err_nomem(err, "a line");
        RS_TRY(feed(s, bytes->ptr + before, BLOCK, &got, err));
        bytes->len += got;
        s->eof = got == 0;
        /* Only new bytes can hold a line end: the carried ones have none. */
        size_t end = bytes->len;
        while (end > before && bytes->ptr[end - 1] != '\n') end--;
        if (end == before) continue;
        *n_complete = end;
        rs_buf_add(&s->carry, bytes->ptr + end, bytes->len - end);
        return s->carry.failed ? rs_err_nomem(err, "a line") : RSIFT_OK;
    }
    *n_complete = bytes->len;
    return RSIFT_OK;
}

/* Keeps the error in pending_err until the records before it were parsed, so that the first bad
 * record of the file is the one reported. */
static rsift_status put_off(rs_score_source *s, const rs_score_chunk *chunk, rsift_status status,
                            rsift_error *err)
{
    s->pending = status;
    if (chunk->n) return RSIFT_OK;
    if (err) *err = s->pending_err;
    return status;
}

/* One record a line; empty lines are passed over but counted. */
static rsift_status fill_lines(rs_score_source *s, rs_score_chunk *chunk, rsift_error *err)
{
    size_t n_complete = 0;
    RS_TRY(read_block(s, &chunk->bytes, &n_complete, err));
    if (!n_complete) return RSIFT_END;
    rs_str rest = rs_str_make(chunk->bytes.ptr, n_complete);
    if (s->n_given == 0 && rs_str_starts(rest, RS_STR("\xEF\xBB\xBF")))
        rest = rs_str_sub(rest, 3, rest.len);
    while (rest.len) {
        const char *lf = memchr(rest.ptr, '\n', rest.len);
        const size_t len = lf ? (size_t)(lf - rest.ptr) : rest.len;
        const rs_str line = rs_str_trim(rs_str_sub(rest, 0, len));
        if (len > s->limits->max_record)
            return put_off(s, chunk, line_too_long(s, &s->pending_err), err);
        rest = rs_str_sub(rest, len + (lf != NULL), rest.len);
        s->n_given++;
        if (line.len)
            RS_TRY(add_raw(chunk, (rs_score_raw){.bytes = line, .number = s->n_given}, err));
    }
    return RSIFT_OK;
}

/* ---- JSON values --------------------------------------------------------------------------- */

/* Keys under which result files keep their list; of several the first one counts. */
static const char *const list_keys[] = {"logs", "annotations", "questions", "results",
                                        "data", "predictions", "samples"};
enum { LIST_KEYS = sizeof list_keys / sizeof *list_keys };

/* One record a JSON value. In one document anything behind its end is an error. */
static rsift_status fill_cuts(rs_score_source *s, rs_score_chunk *chunk, rsift_error *err)
{
    rs_json_batch batch = {
        .arena = &chunk->arena, .cuts = s->cuts, .cap = CUTS, .max_bytes = BLOCK};
    RS_TRY(rs_json_cutter_fill(s->cutter, &batch, err));
    const int64_t second = s->one_document ? rs_json_cutter_second(s->cutter) : -1;
    for (size_t i = 0; i < batch.n; i++) {
        const rs_json_cut *cut = &s->cuts[i];
        if (second >= 0 && cut->offset >= second) break;
        const rs_score_raw raw = {
            .key = cut->key, .bytes = cut->bytes, .number = ++s->n_given, .position = cut->offset};
        /* {"logs": []}: an empty list under a known key is no answer of that name. */
        const rs_str v = cut->bytes;
        const bool empty_list = cut->key.ptr && v.len >= 2 &&
                                (v.ptr[0] == '[' || v.ptr[0] == '{') &&
                                !rs_str_trim(rs_str_sub(v, 1, v.len - 1)).len;
        bool known = false;
        for (size_t k = 0; empty_list && k < LIST_KEYS; k++)
            known = known || rs_str_eq(cut->key, rs_str_of(list_keys[k]));
        if (known) continue;
        if (cut->bad_key) {
            char quoted[RS_QUOTE_SIZE];
            rs_err_set(&s->pending_err, RSIFT_E_FORMAT, "its key is no valid UTF-8: \"%s\"",
                       rs_err_quote(quoted, raw.key));
            rs_score_source_blame(s, &raw, RSIFT_E_FORMAT, &s->pending_err);
            return put_off(s, chunk, RSIFT_E_FORMAT, err);
        }
        RS_TRY(add_raw(chunk, raw, err));
    }
    if (second < 0) return RSIFT_OK;
    rs_err_set(&s->pending_err, RSIFT_E_FORMAT,
               "something stands behind the end of the JSON document");
    rs_err_within(&s->pending_err, RSIFT_E_FORMAT, "byte %" PRId64, second);
    return put_off(s, chunk, RSIFT_E_FORMAT, err);
}

/* ---- tables -------------------------------------------------------------------------------- */

static rsift_status fill_table(rs_score_source *s, rs_score_chunk *chunk, rsift_error *err)
{
    while (chunk->arena.n_bytes < BLOCK && chunk->n < ROWS) {
        rs_score_raw raw = {0};
        const rsift_status status =
            rs_score_table_next(&s->table, &chunk->arena, &raw.row, &s->pending_err);
        if (status != RSIFT_OK) return put_off(s, chunk, status, err);
        raw.number = ++s->n_given; /* running, while the position is the line or the sheet's row */
        raw.position = raw.row.position;
        RS_TRY(add_raw(chunk, raw, err));
    }
    return RSIFT_OK;
}

/* ---- how it is written --------------------------------------------------------------------- */

/* Cuts JSON values: those of the list at `path`, "{}" = those of a map, "" = of the document. */
static rsift_status start_cuts(rs_score_source *s, rs_str path, bool one_document, rsift_error *err)
{
    s->how = CUTS_OF_JSON;
    s->one_document = one_document;
    s->cuts = rs_alloc(CUTS * sizeof *s->cuts);
    if (!s->cuts) return rs_err_nomem(err, "records");
    RS_TRY(peek(s, err));
    return rs_json_cutter_open((rs_byte_source){feed, s}, &path, 1, s->limits, &s->cutter, err);
}

/* Which of the known keys of the file's object leads to records: the first in the order of the
 * table. LIST_KEYS = none, so that the object is a map. Errors in the bytes are left to the real
 * reading. */
static rsift_status find_list(rs_score_source *s, size_t *which, rsift_error *err)
{
    rs_str paths[LIST_KEYS];
    rs_json_cutter *cutter;
    rs_json_cut *cuts = rs_alloc(CUTS * sizeof *cuts);
    rs_arena arena = {0};
    rs_json_batch batch = {.arena = &arena, .cuts = cuts, .cap = CUTS, .max_bytes = BLOCK};
    *which = LIST_KEYS;
    for (size_t i = 0; i < LIST_KEYS; i++) paths[i] = rs_str_of(list_keys[i]);
    rsift_status status = cuts ? open_stream(s, err) : rs_err_nomem(err, "records");
    if (status == RSIFT_OK)
        status =
            rs_json_cutter_open(rs_io_source(s->stream), paths, LIST_KEYS, s->limits, &cutter, err);
    if (status == RSIFT_OK) {
        /* The object is read once; nothing can go before the first key of the table. */
        while (*which > 0 && rs_json_cutter_fill(cutter, &batch, NULL) == RSIFT_OK) {
            for (size_t i = 0; i < batch.n; i++)
                if (cuts[i].path < *which) *which = cuts[i].path;
            rs_arena_reset(&arena);
        }
        rs_json_cutter_close(cutter);
    }
    rs_arena_fini(&arena);
    rs_free(cuts);
    return status;
}

/* Is the file's only object a lone record: one with an id or a prediction and without a list under
 * a known key? Larger ones are maps. */
static rsift_status is_lone_record(rs_score_source *s, int64_t n_bytes, bool *yes, rsift_error *err)
{
    rs_arena arena = {0};
    const rs_json *v;
    size_t got = 1, n = 0;
    *yes = false;
    if (n_bytes > LONE_RECORD) return RSIFT_OK; /* parsing it as one value would take its memory */
    char *text = rs_arena_alloc(&arena, (size_t)n_bytes);
    rsift_status status = text ? open_stream(s, err) : rs_err_nomem(err, "a record");
    while (status == RSIFT_OK && got > 0 && n < (size_t)n_bytes) {
        status = rs_io_read(s->stream, text + n, (size_t)n_bytes - n, &got, err);
        n += got;
    }
    if (status == RSIFT_OK) {
        rs_str bytes = rs_str_make(text, n);
        if (rs_str_starts(bytes, RS_STR("\xEF\xBB\xBF"))) bytes = rs_str_sub(bytes, 3, bytes.len);
        *yes =
            rs_json_parse(&arena, bytes, s->limits, &v, NULL) == RSIFT_OK && rs_score_is_record(v);
        for (size_t i = 0; *yes && i < LIST_KEYS; i++)
            *yes = rs_json_kind(rs_json_get(v, list_keys[i])) != RS_JSON_ARRAY;
    }
    rs_arena_fini(&arena);
    return status;
}

/* A file that begins with an object: lines or values one behind another, a lone record, a list
 * under a known key, or a map from id to answer. */
static rsift_status start_object(rs_score_source *s, rsift_error *err)
{
    rs_json_head head;
    bool lone = false;
    size_t which;
    RS_TRY(open_stream(s, err));
    /* How long the first value is, and whether another follows on a line of its own. */
    RS_TRY(rs_json_first(rs_io_source(s->stream), (int64_t)s->limits->max_record, &head, err));
    if (head.n_bytes >= 0 && !head.followed) RS_TRY(is_lone_record(s, head.n_bytes, &lone, err));
    if ((head.followed || lone) && head.lines) return peek(s, err);
    if (head.followed || lone) return start_cuts(s, RS_STR(""), false, err);
    RS_TRY(find_list(s, &which, err));
    return start_cuts(s, which < LIST_KEYS ? rs_str_of(list_keys[which]) : RS_STR("{}"), true, err);
}

/* Refuses formats that are met in the wild and cannot be read, with what to do. */
static rsift_status refuse_others(rs_str head, rsift_error *err)
{
    static const char utf16[] =
        "UTF-16 text; write it as UTF-8 (Python: open(.., encoding=\"utf-8\"))";
    static const struct {
        rs_str begin;
        const char *what;
    } others[] = {
        {{"\xff\xfe", 2}, utf16},
        {{"\xfe\xff", 2}, utf16},
        {{"\xd0\xcf\x11\xe0", 4},
         "an old Excel file, or one with a password; save it as .xlsx without one, or .tsv"},
        {{"PK\x03\x04", 4}, "a zip under another name; call it .xlsx or .zip, as what it is"},
        {{"PAR1", 4},
         "a Parquet file; write it as JSON lines (pandas: to_json(.., orient=\"records\", "
         "lines=True))"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (rs_str_starts(head, others[i].begin))
            return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s", others[i].what);
    const char *p = head.ptr; /* without its mark: every other byte of ASCII is 0 */
    if (head.len >= 4 && ((p[0] && !p[1] && p[2] && !p[3]) || (!p[0] && p[1] && !p[2] && p[3])))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s", utf16);
    return RSIFT_OK;
}

/* Tells from the name and the first bytes how the file is written, and starts its cutter. */
static rsift_status start(rs_score_source *s, const char *path, rsift_error *err)
{
    const rs_str ext = rs_str_extension(rs_io_member_at(s->tree, s->member)->path);
    const bool xlsx = rs_str_eq_nocase(ext, RS_STR(".xlsx"));
    const bool tsv = rs_str_eq_nocase(ext, RS_STR(".tsv"));
    RS_TRY(peek(s, err));
    rs_str head = rs_buf_view(&s->head);
    if (!head.len) return rs_err_set(err, RSIFT_E_FORMAT, "the file is empty");
    if (xlsx && rs_str_starts(head, RS_STR("PK"))) {
        /* Rows are read from the zip that a workbook is; the hash is that of the .xlsx itself. */
        char bytes[4096];
        for (size_t got = 1; got > 0;) RS_TRY(feed(s, bytes, sizeof bytes, &got, err));
        s->how = TABLE;
        return rs_score_table_sheet(&s->table, path, s->limits, err);
    }
    RS_TRY(refuse_others(head, err));
    if (xlsx) return rs_err_set(err, RSIFT_E_FORMAT, "not an Excel sheet: expected a zip");
    if (tsv || rs_str_eq_nocase(ext, RS_STR(".csv"))) {
        const rs_csv text = {
            .source = {feed, s}, .separator = tsv ? '\t' : ',', .max_row = s->limits->max_record};
        s->how = TABLE;
        return rs_score_table_text(&s->table, text, err);
    }
    /* JSON: an array, lines, or an object that needs a closer look. */
    if (rs_str_starts(head, RS_STR("\xEF\xBB\xBF"))) head = rs_str_sub(head, 3, head.len);
    head = rs_str_trim(head);
    if (head.len && head.ptr[0] == '[') return start_cuts(s, RS_STR(""), true, err);
    if (!head.len || rs_str_eq_nocase(ext, RS_STR(".jsonl"))) return RSIFT_OK; /* LINES */
    if (head.ptr[0] == '{') return start_object(s, err);
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(
        err, RSIFT_E_FORMAT,
        "expected JSON, an object or an array, or a name in .csv, .tsv or .xlsx; found \"%s\"",
        rs_err_quote(quoted, rs_str_sub(head, 0, 24)));
}

/* ---- files --------------------------------------------------------------------------------- */

rsift_status rs_score_open_one(const char *path, const rsift_limits *limits, rs_io_tree **tree,
                               size_t *member, rsift_error *err)
{
    size_t n = 0;
    *tree = NULL;
    RS_TRY(rs_io_tree_open(rs_str_of(path), &(rs_io_options){.limits = limits}, tree, err));
    for (size_t i = 0; i < rs_io_n_members(*tree); i++) {
        /* macOS adds such members for every file of a zip. */
        const rs_str member_path = rs_io_member_at(*tree, i)->path;
        const rs_str name = rs_str_basename(member_path);
        if (rs_str_starts(member_path, RS_STR("__MACOSX/")) || rs_str_starts(name, RS_STR("._")) ||
            rs_str_eq(name, RS_STR(".DS_Store")))
            continue;
        if (!n++) *member = i;
    }
    if (n == 1) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "expected one file, found a folder or archive of %zu", n);
}

rsift_status rs_score_within(const char *path, rsift_status status, rsift_error *err)
{
    const rs_str full = rs_str_of(path), where = rs_str_of(err ? err->where : "");
    const rs_str name = rs_str_starts(where, full) ? full : rs_str_basename(full);
    if (err && name.len && rs_str_starts(where, name)) { /* room io names a file by its last name */
        rs_str rest = rs_str_sub(where, name.len, where.len);
        if (rs_str_starts(rest, RS_STR(" > "))) rest = rs_str_sub(rest, 3, rest.len);
        memmove(err->where, rest.ptr, rest.len);
        err->where[rest.len] = 0;
    }
    return rs_err_within(err, status, "%s", path);
}

rsift_status rs_score_source_open(rs_session *session, const char *path, rs_score_source **out,
                                  rsift_error *err)
{
    rs_score_source *s = rs_calloc(1, sizeof *s);
    *out = NULL;
    if (!s) return rs_err_nomem(err, "a file");
    s->session = session;
    s->limits = &session->limits;
    rsift_status status = rs_score_open_one(path, s->limits, &s->tree, &s->member, err);
    if (status == RSIFT_OK) status = start(s, path, err);
    if (status != RSIFT_OK) {
        rs_score_source_close(s);
        return rs_score_within(path, status, err);
    }
    *out = s;
    /* Progress is shown where reading takes long, also where little packed data becomes much. */
    const rs_io_member *m = rs_io_member_at(s->tree, s->member);
    int64_t on_disk = 0;
    for (size_t i = 0; i < rs_io_n_files(s->tree); i++)
        on_disk += rs_io_file_at(s->tree, i)->n_bytes;
    if (m->n_bytes < LONG_READ && on_disk < LONG_READ / 8) return RSIFT_OK;
    const char *name = rs_arena_cstr(&s->arena, rs_str_basename(rs_str_of(path)));
    s->progress = rs_session_progress(s->session, name ? name : "reading", "bytes", m->n_bytes);
    rs_progress_add(s->progress, (int64_t)s->head.len);
    return RSIFT_OK;
}

void rs_score_source_close(rs_score_source *s)
{
    if (!s) return;
    rs_progress_end(s->progress);
    rs_json_cutter_close(s->cutter);
    rs_free(s->cuts);
    rs_score_table_fini(&s->table);
    if (s->stream) rs_io_close(s->stream);
    rs_io_tree_close(s->tree);
    rs_buf_fini(&s->head);
    rs_buf_fini(&s->carry);
    rs_arena_fini(&s->arena);
    rs_free(s);
}

rsift_status rs_score_source_fill(rs_score_source *s, rs_score_chunk *chunk, rsift_error *err)
{
    chunk->n = 0;
    rs_arena_reset(&chunk->arena);
    if (s->pending != RSIFT_OK) {
        if (err) *err = s->pending_err;
        return s->pending;
    }
    switch (s->how) {
    case LINES: return fill_lines(s, chunk, err);
    case CUTS_OF_JSON: return fill_cuts(s, chunk, err);
    default: return fill_table(s, chunk, err);
    }
}

void rs_score_chunk_fini(rs_score_chunk *chunk)
{
    rs_free(chunk->raws);
    rs_arena_fini(&chunk->arena);
    rs_buf_fini(&chunk->bytes);
    rs_buf_fini(&chunk->json);
    *chunk = (rs_score_chunk){0};
}

rsift_status rs_score_source_json(const rs_score_source *s, rs_score_chunk *chunk,
                                  const rs_score_raw *raw, rs_arena *scratch, rs_str *json,
                                  rsift_error *err)
{
    *json = raw->bytes;
    if (s->how != TABLE) return RSIFT_OK;
    chunk->json.len = 0;
    RS_TRY(rs_score_table_json(&s->table, &raw->row, scratch, &chunk->json, err));
    *json = rs_buf_view(&chunk->json);
    return RSIFT_OK;
}

rsift_status rs_score_source_blame(const rs_score_source *s, const rs_score_raw *raw,
                                   rsift_status status, rsift_error *err)
{
    switch (s->how) {
    case LINES: return rs_err_within(err, status, "line %" PRId64, raw->number);
    case CUTS_OF_JSON:
        return rs_err_within(err, status, "record %" PRId64 " (byte %" PRId64 ")", raw->number,
                             raw->position);
    default:
        if (s->table.book) return rs_err_within(err, status, "sheet row %" PRId64, raw->position);
        return rs_err_within(err, status, "row %" PRId64 " (line %" PRId64 ")", raw->number,
                             raw->position);
    }
}

int64_t rs_score_source_size(const rs_score_source *s)
{
    return rs_io_member_at(s->tree, s->member)->n_bytes;
}

rs_score_source_facts rs_score_source_tell(const rs_score_source *s, rs_arena *arena)
{
    rs_score_source_facts facts = {.lines = s->how == LINES,
                                   .table = s->how == TABLE,
                                   .hash = rs_hash_end(&s->hasher),
                                   .n_bytes = s->n_bytes};
    const rs_xlsx *book = s->table.book;
    if (arena && book && rs_xlsx_n_sheets(book) > 1) {
        const rs_str file = rs_str_basename(rs_io_member_at(s->tree, s->member)->path);
        facts.note = rs_arena_printf(
            arena, "%.*s: only \"%.*s\", the first of %zu worksheets, was read", RS_STR_ARG(file),
            RS_STR_ARG(rs_xlsx_sheet(book)), rs_xlsx_n_sheets(book));
    }
    return facts;
}
