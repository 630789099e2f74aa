/* Annotations of COCO files: see coco_annotation.h. Most files hold nothing but plain ones, a
 * million of them, and a tree of values for each takes longer to make and to search than its text
 * takes to read. */
#include "readers/coco_annotation.h"

#include <math.h>

/* ---- of a value ------------------------------------------------------------------------------ */

rs_coco_box rs_coco_box_of(const rs_json *value)
{
    const rs_json_type kind = rs_json_kind(value);
    const bool none = kind == RS_JSON_ABSENT || kind == RS_JSON_NULL ||
                      (kind == RS_JSON_ARRAY && rs_json_len(value) == 0);
    rs_coco_box box = {{NAN, none ? RS_COCO_BOX_NONE : RS_COCO_BOX_OTHER}}, read;
    if (kind != RS_JSON_ARRAY || rs_json_len(value) != 4) return box;
    rs_json_iter it = rs_json_each(value);
    for (size_t i = 0; i < 4; i++)
        if (!rs_json_double(rs_json_next(&it, NULL), &read.v[i])) return box;
    return read;
}

/* A flag as releases write it: 1, 1.0, true or "1". */
static bool is_set(const rs_json *annotation, const char *field)
{
    const rs_json *value = rs_json_get(annotation, field);
    const rs_str text = rs_json_str(value);
    double number = 0;
    bool yes = false;
    if (rs_json_double(value, &number)) return number != 0;
    if (rs_json_bool(value, &yes)) return yes;
    return text.len && !rs_str_eq(text, RS_STR("0")) && !rs_str_eq_nocase(text, RS_STR("false"));
}

static uint32_t flags_of(const rs_json *annotation)
{
    const char *difficult =
        rs_json_kind(rs_json_get(annotation, "ignore")) == RS_JSON_ABSENT ? "difficult" : "ignore";
    return (is_set(annotation, "iscrowd") ? RS_REGION_CROWD : 0u) |
           (is_set(annotation, difficult) ? RS_REGION_DIFFICULT : 0u);
}

rs_coco_annotation rs_coco_annotation_of(const rs_json *value, rs_str box_field)
{
    return (rs_coco_annotation){.value = value,
                                .box = rs_coco_box_of(rs_json_path(value, box_field)),
                                .flags = flags_of(value)};
}

/* ---- of plain text --------------------------------------------------------------------------- */

/* Members of a plain annotation, in a usual order. */
enum { ID, IMAGE_ID, CATEGORY_ID, BBOX, AREA, SEGMENTATION, ISCROWD, IGNORE, DIFFICULT, N_MEMBERS };
static const rs_str members[N_MEMBERS] = {{"id", 2},      {"image_id", 8}, {"category_id", 11},
                                          {"bbox", 4},    {"area", 4},     {"segmentation", 12},
                                          {"iscrowd", 7}, {"ignore", 6},   {"difficult", 9}};

/* Steps over the name of a member, most likely of the one behind `last`; N_MEMBERS = of none. */
static unsigned member_at(rs_json_quick *text, unsigned last)
{
    unsigned member = last;
    for (unsigned i = 0; i < N_MEMBERS; i++) {
        member = member + 1 < N_MEMBERS ? member + 1 : 0;
        if (rs_json_quick_named(text, members[member]))
            return rs_json_quick_at(text, ':') ? member : N_MEMBERS;
    }
    return N_MEMBERS;
}

static bool read_box(rs_json_quick *text, rs_coco_box *out)
{
    for (size_t i = 0; i < 4; i++)
        if (!rs_json_quick_at(text, i ? ',' : '[') || !rs_json_quick_double(text, &out->v[i]))
            return false;
    return rs_json_quick_at(text, ']');
}

bool rs_coco_may_be_plain(rs_str box_field, const rsift_limits *limits)
{
    enum { LONGEST_NAME = 12, DEEPEST = 3 }; /* a list of objects with a list */
    return rs_str_eq(box_field, RS_STR("bbox")) &&
           (!limits || ((!limits->max_string || limits->max_string >= LONGEST_NAME) &&
                        limits->max_depth >= DEEPEST));
}

bool rs_coco_read_plain(rs_json_quick *text, rs_coco_annotation *out)
{
    enum { NEEDED = 1 << IMAGE_ID | 1 << CATEGORY_ID | 1 << BBOX };
    int64_t flags[N_MEMBERS] = {0};
    unsigned seen = 0, member = N_MEMBERS - 1;
    *out = (rs_coco_annotation){0};
    for (char before = '{'; rs_json_quick_at(text, before); before = ',') {
        bool read = false;
        member = member_at(text, member);
        if (seen >> member & 1) return false;
        switch (member) {
        case ID: read = rs_json_quick_i64(text, &out->id); break;
        case IMAGE_ID: read = rs_json_quick_i64(text, &out->image_id); break;
        case CATEGORY_ID: read = rs_json_quick_i64(text, &out->category_id); break;
        case BBOX: read = read_box(text, &out->box); break;
        case AREA: read = rs_json_quick_number(text); break;
        case SEGMENTATION: read = rs_json_quick_at(text, '[') && rs_json_quick_at(text, ']'); break;
        case ISCROWD:
        case IGNORE:
        case DIFFICULT: read = rs_json_quick_i64(text, &flags[member]); break;
        default: break;
        }
        if (!read) return false;
        seen |= 1u << member;
    }
    if ((seen & NEEDED) != NEEDED || !rs_json_quick_at(text, '}')) return false;
    const bool difficult = flags[seen >> IGNORE & 1 ? IGNORE : DIFFICULT];
    out->flags = (flags[ISCROWD] ? RS_REGION_CROWD : 0u) | (difficult ? RS_REGION_DIFFICULT : 0u);
    return true;
}
