/* The two containers of JSON text: one array over the file, or a line for each record. */
#include "writers/container.h"

#include "base/arena.h"
#include "io/io.h"

/* The text around the records. An array without records is "[\n]\n". */
typedef struct text_frame {
    rs_str begin, between, end, end_empty;
} text_frame;

static const text_frame array = {{"[\n", 2}, {",\n", 2}, {"\n]\n", 3}, {"]\n", 2}};
static const text_frame lines = {{"", 0}, {"\n", 1}, {"\n", 1}, {"", 0}};

typedef struct json_text {
    const rs_container_target *target;
    const text_frame *frame;
    rs_io_out *out;
    int64_t n;
} json_text;

/* Opens the file, under a partial name, and writes the beginning of the frame. */
static rsift_status begin(json_text *j, const text_frame *frame, const rs_container_target *target,
                          rsift_error *err)
{
    rs_arena paths = {0};
    rs_str path = rs_arena_join(&paths, target->folder, RS_STR("/"), target->file);
    j->target = target;
    j->frame = frame;
    rsift_status status =
        path.ptr ? rs_io_out_open(path, &j->out, err) : rs_err_nomem(err, "a path");
    rs_arena_fini(&paths);
    RS_TRY(status);
    return rs_io_out_write(j->out, frame->begin.ptr, frame->begin.len, err);
}

static rsift_status begin_array(void *state, const rs_container_target *target, rsift_error *err)
{
    return begin(state, &array, target, err);
}

static rsift_status begin_lines(void *state, const rs_container_target *target, rsift_error *err)
{
    return begin(state, &lines, target, err);
}

static rsift_status append(void *state, const rs_container_record *record, rsift_error *err)
{
    json_text *j = state;
    /* What stands between two records is written with the second: the last has nothing after it. */
    if (j->n++) RS_TRY(rs_io_out_write(j->out, j->frame->between.ptr, j->frame->between.len, err));
    return rs_io_out_write(j->out, record->text.ptr, record->text.len, err);
}

/* Closes the frame, notes the file and gives it its name; or removes it. */
static rsift_status end(void *state, bool complete, rsift_error *err)
{
    json_text *j = state;
    const rs_container_target *to = j->target;
    rs_io_out *out = j->out;
    if (!complete) {
        rs_io_out_discard(out);
        return RSIFT_OK;
    }
    rs_str tail = j->n ? j->frame->end : j->frame->end_empty;
    rsift_status status = rs_io_out_write(out, tail.ptr, tail.len, err);
    /* Noted before it is committed: no file gets its name that the manifest does not know. */
    if (status == RSIFT_OK)
        status = to->note(to->ctx, to->file, rs_io_out_size(out), rs_io_out_hash(out), err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

const rs_container rs_container_json_array = {
    .name = "json-array",
    .state_size = sizeof(json_text),
    .begin = begin_array,
    .append = append,
    .end = end,
};

const rs_container rs_container_json_lines = {
    .name = "json-lines",
    .state_size = sizeof(json_text),
    .begin = begin_lines,
    .append = append,
    .end = end,
};
