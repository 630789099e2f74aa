#include "score/join.h"

#include "base/num.h"
#include "geom/box.h"
#include "metrics/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A bit for each of "count, area" that is the name, the last one for all behind the 63rd. */
static uint64_t places_in(const char *list, rs_str name)
{
    rs_str rest = list ? rs_str_of(list) : RS_STR(""), piece;
    uint64_t places = 0;
    for (size_t i = 0; list && rs_str_split(&rest, ',', &piece); i++)
        if (rs_str_eq_nocase(rs_str_trim(piece), name)) places |= UINT64_C(1) << (i < 63 ? i : 63);
    return places;
}

static const char *types_without(const rs_score_job *job)
{
    return job->options->without_types ? job->options->without_types : job->profile->without_types;
}

static rsift_status say_useless(rs_score_job *job, const char *option, rs_str name,
                                rsift_error *err)
{
    return rs_score_say(
        job, rs_arena_printf(&job->arena, "%s %.*s: no truth has it", option, RS_STR_ARG(name)),
        err);
}

/* VRSBench counts two kinds as scene type; MME-RealWorld cuts attribute categories. ptr NULL = no
 * memory. */
static rs_str type_of(rs_score_job *job, rs_str own)
{
    rs_judge_fn *judge = job->profile->judge;
    if (judge == rs_judge_vrsbench &&
        (rs_str_eq_nocase(own, RS_STR("image")) || rs_str_eq_nocase(own, RS_STR("rural or urban"))))
        return RS_STR("scene type");
    if (judge != rs_judge_mme && judge != rs_judge_mme_harness) return own;
    const rs_str type = rs_metrics_lower(&job->arena, own);
    if (!type.ptr || !rs_metrics_contains(type, RS_STR("attribute"))) return type;
    return rs_arena_join(&job->arena, rs_str_sub(type, 0, rs_str_find_char(type, '/')),
                         RS_STR("/attribute"), RS_STR(""));
}

static rsift_status add_references(rs_score_job *job, rs_score_record *to,
                                   const rs_score_record *from, rsift_error *err)
{
    const size_t n_to = to->n_golds ? to->n_golds : to->gold.ptr != NULL;
    const size_t n_from = from->n_golds ? from->n_golds : from->gold.ptr != NULL;
    rs_str *golds = rs_arena_calloc(&job->arena, n_to + n_from + 1, sizeof *golds);
    if (!golds) return rs_err_nomem(err, "references");
    for (size_t k = 0; k < n_to; k++) golds[k] = to->n_golds ? to->golds[k] : to->gold;
    for (size_t k = 0; k < n_from; k++)
        golds[n_to + k] = from->n_golds ? from->golds[k] : from->gold;
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

/* ---- categories ------------------------------------------------------------------------------ */

static bool computed(const char *field)
{
    const rs_str s = rs_str_of(field);
    return rs_str_eq(s, RS_STR(RS_BY_OBJECTS)) || rs_str_eq(s, RS_STR(RS_BY_AREA)) ||
           rs_str_eq(s, RS_STR(RS_BY_RANGE));
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
    const rs_str name = rs_str_of(job->profile->name);
    *wants = (rs_score_wants){.role = RS_SCORE_TRUTH};
    wants->text_asks =
        rs_str_starts(name, RS_STR("pope.")) || rs_str_starts(name, RS_STR("presence."));
    while (list && rs_str_split(&rest, ',', &field)) {
        if (job->n_by == RS_SCORE_BY)
            return rs_err_set(err, RSIFT_E_ARG, "more than %d fields in --by", RS_SCORE_BY);
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
    const rs_str boxes = rs_score_more_of(r)->boxes, gold = boxes.ptr     ? boxes
                                                            : r->gold.ptr ? r->gold
                                                                          : RS_STR("");
    const size_t n = rs_metrics_box_lists(job->profile->ground.reading, gold, NULL, NULL, 2);
    return n == 1 ? RS_STR("single") : RS_STR("multiple");
}

static rs_str area_of(const rs_score_job *job, const rs_score_record *r)
{
    double box[4];
    const rs_str boxes = rs_score_more_of(r)->boxes, gold = boxes.ptr     ? boxes
                                                            : r->gold.ptr ? r->gold
                                                                          : RS_STR("");
    if (r->n_gold_box == 4) memcpy(box, r->gold_box, sizeof box);
    else if (rs_metrics_box_numbers(job->profile->ground.reading, gold, box, 4) != 4)
        return RS_STR("");
    const double area = rs_geom_box_area(box);
    return area <= 32 * 32 ? RS_STR("S") : area <= 96 * 96 ? RS_STR("M") : RS_STR("L");
}

static rs_str range_of(const rs_score_record *r)
{
    double n;
    if (!r->gold.ptr || !rs_num_double(rs_str_trim(r->gold), &n)) return RS_STR("");
    return n <= 2    ? RS_STR("(0, 2]")
           : n <= 6  ? RS_STR("(2, 6]")
           : n <= 12 ? RS_STR("(6, 12]")
                     : RS_STR("(12, inf]");
}

static rs_str group_of(const rs_score_job *job, size_t k, const rs_score_record *r)
{
    const rs_str field = rs_str_of(job->by[k].field);
    if (job->by[k].names) return rs_score_more_of(r)->by[k].ptr ? r->more->by[k] : RS_STR("");
    if (rs_str_eq(field, RS_STR(RS_BY_OBJECTS))) return objects_of(job, r);
    return rs_str_eq(field, RS_STR(RS_BY_AREA)) ? area_of(job, r) : range_of(r);
}

/* Fields that no record has show nothing, which is said where the user asked for one. */
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
        if (!any && job->options->by) RS_TRY(say_useless(job, "--by", rs_str_of(by.field), err));
        if (!by.of) {
            job->n_by = n_kept;
            return rs_err_nomem(err, "categories");
        }
    }
    job->n_by = n_kept;
    return RSIFT_OK;
}

/* ---- samples --------------------------------------------------------------------------------- */

static rs_str joined(rs_arena *arena, const rs_str *items, size_t n)
{
    rs_str out = items[0];
    for (size_t k = 1; k < n && out.ptr; k++)
        out = rs_arena_join(arena, out, RS_STR(", "), items[k]);
    return out;
}

/* Golds and types as the profile has them. false = out of memory. */
static bool fit(rs_score_job *job, rs_score_record *r)
{
    if (!(r->type = type_of(job, r->type)).ptr) return false;
    if (job->profile->judge == rs_judge_geochat_class && !r->gold.ptr && r->id.ptr &&
        rs_str_dirname(r->id).len)
        r->gold = rs_str_dirname(r->id);
    if (job->profile->judge == rs_judge_xlrs &&
        r->n_golds > 1) { /* letters: a list is a set of them */
        r->gold = joined(&job->arena, r->golds, r->n_golds);
        r->n_golds = 0;
        if (!r->gold.ptr) return false;
    }
    const size_t n = rs_score_more_of(r)->n_types;
    if (n < 2) return true;
    rs_str *types = rs_arena_calloc(&job->arena, n, sizeof *types);
    if (!types) return false;
    for (size_t t = 0; t < n; t++)
        if (!(types[t] = type_of(job, r->more->types[t])).ptr) return false;
    r->more->types = types;
    return true;
}

/* Which of the types left out the record has, by its own names or the profile's. */
static uint64_t left_out_as(const rs_score_job *job, const rs_score_record *r)
{
    uint64_t places = places_in(types_without(job), r->type);
    for (size_t t = 1; t < rs_score_more_of(r)->n_types; t++)
        places |= places_in(types_without(job), r->more->types[t]);
    return places;
}

/* Prepares a record; *without: the places of the types for which it is left out. */
static rsift_status fit_record(rs_score_job *job, rs_score_record *r, uint64_t *without,
                               rsift_error *err)
{
    *without = left_out_as(job, r);
    if (!fit(job, r)) return rs_err_nomem(err, "samples");
    *without |= left_out_as(job, r);
    return RSIFT_OK;
}

rsift_status rs_score_fit(rs_score_job *job, rs_score_file *file, rsift_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < file->n; i++) {
        rs_score_record *r = &file->records[i];
        uint64_t without;
        RS_TRY(fit_record(job, r, &without, err));
        if (rs_metrics_profile_takes(job->profile, r->task) && !without) file->records[kept++] = *r;
    }
    file->n = kept;
    return RSIFT_OK;
}

/* Names of --without-types that no truth has; seen: a bit for each of the first 63. */
static rsift_status say_unseen_types(rs_score_job *job, uint64_t seen, rsift_error *err)
{
    const char *list = job->options->without_types;
    rs_str rest = list ? rs_str_of(list) : RS_STR(""), name;
    for (size_t i = 0; list && i < 63 && rs_str_split(&rest, ',', &name); i++)
        if (rs_str_trim(name).len && !(seen >> i & 1))
            RS_TRY(say_useless(job, "--without-types", rs_str_trim(name), err));
    return RSIFT_OK;
}

/* Types and tasks that do not count here go; their ids stay known, so that answers to them are not
 * extra. */
static rsift_status leave_out(rs_score_job *job, rsift_error *err)
{
    size_t kept = 0;
    uint64_t seen = 0;
    for (size_t i = 0; i < job->truth.n; i++) {
        rs_score_record *r = &job->truth.records[i];
        uint64_t without;
        RS_TRY(fit_record(job, r, &without, err));
        const bool other = !rs_metrics_profile_takes(job->profile, r->task);
        seen |= without;
        if (!other && !without) {
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
    RS_TRY(say_unseen_types(job, seen, err));
    if (!kept)
        return rs_err_set(
            err, RSIFT_E_ARG,
            "none of the %zu truths is for %s: %zu are of other tasks, %zu of types left out",
            job->truth.n, job->profile->name, job->n_other_tasks, job->n_left_out);
    job->n = job->truth.n = kept;
    return RSIFT_OK;
}

static int by_text(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* Every type of every sample, where any has several; some only ever stand second. */
static bool all_types(rs_score_job *job)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < job->n; i++) n += rs_score_more_of(&job->truth.records[i])->n_types > 1;
    if (!n) return true;
    n = 0;
    for (size_t i = 0; i < job->n; i++) n += rs_score_more_of(&job->truth.records[i])->n_types + 1;
    job->types_at = rs_arena_calloc(&job->arena, job->n + 1, sizeof *job->types_at);
    job->all_types = rs_arena_calloc(&job->arena, n + 1, sizeof *job->all_types);
    if (!job->types_at || !job->all_types) return false;
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_more *more = rs_score_more_of(&job->truth.records[i]);
        bool made;
        job->all_types[at++] = job->type[i];
        for (size_t t = 1; t < more->n_types; t++) {
            const size_t type = rs_strmap_put(&job->types, more->types[t], &made);
            if (type == RS_NPOS) return false;
            job->all_types[at++] = (uint32_t)type;
        }
        job->types_at[i + 1] = at;
    }
    return true;
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
        const size_t image = rs_strmap_put(
            &job->images, r->image.len ? r->image : rs_str_make(own, (size_t)len), &made);
        job->type[i] = (uint32_t)type;
        job->cluster[i] = (uint32_t)image;
        good = type != RS_NPOS && image != RS_NPOS &&
               (!r->gold.ptr || rs_strmap_put(&golds, r->gold, &made) != RS_NPOS);
        if (good && r->gold.ptr && made) job->classes[job->n_classes++] = r->gold;
    }
    good = good && all_types(job);
    rs_strmap_fini(&golds);
    if (!good) return rs_err_nomem(err, "samples");
    qsort(job->classes, job->n_classes, sizeof *job->classes,
          by_text); /* as folders of classes are listed */
    if (job->profile->family == RS_FAMILY_GROUND || job->profile->family == RS_FAMILY_BOXES)
        RS_TRY(rs_score_boxes_prepare(job, err));
    return group_by(job, err);
}

/* ---- join ------------------------------------------------------------------------------------ */

/* id -> sample, RS_NPOS for an id that stands twice */
static rsift_status index_truth(const rs_score_job *job, rs_strmap *ids, size_t *places,
                                bool *unique, bool original, rsift_error *err)
{
    *unique = true;
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        const rs_str id = original ? r->original_id : r->id;
        bool made;
        if (!id.ptr) continue;
        const size_t at = rs_strmap_put(ids, id, &made);
        if (at == RS_NPOS) return rs_err_nomem(err, "ids");
        places[at] = made ? i : RS_NPOS;
        *unique = *unique && made;
    }
    return RSIFT_OK;
}

static bool same_order(const rs_score_job *job, const rs_score_run *run)
{
    if (job->n + job->n_left_out + job->n_other_tasks != run->file.n || run->file.n < job->n)
        return false;
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *t = &job->truth.records[i], *p = &run->file.records[t->place];
        if (t->id.ptr && p->id.ptr && !rs_str_eq(t->id, p->id)) return false;
    }
    return true;
}

/* A record without any prediction is none. */
static const rs_score_record *if_said(const rs_score_record *p)
{
    return p->said.ptr || p->json ? p : NULL;
}

static void put(rs_score_run *run, size_t place, const rs_score_record *p)
{
    if (!if_said(p)) return;
    if (run->items[place].said) run->n_repeated++;
    else run->items[place].said = p;
}

static size_t place_of(const rs_strmap *ids, const size_t *places, rs_str id)
{
    const size_t at = id.ptr ? rs_strmap_get(ids, id) : RS_NPOS;
    return at == RS_NPOS ? RS_NPOS : places[at];
}

static rsift_status by_ids(rs_score_job *job, rs_score_run *run, rs_strmap *ids,
                           rs_strmap *originals, size_t *places, size_t *original_places,
                           rsift_error *err)
{
    bool unique, unique_original;
    RS_TRY(index_truth(job, ids, places, &unique, false, err));
    RS_TRY(index_truth(job, originals, original_places, &unique_original, true, err));
    if (!unique || !ids->n) {
        if (!same_order(job, run))
            return rs_err_set(err, RSIFT_E_ARG,
                              "%s, and the files do not go in step: %zu truths, %zu predictions",
                              ids->n ? "ids stand twice in the truth" : "the truth has no ids",
                              job->n, run->file.n);
        run->by_position = true;
        for (size_t i = 0; i < job->n; i++)
            run->items[i].said = if_said(&run->file.records[job->truth.records[i].place]);
        return RSIFT_OK;
    }
    size_t n_matched = 0;
    for (size_t i = 0; i < run->file.n; i++) {
        const rs_score_record *p = &run->file.records[i];
        const size_t at = place_of(ids, places, p->id);
        const size_t place = at != RS_NPOS ? at : place_of(originals, original_places, p->id);
        if (place != RS_NPOS) put(run, place, p);
        else run->n_extra += !p->id.ptr || rs_strmap_get(&job->left_out, p->id) == RS_NPOS;
        n_matched += place != RS_NPOS;
    }
    if (n_matched) return RSIFT_OK;
    const rs_str a = job->truth.records[0].id, b = run->file.records[0].id;
    char first[RS_QUOTE_SIZE], second[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG,
                      "no prediction has an id of the truth (\"%s\" there, \"%s\" here)",
                      rs_err_quote(first, a.ptr ? rs_str_sub(a, 0, 24) : RS_STR("")),
                      rs_err_quote(second, b.ptr ? rs_str_sub(b, 0, 24) : RS_STR("")));
}

static rsift_status check_said(const rs_score_run *run, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (!run->file.n_bare || run->file.n_bare < run->file.n) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_FORMAT,
               "no record has a prediction: expected a field like \"prediction\", \"output\", "
               "\"response\" or "
               "\"answer\", found \"%s\"",
               rs_err_quote(quoted, run->file.bare));
    return rs_err_within(err, RSIFT_E_FORMAT, "%s", run->path);
}

bool rs_score_keeps_json(const rs_profile *p)
{
    return p->family == RS_FAMILY_MASK || p->family == RS_FAMILY_RETRIEVAL ||
           p->family == RS_FAMILY_LABELS;
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
        const rs_score_wants wants = {.role = RS_SCORE_PREDICTIONS,
                                      .json = rs_score_keeps_json(job->profile)};
        RS_TRY(rs_score_read(&job->arena, run->path, &wants, job->session, &run->file, err));
        RS_TRY(check_said(run, err));
        rs_strmap ids = {0}, originals = {0};
        size_t *places = rs_arena_calloc(&job->arena, 2 * job->n + 2, sizeof *places);
        rsift_status status =
            places ? by_ids(job, run, &ids, &originals, places, places + job->n + 1, err)
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
    RS_TRY(rs_score_bytes(&job->arena, job->options->only, &text, &job->only_hash, err));
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
    for (size_t k = 0; k < ids.n; k++)
        job->n_only_unknown -= rs_strmap_get(&seen, ids.keys[k]) == RS_NPOS &&
                               rs_strmap_get(&job->left_out, ids.keys[k]) != RS_NPOS;
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
        if (rs_str_eq(s, RS_STR("1")) || rs_str_eq_nocase(s, RS_STR("yes")) ||
            rs_str_eq_nocase(s, RS_STR("correct")))
            *out = 1;
        else if (rs_str_eq(s, RS_STR("0")) || rs_str_eq_nocase(s, RS_STR("no")) ||
                 rs_str_eq_nocase(s, RS_STR("incorrect")))
            *out = 0;
        else return false;
    }
    return *out >= 0 && *out <= 1;
}

/* Verdicts for ids that the truth does not have, and second ones for an id, which do not count. */
static rsift_status say_verdicts(rs_score_job *job, size_t n_again, rsift_error *err)
{
    size_t n_unknown = job->verdict_ids.n;
    rs_strmap known = {0};
    bool made = false, good = true;
    for (size_t i = 0; good && i < job->n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        rs_str id = r->id.ptr && rs_strmap_get(&job->verdict_ids, r->id) != RS_NPOS
                        ? r->id
                        : r->original_id;
        if (!id.ptr || rs_strmap_get(&job->verdict_ids, id) == RS_NPOS) continue;
        good = rs_strmap_put(&known, id, &made) != RS_NPOS;
    }
    n_unknown -= known.n;
    for (size_t k = 0; k < job->verdict_ids.n; k++)
        n_unknown -= rs_strmap_get(&known, job->verdict_ids.keys[k]) == RS_NPOS &&
                     rs_strmap_get(&job->left_out, job->verdict_ids.keys[k]) != RS_NPOS;
    rs_strmap_fini(&known);
    if (!good) return rs_err_nomem(err, "verdicts");
    if (n_unknown)
        RS_TRY(rs_score_say(job,
                            rs_arena_printf(&job->arena,
                                            "%zu verdicts are for ids that the truth does not have",
                                            n_unknown),
                            err));
    if (!n_again) return RSIFT_OK;
    return rs_score_say(
        job, rs_arena_printf(&job->arena, "%zu verdicts repeat an id: its first counts", n_again),
        err);
}

rsift_status rs_score_read_verdicts(rs_score_job *job, rsift_error *err)
{
    rs_score_file file;
    size_t n_again = 0;
    const char *path = job->options->judge_verdicts;
    const rs_score_wants wants = {.role = RS_SCORE_PREDICTIONS, .json = true};
    RS_TRY(rs_score_read(&job->arena, path, &wants, job->session, &file, err));
    job->verdicts_hash = file.hash;
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
        if (made) job->verdicts[at] = v;
        n_again += !made;
    }
    return say_verdicts(job, n_again, err);
}
