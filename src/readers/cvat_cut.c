/* <image> elements by their tags: see cvat_cut.h. The window holds the bytes from `pos` on; markup
 * is found in it piece by piece: a comment, a CDATA section, an instruction or a tag. */
#include "readers/cvat_cut.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "readers/jump.h"

#include <inttypes.h>

enum { READ_BYTES = 256 << 10 };

struct rs_cvat_feed {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    int pass;
    size_t file;
    rs_io_stream *stream;
    rs_buf window;
    size_t pos;   /* of the window: what stands before it was dealt with */
    int64_t base; /* file offset of window[0] */
    bool ended;   /* the file has no more bytes than the window */
    bool tracks;  /* a <track> was reported */
    int64_t ordinal;
    rs_jump jump;
};

rsift_status rs_cvat_feed_open(const rs_source *source, const char *use, int pass,
                               rs_cvat_feed **out, rsift_error *err)
{
    rs_cvat_feed *feed = rs_calloc(1, sizeof *feed);
    if (!feed) return rs_err_nomem(err, "a feed");
    *out = feed;
    feed->source = source;
    feed->pass = pass;
    feed->files = rs_source_files_of(source, use);
    if (!feed->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"%s\" files", use);
    feed->use = (uint32_t)(feed->files - source->files);
    return RSIFT_OK;
}

static void close_file(rs_cvat_feed *feed)
{
    rs_io_close(feed->stream);
    feed->stream = NULL;
    feed->window.len = feed->pos = 0;
    feed->base = 0;
    feed->ended = feed->tracks = false;
}

void rs_cvat_feed_close(rs_cvat_feed *feed)
{
    if (!feed) return;
    close_file(feed);
    rs_buf_fini(&feed->window);
    rs_jump_close(&feed->jump);
    rs_free(feed);
}

/* ---- the window ------------------------------------------------------------------------------ */

/* Drops what stands before `pos` and reads on. */
static rsift_status read_more(rs_cvat_feed *feed, rsift_error *err)
{
    rs_buf *w = &feed->window;
    if (feed->pos) {
        memmove(w->ptr, w->ptr + feed->pos, w->len - feed->pos);
        feed->base += (int64_t)feed->pos;
        w->len -= feed->pos;
        feed->pos = 0;
    }
    const uint64_t most = feed->source->limits->max_record;
    if (w->len > most)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "an element exceeds the limit max_record (%" PRIu64 " bytes)", most);
    size_t got = 0;
    if (!rs_buf_reserve(w, READ_BYTES)) return rs_err_nomem(err, "a window");
    RS_TRY(rs_io_read(feed->stream, w->ptr + w->len, READ_BYTES, &got, err));
    w->len += got;
    feed->ended = got == 0;
    return RSIFT_OK;
}

/* The place behind `end` from `from` on; RS_NPOS = not in the window. */
static size_t behind(rs_str text, size_t from, rs_str end)
{
    if (from > text.len) return RS_NPOS;
    const size_t at = rs_str_find(rs_str_sub(text, from, text.len), end);
    return at == RS_NPOS ? RS_NPOS : from + at + end.len;
}

/* The end of the markup that begins at `at` with '<', behind its '>'; RS_NPOS = not in the window.
 * A '>' in quotes ends no tag. */
static size_t markup_end(rs_str text, size_t at)
{
    const rs_str rest = rs_str_sub(text, at, text.len);
    if (rs_str_starts(rest, RS_STR("<!--"))) return behind(text, at + 4, RS_STR("-->"));
    if (rs_str_starts(rest, RS_STR("<![CDATA["))) return behind(text, at + 9, RS_STR("]]>"));
    if (rs_str_starts(rest, RS_STR("<?"))) return behind(text, at + 2, RS_STR("?>"));
    if (rest.len < 9 && rs_str_starts(rest, RS_STR("<!"))) return RS_NPOS; /* not known yet */
    char quote = 0;
    for (size_t i = at + 1; i < text.len; i++) {
        const char c = text.ptr[i];
        if (quote) quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'') quote = c;
        else if (c == '>') return i + 1;
    }
    return RS_NPOS;
}

static bool is_tag(rs_str markup, rs_str name)
{
    return rs_str_starts(markup, name) && markup.len > name.len &&
           (rs_ascii_is_space(markup.ptr[name.len]) || markup.ptr[name.len] == '>' ||
            markup.ptr[name.len] == '/');
}

/* ---- records --------------------------------------------------------------------------------- */

/* Where an element is found in the window. */
typedef struct element {
    size_t begin, end; /* of the window; end 0 = none */
} element;

/* The next <image> of the file. Keeps its first byte at or behind `pos`, so that no more than one
 * element is held. end 0 at the end of the file. */
static rsift_status next_element(rs_cvat_feed *feed, rs_chunk *chunk, element *out,
                                 rsift_error *err)
{
    size_t at = feed->pos; /* what is looked at next */
    bool inside = false;
    *out = (element){0};
    for (;;) {
        const rs_str text = rs_buf_view(&feed->window);
        const size_t open =
            at < text.len ? rs_str_find_char(rs_str_sub(text, at, text.len), '<') : RS_NPOS;
        const size_t begin = open == RS_NPOS ? text.len : at + open;
        const size_t end = open == RS_NPOS ? RS_NPOS : markup_end(text, begin);
        if (end == RS_NPOS) {
            if (!inside) feed->pos = begin; /* nothing before it is needed */
            if (text.len - begin > feed->source->limits->max_string)
                return rs_err_set(err, RSIFT_E_LIMIT,
                                  "a tag exceeds the limit max_string (%" PRIu64 " bytes)",
                                  feed->source->limits->max_string);
            if (feed->ended)
                return inside || open != RS_NPOS
                           ? rs_err_set(err, RSIFT_E_FORMAT, "the file ends inside of an element")
                           : RSIFT_OK;
            const size_t kept = feed->pos;
            RS_TRY(read_more(feed, err)); /* moves all places by `kept` */
            at = begin - kept;
            if (inside) out->begin -= kept;
            continue;
        }
        const rs_str markup = rs_str_sub(text, begin, end);
        at = end;
        if (!inside && is_tag(markup, RS_STR("<track")) && !feed->tracks) {
            feed->tracks = true;
            chunk->counts[feed->pass].seen++;
            chunk->counts[feed->pass].set_aside++;
            RS_TRY(rs_chunk_find(chunk, RS_F_MEDIA_UNSUPPORTED, feed->ordinal++,
                                 feed->files->logical[feed->file], err,
                                 "<track>: objects of a video are not read; export the job as "
                                 "\"CVAT for images\""));
        }
        if (!inside && is_tag(markup, RS_STR("<image"))) {
            out->begin = feed->pos = begin;
            inside = true;
            if (!rs_str_ends(markup, RS_STR("/>"))) continue;
        } else if (!inside || !is_tag(markup, RS_STR("</image"))) {
            continue;
        }
        out->end = end;
        return RSIFT_OK;
    }
}

static rsift_status add_record(rs_cvat_feed *feed, rs_chunk *chunk, const element *found,
                               rsift_error *err)
{
    rs_raw *raw = rs_chunk_add(chunk);
    if (!raw) return rs_err_nomem(err, "a raw record");
    raw->ordinal = feed->ordinal++;
    raw->offset = feed->base + (int64_t)found->begin;
    raw->use = feed->use;
    raw->file = (uint32_t)feed->file;
    raw->content = rs_arena_str(&chunk->arena,
                                rs_str_sub(rs_buf_view(&feed->window), found->begin, found->end));
    if (!raw->content.ptr) return rs_err_nomem(err, "a record");
    chunk->n_bytes += raw->content.len;
    feed->pos = found->end;
    return RSIFT_OK;
}

/* The next element of the current file, which is opened first when needed. */
static rsift_status cut_one(rs_cvat_feed *feed, rs_chunk *chunk, bool *found, rsift_error *err)
{
    element next;
    *found = false;
    if (!feed->stream)
        RS_TRY(
            rs_io_open(feed->source->tree, feed->files->members[feed->file], &feed->stream, err));
    RS_TRY(next_element(feed, chunk, &next, err));
    *found = next.end > 0;
    return *found ? add_record(feed, chunk, &next, err) : RSIFT_OK;
}

rsift_status rs_cvat_feed_cut(rs_cvat_feed *feed, rs_chunk *chunk, rsift_error *err)
{
    while (feed->file < feed->files->n && chunk->n < RS_CHUNK_RECORDS &&
           chunk->n_bytes < RS_CHUNK_BYTES) {
        bool found;
        rsift_error why = {0};
        const rsift_status status = cut_one(feed, chunk, &found, &why);
        if (status == RSIFT_OK && found) continue;
        if (status != RSIFT_OK) {
            const rs_str chain =
                rs_io_member_at(feed->source->tree, feed->files->members[feed->file])->chain;
            if (!rs_str_starts(rs_str_of(why.where), chain))
                rs_err_within(&why, status, "%.*s", RS_STR_ARG(chain));
            RS_TRY(rs_chunk_broken(chunk, feed->pass, feed->ordinal++, status, &why, err));
        }
        close_file(feed);
        feed->file++;
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

rsift_status rs_cvat_feed_at(rs_cvat_feed *feed, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    const rs_jump_to to = {feed->source, feed->files, ref, .keyed = false};
    return rs_jump_record(&feed->jump, &to, chunk, NULL, err);
}
