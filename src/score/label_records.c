/* Label maps that stand in records: each is turned into a map of pixels and added to the tally
 * (labels.h), which makes the measures. Pictures in folders are maps.c's.
 *
 * A prediction that cannot be read counts as unparsed, a truth that cannot be read ends the run.
 * Run lengths go down the columns, as COCO has them. */
#include "score/label_records.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "geom/rle.h"
#include "score/labels.h"
#include "score/mask.h"

#include <math.h>

enum { MOST_SIDE = 65536, MOST_PIXELS = 1 << 28 };

/* Sets a pixel's label. A map of a record is small, so a list of the labels seen is enough. */
static rsift_status put_label(rs_label_map *map, size_t i, int32_t label, rsift_error *err)
{
    size_t k = 0;
    while (k < map->n && map->labels[k] != label) k++; /* few labels: a search is enough */
    if (k == RS_LABELS_MAX)
        return rs_err_set(err, RSIFT_E_FORMAT, "more than %d different labels", RS_LABELS_MAX);
    if (k == map->n) map->labels[map->n++] = label;
    map->at[i] = (uint16_t)k;
    return RSIFT_OK;
}

static rsift_status make_map(size_t height, size_t width, rs_label_map *out, rsift_error *err)
{
    if (!width || !height || height > MOST_SIDE || width > MOST_SIDE ||
        height * width > MOST_PIXELS)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a label map, found %zu rows of %zu",
                          height, width);
    out->width = (uint32_t)width;
    out->height = (uint32_t)height;
    out->at = rs_calloc(height * width, sizeof *out->at);
    out->labels = rs_calloc(RS_LABELS_MAX, sizeof *out->labels);
    return out->at && out->labels ? RSIFT_OK : rs_err_nomem(err, "a label map");
}

static size_t row_len(const rs_json *row)
{
    return rs_json_kind(row) == RS_JSON_STR ? rs_json_str(row).len : rs_json_len(row);
}

/* Rows of equal width: texts of digits, or lists of integers. */
static rsift_status map_of_rows(const rs_json *rows, rs_label_map *out, rsift_error *err)
{
    rs_json_iter it = rs_json_each(rows);
    RS_TRY(make_map(rs_json_len(rows), row_len(rs_json_next(&it, NULL)), out, err));
    it = rs_json_each(rows);
    for (size_t y = 0; y < out->height; y++) {
        const rs_json *row = rs_json_next(&it, NULL);
        const bool digits = rs_json_kind(row) == RS_JSON_STR;
        const rs_str text = digits ? rs_json_str(row) : RS_STR("");
        rs_json_iter each = rs_json_each(row);
        if (row_len(row) != out->width)
            return rs_err_set(err, RSIFT_E_FORMAT, "row %zu of the map has another width", y);
        for (size_t x = 0; x < out->width; x++) {
            int64_t label = digits ? text.ptr[x] - '0' : 0;
            bool good = digits && rs_ascii_is_digit(text.ptr[x]);
            if (!digits)
                good = rs_json_i64(rs_json_next(&each, NULL), &label) && label > -RS_LABEL_COLOUR &&
                       label < RS_LABEL_COLOUR;
            if (!good)
                return rs_err_set(err, RSIFT_E_FORMAT,
                                  "row %zu of the map, column %zu: expected a %s", y, x,
                                  digits ? "digit" : "label");
            RS_TRY(put_label(out, y * out->width + x, (int32_t)label, err));
        }
    }
    return RSIFT_OK;
}

/* Gives the pixels of a mask its label; 0 is the label of pixels that no mask covers. Run lengths
 * go down the columns, every second run lies in the mask. */
static rsift_status lay_mask(rs_arena *scratch, const rs_json *v, int32_t label, rs_label_map *out,
                             rsift_error *err)
{
    rs_rle rle = {0};
    RS_TRY(rs_score_mask_of_rle(scratch, v, &rle, err));
    rsift_status status = RSIFT_OK;
    if (!out->at) {
        status = make_map(rle.height, rle.width, out, err);
        if (status == RSIFT_OK) out->labels[out->n++] = 0;
    }
    if (status == RSIFT_OK && (rle.height != out->height || rle.width != out->width))
        status = rs_err_set(err, RSIFT_E_FORMAT, "masks of %u x %u and %u x %u", out->height,
                            out->width, rle.height, rle.width);
    size_t k = 0;
    for (size_t r = 0; status == RSIFT_OK && r < rle.n; k += rle.runs[r++]) {
        for (size_t i = k; r % 2 && status == RSIFT_OK && i < k + rle.runs[r]; i++) {
            /* pixel i of the run lengths is row i % height of column i / height */
            const size_t at = i % rle.height * rle.width + i / rle.height;
            if (out->at[at])
                status = rs_err_set(err, RSIFT_E_FORMAT, "column %zu, row %zu lies in two masks",
                                    i / rle.height, i % rle.height);
            else status = put_label(out, at, label, err);
        }
    }
    rs_geom_rle_fini(&rle);
    return status;
}

/* One mask with label 1, or an object of masks by label or class name. */
static rsift_status map_of_masks(const rs_score_tally *t, rs_arena *scratch, const rs_json *v,
                                 rs_label_map *out, rsift_error *err)
{
    if (rs_json_get(v, "counts")) return lay_mask(scratch, v, 1, out, err);
    rs_json_iter it = rs_json_each(v);
    rs_str key;
    for (const rs_json *mask; (mask = rs_json_next(&it, &key));) {
        char quoted[RS_QUOTE_SIZE];
        int32_t label;
        if (!rs_score_tally_label(t, key, &label))
            return rs_err_set(err, RSIFT_E_FORMAT,
                              "expected masks by label or class name, found \"%s\"",
                              rs_err_quote(quoted, key));
        const rsift_status status = lay_mask(scratch, mask, label, out, err);
        if (status != RSIFT_OK) return rs_err_within(err, status, "%.*s", RS_STR_ARG(key));
    }
    return out->at ? RSIFT_OK
                   : rs_err_set(err, RSIFT_E_FORMAT, "expected masks, found an empty object");
}

static rsift_status map_of(const rs_score_tally *t, rs_arena *scratch, const rs_score_record *r,
                           bool truth, rs_label_map *out, rsift_error *err)
{
    const rs_json *v = rs_score_mask_field(r->json, truth);
    if (rs_json_kind(v) == RS_JSON_ARRAY) return map_of_rows(v, out, err);
    if (rs_json_kind(v) == RS_JSON_OBJECT) return map_of_masks(t, scratch, v, out, err);
    return rs_err_set(
        err, RSIFT_E_FORMAT,
        "expected rows of digits, rows of labels, or {\"1\": {\"size\", \"counts\"}, ...}");
}

/* Adds record i to the tally. A prediction that cannot be read is unparsed; a bad truth is an
 * error. */
static rsift_status one_record(rs_score_tally *t, rs_score_job *job, rs_score_run *run, size_t i,
                               rs_arena *scratch, rsift_error *err)
{
    const rs_score_record *truth = run->items[i].truth, *predicted = run->items[i].prediction;
    rs_label_map maps[2] = {{0}, {0}};
    int64_t *cross = NULL; /* pixels by pairs of labels; NULL = no readable prediction */
    run->read[i] = RS_STR("");
    run->score[i] = NAN;
    rsift_status status = rs_score_check_two_masks(truth, predicted, err);
    if (status == RSIFT_OK) status = map_of(t, scratch, truth, true, &maps[0], err);
    if (status == RSIFT_OK && predicted) {
        status = map_of(t, scratch, predicted, false, &maps[1], err);
        if (status == RSIFT_OK) status = rs_score_cross(&maps[0], &maps[1], &cross, err);
        if (rs_score_is_bad_input(status)) status = RSIFT_OK;
    }
    if (status == RSIFT_OK && cross)
        status = rs_score_tally_add(t, &maps[0], &maps[1], cross, &run->score[i], err);
    else if (status == RSIFT_OK)
        rs_score_set_state(run, i, predicted ? RS_SCORE_UNPARSED : RS_SCORE_MISSING);
    if (rs_score_is_bad_input(status)) rs_score_blame_truth(job, truth, err);
    rs_label_map_fini(&maps[0]);
    rs_label_map_fini(&maps[1]);
    rs_free(cross);
    return status;
}

rsift_status rs_score_label_records_check(const rs_score_options *o, const rs_profile *p,
                                          rsift_error *err)
{
    RS_TRY(rs_score_labels_check(o, p, err));
    if (!o->compare) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s takes no --compare of records", p->name);
}

rsift_status rs_score_label_records(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                    rsift_error *err)
{
    rs_score_tally tally;
    rs_arena scratch = {0};
    rsift_status status = rs_score_tally_init(&tally, job, err);
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        /* Sums of a subset cannot be taken from those of all: each run counts its own. */
        if (only && !only[i]) continue;
        status = one_record(&tally, job, run, i, &scratch, err);
        rs_arena_reset(&scratch);
    }
    if (status == RSIFT_OK && !tally.n_pixels)
        status = rs_err_set(err, RSIFT_E_FORMAT, "no pixel of the truth counts");
    if (status == RSIFT_OK) status = rs_score_tally_report(&tally, job, run, NULL, err);
    rs_score_tally_fini(&tally);
    rs_arena_fini(&scratch);
    return status;
}
