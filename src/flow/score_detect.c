/* Detection benchmarks with files of their own: COCO's JSON pair, DOTA's folders of text files. */
#include "flow/score.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/num.h"
#include "io/io.h"
#include "metrics/detect.h"

#include <inttypes.h>
#include <math.h>

/* ---- COCO ---------------------------------------------------------------------------------------- */

typedef struct coco {
    rs_map64 image_of, class_of; /* id -> number in ascending order of ids */
    double (*sizes)[2];          /* height, width of each image */
    rs_str *names;
    uint32_t n_images, n_classes;
    rs_coco_truth *truths;
    rs_coco_found *found;
    rs_rle *masks;
    size_t n_truths, n_found, n_masks;
    bool segm;
} coco;

static int by_id(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Numbers for the ids of a list, ascending; ids that stand twice count once. */
static rsift_status number_ids(rs_arena *arena, const rs_json *list, const char *what, rs_map64 *map,
                               uint32_t *n_out, rsift_error *err)
{
    int64_t *ids = rs_arena_calloc(arena, rs_json_len(list) + 1, sizeof *ids);
    if (!ids) return rs_err_nomem(err, "ids");
    if (!rs_json_len(list)) return rs_err_set(err, RSIFT_E_FORMAT, "no \"%s\" in the truth", what);
    size_t n = 0;
    rs_json_iter it = rs_json_each(list);
    for (const rs_json *v; (v = rs_json_next(&it, NULL)); n++)
        if (!rs_json_i64(rs_json_get(v, "id"), &ids[n]))
            return rs_err_set(err, RSIFT_E_FORMAT, "%s[%zu] has no integer id", what, n);
    qsort(ids, n, sizeof *ids, by_id);
    uint32_t number = 0;
    for (size_t i = 0; i < n; i++) {
        bool made;
        if (!rs_map64_put(map, (uint64_t)ids[i], number, &made)) return rs_err_nomem(err, "ids");
        number += made;
    }
    *n_out = number;
    return RSIFT_OK;
}

static bool number_of(const rs_map64 *map, const rs_json *v, const char *key, uint32_t *out)
{
    int64_t id;
    if (!rs_json_i64(rs_json_get(v, key), &id)) return false;
    const uint64_t *at = rs_map64_get(map, (uint64_t)id);
    if (at) *out = (uint32_t)*at;
    return at != NULL;
}

static bool box_of(const rs_json *v, double out[4])
{
    rs_json_iter it = rs_json_each(v);
    if (rs_json_len(v) != 4) return false;
    for (int k = 0; k < 4; k++)
        if (!rs_json_double(rs_json_next(&it, NULL), &out[k])) return false;
    return true;
}

static rsift_status polygons(rs_arena *arena, const rs_json *v, uint32_t height, uint32_t width,
                             rs_rle *out, rsift_error *err)
{
    const size_t n = rs_json_len(v);
    rs_rle *parts = rs_arena_calloc(arena, n + 1, sizeof *parts);
    const rs_rle **list = rs_arena_calloc(arena, n + 1, sizeof *list);
    if (!parts || !list) return rs_err_nomem(err, "a mask");
    rsift_status status = n ? RSIFT_OK : rs_err_set(err, RSIFT_E_FORMAT, "a segmentation without polygons");
    rs_json_iter it = rs_json_each(v);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        const rs_json *p = rs_json_next(&it, NULL);
        double *xy = rs_arena_calloc(arena, rs_json_len(p) + 1, sizeof *xy);
        if (!xy) status = rs_err_nomem(err, "a mask");
        rs_json_iter each = rs_json_each(p);
        size_t k = 0;
        for (const rs_json *e; xy && (e = rs_json_next(&each, NULL));) k += rs_json_double(e, &xy[k]);
        if (status == RSIFT_OK) status = rs_geom_rle_of_polygon(xy, k / 2, height, width, &parts[i], err);
        list[i] = &parts[i];
    }
    if (status == RSIFT_OK) status = rs_geom_rle_merge(list, n, false, out, err);
    for (size_t i = 0; i < n; i++) rs_geom_rle_fini(&parts[i]);
    return status;
}

static rsift_status mask_of(rs_arena *arena, coco *c, const rs_json *v, uint32_t image,
                            const rs_rle **out, rsift_error *err)
{
    rs_rle *mask = &c->masks[c->n_masks];
    const uint32_t height = (uint32_t)c->sizes[image][0], width = (uint32_t)c->sizes[image][1];
    const rs_json *counts = rs_json_get(v, "counts");
    rsift_status status;
    if (rs_json_kind(v) == RS_JSON_ARRAY) status = polygons(arena, v, height, width, mask, err);
    else if (rs_json_kind(counts) == RS_JSON_STR)
        status = rs_geom_rle_of_text(rs_json_str(counts), height, width, mask, err);
    else if (rs_json_kind(counts) == RS_JSON_ARRAY) {
        uint32_t *runs = rs_arena_calloc(arena, rs_json_len(counts) + 1, sizeof *runs);
        if (!runs) return rs_err_nomem(err, "a mask");
        size_t n = 0;
        rs_json_iter it = rs_json_each(counts);
        for (const rs_json *e; (e = rs_json_next(&it, NULL)); n++) {
            int64_t run;
            if (!rs_json_i64(e, &run) || run < 0 || run > UINT32_MAX)
                return rs_err_set(err, RSIFT_E_FORMAT, "counts[%zu] is no length", n);
            runs[n] = (uint32_t)run;
        }
        status = rs_geom_rle_of_counts(runs, n, height, width, mask, err);
    } else {
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a segmentation");
    }
    if (status != RSIFT_OK) return status;
    c->n_masks++;
    *out = mask;
    return RSIFT_OK;
}

static rsift_status read_sizes(rs_arena *arena, coco *c, const rs_json *root, rsift_error *err)
{
    c->sizes = rs_arena_calloc(arena, c->n_images, sizeof *c->sizes);
    c->names = rs_arena_calloc(arena, c->n_classes, sizeof *c->names);
    if (!c->sizes || !c->names) return rs_err_nomem(err, "images");
    uint32_t i;
    rs_json_iter it = rs_json_each(rs_json_get(root, "images"));
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
        if (!number_of(&c->image_of, v, "id", &i)) continue;
        rs_json_double(rs_json_get(v, "height"), &c->sizes[i][0]);
        rs_json_double(rs_json_get(v, "width"), &c->sizes[i][1]);
        if (!(c->sizes[i][0] >= 0 && c->sizes[i][0] < 65536 && c->sizes[i][1] >= 0 && c->sizes[i][1] < 65536))
            return rs_err_set(err, RSIFT_E_LIMIT, "image %u is larger than 65535 pixels a side", i);
    }
    it = rs_json_each(rs_json_get(root, "categories"));
    for (const rs_json *v; (v = rs_json_next(&it, NULL));)
        if (number_of(&c->class_of, v, "id", &i)) c->names[i] = rs_json_text(arena, rs_json_get(v, "name"));
    return RSIFT_OK;
}

static rsift_status one_truth(rs_arena *arena, coco *c, const rs_json *v, rsift_error *err)
{
    rs_coco_truth *t = &c->truths[c->n_truths];
    int64_t id = 1, crowd = 0;
    *t = (rs_coco_truth){0};
    if (!number_of(&c->image_of, v, "image_id", &t->image))
        return rs_err_set(err, RSIFT_E_FORMAT, "image_id is not among the images");
    if (!number_of(&c->class_of, v, "category_id", &t->class)) return RSIFT_OK; /* never evaluated */
    if (!box_of(rs_json_get(v, "bbox"), t->xywh) && !c->segm)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected bbox with 4 numbers, found %zu", rs_json_len(rs_json_get(v, "bbox")));
    rs_json_i64(rs_json_get(v, "id"), &id);
    rs_json_i64(rs_json_get(v, "iscrowd"), &crowd);
    t->id_zero = id == 0;
    t->crowd = crowd != 0;
    if (!rs_json_double(rs_json_get(v, "area"), &t->area)) t->area = t->xywh[2] * t->xywh[3];
    if (c->segm) RS_TRY(mask_of(arena, c, rs_json_get(v, "segmentation"), t->image, &t->mask, err));
    c->n_truths++;
    return RSIFT_OK;
}

static rsift_status one_found(rs_arena *arena, coco *c, const rs_json *v, rsift_error *err)
{
    rs_coco_found *d = &c->found[c->n_found];
    *d = (rs_coco_found){0};
    if (!number_of(&c->image_of, v, "image_id", &d->image))
        return rs_err_set(err, RSIFT_E_FORMAT, "image_id is not among the truth's images");
    if (!rs_json_double(rs_json_get(v, "score"), &d->score))
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a finite score");
    if (!number_of(&c->class_of, v, "category_id", &d->class)) return RSIFT_OK;
    const bool box = box_of(rs_json_get(v, "bbox"), d->xywh);
    if (!box && !c->segm)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected bbox with 4 numbers, found %zu", rs_json_len(rs_json_get(v, "bbox")));
    d->area = d->xywh[2] * d->xywh[3];
    if (c->segm) {
        RS_TRY(mask_of(arena, c, rs_json_get(v, "segmentation"), d->image, &d->mask, err));
        d->area = (double)rs_geom_rle_area(d->mask);
    }
    c->n_found++;
    return RSIFT_OK;
}

static rsift_status read_list(rs_arena *arena, coco *c, const rs_json *list, const char *path, bool truth,
                              rsift_error *err)
{
    rs_json_iter it = rs_json_each(list);
    size_t i = 0;
    for (const rs_json *v; (v = rs_json_next(&it, NULL)); i++) {
        const rsift_status status = truth ? one_truth(arena, c, v, err) : one_found(arena, c, v, err);
        if (status == RSIFT_OK) continue;
        rs_err_within(err, status, "%s %zu", truth ? "annotation" : "record", i + 1);
        return rs_err_within(err, status, "%s", path);
    }
    return RSIFT_OK;
}

static rsift_status load_coco(rs_score_job *job, rs_score_run *run, rs_arena *arena, coco *c, rsift_error *err)
{
    const rs_json *root, *dets;
    const rsift_score_options *o = job->options;
    RS_TRY(rs_score_document(arena, o->truth, job->limits, &root, &job->truth_hash, err));
    RS_TRY(rs_score_document(arena, run->path, job->limits, &dets, &run->file.hash, err));
    if (rs_json_kind(dets) == RS_JSON_OBJECT) dets = rs_json_get(dets, "annotations");
    const rs_json *annotations = rs_json_get(root, "annotations");
    RS_TRY(number_ids(arena, rs_json_get(root, "images"), "images", &c->image_of, &c->n_images, err));
    RS_TRY(number_ids(arena, rs_json_get(root, "categories"), "categories", &c->class_of, &c->n_classes, err));
    RS_TRY(read_sizes(arena, c, root, err));
    const size_t n = rs_json_len(annotations), n_found = rs_json_len(dets);
    c->truths = rs_arena_calloc(arena, n + 1, sizeof *c->truths);
    c->found = rs_arena_calloc(arena, n_found + 1, sizeof *c->found);
    c->masks = c->segm ? rs_arena_calloc(arena, n + n_found + 1, sizeof *c->masks) : NULL;
    if (!c->truths || !c->found || (c->segm && !c->masks)) return rs_err_nomem(err, "annotations");
    RS_TRY(read_list(arena, c, annotations, o->truth, true, err));
    RS_TRY(read_list(arena, c, dets, run->path, false, err));
    job->truth.n = n;
    run->file.n = n_found;
    return RSIFT_OK;
}

static rsift_status score_coco(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    rs_arena *arena = &job->arena;
    coco c = {.segm = job->profile->masks};
    double stats[RS_COCO_STATS], *class_ap = NULL;
    rsift_status status = load_coco(job, run, arena, &c, err);
    if (status == RSIFT_OK) {
        class_ap = rs_arena_calloc(arena, c.n_classes, sizeof *class_ap);
        if (!class_ap) status = rs_err_nomem(err, "classes");
    }
    if (status == RSIFT_OK)
        status = rs_metrics_coco(c.truths, c.n_truths, c.found, c.n_found, c.n_images, c.n_classes, c.segm,
                                 stats, class_ap, err);
    rs_score_class *table = status == RSIFT_OK ? rs_arena_calloc(arena, c.n_classes + 1, sizeof *table) : NULL;
    if (status == RSIFT_OK && !table) status = rs_err_nomem(err, "classes");
    for (uint32_t k = 0; status == RSIFT_OK && k < c.n_classes; k++)
        table[k] = (rs_score_class){.name = c.names[k], .value = class_ap[k] < 0 ? NAN : 100 * class_ap[k]};
    for (size_t i = 0; status == RSIFT_OK && i < c.n_truths; i++) table[c.truths[i].class].n++;
    for (int k = 0; status == RSIFT_OK && k < RS_COCO_STATS; k++)
        rs_score_fixed(run, rs_coco_stat_names[k], 100, stats[k] < 0 ? NAN : stats[k]);
    job->class_table = table;
    job->n_class_table = table ? c.n_classes : 0;
    job->class_measure = "AP";
    for (size_t i = 0; i < c.n_masks; i++) rs_geom_rle_fini(&c.masks[i]);
    rs_map64_fini(&c.image_of);
    rs_map64_fini(&c.class_of);
    return status;
}

/* ---- DOTA ---------------------------------------------------------------------------------------- */

typedef struct dota_class {
    rs_dota_box *truths, *found;
    size_t n_truths, cap_truths, n_found, cap_found;
} dota_class;

typedef struct dota {
    rs_arena *arena;
    rs_strmap images, classes;
    dota_class *of;
    size_t cap_of;
    bool oriented;
    size_t n_truths, n_found;
} dota;

static dota_class *class_of(dota *d, rs_str name)
{
    bool made;
    const size_t i = rs_strmap_put(&d->classes, name, &made);
    if (i == RS_NPOS || !RS_VEC_RESERVE(d->of, d->cap_of, i + 1)) return NULL;
    if (made) d->of[i] = (dota_class){0};
    return &d->of[i];
}

static size_t fields(rs_str line, rs_str *out, size_t most)
{
    size_t n = 0;
    rs_str piece;
    while (n < most && rs_str_split(&line, ' ', &piece))
        if (rs_str_trim(piece).len) out[n++] = rs_str_trim(piece);
    return n;
}

static bool corners(const rs_str *f, size_t n, double *xy)
{
    for (size_t k = 0; k < n; k++)
        if (!rs_num_double(f[k], &xy[k])) return false;
    return true;
}

static rsift_status truth_line(dota *d, rs_str image, rs_str line, rsift_error *err)
{
    rs_str f[11];
    const size_t n = fields(line, f, 11);
    if (n < 9) return RSIFT_OK; /* header lines, as in the original */
    bool made;
    const size_t i = rs_strmap_put(&d->images, image, &made);
    dota_class *c = class_of(d, f[8]);
    if (i == RS_NPOS || !c || !RS_VEC_RESERVE(c->truths, c->cap_truths, c->n_truths + 1))
        return rs_err_nomem(err, "labels");
    rs_dota_box *b = &c->truths[c->n_truths];
    *b = (rs_dota_box){.image = (uint32_t)i, .difficult = n > 9 && !rs_str_eq(f[9], RS_STR("0"))};
    if (!corners(f, 8, b->xy)) return rs_err_set(err, RSIFT_E_FORMAT, "expected 8 numbers and a class");
    if (!d->oriented) {
        const double box[4] = {trunc(b->xy[0]), trunc(b->xy[1]), trunc(b->xy[4]), trunc(b->xy[5])};
        memcpy(b->xy, box, sizeof box);
    }
    c->n_truths++;
    d->n_truths++;
    return RSIFT_OK;
}

static rsift_status found_line(dota *d, rs_str class, rs_str line, rsift_error *err)
{
    rs_str f[11];
    const size_t due = d->oriented ? 10 : 6, n = fields(line, f, 11);
    if (!n) return RSIFT_OK;
    rs_dota_box b = {0};
    if (n != due || !rs_num_double(f[1], &b.score) || !corners(f + 2, due - 2, b.xy))
        return rs_err_set(err, RSIFT_E_FORMAT, "expected an image, a score and %zu numbers, found %zu fields",
                          due - 2, n);
    bool made;
    const size_t i = rs_strmap_put(&d->images, f[0], &made);
    dota_class *c = class_of(d, class);
    if (i == RS_NPOS || !c || !RS_VEC_RESERVE(c->found, c->cap_found, c->n_found + 1))
        return rs_err_nomem(err, "detections");
    b.image = (uint32_t)i;
    c->found[c->n_found++] = b;
    d->n_found++;
    return RSIFT_OK;
}

/* "Task1_large-vehicle.txt" -> "large-vehicle" */
static rs_str class_name(rs_str path)
{
    rs_str stem = rs_str_stem(path);
    const size_t at = rs_str_find_char(stem, '_');
    if (rs_str_starts(stem, RS_STR("Task")) && at != RS_NPOS) stem = rs_str_sub(stem, at + 1, stem.len);
    return stem;
}

static rsift_status read_folder(rs_score_job *job, dota *d, const char *path, bool truth, rs_id *hash,
                                rsift_error *err)
{
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(rs_str_of(path), &(rs_io_options){.limits = job->limits}, &tree, err));
    rsift_status status = RSIFT_OK;
    rs_hasher hasher;
    rs_hash_start(&hasher);
    for (size_t m = 0; status == RSIFT_OK && m < rs_io_n_members(tree); m++) {
        const rs_io_member *member = rs_io_member_at(tree, m);
        rs_str text, line;
        if (!rs_str_ends(member->path, RS_STR(".txt"))) continue;
        status = rs_io_slurp(tree, m, &job->arena, &text, err);
        if (status != RSIFT_OK) break;
        rs_hash_field(&hasher, member->path);
        rs_hash_field(&hasher, text);
        const rs_str name = truth ? rs_str_stem(member->path) : class_name(member->path);
        for (size_t n = 1; status == RSIFT_OK && rs_str_line(&text, &line); n++) {
            status = truth ? truth_line(d, name, line, err) : found_line(d, name, line, err);
            if (status != RSIFT_OK) {
                rs_err_within(err, status, "line %zu", n);
                rs_err_within(err, status, "%.*s", RS_STR_ARG(member->path));
                rs_err_within(err, status, "%s", path);
            }
        }
    }
    *hash = rs_hash_end(&hasher);
    rs_io_tree_close(tree);
    return status;
}

static rsift_status dota_table(rs_score_job *job, rs_score_run *run, dota *d, rsift_error *err)
{
    rs_score_class *table = rs_arena_calloc(&job->arena, d->classes.n + 1, sizeof *table);
    if (!table) return rs_err_nomem(err, "classes");
    double sum07 = 0, sum12 = 0;
    size_t n = 0;
    for (size_t k = 0; k < d->classes.n; k++) {
        const dota_class *c = &d->of[k];
        rs_dota_ap ap;
        RS_TRY(rs_metrics_dota(c->truths, c->n_truths, c->found, c->n_found, (uint32_t)d->images.n, d->oriented,
                               job->profile->difficult_counts, 0.5, &ap, err));
        table[k] = (rs_score_class){.name = rs_arena_str(&job->arena, d->classes.keys[k]), .n = ap.n_truths,
                                    .value = 100 * ap.ap07};
        if (!ap.n_truths) continue;
        sum07 += ap.ap07;
        sum12 += ap.ap12;
        n++;
    }
    rs_score_fixed(run, "mAP (VOC07)", 100, n ? sum07 / (double)n : NAN);
    rs_score_fixed(run, "mAP (VOC12)", 100, n ? sum12 / (double)n : NAN);
    job->class_table = table;
    job->n_class_table = d->classes.n;
    job->class_measure = "AP (VOC07)";
    job->truth.n = d->n_truths;
    run->file.n = d->n_found;
    return RSIFT_OK;
}

static rsift_status score_dota(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    dota d = {.arena = &job->arena, .oriented = job->profile->oriented};
    rsift_status status = read_folder(job, &d, job->options->truth, true, &job->truth_hash, err);
    const size_t n_images = d.images.n;
    if (status == RSIFT_OK) status = read_folder(job, &d, run->path, false, &run->file.hash, err);
    if (status == RSIFT_OK && !d.n_truths)
        status = rs_err_set(err, RSIFT_E_FORMAT, "no labels under %s", job->options->truth);
    run->n_extra = d.images.n - n_images;
    if (status == RSIFT_OK) status = dota_table(job, run, &d, err);
    for (size_t k = 0; k < d.classes.n; k++) {
        rs_free(d.of[k].truths);
        rs_free(d.of[k].found);
    }
    rs_free(d.of);
    rs_strmap_fini(&d.images);
    rs_strmap_fini(&d.classes);
    return status;
}

rsift_status rs_score_detection(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    if (!job->options->truth)
        return rs_err_set(err, RSIFT_E_ARG, "this profile wants the truth: --truth %s",
                          job->profile->family == RS_FAMILY_COCO ? "instances.json" : "labelTxt");
    return job->profile->family == RS_FAMILY_COCO ? score_coco(job, run, err) : score_dota(job, run, err);
}
