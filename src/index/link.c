/* Linking: pictures that live elsewhere.
 *
 * Linking adds asset rows of state 'found' for pictures that were unresolved; the ids stay those of
 * the annotations' own names, so nothing that was decided about a sample changes its name. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "index/link.h"

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
    rs_media_options options = {.evidence = RS_STR("linked"), .family = "link"};
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
        rsift_status status = rs_index_media(l->session, l->writing, &plan, &round, &options, err);
        rs_free(now);
        RS_TRY(status);
        n = n_later;
    }
    return RSIFT_OK;
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
    rs_picture *chosen = rs_alloc((l->n + 1) * sizeof *chosen);
    if (status == RSIFT_OK && !chosen) status = rs_err_nomem(err, "the list of pictures");
    for (size_t i = 0, n = 0; status == RSIFT_OK && i < l->n; i++) {
        size_t at;
        rs_resolved how = rs_pictures_resolve(&all, l->items[i].path, &at);
        l->n_ambiguous += how == RS_AMBIGUOUS;
        if (how >= RS_EXACT) {
            chosen[n] = all.items[at];
            chosen[n++].canonical = l->items[i].path;
            l->n_linked++;
        }
        bool last = i + 1 == l->n || !rs_str_eq(l->items[i].release_id, l->items[i + 1].release_id);
        if (!last) continue;
        status = link_chosen(l, tree, root, l->items[i].release_id, chosen, n, err);
        n = 0;
    }
    rs_free(chosen);
    rs_pictures_fini(&all);
    rs_io_tree_close(tree);
    return status;
}

/* ---- pictures of another indexed dataset ----------------------------------------------------- */

static const char copy_columns[] = "path, locator, format, width, height, bands, dtype, n_bytes, "
                                   "n_frames, orientation, gsd_m, content_hash, "
                                   "member, root";

/* "Images/{stem}.jpg" for a picture's name. */
static rs_str fill(rs_arena *arena, rs_str template, rs_str path)
{
    rs_buf b = {0};
    for (size_t i = 0; i < template.len;) {
        rs_str rest = rs_str_sub(template, i, template.len);
        if (rs_str_starts(rest, RS_STR("{name}"))) {
            rs_buf_str(&b, rs_str_basename(path));
            i += 6;
        } else if (rs_str_starts(rest, RS_STR("{stem}"))) {
            rs_buf_str(&b, rs_str_stem(path));
            i += 6;
        } else {
            rs_buf_char(&b, template.ptr[i++]);
        }
    }
    rs_str text = b.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_buf_view(&b));
    rs_buf_fini(&b);
    return text;
}

/* Templates by which the record says where its pictures lie in `other`. */
static rsift_status templates_of(linker *l, rs_str other, rs_str **templates, size_t *n,
                                 rsift_error *err)
{
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(l->session, &catalog, err));
    const rs_catalog_dataset *d = rs_catalog_find(catalog, l->dataset);
    size_t cap = 0;
    for (size_t r = 0; d && r < d->releases.n; r++) {
        for (size_t s = 0; s < d->releases.items[r].sources.n; s++) {
            const rs_catalog_source *source = &d->releases.items[r].sources.items[s];
            for (size_t i = 0; i < source->images_from.n; i++) {
                if (!rs_str_eq(source->images_from.items[i].dataset, other)) continue;
                if (!rs_arena_grow(&l->arena, (void **)templates, &cap, *n + 1, sizeof **templates))
                    return rs_err_nomem(err, "the templates");
                (*templates)[(*n)++] = source->images_from.items[i].path;
            }
        }
    }
    return RSIFT_OK;
}

/* Paths by which the other dataset may know a picture -> the missing pictures that wait for it. */
typedef struct waiting {
    rs_strmap names;
    uint32_t *heads, *next;
    size_t cap;
} waiting;

static rsift_status wait_for(waiting *w, rs_str name, uint32_t number, rsift_error *err)
{
    bool made;
    size_t at = rs_strmap_put(&w->names, name, &made);
    if (at == RS_NPOS || !RS_VEC_RESERVE(w->heads, w->cap, at + 1))
        return rs_err_nomem(err, "the links");
    w->next[number] = made ? UINT32_MAX : w->heads[at];
    w->heads[at] = number;
    return RSIFT_OK;
}

static void put_copy(rs_part *part, rs_str dataset, const missing *m, rs_result *r)
{
    rs_rows *rows = rs_part_rows(part, RS_T_ASSET);
    rs_put_id(rows, rs_model_asset_id(dataset, m->path));
    rs_put_str(rows, m->release_id);
    rs_put_str(rows, rs_result_str(r, 1));
    rs_put_str(rows, m->path);
    rs_put_str(rows, RS_STR("found"));
    rs_put_str(rows, rs_result_str(r, 2));
    for (size_t c = 3; c <= 5; c++) {
        if (rs_result_null(r, c)) rs_put_null(rows);
        else rs_put_i64(rows, rs_result_i64(r, c));
    }
    rs_put_str(rows, rs_result_null(r, 6) ? (rs_str){NULL, 0} : rs_result_str(r, 6));
    for (size_t c = 7; c <= 9; c++) {
        if (rs_result_null(r, c)) rs_put_null(rows);
        else rs_put_i64(rows, rs_result_i64(r, c));
    }
    if (rs_result_null(r, 10)) rs_put_null(rows);
    else rs_put_double(rows, rs_result_double(r, 10));
    if (rs_result_null(r, 11)) rs_put_null(rows);
    else rs_put_id(rows, rs_result_id(r, 11));
    rs_put_null(rows);
    rs_put_null(rows);
    rs_put_str(rows, RS_STR("linked"));
    rs_put_str(rows, rs_result_str(r, 12));
    rs_put_str(rows, rs_result_str(r, 13));
    rs_put_end(rows);
}

static rsift_status copy_matches(linker *l, const waiting *w, rs_str other, rs_part **parts,
                                 rsift_error *err)
{
    rs_arena sql = {0};
    rs_str text = rs_arena_printf(
        &sql,
        "SELECT %s FROM asset a JOIN release r USING (release_id) WHERE r.dataset = $1 "
        "AND a.state = 'found' ORDER BY path",
        copy_columns);
    rs_arg arg = {.type = RS_ARG_STR, .str = other};
    rs_result *result;
    rsift_status status = text.ptr ? rs_store_query(l->reading, text, &arg, 1, &result, err)
                                   : rs_err_nomem(err, "a question");
    while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_str path = rs_result_str(result, 0);
        for (;;) { /* the whole path, then every tail of it */
            size_t at = rs_strmap_get(&w->names, path);
            for (uint32_t i = at == RS_NPOS ? UINT32_MAX : w->heads[at]; i != UINT32_MAX;
                 i = w->next[i]) {
                if (!l->items[i].path.ptr) continue; /* linked by an earlier picture */
                put_copy(parts[i], l->dataset, &l->items[i], result);
                l->items[i].path.ptr = NULL;
                l->n_linked++;
            }
            size_t slash = rs_str_find_char(path, '/');
            if (slash == RS_NPOS) break;
            path = rs_str_sub(path, slash + 1, path.len);
        }
    }
    if (text.ptr && status != RSIFT_E_NOMEM) rs_result_close(result);
    rs_arena_fini(&sql);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status link_release(linker *l, rs_str other, const rs_str *templates,
                                 size_t n_templates, size_t begin, size_t end, rsift_error *err)
{
    linker one = *l;
    one.items = l->items + begin;
    one.n = end - begin;
    waiting w = {.next = rs_alloc((one.n + 1) * sizeof *w.next)};
    rs_part **parts = rs_alloc((one.n + 1) * sizeof *parts);
    rs_part *part = NULL;
    char name[80], print[RS_ID_TEXT];
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, other);
    for (size_t i = 0; i < one.n; i++) rs_hash_field(&h, one.items[i].path);
    snprintf(name, sizeof name, "link-%.16s-0-1", rs_id_text(print, rs_hash_end(&h)));
    rsift_status status = w.next && parts ? RSIFT_OK : rs_err_nomem(err, "the links");
    for (size_t i = 0; status == RSIFT_OK && i < one.n; i++) {
        rs_str wanted =
            n_templates ? fill(&l->arena, templates[0], one.items[i].path) : one.items[i].path;
        status =
            wanted.ptr ? wait_for(&w, wanted, (uint32_t)i, err) : rs_err_nomem(err, "the links");
    }
    int64_t before = one.n_linked;
    if (status == RSIFT_OK)
        status = rs_part_new(l->writing, one.items[0].release_id, rs_str_of(name), &part, err);
    for (size_t i = 0; status == RSIFT_OK && i < one.n; i++) parts[i] = part;
    if (status == RSIFT_OK) status = copy_matches(&one, &w, other, parts, err);
    if (part && status == RSIFT_OK && one.n_linked > before) status = rs_part_commit(part, err);
    else if (part) rs_part_discard(part);
    l->n_linked = one.n_linked;
    rs_strmap_fini(&w.names);
    rs_free(w.heads);
    rs_free(w.next);
    rs_free(parts);
    return status;
}

static rsift_status link_dataset(linker *l, rs_str other, rsift_error *err)
{
    rs_str *templates = NULL;
    size_t n_templates = 0;
    RS_TRY(templates_of(l, other, &templates, &n_templates, err));
    for (size_t begin = 0, end; begin < l->n; begin = end) {
        for (end = begin + 1;
             end < l->n && rs_str_eq(l->items[end].release_id, l->items[begin].release_id);)
            end++;
        RS_TRY(link_release(l, other, templates, n_templates, begin, end, err));
    }
    return RSIFT_OK;
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
