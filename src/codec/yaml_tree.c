/* Nodes as the parsers make them: counted, with line and column, no key twice in a map. */
#include "codec/yaml_tree.h"

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
