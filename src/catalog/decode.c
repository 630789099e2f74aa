/* YAML nodes -> C structs by tables of fields: one function for each kind of field, then maps and
 * lists, which look their keys up in the table. A key that no table has, a field that is missing
 * and a value of another kind are errors that name the file, the line and what was expected. What a
 * record means is not checked here. */
#include "catalog/decode.h"

#include "base/num.h"

rsift_status rs_decode_expected(rs_decoder *d, const rs_yaml *node, const char *expected)
{
    return rs_yaml_expected(d->err, d->file, node, expected);
}

void *rs_decode_alloc(rs_decoder *d, size_t n, size_t size)
{
    void *items = rs_arena_calloc(d->arena, n ? n : 1, size);
    if (!items) rs_err_nomem(d->err, "the catalogue");
    return items;
}

enum { WORDS_SIZE = 256 };

/* "one of a, b, c" for messages; a list that is too long ends with "..", never inside of a word. */
static const char *one_of(char out[WORDS_SIZE], const char *const *words)
{
    size_t n = (size_t)snprintf(out, WORDS_SIZE, "one of ");
    const size_t first = n;
    for (size_t i = 0; words[i]; i++) {
        if (!words[i][0]) continue; /* "" stands for unset and is no word of a record */
        if (n + strlen(words[i]) + sizeof ", , .." > WORDS_SIZE) {
            snprintf(out + n, WORDS_SIZE - n, ", ..");
            break;
        }
        n += (size_t)snprintf(out + n, WORDS_SIZE - n, "%s%s", n > first ? ", " : "", words[i]);
    }
    return out;
}

/* "the key `conflicts`" where one is near the key that was found, else all that there are. */
static const char *one_of_keys(char out[WORDS_SIZE], const rs_field *fields, rs_str found)
{
    const char *keys[40] = {0};
    size_t least = 4; /* as for ids of datasets */
    const char *near = NULL;
    for (size_t i = 0; fields[i].key && i < 39; i++) {
        keys[i] = fields[i].key;
        if (rs_str_nearer(found, rs_str_of(keys[i]), &least)) near = keys[i];
    }
    if (!near) return one_of(out, keys);
    snprintf(out, WORDS_SIZE, "the key `%s`", near);
    return out;
}

rsift_status rs_decode_text(rs_decoder *d, const rs_yaml *node, rs_str *out)
{
    if (node->kind != RS_YAML_SCALAR || rs_yaml_is_null(node))
        return rs_decode_expected(d, node, "a text");
    *out = node->text;
    return RSIFT_OK;
}

rsift_status rs_decode_int(rs_decoder *d, const rs_yaml *node, int64_t *out)
{
    int64_t value;
    if (node->kind != RS_YAML_SCALAR || node->quoted || !rs_num_i64(node->text, &value) ||
        value < 0)
        return rs_decode_expected(d, node, "a whole number");
    *out = value;
    return RSIFT_OK;
}

static rsift_status decode_bool(rs_decoder *d, const rs_yaml *node, bool *out)
{
    static const char *const words[] = {"no", "yes", "false", "true", NULL};
    for (size_t i = 0; node->kind == RS_YAML_SCALAR && words[i]; i++) {
        if (!rs_str_eq(node->text, rs_str_of(words[i]))) continue;
        *out = i & 1;
        return RSIFT_OK;
    }
    return rs_decode_expected(d, node, "yes or no");
}

static rsift_status decode_number(rs_decoder *d, const rs_yaml *node, double *out)
{
    if (node->kind != RS_YAML_SCALAR || node->quoted || !rs_num_double(node->text, out) ||
        !(*out >= 0))
        return rs_decode_expected(d, node, "a number that is not negative");
    return RSIFT_OK;
}

static rsift_status decode_range(rs_decoder *d, const rs_yaml *node, double out[2])
{
    if (node->kind == RS_YAML_SCALAR) {
        RS_TRY(decode_number(d, node, &out[0]));
        out[1] = out[0];
        return RSIFT_OK;
    }
    if (node->kind != RS_YAML_LIST || node->n == 0)
        return rs_decode_expected(d, node, "a number or a list of numbers");
    bool first = true;
    for (const rs_yaml *c = node->first; c; c = c->next, first = false) {
        double value;
        RS_TRY(decode_number(d, c, &value));
        if (first || value < out[0]) out[0] = value;
        if (first || value > out[1]) out[1] = value;
    }
    return RSIFT_OK;
}

rsift_status rs_decode_texts(rs_decoder *d, const rs_yaml *node, rs_texts *out)
{
    bool list = node->kind == RS_YAML_LIST;
    if (node->kind == RS_YAML_MAP) return rs_decode_expected(d, node, "a text or a list of texts");
    rs_str *items = rs_decode_alloc(d, list ? node->n : 1, sizeof *items);
    if (!items) return RSIFT_E_NOMEM;
    size_t n = 0;
    if (!list) RS_TRY(rs_decode_text(d, node, &items[n++]));
    for (const rs_yaml *c = list ? node->first : NULL; c; c = c->next)
        RS_TRY(rs_decode_text(d, c, &items[n++]));
    *out = (rs_texts){items, n};
    return RSIFT_OK;
}

rsift_status rs_decode_task(rs_decoder *d, const rs_yaml *node, rs_task *out)
{
    if (node->kind == RS_YAML_SCALAR && rs_model_task_parse(node->text, out)) return RSIFT_OK;
    return rs_decode_expected(d, node, "a task of taxonomy/tasks.yaml");
}

/* The layout of {const T *items; size_t n} for every T. */
struct array {
    const void *items;
    size_t n;
};

static rsift_status decode_tasks(rs_decoder *d, const rs_yaml *node, void *out)
{
    if (node->kind != RS_YAML_LIST) return rs_decode_expected(d, node, "a list of tasks");
    rs_task *tasks = rs_decode_alloc(d, node->n, sizeof *tasks);
    if (!tasks) return RSIFT_E_NOMEM;
    size_t n = 0;
    for (const rs_yaml *c = node->first; c; c = c->next) RS_TRY(rs_decode_task(d, c, &tasks[n++]));
    memcpy(out, &(struct array){tasks, n}, sizeof(struct array));
    return RSIFT_OK;
}

static rsift_status decode_word(rs_decoder *d, const rs_yaml *node, const char *const *words,
                                void *out)
{
    for (int i = 0; node->kind == RS_YAML_SCALAR && words[i]; i++) {
        if (!words[i][0] || !rs_str_eq(node->text, rs_str_of(words[i]))) continue;
        memcpy(out, &i, sizeof i); /* every enum here is int-sized */
        return RSIFT_OK;
    }
    char expected[WORDS_SIZE];
    return rs_decode_expected(d, node, one_of(expected, words));
}

static rsift_status decode_words(rs_decoder *d, const rs_yaml *node, rs_catalog_words *out)
{
    if (node->kind != RS_YAML_MAP) return rs_decode_expected(d, node, "a map of texts");
    rs_catalog_word *words = rs_decode_alloc(d, node->n, sizeof *words);
    if (!words) return RSIFT_E_NOMEM;
    size_t n = 0;
    for (const rs_yaml *c = node->first; c; c = c->next, n++) {
        words[n].from = c->key->text;
        RS_TRY(rs_decode_text(d, c, &words[n].to));
    }
    *out = (rs_catalog_words){words, n};
    return RSIFT_OK;
}

static rsift_status decode_param_map(rs_decoder *d, const rs_yaml *node, rs_texts *out)
{
    rs_str *values = rs_decode_alloc(d, node->n, sizeof *values);
    if (!values) return RSIFT_E_NOMEM;
    size_t n = 0;
    for (const rs_yaml *c = node->first; c; c = c->next) {
        rs_str to;
        RS_TRY(rs_decode_text(d, c, &to));
        values[n] = rs_arena_join(d->arena, c->key->text, RS_STR("="), to);
        if (!values[n++].ptr) return rs_err_nomem(d->err, "the catalogue");
    }
    *out = (rs_texts){values, n};
    return RSIFT_OK;
}

static rsift_status decode_params(rs_decoder *d, const rs_yaml *node, rs_catalog_params *out)
{
    if (node->kind != RS_YAML_MAP) return rs_decode_expected(d, node, "a map of parameters");
    rs_catalog_param *params = rs_decode_alloc(d, node->n, sizeof *params);
    if (!params) return RSIFT_E_NOMEM;
    size_t n = 0;
    for (const rs_yaml *c = node->first; c; c = c->next, n++) {
        params[n].key = c->key->text;
        if (c->kind == RS_YAML_MAP) RS_TRY(decode_param_map(d, c, &params[n].values));
        else RS_TRY(rs_decode_texts(d, c, &params[n].values));
    }
    *out = (rs_catalog_params){params, n};
    return RSIFT_OK;
}

/* STRUCTS: a list of maps. NAMED: a map whose values are maps and whose keys go into the items. */
rsift_status rs_decode_list(rs_decoder *d, const rs_yaml *node, const rs_field *field, void *out)
{
    bool named = field->kind == RS_D_NAMED;
    if (node->kind != (named ? RS_YAML_MAP : RS_YAML_LIST))
        return rs_decode_expected(d, node, named ? "a map of maps" : "a list of maps");
    char *items = rs_decode_alloc(d, node->n, field->size);
    if (!items) return RSIFT_E_NOMEM;
    char *item = items;
    for (const rs_yaml *c = node->first; c; c = c->next, item += field->size) {
        if (field->init) field->init(item);
        /* a NAMED item begins with the text of its key */
        if (named) memcpy(item, &c->key->text, sizeof(rs_str));
        RS_TRY(rs_decode_map(d, c, field->fields, item));
        if (field->check) RS_TRY(field->check(d, c, item));
    }
    memcpy(out, &(struct array){items, node->n}, sizeof(struct array));
    return RSIFT_OK;
}

/* One value by the kind of its field. */
static rsift_status decode_field(rs_decoder *d, const rs_yaml *node, const rs_field *f, char *base)
{
    void *at = base + f->at;
    switch (f->kind) {
    case RS_D_TEXT: return rs_decode_text(d, node, at);
    case RS_D_TEXTS: return rs_decode_texts(d, node, at);
    case RS_D_INT: return rs_decode_int(d, node, at);
    case RS_D_BOOL: return decode_bool(d, node, at);
    case RS_D_RANGE: return decode_range(d, node, at);
    case RS_D_WORD: return decode_word(d, node, f->words, at);
    case RS_D_TASK:
        if (f->flag) memcpy(base + f->flag, &(bool){true}, sizeof(bool));
        return rs_decode_task(d, node, at);
    case RS_D_TASKS: return decode_tasks(d, node, at);
    case RS_D_STRUCT: return rs_decode_map(d, node, f->fields, at);
    case RS_D_STRUCTS:
    case RS_D_NAMED: return rs_decode_list(d, node, f, at);
    case RS_D_WORDS: return decode_words(d, node, at);
    case RS_D_PARAMS: return decode_params(d, node, at);
    case RS_D_CUSTOM: return f->custom(d, node, at);
    }
    return RSIFT_OK;
}

rsift_status rs_decode_map(rs_decoder *d, const rs_yaml *node, const rs_field *fields, void *out)
{
    if (node->kind != RS_YAML_MAP) return rs_decode_expected(d, node, "a map");
    /* every key of the map must be a field: a mistyped one is an error with its line */
    for (const rs_yaml *c = node->first; c; c = c->next) {
        const rs_field *f = fields;
        while (f->key && !rs_str_eq_name(c->key->text, rs_str_of(f->key))) f++;
        if (f->key) {
            /* "licence" and "license" are one key */
            if (rs_yaml_get(node, f->key) != c)
                return rs_decode_expected(d, c->key, "the key once");
            RS_TRY(decode_field(d, c, f, out));
            continue;
        }
        char expected[WORDS_SIZE];
        return rs_decode_expected(d, c->key, one_of_keys(expected, fields, c->key->text));
    }
    /* and every required field must be there */
    for (const rs_field *f = fields; f->key; f++) {
        if (!f->required || rs_yaml_get(node, f->key)) continue;
        rs_err_set(d->err, RSIFT_E_FORMAT, "expected the key `%s`, found none", f->key);
        return rs_err_within(d->err, RSIFT_E_FORMAT, "%.*s:%u:%u", RS_STR_ARG(d->file), node->line,
                             node->column);
    }
    return RSIFT_OK;
}
