/* Pairs as a graph of pictures, and stars over it; see near.h. Classes of equal pixels are found
 * first; an edge is looked up between classes, so that what was proved of a picture holds for every
 * lossless copy of it. `reach` (connected pictures) proves nothing: it only bounds which pictures
 * have to be compared. */
#include "decide/near.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/sets.h"
#include "decide/ask.h"
#include "image/hash.h"
#include "similar/hamming.h"
#include "similar/thumb.h"
#include "store/picture_hash.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    RADIUS = 31,                            /* bits, as for protected pictures */
    MOST_LOOKS = (256 << 20) / (4096 + 64), /* pictures whose thumbnail is held */
    MOST_COMPARED = 1 << 25, /* hashes of one component or group, some seconds; then pairs alone */
    COST_OF_LOOK = 1 << 7,   /* of comparing thumbnails, in hashes */
};

/* One direction of a pair: `to` laid in `orientation` lies on `from`. */
typedef struct edge {
    uint32_t from_class, to_class, from, to;
    float score;
    int16_t distance; /* -1 = none */
    int8_t orientation;
    uint8_t method;
} edge;

typedef struct look {
    rs_image_phash phash;
    uint8_t thumb[RS_IMAGE_THUMB_BYTES];
} look;

struct rs_near {
    double least; /* correlation of two thumbnails of one picture */
    rs_idmap ids;
    edge *edges; /* sorted by classes, then the best first */
    size_t n_edges, cap_edges;
    uint32_t *equal, *reach; /* [n] a representative of the class; of the connected pictures */
    uint32_t *look_of;       /* [n] into looks, RS_NEAR_NONE = none */
    look *looks;
    size_t n_looks, cap_looks;
};

/* ---- words ----------------------------------------------------------------------------------- */

static const char *const method_names[RS_NEAR_N_METHODS] = {"bytes", "pixels", "perceptual",
                                                            "embedding"};

const char *rs_near_method_name(rs_near_method method)
{
    return method_names[method];
}

static unsigned method_of(rs_str name)
{
    unsigned method = RS_NEAR_PIXELS;
    while (method < RS_NEAR_N_METHODS && !rs_str_eq(name, rs_str_of(method_names[method])))
        method++;
    return method;
}

unsigned rs_near_method_bit(rs_str name)
{
    const unsigned method = method_of(name);
    return method < RS_NEAR_N_METHODS ? 1u << method : 0;
}

void rs_near_put_proof(const rs_near_proof *proof, rs_buf *out)
{
    rs_buf_cstr(out, method_names[proof->method]);
    if (proof->orientation >= 0)
        rs_buf_printf(out, ", %s", rs_image_orientation_name((unsigned)proof->orientation));
    if (proof->method == RS_NEAR_PERCEPTUAL && proof->distance >= 0)
        rs_buf_printf(out, ", %d bits, correlation %.3f", proof->distance, proof->score);
    if (proof->method == RS_NEAR_EMBEDDING) rs_buf_printf(out, ", cosine %.4f", proof->score);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Adds both directions of the pair in a row of duplicates.sql's edges. */
static rsift_status add_pair(rs_near *near, rs_result *row, unsigned method, rsift_error *err)
{
    const size_t a = rs_idmap_put(&near->ids, rs_result_id(row, 0), NULL),
                 b = rs_idmap_put(&near->ids, rs_result_id(row, 1), NULL);
    if (a == RS_NPOS || b == RS_NPOS ||
        !RS_VEC_RESERVE(near->edges, near->cap_edges, near->n_edges + 2))
        return rs_err_nomem(err, "pairs of pictures");
    if (a == b) return RSIFT_OK;
    const int64_t orientation = rs_result_null(row, 5) ? -1 : rs_result_i64(row, 5),
                  distance = rs_result_null(row, 4) ? -1 : rs_result_i64(row, 4);
    const bool laid = orientation >= 0 && orientation < RS_IMAGE_N_ORIENTATIONS;
    edge e = {.from = (uint32_t)a,
              .to = (uint32_t)b,
              .score = (float)rs_result_double(row, 3),
              .distance = distance >= 0 && distance <= 256 ? (int16_t)distance : -1,
              .orientation = laid ? (int8_t)orientation : -1,
              .method = (uint8_t)method};
    near->edges[near->n_edges++] = e;
    e.from = (uint32_t)b;
    e.to = (uint32_t)a;
    if (laid) e.orientation = (int8_t)rs_image_orientation_inverse((unsigned)orientation);
    near->edges[near->n_edges++] = e;
    return RSIFT_OK;
}

static rsift_status read_pairs(rs_near *near, rs_store *store, const rs_near_choice *choice,
                               rsift_error *err)
{
    rs_result *rows;
    RS_TRY(rs_decide_ask(store, "duplicates", "edges", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const unsigned method = method_of(rs_result_str(rows, 2));
        if (method == RS_NEAR_N_METHODS || !(choice->methods & 1u << method)) continue;
        if (method == RS_NEAR_PERCEPTUAL && rs_result_double(rows, 3) < choice->score) continue;
        if ((status = add_pair(near, rows, method, err)) != RSIFT_OK) break;
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static int by_class(const void *x, const void *y)
{
    const edge *a = x, *b = y;
#define ORDER(field) \
    if (a->field != b->field) return a->field < b->field ? -1 : 1
    ORDER(from_class);
    ORDER(to_class);
    ORDER(method);
    if (a->score > b->score || a->score < b->score) return a->score > b->score ? -1 : 1;
    ORDER(from);
    ORDER(to);
    ORDER(orientation);
#undef ORDER
    return 0;
}

static void find_classes(rs_near *near)
{
    for (uint32_t i = 0; i < near->ids.n; i++) near->equal[i] = near->reach[i] = i;
    for (size_t i = 0; i < near->n_edges; i++) {
        const edge *e = &near->edges[i];
        (void)rs_sets_join(near->reach, e->from, e->to);
        if (e->method == RS_NEAR_PIXELS) (void)rs_sets_join(near->equal, e->from, e->to);
    }
    for (uint32_t i = 0; i < near->ids.n; i++) {
        near->equal[i] = rs_sets_root(near->equal, i);
        near->reach[i] = rs_sets_root(near->reach, i);
    }
    for (size_t i = 0; i < near->n_edges; i++) {
        near->edges[i].from_class = near->equal[near->edges[i].from];
        near->edges[i].to_class = near->equal[near->edges[i].to];
    }
    if (near->n_edges) qsort(near->edges, near->n_edges, sizeof *near->edges, by_class);
}

/* Hash and thumbnail of a picture that two others may have been proved against. */
static rsift_status add_look(rs_near *near, rs_result *row, rsift_error *err)
{
    const uint32_t picture = rs_near_find(near, rs_result_id(row, 0));
    const rs_str thumb = rs_result_bytes(row, 2);
    rs_image_phash phash;
    if (picture == RS_NEAR_NONE || near->look_of[picture] != RS_NEAR_NONE) return RSIFT_OK;
    if (!rs_picture_hash_parse_phash(rs_result_bytes(row, 1), &phash) ||
        thumb.len != RS_IMAGE_THUMB_BYTES)
        return RSIFT_OK;
    if (!RS_VEC_RESERVE(near->looks, near->cap_looks, near->n_looks + 1))
        return rs_err_nomem(err, "thumbnails");
    look *l = &near->looks[near->n_looks];
    l->phash = phash;
    memcpy(l->thumb, thumb.ptr, sizeof l->thumb);
    near->look_of[picture] = (uint32_t)near->n_looks++;
    return RSIFT_OK;
}

static rsift_status read_looks(rs_near *near, rs_store *store, rsift_error *err)
{
    for (uint32_t i = 0; i < near->ids.n; i++) near->look_of[i] = RS_NEAR_NONE;
    if (near->n_edges == 0) return RSIFT_OK;
    rs_result *rows;
    RS_TRY(rs_decide_ask(store, "duplicates", "looks", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK && near->n_looks < MOST_LOOKS)
        if ((status = add_look(near, rows, err)) != RSIFT_OK) break;
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_near_load(rs_store *store, const rs_near_choice *choice, rs_near **out,
                          rsift_error *err)
{
    rs_near *near = rs_calloc(1, sizeof *near);
    if (!near) return rs_err_nomem(err, "pairs of pictures");
    near->least = choice->score > RS_THUMB_SAME ? choice->score : RS_THUMB_SAME;
    rsift_status status = read_pairs(near, store, choice, err);
    const size_t n = near->ids.n + 1;
    near->equal = rs_calloc(n, sizeof *near->equal);
    near->reach = rs_calloc(n, sizeof *near->reach);
    near->look_of = rs_calloc(n, sizeof *near->look_of);
    if (status == RSIFT_OK && (!near->equal || !near->reach || !near->look_of))
        status = rs_err_nomem(err, "pairs of pictures");
    if (status == RSIFT_OK) find_classes(near);
    if (status == RSIFT_OK) status = read_looks(near, store, err);
    if (status == RSIFT_OK) *out = near;
    else rs_near_free(near);
    return status;
}

void rs_near_free(rs_near *near)
{
    if (!near) return;
    rs_idmap_fini(&near->ids);
    rs_free(near->edges);
    rs_free(near->equal);
    rs_free(near->reach);
    rs_free(near->look_of);
    rs_free(near->looks);
    rs_free(near);
}

size_t rs_near_n(const rs_near *near)
{
    return near->ids.n;
}

rs_id rs_near_id(const rs_near *near, uint32_t picture)
{
    return near->ids.keys[picture];
}

uint32_t rs_near_find(const rs_near *near, rs_id content)
{
    const size_t at = rs_idmap_get(&near->ids, content);
    return at == RS_NPOS ? RS_NEAR_NONE : (uint32_t)at;
}

/* ---- the same? ------------------------------------------------------------------------------- */

/* The first edge between two classes, which is the best; NULL = none. */
static const edge *find_edge(const rs_near *near, uint32_t from_class, uint32_t to_class)
{
    size_t low = 0, high = near->n_edges;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const edge *e = &near->edges[middle];
        const bool before =
            e->from_class != from_class ? e->from_class < from_class : e->to_class < to_class;
        if (before) low = middle + 1;
        else high = middle;
    }
    const edge *e = low < near->n_edges ? &near->edges[low] : NULL;
    return e && e->from_class == from_class && e->to_class == to_class ? e : NULL;
}

/* Copies in one class may be turned: an edge tells the orientation of its own two pictures. */
static rs_near_proof proof_of_edge(const rs_near *near, const edge *e, uint32_t a, uint32_t b)
{
    rs_near_proof proof = {.method = (rs_near_method)e->method,
                           .orientation = -1,
                           .distance = e->distance,
                           .score = (double)e->score};
    const edge *end = near->edges + near->n_edges;
    for (const edge *k = e; k < end && k->from_class == e->from_class && k->to_class == e->to_class;
         k++)
        if (k->method == e->method && k->from == a && k->to == b) {
            proof.orientation = k->orientation;
            break;
        }
    return proof;
}

static void spend(size_t *left, size_t cost)
{
    *left = *left > cost ? *left - cost : 0;
}

/* Compares two pictures that were proved against a third, as long as there is something left. */
static bool compare_looks(const rs_near *near, uint32_t a, uint32_t b, size_t *left,
                          rs_near_proof *proof)
{
    if (*left == 0) return false;
    spend(left, 1);
    if (near->look_of[a] == RS_NEAR_NONE || near->look_of[b] == RS_NEAR_NONE) return false;
    const look *x = &near->looks[near->look_of[a]], *y = &near->looks[near->look_of[b]];
    bool found = false;
    for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++) {
        const rs_image_phash laid = rs_image_phash_orient(y->phash, o);
        const unsigned distance = rs_hamming_distance(&x->phash, &laid);
        if (distance > RADIUS) continue;
        spend(left, COST_OF_LOOK);
        const rs_thumb_match match = rs_thumb_compare(x->thumb, y->thumb, o);
        if (!rs_thumb_is_same(&match) || match.score < near->least ||
            (found && match.score <= proof->score))
            continue;
        *proof = (rs_near_proof){RS_NEAR_PERCEPTUAL, (int)o, (int)distance, match.score};
        found = true;
    }
    return found;
}

/* rs_near_same; `left` bounds what is compared beyond the stored pairs. */
static bool same_within(const rs_near *near, uint32_t a, uint32_t b, size_t *left,
                        rs_near_proof *proof)
{
    *proof = (rs_near_proof){RS_NEAR_BYTES, 0, 0, 1};
    if (a == b) return true;
    const edge *e = find_edge(near, near->equal[a], near->equal[b]);
    if (e) {
        *proof = proof_of_edge(near, e, a, b);
        return true;
    }
    return near->reach[a] == near->reach[b] && compare_looks(near, a, b, left, proof);
}

bool rs_near_same(const rs_near *near, uint32_t a, uint32_t b, rs_near_proof *proof)
{
    size_t left = MOST_COMPARED;
    return same_within(near, a, b, &left, proof);
}

/* ---- stars ----------------------------------------------------------------------------------- */

/* The pictures of `order` component by component, each in order. */
typedef struct queue {
    uint32_t reach, place, picture;
} queue;

static int by_reach(const void *x, const void *y)
{
    const queue *a = x, *b = y;
    if (a->reach != b->reach) return a->reach < b->reach ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* One component: the first that is left is a centre. */
static void star_component(const rs_near *near, const queue *at, size_t n, uint32_t *centre)
{
    size_t left = MOST_COMPARED;
    for (size_t i = 0; i < n; i++) {
        const uint32_t a = at[i].picture;
        if (centre[a] != RS_NEAR_NONE) continue;
        centre[a] = a;
        for (size_t k = i + 1; k < n; k++) {
            const uint32_t b = at[k].picture;
            if (centre[b] != RS_NEAR_NONE) continue;
            rs_near_proof proof;
            if (same_within(near, a, b, &left, &proof)) centre[b] = a;
        }
    }
}

rsift_status rs_near_stars(const rs_near *near, const uint32_t *order, size_t n, uint32_t *centre,
                           rsift_error *err)
{
    if (n == 0) return RSIFT_OK;
    queue *at = rs_calloc(n, sizeof *at);
    if (!at) return rs_err_nomem(err, "groups of pictures");
    for (size_t i = 0; i < n; i++) {
        at[i] = (queue){near->reach[order[i]], (uint32_t)i, order[i]};
        centre[order[i]] = RS_NEAR_NONE;
    }
    qsort(at, n, sizeof *at, by_reach);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && at[end].reach == at[i].reach) end++;
        star_component(near, at + i, end - i, centre);
        i = end;
    }
    rs_free(at);
    return RSIFT_OK;
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* What stays of the group, as a list for each component: a question that is asked of every picture
 * makes one group of millions. */
struct rs_near_group {
    const rs_near *near;
    struct kept {
        uint32_t picture, number, next;
    } *kept;
    size_t n_kept, cap_kept;
    uint32_t *head, *stamp; /* [n] by component; a head counts where the stamp is this group's */
    uint32_t now, n;        /* groups so far; added to this one */
    size_t left;            /* that may be compared in this one */
};

rsift_status rs_near_group_new(const rs_near *near, rs_near_group **out, rsift_error *err)
{
    rs_near_group *group = rs_calloc(1, sizeof *group);
    if (!group) return rs_err_nomem(err, "a group");
    group->near = near;
    group->head = rs_calloc(near->ids.n + 1, sizeof *group->head);
    group->stamp = rs_calloc(near->ids.n + 1, sizeof *group->stamp);
    if (!group->head || !group->stamp) {
        rs_near_group_free(group);
        return rs_err_nomem(err, "a group");
    }
    *out = group;
    return RSIFT_OK;
}

void rs_near_group_free(rs_near_group *group)
{
    if (!group) return;
    rs_free(group->kept);
    rs_free(group->head);
    rs_free(group->stamp);
    rs_free(group);
}

void rs_near_group_start(rs_near_group *group)
{
    group->n_kept = group->n = 0;
    group->now++;
    group->left = MOST_COMPARED;
}

rsift_status rs_near_group_add(rs_near_group *group, uint32_t picture, uint32_t *same,
                               rs_near_proof *proof, rsift_error *err)
{
    *same = RS_NEAR_NONE;
    const uint32_t number = group->n++;
    if (picture == RS_NEAR_NONE) return RSIFT_OK;
    const uint32_t reach = group->near->reach[picture];
    if (group->stamp[reach] != group->now) group->head[reach] = RS_NEAR_NONE;
    group->stamp[reach] = group->now;
    for (uint32_t i = group->head[reach]; i != RS_NEAR_NONE; i = group->kept[i].next)
        if (group->kept[i].picture != picture &&
            same_within(group->near, group->kept[i].picture, picture, &group->left, proof)) {
            *same = group->kept[i].number;
            return RSIFT_OK;
        }
    if (!RS_VEC_RESERVE(group->kept, group->cap_kept, group->n_kept + 1))
        return rs_err_nomem(err, "a group");
    group->kept[group->n_kept] = (struct kept){picture, number, group->head[reach]};
    group->head[reach] = (uint32_t)group->n_kept++;
    return RSIFT_OK;
}

/* ---- clusters -------------------------------------------------------------------------------- */

rsift_status rs_near_load_clusters(rs_store *store, rs_near_clusters *out, rsift_error *err)
{
    *out = (rs_near_clusters){0};
    const rs_near_choice proved = {.methods = RS_NEAR_PROVED};
    RS_TRY(rs_near_load(store, &proved, &out->near, err));
    const size_t n = rs_near_n(out->near);
    uint32_t *order = rs_calloc(n + 1, sizeof *order);
    out->centre = rs_calloc(n + 1, sizeof *out->centre);
    rsift_status status = RSIFT_OK;
    if (!order || !out->centre) status = rs_err_nomem(err, "the pictures");
    for (uint32_t i = 0; status == RSIFT_OK && i < n; i++) order[i] = i;
    if (status == RSIFT_OK) status = rs_near_stars(out->near, order, n, out->centre, err);
    rs_free(order);
    return status;
}

rs_id rs_near_cluster_of(const rs_near_clusters *clusters, rs_id content)
{
    const uint32_t at = rs_near_find(clusters->near, content);
    return at == RS_NEAR_NONE ? content : rs_near_id(clusters->near, clusters->centre[at]);
}

void rs_near_clusters_fini(rs_near_clusters *clusters)
{
    rs_near_free(clusters->near);
    rs_free(clusters->centre);
    *clusters = (rs_near_clusters){0};
}
