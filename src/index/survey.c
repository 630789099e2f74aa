/* The survey of box numbers: see survey.h. Every chunk gives sums, which are added up in any order
 * with the same result. */
#include "index/survey.h"

#include "base/alloc.h"
#include "index/finding.h"
#include "index/parts.h"
#include "index/release.h"
#include "readers/meaning.h"
#include "release/meanings.h"
#include "release/records.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_SPELLINGS = 32 };

/* The numbers of each spelling. */
typedef struct tally {
    char names[MOST_SPELLINGS][24];
    rs_box_numbers numbers[MOST_SPELLINGS];
    size_t n;
} tally;

typedef struct survey {
    const rs_plan_source *source;
    const rs_index_media *media;
    rs_records records;
    rs_progress *progress;
    tally all;
} survey;

typedef struct item {
    rs_record_chunk records;
    rs_batch batch;
    tally found;
} item;

static rs_box_numbers *numbers_of(tally *t, rs_str spelling)
{
    for (size_t i = 0; i < t->n; i++)
        if (rs_str_eq(rs_str_of(t->names[i]), spelling)) return &t->numbers[i];
    RS_ASSERT(t->n < MOST_SPELLINGS); /* spellings are those of readers/meaning.c */
    snprintf(t->names[t->n], sizeof t->names[t->n], "%.*s", RS_STR_ARG(spelling));
    return &t->numbers[t->n++];
}

/* ---- the pass -------------------------------------------------------------------------------- */

static rsift_status cut_item(void *ctx, void *slot, rsift_error *err)
{
    survey *s = ctx;
    return rs_records_next(&s->records, &((item *)slot)->records, err);
}

/* The size on which the numbers of a box count; 0, 0 = not known. */
static rsift_status size_of(const survey *s, const item *it, const rs_sample *sample,
                            const rs_asset_ref *ref, double size[2], rsift_error *err)
{
    const rs_pictures *pictures = s->media->pictures;
    size_t at = 0;
    rs_view_picture picture = {0};
    const double stated[2] = {ref->width, ref->height};
    const rs_picture_name name =
        rs_record_picture(&s->records, &it->records, sample->ordinal, ref->path);
    if (rs_pictures_resolve(pictures, &name, &at) >= RS_EXACT)
        RS_TRY(rs_index_media_view(s->media, at, &picture, err));
    const rs_view view = rs_model_view(stated, &picture);
    bool known = rs_model_view_is_known(&view);
    size[0] = known ? view.width : 0;
    size[1] = known ? view.height : 0;
    return RSIFT_OK;
}

static rsift_status count_boxes(void *ctx, void *slot, rsift_error *err)
{
    const survey *s = ctx;
    item *it = slot;
    it->found = (tally){0};
    RS_TRY(rs_records_parse(&s->records, &it->records, &it->batch, err));
    for (size_t i = 0; i < it->batch.n_open_boxes; i++) {
        const rs_open_box *box = &it->batch.open_boxes[i];
        double size[2] = {0, 0};
        const rs_sample *sample = box->sample >= 0 ? &it->batch.samples[box->sample] : NULL;
        if (sample && box->asset >= 0 && (uint32_t)box->asset < sample->n_assets)
            RS_TRY(size_of(s, it, sample, &sample->assets[box->asset], size, err));
        rs_geom_numbers_add(numbers_of(&it->found, box->spelling), box->numbers, box->n_numbers,
                            size[0], size[1]);
    }
    return RSIFT_OK;
}

static rsift_status add_up(void *ctx, void *slot, rsift_error *err)
{
    (void)err;
    survey *s = ctx;
    item *it = slot;
    rs_progress_add(s->progress, (int64_t)it->records.chunk.n);
    for (size_t i = 0; i < it->found.n; i++)
        rs_geom_numbers_merge(numbers_of(&s->all, rs_str_of(it->found.names[i])),
                              &it->found.numbers[i]);
    return RSIFT_OK;
}

static void fini_item(void *ctx, void *slot)
{
    (void)ctx;
    item *it = slot;
    rs_record_chunk_fini(&it->records);
    rs_batch_fini(&it->batch);
}

static rsift_status run_pass(rs_session *session, survey *s, rsift_error *err)
{
    RS_TRY(rs_records_open(&s->records, s->source, err));
    s->progress = rs_session_progress(session, "meaning of boxes", "records", -1);
    rs_pipeline pipeline = {.item_size = sizeof(item),
                            .n_threads = session->n_threads,
                            .ctx = s,
                            .cancel = &session->cancel,
                            .produce = cut_item,
                            .work = count_boxes,
                            .consume = add_up,
                            .fini = fini_item};
    rsift_status status = rs_run_pipeline(&pipeline, err);
    rs_progress_end(s->progress);
    return status;
}

/* ---- the decision ---------------------------------------------------------------------------- */

static bool has_param(const rs_reader *reader, const char *name)
{
    for (const rs_param *p = reader->params; p && p->name; p++)
        if (strcmp(p->name, name) == 0) return true;
    return false;
}

/* "--param box_convention=bbox_2d:px (or bbox_2d:permille)" */
static void put_question(const rs_reader *reader, const char *spelling,
                         const rs_numbers_decision *d, char *out, size_t cap)
{
    /* flat records name the meaning of numbers and of text apart */
    bool text = strcmp(spelling, "numbers") != 0 && has_param(reader, "box_text_convention");
    const char *key = text ? "box_text_convention" : "box_convention";
    const char *first = d->n_options ? d->options[0] : "px";
    /* a format has one kind of boxes: its name needs no spelling */
    bool one = rs_spelling_prior_of(rs_str_of(spelling)).defined;
    const char *of = one ? "" : spelling, *colon = one ? "" : ":";
    const char *quote = strchr(of, ' ') ? "'" : ""; /* "oriented bbox" */
    int len = snprintf(out, cap, "--param %s%s=%s%s%s%s", quote, key, of, colon, first, quote);
    for (size_t i = 1; i < d->n_options && len > 0 && (size_t)len < cap; i++)
        len += snprintf(out + len, cap - (size_t)len, "%s%s%s%s", i == 1 ? " (or " : ", ", of,
                        colon, d->options[i]);
    if (d->n_options > 1 && len > 0 && (size_t)len < cap)
        snprintf(out + len, cap - (size_t)len, ")");
}

/* A row and a finding for one spelling. */
static void put_decision(rs_part *part, const rs_plan *plan, const rs_plan_source *source,
                         const char *spelling, const rs_box_numbers *numbers)
{
    const rs_spelling_prior prior = rs_spelling_prior_of(rs_str_of(spelling));
    rs_numbers_decision d;
    rs_geom_numbers_decide(numbers, &prior, &d);
    char question[320], message[1000];
    put_question(source->reader, spelling, &d, question, sizeof question);
    bool decided = d.verdict == RS_VERDICT_DECIDED;
    if (decided)
        snprintf(message, sizeof message, "%s is read as %s: %s", spelling, d.convention,
                 d.evidence);
    else
        snprintf(message, sizeof message, "%s is not clear (%s): %s; say it: %s%s", spelling,
                 rs_geom_verdict_name(d.verdict), d.evidence, question,
                 numbers->n_sized ? "" : "; the pictures (--images) may tell");
    rs_rows *rows = rs_part_rows(part, RS_T_CONVENTION);
    rs_put_str(rows, RS_CONVENTION_release_id, plan->release_id);
    rs_put_str(rows, RS_CONVENTION_source, source->id);
    rs_put_str(rows, RS_CONVENTION_spelling, rs_str_of(spelling));
    if (decided) rs_put_str(rows, RS_CONVENTION_convention, rs_str_of(d.convention));
    rs_put_str(rows, RS_CONVENTION_verdict, rs_str_of(rs_geom_verdict_name(d.verdict)));
    rs_put_str(rows, RS_CONVENTION_question, rs_str_of(decided ? "" : question));
    rs_put_str(rows, RS_CONVENTION_evidence, rs_str_of(d.evidence));
    rs_put_i64(rows, RS_CONVENTION_boxes, numbers->n);
    rs_put_end(rows);
    if (decided && prior.defined) return; /* as everyone expects */
    rs_index_put_finding(part, &(rs_index_finding){.code = decided ? RS_F_BOX_CONVENTION_DECIDED
                                                                   : RS_F_BOX_CONVENTION,
                                                   .release_id = plan->release_id,
                                                   .source = source->id,
                                                   .locator = source->source.name,
                                                   .message = rs_str_of(message),
                                                   .n = 1});
}

/* Says that the source was looked through, also when it holds no box. */
static void put_surveyed(rs_part *part, const rs_plan *plan, const rs_plan_source *source)
{
    rs_rows *rows = rs_part_rows(part, RS_T_CONVENTION);
    rs_put_str(rows, RS_CONVENTION_release_id, plan->release_id);
    rs_put_str(rows, RS_CONVENTION_source, source->id);
    rs_put_str(rows, RS_CONVENTION_spelling, RS_STR(""));
    rs_put_i64(rows, RS_CONVENTION_boxes, 0);
    rs_put_end(rows);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Spellings in the order of their names. */
static void put_all(rs_part *part, const rs_plan *plan, const rs_plan_source *source, tally *all)
{
    const char *names[MOST_SPELLINGS];
    for (size_t i = 0; i < all->n; i++) names[i] = all->names[i];
    if (all->n) qsort(names, all->n, sizeof *names, by_name);
    put_surveyed(part, plan, source);
    for (size_t i = 0; i < all->n; i++)
        put_decision(part, plan, source, names[i], numbers_of(all, rs_str_of(names[i])));
}

/* ---- the part -------------------------------------------------------------------------------- */

/* "n-<source>+<print>": the print is that of all files and choices, since pictures count too. */
static rsift_status is_there(rs_store *store, const rs_plan *plan, const char *family,
                             const char *prefix, bool *out, rsift_error *err)
{
    rs_index_ranges done;
    RS_TRY(rs_index_ranges_load(&done, store, plan->release_id, rs_str_of(family),
                                rs_str_of(prefix), err));
    *out = done.n > 0;
    rs_index_ranges_fini(&done);
    return RSIFT_OK;
}

static rsift_status make_part(rs_session *session, rs_store *store, const rs_plan *plan, survey *s,
                              const char *prefix, rsift_error *err)
{
    RS_TRY(run_pass(session, s, err));
    char name[280];
    snprintf(name, sizeof name, "%s-0-1", prefix);
    rs_part *part;
    RS_TRY(rs_part_new(store, plan->release_id, rs_str_of(name), &part, err));
    put_all(part, plan, s->source, &s->all);
    return rs_part_commit(part, err);
}

/* What the reader knows of the files by now, for who reads them next. */
static void keep_records(survey *s, const rs_plan_source *source, rs_records *out)
{
    if (!source->reader->again) return;
    *out = s->records;
    out->source = source;
    s->records = (rs_records){0};
}

rsift_status rs_index_survey(rs_session *session, rs_store *store, rs_plan *plan, size_t i,
                             const rs_index_media *media, rs_records *read, rsift_error *err)
{
    *read = (rs_records){0};
    rs_plan_source open = plan->sources[i]; /* a copy: the plan's own is not surveyed any more */
    if (!open.reader->is_open || !open.reader->is_open(&open.source)) return RSIFT_OK;
    open.source.meanings = NULL;
    open.source.n_meanings = 0;
    open.source.survey = true;
    char print[RS_ID_TEXT], family[160], prefix[256];
    rs_index_release_print(plan, print);
    snprintf(family, sizeof family, "n-%.*s+", RS_STR_ARG(open.id));
    snprintf(prefix, sizeof prefix, "%s%.*s%.16s", family, RS_STR_ARG(open.fingerprint), print);
    bool there;
    RS_TRY(is_there(store, plan, family, prefix, &there, err));
    if (!there) {
        survey *s = rs_calloc(1, sizeof *s);
        if (!s) return rs_err_nomem(err, "a survey");
        s->source = &open;
        s->media = media;
        rsift_status status = make_part(session, store, plan, s, prefix, err);
        if (status == RSIFT_OK) keep_records(s, &plan->sources[i], read);
        rs_records_close(&s->records);
        rs_free(s);
        /* E_ARG: another unit's part is there by now, and holds the same */
        if (status == RSIFT_E_ARG)
            status = is_there(store, plan, family, prefix, &there, NULL) == RSIFT_OK && there
                         ? RSIFT_OK
                         : status;
        RS_TRY(status);
    }
    rs_store *reading = NULL;
    bool surveyed;
    rsift_status status = rs_session_reading(session, store, &reading, err);
    if (status == RSIFT_OK) {
        status = rs_plan_read_meanings(plan, i, reading, &surveyed, err);
        rs_store_close(reading);
    }
    if (status != RSIFT_OK) rs_records_close(read);
    return status;
}
