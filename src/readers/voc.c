/* Pascal VOC XML: one file per image, `object` elements with a box. Boxes are `bndbox` (upright,
 * two corners) or `robndbox`, which comes as four corners (DIOR-R: x_left_top ..) or as centre,
 * size and angle (roLabelImg: cx cy w h angle, the angle in radians, clockwise on screen; given on
 * in degrees). Quirks met: no `difficult` and no `truncated` (DIOR), CRLF and tabs, no declaration,
 * `filename` without its extension or of another file (hence name_from: file), numbers written
 * "133.0"; the family of FAIR1M, whose objects lie below <objects>, with <points><point>x,y and
 * <possibleresult><name>.
 *
 * Objects are found at any depth. An element that looks like an object of another form is a
 * finding, and then the picture's list of objects is not known to be whole. */
#include "base/num.h"
#include "base/utf8.h"
#include "codec/xml.h"
#include "geom/obb.h"
#include "readers/feed_files.h"
#include "readers/parse.h"

#include <stdio.h>

enum { FILES, OBJECTS, MAX_NUMBERS = 64 };

struct voc {
    const rs_source *source;
    rs_file_feed *feed;
    bool oriented, name_from_file;
    bool name_told; /* by a parameter: else a <filename> that disagrees is heard */
    const rs_convention *const *conventions;
    size_t n_conventions;
    const rs_convention *usual[4];
    rs_words class_names;
    rs_arena arena;
};

static rsift_status voc_open(void *opened, const rs_source *source, rs_chunk *first,
                             rsift_error *err)
{
    (void)first;
    struct voc *state = opened;
    state->source = source;
    state->oriented = rs_str_eq(rs_source_param(source, "box", RS_STR("hbb")), RS_STR("obb"));
    state->name_told = rs_source_param(source, "name_from", (rs_str){0}).ptr != NULL;
    state->name_from_file =
        rs_str_eq(rs_source_param(source, "name_from", RS_STR("file")), RS_STR("file"));
    RS_TRY(rs_words_of(&state->arena, source, "class_names", &state->class_names, err));
    RS_TRY(rs_conventions_of(&state->arena, source, "box_convention", &state->conventions,
                             &state->n_conventions, err));
    if (state->n_conventions == 0) {
        static const char *const names[] = {"px", "px-quad", "px-cxcywha", "px-polygon"};
        for (int i = 0; i < 4; i++) state->usual[i] = rs_geom_convention(rs_str_of(names[i]));
        state->conventions = state->usual;
        state->n_conventions = 4;
    }
    return rs_file_feed_open(source, "xml", FILES, &state->feed, err);
}

static rsift_status voc_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    return rs_file_feed_cut(((struct voc *)opened)->feed, chunk, err);
}

static rsift_status voc_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                           rsift_error *err)
{
    return rs_file_feed_at(((struct voc *)opened)->feed, ref, chunk, err);
}

static void voc_close(void *opened)
{
    struct voc *state = opened;
    rs_file_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

/* ---- boxes ----------------------------------------------------------------------------------- */

/* The numbers of the named child elements; false when one is missing or no number. */
static bool read_all(const rs_xml *box, const char *const *names, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        rs_str text = rs_xml_text(box, names[i]);
        if (!text.ptr || !rs_num_double(text, &out[i])) return false;
    }
    return true;
}

/* The corners of <points><point>x,y</point>..: a ring that repeats its first corner, or not. 0 =
 * another form. */
static size_t point_numbers(const rs_xml *points, double out[MAX_NUMBERS])
{
    size_t n = 0;
    for (const rs_xml *point = rs_xml_get(points, "point"); point; point = rs_xml_again(point)) {
        size_t comma = rs_str_find_char(point->text, ',');
        if (comma == RS_NPOS || n == MAX_NUMBERS) return 0;
        rs_str y = rs_str_trim(rs_str_sub(point->text, comma + 1, point->text.len));
        if (!rs_num_double(rs_str_trim(rs_str_sub(point->text, 0, comma)), &out[n]) ||
            !rs_num_double(y, &out[n + 1]))
            return 0;
        n += 2;
    }
    bool closed = n > 6 && out[0] == out[n - 2] && out[1] == out[n - 1];
    return closed ? n - 2 : n < 6 ? 0 : n;
}

/* The numbers of an object's box; 0 = absent or not all numbers. */
static size_t box_numbers(const rs_xml *object, bool oriented, double out[MAX_NUMBERS])
{
    static const char *const corners[] = {"xmin", "ymin", "xmax", "ymax"};
    static const char *const quad[] = {"x_left_top",    "y_left_top",     "x_right_top",
                                       "y_right_top",   "x_right_bottom", "y_right_bottom",
                                       "x_left_bottom", "y_left_bottom"};
    static const char *const centre[] = {"cx", "cy", "w", "h", "angle"};
    /* an upright box serves where no rotated one is asked for, or none is there */
    const rs_xml *upright = rs_xml_get(object, "bndbox"), *rotated = rs_xml_get(object, "robndbox"),
                 *points = rs_xml_get(object, "points");
    if (points && (oriented || !upright)) {
        double box[4];
        size_t n = point_numbers(points, out);
        if (n == 0 || oriented) return n;
        rs_geom_box_of_points(out, n / 2, box);
        memcpy(out, box, sizeof box);
        return 4;
    }
    if (!oriented || !rotated) return upright && read_all(upright, corners, 4, out) ? 4 : 0;
    if (rs_xml_get(rotated, "x_left_top")) return read_all(rotated, quad, 8, out) ? 8 : 0;
    if (!read_all(rotated, centre, 5, out)) return 0;
    out[4] *= 57.29577951308232; /* radians to degrees: 180 / pi */
    return 5;
}

static bool is_set(const rs_xml *object, const char *name)
{
    rs_str text = rs_xml_text(object, name);
    return text.len && !rs_str_eq(text, RS_STR("0"));
}

/* One object element -> one region. */
static rsift_status add_object(rs_parse *p, const struct voc *state, const rs_xml *object, size_t i,
                               rs_region_list *list)
{
    char where[48];
    double numbers[MAX_NUMBERS];
    snprintf(where, sizeof where, "object[%zu]", i);
    rs_count *count = &p->batch->counts[OBJECTS];
    count->seen++;
    size_t n = box_numbers(object, state->oriented, numbers);
    const rs_convention *convention =
        n ? rs_parse_convention(state->conventions, state->n_conventions, n) : NULL;
    if (!convention) {
        bool placed = rs_xml_get(object, "bndbox") || rs_xml_get(object, "robndbox") ||
                      rs_xml_get(object, "points");
        count->set_aside++;
        if (!placed)
            return rs_parse_find(p, RS_F_OBJECT_UNREAD, rs_str_of(where),
                                 "the object has no bndbox, robndbox or points");
        return rs_parse_find(p, RS_F_NUMBER, rs_str_of(where),
                             n ? "no convention is known for %zu numbers"
                               : "the box is not made of numbers (%zu)",
                             n);
    }
    double *coords = rs_arena_alloc(&p->batch->arena, n * sizeof *coords);
    rs_region *region = coords ? rs_parse_region(p, list) : NULL;
    if (!region) return rs_err_nomem(p->err, "a region");
    memcpy(coords, numbers, n * sizeof *coords);
    /* class_names mends spellings ("Expressway-Service-area"); other names stay as they are */
    rs_str name = rs_xml_text(object, "name");
    if (!name.ptr) name = rs_xml_text(rs_xml_get(object, "possibleresult"), "name");
    rs_str mapped = name.ptr ? rs_words_get(&state->class_names, name) : name;
    RS_TRY(rs_parse_copy(p, mapped.ptr ? mapped : name.ptr ? name : RS_STR(""), &region->label));
    region->kind = rs_parse_kind(convention);
    region->coords = coords;
    region->n_coords = (uint32_t)n;
    region->convention = convention;
    if (is_set(object, "difficult")) region->flags |= RS_REGION_DIFFICULT;
    if (is_set(object, "truncated")) region->flags |= RS_REGION_TRUNCATED;
    count->used++;
    return rs_parse_check_class(p, region->label, rs_str_of(where));
}

/* ---- objects wherever they lie --------------------------------------------------------------- */

typedef struct search {
    const struct voc *state;
    rs_region_list list;
    size_t n_objects;
    const rs_xml *unknown; /* an element that speaks of a place outside every object */
} search;

/* Words for a place on the picture. */
static bool names_a_place(rs_str name)
{
    static const char *const words[] = {"bndbox", "robndbox",  "bbox",    "box",
                                        "boxes",  "rbox",      "polygon", "points",
                                        "point",  "rectangle", "xmin",    "rotatedbox"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (rs_str_eq_nocase(name, rs_str_of(words[i]))) return true;
    return false;
}

/* Reads the objects below the element. The parser bounds the depth. */
static rsift_status find_objects(rs_parse *p, search *all, const rs_xml *element)
{
    for (const rs_xml *child = element->child; child; child = child->next) {
        if (rs_str_eq(child->name, RS_STR("object"))) {
            RS_TRY(add_object(p, all->state, child, all->n_objects++, &all->list));
            continue;
        }
        if (names_a_place(child->name)) all->unknown = child;
        else RS_TRY(find_objects(p, all, child));
    }
    return RSIFT_OK;
}

/* A file without objects says that there are none only when nothing in it could be one: no element
 * with parts of its own but those of the layout's head, and no row of numbers. */
static const rs_xml *possible_object(const rs_xml *root)
{
    static const char *const head[] = {"source", "owner",   "size",      "research",
                                       "object", "objects", "annotation"};
    if (!root->child) return root; /* it says nothing at all */
    for (const rs_xml *child = root->child; child; child = child->next) {
        bool known = false;
        for (size_t i = 0; i < sizeof head / sizeof *head && !known; i++)
            known = rs_str_eq(child->name, rs_str_of(head[i]));
        if (known && !rs_str_eq(child->name, RS_STR("objects"))) continue;
        if (child->child) return child;
        size_t n_numbers = 0;
        rs_str rest = child->text;
        while (rest.len && n_numbers < 4) {
            size_t span = rs_num_span(rest);
            n_numbers += span > 0;
            rest = rs_str_sub(rest, span ? span : 1, rest.len);
        }
        if (n_numbers == 4) return child;
    }
    return NULL;
}

/* Objects of a form that this reader does not know are lost, and the list with them. */
static rsift_status check_unknown(rs_parse *p, const search *all, const rs_xml *root)
{
    const rs_xml *lost = all->unknown;
    if (!lost && all->n_objects == 0) lost = possible_object(root);
    if (!lost) return RSIFT_OK;
    return rs_parse_find(p, RS_F_OBJECT_UNREAD, RS_STR("annotation"),
                         "<%.*s> is no <object> that this reader knows",
                         RS_STR_ARG(rs_str_sub(lost->name, 0, 64)));
}

/* ---- one file -------------------------------------------------------------------------------- */

/* The file as a tree of elements; *root NULL = no XML, after a finding. */
static rsift_status read_document(rs_parse *p, const rs_xml **root)
{
    rsift_error why = {0};
    rsift_status status = rs_xml_parse(p->scratch, p->raw->content, p->source->limits, root, &why);
    if (status == RSIFT_E_NOMEM && p->err) *p->err = why;
    if (status == RSIFT_OK || status == RSIFT_E_NOMEM) return status;
    return rs_parse_find(p, status == RSIFT_E_LIMIT ? RS_F_LIMIT : RS_F_FORMAT,
                         rs_str_of(why.where), "%s", why.message);
}

/* Notes the picture that <filename> names when it is not the one of the file's own name: the index
 * knows which of them are here. */
static rsift_status note_other_name(rs_parse *p, rs_sample *sample, rs_str stem, rs_str stated)
{
    const size_t slash = rs_str_rfind_char(stated, '\\'); /* written on Windows */
    if (slash != RS_NPOS) stated = rs_str_sub(stated, slash + 1, stated.len);
    stated = rs_str_trim(rs_str_basename(stated));
    if (!stated.len) return RSIFT_OK;
    stated = rs_utf8_compose(p->scratch, stated);
    const rs_str own = rs_utf8_compose(p->scratch, stem);
    if (!stated.ptr || !own.ptr) return rs_err_nomem(p->err, "a picture's name");
    if (rs_str_eq_nocase(rs_str_stem(stated), own)) return RSIFT_OK;
    const rs_str path = rs_source_media_path(p->scratch, p->source, 0, stated, stem,
                                             rs_str_basename(rs_str_dirname(p->raw->key)));
    if (!path.ptr) return rs_err_nomem(p->err, "a picture's path");
    rs_asset_ref *asset = (rs_asset_ref *)(uintptr_t)&sample->assets[0];
    return rs_parse_copy(p, path, &asset->other_path);
}

/* One annotation file -> the sample of its picture. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct voc *state = opened;
    const rs_xml *root = NULL;
    RS_TRY(read_document(p, &root));
    if (!root) return RSIFT_OK;
    if (!rs_str_eq(root->name, RS_STR("annotation")))
        return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR(""), "expected <annotation>, found <%.*s>",
                             RS_STR_ARG(rs_str_sub(root->name, 0, 64)));
    /* the file's own name is the default: `filename` is wrong in several releases */
    rs_str stem = rs_str_stem(p->raw->key), name = stem;
    rs_str stated = rs_xml_text(root, "filename");
    if (!stated.len) stated = rs_xml_text(rs_xml_get(root, "source"), "filename");
    if (!state->name_from_file && stated.len) name = stated;
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, stem, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, name, stem, rs_str_basename(rs_str_dirname(p->raw->key))));
    if (!state->name_told) RS_TRY(note_other_name(p, sample, stem, stated));
    /* sizes are kept as stated; index compares them with the picture's own */
    const rs_xml *size = rs_xml_get(root, "size");
    double width, height;
    if (rs_num_double(rs_xml_text(size, "width"), &width) && width > 0 &&
        rs_num_double(rs_xml_text(size, "height"), &height) && height > 0) {
        rs_asset_ref *asset = (rs_asset_ref *)(uintptr_t)&sample->assets[0];
        asset->width = width;
        asset->height = height;
    }
    search all = {.state = state};
    RS_TRY(find_objects(p, &all, root));
    RS_TRY(check_unknown(p, &all, root));
    /* findings of lost objects clear it again */
    sample->regions = all.list.items;
    sample->n_regions = (uint32_t)all.list.n;
    sample->complete = RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status voc_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                              rsift_error *err)
{
    const struct voc *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, FILES, parse_one}, chunk, batch,
                         err);
}

/* An annotation element; an object or a size in it makes it sure. */
/* UTF-16, which expat decodes. */
static bool is_wide(const rs_probe_input *input)
{
    return (rs_str_starts(input->head, RS_STR("\xff\xfe<\0")) ||
            rs_str_starts(input->head, RS_STR("\xfe\xff\0<"))) &&
           rs_str_find(input->head, RS_STR("a\0n\0n\0o\0t\0a\0t\0i\0o\0n")) != RS_NPOS;
}

static int voc_probe(const rs_probe_input *input)
{
    if (is_wide(input)) return 50;
    if (!rs_probe_begins(input, '<') || !rs_probe_holds(input, "<annotation")) return 0;
    return rs_probe_holds(input, "<object>") || rs_probe_holds(input, "<size>") ? 95 : 50;
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
    {"name_from", "file|filename", "file",
     "the picture's name: file (the XML's stem) or filename (the element)"},
    {0},
};

const rs_reader rs_reader_voc = {
    .name = "voc",
    .version = 4,
    .summary = "one Pascal VOC XML per image, upright or rotated boxes",
    .source = "host.robots.ox.ac.uk/pascal/VOC; DIOR-R; roLabelImg",
    .reads = "XML with an annotation of a picture",
    .takes = RS_TAKES_XML,
    .probe_decides = true,
    .gives = RS_HAS_HBB | RS_HAS_OBB | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct voc),
    .probe = voc_probe,
    .open = voc_open,
    .cut = voc_cut,
    .parse = voc_parse,
    .at = voc_at,
    .close = voc_close,
};
