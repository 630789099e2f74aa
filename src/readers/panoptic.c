/* COCO's panoptic form (FineGrip): images, annotations with `segments_info`, categories with
 * `isthing`, and a PNG per picture whose colour is the segment's id, R + 256 G + 65536 B. A record
 * is one picture with its annotation and the bytes of its PNG. Things become objects with the box
 * that the JSON states, stuff becomes labels; the PNG stays an asset and is compared with what the
 * JSON says of it. */
#include "base/map.h"
#include "image/labels.h"
#include "image/probe.h"
#include "readers/coco_classes.h"
#include "readers/coco_file.h"
#include "readers/coco_masks.h"
#include "readers/coco_row.h"
#include "readers/partners.h"

#include <inttypes.h>
#include <stdio.h>

enum { MASKS = RS_COCO_CATEGORIES + 1 };

struct panoptic {
    const rs_source *source;
    const rs_source_files *masks;
    rs_coco_file file;
    rs_coco_classes classes;
    rs_map64 things; /* category id -> is it countable */
    rs_partners partners;
    unsigned char *used; /* [masks] */
    rs_strmap names;     /* of the pictures that were read */
    rs_arena arena, scratch;
    bool told_solid, finished;
};

/* ---- open ------------------------------------------------------------------------------------ */

/* Which categories are countable. Their names are read, counted and judged by coco_classes. */
static rsift_status load_things(struct panoptic *state, rsift_error *err)
{
    rs_json_feed feed;
    rs_chunk ignored = {0};
    rsift_status status = rs_json_feed_open(&feed, state->source, "records", RS_STR("categories"),
                                            RS_COCO_CATEGORIES, err);
    while (status == RSIFT_OK) {
        rs_arena_reset(&state->scratch);
        status = rs_json_feed_next(&feed, &state->scratch, &ignored, err);
        for (size_t i = 0; i < feed.n_cuts && status == RSIFT_OK; i++) {
            rs_coco_row one = {0};
            bool made;
            status = rs_coco_read_row(&state->scratch, &feed, i, &one, &ignored, err);
            if (status != RSIFT_OK || !one.value) continue;
            double thing = 1;
            rs_json_double(rs_json_get(one.value, "isthing"), &thing);
            if (!rs_map64_put(&state->things, (uint64_t)one.row.id, thing != 0, &made))
                status = rs_err_nomem(err, "categories");
        }
    }
    rs_json_feed_close(&feed);
    rs_chunk_fini(&ignored);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status panoptic_open(void *opened, const rs_source *source, rs_chunk *first,
                                  rsift_error *err)
{
    struct panoptic *state = opened;
    state->source = source;
    state->file.rules.source = source;
    state->file.rules.files = rs_source_files_of(source, "records");
    state->file.rules.box_field = RS_STR("segments_info");
    state->masks = rs_source_files_of(source, "mask");
    if (!state->file.rules.files || state->file.rules.files->n != 1)
        return rs_err_set(err, RSIFT_E_ARG, "expected one file of \"records\", found %zu",
                          state->file.rules.files ? state->file.rules.files->n : 0);
    state->used = rs_arena_calloc(&state->arena, (state->masks ? state->masks->n : 0) + 1, 1);
    if (!state->used) return rs_err_nomem(err, "a list of files");
    RS_TRY(rs_partners_open(&state->partners, &state->arena, state->masks, RS_STR("name"),
                            (rs_str){0}, err));
    RS_TRY(rs_coco_file_open(&state->file, err));
    RS_TRY(rs_coco_classes_load(&state->classes, source, first, err));
    return load_things(state, err);
}

static void panoptic_close(void *opened)
{
    struct panoptic *state = opened;
    rs_coco_file_close(&state->file);
    rs_coco_classes_fini(&state->classes);
    rs_map64_fini(&state->things);
    rs_partners_fini(&state->partners);
    rs_strmap_fini(&state->names);
    rs_arena_fini(&state->arena);
    rs_arena_fini(&state->scratch);
}

/* ---- cut ------------------------------------------------------------------------------------- */

/* The bytes of a mask behind the annotations, parted by a NUL, which JSON does not have. A mask
 * that cannot be read is told when it is decoded: it then has no bytes. */
static rsift_status append_mask(struct panoptic *state, uint32_t mask, rs_chunk *chunk, rs_raw *raw,
                                rsift_error *err)
{
    const size_t member = state->masks->members[mask];
    const rs_io_member *m = rs_io_member_at(state->source->tree, member);
    const rsift_limits defaults = rsift_limits_default();
    const rsift_limits *limits = state->source->limits ? state->source->limits : &defaults;
    rs_buf out = {0};
    rs_io_stream *stream;
    rsift_error why = {0};
    rs_buf_str(&out, raw->extra);
    rs_buf_char(&out, 0);
    const size_t before = out.len;
    rsift_status status = rs_io_open(state->source->tree, member, &stream, &why);
    if (status == RSIFT_OK) {
        status = rs_io_read_all(stream, m->n_bytes, limits->max_record, &out, &why);
        rs_io_close(stream);
    }
    if (status != RSIFT_OK && !rs_err_ends_call(status)) {
        out.len = before;
        status = RSIFT_OK;
    }
    chunk->n_bytes += out.len - raw->extra.len;
    raw->extra = rs_arena_str(&chunk->arena, rs_buf_view(&out));
    if (out.failed || !raw->extra.ptr || status != RSIFT_OK) status = rs_err_nomem(err, "a mask");
    rs_buf_fini(&out);
    return status;
}

/* The file that an annotation of the picture names; ptr NULL = none does. In scratch. */
static rs_str mask_name(struct panoptic *state, rs_str annotations)
{
    const rs_json *list = NULL;
    rs_arena_reset(&state->scratch);
    if (rs_json_parse(&state->scratch, annotations, state->source->limits, &list, NULL) != RSIFT_OK)
        return (rs_str){0};
    rs_json_iter it = rs_json_each(list);
    const rs_str name = rs_json_str(rs_json_get(rs_json_next(&it, NULL), "file_name"));
    return name.len ? rs_str_basename(name) : (rs_str){0};
}

/* Of several files of this name, the one in a folder that is called after masks: the pictures may
 * lie below the same path and have the same names. */
static uint32_t in_mask_folder(const struct panoptic *state, rs_str name)
{
    static const char *const words[] = {"panoptic", "mask", "seg", "label", "ann"};
    const rs_partners *partners = &state->partners;
    uint32_t found = RS_NO_PARTNER;
    const size_t number = state->masks ? rs_strmap_get(&partners->names, name) : RS_NPOS;
    uint32_t i = number == RS_NPOS ? RS_NO_PARTNER : partners->first[number];
    for (; i != RS_NO_PARTNER; i = partners->behind[i]) {
        const rs_str folder = rs_str_basename(rs_str_dirname(state->masks->logical[i]));
        bool called = false;
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            called = called || rs_str_find(folder, rs_str_of(words[w])) != RS_NPOS;
        if (called && found != RS_NO_PARTNER) return RS_NO_PARTNER;
        if (called) found = i;
    }
    return found;
}

static rsift_status find_mask(struct panoptic *state, rs_chunk *chunk, rs_raw *raw,
                              rsift_error *err)
{
    const rs_str name = mask_name(state, raw->extra);
    uint32_t mask = name.ptr ? rs_partners_of(&state->partners, name, name, true) : RS_NO_PARTNER;
    if (name.ptr && mask == RS_NO_PARTNER) mask = in_mask_folder(state, name);
    if (mask == RS_NO_PARTNER) return RSIFT_OK; /* told when the record is parsed */
    state->used[mask] = 1;
    if (rs_io_member_at(state->source->tree, state->masks->members[mask])->random)
        return append_mask(state, mask, chunk, raw, err);
    if (state->told_solid) return RSIFT_OK;
    state->told_solid = true;
    return rs_chunk_find(chunk, RS_F_MEMBER_UNSUPPORTED, -1, state->masks->logical[mask], err,
                         "masks inside an archive that is read from its start are not compared: "
                         "unpack it");
}

/* Is the picture of this row one that was read before, under another id? The first one counts. */
static rsift_status is_known(struct panoptic *state, const rs_raw *raw, bool *out, rsift_error *err)
{
    const rs_json *row = NULL;
    bool made;
    *out = false;
    rs_arena_reset(&state->scratch);
    if (rs_json_parse(&state->scratch, raw->content, state->source->limits, &row, NULL) != RSIFT_OK)
        return RSIFT_OK;
    const rs_str name = rs_json_str(rs_json_get(row, "file_name"));
    if (!name.len) return RSIFT_OK;
    if (rs_strmap_put(&state->names, name, &made) == RS_NPOS) return rs_err_nomem(err, "names");
    *out = !made;
    return RSIFT_OK;
}

/* Masks that no annotation names, at the end. */
static rsift_status count_masks(struct panoptic *state, rs_chunk *chunk, rsift_error *err)
{
    for (size_t i = 0; state->masks && i < state->masks->n; i++) {
        rs_count *count = &chunk->counts[MASKS];
        count->seen++;
        if (state->used[i]) {
            count->used++;
            continue;
        }
        count->set_aside++;
        RS_TRY(rs_chunk_find(chunk, RS_F_LINK_ORPHAN, -1, state->masks->logical[i], err,
                             "no annotation names the mask"));
    }
    return RSIFT_OK;
}

static rsift_status panoptic_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct panoptic *state = opened;
    rs_coco_file *file = &state->file;
    while (file->file < file->rules.files->n && chunk->n < RS_CHUNK_RECORDS &&
           chunk->n_bytes < RS_CHUNK_BYTES) {
        const size_t n = chunk->n;
        bool known = false;
        RS_TRY(rs_coco_file_step(file, chunk, err));
        if (chunk->n == n) continue;
        rs_raw *raw = &chunk->raws[n];
        RS_TRY(is_known(state, raw, &known, err));
        if (!known) {
            RS_TRY(find_mask(state, chunk, raw, err));
            continue;
        }
        chunk->n--;
        chunk->counts[RS_COCO_IMAGES].seen++;
        chunk->counts[RS_COCO_IMAGES].merged++;
        RS_TRY(rs_chunk_find(chunk, RS_F_ID_REPEATED, raw->ordinal, RS_STR("images"), err,
                             "the picture stands in the file before; the first entry counts"));
    }
    if (chunk->n) return RSIFT_OK;
    if (!state->finished) RS_TRY(count_masks(state, chunk, err));
    state->finished = true;
    return RSIFT_END;
}

/* ---- parse ----------------------------------------------------------------------------------- */

/* What the PNG has of one id. */
typedef struct extent {
    double box[4];
    uint64_t n_pixels;
    int64_t id;
    bool named; /* a segment has this id */
} extent;

typedef struct drawn {
    extent *items; /* in scratch; [n] */
    size_t n;
    bool readable;
} drawn;

/* Colours are ids; a grey PNG of one band holds the id itself, as copies of small sets do. */
static int64_t id_of(int32_t label)
{
    if (label < RS_LABEL_COLOUR) return label;
    return (label >> 16 & 255) | (int64_t)(label >> 8 & 255) << 8 | (int64_t)(label & 255) << 16;
}

/* The box and the pixels of each id of the map. */
static rsift_status measure_ids(rs_parse *p, const rs_label_map *map, drawn *out)
{
    out->items = rs_arena_calloc(p->scratch, map->n + 1, sizeof *out->items);
    if (!out->items) return rs_err_nomem(p->err, "a mask");
    out->n = map->n;
    for (size_t i = 0; i < map->n; i++)
        out->items[i] = (extent){.id = id_of(map->labels[i]), .box = {1e9, 1e9, -1, -1}};
    for (uint32_t y = 0; y < map->height; y++)
        for (uint32_t x = 0; x < map->width; x++) {
            extent *e = &out->items[map->at[(size_t)y * map->width + x]];
            e->n_pixels++;
            if (x < e->box[0]) e->box[0] = x;
            if (y < e->box[1]) e->box[1] = y;
            if (x + 1 > e->box[2]) e->box[2] = x + 1;
            if (y + 1 > e->box[3]) e->box[3] = y + 1;
        }
    return RSIFT_OK;
}

static rsift_status read_drawn(rs_parse *p, rs_str bytes, const double size[2], drawn *out)
{
    rs_label_map map = {0};
    rs_image_info info;
    rsift_error why = {0};
    *out = (drawn){0};
    rsift_status status = rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, &why);
    if (status == RSIFT_OK)
        status = rs_image_labels(bytes, p->source->limits, info.bands >= 3, &map, &why);
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(p->err, "a mask");
    if (status != RSIFT_OK)
        return rs_parse_find(p, RS_F_IMAGE_UNREADABLE, rs_str_of(why.where),
                             "the mask cannot be read: %s", why.message);
    status = measure_ids(p, &map, out);
    const double width = map.width, height = map.height;
    rs_label_map_fini(&map);
    RS_TRY(status);
    out->readable = true;
    const bool same =
        (width >= size[0] && width <= size[0] && height >= size[1] && height <= size[1]) ||
        !(size[0] > 0);
    return same ? RSIFT_OK
                : rs_parse_find(p, RS_F_IMAGE_SIZE, RS_STR("mask"),
                                "the mask has %g x %g pixels, the annotation says %g x %g", width,
                                height, size[0], size[1]);
}

/* The segment on the PNG: is it there, and where its box is? */
static rsift_status check_segment(rs_parse *p, const drawn *mask, const rs_json *segment,
                                  const rs_region *box, rs_str where)
{
    int64_t id;
    extent *found = NULL;
    if (!mask->readable || !rs_row_id(rs_json_get(segment, "id"), &id)) return RSIFT_OK;
    for (size_t i = 0; i < mask->n && !found; i++)
        if (mask->items[i].id == id) found = &mask->items[i];
    if (!found)
        return rs_parse_find(p, RS_F_REGION_DEGENERATE, where,
                             "the mask has no pixel of segment %" PRId64, id);
    found->named = true;
    if (!box) return RSIFT_OK;
    const double corners[4] = {box->coords[0], box->coords[1], box->coords[0] + box->coords[2],
                               box->coords[1] + box->coords[3]};
    return rs_coco_compare_boxes(p, where, corners, found->box);
}

/* Pixels of ids that no segment has; 0 is nobody's. */
static rsift_status check_others(rs_parse *p, const drawn *mask)
{
    size_t n_told = 0;
    for (size_t i = 0; i < mask->n; i++) {
        const extent *e = &mask->items[i];
        if (e->named || e->id == 0 || n_told++ >= 8) continue;
        RS_TRY(rs_parse_find(p, RS_F_MASK_VALUE, RS_STR("mask"),
                             "no segment has the id %" PRId64 ": %" PRIu64 " pixels", e->id,
                             e->n_pixels));
    }
    return RSIFT_OK;
}

/* One picture on its way into a sample. */
typedef struct scene {
    const struct panoptic *state;
    rs_sample *sample;
    drawn mask;
    rs_region_list regions;
    rs_str *labels;
} scene;

static void add_label(scene *s, rs_str name)
{
    for (uint32_t i = 0; i < s->sample->n_labels; i++)
        if (rs_str_eq(s->labels[i], name)) return;
    s->labels[s->sample->n_labels++] = name;
}

/* Is the category of the segment countable? One that is not listed is, so that it is not lost. */
static bool is_thing(const struct panoptic *state, const rs_json *segment)
{
    int64_t id;
    if (!rs_row_id(rs_json_get(segment, "category_id"), &id)) return true;
    const uint64_t *thing = rs_map64_get(&state->things, (uint64_t)id);
    return !thing || *thing;
}

static rsift_status add_segment(rs_parse *p, scene *s, const rs_json *segment, size_t i)
{
    char text[64];
    rs_str name;
    double crowd = 0, *coords = NULL;
    size_t n = 0;
    const int len = snprintf(text, sizeof text, "segments_info[%zu]", i);
    const rs_str where = rs_str_make(text, len > 0 && len < 64 ? (size_t)len : 0);
    RS_TRY(rs_coco_class_of(p, &s->state->classes, segment, where, &name));
    if (name.len) add_label(s, name);
    if (!is_thing(s->state, segment)) return check_segment(p, &s->mask, segment, NULL, where);
    rs_json_double(rs_json_get(segment, "iscrowd"), &crowd);
    RS_TRY(rs_parse_numbers(p, rs_json_get(segment, "bbox"), where, 4, &coords, &n));
    if (n != 4)
        return n ? rs_parse_find(p, RS_F_OBJECT_UNREAD, where, "a box of %zu numbers", n)
                 : RSIFT_OK;
    if (crowd != 0)
        RS_TRY(rs_parse_find(p, RS_F_REGION_CROWD, where,
                             "the region is a group of objects, not one"));
    const rs_region box = {.label = name,
                           .convention = rs_geom_convention(RS_STR("px-xywh")),
                           .coords = coords,
                           .n_coords = 4,
                           .flags = crowd != 0 ? RS_REGION_CROWD : 0u};
    RS_TRY(rs_coco_add_region(p, &s->regions, box));
    return check_segment(p, &s->mask, segment, &box, where);
}

/* The picture, and its mask where there is one. */
static rsift_status add_assets(rs_parse *p, rs_sample *sample, const rs_json *image,
                               const rs_json *annotation, const double size[2])
{
    const rs_str name = rs_json_str(rs_json_get(image, "file_name"));
    const rs_str mask = rs_json_str(rs_json_get(annotation, "file_name"));
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, 2, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    assets[0] = (rs_asset_ref){.role = RS_ASSET_IMAGE, .width = size[0], .height = size[1]};
    RS_TRY(rs_partners_path(p, RS_ASSET_IMAGE, name, &assets[0].path));
    sample->assets = assets;
    sample->n_assets = 1;
    if (!mask.len) return RSIFT_OK;
    assets[1].role = RS_ASSET_MASK;
    sample->n_assets = 2;
    return rs_partners_path(p, RS_ASSET_MASK, mask, &assets[1].path);
}

static rsift_status add_segments(rs_parse *p, scene *s, const rs_json *annotation)
{
    const rs_json *segments = rs_json_get(annotation, "segments_info");
    s->labels = rs_arena_calloc(&p->batch->arena, rs_json_len(segments) + 1, sizeof *s->labels);
    if (!s->labels) return rs_err_nomem(p->err, "labels");
    s->sample->labels = s->labels;
    rs_json_iter it = rs_json_each(segments);
    size_t i = 0;
    for (const rs_json *one; (one = rs_json_next(&it, NULL)); i++)
        RS_TRY(add_segment(p, s, one, i));
    s->sample->regions = s->regions.items;
    s->sample->n_regions = (uint32_t)s->regions.n;
    return check_others(p, &s->mask);
}

/* One picture with its annotation -> one sample. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    scene s = {.state = opened};
    const rs_json *image, *list;
    double size[2] = {0, 0};
    const size_t end = rs_str_find_char(p->raw->extra, 0);
    RS_TRY(rs_parse_object(p, &image));
    if (!image) return RSIFT_OK;
    RS_TRY(rs_parse_json(p, rs_str_sub(p->raw->extra, 0, end), &list));
    rs_json_iter it = rs_json_each(list);
    const size_t n = it.left;
    const rs_json *annotation = rs_json_next(&it, NULL);
    if (!rs_json_str(rs_json_get(image, "file_name")).len)
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("file_name"),
                             "the image row has no file_name");
    if (rs_json_double(rs_json_get(image, "width"), &size[0]) &&
        rs_json_double(rs_json_get(image, "height"), &size[1]) && !(size[0] > 0 && size[1] > 0))
        size[0] = size[1] = 0;
    RS_TRY(rs_parse_sample(p, &s.sample));
    const rs_str id = rs_json_text(p->scratch, rs_json_get(image, "id"));
    RS_TRY(rs_parse_copy(p, id.ptr ? id : RS_STR(""), &s.sample->original_id));
    RS_TRY(add_assets(p, s.sample, image, annotation, size));
    if (n > 1)
        RS_TRY(rs_parse_find(p, RS_F_ID_REPEATED, RS_STR("annotations"),
                             "the picture has %zu annotations; the first one counts", n));
    if (n && end != RS_NPOS)
        RS_TRY(read_drawn(p, rs_str_sub(p->raw->extra, end + 1, p->raw->extra.len), size, &s.mask));
    RS_TRY(add_segments(p, &s, annotation));
    /* an annotation of another kind (a box, a caption) lists no segments */
    const bool lists = rs_json_kind(rs_json_get(annotation, "segments_info")) == RS_JSON_ARRAY;
    s.sample->truth = n > 0 && lists;
    s.sample->complete = p->raw->partial || n != 1 || !lists ? RS_COMPLETE_NO : RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status panoptic_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                   rsift_error *err)
{
    const struct panoptic *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, RS_COCO_IMAGES, parse_one}, chunk,
                         batch, err);
}

static int panoptic_probe(const rs_probe_input *input)
{
    return rs_probe_begins(input, '{') && rs_probe_holds(input, "\"segments_info\"") ? 97 : 0;
}

static const rs_reader_use uses[] = {
    {"records", "*.json", .required = true, .single = true},
    {"mask", "*.png", .required = false},
    {0},
};
static const char *const passes[] = {"images", "annotations", "categories", "masks", NULL};
static const rs_param params[] = {
    {"class_names", "map", "", "spelling in the file -> class"},
    {0},
};

const rs_reader rs_reader_panoptic = {
    .name = "panoptic",
    .many_records = true,
    .version = 3,
    .summary = "COCO's panoptic JSON with a PNG of segment ids per picture",
    .source = "cocodataset.org/#format-data (panoptic); YBIO/CPP",
    .reads = "a JSON object with images, categories and annotations that have segments_info",
    .takes = RS_TAKES_JSON,
    .gives = RS_HAS_HBB | RS_HAS_MASK | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB, /* of the countable segments; a mask is no text */
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct panoptic),
    .probe = panoptic_probe,
    .open = panoptic_open,
    .cut = panoptic_cut,
    .parse = panoptic_parse,
    .close = panoptic_close,
};
