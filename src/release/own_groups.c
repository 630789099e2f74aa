/* Groups of files of one kind and folder: see own_groups.h. */
#include "release/own_groups.h"

#include "base/alloc.h"

bool rs_own_is_in(rs_str in, rs_str folder)
{
    return folder.len == 0 ||
           (rs_str_starts(in, folder) && (in.len == folder.len || in.ptr[folder.len] == '/'));
}

rs_str rs_own_folder_of(const rs_io_tree *tree, const rs_io_member *m)
{
    if (rs_str_find(m->chain, RS_STR(" > ")) == RS_NPOS) return rs_str_dirname(m->path);
    const rs_str file = rs_io_file_at(tree, m->file)->path;
    return rs_io_n_files(tree) == 1 ? RS_STR("") : file;
}

rsift_status rs_own_add_group(rs_own_scan *scan, rs_arena *arena, const rs_own_group *group,
                              rs_own_group **out, rsift_error *err)
{
    if (!rs_arena_grow(arena, (void **)&scan->groups, &scan->cap, scan->n + 1,
                       sizeof *scan->groups))
        return rs_err_nomem(err, "a scan");
    *out = &scan->groups[scan->n++];
    **out = *group;
    return RSIFT_OK;
}
