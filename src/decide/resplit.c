/* Groups of pictures by union-find, then an allocation of whole groups to splits; see resplit.h. */
#include "decide/resplit.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/rng.h"
#include "base/sets.h"
#include "codec/csv.h"
#include "codec/json_writer.h"
#include "decide/ask.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { NO_SPLIT = RS_RESPLIT_MOST_SPLITS };

typedef struct split {
    rs_str name;
    double target; /* samples; below 0 = as many as there are */
    int64_t before, after, pictures_before, pictures_after;
} split;

/* Whole groups are moved: `was` holds how many of its samples each official split has. */
typedef struct cluster {
    rs_id id;     /* the smallest of its pictures: the same whatever the order of rows */
    uint64_t key; /* of the seed and the id */
    int64_t n_samples, n_pictures, was[RS_RESPLIT_MOST_SPLITS + 1];
    uint8_t to;
} cluster;

typedef struct member {
    rs_id id;
    uint32_t picture; /* the first; the others are in the same group */
    uint8_t was;
} member;

typedef struct resplit {
    const rs_resplit_job *job;
    rs_arena arena;
    rs_str scheme;
    split splits[RS_RESPLIT_MOST_SPLITS + 1];
    size_t n_splits;
    rs_idmap pictures; /* the first n_pictures are the dataset's, the others only join them */
    uint32_t n_pictures;
    uint32_t *parent, *cluster_of; /* [pictures] */
    uint64_t *where;               /* [pictures] bits of the official splits that show it */
    size_t cap_parent, cap_where;
    member *members;
    size_t n_members, cap_members;
    cluster *clusters;
    size_t n_clusters;
    int64_t n_bytes, n_hashed; /* pictures whose bytes are known; that are hashed */
    int64_t by[5];             /* joins that counted: below */
    int64_t straddled, apart_before, apart_after, moved;
} resplit;

static const char *const join_names[] = {"pixels", "perceptual", "embedding", "crop", "lineage"};
enum { BY_LINEAGE = 4, N_JOINS };

static rsift_status ask(const resplit *r, const char *section, rs_str second, rs_result **out,
                        rsift_error *err)
{
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = r->job->dataset},
                           {.type = RS_ARG_STR, .str = second}};
    rs_buf sql = {0};
    rsift_status status = rs_decide_section("resplit", section, RS_STR(""), &sql, err);
    const size_t n_args = rs_str_find(rs_buf_view(&sql), RS_STR("$2")) == RS_NPOS ? 1 : 2;
    if (status == RSIFT_OK)
        status = rs_store_query(r->job->store, rs_buf_view(&sql), args, n_args, out, err);
    rs_buf_fini(&sql);
    return status;
}

/* ---- the official split ---------------------------------------------------------------------- */

/* The scheme of the official split: the one that is asked for, or the only one there is. */
static rsift_status find_scheme(resplit *r, rsift_error *err)
{
    rs_buf all = {0};
    rs_result *rows;
    size_t n = 0;
    RS_TRY(ask(r, "schemes", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_str scheme = rs_result_str(rows, 0);
        rs_buf_printf(&all, "%s%.*s", n++ ? ", " : "", RS_STR_ARG(scheme));
        if (r->job->scheme.len && !rs_str_eq(r->job->scheme, scheme)) continue;
        r->scheme = rs_arena_str(&r->arena, scheme);
    }
    rs_result_close(rows);
    if (status == RSIFT_END) status = all.failed ? rs_err_nomem(err, "schemes") : RSIFT_OK;
    if (status == RSIFT_OK && r->job->scheme.len && !r->scheme.ptr)
        status =
            rs_err_set(err, RSIFT_E_ARG, "%.*s has no such scheme of splits; it has %.*s",
                       RS_STR_ARG(r->job->dataset), n ? (int)all.len : 4, n ? all.ptr : "none");
    else if (status == RSIFT_OK && !r->job->scheme.len && n > 1)
        status = rs_err_set(err, RSIFT_E_ARG, "%.*s has several schemes of splits: --scheme %.*s",
                            RS_STR_ARG(r->job->dataset), (int)all.len, all.ptr);
    rs_buf_fini(&all);
    return status;
}

/* The number of the split, which is added when it is new; NO_SPLIT for none. */
static rsift_status split_of(resplit *r, rs_str name, uint8_t *out, rsift_error *err)
{
    size_t i = 0;
    *out = NO_SPLIT;
    if (!name.ptr) return RSIFT_OK;
    while (i < r->n_splits && !rs_str_eq(r->splits[i].name, name)) i++;
    if (i == r->n_splits) {
        if (i == RS_RESPLIT_MOST_SPLITS)
            return rs_err_set(err, RSIFT_E_LIMIT, "a scheme has at most %d splits",
                              RS_RESPLIT_MOST_SPLITS);
        /* one that the shares do not name is emptied */
        r->splits[i] =
            (split){.name = rs_arena_str(&r->arena, name), .target = r->job->n_shares ? 0 : -1};
        if (!r->splits[i].name.ptr) return rs_err_nomem(err, "a split");
        r->n_splits++;
    }
    *out = (uint8_t)i;
    return RSIFT_OK;
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* Whether they were apart, and pictures of the dataset in both: the root is the smallest number. */
static bool join(resplit *r, uint32_t a, uint32_t b)
{
    a = rs_sets_root(r->parent, a);
    b = rs_sets_root(r->parent, b);
    return rs_sets_join(r->parent, a, b) && a < r->n_pictures && b < r->n_pictures;
}

static rsift_status add_picture(resplit *r, rs_id id, uint32_t *out, bool *made, rsift_error *err)
{
    const size_t at = rs_idmap_put(&r->pictures, id, made);
    if (at == RS_NPOS || !RS_VEC_RESERVE(r->parent, r->cap_parent, at + 1) ||
        !RS_VEC_RESERVE(r->where, r->cap_where, at + 1))
        return rs_err_nomem(err, "pictures");
    *out = (uint32_t)at;
    if (*made) {
        r->parent[at] = *out;
        r->where[at] = 0;
    }
    return RSIFT_OK;
}

/* One sample with one of its pictures; several pictures of a sample are joined. */
static rsift_status add_row(resplit *r, rs_result *row, rsift_error *err)
{
    const rs_id sample = rs_result_id(row, 0);
    member *last = r->n_members ? &r->members[r->n_members - 1] : NULL;
    uint32_t picture = 0;
    uint8_t was;
    bool made = false;
    RS_TRY(add_picture(r, rs_result_id(row, 1), &picture, &made, err));
    RS_TRY(split_of(r, rs_result_null(row, 2) ? (rs_str){0} : rs_result_str(row, 2), &was, err));
    if (made) {
        r->n_bytes += rs_result_i64(row, 3) != 0;
        r->n_hashed += rs_result_i64(row, 4) != 0;
    }
    if (was != NO_SPLIT) r->where[picture] |= UINT64_C(1) << was;
    if (last && rs_id_eq(last->id, sample)) {
        (void)join(r, last->picture, picture);
        return RSIFT_OK;
    }
    if (!RS_VEC_RESERVE(r->members, r->cap_members, r->n_members + 1))
        return rs_err_nomem(err, "samples");
    r->members[r->n_members++] = (member){sample, picture, was};
    return RSIFT_OK;
}

static rsift_status read_samples(resplit *r, rsift_error *err)
{
    rs_result *rows;
    RS_TRY(ask(r, "samples", r->scheme.ptr ? r->scheme : RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK)
        if ((status = add_row(r, rows, err)) != RSIFT_OK) break;
    rs_result_close(rows);
    r->n_pictures = (uint32_t)r->pictures.n;
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Equal pictures are pairs of the first of them with each other one, and that may be of another
 * dataset: pictures of the whole pool join those of this one. */
static rsift_status join_pairs(resplit *r, rsift_error *err)
{
    rs_result *rows;
    RS_TRY(ask(r, "pairs", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_str method = rs_result_str(rows, 2);
        uint32_t a = 0, b = 0;
        bool made = false;
        size_t by = 0;
        while (by < BY_LINEAGE && !rs_str_eq(method, rs_str_of(join_names[by]))) by++;
        if (by == BY_LINEAGE) continue;
        status = add_picture(r, rs_result_id(rows, 0), &a, &made, err);
        if (status == RSIFT_OK) status = add_picture(r, rs_result_id(rows, 1), &b, &made, err);
        if (status != RSIFT_OK) break;
        r->by[by] += join(r, a, b);
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Pictures that lineage knows by one name. */
static rsift_status join_lineage(resplit *r, rsift_error *err)
{
    rs_result *rows;
    rs_id key = {0};
    uint32_t first = UINT32_MAX;
    RS_TRY(ask(r, "lineage", r->job->by_scene ? RS_STR("scene") : RS_STR("same"), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const size_t picture = rs_idmap_get(&r->pictures, rs_result_id(rows, 1));
        if (picture == RS_NPOS) continue;
        const bool again = first != UINT32_MAX && rs_id_eq(key, rs_result_id(rows, 0));
        if (again) r->by[BY_LINEAGE] += join(r, first, (uint32_t)picture);
        else first = (uint32_t)picture;
        key = rs_result_id(rows, 0);
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Numbers the groups and counts their pictures and samples. */
static rsift_status make_clusters(resplit *r, rsift_error *err)
{
    r->cluster_of = rs_calloc((size_t)r->n_pictures + 1, sizeof *r->cluster_of);
    r->clusters = rs_calloc((size_t)r->n_pictures + 1, sizeof *r->clusters);
    if (!r->cluster_of || !r->clusters) return rs_err_nomem(err, "groups of pictures");
    for (uint32_t i = 0; i < r->n_pictures; i++) {
        const uint32_t top = rs_sets_root(r->parent, i);
        /* the root is the smallest number: its cluster is there before any other asks */
        if (top == i) {
            r->cluster_of[i] = (uint32_t)r->n_clusters;
            r->clusters[r->n_clusters++].id = r->pictures.keys[i];
        } else r->cluster_of[i] = r->cluster_of[top];
        cluster *c = &r->clusters[r->cluster_of[i]];
        c->n_pictures++;
        if (rs_id_cmp(r->pictures.keys[i], c->id) < 0) c->id = r->pictures.keys[i];
    }
    for (size_t i = 0; i < r->n_members; i++) {
        cluster *c = &r->clusters[r->cluster_of[r->members[i].picture]];
        c->n_samples++;
        c->was[r->members[i].was]++;
    }
    for (size_t i = 0; i < r->n_clusters; i++)
        r->clusters[i].key = rs_rng_key(r->job->seed, r->clusters[i].id);
    return RSIFT_OK;
}

/* ---- allocation ------------------------------------------------------------------------------ */

static int by_key(const void *x, const void *y)
{
    const cluster *a = *(const cluster *const *)x, *b = *(const cluster *const *)y;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return rs_id_cmp(a->id, b->id);
}

/* Where most of its samples are; ties by the hash. NO_SPLIT when none is in an official split. */
static uint8_t most_of(const resplit *r, const cluster *c)
{
    uint8_t best = NO_SPLIT;
    size_t n_tied = 0;
    for (size_t s = 0; s < r->n_splits; s++) {
        if (c->was[s] == 0) continue;
        if (best != NO_SPLIT && c->was[s] < c->was[best]) continue;
        if (best != NO_SPLIT && c->was[s] == c->was[best]) {
            /* the n-th of the tied replaces the one before in one of n cases: each alike */
            n_tied++;
            if ((c->key >> (n_tied % 64)) % (n_tied + 1) != 0) continue;
        } else n_tied = 0;
        best = (uint8_t)s;
    }
    return best;
}

/* The split that lacks most of its target. */
static size_t most_lacking(const resplit *r)
{
    size_t best = 0;
    double most = -INFINITY;
    for (size_t s = 0; s < r->n_splits; s++) {
        const double lacks = r->splits[s].target - (double)r->splits[s].after;
        if (lacks > most) {
            most = lacks;
            best = s;
        }
    }
    return best;
}

static void put_into(resplit *r, cluster *c, size_t s)
{
    c->to = (uint8_t)s;
    r->splits[s].after += c->n_samples;
}

/* Moves groups from splits that have too many, where that brings both nearer to their targets. */
static void move_to_shares(resplit *r, cluster **order)
{
    for (size_t i = 0; i < r->n_clusters; i++) {
        cluster *c = order[i];
        const size_t to = most_lacking(r);
        const double over = (double)r->splits[c->to].after - r->splits[c->to].target,
                     lacks = r->splits[to].target - (double)r->splits[to].after,
                     n = (double)c->n_samples;
        if (c->to == to || over <= 0) continue;
        if (fabs(over - n) + fabs(lacks - n) >= fabs(over) + fabs(lacks)) continue;
        r->splits[c->to].after -= c->n_samples;
        put_into(r, c, to);
    }
}

static rsift_status allocate(resplit *r, rsift_error *err)
{
    cluster **order = rs_calloc(r->n_clusters + 1, sizeof *order);
    if (!order) return rs_err_nomem(err, "groups of pictures");
    for (size_t i = 0; i < r->n_clusters; i++) order[i] = &r->clusters[i];
    if (r->n_clusters) qsort(order, r->n_clusters, sizeof *order, by_key);
    for (size_t i = 0; i < r->n_clusters; i++) {
        const uint8_t to = most_of(r, order[i]);
        order[i]->to = to;
        if (to != NO_SPLIT) put_into(r, order[i], to);
    }
    /* without shares what no split names stays in none; with them it fills what lacks */
    for (size_t i = 0; r->job->n_shares && i < r->n_clusters; i++)
        if (order[i]->to == NO_SPLIT) put_into(r, order[i], most_lacking(r));
    if (r->job->n_shares) move_to_shares(r, order);
    rs_free(order);
    return RSIFT_OK;
}

static void set_targets(resplit *r)
{
    for (size_t i = 0; i < r->job->n_shares; i++)
        r->splits[i].target = r->job->shares[i].share * (double)r->n_members;
}

/* ---- what came of it ------------------------------------------------------------------------- */

static bool is_in_several(uint64_t splits)
{
    return (splits & (splits - 1)) != 0;
}

/* Counts what the official split and the new one have on both sides, from the samples
 * themselves. */
static rsift_status count_overlap(resplit *r, rsift_error *err)
{
    uint64_t *groups = rs_calloc(r->n_clusters + 1, 2 * sizeof *groups), *after;
    if (!groups) return rs_err_nomem(err, "groups of pictures");
    after = groups + r->n_clusters;
    for (size_t i = 0; i < r->n_members; i++) {
        const uint32_t c = r->cluster_of[r->members[i].picture];
        const uint8_t was = r->members[i].was, to = r->clusters[c].to;
        if (was != NO_SPLIT) {
            groups[c] |= UINT64_C(1) << was;
            r->splits[was].before++;
        }
        if (to != NO_SPLIT) after[c] |= UINT64_C(1) << to;
        r->moved += was != to;
    }
    for (uint32_t i = 0; i < r->n_pictures; i++) {
        const uint32_t c = r->cluster_of[i];
        r->apart_before += is_in_several(r->where[i]) || is_in_several(groups[c]);
        for (size_t s = 0; s < r->n_splits; s++)
            r->splits[s].pictures_before += (int64_t)(r->where[i] >> s & 1);
        if (r->clusters[c].to != NO_SPLIT) r->splits[r->clusters[c].to].pictures_after++;
    }
    for (size_t c = 0; c < r->n_clusters; c++) {
        r->straddled += is_in_several(groups[c]);
        if (is_in_several(after[c])) r->apart_after += r->clusters[c].n_pictures;
    }
    rs_free(groups);
    return RSIFT_OK;
}

static rs_str name_of(const resplit *r, uint8_t s)
{
    return s == NO_SPLIT ? RS_STR("") : r->splits[s].name;
}

/* The split file. [names] lists the samples in the order in which [samples] did. */
static rsift_status put_csv(const resplit *r, rs_buf *csv, rsift_error *err)
{
    rs_result *rows;
    size_t i = 0;
    char text[RS_ID_TEXT];
    RS_TRY(ask(r, "names", RS_STR(""), &rows, err));
    rs_buf_cstr(csv, "sample_id,split,was,cluster,original_id,picture\n");
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK && i < r->n_members) {
        const member *m = &r->members[i++];
        const cluster *c = &r->clusters[r->cluster_of[m->picture]];
        rs_buf_printf(csv, "%s,", rs_id_text(text, m->id));
        rs_csv_put_field(csv, name_of(r, c->to));
        rs_buf_char(csv, ',');
        rs_csv_put_field(csv, name_of(r, m->was));
        rs_buf_printf(csv, ",%s,", rs_id_text(text, c->id));
        rs_csv_put_field(csv, rs_result_str(rows, 1));
        rs_buf_char(csv, ',');
        rs_csv_put_field(csv, rs_result_str(rows, 2));
        rs_buf_char(csv, '\n');
    }
    rs_result_close(rows);
    if (csv->failed) return rs_err_nomem(err, "the split file");
    return status == RSIFT_END ? RSIFT_OK : status;
}

static void put_splits(const resplit *r, rs_json_writer *w)
{
    rs_json_field_array(w, "splits");
    for (size_t s = 0; s < r->n_splits; s++) {
        rs_json_blank(w, RS_DECIDE_LINE);
        rs_json_begin_object(w);
        rs_json_field_str(w, "split", r->splits[s].name);
        rs_json_field_i64(w, "samples_before", r->splits[s].before);
        rs_json_field_i64(w, "samples", r->splits[s].after);
        rs_json_field_i64(w, "pictures_before", r->splits[s].pictures_before);
        rs_json_field_i64(w, "pictures", r->splits[s].pictures_after);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* The answer of `resplit`, as docs/cli.md has it. */
static rsift_status put_answer(const resplit *r, rs_buf *json, rsift_error *err)
{
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.resplit/1");
    rs_json_field_str(&w, "dataset", r->job->dataset);
    rs_json_field_str(&w, "scheme", r->scheme.ptr ? r->scheme : RS_STR(""));
    rs_json_field_i64(&w, "seed", (int64_t)r->job->seed);
    rs_json_field_i64(&w, "samples", (int64_t)r->n_members);
    rs_json_field_i64(&w, "moved", r->moved);
    rs_json_field_i64(&w, "pictures", r->n_pictures);
    rs_json_field_i64(&w, "by_bytes", r->n_bytes);
    rs_json_field_i64(&w, "hashed", r->n_hashed);
    rs_json_field_i64(&w, "clusters", (int64_t)r->n_clusters);
    rs_json_field_i64(&w, "clusters_in_several", r->straddled);
    rs_json_field_i64(&w, "pictures_in_several_before", r->apart_before);
    rs_json_field_i64(&w, "pictures_in_several_after", r->apart_after);
    rs_json_write_key(&w, "joined_by");
    rs_json_begin_object(&w);
    for (size_t i = 0; i < N_JOINS; i++) rs_json_field_i64(&w, join_names[i], r->by[i]);
    rs_json_end_object(&w);
    put_splits(r, &w);
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

/* ---- all ------------------------------------------------------------------------------------- */

static rsift_status begin(resplit *r, rsift_error *err)
{
    const rs_resplit_job *job = r->job;
    RS_TRY(rs_decide_check_indexed(job->store, job->catalog, job->dataset, err));
    RS_TRY(find_scheme(r, err));
    if (!r->scheme.ptr && !job->n_shares)
        return rs_err_set(err, RSIFT_E_ARG,
                          "%.*s has no splits here: --share train=0.8,test=0.2 makes some",
                          RS_STR_ARG(job->dataset));
    for (size_t i = 0; i < job->n_shares; i++) {
        uint8_t s;
        RS_TRY(split_of(r, job->shares[i].name, &s, err));
        RS_ASSERT(s == i); /* the caller has refused names that stand twice */
    }
    return RSIFT_OK;
}

rsift_status rs_decide_resplit(const rs_resplit_job *job, rs_buf *csv, rs_buf *json,
                               int64_t *n_moved, rsift_error *err)
{
    resplit *r = rs_calloc(1, sizeof *r);
    if (!r) return rs_err_nomem(err, "a split");
    r->job = job;
    rsift_status status = begin(r, err);
    if (status == RSIFT_OK) status = read_samples(r, err);
    if (status == RSIFT_OK) set_targets(r);
    if (status == RSIFT_OK) status = join_pairs(r, err);
    if (status == RSIFT_OK) status = join_lineage(r, err);
    if (status == RSIFT_OK) status = make_clusters(r, err);
    if (status == RSIFT_OK) status = allocate(r, err);
    if (status == RSIFT_OK) status = count_overlap(r, err);
    if (status == RSIFT_OK) status = put_csv(r, csv, err);
    if (status == RSIFT_OK) status = put_answer(r, json, err);
    *n_moved = r->moved;
    rs_idmap_fini(&r->pictures);
    rs_arena_fini(&r->arena);
    rs_free(r->parent);
    rs_free(r->cluster_of);
    rs_free(r->where);
    rs_free(r->members);
    rs_free(r->clusters);
    rs_free(r);
    return status;
}
