/* Logical paths below the folders above: see paths.h. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "release/paths.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { MOST_ABOVE = 5 }; /* folders: more than stand before any pattern's last component */

rsift_status rs_release_absolute(rs_arena *arena, rs_str path, rs_str *out, rsift_error *err)
{
    char *absolute = realpath(rs_arena_cstr(arena, path), NULL);
    if (!absolute) return rs_err_errno(err, errno, "cannot open \"%.*s\"", RS_STR_ARG(path));
    *out = rs_arena_str(arena, rs_str_of(absolute));
    free(absolute);
    return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a path");
}

static bool is_file(rs_arena *arena, rs_str root)
{
    struct stat st;
    const char *path = rs_arena_cstr(arena, root);
    return path && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

rs_str rs_release_above(rs_arena *arena, rs_str root, bool stem)
{
    rs_str folders = root;
    if (is_file(arena, root)) {
        folders = rs_str_dirname(root);
        if (stem) folders = rs_arena_join(arena, folders, RS_STR("/"), rs_str_stem(root));
    }
    /* from the end, as many components as matter */
    size_t begin = folders.len;
    for (int n = 0; begin > 0; begin--)
        if (folders.ptr[begin - 1] == '/' && (++n == MOST_ABOVE || begin == 1)) break;
    return folders.ptr ? rs_str_sub(folders, begin, folders.len) : folders;
}

rsift_status rs_release_paths_make(rs_release_paths *paths, const rs_io_tree *tree, rs_str above,
                                   rsift_error *err)
{
    *paths = (rs_release_paths){.above = above};
    const size_t n = rs_io_n_members(tree);
    rs_str *items = rs_arena_calloc(&paths->arena, n + 1, sizeof *items);
    if (!items || !above.ptr) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < n; i++) {
        items[i] = rs_io_member_at(tree, i)->path;
        if (above.len) items[i] = rs_arena_join(&paths->arena, above, RS_STR("/"), items[i]);
        if (!items[i].ptr) return rs_err_nomem(err, "a plan");
    }
    paths->texts = (rs_texts){items, n};
    return RSIFT_OK;
}

void rs_release_paths_fini(rs_release_paths *paths)
{
    rs_arena_fini(&paths->arena);
    *paths = (rs_release_paths){0};
}

/* Is a source of what is looked for complete? */
static bool is_found(const rs_release_scan *scan)
{
    for (size_t i = 0; i < scan->n; i++) {
        const rs_catalog_candidate *c = &scan->found[i];
        if (!c->n_sources_found || (scan->dataset && c->dataset != scan->dataset)) continue;
        if (!scan->release.len || rs_str_eq(c->release->id, scan->release)) return true;
    }
    return false;
}

rsift_status rs_release_scan_tree(rs_arena *arena, const rs_catalog *catalog, rs_release_scan *scan,
                                  rs_release_paths *paths, rsift_error *err)
{
    const bool file = is_file(arena, scan->root);
    for (int stem = 0; stem <= file; stem++) {
        rs_release_paths_fini(paths);
        RS_TRY(rs_release_paths_make(paths, scan->tree, rs_release_above(arena, scan->root, stem),
                                     err));
        /* a folder has one way of being named: nothing is to be found out */
        if (!file && scan->dataset && scan->release.len) return RSIFT_OK;
        RS_TRY(rs_catalog_scan(arena, catalog, paths->texts.items, paths->texts.n, &scan->found,
                               &scan->n, err));
        if (is_found(scan)) break;
    }
    return RSIFT_OK;
}
