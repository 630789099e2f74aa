/* Shared cases as parsed JSON. */
#ifndef CASE_JSON_H
#define CASE_JSON_H

#include "codec/json.h"

#include "case_lines.h"

#include <math.h>

static inline const rs_json *case_json(rs_arena *arena, const char *folder, const char *name)
{
    rs_buf file = case_file(folder, name);
    if (!file.ptr) return NULL;
    const rs_json *root = NULL;
    rsift_limits limits = rsift_limits_default();
    rs_json_parse(arena, rs_arena_str(arena, rs_buf_view(&file)), &limits, &root, NULL);
    rs_buf_fini(&file);
    return root;
}

/* The lines of a .jsonl file; 0 when it is not there. */
static inline size_t case_lines(rs_arena *arena, const char *folder, const char *name,
                                const rs_json **lines, size_t most)
{
    rs_buf file = case_file(folder, name);
    if (!file.ptr) return 0;
    rs_str rest = rs_arena_str(arena, rs_buf_view(&file)), line;
    rsift_limits limits = rsift_limits_default();
    size_t n = 0;
    while (n < most && rs_str_line(&rest, &line))
        if (line.len) rs_json_parse(arena, line, &limits, &lines[n++], NULL);
    rs_buf_fini(&file);
    return n;
}

static inline rs_str case_text(const rs_json *object, const char *key)
{
    rs_str s = rs_json_str(rs_json_get(object, key));
    return s.ptr ? s : RS_STR("");
}

static inline double case_value(const rs_json *object, const char *key)
{
    double v = NAN;
    rs_json_double(rs_json_get(object, key), &v);
    return v;
}

static inline size_t case_numbers(const rs_json *array, double *out, size_t most)
{
    rs_json_iter it = rs_json_each(array);
    size_t n = 0;
    for (const rs_json *v; n < most && (v = rs_json_next(&it, NULL));)
        n += rs_json_double(v, &out[n]);
    return n;
}

#endif
