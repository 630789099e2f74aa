/* One COCO file: see coco_file.h. */
#include "readers/coco_file.h"

#include "base/hash.h"
#include "readers/coco_row.h"

#include <inttypes.h>

enum { REPEATED = 2 }; /* rs_row.used of an annotation that stands twice */

/* Forgets the rows of the file that was read. */
static void close_rows(rs_coco_file *state)
{
    rs_rows_close(&state->images);
    rs_rows_close(&state->annotations);
    state->opened = state->partial = state->orphans = state->captions = false;
    state->next = 0;
}

/* The picture that an image row names, as a number; -1 = none. No image has an owner otherwise. */
static int64_t picture_of(rs_arena *scratch, const rs_json *row)
{
    const rs_json *name = rs_json_get(row, "file_name");
    rs_str text = rs_json_text(scratch, name ? name : rs_json_get(row, "filename"));
    return text.len ? (int64_t)(rs_hash64(text.ptr, text.len) >> 1) : -1;
}

/* What an annotation holds; NULL: it cannot be read, and may have held anything. */
static void note_content(rs_coco_file *state, const rs_json *value)
{
    /* an empty box is meant to be one */
    const bool box = rs_json_kind(rs_json_path(value, state->box_field)) != RS_JSON_ABSENT;
    state->n_unread += !value;
    state->n_outlined += box || rs_json_get(value, "segmentation") != NULL;
    state->n_captions += rs_json_get(value, "caption") != NULL;
}

/* Notes where the rows that were just cut stand; nothing of their text is kept. */
static rsift_status add_rows(rs_coco_file *state, const rs_json_feed *feed, rs_chunk *chunk,
                             rsift_error *err)
{
    const rs_json **values;
    RS_TRY(rs_coco_parse_rows(&state->scratch, feed, &values, err));
    for (size_t i = 0; i < feed->n_cuts; i++) {
        rs_coco_row one = {.value = values[i]};
        RS_TRY(rs_coco_read_row(&state->scratch, feed, i, &one, chunk, err));
        state->n_told += one.told;
        if (!one.value && (one.pass == RS_COCO_IMAGES || one.row.active)) continue;
        rs_rows *rows = one.pass == RS_COCO_IMAGES ? &state->images : &state->annotations;
        if (one.pass == RS_COCO_ANNOTATIONS) note_content(state, one.value);
        if (one.pass == RS_COCO_IMAGES) one.row.owner = picture_of(&state->scratch, one.value);
        RS_TRY(rs_rows_add(rows, &one.row, err));
    }
    return RSIFT_OK;
}

/* Rows of one id that name several pictures, and rows of several ids that name one: whose objects
 * are whose cannot be told. Of rows with one id the first has the annotations. */
static rsift_status find_repeated(rs_coco_file *state, rs_chunk *chunk, rsift_error *err)
{
    rs_rows *images = &state->images;
    for (size_t i = 0; i < images->n; i++) {
        rs_row *row = &images->items[i];
        size_t first, at, n;
        RS_TRY(rs_rows_by_id(images, row->id, &first, err));
        if (images->items[first].owner != row->owner) images->items[first].active = 0;
        if (first != i || row->owner == -1 || state->expressions) continue;
        RS_TRY(rs_rows_by_owner(images, row->owner, &at, &n, err));
        bool other = false;
        for (size_t k = at; k < at + n && !other; k++)
            other = images->items[images->by_owner[k]].id != row->id;
        if (!other) continue;
        row->active = 0;
        RS_TRY(rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, RS_STR("images"), err,
                             "the picture of image %" PRId64
                             " stands under another id too: its objects may be parted",
                             row->id));
    }
    return RSIFT_OK;
}

/* Is some image id of the kind that `owner` is: a number, or (the hash of) a text? */
static bool has_id_like(const rs_rows *images, int64_t owner)
{
    for (size_t i = 0; i < images->n; i++)
        if (rs_row_id_is_text(images->items[i].id) == rs_row_id_is_text(owner)) return true;
    return false;
}

/* Annotations of pictures that the file does not list. Their pictures may be left out on purpose
 * (a subset), or their ids are written in another way or shifted. In both of the latter cases a
 * listed picture misses them: any one when the ids are of another kind, else one that has none. */
static rsift_status find_orphans(rs_coco_file *state, rsift_error *err)
{
    for (size_t i = 0; i < state->annotations.n && !state->keeps_orphans_apart; i++) {
        const int64_t owner = state->annotations.items[i].owner;
        size_t at;
        RS_TRY(rs_rows_by_id(&state->images, owner, &at, err));
        if (at != RS_NPOS || state->partial) continue;
        state->orphans = true;
        if (owner == -1 || !has_id_like(&state->images, owner)) state->partial = true;
    }
    return RSIFT_OK;
}

static int64_t n_set_aside(const rs_chunk *chunk)
{
    return chunk->counts[RS_COCO_IMAGES].set_aside + chunk->counts[RS_COCO_ANNOTATIONS].set_aside;
}

/* A file of classes alone is none of this reader's: its pictures would be listed as pictures of
 * which nothing is known. */
static rsift_status refuse_file(rs_coco_file *state, rs_chunk *chunk, rsift_error *err)
{
    const size_t n = state->annotations.n;
    chunk->counts[RS_COCO_IMAGES].seen += (int64_t)state->images.n;
    chunk->counts[RS_COCO_IMAGES].set_aside += (int64_t)state->images.n;
    chunk->counts[RS_COCO_ANNOTATIONS].seen += (int64_t)n;
    chunk->counts[RS_COCO_ANNOTATIONS].set_aside += (int64_t)n;
    const rs_str chain =
        rs_io_member_at(state->source->tree, state->files->members[state->file])->chain;
    rs_rows_close(&state->images);
    rs_rows_close(&state->annotations);
    return rs_chunk_find(chunk, RS_F_NOTHING_READ, -1, chain, err,
                         "none of its %zu annotations has a box, an outline or a caption", n);
}

/* The first pass over one file: tables of its image and annotation rows. */
static rsift_status load_file(rs_coco_file *state, rs_chunk *chunk, rsift_error *err)
{
    rs_source_files one = {.use = state->files->use,
                           .members = &state->files->members[state->file],
                           .logical = &state->files->logical[state->file],
                           .n = 1};
    rs_json_feed feed;
    const int64_t aside = n_set_aside(chunk);
    state->n_told = 0;
    state->n_outlined = state->n_captions = state->n_unread = 0;
    rsift_status status =
        rs_json_feed_open(&feed, state->source, "records", RS_STR("images"), RS_COCO_IMAGES, err);
    feed.paths[feed.n_paths++] = RS_STR("annotations");
    feed.apart = true;
    feed.files = &one; /* one file at a time: the tables of all together might exceed memory */
    while (status == RSIFT_OK) {
        rs_arena_reset(&state->scratch);
        status = rs_json_feed_next(&feed, &state->scratch, chunk, err);
        if (status == RSIFT_OK) status = add_rows(state, &feed, chunk, err);
    }
    const bool annotated = feed.seen >> RS_COCO_ANNOTATIONS & 1;
    rs_json_feed_close(&feed);
    if (status != RSIFT_END) return status;
    state->opened = true;
    state->captions = !state->n_outlined && state->n_captions;
    /* a row that cannot be read may have had a box: all rows of a refused file were read */
    if (state->annotations.n && !state->n_outlined && !state->captions && !state->n_unread)
        return refuse_file(state, chunk, err);
    if (state->images.n == 0)
        return RSIFT_OK; /* nothing to read back; perhaps it cannot be opened */
    state->partial = !annotated || n_set_aside(chunk) > aside + state->n_told;
    if (!annotated)
        RS_TRY(rs_chunk_find(chunk, RS_F_LABELS_ABSENT, -1, state->files->logical[state->file], err,
                             "the file has no list \"annotations\": of its %zu pictures nothing is "
                             "said",
                             state->images.n));
    RS_TRY(rs_rows_open(&state->images, state->source, &one, err));
    RS_TRY(rs_rows_open(&state->annotations, state->source, &one, err));
    RS_TRY(find_repeated(state, chunk, err));
    return find_orphans(state, err);
}

/* ---- cut ------------------------------------------------------------------------------------- */

/* The annotation rows of one picture on their way into its array. */
typedef struct gathered {
    const uint32_t *order; /* their numbers in the table of annotations */
    char *text;
    size_t *starts; /* where the text of each begins */
} gathered;

/* Is row i of the picture the same as the first one of its id? */
static rsift_status is_repeated(rs_coco_file *state, const gathered *g, size_t i, bool *out,
                                rsift_error *err)
{
    const uint32_t *order = g->order;
    const rs_row *rows = state->annotations.items, *row = &rows[order[i]];
    size_t first, k = 0;
    RS_TRY(rs_rows_by_id(&state->annotations, row->id, &first, err));
    *out = false;
    if (first == order[i] || rows[first].owner != row->owner || rows[first].len != row->len)
        return RSIFT_OK;
    while (k < i && order[k] != first) k++;
    *out = k < i && rows[first].active &&
           memcmp(g->text + g->starts[k], g->text + g->starts[i], row->len) == 0;
    return RSIFT_OK;
}

/* All annotations of an image as one JSON array. *within_limit false = too large for a record. */
static rsift_status gather(rs_coco_file *state, int64_t image, rs_chunk *chunk, rs_raw *raw,
                           bool *within_limit, rsift_error *err)
{
    size_t at, n, len = 2;
    *within_limit = true;
    RS_TRY(rs_rows_by_owner(&state->annotations, image, &at, &n, err));
    /* the size is known before anything is read: 2 brackets, the rows, a comma each */
    for (size_t i = 0; i < n; i++)
        len += state->annotations.items[state->annotations.by_owner[at + i]].len + 1u;
    uint64_t most = state->source->limits ? state->source->limits->max_record : 64 << 20;
    if (len > most) {
        *within_limit = false;
        return RSIFT_OK;
    }
    const gathered g = {.order = state->annotations.by_owner + at,
                        .text = rs_arena_alloc(&chunk->arena, len),
                        .starts = rs_arena_alloc(&chunk->arena, (n + 1) * sizeof *g.starts)};
    if (!g.text || !g.starts) return rs_err_nomem(err, "annotations");
    size_t end = 0;
    g.text[end++] = '[';
    for (size_t i = 0; i < n; i++) {
        rs_row *row = &state->annotations.items[g.order[i]];
        bool again = false;
        row->used = 1;
        g.starts[i] = end + (end > 1);
        raw->partial = raw->partial || !row->active;
        if (!row->active) continue;
        RS_TRY(rs_rows_read(&state->annotations, row, g.text + g.starts[i], err));
        RS_TRY(is_repeated(state, &g, i, &again, err));
        if (again) {
            row->used = REPEATED;
            RS_TRY(rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, RS_STR("annotations"), err,
                                 "the annotation at byte %" PRId64 " stands twice; it counts once",
                                 row->offset));
            continue;
        }
        if (end > 1) g.text[end++] = ',';
        end += row->len;
    }
    g.text[end++] = ']';
    raw->extra = rs_str_make(g.text, end);
    chunk->n_bytes += end;
    return RSIFT_OK;
}

static rsift_status repeated_image(rs_coco_file *state, const rs_row *row, rs_chunk *chunk,
                                   rsift_error *err)
{
    chunk->counts[RS_COCO_IMAGES].seen++;
    chunk->counts[RS_COCO_IMAGES].merged++;
    return rs_chunk_find(chunk, RS_F_ID_REPEATED, state->ordinal++, RS_STR("images"), err,
                         "image %" PRId64 " stands twice; the first has the annotations", row->id);
}

/* The next image row as a raw record; its annotations are `extra`. */
static rsift_status cut_image(rs_coco_file *state, rs_chunk *chunk, rsift_error *err)
{
    size_t number = state->next++, first;
    rs_row *row = &state->images.items[number];
    /* of rows with one id the first has the annotations; the others would be images without any */
    RS_TRY(rs_rows_by_id(&state->images, row->id, &first, err));
    if (first != number) return repeated_image(state, row, chunk, err);
    rs_raw *raw = rs_chunk_add(chunk);
    if (!raw) return rs_err_nomem(err, "a raw record");
    bool within_limit;
    RS_TRY(gather(state, row->id, chunk, raw, &within_limit, err));
    if (!within_limit) {
        chunk->n--;
        chunk->counts[RS_COCO_IMAGES].seen++;
        chunk->counts[RS_COCO_IMAGES].set_aside++;
        return rs_chunk_find(chunk, RS_F_LIMIT, state->ordinal++, RS_STR("images"), err,
                             "the annotations of image %" PRId64 " exceed the limit max_record",
                             row->id);
    }
    char *text = rs_arena_alloc(&chunk->arena, row->len);
    if (!text) return rs_err_nomem(err, "an image row");
    RS_TRY(rs_rows_read(&state->images, row, text, err));
    raw->ordinal = state->ordinal++;
    raw->offset = row->offset;
    raw->use = (uint32_t)(state->files - state->source->files);
    raw->file = (uint32_t)state->file;
    raw->content = rs_str_make(text, row->len);
    if (state->captions) raw->key = RS_COCO_CAPTIONS;
    const bool has_none = raw->extra.len <= 2; /* "[]" */
    raw->partial = raw->partial || state->partial || !row->active || (state->orphans && has_none);
    chunk->n_bytes += row->len;
    return RSIFT_OK;
}

/* The file's images are all read: annotations that belong to none of them are orphans. */
static rsift_status finish_file(rs_coco_file *state, rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[RS_COCO_ANNOTATIONS];
    for (size_t i = 0; i < state->annotations.n; i++) {
        const rs_row *row = &state->annotations.items[i];
        if (!row->active) continue; /* counted where it was set aside */
        count->seen++;
        if (row->used == REPEATED) {
            count->merged++;
            continue;
        }
        if (row->used) {
            count->used++;
            continue;
        }
        count->set_aside++;
        RS_TRY(rs_chunk_find(chunk, RS_F_LINK_ORPHAN, -1, RS_STR("annotations"), err,
                             "the annotation at byte %" PRId64 " names image %" PRId64
                             ", which is not there: pictures without objects are not known to have "
                             "none (--param orphans=ignore when it is left out on purpose)",
                             row->offset, row->owner));
    }
    close_rows(state);
    state->file++;
    return RSIFT_OK;
}

rsift_status rs_coco_file_step(rs_coco_file *state, rs_chunk *chunk, rsift_error *err)
{
    if (!state->opened) RS_TRY(load_file(state, chunk, err));
    if (state->next < state->images.n) return cut_image(state, chunk, err);
    return finish_file(state, chunk, err);
}

void rs_coco_file_close(rs_coco_file *state)
{
    close_rows(state);
    rs_arena_fini(&state->scratch);
}
