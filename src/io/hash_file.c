/* A file's hash, read through the same door as its records are. */
#include "io/hash_file.h"

#include "io/io.h"

rsift_status rs_io_hash_file(rs_str path, rs_id *out, rsift_error *err)
{
    const rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree;
    rs_io_stream *stream = NULL;
    rs_hasher h;
    *out = (rs_id){0, 0};
    RS_TRY(rs_io_tree_open(path, &options, &tree, err));
    rsift_status status = rs_io_n_members(tree) == 1
                              ? rs_io_open(tree, 0, &stream, err)
                              : rs_err_set(err, RSIFT_E_ARG, "%.*s is no file", RS_STR_ARG(path));
    rs_hash_start(&h);
    while (status == RSIFT_OK) {
        char bytes[1 << 16];
        size_t n;
        status = rs_io_read(stream, bytes, sizeof bytes, &n, err);
        if (status == RSIFT_OK && n == 0) break;
        if (status == RSIFT_OK) rs_hash_bytes(&h, bytes, n);
    }
    rs_io_close(stream);
    rs_io_tree_close(tree);
    *out = rs_hash_end(&h);
    return status;
}
