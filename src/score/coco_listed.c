/* Images and categories are kept in the file's order until both lists are read, then numbered. */
#include "score/coco_listed.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "score/lists.h"

enum { IMAGES, CATEGORIES };

/* An image or a category. */
typedef struct listed {
    rs_coco_id id;
    rs_str name;
    double size[2]; /* height, width in pixels; of an image */
} listed;

/* The two lists, in the order of the file. */
typedef struct listing {
    rs_arena *arena; /* of their texts */
    listed *items[2];
    size_t n[2], cap[2];
} listing;

static rsift_status parse_listed(void *ctx, const rs_json *v, uint32_t path, void *record,
                                 rs_arena *arena, rsift_error *err)
{
    listed *l = record;
    const rs_json *name = rs_json_get(v, path == IMAGES ? "file_name" : "name");
    const rs_json *id = rs_json_get(v, "id");
    (void)ctx;
    l->id = rs_coco_id_of(arena, id);
    int64_t number;
    if (!l->id.name.ptr && (l->id.text || rs_json_i64(id, &number)))
        return rs_err_nomem(err, "an id");
    /* a name that is a text lies in the document, which is gone when the record is taken */
    l->name = rs_arena_str(arena, rs_json_text(arena, name));
    rs_json_double(rs_json_get(v, "height"), &l->size[0]);
    rs_json_double(rs_json_get(v, "width"), &l->size[1]);
    return l->name.ptr ? RSIFT_OK : rs_err_nomem(err, "a name");
}

static rsift_status take_listed(void *ctx, uint32_t path, void *record, rsift_error *err)
{
    listing *in = ctx;
    listed l = *(listed *)record;
    if (!RS_VEC_RESERVE(in->items[path], in->cap[path], in->n[path] + 1))
        return rs_err_nomem(err, "images");
    if (!l.id.name.ptr)
        return rs_err_set(err, RSIFT_E_FORMAT, "%s[%zu] has no id, an integer or a text",
                          path == IMAGES ? "images" : "categories", in->n[path]);
    l.id.name = rs_arena_str(in->arena, l.id.name);
    l.name = rs_arena_str(in->arena, l.name);
    if (!l.id.name.ptr || !l.name.ptr) return rs_err_nomem(err, "names");
    in->items[path][in->n[path]++] = l;
    return RSIFT_OK;
}

static rsift_status number_ids(const listed *items, size_t n, const char *what, rs_coco_ids *ids,
                               rsift_error *err)
{
    if (!n) return rs_err_set(err, RSIFT_E_FORMAT, "no \"%s\" in the truth", what);
    rs_coco_id *sorted = rs_alloc(n * sizeof *sorted);
    if (!sorted) return rs_err_nomem(err, "ids");
    for (size_t i = 0; i < n; i++) sorted[i] = items[i].id;
    const rsift_status status = rs_coco_ids_make(ids, sorted, n, what, err);
    rs_free(sorted);
    return status;
}

static uint32_t number_of(const rs_coco_ids *ids, rs_str name)
{
    return ids->number[rs_strmap_get(&ids->names, name)];
}

/* --only may name an image with or without its folder and ending. */
static bool name_file(rs_coco_files *c, rs_str name, uint32_t image)
{
    const rs_str names[] = {name, rs_str_basename(name), rs_str_stem(name)};
    for (size_t k = 0; name.len && k < 3; k++) {
        bool made;
        const size_t at = rs_strmap_put(&c->files, names[k], &made);
        if (at == RS_NPOS || !RS_VEC_RESERVE(c->file_image, c->cap_files, at + 1)) return false;
        /* A name of several images leads to none. */
        c->file_image[at] = made || c->file_image[at] == image ? image : UINT32_MAX;
    }
    return true;
}

/* Numbers everything that is listed; keeps sizes and names. */
static rsift_status keep_listed(rs_coco_files *c, const listing *in, rsift_error *err)
{
    const listed *images = in->items[IMAGES], *classes = in->items[CATEGORIES];
    RS_TRY(number_ids(images, in->n[IMAGES], "images", &c->image_ids, err));
    RS_TRY(number_ids(classes, in->n[CATEGORIES], "categories", &c->class_ids, err));
    c->sizes = rs_arena_calloc(in->arena, c->image_ids.n, sizeof *c->sizes);
    c->names = rs_arena_calloc(in->arena, c->class_ids.n, sizeof *c->names);
    if (!c->sizes || !c->names) return rs_err_nomem(err, "images");
    for (size_t i = 0; i < in->n[CATEGORIES]; i++)
        c->names[number_of(&c->class_ids, classes[i].id.name)] = classes[i].name;
    for (size_t i = 0; i < in->n[IMAGES]; i++) {
        const listed *l = &images[i];
        const uint32_t number = number_of(&c->image_ids, l->id.name);
        if (!name_file(c, l->name, number)) return rs_err_nomem(err, "images");
        memcpy(c->sizes[number], l->size, sizeof l->size);
        if (l->size[0] >= 0 && l->size[0] < 65536 && l->size[1] >= 0 && l->size[1] < 65536)
            continue;
        rs_err_set(err, RSIFT_E_LIMIT,
                   "expected a height and width from 0 to 65535, found %g and %g", l->size[0],
                   l->size[1]);
        return rs_err_within(err, RSIFT_E_LIMIT, "image %.*s",
                             RS_STR_ARG(rs_str_sub(l->id.name, 0, 64)));
    }
    return RSIFT_OK;
}

rsift_status rs_coco_read_listed(rs_coco_files *c, const char *path, rsift_error *err)
{
    static const rs_str paths[] = {{"images", 6}, {"categories", 10}};
    listing in = {.arena = &c->job->arena};
    rs_score_lists_found found;
    const rs_score_lists lists = {.paths = paths,
                                  .n_paths = 2,
                                  .what = "image or category",
                                  .record_size = sizeof(listed),
                                  .ctx = &in,
                                  .parse = parse_listed,
                                  .take = take_listed};
    rsift_status status = rs_score_read_lists(c->job->session, path, &lists, &found, err);
    if (status == RSIFT_OK) {
        status = keep_listed(c, &in, err);
        if (status != RSIFT_OK) rs_err_within(err, status, "%s", path);
    }
    for (size_t k = 0; k < 2; k++) rs_free(in.items[k]);
    return status;
}
