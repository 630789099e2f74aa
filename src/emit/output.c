/* The report of an emit, and the small files of its output. */
#include "emit/output.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "io/io.h"
#include "metrics/profile.h"

#include <stdio.h>

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
    if (report->folder) {
        RS_TRY(rs_emit_folder_claim(report->folder, name, err));
        RS_TRY(rs_emit_folder_flush(report->folder, err));
    }
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
    /* What lies in the folder and is not rsift's: left as it is. */
    rs_json_field_i64(&w, "other_files", report->folder ? report->folder->n_other : 0);
    rs_json_field_array(&w, "other");
    for (int64_t i = 0; report->folder && i < report->folder->n_other && i < 3; i++)
        rs_json_write_str(&w, report->folder->other[i]);
    rs_json_end_array(&w);
    /* Names alone: sizes and hashes stand in the manifest. */
    rs_json_field_array(&w, "files");
    for (size_t i = 0; i < report->n_files; i++) rs_json_write_cstr(&w, report->files[i].name);
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the report", err);
}
