/* Object elements of VOC XML: see voc_object.h. */
#include "readers/voc_object.h"

#include "base/num.h"
#include "geom/obb.h"

/* The numbers of the named child elements; false when one is missing, no number, or there twice. */
static bool read_all(const rs_xml *box, const char *const *names, size_t n, double *out)
{
    if (rs_xml_again(box)) return false; /* two boxes of one object */
    for (size_t i = 0; i < n; i++) {
        const rs_xml *number = rs_xml_get(box, names[i]);
        if (!number || rs_xml_again(number) || !rs_num_double(number->text, &out[i])) return false;
    }
    return true;
}

/* The corners of <points><point>x,y</point>..: a ring that repeats its first corner, or not. 0 =
 * another form. */
static size_t point_numbers(const rs_xml *points, double out[RS_VOC_NUMBERS])
{
    size_t n = 0;
    for (const rs_xml *point = rs_xml_get(points, "point"); point; point = rs_xml_again(point)) {
        size_t comma = rs_str_find_char(point->text, ',');
        if (comma == RS_NPOS || n == RS_VOC_NUMBERS) return 0;
        rs_str y = rs_str_trim(rs_str_sub(point->text, comma + 1, point->text.len));
        if (!rs_num_double(rs_str_trim(rs_str_sub(point->text, 0, comma)), &out[n]) ||
            !rs_num_double(y, &out[n + 1]))
            return 0;
        n += 2;
    }
    bool closed = n > 6 && out[0] == out[n - 2] && out[1] == out[n - 1];
    return closed ? n - 2 : n < 6 ? 0 : n;
}

size_t rs_voc_box(const rs_xml *object, bool oriented, double out[RS_VOC_NUMBERS])
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

bool rs_voc_is_set(const rs_xml *object, const char *name)
{
    rs_str text = rs_xml_text(object, name);
    return text.len && !rs_str_eq(text, RS_STR("0"));
}

bool rs_voc_is_placed(const rs_xml *object)
{
    return rs_xml_get(object, "bndbox") || rs_xml_get(object, "robndbox") ||
           rs_xml_get(object, "points");
}

rs_str rs_voc_name(const rs_xml *object)
{
    const rs_str name = rs_xml_text(object, "name");
    return name.ptr ? name : rs_xml_text(rs_xml_get(object, "possibleresult"), "name");
}

bool rs_voc_names_a_place(rs_str name)
{
    static const char *const words[] = {"bndbox", "robndbox",  "bbox",    "box",
                                        "boxes",  "rbox",      "polygon", "points",
                                        "point",  "rectangle", "xmin",    "rotatedbox"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (rs_str_eq_nocase(name, rs_str_of(words[i]))) return true;
    return false;
}

/* A file without objects says that there are none only when nothing in it could be one: no element
 * with parts of its own but those of the layout's head, and no row of numbers. */
const rs_xml *rs_voc_possible_object(const rs_xml *root)
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
