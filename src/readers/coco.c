/* COCO: one JSON object with `images`, `annotations` and `categories` in any order. One sample is
 * one image with all its annotations, or with all its captions where the annotations of a file are
 * captions; of key points the box is kept. Quirks met: annotations before images, category ids with
 * gaps, rotated boxes of five numbers under `bbox`, segmentation as polygons, as run lengths or as
 * an empty list, no box beside it or an empty one, ids that are texts, one image id twice. Rows and
 * what is whole: coco_file; names: coco_classes; regions: coco_objects, coco_masks. */
#include "readers/coco_captions.h"
#include "readers/coco_file.h"
#include "readers/coco_objects.h"
#include "readers/coco_row.h"
#include "readers/meaning.h"

struct coco {
    rs_coco_file file;
    rs_coco_objects objects;
    rs_str phrase; /* field of an expression; empty = none */
    rs_chunk told; /* of reading the categories */
    rs_arena arena;
};

static bool wants_masks(rs_task task)
{
    return task == RS_TASK_SEGMENTATION || task == RS_TASK_PANOPTIC ||
           task == RS_TASK_REFERRING_SEG;
}

static void coco_close(void *opened)
{
    struct coco *state = opened;
    rs_coco_file_close(&state->file);
    rs_coco_classes_fini(&state->objects.classes);
    rs_chunk_fini(&state->told);
    rs_arena_fini(&state->arena);
}

static size_t coco_classes(const void *opened, size_t file, const rs_str **names)
{
    return rs_coco_classes_of(&((const struct coco *)opened)->objects.classes, file, names);
}

/* What is read of each annotation, as the parameters say. */
static rsift_status read_parameters(struct coco *state, const rs_source *source, rsift_error *err)
{
    rs_coco_objects *objects = &state->objects;
    objects->box_field = rs_source_param(source, "boxes", RS_STR("bbox"));
    rs_str masks = rs_source_param(source, "masks", RS_STR("yes"));
    /* detection reads boxes and segmentation reads masks, unless a parameter asks for both */
    bool both = rs_str_eq(masks, RS_STR("both"));
    objects->masks = both || (wants_masks(source->task) && !rs_str_eq(masks, RS_STR("no")));
    objects->boxes = both || !objects->masks;
    objects->plain = !objects->masks && rs_coco_may_be_plain(objects->box_field, source->limits);
    objects->xywh = rs_geom_convention(RS_STR("px-xywh"));
    return rs_conventions_of(&state->arena, source, "box_convention", &objects->conventions,
                             &objects->n_conventions, err);
}

/* Takes the source over, whose parameters are read. */
static void take_source(struct coco *state, const rs_source *source)
{
    rs_coco_rules *rules = &state->file.rules;
    rules->source = source;
    rules->files = rs_source_files_of(source, "records");
    rules->plain = rs_coco_may_be_plain(rules->box_field, source->limits);
    rules->surveyed = source->survey && state->objects.boxes && !state->objects.n_conventions;
}

/* Reads the parameters and the categories of all files; images and annotations are read file by
 * file while cutting. */
static rsift_status coco_open(void *opened, const rs_source *source, rs_chunk *first,
                              rsift_error *err)
{
    struct coco *state = opened;
    rs_coco_rules *rules = &state->file.rules;
    if (!rs_source_files_of(source, "records"))
        return rs_err_set(err, RSIFT_E_ARG, "the source names no \"records\" files");
    state->phrase = rs_source_param(source, "phrase", RS_STR(""));
    rules->expressions = state->phrase.len > 0;
    rules->keeps_orphans_apart =
        rs_str_eq(rs_source_param(source, "orphans", RS_STR("stop")), RS_STR("ignore"));
    RS_TRY(read_parameters(state, source, err));
    rules->box_field = state->objects.box_field;
    take_source(state, source);
    RS_TRY(rs_coco_file_open(&state->file, err));
    state->told.max_findings = first->max_findings;
    RS_TRY(rs_coco_classes_load(&state->objects.classes, source, &state->told, err));
    return rs_chunk_repeat(first, &state->told, err);
}

static rsift_status coco_again(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    struct coco *state = opened;
    take_source(state, source);
    rs_coco_file_again(&state->file);
    return rs_chunk_repeat(first, &state->told, err);
}

static rsift_status coco_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    rs_coco_file *file = &((struct coco *)opened)->file;
    /* each step may add findings without a record; the chunk's limits bound the records */
    while (file->file < file->rules.files->n && chunk->n < RS_CHUNK_RECORDS &&
           chunk->n_bytes < RS_CHUNK_BYTES)
        RS_TRY(rs_coco_file_step(file, chunk, err));
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

/* The expression of an image row (MDETR's caption), which its objects are what is meant by. */
static rsift_status add_phrase(rs_parse *p, const struct coco *state, const rs_json *root,
                               rs_sample *sample, bool *bad)
{
    rs_str phrase;
    rs_turn *turns;
    RS_TRY(rs_parse_text(p, rs_json_path(root, state->phrase), state->phrase, &phrase, bad));
    if (!*bad && !rs_str_trim(phrase).len) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_MISSING, state->phrase,
                             "the image row has no expression");
    }
    if (*bad) return RSIFT_OK;
    RS_TRY(rs_parse_turns(p, 1, &turns));
    turns[0] = (rs_turn){.role = RS_TURN_PHRASE, .text = phrase};
    sample->turns = turns;
    sample->n_turns = 1;
    rs_region *regions = (rs_region *)(uintptr_t)sample->regions;
    for (uint32_t i = 0; i < sample->n_regions; i++) regions[i].label = phrase;
    return RSIFT_OK;
}

/* The image row's fields of which nothing is kept. */
static rsift_status count_unkept(rs_parse *p, const struct coco *state, const rs_json *root)
{
    const rs_str kept[] = {
        RS_STR("id"),       RS_STR("file_name"),
        RS_STR("filename"), RS_STR("width"),
        RS_STR("height"),   rs_str_sub(state->phrase, 0, rs_str_find_char(state->phrase, '.'))};
    return rs_parse_unkept(p, root, RS_STR("images[]."), kept, sizeof kept / sizeof *kept);
}

/* LVIS looks for some classes in each picture: those that it has, and `neg_category_ids`, which it
 * has not; of `not_exhaustive_category_ids` some objects are without a box. Of all other classes
 * nothing is said. */
static rsift_status check_exhaustive(rs_parse *p, const rs_json *root)
{
    const char *fields[] = {"neg_category_ids", "not_exhaustive_category_ids"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const rs_json *list = rs_json_get(root, fields[i]);
        const bool told = rs_json_kind(list) == RS_JSON_ARRAY && (i == 0 || rs_json_len(list) > 0);
        if (told)
            return rs_parse_find(p, RS_F_LABELS_ABSENT, rs_str_of(fields[i]),
                                 "the picture was annotated for some of the classes only");
    }
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
    RS_TRY(count_unkept(p, state, root));
    if (rs_str_eq(p->raw->key, RS_COCO_CAPTIONS)) RS_TRY(rs_coco_add_captions(p, sample, &bad));
    else RS_TRY(rs_coco_add_objects(p, &state->objects, sample));
    if (!rs_str_eq(p->raw->key, RS_COCO_CAPTIONS)) RS_TRY(check_exhaustive(p, root));
    if (!bad && state->phrase.len) RS_TRY(add_phrase(p, state, root, sample, &bad));
    if (bad) return RSIFT_OK;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status coco_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                               rsift_error *err)
{
    const struct coco *state = opened;
    return rs_parse_each(
        &(rs_parse_job){state->file.rules.source, state, RS_COCO_IMAGES, parse_one}, chunk, batch,
        err);
}

/* Points for each of COCO's keys that the head shows: large files show only the first of them. */
static int coco_probe(const rs_probe_input *input)
{
    if (!rs_probe_begins(input, '{')) return 0;
    /* one picture's own object, as SODA has it: no list of rows */
    const size_t at = rs_str_find(input->head, RS_STR("\"images\""));
    if (at != RS_NPOS) {
        rs_str rest = rs_str_trim(rs_str_sub(input->head, at + 8, input->head.len));
        if (rs_str_starts(rest, RS_STR(":"))) rest = rs_str_trim(rs_str_sub(rest, 1, rest.len));
        if (rs_str_starts(rest, RS_STR("{"))) return 0;
    }
    int score = 0;
    if (rs_probe_holds(input, "\"images\"")) score += 30;
    if (rs_probe_holds(input, "\"file_name\"") || rs_probe_holds(input, "\"filename\""))
        score += 25;
    if (rs_probe_holds(input, "\"annotations\"") || rs_probe_holds(input, "\"image_id\""))
        score += 20;
    if (rs_probe_holds(input, "\"categories\"") || rs_probe_holds(input, "\"category_id\""))
        score += 20;
    /* captions, unless they stand beside boxes or are another family's sentences */
    if (rs_probe_holds(input, "\"annotations\"") && rs_probe_holds(input, "\"image_id\"") &&
        rs_probe_holds(input, "\"caption\"") && !rs_probe_holds(input, "\"bbox\"") &&
        !rs_probe_holds(input, "\"segmentation\"") && !rs_probe_holds(input, "\"sentences\""))
        return 98;
    /* a panoptic file lists segments, whose outlines are in pictures: another reader's, if any */
    if (rs_probe_holds(input, "\"segments_info\"")) return score >= 55 ? 55 : 0;
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
    {"phrase", "text", "",
     "field of the image row that holds an expression: one row, one expression"},
    {0},
};

const rs_reader rs_reader_coco = {
    .name = "coco",
    .many_records = true,
    .version = 8,
    .summary = "images, annotations and categories in one JSON object; captions, too",
    .source = "cocodataset.org/#format-data",
    .reads = "a JSON object with the lists images and annotations",
    .takes = RS_TAKES_JSON,
    .gives = RS_HAS_TEXT | RS_HAS_HBB | RS_HAS_OBB | RS_HAS_POLYGON | RS_HAS_MASK | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct coco),
    .probe = coco_probe,
    .is_open = coco_is_open,
    .open = coco_open,
    .again = coco_again,
    .cut = coco_cut,
    .parse = coco_parse,
    .classes = coco_classes,
    .close = coco_close,
};
