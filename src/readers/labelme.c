/* labelme: one JSON per picture, `shapes` of {label, points, shape_type}. Also what is left of it
 * in contest data (airplane_det: labels and points only) and what X-AnyLabeling adds ("rotation").
 * Quirks met: no imagePath and no size, four points in any order, imagePath written on Windows or
 * of another picture, the picture itself in imageData (read over), shape_type null for a polygon.
 *
 * A rectangle and a circle are upright boxes, four points and a rotation are corners, other rings
 * are polygons. A line has no area and is a finding; so are shapes of one group_id, which are parts
 * of one object: the list of objects is then not known to be whole. */
#include "readers/feed_files.h"
#include "readers/shape.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { FILES, SHAPES, MOST_POINTS = 1 << 14 };

struct labelme {
    rs_file_feed *feed; /* first: rs_file_feed_cut_state */
    const rs_source *source;
    const rs_convention *box, *quad, *polygon, *point;
    rs_words class_names;
    rs_arena arena;
};

static rsift_status labelme_open(void *opened, const rs_source *source, rs_chunk *first,
                                 rsift_error *err)
{
    (void)first;
    struct labelme *state = opened;
    state->source = source;
    state->box = rs_geom_convention(RS_STR("px"));
    state->quad = rs_geom_convention(RS_STR("px-quad"));
    state->polygon = rs_geom_convention(RS_STR("px-polygon"));
    state->point = rs_geom_convention(RS_STR("px-point"));
    RS_TRY(rs_words_of(&state->arena, source, "class_names", &state->class_names, err));
    return rs_file_feed_open(source, "json", FILES, &state->feed, err);
}

static void labelme_close(void *opened)
{
    struct labelme *state = opened;
    rs_file_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

/* A shape's numbers as a region's: may change them in place. NULL = this kind of shape with so many
 * numbers is no region. */
static const rs_convention *shape_meaning(const struct labelme *state, rs_str type, double *numbers,
                                          size_t *n)
{
    const bool ring = !type.len || rs_str_eq(type, RS_STR("polygon"));
    /* a mask's points are the corners of its box */
    if (rs_str_eq(type, RS_STR("rectangle")) || rs_str_eq(type, RS_STR("mask"))) {
        /* X-AnyLabeling writes all four corners */
        if (*n != 4 && *n != 8) return NULL;
        double box[4] = {numbers[0], numbers[1], numbers[0], numbers[1]};
        for (size_t i = 2; i < *n; i += 2) {
            box[0] = fmin(box[0], numbers[i]);
            box[1] = fmin(box[1], numbers[i + 1]);
            box[2] = fmax(box[2], numbers[i]);
            box[3] = fmax(box[3], numbers[i + 1]);
        }
        memcpy(numbers, box, sizeof box);
        *n = 4;
        return state->box;
    }
    if (rs_str_eq(type, RS_STR("circle")) && *n == 4) { /* its centre and a point on it */
        const double r = hypot(numbers[2] - numbers[0], numbers[3] - numbers[1]);
        const double x = numbers[0], y = numbers[1];
        const double box[4] = {x - r, y - r, x + r, y + r};
        if (!isfinite(box[0]) || !isfinite(box[1]) || !isfinite(box[2]) || !isfinite(box[3]))
            return NULL;
        memcpy(numbers, box, sizeof box);
        return state->box;
    }
    if (rs_str_eq(type, RS_STR("point")) && *n == 2) return state->point;
    if (rs_str_eq(type, RS_STR("rotation")) && *n == 8) return state->quad;
    if (!ring || *n < 6) return NULL;
    return *n == 8 ? state->quad : state->polygon;
}

/* A file that is being read. */
typedef struct reading {
    rs_parse *p;
    const struct labelme *state;
    rs_region_list list;
} reading;

static rsift_status set_shape_aside(reading *r, rs_finding_code code, rs_str where, rs_str type,
                                    size_t n)
{
    char quoted[RS_QUOTE_SIZE];
    r->p->batch->counts[SHAPES].set_aside++;
    return rs_parse_find(r->p, code, where, "a shape of type \"%s\" with %zu points is no region",
                         rs_err_quote(quoted, type.len ? type : RS_STR("polygon")), n);
}

/* One shape -> one region. */
static rsift_status add_shape(reading *r, const rs_json *shape, rs_str where)
{
    rs_parse *p = r->p;
    double *numbers;
    size_t n;
    rs_region *region;
    r->p->batch->counts[SHAPES].seen++;
    const rs_str type = rs_json_str(rs_json_get(shape, "shape_type"));
    const rs_json *points = rs_json_get(shape, "points");
    if (rs_json_kind(points) == RS_JSON_ABSENT)
        return set_shape_aside(r, RS_F_OBJECT_UNREAD, where, type, 0);
    RS_TRY(rs_parse_numbers(p, points, where, 2 * MOST_POINTS, &numbers, &n));
    if (n == 0 && rs_json_len(points) > 0) { /* with a finding */
        p->batch->counts[SHAPES].set_aside++;
        return RSIFT_OK;
    }
    const size_t n_points = n / 2;
    const rs_convention *meaning =
        n % 2 == 0 && n ? shape_meaning(r->state, type, numbers, &n) : NULL;
    if (!meaning) return set_shape_aside(r, RS_F_OBJECT_UNREAD, where, type, n_points);
    rs_str label;
    bool bad = false;
    RS_TRY(rs_parse_text(p, rs_json_get(shape, "label"), where, &label, &bad));
    const rs_drawn_shape drawn = {meaning, numbers, n, rs_words_map(&r->state->class_names, label)};
    RS_TRY(rs_shape_add(p, &r->list, &drawn, &region));
    bool difficult = false;
    if (rs_json_bool(rs_json_get(shape, "difficult"), &difficult) && difficult)
        region->flags |= RS_REGION_DIFFICULT;
    p->batch->counts[SHAPES].used++;
    return rs_parse_check_class(p, region->label, where);
}

/* Shapes of one group are parts of one object, so that their number is not that of objects. */
static rsift_status check_groups(rs_parse *p, const rs_json *shapes)
{
    enum { MOST_GROUPS = 256 };
    int64_t groups[MOST_GROUPS];
    size_t n = 0, at = 0;
    rs_json_iter it = rs_json_each(shapes);
    for (const rs_json *shape; (shape = rs_json_next(&it, NULL)); at++) {
        int64_t group;
        if (!rs_json_i64(rs_json_get(shape, "group_id"), &group)) continue;
        size_t i = 0;
        while (i < n && groups[i] != group) i++;
        if (i == n && n < MOST_GROUPS) {
            groups[n++] = group;
            continue;
        }
        char where[48];
        snprintf(where, sizeof where, "shapes[%zu].group_id", at);
        return rs_parse_find(p, RS_F_OBJECT_UNREAD, rs_str_of(where),
                             "several shapes have the group %" PRId64
                             ": parts of one object are read as objects",
                             group);
    }
    return RSIFT_OK;
}

/* ---- one file -------------------------------------------------------------------------------- */

static rsift_status add_shapes(reading *r, const rs_json *shapes)
{
    rs_json_iter it = rs_json_each(shapes);
    size_t i = 0;
    for (const rs_json *shape; (shape = rs_json_next(&it, NULL)); i++) {
        char where[RS_WHERE_SIZE];
        RS_TRY(add_shape(r, shape, rs_parse_where(where, "shapes[", i, "]")));
    }
    return check_groups(r->p, shapes);
}

/* One file -> the sample of its picture, which its own name tells. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const rs_json *root;
    rs_sample *sample;
    double width = 0, height = 0;
    reading r = {.p = p, .state = opened};
    RS_TRY(rs_parse_object(p, &root));
    if (!root) return RSIFT_OK;
    const rs_json *shapes = rs_json_get(root, "shapes");
    if (rs_json_kind(shapes) != RS_JSON_ARRAY)
        return rs_parse_find(
            p, rs_json_kind(shapes) == RS_JSON_ABSENT ? RS_F_FIELD_MISSING : RS_F_FIELD_TYPE,
            RS_STR("shapes"), "expected a list of shapes, found %s",
            rs_json_kind_name(rs_json_kind(shapes)));
    const rs_str stem = rs_str_stem(p->raw->key);
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, stem, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, stem, stem, rs_str_basename(rs_str_dirname(p->raw->key))));
    if (rs_json_double(rs_json_get(root, "imageWidth"), &width) &&
        rs_json_double(rs_json_get(root, "imageHeight"), &height))
        rs_shape_set_size(sample, width, height);
    const rs_str stated = rs_json_str(rs_json_get(root, "imagePath"));
    if (stated.len) RS_TRY(rs_shape_note_name(p, sample, stem, stated));
    RS_TRY(add_shapes(&r, shapes));
    sample->regions = r.list.items;
    sample->n_regions = (uint32_t)r.list.n;
    sample->complete = RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status labelme_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                  rsift_error *err)
{
    const struct labelme *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, FILES, parse_one}, chunk, batch,
                         err);
}

/* Shapes with points; a picture in front of them may fill the head. */
static int labelme_probe(const rs_probe_input *input)
{
    if (!rs_str_ends_nocase(input->path, RS_STR(".json")) || !rs_probe_begins(input, '{')) return 0;
    const bool shapes = rs_probe_holds(input, "\"shapes\"");
    if (shapes && rs_probe_holds(input, "\"points\"")) return 95;
    if (shapes && rs_probe_holds(input, "\"imagePath\"")) return 95;
    return rs_probe_holds(input, "\"imageData\"") && rs_probe_holds(input, "\"version\"") ? 80 : 0;
}

static const rs_reader_use uses[] = {
    {"json", "*.json", .required = true},
    {0},
};
static const char *const passes[] = {"files", "shapes", NULL};
static const rs_param params[] = {
    {"class_names", "map", "", "label in the file -> class"},
    {0},
};

const rs_reader rs_reader_labelme = {
    .name = "labelme",
    .version = 1,
    .summary = "one JSON of drawn shapes per image",
    .source = "wkentaro/labelme label_file.py; CVHub520/X-AnyLabeling",
    .reads = "a JSON object with a list of shapes",
    .takes = RS_TAKES_JSON,
    .probe_decides = true,
    .gives = RS_HAS_HBB | RS_HAS_OBB | RS_HAS_POLYGON | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct labelme),
    .probe = labelme_probe,
    .open = labelme_open,
    .cut = rs_file_feed_cut_state,
    .parse = labelme_parse,
    .at = rs_file_feed_at_state,
    .close = labelme_close,
};
