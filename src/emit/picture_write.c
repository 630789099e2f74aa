/* Members of an archive are read in one pass in the archive's order; a picture's bytes are made
 * once, however many names it has. */
#include "emit/picture_write.h"

#include "base/alloc.h"
#include "base/escape.h"
#include "emit/picture_read.h"
#include "emit/picture_render.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A picture whose bytes are read, and the member of its tree. */
typedef struct want {
    size_t picture, member;
    rs_emit_how how;
} want;

typedef struct writing {
    rs_session *session;
    rs_emit_pictures *pictures;
    rs_progress *progress;
    const want *wants; /* in order of members; a member is wanted once per name */
    size_t n_wants, at;
    rs_io_tree *tree; /* NULL until one of its pictures is looked for there */
    char last_folder[4200];
} writing;

static void note_failure(rs_emit_pictures *pictures, rs_emit_picture *p, const char *why)
{
    p->failed = true;
    p->how = RS_EMIT_NOT_WRITTEN;
    pictures->counts.failed++;
    rs_escape_put(&pictures->failures, RS_ESCAPE_LINE, p->name);
    rs_buf_cstr(&pictures->failures, ": ");
    rs_buf_cstr(&pictures->failures, why);
    rs_buf_char(&pictures->failures, '\n');
}

static void note_changed(rs_emit_pictures *pictures, rs_emit_picture *p, const char *why)
{
    p->changed = true;
    note_failure(pictures, p, why);
}

static void note_written(rs_emit_pictures *pictures, rs_emit_picture *p, rs_emit_how how)
{
    rs_emit_picture_counts *counts = &pictures->counts;
    p->how = how;
    *(how == RS_EMIT_LEFT_IN_PLACE ? &counts->kept
      : how == RS_EMIT_LINKED      ? &counts->linked
      : how == RS_EMIT_COPIED      ? &counts->copied
                                   : &counts->rendered) += 1;
}

/* The same of a picture whose bytes are not read: they are the index's. */
static void note_unread(rs_emit_pictures *pictures, rs_emit_picture *p, int64_t n_bytes,
                        rs_emit_how how)
{
    p->n_written = n_bytes;
    p->written = p->content_hash;
    p->is_hashed = p->has_hash;
    note_written(pictures, p, how);
}

/* ---- is it the picture that was indexed? ----------------------------------------------------- */

/* The file that holds the picture has the size and the time of the index. */
static bool is_same_file(const rs_emit_picture *p, const rs_io_file *file)
{
    return p->file_bytes == file->n_bytes && p->file_mtime == file->mtime_ns;
}

/* What the file on disk tells, before the picture is read; NULL = nothing against it. */
static const char *find_change(const rs_emit_picture *p, const rs_io_file *file, rs_emit_how how)
{
    const bool dated = p->file_bytes >= 0;
    if (!dated && !p->has_hash) return "neither its time nor its hash is known: index it again";
    if (how == RS_EMIT_RENDERED && p->has_hash) return NULL;
    if (dated && !is_same_file(p, file))
        return "another file than at the index: its size or time differs; index it again";
    return NULL;
}

/* ---- folders and files ----------------------------------------------------------------------- */

/* Is the path too long, or is one of its folders a file? Then it is this name's trouble alone, and
 * not the disk's. */
static bool is_bad_name(rs_str path)
{
    char text[4096];
    struct stat st;
    for (rs_str rest = path; rest.len; rest = rs_str_dirname(rest)) {
        if (rs_str_basename(rest).len > 255 || rest.len >= sizeof text) return true;
        snprintf(text, sizeof text, "%.*s", RS_STR_ARG(rest));
        const bool is_folder = lstat(text, &st) == 0 && S_ISDIR(st.st_mode);
        if (rest.len == path.len ? is_folder : lstat(text, &st) == 0 && !is_folder) return true;
        if (is_folder) return false;
    }
    return false;
}

/* Makes the folder unless it is the one made last: most pictures share it with the one before. */
static rsift_status make_folder(writing *w, rs_str folder, rsift_error *err)
{
    if (rs_str_eq(folder, rs_str_of(w->last_folder))) return RSIFT_OK;
    RS_TRY(rs_io_make_dirs(folder, err));
    snprintf(w->last_folder, sizeof w->last_folder, "%.*s", RS_STR_ARG(folder));
    return RSIFT_OK;
}

/* Writes the bytes under the name of one picture, or makes the link `from` there (`bytes` NULL). A
 * name that no file can have is the picture's failure. */
static rsift_status write_picture(writing *w, rs_emit_picture *p, rs_str bytes, const char *from,
                                  rsift_error *err)
{
    rs_arena arena = {0};
    const rs_str path = rs_arena_join(&arena, w->pictures->out, RS_STR("/images/"), p->name);
    const char *text = rs_arena_cstr(&arena, path);
    rsift_status status = text ? RSIFT_OK : rs_err_nomem(err, "a path");
    if (status == RSIFT_OK) status = make_folder(w, rs_str_dirname(path), err);
    if (status == RSIFT_OK && from) {
        int failed = symlink(from, text);
        /* one that an older rsift left */
        if (failed && errno == EEXIST && unlink(text) == 0) failed = symlink(from, text);
        if (failed) status = rs_err_errno(err, errno, "cannot link %s", text);
    } else if (status == RSIFT_OK) {
        status = rs_io_write_small(path, bytes.ptr, bytes.len, err);
    }
    /* Asked only now: the folders of each name would cost as much as its file. */
    if (status != RSIFT_OK && text && is_bad_name(path)) {
        note_failure(w->pictures, p, "no file can have this name here");
        status = RSIFT_OK;
    }
    rs_arena_fini(&arena);
    return status;
}

/* A symbolic link to the file on disk; false = it must be copied: no file of that name is there
 * (the index changed the name), or the output's disk has no links. */
static bool try_link(writing *w, rs_emit_picture *p, const rs_io_file *file)
{
    rs_arena arena = {0};
    const char *from =
        rs_arena_cstr(&arena, rs_arena_join(&arena, p->root, RS_STR("/"), file->path));
    struct stat st;
    /* A link to a file that is gone would be made without an error: it is asked for first. */
    const bool ok = from && lstat(from, &st) == 0 && S_ISREG(st.st_mode) &&
                    write_picture(w, p, (rs_str){NULL, 0}, from, NULL) == RSIFT_OK;
    rs_arena_fini(&arena);
    if (ok && !p->failed) note_unread(w->pictures, p, file->n_bytes, RS_EMIT_LINKED);
    return ok;
}

/* Writes one picture of a member that was read. */
static rsift_status write_want(writing *w, const want *it, const rs_emit_member_read *read,
                               rsift_error *err)
{
    rs_emit_pictures *pictures = w->pictures;
    rs_emit_picture *p = &pictures->items[it->picture];
    const rs_io_file *file = rs_io_file_at(w->tree, rs_io_member_at(w->tree, it->member)->file);
    if (p->has_hash && !rs_id_eq(p->content_hash, read->hash)) {
        note_changed(pictures, p, "other bytes than at the index: index it again");
        return RSIFT_OK;
    }
    p->is_hashed = true;
    if (it->how == RS_EMIT_LEFT_IN_PLACE || (it->how == RS_EMIT_LINKED && try_link(w, p, file))) {
        p->n_written = file->n_bytes;
        p->written = read->hash;
        if (it->how == RS_EMIT_LEFT_IN_PLACE) note_written(pictures, p, it->how);
        return RSIFT_OK;
    }
    RS_TRY(write_picture(w, p, rs_buf_view(&read->bytes), NULL, err));
    if (p->failed) return RSIFT_OK;
    p->n_written = (int64_t)read->bytes.len;
    p->written = read->written;
    note_written(pictures, p, p->plain ? RS_EMIT_COPIED : RS_EMIT_RENDERED);
    return rs_emit_count_rule(pictures, rs_buf_view(&read->rule), err);
}

/* Reads the member of the wants [begin, w->at), keeping its bytes when one of them is written. */
static rsift_status read_member(const writing *w, size_t begin, rs_io_stream *stream,
                                rs_emit_member_read *read, rsift_error *err)
{
    const want *first = &w->wants[begin];
    bool kept = false;
    for (size_t i = begin; i < w->at; i++) kept = kept || w->wants[i].how >= RS_EMIT_COPIED;
    if (!kept) return rs_emit_hash_member(stream, read, err);
    return rs_emit_read_member(stream, rs_io_member_at(w->tree, first->member)->n_bytes,
                               &w->pictures->items[first->picture], read,
                               &(rs_emit_read_options){&w->pictures->view, &w->session->limits},
                               err);
}

/* One member: its bytes are made once and written under each name that is wanted of it. What cannot
 * be opened or decoded is a failed picture; a disk that cannot be read or written is an error. */
static rsift_status visit(void *ctx, size_t member, rs_io_stream *stream, const rsift_error *why,
                          rsift_error *err)
{
    writing *w = ctx;
    /* wants[begin, at) are those of this member: wants and visits have the same order. */
    size_t begin = w->at;
    while (w->at < w->n_wants && w->wants[w->at].member == member) w->at++;
    RS_ASSERT(w->at > begin);
    rs_progress_add(w->progress, (int64_t)(w->at - begin));
    if (rs_cancelled(&w->session->cancel)) return rs_err_cancelled(err);
    rs_emit_member_read read = {0};
    rsift_error bad = {0};
    rsift_status status = RSIFT_OK;
    if (stream) {
        status = read_member(w, begin, stream, &read, &bad);
        why = &bad;
    }
    const bool failed = !stream || status != RSIFT_OK;
    /* Memory and disk concern every picture, and end the emit; anything else is wrong with this one
     * alone. */
    if (status == RSIFT_E_NOMEM || status == RSIFT_E_IO) {
        if (err) *err = bad;
    } else {
        status = RSIFT_OK;
    }
    for (size_t i = begin; status == RSIFT_OK && i < w->at; i++) {
        if (failed)
            note_failure(w->pictures, &w->pictures->items[w->wants[i].picture], why->message);
        else status = write_want(w, &w->wants[i], &read, err);
    }
    rs_buf_fini(&read.rule);
    rs_buf_fini(&read.bytes);
    return status;
}

/* ---- one tree after another ------------------------------------------------------------------ */

static int by_member(const void *a, const void *b)
{
    const want *x = a, *y = b;
    if (x->member != y->member) return x->member < y->member ? -1 : 1;
    return x->picture < y->picture ? -1 : x->picture > y->picture;
}

/* How a picture is to get into the output. */
static rs_emit_how choose_how(const rs_emit_pictures *pictures, const rs_emit_picture *p)
{
    if (p->in_place) return RS_EMIT_LEFT_IN_PLACE;
    if (!p->plain) return RS_EMIT_RENDERED;
    return p->loose && pictures->mode != RS_EMIT_IMAGES_COPY ? RS_EMIT_LINKED : RS_EMIT_COPIED;
}

/* Links picture `i` or leaves it where it is, when nothing of it has to be read; else it is added
 * to the wants. The tree is listed again only for what the replay's listing did not settle. */
static rsift_status sort_picture(writing *w, size_t i, want *wants, size_t *n, rsift_error *err)
{
    rs_emit_pictures *pictures = w->pictures;
    rs_emit_picture *p = &pictures->items[i];
    if (p->unchanged && !pictures->verify) {
        note_unread(pictures, p, p->file_bytes, RS_EMIT_LEFT_IN_PLACE);
        return RSIFT_OK;
    }
    if (!w->tree) RS_TRY(rs_session_tree(w->session, p->root, &w->tree, err));
    const size_t member = rs_io_find(w->tree, p->member);
    if (member == RS_NPOS) {
        note_changed(pictures, p, "no longer there: changed since the index");
        return RSIFT_OK;
    }
    if (pictures->verify && !p->has_hash)
        return rs_err_set(err, RSIFT_E_ARG,
                          "--verify-pictures compares hashes, and \"%.60s\" was indexed without: "
                          "index it again without --no-hash",
                          p->name.ptr);
    const rs_io_file *file = rs_io_file_at(w->tree, rs_io_member_at(w->tree, member)->file);
    const rs_emit_how how = choose_how(pictures, p);
    const char *change = find_change(p, file, how);
    if (change) {
        note_changed(pictures, p, change);
        return RSIFT_OK;
    }
    const bool read = pictures->verify || p->file_bytes < 0 || how >= RS_EMIT_COPIED;
    if (!read && how == RS_EMIT_LINKED && try_link(w, p, file)) return RSIFT_OK;
    if (read || how == RS_EMIT_LINKED) {
        wants[(*n)++] = (want){i, member, read ? how : RS_EMIT_COPIED};
        return RSIFT_OK;
    }
    note_unread(pictures, p, file->n_bytes, how);
    return RSIFT_OK;
}

/* Writes the used pictures of one tree: what can be linked at once, everything else in one pass
 * over its members. */
static rsift_status write_root(writing *w, rs_str root, rsift_error *err)
{
    w->tree = NULL;
    /* Room for every picture, so that the loop below cannot run out of it. */
    want *wants = rs_alloc((w->pictures->ids.n + 1) * sizeof *wants);
    size_t *members = rs_alloc((w->pictures->ids.n + 1) * sizeof *members);
    rsift_status status = wants && members ? RSIFT_OK : rs_err_nomem(err, "the list of pictures");
    size_t n = 0;
    for (size_t i = 0; status == RSIFT_OK && i < w->pictures->ids.n; i++) {
        const rs_emit_picture *p = &w->pictures->items[i];
        if (p->used && rs_str_eq(p->root, root)) status = sort_picture(w, i, wants, &n, err);
    }
    if (status == RSIFT_OK && n) {
        qsort(wants, n, sizeof *wants, by_member);
        /* Members are visited once, however many names their bytes get. */
        size_t n_members = 0;
        for (size_t i = 0; i < n; i++)
            if (i == 0 || wants[i].member != wants[i - 1].member)
                members[n_members++] = wants[i].member;
        w->wants = wants;
        w->n_wants = n;
        w->at = 0;
        status = rs_io_visit(w->tree, members, n_members, visit, w, err);
    }
    rs_free(wants);
    rs_free(members);
    if (w->tree) rs_io_tree_close(w->tree);
    return status;
}

static bool gets_a_file(const rs_emit_picture *picture)
{
    return picture->used && !picture->in_place;
}

/* Enters the names of all used pictures into the folder's list, before the first is written. */
static rsift_status claim_names(const rs_emit_pictures *pictures, rsift_error *err)
{
    if (!pictures->folder) return RSIFT_OK;
    const rs_emit_picture **list;
    size_t n;
    RS_TRY(rs_emit_pictures_by_name(pictures, gets_a_file, &list, &n, err));
    rs_arena scratch = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        const rs_str name = rs_arena_join(&scratch, RS_STR("images/"), list[i]->name, RS_STR(""));
        status = name.ptr ? rs_emit_folder_claim(pictures->folder, name, err)
                          : rs_err_nomem(err, "a path");
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    rs_free(list);
    return status == RSIFT_OK ? rs_emit_folder_flush(pictures->folder, err) : status;
}

rsift_status rs_emit_pictures_write(rs_emit_pictures *pictures, rs_session *session,
                                    rsift_error *err)
{
    writing w = {.session = session, .pictures = pictures};
    rs_strmap roots = {0};
    rsift_status status = claim_names(pictures, err);
    w.progress = rs_session_progress(session, "pictures", "files", -1);
    /* Tree by tree, so that each is opened once. */
    for (size_t i = 0; status == RSIFT_OK && i < pictures->ids.n; i++)
        if (pictures->items[i].used &&
            rs_strmap_put(&roots, pictures->items[i].root, NULL) == RS_NPOS)
            status = rs_err_nomem(err, "the list of folders");
    for (size_t i = 0; status == RSIFT_OK && i < roots.n; i++)
        status = write_root(&w, roots.keys[i], err);
    if (status == RSIFT_OK && pictures->failures.failed)
        status = rs_err_nomem(err, "the list of failed pictures");
    /* Small files are not synced one by one: all at once, before records name them. */
    if (status == RSIFT_OK && pictures->counts.copied + pictures->counts.rendered > 0)
        status = rs_io_sync(pictures->out, err);
    rs_progress_end(w.progress);
    rs_strmap_fini(&roots);
    return status;
}
