/* Names of pictures and how annotations' names are resolved to them. */
#include "release/pictures.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "catalog/catalog.h"
#include "image/name.h"
#include "image/probe.h"

/* The path as the catalogue's media templates spell it, from the first template that matches its
 * end; else the path itself. */
static rs_str canonical_of(rs_arena *arena, rs_str path, const rs_media_pattern *patterns,
                           size_t n_patterns)
{
    for (size_t i = 0; i < n_patterns; i++) {
        rs_str tail;
        if (!rs_catalog_match(patterns[i].pattern, path, &tail)) continue;
        rs_str rest = rs_str_sub(tail, patterns[i].head, tail.len);
        if (rs_str_eq(rs_str_sub(tail, 0, patterns[i].head), patterns[i].canonical_head))
            return tail;
        return rs_arena_join(arena, patterns[i].canonical_head, rest, RS_STR(""));
    }
    return path;
}

/* Two pictures of one canonical path (a flat and a nested copy): the first keeps it, the other
 * goes by its full path. */
static rsift_status add_canonical(rs_pictures *p, rs_picture *picture, rs_str path, uint32_t number,
                                  rsift_error *err)
{
    for (int round = 0; round < 2; round++) {
        bool made;
        size_t at = rs_strmap_put(&p->canonical, picture->canonical, &made);
        if (at == RS_NPOS || !RS_VEC_RESERVE(p->by_canonical, p->cap_by_canonical, at + 1))
            return rs_err_nomem(err, "the list of pictures");
        if (made) {
            p->by_canonical[at] = number;
            return RSIFT_OK;
        }
        picture->canonical = path;
    }
    return RSIFT_OK;
}

/* Appends a picture and enters it under its canonical path and its file name. */
static rsift_status add_picture(rs_pictures *p, uint32_t tree, size_t member,
                                const rs_media_pattern *patterns, size_t n_patterns,
                                rsift_error *err)
{
    rs_str path = rs_io_member_at(p->trees[tree], member)->path;
    if (p->n >= UINT32_MAX - 1)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than 4 billion pictures");
    if (!RS_VEC_RESERVE(p->items, p->cap, p->n + 1))
        return rs_err_nomem(err, "the list of pictures");
    uint32_t number = (uint32_t)p->n;
    rs_picture picture = {.tree = tree, .member = member, .next = UINT32_MAX};
    picture.canonical = canonical_of(&p->arena, path, patterns, n_patterns);
    if (!picture.canonical.ptr) return rs_err_nomem(err, "the list of pictures");
    RS_TRY(add_canonical(p, &picture, path, number, err));

    bool made;
    size_t base = rs_strmap_put(&p->basenames, rs_str_basename(path), &made);
    if (base == RS_NPOS || !RS_VEC_RESERVE(p->heads, p->cap_heads, base + 1))
        return rs_err_nomem(err, "the list of pictures");
    if (!made) picture.next = p->heads[base];
    p->heads[base] = number;
    p->items[p->n++] = picture;
    return RSIFT_OK;
}

rsift_status rs_pictures_open(rs_pictures *p, const rs_io_tree *const *trees, size_t n_trees,
                              const rs_media_pattern *patterns, size_t n_patterns, rsift_error *err)
{
    *p = (rs_pictures){.trees = trees, .n_trees = n_trees};
    for (size_t t = 0; t < n_trees; t++) {
        size_t n = rs_io_n_members(trees[t]);
        for (size_t i = 0; i < n; i++) {
            rs_str path = rs_io_member_at(trees[t], i)->path;
            if (!rs_image_is_name(path) || rs_str_find(path, RS_STR("__MACOSX/")) != RS_NPOS)
                continue;
            rsift_status status = add_picture(p, (uint32_t)t, i, patterns, n_patterns, err);
            if (status != RSIFT_OK) {
                rs_pictures_fini(p);
                return status;
            }
        }
    }
    return RSIFT_OK;
}

void rs_pictures_fini(rs_pictures *p)
{
    rs_free(p->items);
    rs_free(p->by_canonical);
    rs_free(p->heads);
    rs_strmap_fini(&p->canonical);
    rs_strmap_fini(&p->basenames);
    rs_arena_fini(&p->arena);
    *p = (rs_pictures){0};
}

/* Does `path` end with `tail`, and does `tail` begin with a full component of it? */
static bool ends_with_path(rs_str path, rs_str tail)
{
    if (!rs_str_ends(path, tail)) return false;
    return path.len == tail.len || path.ptr[path.len - tail.len - 1] == '/';
}

static rs_str without_dot_slash(rs_str path)
{
    while (path.len >= 2 && path.ptr[0] == '.' && path.ptr[1] == '/')
        path = rs_str_sub(path, 2, path.len);
    while (path.len && path.ptr[0] == '/') path = rs_str_sub(path, 1, path.len);
    return path;
}

rs_resolved rs_pictures_resolve(const rs_pictures *p, rs_str path, size_t *out)
{
    path = without_dot_slash(path);
    size_t exact = rs_strmap_get(&p->canonical, path);
    if (exact != RS_NPOS) {
        *out = p->by_canonical[exact];
        return RS_EXACT;
    }
    size_t base = rs_strmap_get(&p->basenames, rs_str_basename(path));
    if (base == RS_NPOS) return RS_UNRESOLVED;
    size_t n_tail = 0, n_all = 0, tail = 0, any = 0;
    for (uint32_t i = p->heads[base]; i != UINT32_MAX; i = p->items[i].next) {
        const rs_picture *picture = &p->items[i];
        rs_str full = rs_io_member_at(p->trees[picture->tree], picture->member)->path;
        n_all++;
        any = i;
        if (!ends_with_path(full, path) && !ends_with_path(path, picture->canonical)) continue;
        n_tail++;
        tail = i;
    }
    if (n_tail == 1 && rs_str_find_char(path, '/') != RS_NPOS) {
        *out = tail;
        return RS_TAIL;
    }
    /* The file name alone decides only when no folders contradict each other: the name has none, or
     * the picture lies in none. */
    rs_str full = rs_io_member_at(p->trees[p->items[any].tree], p->items[any].member)->path;
    bool named_folder = rs_str_find_char(path, '/') != RS_NPOS;
    if (n_all == 1 && (!named_folder || rs_str_find_char(full, '/') == RS_NPOS)) {
        *out = any;
        return RS_BASENAME;
    }
    return n_tail > 1 || (n_all > 1 && !named_folder) ? RS_AMBIGUOUS : RS_UNRESOLVED;
}

rs_resolved rs_pictures_resolve_any(const rs_pictures *p, rs_str path, const rs_str *extensions,
                                    size_t n_extensions, size_t *out)
{
    rs_resolved first = rs_pictures_resolve(p, path, out);
    if (first != RS_UNRESOLVED || n_extensions == 0) return first;
    rs_arena scratch = {0};
    rs_resolved found = RS_UNRESOLVED;
    rs_str stem = rs_str_make(path.ptr, path.len - rs_str_extension(path).len);
    for (size_t i = 0; i < n_extensions && found == RS_UNRESOLVED; i++) {
        rs_str other = rs_arena_join(&scratch, stem, extensions[i], RS_STR(""));
        if (other.ptr) found = rs_pictures_resolve(p, other, out);
    }
    rs_arena_fini(&scratch);
    return found;
}

const char *rs_resolved_name(rs_resolved resolved)
{
    static const char *const names[] = {"unresolved", "ambiguous", "exact", "tail", "basename"};
    return names[resolved];
}
