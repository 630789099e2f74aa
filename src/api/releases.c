/* What stays open between calls: see releases.h. */
#include "api/releases.h"

#include "base/alloc.h"
#include "release/meanings.h"

typedef struct open_release {
    rs_str id;
    rs_plan *plan;
    rs_locator *locator;
} open_release;

typedef struct open_tree {
    rs_str root;
    rs_io_tree *tree;
} open_tree;

struct rs_releases {
    rs_arena arena; /* names */
    open_release *releases;
    size_t n_releases, cap_releases;
    open_tree *trees;
    size_t n_trees, cap_trees;
};

rs_releases *rs_releases_new(void)
{
    return rs_calloc(1, sizeof(rs_releases));
}

void rs_releases_reset(rs_releases *all)
{
    for (size_t i = 0; i < all->n_releases; i++) {
        /* Locator before plan: it points into the plan. */
        rs_locator_free(all->releases[i].locator);
        rs_plan_free(all->releases[i].plan);
    }
    for (size_t i = 0; i < all->n_trees; i++) rs_io_tree_close(all->trees[i].tree);
    /* The arrays keep their room; the names are gone with the arena. */
    all->n_releases = all->n_trees = 0;
    rs_arena_reset(&all->arena);
}

void rs_releases_free(rs_releases *all)
{
    if (!all) return;
    rs_releases_reset(all);
    rs_free(all->releases);
    rs_free(all->trees);
    rs_arena_fini(&all->arena);
    rs_free(all);
}

/* The plan that indexed the release, made again from its row. */
static rsift_status make_plan(rs_session *session, rs_store *store, rs_str release_id,
                              rs_plan **out, rsift_error *err)
{
    const rs_arg arg = {.type = RS_ARG_STR, .str = release_id};
    rs_result *r;
    RS_TRY(rs_store_query(store, RS_STR("SELECT config FROM release WHERE release_id = $1 LIMIT 1"),
                          &arg, 1, &r, err));
    rsift_status status = rs_result_next(r, err);
    /* The row holds the choices of `rsift index`, so the same files are read in the same
     * order. */
    if (status == RSIFT_OK) status = rs_plan_remake(session, rs_result_str(r, 0), out, err);
    else if (status == RSIFT_END)
        status = rs_err_set(err, RSIFT_E_ARG, "no release %.*s in the workspace",
                            RS_STR_ARG(release_id));
    rs_result_close(r);
    if (status != RSIFT_OK) return status;
    (*out)->release_id = rs_arena_str(&(*out)->arena, release_id);
    return (*out)->release_id.ptr ? rs_plan_load_meanings(*out, store, err)
                                  : rs_err_nomem(err, "a plan");
}

rsift_status rs_releases_locator(rs_releases *all, rs_session *session, rs_store *store,
                                 rs_str release_id, rs_locator **out, rsift_error *err)
{
    /* A linear search: few releases are open at once. */
    for (size_t i = 0; i < all->n_releases; i++) {
        if (!rs_str_eq(all->releases[i].id, release_id)) continue;
        *out = all->releases[i].locator;
        return RSIFT_OK;
    }
    /* Room first, so that what is opened below can always be kept. */
    if (!RS_VEC_RESERVE(all->releases, all->cap_releases, all->n_releases + 1))
        return rs_err_nomem(err, "a release");
    open_release made = {.id = rs_arena_str(&all->arena, release_id)};
    rsift_status status = made.id.ptr ? make_plan(session, store, release_id, &made.plan, err)
                                      : rs_err_nomem(err, "a release");
    if (status == RSIFT_OK) status = rs_locator_new(made.plan, &made.locator, err);
    if (status != RSIFT_OK) {
        /* NULL when it was not made; the id's copy stays in the arena until the next reset. */
        rs_plan_free(made.plan);
        return status;
    }
    all->releases[all->n_releases++] = made;
    *out = made.locator;
    return RSIFT_OK;
}

rsift_status rs_releases_tree(rs_releases *all, rs_session *session, rs_str root,
                              const rs_io_tree **out, rsift_error *err)
{
    for (size_t i = 0; i < all->n_releases; i++) {
        /* A plan has its tree open already; listing the archive twice is what is to be
         * avoided. */
        const rs_plan *plan = all->releases[i].plan;
        for (size_t k = 0; k < plan->n_trees; k++) {
            if (!rs_str_eq(plan->roots[k], root)) continue;
            *out = plan->trees[k];
            return RSIFT_OK;
        }
    }
    for (size_t i = 0; i < all->n_trees; i++) {
        if (!rs_str_eq(all->trees[i].root, root)) continue;
        *out = all->trees[i].tree;
        return RSIFT_OK;
    }
    if (!RS_VEC_RESERVE(all->trees, all->cap_trees, all->n_trees + 1))
        return rs_err_nomem(err, "a release");
    open_tree made = {.root = rs_arena_str(&all->arena, root)};
    if (!made.root.ptr) return rs_err_nomem(err, "a release");
    RS_TRY(rs_session_tree(session, made.root, &made.tree, err));
    all->trees[all->n_trees++] = made;
    *out = made.tree;
    return RSIFT_OK;
}
