/* Where a release lies: see lie.h. */
#include "release/lie.h"

#include "base/map.h"
#include "catalog/pattern.h"
#include "release/typed.h"

enum { MOST_COPIES = 8, MOST_ROOTS = 32 };

/* ---- folders --------------------------------------------------------------------------------- */

/* The deepest folder that holds what was added to it. */
typedef struct common {
    rs_str folder;
    bool any;
} common;

static bool is_in(rs_str path, rs_str folder)
{
    return folder.len == 0 ||
           (rs_str_starts(path, folder) && (path.len == folder.len || path.ptr[folder.len] == '/'));
}

static void add_folder(common *to, rs_str folder)
{
    if (!to->any) to->folder = folder;
    to->any = true;
    while (!is_in(folder, to->folder)) to->folder = rs_str_dirname(to->folder);
}

/* The folder on disk that a pattern's match begins in: the path without the tail that the pattern
 * matched. Of a file in an archive it is the archive, or the folder that the archive lies in when
 * the match begins before it. */
static rs_str root_of(const rs_io_tree *tree, size_t member, rs_str tail)
{
    const rs_io_member *m = rs_io_member_at(tree, member);
    if (rs_str_find(m->chain, RS_STR(" > ")) == RS_NPOS) {
        if (tail.len >= m->path.len) return RS_STR(""); /* the match begins above the path */
        const rs_str root = rs_str_sub(m->path, 0, m->path.len - tail.len);
        return rs_str_sub(root, 0, root.len - rs_str_ends(root, RS_STR("/")));
    }
    const rs_str archive = rs_io_file_at(tree, m->file)->path;
    return rs_str_ends(m->chain, tail) ? archive : rs_str_dirname(archive);
}

/* ---- looking --------------------------------------------------------------------------------- */

/* Folders that matches begin in, with how many; beyond MOST_ROOTS they are not told apart. */
typedef struct roots {
    struct {
        rs_str folder;
        size_t n;
    } items[MOST_ROOTS];
    size_t n;
} roots;

static void count_root(roots *to, rs_str folder)
{
    size_t k = 0;
    while (k < to->n && !rs_str_eq(to->items[k].folder, folder)) k++;
    if (k == MOST_ROOTS) return;
    if (k == to->n) to->items[to->n++].folder = folder;
    to->items[k].n++;
}

/* The folder with the most, the first of several; ptr NULL = there is none. */
static rs_str main_root(const roots *of)
{
    size_t most = 0;
    for (size_t k = 1; k < of->n; k++)
        if (of->items[k].n > of->items[most].n) most = k;
    return of->n ? of->items[most].folder : (rs_str){NULL, 0};
}

typedef struct look {
    const rs_release_scan *scan;
    rs_texts paths;
    rs_arena *arena;
    rs_strmap tails; /* logical name -> number in first_root */
    rs_str *first_root;
    size_t cap_roots;
    common files;
    roots of_files, of_pictures;
    rs_str copies[MOST_COPIES];
    size_t n_copies;
    bool has_copies;
} look;

/* Files of one logical name that lie in two places are copies. */
static rsift_status add_match(look *l, size_t member, rs_str tail, rsift_error *err)
{
    bool made;
    const rs_str root = root_of(l->scan->tree, member, tail);
    const size_t k = rs_strmap_put(&l->tails, tail, &made);
    if (k == RS_NPOS || !rs_arena_grow(l->arena, (void **)&l->first_root, &l->cap_roots, k + 1,
                                       sizeof *l->first_root))
        return rs_err_nomem(err, "a scan");
    if (made) l->first_root[k] = root;
    l->has_copies |= !rs_str_eq(l->first_root[k], root);
    count_root(&l->of_files, root);
    add_folder(&l->files, root);
    return RSIFT_OK;
}

/* A release that lies there twice is read where most of its files and pictures are; the rest are
 * copies. */
static void settle_copies(look *l, rs_texts pictures)
{
    if (!l->has_copies) return;
    for (size_t p = 0; p < pictures.n; p++)
        for (size_t i = 0; i < l->paths.n; i++) {
            rs_str tail;
            if (!rs_catalog_match(pictures.items[p], l->paths.items[i], &tail)) continue;
            const rs_str root = root_of(l->scan->tree, i, tail);
            for (size_t k = 0; k < l->of_files.n; k++)
                l->of_files.items[k].n += is_in(root, l->of_files.items[k].folder);
        }
    l->files = (common){main_root(&l->of_files), true};
    for (size_t k = 0; k < l->of_files.n && l->n_copies < MOST_COPIES; k++)
        if (!is_in(l->of_files.items[k].folder, l->files.folder))
            l->copies[l->n_copies++] = l->of_files.items[k].folder;
}

static rsift_status add_files(look *l, rs_texts patterns, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_catalog_selection files;
    rsift_status status = rs_catalog_select(&scratch, patterns, l->paths, &files, err);
    for (size_t f = 0; status == RSIFT_OK && f < files.n; f++)
        status = add_match(l, files.members[f], files.logical[f], err);
    rs_arena_fini(&scratch);
    return status;
}

static bool is_copy(const look *l, rs_str root)
{
    for (size_t i = 0; i < l->n_copies; i++)
        if (is_in(root, l->copies[i])) return true;
    return false;
}

/* How many pictures match the pattern that no pattern before did. */
static size_t add_pictures(look *l, rs_str pattern, bool *seen)
{
    size_t n = 0;
    for (size_t i = 0; i < l->paths.n; i++) {
        rs_str tail;
        if (seen[i] || !rs_catalog_match(pattern, l->paths.items[i], &tail)) continue;
        const rs_str root = root_of(l->scan->tree, i, tail);
        if (is_copy(l, root)) continue;
        seen[i] = true;
        n++;
        count_root(&l->of_pictures, root);
    }
    return n;
}

/* ---- what is absent -------------------------------------------------------------------------- */

static bool contains_nocase(rs_str text, rs_str word)
{
    for (size_t i = 0; word.len && i + word.len <= text.len; i++)
        if (rs_str_eq_nocase(rs_str_sub(text, i, i + word.len), word)) return true;
    return false;
}

/* Pictures of the splits that the folder's name holds ("trainval" holds two); -1 = of none. */
static int64_t expected_in(const rs_catalog_dataset *dataset, rs_str folder)
{
    int64_t n = -1;
    for (size_t i = 0; i < dataset->sizes.splits.n; i++) {
        const rs_catalog_split_size *split = &dataset->sizes.splits.items[i];
        if (split->images > 0 && contains_nocase(folder, split->name))
            n = (n < 0 ? 0 : n) + split->images;
    }
    return n;
}

/* The folders of pictures that no file matches. Patterns may be other editions' names: a folder is
 * absent only while pictures are, and when what it holds is not more than these. */
static rsift_status find_absent(look *l, const rs_catalog_candidate *c, rs_release_lie *out,
                                rsift_error *err)
{
    const rs_texts patterns = c->release->images;
    bool *seen = rs_arena_calloc(l->arena, l->paths.n + 1, sizeof *seen);
    size_t *n = rs_arena_calloc(l->arena, patterns.n + 1, sizeof *n);
    out->absent = rs_arena_calloc(l->arena, patterns.n + 1, sizeof *out->absent);
    if (!seen || !n || !out->absent) return rs_err_nomem(err, "a scan");
    for (size_t i = 0; i < patterns.n; i++)
        out->n_images += n[i] = add_pictures(l, patterns.items[i], seen);
    const int64_t all = c->dataset->sizes.images, here = (int64_t)out->n_images;
    if (patterns.n == 0 || (all >= 0 && here >= all)) return RSIFT_OK;
    if (here == 0) {
        out->absent[out->n_absent++] = (rs_release_absence){rs_str_dirname(patterns.items[0]), all};
        return RSIFT_OK;
    }
    for (size_t i = 0; i < patterns.n; i++) {
        const rs_str folder = rs_str_dirname(patterns.items[i]);
        const int64_t expected = expected_in(c->dataset, rs_str_basename(folder));
        if (n[i] || expected < 0 || all < 0 || expected > all - here) continue;
        out->absent[out->n_absent++] = (rs_release_absence){folder, expected};
    }
    return RSIFT_OK;
}

/* ---- the command ----------------------------------------------------------------------------- */

/* Is another release of the dataset described, so that its name alone does not tell which? */
static rsift_status set_command(const look *l, const rs_catalog_candidate *c, rs_str path,
                                rs_release_lie *out, rsift_error *err)
{
    rs_buf b = {0};
    rs_buf_cstr(&b, "rsift index ");
    rs_typed_path(&b, l->arena, path, out->folder);
    rs_buf_printf(&b, " --dataset %.*s", RS_STR_ARG(c->dataset->id));
    if (c->dataset->releases.n > 1)
        rs_buf_printf(&b, " --release %.*s", RS_STR_ARG(c->release->id));
    if (out->images.ptr) {
        rs_buf_cstr(&b, " --images ");
        rs_typed_path(&b, l->arena, path, out->images);
    }
    out->command = rs_arena_str(l->arena, rs_buf_view(&b));
    const bool lost = b.failed || !out->command.ptr;
    rs_buf_fini(&b);
    return lost ? rs_err_nomem(err, "a scan") : RSIFT_OK;
}

/* One folder for files and pictures when they have one of their own below the path, else one for
 * each. Pictures lie where most of them do. */
static void settle_folders(look *l, rs_release_lie *out)
{
    out->folder = l->files.any ? l->files.folder : RS_STR("");
    out->images = (rs_str){NULL, 0};
    const rs_str pictures = main_root(&l->of_pictures);
    if (!pictures.ptr || is_in(pictures, out->folder)) return;
    common both = l->files;
    add_folder(&both, pictures);
    if (both.folder.len) out->folder = both.folder;
    else out->images = pictures;
}

/* A list of a split belongs to the release when it lies in its folder, or nearest to it: such names
 * ("Main/train.txt") are everybody's. */
static rsift_status add_split_list(look *l, rs_str pattern, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_catalog_selection files;
    common nearest = {0};
    rsift_status status =
        rs_catalog_select(&scratch, (rs_texts){&pattern, 1}, l->paths, &files, err);
    for (size_t f = 0; status == RSIFT_OK && f < files.n; f++) {
        common both = l->files;
        add_folder(&both, root_of(l->scan->tree, files.members[f], files.logical[f]));
        if (!nearest.any || both.folder.len > nearest.folder.len) nearest = both;
    }
    if (nearest.folder.len) l->files = nearest;
    rs_arena_fini(&scratch);
    return status;
}

static rsift_status look_at(look *l, const rs_catalog_candidate *c, rs_str path,
                            rs_release_lie *out, rsift_error *err)
{
    for (size_t i = 0; i < c->release->sources.n; i++) {
        const rs_catalog_candidate_source *s = &c->sources[i];
        if (s->n_uses_found < s->n_uses) continue;
        for (size_t k = 0; k < s->n_uses; k++)
            RS_TRY(add_files(l, s->source->files.items[k].patterns, err));
    }
    settle_copies(l, c->release->images);
    for (size_t i = 0; i < c->release->splits.n; i++)
        RS_TRY(add_split_list(l, c->release->splits.items[i].file, err));
    RS_TRY(find_absent(l, c, out, err));
    settle_folders(l, out);
    rs_str *copies = rs_arena_calloc(l->arena, l->n_copies + 1, sizeof *copies);
    if (!copies) return rs_err_nomem(err, "a scan");
    if (l->n_copies) memcpy(copies, l->copies, l->n_copies * sizeof *copies);
    out->copies = (rs_texts){copies, l->n_copies};
    return set_command(l, c, path, out, err);
}

rsift_status rs_release_lie_of(const rs_release_scan *scan, const rs_catalog_candidate *candidate,
                               const rs_release_typed *typed, rs_arena *arena, rs_release_lie *out,
                               rsift_error *err)
{
    look l = {.scan = scan, .paths = typed->paths, .arena = arena};
    *out = (rs_release_lie){0};
    const rsift_status status = look_at(&l, candidate, typed->path, out, err);
    rs_strmap_fini(&l.tails);
    return status;
}
