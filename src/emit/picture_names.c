/* A file's name has at most 255 bytes: the stem of a longer one is cut, and a hash of the path
 * keeps it apart from others. */
#include "emit/picture_names.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "image/name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_BYTES = 255, CUT_STEM_BYTES = 180, ADDED_BYTES = 24 };

/* The path without its extension, short enough for `extra` bytes behind it. */
static rs_str stem_for(rs_arena *arena, rs_str path, size_t extra)
{
    const rs_str stem = rs_str_sub(path, 0, path.len - rs_str_extension(path).len);
    const rs_str name = rs_str_basename(stem);
    if (name.len + extra <= NAME_BYTES || name.len <= CUT_STEM_BYTES) return stem;
    size_t end = stem.len - name.len + CUT_STEM_BYTES;
    while (end > 0 && ((unsigned char)stem.ptr[end] & 0xC0) == 0x80) end--; /* a whole character */
    return rs_arena_printf(arena, "%.*s~%08" PRIx32, (int)end, stem.ptr,
                           (uint32_t)rs_hash64(path.ptr, path.len));
}

/* The k-th name to try, made of the path or of its folded form; k = 1 is the picture's own. */
static rs_str candidate(rs_arena *arena, const rs_emit_picture *p, rs_str path, uint32_t k)
{
    /* an annotation may name its picture by the stem alone, and link found it */
    if (p->plain && !rs_image_is_name(path) && rs_image_is_name(p->member))
        path = rs_arena_join(arena, path, RS_STR(""), rs_str_extension(p->member));
    /* a cell of a table has no name of its own */
    else if (p->plain && !rs_image_is_name(path) && p->extension)
        path = rs_arena_join(arena, path, RS_STR(""), rs_str_of(p->extension));
    const rs_str own = rs_str_extension(path), extension = p->plain ? own : RS_STR(".png");
    if (k == 1 && p->plain && rs_str_basename(path).len <= NAME_BYTES)
        return rs_arena_join(arena, p->dataset, RS_STR("/"), path);
    char number[16] = "";
    if (k > 1) snprintf(number, sizeof number, "~%" PRIu32, k);
    const rs_str middle = k == 2 && !p->plain ? own : rs_str_of(number);
    const rs_str stem = stem_for(arena, path, own.len + ADDED_BYTES);
    return rs_arena_printf(arena, "%.*s/%.*s%.*s%.*s", RS_STR_ARG(p->dataset), RS_STR_ARG(stem),
                           RS_STR_ARG(middle), RS_STR_ARG(extension));
}

/* The path is folded already; ids of datasets and extensions have ASCII letters. */
static rs_str lower(rs_arena *arena, rs_str name)
{
    char *text = name.ptr ? rs_arena_alloc(arena, name.len + 1) : NULL;
    for (size_t i = 0; text && i < name.len; i++) text[i] = rs_ascii_lower(name.ptr[i]);
    return (rs_str){text, text ? name.len : 0};
}

static rsift_status name_picture(rs_emit_pictures *pictures, rs_emit_picture *p, rsift_error *err)
{
    rs_arena scratch = {0};
    bool is_free = false;
    uint32_t k = 0;
    rsift_status status = RSIFT_OK;
    while (status == RSIFT_OK && !is_free) {
        const rs_str key = lower(&scratch, candidate(&scratch, p, p->folded, ++k));
        if (!key.ptr ||
            rs_idmap_put(&pictures->names, rs_hash128(key.ptr, key.len), &is_free) == RS_NPOS)
            status = rs_err_nomem(err, "the list of pictures");
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    if (status == RSIFT_OK) p->name = candidate(&pictures->arena, p, p->path, k);
    return status == RSIFT_OK && !p->name.ptr ? rs_err_nomem(err, "the list of pictures") : status;
}

/* A picture's number, for naming in order. */
typedef struct unnamed {
    bool rendered;
    rs_str path;
    size_t picture;
} unnamed;

static int by_path(const void *a, const void *b)
{
    const unnamed *x = a, *y = b;
    if (x->rendered != y->rendered) return x->rendered ? 1 : -1;
    return rs_str_cmp(x->path, y->path);
}

rsift_status rs_emit_name_pictures(rs_emit_pictures *pictures, rsift_error *err)
{
    const size_t begin = pictures->n_named, end = pictures->ids.n;
    unnamed *items = rs_alloc((end - begin + 1) * sizeof *items);
    if (!items) return rs_err_nomem(err, "the list of pictures");
    size_t n = 0;
    for (size_t i = begin; i < end; i++) {
        const rs_emit_picture *p = &pictures->items[i];
        if (!p->in_place) items[n++] = (unnamed){!p->plain, p->path, i};
    }
    if (n) qsort(items, n, sizeof *items, by_path);
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < n; i++)
        status = name_picture(pictures, &pictures->items[items[i].picture], err);
    rs_free(items);
    pictures->n_named = end;
    return status;
}
