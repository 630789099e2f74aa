/* Pascal VOC XML: one file per image, `object` elements with a box. Boxes are `bndbox` (upright,
 * two corners) or `robndbox`, which comes as four corners (DIOR-R: x_left_top ..) or as centre,
 * size and angle (roLabelImg: cx cy w h angle, the angle in radians, clockwise on screen; given on
 * in degrees). Quirks met: no `difficult` and no `truncated` (DIOR), CRLF and tabs, no declaration,
 * `filename` without its extension or of another file (hence name_from: file), numbers written
 * "133.0", a size of 0 by 0 (MAR20); the family of FAIR1M, whose objects lie below <objects>, with
 * <points><point>x,y and <possibleresult><name>.
 *
 * Objects are found at any depth, in objects too. An element that looks like an object of another
 * form is a finding, and then the picture's list of objects is not known to be whole. */
#include "readers/feed_files.h"
#include "readers/shape.h"
#include "readers/voc_file.h"

struct voc {
    rs_file_feed *feed; /* first: rs_file_feed_cut_state */
    const rs_source *source;
    rs_voc_format format;
    bool name_from_file;
    bool name_told; /* by a parameter: else a <filename> that disagrees is heard */
    rs_str id_prefix;
    rs_arena arena;
};

static rsift_status voc_open(void *opened, const rs_source *source, rs_chunk *first,
                             rsift_error *err)
{
    (void)first;
    struct voc *state = opened;
    state->source = source;
    state->name_told = rs_source_param(source, "name_from", (rs_str){0}).ptr != NULL;
    state->name_from_file =
        rs_str_eq(rs_source_param(source, "name_from", RS_STR("file")), RS_STR("file"));
    state->id_prefix = rs_source_param(source, "id_prefix", RS_STR(""));
    RS_TRY(rs_voc_format_open(&state->format, source, &state->arena, err));
    return rs_file_feed_open(source, "xml", RS_VOC_FILES, &state->feed, err);
}

static void voc_close(void *opened)
{
    struct voc *state = opened;
    rs_file_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

/* The objects of a picture. */
typedef struct object_list {
    const rs_voc_file *file;
    rs_region_list regions;
} object_list;

static rsift_status add_object(void *ctx, const rs_xml *object, size_t i)
{
    object_list *list = ctx;
    char where[RS_WHERE_SIZE];
    rs_region *region;
    const rs_str at = rs_parse_where(where, "object[", i, "]");
    RS_TRY(rs_voc_region(list->file, object, at, &list->regions, &region));
    return region ? rs_parse_check_class(list->file->p, region->label, at) : RSIFT_OK;
}

/* One annotation file -> the sample of its picture. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct voc *state = opened;
    rs_voc_file file;
    rs_sample *sample;
    object_list list = {.file = &file};
    rs_voc_walk walk = {.fn = add_object, .ctx = &list};
    RS_TRY(rs_voc_open(p, &state->format, &file));
    if (!file.root) return RSIFT_OK;
    const rs_str stated = rs_voc_stated_name(&file);
    if (!state->name_from_file && stated.len) file.name = stated;
    RS_TRY(rs_voc_sample(&file, &sample));
    sample->original_id = rs_arena_join(&p->batch->arena, state->id_prefix, file.stem, RS_STR(""));
    if (!sample->original_id.ptr) return rs_err_nomem(p->err, "an id");
    if (!state->name_told) RS_TRY(rs_shape_note_name(p, sample, file.stem, stated));
    RS_TRY(rs_voc_each_object(&walk, file.root));
    RS_TRY(rs_voc_check_unknown(&file, &walk));
    /* findings of lost objects clear it again */
    sample->regions = list.regions.items;
    sample->n_regions = (uint32_t)list.regions.n;
    sample->complete = RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status voc_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                              rsift_error *err)
{
    const struct voc *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, RS_VOC_FILES, parse_one}, chunk,
                         batch, err);
}

/* One's own files. */
static rs_task voc_task(const rs_source *source)
{
    return rs_str_eq(rs_source_param(source, "box", RS_STR("hbb")), RS_STR("obb"))
               ? RS_TASK_DETECTION_OBB
               : RS_TASK_DETECTION_HBB;
}

static const rs_reader_use uses[] = {
    {"xml", "*.xml", .required = true},
    {0},
};
static const char *const passes[] = {"files", "objects", NULL};
static const rs_param params[] = {
    {"box", "hbb|obb", "hbb", "hbb: bndbox; obb: robndbox where there is one"},
    {"box_convention", "convention", "px",
     "what the numbers mean; of a list, the first with as many numbers"},
    {"class_names", "map", "", "spelling in the file -> class"},
    {"id_prefix", "text", "", "put before the stem to make the id: where folders repeat names"},
    {"name_from", "file|filename", "file",
     "the picture's name: file (the XML's stem) or filename (the element)"},
    {0},
};

const rs_reader rs_reader_voc = {
    .name = "voc",
    .version = 7,
    .summary = "one Pascal VOC XML per image, upright or rotated boxes",
    .source = "host.robots.ox.ac.uk/pascal/VOC; DIOR-R; roLabelImg",
    .reads = "XML with an annotation of a picture",
    .takes = RS_TAKES_XML,
    .probe_decides = true,
    .gives = RS_HAS_HBB | RS_HAS_OBB | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .task_of = voc_task,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct voc),
    .probe = rs_voc_probe,
    .open = voc_open,
    .cut = rs_file_feed_cut_state,
    .parse = voc_parse,
    .at = rs_file_feed_at_state,
    .close = voc_close,
};
