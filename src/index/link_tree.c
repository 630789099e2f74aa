/* Names are resolved as the index resolves them (release/pictures.h), except that a picture which
 * several names could mean is linked to none: a missing picture is better than a wrong one. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "index/link_tree.h"

#include "base/alloc.h"
#include "index/link_names.h"
#include "index/media.h"
#include "readers/table.h"
#include "release/choice.h"

#include <errno.h>
#include <stdlib.h>

enum { MOST_FOLDERS = 64 }; /* of label files that are told apart */

/* By member, then by name: names of one picture stand together. */
static int by_member(const void *a, const void *b)
{
    const rs_picture *x = a, *y = b;
    if (x->member != y->member) return x->member < y->member ? -1 : 1;
    return rs_str_cmp(x->canonical, y->canonical);
}

/* Where the pictures are: an opened folder or archive. */
typedef struct elsewhere {
    rs_str root; /* absolute */
    const rs_io_tree *tree;
    rs_pictures all;
} elsewhere;

/* Reads the chosen pictures of one release. A member that several names mean is read once for each:
 * every round holds a member once, because a sequential archive gives each member once. */
static rsift_status link_chosen(const rs_index_links *links, const elsewhere *from,
                                rs_str release_id, rs_picture *chosen, size_t n, rsift_error *err)
{
    rs_plan plan = {.dataset_id = links->dataset, .release_id = release_id, .roots = {from->root}};
    qsort(chosen, n, sizeof *chosen, by_member);
    rs_picture *round = rs_alloc((n + 1) * sizeof *round);
    rsift_status status = round ? RSIFT_OK : rs_err_nomem(err, "the list of pictures");
    while (status == RSIFT_OK && n > 0) {
        size_t n_round = 0, n_later = 0;
        for (size_t i = 0; i < n; i++) {
            bool again = n_round && round[n_round - 1].member == chosen[i].member;
            if (again) chosen[n_later++] = chosen[i];
            else round[n_round++] = chosen[i];
        }
        n = n_later;
        const rs_pictures pictures = {
            .trees = &from->tree, .n_trees = 1, .items = round, .n = n_round};
        rs_index_media media = {.session = links->session,
                                .store = links->writing,
                                .plan = &plan,
                                .pictures = &pictures,
                                .evidence = RS_STR("linked"),
                                .family = "link"};
        status = rs_index_media_run(&media, err);
        rs_index_media_fini(&media);
    }
    rs_free(round);
    return status;
}

/* Do label files of one's own name the release's pictures, each by its own name? */
static rsift_status is_by_label(const rs_index_links *links, rs_str release_id, bool *out,
                                rsift_error *err)
{
    rs_arena scratch = {0};
    rs_plan_choice choice = {0};
    rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result;
    RS_TRY(rs_store_query(links->reading,
                          RS_STR("SELECT config FROM release WHERE release_id = $1"), &id, 1,
                          &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK)
        status = rs_choice_parse(&scratch, rs_result_str(result, 0), &choice, err);
    const rs_reader *reader = choice.reader.len ? rs_reader_find(choice.reader) : NULL;
    *out = reader && reader->probe_decides;
    rs_result_close(result);
    rs_arena_fini(&scratch);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The folders of label files whose pictures are missing; 0 when there are too many to tell. */
static size_t list_folders(const rs_index_missing *items, size_t n, rs_str folders[MOST_FOLDERS])
{
    size_t n_folders = 0;
    for (size_t i = 0; i < n; i++) {
        const rs_str folder = rs_str_dirname(items[i].path);
        bool known = false;
        for (size_t k = n_folders; k-- > 0 && !known;) known = rs_str_eq(folders[k], folder);
        if (known) continue;
        if (n_folders == MOST_FOLDERS) return 0;
        folders[n_folders++] = folder;
    }
    return n_folders > 1 ? n_folders : 0;
}

/* Counts the dataset's other names that come to pictures here: those that were found before, so
 * that a second link decides as the first did, and those of other releases. */
static rsift_status count_other_names(const rs_index_links *links, const rs_pictures *all,
                                      rs_str release_id, uint32_t *n_names, rsift_error *err)
{
    const rs_arg args[2] = {{.type = RS_ARG_STR, .str = links->dataset},
                            {.type = RS_ARG_STR, .str = release_id}};
    rs_result *row;
    RS_TRY(rs_store_query(
        links->reading,
        RS_STR("SELECT DISTINCT a.path FROM asset a JOIN release r USING (release_id) SEMI JOIN "
               "sample_asset USING (asset_id) WHERE r.dataset = $1 AND a.path NOT IN (SELECT path "
               "FROM asset WHERE release_id = $2 AND state = 'unresolved')"),
        args, 2, &row, err));
    rsift_status status;
    while ((status = rs_result_next(row, err)) == RSIFT_OK) {
        size_t at;
        const rs_picture_name name = {.path = rs_result_str(row, 0)};
        if (rs_pictures_resolve(all, &name, &at) >= RS_EXACT) n_names[at]++;
    }
    rs_result_close(row);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* What each missing picture of one release resolves to: RS_NPOS = nothing. A picture whose path
 * does not show the name's folders is meant only when no other such name comes to it: "im1/a.png"
 * and "im2/a.png" are two pictures, and a flat a.png is at most one of them. */
static rsift_status resolve_release(rs_index_links *links, const rs_pictures *all,
                                    const rs_index_missing *items, size_t n, size_t *at,
                                    rsift_error *err)
{
    bool by_label;
    RS_TRY(is_by_label(links, items[0].release_id, &by_label, err));
    rs_str folders[MOST_FOLDERS];
    const size_t n_folders = by_label ? list_folders(items, n, folders) : 0;
    uint32_t *n_names = rs_calloc(all->n + 1, sizeof *n_names); /* per picture */
    rs_resolved *how = rs_calloc(n, sizeof *how);
    if (!n_names || !how) {
        rs_free(n_names);
        rs_free(how);
        return rs_err_nomem(err, "the list of pictures");
    }
    for (size_t i = 0; i < n; i++) {
        at[i] = RS_NPOS;
        rs_picture_name name = rs_index_link_name(items[i].path, by_label);
        name.label_folders = folders;
        name.n_label_folders = n_folders;
        how[i] = rs_index_link_resolve(all, &name, items[i].other_name, &at[i]);
        if (how[i] >= RS_EXACT) n_names[at[i]]++;
    }
    rsift_status status = RSIFT_OK;
    /* a label's own name says which picture it means: others of that name are no rivals */
    if (!by_label) status = count_other_names(links, all, items[0].release_id, n_names, err);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        bool found = how[i] >= RS_EXACT;
        bool shared =
            found && rs_pictures_is_loose(all, at[i], items[i].path) && n_names[at[i]] > 1;
        found = found && !shared;
        links->n_ambiguous += how[i] == RS_AMBIGUOUS || shared;
        const bool mine = rs_index_links_is_mine(links, items[i].path);
        links->n_linked += found && mine;
        links->n_other_units += found && !mine;
        links->items[(size_t)(items - links->items) + i].linked = found;
        if (!found) at[i] = RS_NPOS;
    }
    rs_free(n_names);
    rs_free(how);
    return status;
}

/* Links the missing pictures of one release. */
static rsift_status link_release(rs_index_links *links, const elsewhere *from,
                                 const rs_index_missing *items, size_t n_items, rsift_error *err)
{
    size_t *at = rs_alloc(n_items * sizeof *at);
    rs_picture *chosen = rs_alloc(n_items * sizeof *chosen);
    rsift_status status = at && chosen ? resolve_release(links, &from->all, items, n_items, at, err)
                                       : rs_err_nomem(err, "the list of pictures");
    size_t n = 0;
    for (size_t i = 0; status == RSIFT_OK && i < n_items; i++) {
        if (at[i] == RS_NPOS || !rs_index_links_is_mine(links, items[i].path)) continue;
        chosen[n] = from->all.items[at[i]];
        chosen[n++].canonical = items[i].path; /* stored under the annotation's name */
    }
    if (status == RSIFT_OK) status = link_chosen(links, from, items[0].release_id, chosen, n, err);
    rs_free(at);
    rs_free(chosen);
    return status;
}

rsift_status rs_index_link_tree(rs_index_links *links, rs_str path, rsift_error *err)
{
    elsewhere from = {0};
    char *real = realpath(path.ptr, NULL);
    if (real) from.root = rs_arena_str(&links->arena, rs_str_of(real));
    free(real);
    if (!from.root.ptr)
        return rs_err_errno(err, errno, "\"%s\" is neither a path nor an indexed dataset",
                            path.ptr);
    rs_io_tree *tree;
    RS_TRY(rs_session_tree(links->session, from.root, &tree, err));
    from.tree = tree;
    rsift_status status = rs_pictures_open(&from.all, &from.tree, 1, NULL, err);
    from.all.named = 0; /* the user names this folder */
    for (size_t begin = 0, end; status == RSIFT_OK && begin < links->n; begin = end) {
        end = rs_index_release_end(links, begin);
        status = link_release(links, &from, links->items + begin, end - begin, err);
    }
    rs_pictures_fini(&from.all);
    rs_io_tree_close(tree);
    return status;
}
