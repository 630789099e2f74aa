/* Categories that the report shows besides the question types: fields of the truth's records, or
 * one of three computed from the reference.
 *
 * Only numbers each sample's category; report.c makes the means. A field may have several
 * spellings ("is_unique|unique"), of which the first is shown. */
#include "score/groups.h"

#include "base/num.h"
#include "geom/box.h"
#include "score/frame.h"

/* ---- computed categories --------------------------------------------------------------------- */

static rs_str objects_of(const rs_score_job *job, const rs_score_record *r)
{
    const rs_box_text reading = job->profile->ground.reading;
    const size_t n = rs_metrics_box_lists(reading, rs_score_reference_boxes(r), NULL, NULL, 2);
    return n == 1 ? RS_STR("single") : RS_STR("multiple");
}

/* COCO's sizes: S up to 32 x 32 pixels, M up to 96 x 96, L above. */
static rs_str area_of(const rs_score_job *job, const rs_score_record *r)
{
    double box[4];
    if (r->n_reference_box == 4) memcpy(box, r->reference_box, sizeof box);
    else if (rs_metrics_box_numbers(job->profile->ground.reading, rs_score_reference_boxes(r), box,
                                    4) != 4)
        return RS_STR("");
    const double area = rs_geom_box_area(box);
    return area <= 32 * 32 ? RS_STR("S") : area <= 96 * 96 ? RS_STR("M") : RS_STR("L");
}

/* RSEvalKit's ranges of a count. */
static rs_str range_of(const rs_score_job *job, const rs_score_record *r)
{
    double n;
    (void)job;
    if (!r->reference.ptr || !rs_num_double(rs_str_trim(r->reference), &n)) return RS_STR("");
    if (n <= 2) return RS_STR("(0, 2]");
    if (n <= 6) return RS_STR("(2, 6]");
    return n <= 12 ? RS_STR("(6, 12]") : RS_STR("(12, inf]");
}

static const struct computed {
    const char *field;
    rs_str (*of)(const rs_score_job *job, const rs_score_record *r);
} computed[] = {{RS_BY_OBJECTS, objects_of}, {RS_BY_AREA, area_of}, {RS_BY_RANGE, range_of}};

/* The computed category of that name; NULL = a field of the records. */
static const struct computed *find_computed(const char *field)
{
    for (size_t k = 0; k < sizeof computed / sizeof *computed; k++)
        if (rs_str_eq(rs_str_of(field), rs_str_of(computed[k].field))) return &computed[k];
    return NULL;
}

/* ---- the job's categories -------------------------------------------------------------------- */

/* "is_unique|unique" -> {"is_unique", "unique", NULL}; NULL = out of memory */
static const char *const *spellings(rs_arena *arena, rs_str field)
{
    const char **names = rs_arena_calloc(arena, field.len + 2, sizeof *names);
    rs_str piece;
    for (size_t n = 0; names && rs_str_split(&field, '|', &piece); n++)
        if (!(names[n] = rs_arena_cstr(arena, rs_str_trim(piece)))) return NULL;
    return names;
}

rsift_status rs_score_wanted_fields(rs_score_job *job, rs_score_wants *wants, rsift_error *err)
{
    const char *list = job->options->by ? job->options->by : job->profile->by;
    rs_str rest = list ? rs_str_of(list) : RS_STR(""), field;
    while (list && rs_str_split(&rest, ',', &field)) {
        if (job->n_by == RS_SCORE_BY)
            return rs_err_set(err, RSIFT_E_ARG, "more than %d fields in --by", RS_SCORE_BY);
        const char *const *names = spellings(&job->arena, field);
        if (!names) return rs_err_nomem(err, "fields");
        /* "a,,b" names nothing between the commas */
        if (!names[0][0]) return rs_err_set(err, RSIFT_E_ARG, "an empty field in --by");
        rs_score_by *by = &job->by[job->n_by];
        *by = (rs_score_by){.field = names[0], .names = find_computed(names[0]) ? NULL : names};
        wants->by[job->n_by++] = by->names;
    }
    return RSIFT_OK;
}

rsift_status rs_score_group(rs_score_job *job, rsift_error *err)
{
    size_t n_kept = 0;
    for (size_t k = 0; k < job->n_by; k++) {
        rs_score_by by = job->by[k];
        const struct computed *how = by.names ? NULL : find_computed(by.field);
        bool made, any = false;
        by.of = rs_arena_calloc(&job->arena, job->n + 1, sizeof *by.of);
        for (size_t i = 0; by.of && i < job->n; i++) {
            const rs_score_record *r = &job->truth.records[i];
            rs_str name = how ? how->of(job, r) : rs_score_details_of(r)->by[k];
            if (!name.ptr) name = RS_STR(""); /* records without the field are one category */
            const size_t at = rs_strmap_put(&by.groups, name, &made);
            any = any || name.len > 0;
            if (at != RS_NPOS) by.of[i] = (uint32_t)at;
            else by.of = NULL;
        }
        /* The maps in job->by are freed with the job, so a dropped one is freed here. */
        if (any) job->by[n_kept++] = by;
        else rs_strmap_fini(&by.groups);
        rsift_status status = by.of ? RSIFT_OK : rs_err_nomem(err, "categories");
        if (status == RSIFT_OK && !any && job->options->by)
            status = rs_score_add_note(job, err, "--by %s: no truth has it", by.field);
        if (status == RSIFT_OK) continue;
        job->n_by = n_kept;
        return status;
    }
    job->n_by = n_kept;
    return RSIFT_OK;
}
