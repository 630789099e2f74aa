/* Deciding whether a file is an archive, and opening it. Name and first bytes must both say so: a
 * .docx is not opened, and a .zip that holds a web page is damaged. */
#include "io/nested.h"

#include "base/buf.h"
#include "io/archive.h"
#include "io/disk.h"
#include "io/name.h"
#include "io/rows.h"
#include "io/spool.h"
#include "io/tar.h"
#include "io/zip.h"

#include <inttypes.h>

enum { n_head = 512 };

static bool is_rows(const uint8_t *head, size_t n)
{
    return n >= 4 && memcmp(head, "PAR1", 4) == 0;
}

/* The name's kind corrected by the bytes. RS_IO_PLAIN = the bytes are of no archive. */
static rs_io_kind settle(rs_io_kind by_name, const uint8_t *head, size_t n)
{
    rs_io_kind by_bytes = rs_io_kind_by_bytes(head, n);
    /* what has the name alone (a page, a pointer) is a file like any other */
    if (by_name == RS_IO_ROWS) return is_rows(head, n) ? RS_IO_ROWS : RS_IO_PLAIN;
    if (by_bytes == RS_IO_PACKED && by_name == RS_IO_PACKED_TAR) return RS_IO_PACKED_TAR;
    if (by_bytes == RS_IO_PLAIN && by_name == RS_IO_ZIP && n > 0)
        return RS_IO_ZIP; /* something may precede it: its end decides */
    if (by_bytes == RS_IO_PLAIN && by_name == RS_IO_TAR && n == n_head) {
        for (size_t i = 0; i < n; i++)
            if (head[i]) return RS_IO_PLAIN;
        return RS_IO_TAR; /* an empty tar is nothing but zeros */
    }
    return by_bytes;
}

static rs_str bare_name_of(const rs_io_item *item)
{
    rs_str name = rs_str_basename(item->path);
    return rs_io_kind_by_name(name) == RS_IO_PLAIN ? name : rs_str_stem(name);
}

static rsift_status add_container(rs_io_tree *tree, const rs_io_item *item, rs_io_kind kind,
                                  uint32_t *index, rsift_error *err)
{
    if (!RS_VEC_RESERVE(tree->containers, tree->cap_containers, tree->n_containers + 1))
        return rs_err_nomem(err, "the list of archives");
    rs_io_container *c = rs_arena_calloc(&tree->arena, 1, sizeof *c);
    if (!c) return rs_err_nomem(err, "the list of archives");
    rs_str up = rs_str_dirname(item->path);
    *c = (rs_io_container){.kind = kind,
                           .span = item->span,
                           .volumes = item->volumes,
                           .file = item->file,
                           .depth = item->depth + 1,
                           .chain = item->chain,
                           .bare_name = bare_name_of(item),
                           .prefix =
                               up.len ? rs_io_text(tree, up, RS_STR("/"), RS_STR("")) : RS_STR(""),
                           .first_member = tree->n_members,
                           .end_member = tree->n_members};
    if (!c->prefix.ptr) return rs_err_nomem(err, "the list of archives");
    *index = (uint32_t)tree->n_containers;
    tree->containers[tree->n_containers++] = c;
    return RSIFT_OK;
}

static rsift_status list(rs_io_tree *tree, uint32_t index, rsift_error *err)
{
    switch (tree->containers[index]->kind) {
    case RS_IO_ZIP: return rs_io_zip_list(tree, index, rs_io_add_nested, err);
    case RS_IO_TAR: return rs_io_tar_list(tree, index, rs_io_add_nested, err);
    case RS_IO_ROWS: return rs_io_rows_list(tree, index, err);
    case RS_IO_ROW_CELLS:
    case RS_IO_PLAIN: return RSIFT_OK;
    default: return rs_io_archive_list(tree, index, rs_io_add_nested, err);
    }
}

static rsift_status note_damage(rs_io_tree *tree, const rs_io_item *item, const rsift_error *why,
                                rsift_error *err)
{
    /* a file on disk is always named, of a thousand members the first few are */
    uint64_t *alike = item->depth ? &tree->tally.damaged : NULL;
    /* frames that name the archive itself would repeat the chain */
    return rs_io_add_note(tree, alike, "archive-damaged", item->chain, err, "%s%s%s", why->message,
                          why->where[0] ? " at " : "", why->where);
}

/* A limit that keeps one archive closed, where that does not stop the others. */
static rsift_status note_limit(rs_io_tree *tree, const rs_io_item *item, const rsift_error *why,
                               rsift_error *err)
{
    uint64_t *alike = item->depth ? &tree->tally.limit : NULL;
    return rs_io_add_note(tree, alike, "archive-limit", item->chain, err, "not opened: %s",
                          why->message);
}

/* How many archives the file on disk may hold: max_nested, and no more than one in 64 of its bytes.
 * A real archive costs more than that, compressed twice or not; copies of copies cost nothing
 * (84 KB can be 2.5 million archives). The first 100 are never counted. */
static uint64_t max_nested_in(const rs_io_tree *tree, uint32_t file)
{
    const uint64_t by_size = (uint64_t)tree->files[file].n_bytes / 64;
    const uint64_t allowed = by_size < 100 ? 100 : by_size;
    return allowed < tree->limits.max_nested ? allowed : tree->limits.max_nested;
}

/* Is this one archive too many, inside each other or in the file on disk? */
static bool is_too_many(rs_io_tree *tree, const rs_io_item *item, rsift_error *why)
{
    if (item->depth >= tree->limits.max_archives) {
        rs_err_set(why, RSIFT_E_LIMIT,
                   "more than max_archives = %" PRIu32 " archives inside each other",
                   tree->limits.max_archives);
        return true;
    }
    if (item->file != tree->nested_in) tree->n_nested = 0;
    tree->nested_in = item->file;
    const uint64_t max_nested = max_nested_in(tree, item->file);
    if (item->depth == 0 || tree->n_nested < max_nested) return false;
    if (max_nested == tree->limits.max_nested)
        rs_err_set(why, RSIFT_E_LIMIT,
                   "more than max_nested = %" PRIu64 " archives inside one file", max_nested);
    else
        rs_err_set(why, RSIFT_E_LIMIT,
                   "more than %" PRIu64 " archives inside one file of %" PRId64 " bytes",
                   max_nested, tree->files[item->file].n_bytes);
    return true;
}

/* Damage in a folder's archive becomes a note; members before the damaged byte are kept. So does a
 * limit. */
static rsift_status forgive(rs_io_tree *tree, const rs_io_item *item, uint32_t index,
                            const rsift_error *why, bool *opened, rsift_error *err)
{
    rs_io_container *c = tree->containers[index];
    /* a zip without a usable directory gives nothing, of rows the text stays, whose stream tells
     * what is wrong; other archives keep what came before */
    if (c->kind == RS_IO_ZIP || c->kind == RS_IO_ROWS) {
        const size_t kept = c->first_member + (c->kind == RS_IO_ROWS);
        if (kept < tree->n_members) tree->n_members = kept;
        tree->n_containers = index + 1;
    }
    c->end_member = tree->n_members;
    *opened = tree->n_members > c->first_member;
    return why->status == RSIFT_E_LIMIT ? note_limit(tree, item, why, err)
                                        : note_damage(tree, item, why, err);
}

/* Is it the archive that is at fault, not the machine? */
static bool is_forgiven(rsift_status status)
{
    return status == RSIFT_E_FORMAT || status == RSIFT_E_UNSUPPORTED || status == RSIFT_E_LIMIT;
}

static rsift_status fail(const rs_io_item *item, const rsift_error *why, rsift_error *err)
{
    if (err) *err = *why;
    return rs_err_within(err, why->status, "%.*s", RS_STR_ARG(item->chain));
}

static rsift_status open_as(rs_io_tree *tree, const rs_io_item *item, rs_io_kind kind, bool *opened,
                            rsift_error *err)
{
    uint32_t index;
    rsift_error why = {0};
    if (is_too_many(tree, item, &why)) return note_limit(tree, item, &why, err);
    if (item->depth > 0) tree->n_nested++;
    RS_TRY(add_container(tree, item, kind, &index, err));
    rs_io_container *c = tree->containers[index];
    rsift_status status = list(tree, index, &why);
    c->end_member = tree->n_members;
    *opened = status == RSIFT_OK;
    if (status == RSIFT_OK) return RSIFT_OK;
    if (!item->strict && is_forgiven(status)) return forgive(tree, item, index, &why, opened, err);
    return fail(item, &why, err);
}

/* Whether the item is an archive by its name and its first bytes, and if so, its members. */
static rsift_status add_nested_span(rs_io_tree *tree, const rs_io_item *item, bool *opened,
                                    rsift_error *err)
{
    uint8_t head[n_head];
    size_t n;
    rsift_error why = {0};
    rs_io_kind by_name = rs_io_tree_kind(tree, item->path);
    *opened = false;
    if (tree->keep_closed || (by_name == RS_IO_PLAIN && !item->joined)) return RSIFT_OK;
    rsift_status status = rs_io_span_read(tree, &item->span, 0, head, n_head, &n, &why);
    if (status != RSIFT_OK) return fail(item, &why, err);
    rs_io_kind kind = settle(by_name, head, n);
    if (kind != RS_IO_PLAIN) return open_as(tree, item, kind, opened, err);
    /* a joined file of any kind */
    if (by_name == RS_IO_PLAIN || by_name == RS_IO_ROWS) return RSIFT_OK;
    rs_err_set(&why, RSIFT_E_FORMAT,
               n == 0 ? "empty, though its name is that of an archive"
                      : "not an archive, though its name is that of one");
    return item->strict ? fail(item, &why, err) : note_damage(tree, item, &why, err);
}

/* Unpacks `head` and the rest of `stream` to the temporary file and adds what is in it. */
static rsift_status add_spooled(rs_io_tree *tree, const rs_io_item *item, rs_io_stream *stream,
                                rs_str head, bool *opened, rsift_error *err)
{
    rs_io_item inner = *item;
    rsift_error why = {0};
    const rsift_status status = rs_io_spool_keep(tree, head, stream, &inner.span, &why);
    if (status == RSIFT_OK) return add_nested_span(tree, &inner, opened, err);
    if (!is_forgiven(status)) {
        if (err) *err = why;
        return status;
    }
    return status == RSIFT_E_LIMIT ? note_limit(tree, item, &why, err)
                                   : note_damage(tree, item, &why, err);
}

rsift_status rs_io_add_nested(rs_io_tree *tree, const rs_io_item *item, rs_io_stream *stream,
                              bool *opened, rsift_error *err)
{
    if (!stream) return add_nested_span(tree, item, opened, err);
    uint8_t head[n_head];
    size_t n = 0, got = 1;
    rsift_error why = {0};
    *opened = false;
    while (n < n_head && got > 0) {
        RS_TRY(rs_io_read(stream, head + n, n_head - n, &got, err));
        n += got;
    }
    const bool rows = rs_io_tree_kind(tree, item->path) == RS_IO_ROWS;
    if (rows && !is_rows(head, n)) return RSIFT_OK;
    if (!rows && rs_io_kind_by_bytes(head, n) == RS_IO_PLAIN) {
        rs_err_set(&why, RSIFT_E_FORMAT, "not an archive, though its name is that of one");
        return note_damage(tree, item, &why, err);
    }
    if (is_too_many(tree, item, &why)) return note_limit(tree, item, &why, err);
    return add_spooled(tree, item, stream, rs_str_make((const char *)head, n), opened, err);
}

rsift_status rs_io_add_plain(rs_io_tree *tree, const rs_io_item *item, rsift_error *err)
{
    uint32_t index;
    RS_TRY(add_container(tree, item, RS_IO_PLAIN, &index, err));
    rs_io_member m = {.path = item->path,
                      .chain = item->chain,
                      .n_bytes = item->span.n_bytes,
                      .file = item->file,
                      .random = true};
    rs_io_entry entry = {.container = index};
    RS_TRY(rs_io_add_member(tree, &m, &entry, err));
    tree->containers[index]->end_member = tree->n_members;
    return RSIFT_OK;
}
