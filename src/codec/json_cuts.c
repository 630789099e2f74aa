/* Reading many small records in one go: a call of the parser costs as much as reading some tens of
 * bytes, and the rows of a table are hardly longer. Records that were cut from a list stand in
 * memory as in the file, with their commas between them: with brackets around them they are a list.
 * Where that list cannot be read, or is not one of these records, each is read by itself. */
#include "codec/json.h"

enum { RUN_BYTES = 64 << 10 }; /* of text, whose values stay in a core's own cache */

/* How many of the records stand behind each other, as far as one call shall read. */
static size_t run_length(const rs_json_cut *cuts, size_t n)
{
    size_t i = 1;
    while (i < n && cuts[i].joined && cuts[i].path == cuts[0].path &&
           (size_t)(cuts[i].offset - cuts[0].offset) + cuts[i].bytes.len <= RUN_BYTES)
        i++;
    return i;
}

/* The records as one list; false = it is none, or not of n members. */
static rsift_status parse_run(rs_arena *arena, const rs_json_cut *cuts, size_t n,
                              const rsift_limits *limits, const rs_json **values, bool *read,
                              rsift_error *err)
{
    const rs_json_cut *last = &cuts[n - 1];
    const size_t len = (size_t)(last->offset - cuts[0].offset) + last->bytes.len;
    const rs_json *list;
    rsift_error why = {0};
    char *text = rs_arena_alloc(arena, len + 2);
    if (!text) return rs_err_nomem(err, "records");
    text[0] = '[';
    memcpy(text + 1, cuts[0].bytes.ptr, len);
    text[len + 1] = ']';
    const rsift_status status =
        rs_json_parse(arena, rs_str_make(text, len + 2), limits, &list, &why);
    *read = status == RSIFT_OK && rs_json_len(list) == n;
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "records");
    rs_json_iter it = rs_json_each(list);
    for (size_t i = 0; *read && i < n; i++) values[i] = rs_json_next(&it, NULL);
    return RSIFT_OK;
}

rsift_status rs_json_parse_cuts(rs_arena *arena, const rs_json_cut *cuts, size_t n,
                                const rsift_limits *limits, const rs_json **values,
                                rsift_error *err)
{
    for (size_t i = 0, run; i < n; i += run) {
        bool read = false;
        run = run_length(cuts + i, n - i);
        if (run > 1) RS_TRY(parse_run(arena, cuts + i, run, limits, values + i, &read, err));
        for (size_t k = i; k < i + run && !read; k++)
            if (rs_json_parse(arena, cuts[k].bytes, limits, &values[k], err) == RSIFT_E_NOMEM)
                return RSIFT_E_NOMEM;
    }
    return RSIFT_OK;
}
