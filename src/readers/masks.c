/* Pictures and masks in folders: a mask's values are classes (DLRSD, GeoNRW), or black and white of
 * one class (BH-WATERTANKS). One record is one mask; its picture is found by name and not opened.
 * What a mask says in words is which classes are there and, where the release promises separate
 * objects, the boxes of its connected parts. The mask itself stays an asset: no answer is written
 * of its pixels. A mask with unlabelled pixels leaves open what else is there. */
#include "geom/parts.h"
#include "readers/feed_files.h"
#include "readers/mask_values.h"
#include "readers/partners.h"

enum { MASKS, IMAGES, MOST_BOXES = 100000 };

struct masks {
    const rs_source *source;
    const rs_source_files *masks, *images;
    rs_partners partners;    /* of the pictures */
    rs_partners mask_keys;   /* of the masks */
    uint32_t *image_of;      /* [masks] */
    unsigned char *has_mask; /* [images] */
    rs_file_feed *feed;
    rs_mask_values values;
    rs_words folder_split;
    bool boxes, finished;
    rs_arena arena;
};

/* ---- open and cut ---------------------------------------------------------------------------- */

/* Finds the picture of every mask. */
static rsift_status join_names(struct masks *state, rsift_error *err)
{
    state->image_of = rs_arena_calloc(&state->arena, state->masks->n + 1, sizeof(uint32_t));
    state->has_mask = rs_arena_calloc(&state->arena, (state->images ? state->images->n : 0) + 1, 1);
    if (!state->image_of || !state->has_mask) return rs_err_nomem(err, "a list of files");
    for (size_t i = 0; i < state->masks->n; i++) {
        const rs_str path = state->masks->logical[i];
        const rs_str key = rs_partners_key(&state->mask_keys, path);
        const bool unique = rs_partners_count(&state->mask_keys, key) == 1;
        state->image_of[i] = rs_partners_of(&state->partners, key, path, unique);
        if (state->image_of[i] != RS_NO_PARTNER) state->has_mask[state->image_of[i]] = 1;
    }
    return RSIFT_OK;
}

static rsift_status masks_open(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    (void)first;
    struct masks *state = opened;
    const rs_str match = rs_source_param(source, "match", RS_STR("stem"));
    state->source = source;
    state->masks = rs_source_files_of(source, "mask");
    state->images = rs_source_files_of(source, "image");
    if (!state->masks) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"mask\" files");
    state->boxes = rs_str_eq(rs_source_param(source, "objects", RS_STR("none")), RS_STR("parts"));
    RS_TRY(rs_mask_values_of(&state->arena, source, &state->values, err));
    RS_TRY(rs_words_of(&state->arena, source, "folder_split", &state->folder_split, err));
    RS_TRY(rs_partners_open(&state->partners, &state->arena, state->images, match,
                            rs_source_param(source, "image_suffix", RS_STR("")), err));
    RS_TRY(rs_partners_open(&state->mask_keys, &state->arena, state->masks, match,
                            rs_source_param(source, "mask_suffix", RS_STR("")), err));
    RS_TRY(join_names(state, err));
    return rs_file_feed_open(source, "mask", MASKS, &state->feed, err);
}

static void masks_close(void *opened)
{
    struct masks *state = opened;
    rs_file_feed_close(state->feed);
    rs_partners_fini(&state->partners);
    rs_partners_fini(&state->mask_keys);
    rs_arena_fini(&state->arena);
}

/* The pass over the pictures, at the end: those without a mask. */
static rsift_status count_images(struct masks *state, rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[IMAGES];
    for (size_t i = 0; state->images && i < state->images->n; i++) {
        count->seen++;
        if (state->has_mask[i]) {
            count->used++;
            continue;
        }
        count->set_aside++;
        RS_TRY(rs_chunk_find(chunk, RS_F_LINK_ORPHAN, -1, state->images->logical[i], err,
                             "no mask belongs to the picture by name"));
    }
    return RSIFT_OK;
}

static rsift_status masks_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct masks *state = opened;
    const rsift_status status = rs_file_feed_cut(state->feed, chunk, err);
    if (status != RSIFT_END || state->finished) return status;
    state->finished = true;
    RS_TRY(count_images(state, chunk, err));
    return RSIFT_END;
}

static rsift_status masks_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    struct masks *state = opened;
    return rs_file_feed_at(state->feed, ref, chunk, err);
}

/* ---- parse ----------------------------------------------------------------------------------- */

/* The picture's path without its extension, and without what its name has in addition. */
static rs_str id_of(const struct masks *state, rs_str image)
{
    const rs_str key = rs_partners_key(&state->partners, image);
    return rs_str_sub(image, 0, (size_t)(key.ptr - image.ptr) + key.len);
}

/* The picture and the mask, of which the first is as large as the second. */
static rsift_status add_assets(rs_parse *p, rs_sample *sample, rs_str image, const rs_mask *mask)
{
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, 2, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    assets[0] = (rs_asset_ref){
        .role = RS_ASSET_IMAGE, .width = mask->map.width, .height = mask->map.height};
    assets[1].role = RS_ASSET_MASK;
    RS_TRY(rs_partners_path(p, RS_ASSET_IMAGE, image, &assets[0].path));
    RS_TRY(rs_partners_path(p, RS_ASSET_MASK, p->raw->key, &assets[1].path));
    sample->assets = assets;
    sample->n_assets = 2;
    return RSIFT_OK;
}

/* The classes that are there, in the order of the parameter. */
static rsift_status add_classes(rs_parse *p, const struct masks *state, const rs_mask *mask,
                                rs_sample *sample)
{
    const rs_mask_values *values = &state->values;
    rs_str *labels = rs_arena_calloc(&p->batch->arena, values->n_classes + 1, sizeof *labels);
    if (!labels) return rs_err_nomem(p->err, "labels");
    for (size_t c = 0; c < values->n_classes; c++) {
        if (!rs_mask_area(mask, (uint16_t)c)) continue;
        RS_TRY(rs_parse_check_class(p, values->classes[c], RS_STR("mask_values")));
        RS_TRY(rs_parse_copy(p, values->classes[c], &labels[sample->n_labels++]));
    }
    sample->labels = labels;
    return RSIFT_OK;
}

/* The box around each connected part. */
static rsift_status add_boxes(rs_parse *p, const struct masks *state, const rs_mask *mask,
                              rs_sample *sample)
{
    rs_parts parts;
    rsift_error why = {0};
    uint16_t *classes = rs_arena_calloc(p->scratch, mask->map.n + 1, sizeof *classes);
    if (!classes) return rs_err_nomem(p->err, "a mask");
    for (size_t i = 0; i < mask->map.n; i++)
        classes[i] = mask->meanings[i] < RS_MASK_UNKNOWN ? mask->meanings[i] : RS_PARTS_NONE;
    rsift_status status =
        rs_geom_parts_find(mask->map.at, mask->map.width, mask->map.height, classes, &parts, &why);
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(p->err, "parts of a mask");
    if (status != RSIFT_OK || parts.n > MOST_BOXES) {
        rs_geom_parts_fini(&parts);
        return rs_parse_find(p, RS_F_OBJECT_UNREAD, RS_STR(""),
                             "the mask falls into more than %d parts: they are no objects",
                             MOST_BOXES);
    }
    rs_region_list list = {0};
    for (size_t i = 0; i < parts.n && status == RSIFT_OK; i++) {
        const rs_part *part = &parts.items[i];
        double *coords = rs_arena_alloc(&p->batch->arena, 4 * sizeof *coords);
        rs_region *region = coords ? rs_parse_region(p, &list) : NULL;
        if (!region) {
            status = rs_err_nomem(p->err, "a region");
            break;
        }
        memcpy(coords, (double[]){part->x0, part->y0, part->x1, part->y1}, 4 * sizeof *coords);
        region->convention = rs_geom_convention(RS_STR("px"));
        region->kind = RS_REGION_HBB;
        region->coords = coords;
        region->n_coords = 4;
        status = rs_parse_copy(p, state->values.classes[part->class_number], &region->label);
    }
    rs_geom_parts_fini(&parts);
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    return status;
}

/* The split that a folder of the mask's path stands for; "*" stands for any other. */
static rsift_status add_split(rs_parse *p, const struct masks *state, rs_sample *sample)
{
    rs_str rest = rs_str_dirname(p->raw->key), folder;
    rs_str name = rs_words_get(&state->folder_split, RS_STR("*"));
    while (rest.len && rs_str_split(&rest, '/', &folder)) {
        const rs_str found = rs_words_get(&state->folder_split, folder);
        if (found.len) name = found;
    }
    return name.len ? rs_parse_split(p, sample, name) : RSIFT_OK;
}

static rsift_status fill_sample(rs_parse *p, const struct masks *state, rs_str image,
                                const rs_mask *mask)
{
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, id_of(state, image), &sample->original_id));
    RS_TRY(add_assets(p, sample, image, mask));
    RS_TRY(add_split(p, state, sample));
    RS_TRY(add_classes(p, state, mask, sample));
    RS_TRY(rs_mask_tell_unknown(p, mask));
    if (state->boxes) RS_TRY(add_boxes(p, state, mask, sample));
    const bool open = rs_mask_area(mask, RS_MASK_UNLABELLED) || rs_mask_area(mask, RS_MASK_UNKNOWN);
    sample->complete = open ? RS_COMPLETE_NO : RS_COMPLETE_YES;
    return RSIFT_OK;
}

/* One mask -> one sample. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct masks *state = opened;
    const uint32_t image = state->image_of[p->raw->file];
    rs_mask mask;
    bool readable;
    if (image == RS_NO_PARTNER)
        return rs_parse_find(p, RS_F_LINK_ORPHAN, p->raw->key,
                             "there is no picture of this name, or several");
    rsift_status status = rs_mask_read(p, &state->values, &mask, &readable);
    if (status == RSIFT_OK && readable)
        status = fill_sample(p, state, state->images->logical[image], &mask);
    rs_mask_fini(&mask);
    if (status == RSIFT_OK && readable) *outcome = RS_OUTCOME_USED;
    return status;
}

static rsift_status masks_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                rsift_error *err)
{
    const struct masks *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, MASKS, parse_one}, chunk, batch,
                         err);
}

/* Folder names of masks: a hint that any better one beats. */
static int masks_probe(const rs_probe_input *input)
{
    static const char *const folders[] = {"mask",   "masks",      "label",       "labels", "gt",
                                          "labels", "annotation", "annotations", "seg"};
    if (!rs_image_is_label_name(input->path)) return 0;
    rs_str folder = rs_str_basename(rs_str_dirname(input->path));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (rs_str_eq_nocase(folder, rs_str_of(folders[i]))) return 30;
    return 0;
}

/* One's own: what is promised of the masks tells the task. */
static rs_task masks_task(const rs_source *source)
{
    const rs_str objects = rs_source_param(source, "objects", RS_STR("none"));
    return rs_str_eq(objects, RS_STR("parts")) ? RS_TASK_DETECTION_HBB : RS_TASK_SEGMENTATION;
}

static const rs_reader_use uses[] = {
    {"mask",
     "mask/** masks/** label/** labels/** annotation/** annotations/** gt/** seg/** *_mask.* "
     "*_seg.*",
     .required = true},
    {"image", "image/** images/** img/** imgs/** rgb/** *_rgb.* *_image.* *_img.*",
     .required = true},
    {0},
};
static const char *const passes[] = {"masks", "images", NULL};
static const rs_param params[] = {
    {"background", "list", "", "values of pixels that are of no class"},
    {"folder_split", "map", "", "folder -> split of what lies in it; * = any other folder"},
    {"image_suffix", "text", "", "what a picture's name has behind the name it shares: _rgb"},
    {"mask_suffix", "text", "", "likewise a mask's: _seg"},
    {"mask_values", "map", "", "value -> class; a value is a number or a colour, #ff8800"},
    {"match", "name|stem", "stem", "name: equal file names; stem: equal without the extension"},
    {"objects", "none|parts", "none",
     "parts: each connected part of a class is an object, with its box"},
    {"palette", "index|colour", "index", "what a pixel of a palette is"},
    {"threshold", "int", "", "grey above it is the value 1, else 0; then masks may be JPEG"},
    {"unlabelled", "list", "", "values of pixels that nobody labelled: anything may be there"},
    {0},
};

const rs_reader rs_reader_masks = {
    .name = "masks",
    .version = 1,
    .summary = "folders of pictures and masks of equal names",
    .source = "DLRSD; gbaier/geonrw pytorch/nrw.py; BH-POOLS, BH-WATERTANKS",
    .reads = "masks in a folder beside that of their pictures",
    .gives = RS_HAS_MASK | RS_HAS_CLASS | RS_HAS_HBB,
    .task = RS_TASK_SEGMENTATION,
    .task_of = masks_task,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct masks),
    .probe = masks_probe,
    .open = masks_open,
    .cut = masks_cut,
    .parse = masks_parse,
    .at = masks_at,
    .close = masks_close,
};
