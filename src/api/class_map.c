/* See class_map.h. */
#include "api/class_map.h"

#include "base/buf.h"
#include "codec/yaml.h"
#include "io/single.h"

/* A name that can stand in the choice of a release, which parts names by these. */
static bool is_name(const rs_yaml *node)
{
    return node && node->kind == RS_YAML_SCALAR && node->text.len &&
           rs_str_find_char(node->text, '|') == RS_NPOS &&
           rs_str_find_char(node->text, '=') == RS_NPOS;
}

rsift_status rs_api_class_map(rs_arena *arena, rs_str path, rs_str *out, rsift_error *err)
{
    const rsift_limits limits = rsift_limits_default();
    rs_yaml *root;
    rs_str text;
    RS_TRY(rs_io_single_slurp(path, &limits, arena, &text, err));
    RS_TRY(rs_yaml_parse(arena, path, text, NULL, &root, err));
    if (root->kind != RS_YAML_MAP || !root->first)
        return rs_yaml_expected(err, path, root, "a map of class names, as \"plane: airplane\"");
    rs_buf pairs = {0};
    for (const rs_yaml *one = root->first; one; one = one->next) {
        if (!is_name(one->key) || !is_name(one)) {
            rs_buf_fini(&pairs);
            return rs_yaml_expected(err, path, is_name(one->key) ? one : one->key,
                                    "a class name without '|' and '='");
        }
        if (pairs.len) rs_buf_char(&pairs, '|');
        rs_buf_str(&pairs, one->key->text);
        rs_buf_char(&pairs, '=');
        rs_buf_str(&pairs, one->text);
    }
    *out = rs_arena_str(arena, rs_buf_view(&pairs));
    const bool lost = pairs.failed || !out->ptr;
    rs_buf_fini(&pairs);
    return lost ? rs_err_nomem(err, "a map of classes") : RSIFT_OK;
}
