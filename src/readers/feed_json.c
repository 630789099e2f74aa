/* Raw records out of JSON files, one file after the other. */
#include "readers/feed_json.h"

#include "base/alloc.h"

#include <inttypes.h>

rsift_status rs_json_feed_open(rs_json_feed *feed, const rs_source *source, const char *use,
                               rs_str path, int pass, rsift_error *err)
{
    *feed = (rs_json_feed){.source = source, .pass = pass, .paths = {path}, .n_paths = 1};
    if (path.len > 1 && path.ptr[0] == '|') {
        feed->object_path = rs_str_sub(path, 1, path.len);
        feed->paths[0] = RS_STR("");
    }
    feed->files = rs_source_files_of(source, use);
    if (!feed->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"%s\" files", use);
    feed->use = (uint32_t)(feed->files - source->files);
    feed->cuts = rs_calloc(RS_CHUNK_RECORDS, sizeof *feed->cuts);
    return feed->cuts ? RSIFT_OK : rs_err_nomem(err, "a reader");
}

static void close_file(rs_json_feed *feed)
{
    rs_json_cutter_close(feed->cutter);
    rs_io_close(feed->stream);
    feed->cutter = NULL;
    feed->stream = NULL;
}

void rs_json_feed_close(rs_json_feed *feed)
{
    close_file(feed);
    rs_jump_close(&feed->jump);
    rs_free(feed->cuts);
    feed->cuts = NULL;
}

/* Does the file begin with an object? Blanks and a byte order mark before it do not matter. */
static rsift_status begins_with_object(const rs_json_feed *feed, size_t member, bool *out,
                                       rsift_error *err)
{
    char head[256];
    size_t got = 0;
    rs_io_stream *stream;
    RS_TRY(rs_io_open(feed->source->tree, member, &stream, err));
    const rsift_status status = rs_io_read(stream, head, sizeof head, &got, err);
    rs_io_close(stream);
    const rs_probe_input input = {.head = rs_str_make(head, got)};
    *out = rs_probe_begins(&input, '{');
    return status;
}

/* Opens the feed's current file and a cutter over it. */
static rsift_status open_file(rs_json_feed *feed, rsift_error *err)
{
    size_t member = feed->files->members[feed->file];
    bool object = false;
    if (feed->object_path.len) RS_TRY(begins_with_object(feed, member, &object, err));
    RS_TRY(rs_io_open(feed->source->tree, member, &feed->stream, err));
    return rs_json_cutter_open(rs_io_source(feed->stream),
                               object ? &feed->object_path : feed->paths, feed->n_paths,
                               feed->source->limits, &feed->cutter, err);
}

/* How much of the file a damage leaves unread: records that no count knows of. */
static rsift_status tell_unread(const rs_json_feed *feed, rs_chunk *chunk, rsift_error *err)
{
    const int64_t from = feed->cutter ? rs_json_cutter_stopped(feed->cutter) : 0;
    const rs_io_member *member =
        rs_io_member_at(feed->source->tree, feed->files->members[feed->file]);
    const int64_t at = feed->apart ? -1 : feed->ordinal;
    if (from < 0) return RSIFT_OK;
    if (member->n_bytes < from)
        return rs_chunk_find(chunk, RS_F_REST_UNREAD, at, member->chain, err,
                             "the rest of the file, from byte %" PRId64 " on, was not read", from);
    return rs_chunk_find(chunk, RS_F_REST_UNREAD, at, member->chain, err,
                         "the rest of the file, %" PRId64 " bytes from byte %" PRId64
                         " on, was not read",
                         member->n_bytes - from, from);
}

rs_str rs_json_feed_chain(const rs_json_feed *feed)
{
    return rs_io_member_at(feed->source->tree, feed->files->members[feed->file])->chain;
}

rsift_status rs_json_feed_next(rs_json_feed *feed, rs_arena *arena, rs_chunk *chunk,
                               rsift_error *err)
{
    feed->n_cuts = 0;
    for (; feed->file < feed->files->n; feed->file++) {
        rsift_error why = {0}; /* about the data; `err` is for the disk and memory */
        rsift_status status = feed->cutter ? RSIFT_OK : open_file(feed, &why);
        if (status == RSIFT_OK) {
            rs_json_batch batch = {.arena = arena,
                                   .cuts = feed->cuts,
                                   .cap = RS_CHUNK_RECORDS - chunk->n,
                                   .max_bytes = RS_CHUNK_BYTES - chunk->n_bytes};
            status = rs_json_cutter_fill(feed->cutter, &batch, &why);
            feed->n_cuts = batch.n;
            feed->seen = rs_json_cutter_seen(feed->cutter);
        }
        if (status == RSIFT_OK) return RSIFT_OK;
        /* a damaged file: one finding at the record where reading ended, then the next file */
        if (status != RSIFT_END) {
            rs_err_within(&why, status, "record %" PRId64, feed->ordinal);
            rs_str chain = rs_json_feed_chain(feed);
            if (!rs_str_starts(rs_str_of(why.where), chain))
                rs_err_within(&why, status, "%.*s", RS_STR_ARG(chain));
            RS_TRY(rs_chunk_broken(chunk, feed->pass, feed->apart ? -1 : feed->ordinal, status,
                                   &why, err));
            RS_TRY(tell_unread(feed, chunk, err));
            feed->ordinal++;
        }
        close_file(feed);
    }
    return RSIFT_END;
}

rsift_status rs_json_feed_cut(rs_json_feed *feed, rs_chunk *chunk, rsift_error *err)
{
    while (chunk->n < RS_CHUNK_RECORDS && chunk->n_bytes < RS_CHUNK_BYTES) {
        rsift_status status = rs_json_feed_next(feed, &chunk->arena, chunk, err);
        if (status == RSIFT_END) break;
        RS_TRY(status);
        /* the cuts' bytes live in the chunk's arena already: they are only pointed to */
        for (size_t i = 0; i < feed->n_cuts; i++) {
            rs_raw *raw = rs_chunk_add(chunk);
            if (!raw) return rs_err_nomem(err, "a raw record");
            raw->ordinal = feed->ordinal++;
            raw->offset = feed->cuts[i].offset;
            raw->use = feed->use;
            raw->file = (uint32_t)feed->file;
            raw->key = feed->cuts[i].key;
            raw->content = feed->cuts[i].bytes;
            chunk->n_bytes += raw->content.len;
        }
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

/* Lists under any key ("*") name their records after a key that may stand far before them, and
 * of several paths it is not known which one a record is of: neither can be jumped into. A record
 * at the top of the file has no key; one behind a path may stand in a list or have its own key. */
rsift_status rs_json_feed_at(rs_json_feed *feed, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    rs_str path = feed->paths[0];
    if (feed->n_paths != 1 || rs_str_ends(path, RS_STR("*")))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "records of this path cannot be jumped to");
    rs_jump_to to = {feed->source, feed->files, ref,
                     .keyed = path.len != 0 || feed->object_path.len != 0};
    return rs_jump_record(&feed->jump, &to, chunk, NULL, err);
}
