/* Emit replaces files of fixed names (train.json, README.md), and a release has a train.json too:
 * so it writes only into folders that were its own from the start, and removes only what it
 * listed. */
#include "emit/folder.h"

#include "base/alloc.h"
#include "codec/json.h"
#include "io/fd.h"
#include "io/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char marker[] = RS_IO_OUTPUT_MARK;
static const char marker_text[] = "Written by rsift emit. While this file is here, rsift emit may "
                                  "replace the files that it lists.\n";
enum { LINES_KEPT = 64 << 10 };

/* What stands in a folder, as far as it matters here. */
typedef struct contents {
    bool absent, marked, manifest, other;
} contents;

/* Path of a file of the folder as a C string; NULL = out of memory. */
static const char *path_of(rs_emit_folder *f, rs_str name)
{
    return rs_arena_cstr(&f->arena, rs_arena_join(&f->arena, f->path, RS_STR("/"), name));
}

/* A mark is a file: a FIFO would be waited for, a link is somebody else's. */
static bool is_plain_file(DIR *dir, const char *name)
{
    struct stat st;
    return fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

/* What stands in the folder. RSIFT_E_ARG when the path is no folder. */
static rsift_status list_folder(const char *path, contents *out, rsift_error *err)
{
    *out = (contents){0};
    DIR *dir = opendir(path);
    if (!dir && errno == ENOENT) {
        struct stat st;
        out->absent = lstat(path, &st) != 0;
        if (out->absent) return RSIFT_OK;
        return rs_err_set(err, RSIFT_E_ARG, "%.200s is a link to nothing: name a folder with -o",
                          path);
    }
    if (!dir && errno == ENOTDIR)
        return rs_err_set(err, RSIFT_E_ARG, "%.200s is no folder: name a new one with -o", path);
    if (!dir) return rs_err_errno(err, errno, "cannot list the folder %s", path);
    for (const struct dirent *entry; (entry = readdir(dir));) {
        rs_str name = rs_str_of(entry->d_name);
        if (rs_str_eq(name, RS_STR(".")) || rs_str_eq(name, RS_STR(".."))) continue;
        if (rs_str_eq(name, rs_str_of(marker)) && is_plain_file(dir, marker)) out->marked = true;
        else if (rs_str_eq(name, rs_str_of(marker))) out->other = true;
        else if (rs_str_starts(name, rs_str_of(marker))) continue; /* left by a killed emit */
        else if (rs_str_eq(name, RS_STR("manifest.json"))) out->manifest = true;
        else out->other = true;
    }
    closedir(dir);
    return RSIFT_OK;
}

/* The manifest at `path` when rsift wrote it, else NULL: one that cannot be read or parsed is
 * somebody else's. In the arena. */
static const rs_json *our_manifest(const char *path, rs_arena *arena)
{
    rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree = NULL;
    rs_str text;
    const rs_json *root = NULL;
    bool ours = rs_io_tree_open(rs_str_of(path), &options, &tree, NULL) == RSIFT_OK &&
                rs_io_n_members(tree) == 1 &&
                rs_io_slurp(tree, 0, arena, &text, NULL) == RSIFT_OK &&
                rs_json_parse(arena, text, NULL, &root, NULL) == RSIFT_OK &&
                rs_str_starts(rs_json_str(rs_json_get(root, "schema")), RS_STR("rsift.manifest/"));
    rs_io_tree_close(tree);
    return ours ? root : NULL;
}

/* Is the mark one that lists its files? An older rsift wrote other words and no list. */
static bool read_has_list(const char *mark)
{
    char line[sizeof marker_text] = "";
    FILE *in = fopen(mark, "re");
    const bool lists =
        in && fgets(line, sizeof line, in) && rs_str_eq(rs_str_of(line), rs_str_of(marker_text));
    if (in) fclose(in);
    return lists;
}

/* Looks at the folder, and refuses one that may not be written. */
static rsift_status check_folder(rs_emit_folder *f, contents *found, rsift_error *err)
{
    const char *folder = rs_arena_cstr(&f->arena, f->path),
               *manifest = path_of(f, RS_STR("manifest.json")),
               *mark = path_of(f, rs_str_of(marker));
    if (!folder || !manifest || !mark) return rs_err_nomem(err, "a path");
    RS_TRY(list_folder(folder, found, err));
    const bool in_use = found->other || found->manifest;
    f->is_new = !in_use;
    f->has_list = !in_use || (found->marked && read_has_list(mark));
    if (!in_use || found->marked || our_manifest(manifest, &f->arena)) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "%.200s has files and is not an output of rsift emit: name a new or an "
                      "empty folder with -o",
                      folder);
}

rsift_status rs_emit_folder_open(rs_emit_folder *f, rs_str path, rsift_error *err)
{
    *f = (rs_emit_folder){.path = path, .lock = RS_LOCK_NONE};
    contents found = {0};
    rsift_status status = check_folder(f, &found, err);
    const char *mark = path_of(f, rs_str_of(marker)),
               *lock = path_of(f, RS_STR(".rsift-output.lock"));
    if (status == RSIFT_OK && (!mark || !lock)) status = rs_err_nomem(err, "a path");
    if (status == RSIFT_OK && found.absent) status = rs_io_make_dirs(path, err);
    if (status == RSIFT_OK) status = rs_lock_take(&f->lock, lock, "the output folder", err);
    /* Again: another emit may have come and gone before the lock was ours. */
    if (status == RSIFT_OK) status = check_folder(f, &found, err);
    if (status == RSIFT_OK && !found.marked)
        status = rs_io_write_small(rs_str_of(mark), marker_text, sizeof marker_text - 1, err);
    if (status != RSIFT_OK) rs_emit_folder_close(f);
    return status;
}

void rs_emit_folder_close(rs_emit_folder *f)
{
    if (f->lock.fd >= 0) (void)rs_emit_folder_flush(f, NULL);
    rs_lock_drop(&f->lock, true);
    rs_buf_fini(&f->lines);
    rs_arena_fini(&f->arena);
}

/* ---- the list ------------------------------------------------------------------------------ */

rsift_status rs_emit_folder_flush(rs_emit_folder *f, rsift_error *err)
{
    if (f->lines.failed) return rs_err_nomem(err, "the list of files");
    if (f->lines.len == 0) return RSIFT_OK;
    const char *mark = path_of(f, rs_str_of(marker));
    if (!mark) return rs_err_nomem(err, "a path");
    const int fd = open(mark, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return rs_err_errno(err, errno, "cannot write %s", mark);
    rsift_status status = rs_io_fd_write(fd, f->lines.ptr, f->lines.len, err);
    if (close(fd) != 0 && status == RSIFT_OK) status = rs_err_errno(err, errno, "cannot close");
    f->lines.len = 0;
    return status;
}

/* Whether every folder of `name` below the output is a folder or absent, and no link to one. The
 * folder that was checked last is remembered. */
static bool has_plain_parents(rs_emit_folder *f, rs_str name)
{
    const rs_str parent = rs_str_dirname(name);
    if (rs_str_eq(parent, rs_str_of(f->parent))) return true;
    char path[4096];
    for (size_t i = 0; i <= parent.len && parent.len; i++) {
        if (i < parent.len && parent.ptr[i] != '/') continue;
        struct stat st;
        const int n =
            snprintf(path, sizeof path, "%.*s/%.*s", RS_STR_ARG(f->path), (int)i, parent.ptr);
        if (n < 0 || (size_t)n >= sizeof path) break; /* longer than any path: nothing is there */
        if (lstat(path, &st) != 0) break;
        if (!S_ISDIR(st.st_mode)) return false;
    }
    snprintf(f->parent, sizeof f->parent, "%.*s", RS_STR_ARG(parent));
    return true;
}

rsift_status rs_emit_folder_claim(rs_emit_folder *f, rs_str name, rsift_error *err)
{
    struct stat st;
    char path[4096];
    const int n = snprintf(path, sizeof path, "%.*s/%.*s", RS_STR_ARG(f->path), RS_STR_ARG(name));
    const bool there = !f->is_new && n > 0 && (size_t)n < sizeof path && lstat(path, &st) == 0;
    if (!f->is_new && !has_plain_parents(f, name))
        return rs_err_set(err, RSIFT_E_ARG,
                          "%.200s would lie behind a link or a file that is not rsift's: move that "
                          "away, or name another folder with -o",
                          path);
    if (there && (f->has_list || S_ISDIR(st.st_mode)))
        return rs_err_set(err, RSIFT_E_ARG,
                          "%.200s was not written by rsift: move it away, or name another folder "
                          "with -o",
                          path);
    /* A name has no line feed: it was cleaned (io/clean_name.h). */
    rs_buf_str(&f->lines, name);
    rs_buf_char(&f->lines, '\n');
    return f->lines.len > LINES_KEPT || f->lines.failed ? rs_emit_folder_flush(f, err) : RSIFT_OK;
}

/* ---- clearing ------------------------------------------------------------------------------ */

/* Removes the folder of the file removed last, and those above it, while they are empty. */
static void remove_empty(const rs_emit_folder *f, rs_str parent)
{
    char path[4096];
    for (; parent.len; parent = rs_str_dirname(parent)) {
        const int n =
            snprintf(path, sizeof path, "%.*s/%.*s", RS_STR_ARG(f->path), RS_STR_ARG(parent));
        if (n < 0 || (size_t)n >= sizeof path || rmdir(path) != 0) return;
    }
}

/* Removes one listed file. A name that leads elsewhere (an edited list) removes nothing. */
static rsift_status remove_listed(rs_emit_folder *f, rs_str name, rs_arena *scratch,
                                  rsift_error *err)
{
    bool changed = false;
    char path[4096];
    const rs_str clean = rs_io_clean_name(scratch, name, &changed);
    if (!clean.ptr || changed || !rs_str_eq(clean, name)) return RSIFT_OK;
    const int n = snprintf(path, sizeof path, "%.*s/%.*s", RS_STR_ARG(f->path), RS_STR_ARG(name));
    if (n < 0 || (size_t)n >= sizeof path || !has_plain_parents(f, name)) return RSIFT_OK;
    /* A folder is nobody's file: EISDIR (Linux) or EPERM (POSIX). */
    if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR || errno == EISDIR ||
        errno == ENAMETOOLONG)
        return RSIFT_OK;
    const int why = errno;
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) return RSIFT_OK;
    return rs_err_errno(err, why, "cannot remove %s of an earlier emit", path);
}

/* Removes every file that the mark lists. */
static rsift_status remove_list(rs_emit_folder *f, rsift_error *err)
{
    enum { LINE_BYTES = 4096 + 2 };
    char *line = rs_alloc(LINE_BYTES), last[4096] = "";
    const char *mark = path_of(f, rs_str_of(marker));
    FILE *in = line && mark ? fopen(mark, "re") : NULL;
    rsift_status status = RSIFT_OK;
    if (!line || !mark) status = rs_err_nomem(err, "the list of files");
    else if (!in) status = rs_err_errno(err, errno, "cannot read %s", mark);
    rs_arena scratch = {0};
    bool first = true; /* the line for people */
    while (status == RSIFT_OK && fgets(line, LINE_BYTES, in)) {
        rs_str name = rs_str_of(line);
        if (rs_str_ends(name, RS_STR("\n"))) name.len--;
        if (!first) {
            status = remove_listed(f, name, &scratch, err);
            const rs_str parent = rs_str_dirname(name);
            if (!rs_str_eq(parent, rs_str_of(last))) {
                remove_empty(f, rs_str_of(last));
                snprintf(last, sizeof last, "%.*s", RS_STR_ARG(parent));
            }
        }
        first = false;
        rs_arena_reset(&scratch);
    }
    remove_empty(f, rs_str_of(last));
    if (in) fclose(in);
    rs_arena_fini(&scratch);
    rs_free(line);
    return status;
}

/* An older rsift listed its files in the manifest alone. */
static rsift_status remove_older(rs_emit_folder *f, rsift_error *err)
{
    const char *path = path_of(f, RS_STR("manifest.json"));
    rs_arena arena = {0}, scratch = {0};
    const rs_json *manifest = path ? our_manifest(path, &arena) : NULL;
    rsift_status status = path ? RSIFT_OK : rs_err_nomem(err, "a path");
    rs_json_iter it = rs_json_each(rs_json_get(manifest, "files"));
    for (const rs_json *file; status == RSIFT_OK && (file = rs_json_next(&it, NULL));)
        status = remove_listed(f, rs_json_str(rs_json_get(file, "name")), &scratch, err);
    if (status == RSIFT_OK && manifest)
        status = remove_listed(f, RS_STR("manifest.json"), &scratch, err);
    rs_arena_fini(&scratch);
    rs_arena_fini(&arena);
    return status;
}

/* Counts the files that are left, in the order of names. */
static rsift_status count_other(rs_emit_folder *f, rsift_error *err)
{
    rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree = NULL;
    const rsift_status status = rs_io_tree_open(f->path, &options, &tree, err);
    if (status == RSIFT_E_NOMEM) return status;
    if (status != RSIFT_OK) { /* somebody's, and closed to us: it is there all the same */
        f->n_other = 1;
        f->other[0] = RS_STR("(a folder that cannot be read)");
        return RSIFT_OK;
    }
    for (size_t i = 0; i < rs_io_n_files(tree); i++) {
        const rs_str path = rs_io_file_at(tree, i)->path;
        if (rs_str_starts(path, rs_str_of(marker))) continue;
        bool changed;
        if (f->n_other < 3) f->other[f->n_other] = rs_io_clean_name(&f->arena, path, &changed);
        f->n_other++;
    }
    rs_io_tree_close(tree);
    return RSIFT_OK;
}

rsift_status rs_emit_folder_clear(rs_emit_folder *f, rsift_error *err)
{
    const char *manifest = path_of(f, RS_STR("manifest.json")),
               *mark = path_of(f, rs_str_of(marker));
    if (!manifest || !mark) return rs_err_nomem(err, "a path");
    if (!f->is_new && f->has_list) {
        /* First of all: a folder without a manifest is not finished. */
        RS_TRY(remove_listed(f, RS_STR("manifest.json"), &f->arena, err));
        RS_TRY(remove_list(f, err));
    } else if (!f->is_new) {
        RS_TRY(remove_older(f, err));
    }
    f->parent[0] = '\0';
    RS_TRY(rs_io_write_small(rs_str_of(mark), marker_text, sizeof marker_text - 1, err));
    return f->is_new || !f->has_list ? RSIFT_OK : count_other(f, err);
}
