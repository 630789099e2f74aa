#include "codec/yaml_tree.h"

#include "base/utf8.h"

#include <stdarg.h>

rsift_status rs_yaml_fail(rs_yaml_tree *tree, rsift_status status, uint32_t line, uint32_t column,
                          const char *fmt, ...)
{
    char message[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    rs_err_set(tree->err, status, "%s", message);
    return rs_err_within(tree->err, status, "%.*s:%u:%u", RS_STR_ARG(tree->file), line, column);
}

rs_yaml *rs_yaml_node(rs_yaml_tree *tree, rs_yaml_kind kind, uint32_t line, uint32_t column)
{
    if (++tree->n_nodes > RS_YAML_MAX_NODES) {
        rs_yaml_fail(tree, RSIFT_E_LIMIT, line, column, "more than %d values", RS_YAML_MAX_NODES);
        return NULL;
    }
    rs_yaml *node = rs_arena_calloc(tree->arena, 1, sizeof *node);
    if (!node) {
        rs_err_nomem(tree->err, "a YAML tree");
        return NULL;
    }
    node->kind = kind;
    node->line = line;
    node->column = column;
    return node;
}

rsift_status rs_yaml_append(rs_yaml_tree *tree, rs_yaml *parent, rs_yaml **last, rs_yaml *key,
                            rs_yaml *child)
{
    if (key) {
        /* Maps are small (tens of keys); the limit keeps a hostile one from costing n * n. */
        if (parent->n >= 4096)
            return rs_yaml_fail(tree, RSIFT_E_LIMIT, key->line, key->column,
                                "more than 4096 keys in one map");
        for (const rs_yaml *c = parent->first; c; c = c->next) {
            if (!rs_str_eq(c->key->text, key->text)) continue;
            char quote[RS_QUOTE_SIZE];
            return rs_yaml_fail(tree, RSIFT_E_FORMAT, key->line, key->column,
                                "expected each key once, found %s again",
                                rs_yaml_describe(quote, key));
        }
    }
    child->key = key;
    if (*last) (*last)->next = child;
    else parent->first = child;
    *last = child;
    parent->n++;
    return RSIFT_OK;
}

/* Where byte `at` stands, from 1. */
static void place_of(rs_str bytes, size_t at, uint32_t *line, uint32_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < at && i < bytes.len; i++) {
        if (bytes.ptr[i] == '\n') (*line)++, *column = 1;
        else if (((unsigned char)bytes.ptr[i] & 0xC0) != 0x80) (*column)++;
    }
}

rsift_status rs_yaml_parse(rs_arena *arena, rs_str file, rs_str bytes, const rsift_limits *limits,
                           rs_yaml_parser parser, rs_yaml **out, rsift_error *err)
{
    *out = NULL;
    rsift_limits defaults = rsift_limits_default();
    if (!limits) limits = &defaults;
    rs_yaml_tree tree = {.arena = arena,
                         .file = file,
                         .bytes = bytes,
                         .err = err,
                         .max_depth = limits->max_depth,
                         .max_string = limits->max_string};
    if (tree.max_depth == 0 || tree.max_depth > defaults.max_depth)
        tree.max_depth = defaults.max_depth; /* the quick parser recurses */
    if (tree.max_string == 0) tree.max_string = defaults.max_string;
    if (bytes.len > RS_YAML_MAX_BYTES)
        return rs_yaml_fail(&tree, RSIFT_E_LIMIT, 1, 1, "expected at most %d bytes, found %zu",
                            RS_YAML_MAX_BYTES, bytes.len);
    size_t valid = rs_utf8_valid(bytes);
    if (valid != bytes.len) {
        uint32_t line, column;
        place_of(bytes, valid, &line, &column);
        return rs_yaml_fail(&tree, RSIFT_E_FORMAT, line, column,
                            "expected UTF-8 text, found byte 0x%02x",
                            (unsigned char)bytes.ptr[valid]);
    }
    if (parser != RS_YAML_LIBFYAML) {
        rsift_status st = rs_yaml_parse_quick(&tree, out);
        if (st != RSIFT_E_UNSUPPORTED || parser == RS_YAML_QUICK) return st;
        tree.n_nodes = 0;
    }
    return rs_yaml_parse_fy(&tree, out);
}

rs_yaml *rs_yaml_get(const rs_yaml *map, const char *key)
{
    if (!map || map->kind != RS_YAML_MAP) return NULL;
    for (rs_yaml *c = map->first; c; c = c->next)
        if (rs_str_eq(c->key->text, rs_str_of(key))) return c;
    return NULL;
}

bool rs_yaml_is_null(const rs_yaml *node)
{
    if (!node) return true;
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
