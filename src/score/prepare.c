/* The truth made ready before predictions are joined to it: references merged, records left out,
 * types, images and distinct references numbered.
 *
 * Reads no prediction. The order of the records is kept, and types and images are numbered in the
 * order in which they first come; distinct references are in the order of the alphabet. */
#include "score/prepare.h"

#include "metrics/text.h"
#include "score/groups.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- several references ---------------------------------------------------------------------- */

/* Caption releases list one reference a line: a record with the id of an earlier one adds its
 * references to that. */
static rsift_status merge_references(rs_score_job *job, rsift_error *err)
{
    rs_strmap ids = {0};
    rsift_status status = RSIFT_OK;
    size_t kept = 0, *record_of = rs_arena_calloc(&job->arena, job->truth.n + 1, sizeof *record_of);
    if (!record_of) return rs_err_nomem(err, "ids");
    for (size_t i = 0; status == RSIFT_OK && i < job->truth.n; i++) {
        rs_score_record *r = &job->truth.records[i];
        bool made = true;
        const size_t at = r->id.ptr ? rs_strmap_put(&ids, r->id, &made) : RS_NPOS;
        if (r->id.ptr && at == RS_NPOS) status = rs_err_nomem(err, "ids");
        else if (made) {
            if (at != RS_NPOS) record_of[at] = kept; /* records without an id stay apart */
            if (kept < i) job->truth.records[kept] = *r;
            kept++;
        } else {
            rs_score_record *both[2] = {&job->truth.records[record_of[at]], r};
            size_t n = both[0]->n_references + r->n_references + 2, at_end = 0;
            rs_str *references = rs_arena_calloc(&job->arena, n, sizeof *references);
            if (!references) status = rs_err_nomem(err, "references");
            for (int side = 0; references && side < 2; side++) {
                const rs_score_record *from = both[side];
                for (size_t k = 0; k < from->n_references; k++)
                    references[at_end++] = from->references[k];
                /* A single reference stands in `reference` alone. */
                if (!from->n_references && from->reference.ptr)
                    references[at_end++] = from->reference;
            }
            both[0]->references = references;
            both[0]->n_references = at_end;
        }
    }
    job->truth.n = kept;
    rs_strmap_fini(&ids);
    return status;
}

/* ---- one record ------------------------------------------------------------------------------ */

/* A question type as the profile counts it; ptr NULL = out of memory. */
static rs_str counted_type(rs_score_job *job, rs_str type)
{
    const char *const(*renamed)[2] = job->profile->renamed_types;
    for (; renamed && (*renamed)[0]; renamed++)
        if (rs_str_eq_nocase(type, rs_str_of((*renamed)[0]))) return rs_str_of((*renamed)[1]);
    if (!job->profile->attribute_types) return type;
    const rs_str lower = rs_metrics_lower(&job->arena, type);
    if (!lower.ptr || !rs_metrics_contains(lower, RS_STR("attribute"))) return lower;
    return rs_arena_join(&job->arena, rs_str_sub(lower, 0, rs_str_find_char(lower, '/')),
                         RS_STR("/attribute"), RS_STR(""));
}

/* Bit i is set when item i of the list of types left out is one of the record's types (ASCII case
 * ignored); items from the 64th on share bit 63. */
static uint64_t left_out_as(const rs_score_job *job, const rs_score_record *r)
{
    const char *list =
        job->options->without_types ? job->options->without_types : job->profile->without_types;
    const rs_score_details *d = rs_score_details_of(r);
    rs_str rest = list ? rs_str_of(list) : RS_STR(""), item;
    uint64_t items = 0;
    for (size_t i = 0; list && rs_str_split(&rest, ',', &item); i++) {
        bool same = rs_str_eq_nocase(rs_str_trim(item), r->type);
        for (size_t t = 1; t < d->n_types; t++)
            same = same || rs_str_eq_nocase(rs_str_trim(item), d->types[t]);
        if (same) items |= UINT64_C(1) << (i < 63 ? i : 63);
    }
    return items;
}

/* Puts a record's types and references as the profile has them. *without: items of the types left
 * out that the record has, by its own names or by the profile's. */
static rsift_status normalise_record(rs_score_job *job, rs_score_record *r, uint64_t *without,
                                     rsift_error *err)
{
    const rs_profile *p = job->profile;
    *without = left_out_as(job, r);
    if (!(r->type = counted_type(job, r->type)).ptr) return rs_err_nomem(err, "samples");
    /* "Forest/Forest_1.tif": the folder is the class. */
    if (p->reference_in_id && !r->reference.ptr && r->id.ptr && rs_str_dirname(r->id).len)
        r->reference = rs_str_dirname(r->id);
    if (p->letter_set && r->n_references > 1) {
        rs_str all = r->references[0];
        for (size_t k = 1; k < r->n_references && all.ptr; k++)
            all = rs_arena_join(&job->arena, all, RS_STR(", "), r->references[k]);
        if (!all.ptr) return rs_err_nomem(err, "samples");
        r->reference = all; /* "A, C" */
        r->n_references = 0;
    }
    const size_t n = rs_score_details_of(r)->n_types;
    if (n > 1) {
        rs_str *types = rs_arena_calloc(&job->arena, n, sizeof *types);
        if (!types) return rs_err_nomem(err, "samples");
        for (size_t t = 0; t < n; t++)
            if (!(types[t] = counted_type(job, r->details->types[t])).ptr)
                return rs_err_nomem(err, "samples");
        r->details->types = types;
    }
    *without |= left_out_as(job, r);
    return RSIFT_OK;
}

/* Is there no answer to score against? An empty one is none: an empty prediction must not equal
 * it. Records of masks and rankings are the family's to read. */
static bool is_withheld(const rs_score_job *job, const rs_score_record *r)
{
    if (r->withheld) return true;
    if (job->family->keeps_json || !r->reference.ptr || r->n_reference_box) return false;
    bool any = rs_str_trim(r->reference).len || rs_score_details_of(r)->boxes.len;
    for (size_t k = 0; !any && k < r->n_references; k++) any = rs_str_trim(r->references[k]).len;
    return !any;
}

rsift_status rs_score_read_train(rs_score_job *job, rs_score_file *train, rsift_error *err)
{
    const char *path = job->options->blind_train;
    const rs_score_wants wants = {.role = RS_SCORE_TRUTH};
    size_t n_references = 0, kept = 0;
    RS_TRY(rs_score_read(&job->arena, path, &wants, job->session, train, err));
    for (size_t i = 0; i < train->n; i++) {
        rs_score_record *r = &train->records[i];
        uint64_t without;
        RS_TRY(normalise_record(job, r, &without, err));
        /* What does not count as a truth teaches nothing, either. */
        if (!rs_metrics_profile_takes(job->profile, r->task) || without || is_withheld(job, r))
            continue;
        train->records[kept++] = *r;
        n_references += r->reference.ptr || r->n_references;
    }
    train->n = kept;
    if (n_references) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_FORMAT,
               "no record with an answer to learn from, of the questions that count here");
    return rs_err_within(err, RSIFT_E_FORMAT, "%s", path);
}

/* ---- all records ----------------------------------------------------------------------------- */

/* Counts a truth that is left out; false = it counts. `without`: items of --without-types. */
static bool is_left_out(rs_score_job *job, const rs_score_record *r, uint64_t without)
{
    const rs_score_family *family = job->family;
    size_t *why = !rs_metrics_profile_takes(job->profile, r->task)         ? &job->n_other_tasks
                  : without                                                ? &job->n_left_out
                  : r->unasked                                             ? &job->n_unasked
                  : is_withheld(job, r)                                    ? &job->n_withheld
                  : r->incomplete                                          ? &job->n_incomplete
                  : family->scorable && !family->scorable(job->profile, r) ? &job->n_unscorable
                                                                           : NULL;
    if (why) ++*why;
    return why != NULL;
}

/* Nothing counts: which of the reasons it was. */
static rsift_status nothing_left(const rs_score_job *job, rsift_error *err)
{
    const bool split = job->options->dataset && job->options->split;
    if (job->n_withheld)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the answers of this %s are withheld by the release (%zu questions): "
                          "there is nothing to score against",
                          split                   ? "split"
                          : job->options->dataset ? "dataset"
                                                  : "truth",
                          job->n_withheld);
    if (job->n_unasked)
        return rs_err_set(err, RSIFT_E_ARG,
                          "%zu questions of this truth were never asked, and no other counts: "
                          "`rsift link ID --images DIR` finds pictures, then emit again",
                          job->n_unasked);
    if (job->n_unscorable)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "all %zu truths are %s, which the rule of %s does not know",
                          job->n_unscorable, job->family->unscorable, job->profile->name);
    if (job->n_incomplete)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the objects of all %zu truths were not read whole: rsift audit says why",
                          job->n_incomplete);
    const rs_str tasks = rs_str_of(job->profile->tasks ? job->profile->tasks : "");
    const size_t comma = rs_str_find_char(tasks, ',');
    const rs_str first = rs_str_sub(tasks, 0, comma == RS_NPOS ? tasks.len : comma);
    if (job->n_other_tasks == job->truth.n && first.len) {
        const rs_str task = job->truth.records[0].task;
        const rs_profile *other = rs_profiles;
        while (other->name && !(other->tasks && rs_metrics_profile_takes(other, task))) other++;
        return rs_err_set(
            err, RSIFT_E_ARG,
            "none of the %zu truths is for %s, all are of other tasks than %.*s: "
            "the first is of %.*s%s%s%s; own data get their task by rsift index --param task=%.*s",
            job->truth.n, job->profile->name, RS_STR_ARG(tasks), RS_STR_ARG(task),
            other->name ? ", which " : "", other->name ? other->name : "",
            other->name ? " scores" : "", RS_STR_ARG(first));
    }
    return rs_err_set(
        err, RSIFT_E_ARG,
        "none of the %zu truths is for %s: %zu are of other tasks, %zu of types left out",
        job->truth.n, job->profile->name, job->n_other_tasks, job->n_left_out);
}

/* Drops truths that do not count here. Their ids stay known, so that predictions for them are not
 * extra. */
static rsift_status leave_out(rs_score_job *job, rsift_error *err)
{
    size_t kept = 0;
    uint64_t seen = 0;
    for (size_t i = 0; i < job->truth.n; i++) {
        rs_score_record *r = &job->truth.records[i];
        uint64_t without;
        bool made;
        RS_TRY(normalise_record(job, r, &without, err));
        seen |= without;
        r->index -= job->n_silent; /* its place among the questions that were asked */
        job->n_silent += r->unasked;
        if (!is_left_out(job, r, without)) {
            if (kept < i) job->truth.records[kept] = *r;
            kept++;
            continue;
        }
        if ((r->id.ptr && rs_strmap_put(&job->left_out, r->id, &made) == RS_NPOS) ||
            (r->original_id.ptr && rs_strmap_put(&job->left_out, r->original_id, &made) == RS_NPOS))
            return rs_err_nomem(err, "ids");
    }
    /* Words of --without-types that match no truth are likely misspelt. */
    const char *list = job->options->without_types;
    rs_str rest = list ? rs_str_of(list) : RS_STR(""), name;
    for (size_t i = 0; list && i < 63 && rs_str_split(&rest, ',', &name); i++)
        if (rs_str_trim(name).len && !(seen >> i & 1))
            RS_TRY(rs_score_add_note(job, err, "--without-types %.*s: no truth has it",
                                     RS_STR_ARG(rs_str_trim(name))));
    if (!kept) return nothing_left(job, err);
    if (job->n_withheld)
        RS_TRY(rs_score_add_note(job, err,
                                 "%zu questions whose answers the release withholds are left out",
                                 job->n_withheld));
    if (job->n_unasked)
        RS_TRY(rs_score_add_note(job, err,
                                 "%zu questions of the split were never asked: dropped.jsonl "
                                 "beside the truth says why",
                                 job->n_unasked));
    if (job->n_incomplete)
        RS_TRY(rs_score_add_note(
            job, err, "%zu questions whose objects or answer could not be written are left out",
            job->n_incomplete));
    if (job->n_unscorable)
        RS_TRY(rs_score_add_note(job, err,
                                 "%zu %s are not scorable under this profile and are left out",
                                 job->n_unscorable, job->family->unscorable));
    job->n = job->truth.n = kept;
    return RSIFT_OK;
}

/* Lists every type of every sample, where any sample has several; types that only ever stand second
 * get their numbers here. false = out of memory. */
static bool number_all_types(rs_score_job *job)
{
    size_t n = 0, at = 0;
    bool several = false;
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_details *d = rs_score_details_of(&job->truth.records[i]);
        several = several || d->n_types > 1;
        n += d->n_types + 1; /* at least its first type */
    }
    if (!several) return true; /* job->type tells all */
    job->types_at = rs_arena_calloc(&job->arena, job->n + 1, sizeof *job->types_at);
    job->all_types = rs_arena_calloc(&job->arena, n + 1, sizeof *job->all_types);
    if (!job->types_at || !job->all_types) return false;
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_details *d = rs_score_details_of(&job->truth.records[i]);
        bool made;
        job->all_types[at++] = job->type[i];
        for (size_t t = 1; t < d->n_types; t++) {
            const size_t type = rs_strmap_put(&job->types, d->types[t], &made);
            if (type == RS_NPOS) return false;
            job->all_types[at++] = (uint32_t)type;
        }
        job->types_at[i + 1] = at;
    }
    return true;
}

static int by_text(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* The distinct references in the order of the alphabet, as folders of classes are listed. */
static rsift_status list_classes(rs_score_job *job, rsift_error *err)
{
    rs_strmap references = {0};
    bool made, good = true;
    job->classes = rs_arena_calloc(&job->arena, job->n + 1, sizeof *job->classes);
    if (!job->classes) return rs_err_nomem(err, "classes");
    for (size_t i = 0; good && i < job->n; i++) {
        const rs_str reference = job->truth.records[i].reference;
        if (!reference.ptr) continue;
        good = rs_strmap_put(&references, reference, &made) != RS_NPOS;
        if (good && made) job->classes[job->n_classes++] = reference;
    }
    rs_strmap_fini(&references);
    if (!good) return rs_err_nomem(err, "classes");
    qsort(job->classes, job->n_classes, sizeof *job->classes, by_text);
    return RSIFT_OK;
}

/* Gives sample i the number of its image; one without a name is an image of its own. named: numbers
 * of images with a name, by their number in the map. */
static bool number_image(rs_score_job *job, size_t i, uint32_t *named)
{
    const rs_str image = job->truth.records[i].image;
    bool made = true;
    const size_t at = image.len ? rs_strmap_put(&job->images, image, &made) : 0;
    if (at == RS_NPOS) return false;
    job->cluster[i] = made ? job->n_clusters++ : named[at];
    if (image.len) named[at] = job->cluster[i];
    return true;
}

/* Numbers types and images, and lists the references where a rule chooses among them. */
static rsift_status number_samples(rs_score_job *job, rsift_error *err)
{
    const size_t n = job->n;
    job->type = rs_arena_calloc(&job->arena, n + 1, sizeof *job->type);
    job->cluster = rs_arena_calloc(&job->arena, n + 1, sizeof *job->cluster);
    uint32_t *named = rs_arena_calloc(&job->arena, n + 1, sizeof *named);
    if (!job->type || !job->cluster || !named) return rs_err_nomem(err, "samples");
    bool made, good = true;
    job->no_pictures = true;
    for (size_t i = 0; good && i < n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        const size_t type = rs_strmap_put(&job->types, r->type, &made);
        good = type != RS_NPOS && number_image(job, i, named);
        job->type[i] = (uint32_t)type;
        job->no_pictures = job->no_pictures && !r->image.len;
    }
    if (!good || !number_all_types(job)) return rs_err_nomem(err, "samples");
    return job->profile->classes_are_given ? list_classes(job, err) : RSIFT_OK;
}

rsift_status rs_score_prepare(rs_score_job *job, rsift_error *err)
{
    const rs_score_family *family = job->family;
    if (family->merges_references && job->options->truth) RS_TRY(merge_references(job, err));
    RS_TRY(leave_out(job, err));
    RS_TRY(number_samples(job, err));
    /* The family changes references before they are grouped by. */
    if (family->prepare) RS_TRY(family->prepare(job, err));
    return rs_score_group(job, err);
}
