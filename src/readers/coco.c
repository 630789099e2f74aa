/* COCO: one JSON object with `images`, `annotations` and `categories` in any order. One sample is
 * one image with all its annotations. A first pass over the file notes where each row stands (32
 * bytes a row); then images are read in file order and their annotations fetched. Quirks met:
 * annotations before images, category ids with gaps, rotated boxes of five numbers under `bbox`,
 * segmentation as polygons, as run lengths or as an empty list, ids that are texts, one image id
 * twice. */
#include "base/alloc.h"
#include "base/map.h"
#include "readers/feed_json.h"
#include "readers/parse.h"
#include "readers/rows.h"

#include <inttypes.h>

/* Passes; IMAGES and ANNOTATIONS are also the indices of the paths in load_file. */
enum { IMAGES, ANNOTATIONS, CATEGORIES, MAX_NUMBERS = 1 << 20 };

struct coco {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    size_t file; /* the one being read; files->n = all done */
    bool opened; /* its rows are loaded */
    rs_rows images, annotations;
    size_t next; /* image row */
    int64_t ordinal;
    rs_map64
        categories; /* (file, id) -> index in names; complete after open, since parse reads it */
    rs_str *names;
    size_t n_names, cap_names;
    rs_words class_names;
    const rs_convention *const *conventions;
    size_t n_conventions;
    const rs_convention *xywh, *polygon;
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
    state->opened = false;
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
    name = rs_arena_str(&state->arena, mapped.ptr ? mapped : name.ptr ? name : RS_STR(""));
    /* one map over all files, filled before the first cut: parse reads it from any thread */
    bool made;
    uint64_t *number =
        rs_map64_put(&state->categories, category_key(file, id), state->n_names, &made);
    if (!number || !name.ptr || !RS_VEC_RESERVE(state->names, state->cap_names, state->n_names + 1))
        return rs_err_nomem(err, "categories");
    if (!made) {
        count->merged++;
        return rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, RS_STR("categories"), err,
                             "category %" PRId64 " stands twice; the first is used", id);
    }
    state->names[state->n_names++] = name;
    count->used++;
    return RSIFT_OK;
}

/* One row of the file that was just cut. */
typedef struct coco_row {
    int pass;
    const rs_json *value; /* in scratch; NULL = it was set aside */
    rs_row row;
} coco_row;

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
    RS_TRY(rs_words_of(&state->arena, source, "class_names", &state->class_names, err));
    RS_TRY(rs_conventions_of(&state->arena, source, "box_convention", &state->conventions,
                             &state->n_conventions, err));
    if (state->n_conventions == 0) {
        state->conventions = &state->xywh;
        state->n_conventions = 1;
    }
    return load_categories(state, first, err);
}

/* Notes where the rows that were just cut stand; nothing of their text is kept. */
static rsift_status add_rows(struct coco *state, const rs_json_feed *feed, rs_chunk *chunk,
                             rsift_error *err)
{
    for (size_t i = 0; i < feed->n_cuts; i++) {
        coco_row one;
        RS_TRY(read_row(state, feed, i, &one, chunk, err));
        if (!one.value) continue;
        rs_rows *rows = one.pass == IMAGES ? &state->images : &state->annotations;
        RS_TRY(rs_rows_add(rows, &one.row, err));
    }
    return RSIFT_OK;
}

/* The first pass over one file: tables of its image and annotation rows. */
static rsift_status load_file(struct coco *state, rs_chunk *chunk, rsift_error *err)
{
    rs_source_files one = {.use = state->files->use,
                           .members = &state->files->members[state->file],
                           .logical = &state->files->logical[state->file],
                           .n = 1};
    rs_json_feed feed;
    rsift_status status =
        rs_json_feed_open(&feed, state->source, "records", RS_STR("images"), IMAGES, err);
    feed.paths[feed.n_paths++] = RS_STR("annotations");
    feed.files = &one; /* one file at a time: the tables of all together might exceed memory */
    while (status == RSIFT_OK) {
        rs_arena_reset(&state->scratch);
        status = rs_json_feed_next(&feed, &state->scratch, chunk, err);
        if (status == RSIFT_OK) status = add_rows(state, &feed, chunk, err);
    }
    rs_json_feed_close(&feed);
    if (status != RSIFT_END) return status;
    state->opened = true;
    if (state->images.n == 0)
        return RSIFT_OK; /* nothing to read back; perhaps it cannot be opened */
    RS_TRY(rs_rows_open(&state->images, state->source, &one, err));
    return rs_rows_open(&state->annotations, state->source, &one, err);
}

/* ---- cut ------------------------------------------------------------------------------------- */

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
    if (!text) return rs_err_nomem(err, "annotations");
    size_t end = 0;
    text[end++] = '[';
    for (size_t i = 0; i < n; i++) {
        rs_row *row = &state->annotations.items[state->annotations.by_owner[at + i]];
        if (i) text[end++] = ',';
        RS_TRY(rs_rows_read(&state->annotations, row, text + end, err));
        end += row->len;
        row->used = 1;
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
    chunk->n_bytes += row->len;
    return RSIFT_OK;
}

/* The file's images are all read: annotations that belong to none of them are orphans. */
static rsift_status finish_file(struct coco *state, rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[ANNOTATIONS];
    for (size_t i = 0; i < state->annotations.n; i++) {
        const rs_row *row = &state->annotations.items[i];
        count->seen++;
        if (row->used) {
            count->used++;
            continue;
        }
        count->set_aside++;
        RS_TRY(rs_chunk_find(chunk, RS_F_LINK_ORPHAN, -1, RS_STR("annotations"), err,
                             "the annotation at byte %" PRId64 " names image %" PRId64
                             ", which is not used",
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

/* The name of a category id; an unknown one is a finding and gives the id's own text. */
static rsift_status class_of(rs_parse *p, const struct coco *state, const rs_json *annotation,
                             size_t i, rs_str *out)
{
    char where[64];
    int64_t id;
    const rs_json *value = rs_json_get(annotation, "category_id");
    const uint64_t *at = NULL;
    if (rs_row_id(value, &id))
        at = rs_map64_get(&state->categories, category_key(p->raw->file, id));
    if (at) {
        RS_TRY(rs_parse_copy(p, state->names[*at], out));
        return rs_parse_check_class(p, *out, where_of(where, i, "category_id"));
    }
    *out = rs_json_text(&p->batch->arena, value);
    if (!out->ptr) *out = RS_STR("");
    return rs_parse_find(p, RS_F_CLASS_UNKNOWN, where_of(where, i, "category_id"),
                         "category \"%.*s\" is not listed", RS_STR_ARG(rs_str_sub(*out, 0, 64)));
}

static uint32_t flags_of(const rs_json *annotation)
{
    int64_t crowd = 0, difficult = 0;
    rs_json_i64(rs_json_get(annotation, "iscrowd"), &crowd);
    if (!rs_json_i64(rs_json_get(annotation, "ignore"), &difficult))
        rs_json_i64(rs_json_get(annotation, "difficult"), &difficult);
    return (crowd ? RS_REGION_CROWD : 0u) | (difficult ? RS_REGION_DIFFICULT : 0u);
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

/* The annotation's box. A row without one is no finding when it has a segmentation instead. */
static rsift_status add_box(rs_parse *p, const struct coco *state, const rs_json *annotation,
                            size_t i, rs_str label, rs_region_list *list)
{
    char where[64];
    double *coords;
    size_t n;
    const rs_json *box = rs_json_path(annotation, state->box_field);
    if (!box && rs_json_get(annotation, "segmentation")) return RSIFT_OK;
    RS_TRY(rs_parse_numbers(p, box, where_of(where, i, "bbox"), 64, &coords, &n));
    if (n == 0) return RSIFT_OK;
    const rs_convention *convention =
        rs_parse_convention(state->conventions, state->n_conventions, n);
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

/* The regions of all annotations of the image, in file order. */
static rsift_status add_annotations(rs_parse *p, const struct coco *state, rs_sample *sample)
{
    const rs_json *annotations;
    RS_TRY(rs_parse_json(p, p->raw->extra, &annotations));
    rs_region_list list = {0};
    rs_json_iter it = rs_json_each(annotations);
    size_t i = 0;
    for (const rs_json *one; (one = rs_json_next(&it, NULL)); i++) {
        rs_str label;
        RS_TRY(class_of(p, state, one, i, &label));
        size_t before = list.n;
        if (state->masks) RS_TRY(add_mask(p, state, one, i, label, &list));
        /* an object without a usable mask keeps its box */
        if (state->boxes || list.n == before) RS_TRY(add_box(p, state, one, i, label, &list));
    }
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    sample->complete = RS_COMPLETE_YES;
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
    {0},
};

const rs_reader rs_reader_coco = {
    .name = "coco",
    .version = 2,
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
    .open = coco_open,
    .cut = coco_cut,
    .parse = coco_parse,
    .close = coco_close,
};
