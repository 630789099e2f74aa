/* The output folder. Emit replaces files of fixed names (train.json, README.md), so it writes only
 * into folders that were its own from the start: a release has a train.json too. */
#include "emit/output.h"

#include "base/arena.h"
#include "codec/json.h"
#include "io/io.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char marker[] = ".rsift-output";
static const char marker_text[] = "Written by rsift emit. While this file is here, rsift emit may "
                                  "replace the files of this folder.\n";

/* What stands in a folder, as far as it matters here. */
typedef struct contents {
    bool absent, marked, manifest, other;
} contents;

static rsift_status list_folder(const char *folder, contents *out, rsift_error *err)
{
    *out = (contents){0};
    DIR *dir = opendir(folder);
    if (!dir && errno == ENOENT) {
        out->absent = true;
        return RSIFT_OK;
    }
    if (!dir) return rs_err_errno(err, errno, "cannot list the folder %s", folder);
    for (const struct dirent *entry; (entry = readdir(dir));) {
        rs_str name = rs_str_of(entry->d_name);
        if (rs_str_eq(name, RS_STR(".")) || rs_str_eq(name, RS_STR(".."))) continue;
        if (rs_str_eq(name, rs_str_of(marker))) out->marked = true;
        else if (rs_str_starts(name, rs_str_of(marker))) continue; /* left by a killed emit */
        else if (rs_str_eq(name, RS_STR("manifest.json"))) out->manifest = true;
        else out->other = true;
    }
    closedir(dir);
    return RSIFT_OK;
}

/* Outputs before the marker are known by the schema of their manifest. A manifest that cannot be
 * read or parsed is somebody else's. */
static bool is_our_manifest(rs_str path)
{
    rs_arena arena = {0};
    rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree = NULL;
    rs_str text;
    const rs_json *root = NULL;
    bool ours = rs_io_tree_open(path, &options, &tree, NULL) == RSIFT_OK &&
                rs_io_slurp(tree, 0, &arena, &text, NULL) == RSIFT_OK &&
                rs_json_parse(&arena, text, NULL, &root, NULL) == RSIFT_OK &&
                rs_str_starts(rs_json_str(rs_json_get(root, "schema")), RS_STR("rsift.manifest/"));
    rs_io_tree_close(tree);
    rs_arena_fini(&arena);
    return ours;
}

rsift_status rs_emit_output_begin(rs_str folder, rsift_error *err)
{
    rs_arena arena = {0};
    contents found;
    const char *path = rs_arena_cstr(&arena, folder);
    rs_str manifest = rs_arena_join(&arena, folder, RS_STR("/manifest.json"), RS_STR(""));
    rs_str mark = rs_arena_join(&arena, folder, RS_STR("/"), rs_str_of(marker));
    rsift_status status = path && manifest.ptr && mark.ptr ? list_folder(path, &found, err)
                                                           : rs_err_nomem(err, "a path");
    if (status == RSIFT_OK && !found.marked && (found.other || found.manifest) &&
        !(found.manifest && is_our_manifest(manifest)))
        status = rs_err_set(err, RSIFT_E_ARG,
                            "%.200s has files and is not an output of rsift emit: name a new or an "
                            "empty folder with -o",
                            path);
    if (status == RSIFT_OK && found.absent) status = rs_io_make_dirs(folder, err);
    if (status == RSIFT_OK && !found.marked)
        status = rs_io_write_small(mark, marker_text, sizeof marker_text - 1, err);
    if (status == RSIFT_OK && unlink(manifest.ptr) != 0 && errno != ENOENT)
        status = rs_err_errno(err, errno, "cannot remove the old %s", manifest.ptr);
    rs_arena_fini(&arena);
    return status;
}
