/* Groups of files of one key: see feed_groups.h. Texts come from a file feed, which reads them in
 * source order; this walks the tree's members beside it. */
#include "readers/feed_groups.h"

#include "base/hash.h"
#include "codec/json_writer.h"
#include "image/name.h"

#include <inttypes.h>

enum { MOST_TEXTS = 32 };

/* Members [begin, end) of the tree that have one key. */
typedef struct group {
    size_t begin, end;
    size_t first_text, n_texts; /* of files */
    size_t n_pictures, picture; /* the first; RS_NPOS = none */
    bool video;
} group;

/* ---- names ----------------------------------------------------------------------------------- */

static size_t first_dot(rs_str name)
{
    const size_t dot = rs_str_find_char(name, '.');
    return dot == RS_NPOS ? name.len : dot;
}

rs_str rs_group_extension(rs_str path)
{
    const rs_str name = rs_str_basename(path);
    return rs_str_sub(name, first_dot(name) + 1, name.len);
}

static const rs_io_member *member_at(const rs_group_feed *feed, size_t i)
{
    return rs_io_member_at(feed->source->tree, i);
}

/* Container and folder: the chain without the file's name. */
static rs_str folder_of(const rs_io_member *m)
{
    return rs_str_sub(m->chain, 0, m->chain.len - rs_str_basename(m->path).len);
}

/* Container, folder and name up to its first dot. */
static rs_str key_of(const rs_io_member *m)
{
    const rs_str name = rs_str_basename(m->path);
    return rs_str_sub(m->chain, 0, m->chain.len - name.len + first_dot(name));
}

/* Files that a desktop puts beside others have no key. */
static bool has_key(const rs_io_member *m)
{
    return first_dot(rs_str_basename(m->path)) > 0 &&
           rs_str_find(m->path, RS_STR("__MACOSX/")) == RS_NPOS;
}

/* Does the member lie where a text lies? */
static bool is_beside_texts(rs_group_feed *feed, const rs_io_member *m)
{
    const rs_str folder = folder_of(m);
    if (feed->folder.ptr && rs_str_eq(folder, feed->folder)) return feed->in_folder;
    feed->folder = folder;
    feed->in_folder = rs_map64_get(&feed->folders, rs_hash64(folder.ptr, folder.len)) != NULL;
    rs_map64_fini(&feed->keys); /* a key may come again in another shard */
    feed->keys = (rs_map64){0};
    return feed->in_folder;
}

/* ---- opening --------------------------------------------------------------------------------- */

rsift_status rs_group_feed_open(rs_group_feed *feed, const rs_source *source, const char *use,
                                rs_str picture, int pass, rsift_error *err)
{
    *feed = (rs_group_feed){.source = source, .pass = pass};
    feed->picture = picture.len ? picture : RS_STR("jpg");
    feed->files = rs_source_files_of(source, use);
    if (!feed->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"%s\" files", use);
    feed->use = (uint32_t)(feed->files - source->files);
    rs_str last = {0};
    for (size_t i = 0; i < feed->files->n; i++) {
        const rs_str folder = folder_of(member_at(feed, feed->files->members[i]));
        if (last.ptr && rs_str_eq(folder, last)) continue;
        last = folder;
        bool made;
        if (!rs_map64_put(&feed->folders, rs_hash64(folder.ptr, folder.len), 1, &made))
            return rs_err_nomem(err, "a list of folders");
    }
    return rs_file_feed_open(source, use, pass, &feed->texts, err);
}

void rs_group_feed_close(rs_group_feed *feed)
{
    rs_file_feed_close(feed->texts);
    rs_chunk_fini(&feed->read);
    rs_map64_fini(&feed->folders);
    rs_map64_fini(&feed->keys);
    rs_arena_fini(&feed->arena);
    rs_arena_fini(&feed->group);
    *feed = (rs_group_feed){0};
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* Counts a member that is neither text nor picture under its extension. */
static rsift_status count_unread(rs_group_feed *feed, const rs_io_member *m, rsift_error *err)
{
    const rs_str extension = rs_group_extension(m->path);
    for (size_t i = 0; i < feed->n_unread; i++) {
        if (!rs_str_eq(feed->unread[i].extension, extension)) continue;
        feed->unread[i].n++;
        return RSIFT_OK;
    }
    if (feed->n_unread == RS_GROUP_UNREAD) {
        feed->n_other++;
        return RSIFT_OK;
    }
    rs_group_unread *unread = &feed->unread[feed->n_unread];
    *unread = (rs_group_unread){rs_arena_str(&feed->arena, extension), 1, m->chain};
    if (!unread->extension.ptr) return rs_err_nomem(err, "a list of extensions");
    feed->n_unread++;
    return RSIFT_OK;
}

/* The group that begins at member `begin`; `text`: the first text at or behind it. Members that
 * are nothing are counted when `unread` is set. */
static rsift_status collect(rs_group_feed *feed, size_t begin, size_t text, bool unread, group *out,
                            rsift_error *err)
{
    const size_t n = rs_io_n_members(feed->source->tree);
    const rs_str key = key_of(member_at(feed, begin));
    *out = (group){.begin = begin, .end = begin, .first_text = text, .picture = RS_NPOS};
    for (; out->end < n; out->end++) {
        const rs_io_member *m = member_at(feed, out->end);
        if (!rs_str_eq(key_of(m), key)) break;
        const size_t at = text + out->n_texts;
        if (at < feed->files->n && feed->files->members[at] == out->end) {
            out->n_texts++;
        } else if (rs_image_is_video_name(m->path)) {
            out->video = true;
        } else if (rs_image_is_name(m->path)) {
            if (out->n_pictures++ == 0) out->picture = out->end;
        } else if (unread) {
            RS_TRY(count_unread(feed, m, err));
        }
    }
    return RSIFT_OK;
}

/* The picture's path, in the folder of the text's logical name; one that is not here has the name
 * that it would have. */
static rs_str picture_path(const rs_group_feed *feed, const group *g, rs_arena *arena)
{
    if (g->video) return RS_GROUP_VIDEO;
    if (g->n_pictures > 1) return RS_GROUP_SEVERAL;
    const rs_str logical = feed->files->logical[g->first_text];
    const rs_str folder = rs_str_sub(logical, 0, logical.len - rs_str_basename(logical).len);
    if (g->picture != RS_NPOS)
        return rs_arena_join(arena, folder, rs_str_basename(member_at(feed, g->picture)->path),
                             RS_STR(""));
    const rs_str name = rs_str_basename(logical);
    return rs_arena_printf(arena, "%.*s%.*s.%.*s", RS_STR_ARG(folder),
                           RS_STR_ARG(rs_str_sub(name, 0, first_dot(name))),
                           RS_STR_ARG(feed->picture));
}

/* The group's texts as a raw record. */
static rsift_status add_group(rs_group_feed *feed, const group *g, const rs_str *texts,
                              int64_t ordinal, rs_chunk *chunk, rsift_error *err)
{
    rs_buf others = {0};
    for (size_t i = 1; i < g->n_texts; i++) {
        rs_buf_char(&others, i == 1 ? '{' : ',');
        rs_json_put_str(&others, rs_group_extension(feed->files->logical[g->first_text + i]));
        rs_buf_char(&others, ':');
        rs_json_put_str(&others, texts[i]);
    }
    if (g->n_texts > 1) rs_buf_char(&others, '}');
    rs_raw *raw = others.failed ? NULL : rs_chunk_add(chunk);
    if (raw) {
        raw->ordinal = ordinal;
        raw->offset = 0; /* of content in its file */
        raw->use = feed->use;
        raw->file = (uint32_t)g->first_text;
        raw->n_more = (uint32_t)g->n_texts - 1;
        raw->content = rs_arena_str(&chunk->arena, texts[0]);
        if (others.len) raw->extra = rs_arena_str(&chunk->arena, rs_buf_view(&others));
        raw->key = picture_path(feed, g, &chunk->arena);
        chunk->n_bytes += texts[0].len + others.len;
    }
    const bool good = raw && raw->content.ptr && raw->key.ptr && (!others.len || raw->extra.ptr);
    rs_buf_fini(&others);
    return good ? RSIFT_OK : rs_err_nomem(err, "a group of files");
}

/* ---- cut ------------------------------------------------------------------------------------- */

/* Findings and counts of files that could not be read. */
static rsift_status take_findings(rs_group_feed *feed, rs_chunk *chunk, rsift_error *err)
{
    for (int i = 0; i < RS_MAX_PASSES; i++)
        rs_model_count_add(&chunk->counts[i], &feed->read.counts[i]);
    for (size_t i = 0; i < feed->read.n_findings; i++) {
        const rs_finding *f = &feed->read.findings[i];
        RS_TRY(rs_chunk_find(chunk, f->code, -1, f->where, err, "%.*s", RS_STR_ARG(f->message)));
    }
    for (int i = 0; i < RS_N_FINDINGS; i++) chunk->n_unlisted[i] += feed->read.n_unlisted[i];
    return RSIFT_OK;
}

/* The bytes of text `file`; ptr NULL = it could not be read, as a finding tells. They stay until
 * the next call. */
static rsift_status next_text(rs_group_feed *feed, size_t file, rs_chunk *chunk, rs_str *out,
                              rsift_error *err)
{
    *out = (rs_str){0};
    if (feed->next_read == feed->read.n) {
        rs_chunk_reset(&feed->read);
        feed->next_read = 0;
        const rsift_status status = rs_file_feed_cut(feed->texts, &feed->read, err);
        if (status != RSIFT_OK && status != RSIFT_END) return status;
        RS_TRY(take_findings(feed, chunk, err));
    }
    if (feed->next_read < feed->read.n && feed->read.raws[feed->next_read].file == file)
        *out = feed->read.raws[feed->next_read++].content;
    return RSIFT_OK;
}

/* All texts of the group, copied: the feed goes on. They stay until the next group. *complete
 * false: one could not be read. */
static rsift_status read_texts(rs_group_feed *feed, const group *g, rs_str texts[MOST_TEXTS],
                               rs_chunk *chunk, bool *complete, rsift_error *err)
{
    *complete = true;
    rs_arena_reset(&feed->group); /* groups that are set aside must not add up */
    for (size_t i = 0; i < g->n_texts; i++) {
        rs_str text;
        RS_TRY(next_text(feed, g->first_text + i, chunk, &text, err));
        *complete = *complete && text.ptr;
        if (!text.ptr || i >= MOST_TEXTS) continue;
        texts[i] = rs_arena_str(&feed->group, text);
        if (!texts[i].ptr) return rs_err_nomem(err, "a group of files");
    }
    return RSIFT_OK;
}

static rsift_status set_aside(rs_group_feed *feed, const group *g, rs_finding_code code,
                              const char *why, rs_chunk *chunk, rsift_error *err)
{
    chunk->counts[feed->pass].seen++;
    chunk->counts[feed->pass].set_aside++;
    return rs_chunk_find(chunk, code, feed->ordinal++, member_at(feed, g->begin)->chain, err, "%s",
                         why);
}

/* A key that comes again apart from its first group: a second sample of that name. */
static rsift_status note_repeat(rs_group_feed *feed, const group *g, rs_chunk *chunk,
                                rsift_error *err)
{
    bool made;
    const rs_io_member *m = member_at(feed, g->begin);
    const rs_str key = key_of(m);
    if (!rs_map64_put(&feed->keys, rs_hash64(key.ptr, key.len), 1, &made))
        return rs_err_nomem(err, "a list of keys");
    if (made) return RSIFT_OK;
    return rs_chunk_find(chunk, RS_F_ID_REPEATED, feed->ordinal, m->chain, err,
                         "members of this key stand apart from each other: each run is a sample");
}

static rsift_status cut_group(rs_group_feed *feed, const group *g, rs_chunk *chunk,
                              rsift_error *err)
{
    rs_str texts[MOST_TEXTS];
    bool complete;
    RS_TRY(read_texts(feed, g, texts, chunk, &complete, err));
    if (!complete) { /* counted where the text was read */
        feed->ordinal++;
        return RSIFT_OK;
    }
    if (g->n_texts == 0 && g->n_pictures == 0 && !g->video) return RSIFT_OK;
    RS_TRY(note_repeat(feed, g, chunk, err));
    if (g->n_texts == 0)
        return set_aside(feed, g, RS_F_FIELD_MISSING, "a picture without text", chunk, err);
    if (g->n_texts > MOST_TEXTS)
        return set_aside(feed, g, RS_F_LIMIT, "more than 32 texts of one key", chunk, err);
    return add_group(feed, g, texts, feed->ordinal++, chunk, err);
}

/* What was not read, once, behind all records. */
static rsift_status tell_unread(rs_group_feed *feed, rs_chunk *chunk, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (feed->told) return RSIFT_OK;
    feed->told = true;
    for (size_t i = 0; i < feed->n_unread; i++) {
        const rs_group_unread *u = &feed->unread[i];
        RS_TRY(rs_chunk_find(chunk, RS_F_NOTHING_READ, -1, u->chain, err,
                             "members with the extension \"%s\" are not read: %" PRId64,
                             rs_err_quote(quoted, u->extension), u->n));
    }
    if (feed->n_other == 0) return RSIFT_OK;
    return rs_chunk_find(chunk, RS_F_NOTHING_READ, -1, RS_STR(""), err,
                         "members with other extensions are not read: %" PRId64, feed->n_other);
}

rsift_status rs_group_feed_cut(rs_group_feed *feed, rs_chunk *chunk, rsift_error *err)
{
    const size_t n = rs_io_n_members(feed->source->tree);
    while (feed->member < n && chunk->n < RS_CHUNK_RECORDS && chunk->n_bytes < RS_CHUNK_BYTES) {
        const rs_io_member *m = member_at(feed, feed->member);
        const bool text =
            feed->text < feed->files->n && feed->files->members[feed->text] == feed->member;
        if (!text && (!is_beside_texts(feed, m) || !has_key(m))) {
            feed->member++;
            continue;
        }
        (void)is_beside_texts(feed, m); /* where it lies, for the keys */
        group g;
        RS_TRY(collect(feed, feed->member, feed->text, true, &g, err));
        feed->member = g.end;
        feed->text += g.n_texts;
        RS_TRY(cut_group(feed, &g, chunk, err));
    }
    if (feed->member == n) RS_TRY(tell_unread(feed, chunk, err));
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

/* ---- jump ------------------------------------------------------------------------------------ */

rsift_status rs_group_feed_at(rs_group_feed *feed, const rs_record_ref *ref, rs_chunk *chunk,
                              rsift_error *err)
{
    if (ref->file >= feed->files->n || ref->offset != 0)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "no place to jump to");
    size_t begin = feed->files->members[ref->file];
    const rs_str key = key_of(member_at(feed, begin));
    while (begin > 0 && rs_str_eq(key_of(member_at(feed, begin - 1)), key)) begin--;
    group g;
    RS_TRY(collect(feed, begin, ref->file, false, &g, err));
    if (g.n_texts == 0 || g.n_texts > MOST_TEXTS)
        return rs_err_set(err, RSIFT_E_FORMAT, "the group is another one now");
    rs_str texts[MOST_TEXTS];
    for (size_t i = 0; i < g.n_texts; i++) {
        const size_t member = feed->files->members[g.first_text + i];
        if (!member_at(feed, member)->random)
            return rs_err_set(err, RSIFT_E_UNSUPPORTED, "an archive that is read from its start");
        RS_TRY(rs_io_slurp(feed->source->tree, member, &chunk->arena, &texts[i], err));
    }
    return add_group(feed, &g, texts, ref->ordinal, chunk, err);
}
