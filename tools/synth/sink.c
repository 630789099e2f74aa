/* Containers. Folders are written file by file; archives by libarchive with fixed times, so that
 * the same release gives the same bytes; "nested" and "parts" are made from a finished archive. */
#include "synth/synth.h"

#include "base/alloc.h"
#include "io/io.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

struct synth_sink {
    char container[16], path[3600], inner[4096];
    struct archive *archive; /* NULL = folder */
};

static bool is(const synth_sink *sink, const char *container)
{
    return rs_str_eq(rs_str_of(sink->container), rs_str_of(container));
}

static rsift_status fail(synth_sink *sink, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_IO, "%s: %s", sink->path, archive_error_string(sink->archive));
}

static rsift_status open_archive(synth_sink *sink, rsift_error *err)
{
    sink->archive = archive_write_new();
    if (!sink->archive) return rs_err_nomem(err, "an archive");
    int code = ARCHIVE_OK;
    if (is(sink, "tar") || is(sink, "tar.gz") || is(sink, "nested"))
        code = archive_write_set_format_pax_restricted(sink->archive);
    else if (is(sink, "7z")) code = archive_write_set_format_7zip(sink->archive);
    else code = archive_write_set_format_zip(sink->archive);
    if (code == ARCHIVE_OK && is(sink, "tar.gz"))
        code = archive_write_add_filter_gzip(sink->archive);
    if (code == ARCHIVE_OK && is(sink, "tar.gz"))
        archive_write_set_options(sink->archive, "gzip:!timestamp");
    if (code == ARCHIVE_OK) code = archive_write_open_filename(sink->archive, sink->inner);
    return code == ARCHIVE_OK ? RSIFT_OK : fail(sink, err);
}

rsift_status synth_sink_open(const char *container, const char *path, synth_sink **out,
                             rsift_error *err)
{
    static const char *const known[] = {"folder", "zip", "tar", "tar.gz", "7z", "parts", "nested"};
    *out = NULL;
    bool found = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        found = found || rs_str_eq(rs_str_of(container), rs_str_of(known[i]));
    if (!found) return rs_err_set(err, RSIFT_E_ARG, "unknown container \"%s\"", container);
    synth_sink *sink = rs_calloc(1, sizeof *sink);
    if (!sink) return rs_err_nomem(err, "a sink");
    snprintf(sink->container, sizeof sink->container, "%s", container);
    snprintf(sink->path, sizeof sink->path, "%s", path);
    bool staged = is(sink, "parts") || is(sink, "nested");
    snprintf(sink->inner, sizeof sink->inner, "%s%s", path, staged ? ".staged" : "");
    rsift_status status =
        is(sink, "folder") ? rs_io_make_dirs(rs_str_of(path), err) : open_archive(sink, err);
    if (status != RSIFT_OK) synth_sink_discard(sink);
    else *out = sink;
    return status;
}

static rsift_status put_file(synth_sink *sink, const char *name, const void *bytes, size_t n,
                             rsift_error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", sink->path, name);
    rs_io_out *out;
    RS_TRY(rs_io_make_dirs(rs_str_dirname(rs_str_of(path)), err));
    RS_TRY(rs_io_out_open(rs_str_of(path), &out, err));
    rsift_status status = rs_io_out_write(out, bytes, n, err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

rsift_status synth_sink_put(synth_sink *sink, const char *name, const void *bytes, size_t n,
                            rsift_error *err)
{
    if (!sink->archive) return put_file(sink, name, bytes, n, err);
    struct archive_entry *entry = archive_entry_new();
    if (!entry) return rs_err_nomem(err, "an archive entry");
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (int64_t)n);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 1600000000, 0);
    bool ok = archive_write_header(sink->archive, entry) == ARCHIVE_OK &&
              (n == 0 || archive_write_data(sink->archive, bytes, n) == (la_ssize_t)n);
    archive_entry_free(entry);
    return ok ? RSIFT_OK : fail(sink, err);
}

rsift_status synth_sink_buf(synth_sink *sink, const char *name, const rs_buf *buf, rsift_error *err)
{
    if (buf->failed) return rs_err_nomem(err, name);
    return synth_sink_put(sink, name, buf->ptr, buf->len, err);
}

static rsift_status put_picture(synth_sink *sink, const char *name, const rs_pixels *pixels,
                                int quality, rsift_error *err)
{
    rs_buf buf = {0};
    rsift_status status = quality ? rs_image_encode_jpeg(pixels, quality, &buf, err)
                                  : rs_image_encode_png(pixels, &buf, err);
    if (status == RSIFT_OK) status = synth_sink_buf(sink, name, &buf, err);
    rs_buf_fini(&buf);
    return status;
}

rsift_status synth_sink_png(synth_sink *sink, const char *name, const rs_pixels *pixels,
                            rsift_error *err)
{
    return put_picture(sink, name, pixels, 0, err);
}

rsift_status synth_sink_jpeg(synth_sink *sink, const char *name, const rs_pixels *pixels,
                             int quality, rsift_error *err)
{
    return put_picture(sink, name, pixels, quality, err);
}

/* ---- made from a finished archive ------------------------------------------------------------ */

static rsift_status slurp(const char *path, rs_arena *arena, rs_str *out, rsift_error *err)
{
    rsift_limits limits = rsift_limits_default();
    limits.max_record = (uint64_t)4 << 30;
    rs_io_options options = {.limits = &limits, .keep_archives_closed = true};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(rs_str_of(path), &options, &tree, err));
    rsift_status status = rs_io_slurp(tree, 0, arena, out, err);
    rs_io_tree_close(tree);
    return status;
}

static rsift_status write_whole(const char *path, const char *bytes, size_t n, rsift_error *err)
{
    rs_io_out *out;
    RS_TRY(rs_io_out_open(rs_str_of(path), &out, err));
    rsift_status status = rs_io_out_write(out, bytes, n, err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

/* Three pieces: path_aa, path_ab, path_ac. */
static rsift_status cut_parts(synth_sink *sink, rs_str bytes, rsift_error *err)
{
    size_t piece = bytes.len / 3 + 1;
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < 3; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s.part_a%c", sink->path, (char)('a' + i));
        rs_str part = rs_str_sub(bytes, i * piece, (i + 1) * piece);
        status = write_whole(path, part.ptr, part.len, err);
    }
    return status;
}

static rsift_status finish_staged(synth_sink *sink, rsift_error *err)
{
    rs_arena arena = {0};
    rs_str bytes;
    rsift_status status = slurp(sink->inner, &arena, &bytes, err);
    if (status == RSIFT_OK && is(sink, "parts")) status = cut_parts(sink, bytes, err);
    if (status == RSIFT_OK && is(sink, "nested")) {
        synth_sink *outer;
        status = synth_sink_open("zip", sink->path, &outer, err);
        if (status == RSIFT_OK) {
            status = synth_sink_put(outer, "inner.tar", bytes.ptr, bytes.len, err);
            if (status == RSIFT_OK) status = synth_sink_close(outer, err);
            else synth_sink_discard(outer);
        }
    }
    unlink(sink->inner);
    rs_arena_fini(&arena);
    return status;
}

rsift_status synth_sink_close(synth_sink *sink, rsift_error *err)
{
    rsift_status status = RSIFT_OK;
    if (sink->archive && archive_write_close(sink->archive) != ARCHIVE_OK) status = fail(sink, err);
    if (status == RSIFT_OK && (is(sink, "parts") || is(sink, "nested")))
        status = finish_staged(sink, err);
    synth_sink_discard(sink);
    return status;
}

void synth_sink_discard(synth_sink *sink)
{
    if (sink->archive) archive_write_free(sink->archive);
    rs_free(sink);
}
