/* Split lists by object number: see object_splits.h. */
#include "readers/object_splits.h"

#include "base/alloc.h"
#include "base/num.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MOST_LISTS = 8 }; /* bits of a member */

/* The pass over all files. */
typedef struct counting {
    const rs_object_counting *how;
    const rs_source_files *files;
    rs_arena scratch;
    size_t *counts; /* per file */
    size_t next;    /* into files: members come ascending */
    size_t n_damaged, damaged;
} counting;

/* ---- counting -------------------------------------------------------------------------------- */

/* The whole file as one text in scratch. A file that cannot be read is a damaged one. */
static rsift_status read_file(counting *c, rs_io_stream *stream, rs_buf *bytes, bool *ok,
                              rsift_error *err)
{
    rsift_error why = {0};
    const uint64_t most = c->how->source->limits->max_record;
    const rsift_status status = rs_io_read_all(stream, -1, most, bytes, &why);
    *ok = status == RSIFT_OK;
    if (!rs_err_ends_call(status)) return RSIFT_OK;
    if (err) *err = why;
    return status;
}

/* One file of the visit. */
static rsift_status count_file(void *ctx, size_t member, rs_io_stream *stream,
                               const rsift_error *why, rsift_error *err)
{
    counting *c = ctx;
    while (c->next + 1 < c->files->n && c->files->members[c->next] < member) c->next++;
    bool ok = stream != NULL;
    if (!ok && rs_err_ends_call(why->status)) {
        if (err) *err = *why;
        return why->status;
    }
    rs_buf bytes = {0};
    rsift_status status = ok ? read_file(c, stream, &bytes, &ok, err) : RSIFT_OK;
    if (status == RSIFT_OK && ok) {
        ok = c->how->count(c->how->ctx, &c->scratch, rs_buf_view(&bytes), &c->counts[c->next]);
        rs_arena_reset(&c->scratch);
    }
    rs_buf_fini(&bytes);
    if (!ok && c->n_damaged++ == 0) c->damaged = c->next;
    return status;
}

/* For qsort: files by the bytes of their paths. */
typedef struct place {
    rs_str path;
    size_t file;
} place;

static int by_path(const void *a, const void *b)
{
    return rs_str_cmp(((const place *)a)->path, ((const place *)b)->path);
}

/* The number of each file's first object, files in the order of their paths. */
static rsift_status number_objects(const counting *c, rs_arena *arena, rs_object_splits *out,
                                   rsift_error *err)
{
    const size_t n = c->files->n;
    place *places = rs_alloc((n + 1) * sizeof *places);
    out->first = rs_arena_calloc(arena, n + 1, sizeof *out->first);
    if (!places || !out->first) {
        rs_free(places);
        return rs_err_nomem(err, "split lists");
    }
    for (size_t i = 0; i < n; i++) places[i] = (place){c->files->logical[i], i};
    qsort(places, n, sizeof *places, by_path);
    for (size_t i = 0; i < n; i++) {
        out->first[places[i].file] = out->n_objects;
        out->n_objects += c->counts[places[i].file];
    }
    rs_free(places);
    return RSIFT_OK;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* The lines of one list into the members' bits. *bad: the first line that names no object. */
static rsift_status read_list(const rs_source *source, size_t member, uint8_t bit,
                              rs_object_splits *out, size_t *bad, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_str text, line;
    const rsift_status status = rs_io_slurp(source->tree, member, &scratch, &text, err);
    *bad = 0;
    for (size_t i = 1; status == RSIFT_OK && rs_str_line(&text, &line); i++) {
        int64_t number;
        line = rs_str_trim(line);
        if (!line.len) continue;
        if (rs_num_i64(line, &number) && number >= 0 && (uint64_t)number < out->n_objects)
            out->members[number] |= bit;
        else if (*bad == 0) *bad = i;
    }
    rs_arena_fini(&scratch);
    return status;
}

/* Objects that stand in two lists: those lists are not of one edition. */
static rsift_status note_overlap(const rs_object_splits *out, rs_chunk *first, rsift_error *err)
{
    size_t n = 0, one = 0;
    for (size_t i = 0; i < out->n_objects; i++) {
        if ((out->members[i] & (out->members[i] - 1)) == 0) continue;
        if (n++ == 0) one = i;
    }
    if (n == 0) return RSIFT_OK;
    return rs_chunk_find(first, RS_F_SPLIT_LIST, -1, RS_STR(""), err,
                         "%zu objects stand in two split lists, the first is %zu: the lists are "
                         "not the release's present ones",
                         n, one);
}

/* All lists; one line that names no object makes all of them void. */
static rsift_status read_lists(const rs_source *source, const rs_source_files *lists,
                               rs_arena *arena, rs_chunk *first, rs_object_splits *out,
                               rsift_error *err)
{
    out->members = rs_arena_calloc(arena, out->n_objects + 1, 1);
    out->names = rs_arena_calloc(arena, lists->n, sizeof *out->names);
    if (!out->members || !out->names) return rs_err_nomem(err, "split lists");
    for (size_t i = 0; i < out->n_lists; i++) {
        size_t bad;
        out->names[i] = rs_str_stem(lists->logical[i]);
        RS_TRY(read_list(source, lists->members[i], (uint8_t)(1u << i), out, &bad, err));
        if (bad == 0) continue;
        char where[48];
        snprintf(where, sizeof where, "line %zu", bad);
        return rs_chunk_find(
            first, RS_F_SPLIT_REFUSED, -1, rs_str_of(where), err,
            "%.*s: expected the number of an object below %zu; no split list is used",
            RS_STR_ARG(rs_str_sub(lists->logical[i], 0, 128)), out->n_objects);
    }
    out->valid = true;
    return note_overlap(out, first, err);
}

/* Why the numbers of the lists cannot be those of these files. */
static rsift_status refuse_count(const counting *c, const rs_object_splits *out, rs_chunk *first,
                                 rsift_error *err)
{
    if (c->n_damaged)
        return rs_chunk_find(first, RS_F_SPLIT_REFUSED, -1, RS_STR(""), err,
                             "%zu files cannot be counted, the first is %.*s: the split lists "
                             "number the objects of all files, and none is used",
                             c->n_damaged,
                             RS_STR_ARG(rs_str_sub(c->files->logical[c->damaged], 0, 128)));
    return rs_chunk_find(first, RS_F_SPLIT_REFUSED, -1, RS_STR(""), err,
                         "expected %" PRId64 " objects in all files, found %zu in %zu: the split "
                         "lists number those of all files, and none is used",
                         c->how->n_expected, out->n_objects, c->files->n);
}

rsift_status rs_object_splits_open(const rs_object_counting *how, rs_arena *arena, rs_chunk *first,
                                   rs_object_splits *out, rsift_error *err)
{
    const rs_source_files *lists = rs_source_files_of(how->source, how->lists);
    counting c = {.how = how, .files = rs_source_files_of(how->source, how->records)};
    *out = (rs_object_splits){.n_lists = lists ? lists->n : 0};
    if (!c.files) return RSIFT_OK;
    if (out->n_lists > MOST_LISTS)
        return rs_err_set(err, RSIFT_E_ARG, "expected at most %d split lists, found %zu",
                          MOST_LISTS, out->n_lists);
    c.counts = rs_calloc(c.files->n + 1, sizeof *c.counts);
    if (!c.counts) return rs_err_nomem(err, "split lists");
    rsift_status status =
        rs_io_visit(how->source->tree, c.files->members, c.files->n, count_file, &c, err);
    if (status == RSIFT_OK) status = number_objects(&c, arena, out, err);
    if (status == RSIFT_OK && out->n_lists) {
        const bool exact = c.n_damaged == 0 && (int64_t)out->n_objects == how->n_expected;
        status = exact ? read_lists(how->source, lists, arena, first, out, err)
                       : refuse_count(&c, out, first, err);
    }
    rs_arena_fini(&c.scratch);
    rs_free(c.counts);
    return status;
}

rsift_status rs_object_splits_give(const rs_object_splits *splits, const rs_source *source,
                                   size_t file, size_t i, rs_arena *arena, rs_sample *sample)
{
    const size_t number = splits->valid ? splits->first[file] + i : 0;
    if (!splits->valid || number >= splits->n_objects || !splits->members[number]) return RSIFT_OK;
    uint32_t n = 0;
    rs_split *given = rs_arena_calloc(arena, splits->n_lists, sizeof *given);
    if (!given) return RSIFT_E_NOMEM;
    const rs_str scheme = source->split.scheme.ptr ? source->split.scheme : RS_STR("official");
    for (size_t k = 0; k < splits->n_lists; k++) {
        if (!(splits->members[number] >> k & 1)) continue;
        given[n] = (rs_split){rs_arena_str(arena, scheme), rs_arena_str(arena, splits->names[k])};
        if (!given[n].scheme.ptr || !given[n].name.ptr) return RSIFT_E_NOMEM;
        n++;
    }
    sample->splits = given;
    sample->n_splits = n;
    return RSIFT_OK;
}
