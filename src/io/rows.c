/* Members of files of rows. See rows.h. */
#include "io/rows.h"

#include "base/alloc.h"
#include "io/disk.h"
#include "io/spool.h"

#include <unistd.h>

enum { MOST_COPIES = 256 }; /* descriptors of files of rows inside archives */

typedef struct rs_io_table rs_io_table;
struct rs_io_table {
    void *table; /* of the engine; NULL = it could not be read, see `why` */
    rsift_error why;
    const rs_io_disk *on; /* the file on disk that it is; NULL = a copy */
    int copy;             /* a temporary file; -1 = none */
    int64_t n_copied;
    rs_io_table *next;
};

/* A descriptor of the file, of its own unless it is the copy's. */
static rsift_status open_table(const rs_io_tree *tree, const rs_io_table *t, int *fd,
                               rsift_error *err)
{
    *fd = t->copy;
    if (!t->on) return RSIFT_OK;
    return rs_io_open_listed(tree, t->on->name, t->on->n_bytes, t->on->mtime_ns, fd, err);
}

static void close_table(const rs_io_table *t, int fd)
{
    if (fd >= 0 && fd != t->copy) close(fd);
}

static void table_free(rs_io_tree *tree, rs_io_table *t)
{
    if (t->table) tree->rows->table_free(t->table);
    if (t->copy >= 0) close(t->copy);
    if (t->n_copied) rs_io_spool_forget(tree, t->n_copied);
    rs_free(t);
}

void rs_io_rows_close(rs_io_tree *tree)
{
    for (rs_io_table *next; tree->tables; tree->tables = next) {
        next = tree->tables->next;
        table_free(tree, tree->tables);
    }
    if (tree->rows_engine) tree->rows->engine_free(tree->rows_engine);
    tree->rows_engine = NULL;
}

/* ---- listing --------------------------------------------------------------------------------- */

/* Copies the span to a temporary file: the engine reads files, not parts of them. */
static rsift_status copy_span(rs_io_tree *tree, const rs_io_container *c, rs_io_table *t,
                              rsift_error *err)
{
    if (tree->n_table_copies >= MOST_COPIES)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "more than %d files of rows inside archives: unpack them and open the "
                          "folder",
                          MOST_COPIES);
    rs_io_stream *stream = rs_io_stream_new(tree, c->chain);
    if (!stream) return rs_err_nomem(err, "a stream");
    rs_io_stream_over_span(stream, &c->span, 0, c->span.n_bytes);
    const rsift_status status = rs_io_spool(tree, stream, &t->copy, &t->n_copied, err);
    rs_io_close(stream);
    if (status == RSIFT_OK) tree->n_table_copies++;
    return status;
}

/* Is the span just one file on disk? */
static const rs_io_disk *own_disk(const rs_io_span *span)
{
    if (span->n_segments != 1 || span->segments[0].disk_begin != 0) return NULL;
    const rs_io_disk *disk = span->segments[0].disk;
    return disk->name && disk->n_bytes == span->n_bytes ? disk : NULL;
}

typedef struct lister {
    rs_io_tree *tree;
    rs_io_container *cells;
    rs_str path; /* of the file */
    uint32_t index;
    rsift_error failed; /* of noting */
} lister;

static void note_unread(void *ctx, const char *message)
{
    lister *l = ctx;
    if (l->failed.status != RSIFT_OK) return;
    l->failed.status = rs_io_add_note(l->tree, NULL, "member-unsupported", l->cells->chain,
                                      &l->failed, "%s", message);
}

static rsift_status add_cell(void *ctx, const rs_io_cell *cell, rsift_error *err)
{
    lister *l = ctx;
    const rs_str chain = rs_io_text(l->tree, l->cells->chain, RS_STR(" > "), cell->name);
    const rs_str path = rs_io_text(l->tree, l->path, RS_STR("/"), cell->name);
    if (!chain.ptr || !path.ptr) return rs_err_nomem(err, "a member's name");
    const rs_io_member member = {
        .path = path, .chain = chain, .n_bytes = -1, .file = l->cells->file, .is_picture = true};
    const rs_io_entry entry = {.begin = cell->row,
                               .n_packed = (int64_t)cell->column << 32 | cell->element,
                               .container = l->index};
    return rs_io_add_member(l->tree, &member, &entry, err);
}

/* A second container behind the one of the text. */
static rsift_status add_cells_container(rs_io_tree *tree, const rs_io_container *text,
                                        uint32_t *index, rsift_error *err)
{
    rs_io_container *c = rs_arena_calloc(&tree->arena, 1, sizeof *c);
    if (!c || !RS_VEC_RESERVE(tree->containers, tree->cap_containers, tree->n_containers + 1))
        return rs_err_nomem(err, "the list of archives");
    *c = *text;
    c->kind = RS_IO_ROW_CELLS;
    c->first_member = c->end_member = tree->n_members;
    *index = (uint32_t)tree->n_containers;
    tree->containers[tree->n_containers++] = c;
    return RSIFT_OK;
}

static rsift_status list_cells(lister *l, rs_io_table *t, int fd, rsift_error *err)
{
    const rs_io_rows_face *rows = l->tree->rows;
    rsift_status status =
        rows->table_new(l->tree->rows_engine, fd, note_unread, l, &t->table, &t->why);
    if (status == RSIFT_OK) status = rows->cells(t->table, fd, add_cell, l, &t->why);
    if (status == RSIFT_OK) {
        if (l->failed.status != RSIFT_OK && err) *err = l->failed;
        return l->failed.status;
    }
    if (t->table) rows->table_free(t->table); /* a file is read as a whole, or not at all */
    t->table = NULL;
    return status;
}

static rsift_status list_table(rs_io_tree *tree, rs_io_container *text, rs_str path,
                               rsift_error *err)
{
    uint32_t index = 0;
    int fd;
    RS_TRY(add_cells_container(tree, text, &index, err));
    lister l = {.tree = tree, .cells = tree->containers[index], .path = path, .index = index};
    rsift_status status = open_table(tree, text->table, &fd, &text->table->why);
    if (status == RSIFT_OK) {
        status = list_cells(&l, text->table, fd, err);
        close_table(text->table, fd);
    }
    tree->containers[index]->end_member = tree->n_members;
    return status;
}

/* Opens the engine, and copies the file where it is part of another one. */
static rsift_status prepare_table(rs_io_tree *tree, const rs_io_container *text, rs_io_table *t,
                                  rsift_error *err)
{
    if (!tree->rows_engine) RS_TRY(tree->rows->engine_new(&tree->limits, &tree->rows_engine, err));
    return t->on ? RSIFT_OK : copy_span(tree, text, t, err);
}

rsift_status rs_io_rows_list(rs_io_tree *tree, uint32_t container, rsift_error *err)
{
    rs_io_container *text = tree->containers[container];
    const rs_io_member member = {.path =
                                     rs_io_text(tree, text->prefix, text->bare_name, RS_STR("")),
                                 .chain = text->chain,
                                 .n_bytes = -1,
                                 .file = text->file,
                                 .random = true};
    rs_io_table *t = rs_calloc(1, sizeof *t);
    if (!member.path.ptr || !t) {
        rs_free(t);
        return rs_err_nomem(err, "a file of rows");
    }
    *t = (rs_io_table){.on = own_disk(&text->span), .copy = -1, .next = tree->tables};
    tree->tables = t; /* which frees it in any case */
    text->table = t;
    RS_TRY(rs_io_add_member(tree, &member, &(rs_io_entry){.container = container}, err));
    rsift_status status = prepare_table(tree, text, t, &t->why);
    if (status == RSIFT_OK) status = list_table(tree, text, member.path, err);
    if (status != RSIFT_OK && t->why.status != RSIFT_OK && err) *err = t->why;
    return status;
}

/* ---- rows as text ---------------------------------------------------------------------------- */

typedef struct rs_io_row_text {
    const rs_io_tree *tree;
    const rs_io_table *table;
    int fd;
    void *cursor;
    rs_str rest; /* of the line */
} rs_io_row_text;

static rsift_status read_text(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                              rsift_error *err)
{
    rs_io_row_text *text = stream->rows;
    while (*got < n) {
        if (!text->rest.len) {
            const rsift_status status = text->tree->rows->text_next(text->cursor, &text->rest, err);
            if (status == RSIFT_END) return RSIFT_OK;
            RS_TRY(status);
        }
        const size_t k = text->rest.len < n - *got ? text->rest.len : n - *got;
        memcpy((char *)dst + *got, text->rest.ptr, k);
        text->rest = rs_str_sub(text->rest, k, text->rest.len);
        *got += k;
    }
    return RSIFT_OK;
}

static void close_text(rs_io_stream *stream)
{
    rs_io_row_text *text = stream->rows;
    if (text->cursor) text->tree->rows->cursor_close(text->cursor);
    close_table(text->table, text->fd);
    rs_free(text);
}

rsift_status rs_io_rows_start(rs_io_stream *stream, const rs_io_container *container,
                              rsift_error *err)
{
    rs_io_row_text *text = rs_calloc(1, sizeof *text);
    if (!text) return rs_err_nomem(err, "a reader of rows");
    *text = (rs_io_row_text){.tree = stream->tree, .table = container->table, .fd = -1};
    stream->rows = text;
    stream->read = read_text;
    stream->close = close_text;
    stream->open_ended = true;
    if (!text->table->table) { /* listed all the same, so that whoever wants it is told */
        RS_ASSERT(text->table->why.status != RSIFT_OK);
        if (err) *err = text->table->why;
        return text->table->why.status;
    }
    RS_TRY(open_table(stream->tree, text->table, &text->fd, err));
    return text->tree->rows->text_open(text->table->table, text->fd, container->bare_name,
                                       &text->cursor, err);
}

/* ---- pictures -------------------------------------------------------------------------------- */

struct rs_io_row_pass {
    const rs_io_tree *tree;
    const rs_io_table *table;
    int fd;
    void *cursor;
};

void rs_io_row_pass_close(rs_io_row_pass *pass)
{
    if (!pass) return;
    if (pass->cursor) pass->tree->rows->cursor_close(pass->cursor);
    close_table(pass->table, pass->fd);
    rs_free(pass);
}

rsift_status rs_io_row_pass_open(const rs_io_tree *tree, const rs_io_container *container,
                                 uint32_t column, rs_io_row_pass **out, rsift_error *err)
{
    *out = NULL;
    rs_io_row_pass *pass = rs_calloc(1, sizeof *pass);
    if (!pass) return rs_err_nomem(err, "a reader of rows");
    *pass = (rs_io_row_pass){.tree = tree, .table = container->table, .fd = -1};
    rsift_status status = open_table(tree, pass->table, &pass->fd, err);
    if (status == RSIFT_OK)
        status = tree->rows->bytes_open(pass->table->table, pass->fd, column, &pass->cursor, err);
    if (status == RSIFT_OK) *out = pass;
    else rs_io_row_pass_close(pass);
    return status;
}

rsift_status rs_io_row_pass_stream(rs_io_row_pass *pass, const rs_io_member *member,
                                   const rs_io_entry *entry, rs_io_stream **out, rsift_error *err)
{
    const rs_io_cell cell = {.row = entry->begin,
                             .column = (uint32_t)(entry->n_packed >> 32),
                             .element = (uint32_t)entry->n_packed};
    rs_str bytes = {0};
    *out = NULL;
    const rsift_status status = pass->tree->rows->bytes_at(pass->cursor, &cell, &bytes, err);
    if (status != RSIFT_OK) return rs_err_within(err, status, "%.*s", RS_STR_ARG(member->chain));
    rs_io_stream *stream = rs_io_stream_new(pass->tree, member->chain);
    if (!stream) return rs_err_nomem(err, "a stream");
    stream->memory = (const uint8_t *)bytes.ptr;
    stream->n_bytes = (int64_t)bytes.len;
    stream->read = rs_io_stream_from_memory;
    *out = stream;
    return RSIFT_OK;
}

static void close_cell(rs_io_stream *stream)
{
    rs_io_row_pass_close(stream->cells);
}

rsift_status rs_io_row_cell_open(const rs_io_tree *tree, const rs_io_member *member,
                                 const rs_io_entry *entry, rs_io_stream **out, rsift_error *err)
{
    rs_io_row_pass *pass;
    RS_TRY(rs_io_row_pass_open(tree, tree->containers[entry->container],
                               (uint32_t)(entry->n_packed >> 32), &pass, err));
    const rsift_status status = rs_io_row_pass_stream(pass, member, entry, out, err);
    if (status != RSIFT_OK) {
        rs_io_row_pass_close(pass);
        return status;
    }
    (*out)->cells = pass;
    (*out)->close = close_cell;
    return RSIFT_OK;
}
