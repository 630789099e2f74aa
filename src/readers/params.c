/* Parameters against the reader's table. A mistyped name would change nothing, and the data would
 * be read by the default meaning: so it is refused. */
#include "readers/params.h"

#include "base/buf.h"
#include "base/num.h"

#include <stdio.h>
#include <string.h>

static const rs_param common[] = {
    {"rename_classes", "map", "", "class of the files -> the name that it shall have"},
    {"task", "task", "", "task of the samples, instead of the reader's own"},
    {0},
};

static const rs_param *find(const rs_param *params, rs_str name)
{
    for (; params && params->name; params++)
        if (rs_str_eq(rs_str_of(params->name), name)) return params;
    return NULL;
}

const rs_param *rs_reader_param(const rs_reader *reader, rs_str name)
{
    const rs_param *own = find(reader->params, name);
    return own ? own : find(common, name);
}

static bool is_type(const rs_param *param, const char *type)
{
    return rs_str_eq(rs_str_of(param->type), rs_str_of(type));
}

bool rs_param_is_list(const rs_param *param)
{
    return is_type(param, "list") || is_type(param, "texts") || is_type(param, "map") ||
           is_type(param, "convention");
}

char rs_param_separator(const rs_param *param, rs_str value)
{
    if (is_type(param, "texts") || rs_str_find_char(value, '|') != RS_NPOS) return '|';
    if (!is_type(param, "map")) return ',';
    /* commas part the words of a map only when each piece is one: a word may hold commas, too */
    rs_str piece;
    while (rs_str_split(&value, ',', &piece))
        if (rs_str_find_char(piece, '=') == RS_NPOS) return '|';
    return ',';
}

static bool is_one_of(rs_str words, rs_str value)
{
    rs_str word;
    while (rs_str_split(&words, '|', &word))
        if (rs_str_eq(word, value)) return true;
    return false;
}

/* What the value of a parameter should have been; NULL = it is that. */
static const char *expected_of(const rs_param *param, rs_str value)
{
    int64_t integer;
    rs_task task;
    if (is_type(param, "bool"))
        return is_one_of(RS_STR("yes|no|true|false"), value) ? NULL : "yes or no";
    if (is_type(param, "int")) return rs_num_i64(value, &integer) ? NULL : "a whole number";
    if (is_type(param, "map")) return rs_str_find_char(value, '=') != RS_NPOS ? NULL : "from=to";
    if (is_type(param, "task"))
        return rs_model_task_parse(value, &task) ? NULL : "a task; `rsift list --goals` has them";
    /* conventions are read, and named when one is unknown, where they are used (meaning.h) */
    const rs_str type = rs_str_of(param->type);
    bool words = rs_str_find_char(type, '|') != RS_NPOS;
    return words && !is_one_of(type, value) ? param->type : NULL;
}

/* Writes the parameters' names behind the first n bytes of `out`; false = not all have room. */
static bool list_names(const rs_param *params, char *out, size_t cap, size_t *n)
{
    for (const rs_param *p = params; p && p->name; p++) {
        if (*n + strlen(p->name) + sizeof ", ..." > cap) return false;
        *n += (size_t)snprintf(out + *n, cap - *n, "%s%s", *n ? ", " : "", p->name);
    }
    return true;
}

static rsift_status refuse_name(const rs_reader *reader, rs_str name, rsift_error *err)
{
    char names[168] = "";
    size_t n = 0;
    const bool all = list_names(reader->params, names, sizeof names, &n) &&
                     list_names(common, names, sizeof names, &n);
    if (!all) { /* leaves room for where the rest is told */
        n = 0;
        list_names(reader->params, names, 145, &n);
    }
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG, "the reader %s has no parameter \"%s\"; it has %s%s",
                      reader->name, rs_err_quote(quoted, rs_str_sub(name, 0, 24)), names,
                      all ? "" : ", ...; all of them: docs/catalogue.md");
}

rsift_status rs_reader_check_params(const rs_reader *reader, const rs_param_value *params, size_t n,
                                    rsift_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const rs_param *param = rs_reader_param(reader, params[i].key);
        if (!param) return refuse_name(reader, params[i].key, err);
        for (size_t v = 0; v < params[i].n; v++) {
            const char *expected = expected_of(param, params[i].values[v]);
            char quoted[RS_QUOTE_SIZE];
            if (expected)
                return rs_err_set(err, RSIFT_E_ARG, "--param %s: expected %s, found \"%s\"",
                                  param->name, expected, rs_err_quote(quoted, params[i].values[v]));
        }
    }
    return RSIFT_OK;
}
