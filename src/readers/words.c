/* Parameters that map words and name conventions: see words.h. */
#include "readers/words.h"

rsift_status rs_words_of(rs_arena *arena, const rs_source *source, const char *key, rs_words *out,
                         rsift_error *err)
{
    *out = (rs_words){0};
    const rs_param_value *value = rs_source_param_list(source, key);
    if (!value || value->n == 0) return RSIFT_OK;
    out->from = rs_arena_calloc(arena, value->n, sizeof *out->from);
    out->to = rs_arena_calloc(arena, value->n, sizeof *out->to);
    if (!out->from || !out->to) return rs_err_nomem(err, "a parameter");
    for (size_t i = 0; i < value->n; i++) {
        /* the last '=' parts them: questions and spellings on the left may hold one */
        size_t at = rs_str_rfind_char(value->values[i], '=');
        if (at == RS_NPOS)
            return rs_err_set(err, RSIFT_E_ARG,
                              "parameter %s: expected \"from=to\", found \"%.*s\"", key,
                              RS_STR_ARG(rs_str_sub(value->values[i], 0, 64)));
        out->from[i] = rs_str_sub(value->values[i], 0, at);
        out->to[i] = rs_str_sub(value->values[i], at + 1, value->values[i].len);
    }
    out->n = value->n;
    return RSIFT_OK;
}

rs_str rs_words_get(const rs_words *words, rs_str from)
{
    for (size_t i = 0; i < words->n; i++)
        if (rs_str_eq(words->from[i], from)) return words->to[i];
    return (rs_str){0};
}

rs_str rs_words_map(const rs_words *words, rs_str from)
{
    const rs_str to = from.ptr ? rs_words_get(words, from) : from;
    return to.ptr ? to : from;
}

size_t rs_words_contained(const rs_words *words, rs_str text)
{
    for (size_t i = 0; i < words->n; i++)
        if (rs_str_find(text, words->from[i]) != RS_NPOS) return i;
    return RS_NPOS;
}

rsift_status rs_convention_named(const char *key, rs_str name, const rs_convention **out,
                                 rsift_error *err)
{
    *out = rs_geom_convention(name);
    if (*out) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(
        err, RSIFT_E_ARG,
        "%s: no convention \"%s\"; there are px, px-xywh, permille, percent, fraction "
        "and more: `rsift list --conventions`",
        key, rs_err_quote(quoted, name));
}

rsift_status rs_conventions_of(rs_arena *arena, const rs_source *source, const char *key,
                               const rs_convention *const **out, size_t *n, rsift_error *err)
{
    *out = NULL;
    *n = 0;
    const rs_param_value *value = rs_source_param_list(source, key);
    if (!value || value->n == 0 || (value->n == 1 && rs_str_eq(value->values[0], RS_STR("auto"))))
        return RSIFT_OK;
    const rs_convention **list = rs_arena_calloc(arena, value->n, sizeof *list);
    if (!list) return rs_err_nomem(err, "a parameter");
    for (size_t i = 0; i < value->n; i++)
        RS_TRY(rs_convention_named(key, value->values[i], &list[i], err));
    *out = list;
    *n = value->n;
    return RSIFT_OK;
}
