/* One question to the workspace. Of equal files the first is read, and the next ones when it fails;
 * what a run does for a release does not depend on what was hashed before, but for what is left
 * out: units that come one after another divide the work as those that run at once. */
#include "index/hash_list.h"

#include "base/alloc.h"
#include "base/map.h"
#include "image/bands.h"
#include "image/hash.h"
#include "model/finding.h"

#include <stdlib.h>

/* A row does when its version is this one and it was made with the bands that are shown now. An
 * exact hash is wanted again where only a scaled one is there; of a damaged picture there is none.
 * What crossed a limit is tried again: the limit may be another one. What was replaced is for
 * hash_changed.c. Bands are the workspace's for
 * the content, so that two releases do not undo each other's. At most four files of equal bytes:
 * black tiles are there thousands of times. */
static const char sql[] =
    "WITH place AS (SELECT content_hash, root, member, n_bytes, damage, path, row_number() OVER "
    "(PARTITION BY content_hash ORDER BY root, member, path) AS nth FROM asset WHERE release_id = "
    "$1 AND state = 'found' AND content_hash IS NOT NULL AND root IS NOT NULL AND member IS NOT "
    "NULL QUALIFY nth <= 4), "
    "band AS (SELECT content_hash, min(rgb_bands) AS bands FROM asset WHERE rgb_bands IS NOT NULL "
    "GROUP BY content_hash), "
    "hashed AS (SELECT content_hash, failed, version = $2 AND (failed IS NOT NULL OR NOT $3 OR "
    "exact OR (damaged AND scale = 1)) AS does, regexp_extract(rule, ' (.*)$', 1) AS bands FROM "
    "picture_hash) "
    "SELECT p.content_hash, p.root, p.member, p.n_bytes, p.damage, p.path, b.bands, "
    "coalesce(h.failed = 'limit' AND h.does, false) FROM place p LEFT JOIN band b USING "
    "(content_hash) LEFT JOIN hashed h USING (content_hash) WHERE NOT coalesce(h.does AND "
    "coalesce(h.failed, '') <> 'limit' AND (h.failed = 'changed' OR coalesce(h.bands, '') = "
    "coalesce(b.bands, '')), false) "
    "ORDER BY p.content_hash, p.nth";

typedef struct loading {
    rs_index_hash_list *list;
    const rs_index_hash_question *of;
    rs_strmap roots;    /* by number as the trees */
    rsift_error *opens; /* by tree: why it could not be opened */
    size_t cap_opens;
    rs_id content; /* whose places are being listed */
    bool begun, mine;
    size_t begin;     /* of its places in the list */
    rs_buf place;     /* its first path that leads nowhere, */
    rsift_error gone; /* and why */
    bool is_gone;
} loading;

int rs_index_hash_unit_of(rs_id content, int n_units)
{
    return n_units > 1 ? (int)(content.lo % (uint64_t)n_units) + 1 : 1;
}

/* The number of the tree at `root`, opened when it is met for the first time. */
static rsift_status find_tree(loading *l, rs_str root, size_t *out, rsift_error *err)
{
    rs_index_hash_list *list = l->list;
    bool made;
    if (!RS_VEC_RESERVE(list->trees, list->cap_trees, l->roots.n + 1) ||
        !RS_VEC_RESERVE(l->opens, l->cap_opens, l->roots.n + 1))
        return rs_err_nomem(err, "a list of folders");
    *out = rs_strmap_put(&l->roots, root, &made);
    if (*out == RS_NPOS) return rs_err_nomem(err, "a list of folders");
    if (!made) return RSIFT_OK;
    list->trees[list->n_trees++] = NULL;
    l->opens[*out] = (rsift_error){0};
    const rsift_status status =
        rs_session_tree(l->of->session, root, &list->trees[*out], &l->opens[*out]);
    if (status == RSIFT_OK) return RSIFT_OK;
    list->trees[*out] = NULL;
    if (!rs_err_ends_call(status)) return RSIFT_OK; /* its pictures are gone, the others are not */
    if (err) *err = l->opens[*out];
    return status;
}

/* The content's places are all listed: it gets its number, or is gone. */
static rsift_status end_content(loading *l, rsift_error *err)
{
    rs_index_hash_list *list = l->list;
    if (!l->begun || !l->mine) return RSIFT_OK;
    if (list->n == l->begin) {
        list->n_gone++;
        if (l->of->wrong) l->of->wrong(l->of->wrong_ctx, rs_buf_view(&l->place), l->gone.message);
        return RSIFT_OK;
    }
    if (list->n_contents == UINT32_MAX ||
        !RS_VEC_RESERVE(list->done, list->cap_done, list->n_contents + 1))
        return rs_err_nomem(err, "a list of pictures");
    for (size_t i = l->begin; i < list->n; i++) {
        list->items[i].n = (uint32_t)list->n_contents;
        list->items[i].place = (uint8_t)(i - l->begin);
    }
    list->done[list->n_contents++] = false;
    return RSIFT_OK;
}

static void begin_content(loading *l, rs_id content, rs_str path)
{
    const rs_index_hash_question *of = l->of;
    l->content = content;
    l->begun = true;
    l->begin = l->list->n;
    l->is_gone = false;
    l->place.len = 0;
    l->mine = of->unit.of <= 1 ||
              (of->is_mine ? of->is_mine(of->is_mine_ctx, path, content)
                           : rs_index_hash_unit_of(content, of->unit.of) == of->unit.number);
}

static void note_gone(loading *l, rs_str path, const rsift_error *why)
{
    if (l->is_gone) return;
    l->is_gone = true;
    rs_buf_str(&l->place, path);
    if (why) l->gone = *why;
    else (void)rs_err_set(&l->gone, RSIFT_E_IO, "is not there any more");
}

/* One place of the content. */
static rsift_status add_place(loading *l, rs_result *r, rsift_error *err)
{
    rs_index_hash_list *list = l->list;
    size_t tree;
    RS_TRY(find_tree(l, rs_result_str(r, 1), &tree, err));
    if (!list->trees[tree]) {
        note_gone(l, rs_result_str(r, 5), &l->opens[tree]);
        return RSIFT_OK;
    }
    const size_t member = rs_io_find(list->trees[tree], rs_result_str(r, 2));
    if (member == RS_NPOS) {
        note_gone(l, rs_result_str(r, 5), NULL);
        return RSIFT_OK;
    }
    if (!RS_VEC_RESERVE(list->items, list->cap, list->n + 1))
        return rs_err_nomem(err, "a list of pictures");
    rs_index_hash_want *w = &list->items[list->n++];
    *w = (rs_index_hash_want){.content = l->content,
                              .member = member,
                              .n_bytes = rs_result_null(r, 3) ? -1 : rs_result_i64(r, 3),
                              .tree = (uint32_t)tree,
                              .damage = -1,
                              .is_random = rs_io_member_at(list->trees[tree], member)->random,
                              .was_refused = rs_result_i64(r, 7) != 0};
    rs_finding_code code;
    if (!rs_result_null(r, 4) && rs_model_finding_parse(rs_result_str(r, 4), &code))
        w->damage = (int16_t)code;
    if (!rs_result_null(r, 6)) (void)rs_image_parse_bands(rs_result_str(r, 6), w->bands);
    return RSIFT_OK;
}

static rsift_status read_rows(loading *l, rs_result *r, rsift_error *err)
{
    rsift_status status;
    while ((status = rs_result_next(r, err)) == RSIFT_OK) {
        const rs_id content = rs_result_id(r, 0);
        if (!l->begun || !rs_id_eq(content, l->content)) {
            RS_TRY(end_content(l, err));
            begin_content(l, content, rs_result_str(r, 5));
        }
        if (l->mine) RS_TRY(add_place(l, r, err));
    }
    return status == RSIFT_END ? end_content(l, err) : status;
}

/* ---- the order of the work ------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const rs_index_hash_want *x = a, *y = b;
    if (x->place != y->place) return x->place < y->place ? -1 : 1;
    if (x->tree != y->tree) return x->tree < y->tree ? -1 : 1;
    if (x->is_random != y->is_random) return x->is_random ? -1 : 1;
    if (x->member != y->member) return x->member < y->member ? -1 : 1;
    return rs_id_cmp(x->content, y->content);
}

rsift_status rs_index_hash_list_load(rs_index_hash_list *list, const rs_index_hash_question *of,
                                     rsift_error *err)
{
    *list = (rs_index_hash_list){0};
    loading l = {.list = list, .of = of};
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = of->release_id},
                           {.type = RS_ARG_I64, .i64 = RS_IMAGE_HASH_VERSION},
                           {.type = RS_ARG_BOOL, .i64 = !of->no_exact}};
    rs_result *rows = NULL;
    rsift_status status = rs_store_query(of->reading, rs_str_of(sql), args, 3, &rows, err);
    if (status == RSIFT_OK) status = read_rows(&l, rows, err);
    rs_result_close(rows);
    rs_strmap_fini(&l.roots);
    rs_free(l.opens);
    rs_buf_fini(&l.place);
    if (status != RSIFT_OK) {
        rs_index_hash_list_fini(list);
        return status;
    }
    if (list->n > 1) qsort(list->items, list->n, sizeof *list->items, compare);
    return RSIFT_OK;
}

void rs_index_hash_list_fini(rs_index_hash_list *list)
{
    for (size_t i = 0; i < list->n_trees; i++)
        if (list->trees[i]) rs_io_tree_close(list->trees[i]);
    rs_free(list->trees);
    rs_free(list->items);
    rs_free(list->done);
    *list = (rs_index_hash_list){0};
}
