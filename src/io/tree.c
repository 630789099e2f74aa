/* Opening and closing a tree: the top of the room. A path is a folder, which is walked, or a file,
 * which may be an archive. */
#include "base/alloc.h"
#include "io/decoder.h"
#include "io/disk.h"
#include "io/folder.h"
#include "io/rows.h"
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static rsift_limits limits_of(const rsift_limits *given)
{
    rsift_limits limits = rsift_limits_default();
    if (!given) return limits;
    if (given->max_record) limits.max_record = given->max_record;
    if (given->max_members) limits.max_members = given->max_members;
    if (given->max_ratio) limits.max_ratio = given->max_ratio;
    if (given->max_spool) limits.max_spool = given->max_spool;
    if (given->max_archives) limits.max_archives = given->max_archives;
    if (given->max_nested) limits.max_nested = given->max_nested;
    return limits;
}

static rsift_status tree_new(const rs_io_options *options, rs_io_tree **out, rsift_error *err)
{
    rs_io_tree *tree = rs_calloc(1, sizeof *tree);
    if (!tree) return rs_err_nomem(err, "a tree");
    tree->root_fd = -1;
    *out = tree;
    tree->limits = limits_of(options ? options->limits : NULL);
    tree->keep_closed = options && options->keep_archives_closed;
    tree->open_sheets = options && options->open_sheets;
    tree->rows = options ? options->rows : NULL;
    const char *dir = options && options->spool_dir ? options->spool_dir : getenv("TMPDIR");
    /* as mktemp(1) */
    if (!dir || !dir[0]) dir = "/tmp";
    tree->spool_dir = rs_arena_cstr(&tree->arena, rs_str_of(dir));
    rs_io_shared *shared = rs_calloc(1, sizeof *shared);
    if (!tree->spool_dir || !shared || pthread_mutex_init(&shared->lock, NULL) != 0) {
        rs_free(shared);
        return rs_err_nomem(err, "a tree");
    }
    tree->shared = shared;
    return RSIFT_OK;
}

/* Opens the folder, or the folder of a file (then *name is the file's). */
static rsift_status open_root(rs_io_tree *tree, rs_str path, rs_str *name, rsift_error *err)
{
    struct stat st;
    char real[PATH_MAX];
    const char *full = rs_arena_cstr(&tree->arena, path);
    if (!full) return rs_err_nomem(err, "a path");
    if (path.len == 0 || memchr(path.ptr, 0, path.len))
        return rs_err_set(err, RSIFT_E_ARG, "not a path");
    if (stat(full, &st) != 0) return rs_err_errno(err, errno, "cannot open the path");
    const char *dir = full;
    if (!S_ISDIR(st.st_mode)) {
        if (!S_ISREG(st.st_mode))
            return rs_err_set(err, RSIFT_E_ARG, "neither a file nor a folder");
        *name = rs_str_basename(rs_str_of(full));
        rs_str up = rs_str_sub(path, 0, path.len - name->len);
        dir = up.len ? rs_arena_cstr(&tree->arena, up) : ".";
        if (!dir) return rs_err_nomem(err, "a path");
    }
    tree->root_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (tree->root_fd < 0) return rs_err_errno(err, errno, "cannot open the folder");
    /* without it links are not followed */
    if (!realpath(dir, real)) return RSIFT_OK;
    tree->root_path = rs_arena_cstr(&tree->arena, rs_str_of(real));
    return tree->root_path ? RSIFT_OK : rs_err_nomem(err, "a path");
}

rsift_status rs_io_tree_open(rs_str path, const rs_io_options *options, rs_io_tree **out,
                             rsift_error *err)
{
    rs_io_tree *tree = NULL;
    rs_str name = {NULL, 0};
    rsift_error own = {0};
    *out = NULL;
    rsift_status status = tree_new(options, &tree, &own);
    if (status == RSIFT_OK) {
        status = open_root(tree, path, &name, &own);
        if (status != RSIFT_OK) rs_err_within(&own, status, "%.*s", RS_STR_ARG(path));
    }
    /* a folder is walked, a file added with the pieces that belong to it */
    if (status == RSIFT_OK)
        status = name.ptr ? rs_io_folder_one(tree, name, &own) : rs_io_folder_walk(tree, &own);
    if (status == RSIFT_OK) status = rs_io_tree_finish(tree, &own);
    if (status == RSIFT_OK) {
        *out = tree;
        return RSIFT_OK;
    }
    rs_io_tree_close(tree);
    if (err) *err = own;
    return status;
}

void rs_io_tree_close(rs_io_tree *tree)
{
    if (!tree) return;
    if (tree->shared) rs_io_streams_free(tree->shared->idle);
    rs_io_rows_close(tree); /* which counts down what was spooled for it */
    if (tree->shared) {
        pthread_mutex_destroy(&tree->shared->lock);
        rs_free(tree->shared);
    }
    for (size_t i = 0; i < tree->n_disks; i++) rs_io_disk_free(tree->disks[i]);
    if (tree->root_fd >= 0) close(tree->root_fd);
    rs_free(tree->members);
    rs_free(tree->entries);
    rs_free(tree->files);
    rs_free(tree->notes);
    rs_free(tree->containers);
    rs_free(tree->disks);
    rs_free(tree->index);
    rs_arena_fini(&tree->arena);
    rs_free(tree);
}

rsift_status rs_io_tree_decode(rs_io_tree *tree, rs_str encoding, rsift_error *err)
{
    rs_io_decoder *known;
    if (!encoding.len || rs_str_eq_nocase(encoding, RS_STR("utf-8")) ||
        rs_str_eq_nocase(encoding, RS_STR("utf8")))
        return RSIFT_OK;
    RS_TRY(rs_io_decoder_open(encoding, &known, err));
    rs_io_decoder_close(known);
    tree->encoding = rs_arena_str(&tree->arena, encoding);
    if (!tree->encoding.ptr) return rs_err_nomem(err, "an encoding");
    for (size_t i = 0; i < tree->n_members; i++)
        if (rs_io_is_decoded(tree, i)) tree->members[i].random = false;
    return RSIFT_OK;
}
