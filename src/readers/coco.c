/* COCO: one JSON object with `images`, `annotations` and `categories` in any order. One sample is
 * one image with all its annotations. A first pass over the file notes where each row stands (32
 * bytes a row); then images are read in file order and their annotations fetched. Quirks met:
 * annotations before images, category ids with gaps, rotated boxes of five numbers under `bbox`,
 * segmentation as polygons, as run lengths or as an empty list, no box beside it or an empty one,
 * ids that are texts, one image id twice.
 *
 * A picture's list of objects is whole when the file has a list of annotations, every row of it was
 * read and belongs to a picture, and every object has a place and a name. A row whose picture
 * cannot be told may be of any of them: then no list of the file is whole. */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/map.h"
#include "geom/box.h"
#include "geom/obb.h"
#include "geom/rle.h"
#include "readers/feed_json.h"
#include "readers/meaning.h"
#include "readers/rows.h"

#include <inttypes.h>
#include <math.h>

/* Passes; IMAGES and ANNOTATIONS are also the indices of the paths in load_file. */
enum { IMAGES, ANNOTATIONS, CATEGORIES, MAX_NUMBERS = 1 << 20, REPEATED = 2 };

struct coco {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    size_t file;  /* the one being read; files->n = all done */
    bool opened;  /* its rows are loaded */
    bool partial; /* it has no annotations, or rows whose picture cannot be told */
    bool orphans; /* objects of pictures that the file does not list */
    bool keeps_orphans_apart;
    int64_t n_told; /* rows set aside that leave no other picture in doubt */
    rs_rows images, annotations;
    size_t next; /* image row */
    int64_t ordinal;
    rs_map64
        categories; /* (file, id) -> index in names; complete after open, since parse reads it */
    rs_str *names;
    size_t n_names, cap_names;
    size_t *
        name_ends; /* [files->n] how many names there are with those of the file; 0 = it has none */
    rs_words class_names;
    const rs_convention *const *conventions;
    size_t n_conventions;
    const rs_convention *xywh, *polygon, *quad;
    rs_str box_field;
    bool boxes, masks;
    rs_arena arena, scratch;
};

static bool wants_masks(rs_task task)
{
    return task == RS_TASK_SEGMENTATION || task == RS_TASK_PANOPTIC ||
           task == RS_TASK_REFERRING_SEG;
}

static void close_file(struct coco *state)
{
    rs_rows_close(&state->images);
    rs_rows_close(&state->annotations);
    state->opened = state->partial = state->orphans = false;
    state->next = 0;
}

static void coco_close(void *opened)
{
    struct coco *state = opened;
    close_file(state);
    rs_map64_fini(&state->categories);
    rs_free(state->names);
    rs_arena_fini(&state->arena);
    rs_arena_fini(&state->scratch);
}

/* ---- the first pass -------------------------------------------------------------------------- */

/* Ids of several files are kept apart: the key holds the file's number. */
static uint64_t category_key(size_t file, int64_t id)
{
    return (uint64_t)id * 0x9E3779B97F4A7C15u + (uint64_t)file;
}

static rsift_status add_category(struct coco *state, const rs_json *value, size_t file, int64_t id,
                                 rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[CATEGORIES];
    count->seen++;
    rs_str name = rs_json_text(&state->arena, rs_json_get(value, "name"));
    rs_str mapped = name.ptr ? rs_words_get(&state->class_names, name) : name;
    /* a category that is called by its own id has no name */
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRId64, id);
    if (!mapped.ptr && rs_str_eq(name, rs_str_make(digits, (size_t)n))) name = RS_STR("");
    name = rs_arena_str(&state->arena, mapped.ptr ? mapped : name.ptr ? name : RS_STR(""));
    /* one map over all files, filled before the first cut: parse reads it from any thread */
    bool made;
    uint64_t *number =
        rs_map64_put(&state->categories, category_key(file, id), state->n_names, &made);
    if (!number || !name.ptr || !RS_VEC_RESERVE(state->names, state->cap_names, state->n_names + 1))
        return rs_err_nomem(err, "categories");
    if (!made) {
        count->merged++;
        /* under two names it has none */
        if (!rs_str_eq(state->names[*number], name)) state->names[*number] = RS_STR("");
        return rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, RS_STR("categories"), err,
                             "category %" PRId64 " stands twice; with two names it has none", id);
    }
    state->names[state->n_names++] = name;
    state->name_ends[file] = state->n_names; /* files are read one after the other */
    count->used++;
    return RSIFT_OK;
}

/* One row of the file that was just cut. */
typedef struct coco_row {
    int pass;
    const rs_json *value; /* in scratch; NULL = it was set aside */
    rs_row row;
} coco_row;

/* The picture of an annotation that is no JSON (NaN stands in it), where its text tells: image_id
 * and a whole number, once. */
static bool tells_owner(rs_str text, int64_t *owner)
{
    const rs_str key = RS_STR("\"image_id\"");
    const size_t at = rs_str_find(text, key);
    if (at == RS_NPOS) return false;
    rs_str rest = rs_str_trim(rs_str_sub(text, at + key.len, text.len));
    if (rs_str_find(rest, key) != RS_NPOS || !rest.len || rest.ptr[0] != ':') return false;
    rest = rs_str_trim(rs_str_sub(rest, 1, rest.len));
    size_t n = 0;
    while (n < rest.len && n < 18 && rest.ptr[n] >= '0' && rest.ptr[n] <= '9') n++;
    const rs_str behind = rs_str_trim(rs_str_sub(rest, n, rest.len));
    if (n == 0 || !behind.len || (behind.ptr[0] != ',' && behind.ptr[0] != '}')) return false;
    *owner = 0;
    for (size_t i = 0; i < n; i++) *owner = 10 * *owner + (rest.ptr[i] - '0');
    return true;
}

/* Reads the ids of row i of the feed's cuts. A row without them is set aside. */
static rsift_status read_row(struct coco *state, const rs_json_feed *feed, size_t i, coco_row *out,
                             rs_chunk *chunk, rsift_error *err)
{
    const rs_json_cut *cut = &feed->cuts[i];
    rsift_error why = {0};
    out->pass = feed->pass + (int)cut->path; /* images and annotations are cut together */
    out->row =
        (rs_row){.owner = -1, .offset = cut->offset, .len = (uint32_t)cut->bytes.len, .active = 1};
    rsift_status status =
        rs_json_parse(&state->scratch, cut->bytes, state->source->limits, &out->value, &why);
    /* an annotation needs its image only; its own id is not used for anything */
    bool is_annotation = out->pass == ANNOTATIONS;
    if (status == RSIFT_OK) {
        bool has_id = rs_row_id(rs_json_get(out->value, "id"), &out->row.id);
        bool has_owner = rs_row_id(rs_json_get(out->value, "image_id"), &out->row.owner);
        if (!(is_annotation ? has_owner : has_id))
            status =
                rs_err_set(&why, RSIFT_E_FORMAT,
                           is_annotation ? "the annotation has no image_id" : "the row has no id");
    }
    if (status == RSIFT_OK) return RSIFT_OK;
    out->value = NULL;
    /* of an annotation its picture alone loses an object; an image row is of no other picture, and
     * its annotations are orphans */
    if (status == RSIFT_E_FORMAT && is_annotation && tells_owner(cut->bytes, &out->row.owner))
        out->row.active = 0;
    state->n_told += out->pass == IMAGES || !out->row.active;
    rs_err_within(&why, status, "%.*s > byte %" PRId64, RS_STR_ARG(rs_json_feed_chain(feed)),
                  cut->offset);
    return rs_chunk_broken(chunk, out->pass, -1, status, &why, err);
}

/* A pass of its own over all files, so that the names stand still while chunks are parsed. Files
 * that cannot be cut are reported by the pass over the images: those findings are dropped here. */
static rsift_status load_categories(struct coco *state, rs_chunk *first, rsift_error *err)
{
    rs_json_feed feed;
    rs_chunk ignored = {0};
    rsift_status status =
        rs_json_feed_open(&feed, state->source, "records", RS_STR("categories"), CATEGORIES, err);
    while (status == RSIFT_OK) {
        rs_arena_reset(&state->scratch);
        status = rs_json_feed_next(&feed, &state->scratch, &ignored, err);
        for (size_t i = 0; i < feed.n_cuts && status == RSIFT_OK; i++) {
            coco_row one;
            status = read_row(state, &feed, i, &one, first, err);
            if (status == RSIFT_OK && one.value)
                status = add_category(state, one.value, feed.file, one.row.id, first, err);
        }
    }
    rs_json_feed_close(&feed);
    rs_chunk_fini(&ignored);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static size_t coco_classes(const void *opened, size_t file, const rs_str **names)
{
    const struct coco *state = opened;
    size_t begin = 0;
    for (size_t f = 0; f < file; f++)
        if (state->name_ends[f] > begin) begin = state->name_ends[f];
    *names = state->names + begin;
    return state->name_ends[file] > begin ? state->name_ends[file] - begin : 0;
}

/* Reads the parameters and the categories of all files; images and annotations are read file by
 * file while cutting. */
static rsift_status coco_open(void *opened, const rs_source *source, rs_chunk *first,
                              rsift_error *err)
{
    struct coco *state = opened;
    state->source = source;
    state->files = rs_source_files_of(source, "records");
    if (!state->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"records\" files");
    state->use = (uint32_t)(state->files - source->files);
    state->box_field = rs_source_param(source, "boxes", RS_STR("bbox"));
    rs_str masks = rs_source_param(source, "masks", RS_STR("yes"));
    /* detection reads boxes and segmentation reads masks, unless a parameter asks for both */
    bool both = rs_str_eq(masks, RS_STR("both"));
    state->masks = both || (wants_masks(source->task) && !rs_str_eq(masks, RS_STR("no")));
    state->boxes = both || !state->masks;
    state->xywh = rs_geom_convention(RS_STR("px-xywh"));
    state->polygon = rs_geom_convention(RS_STR("px-polygon"));
    state->quad = rs_geom_convention(RS_STR("px-quad"));
    state->keeps_orphans_apart =
        rs_str_eq(rs_source_param(source, "orphans", RS_STR("stop")), RS_STR("ignore"));
    RS_TRY(rs_words_of(&state->arena, source, "class_names", &state->class_names, err));
    RS_TRY(rs_conventions_of(&state->arena, source, "box_convention", &state->conventions,
                             &state->n_conventions, err));
    if (state->n_conventions == 0) {
        state->conventions = &state->xywh;
        state->n_conventions = 1;
    }
    state->name_ends = rs_arena_calloc(&state->arena, state->files->n + 1, sizeof(size_t));
    if (!state->name_ends) return rs_err_nomem(err, "categories");
    return load_categories(state, first, err);
}

/* The picture that an image row names, as a number; -1 = none. No image has an owner otherwise. */
static int64_t picture_of(rs_arena *scratch, const rs_json *row)
{
    const rs_json *name = rs_json_get(row, "file_name");
    rs_str text = rs_json_text(scratch, name ? name : rs_json_get(row, "filename"));
    return text.len ? (int64_t)(rs_hash64(text.ptr, text.len) >> 1) : -1;
}

/* Notes where the rows that were just cut stand; nothing of their text is kept. */
static rsift_status add_rows(struct coco *state, const rs_json_feed *feed, rs_chunk *chunk,
                             rsift_error *err)
{
    for (size_t i = 0; i < feed->n_cuts; i++) {
        coco_row one;
        RS_TRY(read_row(state, feed, i, &one, chunk, err));
        if (!one.value && (one.pass == IMAGES || one.row.active)) continue;
        rs_rows *rows = one.pass == IMAGES ? &state->images : &state->annotations;
        if (one.pass == IMAGES) one.row.owner = picture_of(&state->scratch, one.value);
        RS_TRY(rs_rows_add(rows, &one.row, err));
    }
    return RSIFT_OK;
}

/* Rows of one id that name several pictures, and rows of several ids that name one: whose objects
 * are whose cannot be told. Of rows with one id the first has the annotations. */
static rsift_status find_repeated(struct coco *state, rs_chunk *chunk, rsift_error *err)
{
    rs_rows *images = &state->images;
    for (size_t i = 0; i < images->n; i++) {
        rs_row *row = &images->items[i];
        size_t first, at, n;
        RS_TRY(rs_rows_by_id(images, row->id, &first, err));
        if (images->items[first].owner != row->owner) images->items[first].active = 0;
        if (first != i || row->owner == -1) continue;
        RS_TRY(rs_rows_by_owner(images, row->owner, &at, &n, err));
        bool other = false;
        for (size_t k = at; k < at + n && !other; k++)
            other = images->items[images->by_owner[k]].id != row->id;
        if (!other) continue;
        row->active = 0;
        RS_TRY(rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, RS_STR("images"), err,
                             "the picture of image %" PRId64
                             " stands under another id too: its objects may be parted",
                             row->id));
    }
    return RSIFT_OK;
}

/* Is some image id of the kind that `owner` is: a number, or (the hash of) a text? */
static bool has_id_like(const rs_rows *images, int64_t owner)
{
    for (size_t i = 0; i < images->n; i++)
        if (rs_row_id_is_text(images->items[i].id) == rs_row_id_is_text(owner)) return true;
    return false;
}

/* Annotations of pictures that the file does not list. Their pictures may be left out on purpose
 * (a subset), or their ids are written in another way or shifted. In both of the latter cases a
 * listed picture misses them: any one when the ids are of another kind, else one that has none. */
static rsift_status find_orphans(struct coco *state, rsift_error *err)
{
    for (size_t i = 0; i < state->annotations.n && !state->keeps_orphans_apart; i++) {
        const int64_t owner = state->annotations.items[i].owner;
        size_t at;
        RS_TRY(rs_rows_by_id(&state->images, owner, &at, err));
        if (at != RS_NPOS || state->partial) continue;
        state->orphans = true;
        if (owner == -1 || !has_id_like(&state->images, owner)) state->partial = true;
    }
    return RSIFT_OK;
}

static int64_t n_set_aside(const rs_chunk *chunk)
{
    return chunk->counts[IMAGES].set_aside + chunk->counts[ANNOTATIONS].set_aside;
}

/* The first pass over one file: tables of its image and annotation rows. */
static rsift_status load_file(struct coco *state, rs_chunk *chunk, rsift_error *err)
{
    rs_source_files one = {.use = state->files->use,
                           .members = &state->files->members[state->file],
                           .logical = &state->files->logical[state->file],
                           .n = 1};
    rs_json_feed feed;
    const int64_t aside = n_set_aside(chunk);
    state->n_told = 0;
    rsift_status status =
        rs_json_feed_open(&feed, state->source, "records", RS_STR("images"), IMAGES, err);
    feed.paths[feed.n_paths++] = RS_STR("annotations");
    feed.files = &one; /* one file at a time: the tables of all together might exceed memory */
    while (status == RSIFT_OK) {
        rs_arena_reset(&state->scratch);
        status = rs_json_feed_next(&feed, &state->scratch, chunk, err);
        if (status == RSIFT_OK) status = add_rows(state, &feed, chunk, err);
    }
    const bool annotated = feed.seen >> ANNOTATIONS & 1;
    rs_json_feed_close(&feed);
    if (status != RSIFT_END) return status;
    state->opened = true;
    if (state->images.n == 0)
        return RSIFT_OK; /* nothing to read back; perhaps it cannot be opened */
    state->partial = !annotated || n_set_aside(chunk) > aside + state->n_told;
    if (!annotated)
        RS_TRY(rs_chunk_find(chunk, RS_F_LABELS_ABSENT, -1, state->files->logical[state->file], err,
                             "the file has no list \"annotations\": of its %zu pictures nothing is "
                             "said",
                             state->images.n));
    RS_TRY(rs_rows_open(&state->images, state->source, &one, err));
    RS_TRY(rs_rows_open(&state->annotations, state->source, &one, err));
    RS_TRY(find_repeated(state, chunk, err));
    return find_orphans(state, err);
}

/* ---- cut ------------------------------------------------------------------------------------- */

/* Is annotation row i of the picture, whose text is `text`, the same as the first one of its id?
 * starts[k]: where the text of the picture's row k begins. */
static rsift_status is_repeated(struct coco *state, const uint32_t *order, size_t i,
                                const char *text, const size_t *starts, bool *out, rsift_error *err)
{
    const rs_row *rows = state->annotations.items, *row = &rows[order[i]];
    size_t first, k = 0;
    RS_TRY(rs_rows_by_id(&state->annotations, row->id, &first, err));
    *out = false;
    if (first == order[i] || rows[first].owner != row->owner || rows[first].len != row->len)
        return RSIFT_OK;
    while (k < i && order[k] != first) k++;
    *out = k < i && rows[first].active && memcmp(text + starts[k], text + starts[i], row->len) == 0;
    return RSIFT_OK;
}

/* All annotations of an image as one JSON array. *within_limit false = too large for a record. */
static rsift_status gather(struct coco *state, int64_t image, rs_chunk *chunk, rs_raw *raw,
                           bool *within_limit, rsift_error *err)
{
    size_t at, n, len = 2;
    *within_limit = true;
    RS_TRY(rs_rows_by_owner(&state->annotations, image, &at, &n, err));
    /* the size is known before anything is read: 2 brackets, the rows, a comma each */
    for (size_t i = 0; i < n; i++)
        len += state->annotations.items[state->annotations.by_owner[at + i]].len + 1u;
    uint64_t most = state->source->limits ? state->source->limits->max_record : 64 << 20;
    if (len > most) {
        *within_limit = false;
        return RSIFT_OK;
    }
    char *text = rs_arena_alloc(&chunk->arena, len);
    size_t *starts = rs_arena_alloc(&chunk->arena, (n + 1) * sizeof *starts);
    if (!text || !starts) return rs_err_nomem(err, "annotations");
    size_t end = 0;
    text[end++] = '[';
    for (size_t i = 0; i < n; i++) {
        const uint32_t *order = state->annotations.by_owner + at;
        rs_row *row = &state->annotations.items[order[i]];
        bool again = false;
        row->used = 1;
        starts[i] = end + (end > 1);
        raw->partial = raw->partial || !row->active;
        if (!row->active) continue;
        RS_TRY(rs_rows_read(&state->annotations, row, text + starts[i], err));
        RS_TRY(is_repeated(state, order, i, text, starts, &again, err));
        if (again) {
            row->used = REPEATED;
            RS_TRY(rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, RS_STR("annotations"), err,
                                 "the annotation at byte %" PRId64 " stands twice; it counts once",
                                 row->offset));
            continue;
        }
        if (end > 1) text[end++] = ',';
        end += row->len;
    }
    text[end++] = ']';
    raw->extra = rs_str_make(text, end);
    chunk->n_bytes += end;
    return RSIFT_OK;
}

static rsift_status repeated_image(struct coco *state, const rs_row *row, rs_chunk *chunk,
                                   rsift_error *err)
{
    chunk->counts[IMAGES].seen++;
    chunk->counts[IMAGES].merged++;
    return rs_chunk_find(chunk, RS_F_ID_REPEATED, state->ordinal++, RS_STR("images"), err,
                         "image %" PRId64 " stands twice; the first has the annotations", row->id);
}

/* The next image row as a raw record; its annotations are `extra`. */
static rsift_status cut_image(struct coco *state, rs_chunk *chunk, rsift_error *err)
{
    size_t number = state->next++, first;
    rs_row *row = &state->images.items[number];
    /* of rows with one id the first has the annotations; the others would be images without any */
    RS_TRY(rs_rows_by_id(&state->images, row->id, &first, err));
    if (first != number) return repeated_image(state, row, chunk, err);
    rs_raw *raw = rs_chunk_add(chunk);
    if (!raw) return rs_err_nomem(err, "a raw record");
    bool within_limit;
    RS_TRY(gather(state, row->id, chunk, raw, &within_limit, err));
    if (!within_limit) {
        chunk->n--;
        chunk->counts[IMAGES].seen++;
        chunk->counts[IMAGES].set_aside++;
        return rs_chunk_find(chunk, RS_F_LIMIT, state->ordinal++, RS_STR("images"), err,
                             "the annotations of image %" PRId64 " exceed the limit max_record",
                             row->id);
    }
    char *text = rs_arena_alloc(&chunk->arena, row->len);
    if (!text) return rs_err_nomem(err, "an image row");
    RS_TRY(rs_rows_read(&state->images, row, text, err));
    raw->ordinal = state->ordinal++;
    raw->offset = row->offset;
    raw->use = state->use;
    raw->file = (uint32_t)state->file;
    raw->content = rs_str_make(text, row->len);
    const bool has_none = raw->extra.len <= 2; /* "[]" */
    raw->partial = raw->partial || state->partial || !row->active || (state->orphans && has_none);
    chunk->n_bytes += row->len;
    return RSIFT_OK;
}

/* The file's images are all read: annotations that belong to none of them are orphans. */
static rsift_status finish_file(struct coco *state, rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[ANNOTATIONS];
    for (size_t i = 0; i < state->annotations.n; i++) {
        const rs_row *row = &state->annotations.items[i];
        if (!row->active) continue; /* counted where it was set aside */
        count->seen++;
        if (row->used == REPEATED) {
            count->merged++;
            continue;
        }
        if (row->used) {
            count->used++;
            continue;
        }
        count->set_aside++;
        RS_TRY(rs_chunk_find(chunk, RS_F_LINK_ORPHAN, -1, RS_STR("annotations"), err,
                             "the annotation at byte %" PRId64 " names image %" PRId64
                             ", which is not there: pictures without objects are not known to have "
                             "none (--param orphans=ignore when it is left out on purpose)",
                             row->offset, row->owner));
    }
    close_file(state);
    state->file++;
    return RSIFT_OK;
}

static rsift_status coco_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct coco *state = opened;
    while (state->file < state->files->n && chunk->n < RS_CHUNK_RECORDS &&
           chunk->n_bytes < RS_CHUNK_BYTES) {
        /* each step may add findings without a record; the chunk's limits bound the records */
        if (!state->opened) RS_TRY(load_file(state, chunk, err));
        if (state->next < state->images.n) RS_TRY(cut_image(state, chunk, err));
        else RS_TRY(finish_file(state, chunk, err));
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

/* ---- parse ----------------------------------------------------------------------------------- */

static rs_str where_of(char buf[64], size_t i, const char *field)
{
    int n = snprintf(buf, 64, "annotations[%zu].%s", i, field);
    return rs_str_make(buf, n > 0 && n < 64 ? (size_t)n : 0);
}

/* The name of a category id; "" and a finding when no list names it: an id is no name. */
static rsift_status class_of(rs_parse *p, const struct coco *state, const rs_json *annotation,
                             size_t i, rs_str *out)
{
    char where[64];
    int64_t id;
    const rs_json *value = rs_json_get(annotation, "category_id");
    const uint64_t *at = NULL;
    if (rs_row_id(value, &id))
        at = rs_map64_get(&state->categories, category_key(p->raw->file, id));
    rs_str text = rs_json_text(p->scratch, value);
    rs_str mapped = !at && text.ptr ? rs_words_get(&state->class_names, text) : (rs_str){0};
    if (at || mapped.ptr) {
        RS_TRY(rs_parse_copy(p, at ? state->names[*at] : mapped, out));
        return rs_parse_check_class(p, *out, where_of(where, i, "category_id"));
    }
    *out = RS_STR("");
    if (!text.len)
        return rs_parse_find(p, RS_F_CLASS_UNKNOWN, where_of(where, i, "category_id"),
                             "the object has no category: category_id is %s",
                             text.ptr ? "empty" : rs_json_kind_name(rs_json_kind(value)));
    char quoted[RS_QUOTE_SIZE];
    return rs_parse_find(p, RS_F_CLASS_UNKNOWN, where_of(where, i, "category_id"),
                         "category \"%s\" is not listed", rs_err_quote(quoted, text));
}

/* A flag as releases write it: 1, 1.0, true or "1". */
static bool is_set(const rs_json *annotation, const char *field)
{
    const rs_json *value = rs_json_get(annotation, field);
    const rs_str text = rs_json_str(value);
    double number = 0;
    bool yes = false;
    if (rs_json_double(value, &number)) return number != 0;
    if (rs_json_bool(value, &yes)) return yes;
    return text.len && !rs_str_eq(text, RS_STR("0")) && !rs_str_eq_nocase(text, RS_STR("false"));
}

static uint32_t flags_of(const rs_json *annotation)
{
    const char *difficult =
        rs_json_kind(rs_json_get(annotation, "ignore")) == RS_JSON_ABSENT ? "difficult" : "ignore";
    return (is_set(annotation, "iscrowd") ? RS_REGION_CROWD : 0u) |
           (is_set(annotation, difficult) ? RS_REGION_DIFFICULT : 0u);
}

/* A crowd's box stands for many objects that were not told apart: no answer names it, and how many
 * there are is not known. Its mask is one of pixels, not of objects, and stays. */
static rsift_status check_crowd(rs_parse *p, const struct coco *state, const rs_json *annotation,
                                size_t i)
{
    char where[64];
    if (!state->boxes || !is_set(annotation, "iscrowd")) return RSIFT_OK;
    return rs_parse_find(p, RS_F_REGION_CROWD, where_of(where, i, "iscrowd"),
                         "the region is a group of objects, not one");
}

/* Appends a region; one without a convention is a mask's run lengths. */
static rsift_status add_region(rs_parse *p, rs_region_list *list, rs_region region)
{
    rs_region *to = rs_parse_region(p, list);
    if (!to) return rs_err_nomem(p->err, "a region");
    region.kind = region.convention ? rs_parse_kind(region.convention) : RS_REGION_MASK;
    region.turn = -1; /* tied to no text */
    *to = region;
    return RSIFT_OK;
}

/* Does the annotation state a box? An absent, null or empty one is none. */
static bool has_box(const struct coco *state, const rs_json *annotation)
{
    const rs_json *box = rs_json_path(annotation, state->box_field);
    rs_json_type kind = rs_json_kind(box);
    return kind != RS_JSON_ABSENT && kind != RS_JSON_NULL &&
           !(kind == RS_JSON_ARRAY && rs_json_len(box) == 0);
}

static rsift_status add_box(rs_parse *p, const struct coco *state, const rs_json *annotation,
                            size_t i, rs_str label, rs_region_list *list)
{
    char where[64];
    double *coords;
    size_t n;
    RS_TRY(rs_parse_numbers(p, rs_json_path(annotation, state->box_field),
                            where_of(where, i, "bbox"), 64, &coords, &n));
    if (n == 0) return RSIFT_OK;
    const rs_convention *convention =
        rs_parse_convention(state->conventions, state->n_conventions, n);
    if (state->conventions == &state->xywh && convention) {
        convention = rs_box_defined(p->source, RS_STR("coco"), convention);
        if (!convention)
            return rs_parse_open_box(p, RS_STR("coco"), coords, n, 0, where_of(where, i, "bbox"));
    }
    if (!convention)
        return rs_parse_find(p, RS_F_NUMBER, where_of(where, i, "bbox"),
                             "no convention is known for %zu numbers", n);
    return add_region(p, list,
                      (rs_region){.label = label,
                                  .flags = flags_of(annotation),
                                  .convention = convention,
                                  .coords = coords,
                                  .n_coords = (uint32_t)n});
}

/* The text form of COCO's run lengths: 5 bits a character, from the third count on differences to
 * the last but one. Source: rleFrString in cocoapi's common/maskApi.c. At most `max` counts. */
static size_t read_runs(rs_str text, double *out, size_t max)
{
    size_t n = 0;
    int64_t before[2] = {0, 0};
    for (size_t i = 0; i < text.len && n < max; n++) {
        int64_t value = 0;
        unsigned shift = 0;
        bool continues = true;
        while (continues) {
            if (i == text.len || shift > 30) return 0;
            int c = (unsigned char)text.ptr[i++] - 48; /* 6 bits: 5 of the value, 1 "continues" */
            if (c < 0 || c > 63) return 0;
            value |= (int64_t)(c & 31) << shift;
            shift += 5;
            continues = (c & 32) != 0;
            /* bit 4 of the last character is the sign */
            if (!continues && (c & 16)) value |= -((int64_t)1 << shift);
        }
        if (n > 2) value += before[n % 2]; /* a difference to the count two before */
        if (value < 0) return 0;
        before[n % 2] = value;
        out[n] = (double)value;
    }
    return n;
}

/* Run lengths as a mask region: height, width, then the counts, column-major, background first. */
static rsift_status add_runs(rs_parse *p, const rs_json *rle, size_t i, rs_str label,
                             uint32_t flags, rs_region_list *list)
{
    char where[64];
    double *size, *counts = NULL;
    size_t n_size, n = 0;
    rs_str text = rs_json_str(rs_json_get(rle, "counts"));
    RS_TRY(rs_parse_numbers(p, rs_json_get(rle, "size"), where_of(where, i, "segmentation.size"), 2,
                            &size, &n_size));
    if (n_size != 2) return RSIFT_OK;
    if (!text.ptr) {
        RS_TRY(rs_parse_numbers(p, rs_json_get(rle, "counts"),
                                where_of(where, i, "segmentation.counts"), MAX_NUMBERS, &counts,
                                &n));
    } else if (text.len <= MAX_NUMBERS) {
        counts = rs_arena_alloc(p->scratch, (text.len + 1) * sizeof *counts);
        if (!counts) return rs_err_nomem(p->err, "a mask");
        n = read_runs(text, counts, text.len);
    }
    if (n == 0) {
        return text.ptr ? rs_parse_find(p, RS_F_NUMBER, where_of(where, i, "segmentation.counts"),
                                        "the run lengths cannot be read")
                        : RSIFT_OK;
    }
    /* the region's numbers: height, width, counts */
    double *all = rs_arena_alloc(&p->batch->arena, (n + 2) * sizeof *all);
    if (!all) return rs_err_nomem(p->err, "a mask");
    memcpy(all, size, 2 * sizeof *all);
    memcpy(all + 2, counts, n * sizeof *all);
    return add_region(
        p, list,
        (rs_region){.label = label, .flags = flags, .coords = all, .n_coords = (uint32_t)n + 2});
}

/* One region for each polygon; parts of one object share a group. */
static rsift_status add_mask(rs_parse *p, const struct coco *state, const rs_json *annotation,
                             size_t i, rs_str label, rs_region_list *list)
{
    char where[64];
    uint32_t flags = flags_of(annotation);
    const rs_json *segmentation = rs_json_get(annotation, "segmentation");
    if (rs_json_kind(segmentation) == RS_JSON_OBJECT)
        return add_runs(p, segmentation, i, label, flags, list);
    /* [[x,y,..],..] is a list of polygons, [x,y,..] one polygon */
    rs_json_iter it = rs_json_each(segmentation);
    bool flat = it.left && rs_json_kind(it.at) != RS_JSON_ARRAY;
    for (size_t k = flat ? 1 : it.left; k > 0; k--) {
        double *coords;
        size_t n;
        RS_TRY(rs_parse_numbers(p, flat ? segmentation : rs_json_next(&it, NULL),
                                where_of(where, i, "segmentation"), MAX_NUMBERS, &coords, &n));
        if (n == 0) continue;
        if (n < 6 || n % 2) {
            RS_TRY(rs_parse_find(p, RS_F_NUMBER, where_of(where, i, "segmentation"),
                                 "a polygon needs an even count of at least 6 numbers, found %zu",
                                 n));
            continue;
        }
        RS_TRY(add_region(p, list,
                          (rs_region){.label = label,
                                      .flags = flags,
                                      .convention = state->polygon,
                                      .coords = coords,
                                      .n_coords = (uint32_t)n,
                                      .group = (uint32_t)i})); /* parts of one object */
    }
    return RSIFT_OK;
}

/* Grows the box around a mask's pixels; of run lengths that do not fill their picture, it is a
 * finding. */
static rsift_status add_mask_box(rs_parse *p, const rs_region *mask, size_t i, double box[4],
                                 rsift_error *err)
{
    char where[64];
    double xywh[4], corners[4];
    rs_rle rle = {0};
    rsift_error why = {0};
    const size_t n = mask->n_coords - 2;
    const double *sides = mask->coords;
    uint32_t *counts = rs_arena_alloc(p->scratch, n * sizeof *counts);
    if (!counts) return rs_err_nomem(err, "a mask");
    bool fits = sides[0] >= 1 && sides[1] >= 1 && sides[0] * sides[1] < UINT32_MAX;
    for (size_t k = 0; k < n; k++) {
        double count = mask->coords[k + 2];
        fits = fits && count >= 0 && count < UINT32_MAX;
        counts[k] = fits ? (uint32_t)count : 0;
    }
    rsift_status status =
        fits ? rs_geom_rle_of_counts(counts, n, (uint32_t)sides[0], (uint32_t)sides[1], &rle, &why)
             : RSIFT_E_FORMAT;
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "a mask");
    if (status != RSIFT_OK)
        return rs_parse_find(p, RS_F_NUMBER, where_of(where, i, "segmentation.counts"),
                             "the run lengths do not fill their picture");
    rs_geom_rle_box(&rle, xywh);
    rs_geom_rle_fini(&rle);
    rs_geom_box_of_xywh(xywh, corners);
    rs_geom_box_hull(box, corners, box);
    return RSIFT_OK;
}

/* An object without a box is where its outline is: one polygon stands for itself, several parts and
 * masks are put behind the box around them. regions[first..] are its outlines. */
static rsift_status box_outlines(rs_parse *p, const struct coco *state, size_t i, size_t first,
                                 rs_region_list *list)
{
    rs_region *outline = &list->items[first];
    if (list->n == first + 1 && outline->convention) {
        bool oriented = p->source->task == RS_TASK_DETECTION_OBB && outline->n_coords == 8;
        if (!oriented) return RSIFT_OK;
        outline->convention = state->quad;
        outline->kind = RS_REGION_OBB;
        return RSIFT_OK;
    }
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t k = first; k < list->n; k++) {
        const rs_region *part = &list->items[k];
        double corners[4];
        if (!part->convention) {
            RS_TRY(add_mask_box(p, part, i, box, p->err));
            continue;
        }
        rs_geom_box_of_points(part->coords, part->n_coords / 2, corners);
        rs_geom_box_hull(box, corners, box);
    }
    if (!(box[0] <= box[2])) return RSIFT_OK; /* a broken mask has no place: it is a finding */
    double *coords = rs_arena_alloc(&p->batch->arena, 4 * sizeof *coords);
    if (!coords) return rs_err_nomem(p->err, "a box");
    rs_geom_box_to_xywh(box, coords);
    rs_region whole = list->items[first];
    whole.convention = state->xywh;
    whole.coords = coords;
    whole.n_coords = 4;
    whole.group = 0;
    RS_TRY(add_region(p, list, whole));
    /* the box comes before its outlines */
    whole = list->items[list->n - 1];
    memmove(&list->items[first + 1], &list->items[first],
            (list->n - 1 - first) * sizeof *list->items);
    list->items[first] = whole;
    return RSIFT_OK;
}

/* One annotation: its box, its outlines, or both. What has neither is an object that is lost. */
static rsift_status add_object(rs_parse *p, const struct coco *state, const rs_json *annotation,
                               size_t i, rs_region_list *list)
{
    char where[64];
    rs_str label;
    const size_t first = list->n;
    const bool has = has_box(state, annotation);
    RS_TRY(class_of(p, state, annotation, i, &label));
    RS_TRY(check_crowd(p, state, annotation, i));
    const size_t n_named = p->batch->n_findings;
    if (state->boxes && has) RS_TRY(add_box(p, state, annotation, i, label, list));
    const bool boxed = list->n > first;
    if ((state->masks || !has) && rs_json_get(annotation, "segmentation"))
        RS_TRY(add_mask(p, state, annotation, i, label, list));
    if (list->n == first && !state->boxes && has) /* without a usable mask it keeps its box */
        RS_TRY(add_box(p, state, annotation, i, label, list));
    if (list->n == first && p->batch->n_findings == n_named)
        return rs_parse_find(p, RS_F_OBJECT_UNREAD, where_of(where, i, "bbox"),
                             "the object has no box and no outline");
    if (!state->boxes || list->n == first) return RSIFT_OK;
    if (!boxed) RS_TRY(box_outlines(p, state, i, first, list));
    for (size_t k = first + 1; k < list->n; k++) list->items[k].flags |= RS_REGION_OUTLINE;
    return RSIFT_OK;
}

/* The regions of all annotations of the image, in file order. */
static rsift_status add_annotations(rs_parse *p, const struct coco *state, rs_sample *sample)
{
    const rs_json *annotations;
    RS_TRY(rs_parse_json(p, p->raw->extra, &annotations));
    rs_region_list list = {0};
    rs_json_iter it = rs_json_each(annotations);
    size_t i = 0;
    for (const rs_json *one; (one = rs_json_next(&it, NULL)); i++)
        RS_TRY(add_object(p, state, one, i, &list));
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    sample->complete = p->raw->partial || !annotations ? RS_COMPLETE_NO : RS_COMPLETE_YES;
    return RSIFT_OK;
}

/* One image with all its annotations -> one sample. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct coco *state = opened;
    const rs_json *root;
    RS_TRY(rs_parse_json(p, p->raw->content, &root));
    if (!root) return RSIFT_OK;
    const rs_json *value = rs_json_get(root, "file_name");
    if (!value) value = rs_json_get(root, "filename");
    rs_str name;
    bool bad = false;
    RS_TRY(rs_parse_text(p, value, RS_STR("file_name"), &name, &bad));
    if (bad) return RSIFT_OK;
    if (!name.len)
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("file_name"),
                             "the image row has no file_name");
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    sample->original_id = rs_json_text(&p->batch->arena, rs_json_get(root, "id"));
    if (!sample->original_id.ptr) sample->original_id = RS_STR("");
    RS_TRY(rs_parse_copy(p, sample->original_id, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, name, sample->original_id, (rs_str){0}));
    /* sizes are kept as stated; index compares them with the picture's own */
    double width = 0, height = 0;
    rs_json_double(rs_json_get(root, "width"), &width);
    rs_json_double(rs_json_get(root, "height"), &height);
    rs_asset_ref *asset = (rs_asset_ref *)(uintptr_t)&sample->assets[0];
    if (width > 0 && height > 0) {
        asset->width = width;
        asset->height = height;
    }
    RS_TRY(add_annotations(p, state, sample));
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status coco_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                               rsift_error *err)
{
    const struct coco *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, IMAGES, parse_one}, chunk, batch,
                         err);
}

/* Points for each of COCO's keys that the head shows: large files show only the first of them. */
static int coco_probe(const rs_probe_input *input)
{
    if (!rs_probe_begins(input, '{')) return 0;
    int score = 0;
    if (rs_probe_holds(input, "\"images\"")) score += 30;
    if (rs_probe_holds(input, "\"file_name\"") || rs_probe_holds(input, "\"filename\""))
        score += 25;
    if (rs_probe_holds(input, "\"annotations\"") || rs_probe_holds(input, "\"image_id\""))
        score += 20;
    if (rs_probe_holds(input, "\"categories\"") || rs_probe_holds(input, "\"category_id\""))
        score += 20;
    return score >= 45 ? score : 0;
}

static bool coco_is_open(const rs_source *source)
{
    return rs_source_is_open(source, "box_convention");
}

static const rs_reader_use uses[] = {
    {"records", "*.json", .required = true},
    {0},
};
static const char *const passes[] = {"images", "annotations", "categories", NULL};
static const rs_param params[] = {
    {"box_convention", "convention", "px-xywh",
     "what the box numbers mean; of a list, the first with as many numbers"},
    {"boxes", "text", "bbox", "field of the box"},
    {"class_names", "map", "", "spelling in the file -> class"},
    {"masks", "yes|no|both", "yes", "yes: polygons for segmentation tasks, else boxes; no; both"},
    {"orphans", "stop|ignore", "stop",
     "objects of pictures that are not listed: a picture without any is not known to have none; "
     "ignore: those pictures are left out on purpose"},
    {0},
};

const rs_reader rs_reader_coco = {
    .name = "coco",
    .version = 4,
    .summary = "images, annotations and categories in one JSON object",
    .source = "cocodataset.org/#format-data",
    .reads = "a JSON object with the lists images and annotations",
    .takes = RS_TAKES_JSON,
    .gives = RS_HAS_HBB | RS_HAS_OBB | RS_HAS_POLYGON | RS_HAS_MASK | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct coco),
    .probe = coco_probe,
    .is_open = coco_is_open,
    .open = coco_open,
    .cut = coco_cut,
    .parse = coco_parse,
    .classes = coco_classes,
    .close = coco_close,
};
