/* One JSON object as a record: lists of known keys, and the rule for keys that may be either side.
 *
 * Harnesses spell the same field in many ways, so each field has a list of keys of which the
 * first present one counts. Values are turned into texts as Python's json.dumps writes them, since
 * the published scorers saw them so. Files and their places are read.c's and source.c's. */
#include "score/record.h"

#include "base/buf.h"
#include "base/num.h"
#include "codec/json_writer.h"
#include "model/sample.h"

#include <math.h>
#include <stdio.h>

/* ---- spellings of fields, the first present one counts --------------------------------------- */

static const char *const id_keys[] = {
    "id",        "question_id", "questionId", "qid",      "Question_id", "index", "doc_id",
    "sample_id", "image_id",    "image",      "filename", "key",         NULL};
static const char *const prediction_keys[] = {"prediction",
                                              "output",
                                              "Output",
                                              "response",
                                              "pred",
                                              "predicted",
                                              "predicted_answers",
                                              "predict",
                                              "filtered_resps",
                                              "resps",
                                              "generated",
                                              "generated_text",
                                              NULL};
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
/* Truth or prediction, as the other fields and the file's role decide. */
static const char *const answer_keys[] = {"answer", "text", "caption", "label",
                                          "bbox",   "box",  "ranking", "segmentation",
                                          "mask",   "size", NULL};
/* The same for POPE's truth, whose "text" asks and whose "label" answers. */
static const char *const asking_answer_keys[] = {"answer",  "caption",      "label", "bbox", "box",
                                                 "ranking", "segmentation", "mask",  "size", "text",
                                                 NULL};
static const char *const type_keys[] = {
    "type",       "vqa_type",  "question_type", "category", "Category", "l2-category",
    "size_group", "task_type", "Task",          "task",     NULL};
static const char *const image_keys[] = {"image",    "image_id", "image_name",
                                         "filename", "img",      NULL};
static const char *const question_keys[] = {"question", "Text", "prompt", "query", "input", NULL};
static const char *const text_keys[] = {"text", NULL};
static const char *const option_keys[] = {
    "options", "choices", "Answer choices", "options_list", "multi-choice options", NULL};

/* An object and a bit for the first letter of each of its keys: most keys of the lists above are
 * absent, which the bits tell without a comparison. */
typedef struct object {
    const rs_json *v;
    uint64_t initials;
} object;

/* A record, and the benchmark's own record, which lmms-eval keeps below "doc". */
typedef struct fields {
    object own, doc;
} fields;

static uint64_t initial(char c)
{
    return UINT64_C(1) << ((unsigned char)c & 63);
}

static object object_of(const rs_json *v)
{
    object o = {.v = v};
    rs_str key;
    if (rs_json_kind(v) != RS_JSON_OBJECT) return o;
    rs_json_iter it = rs_json_each(v);
    while (rs_json_next(&it, &key)) o.initials |= initial(key.len ? key.ptr[0] : 0);
    return o;
}

static const rs_json *get(const object *o, const char *key)
{
    return o->initials & initial(key[0]) ? rs_json_get(o->v, key) : NULL;
}

static fields fields_of(const rs_json *v)
{
    const object own = object_of(v);
    return (fields){own, object_of(get(&own, "doc"))};
}

/* The first of the keys whose value is not null; NULL = none. */
static const rs_json *first_of(const object *o, const char *const *keys)
{
    for (; *keys; keys++) {
        const rs_json *v = get(o, *keys);
        if (v && rs_json_kind(v) != RS_JSON_NULL) return v;
    }
    return NULL;
}

/* The same, then below "doc". */
static const rs_json *field_of(const fields *f, const char *const *keys)
{
    const rs_json *v = first_of(&f->own, keys);
    return v ? v : first_of(&f->doc, keys);
}

/* Is one of the keys there, be its value null? */
static bool has_any(const fields *f, const char *const *keys)
{
    for (; *keys; keys++)
        if (get(&f->own, *keys)) return true;
    return false;
}

const rs_score_details rs_score_no_details;

rs_score_details *rs_score_make_details(rs_arena *arena, rs_score_record *r)
{
    if (!r->details) r->details = rs_arena_calloc(arena, 1, sizeof *r->details);
    return r->details;
}

bool rs_score_is_record(const rs_json *v)
{
    const object o = object_of(v);
    return first_of(&o, id_keys) || first_of(&o, prediction_keys);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The buffer's text in the arena, and the buffer freed; ptr NULL when it failed. */
static rs_str finish_text(rs_arena *arena, rs_buf *b)
{
    const rs_str text = b->failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_buf_view(b));
    rs_buf_fini(b);
    return text;
}

/* A flat list of at most RS_SCORE_BOX numbers; *out NULL for anything else. false = out of
 * memory. */
static bool numbers_of(rs_arena *arena, const rs_json *v, const double **out, uint32_t *n)
{
    double numbers[RS_SCORE_BOX];
    uint32_t count = 0;
    rs_json_iter it = rs_json_each(v);
    *out = NULL;
    *n = 0;
    if (rs_json_kind(v) != RS_JSON_ARRAY) return true; /* a scalar is read as text */
    for (const rs_json *e; (e = rs_json_next(&it, NULL)); count++)
        if (count == RS_SCORE_BOX || !rs_json_double(e, &numbers[count])) return true;
    if (!count) return true;
    double *kept = rs_arena_calloc(arena, count, sizeof *kept);
    if (!kept) return false;
    memcpy(kept, numbers, count * sizeof *kept);
    *out = kept;
    *n = count;
    return true;
}

/* Appends lists of numbers, nested or not. The buffer fails on anything else. */
static void put_lists(rs_buf *b, const rs_json *v)
{
    rs_json_iter it = rs_json_each(v);
    const char *between = "[";
    for (const rs_json *e; (e = rs_json_next(&it, NULL)); between = ", ") {
        double number;
        char text[352]; /* DBL_MAX has 309 digits before the point */
        rs_buf_cstr(b, between);
        if (rs_json_kind(e) == RS_JSON_ARRAY) put_lists(b, e);
        else if (!rs_json_double(e, &number)) b->failed = true;
        else if (number == 0 || (fabs(number) >= 1e-4 && fabs(number) < 1e15))
            rs_json_put_double(b, number);
        else { /* without an exponent, which no rule for box text knows */
            int n = snprintf(text, sizeof text, "%.20f", number);
            while (n > 1 && text[n - 1] == '0') n--;
            if (n > 1 && text[n - 1] == '.') n--;
            rs_buf_add(b, text, (size_t)n);
        }
    }
    rs_buf_cstr(b, rs_json_len(v) ? "]" : "[]");
}

/* Lists of numbers as text; ptr NULL for anything else. */
static rs_str lists_of(rs_arena *arena, const rs_json *v)
{
    rs_buf b = {0};
    if (rs_json_kind(v) != RS_JSON_ARRAY) return (rs_str){NULL, 0};
    put_lists(&b, v);
    return finish_text(arena, &b);
}

/* Appends any value as Python's json.dumps spells it: ", " and ": " between parts. */
static void put_value(rs_buf *b, const rs_json *v)
{
    const rs_json_type kind = rs_json_kind(v);
    double number;
    bool yes;
    if (kind == RS_JSON_ARRAY || kind == RS_JSON_OBJECT) {
        const bool is_object = kind == RS_JSON_OBJECT;
        rs_json_iter it = rs_json_each(v);
        rs_str key;
        rs_buf_char(b, is_object ? '{' : '[');
        const char *between = "";
        for (const rs_json *e; (e = rs_json_next(&it, &key)); between = ", ") {
            rs_buf_cstr(b, between);
            if (is_object) rs_json_put_str(b, key);
            if (is_object) rs_buf_cstr(b, ": ");
            put_value(b, e);
        }
        rs_buf_char(b, is_object ? '}' : ']');
    } else if (kind == RS_JSON_STR) rs_json_put_str(b, rs_json_str(v));
    else if (rs_json_double(v, &number)) rs_json_put_double(b, number);
    else rs_buf_cstr(b, rs_json_bool(v, &yes) ? (yes ? "true" : "false") : "null");
}

/* An answer that a harness has parsed already, as the text that it was: the boxes of
 * [{"bbox_2d": [..]}, ..] as "[[..], ..]", other objects as JSON; ptr NULL = no such answer. */
static rs_str parsed_of(rs_arena *arena, const rs_json *v)
{
    static const char *const keys[] = {"bbox_2d", "bbox", "box", NULL};
    const bool many = rs_json_kind(v) == RS_JSON_ARRAY;
    rs_json_iter it = rs_json_each(v);
    const rs_json *e = many ? rs_json_next(&it, NULL) : v;
    if (rs_json_kind(e) != RS_JSON_OBJECT) return (rs_str){NULL, 0};
    rs_buf b = {0};
    if (many) rs_buf_char(&b, '[');
    for (const char *between = ""; e && !b.failed; between = ", ") {
        const object o = object_of(e);
        const rs_json *box = first_of(&o, keys);
        rs_buf_cstr(&b, between);
        if (rs_json_kind(box) == RS_JSON_ARRAY) put_lists(&b, box);
        else b.failed = true; /* a part without a box */
        e = many ? rs_json_next(&it, NULL) : NULL;
    }
    if (many) rs_buf_char(&b, ']');
    const rs_str boxes = finish_text(arena, &b);
    if (boxes.ptr) return boxes;
    b = (rs_buf){0};
    put_value(&b, v);
    return finish_text(arena, &b);
}

/* A scalar as text; of a list the first text (lmms-eval wraps answers in one or two lists). */
static rs_str text_of(rs_arena *arena, const rs_json *v)
{
    /* Deeper nesting is no wrapped answer. */
    for (int depth = 0; depth < 4 && rs_json_kind(v) == RS_JSON_ARRAY; depth++) {
        rs_json_iter it = rs_json_each(v);
        v = rs_json_next(&it, NULL);
    }
    const rs_str s = rs_json_text(arena, v);
    return s.ptr ? rs_arena_str(arena, s) : (rs_str){NULL, 0}; /* the document does not stay */
}

/* The text of the first present key; empty, never NULL. */
static rs_str field_text(rs_arena *arena, const fields *f, const char *const *keys)
{
    const rs_str s = text_of(arena, field_of(f, keys));
    return s.ptr ? s : RS_STR("");
}

/* A number, or a text that is one (tables hold nothing else); 0 = none. */
static double number_of(const rs_json *v)
{
    double number = 0;
    if (!rs_json_double(v, &number) && rs_json_kind(v) == RS_JSON_STR &&
        !rs_num_double(rs_str_trim(rs_json_str(v)), &number))
        number = 0;
    return number;
}

/* The texts of a list. false = out of memory. */
static bool list_of(rs_arena *arena, const rs_json *v, const rs_str **out, size_t *n)
{
    rs_str *items = rs_arena_calloc(arena, rs_json_len(v) + 1, sizeof *items);
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

/* ---- parts of a record ----------------------------------------------------------------------- */

/* Options: a list, a Python list or dict in a text ("['red roof', 'blue roof']"), an object
 * {"A": ..}, or VLMEvalKit's columns A, B, C ... up to the first that is absent. */
static bool set_options(rs_arena *arena, const fields *f, rs_score_record *r)
{
    enum { most = 26 };
    const rs_json *list = field_of(f, option_keys);
    const object letters = rs_json_kind(list) == RS_JSON_OBJECT ? object_of(list)
                           : !get(&f->own, "A") && f->doc.v     ? f->doc
                                                                : f->own;
    if (!list && !get(&letters, "A")) return true;
    rs_score_details *d = rs_score_make_details(arena, r);
    if (!d) return false;
    if (rs_json_kind(list) == RS_JSON_ARRAY)
        return list_of(arena, list, &d->options, &d->n_options);
    rs_str *items = rs_arena_calloc(arena, most + 1, sizeof *items);
    if (!items) return false;
    size_t n = 0;
    const rs_str s = rs_json_kind(list) == RS_JSON_STR ? text_of(arena, list) : RS_STR("");
    for (size_t i = 0; i < s.len && n < most; i++) {
        const char quote = s.ptr[i];
        if (quote != '\'' && quote != '"') continue;
        size_t end = i + 1;
        /* a backslash protects the quote behind it */
        while (end < s.len && s.ptr[end] != quote) end += s.ptr[end] == '\\' ? 2 : 1;
        /* 'A': is a letter of a dict, not an option */
        const rs_str behind = end < s.len ? rs_str_trim(rs_str_sub(s, end + 1, s.len)) : RS_STR("");
        if (!rs_str_starts(behind, RS_STR(":"))) items[n++] = rs_str_sub(s, i + 1, end);
        i = end;
    }
    for (; rs_json_kind(list) != RS_JSON_STR && n < most; n++) {
        items[n] = text_of(arena, get(&letters, (char[2]){(char)('A' + n), 0}));
        if (!items[n].ptr) break;
    }
    d->options = items;
    d->n_options = n;
    return true;
}

/* References "caption0" to "caption9", as LEVIR-CC's tables have them. */
static bool set_captions(rs_arena *arena, const fields *f, rs_score_record *r)
{
    rs_str *items = rs_arena_calloc(arena, 11, sizeof *items);
    if (!items) return false;
    for (size_t n = 0; n < 10; n++) {
        const char key[] = {'c', 'a', 'p', 't', 'i', 'o', 'n', (char)('0' + n), 0};
        const rs_str text = text_of(arena, get(&f->own, key));
        if (text.ptr) items[r->n_references++] = text; /* gaps are allowed */
    }
    r->references = items;
    return true;
}

static bool set_reference(rs_arena *arena, const rs_json *v, rs_score_record *r)
{
    if (!numbers_of(arena, v, &r->reference_box, &r->n_reference_box)) return false;
    r->reference = lists_of(arena, v); /* boxes given as numbers, as the text a rule reads */
    if (!r->reference.ptr || !r->reference.len || rs_str_eq(r->reference, RS_STR("[]")))
        r->reference = text_of(arena, v);
    if (rs_json_kind(v) != RS_JSON_ARRAY) return true;
    return list_of(arena, v, &r->references, &r->n_references);
}

/* A list of two texts or more holds answers to several wordings of the question. */
static bool set_prediction(rs_arena *arena, const rs_json *v, const rs_score_wants *wants,
                           rs_score_record *r)
{
    if (!numbers_of(arena, v, &r->prediction_box, &r->n_prediction_box)) return false;
    r->prediction = lists_of(arena, v);
    if (!r->prediction.ptr && !wants->json) {
        r->prediction = parsed_of(arena, v);
        r->object = r->prediction.len &&
                    (r->prediction.ptr[0] == '{' || rs_str_starts(r->prediction, RS_STR("[{")));
    }
    if (!r->prediction.ptr || rs_str_eq(r->prediction, RS_STR("[]")))
        r->prediction = text_of(arena, v);
    if (!r->prediction.ptr && v)
        r->prediction = RS_STR(""); /* a value of another kind says nothing */
    rs_json_iter it = rs_json_each(v);
    if (rs_json_len(v) < 2 || rs_json_kind(v) != RS_JSON_ARRAY ||
        rs_json_kind(rs_json_next(&it, NULL)) != RS_JSON_STR)
        return true;
    rs_score_details *d = rs_score_make_details(arena, r);
    return d && list_of(arena, v, &d->wordings, &d->n_wordings);
}

/* Type and task; a list is a question of several types. And the fields to show categories by. */
static bool set_types(rs_arena *arena, const fields *f, const rs_score_wants *wants,
                      rs_score_record *r)
{
    const rs_json *types = field_of(f, type_keys);
    const rs_str type = text_of(arena, types), task = text_of(arena, get(&f->own, "task"));
    rs_task known;
    r->type = type.ptr ? type : RS_STR("");
    /* "task" is also a benchmark's own word for a type. */
    r->task = task.ptr && rs_model_task_parse(task, &known) ? task : RS_STR("");
    for (int k = 0; k < RS_SCORE_BY; k++) {
        const rs_str text =
            wants->by[k] ? text_of(arena, field_of(f, wants->by[k])) : (rs_str){NULL, 0};
        if (!text.ptr) continue;
        if (!rs_score_make_details(arena, r)) return false;
        r->details->by[k] = text;
    }
    if (rs_json_kind(types) != RS_JSON_ARRAY || rs_json_len(types) < 2) return true;
    rs_score_details *d = rs_score_make_details(arena, r);
    return d && list_of(arena, types, &d->types, &d->n_types);
}

/* The picture, its sizes, and the boxes of a truth that rsift emit wrote. */
static bool set_picture(rs_arena *arena, const fields *f, rs_score_record *r)
{
    const rs_json *v = f->own.v, *images = get(&f->own, "images");
    r->image = field_text(arena, f, image_keys);
    if (!r->image.len && images) r->image = text_of(arena, images);
    if (!r->image.len && images) /* ms-swift: {"bytes", "path"} */
        r->image = text_of(arena, rs_json_path(v, RS_STR("images.0.path")));
    if (!r->image.ptr) r->image = RS_STR("");
    const rs_json *boxes = get(&f->own, "boxes");
    const double width = number_of(get(&f->own, "width"));
    const double height = number_of(get(&f->own, "height"));
    if (!boxes && width == 0 && height == 0) return true; /* most records: no details */
    rs_score_details *d = rs_score_make_details(arena, r);
    if (!d) return false;
    d->width = width;
    d->height = height;
    d->resized[0] = number_of(rs_json_path(v, RS_STR("resized.0")));
    d->resized[1] = number_of(rs_json_path(v, RS_STR("resized.1")));
    d->convention = text_of(arena, rs_json_get(v, "convention"));
    d->prediction_convention = text_of(arena, rs_json_get(v, "prediction_boxes"));
    d->boxes = lists_of(arena, boxes);
    return true;
}

/* ms-swift's result holds the whole dialogue: the last message of the user is the question, a text
 * or a list of parts, and "labels" is the answer of the record. */
static bool set_dialogue(rs_arena *arena, const fields *f, rs_score_record *r)
{
    const rs_json *last = NULL;
    rs_json_iter it = rs_json_each(get(&f->own, "messages"));
    for (const rs_json *m; (m = rs_json_next(&it, NULL));)
        if (rs_str_eq(rs_json_str(rs_json_get(m, "role")), RS_STR("user")))
            last = rs_json_get(m, "content");
    if (!last) return true;
    rs_str text = rs_json_str(last);
    it = rs_json_each(rs_json_kind(last) == RS_JSON_ARRAY ? last : NULL);
    for (const rs_json *part; (part = rs_json_next(&it, NULL));)
        if (rs_json_str(rs_json_get(part, "text")).ptr)
            text = rs_json_str(rs_json_get(part, "text"));
    if (!r->question.len && text.ptr) r->question = rs_arena_str(arena, text);
    const rs_str label = rs_json_str(get(&f->own, "labels"));
    if (!r->reference.ptr && label.ptr) {
        r->reference = rs_arena_str(arena, label);
        if (!r->reference.ptr) return false;
    }
    return r->question.ptr != NULL;
}

/* ---- records --------------------------------------------------------------------------------- */

/* Which field is the reference and which the prediction depends on what else is there: "answer" is
 * the prediction next to "annotation" or "ground_truth", and the reference next to "prediction". */
bool rs_score_record_of_object(rs_arena *arena, const rs_json *v, const rs_score_wants *wants,
                               rs_score_record *r)
{
    const fields f = fields_of(v);
    const rs_json *predicted = first_of(&f.own, prediction_keys);
    const rs_json *reference = first_of(&f.own, reference_keys);
    /* With a reference elsewhere "text" may be the prediction, in POPE's files too. */
    const bool asks = wants->text_asks && !reference;
    const rs_json *answer = first_of(&f.own, asks ? asking_answer_keys : answer_keys);
    if (!reference) reference = get(&f.doc, "answer");
    const bool captions = get(&f.own, "caption0") != NULL;
    const bool predictions = wants->role == RS_SCORE_PREDICTIONS;
    const bool is_null = !predicted && (has_any(&f, prediction_keys) ||
                                        (predictions && !answer && has_any(&f, answer_keys)));
    if (is_null) r->prediction = RS_STR(""); /* an empty answer */
    else if (!predicted && (reference || captions || predictions))
        predicted = answer == reference ? NULL : answer;
    /* The answer field is the reference when it was not taken for the prediction. */
    if (!reference && !captions && answer != predicted) reference = answer;
    if (captions && !set_captions(arena, &f, r)) return false;
    if (predicted && !set_prediction(arena, predicted, wants, r)) return false;
    if (reference && !set_reference(arena, reference, r)) return false;
    rs_json_bool(get(&f.own, "incomplete"), &r->incomplete);
    r->unasked = !predictions && get(&f.own, "not_written") != NULL;
    /* An answer that is null is no answer; rsift emit says so in words. */
    if (!rs_json_bool(get(&f.own, "withheld"), &r->withheld))
        r->withheld = !predictions && !reference && !captions &&
                      (has_any(&f, reference_keys) || (!answer && has_any(&f, answer_keys)));
    /* Not below "doc": lmms-eval numbers its records outside. */
    r->id = text_of(arena, first_of(&f.own, id_keys));
    r->original_id = text_of(arena, get(&f.own, "original_id"));
    r->question = field_text(arena, &f, question_keys);
    if (!r->question.len && reference && reference != get(&f.own, "text") && asks)
        r->question = field_text(arena, &f, text_keys);
    r->row_id = r->id.ptr && first_of(&f.own, id_keys) == get(&f.own, "doc_id");
    r->index_id = r->id.ptr && first_of(&f.own, id_keys) == get(&f.own, "index");
    return set_dialogue(arena, &f, r) && set_picture(arena, &f, r) &&
           set_types(arena, &f, wants, r) && set_options(arena, &f, r);
}

bool rs_score_record_of_value(rs_arena *arena, const rs_json *v, const rs_score_wants *wants,
                              rs_score_record *r)
{
    return wants->role == RS_SCORE_PREDICTIONS ? set_prediction(arena, v, wants, r)
                                               : set_reference(arena, v, r);
}
