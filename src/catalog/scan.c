/* Which releases lie in a tree: by the names of the files inside, never by a folder's title.
 *
 * A tree may hold a million pictures and the catalogue hundreds of patterns, so the paths are first
 * sorted into groups by the last component of a pattern that has no wildcard ("dataset.json") and
 * by extension; a pattern then only meets paths that can end as it does. */
#include "catalog/catalog.h"

#include "base/map.h"
#include "io/io.h"

#include <stdlib.h>

/* ---- index over the paths --------------------------------------------------------------- */

/* Paths by file name and by extension. A chain of one key ascends, so that matches come in
 * order. */
struct index {
    rs_strmap names; /* basename -> number */
    rs_strmap extensions;
    size_t *name_first, *extension_first; /* per number: first path, RS_NPOS = end */
    size_t *name_next, *extension_next;   /* per path */
    size_t *all;                          /* identity, for patterns without either */
    const rs_str *paths;
    size_t n;
};

static void index_fini(struct index *index)
{
    rs_strmap_fini(&index->names);
    rs_strmap_fini(&index->extensions);
}

static rs_str extension_of(rs_str path)
{
    return rs_str_extension(rs_str_basename(path));
}

/* Makes both chains over the paths; everything but the maps lives in the arena. */
static rsift_status index_init(struct index *index, rs_arena *arena, const rs_str *paths, size_t n,
                               rsift_error *err)
{
    *index = (struct index){.paths = paths, .n = n};
    size_t room = n ? n : 1;
    index->name_first = rs_arena_calloc(arena, room, sizeof(size_t));
    index->name_next = rs_arena_calloc(arena, room, sizeof(size_t));
    index->extension_first = rs_arena_calloc(arena, room, sizeof(size_t));
    index->extension_next = rs_arena_calloc(arena, room, sizeof(size_t));
    if (!index->name_first || !index->name_next || !index->extension_first ||
        !index->extension_next)
        return rs_err_nomem(err, "the scan");
    for (size_t i = n; i-- > 0;) { /* backwards, so that each chain ascends */
        bool made;
        size_t k = rs_strmap_put(&index->names, rs_str_basename(paths[i]), &made);
        if (k == RS_NPOS) return rs_err_nomem(err, "the scan");
        index->name_next[i] = made ? RS_NPOS : index->name_first[k];
        index->name_first[k] = i;
        k = rs_strmap_put(&index->extensions, extension_of(paths[i]), &made);
        if (k == RS_NPOS) return rs_err_nomem(err, "the scan");
        index->extension_next[i] = made ? RS_NPOS : index->extension_first[k];
        index->extension_first[k] = i;
    }
    return RSIFT_OK;
}

/* The paths that a pattern may match: a chain of the index, or all of them. */
struct walk {
    size_t at;          /* the path that is due, RS_NPOS = none is left */
    const size_t *next; /* NULL: every path */
    size_t n;
};

/* No wildcard in it: the text can be searched in a map. */
static bool is_plain(rs_str text)
{
    return rs_str_find_char(text, '*') == RS_NPOS && rs_str_find_char(text, '?') == RS_NPOS &&
           rs_str_find_char(text, '{') == RS_NPOS;
}

/* The shortest chain that holds every path the pattern can match: those of its file name, else
 * those of its extension, else all. */
static struct walk walk_start(const struct index *index, rs_str pattern)
{
    rs_str name = rs_str_basename(pattern), extension = rs_str_extension(name);
    if (is_plain(name)) {
        size_t k = rs_strmap_get(&index->names, name);
        return (struct walk){k == RS_NPOS ? RS_NPOS : index->name_first[k], index->name_next,
                             index->n};
    }
    if (extension.len > 1 && is_plain(extension)) {
        size_t k = rs_strmap_get(&index->extensions, extension);
        return (struct walk){k == RS_NPOS ? RS_NPOS : index->extension_first[k],
                             index->extension_next, index->n};
    }
    return (struct walk){index->n ? 0 : RS_NPOS, NULL, index->n};
}

/* Goes on to the next path. */
static void walk_on(struct walk *walk)
{
    if (walk->next) walk->at = walk->next[walk->at];
    else walk->at = walk->at + 1 < walk->n ? walk->at + 1 : RS_NPOS;
}

/* How many paths the first pattern matches that matches any; the later ones are other editions.
 * *which (may be NULL): that pattern. */
static size_t count_matches(const struct index *index, rs_texts patterns, rs_str *which)
{
    for (size_t i = 0; i < patterns.n; i++) {
        size_t n = 0;
        for (struct walk w = walk_start(index, patterns.items[i]); w.at != RS_NPOS; walk_on(&w))
            n += rs_catalog_match(patterns.items[i], index->paths[w.at], NULL) &&
                 !rs_io_is_leftover(index->paths[w.at]);
        if (n > 0 && which) *which = patterns.items[i];
        if (n > 0) return n;
    }
    return 0;
}

/* ---- scoring ---------------------------------------------------------------------------- */

/* ---- certainty -------------------------------------------------------------------------- */

/* Could hardly be met by chance: a file's whole name, a list of classes, or long folder names.
 * "labelTxt/P*.txt" is what everybody's tiles look like. */
static bool is_distinct(rs_str pattern)
{
    enum { LONG = 16, LIST = 5 };
    const rs_str name = rs_str_basename(pattern), folders = rs_str_dirname(pattern);
    if (is_plain(name)) return true;
    size_t letters = 0, words = 1, depth = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        depth += pattern.ptr[i] == '{';
        words += depth && pattern.ptr[i] == ',';
        depth -= pattern.ptr[i] == '}' && depth;
        letters += i < folders.len && depth == 0 && !strchr("*?/}", pattern.ptr[i]);
    }
    return letters >= LONG || words >= LIST;
}

/* Does the record expect that many files of a source that has one for each picture? Its samples
 * may be several of a picture. */
static bool is_expected(const rs_catalog_source *source, size_t n)
{
    int64_t samples = 0, images = 0;
    for (size_t i = 0; i < source->expect.n; i++) {
        const rs_catalog_count *count = &source->expect.items[i];
        if (count->split.ptr && !rs_str_eq(count->split, source->split.name)) continue;
        if (rs_str_eq(count->what, RS_STR("samples"))) samples = count->value;
        if (rs_str_eq(count->what, RS_STR("images"))) images = count->value;
    }
    return n > 0 && ((int64_t)n == samples || (int64_t)n == images);
}

/* Which sources of a release are complete here, and its score: 10 + 90 * file uses found / file
 * uses of its sources, where at least one source is complete, half of it when only loose names fit;
 * 5 for pictures alone. */
static rsift_status score_release(rs_arena *arena, const struct index *index,
                                  const rs_catalog_dataset *dataset,
                                  const rs_catalog_release *release,
                                  rs_catalog_candidate *candidate, rsift_error *err)
{
    *candidate = (rs_catalog_candidate){.dataset = dataset, .release = release};
    rs_catalog_candidate_source *sources =
        rs_arena_calloc(arena, release->sources.n ? release->sources.n : 1, sizeof *sources);
    if (!sources) return rs_err_nomem(err, "the scan");
    size_t uses = 0, found = 0; /* file uses of sources that count */
    for (size_t i = 0; i < release->sources.n; i++) {
        const rs_catalog_source *source = &release->sources.items[i];
        rs_catalog_candidate_source *f = &sources[i];
        f->source = source;
        f->n_uses = source->files.n;
        bool distinct = false;
        for (size_t k = 0; k < source->files.n; k++) {
            rs_str pattern = {0};
            size_t n = count_matches(index, source->files.items[k].patterns, &pattern);
            f->n_files += n;
            f->n_uses_found += n > 0;
            distinct |= n > 0 && (is_distinct(pattern) || is_expected(source, n));
        }
        /* an optional source that is not here must not lower the score */
        bool complete = f->n_uses_found == f->n_uses;
        candidate->n_sources_found += complete;
        candidate->certain |= complete && distinct;
        if (source->optional && !complete) continue;
        candidate->n_sources++;
        uses += f->n_uses;
        found += f->n_uses_found;
    }
    rs_str shown = {0};
    candidate->n_images = count_matches(index, release->images, &shown);
    candidate->sources = sources;
    /* Pictures alone are weak evidence, and none where their names are anybody's: many sets have
     * images/NNNNN.jpg. */
    if (candidate->n_sources_found > 0) {
        candidate->score = uses ? (int)(10 + 90 * found / uses) : 0;
        if (!candidate->certain) candidate->score /= 2;
    } else if (candidate->n_images > 0 && is_distinct(shown)) {
        candidate->score = 5;
    }
    return RSIFT_OK;
}

/* How specific a release's patterns are: the number of letters that are no wildcards. "*.xml" is
 * weak evidence, "LR_split_train_questions.json" is strong. */
static size_t specificity(const rs_catalog_candidate *candidate)
{
    size_t letters = 0;
    for (size_t i = 0; i < candidate->release->sources.n; i++) {
        if (candidate->sources[i].n_uses_found < candidate->sources[i].n_uses) continue;
        const rs_catalog_source *source = &candidate->release->sources.items[i];
        for (size_t k = 0; k < source->files.n; k++) {
            rs_str pattern = source->files.items[k].patterns.items[0];
            size_t depth = 0; /* a list of alternatives counts as four letters */
            for (size_t c = 0; c < pattern.len; c++) {
                if (pattern.ptr[c] == '{') depth = 1, letters += 4;
                letters += depth == 0 && !strchr("*?/", pattern.ptr[c]);
                if (pattern.ptr[c] == '}') depth = 0;
            }
        }
    }
    return letters;
}

/* Are as many pictures here as the record knows? */
static bool has_all_pictures(const rs_catalog_candidate *candidate)
{
    return candidate->dataset->sizes.images > 0 &&
           candidate->dataset->sizes.images == (int64_t)candidate->n_images;
}

/* For qsort: score, then specificity, then pictures found, then ids, so that the order is total. */
static int better_first(const void *a, const void *b)
{
    const rs_catalog_candidate *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    size_t sx = specificity(x), sy = specificity(y);
    if (sx != sy) return sx > sy ? -1 : 1;
    if (has_all_pictures(x) != has_all_pictures(y)) return has_all_pictures(x) ? -1 : 1;
    if ((x->n_images > 0) != (y->n_images > 0)) return x->n_images > 0 ? -1 : 1;
    int order = rs_str_cmp(x->dataset->id, y->dataset->id);
    return order ? order : rs_str_cmp(x->release->id, y->release->id);
}

/* Two datasets that only their ids part: which one it is cannot be decided by the names. */
static bool are_tied(const rs_catalog_candidate *a, const rs_catalog_candidate *b)
{
    return a->score == b->score && specificity(a) == specificity(b) &&
           has_all_pictures(a) == has_all_pictures(b) && (a->n_images > 0) == (b->n_images > 0) &&
           a->dataset != b->dataset;
}

rsift_status rs_catalog_scan(rs_arena *arena, const rs_catalog *catalog, rs_texts paths,
                             rs_catalog_candidates *candidates, rsift_error *err)
{
    *candidates = (rs_catalog_candidates){0};
    struct index index;
    rsift_status st = index_init(&index, arena, paths.items, paths.n, err);
    if (st != RSIFT_OK) goto done;
    rs_catalog_candidate *out = NULL;
    size_t n = 0, cap = 0;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *dataset = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < dataset->releases.n; k++) {
            rs_catalog_candidate candidate;
            st =
                score_release(arena, &index, dataset, &dataset->releases.items[k], &candidate, err);
            if (st != RSIFT_OK) goto done;
            if (candidate.score == 0) continue; /* nothing of it is here */
            if (!rs_arena_grow(arena, (void **)&out, &cap, n + 1, sizeof *out)) {
                st = rs_err_nomem(err, "the scan");
                goto done;
            }
            out[n++] = candidate;
        }
    }
    if (n > 1) qsort(out, n, sizeof *out, better_first);
    for (size_t i = 0; i + 1 < n; i++)
        if (are_tied(&out[i], &out[i + 1])) out[i].tied = out[i + 1].tied = true;
    *candidates = (rs_catalog_candidates){out, n};
done:
    index_fini(&index);
    return st;
}

rsift_status rs_catalog_select(rs_arena *arena, rs_texts patterns, rs_texts paths,
                               rs_catalog_selection *out, rsift_error *err)
{
    *out = (rs_catalog_selection){0};
    /* the first pattern that matches anything decides; its tail is the logical name */
    size_t cap_members = 0, cap_logical = 0;
    for (size_t i = 0; i < patterns.n && out->n == 0; i++) {
        for (size_t k = 0; k < paths.n; k++) {
            rs_str tail;
            if (!rs_catalog_match(patterns.items[i], paths.items[k], &tail)) continue;
            if (rs_io_is_leftover(paths.items[k])) continue;
            if (!rs_arena_grow(arena, (void **)&out->members, &cap_members, out->n + 1,
                               sizeof *out->members) ||
                !rs_arena_grow(arena, (void **)&out->logical, &cap_logical, out->n + 1,
                               sizeof *out->logical))
                return rs_err_nomem(err, "a list of files");
            out->members[out->n] = k;
            out->logical[out->n++] = tail;
        }
    }
    return RSIFT_OK;
}
