/* The output folder. Emit replaces files of fixed names (train.json, README.md), so it writes only
 * into folders that were its own from the start: a release has a train.json too. */
#include "emit/output.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "codec/json.h"
#include "io/io.h"
#include "metrics/profile.h"

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

/* What the folder holds; ours are the marker, a manifest of our schema, and everything next to
 * them. */
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
                rs_io_n_members(tree) == 1 &&
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
    contents found = {0};
    const char *path = rs_arena_cstr(&arena, folder);
    rs_str manifest = rs_arena_join(&arena, folder, RS_STR("/manifest.json"), RS_STR(""));
    rs_str mark = rs_arena_join(&arena, folder, RS_STR("/"), rs_str_of(marker));
    rsift_status status = path && manifest.ptr && mark.ptr ? list_folder(path, &found, err)
                                                           : rs_err_nomem(err, "a path");
    /* Free to use: an empty folder, one with the marker, one with a manifest of ours. */
    const bool in_use = found.other || found.manifest;
    if (status == RSIFT_OK && in_use && !found.marked &&
        !(found.manifest && is_our_manifest(manifest)))
        status = rs_err_set(err, RSIFT_E_ARG,
                            "%.200s has files and is not an output of rsift emit: name a new or an "
                            "empty folder with -o",
                            path);
    /* The marker first: from here on a killed emit can be repeated. */
    if (status == RSIFT_OK && found.absent) status = rs_io_make_dirs(folder, err);
    if (status == RSIFT_OK && !found.marked)
        status = rs_io_write_small(mark, marker_text, sizeof marker_text - 1, err);
    /* The manifest is written last: a folder without one is not finished. */
    if (status == RSIFT_OK && unlink(manifest.ptr) != 0 && errno != ENOENT)
        status = rs_err_errno(err, errno, "cannot remove the old %s", manifest.ptr);
    rs_arena_fini(&arena);
    return status;
}

/* ---- the report ------------------------------------------------------------------------------ */

void rs_emit_report_fini(rs_emit_report *report)
{
    rs_free(report->files);
    rs_buf_fini(&report->dropped);
    rs_free(report->left);
    *report = (rs_emit_report){0};
}

rsift_status rs_emit_note_file(void *ctx, rs_str name, int64_t n_bytes, rs_id hash,
                               rsift_error *err)
{
    rs_emit_report *report = ctx;
    if (!RS_VEC_RESERVE(report->files, report->cap_files, report->n_files + 1))
        return rs_err_nomem(err, "the manifest");
    rs_emit_file *f = &report->files[report->n_files++];
    snprintf(f->name, sizeof f->name, "%.*s", RS_STR_ARG(name));
    f->n_bytes = n_bytes;
    f->hash = hash;
    return RSIFT_OK;
}

rsift_status rs_emit_write_file(rs_emit_report *report, rs_str name, rs_str bytes, rsift_error *err)
{
    rs_arena paths = {0};
    rs_io_out *out = NULL;
    /* A name may have folders in it: clean/<benchmark>.ids */
    rs_str path = rs_arena_join(&paths, report->out, RS_STR("/"), name);
    rsift_status status =
        path.ptr ? rs_io_make_dirs(rs_str_dirname(path), err) : rs_err_nomem(err, "a path");
    if (status == RSIFT_OK) status = rs_io_out_open(path, &out, err);
    rs_arena_fini(&paths);
    RS_TRY(status);
    status = rs_io_out_write(out, bytes.ptr, bytes.len, err);
    if (status == RSIFT_OK)
        status = rs_emit_note_file(report, name, rs_io_out_size(out), rs_io_out_hash(out), err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

/* Counts the reason, which is kept in the order of names. */
static void count_reason(rs_emit_report *report, const char *reason)
{
    size_t at = 0;
    int order = 1;
    while (at < report->n_reasons &&
           (order = rs_str_cmp(rs_str_of(report->reasons[at].reason), rs_str_of(reason))) < 0)
        at++;
    report->n_dropped++;
    /* A new reason: those behind it move up by one. */
    if (at == report->n_reasons || order != 0) {
        size_t most = sizeof report->reasons / sizeof *report->reasons;
        RS_ASSERT(report->n_reasons < most);
        memmove(report->reasons + at + 1, report->reasons + at,
                (report->n_reasons - at) * sizeof *report->reasons);
        report->reasons[at] = (rs_emit_reason){reason, 0};
        report->n_reasons++;
    }
    report->reasons[at].n++;
}

rsift_status rs_emit_note_dropped(rs_emit_report *report, rs_id id, const char *reason,
                                  rsift_error *err)
{
    char text[RS_ID_TEXT];
    if (!RS_VEC_RESERVE(report->left, report->cap_left, report->n_left + 1))
        return rs_err_nomem(err, "the list of dropped samples");
    report->left[report->n_left++] = (rs_emit_left){id, reason};
    rs_json_writer w = rs_json_writer_to(&report->dropped);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "sample_id", rs_id_text(text, id));
    rs_json_field_cstr(&w, "reason", reason);
    rs_json_end_object(&w);
    rs_buf_char(&report->dropped, '\n');
    count_reason(report, reason);
    return rs_json_finish(&w, "the list of dropped samples", err);
}

void rs_emit_put_counts(const rs_emit_report *report, rs_json_writer *w)
{
    const rs_emit_picture_counts *p = &report->pictures;
    rs_json_field_object(w, "dropped");
    for (size_t i = 0; i < report->n_reasons; i++)
        rs_json_field_i64(w, report->reasons[i].reason, report->reasons[i].n);
    rs_json_end_object(w);
    rs_json_field_object(w, "pictures");
    rs_json_field_i64(w, "linked", p->linked);
    rs_json_field_i64(w, "copied", p->copied);
    rs_json_field_i64(w, "rendered", p->rendered);
    rs_json_field_i64(w, "left_in_place", p->kept);
    rs_json_field_i64(w, "failed", p->failed);
    rs_json_end_object(w);
}

rsift_status rs_emit_report_json(const rs_emit_report *report, rs_str mixture_id, rs_str name,
                                 rs_str made_at, rs_buf *out, rsift_error *err)
{
    rs_json_writer w = rs_json_writer_to(out);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.emit/1");
    rs_json_field_str(&w, "out", report->out);
    if (mixture_id.len) rs_json_field_str(&w, "mixture_id", mixture_id);
    rs_json_field_str(&w, "name", name);
    if (mixture_id.len) rs_json_field_str(&w, "made_at", made_at);
    rs_json_field_i64(&w, "records", report->n_records);
    rs_json_field_i64(&w, "verified", report->n_verified);
    rs_json_field_i64(&w, "boxes", report->n_boxes);
    rs_json_field_i64(&w, "boxes_decoded_again", report->n_decoded);
    rs_json_field_i64(&w, "degenerate_boxes", report->n_degenerate);
    if (!mixture_id.len) {
        rs_json_field_i64(&w, "unanswered", report->n_unanswered);
        rs_json_field_array(&w, "profiles");
        for (const rs_profile *p = rs_metrics_profile_of(report->eval, NULL); p;
             p = rs_metrics_profile_of(report->eval, p))
            rs_json_write_cstr(&w, p->name);
        rs_json_end_array(&w);
    }
    rs_emit_put_counts(report, &w);
    rs_json_field_bool(&w, "ledger_marked", report->ledger_marked);
    /* Names alone: sizes and hashes stand in the manifest. */
    rs_json_field_array(&w, "files");
    for (size_t i = 0; i < report->n_files; i++) rs_json_write_cstr(&w, report->files[i].name);
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the report", err);
}
