/* Logical paths below the folders above: see paths.h. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "release/paths.h"

#include "base/alloc.h"
#include "base/utf8.h"

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
    /* It is kept as text, and opened again from there. Names below it may be any bytes. */
    if (out->ptr && rs_utf8_valid(*out) != out->len)
        return rs_err_set(err, RSIFT_E_ARG,
                          "expected a path in UTF-8, found \"%.*s\": rename its folder",
                          RS_STR_ARG(*out));
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

/* "RSICap.tar.gz" and "RSICap.zip.001" -> "RSICap" */
static rs_str archive_name(rs_str file)
{
    static const rs_str known[] = {{".zip", 4}, {".tar", 4}, {".tgz", 4}};
    rs_str name = rs_str_sub(file, 0, file.len - rs_str_extension(file).len);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (rs_str_ends_nocase(name, known[i])) name.len -= known[i].len;
    return name;
}

rs_str rs_release_path(rs_arena *arena, rs_str above, const rs_io_member *member, bool archives)
{
    static const rs_str arrow = {" > ", 3};
    rs_str path = above;
    rs_str rest = archives ? member->chain : member->path;
    for (size_t at; archives && (at = rs_str_find(rest, arrow)) != RS_NPOS;) {
        if (path.ptr)
            path = rs_arena_join(arena, path, RS_STR("/"), archive_name(rs_str_sub(rest, 0, at)));
        rest = rs_str_sub(rest, at + arrow.len, rest.len);
    }
    return path.ptr ? rs_arena_join(arena, path, RS_STR("/"), rest) : path;
}

rsift_status rs_release_paths_make(rs_release_paths *paths, const rs_io_tree *tree,
                                   rsift_error *err)
{
    const size_t n = rs_io_n_members(tree);
    rs_str *items = rs_arena_calloc(&paths->arena, n + 1, sizeof *items);
    if (!items || !paths->above.ptr) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < n; i++) {
        const rs_io_member *member = rs_io_member_at(tree, i);
        items[i] = member->path;
        if (paths->above.len)
            items[i] = rs_release_path(&paths->arena, paths->above, member, paths->archives);
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

static bool has_archives(const rs_io_tree *tree)
{
    for (size_t i = 0; i < rs_io_n_members(tree); i++)
        if (rs_str_find(rs_io_member_at(tree, i)->chain, RS_STR(" > ")) != RS_NPOS) return true;
    return false;
}

rsift_status rs_release_scan_tree(rs_arena *arena, const rs_catalog *catalog, rs_release_scan *scan,
                                  rs_release_paths *paths, rsift_error *err)
{
    const bool file = is_file(arena, scan->root), archives = has_archives(scan->tree);
    /* as they lie there; below an opened file's own name; below the names of archives inside */
    for (int way = 0; way < 3; way++) {
        if ((way == 1 && !file) || (way == 2 && !archives)) continue;
        rs_release_paths_fini(paths);
        paths->above = rs_release_above(arena, scan->root, way == 1);
        paths->archives = way == 2;
        RS_TRY(rs_release_paths_make(paths, scan->tree, err));
        /* a folder of files has one way of being named: nothing is to be found out */
        if (!file && !archives && scan->dataset && scan->release.len) return RSIFT_OK;
        rs_catalog_candidates found;
        RS_TRY(rs_catalog_scan(arena, catalog, paths->texts, &found, err));
        scan->found = found.items;
        scan->n = found.n;
        if (is_found(scan)) break;
    }
    return RSIFT_OK;
}
