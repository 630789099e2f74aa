/* libarchive behind the room's own face. It gets its bytes through callbacks from spans, so that
 * joined parts, volumes and archives inside archives need no code of their own.
 *
 * libarchive converts names through the thread's locale; in the C locale it drops names that are
 * not ASCII. Header calls therefore run under C.UTF-8, set for this thread only. */
#include "io/archive.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/disk.h"
#include "io/name.h"
#include "io/stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>

enum { window_bytes = 1 << 20 };

typedef struct volume {
    rs_io_pass *pass;
    int64_t begin, n_bytes, at;
} volume;

struct rs_io_pass {
    const rs_io_tree *tree;
    const rs_io_container *container;
    struct archive *archive;
    struct archive_entry *entry;
    int64_t ordinal;   /* of the current entry; -1 before the first */
    int64_t n_decoded; /* entry bytes handed out so far */
    int64_t n_stated;  /* sizes of the entries met, as their headers state them */
    volume *volumes;
    uint8_t *window;
    locale_t utf8;
    bool repeats;        /* a second pass that finds out whose fault the first one's end was */
    rsift_error trouble; /* why reading bytes failed; status 0 = it did not */
    rsift_error dead;    /* why the archive cannot be read on */
    rs_buf name;
};

/* Bytes for libarchive ---- */

static la_ssize_t give_bytes(struct archive *a, void *ctx, const void **bytes)
{
    volume *v = ctx;
    rs_io_pass *pass = v->pass;
    /* at most one window, and never past the volume's end */
    size_t n = window_bytes, got;
    if ((uint64_t)n > (uint64_t)(v->n_bytes - v->at)) n = (size_t)(v->n_bytes - v->at);
    *bytes = pass->window;
    if (rs_io_span_read(pass->tree, &pass->container->span, v->begin + v->at, pass->window, n, &got,
                        &pass->trouble) != RSIFT_OK) {
        archive_set_error(a, EIO, "%s", pass->trouble.message);
        return -1;
    }
    v->at += (int64_t)got;
    return (la_ssize_t)got;
}

static la_int64_t skip_bytes(struct archive *a, void *ctx, la_int64_t n)
{
    volume *v = ctx;
    (void)a;
    if (n < 0) return 0;
    if (n > v->n_bytes - v->at) n = v->n_bytes - v->at;
    v->at += n;
    return n;
}

static la_int64_t seek_bytes(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
    volume *v = ctx;
    (void)a;
    int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? v->at : v->n_bytes;
    if (__builtin_add_overflow(base, offset, &base) || base < 0) return ARCHIVE_FATAL;
    v->at = base < v->n_bytes ? base : v->n_bytes;
    return v->at;
}

static int switch_volume(struct archive *a, void *from, void *to)
{
    (void)a;
    (void)from;
    ((volume *)to)->at = 0;
    return ARCHIVE_OK;
}

/* Opening ---- */

typedef int (*allow_fn)(struct archive *a);

static const allow_fn of_rar[] = {archive_read_support_format_rar, archive_read_support_format_rar5,
                                  NULL};
static const allow_fn of_7z[] = {archive_read_support_format_7zip, NULL};
/* Only the filters that rsift names: libarchive would run outside programs for others. */
static const allow_fn of_packed[] = {
    archive_read_support_filter_gzip,
    archive_read_support_filter_bzip2,
    archive_read_support_filter_xz,
    archive_read_support_filter_zstd,
    archive_read_support_format_tar,
    archive_read_support_format_gnutar,
    archive_read_support_format_raw, /* last: of lone compressed files only */
    NULL};

/* False when memory is short: the format would be missing, and the archive seem to be none. */
static bool allow_formats(struct archive *a, rs_io_kind kind)
{
    const allow_fn *allow = kind == RS_IO_RAR ? of_rar : kind == RS_IO_7Z ? of_7z : of_packed;
    for (; *allow; allow++) {
        if (*allow == archive_read_support_format_raw && kind != RS_IO_PACKED) continue;
        if ((*allow)(a) <= ARCHIVE_FAILED) return false;
    }
    return true;
}

static bool make_volumes(rs_io_pass *pass)
{
    const rs_io_span *span = &pass->container->span;
    /* joined parts are one volume to libarchive, true volumes one each */
    size_t n = pass->container->volumes ? span->n_segments : 1;
    pass->volumes = rs_calloc(n, sizeof *pass->volumes);
    if (!pass->volumes) return false;
    for (size_t i = 0; i < n; i++) {
        pass->volumes[i] = (volume){pass, 0, span->n_bytes, 0};
        if (pass->container->volumes) {
            pass->volumes[i].begin = span->segments[i].begin;
            pass->volumes[i].n_bytes = span->segments[i].n_bytes;
        }
        int result = i == 0 ? archive_read_set_callback_data(pass->archive, &pass->volumes[0])
                            : archive_read_append_callback_data(pass->archive, &pass->volumes[i]);
        if (result != ARCHIVE_OK) return false;
    }
    return true;
}

static bool asks_again(const rs_io_pass *pass);

/* Turns libarchive's last error into ours. */
static rsift_status blame(rs_io_pass *pass, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (pass->trouble.status != RSIFT_OK) {
        if (err) *err = pass->trouble;
        return pass->trouble.status;
    }
    const char *text = archive_error_string(pass->archive);
    rs_err_quote(quoted, text ? rs_str_of(text) : RS_STR("damaged archive"));
    /* a damaged 7z asks for terabytes, which is not our memory being short; where libarchive says
     * nothing, it was mostly the memory */
    if (!text || archive_errno(pass->archive) == ENOMEM) {
        if (!asks_again(pass)) return rs_err_nomem(err, "what is in an archive");
        if (text) rs_err_quote(quoted, RS_STR("asks for more memory than there is"));
    }
    /* libarchive has no codes for these two */
    if (text && (strstr(text, "ncrypt") || strstr(text, "nsupported")))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s: unpack it and open the folder", quoted);
    rs_err_set(err, RSIFT_E_FORMAT, "damaged or cut short: %s", quoted);
    int64_t at = archive_filter_bytes(pass->archive, -1);
    return rs_err_within(err, RSIFT_E_FORMAT, "byte %" PRId64, at > 0 ? at : 0);
}

static rsift_status die(rs_io_pass *pass, rsift_error *err)
{
    blame(pass, &pass->dead);
    if (err) *err = pass->dead;
    return pass->dead.status;
}

static rsift_status open_again(const rs_io_tree *tree, const rs_io_container *container,
                               rs_io_pass **out, rsift_error *err);

/* Opens the container for one pass over its entries; on failure *out is NULL. */
static rsift_status pass_open(const rs_io_tree *tree, const rs_io_container *container,
                              bool repeats, rs_io_pass **out, rsift_error *err)
{
    *out = NULL;
    rs_io_pass *pass = rs_calloc(1, sizeof *pass);
    if (!pass) return rs_err_nomem(err, "an archive reader");
    pass->tree = tree;
    pass->container = container;
    pass->repeats = repeats;
    pass->ordinal = -1;
    pass->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    pass->window = rs_alloc(window_bytes);
    pass->archive = archive_read_new();
    pass->entry = archive_entry_new(); /* libarchive does not look whether it got its own */
    if (!pass->window || !pass->archive || !pass->entry || !make_volumes(pass) ||
        !allow_formats(pass->archive, container->kind)) {
        rs_io_pass_close(pass);
        return rs_err_nomem(err, "an archive reader");
    }
    archive_read_set_read_callback(pass->archive, give_bytes);
    archive_read_set_skip_callback(pass->archive, skip_bytes);
    archive_read_set_seek_callback(pass->archive, seek_bytes);
    if (container->volumes) archive_read_set_switch_callback(pass->archive, switch_volume);
    rs_io_span_advise(tree, &container->span, 0, container->span.n_bytes);
    if (archive_read_open1(pass->archive) != ARCHIVE_OK) {
        rsift_status status = blame(pass, err);
        rs_io_pass_close(pass);
        return status == RSIFT_E_FORMAT && !repeats ? open_again(tree, container, out, err)
                                                    : status;
    }
    *out = pass;
    return RSIFT_OK;
}

/* Memory that is short for a moment may leave libarchive without the filter that it needs, and the
 * archive seems to be none: only what fails twice is damaged. */
static rsift_status open_again(const rs_io_tree *tree, const rs_io_container *container,
                               rs_io_pass **out, rsift_error *err)
{
    RS_TRY(pass_open(tree, container, true, out, err));
    (*out)->repeats = false;
    return RSIFT_OK;
}

rsift_status rs_io_pass_open(const rs_io_tree *tree, const rs_io_container *container,
                             rs_io_pass **out, rsift_error *err)
{
    return pass_open(tree, container, false, out, err);
}

void rs_io_pass_close(rs_io_pass *pass)
{
    if (!pass) return;
    if (pass->archive) archive_read_free(pass->archive);
    archive_entry_free(pass->entry);
    if (pass->utf8) freelocale(pass->utf8);
    rs_buf_fini(&pass->name);
    rs_free(pass->volumes);
    rs_free(pass->window);
    rs_free(pass);
}

/* Reading ---- */

static rsift_status check_ratio(rs_io_pass *pass, rsift_error *err)
{
    int64_t packed = archive_filter_bytes(pass->archive, -1);
    int64_t decoded = archive_filter_bytes(pass->archive, 0);
    /* zstd and xz count late */
    if (pass->n_decoded > decoded) decoded = pass->n_decoded;
    const rsift_status status =
        rs_io_check_ratio(pass->tree, packed > 0 ? packed : 0, decoded, &pass->dead);
    if (status != RSIFT_OK && err) *err = pass->dead;
    return status;
}

/* What the headers state must not be more than the whole archive may unpack to: known before any of
 * it is decoded. */
static rsift_status check_stated(rs_io_pass *pass, rsift_error *err)
{
    const int64_t size =
        archive_entry_size_is_set(pass->entry) ? archive_entry_size(pass->entry) : 0;
    if (size < 0 || __builtin_add_overflow(pass->n_stated, size, &pass->n_stated))
        pass->n_stated = INT64_MAX;
    const rsift_status status =
        rs_io_check_ratio(pass->tree, pass->container->span.n_bytes, pass->n_stated, &pass->dead);
    if (status != RSIFT_OK && err) *err = pass->dead;
    return status;
}

static void keep_name(rs_io_pass *pass)
{
    const char *name = archive_entry_pathname(pass->entry);
    if (!name) name = archive_entry_pathname_utf8(pass->entry);
    pass->name.len = 0;
    rs_buf_str(&pass->name, rs_str_of(name ? name : ""));
}

/* RSIFT_END after the last entry. */
static rsift_status next_entry(rs_io_pass *pass, rsift_error *err)
{
    if (pass->dead.status != RSIFT_OK) {
        if (err) *err = pass->dead;
        return pass->dead.status;
    }
    /* names are converted while the header is read */
    locale_t before = pass->utf8 ? uselocale(pass->utf8) : (locale_t)0;
    int result;
    do result = archive_read_next_header2(pass->archive, pass->entry);
    while (result == ARCHIVE_RETRY);
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN) keep_name(pass);
    if (before) uselocale(before);
    if (result == ARCHIVE_EOF) return RSIFT_END;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return die(pass, err);
    if (pass->name.failed) return rs_err_nomem(err, "a member's name");
    pass->ordinal++;
    RS_TRY(check_stated(pass, err));
    return check_ratio(pass, err);
}

rsift_status rs_io_pass_seek(rs_io_pass *pass, int64_t ordinal, rsift_error *err)
{
    /* a pass only goes forward */
    RS_ASSERT(ordinal >= pass->ordinal);
    while (pass->ordinal < ordinal) {
        rsift_status status = next_entry(pass, err);
        if (status == RSIFT_END)
            return rs_err_set(err, RSIFT_E_FORMAT, "the archive ends before this member");
        RS_TRY(status);
    }
    return RSIFT_OK;
}

/* Bytes of the current entry; *got == 0 at its end. */
static rsift_status read_entry(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                               rsift_error *err)
{
    rs_io_pass *pass = stream->pass;
    la_ssize_t k;
    if (pass->dead.status != RSIFT_OK) {
        if (err) *err = pass->dead;
        return pass->dead.status;
    }
    do k = archive_read_data(pass->archive, dst, n);
    while (k == ARCHIVE_RETRY);
    if (k < 0) {
        /* ARCHIVE_WARN and ARCHIVE_FAILED concern this entry only */
        return k == ARCHIVE_FATAL ? die(pass, err) : blame(pass, err);
    }
    *got = (size_t)k;
    pass->n_decoded += (int64_t)k;
    return check_ratio(pass, err);
}

static void close_pass(rs_io_stream *stream)
{
    rs_io_pass_close(stream->pass);
}

rs_io_stream *rs_io_pass_stream(rs_io_pass *pass, rs_str chain, int64_t n_bytes, bool own)
{
    rs_io_stream *stream = rs_io_stream_new(pass->tree, chain);
    if (!stream) return NULL;
    stream->read = read_entry;
    stream->close = own ? close_pass : NULL;
    stream->pass = pass;
    stream->n_bytes = n_bytes;
    stream->open_ended = true;
    return stream;
}

/* Whether a second pass to the same place ends for want of memory as well. Then it is the archive
 * that asks for too much, which concerns its members; else memory was short, which ends the run. */
static bool asks_again(const rs_io_pass *pass)
{
    char bytes[4096];
    rs_io_pass *second;
    size_t got = 1;
    if (pass->repeats) return true;
    rsift_status status = pass_open(pass->tree, pass->container, true, &second, NULL);
    if (status != RSIFT_OK) return status == RSIFT_E_FORMAT;
    while (status == RSIFT_OK && second->ordinal < pass->ordinal) status = next_entry(second, NULL);
    rs_io_stream stream = {.pass = second};
    while (status == RSIFT_OK && second->ordinal >= 0 && got > 0)
        status = read_entry(&stream, bytes, sizeof bytes, &got, NULL);
    if (status == RSIFT_OK) status = next_entry(second, NULL);
    rs_io_pass_close(second);
    return status == RSIFT_E_FORMAT;
}

/* Listing ---- */

static rsift_status add_nested_entry(rs_io_pass *pass, rs_io_tree *tree, rs_io_nested_fn *nested,
                                     const rs_io_member *m, bool *opened, rsift_error *err)
{
    rs_io_item item = {
        .path = m->path, .chain = m->chain, .file = m->file, .depth = pass->container->depth};
    rs_io_stream *stream = rs_io_pass_stream(pass, m->chain, m->n_bytes, false);
    if (!stream) return rs_err_nomem(err, "a stream");
    rsift_status status = nested(tree, &item, stream, opened, err);
    rs_io_close(stream);
    /* this member alone is damaged: the archive is read on */
    if (status != RSIFT_E_FORMAT || pass->dead.status != RSIFT_OK) return status;
    *opened = false;
    return rs_io_add_note(tree, &tree->tally.damaged, "archive-damaged", m->chain, err, "%s",
                          err ? err->message : "damaged");
}

/* Lists one entry as a member, or opens it when it is an archive. Links are noted, not followed. */
static rsift_status add_entry(rs_io_tree *tree, uint32_t index, rs_io_pass *pass,
                              rs_io_nested_fn *nested, rsift_error *err)
{
    rs_io_container *c = tree->containers[index];
    bool raw = archive_format(pass->archive) == ARCHIVE_FORMAT_RAW;
    rs_str name = raw ? c->bare_name : rs_buf_view(&pass->name);
    rs_io_member m = {.n_bytes = -1, .file = c->file};
    rs_io_entry entry = {.begin = pass->ordinal, .container = index};
    bool link = archive_entry_hardlink(pass->entry) || archive_entry_symlink(pass->entry) ||
                archive_entry_filetype(pass->entry) == AE_IFLNK;
    if (!link && !raw && archive_entry_filetype(pass->entry) != AE_IFREG) return RSIFT_OK;
    /* a lone compressed file does not state its size */
    if (!raw && archive_entry_size_is_set(pass->entry)) m.n_bytes = archive_entry_size(pass->entry);
    RS_TRY(rs_io_name_member(tree, c, name, &m.path, &m.chain, err));
    if (!m.path.ptr) return RSIFT_OK;
    if (link)
        return rs_io_add_note(tree, &c->tally.link, "link-skipped", m.chain, err,
                              "a link in an archive is not followed");
    if (archive_entry_is_encrypted(pass->entry))
        RS_TRY(rs_io_add_note(tree, &c->tally.unsupported, "member-unsupported", m.chain, err,
                              "encrypted: unpack it with its password and index the folder: 7z x "
                              "%.*s -o%.*s -pPASSWORD",
                              RS_STR_ARG(rs_io_file_at(pass->tree, c->file)->path),
                              RS_STR_ARG(rs_str_stem(rs_io_file_at(pass->tree, c->file)->path))));
    bool opened = false;
    if (rs_io_tree_kind(tree, m.path) != RS_IO_PLAIN && !archive_entry_is_encrypted(pass->entry))
        RS_TRY(add_nested_entry(pass, tree, nested, &m, &opened, err));
    return opened ? RSIFT_OK : rs_io_add_member(tree, &m, &entry, err);
}

rsift_status rs_io_archive_list(rs_io_tree *tree, uint32_t container, rs_io_nested_fn *nested,
                                rsift_error *err)
{
    rs_io_pass *pass;
    RS_TRY(rs_io_pass_open(tree, tree->containers[container], &pass, err));
    rsift_status status = RSIFT_OK;
    while (status == RSIFT_OK) {
        status = next_entry(pass, err);
        if (status != RSIFT_OK) break;
        status = add_entry(tree, container, pass, nested, err);
        /* a single compressed file is decoded when it is read, not to be counted here */
        if (archive_format(pass->archive) == ARCHIVE_FORMAT_RAW) break;
    }
    rs_io_pass_close(pass);
    return status == RSIFT_END ? RSIFT_OK : status;
}
