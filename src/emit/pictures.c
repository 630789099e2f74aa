/* Naming, linking, copying and rendering. Members of an archive are read in one pass in the
 * archive's order; a picture's bytes are made once, however many names it has. */
#include "emit/pictures.h"

#include "base/alloc.h"
#include "image/bands.h"
#include "image/decode.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const rs_emit_images_modes[] = {"auto", "link", "copy", "path", NULL};

void rs_emit_pictures_fini(rs_emit_pictures *p)
{
    rs_idmap_fini(&p->ids);
    rs_idmap_fini(&p->names);
    rs_strmap_fini(&p->rules);
    rs_buf_fini(&p->failures);
    rs_free(p->n_by_rule);
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
    /* Other depths, bands or frames would be cut by convert("RGB"), and trainers differ in whether
     * they follow an EXIF orientation (1 = upright, 0 = none). */
    return known && rs_str_eq(dtype, RS_STR("uint8")) && (bands == 1 || bands == 3) &&
           n_frames <= 1 && orientation <= 1;
}

/* Gives the picture its name in the output: "<dataset>/<canonical path>", with ".png" for the
 * extension of a rendered picture. A rendered picture whose name is taken keeps its own extension
 * too ("x.tif.png"); what is still taken is numbered ("x~3.png"). */
static rsift_status name_picture(rs_emit_pictures *pictures, rs_emit_picture *p, rsift_error *err)
{
    rs_arena *arena = &pictures->arena;
    rs_str own = rs_str_extension(p->path), extension = p->plain ? own : RS_STR(".png");
    rs_str stem = rs_str_sub(p->path, 0, p->path.len - own.len);
    bool is_free = false;
    for (uint32_t k = 1; !is_free; k++) {
        char number[16] = "";
        if (k > 1) snprintf(number, sizeof number, "~%" PRIu32, k);
        /* k = 1: the path. k = 2 of a rendered picture: its own extension too. Then "~k". */
        rs_str middle = k == 2 && !p->plain ? own : rs_str_of(number);
        p->name = k == 1 && p->plain ? rs_arena_join(arena, p->dataset, RS_STR("/"), p->path)
                                     : rs_arena_printf(arena, "%.*s/%.*s%.*s%.*s",
                                                       RS_STR_ARG(p->dataset), RS_STR_ARG(stem),
                                                       RS_STR_ARG(middle), RS_STR_ARG(extension));
        rs_id hash = rs_hash128(p->name.ptr, p->name.len);
        if (!p->name.ptr || rs_idmap_put(&pictures->names, hash, &is_free) == RS_NPOS)
            return rs_err_nomem(err, "the list of pictures");
    }
    return RSIFT_OK;
}

/* Mode PATH: a picture that every trainer opens is read where it lies, by its absolute path. */
static bool stays_in_place(const rs_emit_pictures *pictures, const rs_emit_picture *p)
{
    return pictures->mode == RS_EMIT_IMAGES_PATH && p->loose && p->plain;
}

/* One row of the table `asset`; a picture that stays in place is named too. */
static bool read_picture(rs_emit_pictures *pictures, rs_result *row, rs_str dataset,
                         rs_emit_picture *p)
{
    rs_arena *arena = &pictures->arena;
    /* "archive > member"; a file on disk is a chain of one link. */
    rs_str chain = rs_result_str(row, 4);
    *p = (rs_emit_picture){.asset_id = rs_result_id(row, 0),
                           .dataset = dataset,
                           .path = rs_arena_str(arena, rs_result_str(row, 1)),
                           .root = rs_arena_str(arena, rs_result_str(row, 2)),
                           .member = rs_arena_str(arena, rs_result_str(row, 3)),
                           .width = (uint32_t)rs_result_i64(row, 10),
                           .height = (uint32_t)rs_result_i64(row, 11),
                           .orientation = (uint8_t)rs_result_i64(row, 9),
                           .n_bands = (uint32_t)rs_result_i64(row, 7),
                           .bands_basis = rs_arena_str(arena, rs_result_str(row, 13)),
                           .loose = rs_str_find(chain, RS_STR(" > ")) == RS_NPOS};
    p->stored = (rs_view_picture){p->width, p->height, p->orientation};
    double shown[2];
    rs_model_shown_size(&p->stored, shown);
    p->width = (uint32_t)shown[0];
    p->height = (uint32_t)shown[1];
    p->plain = is_plain(rs_result_str(row, 5), rs_result_str(row, 6), rs_result_i64(row, 7),
                        rs_result_i64(row, 8), p->orientation);
    /* What was asked of this emit goes before what the index found. */
    const bool many = p->bands_basis.len > 0;
    if (many && pictures->view.bands[0]) {
        memcpy(p->bands, pictures->view.bands, sizeof p->bands);
        p->bands_basis = RS_STR("named");
    } else if (!rs_image_parse_bands(rs_result_str(row, 12), p->bands)) {
        p->bands_unknown = many;
    }
    bool in_place = stays_in_place(pictures, p);
    if (in_place) p->name = rs_arena_join(arena, p->root, RS_STR("/"), chain);
    return p->path.ptr && p->root.ptr && p->member.ptr && (!in_place || p->name.ptr);
}

/* A rendered picture's number, for naming in the order of paths. */
typedef struct rendered {
    rs_str path;
    size_t picture;
} rendered;

static int by_path(const void *a, const void *b)
{
    return rs_str_cmp(((const rendered *)a)->path, ((const rendered *)b)->path);
}

/* Pictures that keep their path are named first, rendered ones after them in the order of their
 * paths: names do not depend on the order of the table's rows. */
rsift_status rs_emit_pictures_load(rs_emit_pictures *pictures, rs_store *store, rs_str release_id,
                                   rs_str dataset, rsift_error *err)
{
    rs_arg release = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store,
        RS_STR("SELECT asset_id, path, root, member, locator, format, dtype, bands, n_frames, "
               "orientation, width, height, rgb_bands, rgb_basis FROM asset "
               "WHERE release_id = $1 AND "
               "state = 'found' AND format <> 'unreadable' AND "
               "(damage IS NULL OR damage = 'bands-unknown')"),
        &release, 1, &result, err));
    rs_str set = rs_arena_str(&pictures->arena, dataset);
    rendered *later = NULL;
    size_t n_later = 0, cap_later = 0;
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        bool made;
        size_t at = rs_idmap_put(&pictures->ids, rs_result_id(result, 0), &made);
        /* Loaded before, with another release of the dataset. */
        if (at != RS_NPOS && !made) continue;
        if (at == RS_NPOS || !RS_VEC_RESERVE(pictures->items, pictures->cap, at + 1) ||
            !RS_VEC_RESERVE(later, cap_later, n_later + 1) ||
            !read_picture(pictures, result, set, &pictures->items[at])) {
            status = rs_err_nomem(err, "the list of pictures");
            break;
        }
        rs_emit_picture *p = &pictures->items[at];
        if (p->name.ptr) continue;
        if (p->plain) status = name_picture(pictures, p, err);
        else later[n_later++] = (rendered){p->path, at};
        if (status != RSIFT_OK) break;
    }
    rs_result_close(result);
    if (status == RSIFT_END) status = RSIFT_OK;
    if (n_later) qsort(later, n_later, sizeof *later, by_path);
    for (size_t i = 0; status == RSIFT_OK && i < n_later; i++)
        status = name_picture(pictures, &pictures->items[later[i].picture], err);
    rs_free(later);
    return status;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* A picture to copy or render, and the member of its tree. */
typedef struct want {
    size_t picture, member;
} want;

typedef struct writing {
    rs_session *session;
    rs_emit_pictures *pictures;
    rs_progress *progress;
    const want *wants; /* in order of members; a member is wanted once per name */
    size_t n_wants, at;
    const rs_io_tree *tree;
    char last_folder[4200];
} writing;

static void note_failure(rs_emit_pictures *pictures, rs_emit_picture *p, const rsift_error *why)
{
    p->failed = true;
    pictures->counts.failed++;
    rs_buf_str(&pictures->failures, p->name);
    rs_buf_cstr(&pictures->failures, ": ");
    rs_buf_cstr(&pictures->failures, why->message);
    rs_buf_char(&pictures->failures, '\n');
}

/* Appends the member's bytes to buf. */
static rsift_status read_all(const rs_io_tree *tree, size_t member, rs_io_stream *stream,
                             rs_buf *buf, rsift_error *err)
{
    /* The stated size is only a hint, and not followed from 1 GiB on: a damaged archive may state
     * anything. */
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

/* How the picture was rendered, in words; empty when nothing had to be chosen. */
static void describe_rule(const rs_emit_picture *p, const rs_image_view *view, rs_image_rule rule,
                          rs_buf *out)
{
    if (p->bands[0])
        rs_buf_printf(out, "bands %u, %u, %u of %u as red, green and blue (%.*s)", p->bands[0],
                      p->bands[1], p->bands[2], p->n_bands, RS_STR_ARG(p->bands_basis));
    else if (p->n_bands == 2 && rule != RS_RULE_CONVERT)
        rs_buf_cstr(out, "the first of 2 bands as grey");
    if (rule != RS_RULE_STRETCH) return;
    if (out->len) rs_buf_cstr(out, "; ");
    if (view->fixed)
        rs_buf_printf(out, "values from %.10g to %.10g become 0 to 255", view->low, view->high);
    else
        rs_buf_cstr(out, "each band of each picture stretched from its 2nd to its 98th percentile");
}

/* Bytes as they will stand in the output: as they are, or rendered to PNG by the stated rule, which
 * is put into words. */
static rsift_status make_bytes(const writing *w, const rs_emit_picture *p, rs_buf *buf,
                               rs_buf *rule, rsift_error *err)
{
    if (p->plain) return RSIFT_OK;
    rs_pixels pixels;
    rs_image_view view = w->pictures->view;
    memcpy(view.bands, p->bands, sizeof view.bands);
    RS_TRY(rs_image_decode_view(rs_buf_view(buf), &w->session->limits, &view, &pixels, err));
    describe_rule(p, &view, pixels.rule, rule);
    rsift_status status = RSIFT_OK;
    if (p->orientation > 1) status = rs_image_orient(&pixels, p->orientation, err);
    buf->len = 0;
    if (status == RSIFT_OK) status = rs_image_encode_png(&pixels, buf, err);
    rs_pixels_fini(&pixels);
    return status;
}

/* Counts a picture under the words of its rule. */
static rsift_status count_rule(rs_emit_pictures *pictures, rs_str rule, rsift_error *err)
{
    if (!rule.len) return RSIFT_OK;
    bool made;
    const size_t at = rs_strmap_put(&pictures->rules, rule, &made);
    if (at == RS_NPOS || !RS_VEC_RESERVE(pictures->n_by_rule, pictures->cap_rules, at + 1))
        return rs_err_nomem(err, "the rules of pictures");
    if (made) pictures->n_by_rule[at] = 0;
    pictures->n_by_rule[at]++;
    return RSIFT_OK;
}

void rs_emit_pictures_put_rules(const rs_emit_pictures *pictures, rs_buf *out)
{
    /* In the order of their words: that of the visit depends on the container. */
    rs_str last = {NULL, 0};
    for (size_t n = 0; n < pictures->rules.n; n++) {
        size_t best = RS_NPOS;
        for (size_t i = 0; i < pictures->rules.n; i++) {
            const rs_str key = pictures->rules.keys[i];
            if (last.ptr && rs_str_cmp(key, last) <= 0) continue;
            if (best == RS_NPOS || rs_str_cmp(key, pictures->rules.keys[best]) < 0) best = i;
        }
        last = pictures->rules.keys[best];
        const int64_t count = pictures->n_by_rule[best];
        rs_buf_printf(out, "%s- %" PRId64 " picture%s: %.*s\n", n ? "" : "\n", count,
                      count == 1 ? "" : "s", RS_STR_ARG(last));
    }
}

/* Makes the folder unless it is the one made last: most pictures share it with the one before. */
static rsift_status make_folder(writing *w, rs_str folder, rsift_error *err)
{
    if (rs_str_eq(folder, rs_str_of(w->last_folder))) return RSIFT_OK;
    RS_TRY(rs_io_make_dirs(folder, err));
    snprintf(w->last_folder, sizeof w->last_folder, "%.*s", RS_STR_ARG(folder));
    return RSIFT_OK;
}

/* Writes the bytes under the name of one picture. */
static rsift_status write_picture(writing *w, const rs_emit_picture *p, rs_str bytes,
                                  rsift_error *err)
{
    rs_arena arena = {0};
    rs_str path = rs_arena_join(&arena, w->pictures->out, RS_STR("/images/"), p->name);
    rsift_status status =
        path.ptr ? make_folder(w, rs_str_dirname(path), err) : rs_err_nomem(err, "a path");
    if (status == RSIFT_OK) status = rs_io_write_small(path, bytes.ptr, bytes.len, err);
    if (status == RSIFT_OK)
        *(p->plain ? &w->pictures->counts.copied : &w->pictures->counts.rendered) += 1;
    rs_arena_fini(&arena);
    return status;
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
    if (atomic_load(&w->session->cancel.requested))
        return rs_err_set(err, RSIFT_E_CANCELLED, "stopped on request");
    rs_buf buf = {0}, rule = {0};
    rsift_error bad = {0};
    rs_emit_picture *items = w->pictures->items;
    rsift_status status = RSIFT_OK;
    if (stream) {
        status = read_all(w->tree, member, stream, &buf, &bad);
        if (status == RSIFT_OK)
            status = make_bytes(w, &items[w->wants[begin].picture], &buf, &rule, &bad);
        why = &bad;
    }
    bool failed = !stream || status != RSIFT_OK;
    /* Memory and disk concern every picture, and end the emit; anything else is wrong with this one
     * alone. */
    if (status == RSIFT_E_NOMEM || status == RSIFT_E_IO) {
        if (err) *err = bad;
    } else {
        status = RSIFT_OK;
    }
    for (size_t i = begin; status == RSIFT_OK && i < w->at; i++) {
        rs_emit_picture *p = &items[w->wants[i].picture];
        if (failed) note_failure(w->pictures, p, why);
        else status = write_picture(w, p, rs_buf_view(&buf), err);
        if (!failed && status == RSIFT_OK)
            status = count_rule(w->pictures, rs_buf_view(&rule), err);
    }
    rs_buf_fini(&rule);
    rs_buf_fini(&buf);
    return status;
}

/* A symbolic link to the file on disk; false = must be copied. */
static bool try_link(writing *w, const rs_emit_picture *p, const rs_io_tree *tree, size_t member)
{
    if (w->pictures->mode == RS_EMIT_IMAGES_COPY || !p->loose || !p->plain) return false;
    rs_arena arena = {0};
    rs_str from = rs_arena_join(&arena, p->root, RS_STR("/"), rs_io_member_at(tree, member)->chain);
    rs_str to = rs_arena_join(&arena, w->pictures->out, RS_STR("/images/"), p->name);
    struct stat st;
    /* A link to a file that is gone would be made without an error: it is asked for first. */
    bool ok = from.ptr && to.ptr && lstat(from.ptr, &st) == 0 &&
              make_folder(w, rs_str_dirname(to), NULL) == RSIFT_OK;
    if (ok) unlink(to.ptr); /* of an earlier emit; usually there is none */
    ok = ok && symlink(from.ptr, to.ptr) == 0;
    rs_arena_fini(&arena);
    return ok;
}

static int by_member(const void *a, const void *b)
{
    const want *x = a, *y = b;
    if (x->member != y->member) return x->member < y->member ? -1 : 1;
    return x->picture < y->picture ? -1 : x->picture > y->picture;
}

/* Writes the used pictures of one tree: what can be linked at once, everything else in one pass
 * over its members. */
static rsift_status write_root(writing *w, rs_str root, rsift_error *err)
{
    rs_io_tree *tree;
    rs_io_options options = {.limits = &w->session->limits};
    RS_TRY(rs_io_tree_open(root, &options, &tree, err));
    /* Room for every picture, so that the loop below cannot run out of it. */
    want *wants = rs_alloc((w->pictures->ids.n + 1) * sizeof *wants);
    size_t *members = rs_alloc((w->pictures->ids.n + 1) * sizeof *members);
    rsift_status status = wants && members ? RSIFT_OK : rs_err_nomem(err, "the list of pictures");
    size_t n = 0;
    for (size_t i = 0; status == RSIFT_OK && i < w->pictures->ids.n; i++) {
        rs_emit_picture *p = &w->pictures->items[i];
        if (!p->used || !rs_str_eq(p->root, root)) continue;
        if (stays_in_place(w->pictures, p)) {
            w->pictures->counts.kept++;
            continue;
        }
        size_t member = rs_io_find(tree, p->member);
        if (member == RS_NPOS) {
            rsift_error gone = {.message = "no longer there: changed since the index"};
            note_failure(w->pictures, p, &gone);
        } else if (try_link(w, p, tree, member)) {
            w->pictures->counts.linked++;
        } else {
            wants[n++] = (want){i, member};
        }
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
        w->tree = tree;
        status = rs_io_visit(tree, members, n_members, visit, w, err);
    }
    rs_free(wants);
    rs_free(members);
    rs_io_tree_close(tree);
    return status;
}

rsift_status rs_emit_pictures_write(rs_emit_pictures *pictures, rs_session *session,
                                    rsift_error *err)
{
    writing w = {.session = session, .pictures = pictures};
    rs_strmap roots = {0};
    rsift_status status = RSIFT_OK;
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

rsift_status rs_emit_picture_read(const rs_emit_pictures *pictures, rs_session *session,
                                  const rs_emit_picture *p, rs_arena *arena, rs_str *bytes,
                                  rsift_error *err)
{
    rs_str path = stays_in_place(pictures, p)
                      ? p->name
                      : rs_arena_join(arena, pictures->out, RS_STR("/images/"), p->name);
    if (!path.ptr) return rs_err_nomem(err, "a path");
    rs_io_options options = {.limits = &session->limits, .keep_archives_closed = true};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(path, &options, &tree, err));
    rsift_status status = rs_io_slurp(tree, 0, arena, bytes, err);
    rs_io_tree_close(tree);
    return status;
}
