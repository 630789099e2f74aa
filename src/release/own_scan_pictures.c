/* Pictures of one's own, by the names of their folders: those that annotation is about, and sets
 * that no annotation goes with: pairs, masks, class folders. See own_scan_pictures.h. */
#include "release/own_scan_pictures.h"

#include "base/ascii.h"
#include "image/name.h"
#include "readers/table.h"
#include "release/own.h"

/* A picture that is not in a row, where its row says what it is. */
static bool is_picture_file(const rs_io_member *m)
{
    return !m->is_picture && rs_image_is_name(m->path);
}

/* Is the member a picture of one's own that lies in the folder or below it? */
static bool is_own_picture(const rs_own_scan *scan, size_t i, rs_str folder)
{
    const rs_io_member *m = rs_io_member_at(scan->tree, i);
    return !(scan->claimed && scan->claimed[i]) && is_picture_file(m) &&
           rs_own_is_in(rs_own_folder_of(scan->tree, m), folder);
}

/* The folder just below `folder` that leads to `path`. */
static rs_str next_below(rs_str folder, rs_str path)
{
    const size_t begin = folder.len ? folder.len + 1 : 0;
    const size_t slash = rs_str_find_char(rs_str_sub(path, begin, path.len), '/');
    return rs_str_sub(path, 0, slash == RS_NPOS ? path.len : begin + slash);
}

/* The folder below `folder` that holds nearly all of the pictures in it; ptr NULL = there is none.
 * A few others (a logo, thumbnails of a page) must not make the folder a wide one. */
static rs_str main_folder_below(const rs_own_scan *scan, rs_str folder)
{
    rs_str most = {NULL, 0};
    size_t n = 0, votes = 0, n_most = 0;
    /* Boyer and Moore's vote: the child that more than half of the pictures share survives it */
    for (size_t i = 0; i < rs_io_n_members(scan->tree); i++) {
        if (!is_own_picture(scan, i, folder)) continue;
        const rs_str own = rs_own_folder_of(scan->tree, rs_io_member_at(scan->tree, i));
        const rs_str child = rs_str_eq(own, folder) ? (rs_str){NULL, 0} : next_below(folder, own);
        n++;
        if (votes == 0) most = child;
        if (rs_str_eq(child, most)) votes++;
        else votes--;
    }
    for (size_t i = 0; most.len && i < rs_io_n_members(scan->tree); i++)
        n_most += is_own_picture(scan, i, most);
    return n_most * 10 >= n * 9 && n_most ? most : (rs_str){NULL, 0};
}

static bool has_own_picture(const rs_own_scan *scan, rs_str folder)
{
    for (size_t i = 0; i < rs_io_n_members(scan->tree); i++)
        if (is_own_picture(scan, i, folder)) return true;
    return false;
}

bool rs_own_picture_folder(const rs_own_scan *scan, rs_str near, rs_str *out)
{
    while (near.len && !has_own_picture(scan, near)) near = rs_str_dirname(near);
    if (!near.len && !has_own_picture(scan, near)) return false;
    *out = near;
    for (rs_str below; (below = main_folder_below(scan, *out)).len;) *out = below;
    return out->len > 0 || scan->n == 1;
}

bool rs_own_has_picture_below(const rs_own_scan *scan, rs_str folder)
{
    for (size_t i = 0; i < rs_io_n_members(scan->tree); i++) {
        const rs_io_member *m = rs_io_member_at(scan->tree, i);
        if (!is_picture_file(m)) continue;
        if (rs_own_is_in(rs_own_folder_of(scan->tree, m), folder)) return true;
    }
    return false;
}

/* Is there a picture of the same name in the reader's second use: the one after, or that of a mask,
 * whose extension may be another? */
static bool has_partner(const rs_own_scan *scan, const rs_reader *reader, bool stems, rs_str first)
{
    for (size_t i = 0; i < rs_io_n_members(scan->tree); i++) {
        const rs_str path = rs_io_member_at(scan->tree, i)->path;
        const bool same = stems ? rs_str_eq(rs_str_stem(path), rs_str_stem(first))
                                : rs_str_eq(rs_str_basename(path), rs_str_basename(first));
        if (same && rs_image_is_name(path) && rs_plan_use_of(reader, path) == 1) return true;
    }
    return false;
}

/* Is the folder called by what lies in it or what it is for, not by what the pictures show? Also
 * with something behind the word: "Images_HR", "ann_dir". */
static bool is_no_class(rs_str folder)
{
    static const char words[] =
        "images image imgs img jpegimages pictures photos data dataset train val valid test "
        "trainval training validation testing tiles patches chips png jpg jpeg tif raw visible "
        "ann annotations label labels mask masks jp2 tiff crops samples";
    const rs_str name = rs_str_basename(folder);
    rs_str rest = rs_str_of(words), word;
    while (rs_str_split(&rest, ' ', &word))
        if (name.len >= word.len && rs_str_eq_nocase(rs_str_sub(name, 0, word.len), word) &&
            (name.len == word.len || !rs_ascii_is_letter(name.ptr[word.len])))
            return true;
    return false;
}

/* What the pictures of one folder look like together. */
typedef struct picture_set {
    size_t n, n_below;          /* pictures; and those in a folder below */
    rs_str first, before, mask; /* the first picture, and the first that a pair or a mask begins */
    /* folders of pictures: one alone, and "train", is rather a heap than a class */
    bool several, heaps;
} picture_set;

static picture_set look_at_pictures(const rs_own_scan *scan, rs_str folder)
{
    const rs_reader *pairs = rs_reader_find(RS_STR("pairs"));
    const rs_reader *masks = rs_reader_find(RS_STR("masks"));
    picture_set s = {0};
    for (size_t i = 0; i < rs_io_n_members(scan->tree); i++) {
        if (!is_own_picture(scan, i, folder)) continue;
        const rs_str path = rs_io_member_at(scan->tree, i)->path, own = rs_str_dirname(path);
        if (s.n++ == 0) s.first = path;
        if (!s.before.ptr && rs_plan_use_of(pairs, path) == 0) s.before = path;
        if (!s.mask.ptr && rs_plan_use_of(masks, path) == 0) s.mask = path;
        s.n_below += own.len > folder.len;
        s.several |= !rs_str_eq(own, rs_str_dirname(s.first));
        /* classes lie beside each other */
        s.heaps |= is_no_class(own) ||
                   !rs_str_eq(rs_str_dirname(own), rs_str_dirname(rs_str_dirname(s.first)));
    }
    return s;
}

rsift_status rs_own_add_pictures(rs_own_scan *scan, rs_str folder, int least, rs_arena *arena,
                                 rsift_error *err)
{
    enum { BY_NAMES = 70, CLASSES = RS_OWN_SURE_PICTURES, HEAP = 15 };
    const rs_reader *pairs = rs_reader_find(RS_STR("pairs"));
    const rs_reader *masks = rs_reader_find(RS_STR("masks"));
    const picture_set s = look_at_pictures(scan, folder);
    const rs_reader *reader = s.before.ptr && has_partner(scan, pairs, false, s.before) ? pairs
                              : s.mask.ptr && has_partner(scan, masks, true, s.mask)    ? masks
                              : s.n_below == s.n ? rs_reader_find(RS_STR("folder"))
                                                 : NULL;
    const int sure = reader == pairs || reader == masks ? BY_NAMES
                     : s.several && !s.heaps            ? CLASSES
                                                        : HEAP;
    rs_own_group *g;
    if (s.n == 0 || !reader || sure < least) return RSIFT_OK;
    const rs_own_group like = {
        .folder = folder, .files = {s.first}, .n = s.n, .reader = reader, .sure = sure};
    return rs_own_add_group(scan, arena, &like, &g, err);
}

/* ---- beside annotation ----------------------------------------------------------------------- */

/* How annotation lies to a folder. */
typedef enum neighbour { APART, BELOW, ABOVE } neighbour;

/* ABOVE: files of a group lie in the folder's own parents, or its pictures are the folder's; they
 * may be about whatever lies there. BELOW: a group lies deeper inside. */
static neighbour groups_near(const rs_own_scan *scan, rs_str folder)
{
    neighbour found = APART;
    for (size_t i = 0; i < scan->n; i++) {
        const rs_own_group *g = &scan->groups[i];
        const bool shown =
            g->images.ptr && (rs_own_is_in(folder, g->images) || rs_own_is_in(g->images, folder));
        if (shown || rs_own_is_in(folder, g->folder)) return ABOVE;
        if (rs_own_is_in(g->folder, folder)) found = BELOW;
    }
    return found;
}

/* The folders just below `folder` that hold pictures of one's own; at most MOST of them. */
enum { MOST_CHILDREN = 64 };
static size_t children_of(const rs_own_scan *scan, rs_str folder, rs_str out[MOST_CHILDREN])
{
    size_t n = 0;
    for (size_t i = 0; i < rs_io_n_members(scan->tree) && n < MOST_CHILDREN; i++) {
        if (!is_own_picture(scan, i, folder)) continue;
        const rs_str own = rs_own_folder_of(scan->tree, rs_io_member_at(scan->tree, i));
        if (own.len <= folder.len) continue;
        const rs_str child = next_below(folder, own);
        size_t k = n; /* members of one folder mostly follow one another */
        while (k > 0 && !rs_str_eq(out[k - 1], child)) k--;
        if (k == 0) out[n++] = child;
    }
    return n;
}

rsift_status rs_own_add_picture_sets(rs_own_scan *scan, rs_str folder, rs_arena *arena,
                                     rsift_error *err)
{
    rs_str *children = rs_arena_calloc(arena, MOST_CHILDREN, sizeof *children);
    if (!children) return rs_err_nomem(err, "a scan");
    const size_t n = children_of(scan, folder, children);
    for (size_t i = 0; i < n; i++) {
        const neighbour near = groups_near(scan, children[i]);
        if (near == APART)
            RS_TRY(rs_own_add_pictures(scan, children[i], RS_OWN_SURE_PICTURES, arena, err));
        if (near == BELOW) RS_TRY(rs_own_add_picture_sets(scan, children[i], arena, err));
    }
    return RSIFT_OK;
}
