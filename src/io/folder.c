/* Folders in bytewise order of the full path, so that a listing never depends on the file system.
 * Links are followed only to regular files that lie below the root; links to folders are not. */
#include "io/folder.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/clean_name.h"
#include "io/disk.h"
#include "io/joined.h"
#include "io/nested.h"
#include "io/name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

typedef struct left_out {
    rs_str path;
    const char *code, *why;
} left_out;

/* Files that say who made the folder: rsift itself, or a program for its own use. */
static const struct {
    const char *name, *code, *why;
} marks[] = {
    {RS_IO_OUTPUT_MARK, "own-output",
     "an output of rsift emit, made of what was indexed: not read"},
    {RS_IO_WORKSPACE_MARK, "own-output", "a workspace of rsift: not read"},
    {"pyvenv.cfg", "tool-folder", "a virtual environment of Python, no data: not read"},
};

/* Folders that programs keep for themselves, whatever lies in them. */
static const char *const tool_folders[] = {".git",        ".svn",          ".hg",
                                           "__pycache__", "node_modules",  ".ipynb_checkpoints",
                                           ".venv",       "site-packages", "$RECYCLE.BIN"};

/* Links that are not followed, and what may not be read, wait until the folder is read, so that
 * their notes have an order. */
typedef struct listing {
    rs_io_dirent *items;
    size_t n, cap;
    left_out *left;
    size_t n_left, left_cap;
} listing;

/* Folders compare as if they ended in '/': then the walk visits full paths in bytewise order. */
static int compare_items(const void *left, const void *right)
{
    const rs_io_dirent *a = left, *b = right;
    rs_str x = rs_str_sub(a->path, a->name, a->path.len);
    rs_str y = rs_str_sub(b->path, b->name, b->path.len);
    size_t n = x.len < y.len ? x.len : y.len;
    int order = n ? memcmp(x.ptr, y.ptr, n) : 0;
    if (order) return order;
    unsigned char p = x.len > n ? (unsigned char)x.ptr[n] : a->is_folder ? '/' : 0;
    unsigned char q = y.len > n ? (unsigned char)y.ptr[n] : b->is_folder ? '/' : 0;
    return p < q ? -1 : p > q;
}

static int compare_left(const void *left, const void *right)
{
    return rs_str_cmp(((const left_out *)left)->path, ((const left_out *)right)->path);
}

static rsift_status note_left(rs_io_tree *tree, const listing *list, rsift_error *err)
{
    /* the order in which a file system lists names is not an order */
    if (list->n_left) qsort(list->left, list->n_left, sizeof *list->left, compare_left);
    for (size_t i = 0; i < list->n_left; i++) {
        const left_out *one = &list->left[i];
        bool changed;
        rs_str clean = rs_io_clean_name(&tree->arena, one->path, &changed);
        uint64_t *alike =
            strcmp(one->code, "link-skipped") == 0 ? &tree->tally.link : &tree->tally.closed;
        RS_TRY(rs_io_add_note(tree, alike, one->code, clean.ptr ? clean : RS_STR("?"), err, "%s",
                              one->why));
    }
    return RSIFT_OK;
}

/* NULL when the link's target, then in *st, is a regular file below the root; else why it is not
 * followed. What is neither file nor folder keeps its mode and is left to the caller. */
static const char *follow_link(const rs_io_tree *tree, rs_str path, struct stat *st)
{
    char outer[PATH_MAX], real[PATH_MAX];
    if (fstatat(tree->root_fd, path.ptr, st, 0) != 0)
        return "a link to something that is not there";
    if (S_ISDIR(st->st_mode)) return "a link to a folder is not followed";
    if (!S_ISREG(st->st_mode)) return NULL;
    const char *root = tree->root_path ? tree->root_path : ".";
    int n = snprintf(outer, sizeof outer, "%s/%s", root, path.ptr);
    size_t n_root = strnlen(root, PATH_MAX);
    if (n < 0 || (size_t)n >= sizeof outer || !realpath(outer, real) ||
        strncmp(real, root, n_root) != 0 || (real[n_root] != '/' && n_root != 1))
        return "a link that leads out of the folder is not followed";
    return NULL;
}

static rsift_status leave_out(const rs_io_tree *tree, listing *list, const left_out *one,
                              rsift_error *err)
{
    if (list->n_left >= tree->limits.max_members)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "more than max_members names in one folder that are not read");
    if (!RS_VEC_RESERVE(list->left, list->left_cap, list->n_left + 1))
        return rs_err_nomem(err, "a folder's listing");
    list->left[list->n_left++] = *one;
    return RSIFT_OK;
}

/* Asked for when it is listed: a file that nobody may read is no failure of the disk, and ends
 * nothing. Most may be read by everybody and cost no call. */
static bool may_read(int dir_fd, const char *name, const struct stat *st)
{
    const bool folder = S_ISDIR(st->st_mode);
    const mode_t all = folder ? 0555 : 0444;
    return (st->st_mode & all) == all ||
           faccessat(dir_fd, name, folder ? R_OK | X_OK : R_OK, AT_EACCESS) == 0 || errno != EACCES;
}

/* Adds one name of a folder to its listing: a file, a folder, or what a link leads to. */
static rsift_status add_dirent(rs_io_tree *tree, listing *list, int dir_fd, rs_str folder,
                               const char *name, rsift_error *err)
{
    struct stat st;
    rs_str text = rs_str_of(name);
    rs_str path = rs_io_text(tree, folder, folder.len ? RS_STR("/") : RS_STR(""), text);
    if (!path.ptr) return rs_err_nomem(err, "a file's name");
    if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return RSIFT_OK; /* gone since readdir */
        return rs_err_errno(err, errno, "cannot read the size of \"%s\"", path.ptr);
    }
    if (S_ISLNK(st.st_mode)) {
        const char *why = follow_link(tree, path, &st);
        if (why) return leave_out(tree, list, &(left_out){path, "link-skipped", why}, err);
    }
    /* sockets, devices and pipes are no members */
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) return RSIFT_OK;
    if (!may_read(dir_fd, name, &st))
        return leave_out(tree, list,
                         &(left_out){path, "file-closed", "permission denied: it was not read"},
                         err);
    if (list->n >= tree->limits.max_members || list->n >= UINT32_MAX - 1)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than max_members files in one folder");
    if (!RS_VEC_RESERVE(list->items, list->cap, list->n + 1))
        return rs_err_nomem(err, "a folder's listing");
    list->items[list->n++] = (rs_io_dirent){.path = path,
                                            .name = path.len - text.len,
                                            .n_bytes = (int64_t)st.st_size,
                                            .mtime_ns = rs_io_mtime_ns(&st),
                                            .is_folder = S_ISDIR(st.st_mode)};
    return RSIFT_OK;
}

/* One folder's files and folders in order; notes about what is left out. */
static rsift_status read_folder(rs_io_tree *tree, rs_str folder, listing *list, rsift_error *err)
{
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (folder.len ? O_NOFOLLOW : 0);
    int fd = openat(tree->root_fd, folder.len ? folder.ptr : ".", flags);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        int reason = errno;
        if (fd >= 0) close(fd);
        return rs_err_errno(err, reason, "cannot open the folder");
    }
    rsift_status status = RSIFT_OK;
    while (status == RSIFT_OK) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) {
            if (errno) status = rs_err_errno(err, errno, "cannot read the folder");
            break;
        }
        if (strncmp(entry->d_name, ".", 2) == 0 || strncmp(entry->d_name, "..", 3) == 0) continue;
        status = add_dirent(tree, list, dirfd(dir), folder, entry->d_name, err);
    }
    closedir(dir);
    if (status == RSIFT_OK) status = note_left(tree, list, err);
    rs_free(list->left);
    list->left = NULL;
    list->n_left = list->left_cap = 0;
    if (status == RSIFT_OK && list->n)
        qsort(list->items, list->n, sizeof *list->items, compare_items);
    return status;
}

/* Logical path of a file on disk; most are clean already and share the text. */
static rsift_status clean_path(rs_io_tree *tree, rs_str path, rs_str *clean, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    bool changed;
    *clean = path;
    if (rs_io_name_is_clean(path)) return RSIFT_OK;
    *clean = rs_io_clean_name(&tree->arena, path, &changed);
    if (!clean->ptr) return rs_err_nomem(err, "a file's name");
    return rs_io_add_note(tree, &tree->tally.name, "member-name", *clean, err,
                          "the name \"%s\" was changed", rs_err_quote(quoted, path));
}

static rsift_status add_loose(rs_io_tree *tree, const rs_io_dirent *file, rsift_error *err)
{
    rs_io_member member = {.n_bytes = file->n_bytes, .random = true};
    rs_io_entry entry = {.container = RS_IO_LOOSE};
    RS_TRY(clean_path(tree, file->path, &member.path, err));
    member.chain = member.path;
    RS_TRY(rs_io_add_file(tree, file->path, file->n_bytes, file->mtime_ns, &member.file, err));
    return rs_io_add_member(tree, &member, &entry, err);
}

static rsift_status span_of_pieces(rs_io_tree *tree, const rs_io_dirent *items, size_t first,
                                   rs_io_item *out, rsift_error *err)
{
    rs_io_disk **disks = NULL;
    size_t n = 0, cap = 0;
    rsift_status status = RSIFT_OK;
    for (size_t i = first + 1; i && status == RSIFT_OK; i = items[i - 1].next) {
        const rs_io_dirent *piece = &items[i - 1];
        uint32_t file;
        status = rs_io_add_file(tree, piece->path, piece->n_bytes, piece->mtime_ns, &file, err);
        if (status != RSIFT_OK) break;
        if (n == 0) out->file = file;
        rs_io_disk *disk = RS_VEC_RESERVE(disks, cap, n + 1)
                               ? rs_io_disk_new(tree, piece->path, piece->n_bytes, piece->mtime_ns)
                               : NULL;
        if (disk) disks[n++] = disk;
        else status = rs_err_nomem(err, "a joined file");
    }
    if (status == RSIFT_OK && !rs_io_span_of(tree, disks, n, &out->span))
        status = rs_err_nomem(err, "a joined file");
    rs_free(disks);
    return status;
}

/* A file that may be an archive, or pieces that make one file. */
static rsift_status add_container(rs_io_tree *tree, const rs_io_dirent *items, size_t i,
                                  bool strict, rsift_error *err)
{
    const rs_io_dirent *file = &items[i];
    rs_io_item item = {.joined = file->is_joined, .volumes = file->volumes, .strict = strict};
    rs_str path = file->path;
    bool opened = false;
    if (file->is_joined) {
        rs_str folder = rs_str_sub(file->path, 0, file->name);
        path = rs_io_text(tree, folder, file->joined_name, RS_STR(""));
        if (!path.ptr) return rs_err_nomem(err, "the name of a joined file");
    }
    RS_TRY(clean_path(tree, path, &item.path, err));
    item.chain = item.path;
    RS_TRY(span_of_pieces(tree, items, i, &item, err));
    RS_TRY(rs_io_add_nested(tree, &item, NULL, &opened, err));
    return opened ? RSIFT_OK : rs_io_add_plain(tree, &item, err);
}

static rsift_status add_file(rs_io_tree *tree, const rs_io_dirent *items, size_t i, bool strict,
                             rsift_error *err)
{
    bool may_open = !tree->keep_closed &&
                    (items[i].is_joined || rs_io_tree_kind(tree, items[i].path) != RS_IO_PLAIN);
    if (!may_open) return add_loose(tree, &items[i], err);
    return add_container(tree, items, i, strict, err);
}

/* Why a folder below the root is left alone: what rsift made of a release, and then lies in its
 * folder, is no part of it, and a program's own folder is no data. code NULL = it is read. */
static left_out why_left(const listing *list, rs_str folder)
{
    left_out left = {.path = folder};
    if (folder.len == 0) return left; /* it was asked for */
    for (size_t k = 0; k < sizeof tool_folders / sizeof *tool_folders; k++)
        if (rs_str_eq(rs_str_basename(folder), rs_str_of(tool_folders[k])))
            return (left_out){folder, "tool-folder", "a program's own folder, no data: not read"};
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            const rs_io_dirent *item = &list->items[i];
            const rs_str name = rs_str_sub(item->path, item->name, item->path.len);
            if (!item->is_folder && rs_str_eq(name, rs_str_of(marks[k].name)))
                return (left_out){folder, marks[k].code, marks[k].why};
        }
    return left;
}

/* Adds the files below a folder, in the order of names; folders that rsift or another program keeps
 * for itself are noted instead. */
static rsift_status walk(rs_io_tree *tree, rs_str folder, rsift_error *err)
{
    listing list = {0};
    rsift_status status = read_folder(tree, folder, &list, err);
    const left_out left = why_left(&list, folder);
    if (status == RSIFT_OK && left.code) {
        bool changed;
        const rs_str clean = rs_io_clean_name(&tree->arena, folder, &changed);
        uint64_t *alike =
            strcmp(left.code, "tool-folder") == 0 ? &tree->tally.tool : &tree->tally.written;
        status = rs_io_add_note(tree, alike, left.code, clean.ptr ? clean : RS_STR("?"), err, "%s",
                                left.why);
        list.n = 0;
    }
    if (status == RSIFT_OK && !tree->keep_closed)
        status = rs_io_joined_mark(tree, list.items, list.n, err);
    if (status != RSIFT_OK && folder.len && !(err && err->where[0]))
        rs_err_within(err, status, "%.*s", RS_STR_ARG(folder));
    for (size_t i = 0; i < list.n && status == RSIFT_OK; i++) {
        /* comes with the first piece */
        if (list.items[i].is_piece) continue;
        status = list.items[i].is_folder ? walk(tree, list.items[i].path, err)
                                         : add_file(tree, list.items, i, false, err);
    }
    rs_free(list.items);
    return status;
}

rsift_status rs_io_folder_walk(rs_io_tree *tree, rsift_error *err)
{
    return walk(tree, RS_STR(""), err);
}

/* The listed item that `name` belongs to: itself, or the first piece of its joined file. */
static size_t item_of(const rs_io_dirent *items, size_t n, rs_str name)
{
    for (size_t i = 0; i < n; i++) {
        if (items[i].is_piece) continue;
        for (size_t k = i + 1; k; k = items[k - 1].next)
            if (rs_str_eq(items[k - 1].path, name)) return i;
    }
    return RS_NPOS;
}

rsift_status rs_io_folder_one(rs_io_tree *tree, rs_str name, rsift_error *err)
{
    rs_io_part part;
    listing list = {0};
    bool piece =
        !tree->keep_closed && (rs_io_part_of(name, &part) || rs_io_part_anchor(name, &part));
    rs_str path = rs_io_text(tree, name, RS_STR(""), RS_STR(""));
    if (!path.ptr) return rs_err_nomem(err, "a path");
    rsift_status status = RSIFT_OK;
    /* the other pieces lie next to the one that was named */
    if (piece) {
        status = read_folder(tree, RS_STR(""), &list, err);
        if (status == RSIFT_OK) status = rs_io_joined_mark(tree, list.items, list.n, err);
        tree->n_notes = 0; /* what else lies in that folder is not our business */
    }
    size_t i = status == RSIFT_OK ? item_of(list.items, list.n, path) : 0;
    if (status == RSIFT_OK && i == RS_NPOS) {
        struct stat st;
        rs_free(list.items);
        list = (listing){0};
        i = 0;
        if (fstatat(tree->root_fd, path.ptr, &st, 0) != 0)
            status = rs_err_errno(err, errno, "cannot open the path");
        else if (!RS_VEC_RESERVE(list.items, list.cap, 1)) status = rs_err_nomem(err, "a path");
        else
            list.items[list.n++] = (rs_io_dirent){
                .path = path, .n_bytes = (int64_t)st.st_size, .mtime_ns = rs_io_mtime_ns(&st)};
    }
    if (status == RSIFT_OK) status = add_file(tree, list.items, i, true, err);
    rs_free(list.items);
    return status;
}
