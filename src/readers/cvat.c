/* CVAT's XML for images: one document for all pictures, <image name width height> with <box>,
 * <polygon>, <ellipse>, <mask>, <points>, <polyline> and <tag> below it, all in attributes. An
 * <image> is a record: it is cut out by its tags, so that a document may be of any size, and parsed
 * as a document of its own. Quirks met: a box or ellipse with `rotation` in degrees, clockwise;
 * `subset` for the split; the form for videos has <track> instead, whose objects belong to frames
 * and are not read. */
#include "base/num.h"
#include "codec/xml.h"
#include "readers/cvat_cut.h"
#include "readers/shape.h"

#include <stdio.h>

enum { IMAGES, SHAPES, MOST_POINTS = 1 << 14 };

struct cvat {
    const rs_source *source;
    rs_cvat_feed *feed;
    const rs_convention *box, *rotated, *polygon, *point;
    rs_words class_names;
    rs_arena arena;
};

static rsift_status cvat_open(void *opened, const rs_source *source, rs_chunk *first,
                              rsift_error *err)
{
    (void)first;
    struct cvat *state = opened;
    state->source = source;
    state->box = rs_geom_convention(RS_STR("px"));
    state->rotated = rs_geom_convention(RS_STR("px-obb"));
    state->polygon = rs_geom_convention(RS_STR("px-polygon"));
    state->point = rs_geom_convention(RS_STR("px-point"));
    RS_TRY(rs_words_of(&state->arena, source, "class_names", &state->class_names, err));
    return rs_cvat_feed_open(source, "xml", IMAGES, &state->feed, err);
}

static rsift_status cvat_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    return rs_cvat_feed_cut(((struct cvat *)opened)->feed, chunk, err);
}

static rsift_status cvat_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                            rsift_error *err)
{
    return rs_cvat_feed_at(((struct cvat *)opened)->feed, ref, chunk, err);
}

static void cvat_close(void *opened)
{
    struct cvat *state = opened;
    rs_cvat_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

/* An image that is being read. */
typedef struct reading {
    rs_parse *p;
    const struct cvat *state;
    rs_sample *sample; /* NULL before <image> */
    rs_region_list list;
    rs_str *labels; /* of <tag> */
    size_t n_labels, cap_labels;
    size_t n_shapes;
    uint32_t depth;  /* of elements inside of the shape; 0 = at the image */
    double *numbers; /* of a shape, in scratch */
} reading;

/* The numbers of the named attributes; false when one is missing or no number. */
static bool read_all(const char *const *attributes, const char *const *names, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        if (!rs_num_double(rs_xml_attribute(attributes, names[i]), &out[i])) return false;
    return true;
}

/* "x,y;x,y": 0 = something else. */
static size_t read_points(rs_str text, double *out)
{
    size_t n = 0;
    for (rs_str point; rs_str_split(&text, ';', &point);) {
        const size_t comma = rs_str_find_char(point, ',');
        if (comma == RS_NPOS || n + 2 > 2 * MOST_POINTS) return 0;
        if (!rs_num_double(rs_str_trim(rs_str_sub(point, 0, comma)), &out[n]) ||
            !rs_num_double(rs_str_trim(rs_str_sub(point, comma + 1, point.len)), &out[n + 1]))
            return 0;
        n += 2;
    }
    return n;
}

/* An upright box, or one that is turned about its centre. */
static const rs_convention *box_meaning(const struct cvat *state, const char *const *attributes,
                                        double *numbers, size_t *n)
{
    const rs_str rotation = rs_xml_attribute(attributes, "rotation");
    *n = 4;
    if (!rotation.ptr) return state->box;
    if (!rs_num_double(rotation, &numbers[4])) return NULL;
    if (numbers[4] == 0) return state->box;
    *n = 5;
    return state->rotated;
}

/* The element's numbers and what they mean; NULL = no region. */
static const rs_convention *shape_meaning(const struct cvat *state, rs_str name,
                                          const char *const *attributes, double *numbers, size_t *n)
{
    static const char *const corners[] = {"xtl", "ytl", "xbr", "ybr"};
    static const char *const axes[] = {"cx", "cy", "rx", "ry"};
    static const char *const frame[] = {"left", "top", "width", "height"};
    if (rs_str_eq(name, RS_STR("box")))
        return read_all(attributes, corners, 4, numbers)
                   ? box_meaning(state, attributes, numbers, n)
                   : NULL;
    if (rs_str_eq(name, RS_STR("ellipse"))) {
        if (!read_all(attributes, axes, 4, numbers)) return NULL;
        const double x = numbers[0], y = numbers[1], rx = numbers[2], ry = numbers[3];
        const double box[4] = {x - rx, y - ry, x + rx, y + ry};
        memcpy(numbers, box, sizeof box);
        return box_meaning(state, attributes, numbers, n);
    }
    if (rs_str_eq(name, RS_STR("mask"))) { /* its box; the runs are not read */
        if (!read_all(attributes, frame, 4, numbers)) return NULL;
        numbers[2] += numbers[0];
        numbers[3] += numbers[1];
        *n = 4;
        return state->box;
    }
    *n = read_points(rs_xml_attribute(attributes, "points"), numbers);
    if (rs_str_eq(name, RS_STR("points"))) return *n == 2 ? state->point : NULL;
    return rs_str_eq(name, RS_STR("polygon")) && *n >= 6 ? state->polygon : NULL;
}

static bool is_shape(rs_str name)
{
    static const char *const names[] = {"box",    "polygon", "polyline", "points", "ellipse",
                                        "cuboid", "mask",    "skeleton", "shape"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rs_str_eq(name, rs_str_of(names[i]))) return true;
    return false;
}

/* One shape -> one region. */
static rsift_status add_shape(reading *r, rs_str name, const char *const *attributes)
{
    rs_parse *p = r->p;
    char where[48], quoted[RS_QUOTE_SIZE];
    size_t n = 0;
    rs_region *region;
    snprintf(where, sizeof where, "shape %zu", r->n_shapes++);
    const rs_str at = rs_str_of(where);
    p->batch->counts[SHAPES].seen++;
    const rs_convention *meaning = shape_meaning(r->state, name, attributes, r->numbers, &n);
    if (!meaning) {
        p->batch->counts[SHAPES].set_aside++;
        return rs_parse_find(p, RS_F_OBJECT_UNREAD, at, "<%s> is no region that this reader knows",
                             rs_err_quote(quoted, name));
    }
    const rs_str label = rs_xml_attribute(attributes, "label");
    const rs_drawn_shape shape = {meaning, r->numbers, n,
                                  rs_words_map(&r->state->class_names, label)};
    RS_TRY(rs_shape_add(p, &r->list, &shape, &region));
    p->batch->counts[SHAPES].used++;
    return rs_parse_check_class(p, region->label, at);
}

/* A class of the whole picture. */
static rsift_status add_tag(reading *r, rs_str label)
{
    if (!rs_arena_grow(&r->p->batch->arena, (void **)&r->labels, &r->cap_labels, r->n_labels + 1,
                       sizeof *r->labels))
        return rs_err_nomem(r->p->err, "labels");
    return rs_parse_copy(r->p, label, &r->labels[r->n_labels++]);
}

/* ---- one image ------------------------------------------------------------------------------- */

/* The picture's name, size and split. */
static rsift_status begin_image(reading *r, const char *const *attributes)
{
    rs_parse *p = r->p;
    double width, height;
    const rs_str name = rs_xml_attribute(attributes, "name"),
                 id = rs_xml_attribute(attributes, "id"),
                 subset = rs_xml_attribute(attributes, "subset");
    if (!name.len)
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("name"), "the image has no name");
    RS_TRY(rs_parse_sample(p, &r->sample));
    RS_TRY(rs_parse_copy(p, id.ptr ? id : RS_STR(""), &r->sample->original_id));
    RS_TRY(rs_parse_media(p, r->sample, name, id, (rs_str){0}));
    if (rs_num_double(rs_xml_attribute(attributes, "width"), &width) &&
        rs_num_double(rs_xml_attribute(attributes, "height"), &height))
        rs_shape_set_size(r->sample, width, height);
    return subset.len ? rs_parse_split(p, r->sample, subset) : RSIFT_OK;
}

static rsift_status start_element(void *ctx, rs_str name, const char *const *attributes,
                                  rsift_error *err)
{
    reading *r = ctx;
    (void)err;
    if (rs_str_eq(name, RS_STR("image")) && !r->sample) return begin_image(r, attributes);
    if (!r->sample || r->depth++ > 0) return RSIFT_OK; /* <attribute> of a shape */
    if (rs_str_eq(name, RS_STR("tag"))) {
        const rs_str label = rs_xml_attribute(attributes, "label");
        return label.len ? add_tag(r, label) : RSIFT_OK;
    }
    if (is_shape(name)) return add_shape(r, name, attributes);
    char quoted[RS_QUOTE_SIZE];
    return rs_parse_find(r->p, RS_F_OBJECT_UNREAD, RS_STR("image"),
                         "<%s> is nothing that this reader knows", rs_err_quote(quoted, name));
}

static rsift_status end_element(void *ctx, rs_str name, rsift_error *err)
{
    reading *r = ctx;
    (void)name;
    (void)err;
    if (r->depth) r->depth--;
    return RSIFT_OK;
}

static rsift_status skip_text(void *ctx, rs_str text, rsift_error *err)
{
    (void)ctx;
    (void)text;
    (void)err;
    return RSIFT_OK;
}

/* The record through the events; what is wrong with it is a finding. */
static rsift_status read_record(reading *r, bool *ok)
{
    static const rs_xml_events events = {start_element, end_element, skip_text};
    rs_parse *p = r->p;
    rsift_error why = {0};
    rs_xml_stream *stream;
    *ok = false;
    RS_TRY(rs_xml_stream_open(&events, r, p->source->limits, &stream, p->err));
    const rsift_status status = rs_xml_stream_feed(stream, p->raw->content, true, &why);
    rs_xml_stream_close(stream);
    *ok = status == RSIFT_OK;
    if (status == RSIFT_E_NOMEM && p->err) *p->err = why;
    if (status == RSIFT_OK || status == RSIFT_E_NOMEM) return status;
    p->sample = -1; /* the sample goes with its record */
    return rs_parse_find(p, status == RSIFT_E_LIMIT ? RS_F_LIMIT : RS_F_FORMAT,
                         rs_str_of(why.where), "%s", why.message);
}

/* One <image> -> the sample of its picture. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    reading r = {.p = p, .state = opened};
    bool ok;
    r.numbers = rs_arena_alloc(p->scratch, 2 * MOST_POINTS * sizeof *r.numbers);
    if (!r.numbers) return rs_err_nomem(p->err, "a shape");
    RS_TRY(read_record(&r, &ok));
    if (!ok || !r.sample) return RSIFT_OK;
    r.sample->regions = r.list.items;
    r.sample->n_regions = (uint32_t)r.list.n;
    r.sample->labels = r.labels;
    r.sample->n_labels = (uint32_t)r.n_labels;
    r.sample->complete = RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status cvat_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                               rsift_error *err)
{
    const struct cvat *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, IMAGES, parse_one}, chunk, batch,
                         err);
}

static int cvat_probe(const rs_probe_input *input)
{
    if (!rs_probe_begins(input, '<') || !rs_probe_holds(input, "<annotations")) return 0;
    return rs_probe_holds(input, "<image ") || rs_probe_holds(input, "<meta>") ? 96 : 40;
}

static const rs_reader_use uses[] = {
    {"xml", "*.xml", .required = true},
    {0},
};
static const char *const passes[] = {"images", "shapes", NULL};
static const rs_param params[] = {
    {"class_names", "map", "", "label in the file -> class"},
    {0},
};

const rs_reader rs_reader_cvat = {
    .name = "cvat",
    .many_records = true,
    .version = 1,
    .summary = "CVAT's XML for images, all pictures in one document",
    .source = "docs.cvat.ai/docs/manual/advanced/xml_format",
    .reads = "XML whose <annotations> hold an <image> for each picture",
    .takes = RS_TAKES_XML,
    .probe_decides = true,
    .gives = RS_HAS_HBB | RS_HAS_OBB | RS_HAS_POLYGON | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct cvat),
    .probe = cvat_probe,
    .open = cvat_open,
    .cut = cvat_cut,
    .parse = cvat_parse,
    .at = cvat_at,
    .close = cvat_close,
};
