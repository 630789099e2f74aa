/* Pictures of label maps. A pair is read, crossed and dropped by one thread; what stays of it are
 * the sums of its classes. */
#include "score/maps.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "image/cost.h"
#include "image/pixels.h"
#include "io/io.h"
#include "release/spool.h"
#include "score/join.h"
#include "score/labels.h"

#include <math.h>
#include <stdlib.h>

/* ---- names ----------------------------------------------------------------------------------- */

typedef struct map_name {
    rs_str key, path;
    size_t member;
} map_name;

typedef struct map_list {
    const char *root;
    rs_io_tree *tree;
    rs_spool *spool;
    map_name *items;
    size_t n;
    bool repeats; /* two of one key */
} map_list;

static int by_key(const void *a, const void *b)
{
    const map_name *x = a, *y = b;
    const int order = rs_str_cmp(x->key, y->key);
    return order ? order : rs_str_cmp(x->path, y->path);
}

static void sort_keys(map_list *l)
{
    qsort(l->items, l->n, sizeof *l->items, by_key);
    l->repeats = false;
    for (size_t i = 1; i < l->n; i++)
        l->repeats = l->repeats || rs_str_eq(l->items[i - 1].key, l->items[i].key);
}

/* Lists the label maps of a folder or archive by their names without folder and ending. */
static rsift_status list_maps(rs_score_job *job, const char *root, map_list *l, rsift_error *err)
{
    *l = (map_list){.root = root};
    RS_TRY(
        rs_io_tree_open(rs_str_of(root), &(rs_io_options){.limits = job->limits}, &l->tree, err));
    const size_t n = rs_io_n_members(l->tree);
    l->items = rs_arena_calloc(&job->arena, n + 1, sizeof *l->items);
    if (!l->items) return rs_err_nomem(err, "the list of maps");
    for (size_t m = 0; m < n; m++) {
        const rs_str path = rs_io_member_at(l->tree, m)->path, name = rs_str_basename(path);
        /* Hidden files, and what macOS adds to a zip. */
        if (!rs_image_is_label_name(path) || rs_str_starts(name, RS_STR(".")) ||
            rs_str_find(path, RS_STR("__MACOSX/")) != RS_NPOS)
            continue;
        l->items[l->n++] = (map_name){rs_str_stem(path), path, m};
    }
    sort_keys(l);
    if (l->n) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_FORMAT, "no label maps (.png, .tif, .bmp, .npy) in it");
    return rs_err_within(err, RSIFT_E_FORMAT, "%s", root);
}

/* Names repeat in several folders: keys become paths below the folder that all paths share. */
static void key_by_path(map_list *l)
{
    const rs_str first = l->items[0].path;
    size_t shared = rs_str_dirname(first).len;
    shared += shared > 0; /* with its '/' */
    for (size_t i = 1; i < l->n; i++) {
        const rs_str path = l->items[i].path;
        size_t k = 0, border = 0;
        for (; k < shared && k < path.len && first.ptr[k] == path.ptr[k]; k++)
            if (path.ptr[k] == '/') border = k + 1;
        shared = border;
    }
    for (size_t i = 0; i < l->n; i++) {
        const rs_str path = l->items[i].path;
        l->items[i].key = rs_str_sub(path, shared, path.len - rs_str_extension(path).len);
    }
    sort_keys(l);
}

/* ---- pairs ----------------------------------------------------------------------------------- */

typedef struct maps {
    rs_score_job *job;
    rs_score_run *run;
    map_list truth, predictions;
    size_t *pair;                 /* [truth.n] index into predictions.items, RS_NPOS = missing */
    rs_score_tally tally, subset; /* subset: of --only */
    rs_hasher hash_truth, hash_predictions;
    size_t next;
    bool by_path;
} maps;

/* Pairs the sorted lists by key. Of two predictions of one key the first path counts. */
static rsift_status pair_up(maps *m, rsift_error *err)
{
    map_list *t = &m->truth, *p = &m->predictions;
    m->pair = rs_arena_calloc(&m->job->arena, t->n + 1, sizeof *m->pair);
    if (!m->pair) return rs_err_nomem(err, "pairs");
    /* Two pictures given one by one need not have one name. */
    const bool files =
        rs_image_is_label_name(rs_str_of(t->root)) && rs_image_is_label_name(rs_str_of(p->root));
    if (files && t->n == 1 && p->n == 1) p->items[0].key = t->items[0].key;
    size_t n_paired = 0, k = 0;
    for (size_t i = 0; i < t->n; i++) {
        m->pair[i] = RS_NPOS;
        for (; k < p->n && rs_str_cmp(p->items[k].key, t->items[i].key) < 0; k++) m->run->n_extra++;
        for (; k < p->n && rs_str_eq(p->items[k].key, t->items[i].key); k++) {
            if (m->pair[i] == RS_NPOS) m->pair[i] = k;
            else m->run->n_repeated++;
        }
        n_paired += m->pair[i] != RS_NPOS;
    }
    m->run->n_extra += p->n - k;
    m->run->n_missing = t->n - n_paired;
    if (n_paired) return RSIFT_OK;
    char a[RS_QUOTE_SIZE], b[RS_QUOTE_SIZE];
    rs_err_set(err, RSIFT_E_ARG,
               "no prediction has the name of a truth (\"%.60s\" there, \"%.60s\" here)",
               rs_err_quote(a, t->items[0].key), rs_err_quote(b, p->items[0].key));
    return rs_err_within(err, RSIFT_E_ARG, "%s", p->root);
}

typedef struct pair_item {
    size_t truth, prediction; /* indices into the lists */
    rs_buf bytes[2];
    rs_label_map maps[2];
    int64_t *cross;
    rs_id hashes[2];
} pair_item;

static rsift_status produce(void *ctx, void *item, rsift_error *err)
{
    maps *m = ctx;
    pair_item *p = item;
    (void)err;
    if (m->next == m->truth.n) return RSIFT_END;
    /* A truth without a prediction is an item, too: its picture is hashed. */
    p->truth = m->next;
    p->prediction = m->pair[m->next++];
    return RSIFT_OK;
}

static rsift_status within(const map_list *l, size_t index, rsift_status status, rsift_error *err)
{
    const rs_str path = l->items[index].path;
    rs_err_within(err, status, "%.*s", RS_STR_ARG(path));
    return rs_err_within(err, status, "%s", l->root);
}

/* Reads one file of the pair (0 = truth, 1 = prediction), of at most half of the memory for
 * pictures, and what decoding it will take. */
static rsift_status read_map(const maps *m, pair_item *p, int which, uint64_t *cost,
                             rsift_error *err)
{
    const map_list *l = which ? &m->predictions : &m->truth;
    const size_t index = which ? p->prediction : p->truth;
    const size_t most = (size_t)(rs_image_max_cost(m->job->limits) / 2);
    rs_buf *bytes = &p->bytes[which];
    rsift_status status =
        rs_spool_read(l->spool, l->tree, l->items[index].member, most, bytes, err);
    if (status != RSIFT_OK)
        return rs_err_within(err, status, "%s", l->root); /* the chain is named */
    p->hashes[which] = rs_hash128(bytes->ptr, bytes->len);
    status = rs_image_cost_of(rs_buf_view(bytes), RS_IMAGE_AS_LABELS, cost, err);
    return status == RSIFT_OK ? status : within(l, index, status, err);
}

static rsift_status decode_map(const maps *m, pair_item *p, int which, rsift_error *err)
{
    const rsift_status status = rs_image_labels(rs_buf_view(&p->bytes[which]), m->job->limits,
                                                m->tally.by_colour, &p->maps[which], err);
    if (status == RSIFT_OK) return status;
    return which ? within(&m->predictions, p->prediction, status, err)
                 : within(&m->truth, p->truth, status, err);
}

/* Decodes the pair and counts its pairs of labels. */
static rsift_status cross(const maps *m, pair_item *p, rsift_error *err)
{
    RS_TRY(decode_map(m, p, 0, err));
    if (p->prediction == RS_NPOS) return RSIFT_OK; /* the truth is hashed in any case */
    RS_TRY(decode_map(m, p, 1, err));
    const rsift_status status = rs_score_cross(&p->maps[0], &p->maps[1], &p->cross, err);
    return status == RSIFT_OK ? status : within(&m->predictions, p->prediction, status, err);
}

static void drop_pixels(pair_item *p)
{
    for (int i = 0; i < 2; i++) {
        rs_free(p->maps[i].at);
        p->maps[i].at = NULL;
    }
}

/* Works on one pair, when all threads together leave the memory that both its maps need. */
static rsift_status work(void *ctx, void *item, rsift_error *err)
{
    const maps *m = ctx;
    pair_item *p = item;
    rs_budget *images = &m->job->session->images;
    uint64_t costs[2] = {0}, all;
    RS_TRY(read_map(m, p, 0, &costs[0], err));
    if (p->prediction != RS_NPOS) RS_TRY(read_map(m, p, 1, &costs[1], err));
    if (__builtin_add_overflow(costs[0], costs[1], &all)) all = UINT64_MAX;
    RS_TRY(rs_budget_take(images, all, m->job->cancel, err));
    const rsift_status status = cross(m, p, err);
    drop_pixels(p);
    rs_budget_give(images, all);
    return status;
}

static void free_pair(pair_item *p)
{
    rs_label_map_fini(&p->maps[0]);
    rs_label_map_fini(&p->maps[1]);
    rs_free(p->cross);
    p->cross = NULL;
}

static void hash_one(rs_hasher *h, rs_str key, rs_id id)
{
    rs_hash_field(h, key);
    rs_hash_u64(h, id.hi);
    rs_hash_u64(h, id.lo);
}

/* Adds a pair to the sums, in the order of the names. */
static rsift_status consume(void *ctx, void *item, rsift_error *err)
{
    maps *m = ctx;
    pair_item *p = item;
    const rs_label_map *t = &p->maps[0], *s = &p->maps[1];
    const rs_str key = m->truth.items[p->truth].key;
    hash_one(&m->hash_truth, key, p->hashes[0]);
    double share = NAN;
    rsift_status status = RSIFT_OK;
    if (p->prediction != RS_NPOS) {
        hash_one(&m->hash_predictions, key, p->hashes[1]);
        status = rs_score_tally_add(&m->tally, t, s, p->cross, &share, err);
        /* --only wants sums of its own, as those of all maps cannot be taken apart. */
        if (status == RSIFT_OK && m->job->only && m->job->only[p->truth])
            status = rs_score_tally_add(&m->subset, t, s, p->cross, &share, err);
        if (status != RSIFT_OK) within(&m->predictions, p->prediction, status, err);
    }
    m->run->score[p->truth] = share;
    free_pair(p);
    return status;
}

static void fini(void *ctx, void *item)
{
    pair_item *p = item;
    (void)ctx;
    free_pair(p);
    rs_buf_fini(&p->bytes[0]);
    rs_buf_fini(&p->bytes[1]);
}

/* ---- the job --------------------------------------------------------------------------------- */

/* Makes a record and a result of each map: --only and --samples work on those. */
static rsift_status make_samples(maps *m, rsift_error *err)
{
    rs_score_job *job = m->job;
    rs_score_run *run = m->run;
    const size_t n = m->truth.n;
    job->n = job->truth.n = n;
    job->truth.records = rs_arena_calloc(&job->arena, n + 1, sizeof *job->truth.records);
    run->items = rs_arena_calloc(&job->arena, n + 1, sizeof *run->items);
    run->score = rs_arena_calloc(&job->arena, n + 1, sizeof *run->score);
    run->state = rs_arena_calloc(&job->arena, n + 1, 1);
    run->read = rs_arena_calloc(&job->arena, n + 1, sizeof *run->read);
    if (!job->truth.records || !run->items || !run->score || !run->state || !run->read)
        return rs_err_nomem(err, "maps");
    for (size_t i = 0; i < n; i++) {
        const rs_str path = rs_arena_str(&job->arena, m->truth.items[i].path);
        const rs_str key = rs_arena_str(&job->arena, m->truth.items[i].key);
        if (!path.ptr || !key.ptr) return rs_err_nomem(err, "maps");
        job->truth.records[i] =
            (rs_score_record){.id = key, .image = path, .type = RS_STR(""), .question = RS_STR("")};
        run->items[i].truth = &job->truth.records[i];
        run->state[i] = m->pair[i] == RS_NPOS ? RS_SCORE_MISSING : RS_SCORE_OK;
        run->read[i] = RS_STR("");
    }
    return RSIFT_OK;
}

/* Lists both sides and pairs them: by name, or by path where names repeat. */
static rsift_status open_lists(maps *m, rsift_error *err)
{
    map_list *t = &m->truth;
    RS_TRY(list_maps(m->job, m->job->options->truth, t, err));
    RS_TRY(list_maps(m->job, m->run->path, &m->predictions, err));
    m->by_path = t->repeats || m->predictions.repeats;
    if (m->by_path) {
        key_by_path(t);
        key_by_path(&m->predictions);
    }
    /* Two truths of one key cannot be told apart. */
    for (size_t i = 1; i < t->n; i++) {
        char a[RS_QUOTE_SIZE], b[RS_QUOTE_SIZE];
        if (!rs_str_eq(t->items[i - 1].key, t->items[i].key)) continue;
        rs_err_set(err, RSIFT_E_FORMAT, "two maps of one name: \"%.90s\" and \"%.90s\"",
                   rs_err_quote(a, t->items[i - 1].path), rs_err_quote(b, t->items[i].path));
        return rs_err_within(err, RSIFT_E_FORMAT, "%s", t->root);
    }
    return pair_up(m, err);
}

/* Copies the maps of a sequential archive to disk, as pairs are read in the order of names. */
static rsift_status copy_out(rs_score_job *job, map_list *l, rsift_error *err)
{
    size_t *members = rs_arena_calloc(&job->arena, l->n + 1, sizeof *members);
    if (!members) return rs_err_nomem(err, "the list of maps");
    for (size_t i = 0; i < l->n; i++) members[i] = l->items[i].member;
    const rsift_status status = rs_spool_new(l->tree, members, l->n, &l->spool, err);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", l->root);
}

/* One model's predictions. subset: its numbers for the maps of --only, NULL = not asked. */
static rsift_status one_model(maps *m, rs_score_run *subset, rsift_error *err)
{
    rs_score_job *job = m->job;
    RS_TRY(rs_score_tally_init(&m->tally, job, err));
    RS_TRY(rs_score_tally_init(&m->subset, job, err));
    RS_TRY(open_lists(m, err));
    RS_TRY(make_samples(m, err));
    if (subset) RS_TRY(rs_score_read_only(job, err));
    RS_TRY(copy_out(job, &m->truth, err));
    RS_TRY(copy_out(job, &m->predictions, err));
    m->run->file.n = m->predictions.n;
    /* The hashes are of names and pictures, in order. */
    rs_hash_start(&m->hash_truth);
    rs_hash_start(&m->hash_predictions);
    const rs_pipeline pipeline = {.item_size = sizeof(pair_item),
                                  .n_threads = job->n_threads,
                                  .ctx = m,
                                  .cancel = job->cancel,
                                  .produce = produce,
                                  .work = work,
                                  .consume = consume,
                                  .fini = fini};
    RS_TRY(rs_run_pipeline(&pipeline, err));
    job->truth_hash = rs_hash_end(&m->hash_truth);
    m->run->file.hash = rs_hash_end(&m->hash_predictions);
    if (!m->tally.n_pixels)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "no pixel of the truth counts: --ignore-label or the classes leave all "
                          "out");
    const char *how = m->by_path ? "Paired by path below the shared folder, as names repeat. "
                                 : "Paired by name. ";
    RS_TRY(rs_score_tally_report(&m->tally, job, m->run, how, err));
    if (!subset) return RSIFT_OK;
    *subset = *m->run; /* the same predictions, with measures of its own */
    subset->n_measures = 0;
    return rs_score_tally_report(&m->subset, job, subset, NULL, err);
}

static void maps_fini(maps *m)
{
    rs_score_tally_fini(&m->tally);
    rs_score_tally_fini(&m->subset);
    rs_spool_free(m->truth.spool);
    rs_spool_free(m->predictions.spool);
    if (m->truth.tree) rs_io_tree_close(m->truth.tree);
    if (m->predictions.tree) rs_io_tree_close(m->predictions.tree);
}

/* Of two models: the difference of the headline. Its interval wants the same maps in both. */
static rsift_status compare(const maps *a, const maps *b, rs_score_pair *out, rsift_error *err)
{
    const rs_score_job *job = a->job;
    const bool change = a->tally.binary;
    const rs_confusion_set first = rs_score_tally_set(&a->tally);
    const rs_confusion_set second = rs_score_tally_set(&b->tally);
    *out = (rs_score_pair){.known = true,
                           .difference = a->run->measures[0].value - b->run->measures[0].value,
                           .interval = {NAN, NAN},
                           .p = NAN};
    /* Resamples draw the same maps for both models, which must therefore have them all. */
    if (a->run->n_missing || b->run->n_missing) return RSIFT_OK;
    RS_TRY(rs_metrics_confusion_paired(
        &first, &second, &job->profile->confusion, change ? 1 : RS_NPOS,
        change ? RS_CONFUSION_F1 : RS_CONFUSION_MEAN_IOU, job->options->seed,
        rs_score_n_resamples(job->options), out->interval, &out->p, err));
    out->interval[0] *= 100;
    out->interval[1] *= 100;
    return RSIFT_OK;
}

rsift_status rs_score_maps(rs_score_job *job, rs_score_report *report, rsift_error *err)
{
    const rs_score_options *o = job->options;
    maps *m = rs_calloc(2, sizeof *m);
    if (!m) return rs_err_nomem(err, "maps");
    m[0] = (maps){.job = job, .run = &report->run};
    m[1] = (maps){.job = job, .run = &report->second};
    report->second.path = o->compare;
    rsift_status status = one_model(&m[0], o->only ? &report->subset : NULL, err);
    if (status == RSIFT_OK && o->compare) status = one_model(&m[1], NULL, err);
    if (status == RSIFT_OK && o->compare) status = compare(&m[0], &m[1], &report->pair, err);
    maps_fini(&m[0]);
    maps_fini(&m[1]);
    rs_free(m);
    return status;
}

/* A file of records by its ending, packed or not. */
static bool is_records(const char *path)
{
    static const char *const packed[] = {".gz", ".zst", ".xz", ".bz2", NULL};
    static const char *const records[] = {".json", ".jsonl", ".ndjson", ".tsv", ".csv", NULL};
    rs_str name = rs_str_of(path);
    /* "truth.jsonl.gz" */
    for (const char *const *p = packed; *p; p++)
        if (rs_str_ends_nocase(name, rs_str_of(*p)))
            name = rs_str_sub(name, 0, name.len - rs_str_of(*p).len);
    for (const char *const *r = records; *r; r++)
        if (rs_str_ends_nocase(name, rs_str_of(*r))) return true;
    return false;
}

bool rs_score_are_pictures(const rs_score_options *o)
{
    return o->truth && !is_records(o->truth) && !is_records(o->predictions);
}
