/* The written files of records. What is written here was rendered and packed by the replay. */
#include "emit/write.h"

#include "emit/packed.h"
#include "emit/truth.h"
#include "emit/verify.h"

enum { VERIFY_FIRST = 200, VERIFY_EVERY = 997 };

typedef struct writing {
    rs_emit_job *job;
    rs_container_run records, truth; /* truth: of an evaluation only */
    int64_t n;
    rs_emit_shown_list *shown;
    rs_arena scratch;
} writing;

/* Why one of the record's pictures is not in the output; NULL = all are. */
static const char *find_failure(const writing *w, const rs_emit_packed *packed)
{
    if (!w->job->pictures.counts.failed) return NULL;
    for (uint32_t i = 0; i < packed->n_pictures; i++) {
        const rs_emit_picture *p = &w->job->pictures.items[rs_emit_packed_picture(packed, i)];
        if (p->failed) return p->changed ? "picture-changed" : "picture-failed";
    }
    return NULL;
}

/* Reads one written record back and compares its pictures and boxes with what was meant. */
static rsift_status verify_record(writing *w, rs_id id, const rs_emit_packed *packed,
                                  rsift_error *err)
{
    const rs_emit_job *j = w->job;
    rs_arena_reset(&w->scratch);
    rs_emit_meant meant = {.n_boxes = packed->n_boxes, .n_images = packed->n_pictures};
    double *sizes = rs_arena_alloc(&w->scratch, (2 * (size_t)meant.n_images + 1) * sizeof *sizes);
    meant.boxes = rs_emit_packed_boxes(packed, &w->scratch);
    if (!sizes || !meant.boxes) return rs_err_nomem(err, "a record");
    for (uint32_t i = 0; i < meant.n_images; i++) {
        const rs_emit_picture *p = &j->pictures.items[rs_emit_packed_picture(packed, i)];
        sizes[i] = p->width;
        sizes[meant.n_images + i] = p->height;
    }
    meant.widths = sizes;
    meant.heights = sizes + meant.n_images;
    char text[RS_ID_TEXT];
    rsift_status status =
        rs_emit_verify(j->writer, &j->render, packed->record, &meant, &w->scratch, err);
    if (status != RSIFT_OK)
        return rs_err_within(err, status, "verifying sample %s", rs_id_text(text, id));
    w->job->report.n_verified++;
    /* A box counts once, also when the replay has compared it already. */
    if (!rs_emit_verifies_early(id, &meant)) w->job->report.n_decoded += rs_emit_n_compared(&meant);
    return RSIFT_OK;
}

/* Shows the record to the contact sheet, which keeps some of each kind. */
static rsift_status keep_for_sheet(writing *w, rs_id id, const rs_emit_packed *packed,
                                   rsift_error *err)
{
    if (rs_emit_shown_passes(w->shown, packed->dataset, packed->task)) return RSIFT_OK;
    rs_arena_reset(&w->scratch);
    rs_written_box *boxes = rs_emit_packed_boxes(packed, &w->scratch);
    uint32_t *pictures =
        rs_arena_alloc(&w->scratch, ((size_t)packed->n_pictures + 1) * sizeof *pictures);
    uint32_t *of_boxes =
        rs_arena_alloc(&w->scratch, ((size_t)packed->n_boxes + 1) * sizeof *of_boxes);
    if (!boxes || !pictures || !of_boxes) return rs_err_nomem(err, "the contact sheet");
    for (uint32_t i = 0; i < packed->n_pictures; i++)
        pictures[i] = rs_emit_packed_picture(packed, i);
    for (uint32_t i = 0; i < packed->n_boxes; i++) of_boxes[i] = boxes[i].image;
    const rs_emit_shown shown = {id,       packed->record, pictures, packed->n_pictures,
                                 of_boxes, packed->n_boxes};
    return rs_emit_shown_add(w->shown, packed->dataset, packed->task, &shown, err);
}

/* Writes one record, and its truth in an evaluation, unless one of its pictures failed. */
static rsift_status write_record(void *ctx, rs_id id, uint32_t repeat, rs_str bytes,
                                 rsift_error *err)
{
    writing *w = ctx;
    rs_emit_report *report = &w->job->report;
    const rs_emit_packed packed = rs_emit_unpack(bytes);
    const char *failure = find_failure(w, &packed);
    /* A sample is noted once, with the first of its repeats. */
    if (failure) {
        if (repeat) return RSIFT_OK;
        if (w->truth.container)
            RS_TRY(rs_emit_put_unasked(id, packed.task, failure, &w->job->unasked, err));
        return rs_emit_note_dropped(report, id, failure, err);
    }
    const rs_container_record record = {id, repeat, packed.record},
                              truth = {id, repeat, packed.truth};
    RS_TRY(rs_container_append(&w->records, &record, err));
    if (w->truth.container) RS_TRY(rs_container_append(&w->truth, &truth, err));
    RS_TRY(keep_for_sheet(w, id, &packed, err));
    /* The first records show a systematic fault at once; every 997th after them is a sample of the
     * rest. */
    if (w->n < VERIFY_FIRST || w->n % VERIFY_EVERY == 0) RS_TRY(verify_record(w, id, &packed, err));
    w->n++;
    report->n_boxes += packed.n_boxes;
    report->n_degenerate += packed.n_degenerate;
    report->n_unanswered += rs_emit_is_unanswered(packed.truth);
    return RSIFT_OK;
}

/* The records after the first, which is passed over in its place. */
static rsift_status write_other(void *ctx, rs_id id, uint32_t repeat, rs_str bytes,
                                rsift_error *err)
{
    const writing *w = ctx;
    const rs_emit_first *first = &w->job->first;
    if (first->n_keys && rs_id_eq(id, first->id) && repeat == first->repeat) return RSIFT_OK;
    return write_record(ctx, id, repeat, bytes, err);
}

static rsift_status write_sidecar(void *ctx, rs_str file, const void *bytes, size_t n,
                                  rsift_error *err)
{
    return rs_emit_write_file(ctx, file, rs_str_make(bytes, n), err);
}

rsift_status rs_emit_write_records(rs_emit_job *job, rs_emit_shown_list *shown, rsift_error *err)
{
    writing w = {.job = job, .shown = shown};
    rs_emit_report *report = &job->report;
    const rs_container_target main = {report->out, rs_str_of(job->writer->file), report,
                                      rs_emit_note_file};
    const rs_container_target truth = {report->out, RS_STR("truth.jsonl"), report,
                                       rs_emit_note_file};
    rsift_status status = rs_container_open(job->writer->container, &main, &w.records, err);
    if (status == RSIFT_OK && job->options->eval)
        status = rs_container_open(&rs_container_json_lines, &truth, &w.truth, err);
    const rs_emit_first *first = &job->first;
    if (status == RSIFT_OK && first->n_keys)
        status = write_record(&w, first->id, first->repeat, rs_buf_view(&first->packed), err);
    if (status == RSIFT_OK) status = rs_emit_spill_each(job->spill, write_other, &w, err);
    rs_emit_spill_free(job->spill); /* what follows needs the memory */
    job->spill = NULL;
    rs_str unasked = rs_buf_view(&job->unasked), line;
    while (status == RSIFT_OK && w.truth.container && rs_str_split(&unasked, '\n', &line)) {
        const rs_container_record record = {.text = line};
        if (line.len) status = rs_container_append(&w.truth, &record, err);
    }
    /* A failure removes both files: a training file is complete or absent. */
    rsift_status ended = rs_container_close(&w.records, status == RSIFT_OK, err);
    if (status == RSIFT_OK) status = ended;
    ended = rs_container_close(&w.truth, status == RSIFT_OK, err);
    if (status == RSIFT_OK) status = ended;
    rs_arena_fini(&w.scratch);
    /* Sidecars come last: they state the number of records. */
    report->n_records = job->set.n_records = w.n;
    const rs_writer_sink sink = {.ctx = report, .write = write_sidecar};
    if (status == RSIFT_OK && job->writer->sidecars)
        status = job->writer->sidecars(&job->set, &sink, err);
    return status;
}
