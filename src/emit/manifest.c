/* manifest.json: what was asked for, what came of it, and the files, a line each. */
#include "emit/manifest.h"

#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
    const rs_emit_file *x = a, *y = b;
    return rs_str_cmp(rs_str_of(x->name), rs_str_of(y->name));
}

/* What was asked for: enough to make the same output again. */
static void put_request(const rs_emit_job *job, rs_json_writer *w)
{
    const rs_render_model *model = job->render.model;
    rs_json_field_str(w, "name", job->name);
    if (job->mixture_id.len) rs_json_field_str(w, "mixture_id", job->mixture_id);
    if (job->options->eval) rs_json_field_cstr(w, "eval", job->options->eval);
    /* The split by both of its names; without one, the samples that are for evaluation. */
    const rs_eval_part *part = &job->part;
    if (part->split.name.len) {
        rs_json_field_str(w, "scheme", part->split.scheme);
        rs_json_field_str(w, "split", part->split.name);
    }
    if (part->role.len) rs_json_field_str(w, "role", part->role);
    rs_json_field_u64(w, "seed", job->seed);
    rs_json_field_cstr(w, "format", job->writer->name);
    rs_json_field_cstr(w, "model", model->name);
    rs_json_field_cstr(w, "box_convention", model->hbb->name);
    /* How oriented boxes are asked for and written. */
    const bool corners = job->render.obb_mode == RS_OBB_AS_QUAD_TEXT;
    rs_json_field_cstr(w, "obb", corners ? "quad" : "hbb");
    /* Only a convention in absolute pixels depends on the resize. */
    if (model->needs_pixels) {
        rs_json_field_double(w, "min_pixels", job->render.min_pixels);
        rs_json_field_double(w, "max_pixels", job->render.max_pixels);
    }
    if (job->options->bands) rs_json_field_cstr(w, "bands", job->options->bands);
    if (job->options->stretch) rs_json_field_cstr(w, "stretch", job->options->stretch);
    rs_json_field_cstr(w, "images", rs_emit_images_modes[job->pictures.mode]);
}

rsift_status rs_emit_write_manifest(rs_emit_job *job, rsift_error *err)
{
    rs_emit_report *report = &job->report;
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.manifest/1");
    rs_json_field_cstr(&w, "rsift", RSIFT_VERSION);
    put_request(job, &w);
    rs_json_field_i64(&w, "records", report->n_records);
    rs_json_field_i64(&w, "boxes", report->n_boxes);
    rs_json_field_i64(&w, "degenerate_boxes", report->n_degenerate);
    rs_emit_put_counts(report, &w);
    /* By name: the order in which files were written is no part of the result. The manifest itself
     * is noted afterwards and is not in its own list. */
    qsort(report->files, report->n_files, sizeof *report->files, by_name);
    rs_json_field_array(&w, "files");
    for (size_t i = 0; i < report->n_files; i++) {
        const rs_emit_file *f = &report->files[i];
        char hash[RS_ID_TEXT];
        rs_json_blank(&w, "\n  ");
        rs_json_begin_object(&w);
        rs_json_field_cstr(&w, "name", f->name);
        rs_json_field_i64(&w, "bytes", f->n_bytes);
        rs_json_field_cstr(&w, "xxh3_128", rs_id_text(hash, f->hash));
        rs_json_end_object(&w);
    }
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    rs_buf_char(&b, '\n');
    rsift_status status = rs_json_finish(&w, "the manifest", err);
    if (status == RSIFT_OK)
        status = rs_emit_write_file(report, RS_STR("manifest.json"), rs_buf_view(&b), err);
    rs_buf_fini(&b);
    return status;
}
