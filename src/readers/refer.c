/* Referring expressions as RefCOCO's tools keep them (RRSIS-D): refs(...).p, a pickle of a list of
 * references with their sentences, and instances.json, COCO's lists of images, annotations and
 * categories. A reference names its annotation, which has a box and run lengths. RRSIS-D writes
 * boxes as two corners and calls the class `categories_id`; copies in COCO's own form exist too, so
 * that the source says what the numbers mean. One record is one reference; a sample is one of its
 * sentences. */
#include "base/alloc.h"
#include "codec/pickle.h"
#include "geom/box.h"
#include "readers/coco_classes.h"
#include "readers/coco_masks.h"
#include "readers/coco_row.h"

#include <inttypes.h>

/* Passes: those of COCO's lists, and the references. */
enum { REFS = RS_COCO_CATEGORIES + 1, PICKLE_RECORDS = 4 };

struct refer {
    const rs_source *source;
    const rs_source_files *refs, *instances;
    uint32_t use;
    rs_buf bytes;      /* of the pickle */
    rs_pickle *pickle; /* NULL = it cannot be read */
    rs_rows images, annotations;
    rs_coco_classes classes;
    const rs_convention *const *conventions;
    size_t n_conventions, next;
    bool box_of_mask; /* of copies whose box numbers nobody explains, the box around the mask */
    bool finished;
    rs_arena arena, scratch;
};

/* ---- open ------------------------------------------------------------------------------------ */

/* The one file of a use. */
static rsift_status only_file(const rs_source *source, const char *use, const rs_source_files **out,
                              rsift_error *err)
{
    *out = rs_source_files_of(source, use);
    if (*out && (*out)->n == 1) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "expected one file of \"%s\" (an id means something in its own file only), "
                      "found %zu",
                      use, *out ? (*out)->n : 0);
}

/* The bytes of the pickle; a larger one than four records may be is not read. */
static rsift_status read_pickle(struct refer *state, rsift_error *err)
{
    const rs_io_tree *tree = state->source->tree;
    const rsift_limits defaults = rsift_limits_default();
    const rsift_limits *limits = state->source->limits ? state->source->limits : &defaults;
    const uint64_t most = PICKLE_RECORDS * limits->max_record;
    rs_io_stream *stream;
    RS_TRY(rs_io_open(tree, state->refs->members[0], &stream, err));
    const int64_t n = rs_io_member_at(tree, state->refs->members[0])->n_bytes;
    rsift_status status = rs_io_read_all(stream, n, most, &state->bytes, err);
    rs_io_close(stream);
    if (status == RSIFT_E_LIMIT)
        return rs_err_set(err, status,
                          "a pickle of more than %" PRIu64 " MiB: four times the limit "
                          "max_record",
                          most >> 20);
    RS_TRY(status);
    return rs_pickle_open(rs_buf_view(&state->bytes), &state->pickle, err);
}

/* Notes where the rows that were just cut stand. */
static rsift_status add_rows(struct refer *state, const rs_json_feed *feed, rs_chunk *chunk,
                             rsift_error *err)
{
    const rs_json **values;
    RS_TRY(rs_coco_parse_rows(&state->scratch, feed, 0, feed->n_cuts, &values, err));
    for (size_t i = 0; i < feed->n_cuts; i++) {
        rs_coco_row one = {.value = values[i]};
        RS_TRY(rs_coco_read_row(&state->scratch, feed, i, &one, chunk, err));
        if (!one.value) continue;
        const bool image = one.pass == RS_COCO_IMAGES;
        /* references name annotations by their id, which COCO's own reader does not need */
        if (!rs_row_id(rs_json_get(one.value, "id"), &one.row.id)) {
            chunk->counts[one.pass].seen++;
            chunk->counts[one.pass].set_aside++;
            RS_TRY(rs_chunk_find(chunk, RS_F_FIELD_MISSING, -1, rs_json_feed_chain(feed), err,
                                 "the annotation at byte %" PRId64 " has no id", one.row.offset));
            continue;
        }
        RS_TRY(rs_rows_add(image ? &state->images : &state->annotations, &one.row, err));
    }
    return RSIFT_OK;
}

/* Rows of one id: which of them a reference means cannot be told, so that it finds none. */
static rsift_status find_repeated(rs_rows *rows, const char *list, rs_chunk *chunk,
                                  rsift_error *err)
{
    for (size_t i = 0; i < rows->n; i++) {
        size_t first;
        RS_TRY(rs_rows_by_id(rows, rows->items[i].id, &first, err));
        if (first == i) continue;
        rows->items[first].active = 0;
        RS_TRY(rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, rs_str_of(list), err,
                             "the id %" PRId64 " stands twice: which row is meant cannot be told",
                             rows->items[i].id));
    }
    return RSIFT_OK;
}

/* One pass over instances.json. */
static rsift_status load_rows(struct refer *state, rs_chunk *chunk, rsift_error *err)
{
    rs_json_feed feed;
    rsift_status status =
        rs_json_feed_open(&feed, state->source, "records", RS_STR("images"), RS_COCO_IMAGES, err);
    feed.paths[feed.n_paths++] = RS_STR("annotations");
    feed.apart = true;
    while (status == RSIFT_OK) {
        rs_arena_reset(&state->scratch);
        status = rs_json_feed_next(&feed, &state->scratch, chunk, err);
        if (status == RSIFT_OK) status = add_rows(state, &feed, chunk, err);
    }
    rs_json_feed_close(&feed);
    if (status != RSIFT_END) return status;
    if (!state->images.n && !state->annotations.n)
        return RSIFT_OK; /* perhaps it cannot be opened */
    RS_TRY(rs_rows_open(&state->images, state->source, state->instances, err));
    RS_TRY(rs_rows_open(&state->annotations, state->source, state->instances, err));
    RS_TRY(find_repeated(&state->images, "images", chunk, err));
    return find_repeated(&state->annotations, "annotations", chunk, err);
}

static rsift_status refer_open(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    struct refer *state = opened;
    rsift_error why = {0};
    state->source = source;
    RS_TRY(only_file(source, "refs", &state->refs, err));
    RS_TRY(only_file(source, "records", &state->instances, err));
    state->use = (uint32_t)(state->refs - source->files);
    state->box_of_mask =
        rs_str_eq(rs_source_param(source, "box", RS_STR("released")), RS_STR("mask"));
    RS_TRY(rs_conventions_of(&state->arena, source, "box_convention", &state->conventions,
                             &state->n_conventions, err));
    RS_TRY(rs_coco_classes_load(&state->classes, source, first, err));
    RS_TRY(load_rows(state, first, err));
    const rsift_status status = read_pickle(state, &why);
    if (status == RSIFT_OK) return RSIFT_OK;
    const rs_str chain = rs_io_member_at(source->tree, state->refs->members[0])->chain;
    if (!rs_str_starts(rs_str_of(why.where), chain))
        rs_err_within(&why, status, "%.*s", RS_STR_ARG(chain));
    return rs_chunk_broken(first, REFS, 0, status, &why, err);
}

static void refer_close(void *opened)
{
    struct refer *state = opened;
    rs_pickle_close(state->pickle);
    rs_buf_fini(&state->bytes);
    rs_rows_close(&state->images);
    rs_rows_close(&state->annotations);
    rs_coco_classes_fini(&state->classes);
    rs_arena_fini(&state->arena);
    rs_arena_fini(&state->scratch);
}

/* ---- cut ------------------------------------------------------------------------------------- */

/* The row that the reference's field names; NULL = none, or several. */
static rsift_status row_of(rs_rows *rows, const rs_json *ref, const char *field, rs_row **out,
                           rsift_error *err)
{
    int64_t id;
    size_t at = RS_NPOS;
    *out = NULL;
    if (rs_row_id(rs_json_get(ref, field), &id)) RS_TRY(rs_rows_by_id(rows, id, &at, err));
    if (at == RS_NPOS) return RSIFT_OK;
    rows->items[at].used = 1;
    if (rows->items[at].active) *out = &rows->items[at];
    return RSIFT_OK;
}

/* Appends `"key":` and the row's text; null for none. */
static rsift_status add_row_text(rs_rows *rows, const rs_row *row, const char *key, rs_buf *out,
                                 rsift_error *err)
{
    rs_buf_printf(out, "\"%s\":", key);
    if (!row) {
        rs_buf_cstr(out, "null");
        return RSIFT_OK;
    }
    if (!rs_buf_reserve(out, row->len)) return rs_err_nomem(err, "a row");
    RS_TRY(rs_rows_read(rows, row, out->ptr + out->len, err));
    out->len += row->len;
    return RSIFT_OK;
}

/* The rows of a reference: {"annotation":..,"image":..}. */
static rsift_status add_rows_of(struct refer *state, rs_str text, rs_buf *out, rsift_error *err)
{
    const rs_json *ref = NULL;
    rs_row *annotation, *image;
    rs_arena_reset(&state->scratch);
    /* what is no JSON (bad UTF-8) is told when it is parsed; it names no rows */
    const rsift_status status =
        rs_json_parse(&state->scratch, text, state->source->limits, &ref, NULL);
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "a reference");
    if (status != RSIFT_OK) ref = NULL;
    RS_TRY(row_of(&state->annotations, ref, "ann_id", &annotation, err));
    RS_TRY(row_of(&state->images, ref, "image_id", &image, err));
    rs_buf_char(out, '{');
    RS_TRY(add_row_text(&state->annotations, annotation, "annotation", out, err));
    rs_buf_char(out, ',');
    RS_TRY(add_row_text(&state->images, image, "image", out, err));
    rs_buf_char(out, '}');
    return out->failed ? rs_err_nomem(err, "a reference") : RSIFT_OK;
}

/* Reference i as a raw record: its JSON, and the rows that it names as `extra`. */
static rsift_status cut_one(struct refer *state, size_t i, rs_chunk *chunk, rsift_error *err)
{
    rs_buf text = {0}, rows = {0};
    rsift_error why = {0};
    rsift_status status = rs_pickle_json(state->pickle, i, state->source->limits, &text, &why);
    if (status != RSIFT_OK) {
        rs_buf_fini(&text);
        rs_err_within(&why, status, "record %zu", i);
        return rs_chunk_broken(chunk, REFS, (int64_t)i, status, &why, err);
    }
    rs_raw *raw = rs_chunk_add(chunk);
    status = raw ? add_rows_of(state, rs_buf_view(&text), &rows, err)
                 : rs_err_nomem(err, "a raw record");
    if (status == RSIFT_OK) {
        raw->ordinal = (int64_t)i;
        raw->offset = -1;
        raw->use = state->use;
        raw->content = rs_arena_str(&chunk->arena, rs_buf_view(&text));
        raw->extra = rs_arena_str(&chunk->arena, rs_buf_view(&rows));
        chunk->n_bytes += text.len + rows.len;
        if (!raw->content.ptr || !raw->extra.ptr) status = rs_err_nomem(err, "a raw record");
    }
    rs_buf_fini(&text);
    rs_buf_fini(&rows);
    return status;
}

/* Rows that no reference names are not asked about. */
static void count_rows(const rs_rows *rows, rs_count *count)
{
    for (size_t i = 0; i < rows->n; i++) {
        count->seen++;
        if (rows->items[i].used) count->used++;
        else count->skipped++;
    }
}

static rsift_status refer_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct refer *state = opened;
    const size_t n = state->pickle ? rs_pickle_len(state->pickle) : 0;
    while (state->next < n && chunk->n < RS_CHUNK_RECORDS && chunk->n_bytes < RS_CHUNK_BYTES)
        RS_TRY(cut_one(state, state->next++, chunk, err));
    if (chunk->n) return RSIFT_OK;
    if (!state->finished) {
        count_rows(&state->images, &chunk->counts[RS_COCO_IMAGES]);
        count_rows(&state->annotations, &chunk->counts[RS_COCO_ANNOTATIONS]);
    }
    state->finished = true;
    return RSIFT_END;
}

static rsift_status refer_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    struct refer *state = opened;
    const size_t n = state->pickle ? rs_pickle_len(state->pickle) : 0;
    if (ref->ordinal < 0 || (uint64_t)ref->ordinal >= n)
        return rs_err_set(err, RSIFT_E_FORMAT, "the file ends before this record");
    return cut_one(state, (size_t)ref->ordinal, chunk, err);
}

/* ---- parse ----------------------------------------------------------------------------------- */

/* A reference on its way into samples. */
typedef struct reference {
    const rs_json *ref, *annotation, *image;
    rs_str name, class_name, split;
    rs_region_list regions; /* of the object; without label and turn */
} reference;

/* Does the mask lie where the box says? The part of their united boxes that they share. */
static rsift_status compare_mask(rs_parse *p, const rs_region *box, const rs_region *mask)
{
    double corners[4], around[4];
    rs_coco_mask shown;
    RS_TRY(rs_coco_mask_box(p, mask, 0, around, &shown));
    if (shown == RS_COCO_MASK_EMPTY)
        return rs_parse_find(p, RS_F_REGION_DEGENERATE, RS_STR("segmentation"),
                             "the mask of the object has no pixel");
    if (shown != RS_COCO_MASK_SHOWN || !box) return RSIFT_OK;
    if (rs_model_region_pixels(box, mask->coords[1], mask->coords[0], corners, 4) != 4)
        return RSIFT_OK;
    rs_geom_box_order(corners);
    return rs_coco_compare_boxes(p, RS_STR("segmentation"), corners, around);
}

/* The annotation's box, or none. */
static rsift_status read_box(rs_parse *p, const struct refer *state, reference *r)
{
    double *coords;
    size_t n;
    RS_TRY(
        rs_parse_numbers(p, rs_json_get(r->annotation, "bbox"), RS_STR("bbox"), 64, &coords, &n));
    if (n == 0) return RSIFT_OK;
    const rs_convention *xywh = rs_geom_convention(RS_STR("px-xywh"));
    const bool named = state->n_conventions > 0;
    const rs_convention *convention = rs_parse_convention(named ? state->conventions : &xywh,
                                                          named ? state->n_conventions : 1, n);
    if (!convention)
        return rs_parse_find(p, RS_F_NUMBER, RS_STR("bbox"),
                             "no convention is known for %zu numbers", n);
    return rs_coco_add_region(
        p, &r->regions,
        (rs_region){.convention = convention, .coords = coords, .n_coords = (uint32_t)n});
}

/* The object's box and, behind it, its outlines. */
static rsift_status read_object(rs_parse *p, const struct refer *state, reference *r)
{
    const rs_json *segmentation = rs_json_get(r->annotation, "segmentation");
    if (rs_json_get(r->annotation, "bbox") && !state->box_of_mask) RS_TRY(read_box(p, state, r));
    const size_t n_boxes = r->regions.n;
    if (segmentation)
        RS_TRY(
            rs_coco_add_mask(p, segmentation, &(rs_coco_object){.label = RS_STR("")}, &r->regions));
    if (n_boxes) {
        const rs_region box = r->regions.items[0];
        for (size_t i = 1; i < r->regions.n; i++)
            if (!r->regions.items[i].convention)
                RS_TRY(compare_mask(p, &box, &r->regions.items[i]));
        RS_TRY(rs_coco_compare_rings(p, RS_STR("segmentation"), &box, segmentation));
    } else if (r->regions.n) {
        RS_TRY(rs_coco_box_outlines(p, 0, 0, &r->regions));
    }
    for (size_t i = 1; i < r->regions.n; i++) r->regions.items[i].flags |= RS_REGION_OUTLINE;
    return RSIFT_OK;
}

/* One sentence -> one sample. */
static rsift_status add_sentence(rs_parse *p, const reference *r, rs_str text, rs_str id)
{
    rs_sample *sample;
    rs_turn *turns;
    double width = 0, height = 0;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_turns(p, 1, &turns));
    turns[0] = (rs_turn){.role = RS_TURN_PHRASE, .text = text};
    sample->turns = turns;
    sample->n_turns = 1;
    RS_TRY(rs_parse_copy(p, id, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, r->name, sample->original_id, r->class_name));
    if (r->class_name.len) RS_TRY(rs_parse_label(p, sample, r->class_name));
    if (r->split.len) RS_TRY(rs_parse_split(p, sample, r->split));
    rs_json_double(rs_json_get(r->image, "width"), &width);
    rs_json_double(rs_json_get(r->image, "height"), &height);
    rs_asset_ref *asset = (rs_asset_ref *)(uintptr_t)&sample->assets[0];
    if (width > 0 && height > 0) {
        asset->width = width;
        asset->height = height;
    }
    rs_region *regions = rs_arena_alloc(&p->batch->arena, (r->regions.n + 1) * sizeof *regions);
    if (!regions) return rs_err_nomem(p->err, "regions");
    for (size_t i = 0; i < r->regions.n; i++) {
        regions[i] = r->regions.items[i];
        regions[i].label = text;
    }
    sample->regions = regions;
    sample->n_regions = (uint32_t)r->regions.n;
    return RSIFT_OK;
}

/* What the reference says of its picture and its object. */
static rsift_status read_reference(rs_parse *p, const struct refer *state, reference *r, bool *bad)
{
    const rs_json *name = rs_json_get(r->image, "file_name");
    if (!name) name = rs_json_get(r->ref, "file_name");
    RS_TRY(rs_parse_text(p, name, RS_STR("file_name"), &r->name, bad));
    RS_TRY(rs_parse_text(p, rs_json_get(r->ref, "split"), RS_STR("split"), &r->split, bad));
    if (*bad) return RSIFT_OK;
    if (!r->name.len) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("file_name"),
                             "neither the reference nor its image names a picture");
    }
    r->class_name = RS_STR("");
    if (rs_json_get(r->annotation, "category_id") || rs_json_get(r->annotation, "categories_id"))
        RS_TRY(rs_coco_class_of(p, &state->classes, r->annotation, RS_STR("category_id"),
                                &r->class_name));
    return RSIFT_OK;
}

/* A sample for each sentence; the object is read behind the first, which its findings are about. */
static rsift_status add_sentences(rs_parse *p, const struct refer *state, reference *r, bool *bad)
{
    rs_json_iter it = rs_json_each(rs_json_get(r->ref, "sentences"));
    const size_t first = p->batch->n_samples, n_findings = p->batch->n_findings;
    const bool several = it.left > 1;
    RS_TRY(read_object(p, state, r));
    const size_t n_found = p->batch->n_findings;
    for (const rs_json *one; (one = rs_json_next(&it, NULL));) {
        rs_str text;
        const rs_json *value = rs_json_get(one, "raw");
        if (!value) value = rs_json_get(one, "sent");
        RS_TRY(rs_parse_text(p, value, RS_STR("sentences.raw"), &text, bad));
        if (*bad) return RSIFT_OK;
        if (!rs_str_trim(text).len) {
            *bad = true;
            return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("sentences"),
                                 "a sentence has no text");
        }
        const rs_str id = rs_json_text(
            p->scratch, rs_json_get(several ? one : r->ref, several ? "sent_id" : "ref_id"));
        RS_TRY(add_sentence(p, r, text, id.ptr ? id : RS_STR("")));
    }
    /* what was found of the object is about all samples that show it */
    const size_t n_samples = p->batch->n_samples - first;
    for (size_t f = n_findings; f < n_found && n_samples; f++) {
        p->batch->findings[f].sample = (int32_t)first;
        for (size_t s = 1; s < n_samples; s++) {
            p->sample = (int32_t)(first + s);
            const rs_finding of = p->batch->findings[f];
            RS_TRY(rs_parse_find(p, of.code, of.where, "%.*s", RS_STR_ARG(of.message)));
        }
    }
    return RSIFT_OK;
}

/* Do the reference and its annotation state other ids of one thing? An id that one of them leaves
 * out contradicts nothing. */
static bool ids_differ(const rs_json *ref, const rs_json *annotation, const char *field,
                       const char *spelling)
{
    const rs_json *value = rs_json_get(annotation, field);
    if (!value) value = rs_json_get(annotation, spelling);
    int64_t stated, found;
    return rs_row_id(rs_json_get(ref, field), &stated) && rs_row_id(value, &found) &&
           stated != found;
}

/* An annotation of another picture or class is not the object that the sentences are about. */
static rsift_status check_annotation(rs_parse *p, const reference *r, bool *bad)
{
    const bool image = ids_differ(r->ref, r->annotation, "image_id", "image_id");
    if (!image && !ids_differ(r->ref, r->annotation, "category_id", "categories_id"))
        return RSIFT_OK;
    *bad = true;
    return rs_parse_find(p, RS_F_LINK_ORPHAN, RS_STR("ann_id"),
                         "the annotation of this id is one of another %s",
                         image ? "picture" : "class");
}

static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct refer *state = opened;
    reference r = {0};
    const rs_json *rows;
    bool bad = false;
    RS_TRY(rs_parse_object(p, &r.ref));
    if (!r.ref) return RSIFT_OK;
    RS_TRY(rs_parse_json(p, p->raw->extra, &rows));
    r.annotation = rs_json_get(rows, "annotation");
    r.image = rs_json_get(rows, "image");
    if (rs_json_kind(r.annotation) != RS_JSON_OBJECT)
        return rs_parse_find(p, RS_F_LINK_ORPHAN, RS_STR("ann_id"),
                             "there is no annotation of this id, or several");
    if (rs_json_len(rs_json_get(r.ref, "sentences")) == 0)
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("sentences"),
                             "the reference has no sentence");
    RS_TRY(check_annotation(p, &r, &bad));
    if (!bad) RS_TRY(read_reference(p, state, &r, &bad));
    if (!bad) RS_TRY(add_sentences(p, state, &r, &bad));
    if (!bad) *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status refer_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                rsift_error *err)
{
    const struct refer *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, REFS, parse_one}, chunk, batch, err);
}

/* A pickle by its name and its first byte; of JSON the COCO reader knows more. */
static int refer_probe(const rs_probe_input *input)
{
    const bool named = rs_str_ends_nocase(input->path, RS_STR(".p"));
    return named && input->head.len && (uint8_t)input->head.ptr[0] == 0x80 ? 60 : 0;
}

static const rs_reader_use uses[] = {
    {"refs", "*.p", .required = true, .single = true},
    {"records", "instances*.json", .required = true, .single = true},
    {0},
};
static const char *const passes[] = {"images", "annotations", "categories", "refs", NULL};
static const rs_param params[] = {
    {"box", "released|mask", "released",
     "mask: the box around the object's mask, where what the numbers mean is not known"},
    {"box_convention", "convention", "px-xywh",
     "what the box numbers mean; of a list, the first with as many numbers"},
    {"class_names", "map", "", "spelling in the file -> class"},
    {0},
};

const rs_reader rs_reader_refer = {
    .name = "refer",
    .version = 2,
    .summary = "references in a pickle, their objects in a COCO file",
    .source = "lichengunc/refer; Lsan2401/RMSIN refer/refer.py",
    .reads = "a pickle of references, refs(...).p, beside instances.json",
    .gives = RS_HAS_TEXT | RS_HAS_HBB | RS_HAS_POLYGON | RS_HAS_MASK | RS_HAS_CLASS,
    .task = RS_TASK_GROUNDING_HBB, /* a mask is no text; the box is */
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct refer),
    .probe = refer_probe,
    .open = refer_open,
    .cut = refer_cut,
    .parse = refer_parse,
    .at = refer_at,
    .close = refer_close,
};
