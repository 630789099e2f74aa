/* One VOC XML file: see voc_file.h. */
#include "readers/voc_file.h"

#include "base/num.h"
#include "readers/shape.h"
#include "readers/voc_object.h"

#include <stdio.h>

rsift_status rs_voc_format_open(rs_voc_format *format, const rs_source *source, rs_arena *arena,
                                rsift_error *err)
{
    static const char *const names[] = {"px", "px-quad", "px-cxcywha", "px-polygon"};
    format->oriented = rs_str_eq(rs_source_param(source, "box", RS_STR("hbb")), RS_STR("obb"));
    RS_TRY(rs_words_of(arena, source, "class_names", &format->class_names, err));
    RS_TRY(rs_conventions_of(arena, source, "box_convention", &format->conventions,
                             &format->n_conventions, err));
    if (format->n_conventions) return RSIFT_OK;
    for (int i = 0; i < 4; i++) format->usual[i] = rs_geom_convention(rs_str_of(names[i]));
    format->conventions = format->usual;
    format->n_conventions = 4;
    return RSIFT_OK;
}

/* ---- the file -------------------------------------------------------------------------------- */

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

rsift_status rs_voc_open(rs_parse *p, const rs_voc_format *format, rs_voc_file *file)
{
    /* the file's own name is the default: `filename` is wrong in several releases */
    const rs_str stem = rs_str_stem(p->raw->key);
    *file = (rs_voc_file){.p = p, .format = format, .stem = stem, .name = stem};
    const rs_xml *root = NULL;
    RS_TRY(read_document(p, &root));
    if (!root) return RSIFT_OK;
    if (!rs_str_eq(root->name, RS_STR("annotation")))
        return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR(""), "expected <annotation>, found <%.*s>",
                             RS_STR_ARG(rs_str_sub(root->name, 0, 64)));
    file->root = root;
    return RSIFT_OK;
}

rs_str rs_voc_stated_name(const rs_voc_file *file)
{
    const rs_str stated = rs_xml_text(file->root, "filename");
    return stated.len ? stated : rs_xml_text(rs_xml_get(file->root, "source"), "filename");
}

/* ---- objects wherever they lie --------------------------------------------------------------- */

/* Visits the objects below the element in document order, those inside of an object behind it. The
 * parser bounds the depth. */
static rsift_status walk_objects(rs_voc_walk *w, const rs_xml *element, bool in_object)
{
    for (const rs_xml *child = element->child; child; child = child->next) {
        const bool object = rs_str_eq(child->name, RS_STR("object"));
        if (object) RS_TRY(w->fn(w->ctx, child, w->n_objects++));
        else if (!in_object && rs_voc_names_a_place(child->name)) {
            w->unknown = child;
            continue;
        }
        RS_TRY(walk_objects(w, child, in_object || object));
    }
    return RSIFT_OK;
}

rsift_status rs_voc_each_object(rs_voc_walk *walk, const rs_xml *root)
{
    return walk_objects(walk, root, false);
}

/* Objects of a form that this reader does not know are lost, and the list with them. */
rsift_status rs_voc_check_unknown(const rs_voc_file *file, const rs_voc_walk *walk)
{
    const rs_xml *lost = walk->unknown;
    if (!lost && walk->n_objects == 0) lost = rs_voc_possible_object(file->root);
    if (!lost) return RSIFT_OK;
    return rs_parse_find(file->p, RS_F_OBJECT_UNREAD, RS_STR("annotation"),
                         "<%.*s> is no <object> that this reader knows",
                         RS_STR_ARG(rs_str_sub(lost->name, 0, 64)));
}

/* Why an object gives no region. */
static rsift_status set_object_aside(rs_parse *p, const rs_xml *object, size_t n, rs_str where)
{
    p->batch->counts[RS_VOC_OBJECTS].set_aside++;
    if (!rs_voc_is_placed(object))
        return rs_parse_find(p, RS_F_OBJECT_UNREAD, where,
                             "the object has no bndbox, robndbox or points");
    return rs_parse_find(
        p, RS_F_NUMBER, where,
        n ? "no convention is known for %zu numbers" : "the box is not made of numbers (%zu)", n);
}

/* Two names of one object: nobody can tell which is meant. */
static bool is_named_twice(const rs_xml *object)
{
    const rs_xml *name = rs_xml_get(object, "name");
    return name && rs_xml_again(name);
}

rsift_status rs_voc_region(const rs_voc_file *file, const rs_xml *object, rs_str where,
                           rs_region_list *list, rs_region **region)
{
    rs_parse *p = file->p;
    const rs_voc_format *format = file->format;
    double numbers[RS_VOC_NUMBERS];
    *region = NULL;
    p->batch->counts[RS_VOC_OBJECTS].seen++;
    if (is_named_twice(object)) {
        p->batch->counts[RS_VOC_OBJECTS].set_aside++;
        return rs_parse_find(p, RS_F_OBJECT_UNREAD, where, "the object has more than one <name>");
    }
    const size_t n = rs_voc_box(object, format->oriented, numbers);
    const rs_convention *convention =
        n ? rs_parse_convention(format->conventions, format->n_conventions, n) : NULL;
    if (!convention) return set_object_aside(p, object, n, where);
    /* class_names mends spellings ("Expressway-Service-area"); other names stay as they are */
    const rs_str name = rs_words_map(&format->class_names, rs_voc_name(object));
    RS_TRY(rs_shape_add(p, list, &(rs_drawn_shape){convention, numbers, n, name}, region));
    if (rs_voc_is_set(object, "difficult")) (*region)->flags |= RS_REGION_DIFFICULT;
    if (rs_voc_is_set(object, "truncated")) (*region)->flags |= RS_REGION_TRUNCATED;
    p->batch->counts[RS_VOC_OBJECTS].used++;
    return RSIFT_OK;
}

rsift_status rs_voc_sample(const rs_voc_file *file, rs_sample **out)
{
    rs_parse *p = file->p;
    double width, height;
    RS_TRY(rs_parse_sample(p, out));
    rs_sample *sample = *out;
    RS_TRY(rs_parse_media(p, sample, file->name, file->stem,
                          rs_str_basename(rs_str_dirname(p->raw->key))));
    /* index compares the size with the picture's own; 0 by 0 states none */
    const rs_xml *size = rs_xml_get(file->root, "size");
    if (rs_num_double(rs_xml_text(size, "width"), &width) &&
        rs_num_double(rs_xml_text(size, "height"), &height))
        rs_shape_set_size(sample, width, height);
    return RSIFT_OK;
}

/* ---- probing --------------------------------------------------------------------------------- */

/* UTF-16, which expat decodes. */
static bool is_wide(const rs_probe_input *input)
{
    return (rs_str_starts(input->head, RS_STR("\xff\xfe<\0")) ||
            rs_str_starts(input->head, RS_STR("\xfe\xff\0<"))) &&
           rs_str_find(input->head, RS_STR("a\0n\0n\0o\0t\0a\0t\0i\0o\0n")) != RS_NPOS;
}

int rs_voc_probe(const rs_probe_input *input)
{
    if (is_wide(input)) return 50;
    if (!rs_probe_begins(input, '<') || !rs_probe_holds(input, "<annotation")) return 0;
    return rs_probe_holds(input, "<object>") || rs_probe_holds(input, "<size>") ? 95 : 50;
}
