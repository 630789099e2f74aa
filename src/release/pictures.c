/* Names of pictures and how annotations' names are resolved to them. */
#include "release/pictures.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "image/name.h"
#include "image/probe.h"
#include "release/paths.h"

/* The path as the catalogue's media templates spell it, from the first template that matches its
 * end; else the path in its tree. */
static rs_str canonical_of(rs_arena *arena, rs_str full, rs_str path, const rs_media_names *names)
{
    for (size_t i = 0; names && i < names->n; i++) {
        const rs_media_pattern *pattern = &names->patterns[i];
        rs_str tail;
        if (!rs_catalog_match(pattern->pattern, full, &tail)) continue;
        rs_str rest = rs_str_sub(tail, pattern->head, tail.len);
        if (rs_str_eq(rs_str_sub(tail, 0, pattern->head), pattern->canonical_head)) return tail;
        return rs_arena_join(arena, pattern->canonical_head, rest, RS_STR(""));
    }
    return path;
}

/* The file name without the extension of a picture; other dots belong to the name. */
static rs_str stem_of(rs_str path)
{
    return rs_image_is_name(path) ? rs_str_stem(path) : rs_str_basename(path);
}

static rs_str lower_stem_of(rs_arena *arena, rs_str path)
{
    rs_str stem = stem_of(path);
    char *lower = rs_arena_alloc(arena, stem.len + 1);
    for (size_t i = 0; lower && i < stem.len; i++) lower[i] = rs_ascii_lower(stem.ptr[i]);
    return rs_str_make(lower, stem.len);
}

static rs_str raw_path_of(const rs_pictures *p, const rs_picture *picture)
{
    return rs_io_member_at(p->trees[picture->tree], picture->member)->path;
}

/* Are they two files whose names differ by their normal form alone? */
static bool are_twins(const rs_pictures *p, const rs_picture *a, const rs_picture *b)
{
    return a->tree == b->tree && rs_str_eq(a->path, b->path) &&
           !rs_str_eq(raw_path_of(p, a), raw_path_of(p, b));
}

/* Neither is the picture of the name that they share, and each goes by its name on disk. */
static void part_twins(rs_pictures *p, uint32_t *by_canonical, rs_picture *picture)
{
    rs_picture *first = &p->items[*by_canonical];
    first->canonical = raw_path_of(p, first);
    picture->canonical = raw_path_of(p, picture);
    *by_canonical = UINT32_MAX;
}

/* Two pictures of one canonical path (a flat and a nested copy): the first keeps it, the other
 * goes by its full path. */
static rsift_status add_canonical(rs_pictures *p, rs_picture *picture, rs_str path, uint32_t number,
                                  rsift_error *err)
{
    for (int round = 0; round < 2; round++) {
        bool made;
        size_t at = rs_strmap_put(&p->canonical, picture->canonical, &made);
        if (at == RS_NPOS || !RS_VEC_RESERVE(p->by_canonical, p->cap_by_canonical, at + 1))
            return rs_err_nomem(err, "the list of pictures");
        if (made) {
            p->by_canonical[at] = number;
            return RSIFT_OK;
        }
        picture->canonical = path;
        if (p->by_canonical[at] == UINT32_MAX) return RSIFT_OK;
        if (are_twins(p, &p->items[p->by_canonical[at]], picture)) {
            part_twins(p, &p->by_canonical[at], picture);
            return RSIFT_OK;
        }
    }
    return RSIFT_OK;
}

/* Appends a picture and enters it under its canonical path and its stem. */
static rsift_status add_picture(rs_pictures *p, uint32_t tree, size_t member,
                                const rs_media_names *names, rsift_error *err)
{
    const rs_io_member *from = rs_io_member_at(p->trees[tree], member);
    const rs_str path = rs_utf8_compose(&p->arena, from->path);
    const rs_str above = names ? names->above[tree] : RS_STR("");
    if (p->n >= UINT32_MAX - 1)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than 4 billion pictures");
    if (!RS_VEC_RESERVE(p->items, p->cap, p->n + 1))
        return rs_err_nomem(err, "the list of pictures");
    uint32_t number = (uint32_t)p->n;
    rs_picture picture = {
        .tree = tree, .member = member, .path = path, .full = path, .next = UINT32_MAX};
    if (above.len) picture.full = rs_release_path(&p->arena, above, from, names->archives);
    if (above.len && picture.full.ptr) picture.full = rs_utf8_compose(&p->arena, picture.full);
    if (path.ptr && picture.full.ptr)
        picture.canonical = canonical_of(&p->arena, picture.full, path, names);
    if (!picture.canonical.ptr) return rs_err_nomem(err, "the list of pictures");
    RS_TRY(add_canonical(p, &picture, from->path, number, err));

    bool made;
    rs_str stem = lower_stem_of(&p->arena, path);
    size_t at = stem.ptr ? rs_strmap_put(&p->stems, stem, &made) : RS_NPOS;
    if (at == RS_NPOS || !RS_VEC_RESERVE(p->heads, p->cap_heads, at + 1))
        return rs_err_nomem(err, "the list of pictures");
    if (!made) picture.next = p->heads[at];
    p->heads[at] = number;
    p->items[p->n++] = picture;
    return RSIFT_OK;
}

/* Is the file the folder, or does it lie below it? ptr NULL holds nothing, "" everything. */
static bool lies_in(rs_str file, rs_str in)
{
    return in.ptr && (in.len == 0 ||
                      (rs_str_starts(file, in) && (file.len == in.len || file.ptr[in.len] == '/')));
}

rsift_status rs_pictures_open(rs_pictures *p, const rs_io_tree *const *trees, size_t n_trees,
                              const rs_media_names *names, rsift_error *err)
{
    const rs_str twice = names ? names->twice : (rs_str){NULL, 0};
    *p = (rs_pictures){.trees = trees, .n_trees = n_trees, .named = n_trees > 1 ? 1 : UINT32_MAX};
    for (size_t t = 0; t < n_trees; t++) {
        size_t n = rs_io_n_members(trees[t]);
        for (size_t i = 0; i < n; i++) {
            const rs_io_member *m = rs_io_member_at(trees[t], i);
            if (t == 0 && n_trees > 1 && lies_in(rs_io_file_at(trees[0], m->file)->path, twice))
                continue;
            if (!(m->is_picture || rs_image_is_name(m->path)) ||
                rs_str_find(m->path, RS_STR("__MACOSX/")) != RS_NPOS)
                continue;
            rsift_status status = add_picture(p, (uint32_t)t, i, names, err);
            if (status != RSIFT_OK) {
                rs_pictures_fini(p);
                return status;
            }
        }
    }
    return RSIFT_OK;
}

void rs_pictures_fini(rs_pictures *p)
{
    rs_free(p->items);
    rs_free(p->by_canonical);
    rs_free(p->heads);
    rs_strmap_fini(&p->canonical);
    rs_strmap_fini(&p->stems);
    rs_arena_fini(&p->arena);
    *p = (rs_pictures){0};
}

static rs_str without_dot_slash(rs_str path)
{
    while (path.len >= 2 && path.ptr[0] == '.' && path.ptr[1] == '/')
        path = rs_str_sub(path, 2, path.len);
    while (path.len && path.ptr[0] == '/') path = rs_str_sub(path, 1, path.len);
    return path;
}

/* How a file name is compared with that of a record: as it is; without case; without case and
 * extension. */
typedef enum comparison { AS_IT_IS, ANY_CASE, ANY_EXTENSION } comparison;

static bool same_name(rs_str a, rs_str b, comparison how)
{
    if (how == AS_IT_IS) return rs_str_eq(a, b);
    if (how == ANY_CASE) return rs_str_eq_nocase(a, b);
    return rs_str_eq_nocase(stem_of(a), stem_of(b));
}

static bool ends_with(rs_str path, rs_str tail, comparison how)
{
    return how == AS_IT_IS ? rs_str_ends(path, tail) : rs_str_ends_nocase(path, tail);
}

/* Do the folders of `path` end with the folders `tail`, beginning with a full component? */
static bool folders_end(rs_str path, rs_str tail, comparison how)
{
    if (tail.len == 0) return true;
    if (!ends_with(path, tail, how)) return false;
    return path.len == tail.len || path.ptr[path.len - tail.len - 1] == '/';
}

static rs_str path_of(const rs_pictures *p, size_t picture)
{
    return p->items[picture].path;
}

/* Is `path` in `folder` or below it? "" is the root. */
static bool is_below(rs_str path, rs_str folder)
{
    return folder.len == 0 ||
           (path.len > folder.len && path.ptr[folder.len] == '/' && rs_str_starts(path, folder));
}

/* What one comparison finds in one tree. */
typedef struct candidates {
    size_t n_all, any;   /* of that file name */
    size_t n_tail, tail; /* of them, whose folders agree with the name's */
} candidates;

/* Which pictures count. */
typedef struct bounds {
    uint32_t tree;
    rs_str folder; /* in it or below it */
    bool just;     /* in the folder that the name has, and no deeper one */
} bounds;

static bool is_within(const rs_picture *picture, rs_str path, rs_str named, const bounds *within)
{
    if (picture->tree != within->tree || !is_below(path, within->folder)) return false;
    return !within->just || rs_str_eq_nocase(rs_str_dirname(path), named);
}

/* Counts the pictures that may be meant. */
static candidates count(const rs_pictures *p, rs_str path, size_t head, comparison how,
                        const bounds *within)
{
    candidates found = {0};
    const rs_str name = rs_str_basename(path), named = rs_str_dirname(path);
    for (uint32_t i = p->heads[head]; i != UINT32_MAX; i = p->items[i].next) {
        const rs_picture *picture = &p->items[i];
        const rs_str full = picture->path;
        if (!is_within(picture, full, named, within) ||
            !same_name(rs_str_basename(full), name, how))
            continue;
        found.n_all++;
        found.any = i;
        /* the picture's path ends with the name, or is the name's end */
        if (!folders_end(rs_str_dirname(picture->full), named, how) &&
            !folders_end(named, rs_str_dirname(picture->canonical), how))
            continue;
        found.n_tail++;
        found.tail = i;
    }
    return found;
}

/* The file name alone decides only when no folders contradict each other: the name has none, or the
 * picture lies in none. */
static rs_resolved judge(const rs_pictures *p, rs_str path, const candidates *c, comparison how,
                         size_t *out)
{
    const bool named_folder = rs_str_find_char(path, '/') != RS_NPOS;
    if (c->n_tail == 1 && named_folder) {
        *out = c->tail;
        return how == ANY_EXTENSION ? RS_STEM : RS_TAIL;
    }
    if (c->n_all == 1 && (!named_folder || rs_str_find_char(path_of(p, c->any), '/') == RS_NPOS)) {
        *out = c->any;
        return how == ANY_EXTENSION ? RS_STEM : RS_BASENAME;
    }
    return c->n_tail > 1 || (c->n_all > 1 && !named_folder) ? RS_AMBIGUOUS : RS_UNRESOLVED;
}

/* One tree by one comparison; several pictures are told apart by where the user says that they lie,
 * and by the record's own folder. */
static rs_resolved resolve_in(const rs_pictures *p, const rs_picture_name *name, size_t head,
                              uint32_t tree, comparison how, size_t *out)
{
    bounds within = {.tree = tree, .folder = RS_STR("")};
    const candidates all = count(p, name->path, head, how, &within);
    const rs_resolved first = judge(p, name->path, &all, how, out);
    if (first != RS_AMBIGUOUS) return first;
    if (tree == p->named) {
        within.just = true;
        const candidates just = count(p, name->path, head, how, &within);
        if (just.n_all) return judge(p, name->path, &just, how, out);
        within.just = false;
    }
    if (!name->record_folder.ptr || tree > 0) return RS_AMBIGUOUS;
    /* up from the record's own folder, to the first one that holds any of them */
    for (rs_str folder = name->record_folder; folder.len; folder = rs_str_dirname(folder)) {
        within.folder = folder;
        const candidates near = count(p, name->path, head, how, &within);
        if (near.n_all) return judge(p, name->path, &near, how, out);
    }
    return RS_AMBIGUOUS;
}

/* By file name, then by stem: pictures that were named with --images (the last tree) first. */
static rs_resolved resolve_name(const rs_pictures *p, const rs_picture_name *name, comparison last,
                                size_t *out)
{
    char buf[256];
    rs_str stem = stem_of(name->path);
    if (stem.len > sizeof buf) return RS_UNRESOLVED; /* no file system has such a name */
    for (size_t i = 0; i < stem.len; i++) buf[i] = rs_ascii_lower(stem.ptr[i]);
    const size_t head = rs_strmap_get(&p->stems, rs_str_make(buf, stem.len));
    if (head == RS_NPOS) return RS_UNRESOLVED;
    for (int how = AS_IT_IS; how <= (int)last; how++) {
        for (size_t tree = p->n_trees; tree-- > 0;) {
            rs_resolved found = resolve_in(p, name, head, (uint32_t)tree, (comparison)how, out);
            if (found != RS_UNRESOLVED) return found;
        }
    }
    return RS_UNRESOLVED;
}

/* The picture of a path that is spelled as it lies there. */
static rs_resolved resolve_spelled(const rs_pictures *p, const rs_picture_name *name, size_t *out)
{
    const size_t exact = rs_strmap_get(&p->canonical, name->path);
    if (exact == RS_NPOS) return resolve_name(p, name, AS_IT_IS, out);
    if (p->by_canonical[exact] == UINT32_MAX) return RS_AMBIGUOUS;
    *out = p->by_canonical[exact];
    return RS_EXACT;
}

static rs_resolved resolve_composed(const rs_pictures *p, const rs_picture_name *name,
                                    rs_arena *scratch, size_t *out)
{
    rs_resolved found = resolve_spelled(p, name, out);
    if (found != RS_UNRESOLVED) return found;
    /* the catalogue's other extensions, in its order */
    rs_picture_name other = *name;
    const rs_str path = name->path;
    const rs_str stem = rs_str_make(path.ptr, path.len - rs_str_extension(path).len);
    for (size_t i = 0; i < name->n_extensions && found == RS_UNRESOLVED; i++) {
        other.path = rs_arena_join(scratch, stem, name->extensions[i], RS_STR(""));
        if (other.path.ptr) found = resolve_spelled(p, &other, out);
    }
    return found == RS_UNRESOLVED ? resolve_name(p, name, ANY_EXTENSION, out) : found;
}

/* How many folders of `a` stand in `b`, too. */
static size_t n_shared(rs_str a, rs_str b)
{
    size_t n = 0;
    for (rs_str folder; rs_str_split(&a, '/', &folder);) {
        rs_str rest = b, other;
        bool found = false;
        while (!found && rs_str_split(&rest, '/', &other))
            found = folder.len && rs_str_eq_nocase(folder, other);
        n += found;
    }
    return n;
}

/* Does the picture lie with the label files of another folder? */
static bool is_of_other_labels(const rs_pictures *p, const rs_picture_name *name, size_t picture)
{
    const rs_str folder = rs_str_dirname(p->items[picture].path);
    const size_t own = n_shared(folder, name->record_folder);
    for (size_t i = 0; i < name->n_label_folders; i++)
        if (n_shared(folder, name->label_folders[i]) > own) return true;
    return false;
}

/* The number of the picture that is this member; RS_NPOS = none. Pictures are in tree order. */
static size_t picture_of(const rs_pictures *p, uint32_t tree, size_t member)
{
    size_t low = 0, high = p->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const rs_picture *at = &p->items[middle];
        if (at->tree < tree || (at->tree == tree && at->member < member)) low = middle + 1;
        else high = middle;
    }
    return low < p->n && p->items[low].tree == tree && p->items[low].member == member ? low
                                                                                      : RS_NPOS;
}

/* A row names the pictures of its own cells by where they are, below the file it stands in: no
 * other picture of the same name is meant, and a thousand rows may each have an image.png. */
static rs_resolved resolve_cell(const rs_pictures *p, const rs_picture_name *name, size_t *out)
{
    if (!name->record_folder.ptr || rs_str_find(name->path, RS_STR(".parquet/")) == RS_NPOS)
        return RS_UNRESOLVED;
    rs_arena scratch = {0};
    const rs_str folder = name->record_folder, slash = folder.len ? RS_STR("/") : RS_STR("");
    const rs_str path = rs_arena_join(&scratch, folder, slash, name->path);
    const size_t member = path.ptr && p->n_trees ? rs_io_find(p->trees[0], path) : RS_NPOS;
    size_t found = RS_NPOS;
    if (member != RS_NPOS && rs_io_member_at(p->trees[0], member)->is_picture)
        found = picture_of(p, 0, member);
    rs_arena_fini(&scratch);
    if (found == RS_NPOS) return RS_UNRESOLVED;
    *out = found;
    return RS_EXACT;
}

rs_resolved rs_pictures_resolve(const rs_pictures *p, const rs_picture_name *name, size_t *out)
{
    rs_arena scratch = {0};
    if (p->n == 0) return RS_UNRESOLVED; /* annotations arrived alone */
    if (resolve_cell(p, name, out) == RS_EXACT) return RS_EXACT;
    rs_picture_name composed = *name;
    composed.path = rs_utf8_compose(&scratch, without_dot_slash(name->path));
    if (name->record_folder.ptr)
        composed.record_folder = rs_utf8_compose(&scratch, name->record_folder);
    /* without memory for it a name means nothing here */
    rs_resolved found =
        composed.path.ptr ? resolve_composed(p, &composed, &scratch, out) : RS_UNRESOLVED;
    if (found >= RS_EXACT && is_of_other_labels(p, &composed, *out)) found = RS_UNRESOLVED;
    rs_arena_fini(&scratch);
    return found;
}

size_t rs_pictures_find(const rs_pictures *p, rs_str canonical)
{
    const size_t at = rs_strmap_get(&p->canonical, canonical);
    return at == RS_NPOS || p->by_canonical[at] == UINT32_MAX ? RS_NPOS : p->by_canonical[at];
}

static bool is_loose(const rs_pictures *p, size_t picture, rs_str path)
{
    const rs_str canonical = p->items[picture].canonical;
    if (rs_str_eq(canonical, path)) return false;
    const rs_str full = p->items[picture].full;
    return !rs_str_eq(rs_str_basename(full), rs_str_basename(path)) ||
           !folders_end(rs_str_dirname(full), rs_str_dirname(path), AS_IT_IS);
}

bool rs_pictures_is_loose(const rs_pictures *p, size_t picture, rs_str path)
{
    rs_arena scratch = {0};
    path = rs_utf8_compose(&scratch, without_dot_slash(path));
    const bool loose = is_loose(p, picture, path);
    rs_arena_fini(&scratch);
    return loose;
}

const char *rs_resolved_name(rs_resolved resolved)
{
    static const char *const names[] = {"unresolved", "ambiguous", "exact",
                                        "tail",       "basename",  "stem"};
    return names[resolved];
}
