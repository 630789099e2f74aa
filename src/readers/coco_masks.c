/* COCO's segmentations: see coco_masks.h. */
#include "readers/coco_masks.h"

#include "geom/box.h"
#include "geom/obb.h"
#include "geom/rle.h"

#include <math.h>
#include <stdio.h>

enum { MAX_NUMBERS = 1 << 20 };

/* Told of each object, though few have findings: put together by hand, in a tenth of the time of
 * snprintf. */
rs_str rs_coco_where(char buf[64], size_t i, const char *field)
{
    const rs_str list = RS_STR("annotations["), name = rs_str_of(field);
    char digits[20], *p = digits + sizeof digits;
    do *--p = (char)('0' + i % 10);
    while (i /= 10);
    const size_t n = (size_t)(digits + sizeof digits - p);
    if (list.len + n + 2 + name.len > 64) return rs_str_make(buf, 0);
    memcpy(buf, list.ptr, list.len);
    memcpy(buf + list.len, p, n);
    memcpy(buf + list.len + n, "].", 2);
    memcpy(buf + list.len + n + 2, name.ptr, name.len);
    return rs_str_make(buf, list.len + n + 2 + name.len);
}

rsift_status rs_coco_add_region(rs_parse *p, rs_region_list *list, rs_region region)
{
    rs_region *to = rs_parse_region(p, list);
    if (!to) return rs_err_nomem(p->err, "a region");
    region.kind = region.convention ? rs_parse_kind(region.convention) : RS_REGION_MASK;
    region.turn = -1; /* tied to no text */
    *to = region;
    return RSIFT_OK;
}

/* The text form of COCO's run lengths: 5 bits a character, from the third count on differences to
 * the last but one. Source: rleFrString in cocoapi's common/maskApi.c. At most `max` counts. */
static size_t read_runs(rs_str text, double *out, size_t max)
{
    size_t n = 0;
    int64_t before[2] = {0, 0};
    for (size_t i = 0; i < text.len && n < max; n++) {
        int64_t value = 0;
        unsigned shift = 0;
        bool continues = true;
        while (continues) {
            if (i == text.len || shift > 30) return 0;
            int c = (unsigned char)text.ptr[i++] - 48; /* 6 bits: 5 of the value, 1 "continues" */
            if (c < 0 || c > 63) return 0;
            value |= (int64_t)(c & 31) << shift;
            shift += 5;
            continues = (c & 32) != 0;
            /* bit 4 of the last character is the sign */
            if (!continues && (c & 16)) value |= -((int64_t)1 << shift);
        }
        if (n > 2) value += before[n % 2]; /* a difference to the count two before */
        if (value < 0) return 0;
        before[n % 2] = value;
        out[n] = (double)value;
    }
    return n;
}

/* Run lengths as a mask region: height, width, then the counts, column-major, background first. */
static rsift_status add_runs(rs_parse *p, const rs_json *rle, const rs_coco_object *object,
                             rs_region_list *list)
{
    char where[64];
    double *size, *counts = NULL;
    size_t n_size, n = 0;
    rs_str text = rs_json_str(rs_json_get(rle, "counts"));
    RS_TRY(rs_parse_numbers(p, rs_json_get(rle, "size"),
                            rs_coco_where(where, object->i, "segmentation.size"), 2, &size,
                            &n_size));
    if (n_size != 2) return RSIFT_OK;
    if (!text.ptr) {
        RS_TRY(rs_parse_numbers(p, rs_json_get(rle, "counts"),
                                rs_coco_where(where, object->i, "segmentation.counts"), MAX_NUMBERS,
                                &counts, &n));
    } else if (text.len <= MAX_NUMBERS) {
        counts = rs_arena_alloc(p->scratch, (text.len + 1) * sizeof *counts);
        if (!counts) return rs_err_nomem(p->err, "a mask");
        n = read_runs(text, counts, text.len);
    }
    if (n == 0) {
        return text.ptr ? rs_parse_find(p, RS_F_NUMBER,
                                        rs_coco_where(where, object->i, "segmentation.counts"),
                                        "the run lengths cannot be read")
                        : RSIFT_OK;
    }
    /* the region's numbers: height, width, counts */
    double *all = rs_arena_alloc(&p->batch->arena, (n + 2) * sizeof *all);
    if (!all) return rs_err_nomem(p->err, "a mask");
    memcpy(all, size, 2 * sizeof *all);
    memcpy(all + 2, counts, n * sizeof *all);
    return rs_coco_add_region(p, list,
                              (rs_region){.label = object->label,
                                          .flags = object->flags,
                                          .coords = all,
                                          .n_coords = (uint32_t)n + 2});
}

rsift_status rs_coco_add_mask(rs_parse *p, const rs_json *segmentation,
                              const rs_coco_object *object, rs_region_list *list)
{
    char where[64];
    if (rs_json_kind(segmentation) == RS_JSON_OBJECT)
        return add_runs(p, segmentation, object, list);
    rs_json_iter it = rs_json_each(segmentation);
    /* RRSIS-D: a list of run lengths, one object in it */
    if (it.left && !it.object && rs_json_kind(it.at) == RS_JSON_OBJECT) {
        for (const rs_json *one; (one = rs_json_next(&it, NULL));)
            RS_TRY(add_runs(p, one, object, list));
        return RSIFT_OK;
    }
    /* [[x,y,..],..] is a list of polygons, [x,y,..] one polygon */
    bool flat = it.left && rs_json_kind(it.at) != RS_JSON_ARRAY;
    for (size_t k = flat ? 1 : it.left; k > 0; k--) {
        double *coords;
        size_t n;
        RS_TRY(rs_parse_numbers(p, flat ? segmentation : rs_json_next(&it, NULL),
                                rs_coco_where(where, object->i, "segmentation"), MAX_NUMBERS,
                                &coords, &n));
        if (n == 0) continue;
        if (n < 6 || n % 2) {
            RS_TRY(rs_parse_find(p, RS_F_NUMBER, rs_coco_where(where, object->i, "segmentation"),
                                 "a polygon needs an even count of at least 6 numbers, found %zu",
                                 n));
            continue;
        }
        RS_TRY(rs_coco_add_region(
            p, list,
            (rs_region){.label = object->label,
                        .flags = object->flags,
                        .convention = rs_geom_convention(RS_STR("px-polygon")),
                        .coords = coords,
                        .n_coords = (uint32_t)n,
                        .group = (uint32_t)object->i})); /* parts of one object */
    }
    return RSIFT_OK;
}

rsift_status rs_coco_mask_box(rs_parse *p, const rs_region *mask, size_t i, double box[4],
                              rs_coco_mask *out)
{
    char where[64];
    double xywh[4];
    rs_rle rle = {0};
    rsift_error why = {0};
    *out = RS_COCO_MASK_BROKEN;
    const size_t n = mask->n_coords - 2;
    const double *sides = mask->coords;
    uint32_t *counts = rs_arena_alloc(p->scratch, n * sizeof *counts);
    if (!counts) return rs_err_nomem(p->err, "a mask");
    bool fits = sides[0] >= 1 && sides[1] >= 1 && sides[0] * sides[1] < UINT32_MAX;
    for (size_t k = 0; k < n; k++) {
        double count = mask->coords[k + 2];
        fits = fits && count >= 0 && count < UINT32_MAX;
        counts[k] = fits ? (uint32_t)count : 0;
    }
    rsift_status status =
        fits ? rs_geom_rle_of_counts(counts, n, (uint32_t)sides[0], (uint32_t)sides[1], &rle, &why)
             : RSIFT_E_FORMAT;
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(p->err, "a mask");
    if (status != RSIFT_OK)
        return rs_parse_find(p, RS_F_NUMBER, rs_coco_where(where, i, "segmentation.counts"),
                             "the run lengths do not fill their picture");
    rs_geom_rle_box(&rle, xywh);
    *out = rs_geom_rle_area(&rle) ? RS_COCO_MASK_SHOWN : RS_COCO_MASK_EMPTY;
    rs_geom_rle_fini(&rle);
    rs_geom_box_of_xywh(xywh, box);
    return RSIFT_OK;
}

rsift_status rs_coco_compare_boxes(rs_parse *p, rs_str where, const double box[4],
                                   const double around[4])
{
    const double iou = rs_geom_iou(box, around);
    if (iou >= 0.5) return RSIFT_OK;
    /* guess: SAM's masks that miss a part of an object keep a tenth of it */
    return rs_parse_find(p, iou < 0.1 ? RS_F_MASK_APART : RS_F_MASK_DIFFERS, where,
                         "the box %g,%g,%g,%g and the mask's %g,%g,%g,%g share %.2f of their area",
                         box[0], box[1], box[2], box[3], around[0], around[1], around[2], around[3],
                         iou);
}

/* Widens the box, {x0, y0, x1, y1}, to hold the corners of one polygon. False = it has a corner
 * that is no pair of numbers, which is a finding of whoever reads it. */
static bool add_ring(const rs_json *ring, double box[4])
{
    rs_json_iter it = rs_json_each(ring);
    for (const rs_json *at; (at = rs_json_next(&it, NULL));) {
        double x, y;
        if (!rs_json_double(at, &x) || !rs_json_double(rs_json_next(&it, NULL), &y)) return false;
        box[0] = fmin(box[0], x);
        box[1] = fmin(box[1], y);
        box[2] = fmax(box[2], x);
        box[3] = fmax(box[3], y);
    }
    return true;
}

rsift_status rs_coco_compare_rings(rs_parse *p, rs_str where, const rs_region *box,
                                   const rs_json *segmentation)
{
    double around[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY}, corners[4];
    const rs_convention *c = box->convention;
    if (!c || c->scale != 0 || c->frame != RS_FRAME_IMAGE) return RSIFT_OK;
    if (rs_json_kind(segmentation) != RS_JSON_ARRAY) return RSIFT_OK;
    rs_json_iter it = rs_json_each(segmentation);
    bool sound = it.left > 0;
    if (sound && rs_json_kind(it.at) != RS_JSON_ARRAY) {
        sound = add_ring(segmentation, around); /* one polygon without the list around it */
    } else {
        for (const rs_json *ring; sound && (ring = rs_json_next(&it, NULL));)
            sound = rs_json_kind(ring) == RS_JSON_ARRAY && add_ring(ring, around);
    }
    if (!sound || rs_model_region_pixels(box, 1, 1, corners, 4) != 4) return RSIFT_OK;
    rs_geom_box_order(corners);
    if (!(around[0] < around[2] && around[1] < around[3])) return RSIFT_OK;
    if (!(corners[0] < corners[2] && corners[1] < corners[3])) return RSIFT_OK;
    return rs_coco_compare_boxes(p, where, corners, around);
}

rsift_status rs_coco_box_outlines(rs_parse *p, size_t i, size_t first, rs_region_list *list)
{
    rs_region *outline = &list->items[first];
    if (list->n == first + 1 && outline->convention) {
        bool oriented = p->source->task == RS_TASK_DETECTION_OBB && outline->n_coords == 8;
        if (!oriented) return RSIFT_OK;
        outline->convention = rs_geom_convention(RS_STR("px-quad"));
        outline->kind = RS_REGION_OBB;
        return RSIFT_OK;
    }
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t k = first; k < list->n; k++) {
        const rs_region *part = &list->items[k];
        double corners[4];
        if (!part->convention) {
            rs_coco_mask shown;
            RS_TRY(rs_coco_mask_box(p, part, i, corners, &shown));
            if (shown != RS_COCO_MASK_BROKEN) rs_geom_box_hull(box, corners, box);
            continue;
        }
        rs_geom_box_of_points(part->coords, part->n_coords / 2, corners);
        rs_geom_box_hull(box, corners, box);
    }
    if (!(box[0] <= box[2])) return RSIFT_OK; /* a broken mask has no place: it is a finding */
    double *coords = rs_arena_alloc(&p->batch->arena, 4 * sizeof *coords);
    if (!coords) return rs_err_nomem(p->err, "a box");
    rs_geom_box_to_xywh(box, coords);
    rs_region whole = list->items[first];
    whole.convention = rs_geom_convention(RS_STR("px-xywh"));
    whole.coords = coords;
    whole.n_coords = 4;
    whole.group = 0;
    RS_TRY(rs_coco_add_region(p, list, whole));
    /* the box comes before its outlines */
    whole = list->items[list->n - 1];
    memmove(&list->items[first + 1], &list->items[first],
            (list->n - 1 - first) * sizeof *list->items);
    list->items[first] = whole;
    return RSIFT_OK;
}
