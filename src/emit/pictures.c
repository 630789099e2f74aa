/* Pictures of an output: how they are called, and how they get there. */
#include "emit/emit.h"

#include "base/alloc.h"
#include "image/decode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void rs_emit_pictures_fini(rs_emit_pictures *p)
{
    rs_idmap_fini(&p->ids);
    rs_free(p->items);
    rs_arena_fini(&p->arena);
    *p = (rs_emit_pictures){0};
}

/* Formats that every trainer's Image.open(..).convert("RGB") reads without loss. */
static bool is_plain(rs_str format, rs_str dtype, int64_t bands, int64_t n_frames,
                     int64_t orientation)
{
    static const char *const formats[] = {"jpeg", "png", "bmp", "webp", "tiff"};
    bool known = false;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        known = known || rs_str_eq(format, rs_str_of(formats[i]));
    return known && rs_str_eq(dtype, RS_STR("uint8")) && (bands == 1 || bands == 3) &&
           n_frames <= 1 && orientation <= 1;
}

/* "<dataset>/<canonical path>", or the file's own absolute path in mode PATH. */
static rs_str name_of(rs_arena *arena, const rs_emit_picture *p, rs_images_mode mode, rs_str chain)
{
    if (mode == RS_IMAGES_PATH && p->loose && p->plain)
        return rs_arena_join(arena, p->root, RS_STR("/"), chain);
    rs_str path = p->path;
    if (!p->plain) {
        path.len -= rs_str_extension(path).len;
        path = rs_arena_join(arena, path, RS_STR(".png"), RS_STR(""));
    }
    return path.ptr ? rs_arena_join(arena, p->dataset, RS_STR("/"), path) : path;
}

rsift_status rs_emit_pictures_load(rs_emit_pictures *pictures, rs_store *store, rs_str release_id,
                                   rs_str dataset, rs_images_mode mode, rsift_error *err)
{
    rs_arg release = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store,
        RS_STR("SELECT asset_id, path, root, member, locator, format, dtype, bands, n_frames, "
               "orientation, width, height FROM asset WHERE release_id = $1 AND "
               "state = 'found' AND format <> 'unreadable'"),
        &release, 1, &result, err));
    rs_arena *arena = &pictures->arena;
    rs_str set = rs_arena_str(arena, dataset);
    rs_strmap roots = {0};
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        bool made;
        size_t at = rs_idmap_put(&pictures->ids, rs_result_id(result, 0), &made);
        size_t root = rs_strmap_put(&roots, rs_result_str(result, 2), NULL);
        if (at == RS_NPOS || root == RS_NPOS ||
            !RS_VEC_RESERVE(pictures->items, pictures->cap, at + 1)) {
            status = rs_err_nomem(err, "the list of pictures");
            break;
        }
        if (!made) continue;
        rs_str chain = rs_result_str(result, 4);
        rs_emit_picture p = {.asset_id = rs_result_id(result, 0), .dataset = set};
        p.path = rs_arena_str(arena, rs_result_str(result, 1));
        p.root = rs_arena_str(arena, rs_result_str(result, 2));
        p.member = rs_arena_str(arena, rs_result_str(result, 3));
        p.width = (uint32_t)rs_result_i64(result, 10);
        p.height = (uint32_t)rs_result_i64(result, 11);
        p.orientation = (uint8_t)rs_result_i64(result, 9);
        p.plain =
            is_plain(rs_result_str(result, 5), rs_result_str(result, 6), rs_result_i64(result, 7),
                     rs_result_i64(result, 8), rs_result_i64(result, 9));
        p.loose = rs_str_find(chain, RS_STR(" > ")) == RS_NPOS;
        if (p.plain && p.orientation > 1) p.plain = false;
        p.name = name_of(arena, &p, mode, chain);
        if (!p.path.ptr || !p.root.ptr || !p.member.ptr || !p.name.ptr) {
            status = rs_err_nomem(err, "the list of pictures");
            break;
        }
        pictures->items[at] = p;
    }
    rs_strmap_fini(&roots);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- writing -------------------------------------------------------------------------------- */

typedef struct want {
    size_t picture, member;
} want;

typedef struct job {
    rs_session *session;
    const rs_emit_pictures *pictures;
    rs_images_mode mode;
    rs_str out;
    rs_emit_picture_counts *counts;
    rs_buf *failures;
    rs_progress *progress;
    const want *wants;
    size_t at;
    const rs_io_tree *tree;
    char last_folder[4200];
} job;

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static void note_failure(job *j, const rs_emit_picture *p, const rsift_error *why)
{
    j->counts->failed++;
    rs_buf_str(j->failures, p->name);
    rs_buf_cstr(j->failures, ": ");
    rs_buf_cstr(j->failures, why->message);
    rs_buf_char(j->failures, '\n');
}

static rsift_status read_all(const rs_io_tree *tree, size_t member, rs_io_stream *stream,
                             rs_buf *buf, rsift_error *err)
{
    int64_t stated = rs_io_member_at(tree, member)->n_bytes;
    if (stated > 0 && stated < (int64_t)1 << 30) rs_buf_reserve(buf, (size_t)stated + 1);
    for (;;) {
        if (!rs_buf_reserve(buf, 1 << 16)) return rs_err_nomem(err, "a picture");
        size_t got;
        RS_TRY(rs_io_read(stream, buf->ptr + buf->len, buf->cap - buf->len, &got, err));
        if (got == 0) return RSIFT_OK;
        buf->len += got;
    }
}

/* Bytes as they will stand in the output: as they are, or rendered to PNG by the stated rule. */
static rsift_status make_bytes(rs_session *session, const rs_emit_picture *p, rs_buf *buf,
                               rs_image_rule *rule, rsift_error *err)
{
    *rule = RS_RULE_AS_IS;
    if (p->plain) return RSIFT_OK;
    rs_pixels pixels;
    RS_TRY(rs_image_decode(rs_buf_view(buf), &session->limits, &pixels, err));
    *rule = pixels.rule;
    rsift_status status = RSIFT_OK;
    if (p->orientation > 1) status = rs_image_orient(&pixels, p->orientation, err);
    buf->len = 0;
    if (status == RSIFT_OK) status = rs_image_encode_png(&pixels, buf, err);
    rs_pixels_fini(&pixels);
    return status;
}

/* Folders are made once: most pictures lie beside the one before. */
static rsift_status make_folder(job *j, rs_str folder, rsift_error *err)
{
    if (rs_str_eq(folder, rs_str_of(j->last_folder))) return RSIFT_OK;
    RS_TRY(rs_io_make_dirs(folder, err));
    snprintf(j->last_folder, sizeof j->last_folder, "%.*s", RS_STR_ARG(folder));
    return RSIFT_OK;
}

static rsift_status place(job *j, size_t member, rs_io_stream *stream, const rsift_error *why,
                          rsift_error *err)
{
    const want *w = &j->wants[j->at++];
    RS_ASSERT(w->member == member);
    const rs_emit_picture *p = &j->pictures->items[w->picture];
    rs_progress_add(j->progress, 1);
    if (atomic_load(&j->session->cancel.requested))
        return rs_err_set(err, RSIFT_E_CANCELLED, "stopped on request");
    if (!stream) {
        note_failure(j, p, why);
        return RSIFT_OK;
    }
    rs_arena arena = {0};
    rs_buf buf = {0};
    rsift_error bad = {0};
    rs_image_rule rule = RS_RULE_AS_IS;
    rs_str folder = rs_arena_join(&arena, j->out, RS_STR("/images/"), p->name);
    rsift_status status =
        folder.ptr ? read_all(j->tree, member, stream, &buf, &bad) : rs_err_nomem(&bad, "a path");
    if (status == RSIFT_OK) status = make_bytes(j->session, p, &buf, &rule, &bad);
    if (status == RSIFT_E_NOMEM || status == RSIFT_E_IO) {
        if (err) *err = bad;
    } else if (status != RSIFT_OK) {
        note_failure(j, p, &bad);
        status = RSIFT_OK;
    } else {
        status = make_folder(j, rs_str_dirname(folder), err);
        if (status == RSIFT_OK) status = rs_io_write_small(folder, buf.ptr, buf.len, err);
        j->counts->by_rule[rule]++;
        *(p->plain ? &j->counts->copied : &j->counts->rendered) += 1;
    }
    rs_buf_fini(&buf);
    rs_arena_fini(&arena);
    return status;
}

static rsift_status visit(void *ctx, size_t member, rs_io_stream *stream, const rsift_error *why,
                          rsift_error *err)
{
    return place(ctx, member, stream, why, err);
}

/* A symbolic link to the file on disk; false = must be copied. */
static bool try_link(job *j, const rs_emit_picture *p, const rs_io_tree *tree, size_t member)
{
    if (j->mode == RS_IMAGES_COPY || !p->loose || !p->plain) return false;
    rs_arena arena = {0};
    rs_str from = rs_arena_join(&arena, p->root, RS_STR("/"), rs_io_member_at(tree, member)->chain);
    rs_str to = rs_arena_join(&arena, j->out, RS_STR("/images/"), p->name);
    bool ok = from.ptr && to.ptr && exists(from.ptr) &&
              make_folder(j, rs_str_dirname(to), NULL) == RSIFT_OK;
    if (ok && exists(to.ptr)) unlink(to.ptr);
    ok = ok && symlink(from.ptr, to.ptr) == 0;
    rs_arena_fini(&arena);
    return ok;
}

static int by_member(const void *a, const void *b)
{
    const want *x = a, *y = b;
    return x->member < y->member ? -1 : x->member > y->member;
}

static rsift_status write_root(job *j, rs_str root, rsift_error *err)
{
    rs_io_tree *tree;
    rs_io_options options = {.limits = &j->session->limits};
    RS_TRY(rs_io_tree_open(root, &options, &tree, err));
    want *wants = rs_alloc((j->pictures->ids.n + 1) * sizeof *wants);
    size_t *members = rs_alloc((j->pictures->ids.n + 1) * sizeof *members);
    rsift_status status = wants && members ? RSIFT_OK : rs_err_nomem(err, "the list of pictures");
    size_t n = 0;
    for (size_t i = 0; status == RSIFT_OK && i < j->pictures->ids.n; i++) {
        const rs_emit_picture *p = &j->pictures->items[i];
        if (!p->used || !rs_str_eq(p->root, root)) continue;
        if (j->mode == RS_IMAGES_PATH && p->loose && p->plain) {
            j->counts->kept++;
            continue;
        }
        size_t member = rs_io_find(tree, p->member);
        if (member == RS_NPOS) {
            rsift_error gone = {.message = "no longer there: changed since the index"};
            note_failure(j, p, &gone);
        } else if (try_link(j, p, tree, member)) {
            j->counts->linked++;
        } else {
            wants[n++] = (want){i, member};
        }
    }
    if (status == RSIFT_OK && n) {
        qsort(wants, n, sizeof *wants, by_member);
        for (size_t i = 0; i < n; i++) members[i] = wants[i].member;
        j->wants = wants;
        j->at = 0;
        j->tree = tree;
        status = rs_io_visit(tree, members, n, visit, j, err);
    }
    rs_free(wants);
    rs_free(members);
    rs_io_tree_close(tree);
    return status;
}

rsift_status rs_emit_pictures_write(rs_session *session, const rs_emit_pictures *pictures,
                                    rs_images_mode mode, rs_str out, rs_emit_picture_counts *counts,
                                    rs_buf *failures, rsift_error *err)
{
    job j = {.session = session,
             .pictures = pictures,
             .mode = mode,
             .out = out,
             .counts = counts,
             .failures = failures};
    rs_strmap roots = {0};
    rsift_status status = RSIFT_OK;
    j.progress = rs_session_progress(session, "pictures", "files", -1);
    for (size_t i = 0; status == RSIFT_OK && i < pictures->ids.n; i++)
        if (pictures->items[i].used &&
            rs_strmap_put(&roots, pictures->items[i].root, NULL) == RS_NPOS)
            status = rs_err_nomem(err, "the list of folders");
    for (size_t i = 0; status == RSIFT_OK && i < roots.n; i++)
        status = write_root(&j, roots.keys[i], err);
    if (status == RSIFT_OK && j.counts->copied + j.counts->rendered > 0)
        status = rs_io_sync(out, err);
    rs_progress_end(j.progress);
    rs_strmap_fini(&roots);
    return status;
}

rsift_status rs_emit_picture_read(rs_session *session, const rs_emit_picture *p,
                                  rs_images_mode mode, rs_str out, rs_arena *arena, rs_str *bytes,
                                  rsift_error *err)
{
    (void)session;
    rs_str path = mode == RS_IMAGES_PATH && p->loose && p->plain
                      ? p->name
                      : rs_arena_join(arena, out, RS_STR("/images/"), p->name);
    if (!path.ptr) return rs_err_nomem(err, "a path");
    rs_io_options options = {.limits = &session->limits, .keep_archives_closed = true};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(path, &options, &tree, err));
    rsift_status status = rs_io_slurp(tree, 0, arena, bytes, err);
    rs_io_tree_close(tree);
    return status;
}
