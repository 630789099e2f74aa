/* COCO's files are read record by record: the truth twice, as annotations may stand before the
 * images and categories they name. An annotation of an unknown category is passed over, as COCO's
 * own evaluation does. */
#include "score/coco_read.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "score/coco_listed.h"
#include "score/lists.h"
#include "score/mask.h"
#include "score/source.h"

/* ---- boxes and masks ------------------------------------------------------------------------- */

/* The box of a record. A missing one is an error, unless masks are scored. */
static rsift_status box_of(const rs_coco_files *c, const rs_json *record, double out[4],
                           rsift_error *err)
{
    const rs_json *v = rs_json_get(record, "bbox");
    rs_json_iter it = rs_json_each(v);
    size_t n = 0;
    if (rs_json_len(v) == 4)
        while (n < 4 && rs_json_double(rs_json_next(&it, NULL), &out[n])) n++;
    if (n == 4 || c->segm) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT, "expected bbox with 4 numbers, found %zu",
                      rs_json_len(v));
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

static void free_mask(const rs_rle *mask)
{
    rs_rle *own = (rs_rle *)(uintptr_t)mask;
    if (own) rs_geom_rle_fini(own);
    rs_free(own);
}

/* The segmentation of a record, polygons or COCO's run lengths; NULL where boxes are scored. */
static rsift_status mask_of(const rs_coco_files *c, rs_arena *arena, const rs_json *record,
                            uint32_t image, const rs_rle **out, rsift_error *err)
{
    if (!c->segm) return RSIFT_OK;
    const rs_json *v = rs_json_get(record, "segmentation");
    const uint32_t height = (uint32_t)c->sizes[image][0], width = (uint32_t)c->sizes[image][1];
    rs_rle *mask = rs_calloc(1, sizeof *mask);
    if (!mask) return rs_err_nomem(err, "a mask");
    const rsift_status status =
        rs_json_kind(v) == RS_JSON_ARRAY
            ? polygons(arena, v, height, width, mask, err)
            : rs_score_rle(arena, rs_json_get(v, "counts"), height, width, mask, err);
    if (status == RSIFT_OK) *out = mask;
    else free_mask(mask);
    return status;
}

/* ---- annotations ----------------------------------------------------------------------------- */

static rsift_status parse_truth(void *ctx, const rs_json *v, uint32_t path, void *record,
                                rs_arena *arena, rsift_error *err)
{
    const rs_coco_files *c = ctx;
    rs_coco_truth *t = record;
    int64_t id = 1, crowd = 0;
    (void)path;
    if (!rs_coco_ids_find(&c->image_ids, rs_json_get(v, "image_id"), &t->image))
        return rs_err_set(err, RSIFT_E_FORMAT, "image_id is not among the images");
    if (!rs_coco_ids_find(&c->class_ids, rs_json_get(v, "category_id"), &t->class)) {
        t->class = UINT32_MAX;
        return RSIFT_OK;
    }
    RS_TRY(box_of(c, v, t->xywh, err));
    rs_json_i64(rs_json_get(v, "id"), &id);
    rs_json_i64(rs_json_get(v, "iscrowd"), &crowd);
    t->id_zero = id == 0; /* COCO's evaluation takes a match with id 0 for none */
    t->crowd = crowd != 0;
    /* The area decides which size a truth counts for; boxes stand in for a missing one. */
    if (!rs_json_double(rs_json_get(v, "area"), &t->area)) t->area = t->xywh[2] * t->xywh[3];
    return mask_of(c, arena, v, t->image, &t->mask, err);
}

static rsift_status take_truth(void *ctx, uint32_t path, void *record, rsift_error *err)
{
    rs_coco_files *c = ctx;
    const rs_coco_truth *t = record;
    (void)path;
    c->job->truth.n++;
    if (t->class == UINT32_MAX) return RSIFT_OK;
    if (!RS_VEC_RESERVE(c->truths, c->cap_truths, c->n_truths + 1)) {
        free_mask(t->mask);
        return rs_err_nomem(err, "annotations");
    }
    c->truths[c->n_truths++] = *t;
    return RSIFT_OK;
}

static void drop_truth(void *ctx, void *record)
{
    (void)ctx;
    free_mask(((rs_coco_truth *)record)->mask);
}

/* ---- detections ------------------------------------------------------------------------------ */

/* File names instead of ids are the usual mistake. */
static rsift_status unknown_image(const rs_coco_files *c, rs_arena *arena, const rs_json *v,
                                  rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    const rs_str id = rs_coco_id_of(arena, v).name;
    if (!id.ptr) return rs_err_set(err, RSIFT_E_FORMAT, "expected image_id, an integer or a text");
    return rs_err_set(err, RSIFT_E_FORMAT, "image_id \"%s\" is not among the truth's images%s",
                      rs_err_quote(quoted, rs_str_sub(id, 0, 40)),
                      rs_strmap_get(&c->files, id) != RS_NPOS
                          ? ", whose file_name it is: give the image's id"
                          : "");
}

static rsift_status parse_found(void *ctx, const rs_json *v, uint32_t path, void *record,
                                rs_arena *arena, rsift_error *err)
{
    const rs_coco_files *c = ctx;
    rs_coco_found *d = record;
    const rs_json *image = rs_json_get(v, "image_id");
    (void)path;
    if (!rs_coco_ids_find(&c->image_ids, image, &d->image))
        return unknown_image(c, arena, image, err);
    if (!rs_json_double(rs_json_get(v, "score"), &d->score))
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a finite score");
    const rs_json *category = rs_json_get(v, "category_id");
    if (!rs_coco_ids_find(&c->class_ids, category, &d->class)) {
        if (!rs_coco_id_of(arena, category).name.ptr)
            return rs_err_set(err, RSIFT_E_FORMAT, "expected category_id, an integer or a text");
        d->class = UINT32_MAX;
        return RSIFT_OK;
    }
    RS_TRY(box_of(c, v, d->xywh, err));
    d->area = d->xywh[2] * d->xywh[3];
    RS_TRY(mask_of(c, arena, v, d->image, &d->mask, err));
    if (d->mask) d->area = (double)rs_geom_rle_area(d->mask);
    return RSIFT_OK;
}

static rsift_status take_found(void *ctx, uint32_t path, void *record, rsift_error *err)
{
    rs_coco_files *c = ctx;
    const rs_coco_found *d = record;
    (void)path;
    if (d->class == UINT32_MAX) {
        c->n_unknown++;
        return RSIFT_OK;
    }
    if (!RS_VEC_RESERVE(c->found, c->cap_found, c->n_found + 1)) {
        free_mask(d->mask);
        return rs_err_nomem(err, "detections");
    }
    c->found[c->n_found++] = *d;
    return RSIFT_OK;
}

static void drop_found(void *ctx, void *record)
{
    (void)ctx;
    free_mask(((rs_coco_found *)record)->mask);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* The first byte of the document: a bracket tells what it is; 0 = nothing is in it. */
static rsift_status first_byte(const rs_coco_files *c, const char *path, char *out,
                               rsift_error *err)
{
    rs_io_tree *tree = NULL;
    rs_io_stream *stream = NULL;
    size_t member = 0, got = 1;
    char bytes[512];
    *out = 0;
    rsift_status status = rs_score_open_one(path, c->job->limits, &tree, &member, err);
    if (status == RSIFT_OK) status = rs_io_open(tree, member, &stream, err);
    bool first = true;
    while (status == RSIFT_OK && got > 0 && !*out) {
        status = rs_io_read(stream, bytes, sizeof bytes, &got, err);
        rs_str text = rs_str_make(bytes, status == RSIFT_OK ? got : 0);
        if (first && rs_str_starts(text, RS_STR("\xEF\xBB\xBF"))) text = rs_str_sub(text, 3, got);
        first = false;
        text = rs_str_trim(text);
        if (text.len) *out = text.ptr[0];
    }
    if (stream) rs_io_close(stream);
    rs_io_tree_close(tree);
    return status == RSIFT_OK ? status : rs_score_within(path, status, err);
}

/* Says what stands in the document in the place of a list; only errors come here. */
static rsift_status not_a_list(rs_coco_files *c, const char *path, bool truth, rsift_error *err)
{
    const rs_json *root;
    rs_id hash;
    RS_TRY(rs_score_document(&c->job->arena, path, c->job->limits, &root, &hash, err));
    if (truth || rs_json_kind(root) == RS_JSON_OBJECT) root = rs_json_get(root, "annotations");
    const char *kind = rs_json_kind_name(rs_json_kind(root));
    if (truth)
        rs_err_set(err, RSIFT_E_FORMAT, "expected \"annotations\", a list, in the truth; found %s",
                   kind);
    else
        rs_err_set(err, RSIFT_E_FORMAT,
                   "expected a list of results, or an object with one in \"annotations\"; found %s",
                   kind);
    return rs_err_within(err, RSIFT_E_FORMAT, "%s", path);
}

rsift_status rs_coco_read_truth(rs_coco_files *c, rsift_error *err)
{
    const char *path = c->job->options->truth;
    const rs_str annotations = RS_STR("annotations");
    rs_score_lists_found found;
    char first;
    RS_TRY(first_byte(c, path, &first, err));
    if (first != '{') return not_a_list(c, path, true, err);
    RS_TRY(rs_coco_read_listed(c, path, err));
    const rs_score_lists lists = {.paths = &annotations,
                                  .n_paths = 1,
                                  .what = "annotation",
                                  .record_size = sizeof(rs_coco_truth),
                                  .ctx = c,
                                  .parse = parse_truth,
                                  .take = take_truth,
                                  .drop = drop_truth};
    c->job->truth.n = 0;
    RS_TRY(rs_score_read_lists(c->job->session, path, &lists, &found, err));
    c->job->truth_hash = found.hash;
    return found.seen ? RSIFT_OK : not_a_list(c, path, true, err);
}

static void free_found(rs_coco_files *c)
{
    for (size_t i = 0; c->segm && i < c->n_found; i++) free_mask(c->found[i].mask);
    c->n_found = c->n_unknown = 0;
}

rsift_status rs_coco_read_found(rs_coco_files *c, rs_score_run *run, rsift_error *err)
{
    rs_score_lists_found found;
    char first;
    RS_TRY(first_byte(c, run->path, &first, err));
    if (first != '[' && first != '{') return not_a_list(c, run->path, false, err);
    const rs_str list = first == '[' ? RS_STR("") : RS_STR("annotations");
    const rs_score_lists lists = {.paths = &list,
                                  .n_paths = 1,
                                  .what = "record",
                                  .record_size = sizeof(rs_coco_found),
                                  .ctx = c,
                                  .parse = parse_found,
                                  .take = take_found,
                                  .drop = drop_found};
    free_found(c);
    RS_TRY(rs_score_read_lists(c->job->session, run->path, &lists, &found, err));
    /* An empty list is a model that finds nothing. */
    if (first == '{' && !found.seen) return not_a_list(c, run->path, false, err);
    run->file.hash = found.hash;
    run->file.n = c->n_found + c->n_unknown;
    return RSIFT_OK;
}

void rs_coco_files_fini(rs_coco_files *c)
{
    free_found(c);
    for (size_t i = 0; c->segm && i < c->n_truths; i++) free_mask(c->truths[i].mask);
    rs_free(c->truths);
    rs_free(c->found);
    rs_coco_ids_fini(&c->image_ids);
    rs_coco_ids_fini(&c->class_ids);
    rs_strmap_fini(&c->files);
    rs_free(c->file_image);
}
