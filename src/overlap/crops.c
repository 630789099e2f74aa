/* One set of side 0 after the other is indexed, in blocks of bounded size; pictures of the sets
 * that it meets are asked one by one. What the index proposes is proved on the pixels of both,
 * which are read once more: a scene is held while its proposed pieces pass by. */
#include "overlap/crops.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/hash.h"
#include "decide/ask.h"
#include "decide/look.h"
#include "overlap/luma.h"
#include "similar/anchors.h"
#include "store/quote.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    FIRST_SAMPLE = 64,       /* pictures of a set that nothing makes suspect */
    MOST_PLACES = 8,         /* proposals that are proved of one picture in one block */
    BLOCK_PIXELS = 1 << 30,  /* of scenes that are indexed together */
    HELD_PIXELS = 256 << 20, /* of scenes that are held while their pieces are proved */
};

typedef struct id_list {
    rs_id *ids;
    int64_t *pixels; /* stated sizes */
    size_t n, cap_ids, cap_pixels;
} id_list;

/* A proposed place of picture b (a number of `pool`) on picture a (a number of `held`). */
typedef struct proposal {
    uint32_t a, b;
    rs_crop_place place;
} proposal;

/* One set of side 0 with one of side 1. */
typedef struct meeting {
    rs_str b;
    int64_t i; /* of near_crop */
    bool whole;
} meeting;

typedef struct crops {
    const rs_overlap_job *job;
    rs_asset_bytes *bytes;
    rs_arena arena; /* names */
    pthread_mutex_t lock;
    rs_str a;
    meeting *meetings; /* of the set a */
    size_t n_meetings, cap_meetings;
    id_list held, pool;
    bool *held_seen, *pool_seen;
    atomic_bool held_unread, pool_unread;
    size_t begin, end; /* of `held`: the block */
    size_t pool_begin, pool_end;
    rs_crop_index *index;
    proposal *proposals;
    size_t n_proposals, cap_proposals;
    rs_luma *scenes; /* by number in `held` less scene_begin; at = owned copy */
    size_t scene_begin;
    rs_rows *rows;
    int64_t n_proved;
} crops;

/* ---- lists ----------------------------------------------------------------------------------- */

/* The pictures of one set, by content hash. */
static rsift_status load_set(crops *c, int side, rs_str name, id_list *list, rsift_error *err)
{
    const rs_arg args[] = {{.type = RS_ARG_I64, .i64 = side}, {.type = RS_ARG_STR, .str = name}};
    rs_result *result;
    list->n = 0;
    RS_TRY(rs_store_query(c->job->store,
                          RS_STR("SELECT s.content_hash, coalesce(z.pixels, 0) FROM near_set s "
                                 "LEFT JOIN near_size z USING (content_hash) WHERE s.side = $1 AND "
                                 "s.name = $2 ORDER BY 1"),
                          args, 2, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        if (!RS_VEC_RESERVE(list->ids, list->cap_ids, list->n + 1) ||
            !RS_VEC_RESERVE(list->pixels, list->cap_pixels, list->n + 1)) {
            status = rs_err_nomem(err, "a list of pictures");
            break;
        }
        list->pixels[list->n] = rs_result_i64(result, 1);
        list->ids[list->n++] = rs_result_id(result, 0);
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static void fini_list(id_list *list)
{
    rs_free(list->ids);
    rs_free(list->pixels);
    *list = (id_list){0};
}

/* The end of the block that begins at `begin`: one picture at least, and not more pixels. */
static size_t block_end(const id_list *list, size_t begin, int64_t most)
{
    int64_t sum = 0;
    size_t end = begin;
    while (end < list->n && (end == begin || sum + list->pixels[end] <= most))
        sum += list->pixels[end++];
    return end;
}

/* Can be said of it that it is no piece, and has none? */
static rsift_status has_anchors(const rs_luma *luma, bool *has, rsift_error *err)
{
    rs_anchors anchors = {0};
    const rsift_status status = rs_anchors_find(luma, &anchors, err);
    *has = rs_anchors_are_spread(&anchors, luma);
    rs_anchors_fini(&anchors);
    return status;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static rsift_status add_scene(void *ctx, size_t i, const rs_luma *luma, rsift_error *err)
{
    crops *c = ctx;
    bool has = false;
    RS_TRY(has_anchors(luma, &has, err));
    pthread_mutex_lock(&c->lock);
    const rsift_status status = rs_crop_index_add(c->index, (uint32_t)(c->begin + i), luma, err);
    if (status == RSIFT_OK) c->held_seen[c->begin + i] = has;
    pthread_mutex_unlock(&c->lock);
    return status;
}

/* Keeps what the index proposes for one picture of the pool. */
static rsift_status ask_piece(void *ctx, size_t i, const rs_luma *luma, rsift_error *err)
{
    crops *c = ctx;
    rs_crop_candidate found[MOST_PLACES];
    size_t n = 0;
    bool has = false;
    RS_TRY(has_anchors(luma, &has, err));
    RS_TRY(rs_crop_index_ask(c->index, luma, found, MOST_PLACES, &n, err));
    rsift_status status = RSIFT_OK;
    const uint32_t b = (uint32_t)(c->pool_begin + i);
    pthread_mutex_lock(&c->lock);
    c->pool_seen[b] = has;
    for (size_t k = 0; k < n && status == RSIFT_OK; k++) {
        /* equal bytes are found without pixels */
        if (rs_id_eq(c->held.ids[found[k].number], c->pool.ids[b])) continue;
        if (!RS_VEC_RESERVE(c->proposals, c->cap_proposals, c->n_proposals + 1))
            status = rs_err_nomem(err, "proposed places");
        else
            c->proposals[c->n_proposals++] =
                (proposal){.a = found[k].number, .b = b, .place = found[k].place};
    }
    pthread_mutex_unlock(&c->lock);
    return status;
}

/* ---- proving --------------------------------------------------------------------------------- */

static rsift_status hold_scene(void *ctx, size_t i, const rs_luma *luma, rsift_error *err)
{
    crops *c = ctx;
    const size_t n = (size_t)luma->width * luma->height;
    uint8_t *copy = rs_alloc(n + 1);
    if (!copy) return rs_err_nomem(err, "a picture");
    memcpy(copy, luma->at, n);
    c->scenes[i] = (rs_luma){.at = copy, .width = luma->width, .height = luma->height};
    return RSIFT_OK;
}

/* Nearly all of both is one picture, with its border cut; less is a piece. */
static bool is_whole(const rs_luma *scene, const rs_crop_place *p)
{
    const double w = fmin(p->x + p->width, scene->width) - fmax(p->x, 0);
    const double h = fmin(p->y + p->height, scene->height) - fmax(p->y, 0);
    if (w <= 0 || h <= 0) return false;
    return w * h >= 0.8 * scene->width * scene->height && w * h >= 0.8 * p->width * p->height;
}

/* One proved piece as a row of picture_pair. */
static void put_piece(const crops *c, const proposal *p, bool whole)
{
    char evidence[160];
    if (p->place.lossless)
        snprintf(evidence, sizeof evidence, "%.0f x %.0f at %.0f,%.0f, %.1f %% of pixels equal",
                 p->place.width, p->place.height, p->place.x, p->place.y, 100 * p->place.score);
    else
        snprintf(evidence, sizeof evidence,
                 "%.0f x %.0f at %.0f,%.0f, scale %.2f, correlation %.2f", p->place.width,
                 p->place.height, p->place.x, p->place.y, p->place.scale, p->place.score);
    rs_put_id(c->rows, RS_PICTURE_PAIR_a, c->held.ids[p->a]);
    rs_put_id(c->rows, RS_PICTURE_PAIR_b, c->pool.ids[p->b]);
    rs_put_str(c->rows, RS_PICTURE_PAIR_method, RS_STR("crop"));
    rs_put_str(c->rows, RS_PICTURE_PAIR_level, whole ? RS_STR("image") : RS_STR("crop"));
    rs_put_double(c->rows, RS_PICTURE_PAIR_score, p->place.score);
    rs_put_i64(c->rows, RS_PICTURE_PAIR_orientation, p->place.orientation);
    rs_put_double(c->rows, RS_PICTURE_PAIR_x, p->place.x);
    rs_put_double(c->rows, RS_PICTURE_PAIR_y, p->place.y);
    rs_put_double(c->rows, RS_PICTURE_PAIR_width, p->place.width);
    rs_put_double(c->rows, RS_PICTURE_PAIR_height, p->place.height);
    rs_put_str(c->rows, RS_PICTURE_PAIR_evidence, rs_str_of(evidence));
    rs_put_end(c->rows);
}

static int by_b(const void *x, const void *y)
{
    const proposal *a = x, *b = y;
    if (a->b != b->b) return a->b < b->b ? -1 : 1;
    return a->a < b->a ? -1 : a->a > b->a;
}

/* Proposals of the scenes that are held, sorted by b, and the pictures that they name. */
typedef struct proving {
    crops *c;
    proposal *items;
    size_t n;
    rs_id *asked;
    size_t *first; /* the first item of each picture asked */
    size_t n_asked;
} proving;

static rsift_status prove_piece(void *ctx, size_t i, const rs_luma *luma, rsift_error *err)
{
    const proving *p = ctx;
    (void)err;
    for (size_t k = p->first[i]; k < p->n && p->items[k].b == p->items[p->first[i]].b; k++) {
        proposal one = p->items[k];
        const rs_luma *scene = &p->c->scenes[one.a - p->c->scene_begin];
        if (!scene->at || !rs_crop_prove(scene, luma, &one.place)) continue;
        pthread_mutex_lock(&p->c->lock);
        put_piece(p->c, &one, is_whole(scene, &one.place));
        p->c->n_proved++;
        pthread_mutex_unlock(&p->c->lock);
    }
    return RSIFT_OK;
}

/* The pieces proposed for the scenes that are held. */
static rsift_status prove_held(crops *c, proposal *items, size_t n, rsift_error *err)
{
    proving p = {.c = c, .items = items, .n = n};
    p.asked = rs_alloc((n + 1) * sizeof *p.asked);
    p.first = rs_alloc((n + 1) * sizeof *p.first);
    rsift_status status = p.asked && p.first ? RSIFT_OK : rs_err_nomem(err, "proposed places");
    if (status == RSIFT_OK) {
        qsort(items, n, sizeof *items, by_b);
        for (size_t i = 0; i < n; i++) {
            if (i && items[i].b == items[i - 1].b) continue;
            p.first[p.n_asked] = i;
            p.asked[p.n_asked++] = c->pool.ids[items[i].b];
        }
        const rs_luma_asking asking = {
            .session = c->job->session, .bytes = c->bytes, .hashes = p.asked, .n = p.n_asked};
        status = rs_store_append(c->job->store, RS_T_PICTURE_PAIR, &c->rows, err);
        if (status == RSIFT_OK) {
            status = rs_overlap_each_luma(&asking, prove_piece, &p, err);
            const rsift_status end = rs_store_append_end(c->rows, status == RSIFT_OK ? err : NULL);
            if (status == RSIFT_OK) status = end;
        }
    }
    rs_free(p.asked);
    rs_free(p.first);
    return status;
}

static int by_a(const void *x, const void *y)
{
    const proposal *a = x, *b = y;
    if (a->a != b->a) return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

/* Scenes begin .. end of `held`, of which the proposals are. */
static rsift_status prove_scenes(crops *c, size_t begin, size_t end, proposal *items, size_t n,
                                 rsift_error *err)
{
    const rs_luma_asking asking = {.session = c->job->session,
                                   .bytes = c->bytes,
                                   .hashes = c->held.ids + begin,
                                   .n = end - begin};
    c->scenes = rs_calloc(end - begin + 1, sizeof *c->scenes);
    c->scene_begin = begin;
    rsift_status status = c->scenes ? RSIFT_OK : rs_err_nomem(err, "scenes");
    if (status == RSIFT_OK) status = rs_overlap_each_luma(&asking, hold_scene, c, err);
    if (status == RSIFT_OK) status = prove_held(c, items, n, err);
    for (size_t i = 0; c->scenes && i < end - begin; i++)
        rs_free((void *)(uintptr_t)c->scenes[i].at);
    rs_free(c->scenes);
    c->scenes = NULL;
    return status;
}

/* All proposals of the block, scenes without any passed over. */
static rsift_status prove_all(crops *c, rsift_error *err)
{
    proposal *items = c->proposals;
    const size_t n = c->n_proposals;
    rsift_status status = RSIFT_OK;
    if (n) qsort(items, n, sizeof *items, by_a);
    for (size_t i = 0; i < n && status == RSIFT_OK;) {
        const size_t begin = items[i].a, end = block_end(&c->held, begin, HELD_PIXELS);
        size_t last = i;
        while (last < n && items[last].a < end) last++;
        status = prove_scenes(c, begin, items[last - 1].a + 1, items + i, last - i, err);
        i = last;
    }
    c->n_proposals = 0;
    return status;
}

/* ---- sets ------------------------------------------------------------------------------------ */

/* Pictures begin .. end of the pool with the block of scenes that is indexed. */
static rsift_status ask_range(crops *c, size_t begin, size_t end, rsift_error *err)
{
    c->pool_begin = begin;
    const rs_luma_asking asking = {.session = c->job->session,
                                   .bytes = c->bytes,
                                   .hashes = c->pool.ids + begin,
                                   .n = end - begin,
                                   .unread = &c->pool_unread,
                                   .progress =
                                       rs_session_progress(c->job->session, "looking for pieces",
                                                           "pictures", (int64_t)(end - begin))};
    rsift_status status = rs_overlap_each_luma(&asking, ask_piece, c, err);
    rs_progress_end(asking.progress);
    return status == RSIFT_OK ? prove_all(c, err) : status;
}

/* What the meeting came to, as a row of near_crop_done. */
static rsift_status note_meeting(crops *c, const meeting *m, size_t n_asked, rsift_error *err)
{
    rs_buf sql = {0};
    int64_t seen_a = 0, seen_b = 0;
    for (size_t i = 0; i < c->held.n; i++) seen_a += c->held_seen[i];
    for (size_t i = 0; i < c->pool.n; i++) seen_b += c->pool_seen[i];
    rs_buf_printf(&sql,
                  "INSERT INTO near_crop_done VALUES (%" PRId64 ", %" PRId64 ", %" PRId64 ", ",
                  m->i, seen_a, seen_b);
    if (n_asked < c->pool.n)
        rs_buf_printf(&sql, "'a first sample of %zu shows none: --crops all looks at all')",
                      n_asked);
    else if (atomic_load(&c->held_unread) || atomic_load(&c->pool_unread))
        rs_buf_cstr(&sql, "'some pictures could not be read: --crops all looks again')");
    else rs_buf_cstr(&sql, "NULL)");
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(c->job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

/* Indexes the scenes begin .. end of `held`. */
static rsift_status index_block(crops *c, rsift_error *err)
{
    const rs_crop_options options = {.scaled = true};
    const rs_luma_asking asking = {
        .session = c->job->session,
        .bytes = c->bytes,
        .hashes = c->held.ids + c->begin,
        .n = c->end - c->begin,
        .unread = &c->held_unread,
        .progress = rs_session_progress(c->job->session, "reading protected pictures", "pictures",
                                        (int64_t)(c->end - c->begin))};
    rs_crop_index_free(c->index);
    c->index = NULL;
    rsift_status status = rs_crop_index_new(&options, &c->index, err);
    if (status == RSIFT_OK) status = rs_overlap_each_luma(&asking, add_scene, c, err);
    if (status == RSIFT_OK) status = rs_crop_index_seal(c->index, err);
    rs_progress_end(asking.progress);
    return status;
}

/* Pictures begin .. end of the pool beside all blocks of scenes. A block that is the only one stays
 * indexed for what comes next. */
static rsift_status ask_blocks(crops *c, size_t begin, size_t end, rsift_error *err)
{
    for (size_t at = 0; at < c->held.n; at = c->end) {
        const size_t block = block_end(&c->held, at, BLOCK_PIXELS);
        const bool here = c->index && c->begin == at && c->end == block;
        c->begin = at;
        c->end = block;
        if (!here) RS_TRY(index_block(c, err));
        RS_TRY(ask_range(c, begin, end, err));
    }
    return RSIFT_OK;
}

/* The pictures of one set: all of them, or a first sample, which grows to all where any scene shows
 * a piece. */
static rsift_status meet(crops *c, const meeting *m, rsift_error *err)
{
    RS_TRY(load_set(c, 1, m->b, &c->pool, err));
    rs_free(c->pool_seen);
    c->pool_seen = rs_calloc(c->pool.n + 1, sizeof *c->pool_seen);
    if (!c->pool_seen) return rs_err_nomem(err, "a list of pictures");
    atomic_store(&c->pool_unread, false);
    const int64_t before = c->n_proved;
    size_t n_asked = m->whole || c->pool.n < FIRST_SAMPLE ? c->pool.n : FIRST_SAMPLE;
    RS_TRY(ask_blocks(c, 0, n_asked, err));
    if (n_asked < c->pool.n && c->n_proved > before) {
        RS_TRY(ask_blocks(c, n_asked, c->pool.n, err));
        n_asked = c->pool.n;
    }
    return note_meeting(c, m, n_asked, err);
}

/* All meetings of one set of side 0. */
static rsift_status meet_all(crops *c, rsift_error *err)
{
    RS_TRY(load_set(c, 0, c->a, &c->held, err));
    rs_free(c->held_seen);
    c->held_seen = rs_calloc(c->held.n + 1, sizeof *c->held_seen);
    if (!c->held_seen) return rs_err_nomem(err, "a list of pictures");
    atomic_store(&c->held_unread, false);
    rs_crop_index_free(c->index);
    c->index = NULL;
    for (size_t i = 0; i < c->n_meetings; i++) {
        RS_TRY(meet(c, &c->meetings[i], err));
        RS_TRY(rs_store_begin(c->job->store, err));
        const rsift_status status =
            rs_decide_run_section(c->job->store, "look", "crop_finish", RS_STR(""), err);
        const rsift_status end =
            rs_store_end(c->job->store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
        RS_TRY(status == RSIFT_OK ? end : status);
    }
    return RSIFT_OK;
}

/* The meetings, set by set of side 0. */
static rsift_status walk(crops *c, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(c->job->store, "look", "crop_list", RS_STR(""), &result, err));
    rsift_status status;
    for (int64_t i = 0; (status = rs_result_next(result, err)) == RSIFT_OK; i++) {
        const rs_str a = rs_result_str(result, 0);
        if (c->a.ptr && !rs_str_eq(a, c->a)) {
            if ((status = meet_all(c, err)) != RSIFT_OK) break;
            c->n_meetings = 0;
            c->a.ptr = NULL;
        }
        if (!c->a.ptr) c->a = rs_arena_str(&c->arena, a);
        const meeting m = {.b = rs_arena_str(&c->arena, rs_result_str(result, 1)),
                           .i = i,
                           .whole = rs_str_eq(rs_result_str(result, 2), RS_STR("all"))};
        if (!c->a.ptr || !m.b.ptr ||
            !RS_VEC_RESERVE(c->meetings, c->cap_meetings, c->n_meetings + 1)) {
            status = rs_err_nomem(err, "sets of pictures");
            break;
        }
        c->meetings[c->n_meetings++] = m;
    }
    rs_result_close(result);
    if (status == RSIFT_END) status = c->n_meetings ? meet_all(c, err) : RSIFT_OK;
    return status;
}

static void fini_crops(crops *c)
{
    rs_crop_index_free(c->index);
    rs_free(c->proposals);
    rs_free(c->meetings);
    rs_free(c->held_seen);
    rs_free(c->pool_seen);
    fini_list(&c->held);
    fini_list(&c->pool);
    rs_arena_fini(&c->arena);
    pthread_mutex_destroy(&c->lock);
    rs_asset_bytes_close(c->bytes);
}

rsift_status rs_overlap_crops_between(const rs_overlap_job *job, rsift_error *err)
{
    static const char setup[] =
        "CREATE OR REPLACE TEMP TABLE near_crop_done(i BIGINT, seen_a BIGINT, seen_b BIGINT, why "
        "VARCHAR);\nCREATE TEMP TABLE IF NOT EXISTS near_suspect(a VARCHAR, b VARCHAR);\n"
        "SET VARIABLE rsift_near_crops = ";
    if (job->crops == RS_CROPS_NONE) return RSIFT_OK;
    rs_buf sql = {0};
    rs_buf_printf(&sql, "%s'%s';\n", setup, job->crops == RS_CROPS_ALL ? "all" : "auto");
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    RS_TRY(status);
    RS_TRY(rs_decide_run_section(job->store, "look", "crops", RS_STR(""), err));
    crops c = {.job = job};
    if (pthread_mutex_init(&c.lock, NULL) != 0) return rs_err_nomem(err, "a lock");
    status = rs_asset_bytes_open(job->session, job->store, &c.bytes, err);
    if (status == RSIFT_OK) status = walk(&c, err);
    fini_crops(&c);
    return status;
}
