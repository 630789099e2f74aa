/* Options in JSON against a verb's table of parameters. */
#include "api/call.h"

#include "codec/json.h"

/* ---- one value ------------------------------------------------------------------------------- */

/* A text that C can hold; JSON may spell a NUL. */
static rsift_status read_text(rs_call *call, const rs_json *v, bool or_integer, const char **out,
                              rsift_error *err)
{
    rs_str text = rs_json_str(v);
    int64_t integer;
    /* The integer's own digits, so that 50000 and "50000" are the same option. */
    if (!text.ptr && or_integer && rs_json_i64(v, &integer)) text = rs_json_text(&call->arena, v);
    if (!text.ptr)
        return rs_err_set(err, RSIFT_E_ARG, "expected a text, found %s",
                          rs_json_kind_name(rs_json_kind(v)));
    /* A JSON string may contain \u0000, which would cut the text where C code reads it. */
    if (memchr(text.ptr, 0, text.len))
        return rs_err_set(err, RSIFT_E_ARG, "expected a text without NUL");
    *out = rs_arena_cstr(&call->arena, text);
    return *out ? RSIFT_OK : rs_err_nomem(err, "an option");
}

/* Reads a list of texts; one text by itself is a list of one. */
static rsift_status read_texts(rs_call *call, const rs_json *v, rs_texts *out, rsift_error *err)
{
    const bool list = rs_json_kind(v) == RS_JSON_ARRAY;
    if (!list && rs_json_kind(v) != RS_JSON_STR)
        return rs_err_set(err, RSIFT_E_ARG, "expected a list of texts, found %s",
                          rs_json_kind_name(rs_json_kind(v)));
    const size_t n = list ? rs_json_len(v) : 1;
    /* One more, because an empty list is valid and NULL would mean that memory is short. */
    rs_str *items = rs_arena_calloc(&call->arena, n + 1, sizeof *items);
    if (!items) return rs_err_nomem(err, "an option");
    rs_json_iter it = list ? rs_json_each(v) : (rs_json_iter){0};
    for (size_t i = 0; i < n; i++) {
        const char *text;
        rsift_status status =
            read_text(call, list ? rs_json_next(&it, NULL) : v, false, &text, err);
        /* Items are counted from 1 in messages, as people count. */
        if (status != RSIFT_OK) return rs_err_within(err, status, "item %zu", i + 1);
        items[i] = rs_str_of(text);
    }
    *out = (rs_texts){.items = items, .n = n};
    return RSIFT_OK;
}

static rsift_status check_range(const rs_verb_param *param, double v, rs_str found,
                                rsift_error *err)
{
    if (param->least == param->most || (v >= param->least && v <= param->most)) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG, "expected a number from %.17g to %.17g, found %s",
                      param->least, param->most, rs_err_quote(quoted, found));
}

/* "auto|link|copy|path" holds the word. */
static bool is_word(const char *words, rs_str word)
{
    rs_str rest = rs_str_of(words), each;
    while (rs_str_split(&rest, '|', &each))
        if (rs_str_eq(each, word)) return true;
    return false;
}

/* Reads one JSON value as the parameter's kind and checks it against its words or range. */
static rsift_status read_value(rs_call *call, const rs_verb_param *param, const rs_json *v,
                               rs_option_value *out, rsift_error *err)
{
    const char *kind = rs_json_kind_name(rs_json_kind(v));
    char quoted[RS_QUOTE_SIZE];
    switch (param->kind) {
    case RS_PARAM_FLAG:
        if (rs_json_bool(v, &out->flag)) return RSIFT_OK;
        return rs_err_set(err, RSIFT_E_ARG, "expected true or false, found %s", kind);
    case RS_PARAM_TEXT:
        RS_TRY(read_text(call, v, param->or_integer, &out->text, err));
        if (!param->words || is_word(param->words, rs_str_of(out->text))) return RSIFT_OK;
        return rs_err_set(err, RSIFT_E_ARG, "expected one of %s, found \"%s\"", param->words,
                          rs_err_quote(quoted, rs_str_of(out->text)));
    case RS_PARAM_TEXTS: return read_texts(call, v, &out->texts, err);
    case RS_PARAM_INTEGER:
        if (!rs_json_i64(v, &out->integer))
            return rs_err_set(err, RSIFT_E_ARG, "expected a whole number, found %s", kind);
        return check_range(param, (double)out->integer, rs_json_text(&call->arena, v), err);
    case RS_PARAM_NUMBER:
        if (!rs_json_double(v, &out->number))
            return rs_err_set(err, RSIFT_E_ARG, "expected a number, found %s", kind);
        return check_range(param, out->number, rs_json_text(&call->arena, v), err);
    }
    return RSIFT_OK;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const rs_verb_param *find_param(const rs_verb *verb, rs_str name)
{
    for (size_t i = 0; i < verb->n_params; i++)
        if (rs_str_eq_name(rs_str_of(verb->params[i].name), name)) return &verb->params[i];
    return NULL;
}

static rsift_status refuse_key(const rs_call *call, rs_str key, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE], names[160];
    size_t n = 0;
    names[0] = '\0';
    /* 24 bytes hold any name with its comma; a verb with many parameters ends in ", ...". */
    for (size_t i = 0; i < call->verb->n_params && n + 24 < sizeof names; i++)
        if (!call->verb->params[i].command_only && !call->verb->params[i].of_context)
            n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "",
                                  call->verb->params[i].name);
    return rs_err_set(err, RSIFT_E_ARG, "unknown option \"%s\"; expected %s%s",
                      rs_err_quote(quoted, key), n ? names : "none",
                      n + 24 >= sizeof names ? ", ..." : "");
}

static rsift_status read_members(rs_call *call, const rs_json *root, rsift_error *err)
{
    rs_json_iter it = rs_json_each(root);
    rs_str key;
    for (const rs_json *v; (v = rs_json_next(&it, &key));) {
        const rs_verb_param *param = find_param(call->verb, key);
        /* A key of the command alone ("markdown") is unknown here: it would change nothing. Nor may
         * a call loosen what the maker of the context did not ("unsafe"). */
        if (!param || param->command_only || param->of_context) return refuse_key(call, key, err);
        /* null counts as not given, so that a client may pass every key. */
        if (rs_json_kind(v) == RS_JSON_NULL) continue;
        rs_option_value *value = &call->values[param - call->verb->params];
        if (value->given)
            return rs_err_set(err, RSIFT_E_ARG, "the option \"%s\" stands twice", param->name);
        rsift_status status = read_value(call, param, v, value, err);
        if (status != RSIFT_OK) return rs_err_within(err, status, "%s", param->name);
        value->given = true;
    }
    return RSIFT_OK;
}

rsift_status rs_call_read(rs_call *call, const char *options, rsift_error *err)
{
    const rs_verb *verb = call->verb;
    const rs_json *root = NULL;
    rsift_status status = RSIFT_OK;
    call->values = rs_arena_calloc(&call->arena, verb->n_params + 1, sizeof *call->values);
    if (!call->values) return rs_err_nomem(err, "the options");
    if (options) {
        status =
            rs_json_parse(&call->arena, rs_str_of(options), &call->session->limits, &root, err);
        /* Text that is no JSON is the caller's mistake here, not damaged data. */
        if (status == RSIFT_E_FORMAT) {
            status = RSIFT_E_ARG;
            if (err) err->status = status;
        }
        if (status == RSIFT_OK && rs_json_kind(root) != RS_JSON_OBJECT)
            status = rs_err_set(err, RSIFT_E_ARG, "expected the options as a JSON object, found %s",
                                rs_json_kind_name(rs_json_kind(root)));
        if (status == RSIFT_OK) status = read_members(call, root, err);
    }
    /* After all members: a wrong value is reported before an absent one. */
    for (size_t i = 0; i < verb->n_params && status == RSIFT_OK; i++)
        if (verb->params[i].required && !call->values[i].given)
            status = rs_err_set(err, RSIFT_E_ARG, "expected the option \"%s\": %s",
                                verb->params[i].name, verb->params[i].help);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", verb->name);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static const rs_option_value *value_of(const rs_call *call, const char *name)
{
    const rs_verb_param *param = find_param(call->verb, rs_str_of(name));
    /* A name that the table lacks is a mistake of the verb's own code, never of its caller. */
    RS_ASSERT(param);
    return &call->values[param - call->verb->params];
}

bool rs_call_given(const rs_call *call, const char *name)
{
    return value_of(call, name)->given;
}

const char *rs_call_text(const rs_call *call, const char *name)
{
    return value_of(call, name)->text;
}

rs_str rs_call_str(const rs_call *call, const char *name)
{
    const char *text = rs_call_text(call, name);
    return text ? rs_str_of(text) : (rs_str){NULL, 0};
}

rs_texts rs_call_texts(const rs_call *call, const char *name)
{
    return value_of(call, name)->texts;
}

int64_t rs_call_integer(const rs_call *call, const char *name, int64_t fallback)
{
    const rs_option_value *v = value_of(call, name);
    return v->given ? v->integer : fallback;
}

double rs_call_number(const rs_call *call, const char *name, double fallback)
{
    const rs_option_value *v = value_of(call, name);
    return v->given ? v->number : fallback;
}

bool rs_call_flag(const rs_call *call, const char *name)
{
    return value_of(call, name)->flag;
}
