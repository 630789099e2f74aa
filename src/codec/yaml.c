/* Which YAML parser reads a document: the quick one, and libfyaml for what that one declines. */
#include "codec/yaml.h"

#include "base/utf8.h"
#include "codec/yaml_tree.h"

/* Line and column of byte `at`, from 1. */
static void position_of(rs_str bytes, size_t at, uint32_t *line, uint32_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < at && i < bytes.len; i++) {
        if (bytes.ptr[i] == '\n') (*line)++, *column = 1;
        else if (((unsigned char)bytes.ptr[i] & 0xC0) != 0x80) (*column)++;
    }
}

/* A run of opening brackets that no document has. libfyaml takes some hundred bytes for each before
 * it tells how deep they are. */
static bool is_hostile(rs_str bytes)
{
    enum { MOST_OPEN = 1000 };
    size_t n = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        const char c = bytes.ptr[i];
        if (c == '[' || c == '{') n++;
        else if (c != ' ' && c != '\n' && c != '\t' && c != '\r') n = 0;
        if (n > MOST_OPEN) return true;
    }
    return false;
}

/* Checks size and encoding, then parses; `tree` has arena, file and err. */
static rsift_status parse(rs_yaml_tree *tree, rs_str bytes, const rsift_limits *limits,
                          rs_yaml_parser parser, rs_yaml **out)
{
    *out = NULL;
    rsift_limits defaults = rsift_limits_default();
    if (!limits) limits = &defaults;
    tree->bytes = bytes;
    tree->max_depth = limits->max_depth;
    tree->max_string = limits->max_string;
    if (tree->max_depth == 0 || tree->max_depth > defaults.max_depth)
        tree->max_depth = defaults.max_depth; /* the quick parser recurses */
    if (tree->max_string == 0) tree->max_string = defaults.max_string;
    if (bytes.len > RS_YAML_MAX_BYTES)
        return rs_yaml_fail(tree, RSIFT_E_LIMIT, 1, 1, "expected at most %d bytes, found %zu",
                            RS_YAML_MAX_BYTES, bytes.len);
    size_t valid = rs_utf8_valid(bytes);
    if (valid != bytes.len) {
        uint32_t line, column;
        position_of(bytes, valid, &line, &column);
        return rs_yaml_fail(tree, RSIFT_E_FORMAT, line, column,
                            "expected UTF-8 text, found byte 0x%02x",
                            (unsigned char)bytes.ptr[valid]);
    }
    if (is_hostile(bytes))
        return rs_yaml_fail(tree, RSIFT_E_LIMIT, 1, 1, "nested deeper than max_depth %u",
                            tree->max_depth);
    if (parser != RS_YAML_LIBFYAML) {
        rsift_status st = rs_yaml_parse_quick(tree, out);
        if (st != RSIFT_E_UNSUPPORTED || parser == RS_YAML_QUICK) return st;
        /* declined: from the start again */
        tree->n_nodes = 0;
    }
    return rs_yaml_parse_fy(tree, out);
}

rsift_status rs_yaml_parse(rs_arena *arena, rs_str file, rs_str bytes, const rsift_limits *limits,
                           rs_yaml **out, rsift_error *err)
{
    rs_yaml_tree tree = {.arena = arena, .file = file, .err = err};
    return parse(&tree, bytes, limits, RS_YAML_ANY, out);
}

rsift_status rs_yaml_parse_by(rs_yaml_parser parser, rs_arena *arena, rs_str bytes,
                              const rsift_limits *limits, rs_yaml **out, rsift_error *err)
{
    rs_yaml_tree tree = {.arena = arena, .file = RS_STR("t"), .err = err};
    return parse(&tree, bytes, limits, parser, out);
}
