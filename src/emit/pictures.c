/* Rows of the table `asset` as pictures of an output. */
#include "emit/pictures.h"

#include "base/alloc.h"
#include "image/bands.h"

#include <stdlib.h>
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

static int by_name(const void *a, const void *b)
{
    const rs_emit_picture *const *x = a, *const *y = b;
    return rs_str_cmp((*x)->name, (*y)->name);
}

rsift_status rs_emit_pictures_by_name(const rs_emit_pictures *pictures,
                                      bool (*admits)(const rs_emit_picture *picture),
                                      const rs_emit_picture ***out, size_t *n, rsift_error *err)
{
    *n = 0;
    *out = rs_alloc((pictures->ids.n + 1) * sizeof **out);
    if (!*out) return rs_err_nomem(err, "the list of pictures");
    for (size_t i = 0; i < pictures->ids.n; i++)
        if (admits(&pictures->items[i])) (*out)[(*n)++] = &pictures->items[i];
    qsort(*out, *n, sizeof **out, by_name);
    return RSIFT_OK;
}

static const char *extension_of(rs_str format)
{
    static const char *const known[][2] = {
        {"jpeg", ".jpg"}, {"png", ".png"}, {"bmp", ".bmp"}, {"webp", ".webp"}, {"tiff", ".tif"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (rs_str_eq(format, rs_str_of(known[i][0]))) return known[i][1];
    return NULL;
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

/* The file that a folder of the plan lists under the picture's own name; NULL = none does. A tree
 * of one file may be that file, and no folder. */
static const rs_io_file *listed_file(const rs_plan *plan, rs_str chain, const rs_emit_picture *p)
{
    for (size_t t = 0; t < plan->n_trees; t++) {
        const rs_io_tree *tree = plan->trees[t];
        if (rs_io_n_files(tree) < 2 || !rs_str_eq(plan->roots[t], p->root)) continue;
        const size_t member = rs_io_find(tree, p->member);
        if (member == RS_NPOS) continue;
        const rs_io_file *file = rs_io_file_at(tree, rs_io_member_at(tree, member)->file);
        if (rs_str_eq(file->path, chain)) return file;
    }
    return NULL;
}

/* Mode PATH: a picture that every trainer opens is read where it lies, by its absolute path. A file
 * whose name the index had to change has another path on disk, and is copied. The disk is asked
 * only for what no listing of the plan has. */
static rsift_status find_in_place(rs_emit_pictures *pictures, const rs_plan *plan, rs_str chain,
                                  rs_emit_picture *p)
{
    if (pictures->mode != RS_EMIT_IMAGES_PATH || !p->loose || !p->plain) return RSIFT_OK;
    const rs_str path = rs_arena_join(&pictures->arena, p->root, RS_STR("/"), chain);
    const char *text = rs_arena_cstr(&pictures->arena, path);
    if (!text) return RSIFT_E_NOMEM;
    const rs_io_file *file = listed_file(plan, chain, p);
    p->in_place = file || access(text, F_OK) == 0;
    p->unchanged = file && p->file_bytes == file->n_bytes && p->file_mtime == file->mtime_ns;
    if (p->in_place) p->name = path;
    return RSIFT_OK;
}

/* A number of the row, -1 where it is NULL. */
static int64_t known_i64(rs_result *row, size_t column)
{
    return rs_result_null(row, column) ? -1 : rs_result_i64(row, column);
}

/* A name as a relative path that stays below its folder: a picture that was linked has the name
 * that its annotation gives it, which may be anything. */
static rs_str cleaned(rs_arena *arena, rs_str name)
{
    bool changed = false;
    const rs_str clean = rs_io_clean_name(arena, name, &changed);
    return clean.ptr ? clean : RS_STR("_");
}

/* A text of the row: `known` where that is the same, else a copy. */
static rs_str kept(rs_arena *arena, rs_str text, rs_str known)
{
    return known.ptr && rs_str_eq(text, known) ? known : rs_arena_str(arena, text);
}

/* One row of the table `asset`; a picture that stays in place is named too. */
static bool read_picture(rs_emit_pictures *pictures, const rs_plan *plan, rs_str dataset,
                         rs_result *row, rs_emit_picture *p)
{
    rs_arena *arena = &pictures->arena;
    /* "archive > member"; a file on disk is a chain of one link. */
    const rs_str chain = rs_result_str(row, 4), path = cleaned(arena, rs_result_str(row, 1)),
                 root = p > pictures->items ? p[-1].root : (rs_str){NULL, 0},
                 folded = rs_result_str(row, 17);
    *p = (rs_emit_picture){.asset_id = rs_result_id(row, 0),
                           .dataset = dataset,
                           .path = path,
                           .root = kept(arena, rs_result_str(row, 2), root),
                           .member = kept(arena, rs_result_str(row, 3), path),
                           .width = (uint32_t)rs_result_i64(row, 10),
                           .height = (uint32_t)rs_result_i64(row, 11),
                           .orientation = (uint8_t)rs_result_i64(row, 9),
                           .file_bytes = known_i64(row, 14),
                           .file_mtime = known_i64(row, 15),
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
    p->extension = extension_of(rs_result_str(row, 5));
    p->has_hash = !rs_result_null(row, 16);
    if (p->has_hash) p->content_hash = rs_result_id(row, 16);
    p->folded = path.ptr && rs_str_eq(folded, path) ? path : cleaned(arena, folded);
    return p->path.ptr && p->root.ptr && p->member.ptr && p->folded.ptr &&
           find_in_place(pictures, plan, chain, p) == RSIFT_OK;
}

rsift_status rs_emit_pictures_load(rs_emit_pictures *pictures, rs_store *store, const rs_plan *plan,
                                   rsift_error *err)
{
    rs_arg release = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store,
        RS_STR("SELECT asset_id, path, root, member, locator, format, dtype, bands, n_frames, "
               "orientation, width, height, rgb_bands, rgb_basis, file_bytes, file_mtime, "
               "content_hash, nfc_normalize(lower(nfc_normalize(path))) FROM asset "
               "WHERE release_id = $1 AND "
               "state = 'found' AND format <> 'unreadable' AND "
               "(damage IS NULL OR damage = 'bands-unknown')"),
        &release, 1, &result, err));
    const rs_str set = cleaned(&pictures->arena, plan->dataset_id);
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        bool made;
        size_t at = rs_idmap_put(&pictures->ids, rs_result_id(result, 0), &made);
        /* Loaded before, with another release of the dataset. */
        if (at != RS_NPOS && !made) continue;
        if (at == RS_NPOS || !RS_VEC_RESERVE(pictures->items, pictures->cap, at + 1) ||
            !read_picture(pictures, plan, set, result, &pictures->items[at])) {
            status = rs_err_nomem(err, "the list of pictures");
            break;
        }
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_emit_picture_read(const rs_emit_pictures *pictures, rs_session *session,
                                  const rs_emit_picture *p, rs_arena *arena, rs_str *bytes,
                                  rsift_error *err)
{
    rs_str path =
        p->in_place ? p->name : rs_arena_join(arena, pictures->out, RS_STR("/images/"), p->name);
    if (!path.ptr) return rs_err_nomem(err, "a path");
    rs_io_options options = {.limits = &session->limits, .keep_archives_closed = true};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(path, &options, &tree, err));
    rsift_status status = rs_io_slurp(tree, 0, arena, bytes, err);
    rs_io_tree_close(tree);
    return status;
}
