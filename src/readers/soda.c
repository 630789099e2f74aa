/* SODA-A: one JSON per picture in COCO's words, of which `images` is one object and `annotations`
 * have `poly`, a flat list of corners. Quirks met: a polygon of the class "ignore" covers objects
 * that are not annotated; files of zero bytes, whose picture has no annotation; polygons of more
 * than four corners. */
#include "readers/feed_files.h"
#include "readers/shape.h"

#include <inttypes.h>
#include <stdio.h>

enum { FILES, OBJECTS, MOST_NUMBERS = 1 << 12 };

struct soda {
    rs_file_feed *feed; /* first: rs_file_feed_cut_state */
    const rs_source *source;
    const rs_convention *quad, *polygon;
    rs_str ignore;                 /* a class that is no object */
    const rs_param_value *classes; /* by category_id, where a file names none; NULL = no list */
};

static rsift_status soda_open(void *opened, const rs_source *source, rs_chunk *first,
                              rsift_error *err)
{
    (void)first;
    struct soda *state = opened;
    state->source = source;
    state->quad = rs_geom_convention(RS_STR("px-quad"));
    state->polygon = rs_geom_convention(RS_STR("px-polygon"));
    state->ignore = rs_source_param(source, "ignore", RS_STR("ignore"));
    state->classes = rs_source_param_list(source, "classes");
    return rs_file_feed_open(source, "json", FILES, &state->feed, err);
}

static void soda_close(void *opened)
{
    rs_file_feed_close(((struct soda *)opened)->feed);
}

/* ---- objects --------------------------------------------------------------------------------- */

/* A file that is being read. */
typedef struct reading {
    rs_parse *p;
    const struct soda *state;
    const rs_json *categories;
    rs_str folder; /* split in the file's name, empty = none */
    rs_region_list list;
} reading;

/* The class of an id: as the file's categories name it, else by the list; else the number. */
static rs_str class_of(const reading *r, const rs_json *id)
{
    int64_t wanted, number;
    if (!rs_json_i64(id, &wanted)) return rs_json_str(id);
    rs_json_iter it = rs_json_each(r->categories);
    for (const rs_json *c; (c = rs_json_next(&it, NULL));)
        if (rs_json_i64(rs_json_get(c, "id"), &number) && number == wanted)
            return rs_json_str(rs_json_get(c, "name"));
    const rs_param_value *list = r->state->classes;
    if (list && wanted >= 0 && (uint64_t)wanted < list->n) return list->values[wanted];
    return rs_arena_printf(r->p->scratch, "%" PRId64, wanted);
}

static rsift_status set_object_aside(reading *r, rs_str where, size_t n)
{
    r->p->batch->counts[OBJECTS].set_aside++;
    return rs_parse_find(r->p, RS_F_OBJECT_UNREAD, where,
                         "expected a poly of at least three corners, found %zu numbers", n);
}

/* One annotation -> one region. */
static rsift_status add_object(reading *r, const rs_json *object, rs_str where)
{
    rs_parse *p = r->p;
    double *numbers;
    size_t n = 0;
    rs_region *region;
    p->batch->counts[OBJECTS].seen++;
    const rs_json *poly = rs_json_get(object, "poly");
    if (rs_json_kind(poly) == RS_JSON_ABSENT) return set_object_aside(r, where, 0);
    RS_TRY(rs_parse_numbers(p, poly, where, MOST_NUMBERS, &numbers, &n));
    if (n == 0 && rs_json_len(poly) > 0) { /* with a finding */
        p->batch->counts[OBJECTS].set_aside++;
        return RSIFT_OK;
    }
    if (n < 6 || n % 2) return set_object_aside(r, where, n);
    const rs_drawn_shape shape = {n == 8 ? r->state->quad : r->state->polygon, numbers, n,
                                  class_of(r, rs_json_get(object, "category_id"))};
    RS_TRY(rs_shape_add(p, &r->list, &shape, &region));
    p->batch->counts[OBJECTS].used++;
    if (r->state->ignore.len && rs_str_eq(region->label, r->state->ignore)) {
        region->flags |= RS_REGION_CROWD;
        return rs_parse_find(p, RS_F_REGION_CROWD, where,
                             "objects below a region \"%.*s\" are not annotated one by one",
                             RS_STR_ARG(rs_str_sub(region->label, 0, 64)));
    }
    return rs_parse_check_class(p, region->label, where);
}

/* ---- one file -------------------------------------------------------------------------------- */

/* A picture whose file says nothing: absent is not empty. */
static rsift_status note_absent(rs_parse *p, rs_sample *sample, rs_outcome *outcome)
{
    sample->truth = false;
    sample->complete = RS_COMPLETE_NO;
    *outcome = RS_OUTCOME_USED;
    return rs_parse_find(p, RS_F_LABELS_ABSENT, RS_STR(""), "the file is empty");
}

static rsift_status add_picture(rs_parse *p, rs_sample **out)
{
    const rs_str stem = rs_str_stem(p->raw->key);
    RS_TRY(rs_parse_sample(p, out));
    RS_TRY(rs_parse_copy(p, stem, &(*out)->original_id));
    return rs_parse_media(p, *out, stem, stem, rs_str_basename(rs_str_dirname(p->raw->key)));
}

/* `images`: the picture's name and size. */
static rsift_status read_image(rs_parse *p, const rs_json *image, rs_sample *sample)
{
    double width = 0, height = 0;
    if (rs_json_double(rs_json_get(image, "width"), &width) &&
        rs_json_double(rs_json_get(image, "height"), &height))
        rs_shape_set_size(sample, width, height);
    const rs_str stated = rs_json_str(rs_json_get(image, "file_name"));
    return stated.len ? rs_shape_note_name(p, sample, rs_str_stem(p->raw->key), stated) : RSIFT_OK;
}

/* One file -> the sample of its picture. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const rs_json *root;
    rs_sample *sample;
    reading r = {.p = p, .state = opened};
    if (rs_str_trim(p->raw->content).len == 0) {
        RS_TRY(add_picture(p, &sample));
        return note_absent(p, sample, outcome);
    }
    RS_TRY(rs_parse_object(p, &root));
    if (!root) return RSIFT_OK;
    const rs_json *objects = rs_json_get(root, "annotations");
    if (rs_json_kind(objects) != RS_JSON_ARRAY)
        return rs_parse_find(
            p, rs_json_kind(objects) == RS_JSON_ABSENT ? RS_F_FIELD_MISSING : RS_F_FIELD_TYPE,
            RS_STR("annotations"), "expected a list of objects, found %s",
            rs_json_kind_name(rs_json_kind(objects)));
    r.categories = rs_json_get(root, "categories");
    RS_TRY(add_picture(p, &sample));
    RS_TRY(read_image(p, rs_json_get(root, "images"), sample));
    rs_json_iter it = rs_json_each(objects);
    size_t i = 0;
    for (const rs_json *object; (object = rs_json_next(&it, NULL)); i++) {
        char where[48];
        snprintf(where, sizeof where, "annotations[%zu]", i);
        RS_TRY(add_object(&r, object, rs_str_of(where)));
    }
    sample->regions = r.list.items;
    sample->n_regions = (uint32_t)r.list.n;
    sample->complete = RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status soda_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                               rsift_error *err)
{
    const struct soda *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, FILES, parse_one}, chunk, batch,
                         err);
}

/* COCO's `images` is a list; here it is an object. */
static int soda_probe(const rs_probe_input *input)
{
    if (!rs_str_ends_nocase(input->path, RS_STR(".json"))) return 0;
    if (input->n_bytes == 0) return 10;
    const size_t at = rs_str_find(input->head, RS_STR("\"images\""));
    if (at == RS_NPOS || !rs_probe_begins(input, '{') || !rs_probe_holds(input, "\"poly\""))
        return 0;
    rs_str rest = rs_str_trim(rs_str_sub(input->head, at + 8, input->head.len));
    if (!rs_str_starts(rest, RS_STR(":"))) return 0;
    rest = rs_str_trim(rs_str_sub(rest, 1, rest.len));
    return rs_str_starts(rest, RS_STR("{")) ? 96 : 0;
}

static const rs_reader_use uses[] = {
    {"json", "*.json", .required = true},
    {0},
};
static const char *const passes[] = {"files", "objects", NULL};
static const rs_param params[] = {
    {"classes", "list", "", "names of 0..n, where a file has no categories"},
    {"ignore", "text", "ignore", "the class of regions whose objects are not annotated"},
    {0},
};

const rs_reader rs_reader_soda = {
    .name = "soda",
    .version = 1,
    .summary = "one JSON per image, polygons in COCO's words",
    .source = "shaunyuan22/SODA-mmrotate; TorchGeo datasets/soda.py",
    .reads = "a JSON object whose images is an object and whose annotations have a poly",
    .takes = RS_TAKES_JSON,
    .probe_decides = true,
    .gives = RS_HAS_OBB | RS_HAS_POLYGON | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_OBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct soda),
    .probe = soda_probe,
    .open = soda_open,
    .cut = rs_file_feed_cut_state,
    .parse = soda_parse,
    .at = rs_file_feed_at_state,
    .close = soda_close,
};
