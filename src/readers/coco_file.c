/* The images of COCO files: see coco_file.h. */
#include "readers/coco_file.h"

#include "base/alloc.h"
#include "readers/coco_row.h"

#include <inttypes.h>

enum {
    REPEATED = 2,        /* rs_row.used of an annotation that stands twice */
    KEPT_ROWS = 2 << 20, /* 64 MB of rows, kept from a survey for the pass behind it */
};

/* The annotation rows of one picture. */
typedef struct gathered {
    rs_coco_table *table;
    const uint32_t *order; /* their numbers in the table of annotations */
    size_t n;
    char *text;     /* their array */
    size_t *starts; /* where the text of each begins */
} gathered;

/* May row i of the picture be the same as the first one of its id? *first: that one. */
static rsift_status may_repeat(const gathered *g, size_t i, size_t *first, bool *out,
                               rsift_error *err)
{
    const rs_row *rows = g->table->annotations.items, *row = &rows[g->order[i]];
    RS_TRY(rs_rows_first(&g->table->annotations, g->order[i], first, err));
    *out =
        *first != g->order[i] && rows[*first].owner == row->owner && rows[*first].len == row->len;
    return RSIFT_OK;
}

/* Which of the picture's rows the annotation is; those of one picture stand in file order. */
static size_t number_of(const gathered *g, size_t annotation)
{
    size_t lo = 0, hi = g->n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (g->order[mid] < annotation) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

/* Is row i of the picture the same as the first one of its id? */
static rsift_status is_repeated(const gathered *g, size_t i, bool *out, rsift_error *err)
{
    const rs_row *rows = g->table->annotations.items;
    size_t first;
    RS_TRY(may_repeat(g, i, &first, out, err));
    if (!*out) return RSIFT_OK;
    const size_t k = number_of(g, first); /* of the same picture, and before i */
    *out = rows[first].active &&
           memcmp(g->text + g->starts[k], g->text + g->starts[i], rows[first].len) == 0;
    return RSIFT_OK;
}

/* All annotations of a picture as one JSON array of at most `len` bytes. */
static rsift_status gather_text(gathered *g, size_t len, rs_chunk *chunk, rs_raw *raw,
                                rsift_error *err)
{
    g->text = rs_arena_alloc(&chunk->arena, len);
    g->starts = rs_arena_alloc(&chunk->arena, (g->n + 1) * sizeof *g->starts);
    if (!g->text || !g->starts) return rs_err_nomem(err, "annotations");
    size_t end = 0;
    g->text[end++] = '[';
    for (size_t i = 0; i < g->n; i++) {
        rs_row *row = &g->table->annotations.items[g->order[i]];
        bool again = false;
        row->used = 1;
        g->starts[i] = end + (end > 1);
        raw->partial = raw->partial || !row->active;
        if (!row->active) continue;
        RS_TRY(rs_rows_read(&g->table->annotations, row, g->text + g->starts[i], err));
        RS_TRY(is_repeated(g, i, &again, err));
        if (again) {
            row->used = REPEATED;
            RS_TRY(rs_chunk_find(chunk, RS_F_ID_REPEATED, -1, RS_STR("annotations"), err,
                                 "the annotation at byte %" PRId64 " stands twice; it counts once",
                                 row->offset));
            continue;
        }
        if (end > 1) g->text[end++] = ',';
        end += row->len;
    }
    g->text[end++] = ']';
    raw->extra = rs_str_make(g->text, end);
    chunk->n_bytes += end;
    return RSIFT_OK;
}

/* The boxes of a picture for a survey. *all false: what one of them is shows in its text only,
 * or two annotations may be the same. */
static rsift_status gather_boxes(const gathered *g, rs_chunk *chunk, rs_raw *raw, bool *all,
                                 rsift_error *err)
{
    char *boxes = rs_arena_alloc(&chunk->arena, g->n * RS_COCO_BOX_SIZE + 1);
    if (!boxes) return rs_err_nomem(err, "boxes");
    size_t n = 0;
    *all = false;
    for (size_t i = 0; i < g->n; i++) {
        const rs_coco_box *box = &g->table->boxes[g->order[i]];
        const bool other = box->v[0] != box->v[0];
        size_t first;
        bool repeats;
        if (!g->table->annotations.items[g->order[i]].active) continue;
        RS_TRY(may_repeat(g, i, &first, &repeats, err));
        if (repeats || (other && box->v[1] == RS_COCO_BOX_OTHER)) return RSIFT_OK;
        if (!other) memcpy(boxes + n++ * RS_COCO_BOX_SIZE, box->v, RS_COCO_BOX_SIZE);
    }
    *all = true;
    raw->key = RS_COCO_BOXES;
    raw->extra = rs_str_make(boxes, n * RS_COCO_BOX_SIZE);
    chunk->n_bytes += raw->extra.len;
    return RSIFT_OK;
}

/* All annotations of an image. *within_limit false = too large for a record. */
static rsift_status gather(rs_coco_file *state, int64_t image, rs_chunk *chunk, rs_raw *raw,
                           bool *within_limit, rsift_error *err)
{
    rs_coco_table *table = &state->tables[state->file];
    gathered g = {.table = table};
    size_t at, len = 2;
    bool boxes = false;
    RS_TRY(rs_rows_by_owner(&table->annotations, image, &at, &g.n, err));
    g.order = table->annotations.by_owner + at;
    /* the size is known before anything is read: 2 brackets, the rows, a comma each */
    for (size_t i = 0; i < g.n; i++) len += table->annotations.items[g.order[i]].len + 1u;
    const rsift_limits *limits = state->rules.source->limits;
    const uint64_t most = limits ? limits->max_record : 64 << 20;
    *within_limit = len <= most;
    if (!*within_limit) return RSIFT_OK;
    if (table->boxes) RS_TRY(gather_boxes(&g, chunk, raw, &boxes, err));
    return boxes ? RSIFT_OK : gather_text(&g, len, chunk, raw, err);
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
    rs_coco_table *table = &state->tables[state->file];
    size_t number = state->next++, first;
    rs_row *row = &table->images.items[number];
    /* of rows with one id the first has the annotations; the others would be images without any */
    RS_TRY(rs_rows_first(&table->images, number, &first, err));
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
    RS_TRY(rs_rows_read(&table->images, row, text, err));
    raw->ordinal = state->ordinal++;
    raw->offset = row->offset;
    raw->use = (uint32_t)(state->rules.files - state->rules.source->files);
    raw->file = (uint32_t)state->file;
    raw->content = rs_str_make(text, row->len);
    if (table->captions) raw->key = RS_COCO_CAPTIONS;
    const bool has_none = raw->extra.len <= 2; /* "[]" */
    raw->partial = raw->partial || table->partial || !row->active || (table->orphans && has_none);
    chunk->n_bytes += row->len;
    return RSIFT_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Loads the rows of the file, unless a pass before has, and opens it for reading them back. */
static rsift_status begin_file(rs_coco_file *state, rs_chunk *chunk, rsift_error *err)
{
    rs_coco_table *table = &state->tables[state->file];
    const rs_source_files one = {.members = &state->rules.files->members[state->file], .n = 1};
    table->told.max_findings = chunk->max_findings;
    if (!table->loaded) RS_TRY(rs_coco_table_load(table, &state->rules, state->file, err));
    RS_TRY(rs_chunk_repeat(chunk, &table->told, err));
    state->begun = true;
    state->next = 0;
    /* nothing to read back; perhaps it cannot be opened */
    if (table->images.n == 0) return RSIFT_OK;
    RS_TRY(rs_rows_open(&table->images, state->rules.source, &one, err));
    return rs_rows_open(&table->annotations, state->rules.source, &one, err);
}

/* The file's images are all read: annotations that belong to none of them are orphans. */
static rsift_status find_unused(const rs_coco_table *table, rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[RS_COCO_ANNOTATIONS];
    for (size_t i = 0; i < table->annotations.n; i++) {
        const rs_row *row = &table->annotations.items[i];
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
    return RSIFT_OK;
}

/* Behind a survey the same rows are read again. */
static void keep_or_close(rs_coco_file *state, rs_coco_table *table)
{
    const size_t n = table->images.n + table->annotations.n;
    if (!state->rules.source->survey || state->n_kept + n > KEPT_ROWS) {
        rs_coco_table_close(table);
        return;
    }
    state->n_kept += n;
    rs_rows_close_files(&table->images);
    rs_rows_close_files(&table->annotations);
    rs_free(table->boxes);
    table->boxes = NULL;
}

rsift_status rs_coco_file_step(rs_coco_file *state, rs_chunk *chunk, rsift_error *err)
{
    rs_coco_table *table = &state->tables[state->file];
    if (!state->begun) RS_TRY(begin_file(state, chunk, err));
    if (state->next < table->images.n) return cut_image(state, chunk, err);
    if (!state->rules.source->survey) RS_TRY(find_unused(table, chunk, err));
    keep_or_close(state, table);
    state->begun = false;
    state->file++;
    return RSIFT_OK;
}

rsift_status rs_coco_file_open(rs_coco_file *state, rsift_error *err)
{
    state->tables = rs_calloc(state->rules.files->n + 1, sizeof *state->tables);
    return state->tables ? RSIFT_OK : rs_err_nomem(err, "tables of rows");
}

void rs_coco_file_again(rs_coco_file *state)
{
    for (size_t i = 0; i < state->rules.files->n; i++) {
        rs_coco_table *table = &state->tables[i];
        rs_rows_close_files(&table->images);
        rs_rows_close_files(&table->annotations);
        for (size_t k = 0; k < table->annotations.n; k++) table->annotations.items[k].used = 0;
    }
    state->file = state->next = state->n_kept = 0;
    state->ordinal = 0;
    state->begun = false;
}

void rs_coco_file_close(rs_coco_file *state)
{
    for (size_t i = 0; state->tables && i < state->rules.files->n; i++)
        rs_coco_table_close(&state->tables[i]);
    rs_free(state->tables);
}
