/* The rows of a COCO file: see coco_table.h. */
#include "readers/coco_table.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "readers/coco_row.h"

#include <inttypes.h>
#include <math.h>

enum { MOST_BOXES = 4 << 20 }; /* 128 MB; those of larger files are read from their text */

/* One reading of a file. */
typedef struct reading {
    const rs_coco_rules *rules;
    rs_coco_table *to;
    size_t file;
    int64_t n_told; /* rows set aside that leave no other picture in doubt */
    /* annotations of the file with a box or an outline; a caption; that cannot be read */
    size_t n_outlined, n_captions, n_unread;
    rs_arena scratch;
} reading;

void rs_coco_table_close(rs_coco_table *table)
{
    rs_rows_close(&table->images);
    rs_rows_close(&table->annotations);
    rs_free(table->boxes);
    rs_chunk_fini(&table->told);
    *table = (rs_coco_table){0};
}

/* ---- one row --------------------------------------------------------------------------------- */

/* The picture that an image row names, as a number; -1 = none. No image has an owner otherwise. */
static int64_t picture_of(rs_arena *scratch, const rs_json *row)
{
    const rs_json *name = rs_json_get(row, "file_name");
    rs_str text = rs_json_text(scratch, name ? name : rs_json_get(row, "filename"));
    return text.len ? (int64_t)(rs_hash64(text.ptr, text.len) >> 1) : -1;
}

/* Keeps the box of an annotation, or gives up to keep any. */
static rsift_status keep_box(reading *r, rs_coco_box box, rsift_error *err)
{
    rs_coco_table *to = r->to;
    const size_t n = to->annotations.n;
    if (!r->rules->surveyed || (n > 0 && !to->boxes)) return RSIFT_OK;
    if (n == MOST_BOXES) {
        rs_free(to->boxes);
        to->boxes = NULL;
        return RSIFT_OK;
    }
    if (!RS_VEC_RESERVE(to->boxes, to->cap_boxes, n + 1)) return rs_err_nomem(err, "boxes");
    to->boxes[n] = box;
    return RSIFT_OK;
}

/* What an annotation holds; NULL: it cannot be read, and may have held anything. */
static rsift_status note_content(reading *r, const rs_json *value, rsift_error *err)
{
    const rs_json *box = rs_json_path(value, r->rules->box_field);
    /* an empty box is meant to be one */
    const bool boxed = rs_json_kind(box) != RS_JSON_ABSENT;
    r->n_unread += !value;
    r->n_outlined += boxed || rs_json_get(value, "segmentation") != NULL;
    r->n_captions += !boxed && rs_json_get(value, "caption") != NULL;
    return keep_box(r, rs_coco_box_of(box), err);
}

static bool is_plain(const reading *r, const rs_json_feed *feed, size_t i, rs_coco_annotation *out)
{
    if (feed->cuts[i].path != RS_COCO_ANNOTATIONS || !r->rules->plain) return false;
    rs_json_quick text = rs_json_quick_of(feed->cuts[i].bytes);
    return rs_coco_read_plain(&text, out) && rs_json_quick_ends(&text);
}

static rsift_status add_plain(reading *r, const rs_json_cut *cut, const rs_coco_annotation *one,
                              rsift_error *err)
{
    r->n_outlined++;
    RS_TRY(keep_box(r, one->box, err));
    return rs_rows_add(&r->to->annotations,
                       &(rs_row){.id = one->id,
                                 .owner = one->image_id,
                                 .offset = cut->offset,
                                 .len = (uint32_t)cut->bytes.len,
                                 .active = 1},
                       err);
}

/* One row whose JSON was parsed; value NULL: it cannot be read. */
static rsift_status add_parsed(reading *r, const rs_json_feed *feed, size_t i, const rs_json *value,
                               rsift_error *err)
{
    rs_coco_row one = {.value = value};
    RS_TRY(rs_coco_read_row(&r->scratch, feed, i, &one, &r->to->told, err));
    r->n_told += one.told;
    const bool image = one.pass == RS_COCO_IMAGES;
    if (!one.value && (image || one.row.active)) return RSIFT_OK;
    if (image) one.row.owner = picture_of(&r->scratch, one.value);
    else RS_TRY(note_content(r, one.value, err));
    return rs_rows_add(image ? &r->to->images : &r->to->annotations, &one.row, err);
}

/* Notes where the rows that were just cut stand; nothing of their text is kept. Rows that are not
 * plain are parsed as many at once as follow each other. */
static rsift_status add_rows(reading *r, const rs_json_feed *feed, rsift_error *err)
{
    rs_coco_annotation plain;
    for (size_t i = 0, n; i < feed->n_cuts; i += n) {
        n = 1;
        if (is_plain(r, feed, i, &plain)) {
            RS_TRY(add_plain(r, &feed->cuts[i], &plain, err));
            continue;
        }
        while (i + n < feed->n_cuts && !is_plain(r, feed, i + n, &plain)) n++;
        const rs_json **values;
        RS_TRY(rs_coco_parse_rows(&r->scratch, feed, i, n, &values, err));
        for (size_t k = 0; k < n; k++) RS_TRY(add_parsed(r, feed, i + k, values[k], err));
    }
    return RSIFT_OK;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Rows of one id that name several pictures, and rows of several ids that name one: whose objects
 * are whose cannot be told. Of rows with one id the first has the annotations. */
static rsift_status find_repeated(const reading *r, rsift_error *err)
{
    rs_rows *images = &r->to->images;
    for (size_t i = 0; i < images->n; i++) {
        rs_row *row = &images->items[i];
        size_t first, at, n;
        RS_TRY(rs_rows_first(images, i, &first, err));
        if (images->items[first].owner != row->owner) images->items[first].active = 0;
        if (first != i || row->owner == -1 || r->rules->expressions) continue;
        RS_TRY(rs_rows_by_owner(images, row->owner, &at, &n, err));
        bool other = false;
        for (size_t k = at; k < at + n && !other; k++)
            other = images->items[images->by_owner[k]].id != row->id;
        if (!other) continue;
        row->active = 0;
        RS_TRY(rs_chunk_find(&r->to->told, RS_F_ID_REPEATED, -1, RS_STR("images"), err,
                             "the picture of image %" PRId64
                             " stands under another id too: its objects may be parted",
                             row->id));
    }
    return RSIFT_OK;
}

/* Are some image ids of this kind: numbers, or (hashes of) texts? */
static bool has_ids(const rs_rows *images, bool of_text)
{
    for (size_t i = 0; i < images->n; i++)
        if (rs_row_id_is_text(images->items[i].id) == of_text) return true;
    return false;
}

/* Annotations of pictures that the file does not list. Their pictures may be left out on purpose
 * (a subset), or their ids are written in another way or shifted. In both of the latter cases a
 * listed picture misses them: any one when the ids are of another kind, else one that has none. */
static rsift_status find_orphans(const reading *r, rsift_error *err)
{
    rs_coco_table *to = r->to;
    const bool known[2] = {has_ids(&to->images, false), has_ids(&to->images, true)};
    for (size_t i = 0; i < to->annotations.n && !r->rules->keeps_orphans_apart; i++) {
        const int64_t owner = to->annotations.items[i].owner;
        size_t at;
        if (i && to->annotations.items[i - 1].owner == owner) continue;
        RS_TRY(rs_rows_by_id(&to->images, owner, &at, err));
        if (at != RS_NPOS || to->partial) continue;
        to->orphans = true;
        if (owner == -1 || !known[rs_row_id_is_text(owner)]) to->partial = true;
    }
    return RSIFT_OK;
}

/* A file of classes alone is none of this reader's: its pictures would be listed as pictures of
 * which nothing is known. */
static rsift_status refuse_file(const reading *r, rsift_error *err)
{
    rs_coco_table *to = r->to;
    const size_t n = to->annotations.n;
    to->told.counts[RS_COCO_IMAGES].seen += (int64_t)to->images.n;
    to->told.counts[RS_COCO_IMAGES].set_aside += (int64_t)to->images.n;
    to->told.counts[RS_COCO_ANNOTATIONS].seen += (int64_t)n;
    to->told.counts[RS_COCO_ANNOTATIONS].set_aside += (int64_t)n;
    const size_t member = r->rules->files->members[r->file];
    const rs_str chain = rs_io_member_at(r->rules->source->tree, member)->chain;
    rs_rows_close(&to->images);
    rs_rows_close(&to->annotations);
    return rs_chunk_find(&to->told, RS_F_NOTHING_READ, -1, chain, err,
                         "none of its %zu annotations has a box, an outline or a caption", n);
}

/* Cuts the file through. *annotated: it has a list of annotations. */
static rsift_status read_rows(reading *r, bool *annotated, rsift_error *err)
{
    const rs_source_files *files = r->rules->files;
    const rs_source_files one = {.use = files->use,
                                 .members = &files->members[r->file],
                                 .logical = &files->logical[r->file],
                                 .n = 1};
    rs_json_feed feed;
    rsift_status status = rs_json_feed_open(&feed, r->rules->source, "records", RS_STR("images"),
                                            RS_COCO_IMAGES, err);
    feed.paths[feed.n_paths++] = RS_STR("annotations");
    feed.apart = true;
    feed.files = &one; /* one file at a time: the tables of all together might exceed memory */
    while (status == RSIFT_OK) {
        rs_arena_reset(&r->scratch);
        status = rs_json_feed_next(&feed, &r->scratch, &r->to->told, err);
        if (status == RSIFT_OK) status = add_rows(r, &feed, err);
    }
    *annotated = feed.seen >> RS_COCO_ANNOTATIONS & 1;
    rs_json_feed_close(&feed);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* What the rows say of the file. */
static rsift_status judge_rows(const reading *r, bool annotated, rsift_error *err)
{
    rs_coco_table *to = r->to;
    const int64_t aside =
        to->told.counts[RS_COCO_IMAGES].set_aside + to->told.counts[RS_COCO_ANNOTATIONS].set_aside;
    to->captions = !r->n_outlined && r->n_captions;
    /* a row that cannot be read may have had a box: all rows of a refused file were read */
    if (to->annotations.n && !r->n_outlined && !to->captions && !r->n_unread)
        return refuse_file(r, err);
    if (to->images.n == 0) return RSIFT_OK;
    to->partial = !annotated || aside > r->n_told;
    if (!annotated)
        RS_TRY(rs_chunk_find(&to->told, RS_F_LABELS_ABSENT, -1, r->rules->files->logical[r->file],
                             err,
                             "the file has no list \"annotations\": of its %zu pictures nothing is "
                             "said",
                             to->images.n));
    RS_TRY(find_repeated(r, err));
    return find_orphans(r, err);
}

rsift_status rs_coco_table_load(rs_coco_table *table, const rs_coco_rules *rules, size_t file,
                                rsift_error *err)
{
    reading r = {.rules = rules, .to = table, .file = file};
    bool annotated = false;
    rsift_status status = read_rows(&r, &annotated, err);
    rs_arena_fini(&r.scratch);
    if (status == RSIFT_OK) status = judge_rows(&r, annotated, err);
    table->loaded = status == RSIFT_OK;
    return status;
}
