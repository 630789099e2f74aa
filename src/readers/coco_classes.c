/* Categories of COCO files: see coco_classes.h. */
#include "readers/coco_classes.h"

#include "base/alloc.h"
#include "readers/coco_row.h"

#include <inttypes.h>

/* Ids of several files are kept apart: the key holds the file's number. */
static uint64_t category_key(size_t file, int64_t id)
{
    return (uint64_t)id * 0x9E3779B97F4A7C15u + (uint64_t)file;
}

/* Keeps the name of one category under its file and id; a second row of the id is merged. */
static rsift_status add_category(rs_coco_classes *classes, const rs_json *value, size_t file,
                                 int64_t id, rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[RS_COCO_CATEGORIES];
    count->seen++;
    rs_str name = rs_json_text(&classes->arena, rs_json_get(value, "name"));
    rs_str mapped = name.ptr ? rs_words_get(&classes->renamed, name) : name;
    /* a category that is called by its own id has no name */
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRId64, id);
    if (!mapped.ptr && rs_str_eq(name, rs_str_make(digits, (size_t)n))) name = RS_STR("");
    name = rs_arena_str(&classes->arena, mapped.ptr ? mapped : name.ptr ? name : RS_STR(""));
    /* one map over all files, filled before the first cut: parse reads it from any thread */
    bool made;
    uint64_t *number = rs_map64_put(&classes->numbers, category_key(file, id), classes->n, &made);
    if (!number || !name.ptr || !RS_VEC_RESERVE(classes->names, classes->cap, classes->n + 1))
        return rs_err_nomem(err, "categories");
    if (!made) {
        count->merged++;
        /* under two names it has none */
        if (!rs_str_eq(classes->names[*number], name)) classes->names[*number] = RS_STR("");
        return rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, RS_STR("categories"), err,
                             "category %" PRId64 " stands twice; with two names it has none", id);
    }
    classes->names[classes->n++] = name;
    classes->ends[file] = classes->n; /* files are read one after the other */
    count->used++;
    return RSIFT_OK;
}

/* Files that cannot be cut are reported by the pass over the images: those findings are dropped
 * here. */
rsift_status rs_coco_classes_load(rs_coco_classes *classes, const rs_source *source,
                                  rs_chunk *first, rsift_error *err)
{
    rs_json_feed feed;
    rs_chunk ignored = {0};
    rs_arena scratch = {0};
    RS_TRY(rs_words_of(&classes->arena, source, "class_names", &classes->renamed, err));
    classes->ends = rs_arena_calloc(&classes->arena, rs_source_files_of(source, "records")->n + 1,
                                    sizeof *classes->ends);
    if (!classes->ends) return rs_err_nomem(err, "categories");
    rsift_status status =
        rs_json_feed_open(&feed, source, "records", RS_STR("categories"), RS_COCO_CATEGORIES, err);
    while (status == RSIFT_OK) {
        rs_arena_reset(&scratch);
        status = rs_json_feed_next(&feed, &scratch, &ignored, err);
        for (size_t i = 0; i < feed.n_cuts && status == RSIFT_OK; i++) {
            rs_coco_row one = {0};
            status = rs_coco_read_row(&scratch, &feed, i, &one, first, err);
            if (status == RSIFT_OK && one.value)
                status = add_category(classes, one.value, feed.file, one.row.id, first, err);
        }
    }
    rs_json_feed_close(&feed);
    rs_chunk_fini(&ignored);
    rs_arena_fini(&scratch);
    return status == RSIFT_END ? RSIFT_OK : status;
}

void rs_coco_classes_fini(rs_coco_classes *classes)
{
    rs_map64_fini(&classes->numbers);
    rs_free(classes->names);
    rs_arena_fini(&classes->arena);
}

size_t rs_coco_classes_of(const rs_coco_classes *classes, size_t file, const rs_str **names)
{
    size_t begin = 0;
    for (size_t f = 0; f < file; f++)
        if (classes->ends[f] > begin) begin = classes->ends[f];
    *names = classes->names + begin;
    return classes->ends[file] > begin ? classes->ends[file] - begin : 0;
}

/* The listed name of an id in the record's file; NULL = it is not listed. */
static const rs_str *listed(const rs_parse *p, const rs_coco_classes *classes, int64_t id)
{
    const uint64_t *at = rs_map64_get(&classes->numbers, category_key(p->raw->file, id));
    return at ? &classes->names[*at] : NULL;
}

static rsift_status put_class(rs_parse *p, rs_str name, rs_str where, rs_str *out)
{
    RS_TRY(rs_parse_copy(p, name, out));
    return rs_parse_check_class(p, *out, where);
}

/* The class of an id that is not listed, by its text. */
static rsift_status class_of_text(rs_parse *p, const rs_coco_classes *classes, rs_str text,
                                  rs_str where, rs_str *out)
{
    const rs_str mapped = rs_words_get(&classes->renamed, text);
    if (mapped.ptr) return put_class(p, mapped, where, out);
    if (!text.len)
        return rs_parse_find(p, RS_F_CLASS_UNKNOWN, where,
                             "the object has no category: category_id is empty");
    char quoted[RS_QUOTE_SIZE];
    return rs_parse_find(p, RS_F_CLASS_UNKNOWN, where, "category \"%s\" is not listed",
                         rs_err_quote(quoted, text));
}

rsift_status rs_coco_class_of(rs_parse *p, const rs_coco_classes *classes,
                              const rs_json *annotation, rs_str where, rs_str *out)
{
    int64_t id;
    *out = RS_STR("");
    const rs_json *value = rs_json_get(annotation, "category_id");
    if (!value) value = rs_json_get(annotation, "categories_id"); /* RRSIS-D */
    const rs_str *name = rs_row_id(value, &id) ? listed(p, classes, id) : NULL;
    if (name) return put_class(p, *name, where, out);
    const rs_str text = rs_json_text(p->scratch, value);
    if (text.ptr) return class_of_text(p, classes, text, where, out);
    return rs_parse_find(p, RS_F_CLASS_UNKNOWN, where,
                         "the object has no category: category_id is %s",
                         rs_json_kind_name(rs_json_kind(value)));
}

rsift_status rs_coco_class_of_id(rs_parse *p, const rs_coco_classes *classes, int64_t id,
                                 rs_str where, rs_str *out)
{
    *out = RS_STR("");
    const rs_str *name = listed(p, classes, id);
    if (name) return put_class(p, *name, where, out);
    const rs_str text = rs_arena_printf(p->scratch, "%" PRId64, id);
    if (!text.ptr) return rs_err_nomem(p->err, "a category");
    return class_of_text(p, classes, text, where, out);
}
