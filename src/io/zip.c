/* Listing a zip. The central directory is walked twice: first for what must hold of all members
 * together (they do not overlap), then for the members themselves.
 *
 * Names met in releases: GBK with no flag, UTF-8 with no flag, Info-ZIP's Unicode path field,
 * backslashes. The flag is ignored: what is valid UTF-8 is read as UTF-8. */
#include "io/zip.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/cur.h"
#include "base/utf8.h"
#include "io/disk.h"
#include "io/name.h"
#include "io/stream.h"
#include "io/zip_directory.h"
#include "io/zip_read.h"

#include <inttypes.h>
#include <libdeflate.h>

enum { local_bytes = 30 };

/* All members together ---- */

typedef struct extent {
    int64_t begin, end;
} extent;

typedef struct survey {
    const rs_io_tree *tree;
    extent *extents;
    size_t n, cap;
} survey;

static rsift_status survey_entry(void *ctx, const rs_io_zip_central *e, rsift_error *err)
{
    survey *s = ctx;
    if (s->n >= s->tree->limits.max_members)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than max_members = %" PRIu64 " members",
                          s->tree->limits.max_members);
    if (!RS_VEC_RESERVE(s->extents, s->cap, s->n + 1))
        return rs_err_nomem(err, "a zip's directory");
    int64_t end;
    if (__builtin_add_overflow(e->begin + local_bytes, e->n_packed, &end)) end = INT64_MAX;
    s->extents[s->n++] = (extent){e->begin, end};
    return RSIFT_OK;
}

static int compare_extents(const void *left, const void *right)
{
    const extent *a = left, *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static rsift_status judge(survey *s, const rs_io_zip_directory *dir, rsift_error *err)
{
    /* the 16-bit count wraps in archives without zip64 */
    if ((s->n & 0xffff) != ((uint64_t)dir->n_entries & 0xffff))
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the archive promises %" PRId64 " members, its directory has %zu",
                          dir->n_entries, s->n);
    if (s->n) qsort(s->extents, s->n, sizeof *s->extents, compare_extents);
    for (size_t i = 1; i < s->n; i++)
        if (s->extents[i].begin < s->extents[i - 1].end)
            return rs_io_damaged(err, s->extents[i].begin, "two members overlap: made to mislead");
    return RSIFT_OK;
}

/* Members ---- */

typedef struct lister {
    rs_io_tree *tree;
    rs_io_nested_fn *nested;
    uint32_t index;
    rs_io_container *container;
} lister;

/* Info-ZIP's Unicode path: used when it was made for this very name. */
static rs_str name_of(const rs_io_zip_central *e)
{
    rs_str field = rs_io_zip_extra(e->extra, 0x7075);
    if (field.len < 6 || field.ptr[0] != 1) return e->name;
    rs_cur cur = rs_cur_of(field.ptr + 1, 4);
    if (rs_cur_u32le(&cur) != libdeflate_crc32(0, e->name.ptr, e->name.len)) return e->name;
    rs_str name = rs_str_sub(field, 5, field.len);
    return rs_utf8_valid(name) == name.len ? name : e->name;
}

static bool is_link(const rs_io_zip_central *e)
{
    enum { made_by_unix = 3, made_by_mac = 19 };
    return (e->made_by == made_by_unix || e->made_by == made_by_mac) &&
           (e->outer >> 16 & 0170000) == 0120000;
}

/* Opens a member that is an archive: in place when stored, else unpacked as a stream. */
static rsift_status add_nested_member(lister *l, const rs_io_member *m, const rs_io_entry *entry,
                                      bool *opened, rsift_error *err)
{
    rs_io_item item = {
        .path = m->path, .chain = m->chain, .file = m->file, .depth = l->container->depth};
    int64_t begin;
    rsift_status status = rs_io_zip_place(l->tree, l->container, entry, m->n_bytes, &begin, err);
    if (status == RSIFT_E_FORMAT) return RSIFT_OK; /* reported when the member is read */
    RS_TRY(status);
    /* stored bytes are a slice of the archive, no copy is needed */
    if (begin >= 0) {
        if (!rs_io_span_slice(l->tree, &l->container->span, begin, m->n_bytes, &item.span))
            return rs_err_nomem(err, "an archive in an archive");
        return l->nested(l->tree, &item, NULL, opened, err);
    }
    rs_io_stream *stream = rs_io_stream_new(l->tree, m->chain);
    if (!stream) return rs_err_nomem(err, "a stream");
    status = rs_io_zip_start(stream, l->container, entry, m->n_bytes, err);
    if (status == RSIFT_OK) status = l->nested(l->tree, &item, stream, opened, err);
    rs_io_close(stream);
    if (status != RSIFT_E_FORMAT && status != RSIFT_E_LIMIT) return status;
    *opened = false;
    const bool limit = status == RSIFT_E_LIMIT;
    return rs_io_add_note(l->tree, limit ? &l->tree->tally.limit : &l->tree->tally.damaged,
                          limit ? "archive-limit" : "archive-damaged", m->chain, err, "%s",
                          err ? err->message : "damaged");
}

/* Why a member is not read, with the line that unpacks its archive: "7z x a.zip -oa". */
static rsift_status note_obstacle(lister *l, const rs_io_member *m, const char *trouble,
                                  rsift_error *err)
{
    const rs_str file = rs_io_file_at(l->tree, l->container->file)->path;
    return rs_io_add_note(l->tree, &l->container->tally.unsupported, "member-unsupported", m->chain,
                          err, "%s: 7z x %.*s -o%.*s%s", trouble, RS_STR_ARG(file),
                          RS_STR_ARG(rs_str_stem(file)),
                          strncmp(trouble, "encrypted", 9) == 0 ? " -pPASSWORD" : "");
}

/* Adds one member, reports it as a nested archive, or notes why it is neither. */
static rsift_status list_entry(void *ctx, const rs_io_zip_central *e, rsift_error *err)
{
    lister *l = ctx;
    rs_io_member m = {.n_bytes = e->n_bytes, .file = l->container->file, .random = true};
    rs_io_entry entry = {.begin = e->begin,
                         .n_packed = e->n_packed,
                         .container = l->index,
                         .crc = e->crc,
                         .method = e->method,
                         .flags = e->flags};
    rs_str name = name_of(e);
    if (name.len &&
        (name.ptr[name.len - 1] == '/' || (name.ptr[name.len - 1] == '\\' && e->n_bytes == 0)))
        return RSIFT_OK;
    RS_TRY(rs_io_name_member(l->tree, l->container, name, &m.path, &m.chain, err));
    if (!m.path.ptr) return RSIFT_OK;
    if (is_link(e))
        return rs_io_add_note(l->tree, &l->container->tally.link, "link-skipped", m.chain, err,
                              "a link in an archive is not followed");
    const char *trouble = rs_io_zip_obstacle(e->flags, e->method);
    if (trouble) RS_TRY(note_obstacle(l, &m, trouble, err));
    bool opened = false;
    if (!trouble && rs_io_tree_kind(l->tree, m.path) != RS_IO_PLAIN)
        RS_TRY(add_nested_member(l, &m, &entry, &opened, err));
    return opened ? RSIFT_OK : rs_io_add_member(l->tree, &m, &entry, err);
}

rsift_status rs_io_zip_list(rs_io_tree *tree, uint32_t container, rs_io_nested_fn *nested,
                            rsift_error *err)
{
    rs_io_container *c = tree->containers[container];
    rs_io_zip_directory dir;
    RS_TRY(rs_io_zip_find(tree, c, &dir, err));
    survey s = {.tree = tree};
    rsift_status status = rs_io_zip_walk(tree, c, &dir, survey_entry, &s, err);
    if (status == RSIFT_OK) status = judge(&s, &dir, err);
    rs_free(s.extents);
    RS_TRY(status);
    lister l = {tree, nested, container, c};
    return rs_io_zip_walk(tree, c, &dir, list_entry, &l, err);
}
