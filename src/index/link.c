/* Linking: pictures that live elsewhere.
 *
 * Linking adds asset rows of state 'found' for pictures that were unresolved; the ids stay those of
 * the annotations' own names, so nothing that was decided about a sample changes its name. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "index/link.h"

#include "index/link_names.h"
#include "index/media.h"

#include "base/alloc.h"
#include "codec/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

typedef struct missing {
    rs_str path;
    rs_str release_id;
} missing;

typedef struct linker {
    rs_session *session;
    rs_store *reading, *writing;
    rs_arena arena;
    rs_str dataset;
    missing *items;
    size_t n, cap;
    int64_t n_linked, n_ambiguous;
} linker;

static rsift_status load_missing(linker *l, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = l->dataset};
    rs_result *result;
    RS_TRY(rs_store_query(
        l->reading,
        RS_STR("SELECT a.release_id, a.path FROM asset a JOIN release r USING (release_id) "
               "WHERE r.dataset = $1 AND a.state = 'unresolved' ORDER BY 1, 2"),
        &arg, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        if (!RS_VEC_RESERVE(l->items, l->cap, l->n + 1)) {
            status = rs_err_nomem(err, "the list of pictures");
            break;
        }
        missing m = {.release_id = rs_arena_str(&l->arena, rs_result_str(result, 0)),
                     .path = rs_arena_str(&l->arena, rs_result_str(result, 1))};
        if (!m.path.ptr || !m.release_id.ptr) {
            status = rs_err_nomem(err, "the list of pictures");
            break;
        }
        l->items[l->n++] = m;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- pictures in a folder or an archive ------------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
    const rs_picture *x = a, *y = b;
    if (x->member != y->member) return x->member < y->member ? -1 : 1;
    return rs_str_cmp(x->canonical, y->canonical);
}

/* Probes the chosen pictures of one release; a member that serves two names takes a second round,
 * since a sequential archive gives each member once. */
static rsift_status link_chosen(linker *l, const rs_io_tree *tree, rs_str root, rs_str release_id,
                                rs_picture *chosen, size_t n, rsift_error *err)
{
    rs_plan plan = {.dataset_id = l->dataset, .release_id = release_id, .roots = {root}};
    qsort(chosen, n, sizeof *chosen, by_place);
    while (n > 0) {
        rs_pictures round = {.trees = &tree, .n_trees = 1};
        rs_picture *now = rs_alloc(n * sizeof *now);
        if (!now) return rs_err_nomem(err, "the list of pictures");
        size_t n_later = 0;
        for (size_t i = 0; i < n; i++) {
            bool again = round.n && now[round.n - 1].member == chosen[i].member;
            if (again) chosen[n_later++] = chosen[i];
            else now[round.n++] = chosen[i];
        }
        round.items = now;
        rs_media media = {.session = l->session,
                          .store = l->writing,
                          .plan = &plan,
                          .pictures = &round,
                          .evidence = RS_STR("linked"),
                          .family = "link"};
        rsift_status status = rs_index_media(&media, err);
        rs_index_media_fini(&media);
        rs_free(now);
        RS_TRY(status);
        n = n_later;
    }
    return RSIFT_OK;
}

/* Does the name have folders that the picture's path does not show ("im1/a.png" for a.png)? */
static bool is_loose(const rs_pictures *all, size_t picture, rs_str name)
{
    const rs_picture *p = &all->items[picture];
    return !rs_str_ends(rs_io_member_at(all->trees[p->tree], p->member)->path, name);
}

/* What each missing picture of one release resolves to: RS_NPOS = nothing. A picture whose path
 * does not show the name's folders is taken only when no other such name comes to it: "im1/a.png"
 * and "im2/a.png" are two pictures, and a flat a.png is at most one of them. */
static rsift_status resolve_release(linker *l, const rs_pictures *all, const missing *items,
                                    size_t n, size_t *at, rsift_error *err)
{
    uint32_t *n_names = rs_calloc(all->n + 1, sizeof *n_names); /* loose ones, per picture */
    rs_resolved *how = rs_calloc(n, sizeof *how);
    if (!n_names || !how) {
        rs_free(n_names);
        rs_free(how);
        return rs_err_nomem(err, "the list of pictures");
    }
    for (size_t i = 0; i < n; i++) {
        at[i] = RS_NPOS;
        how[i] = rs_pictures_resolve(all, items[i].path, &at[i]);
        if (how[i] >= RS_EXACT && is_loose(all, at[i], items[i].path)) n_names[at[i]]++;
    }
    for (size_t i = 0; i < n; i++) {
        bool found = how[i] >= RS_EXACT;
        bool shared = found && is_loose(all, at[i], items[i].path) && n_names[at[i]] > 1;
        found = found && !shared;
        l->n_ambiguous += how[i] == RS_AMBIGUOUS || shared;
        l->n_linked += found;
        if (!found) at[i] = RS_NPOS;
    }
    rs_free(n_names);
    rs_free(how);
    return RSIFT_OK;
}

/* Links the missing pictures of one release to those of an open tree. */
static rsift_status link_to_tree(linker *l, rs_str root, const rs_pictures *all,
                                 const missing *items, size_t n_items, rsift_error *err)
{
    size_t *at = rs_alloc(n_items * sizeof *at);
    rs_picture *chosen = rs_alloc(n_items * sizeof *chosen);
    rsift_status status = at && chosen ? resolve_release(l, all, items, n_items, at, err)
                                       : rs_err_nomem(err, "the list of pictures");
    size_t n = 0;
    for (size_t i = 0; status == RSIFT_OK && i < n_items; i++) {
        if (at[i] == RS_NPOS) continue;
        chosen[n] = all->items[at[i]];
        chosen[n++].canonical = items[i].path;
    }
    if (status == RSIFT_OK)
        status = link_chosen(l, all->trees[0], root, items[0].release_id, chosen, n, err);
    rs_free(at);
    rs_free(chosen);
    return status;
}

/* Where the release of missing picture `begin` ends in the list. */
static size_t release_end(const linker *l, size_t begin)
{
    size_t end = begin + 1;
    while (end < l->n && rs_str_eq(l->items[end].release_id, l->items[begin].release_id)) end++;
    return end;
}

static rsift_status link_tree(linker *l, rs_str path, rsift_error *err)
{
    char *real = realpath(path.ptr, NULL);
    rs_str root = real ? rs_arena_str(&l->arena, rs_str_of(real)) : (rs_str){NULL, 0};
    free(real);
    if (!root.ptr)
        return rs_err_errno(err, errno, "\"%s\" is neither a path nor an indexed dataset",
                            path.ptr);
    rs_io_options options = {.limits = &l->session->limits};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(root, &options, &tree, err));
    rs_pictures all;
    const rs_io_tree *trees[1] = {tree};
    rsift_status status = rs_pictures_open(&all, trees, 1, NULL, 0, err);
    for (size_t begin = 0, end; status == RSIFT_OK && begin < l->n; begin = end) {
        end = release_end(l, begin);
        status = link_to_tree(l, root, &all, l->items + begin, end - begin, err);
    }
    rs_pictures_fini(&all);
    rs_io_tree_close(tree);
    return status;
}

/* ---- pictures of another indexed dataset ----------------------------------------------------- */

/* The columns of another dataset's picture, in the order in which put_copy reads them. */
enum {
    C_ASSET_ID,
    C_PATH,
    C_LOCATOR,
    C_FORMAT,
    C_WIDTH,
    C_HEIGHT,
    C_BANDS,
    C_DTYPE,
    C_N_BYTES,
    C_N_FRAMES,
    C_ORIENTATION,
    C_GSD_M,
    C_CONTENT_HASH,
    C_MEMBER,
    C_ROOT
};
static const char other_sql[] =
    "SELECT a.asset_id, a.path, a.locator, a.format, a.width, a.height, a.bands, a.dtype, "
    "a.n_bytes, a.n_frames, a.orientation, a.gsd_m, a.content_hash, a.member, a.root "
    "FROM asset a JOIN release r USING (release_id) "
    "WHERE r.dataset = $1 AND a.state = 'found' ORDER BY a.path, a.asset_id";

/* How well a picture answers to a name: its path is the name, ends in the name, or is the end of
 * the name (folders that the name has are not shown by the path). */
typedef enum match_rank { NO_MATCH, LOOSE_MATCH, TAIL_MATCH, PATH_MATCH } match_rank;

/* The best picture for one missing picture so far. */
typedef struct match {
    match_rank rank;
    bool ambiguous; /* several different pictures answer equally well: none is linked */
    bool has_content;
    rs_id asset, content;
    uint32_t next; /* chain of one asset; UINT32_MAX ends */
} match;

/* One of the names by which a missing picture may be known, or the end of one. */
typedef struct waiting {
    uint32_t missing, next; /* next: chain of one name; UINT32_MAX ends */
    bool is_end;            /* the end of a name: only a picture of just that path answers */
} waiting;

/* The missing pictures of one release and what the other dataset has for them. */
typedef struct wanted {
    linker *l;
    rs_str other;
    const missing *items;
    size_t n;
    match *matches;
    rs_strmap names; /* name -> heads */
    uint32_t *heads;
    size_t cap_heads;
    waiting *nodes;
    size_t n_nodes, cap_nodes;
    bool any_class;                   /* a name has a component RS_INDEX_ANY_CLASS */
    const rs_catalog_dataset *record; /* of the other dataset; NULL = none */
} wanted;

static rsift_status add_name(wanted *w, rs_str name, uint32_t number, bool is_end, rsift_error *err)
{
    bool made;
    size_t at = rs_strmap_put(&w->names, name, &made);
    if (at == RS_NPOS || !RS_VEC_RESERVE(w->heads, w->cap_heads, at + 1) ||
        !RS_VEC_RESERVE(w->nodes, w->cap_nodes, w->n_nodes + 1))
        return rs_err_nomem(err, "the links");
    w->nodes[w->n_nodes] =
        (waiting){.missing = number, .next = made ? UINT32_MAX : w->heads[at], .is_end = is_end};
    w->heads[at] = (uint32_t)w->n_nodes++;
    w->any_class |= rs_str_find(name, RS_STR(RS_INDEX_ANY_CLASS)) != RS_NPOS;
    return RSIFT_OK;
}

/* Enters every name by which the other dataset may hold missing picture `number`, and its ends. */
static rsift_status add_names(wanted *w, const rs_catalog_dataset *dataset, uint32_t number,
                              rsift_error *err)
{
    rs_str *names;
    size_t n;
    RS_TRY(rs_index_link_names(&w->l->arena, dataset, w->other, w->items[number].path, &names, &n,
                               err));
    for (size_t i = 0; i < n; i++) {
        RS_TRY(add_name(w, names[i], number, false, err));
        for (rs_str end = names[i];;) {
            size_t slash = rs_str_find_char(end, '/');
            if (slash == RS_NPOS) break;
            end = rs_str_sub(end, slash + 1, end.len);
            RS_TRY(add_name(w, end, number, true, err));
        }
    }
    return RSIFT_OK;
}

/* The row answers to `name`: every missing picture that waits for the name hears of it. */
static void offer(wanted *w, rs_str name, match_rank answers, rs_result *row)
{
    size_t at = rs_strmap_get(&w->names, name);
    if (at == RS_NPOS) return;
    const rs_id asset = rs_result_id(row, C_ASSET_ID);
    const bool has_content = !rs_result_null(row, C_CONTENT_HASH);
    const rs_id content = has_content ? rs_result_id(row, C_CONTENT_HASH) : (rs_id){0, 0};
    for (uint32_t i = w->heads[at]; i != UINT32_MAX; i = w->nodes[i].next) {
        match *m = &w->matches[w->nodes[i].missing];
        if (w->nodes[i].is_end && answers != PATH_MATCH) continue;
        const match_rank rank = w->nodes[i].is_end ? LOOSE_MATCH : answers;
        if (rank < m->rank) continue;
        if (rank > m->rank) {
            *m = (match){
                .rank = rank, .has_content = has_content, .asset = asset, .content = content};
        } else if (!rs_id_eq(asset, m->asset) &&
                   !(has_content && m->has_content && rs_id_eq(content, m->content))) {
            m->ambiguous = true;
        }
    }
}

static bool is_class(const rs_catalog_dataset *record, rs_str word)
{
    if (!record || record->classes.n == 0) return true;
    for (size_t i = 0; i < record->classes.n; i++)
        if (rs_str_eq(record->classes.items[i], word)) return true;
    return false;
}

/* Offers the row under `tail` with each folder that is a class written as RS_INDEX_ANY_CLASS. */
static rsift_status offer_classes(wanted *w, rs_str tail, match_rank rank, rs_result *row,
                                  rs_buf *scratch, rsift_error *err)
{
    for (size_t begin = 0, slash; begin < tail.len; begin = slash + 1) {
        slash = rs_str_find_char(rs_str_sub(tail, begin, tail.len), '/');
        if (slash == RS_NPOS) break;
        slash += begin;
        if (!is_class(w->record, rs_str_sub(tail, begin, slash))) continue;
        scratch->len = 0;
        rs_buf_str(scratch, rs_str_sub(tail, 0, begin));
        rs_buf_cstr(scratch, RS_INDEX_ANY_CLASS);
        rs_buf_str(scratch, rs_str_sub(tail, slash, tail.len));
        if (scratch->failed) return rs_err_nomem(err, "the links");
        offer(w, rs_buf_view(scratch), rank, row);
    }
    return RSIFT_OK;
}

/* Offers the row under a path and under every end of it. */
static rsift_status offer_path(wanted *w, rs_str path, rs_result *row, rs_buf *scratch,
                               rsift_error *err)
{
    match_rank rank = PATH_MATCH;
    for (;;) {
        offer(w, path, rank, row);
        if (w->any_class) RS_TRY(offer_classes(w, path, rank, row, scratch, err));
        size_t slash = rs_str_find_char(path, '/');
        if (slash == RS_NPOS) return RSIFT_OK;
        path = rs_str_sub(path, slash + 1, path.len);
        rank = TAIL_MATCH;
    }
}

/* Finds for every missing picture the best picture of the other dataset. */
static rsift_status match_pictures(wanted *w, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = w->other};
    rs_result *row;
    rs_buf scratch = {0};
    RS_TRY(rs_store_query(w->l->reading, rs_str_of(other_sql), &arg, 1, &row, err));
    rsift_status status;
    while ((status = rs_result_next(row, err)) == RSIFT_OK) {
        status = offer_path(w, rs_result_str(row, C_PATH), row, &scratch, err);
        bool other_name = !rs_result_null(row, C_MEMBER) &&
                          !rs_str_eq(rs_result_str(row, C_MEMBER), rs_result_str(row, C_PATH));
        if (status == RSIFT_OK && other_name)
            status = offer_path(w, rs_result_str(row, C_MEMBER), row, &scratch, err);
        if (status != RSIFT_OK) break;
    }
    rs_buf_fini(&scratch);
    rs_result_close(row);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* A column of the other dataset's row, NULL where that is. */
static void copy_number(rs_rows *rows, int column, const rs_result *row, size_t from)
{
    if (!rs_result_null(row, from)) rs_put_i64(rows, column, rs_result_i64(row, from));
}

/* The asset row of a missing picture that is the other dataset's picture. */
static void put_copy(rs_part *part, rs_str dataset, const missing *m, rs_result *row)
{
    rs_rows *rows = rs_part_rows(part, RS_T_ASSET);
    rs_put_id(rows, RS_ASSET_asset_id, rs_model_asset_id(dataset, m->path));
    rs_put_str(rows, RS_ASSET_release_id, m->release_id);
    rs_put_str(rows, RS_ASSET_locator, rs_result_str(row, C_LOCATOR));
    rs_put_str(rows, RS_ASSET_path, m->path);
    rs_put_str(rows, RS_ASSET_state, RS_STR("found"));
    rs_put_str(rows, RS_ASSET_format, rs_result_str(row, C_FORMAT));
    copy_number(rows, RS_ASSET_width, row, C_WIDTH);
    copy_number(rows, RS_ASSET_height, row, C_HEIGHT);
    copy_number(rows, RS_ASSET_bands, row, C_BANDS);
    rs_put_str(rows, RS_ASSET_dtype, rs_result_str(row, C_DTYPE));
    copy_number(rows, RS_ASSET_n_bytes, row, C_N_BYTES);
    copy_number(rows, RS_ASSET_n_frames, row, C_N_FRAMES);
    copy_number(rows, RS_ASSET_orientation, row, C_ORIENTATION);
    if (!rs_result_null(row, C_GSD_M))
        rs_put_double(rows, RS_ASSET_gsd_m, rs_result_double(row, C_GSD_M));
    if (!rs_result_null(row, C_CONTENT_HASH))
        rs_put_id(rows, RS_ASSET_content_hash, rs_result_id(row, C_CONTENT_HASH));
    rs_put_str(rows, RS_ASSET_evidence, RS_STR("linked"));
    rs_put_str(rows, RS_ASSET_member, rs_result_str(row, C_MEMBER));
    rs_put_str(rows, RS_ASSET_root, rs_result_str(row, C_ROOT));
    rs_put_end(rows);
}

/* The chosen pictures, each with the chain of the missing ones that it answers. */
typedef struct chosen {
    rs_idmap assets;
    uint32_t *heads;
} chosen;

/* Lists the chosen pictures; two missing ones that come to one picture by the ends of their names
 * are ambiguous. */
static rsift_status choose_matches(wanted *w, chosen *out, rsift_error *err)
{
    uint32_t *n_loose = rs_calloc(w->n + 1, sizeof *n_loose);
    out->heads = rs_alloc((w->n + 1) * sizeof *out->heads);
    rsift_status status = n_loose && out->heads ? RSIFT_OK : rs_err_nomem(err, "the links");
    for (size_t i = 0; status == RSIFT_OK && i < w->n; i++) {
        match *m = &w->matches[i];
        if (m->rank == NO_MATCH || m->ambiguous) continue;
        bool made;
        size_t at = rs_idmap_put(&out->assets, m->asset, &made);
        if (at == RS_NPOS) {
            status = rs_err_nomem(err, "the links");
            break;
        }
        m->next = made ? UINT32_MAX : out->heads[at];
        out->heads[at] = (uint32_t)i;
        n_loose[at] += m->rank == LOOSE_MATCH;
    }
    for (size_t i = 0; status == RSIFT_OK && i < w->n; i++) {
        match *m = &w->matches[i];
        if (m->rank == LOOSE_MATCH && !m->ambiguous)
            m->ambiguous = n_loose[rs_idmap_get(&out->assets, m->asset)] > 1;
        w->l->n_ambiguous += m->ambiguous;
    }
    rs_free(n_loose);
    return status;
}

/* Copies the rows of the chosen pictures, each under the names of the missing ones it answers. */
static rsift_status copy_matches(wanted *w, rs_part *part, rsift_error *err)
{
    chosen c = {0};
    rs_result *row = NULL;
    rs_arg arg = {.type = RS_ARG_STR, .str = w->other};
    rsift_status status = choose_matches(w, &c, err);
    if (status == RSIFT_OK)
        status = rs_store_query(w->l->reading, rs_str_of(other_sql), &arg, 1, &row, err);
    while (status == RSIFT_OK && (status = rs_result_next(row, err)) == RSIFT_OK) {
        size_t at = rs_idmap_get(&c.assets, rs_result_id(row, C_ASSET_ID));
        if (at == RS_NPOS) continue;
        for (uint32_t i = c.heads[at]; i != UINT32_MAX; i = w->matches[i].next) {
            if (w->matches[i].ambiguous) continue;
            put_copy(part, w->l->dataset, &w->items[i], row);
            w->l->n_linked++;
        }
        c.heads[at] = UINT32_MAX; /* a picture of two releases has two rows: one is enough */
    }
    rs_result_close(row);
    rs_idmap_fini(&c.assets);
    rs_free(c.heads);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Links the missing pictures of one release; one part when any was found. */
static rsift_status link_release(wanted *w, rsift_error *err)
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, w->other);
    for (size_t i = 0; i < w->n; i++) rs_hash_field(&h, w->items[i].path);
    char name[80], print[RS_ID_TEXT];
    snprintf(name, sizeof name, "link-%.16s-0-1", rs_id_text(print, rs_hash_end(&h)));

    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(w->l->session, &catalog, err));
    const rs_catalog_dataset *dataset = rs_catalog_find(catalog, w->l->dataset);
    w->record = rs_catalog_find(catalog, w->other);
    for (size_t i = 0; i < w->n; i++) RS_TRY(add_names(w, dataset, (uint32_t)i, err));
    RS_TRY(match_pictures(w, err));

    const int64_t before = w->l->n_linked;
    rs_part *part;
    RS_TRY(rs_part_new(w->l->writing, w->items[0].release_id, rs_str_of(name), &part, err));
    rsift_status status = copy_matches(w, part, err);
    if (status == RSIFT_OK && w->l->n_linked > before) return rs_part_commit(part, err);
    rs_part_discard(part);
    return status;
}

static rsift_status link_dataset(linker *l, rs_str other, rsift_error *err)
{
    rsift_status status = RSIFT_OK;
    for (size_t begin = 0, end; status == RSIFT_OK && begin < l->n; begin = end) {
        end = release_end(l, begin);
        wanted w = {.l = l, .other = other, .items = l->items + begin, .n = end - begin};
        w.matches = rs_calloc(w.n, sizeof *w.matches);
        status = w.matches ? link_release(&w, err) : rs_err_nomem(err, "the links");
        rs_strmap_fini(&w.names);
        rs_free(w.heads);
        rs_free(w.nodes);
        rs_free(w.matches);
    }
    return status;
}

static rsift_status is_indexed(rs_store *store, rs_str dataset, bool *out, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = dataset};
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT 1 FROM release WHERE dataset = $1 LIMIT 1"), &arg,
                          1, &result, err));
    rsift_status status = rs_result_next(result, err);
    *out = status == RSIFT_OK;
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_index_link(rs_session *session, const char *dataset, const char *images,
                           rsift_answer *out, rsift_error *err)
{
    *out = (rsift_answer){0};
    linker l = {.session = session, .dataset = rs_str_of(dataset)};
    bool indexed = false, other = false;
    rsift_status status = rs_session_store(session, RS_STORE_READ, false, &l.reading, err);
    if (status == RSIFT_OK) status = is_indexed(l.reading, l.dataset, &indexed, err);
    if (status == RSIFT_OK && !indexed)
        status = rs_err_set(err, RSIFT_E_ARG, "\"%s\" is not indexed here; `rsift index` it first",
                            dataset);
    if (status == RSIFT_OK) status = load_missing(&l, err);
    if (status == RSIFT_OK) status = is_indexed(l.reading, rs_str_of(images), &other, err);
    if (status == RSIFT_OK)
        status = rs_session_store(session, RS_STORE_PARTS, false, &l.writing, err);
    int64_t n_missing = (int64_t)l.n;
    if (status == RSIFT_OK)
        status = other ? link_dataset(&l, rs_str_of(images), err)
                       : link_tree(&l, rs_str_of(images), err);
    if (status == RSIFT_OK) {
        rs_buf b = {0};
        rs_buf_cstr(&b, "{\"schema\":\"rsift.link/1\",\"dataset\":");
        rs_json_put_str(&b, l.dataset);
        rs_buf_printf(&b,
                      ",\"unresolved\":%" PRId64 ",\"linked\":%" PRId64 ",\"ambiguous\":%" PRId64
                      ",\"left\":%" PRId64 "}",
                      n_missing, l.n_linked, l.n_ambiguous, n_missing - l.n_linked);
        status = rs_session_answer(&b, out, err);
        rs_buf_fini(&b);
    }
    rs_store_close(l.writing);
    rs_store_close(l.reading);
    rs_free(l.items);
    rs_arena_fini(&l.arena);
    return status;
}
