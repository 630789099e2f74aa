/* One line at a time: a list of a million pictures is never in memory as text. */
#include "emit/picture_list.h"

#include "base/alloc.h"

static void put_hash(rs_json_writer *w, const char *field, bool known, rs_id hash)
{
    char text[RS_ID_TEXT];
    if (known) rs_json_field_cstr(w, field, rs_id_text(text, hash));
    else rs_json_field_null(w, field);
}

static rsift_status put_picture(const rs_emit_picture *p, rs_io_out *out, rs_buf *line,
                                rsift_error *err)
{
    static const char *const words[] = {"", "in place", "linked", "copied", "rendered"};
    line->len = 0;
    rs_json_writer w = rs_json_writer_to(line);
    rs_json_begin_object(&w);
    rs_json_field_str(&w, "name", p->name);
    rs_json_field_cstr(&w, "how", words[p->how]);
    rs_json_field_i64(&w, "bytes", p->n_written);
    put_hash(&w, "xxh3_128", p->is_hashed, p->written);
    if (p->how == RS_EMIT_RENDERED) put_hash(&w, "source_xxh3_128", p->has_hash, p->content_hash);
    put_hash(&w, "asset_id", true, p->asset_id);
    rs_json_end_object(&w);
    rs_buf_char(line, '\n');
    RS_TRY(rs_json_finish(&w, "the list of pictures", err));
    return rs_io_out_write(out, line->ptr, line->len, err);
}

static bool is_written(const rs_emit_picture *picture)
{
    return picture->how != RS_EMIT_NOT_WRITTEN;
}

rsift_status rs_emit_write_picture_list(rs_emit_job *job, rsift_error *err)
{
    const rs_str name = RS_STR("pictures.jsonl");
    const rs_emit_picture **list = NULL;
    size_t n = 0;
    rs_arena arena = {0};
    rs_buf line = {0};
    rs_io_out *out = NULL;
    const rs_str path = rs_arena_join(&arena, job->report.out, RS_STR("/"), name);
    rsift_status status = path.ptr
                              ? rs_emit_pictures_by_name(&job->pictures, is_written, &list, &n, err)
                              : rs_err_nomem(err, "a path");
    if (status == RSIFT_OK) status = rs_io_out_open(path, &out, err);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++)
        status = put_picture(list[i], out, &line, err);
    if (status == RSIFT_OK)
        status =
            rs_emit_note_file(&job->report, name, rs_io_out_size(out), rs_io_out_hash(out), err);
    if (status == RSIFT_OK) status = rs_io_out_commit(out, err);
    else if (out) rs_io_out_discard(out);
    rs_free(list);
    rs_buf_fini(&line);
    rs_arena_fini(&arena);
    return status;
}
