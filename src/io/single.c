/* One file by its path; see single.h. */
#include "io/single.h"

static rsift_status open_tree(rs_str path, const rsift_limits *limits, rs_io_tree **out,
                              rsift_error *err)
{
    const rs_io_options options = {.limits = limits, .keep_archives_closed = true};
    *out = NULL;
    RS_TRY(rs_io_tree_open(path, &options, out, err));
    if (rs_io_n_members(*out) == 1) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "expected a file, found a folder: %.*s", RS_STR_ARG(path));
}

rsift_status rs_io_single_open(rs_str path, const rsift_limits *limits, rs_io_single *out,
                               rsift_error *err)
{
    *out = (rs_io_single){0};
    RS_TRY(open_tree(path, limits, &out->tree, err));
    return rs_io_open(out->tree, 0, &out->stream, err);
}

void rs_io_single_close(rs_io_single *file)
{
    rs_io_close(file->stream);
    if (file->tree) rs_io_tree_close(file->tree);
    *file = (rs_io_single){0};
}

rsift_status rs_io_single_slurp(rs_str path, const rsift_limits *limits, rs_arena *arena,
                                rs_str *out, rsift_error *err)
{
    rs_io_tree *tree;
    rsift_status status = open_tree(path, limits, &tree, err);
    if (status == RSIFT_OK) status = rs_io_slurp(tree, 0, arena, out, err);
    if (tree) rs_io_tree_close(tree);
    return status;
}
