/* Asking a YAML tree, and words for its nodes in messages. */
#include "codec/yaml_node.h"

rs_yaml *rs_yaml_get(const rs_yaml *map, const char *key)
{
    if (!map || map->kind != RS_YAML_MAP) return NULL;
    for (rs_yaml *c = map->first; c; c = c->next)
        if (rs_str_eq_name(c->key->text, rs_str_of(key))) return c;
    return NULL;
}

bool rs_yaml_is_null(const rs_yaml *node)
{
    if (!node) return true;
    /* "null" in quotes is a text */
    if (node->kind != RS_YAML_SCALAR || node->quoted) return false;
    return node->text.len == 0 || rs_str_eq(node->text, RS_STR("~")) ||
           rs_str_eq(node->text, RS_STR("null"));
}

const char *rs_yaml_describe(char *out, const rs_yaml *node)
{
    if (node->kind == RS_YAML_LIST) return "a list";
    if (node->kind == RS_YAML_MAP) return "a map";
    if (rs_yaml_is_null(node)) return "nothing";
    char quote[RS_QUOTE_SIZE];
    rs_err_quote(quote, node->text);
    snprintf(out, RS_QUOTE_SIZE, "\"%.*s\"", RS_QUOTE_SIZE - 3, quote);
    return out;
}

rsift_status rs_yaml_expected(rsift_error *err, rs_str file, const rs_yaml *node,
                              const char *expected)
{
    char found[RS_QUOTE_SIZE];
    rs_err_set(err, RSIFT_E_FORMAT, "expected %s, found %s", expected,
               rs_yaml_describe(found, node));
    return rs_err_within(err, RSIFT_E_FORMAT, "%.*s:%u:%u", RS_STR_ARG(file), node->line,
                         node->column);
}
