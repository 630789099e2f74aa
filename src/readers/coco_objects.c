/* COCO's annotations: see coco_objects.h. */
#include "readers/coco_objects.h"

#include "readers/coco_file.h"
#include "readers/coco_masks.h"
#include "readers/meaning.h"

/* A crowd's box stands for many objects that were not told apart: no answer names it, and how many
 * there are is not known. Its mask is one of pixels, not of objects, and stays. */
static rsift_status check_crowd(rs_parse *p, const rs_coco_objects *objects,
                                const rs_coco_object *object)
{
    char where[64];
    if (!objects->boxes || !(object->flags & RS_REGION_CROWD)) return RSIFT_OK;
    return rs_parse_find(p, RS_F_REGION_CROWD, rs_coco_where(where, object->i, "iscrowd"),
                         "the region is a group of objects, not one");
}

/* The numbers of a box, in the batch; *n == 0: there are none, as a finding tells. */
static rsift_status read_box(rs_parse *p, const rs_coco_objects *objects,
                             const rs_coco_annotation *annotation, size_t i, double **coords,
                             size_t *n)
{
    char where[64];
    const rs_coco_box *box = &annotation->box;
    if (!rs_coco_box_is_read(box)) /* anything but four numbers in one list */
        return rs_parse_numbers(p, rs_json_path(annotation->value, objects->box_field),
                                rs_coco_where(where, i, "bbox"), 64, coords, n);
    *n = 4;
    *coords = rs_arena_alloc(&p->batch->arena, sizeof box->v);
    if (!*coords) return rs_err_nomem(p->err, "coordinates");
    memcpy(*coords, box->v, sizeof box->v);
    return RSIFT_OK;
}

/* Adds the annotation's box, in the convention that its count of numbers selects. */
static rsift_status add_box(rs_parse *p, const rs_coco_objects *objects,
                            const rs_coco_annotation *annotation, const rs_coco_object *object,
                            rs_region_list *list)
{
    char where[64];
    double *coords;
    size_t n;
    RS_TRY(read_box(p, objects, annotation, object->i, &coords, &n));
    if (n == 0) return RSIFT_OK;
    const bool defined = objects->n_conventions == 0;
    const rs_convention *convention = rs_parse_convention(
        defined ? &objects->xywh : objects->conventions, defined ? 1 : objects->n_conventions, n);
    if (defined && convention) {
        convention = rs_box_defined(p->source, RS_STR("coco"), convention);
        if (!convention)
            return rs_parse_open_box(p, RS_STR("coco"), coords, n, 0,
                                     rs_coco_where(where, object->i, "bbox"));
    }
    if (!convention)
        return rs_parse_find(p, RS_F_NUMBER, rs_coco_where(where, object->i, "bbox"),
                             "no convention is known for %zu numbers", n);
    return rs_coco_add_region(p, list,
                              (rs_region){.label = object->label,
                                          .flags = object->flags,
                                          .convention = convention,
                                          .coords = coords,
                                          .n_coords = (uint32_t)n});
}

/* The annotation's fields of which nothing is kept: key points, captions beside boxes, scores. The
 * area follows from the outline. */
static rsift_status count_unkept(rs_parse *p, const rs_coco_objects *objects,
                                 const rs_json *annotation)
{
    const rs_str box = rs_str_sub(objects->box_field, 0, rs_str_find_char(objects->box_field, '.'));
    const rs_str kept[] = {
        RS_STR("id"),           RS_STR("image_id"),     RS_STR("category_id"), box,
        RS_STR("segmentation"), RS_STR("area"),         RS_STR("iscrowd"),     RS_STR("ignore"),
        RS_STR("difficult"),    RS_STR("categories_id")};
    return rs_parse_unkept(p, annotation, RS_STR("annotations[]."), kept,
                           sizeof kept / sizeof *kept);
}

/* One annotation: its box, its outlines, or both. What has neither is an object that is lost. */
static rsift_status add_object(rs_parse *p, const rs_coco_objects *objects,
                               const rs_coco_annotation *annotation, size_t i, rs_region_list *list)
{
    char where[64];
    rs_coco_object object = {.i = i, .flags = annotation->flags};
    const size_t first = list->n;
    const rs_json *segmentation = rs_json_get(annotation->value, "segmentation");
    const bool has = rs_coco_has_box(&annotation->box);
    /* only boxes are surveyed: names, flags and outlines have no say in what their numbers mean */
    if (p->source->survey && objects->boxes)
        return has ? add_box(p, objects, annotation, &object, list) : RSIFT_OK;
    RS_TRY(count_unkept(p, objects, annotation->value));
    const rs_str of_class = rs_coco_where(where, i, "category_id");
    RS_TRY(annotation->value
               ? rs_coco_class_of(p, &objects->classes, annotation->value, of_class, &object.label)
               : rs_coco_class_of_id(p, &objects->classes, annotation->category_id, of_class,
                                     &object.label));
    RS_TRY(check_crowd(p, objects, &object));
    const size_t n_named = p->batch->n_findings;
    if (objects->boxes && has) RS_TRY(add_box(p, objects, annotation, &object, list));
    const bool boxed = list->n > first;
    if (boxed && segmentation)
        RS_TRY(rs_coco_compare_rings(p, rs_coco_where(where, i, "segmentation"),
                                     &list->items[first], segmentation));
    if ((objects->masks || !has) && segmentation)
        RS_TRY(rs_coco_add_mask(p, segmentation, &object, list));
    if (list->n == first && !objects->boxes && has) /* without a usable mask it keeps its box */
        RS_TRY(add_box(p, objects, annotation, &object, list));
    if (list->n == first && p->batch->n_findings == n_named)
        return rs_parse_find(p, RS_F_OBJECT_UNREAD, rs_coco_where(where, i, "bbox"),
                             "the object has no box and no outline");
    if (!objects->boxes || list->n == first) return RSIFT_OK;
    if (!boxed) RS_TRY(rs_coco_box_outlines(p, i, first, list));
    for (size_t k = first + 1; k < list->n; k++) list->items[k].flags |= RS_REGION_OUTLINE;
    return RSIFT_OK;
}

/* The numbers of a survey's boxes: see RS_COCO_BOXES. */
static rsift_status add_surveyed(rs_parse *p)
{
    const rs_str boxes = p->raw->extra;
    for (size_t at = 0; at < boxes.len; at += RS_COCO_BOX_SIZE) {
        double numbers[4];
        memcpy(numbers, boxes.ptr + at, sizeof numbers);
        RS_TRY(rs_parse_open_box(p, RS_STR("coco"), numbers, 4, 0, RS_STR("")));
    }
    return RSIFT_OK;
}

typedef struct annotations {
    rs_coco_annotation *items; /* in scratch */
    size_t n, cap;
} annotations;

static rs_coco_annotation *add_annotation(rs_parse *p, annotations *list)
{
    const bool room = rs_arena_grow(p->scratch, (void **)&list->items, &list->cap, list->n + 1,
                                    sizeof *list->items);
    return room ? &list->items[list->n++] : NULL;
}

/* A list of which all are plain. *read false: one is not. */
static rsift_status read_plain(rs_parse *p, annotations *list, bool *read)
{
    rs_json_quick text = rs_json_quick_of(p->raw->extra);
    *read = false;
    for (char before = '['; rs_json_quick_at(&text, before); before = ',') {
        rs_coco_annotation *one = add_annotation(p, list);
        if (!one) return rs_err_nomem(p->err, "annotations");
        if (!rs_coco_read_plain(&text, one)) return RSIFT_OK;
    }
    *read = rs_json_quick_at(&text, ']') && rs_json_quick_ends(&text);
    return RSIFT_OK;
}

/* The annotations of the picture. *read false: their list cannot be read, as a finding tells. */
static rsift_status read_annotations(rs_parse *p, const rs_coco_objects *objects, annotations *list,
                                     bool *read)
{
    const rs_json *value;
    *read = false;
    if (objects->plain) RS_TRY(read_plain(p, list, read));
    if (*read) return RSIFT_OK;
    list->n = 0;
    RS_TRY(rs_parse_json(p, p->raw->extra, &value));
    *read = value != NULL;
    rs_json_iter it = rs_json_each(value);
    for (const rs_json *one; (one = rs_json_next(&it, NULL));) {
        rs_coco_annotation *to = add_annotation(p, list);
        if (!to) return rs_err_nomem(p->err, "annotations");
        *to = rs_coco_annotation_of(one, objects->box_field);
    }
    return RSIFT_OK;
}

rsift_status rs_coco_add_objects(rs_parse *p, const rs_coco_objects *objects, rs_sample *sample)
{
    annotations all = {0};
    rs_region_list list = {0};
    bool read;
    if (rs_str_eq(p->raw->key, RS_COCO_BOXES)) return add_surveyed(p);
    RS_TRY(read_annotations(p, objects, &all, &read));
    for (size_t i = 0; i < all.n; i++) RS_TRY(add_object(p, objects, &all.items[i], i, &list));
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    sample->complete = p->raw->partial || !read ? RS_COMPLETE_NO : RS_COMPLETE_YES;
    return RSIFT_OK;
}
