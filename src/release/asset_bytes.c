/* An asking goes in rounds: in each, every picture that is still wanted is read from the next of
 * its places. Nearly all are read in the first. See asset_bytes.h. */
#include "release/asset_bytes.h"

#include "base/alloc.h"
#include "base/map.h"
#include "image/bands.h"
#include "release/members.h"

#include <stdlib.h>

typedef struct open_tree {
    rs_io_tree *tree; /* NULL = could not be opened */
    rsift_error why;
} open_tree;

struct rs_asset_bytes {
    rs_session *session;
    rs_store *store;
    rs_strmap roots;
    open_tree *trees; /* by number in roots */
    size_t cap;
};

/* One file that holds a picture. */
typedef struct place {
    size_t wanted; /* number of the hash in asking.hashes */
    size_t root;
    rs_str path;
    rs_image_view view;
} place;

/* What is known of a hash. */
typedef struct wanted {
    size_t i;            /* its number in the caller's list */
    size_t begin, end;   /* its places, of asking.places */
    rsift_error *failed; /* the last failure; heap */
    bool done;
} wanted;

/* A place that is read in this round. */
typedef struct visit {
    size_t member;
    const place *from;
} visit;

typedef struct asking {
    rs_asset_bytes *all;
    rs_asset_bytes_fn *fn;
    void *ctx;
    rs_arena arena;
    rs_idmap hashes;
    wanted *wanted; /* by number in hashes */
    place *places;  /* by wanted */
    size_t n_places, cap_places;
    const rs_io_tree *tree;
    visit *visits; /* of the tree, by member */
    size_t n_visits;
} asking;

rsift_status rs_asset_bytes_open(rs_session *session, rs_store *store, rs_asset_bytes **out,
                                 rsift_error *err)
{
    rs_asset_bytes *all = rs_calloc(1, sizeof *all);
    *out = all;
    if (!all) return rs_err_nomem(err, "the pictures");
    all->session = session;
    all->store = store;
    return RSIFT_OK;
}

void rs_asset_bytes_close(rs_asset_bytes *all)
{
    if (!all) return;
    for (size_t i = 0; i < all->roots.n && i < all->cap; i++)
        if (all->trees[i].tree) rs_io_tree_close(all->trees[i].tree);
    rs_free(all->trees);
    rs_strmap_fini(&all->roots);
    rs_free(all);
}

rsift_status rs_asset_read(rs_io_stream *stream, int64_t stated, rs_id content_hash,
                           const rsift_limits *limits, rs_buf *out, rsift_error *err)
{
    const size_t before = out->len;
    const rs_id none = {0, 0};
    RS_TRY(rs_io_read_all(stream, stated, rs_image_max_cost(limits), out, err));
    if (rs_id_eq(content_hash, none) ||
        rs_id_eq(rs_hash128(out->ptr + before, out->len - before), content_hash))
        return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT, "other bytes than before: changed since the index");
}

/* ---- where they are -------------------------------------------------------------------------- */

static rsift_status list_hashes(asking *a, const rs_id *hashes, size_t n, rs_buf *list,
                                rsift_error *err)
{
    a->wanted = rs_calloc(n, sizeof *a->wanted);
    if (!a->wanted) return rs_err_nomem(err, "a list of pictures");
    for (size_t i = 0; i < n; i++) {
        bool made;
        char text[RS_ID_TEXT];
        const size_t at = rs_idmap_put(&a->hashes, hashes[i], &made);
        if (at == RS_NPOS) return rs_err_nomem(err, "a list of pictures");
        if (!made) continue;
        a->wanted[at].i = i;
        if (at) rs_buf_char(list, ',');
        rs_buf_cstr(list, rs_id_text(text, hashes[i]));
    }
    return list->failed ? rs_err_nomem(err, "a list of pictures") : RSIFT_OK;
}

/* The number of a root, opened when it is met for the first time. One that cannot be opened fails
 * its pictures, not the asking. */
static rsift_status find_root(rs_asset_bytes *all, rs_str root, size_t *out, rsift_error *err)
{
    bool made;
    if (!RS_VEC_RESERVE(all->trees, all->cap, all->roots.n + 1))
        return rs_err_nomem(err, "a list of folders");
    *out = rs_strmap_put(&all->roots, root, &made);
    if (*out == RS_NPOS) return rs_err_nomem(err, "a list of folders");
    if (!made) return RSIFT_OK;
    open_tree *t = &all->trees[*out];
    *t = (open_tree){0};
    const rsift_status status = rs_session_tree(all->session, root, &t->tree, &t->why);
    if (status == RSIFT_OK) return RSIFT_OK;
    t->tree = NULL;
    if (status != RSIFT_E_NOMEM) return RSIFT_OK;
    if (err) *err = t->why;
    return status;
}

static rsift_status add_place(asking *a, rs_result *row, rsift_error *err)
{
    const size_t at = rs_idmap_get(&a->hashes, rs_result_id(row, 0));
    if (at == RS_NPOS) return RSIFT_OK;
    if (!RS_VEC_RESERVE(a->places, a->cap_places, a->n_places + 1))
        return rs_err_nomem(err, "a list of pictures");
    place *p = &a->places[a->n_places];
    *p = (place){.wanted = at, .path = rs_arena_str(&a->arena, rs_result_str(row, 2))};
    if (!p->path.ptr) return rs_err_nomem(err, "a list of pictures");
    if (!rs_result_null(row, 3)) rs_image_parse_bands(rs_result_str(row, 3), p->view.bands);
    RS_TRY(find_root(a->all, rs_result_str(row, 1), &p->root, err));
    /* Rows come by hash: the places of each stand together. */
    if (a->wanted[at].end == 0) a->wanted[at].begin = a->n_places;
    a->wanted[at].end = ++a->n_places;
    return RSIFT_OK;
}

/* At most four files of equal bytes are tried: some pictures (black tiles) are there thousands of
 * times. */
static rsift_status find_places(asking *a, const rs_id *hashes, size_t n, rsift_error *err)
{
    static const char sql[] =
        "SELECT content_hash, root, member, rgb_bands FROM asset WHERE state = 'found' AND root IS "
        "NOT NULL AND member IS NOT NULL AND content_hash IN (SELECT CAST(h AS UUID) FROM (SELECT "
        "unnest(string_split($1, ',')) AS h)) QUALIFY row_number() OVER (PARTITION BY content_hash "
        "ORDER BY root, member) <= 4 ORDER BY content_hash, root, member";
    rs_buf list = {0};
    rs_result *rows = NULL;
    rsift_status status = list_hashes(a, hashes, n, &list, err);
    const rs_arg arg = {.type = RS_ARG_STR, .str = rs_buf_view(&list)};
    if (status == RSIFT_OK)
        status = rs_store_query(a->all->store, rs_str_of(sql), &arg, 1, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK)
        status = add_place(a, rows, err);
    rs_result_close(rows);
    rs_buf_fini(&list);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A place gave nothing; the picture may have another one. */
static rsift_status note_failure(asking *a, const place *p, const rsift_error *why,
                                 rsift_error *err)
{
    wanted *w = &a->wanted[p->wanted];
    if (!w->failed) w->failed = rs_alloc(sizeof *w->failed);
    if (!w->failed) return rs_err_nomem(err, "a message");
    *w->failed = *why;
    /* The place is named unless what failed below has named it. */
    if (!w->failed->where[0]) rs_err_within(w->failed, why->status, "%.*s", RS_STR_ARG(p->path));
    rs_err_within(w->failed, why->status, "%.*s", RS_STR_ARG(a->all->roots.keys[p->root]));
    return RSIFT_OK;
}

static int by_member(const void *a, const void *b)
{
    const visit *x = a, *y = b;
    if (x->member != y->member) return x->member < y->member ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

/* The first visit of a member. */
static size_t find_visit(const asking *a, size_t member)
{
    size_t low = 0, high = a->n_visits;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (a->visits[middle].member < member) low = middle + 1;
        else high = middle;
    }
    return low;
}

static rsift_status give_picture(asking *a, const place *p, rs_str bytes, rsift_error *err)
{
    wanted *w = &a->wanted[p->wanted];
    w->done = true;
    const rs_asset_picture picture = {.i = w->i, .bytes = bytes, .view = p->view};
    return a->fn(a->ctx, &picture, err);
}

/* One member; any thread. Several hashes may want it, when it changed between two indexes: it has
 * one of them. */
static rsift_status read_member(void *ctx, size_t member, rs_io_stream *stream,
                                const rsift_error *why, rsift_error *err)
{
    asking *a = ctx;
    const rsift_limits *limits = &a->all->session->limits;
    if (rs_cancelled(&a->all->session->cancel)) return rs_err_cancelled(err);
    rs_buf bytes = {0};
    rsift_error bad = {.status = RSIFT_OK};
    const rs_id none = {0, 0};
    const int64_t stated = rs_io_member_at(a->tree, member)->n_bytes;
    if (!stream) bad = *why;
    else bad.status = rs_asset_read(stream, stated, none, limits, &bytes, &bad);
    rsift_status status = RSIFT_OK;
    if (bad.status == RSIFT_E_NOMEM) {
        if (err) *err = bad;
        status = bad.status;
    }
    const rs_id hash = rs_hash128(bytes.ptr, bytes.len);
    for (size_t i = find_visit(a, member);
         status == RSIFT_OK && i < a->n_visits && a->visits[i].member == member; i++) {
        const place *p = a->visits[i].from;
        if (bad.status == RSIFT_OK && rs_id_eq(hash, a->hashes.keys[p->wanted])) {
            status = give_picture(a, p, rs_buf_view(&bytes), err);
            continue;
        }
        rsift_error other = bad;
        if (bad.status == RSIFT_OK)
            (void)rs_err_set(&other, RSIFT_E_FORMAT, "other bytes than at the index");
        status = note_failure(a, p, &other, err);
    }
    rs_buf_fini(&bytes);
    return status;
}

/* Reads the visits of one tree. */
static rsift_status read_tree(asking *a, rsift_error *err)
{
    size_t n = 0;
    size_t *members = rs_alloc((a->n_visits + 1) * sizeof *members);
    if (!members) return rs_err_nomem(err, "a list of pictures");
    qsort(a->visits, a->n_visits, sizeof *a->visits, by_member);
    for (size_t i = 0; i < a->n_visits; i++)
        if (i == 0 || a->visits[i].member != a->visits[i - 1].member)
            members[n++] = a->visits[i].member;
    rs_session *session = a->all->session;
    const rs_members job = {.tree = a->tree,
                            .n_threads = session->n_threads,
                            .cancel = &session->cancel,
                            .fn = read_member,
                            .ctx = a};
    const rsift_status status = rs_members_read(&job, members, n, err);
    rs_free(members);
    return status;
}

/* Adds the visit of a place of the tree that is being read, or notes why it cannot be visited. */
static rsift_status add_visit(asking *a, const place *p, rsift_error *err)
{
    const open_tree *t = &a->all->trees[p->root];
    rsift_error why = t->why;
    if (t->tree) {
        const size_t member = rs_io_find(t->tree, p->path);
        if (member != RS_NPOS) {
            a->visits[a->n_visits++] = (visit){member, p};
            return RSIFT_OK;
        }
        (void)rs_err_set(&why, RSIFT_E_IO, "no longer there: changed since the index");
    }
    return note_failure(a, p, &why, err);
}

/* Round `round`: the place of that number of every picture that is still wanted, root by root.
 * *more: some picture has a further place. */
static rsift_status read_round(asking *a, size_t round, bool *more, rsift_error *err)
{
    rsift_status status = RSIFT_OK;
    *more = false;
    for (size_t r = 0; status == RSIFT_OK && r < a->all->roots.n; r++) {
        a->tree = a->all->trees[r].tree;
        a->n_visits = 0;
        for (size_t i = 0; status == RSIFT_OK && i < a->hashes.n; i++) {
            const wanted *w = &a->wanted[i];
            if (w->done || round >= w->end - w->begin) continue;
            *more = *more || round + 1 < w->end - w->begin;
            const place *p = &a->places[w->begin + round];
            if (p->root == r) status = add_visit(a, p, err);
        }
        if (status == RSIFT_OK && a->n_visits) status = read_tree(a, err);
    }
    return status;
}

/* Those that no place gave. */
static rsift_status tell_failed(asking *a, rsift_error *err)
{
    rsift_error nowhere;
    (void)rs_err_set(&nowhere, RSIFT_E_IO, "no file here holds this picture");
    for (size_t i = 0; i < a->hashes.n; i++) {
        const wanted *w = &a->wanted[i];
        if (w->done) continue;
        const rs_asset_picture picture = {.i = w->i, .why = w->failed ? w->failed : &nowhere};
        RS_TRY(a->fn(a->ctx, &picture, err));
    }
    return RSIFT_OK;
}

rsift_status rs_asset_bytes_ask(rs_asset_bytes *all, const rs_id *hashes, size_t n,
                                rs_asset_bytes_fn *fn, void *ctx, rsift_error *err)
{
    asking a = {.all = all, .fn = fn, .ctx = ctx};
    if (n == 0) return RSIFT_OK;
    rsift_status status = find_places(&a, hashes, n, err);
    if (status == RSIFT_OK) {
        a.visits = rs_alloc((a.hashes.n + 1) * sizeof *a.visits);
        if (!a.visits) status = rs_err_nomem(err, "a list of pictures");
    }
    bool more = true;
    for (size_t round = 0; status == RSIFT_OK && more; round++)
        status = read_round(&a, round, &more, err);
    if (status == RSIFT_OK) status = tell_failed(&a, err);
    for (size_t i = 0; a.wanted && i < a.hashes.n; i++) rs_free(a.wanted[i].failed);
    rs_free(a.wanted);
    rs_free(a.visits);
    rs_free(a.places);
    rs_idmap_fini(&a.hashes);
    rs_arena_fini(&a.arena);
    return status;
}
