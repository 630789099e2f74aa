#include "flow/score_read.h"

#include "base/buf.h"
#include "base/num.h"
#include "io/io.h"
#include "model/sample.h"

#include <inttypes.h>
#include <math.h>

/* ---- fields ----------------------------------------------------------------------------------- */

static const char *const id_keys[] = {"id", "question_id", "questionId", "qid", "Question_id", "index",
                                      "doc_id", "sample_id", "image_id", "image", "filename", "key", NULL};
static const char *const said_keys[] = {"prediction", "output", "Output", "response", "pred", "predicted",
                                        "predicted_answers", "filtered_resps", "resps", "generated",
                                        "generated_text", NULL};
static const char *const gold_keys[] = {"ground_truth", "annotation", "gt_bbox", "target", "gt",
                                        "gt_answer", "Ground truth", "ground_truth_option", "references",
                                        "refs", "captions", "answers", NULL};
static const char *const own_keys[] = {"answer", "text", "caption", "label", "bbox", "box", "ranking",
                                       "segmentation", "mask", "size", NULL};
static const char *const type_keys[] = {"type", "vqa_type", "question_type", "category", "Category",
                                        "l2-category", "size_group", "task_type", "Task", "task", NULL};
static const char *const image_keys[] = {"image", "image_id", "image_name", "filename", "img", NULL};
static const char *const question_keys[] = {"question", "Text", "prompt", "query", NULL};
static const char *const option_keys[] = {"options", "choices", "Answer choices", "options_list",
                                          "multi-choice options", NULL};

static const rs_json *first_of(const rs_json *object, const char *const *keys)
{
    for (; *keys; keys++) {
        const rs_json *v = rs_json_get(object, *keys);
        if (v && rs_json_kind(v) != RS_JSON_NULL) return v;
    }
    return NULL;
}

/* lmms-eval keeps the benchmark's record below "doc". */
static const rs_json *field_of(const rs_json *object, const char *const *keys)
{
    const rs_json *v = first_of(object, keys);
    return v ? v : first_of(rs_json_get(object, "doc"), keys);
}

/* A flat list of at most RS_SCORE_BOX numbers; *out NULL otherwise. false = out of memory. */
static bool numbers_of(rs_arena *arena, const rs_json *v, const double **out, size_t *n)
{
    double numbers[RS_SCORE_BOX];
    size_t count = 0;
    rs_json_iter it = rs_json_each(v);
    *out = NULL;
    *n = 0;
    if (rs_json_kind(v) != RS_JSON_ARRAY) return true;
    for (const rs_json *e; (e = rs_json_next(&it, NULL)); count++)
        if (count == RS_SCORE_BOX || !rs_json_double(e, &numbers[count])) return true;
    double *kept = count ? rs_arena_calloc(arena, count, sizeof *kept) : NULL;
    if (count && !kept) return false;
    if (count) memcpy(kept, numbers, count * sizeof *kept);
    *out = kept;
    *n = count;
    return true;
}

static void put_lists(rs_buf *b, const rs_json *v)
{
    rs_json_iter it = rs_json_each(v);
    const char *between = "[";
    for (const rs_json *e; (e = rs_json_next(&it, NULL)); between = ", ") {
        double number;
        rs_buf_cstr(b, between);
        if (rs_json_kind(e) == RS_JSON_ARRAY) put_lists(b, e);
        else if (rs_json_double(e, &number)) rs_json_put_double(b, number);
        else b->failed = true; /* no list of numbers */
    }
    rs_buf_cstr(b, rs_json_len(v) ? "]" : "[]");
}

/* Lists of numbers, nested or not, as text; ptr NULL when it is something else. */
static rs_str lists_of(rs_arena *arena, const rs_json *v)
{
    rs_buf b = {0};
    if (rs_json_kind(v) != RS_JSON_ARRAY) return (rs_str){NULL, 0};
    put_lists(&b, v);
    const rs_str text = b.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_buf_view(&b));
    rs_buf_fini(&b);
    return text;
}

/* A scalar as text; of a list the first text (lmms-eval wraps answers in one or two lists). */
static rs_str text_of(rs_arena *arena, const rs_json *v)
{
    for (int depth = 0; depth < 4 && rs_json_kind(v) == RS_JSON_ARRAY; depth++) {
        rs_json_iter it = rs_json_each(v);
        v = rs_json_next(&it, NULL);
    }
    const rs_str s = rs_json_text(arena, v);
    return s.ptr ? rs_arena_str(arena, s) : (rs_str){NULL, 0}; /* the document does not stay */
}

static bool list_of(rs_arena *arena, const rs_json *v, const rs_str **out, size_t *n)
{
    const size_t most = rs_json_len(v);
    rs_str *items = rs_arena_calloc(arena, most + 1, sizeof *items);
    if (!items) return false;
    rs_json_iter it = rs_json_each(v);
    *n = 0;
    for (const rs_json *e; (e = rs_json_next(&it, NULL));) {
        items[*n] = text_of(arena, e);
        *n += items[*n].ptr != NULL;
    }
    *out = items;
    return true;
}

/* "['red roof', 'blue roof']": a Python list in a text field */
static bool python_list(rs_arena *arena, rs_str s, const rs_str **out, size_t *n)
{
    rs_str *items = rs_arena_calloc(arena, 27, sizeof *items);
    if (!items) return false;
    *n = 0;
    for (size_t i = 0; i < s.len && *n < 26; i++) {
        const char quote = s.ptr[i];
        if (quote != '\'' && quote != '"') continue;
        size_t end = i + 1;
        while (end < s.len && s.ptr[end] != quote) end += s.ptr[end] == '\\' ? 2 : 1;
        items[(*n)++] = rs_str_sub(s, i + 1, end);
        i = end;
    }
    *out = items;
    return true;
}

/* VLMEvalKit: options in columns A, B, C, ... */
static bool letter_options(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    rs_str *items = rs_arena_calloc(arena, 27, sizeof *items);
    if (!items) return false;
    size_t n = 0;
    for (; n < 26; n++) {
        const rs_str text = text_of(arena, rs_json_get(v, (char[2]){(char)('A' + n), 0}));
        if (!text.ptr) break;
        items[n] = text;
    }
    r->options = items;
    r->n_options = n;
    return true;
}

static bool options_of(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    const rs_json *list = field_of(v, option_keys);
    if (rs_json_kind(list) == RS_JSON_ARRAY) return list_of(arena, list, &r->options, &r->n_options);
    if (rs_json_kind(list) == RS_JSON_STR)
        return python_list(arena, text_of(arena, list), &r->options, &r->n_options);
    return rs_json_get(v, "A") ? letter_options(arena, v, r) : true;
}

static bool captions_of(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    rs_str *items = rs_arena_calloc(arena, 11, sizeof *items);
    if (!items) return false;
    for (size_t n = 0; n < 10; n++) {
        const char key[] = {'c', 'a', 'p', 't', 'i', 'o', 'n', (char)('0' + n), 0};
        const rs_str text = text_of(arena, rs_json_get(v, key));
        if (!text.ptr) continue;
        items[r->n_golds++] = text;
    }
    r->golds = items;
    return true;
}

static bool set_gold(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    if (!numbers_of(arena, v, &r->gold_box, &r->n_gold_box)) return false;
    r->gold = lists_of(arena, v);
    if (!r->gold.ptr || !r->gold.len || rs_str_eq(r->gold, RS_STR("[]"))) r->gold = text_of(arena, v);
    if (rs_json_kind(v) != RS_JSON_ARRAY) return true;
    return list_of(arena, v, &r->golds, &r->n_golds);
}

static bool set_said(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    if (!numbers_of(arena, v, &r->said_box, &r->n_said_box)) return false;
    r->said = lists_of(arena, v);
    if (!r->said.ptr || rs_str_eq(r->said, RS_STR("[]"))) r->said = text_of(arena, v);
    if (!r->said.ptr && v) r->said = RS_STR("");
    rs_json_iter it = rs_json_each(v);
    if (rs_json_len(v) < 2 || rs_json_kind(v) != RS_JSON_ARRAY || rs_json_kind(rs_json_next(&it, NULL)) != RS_JSON_STR)
        return true;
    return list_of(arena, v, &r->saids, &r->n_saids);
}

static rs_str some_text(rs_arena *arena, const rs_json *v, const char *const *keys)
{
    const rs_str s = text_of(arena, field_of(v, keys));
    return s.ptr ? s : RS_STR("");
}

static const rs_json *gold_of_doc(const rs_json *v)
{
    return rs_json_get(rs_json_get(v, "doc"), "answer");
}

static bool types_of(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    const rs_json *types = field_of(v, type_keys);
    const rs_str type = text_of(arena, types), task = text_of(arena, rs_json_get(v, "task"));
    rs_task known;
    r->type = type.ptr ? type : RS_STR("");
    r->task = task.ptr && rs_model_task_parse(task, &known) ? task : RS_STR("");
    if (rs_json_kind(types) != RS_JSON_ARRAY || rs_json_len(types) < 2) return true;
    return list_of(arena, types, &r->types, &r->n_types);
}

static void by_fields(rs_arena *arena, const rs_json *v, const rs_score_wants *wants, rs_score_record *r)
{
    for (int k = 0; k < RS_SCORE_BY; k++) {
        r->by[k] = RS_STR("");
        if (!wants->by[k]) continue;
        const rs_str text = text_of(arena, field_of(v, wants->by[k]));
        if (text.ptr) r->by[k] = text;
    }
}

static void picture_of(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    r->image = some_text(arena, v, image_keys);
    if (!r->image.len) r->image = text_of(arena, rs_json_get(v, "images"));
    if (!r->image.ptr) r->image = RS_STR("");
    rs_json_double(rs_json_get(v, "width"), &r->width);
    rs_json_double(rs_json_get(v, "height"), &r->height);
    rs_json_double(rs_json_path(v, RS_STR("resized.0")), &r->resized[0]);
    rs_json_double(rs_json_path(v, RS_STR("resized.1")), &r->resized[1]);
    const rs_str convention = text_of(arena, rs_json_get(v, "convention"));
    const rs_str spoken = text_of(arena, rs_json_get(v, "prediction_boxes"));
    r->convention = convention.ptr ? convention : RS_STR("");
    r->spoken = spoken.ptr ? spoken : RS_STR("");
    r->boxes = lists_of(arena, rs_json_get(v, "boxes"));
}

/* Which field is the truth and which the prediction depends on what else is there: "answer" is the
 * prediction beside "annotation" or "ground_truth", and the truth beside "prediction". */
static bool take_record(rs_arena *arena, const rs_json *v, const rs_score_wants *wants, rs_score_record *r)
{
    const rs_json *said = first_of(v, said_keys), *gold = first_of(v, gold_keys);
    const rs_json *own = first_of(v, own_keys);
    if (!gold) gold = gold_of_doc(v);
    const bool captions = rs_json_get(v, "caption0") != NULL;
    if (!said && (gold || captions || wants->role == RS_SCORE_PREDICTIONS)) said = own == gold ? NULL : own;
    if (!gold && !captions && own != said) gold = own;
    if (captions && !captions_of(arena, v, r)) return false;
    if (said && !set_said(arena, said, r)) return false;
    if (gold && !set_gold(arena, gold, r)) return false;
    r->id = text_of(arena, first_of(v, id_keys));
    r->original_id = text_of(arena, rs_json_get(v, "original_id"));
    r->question = some_text(arena, v, question_keys);
    picture_of(arena, v, r);
    by_fields(arena, v, wants, r);
    return types_of(arena, v, r) && options_of(arena, v, r);
}

/* ---- records ---------------------------------------------------------------------------------- */

typedef struct reading {
    rs_arena *arena;
    const rs_score_wants *wants;
    const rsift_limits *limits;
    rs_score_file *out;
    rs_io_stream *stream;
    rs_hasher hasher;
    rs_buf head; /* looked at already */
    size_t at;
    bool lines;
    rs_arena scratch; /* documents whose fields were copied out */
} reading;

static rsift_status add(reading *in, rs_str key, const rs_json *v, rsift_error *err)
{
    rs_score_file *f = in->out;
    if (!rs_arena_grow(in->arena, (void **)&f->records, &f->cap, f->n + 1, sizeof *f->records))
        return rs_err_nomem(err, "records");
    rs_score_record *r = &f->records[f->n];
    *r = (rs_score_record){.question = RS_STR(""), .type = RS_STR(""), .image = RS_STR(""),
                           .task = RS_STR(""), .convention = RS_STR(""), .spoken = RS_STR(""),
                           .line = (int64_t)f->n + 1, .place = f->n};
    bool good = true;
    if (rs_json_kind(v) == RS_JSON_OBJECT) {
        good = take_record(in->arena, v, in->wants, r);
        if (in->wants->json) r->json = v;
    } else if (!key.ptr) {
        return rs_err_set(err, RSIFT_E_FORMAT, "expected an object, found %s",
                          rs_json_kind_name(rs_json_kind(v)));
    } else if (in->wants->role == RS_SCORE_PREDICTIONS) {
        good = set_said(in->arena, v, r);
    } else {
        good = set_gold(in->arena, v, r);
    }
    if (key.ptr && !r->id.ptr) r->id = rs_arena_str(in->arena, key);
    if (!good || (key.ptr && !r->id.ptr)) return rs_err_nomem(err, "a record");
    f->n++;
    return RSIFT_OK;
}

static rsift_status parse_add(reading *in, rs_str key, rs_str bytes, rsift_error *err)
{
    const rs_json *v;
    rs_arena *arena = in->wants->json ? in->arena : &in->scratch;
    const rs_str kept = in->wants->json ? rs_arena_str(arena, bytes) : bytes;
    if (!kept.ptr) return rs_err_nomem(err, "a record");
    rsift_status status = rs_json_parse(arena, kept, in->limits, &v, err);
    if (status == RSIFT_OK) status = add(in, key, v, err);
    rs_arena_reset(&in->scratch);
    return status;
}

static rsift_status feed(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    reading *in = ctx;
    if (in->at < in->head.len) {
        *got = in->head.len - in->at < n ? in->head.len - in->at : n;
        memcpy(dst, in->head.ptr + in->at, *got);
        in->at += *got;
        return RSIFT_OK;
    }
    RS_TRY(rs_io_read(in->stream, dst, n, got, err));
    rs_hash_bytes(&in->hasher, dst, *got);
    in->out->n_bytes += (int64_t)*got;
    return RSIFT_OK;
}

static rsift_status line_of(reading *in, rs_str line, int64_t number, rsift_error *err)
{
    line = rs_str_trim(line);
    if (!line.len) return RSIFT_OK;
    const rsift_status status = parse_add(in, (rs_str){NULL, 0}, line, err);
    if (status != RSIFT_OK) return rs_err_within(err, status, "line %" PRId64, number);
    in->out->records[in->out->n - 1].line = number;
    return RSIFT_OK;
}

static rsift_status line_room(reading *in, rs_buf *buf, int64_t number, rsift_error *err)
{
    if (buf->len > in->limits->max_record) {
        rs_err_set(err, RSIFT_E_LIMIT, "longer than max_record, %" PRIu64 " bytes", in->limits->max_record);
        return rs_err_within(err, RSIFT_E_LIMIT, "line %" PRId64, number);
    }
    return rs_buf_reserve(buf, 1 << 18) ? RSIFT_OK : rs_err_nomem(err, "a line");
}

static rsift_status read_lines(reading *in, rsift_error *err)
{
    rs_buf buf = {0};
    int64_t number = 1;
    rsift_status status = RSIFT_OK;
    for (size_t got = 1; status == RSIFT_OK && got > 0;) {
        status = line_room(in, &buf, number, err);
        if (status == RSIFT_OK) status = feed(in, buf.ptr + buf.len, 1 << 18, &got, err);
        if (status != RSIFT_OK) break;
        buf.len += got;
        size_t begin = 0;
        for (const char *end; status == RSIFT_OK && buf.len > begin &&
                              (end = memchr(buf.ptr + begin, '\n', buf.len - begin));) {
            const size_t at = (size_t)(end - buf.ptr);
            status = line_of(in, rs_str_make(buf.ptr + begin, at - begin), number++, err);
            begin = at + 1;
        }
        memmove(buf.ptr, buf.ptr + begin, buf.len - begin);
        buf.len -= begin;
    }
    if (status == RSIFT_OK) status = line_of(in, rs_str_make(buf.ptr, buf.len), number, err);
    rs_buf_fini(&buf);
    return status;
}

static rsift_status read_cuts(reading *in, rs_str path, rsift_error *err)
{
    rs_json_cutter *cutter;
    RS_TRY(rs_json_cutter_open(feed, in, &path, 1, in->limits, &cutter, err));
    rs_arena arena = {0};
    rs_json_cut cuts[256];
    size_t n;
    rsift_status status;
    while ((status = rs_json_cutter_fill(cutter, &arena, cuts, 256, 1 << 22, &n, err)) == RSIFT_OK) {
        for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
            status = parse_add(in, cuts[i].key, cuts[i].bytes, err);
            if (status != RSIFT_OK)
                rs_err_within(err, status, "record %zu (byte %" PRId64 ")", in->out->n + 1, cuts[i].offset);
        }
        if (status != RSIFT_OK) break;
        rs_arena_reset(&arena);
    }
    rs_arena_fini(&arena);
    rs_json_cutter_close(cutter);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Rows below a header line; quoted cells may hold tabs, commas, newlines and doubled quotes. */
static rsift_status read_table(reading *in, char sep, rs_str text, rsift_error *err)
{
    rs_str names[256];
    size_t n_names = 0, column = 0, row = 0;
    rs_buf object = {0}, cell = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < text.len;) {
        cell.len = 0;
        bool quoted = text.ptr[i] == '"';
        for (i += quoted; i < text.len; i++) {
            if (quoted && text.ptr[i] == '"') {
                if (i + 1 < text.len && text.ptr[i + 1] == '"') i++;
                else {
                    quoted = false;
                    continue;
                }
            } else if (!quoted && (text.ptr[i] == sep || text.ptr[i] == '\n')) {
                break;
            }
            if (quoted || text.ptr[i] != '\r') rs_buf_char(&cell, text.ptr[i]);
        }
        const bool end = i >= text.len || text.ptr[i] == '\n';
        i++;
        if (row == 0 && n_names < 256) {
            names[n_names++] = rs_arena_str(in->arena, rs_buf_view(&cell));
        } else if (column < n_names) {
            rs_buf_char(&object, object.len ? ',' : '{');
            rs_json_put_str(&object, names[column]);
            rs_buf_char(&object, ':');
            rs_json_put_str(&object, rs_buf_view(&cell));
        }
        column++;
        if (!end) continue;
        if (object.len) {
            rs_buf_char(&object, '}');
            status = object.failed ? rs_err_nomem(err, "a row")
                                   : parse_add(in, (rs_str){NULL, 0}, rs_buf_view(&object), err);
            if (status != RSIFT_OK) rs_err_within(err, status, "row %zu", row);
        }
        object.len = column = 0;
        row++;
    }
    rs_buf_fini(&object);
    rs_buf_fini(&cell);
    return status;
}

/* ---- files ------------------------------------------------------------------------------------ */

static rsift_status open_one(const char *path, rs_io_tree **tree, rs_io_stream **stream,
                             rsift_error *err)
{
    *stream = NULL;
    RS_TRY(rs_io_tree_open(rs_str_of(path), &(rs_io_options){0}, tree, err));
    if (rs_io_n_members(*tree) == 1) return rs_io_open(*tree, 0, stream, err);
    rs_err_set(err, RSIFT_E_ARG, "expected one file, found %zu", rs_io_n_members(*tree));
    return rs_err_within(err, RSIFT_E_ARG, "%s", path);
}

static rsift_status peek(reading *in, rsift_error *err)
{
    for (size_t got = 1; got > 0 && in->head.len < 1 << 16;) {
        if (!rs_buf_reserve(&in->head, 1 << 16)) return rs_err_nomem(err, "a file");
        RS_TRY(rs_io_read(in->stream, in->head.ptr + in->head.len, 1 << 16, &got, err));
        in->head.len += got;
    }
    rs_hash_bytes(&in->hasher, in->head.ptr, in->head.len);
    in->out->n_bytes = (int64_t)in->head.len;
    return RSIFT_OK;
}

static rsift_status slurp(reading *in, rs_str *out, rsift_error *err)
{
    rs_buf all = {0};
    rsift_status status = RSIFT_OK;
    for (size_t got = 1; status == RSIFT_OK && got > 0;) {
        if (!rs_buf_reserve(&all, 1 << 20)) status = rs_err_nomem(err, "a file");
        else status = feed(in, all.ptr + all.len, 1 << 20, &got, err);
        if (status == RSIFT_OK) all.len += got;
    }
    if (status == RSIFT_OK) {
        *out = rs_arena_str(in->arena, rs_str_make(all.ptr, all.len));
        if (!out->ptr) status = rs_err_nomem(err, "a file");
    }
    rs_buf_fini(&all);
    return status;
}

/* The first line is a whole object: JSON lines. */
static bool looks_like_lines(reading *in, rs_str head)
{
    rs_arena scratch = {0};
    rs_str rest = head, line;
    const rs_json *v;
    bool lines = rs_str_line(&rest, &line) &&
                 rs_json_parse(&scratch, rs_arena_str(&scratch, rs_str_trim(line)), in->limits, &v, NULL) == RSIFT_OK;
    /* one line alone may be a map from id to answer */
    if (lines && !rs_str_trim(rest).len) lines = first_of(v, id_keys) || first_of(v, said_keys);
    rs_arena_fini(&scratch);
    return lines;
}

static const char *const list_keys[] = {"logs", "annotations", "questions", "results", "data",
                                        "predictions", "samples", NULL};

static rsift_status read_object(reading *in, rsift_error *err)
{
    rs_str text;
    const rs_json *root;
    RS_TRY(slurp(in, &text, err));
    RS_TRY(rs_json_parse(in->arena, text, in->limits, &root, err));
    const rs_json *list = first_of(root, list_keys);
    if (!list || rs_json_kind(list) == RS_JSON_STR) list = root;
    rs_json_iter it = rs_json_each(list);
    rs_str key;
    for (const rs_json *v; (v = rs_json_next(&it, &key));) {
        const bool array = rs_json_kind(list) == RS_JSON_ARRAY;
        const rsift_status status = add(in, array ? (rs_str){NULL, 0} : key, v, err);
        if (status != RSIFT_OK) return rs_err_within(err, status, "record %zu", in->out->n + 1);
    }
    return RSIFT_OK;
}

static rsift_status read_any(reading *in, rs_str path, rsift_error *err)
{
    RS_TRY(peek(in, err));
    const rs_str ext = rs_str_extension(path);
    rs_str text, head = rs_str_make(in->head.ptr, in->head.len);
    if (rs_str_starts(head, RS_STR("\xef\xbb\xbf"))) head = rs_str_sub(head, 3, head.len);
    head = rs_str_trim(head);
    if (rs_str_eq_nocase(ext, RS_STR(".xlsx")))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "an Excel sheet; save it as .tsv");
    if (rs_str_eq_nocase(ext, RS_STR(".tsv")) || rs_str_eq_nocase(ext, RS_STR(".csv"))) {
        RS_TRY(slurp(in, &text, err));
        return read_table(in, ext.ptr[1] == 't' || ext.ptr[1] == 'T' ? '\t' : ',', text, err);
    }
    in->lines = rs_str_eq_nocase(ext, RS_STR(".jsonl")) || looks_like_lines(in, head);
    if (head.len && head.ptr[0] == '[' && !rs_str_eq_nocase(ext, RS_STR(".jsonl")))
        return read_cuts(in, RS_STR(""), err);
    if (in->lines) return read_lines(in, err);
    return read_object(in, err);
}

rsift_status rs_score_read(rs_arena *arena, const char *path, const rs_score_wants *wants,
                           const rsift_limits *limits, rs_score_file *out, rsift_error *err)
{
    *out = (rs_score_file){0};
    reading in = {.arena = arena, .wants = wants, .limits = limits, .out = out};
    rs_hash_start(&in.hasher);
    rs_io_tree *tree = NULL;
    rsift_status status = open_one(path, &tree, &in.stream, err);
    if (status == RSIFT_OK) {
        status = read_any(&in, rs_str_of(path), err);
        if (status != RSIFT_OK) rs_err_within(err, status, "%s", path);
    }
    if (status == RSIFT_OK && !out->n) {
        rs_err_set(err, RSIFT_E_FORMAT, "no records in it");
        status = rs_err_within(err, RSIFT_E_FORMAT, "%s", path);
    }
    out->lines = in.lines;
    out->hash = rs_hash_end(&in.hasher);
    rs_buf_fini(&in.head);
    rs_arena_fini(&in.scratch);
    if (in.stream) rs_io_close(in.stream);
    rs_io_tree_close(tree);
    return status;
}

rsift_status rs_score_bytes(rs_arena *arena, const char *path, rs_str *out, rs_id *hash,
                            rsift_error *err)
{
    rs_score_file file = {0};
    reading in = {.arena = arena, .out = &file};
    rs_hash_start(&in.hasher);
    rs_io_tree *tree = NULL;
    rsift_status status = open_one(path, &tree, &in.stream, err);
    if (status == RSIFT_OK) status = slurp(&in, out, err);
    *hash = rs_hash_end(&in.hasher);
    if (in.stream) rs_io_close(in.stream);
    rs_io_tree_close(tree);
    return status;
}

rsift_status rs_score_document(rs_arena *arena, const char *path, const rsift_limits *limits,
                               const rs_json **root, rs_id *hash, rsift_error *err)
{
    rs_str text;
    RS_TRY(rs_score_bytes(arena, path, &text, hash, err));
    const rsift_status status = rs_json_parse(arena, text, limits, root, err);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", path);
}

rsift_status rs_score_blame(const char *path, const rs_score_file *file, const rs_score_record *r,
                            rsift_status status, rsift_error *err)
{
    rs_err_within(err, status, file->lines ? "line %" PRId64 : "record %" PRId64, r->line);
    return rs_err_within(err, status, "%s", path);
}
