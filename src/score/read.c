#include "score/read.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/num.h"
#include "score/source.h"
#include "model/sample.h"

#include <inttypes.h>
#include <math.h>

/* ---- fields ---------------------------------------------------------------------------------- */

static const char *const id_keys[] = {
    "id",        "question_id", "questionId", "qid",      "Question_id", "index", "doc_id",
    "sample_id", "image_id",    "image",      "filename", "key",         NULL};
static const char *const prediction_keys[] = {
    "prediction",        "output",         "Output", "response",  "pred",           "predicted",
    "predicted_answers", "filtered_resps", "resps",  "generated", "generated_text", NULL};
static const char *const reference_keys[] = {"ground_truth",
                                             "annotation",
                                             "gt_bbox",
                                             "target",
                                             "gt",
                                             "gt_answer",
                                             "Ground truth",
                                             "ground_truth_option",
                                             "references",
                                             "refs",
                                             "captions",
                                             "answers",
                                             NULL};
static const char *const answer_keys[] = {"answer", "text", "caption", "label",
                                          "bbox",   "box",  "ranking", "segmentation",
                                          "mask",   "size", NULL};
/* POPE's truth: "text" asks beside "label". */
static const char *const asking_answer_keys[] = {"answer",  "caption",      "label", "bbox", "box",
                                                 "ranking", "segmentation", "mask",  "size", "text",
                                                 NULL};
static const char *const type_keys[] = {
    "type",       "vqa_type",  "question_type", "category", "Category", "l2-category",
    "size_group", "task_type", "Task",          "task",     NULL};
static const char *const image_keys[] = {"image",    "image_id", "image_name",
                                         "filename", "img",      NULL};
static const char *const question_keys[] = {"question", "Text", "prompt", "query", NULL};
static const char *const asked_keys[] = {"text", NULL}; /* when it is no answer */
static const char *const option_keys[] = {
    "options", "choices", "Answer choices", "options_list", "multi-choice options", NULL};

static const rs_json *first_of(const rs_json *object, const char *const *keys)
{
    for (; *keys; keys++) {
        const rs_json *v = rs_json_get(object, *keys);
        if (v && rs_json_kind(v) != RS_JSON_NULL) return v;
    }
    return NULL;
}

const rs_score_details *rs_score_details_of(const rs_score_record *r)
{
    static const rs_score_details none;
    return r->details ? r->details : &none;
}

rs_score_details *rs_score_make_details(rs_arena *arena, rs_score_record *r)
{
    if (!r->details) r->details = rs_arena_calloc(arena, 1, sizeof *r->details);
    return r->details;
}

/* lmms-eval keeps the benchmark's record below "doc". */
static const rs_json *field_of(const rs_json *object, const char *const *keys)
{
    const rs_json *v = first_of(object, keys);
    return v ? v : first_of(rs_json_get(object, "doc"), keys);
}

/* A flat list of at most RS_SCORE_BOX numbers; *out NULL otherwise. false = out of memory. */
static bool numbers_of(rs_arena *arena, const rs_json *v, const double **out, uint32_t *n)
{
    double numbers[RS_SCORE_BOX];
    uint32_t count = 0;
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

/* Without an exponent, which no rule for box text knows. */
static void put_decimal(rs_buf *b, double v)
{
    char text[352]; /* DBL_MAX has 309 digits before the point */
    if (v == 0 || (fabs(v) >= 1e-4 && fabs(v) < 1e15)) {
        rs_json_put_double(b, v);
        return;
    }
    int n = snprintf(text, sizeof text, "%.20f", v);
    while (n > 1 && text[n - 1] == '0') n--;
    if (n > 1 && text[n - 1] == '.') n--;
    rs_buf_add(b, text, (size_t)n);
}

static void put_lists(rs_buf *b, const rs_json *v)
{
    rs_json_iter it = rs_json_each(v);
    const char *between = "[";
    for (const rs_json *e; (e = rs_json_next(&it, NULL)); between = ", ") {
        double number;
        rs_buf_cstr(b, between);
        if (rs_json_kind(e) == RS_JSON_ARRAY) put_lists(b, e);
        else if (rs_json_double(e, &number)) put_decimal(b, number);
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

static void put_value(rs_buf *b, const rs_json *v)
{
    const rs_json_type kind = rs_json_kind(v);
    double number;
    bool yes;
    if (kind == RS_JSON_ARRAY || kind == RS_JSON_OBJECT) {
        const bool object = kind == RS_JSON_OBJECT;
        rs_json_iter it = rs_json_each(v);
        rs_str key;
        rs_buf_char(b, object ? '{' : '[');
        const char *between = "";
        for (const rs_json *e; (e = rs_json_next(&it, &key)); between = ", ") {
            rs_buf_cstr(b, between);
            if (object) rs_json_put_str(b, key);
            if (object) rs_buf_cstr(b, ": ");
            put_value(b, e);
        }
        rs_buf_char(b, object ? '}' : ']');
    } else if (kind == RS_JSON_STR) rs_json_put_str(b, rs_json_str(v));
    else if (rs_json_double(v, &number)) rs_json_put_double(b, number);
    else rs_buf_cstr(b, rs_json_bool(v, &yes) ? (yes ? "true" : "false") : "null");
}

/* Boxes of an answer that was parsed already: [{"bbox_2d": [..]}, ..] as "[[..], ..]"; ptr NULL = a
 * part has none. */
static rs_str parsed_boxes(rs_arena *arena, const rs_json *v)
{
    static const char *const keys[] = {"bbox_2d", "bbox", "box", NULL};
    const bool many = rs_json_kind(v) == RS_JSON_ARRAY;
    rs_json_iter it = rs_json_each(v);
    rs_buf b = {0};
    if (many) rs_buf_char(&b, '[');
    const char *between = "";
    for (const rs_json *e = many ? rs_json_next(&it, NULL) : v; e && !b.failed;
         e = many ? rs_json_next(&it, NULL) : NULL, between = ", ") {
        const rs_json *box = rs_json_kind(e) == RS_JSON_OBJECT ? first_of(e, keys) : NULL;
        rs_buf_cstr(&b, between);
        if (rs_json_kind(box) == RS_JSON_ARRAY) put_lists(&b, box);
        else b.failed = true;
    }
    if (many) rs_buf_char(&b, ']');
    const rs_str text = b.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_buf_view(&b));
    rs_buf_fini(&b);
    return text;
}

/* An answer that was parsed already ([{"bbox_2d": [..]}]) as the text that it was; ptr NULL = no
 * such one. */
static rs_str parsed_of(rs_arena *arena, const rs_json *v)
{
    rs_json_iter it = rs_json_each(v);
    const bool list =
        rs_json_kind(v) == RS_JSON_ARRAY && rs_json_kind(rs_json_next(&it, NULL)) == RS_JSON_OBJECT;
    if (!list && rs_json_kind(v) != RS_JSON_OBJECT) return (rs_str){NULL, 0};
    const rs_str boxes = parsed_boxes(arena, v);
    if (boxes.ptr) return boxes;
    rs_buf b = {0};
    put_value(&b, v);
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
    rs_score_details *more = n ? rs_score_make_details(arena, r) : NULL;
    if (more) more->options = items;
    if (more) more->n_options = n;
    return more || !n;
}

static bool options_of(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    const rs_json *list = field_of(v, option_keys);
    rs_score_details *more = list ? rs_score_make_details(arena, r) : NULL;
    if (list && !more) return false;
    if (rs_json_kind(list) == RS_JSON_ARRAY)
        return list_of(arena, list, &more->options, &more->n_options);
    if (rs_json_kind(list) == RS_JSON_STR)
        return python_list(arena, text_of(arena, list), &more->options, &more->n_options);
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
        items[r->n_references++] = text;
    }
    r->references = items;
    return true;
}

static bool set_reference(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    if (!numbers_of(arena, v, &r->reference_box, &r->n_reference_box)) return false;
    r->reference = lists_of(arena, v);
    if (!r->reference.ptr || !r->reference.len || rs_str_eq(r->reference, RS_STR("[]")))
        r->reference = text_of(arena, v);
    if (rs_json_kind(v) != RS_JSON_ARRAY) return true;
    return list_of(arena, v, &r->references, &r->n_references);
}

static bool set_prediction(rs_arena *arena, const rs_json *v, const rs_score_wants *wants,
                           rs_score_record *r)
{
    if (!numbers_of(arena, v, &r->prediction_box, &r->n_prediction_box)) return false;
    r->prediction = lists_of(arena, v);
    if (!r->prediction.ptr && !wants->json) r->prediction = parsed_of(arena, v);
    if (!r->prediction.ptr || rs_str_eq(r->prediction, RS_STR("[]")))
        r->prediction = text_of(arena, v);
    if (!r->prediction.ptr && v) r->prediction = RS_STR("");
    rs_json_iter it = rs_json_each(v);
    if (rs_json_len(v) < 2 || rs_json_kind(v) != RS_JSON_ARRAY ||
        rs_json_kind(rs_json_next(&it, NULL)) != RS_JSON_STR)
        return true;
    rs_score_details *more = rs_score_make_details(arena, r);
    return more && list_of(arena, v, &more->wordings, &more->n_wordings);
}

static rs_str some_text(rs_arena *arena, const rs_json *v, const char *const *keys)
{
    const rs_str s = text_of(arena, field_of(v, keys));
    return s.ptr ? s : RS_STR("");
}

static const rs_json *reference_of_doc(const rs_json *v)
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
    rs_score_details *more = rs_score_make_details(arena, r);
    return more && list_of(arena, types, &more->types, &more->n_types);
}

static bool by_fields(rs_arena *arena, const rs_json *v, const rs_score_wants *wants,
                      rs_score_record *r)
{
    for (int k = 0; k < RS_SCORE_BY; k++) {
        const rs_str text =
            wants->by[k] ? text_of(arena, field_of(v, wants->by[k])) : (rs_str){NULL, 0};
        if (!text.ptr) continue;
        if (!rs_score_make_details(arena, r)) return false;
        r->details->by[k] = text;
    }
    return true;
}

/* A number, or a text that is one (tables hold nothing else). */
static double number_of(const rs_json *v)
{
    double number = 0;
    if (!rs_json_double(v, &number) && rs_json_kind(v) == RS_JSON_STR &&
        !rs_num_double(rs_str_trim(rs_json_str(v)), &number))
        number = 0;
    return number;
}

static bool picture_of(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    r->image = some_text(arena, v, image_keys);
    if (!r->image.len) r->image = text_of(arena, rs_json_get(v, "images"));
    if (!r->image.ptr) r->image = RS_STR("");
    const rs_json *boxes = rs_json_get(v, "boxes");
    const double width = number_of(rs_json_get(v, "width")),
                 height = number_of(rs_json_get(v, "height"));
    if (!boxes && width == 0 && height == 0) return true;
    rs_score_details *more = rs_score_make_details(arena, r);
    if (!more) return false;
    more->width = width;
    more->height = height;
    more->resized[0] = number_of(rs_json_path(v, RS_STR("resized.0")));
    more->resized[1] = number_of(rs_json_path(v, RS_STR("resized.1")));
    more->convention = text_of(arena, rs_json_get(v, "convention"));
    more->prediction_convention = text_of(arena, rs_json_get(v, "prediction_boxes"));
    more->boxes = lists_of(arena, boxes);
    return true;
}

/* The first of the keys that is there, be it null. */
static bool has_any(const rs_json *object, const char *const *keys)
{
    for (; *keys; keys++)
        if (rs_json_get(object, *keys)) return true;
    return false;
}

/* Which field is the truth and which the prediction depends on what else is there: "answer" is the
 * prediction beside "annotation" or "ground_truth", and the truth beside "prediction". */
static bool take_record(rs_arena *arena, const rs_json *v, const rs_score_wants *wants,
                        rs_score_record *r)
{
    const rs_json *predicted = first_of(v, prediction_keys),
                  *reference = first_of(v, reference_keys);
    const bool asks = wants->text_asks && !reference; /* else "text" may be the prediction */
    const rs_json *own = first_of(v, asks ? asking_answer_keys : answer_keys);
    if (!reference) reference = reference_of_doc(v);
    const bool captions = rs_json_get(v, "caption0") != NULL;
    const bool predicts = wants->role == RS_SCORE_PREDICTIONS && !own;
    const bool null_prediction = /* null: an empty answer */
        !predicted && (has_any(v, prediction_keys) || (predicts && has_any(v, answer_keys)));
    if (null_prediction) r->prediction = RS_STR("");
    else if (!predicted && (reference || captions || wants->role == RS_SCORE_PREDICTIONS))
        predicted = own == reference ? NULL : own;
    if (!reference && !captions && own != predicted) reference = own;
    if (captions && !captions_of(arena, v, r)) return false;
    if (predicted && !set_prediction(arena, predicted, wants, r)) return false;
    if (reference && !set_reference(arena, reference, r)) return false;
    r->id = text_of(arena, first_of(v, id_keys));
    r->original_id = text_of(arena, rs_json_get(v, "original_id"));
    r->question = some_text(arena, v, question_keys);
    if (!r->question.len && reference && reference != rs_json_get(v, "text") && asks)
        r->question = some_text(arena, v, asked_keys);
    return picture_of(arena, v, r) && by_fields(arena, v, wants, r) && types_of(arena, v, r) &&
           options_of(arena, v, r);
}

/* ---- records --------------------------------------------------------------------------------- */

typedef struct reading {
    rs_session *session;
    rs_arena *arena;
    const rs_score_wants *wants;
    rs_score_source *source;
    rs_score_file *out;
    struct piece *pieces; /* finished records, in order */
    size_t n_pieces, cap_pieces;
} reading;

typedef struct piece {
    rs_score_record *records;
    size_t n, n_bare;
    rs_str bare;
} piece;

/* About a megabyte of the file and what came of it. */
typedef struct batch {
    rs_score_chunk chunk;
    piece made;
    rs_arena kept, scratch; /* scratch: documents whose fields were copied out */
} batch;

/* Python's json takes the last of two equal keys and yyjson the first: nobody means either. */
static rsift_status check_keys(const rs_json *v, rsift_error *err)
{
    enum { few = 48 };
    rs_str keys[few], key;
    char quoted[RS_QUOTE_SIZE];
    rs_json_iter it = rs_json_each(v);
    bool made = true;
    if (rs_json_len(v) <= few) {
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

/* pandas writes a column of whole numbers with a gap in it as 12.0: the id is 12. */
static rs_str whole_id(rs_str id)
{
    if (id.len < 3 || !rs_str_ends(id, RS_STR(".0"))) return id;
    const size_t begin = id.ptr[0] == '-';
    if (begin == id.len - 2) return id;
    for (size_t i = begin; i < id.len - 2; i++)
        if (id.ptr[i] < '0' || id.ptr[i] > '9') return id;
    return rs_str_sub(id, 0, id.len - 2);
}

static rsift_status take(const reading *in, batch *b, rs_str key, const rs_json *v,
                         rs_score_record *r, rsift_error *err)
{
    bool good = true;
    *r = (rs_score_record){
        .question = RS_STR(""), .type = RS_STR(""), .image = RS_STR(""), .task = RS_STR("")};
    if (rs_json_kind(v) == RS_JSON_OBJECT) {
        RS_TRY(check_keys(v, err));
        good = take_record(&b->kept, v, in->wants, r);
        if (in->wants->json) r->json = v;
    } else if (!key.ptr) {
        return rs_err_set(err, RSIFT_E_FORMAT, "expected an object, found %s",
                          rs_json_kind_name(rs_json_kind(v)));
    } else if (in->wants->role == RS_SCORE_PREDICTIONS) {
        good = set_prediction(&b->kept, v, in->wants, r);
    } else {
        good = set_reference(&b->kept, v, r);
    }
    if (key.ptr && !r->id.ptr) r->id = rs_arena_str(&b->kept, key);
    if (!good || (key.ptr && !r->id.ptr)) return rs_err_nomem(err, "a record");
    if (rs_score_source_table(in->source)) {
        r->id = whole_id(r->id);
        r->original_id = whole_id(r->original_id);
    }
    return RSIFT_OK;
}

/* The fields of a record that has no prediction: "id, model_answer". */
static bool note_bare(const reading *in, batch *b, const rs_json *v, const rs_score_record *r)
{
    if (in->wants->role != RS_SCORE_PREDICTIONS || in->wants->json || r->prediction.ptr)
        return true;
    if (rs_json_kind(v) != RS_JSON_OBJECT) return true;
    b->made.n_bare++;
    if (b->made.bare.ptr) return true;
    rs_buf names = {0};
    rs_str key;
    rs_json_iter it = rs_json_each(v);
    for (size_t k = 0; k < 8 && rs_json_next(&it, &key); k++) {
        if (k) rs_buf_cstr(&names, ", ");
        rs_buf_str(&names, rs_str_sub(key, 0, key.len < 40 ? key.len : 40));
    }
    b->made.bare = names.failed ? (rs_str){NULL, 0} : rs_arena_str(&b->kept, rs_buf_view(&names));
    rs_buf_fini(&names);
    return b->made.bare.ptr != NULL;
}

static rsift_status parse(const reading *in, batch *b, const rs_score_raw *raw, rs_score_record *r,
                          rsift_error *err)
{
    rs_arena *arena = in->wants->json ? &b->kept : &b->scratch;
    const rs_json *v;
    rs_str json;
    RS_TRY(rs_score_source_json(in->source, &b->chunk, raw, &b->scratch, &json, err));
    if (in->wants->json) json = rs_arena_str(arena, json);
    if (!json.ptr) return rs_err_nomem(err, "a record");
    RS_TRY(rs_json_parse(arena, json, &in->session->limits, &v, err));
    RS_TRY(take(in, b, raw->key, v, r, err));
    return note_bare(in, b, v, r) ? RSIFT_OK : rs_err_nomem(err, "a record");
}

static rsift_status produce(void *ctx, void *item, rsift_error *err)
{
    reading *in = ctx;
    return rs_score_source_fill(in->source, &((batch *)item)->chunk, err);
}

static rsift_status work(void *ctx, void *item, rsift_error *err)
{
    const reading *in = ctx;
    batch *b = item;
    const size_t n = b->chunk.n;
    b->made = (piece){.records = rs_alloc((n + 1) * sizeof *b->made.records)};
    if (!b->made.records) return rs_err_nomem(err, "records");
    for (size_t i = 0; i < n; i++) {
        const rs_score_raw *raw = &b->chunk.raws[i];
        rs_score_record *r = &b->made.records[b->made.n];
        const rsift_status status = parse(in, b, raw, r, err);
        if (status != RSIFT_OK) return rs_score_source_blame(in->source, raw, status, err);
        r->line = raw->number;
        b->made.n++;
        rs_arena_reset(&b->scratch);
    }
    return RSIFT_OK;
}

static rsift_status consume(void *ctx, void *item, rsift_error *err)
{
    reading *in = ctx;
    batch *b = item;
    if (!RS_VEC_RESERVE(in->pieces, in->cap_pieces, in->n_pieces + 1))
        return rs_err_nomem(err, "records");
    in->pieces[in->n_pieces++] = b->made;
    in->out->n += b->made.n;
    in->out->n_bare += b->made.n_bare;
    if (!in->out->bare.ptr) in->out->bare = b->made.bare;
    b->made = (piece){0};
    rs_arena_adopt(in->arena, &b->kept);
    return RSIFT_OK;
}

static void drop(void *ctx, void *item)
{
    batch *b = item;
    (void)ctx;
    rs_score_chunk_fini(&b->chunk);
    rs_free(b->made.records);
    rs_arena_fini(&b->kept);
    rs_arena_fini(&b->scratch);
}

/* The pieces behind each other, each freed once it is copied. */
static rsift_status join(reading *in, rsift_error *err)
{
    rs_score_file *f = in->out;
    f->cap = f->n;
    f->records = rs_arena_calloc(in->arena, 1, f->n * sizeof *f->records);
    if (!f->records) return rs_err_nomem(err, "records");
    size_t at = 0;
    for (size_t i = 0; i < in->n_pieces; i++) {
        piece *p = &in->pieces[i];
        if (p->n) memcpy(f->records + at, p->records, p->n * sizeof *p->records);
        at += p->n;
        rs_free(p->records);
        p->records = NULL;
    }
    for (size_t i = 0; i < f->n; i++) f->records[i].place = i;
    return RSIFT_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool is_record(const rs_json *object)
{
    return first_of(object, id_keys) || first_of(object, prediction_keys);
}

static rsift_status read_records(reading *in, rsift_error *err)
{
    const rs_pipeline pipeline = {.item_size = sizeof(batch),
                                  .n_threads = in->session->n_threads,
                                  .ctx = in,
                                  .cancel = &in->session->cancel,
                                  .produce = produce,
                                  .work = work,
                                  .consume = consume,
                                  .fini = drop};
    RS_TRY(rs_run_pipeline(&pipeline, err));
    if (!in->out->n) return rs_err_set(err, RSIFT_E_FORMAT, "no records in it");
    return join(in, err);
}

rsift_status rs_score_read(rs_arena *arena, const char *path, const rs_score_wants *wants,
                           rs_session *session, rs_score_file *out, rsift_error *err)
{
    *out = (rs_score_file){0};
    reading in = {.session = session, .arena = arena, .wants = wants, .out = out};
    RS_TRY(rs_score_source_open(session, path, is_record, &in.source, err));
    rsift_status status = read_records(&in, err);
    if (status != RSIFT_OK) rs_score_within(path, status, err);
    out->lines = rs_score_source_lines(in.source);
    out->hash = rs_score_source_hash(in.source);
    out->n_bytes = rs_score_source_size(in.source);
    out->note = rs_score_source_note(in.source, arena);
    for (size_t i = 0; i < in.n_pieces; i++) rs_free(in.pieces[i].records);
    rs_free(in.pieces);
    rs_score_source_close(in.source);
    return status;
}

static rsift_status slurp(rs_arena *arena, rs_io_stream *stream, rs_str *out, rsift_error *err)
{
    rs_buf all = {0};
    rsift_status status = RSIFT_OK;
    for (size_t got = 1; status == RSIFT_OK && got > 0;) {
        if (!rs_buf_reserve(&all, 1 << 20)) status = rs_err_nomem(err, "a file");
        else status = rs_io_read(stream, all.ptr + all.len, 1 << 20, &got, err);
        if (status == RSIFT_OK) all.len += got;
    }
    if (status == RSIFT_OK) {
        *out = rs_arena_str(arena, rs_buf_view(&all));
        if (!out->ptr) status = rs_err_nomem(err, "a file");
    }
    rs_buf_fini(&all);
    return status;
}

rsift_status rs_score_bytes(rs_arena *arena, const char *path, rs_str *out, rs_id *hash,
                            rsift_error *err)
{
    rs_io_tree *tree = NULL;
    rs_io_stream *stream = NULL;
    size_t member = 0;
    rsift_status status = rs_score_open_one(path, NULL, &tree, &member, err);
    if (status == RSIFT_OK) status = rs_io_open(tree, member, &stream, err);
    if (status == RSIFT_OK) status = slurp(arena, stream, out, err);
    if (status == RSIFT_OK) *hash = rs_hash128(out->ptr, out->len);
    else rs_score_within(path, status, err);
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
