/* GeoJSON whose features are objects of pictures: xView's, one FeatureCollection for all pictures,
 * with the picture in `image_id` and the box in pixels as a text ("2712,1145,2746,1177"); or one
 * file for each picture. Where the box of an object stands in its geometry only, that is longitude
 * and latitude, which say nothing of pixels without the picture's own georeference: a finding,
 * unless `geometry: px` says that the geometry is in pixels.
 *
 * Features of one picture that follow each other are one record. Where they lie apart the picture
 * has several records, and index knows that none of them lists all of its objects. */
#include "base/buf.h"
#include "base/num.h"
#include "readers/feed_json.h"
#include "readers/shape.h"

#include <inttypes.h>
#include <stdio.h>

enum { PICTURES, FEATURES, MOST_NUMBERS = 1 << 14, MOST_FEATURES = 1 << 20 };

struct geojson {
    const rs_source *source;
    rs_json_feed feed;
    rs_arena arena; /* of the parameters */
    const char *image_field, *box_field, *class_field;
    bool in_pixels; /* the geometry is */
    rs_words class_names;
    const rs_convention *box, *quad, *polygon, *point;
    /* cutting: features that were cut and not handed out, and the picture that is gathered */
    rs_arena cut_arena, key_arena;
    size_t next_cut;
    rs_buf record;                   /* "[feature,feature" of the picture `image` */
    rs_str image;                    /* in key_arena; ptr NULL = none */
    size_t file;                     /* that the record is from */
    unsigned char *named, *nameless; /* by file: features that name a picture, that name none */
    size_t n_features;
    int64_t ordinal;
    bool ended;
};

/* A parameter that names a property. */
static rsift_status property_of(struct geojson *state, const char *key, const char *usual,
                                const char **out, rsift_error *err)
{
    *out = rs_arena_cstr(&state->arena, rs_source_param(state->source, key, rs_str_of(usual)));
    return *out ? RSIFT_OK : rs_err_nomem(err, "a parameter");
}

/* The picture that a feature names, in scratch; empty = none, ptr NULL = the feature is no JSON.
 * false = out of memory. */
static bool find_picture(const struct geojson *state, rs_arena *scratch, rs_str feature,
                         rs_str *out)
{
    const rs_json *root;
    const rsift_status status = rs_json_parse(scratch, feature, state->source->limits, &root, NULL);
    *out = (rs_str){NULL, 0};
    if (status != RSIFT_OK) return status != RSIFT_E_NOMEM;
    *out = RS_STR("");
    const rs_json *image = rs_json_get(rs_json_get(root, "properties"), state->image_field);
    const rs_json_type kind = rs_json_kind(image);
    if (kind == RS_JSON_STR || kind == RS_JSON_INT) *out = rs_json_text(scratch, image);
    return out->ptr != NULL;
}

/* Do features of each file name pictures, and do others of it name none? Those may lie on any of
 * its pictures. One pass over the source before it is read. */
static rsift_status find_nameless(struct geojson *state, rsift_error *err)
{
    rs_json_feed feed = {0};
    rs_chunk ignored = {0};
    rs_arena scratch = {0};
    rsift_status status =
        rs_json_feed_open(&feed, state->source, "records", RS_STR("features"), PICTURES, err);
    if (status == RSIFT_OK) {
        state->named = rs_arena_calloc(&state->arena, feed.files->n + 1, 1);
        state->nameless = rs_arena_calloc(&state->arena, feed.files->n + 1, 1);
        if (!state->named || !state->nameless) status = rs_err_nomem(err, "features");
    }
    while (status == RSIFT_OK) {
        rs_arena_reset(&scratch);
        status = rs_json_feed_next(&feed, &scratch, &ignored, err);
        for (size_t i = 0; i < feed.n_cuts && status == RSIFT_OK; i++) {
            rs_str name;
            if (!find_picture(state, &scratch, feed.cuts[i].bytes, &name))
                status = rs_err_nomem(err, "a feature");
            else if (name.len) state->named[feed.file] = 1;
            else if (name.ptr) state->nameless[feed.file] = 1;
        }
        rs_chunk_reset(&ignored);
    }
    rs_json_feed_close(&feed);
    rs_chunk_fini(&ignored);
    rs_arena_fini(&scratch);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status geojson_open(void *opened, const rs_source *source, rs_chunk *first,
                                 rsift_error *err)
{
    (void)first;
    struct geojson *state = opened;
    state->source = source;
    state->box = rs_geom_convention(RS_STR("px"));
    state->quad = rs_geom_convention(RS_STR("px-quad"));
    state->polygon = rs_geom_convention(RS_STR("px-polygon"));
    state->point = rs_geom_convention(RS_STR("px-point"));
    state->in_pixels = rs_str_eq(rs_source_param(source, "geometry", RS_STR("none")), RS_STR("px"));
    RS_TRY(property_of(state, "image", "image_id", &state->image_field, err));
    RS_TRY(property_of(state, "box", "bounds_imcoords", &state->box_field, err));
    RS_TRY(property_of(state, "class", "type_id", &state->class_field, err));
    RS_TRY(rs_words_of(&state->arena, source, "class_names", &state->class_names, err));
    RS_TRY(rs_json_feed_open(&state->feed, source, "records", RS_STR("features"), PICTURES, err));
    state->feed.apart = true; /* a feature is no record */
    return find_nameless(state, err);
}

static void geojson_close(void *opened)
{
    struct geojson *state = opened;
    rs_json_feed_close(&state->feed);
    rs_buf_fini(&state->record);
    rs_arena_fini(&state->cut_arena);
    rs_arena_fini(&state->key_arena);
    rs_arena_fini(&state->arena);
}

/* ---- cut ------------------------------------------------------------------------------------- */

/* The gathered features as one raw record of the chunk. */
static rsift_status hand_out(struct geojson *state, rs_chunk *chunk, rsift_error *err)
{
    if (state->n_features == 0) return RSIFT_OK;
    rs_raw *raw = rs_chunk_add(chunk);
    rs_buf_char(&state->record, ']');
    if (!raw || state->record.failed) return rs_err_nomem(err, "a raw record");
    raw->ordinal = state->ordinal++;
    raw->use = state->feed.use;
    raw->file = (uint32_t)state->file;
    raw->content = rs_arena_str(&chunk->arena, rs_buf_view(&state->record));
    raw->key = rs_arena_str(&chunk->arena, state->image);
    if (!raw->content.ptr || !raw->key.ptr) return rs_err_nomem(err, "a raw record");
    raw->partial = state->named[state->file] && state->nameless[state->file];
    chunk->n_bytes += raw->content.len;
    state->record.len = 0;
    state->n_features = 0;
    return RSIFT_OK;
}

/* The picture that a feature names; in a file that names none, the file's own name; "" = none is
 * known. A feature that is no JSON belongs to the picture before it: the record then says so. */
static rsift_status picture_of(struct geojson *state, rs_str feature, rs_str *out, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_str text;
    const bool found = find_picture(state, &scratch, feature, &text);
    *out = state->image.ptr ? state->image : RS_STR("");
    if (text.ptr) {
        const rs_str of_file = rs_str_stem(state->feed.files->logical[state->feed.file]);
        *out = text.len || state->named[state->feed.file] ? text : of_file;
    }
    *out = found ? rs_arena_str(&state->key_arena, *out) : (rs_str){NULL, 0};
    rs_arena_fini(&scratch);
    return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a picture's name");
}

/* One feature to the gathered ones; another picture's ends their record. */
static rsift_status take_feature(struct geojson *state, rs_str feature, rs_chunk *chunk,
                                 rsift_error *err)
{
    rs_str image;
    RS_TRY(picture_of(state, feature, &image, err));
    const bool same = state->image.ptr && rs_str_eq(image, state->image) &&
                      state->file == state->feed.file &&
                      state->record.len + feature.len < state->source->limits->max_record &&
                      state->n_features < MOST_FEATURES;
    if (!same) {
        RS_TRY(hand_out(state, chunk, err));
        rs_arena fresh = {0};
        state->image = rs_arena_str(&fresh, image);
        rs_arena_fini(&state->key_arena);
        state->key_arena = fresh;
        if (!state->image.ptr) return rs_err_nomem(err, "a picture's name");
        state->file = state->feed.file;
    }
    rs_buf_char(&state->record, state->n_features ? ',' : '[');
    rs_buf_str(&state->record, feature);
    state->n_features++;
    return state->record.failed ? rs_err_nomem(err, "features") : RSIFT_OK;
}

static rsift_status geojson_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct geojson *state = opened;
    while (!state->ended && chunk->n < RS_CHUNK_RECORDS && chunk->n_bytes < RS_CHUNK_BYTES) {
        if (state->next_cut < state->feed.n_cuts) {
            RS_TRY(take_feature(state, state->feed.cuts[state->next_cut++].bytes, chunk, err));
            continue;
        }
        rs_arena_reset(&state->cut_arena);
        state->next_cut = 0;
        const rsift_status status = rs_json_feed_next(&state->feed, &state->cut_arena, chunk, err);
        state->ended = status == RSIFT_END;
        if (state->ended) RS_TRY(hand_out(state, chunk, err));
        else RS_TRY(status);
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

/* ---- features -------------------------------------------------------------------------------- */

/* A picture that is being read. */
typedef struct reading {
    rs_parse *p;
    const struct geojson *state;
    rs_region_list list;
} reading;

static rsift_status set_feature_aside(reading *r, rs_finding_code code, rs_str where,
                                      const char *why)
{
    r->p->batch->counts[FEATURES].set_aside++;
    return rs_parse_find(r->p, code, where, "%s", why);
}

/* "1,2,3,4", or a list of four numbers; false = something else. */
static bool read_box(const rs_json *value, double out[4])
{
    size_t n = 0;
    rs_str text = rs_json_str(value);
    if (rs_json_kind(value) == RS_JSON_STR) {
        for (rs_str piece; rs_str_split(&text, ',', &piece); n++)
            if (n == 4 || !rs_num_double(rs_str_trim(piece), &out[n])) return false;
        return n == 4;
    }
    rs_json_iter it = rs_json_each(value);
    for (const rs_json *number; (number = rs_json_next(&it, NULL)); n++)
        if (n == 4 || !rs_json_double(number, &out[n])) return false;
    return n == 4;
}

/* The class in words where the parameter names it. */
static rsift_status read_class(reading *r, const rs_json *properties, rs_str where, rs_str *out)
{
    bool bad = false;
    const rs_json *value = rs_json_get(properties, r->state->class_field);
    *out = RS_STR("");
    if (rs_json_kind(value) == RS_JSON_INT) *out = rs_json_text(r->p->scratch, value);
    else RS_TRY(rs_parse_text(r->p, value, where, out, &bad));
    if (!out->ptr) *out = RS_STR("");
    const rs_str mapped = rs_words_get(&r->state->class_names, *out);
    if (mapped.ptr) *out = mapped;
    return RSIFT_OK;
}

/* The geometry's numbers in pixels; *n 0 = none, or a form that is no region. */
static rsift_status read_geometry(reading *r, const rs_json *geometry, rs_str where,
                                  double **numbers, size_t *n, const rs_convention **meaning)
{
    const struct geojson *state = r->state;
    const rs_str type = rs_json_str(rs_json_get(geometry, "type"));
    const rs_json *coordinates = rs_json_get(geometry, "coordinates");
    *n = 0;
    if (rs_str_eq(type, RS_STR("Point")) && rs_json_len(coordinates) == 2) {
        *meaning = state->point;
        return rs_parse_numbers(r->p, coordinates, where, 2, numbers, n);
    }
    /* one ring without holes, of pairs */
    if (!rs_str_eq(type, RS_STR("Polygon")) || rs_json_len(coordinates) != 1) return RSIFT_OK;
    rs_json_iter rings = rs_json_each(coordinates);
    const rs_json *ring = rs_json_next(&rings, NULL);
    rs_json_iter it = rs_json_each(ring);
    for (const rs_json *pair; (pair = rs_json_next(&it, NULL));)
        if (rs_json_len(pair) != 2) return RSIFT_OK;
    RS_TRY(rs_parse_numbers(r->p, ring, where, MOST_NUMBERS, numbers, n));
    double *c = *numbers;
    if (*n >= 8 && c[0] == c[*n - 2] && c[1] == c[*n - 1]) *n -= 2;
    if (*n < 6) *n = 0;
    *meaning = *n == 8 ? state->quad : state->polygon;
    return RSIFT_OK;
}

/* One feature -> one region. */
static rsift_status add_feature(reading *r, const rs_json *feature, rs_str where)
{
    rs_parse *p = r->p;
    const rs_json *properties = rs_json_get(feature, "properties");
    const rs_json *box = rs_json_get(properties, r->state->box_field);
    const rs_convention *meaning = r->state->box;
    double corners[4], *numbers = corners;
    size_t n = 4;
    rs_str label;
    rs_region *region;
    p->batch->counts[FEATURES].seen++;
    if (rs_json_kind(box) != RS_JSON_ABSENT && rs_json_kind(box) != RS_JSON_NULL) {
        if (!read_box(box, corners))
            return set_feature_aside(r, RS_F_NUMBER, where, "the box is not four numbers");
    } else if (r->state->in_pixels) {
        RS_TRY(read_geometry(r, rs_json_get(feature, "geometry"), where, &numbers, &n, &meaning));
        if (n == 0)
            return set_feature_aside(r, RS_F_OBJECT_UNREAD, where,
                                     "the geometry is no point and no single ring");
    } else {
        return set_feature_aside(r, RS_F_OBJECT_UNREAD, where,
                                 "the feature has no box in pixels, and its geometry is on the "
                                 "Earth (--param geometry=px when it is in pixels)");
    }
    RS_TRY(read_class(r, properties, where, &label));
    RS_TRY(rs_shape_add(p, &r->list, &(rs_drawn_shape){meaning, numbers, n, label}, &region));
    p->batch->counts[FEATURES].used++;
    return rs_parse_check_class(p, region->label, where);
}

/* ---- one picture ----------------------------------------------------------------------------- */

static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const rs_json *root;
    rs_sample *sample;
    reading r = {.p = p, .state = opened};
    RS_TRY(rs_parse_json(p, p->raw->content, &root));
    if (!root) return RSIFT_OK;
    rs_str name;
    RS_TRY(rs_parse_utf8(p, p->raw->key, &name));
    if (!name.len) {
        const int64_t n = (int64_t)rs_json_len(root);
        p->batch->counts[FEATURES].seen += n;
        p->batch->counts[FEATURES].set_aside += n;
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("features"),
                             "%" PRId64 " features name no picture and others of the file do: no "
                             "picture's objects are known to be all",
                             n);
    }
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, name, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, name, rs_str_stem(name), (rs_str){0}));
    rs_json_iter it = rs_json_each(root);
    size_t i = 0;
    for (const rs_json *feature; (feature = rs_json_next(&it, NULL)); i++) {
        char where[48];
        snprintf(where, sizeof where, "features[%zu]", i);
        RS_TRY(add_feature(&r, feature, rs_str_of(where)));
    }
    sample->regions = r.list.items;
    sample->n_regions = (uint32_t)r.list.n;
    sample->complete = p->raw->partial ? RS_COMPLETE_NO : RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status geojson_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                  rsift_error *err)
{
    const struct geojson *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, PICTURES, parse_one}, chunk, batch,
                         err);
}

/* A collection of features; sure where they have xView's box. */
static int geojson_probe(const rs_probe_input *input)
{
    if (!rs_probe_begins(input, '{') || !rs_probe_holds(input, "\"FeatureCollection\"")) return 0;
    return rs_probe_holds(input, "\"bounds_imcoords\"") ? 96 : 60;
}

static const rs_reader_use uses[] = {
    {"records", "*.geojson *.json", .required = true},
    {0},
};
static const char *const passes[] = {"pictures", "features", NULL};
static const rs_param params[] = {
    {"box", "text", "bounds_imcoords", "property of the box in pixels: \"x0,y0,x1,y1\" or a list"},
    {"class", "text", "type_id", "property of the class"},
    {"class_names", "map", "", "class in the file (a number, too) -> class"},
    {"geometry", "none|px", "none", "px: the geometry is in pixels and serves where no box is"},
    {"image", "text", "image_id", "property of the picture; without it the file's own name"},
    {0},
};

const rs_reader rs_reader_geojson = {
    .name = "geojson",
    .many_records = true,
    .version = 2,
    .summary = "GeoJSON features with boxes in pixels, grouped by their picture",
    .source = "xviewdataset.org; DIUx-xView/data_utilities wv_util.py; RFC 7946",
    .reads = "a FeatureCollection whose features have a box in pixels",
    .takes = RS_TAKES_JSON,
    .probe_decides = true,
    .gives = RS_HAS_HBB | RS_HAS_OBB | RS_HAS_POLYGON | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct geojson),
    .probe = geojson_probe,
    .open = geojson_open,
    .cut = geojson_cut,
    .parse = geojson_parse,
    .close = geojson_close,
};
