/* Reading one JSON value: yyjson does the work, in the caller's arena.
 * NaN, Infinity, comments, trailing commas, invalid UTF-8 and lone surrogates are refused by
 * yyjson as configured here; NUL characters and nesting beyond the limit by us. */
#include "codec/json.h"
#include "codec/json_scan.h"
#include "base/num.h"

#include <inttypes.h>
#include <yyjson.h>

/* ---- reading ---------------------------------------------------------------------------- */

static void *pool_malloc(void *ctx, size_t size)
{
    return rs_arena_alloc(ctx, size);
}

static void *pool_realloc(void *ctx, void *ptr, size_t old_size, size_t size)
{
    if (size <= old_size) return ptr;
    void *grown = rs_arena_alloc(ctx, size);
    if (grown) memcpy(grown, ptr, old_size);
    return grown;
}

static void pool_free(void *ctx, void *ptr)
{
    (void)ctx;
    (void)ptr;
}

static const yyjson_val *val_of(const rs_json *v)
{
    return (const yyjson_val *)(const void *)v;
}

static const rs_json *json_of(const yyjson_val *v)
{
    return (const rs_json *)(const void *)v;
}

/* yyjson's own functions take pointers to non-const, and change nothing. */
static yyjson_val *raw_of(const rs_json *v)
{
    return (yyjson_val *)(uintptr_t)v;
}

/* Whether the value nests deeper than the limit. */
static bool too_deep(rs_str bytes, uint64_t limit)
{
    rs_str text = rs_str_trim(bytes);
    if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '[')) return false;
    rs_json_nest nest = {.depth = 1, .max_depth = 1};
    rs_json_nest_best()(&nest, text.ptr + 1, text.ptr + text.len);
    if (nest.max_depth <= limit) return false;
    nest = (rs_json_nest){.depth = 1, .max_depth = 1}; /* the quick count is an upper bound */
    rs_json_nest_plain(&nest, text.ptr + 1, text.ptr + text.len);
    return nest.max_depth > limit;
}

/* Escaped NULs become NUL bytes inside strings, which nothing behind us can hold. */
static bool holds_nul(rs_str bytes, const yyjson_doc *doc)
{
    if (rs_str_find(bytes, RS_STR("\\u0000")) == RS_NPOS) return false;
    const yyjson_val *v = doc->root;
    for (size_t n = yyjson_doc_get_val_count((yyjson_doc *)(uintptr_t)doc); n > 0; n--, v++)
        if (unsafe_yyjson_is_str((void *)(uintptr_t)v) &&
            memchr(unsafe_yyjson_get_str((void *)(uintptr_t)v), 0,
                   unsafe_yyjson_get_len((void *)(uintptr_t)v)))
            return true;
    return false;
}

/* A document shorter than the limit cannot hold a text above it. */
static bool holds_long_text(rs_str bytes, const yyjson_doc *doc, uint64_t most)
{
    if (bytes.len <= most) return false;
    const yyjson_val *v = doc->root;
    for (size_t n = yyjson_doc_get_val_count((yyjson_doc *)(uintptr_t)doc); n > 0; n--, v++)
        if (unsafe_yyjson_is_str((void *)(uintptr_t)v) &&
            unsafe_yyjson_get_len((void *)(uintptr_t)v) > most)
            return true;
    return false;
}

static rsift_status refuse_depth(uint64_t depth, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_LIMIT, "nesting exceeds the limit max_depth (%" PRIu64 ")",
                      depth);
}

rsift_status rs_json_parse(rs_arena *arena, rs_str bytes, const rsift_limits *limits,
                           const rs_json **root, rsift_error *err)
{
    enum { SHORT = 4096 }; /* bytes whose values cost little memory, however they nest */
    *root = NULL;
    uint64_t depth = limits ? limits->max_depth : 64;
    if (bytes.len > SHORT && too_deep(bytes, depth)) return refuse_depth(depth, err);
    /* everything that yyjson allocates lives in the arena: its free is a no-op */
    yyjson_alc pool = {pool_malloc, pool_realloc, pool_free, arena};
    yyjson_read_err why;
    yyjson_doc *doc =
        yyjson_read_opts((char *)(uintptr_t)bytes.ptr, bytes.len, YYJSON_READ_NOFLAG, &pool, &why);
    /* few values cannot nest deeply, and yyjson follows any depth without recursion */
    if (bytes.len <= SHORT && (!doc || yyjson_doc_get_val_count(doc) > depth) &&
        too_deep(bytes, depth))
        return refuse_depth(depth, err);
    if (!doc) {
        if (why.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
            return rs_err_nomem(err, "a JSON value");
        char quote[RS_QUOTE_SIZE];
        rs_str found = rs_str_sub(bytes, why.pos, why.pos + 24);
        rs_err_set(err, RSIFT_E_FORMAT, "%s, found \"%s\"", why.msg, rs_err_quote(quote, found));
        return rs_err_within(err, RSIFT_E_FORMAT, "byte %zu", why.pos);
    }
    if (holds_nul(bytes, doc))
        return rs_err_set(err, RSIFT_E_FORMAT, "a text holds a NUL character");
    if (limits && limits->max_string && holds_long_text(bytes, doc, limits->max_string))
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "a text exceeds the limit max_string (%" PRIu64 " bytes)",
                          limits->max_string);
    *root = json_of(yyjson_doc_get_root(doc));
    return RSIFT_OK;
}

rs_json_type rs_json_kind(const rs_json *v)
{
    if (!v) return RS_JSON_ABSENT;
    switch (yyjson_get_type(raw_of(v))) {
    case YYJSON_TYPE_NULL: return RS_JSON_NULL;
    case YYJSON_TYPE_BOOL: return RS_JSON_BOOL;
    case YYJSON_TYPE_NUM: return yyjson_is_int(raw_of(v)) ? RS_JSON_INT : RS_JSON_REAL;
    case YYJSON_TYPE_STR: return RS_JSON_STR;
    case YYJSON_TYPE_ARR: return RS_JSON_ARRAY;
    case YYJSON_TYPE_OBJ: return RS_JSON_OBJECT;
    default: return RS_JSON_ABSENT;
    }
}

const char *rs_json_kind_name(rs_json_type type)
{
    static const char *const names[] = {"nothing",  "null",     "a boolean", "an integer",
                                        "a number", "a string", "an array",  "an object"};
    return names[type];
}

rs_str rs_json_str(const rs_json *v)
{
    if (!v || !yyjson_is_str(raw_of(v))) return (rs_str){0};
    return rs_str_make(unsafe_yyjson_get_str(raw_of(v)), unsafe_yyjson_get_len(raw_of(v)));
}

bool rs_json_i64(const rs_json *v, int64_t *out)
{
    if (!v || !yyjson_is_int(raw_of(v))) return false;
    if (yyjson_is_uint(raw_of(v))) {
        uint64_t u = unsafe_yyjson_get_uint(raw_of(v));
        /* above int64_t */
        if (u > INT64_MAX) return false;
        *out = (int64_t)u;
    } else {
        *out = unsafe_yyjson_get_sint(raw_of(v));
    }
    return true;
}

bool rs_json_double(const rs_json *v, double *out)
{
    if (!v || !yyjson_is_num(raw_of(v))) return false;
    double d = unsafe_yyjson_get_num(raw_of(v));
    if (!__builtin_isfinite(d)) return false;
    *out = d;
    return true;
}

bool rs_json_bool(const rs_json *v, bool *out)
{
    if (!v || !yyjson_is_bool(raw_of(v))) return false;
    *out = unsafe_yyjson_get_bool(raw_of(v));
    return true;
}

size_t rs_json_len(const rs_json *v)
{
    return v && yyjson_is_ctn(raw_of(v)) ? unsafe_yyjson_get_len(raw_of(v)) : 0;
}

const rs_json *rs_json_member(const rs_json *object, rs_str key)
{
    if (!object || !yyjson_is_obj(raw_of(object))) return NULL;
    return json_of(yyjson_obj_getn(raw_of(object), key.ptr, key.len));
}

const rs_json *rs_json_path(const rs_json *object, rs_str dotted)
{
    const rs_json *v = object;
    rs_str piece;
    while (v && rs_str_split(&dotted, '.', &piece)) {
        int64_t i;
        /* a number steps into an array, any other piece into an object */
        if (yyjson_is_obj(raw_of(v))) v = json_of(yyjson_obj_getn(raw_of(v), piece.ptr, piece.len));
        else if (yyjson_is_arr(raw_of(v)) && rs_num_i64(piece, &i) && i >= 0)
            v = json_of(yyjson_arr_get(raw_of(v), (size_t)i));
        else v = NULL;
    }
    return v;
}

rs_json_iter rs_json_each(const rs_json *array_or_object)
{
    rs_json_iter it = {.left = rs_json_len(array_or_object)};
    it.object = rs_json_kind(array_or_object) == RS_JSON_OBJECT;
    if (it.left) it.at = json_of(val_of(array_or_object) + 1);
    return it;
}

const rs_json *rs_json_next(rs_json_iter *it, rs_str *key)
{
    if (!it->left) return NULL;
    const yyjson_val *v = val_of(it->at);
    if (it->object) {
        /* yyjson keeps a key right before its value */
        if (key) *key = rs_json_str(it->at);
        v++;
    }
    it->left--;
    it->at = json_of(unsafe_yyjson_get_next((yyjson_val *)(uintptr_t)v));
    return json_of(v);
}

static rs_str integer_text(rs_arena *arena, uint64_t v, bool negative)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t magnitude = negative ? 0 - v : v;
    do text[--at] = (char)('0' + magnitude % 10);
    while (magnitude /= 10);
    if (negative) text[--at] = '-';
    return rs_arena_str(arena, rs_str_make(text + at, sizeof text - at));
}

rs_str rs_json_text(rs_arena *arena, const rs_json *v)
{
    char text[RS_DOUBLE_SIZE];
    switch (rs_json_kind(v)) {
    case RS_JSON_STR: return rs_json_str(v);
    case RS_JSON_BOOL: return unsafe_yyjson_get_bool(raw_of(v)) ? RS_STR("true") : RS_STR("false");
    case RS_JSON_INT:
        if (yyjson_is_uint(raw_of(v)))
            return integer_text(arena, unsafe_yyjson_get_uint(raw_of(v)), false);
        return integer_text(arena, (uint64_t)unsafe_yyjson_get_sint(raw_of(v)),
                            unsafe_yyjson_get_sint(raw_of(v)) < 0);
    case RS_JSON_REAL:
        return rs_arena_str(
            arena, rs_str_make(text, rs_num_format(text, unsafe_yyjson_get_real(raw_of(v)))));
    /* arrays, objects and null have no text */
    default: return (rs_str){0};
    }
}
