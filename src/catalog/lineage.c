/* Picture names -> source keys, by which related pictures of other datasets are recognised. */
#include "catalog/schema.h"

#include "base/ascii.h"
#include "base/num.h"

/* UC Merced's classes in the order that UCM-Captions numbers its pictures by: k.tif is picture
 * (k - 1) mod 100 of class (k - 1) / 100. The order is confirmed by RSIVQA's class answers; the
 * index within the class is inferred from the file order. */
static const char *const ucm_classes[21] = {
    "agricultural",
    "airplane",
    "baseballdiamond",
    "beach",
    "buildings",
    "chaparral",
    "denseresidential",
    "forest",
    "freeway",
    "golfcourse",
    "harbor",
    "intersection",
    "mediumresidential",
    "mobilehomepark",
    "overpass",
    "parkinglot",
    "river",
    "runway",
    "sparseresidential",
    "storagetanks",
    "tenniscourt",
};

bool rs_catalog_is_key_function(rs_str name)
{
    return rs_str_eq(name, RS_STR("ucm-number")) || rs_str_eq(name, RS_STR("lower")) ||
           rs_str_eq(name, RS_STR("number"));
}

/* The value of a key function. ptr NULL with *applies false: it has none for this text; ptr NULL
 * with *applies true: out of memory. */
static rs_str apply(rs_arena *arena, rs_str fn, rs_str text, bool *applies)
{
    *applies = true;
    int64_t k;
    if (rs_str_eq(fn, RS_STR("ucm-number"))) {
        *applies = rs_num_i64(text, &k) && k >= 1 && k <= 2100;
        if (!*applies) return (rs_str){0};
        return rs_arena_printf(arena, "%s%02d", ucm_classes[(k - 1) / 100], (int)((k - 1) % 100));
    }
    if (rs_str_eq(fn, RS_STR("number"))) { /* 0012 and 12 are one picture */
        while (text.len > 1 && text.ptr[0] == '0') text = rs_str_sub(text, 1, text.len);
        return text;
    }
    char *lower = rs_arena_alloc(arena, text.len + 1);
    for (size_t i = 0; lower && i < text.len; i++) {
        lower[i] = rs_ascii_lower(text.ptr[i]);
    }
    return rs_str_make(lower, text.len);
}

/* The rule's key with \1..\9 filled in. */
static rs_str expand(rs_arena *arena, rs_str key, const rs_str groups[RS_CATALOG_GROUPS])
{
    size_t n = key.len; /* the size first: the key's length and that of each group in it */
    for (size_t i = 0; i + 1 < key.len; i++)
        if (key.ptr[i] == '\\' && key.ptr[i + 1] >= '1' && key.ptr[i + 1] <= '9')
            n += groups[key.ptr[i + 1] - '0'].len;
    char *out = rs_arena_alloc(arena, n + 1);
    if (!out) return (rs_str){0};
    size_t len = 0;
    for (size_t i = 0; i < key.len; i++) {
        bool escape = key.ptr[i] == '\\' && i + 1 < key.len;
        if (escape && key.ptr[i + 1] >= '1' && key.ptr[i + 1] <= '9') {
            rs_str group = groups[key.ptr[++i] - '0'];
            if (group.len) memcpy(out + len, group.ptr, group.len);
            len += group.len;
        } else {
            out[len++] = key.ptr[i];
        }
    }
    return rs_str_make(out, len);
}

rsift_status rs_catalog_keys_of(rs_arena *arena, const rs_catalog_release *release, rs_str path,
                                rs_catalog_key out[RS_CATALOG_MAX_KEYS], size_t *n,
                                rsift_error *err)
{
    *n = 0;
    rs_str name = rs_str_basename(path);
    for (size_t i = 0; i < release->keys.n && *n < RS_CATALOG_MAX_KEYS; i++) {
        const rs_catalog_key_rule *rule = &release->keys.items[i];
        rs_str groups[RS_CATALOG_GROUPS];
        if (!rs_catalog_regex_match(rule->regex, rule->match.ptr ? name : path, groups)) continue;
        /* a function replaces the first group; where it has no value the rule does not apply */
        if (rule->fn.ptr) {
            bool applies;
            groups[1] = apply(arena, rule->fn, groups[1], &applies);
            if (!applies) continue;
            if (!groups[1].ptr) return rs_err_nomem(err, "a source key");
        }
        rs_catalog_key key = {.relation = rule->relation,
                              .confidence = rule->confidence,
                              .evidence = rule->match.ptr ? rule->match : rule->match_path,
                              .key = expand(arena, rule->key, groups)};
        if (!key.key.ptr) return rs_err_nomem(err, "a source key");
        out[(*n)++] = key;
    }
    return RSIFT_OK;
}

rs_str rs_catalog_media_rest(rs_str template, rs_str path)
{
    /* the folders of the template up to its first placeholder */
    rs_str head = rs_str_sub(template, 0, rs_str_find_char(template, '{'));
    size_t slash = rs_str_rfind_char(head, '/');
    if (slash == RS_NPOS) return path;
    head = rs_str_sub(head, 0, slash + 1);
    return rs_str_starts(path, head) ? rs_str_sub(path, head.len, path.len) : path;
}
