/* See proof_pictures.h. */
#include "release/proof_pictures.h"

#include "base/alloc.h"
#include "release/members.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct picture_row {
    size_t member;
    int64_t n_bytes; /* -1 = not known */
    rs_id hash;      /* 0 = none was taken */
} picture_row;

/* The pictures of one tree. */
typedef struct picture_list {
    rs_proof *proof;
    const rs_io_tree *tree;
    picture_row *items;
    size_t n, cap;
    rs_progress *progress;
    pthread_mutex_t lock; /* of proof->pictures and what it tells */
} picture_list;

static void tell_picture(picture_list *list, size_t member, const char *why)
{
    pthread_mutex_lock(&list->lock);
    rs_proof_tell(list->proof, &list->proof->pictures, rs_io_member_at(list->tree, member)->chain,
                  why);
    pthread_mutex_unlock(&list->lock);
}

static rsift_status hash_stream(rs_io_stream *stream, rs_id *out, rsift_error *err)
{
    enum { WINDOW = 1 << 16 };
    char window[WINDOW];
    rs_hasher hasher;
    rs_hash_start(&hasher);
    rsift_status status = RSIFT_OK;
    for (size_t got = 1; status == RSIFT_OK && got > 0;) {
        got = 0;
        status = rs_io_read(stream, window, sizeof window, &got, err);
        if (status == RSIFT_OK) rs_hash_bytes(&hasher, window, got);
    }
    *out = rs_hash_end(&hasher);
    return status;
}

static void compare(picture_list *list, const picture_row *row, rs_io_stream *stream,
                    const rsift_error *why)
{
    rs_id now;
    rsift_error failed = {0};
    rs_progress_add(list->progress, 1);
    if (!stream) tell_picture(list, row->member, why ? why->message : "cannot be opened");
    else if (hash_stream(stream, &now, &failed) != RSIFT_OK)
        tell_picture(list, row->member, failed.message);
    else if (!rs_id_eq(now, row->hash))
        tell_picture(list, row->member, "has other bytes than at the index");
}

static int by_member(const void *a, const void *b)
{
    const picture_row *x = a, *y = b;
    return (x->member > y->member) - (x->member < y->member);
}

static rsift_status hash_member(void *ctx, size_t member, rs_io_stream *stream,
                                const rsift_error *why, rsift_error *err)
{
    picture_list *list = ctx;
    if (rs_cancelled(&list->proof->session->cancel)) return rs_err_cancelled(err);
    const picture_row key = {.member = member};
    compare(list, bsearch(&key, list->items, list->n, sizeof key, by_member), stream, why);
    return RSIFT_OK;
}

/* In the order of members, each once. */
static void sort_pictures(picture_list *list)
{
    size_t n = 0;
    if (list->n) qsort(list->items, list->n, sizeof *list->items, by_member);
    for (size_t i = 0; i < list->n; i++)
        if (n == 0 || list->items[n - 1].member != list->items[i].member)
            list->items[n++] = list->items[i];
    list->n = n;
}

static rsift_status hash_pictures(picture_list *list, rsift_error *err)
{
    sort_pictures(list);
    size_t *members = rs_calloc(list->n, sizeof *members);
    if (!members) return rs_err_nomem(err, "the list of pictures");
    for (size_t i = 0; i < list->n; i++) members[i] = list->items[i].member;
    rs_session *session = list->proof->session;
    const rs_members job = {.tree = list->tree,
                            .n_threads = session->n_threads,
                            .cancel = &session->cancel,
                            .fn = hash_member,
                            .ctx = list};
    const rsift_status status = rs_members_read(&job, members, list->n, err);
    rs_free(members);
    return status;
}

/* One row of the table `asset`: is its file there, of its size? */
static rsift_status check_picture(picture_list *list, rs_result *rows, rsift_error *err)
{
    const rs_str path = rs_result_str(rows, 0);
    const size_t member = rs_io_find(list->tree, path);
    list->proof->pictures.n_checked++;
    if (member == RS_NPOS) {
        rs_proof_tell(list->proof, &list->proof->pictures, path, "is not there any more");
        return RSIFT_OK;
    }
    const int64_t stated = rs_result_null(rows, 1) ? -1 : rs_result_i64(rows, 1);
    const int64_t found = rs_io_member_at(list->tree, member)->n_bytes;
    if (stated >= 0 && found >= 0 && stated != found) {
        rs_proof_tell(list->proof, &list->proof->pictures, path,
                      "has another size than at the index");
        return RSIFT_OK;
    }
    if (!list->proof->deep || rs_result_null(rows, 2)) return RSIFT_OK;
    if (!RS_VEC_RESERVE(list->items, list->cap, list->n + 1))
        return rs_err_nomem(err, "the list of pictures");
    list->items[list->n++] = (picture_row){member, stated, rs_result_id(rows, 2)};
    return RSIFT_OK;
}

static rsift_status prove_tree(rs_proof *p, rs_str root, const rs_io_tree *tree, rsift_error *err)
{
    static const char sql[] = "SELECT member, n_bytes, content_hash FROM asset WHERE release_id = "
                              "$1 AND root = $2 AND state = 'found' ORDER BY member";
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = p->release_id},
                           {.type = RS_ARG_STR, .str = root}};
    picture_list list = {.proof = p, .tree = tree, .lock = PTHREAD_MUTEX_INITIALIZER};
    rs_result *rows = NULL;
    rsift_status status = rs_store_query(p->store, rs_str_of(sql), args, 2, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK)
        status = check_picture(&list, rows, err);
    rs_result_close(rows);
    if (status == RSIFT_END) status = RSIFT_OK;
    if (status == RSIFT_OK && list.n > 0) {
        list.progress =
            rs_session_progress(p->session, "proving pictures", "pictures", (int64_t)list.n);
        rsift_error why = {0};
        status = rs_proof_tell_error(p, &p->pictures, hash_pictures(&list, &why), &why, err);
        rs_progress_end(list.progress);
    }
    rs_free(list.items);
    return status;
}

/* The roots of a release's pictures: its own, that of --images, and those of links. */
static rsift_status list_roots(rs_proof *p, rs_arena *arena, rs_str **out, size_t *n,
                               rsift_error *err)
{
    const rs_arg release = {.type = RS_ARG_STR, .str = p->release_id};
    rs_result *rows = NULL;
    size_t cap = 0;
    rsift_status status =
        rs_store_query(p->store,
                       RS_STR("SELECT DISTINCT root FROM asset WHERE release_id = $1 AND state = "
                              "'found' AND root IS NOT NULL ORDER BY root"),
                       &release, 1, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_str root = rs_arena_str(arena, rs_result_str(rows, 0));
        if (!root.ptr || !rs_arena_grow(arena, (void **)out, &cap, *n + 1, sizeof **out))
            status = rs_err_nomem(err, "the list of folders");
        else (*out)[(*n)++] = root;
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Roots of the plan are open already; those of links are opened here. */
rsift_status rs_proof_pictures(rs_proof *p, const rs_plan *plan, rsift_error *err)
{
    rs_arena arena = {0};
    rs_str *roots = NULL;
    size_t n = 0;
    rsift_status status = list_roots(p, &arena, &roots, &n, err);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        const rs_io_tree *tree = NULL;
        for (size_t t = 0; t < plan->n_trees; t++)
            if (rs_str_eq(plan->roots[t], roots[i])) tree = plan->trees[t];
        rs_io_tree *opened = NULL;
        if (!tree) {
            rsift_error why = {0};
            status = rs_proof_tell_error(
                p, &p->pictures, rs_session_tree(p->session, roots[i], &opened, &why), &why, err);
            tree = opened;
        }
        if (status == RSIFT_OK && tree) status = prove_tree(p, roots[i], tree, err);
        if (opened) rs_io_tree_close(opened);
    }
    rs_arena_fini(&arena);
    return status;
}
