#include "flow/score_join.h"

#include "base/num.h"
#include "geom/box.h"
#include "metrics/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static bool listed(const char *list, rs_str name)
{
    rs_str rest = rs_str_of(list), piece;
    while (list && rs_str_split(&rest, ',', &piece))
        if (rs_str_eq_nocase(rs_str_trim(piece), name)) return true;
    return false;
}

static const char *without(const rs_score_job *job)
{
    return job->options->without_types ? job->options->without_types : job->profile->without_types;
}

/* VRSBench counts two kinds as scene type; MME-RealWorld cuts attribute categories. */
rs_str rs_score_type_of(const rs_score_job *job, const rs_score_record *r)
{
    rs_judge_fn *judge = job->profile->judge;
    rs_arena *arena = (rs_arena *)&job->arena;
    if (judge == rs_judge_vrsbench &&
        (rs_str_eq_nocase(r->type, RS_STR("image")) || rs_str_eq_nocase(r->type, RS_STR("rural or urban"))))
        return RS_STR("scene type");
    if (judge != rs_judge_mme && judge != rs_judge_mme_harness) return r->type;
    const rs_str type = rs_metrics_lower(arena, r->type);
    if (!type.ptr || !rs_metrics_contains(type, RS_STR("attribute"))) return type;
    return rs_arena_join(arena, rs_str_sub(type, 0, rs_str_find_char(type, '/')), RS_STR("/attribute"), RS_STR(""));
}

static rsift_status add_references(rs_score_job *job, rs_score_record *to, const rs_score_record *from,
                                   rsift_error *err)
{
    const size_t n_to = to->n_golds ? to->n_golds : to->gold.ptr != NULL;
    const size_t n_from = from->n_golds ? from->n_golds : from->gold.ptr != NULL;
    rs_str *golds = rs_arena_calloc(&job->arena, n_to + n_from + 1, sizeof *golds);
    if (!golds) return rs_err_nomem(err, "references");
    for (size_t k = 0; k < n_to; k++) golds[k] = to->n_golds ? to->golds[k] : to->gold;
    for (size_t k = 0; k < n_from; k++) golds[n_to + k] = from->n_golds ? from->golds[k] : from->gold;
    to->golds = golds;
    to->n_golds = n_to + n_from;
    return RSIFT_OK;
}

/* Caption releases list one reference a line: the same id again adds one. */
static rsift_status merge_references(rs_score_job *job, rsift_error *err)
{
    rs_strmap ids = {0};
    rsift_status status = RSIFT_OK;
    size_t kept = 0, *place = rs_arena_calloc(&job->arena, job->truth.n + 1, sizeof *place);
    if (!place) return rs_err_nomem(err, "ids");
    for (size_t i = 0; status == RSIFT_OK && i < job->truth.n; i++) {
        rs_score_record *r = &job->truth.records[i];
        bool made = true;
        const size_t at = r->id.ptr ? rs_strmap_put(&ids, r->id, &made) : RS_NPOS;
        if (r->id.ptr && at == RS_NPOS) status = rs_err_nomem(err, "ids");
        else if (!made) status = add_references(job, &job->truth.records[place[at]], r, err);
        else {
            if (at != RS_NPOS) place[at] = kept;
            job->truth.records[kept++] = *r;
        }
    }
    job->truth.n = kept;
    rs_strmap_fini(&ids);
    return status;
}

/* ---- categories --------------------------------------------------------------------------------- */

static bool computed(const char *field)
{
    const rs_str s = rs_str_of(field);
    return rs_str_eq(s, RS_STR(RS_BY_OBJECTS)) || rs_str_eq(s, RS_STR(RS_BY_AREA)) || rs_str_eq(s, RS_STR(RS_BY_RANGE));
}

/* "is_unique|unique" -> {"is_unique", "unique", NULL} */
static const char *const *spellings(rs_arena *arena, rs_str field)
{
    const char **names = rs_arena_calloc(arena, field.len + 2, sizeof *names);
    rs_str piece;
    for (size_t n = 0; names && rs_str_split(&field, '|', &piece); n++)
        if (!(names[n] = rs_arena_cstr(arena, rs_str_trim(piece)))) return NULL;
    return names;
}

rsift_status rs_score_wanted(rs_score_job *job, rs_score_wants *wants, rsift_error *err)
{
    const char *list = job->options->by ? job->options->by : job->profile->by;
    rs_str rest = list ? rs_str_of(list) : RS_STR(""), field;
    *wants = (rs_score_wants){.role = RS_SCORE_TRUTH};
    while (list && rs_str_split(&rest, ',', &field)) {
        if (job->n_by == RS_SCORE_BY) return rs_err_set(err, RSIFT_E_ARG, "more than %d fields in --by", RS_SCORE_BY);
        const char *const *names = spellings(&job->arena, field);
        if (!names) return rs_err_nomem(err, "fields");
        if (!names[0][0]) return rs_err_set(err, RSIFT_E_ARG, "an empty field in --by");
        rs_score_by *by = &job->by[job->n_by];
        *by = (rs_score_by){.field = names[0], .names = computed(names[0]) ? NULL : names};
        wants->by[job->n_by++] = by->names;
    }
    return RSIFT_OK;
}

static rs_str objects_of(const rs_score_job *job, const rs_score_record *r)
{
    const rs_str boxes = rs_score_more_of(r)->boxes, gold = boxes.ptr ? boxes : r->gold.ptr ? r->gold : RS_STR("");
    const size_t n = rs_metrics_box_lists(job->profile->ground.reading, gold, NULL, NULL, 2);
    return n == 1 ? RS_STR("single") : RS_STR("multiple");
}

static rs_str area_of(const rs_score_job *job, const rs_score_record *r)
{
    double box[4];
    const rs_str boxes = rs_score_more_of(r)->boxes, gold = boxes.ptr ? boxes : r->gold.ptr ? r->gold : RS_STR("");
    if (r->n_gold_box == 4) memcpy(box, r->gold_box, sizeof box);
    else if (rs_metrics_box_numbers(job->profile->ground.reading, gold, box, 4) != 4) return RS_STR("");
    const double area = rs_geom_box_area(box);
    return area <= 32 * 32 ? RS_STR("S") : area <= 96 * 96 ? RS_STR("M") : RS_STR("L");
}

static rs_str range_of(const rs_score_record *r)
{
    double n;
    if (!r->gold.ptr || !rs_num_double(rs_str_trim(r->gold), &n)) return RS_STR("");
    return n <= 2 ? RS_STR("(0, 2]") : n <= 6 ? RS_STR("(2, 6]") : n <= 12 ? RS_STR("(6, 12]") : RS_STR("(12, inf]");
}

static rs_str group_of(const rs_score_job *job, size_t k, const rs_score_record *r)
{
    const rs_str field = rs_str_of(job->by[k].field);
    if (job->by[k].names) return rs_score_more_of(r)->by[k].ptr ? r->more->by[k] : RS_STR("");
    if (rs_str_eq(field, RS_STR(RS_BY_OBJECTS))) return objects_of(job, r);
    return rs_str_eq(field, RS_STR(RS_BY_AREA)) ? area_of(job, r) : range_of(r);
}

/* Fields that no record has show nothing. */
static rsift_status group_by(rs_score_job *job, rsift_error *err)
{
    size_t n_kept = 0;
    for (size_t k = 0; k < job->n_by; k++) {
        rs_score_by by = job->by[k];
        bool made, any = false;
        by.of = rs_arena_calloc(&job->arena, job->n + 1, sizeof *by.of);
        for (size_t i = 0; by.of && i < job->n; i++) {
            const rs_str name = group_of(job, k, &job->truth.records[i]);
            const size_t at = rs_strmap_put(&by.groups, name, &made);
            any = any || name.len > 0;
            if (at != RS_NPOS) by.of[i] = (uint32_t)at;
            else by.of = NULL;
        }
        if (any) job->by[n_kept++] = by;
        else rs_strmap_fini(&by.groups);
        if (!by.of) {
            job->n_by = n_kept;
            return rs_err_nomem(err, "categories");
        }
    }
    job->n_by = n_kept;
    return RSIFT_OK;
}

/* ---- samples ------------------------------------------------------------------------------------ */

/* Types and tasks that do not count here go; their ids stay known, so that answers to them are not extra. */
static rsift_status leave_out(rs_score_job *job, rsift_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < job->truth.n; i++) {
        rs_score_record *r = &job->truth.records[i];
        r->type = rs_score_type_of(job, r);
        if (job->profile->judge == rs_judge_geochat_class && !r->gold.ptr && r->id.ptr) r->gold = rs_str_dirname(r->id);
        const bool other = !rs_metrics_profile_takes(job->profile, r->task);
        if (!other && !listed(without(job), r->type)) {
            job->truth.records[kept++] = *r;
            continue;
        }
        job->n_other_tasks += other;
        job->n_left_out += !other;
        bool made;
        if ((r->id.ptr && rs_strmap_put(&job->left_out, r->id, &made) == RS_NPOS) ||
            (r->original_id.ptr && rs_strmap_put(&job->left_out, r->original_id, &made) == RS_NPOS))
            return rs_err_nomem(err, "ids");
    }
    if (!kept)
        return rs_err_set(err, RSIFT_E_ARG, "none of the %zu truths is for %s: %zu are of other tasks, %zu of types left out",
                          job->truth.n, job->profile->name, job->n_other_tasks, job->n_left_out);
    job->n = job->truth.n = kept;
    return RSIFT_OK;
}

static int by_text(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

rsift_status rs_score_prepare(rs_score_job *job, rsift_error *err)
{
    if (job->profile->family == RS_FAMILY_CAPTION && job->options->truth)
        RS_TRY(merge_references(job, err));
    RS_TRY(leave_out(job, err));
    const size_t n = job->n;
    job->type = rs_arena_calloc(&job->arena, n + 1, sizeof *job->type);
    job->cluster = rs_arena_calloc(&job->arena, n + 1, sizeof *job->cluster);
    job->classes = rs_arena_calloc(&job->arena, n + 1, sizeof *job->classes);
    if (!job->type || !job->cluster || !job->classes) return rs_err_nomem(err, "samples");
    rs_strmap golds = {0};
    bool made, good = true;
    for (size_t i = 0; good && i < n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        char own[24];
        const int len = snprintf(own, sizeof own, "\x01%zu", i);
        const size_t type = rs_strmap_put(&job->types, r->type, &made);
        const size_t image = rs_strmap_put(&job->images, r->image.len ? r->image : rs_str_make(own, (size_t)len), &made);
        job->type[i] = (uint32_t)type;
        job->cluster[i] = (uint32_t)image;
        good = type != RS_NPOS && image != RS_NPOS && (!r->gold.ptr || rs_strmap_put(&golds, r->gold, &made) != RS_NPOS);
        if (good && r->gold.ptr && made) job->classes[job->n_classes++] = r->gold;
    }
    rs_strmap_fini(&golds);
    if (!good) return rs_err_nomem(err, "samples");
    qsort(job->classes, job->n_classes, sizeof *job->classes, by_text); /* as folders of classes are listed */
    if (job->profile->family == RS_FAMILY_GROUND || job->profile->family == RS_FAMILY_BOXES)
        RS_TRY(rs_score_boxes_prepare(job, err));
    return group_by(job, err);
}

/* ---- join --------------------------------------------------------------------------------------- */

/* id -> sample; false when an id stands twice */
static rsift_status index_truth(const rs_score_job *job, rs_strmap *ids, size_t *places, bool *unique,
                                bool original, rsift_error *err)
{
    *unique = true;
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        const rs_str id = original ? r->original_id : r->id;
        bool made;
        if (!id.ptr) continue;
        const size_t at = rs_strmap_put(ids, id, &made);
        if (at == RS_NPOS) return rs_err_nomem(err, "ids");
        if (made) places[at] = i;
        else *unique = false;
    }
    return RSIFT_OK;
}

static bool same_order(const rs_score_job *job, const rs_score_run *run)
{
    if (job->n + job->n_left_out + job->n_other_tasks != run->file.n || run->file.n < job->n) return false;
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *t = &job->truth.records[i], *p = &run->file.records[t->place];
        if (t->id.ptr && p->id.ptr && !rs_str_eq(t->id, p->id)) return false;
    }
    return true;
}

static void put(rs_score_run *run, size_t place, const rs_score_record *p)
{
    if (run->items[place].said) run->n_repeated++;
    else run->items[place].said = p;
}

static rsift_status by_ids(rs_score_job *job, rs_score_run *run, rs_strmap *ids, rs_strmap *originals,
                           size_t *places, size_t *original_places, rsift_error *err)
{
    bool unique, unique_original;
    RS_TRY(index_truth(job, ids, places, &unique, false, err));
    RS_TRY(index_truth(job, originals, original_places, &unique_original, true, err));
    if (!unique || !ids->n) {
        if (!same_order(job, run))
            return rs_err_set(err, RSIFT_E_ARG,
                              "%s, and the files do not go in step: %zu truths, %zu predictions",
                              ids->n ? "ids stand twice in the truth" : "the truth has no ids", job->n, run->file.n);
        run->by_position = true;
        for (size_t i = 0; i < job->n; i++) run->items[i].said = &run->file.records[job->truth.records[i].place];
        return RSIFT_OK;
    }
    size_t n_matched = 0;
    for (size_t i = 0; i < run->file.n; i++) {
        const rs_score_record *p = &run->file.records[i];
        size_t at = p->id.ptr ? rs_strmap_get(ids, p->id) : RS_NPOS;
        if (at != RS_NPOS) put(run, places[at], p);
        else if (p->id.ptr && unique_original && (at = rs_strmap_get(originals, p->id)) != RS_NPOS)
            put(run, original_places[at], p);
        else run->n_extra += !p->id.ptr || rs_strmap_get(&job->left_out, p->id) == RS_NPOS;
        n_matched += at != RS_NPOS;
    }
    if (n_matched) return RSIFT_OK;
    const rs_str a = job->truth.records[0].id, b = run->file.records[0].id;
    char first[RS_QUOTE_SIZE], second[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG, "no prediction has an id of the truth (\"%s\" there, \"%s\" here)",
                      rs_err_quote(first, a.ptr ? rs_str_sub(a, 0, 24) : RS_STR("")),
                      rs_err_quote(second, b.ptr ? rs_str_sub(b, 0, 24) : RS_STR("")));
}

bool rs_score_keeps_json(const rs_profile *p)
{
    return p->family == RS_FAMILY_MASK || p->family == RS_FAMILY_RETRIEVAL || p->family == RS_FAMILY_LABELS;
}

rsift_status rs_score_join(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    run->items = rs_arena_calloc(&job->arena, job->n + 1, sizeof *run->items);
    if (!run->items) return rs_err_nomem(err, "samples");
    for (size_t i = 0; i < job->n; i++) run->items[i].truth = &job->truth.records[i];
    if (!run->path) {
        run->path = job->options->predictions;
        run->file = job->truth;
        for (size_t i = 0; i < job->n; i++)
            if (job->truth.records[i].said.ptr || job->truth.records[i].json)
                run->items[i].said = &job->truth.records[i];
    } else {
        const rs_score_wants wants = {
            .role = RS_SCORE_PREDICTIONS,
            .json = rs_score_keeps_json(job->profile)};
        RS_TRY(rs_score_read(&job->arena, run->path, &wants, job->context, &run->file, err));
        rs_strmap ids = {0}, originals = {0};
        size_t *places = rs_arena_calloc(&job->arena, 2 * job->n + 2, sizeof *places);
        rsift_status status = places ? by_ids(job, run, &ids, &originals, places, places + job->n + 1, err)
                                     : rs_err_nomem(err, "ids");
        rs_strmap_fini(&ids);
        rs_strmap_fini(&originals);
        if (status != RSIFT_OK) return rs_err_within(err, status, "%s", run->path);
    }
    for (size_t i = 0; i < job->n; i++) run->n_missing += run->items[i].said == NULL;
    return RSIFT_OK;
}

rsift_status rs_score_read_only(rs_score_job *job, rsift_error *err)
{
    rs_str text, line;
    rs_id hash;
    RS_TRY(rs_score_bytes(&job->arena, job->options->only, &text, &hash, err));
    rs_strmap ids = {0}, seen = {0};
    bool made, good = true;
    while (good && rs_str_line(&text, &line))
        if (rs_str_trim(line).len) good = rs_strmap_put(&ids, rs_str_trim(line), &made) != RS_NPOS;
    job->only = rs_arena_calloc(&job->arena, job->n + 1, 1);
    for (size_t i = 0; good && job->only && i < job->n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        size_t at = r->id.ptr ? rs_strmap_get(&ids, r->id) : RS_NPOS;
        if (at == RS_NPOS && r->original_id.ptr) at = rs_strmap_get(&ids, r->original_id);
        if (at == RS_NPOS) continue;
        job->only[i] = 1;
        job->n_only++;
        good = rs_strmap_put(&seen, ids.keys[at], &made) != RS_NPOS;
    }
    job->n_only_unknown = ids.n - seen.n;
    rs_strmap_fini(&ids);
    rs_strmap_fini(&seen);
    if (!good || !job->only) return rs_err_nomem(err, "ids");
    if (job->n_only) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_ARG, "none of its ids is in the truth");
    return rs_err_within(err, RSIFT_E_ARG, "%s", job->options->only);
}

static bool verdict_of(const rs_score_record *r, double *out)
{
    const rs_json *v = rs_json_get(r->json, "verdict");
    if (!v) v = rs_json_get(r->json, "score");
    if (!v) v = rs_json_get(r->json, "correct");
    bool yes;
    if (rs_json_bool(v, &yes)) *out = yes;
    else if (!rs_json_double(v, out)) {
        const rs_str s = rs_str_trim(rs_json_str(v).ptr ? rs_json_str(v) : RS_STR(""));
        if (rs_str_eq(s, RS_STR("1")) || rs_str_eq_nocase(s, RS_STR("yes")) || rs_str_eq_nocase(s, RS_STR("correct")))
            *out = 1;
        else if (rs_str_eq(s, RS_STR("0")) || rs_str_eq_nocase(s, RS_STR("no")) ||
                 rs_str_eq_nocase(s, RS_STR("incorrect")))
            *out = 0;
        else return false;
    }
    return *out >= 0 && *out <= 1;
}

rsift_status rs_score_read_verdicts(rs_score_job *job, rsift_error *err)
{
    rs_score_file file;
    const char *path = job->options->judge_verdicts;
    const rs_score_wants wants = {.role = RS_SCORE_PREDICTIONS, .json = true};
    RS_TRY(rs_score_read(&job->arena, path, &wants, job->context, &file, err));
    for (size_t i = 0; i < file.n; i++) {
        double v;
        bool made;
        if (!file.records[i].id.ptr || !verdict_of(&file.records[i], &v)) {
            rs_err_set(err, RSIFT_E_FORMAT, "expected an id and a verdict between 0 and 1");
            return rs_score_blame(path, &file, &file.records[i], RSIFT_E_FORMAT, err);
        }
        const size_t at = rs_strmap_put(&job->verdict_ids, file.records[i].id, &made);
        if (at == RS_NPOS || !RS_VEC_RESERVE(job->verdicts, job->cap_verdicts, at + 1))
            return rs_err_nomem(err, "verdicts");
        job->verdicts[at] = v;
    }
    return RSIFT_OK;
}
