/* Datasets before any download. Sizes are the record's; how samples are spread over tasks and
 * skills nobody states: evenly is an assumption, and marked as one. */
#include "decide/stated.h"

/* ---- cells ----------------------------------------------------------------------------------- */

/* Whether samples of the task ask for different abilities. All others ask for one, or, as
 * conversations, for nobody knows what. */
static bool asks_questions(rs_task task)
{
    return task == RS_TASK_VQA || task == RS_TASK_CHOICE_VQA || task == RS_TASK_CHANGE_VQA;
}

/* Skills of captions and boxes, which a dataset lists beside those of its questions. */
static bool is_asked(rs_str skill)
{
    return !rs_str_eq(skill, RS_STR("description")) && !rs_str_eq(skill, RS_STR("localization"));
}

rs_cell rs_stated_cell(rs_task task, rs_str skill)
{
    const bool kept = asks_questions(task) && is_asked(skill);
    return (rs_cell){.task = task, .skill = kept ? skill : RS_STR("")};
}

/* ---- sizes ----------------------------------------------------------------------------------- */

/* Sums over the splits called "train", "train-small", ...; -1 = no such split states it. */
static int64_t in_train_splits(const rs_catalog_dataset *d, bool images)
{
    int64_t sum = -1;
    for (size_t i = 0; i < d->sizes.splits.n; i++) {
        const rs_catalog_split_size *s = &d->sizes.splits.items[i];
        const int64_t n = images ? s->images : s->samples;
        if (n > 0 && rs_str_starts(s->name, RS_STR("train"))) sum = sum < 0 ? n : sum + n;
    }
    return sum;
}

/* Training samples (or pictures) that the record promises; -1 = not stated. */
static int64_t train_size(const rs_catalog_dataset *d, bool images, rs_basis *basis)
{
    const int64_t in_train = in_train_splits(d, false), train_images = in_train_splits(d, true);
    *basis = RS_FROM_CATALOGUE;
    if (images && train_images >= 0) return train_images;
    if (!images && in_train >= 0) return in_train;
    if (!images && train_images >= 0 && d->sizes.samples <= 0) return train_images;
    if (d->sizes.splits.n && in_train < 0 && train_images < 0)
        return 0; /* splits are known and none is for training */
    *basis = RS_ASSUMED;
    int64_t all = images || d->sizes.samples <= 0 ? d->sizes.images : d->sizes.samples;
    if (all <= 0) return -1;
    if (!images && train_images >= 0 && d->sizes.images > 0) /* the share of the pictures */
        return (int64_t)((double)all * ((double)train_images / (double)d->sizes.images));
    return d->benchmarks.n ? all / 10 * 8 : all; /* guess: four fifths are for training */
}

/* ---- what can be had ------------------------------------------------------------------------- */

static bool source_trains(const rs_catalog_source *s)
{
    if (s->role == RS_ROLE_TRAIN) return true;
    for (size_t i = 0; i < s->role_by_split.n; i++)
        if (s->role_by_split.items[i].role == RS_ROLE_TRAIN) return true;
    return false;
}

/* Whether any release has something that is not for evaluation. */
static bool has_training_data(const rs_catalog_dataset *d)
{
    for (size_t r = 0; r < d->releases.n; r++)
        for (size_t s = 0; s < d->releases.items[r].sources.n; s++)
            if (source_trains(&d->releases.items[r].sources.items[s])) return true;
    return false;
}

/* Why no training set can be made of the dataset today: the first reason, from what nobody can
 * change to what rsift lacks. NULL = one can. */
static const char *reason_against(const rs_catalog_dataset *d, int64_t n)
{
    if (d->released == RS_RELEASED_NO) return "not released";
    if (d->released == RS_RELEASED_WITHDRAWN) return "withdrawn by its authors";
    /* Of most the pictures are missing: the size of the texts would make them look cheap. */
    if (d->released == RS_RELEASED_PARTIAL) return "released only in part";
    if (n == 0 || (d->releases.n && !has_training_data(d))) return "for evaluation only";
    if (d->links.download.n == 0) return "no link to a download is known";
    if (!rs_catalog_is_read(d)) return "rsift cannot read it yet";
    if (n < 0) return "nobody says how much of it is for training";
    return NULL;
}

rsift_status rs_pool_add_stated(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    for (size_t i = 0; i < rs_catalog_n(job->catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(job->catalog, i);
        if (rs_pool_find(p, d->id)) continue;
        rs_candidate *c;
        RS_TRY(rs_pool_add_candidate(p, d->id, &c, err));
        c->record = d;
        c->licence = rs_catalog_licence_of(&d->licence);
        c->origin = d->origin;
        c->band = rs_recommend_band(d->gsd_m);
        c->total = c->usable = train_size(d, job->budget_in_images, &c->size_basis);
        rs_basis basis;
        c->pictures = train_size(d, true, &basis);
        if (d->sizes.bytes > 0) c->bytes = d->sizes.bytes;
        c->left_out = reason_against(d, c->usable);
    }
    return RSIFT_OK;
}

/* ---- offers ---------------------------------------------------------------------------------- */

/* The share of one task, over the skills that its questions may ask for. */
static rsift_status offer_task(rs_pool *p, size_t at, rs_task task, int64_t n, rsift_error *err)
{
    const rs_texts skills = p->candidates[at].record->skills;
    size_t n_asked = 0;
    for (size_t s = 0; s < skills.n; s++) n_asked += is_asked(skills.items[s]);
    if (!asks_questions(task) || n_asked == 0) {
        const rs_cell cell = rs_stated_cell(task, RS_STR(""));
        return rs_pool_add_offer(p, at, &cell, n, err);
    }
    /* what does not divide evenly goes to the first skills, one each */
    const int64_t share = n / (int64_t)n_asked;
    int64_t rest = n % (int64_t)n_asked;
    for (size_t s = 0; s < skills.n; s++) {
        if (!is_asked(skills.items[s])) continue;
        const rs_cell cell = rs_stated_cell(task, skills.items[s]);
        RS_TRY(rs_pool_add_offer(p, at, &cell, share + (rest > 0), err));
        rest -= rest > 0;
    }
    return RSIFT_OK;
}

rsift_status rs_pool_offer_stated(rs_pool *p, rsift_error *err)
{
    for (size_t i = 0; i < p->n_candidates; i++) {
        const rs_candidate *c = &p->candidates[i];
        if (c->indexed || c->left_out || !c->record) continue;
        const rs_task *tasks = c->record->tasks.items;
        int64_t n_text = 0, at = 0;
        for (size_t t = 0; t < c->record->tasks.n; t++) n_text += rs_recommend_is_text(tasks[t]);
        for (size_t t = 0; t < c->record->tasks.n; t++) {
            if (!rs_recommend_is_text(tasks[t])) continue;
            /* what does not divide evenly goes to the first tasks, one each */
            const int64_t n = c->usable / n_text + (at++ < c->usable % n_text);
            RS_TRY(offer_task(p, i, tasks[t], n, err));
        }
    }
    return RSIFT_OK;
}
