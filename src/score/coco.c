/* COCO's files into the detections that metrics/coco.c matches. Ids of images and categories are
 * integers or texts, as pycocotools takes them; they are numbered in ascending order, integers
 * before texts, as COCO's own evaluation sorts them. */
#include "score/coco.h"

#include "base/alloc.h"
#include "metrics/detect.h"
#include "score/detect.h"
#include "score/mask.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Ids as texts, 7 and "7" being one -> numbers in ascending order of ids. */
typedef struct id_numbers {
    rs_strmap ids;
    uint32_t *number; /* [ids.n] of ids.keys[k] */
} id_numbers;

typedef struct coco {
    id_numbers image_of, class_of;
    double (*sizes)[2]; /* height, width of each image */
    rs_str *names;
    uint32_t n_images, n_classes;
    rs_coco_truth *truths;
    rs_coco_found *found; /* of the predictions read last */
    rs_rle *masks;
    size_t n_truths, n_found, n_masks, n_truth_masks;
    size_t n_unknown; /* detections of categories that the truth does not have */
    rs_strmap files;  /* file_name -> index into file_image */
    uint32_t *file_image;
    size_t cap_files;
    bool segm;
} coco;

/* An id of the truth while ids are sorted. */
typedef struct sorted_id {
    bool text;
    int64_t value; /* of an integer */
    rs_str name;
} sorted_id;

static int by_id(const void *a, const void *b)
{
    const sorted_id *x = a, *y = b;
    if (x->text != y->text) return x->text ? 1 : -1;
    if (x->text) return rs_str_cmp(x->name, y->name);
    return x->value < y->value ? -1 : x->value > y->value;
}

/* An id as text; ptr NULL for what is none. */
static rs_str id_text(rs_arena *arena, const rs_json *v)
{
    int64_t id;
    const bool known = rs_json_i64(v, &id) || rs_json_kind(v) == RS_JSON_STR;
    return known ? rs_json_text(arena, v) : (rs_str){NULL, 0};
}

/* Numbers for the ids of a list, ascending; ids that stand twice count once. 7 next to "7" is
 * refused: results could mean either. */
static rsift_status number_ids(rs_arena *arena, const rs_json *list, const char *what,
                               id_numbers *map, uint32_t *n_out, rsift_error *err)
{
    sorted_id *ids = rs_arena_calloc(arena, rs_json_len(list) + 1, sizeof *ids);
    map->number = rs_arena_calloc(arena, rs_json_len(list) + 1, sizeof *map->number);
    if (!ids || !map->number) return rs_err_nomem(err, "ids");
    if (!rs_json_len(list)) return rs_err_set(err, RSIFT_E_FORMAT, "no \"%s\" in the truth", what);
    size_t n = 0;
    rs_json_iter it = rs_json_each(list);
    for (const rs_json *v; (v = rs_json_next(&it, NULL)); n++) {
        const rs_json *id = rs_json_get(v, "id");
        ids[n] = (sorted_id){.text = rs_json_kind(id) == RS_JSON_STR, .name = id_text(arena, id)};
        rs_json_i64(id, &ids[n].value);
        if (!ids[n].name.ptr)
            return rs_err_set(err, RSIFT_E_FORMAT, "%s[%zu] has no id, an integer or a text", what,
                              n);
    }
    qsort(ids, n, sizeof *ids, by_id);
    for (size_t i = 0; i < n; i++) {
        bool made;
        const size_t at = rs_strmap_put(&map->ids, ids[i].name, &made);
        if (at == RS_NPOS) return rs_err_nomem(err, "ids");
        if (made) map->number[at] = (*n_out)++;
        else if (ids[i].text != ids[i - 1].text || by_id(&ids[i], &ids[i - 1]))
            return rs_err_set(err, RSIFT_E_FORMAT, "%s: id %.*s stands there as number and as text",
                              what, RS_STR_ARG(rs_str_sub(ids[i].name, 0, 24)));
    }
    return RSIFT_OK;
}

/* The number of the id under a key; false = not a known id. */
static bool number_of(const id_numbers *map, const rs_json *v, const char *key, uint32_t *out)
{
    const rs_json *id = rs_json_get(v, key);
    char digits[24];
    int64_t value;
    rs_str text = rs_json_str(id);
    if (rs_json_i64(id, &value))
        text = rs_str_make(digits, (size_t)snprintf(digits, sizeof digits, "%" PRId64, value));
    const size_t at = text.ptr ? rs_strmap_get(&map->ids, text) : RS_NPOS;
    if (at != RS_NPOS) *out = map->number[at];
    return at != RS_NPOS;
}

static bool box_of(const rs_json *v, double out[4])
{
    rs_json_iter it = rs_json_each(v);
    if (rs_json_len(v) != 4) return false;
    for (int k = 0; k < 4; k++)
        if (!rs_json_double(rs_json_next(&it, NULL), &out[k])) return false;
    return true;
}

/* The union of polygons [x, y, x, y, ...] as a mask. */
static rsift_status polygons(rs_arena *arena, const rs_json *v, uint32_t height, uint32_t width,
                             rs_rle *out, rsift_error *err)
{
    const size_t n = rs_json_len(v);
    rs_rle *parts = rs_arena_calloc(arena, n + 1, sizeof *parts);
    const rs_rle **list = rs_arena_calloc(arena, n + 1, sizeof *list);
    if (!parts || !list) return rs_err_nomem(err, "a mask");
    rsift_status status =
        n ? RSIFT_OK : rs_err_set(err, RSIFT_E_FORMAT, "a segmentation without polygons");
    rs_json_iter it = rs_json_each(v);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        const rs_json *p = rs_json_next(&it, NULL);
        double *xy = rs_arena_calloc(arena, rs_json_len(p) + 1, sizeof *xy);
        if (!xy) status = rs_err_nomem(err, "a mask");
        rs_json_iter each = rs_json_each(p);
        size_t k = 0;
        for (const rs_json *e; xy && (e = rs_json_next(&each, NULL));)
            k += rs_json_double(e, &xy[k]);
        if (status == RSIFT_OK)
            status = rs_geom_rle_of_polygon(xy, k / 2, height, width, &parts[i], err);
        list[i] = &parts[i];
    }
    if (status == RSIFT_OK) status = rs_geom_rle_merge(list, n, false, out, err);
    for (size_t i = 0; i < n; i++) rs_geom_rle_fini(&parts[i]);
    return status;
}

/* Adds a segmentation: polygons, or COCO's run lengths. */
static rsift_status mask_of(rs_arena *arena, coco *c, const rs_json *v, uint32_t image,
                            const rs_rle **out, rsift_error *err)
{
    rs_rle *mask = &c->masks[c->n_masks];
    const uint32_t height = (uint32_t)c->sizes[image][0], width = (uint32_t)c->sizes[image][1];
    const rsift_status status =
        rs_json_kind(v) == RS_JSON_ARRAY
            ? polygons(arena, v, height, width, mask, err)
            : rs_score_rle(arena, rs_json_get(v, "counts"), height, width, mask, err);
    if (status != RSIFT_OK) return status;
    c->n_masks++;
    *out = mask;
    return RSIFT_OK;
}

/* Reads sizes and names of images, and names of categories. */
static rsift_status read_images(rs_arena *arena, coco *c, const rs_json *root, rsift_error *err)
{
    c->sizes = rs_arena_calloc(arena, c->n_images, sizeof *c->sizes);
    c->names = rs_arena_calloc(arena, c->n_classes, sizeof *c->names);
    if (!c->sizes || !c->names) return rs_err_nomem(err, "images");
    uint32_t i;
    rs_json_iter it = rs_json_each(rs_json_get(root, "images"));
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
        if (!number_of(&c->image_of, v, "id", &i)) continue;
        /* --only may name an image with or without its folder and ending. */
        const rs_str name = rs_json_text(arena, rs_json_get(v, "file_name"));
        const rs_str names[] = {name, rs_str_basename(name), rs_str_stem(name)};
        for (size_t k = 0; name.len && k < 3; k++) {
            bool made;
            const size_t at = rs_strmap_put(&c->files, names[k], &made);
            if (at == RS_NPOS || !RS_VEC_RESERVE(c->file_image, c->cap_files, at + 1))
                return rs_err_nomem(err, "images");
            /* A name of several images leads to none. */
            c->file_image[at] = made || c->file_image[at] == i ? i : UINT32_MAX;
        }
        double *size = c->sizes[i];
        rs_json_double(rs_json_get(v, "height"), &size[0]);
        rs_json_double(rs_json_get(v, "width"), &size[1]);
        if (size[0] >= 0 && size[0] < 65536 && size[1] >= 0 && size[1] < 65536) continue;
        const rs_str id = id_text(arena, rs_json_get(v, "id"));
        rs_err_set(err, RSIFT_E_LIMIT,
                   "expected a height and width from 0 to 65535, found %g and %g", size[0],
                   size[1]);
        return rs_err_within(err, RSIFT_E_LIMIT, "image %.*s", RS_STR_ARG(rs_str_sub(id, 0, 64)));
    }
    it = rs_json_each(rs_json_get(root, "categories"));
    for (const rs_json *v; (v = rs_json_next(&it, NULL));)
        if (number_of(&c->class_of, v, "id", &i))
            c->names[i] = rs_json_text(arena, rs_json_get(v, "name"));
    return RSIFT_OK;
}

/* Adds an annotation; one of an unknown category is passed over, as COCO's evaluation does. */
static rsift_status one_truth(rs_arena *arena, coco *c, const rs_json *v, rsift_error *err)
{
    rs_coco_truth *t = &c->truths[c->n_truths];
    int64_t id = 1, crowd = 0;
    *t = (rs_coco_truth){0};
    if (!number_of(&c->image_of, v, "image_id", &t->image))
        return rs_err_set(err, RSIFT_E_FORMAT, "image_id is not among the images");
    if (!number_of(&c->class_of, v, "category_id", &t->class)) return RSIFT_OK;
    if (!box_of(rs_json_get(v, "bbox"), t->xywh) && !c->segm)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected bbox with 4 numbers, found %zu",
                          rs_json_len(rs_json_get(v, "bbox")));
    rs_json_i64(rs_json_get(v, "id"), &id);
    rs_json_i64(rs_json_get(v, "iscrowd"), &crowd);
    t->id_zero = id == 0; /* COCO's evaluation takes a match with id 0 for none */
    t->crowd = crowd != 0;
    /* The area decides which size a truth counts for; boxes stand in for a missing one. */
    if (!rs_json_double(rs_json_get(v, "area"), &t->area)) t->area = t->xywh[2] * t->xywh[3];
    if (c->segm) RS_TRY(mask_of(arena, c, rs_json_get(v, "segmentation"), t->image, &t->mask, err));
    c->n_truths++;
    return RSIFT_OK;
}

/* Adds a detection; one of a category that the truth does not have is only counted. */
static rsift_status one_found(rs_arena *arena, coco *c, const rs_json *v, rsift_error *err)
{
    rs_coco_found *d = &c->found[c->n_found];
    *d = (rs_coco_found){0};
    if (!number_of(&c->image_of, v, "image_id", &d->image)) {
        /* File names instead of ids are the usual mistake. */
        char quoted[RS_QUOTE_SIZE];
        const rs_str id = id_text(arena, rs_json_get(v, "image_id"));
        if (!id.ptr)
            return rs_err_set(err, RSIFT_E_FORMAT, "expected image_id, an integer or a text");
        return rs_err_set(err, RSIFT_E_FORMAT, "image_id \"%s\" is not among the truth's images%s",
                          rs_err_quote(quoted, rs_str_sub(id, 0, 40)),
                          rs_strmap_get(&c->files, id) != RS_NPOS
                              ? ", whose file_name it is: give the image's id"
                              : "");
    }
    if (!rs_json_double(rs_json_get(v, "score"), &d->score))
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a finite score");
    if (!number_of(&c->class_of, v, "category_id", &d->class)) {
        c->n_unknown++;
        return RSIFT_OK;
    }
    const bool box = box_of(rs_json_get(v, "bbox"), d->xywh);
    if (!box && !c->segm)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected bbox with 4 numbers, found %zu",
                          rs_json_len(rs_json_get(v, "bbox")));
    d->area = d->xywh[2] * d->xywh[3];
    if (c->segm) {
        RS_TRY(mask_of(arena, c, rs_json_get(v, "segmentation"), d->image, &d->mask, err));
        d->area = (double)rs_geom_rle_area(d->mask);
    }
    c->n_found++;
    return RSIFT_OK;
}

/* Reads annotations or detections, in order. */
static rsift_status read_list(rs_arena *arena, coco *c, const rs_json *list, const char *path,
                              bool truth, rsift_error *err)
{
    rs_json_iter it = rs_json_each(list);
    size_t i = 0;
    for (const rs_json *v; (v = rs_json_next(&it, NULL)); i++) {
        const rsift_status status =
            truth ? one_truth(arena, c, v, err) : one_found(arena, c, v, err);
        if (status == RSIFT_OK) continue;
        rs_err_within(err, status, "%s %zu", truth ? "annotation" : "record", i + 1);
        return rs_err_within(err, status, "%s", path);
    }
    return RSIFT_OK;
}

static void free_masks(coco *c, size_t from)
{
    while (c->n_masks > from) rs_geom_rle_fini(&c->masks[--c->n_masks]);
}

/* Reads the truth. */
static rsift_status coco_open(rs_score_job *job, void **out, rsift_error *err)
{
    const char *path = job->options->truth;
    const rs_json *root;
    rs_arena *arena = &job->arena;
    coco *c = rs_arena_calloc(arena, 1, sizeof *c);
    if (!c) return rs_err_nomem(err, "annotations");
    *out = c;
    c->segm = job->profile->masks;
    RS_TRY(rs_score_document(arena, path, job->limits, &root, &job->truth_hash, err));
    const rs_json *annotations = rs_json_get(root, "annotations");
    rsift_status status =
        number_ids(arena, rs_json_get(root, "images"), "images", &c->image_of, &c->n_images, err);
    if (status == RSIFT_OK)
        status = number_ids(arena, rs_json_get(root, "categories"), "categories", &c->class_of,
                            &c->n_classes, err);
    if (status == RSIFT_OK) status = read_images(arena, c, root, err);
    if (status == RSIFT_OK && rs_json_kind(annotations) != RS_JSON_ARRAY)
        status = rs_err_set(err, RSIFT_E_FORMAT,
                            "expected \"annotations\", a list, in the truth; found %s",
                            rs_json_kind_name(rs_json_kind(annotations)));
    if (status != RSIFT_OK) return rs_err_within(err, status, "%s", path);
    const size_t n = rs_json_len(annotations);
    c->truths = rs_arena_calloc(arena, n + 1, sizeof *c->truths);
    c->masks = c->segm ? rs_arena_calloc(arena, n + 1, sizeof *c->masks) : NULL;
    if (!c->truths || (c->segm && !c->masks)) return rs_err_nomem(err, "annotations");
    RS_TRY(read_list(arena, c, annotations, path, true, err));
    c->n_truth_masks = c->n_masks;
    job->truth.n = n;
    return RSIFT_OK;
}

/* Reads the predictions. Masks of the truth move to the front of an array with room for those of
 * the predictions, as matching wants them in one. */
static rsift_status load_found(rs_score_job *job, rs_score_run *run, coco *c, rsift_error *err)
{
    const rs_json *dets;
    rs_arena *arena = &job->arena;
    RS_TRY(rs_score_document(arena, run->path, job->limits, &dets, &run->file.hash, err));
    if (rs_json_kind(dets) == RS_JSON_OBJECT) dets = rs_json_get(dets, "annotations");
    /* An empty list is a model that finds nothing. */
    if (rs_json_kind(dets) != RS_JSON_ARRAY) {
        rs_err_set(err, RSIFT_E_FORMAT,
                   "expected a list of results, or an object with one in \"annotations\"; found %s",
                   rs_json_kind_name(rs_json_kind(dets)));
        return rs_err_within(err, RSIFT_E_FORMAT, "%s", run->path);
    }
    const size_t n = rs_json_len(dets);
    free_masks(c, c->n_truth_masks); /* those of the model before */
    c->found = rs_arena_calloc(arena, n + 1, sizeof *c->found);
    rs_rle *masks =
        c->segm ? rs_arena_calloc(arena, c->n_truth_masks + n + 1, sizeof *masks) : NULL;
    if (!c->found || (c->segm && !masks)) return rs_err_nomem(err, "annotations");
    for (size_t i = 0; masks && i < c->n_truth_masks; i++) masks[i] = c->masks[i];
    for (size_t i = 0, k = 0; masks && i < c->n_truths; i++)
        if (c->truths[i].mask) c->truths[i].mask = &masks[k++];
    c->masks = masks;
    c->n_found = c->n_unknown = 0;
    run->file.n = n;
    RS_TRY(read_list(arena, c, dets, run->path, false, err));
    /* Images without any detection and detections that do not count are usual, and both may be a
     * mistake: notes tell how many. */
    unsigned char *seen = rs_arena_calloc(arena, (size_t)c->n_images + 1, 1);
    size_t n_absent = c->n_images;
    if (!seen) return rs_err_nomem(err, "images");
    for (size_t i = 0; i < c->n_found; i++) {
        n_absent -= !seen[c->found[i].image];
        seen[c->found[i].image] = 1;
    }
    if (n_absent)
        RS_TRY(rs_score_add_note(job, err, "%s: no detection in %zu of %zu images", run->path,
                                 n_absent, (size_t)c->n_images));
    if (!c->n_unknown) return RSIFT_OK;
    return rs_score_add_note(
        job, err, "%s: %zu of %zu detections are of categories that the truth does not have",
        run->path, c->n_unknown, c->n_found + c->n_unknown);
}

/* The twelve numbers of COCO on all images, or on those of `only`. */
static rsift_status coco_run(rs_score_job *job, void *detection, rs_score_run *run,
                             const unsigned char *only, rs_ap_set *set, rsift_error *err)
{
    coco *c = detection;
    if (!only) RS_TRY(load_found(job, run, c, err));
    double stats[RS_COCO_STATS];
    double *class_ap = rs_arena_calloc(&job->arena, c->n_classes + 1, sizeof *class_ap);
    rs_coco_truth *truths = rs_arena_calloc(&job->arena, c->n_truths + 1, sizeof *truths);
    rs_coco_found *found = rs_arena_calloc(&job->arena, c->n_found + 1, sizeof *found);
    if (!class_ap || !truths || !found) return rs_err_nomem(err, "annotations");
    /* Matching and areas are over the images chosen. */
    size_t n = 0, n_found = 0;
    for (size_t i = 0; i < c->n_truths; i++)
        if (!only || only[c->truths[i].image]) truths[n++] = c->truths[i];
    for (size_t i = 0; i < c->n_found; i++)
        if (!only || only[c->found[i].image]) found[n_found++] = c->found[i];
    const rs_coco_input input = {.truths = truths,
                                 .n_truths = n,
                                 .found = found,
                                 .n_found = n_found,
                                 .n_images = c->n_images,
                                 .n_classes = c->n_classes,
                                 .masks = c->segm};
    RS_TRY(rs_metrics_coco(&input, stats, class_ap, set, err));
    run->n_measures = 0;
    for (int k = 0; k < RS_COCO_STATS; k++)
        rs_score_fixed(run, rs_coco_stat_names[k], 100, stats[k] < 0 ? NAN : stats[k]);
    if (only || job->class_table) return RSIFT_OK;
    /* The table of categories is of the first model on all images. */
    rs_score_class *table = rs_arena_calloc(&job->arena, c->n_classes + 1, sizeof *table);
    if (!table) return rs_err_nomem(err, "classes");
    for (uint32_t k = 0; k < c->n_classes; k++)
        table[k] = (rs_score_class){.name = c->names[k],
                                    .value = class_ap[k] < 0 ? NAN : 100 * class_ap[k]};
    for (size_t i = 0; i < c->n_truths; i++) table[c->truths[i].class].n++;
    job->class_table = table;
    job->n_class_table = c->n_classes;
    job->class_measure = "AP";
    return RSIFT_OK;
}

static size_t coco_n_images(void *detection)
{
    return ((coco *)detection)->n_images;
}

/* An image's id, or its file name with or without folders and ending. */
static size_t coco_image(void *detection, rs_str name)
{
    const coco *c = detection;
    const size_t at = rs_strmap_get(&c->image_of.ids, name);
    if (at != RS_NPOS) return c->image_of.number[at]; /* an id goes before a file of that name */
    const size_t file = rs_strmap_get(&c->files, name);
    return file == RS_NPOS || c->file_image[file] == UINT32_MAX ? RS_NPOS : c->file_image[file];
}

static void coco_close(void *detection)
{
    coco *c = detection;
    free_masks(c, 0);
    rs_strmap_fini(&c->image_of.ids);
    rs_strmap_fini(&c->class_of.ids);
    rs_strmap_fini(&c->files);
    rs_free(c->file_image);
}

static rsift_status coco_aps(const rs_ap_set *set, const uint32_t *weights,
                             double out[RS_SCORE_APS], rsift_error *err)
{
    double ap[RS_AP_THRESHOLDS];
    RS_TRY(rs_metrics_ap(set, RS_AP_COCO, weights, RS_AP_THRESHOLDS, ap, err));
    out[0] = 0;
    /* AP is the mean over IoU 0.50, 0.55 .. 0.95; AP50 and AP75 are the first and the sixth. */
    for (int t = 0; t < RS_AP_THRESHOLDS; t++) out[0] += ap[t] / RS_AP_THRESHOLDS;
    out[1] = ap[0];
    out[2] = ap[5];
    return RSIFT_OK;
}

rsift_status rs_score_coco(rs_score_job *job, rs_score_report *report, rsift_error *err)
{
    static const rs_score_detector detector = {.n_aps = 3,
                                               .truth_is = "instances.json",
                                               .open = coco_open,
                                               .run = coco_run,
                                               .n_images = coco_n_images,
                                               .image = coco_image,
                                               .aps = coco_aps,
                                               .close = coco_close};
    return rs_score_detection(&detector, job, report, err);
}
