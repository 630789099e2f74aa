/* What was planted, and the table of families. */
#include "synth/synth.h"

#include "codec/json.h"
#include "io/io.h"

#include <stdio.h>
#include <unistd.h>

void synth_plant(synth_truth *truth, const char *kind, const char *place, const char *what)
{
    struct synth_plant *k = NULL;
    for (size_t i = 0; i < truth->n_kinds && !k; i++)
        if (rs_str_eq(rs_str_of(truth->kinds[i].kind), rs_str_of(kind))) k = &truth->kinds[i];
    if (!k) {
        RS_ASSERT(truth->n_kinds < sizeof truth->kinds / sizeof *truth->kinds);
        k = &truth->kinds[truth->n_kinds++];
        snprintf(k->kind, sizeof k->kind, "%s", kind);
    }
    k->n++;
    rs_buf *b = &truth->items;
    rs_buf_cstr(b, b->len ? ",\n  " : "\n  ");
    rs_json_writer w = rs_json_writer_to(b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "kind", kind);
    rs_json_field_cstr(&w, "place", place);
    rs_json_field_cstr(&w, "what", what);
    rs_json_end_object(&w);
}

int64_t synth_planted(const synth_truth *truth, const char *kind)
{
    for (size_t i = 0; i < truth->n_kinds; i++)
        if (rs_str_eq(rs_str_of(truth->kinds[i].kind), rs_str_of(kind))) return truth->kinds[i].n;
    return 0;
}

rsift_status synth_truth_write(const synth_truth *truth, const char *path, rsift_error *err)
{
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "note", "synthetic data made by rsift's tools/synth; not real imagery");
    rs_json_field_object(&w, "counts");
    for (size_t i = 0; i < truth->n_kinds; i++)
        rs_json_field_i64(&w, truth->kinds[i].kind, truth->kinds[i].n);
    rs_json_end_object(&w);
    rs_json_field_array(&w, "planted");
    rs_buf_str(&b, rs_buf_view(&truth->items)); /* with their commas */
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    rs_buf_char(&b, '\n');
    rs_io_out *out;
    rsift_status status = rs_json_finish(&w, "truth.json", err);
    if (status == RSIFT_OK) status = rs_io_out_open(rs_str_of(path), &out, err);
    if (status == RSIFT_OK) {
        status = rs_io_out_write(out, b.ptr, b.len, err);
        if (status == RSIFT_OK) status = rs_io_out_commit(out, err);
        else rs_io_out_discard(out);
    }
    rs_buf_fini(&b);
    return status;
}

void synth_truth_fini(synth_truth *truth)
{
    rs_buf_fini(&truth->items);
    *truth = (synth_truth){0};
}

const synth_family synth_families[] = {
    {"coco", "one COCO JSON and pictures, as the NWPU VHR-10 re-annotation", synth_write_coco},
    {"dior", "VOC XML with horizontal and oriented boxes, split lists", synth_write_dior},
    {"dota", "one label text per picture, oriented boxes", synth_write_dota},
    {"eurosat", "class folders", synth_write_eurosat},
    {"geochat", "LLaVA JSON with oriented box text, as GeoChat-Instruct", synth_write_geochat},
    {"levir", "before/after pairs with captions, as LEVIR-CC", synth_write_levir},
    {"own", "somebody's own COCO and conversations, with losses that must reach the answers",
     synth_write_own},
    {"rsicd", "Karpathy caption JSON", synth_write_rsicd},
    {"rsivqa", "question lines", synth_write_rsivqa},
    {"rsvqa", "question, answer and image files with placeholder rows, as RSVQA-LR",
     synth_write_rsvqa},
    {"vrsbench", "LLaVA JSON with box text, and evaluation files, cut from dior's scenes",
     synth_write_vrsbench},
    {NULL, NULL, NULL},
};

rsift_status synth_release(const synth_options *options, synth_truth *truth, rsift_error *err)
{
    for (const synth_family *f = synth_families; f->name; f++) {
        if (!rs_str_eq(rs_str_of(f->name), rs_str_of(options->family))) continue;
        synth_sink *sink;
        RS_TRY(synth_sink_open(options->container, options->path, &sink, err));
        rsift_status status = f->write(options, sink, truth, err);
        if (status == RSIFT_OK && truth->items.failed) status = rs_err_nomem(err, "truth.json");
        if (status == RSIFT_OK) return synth_sink_close(sink, err);
        synth_sink_discard(sink);
        return status;
    }
    return rs_err_set(err, RSIFT_E_ARG, "unknown family \"%s\"; rsift-synth --help names them",
                      options->family);
}

rsift_status synth_clear(const char *path, rsift_error *err)
{
    char mark[4200];
    snprintf(mark, sizeof mark, "%s/truth.json", path);
    if (access(path, F_OK) != 0) return rs_io_make_dirs(rs_str_of(path), err);
    if (access(mark, F_OK) != 0 && rmdir(path) != 0)
        return rs_err_set(err, RSIFT_E_ARG,
                          "\"%s\" exists and is no earlier demo; say --out with another name",
                          path);
    RS_TRY(rs_io_remove_tree(rs_str_of(path), err));
    return rs_io_make_dirs(rs_str_of(path), err);
}
