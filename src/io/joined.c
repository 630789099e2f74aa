/* `images_partaa` + `images_partab`, `x.zip.001` + `x.zip.002`: cut by split(1) or by an archiver,
 * one file again when laid end to end. Volumes of rar and of split zips are found the same way. */
#include "io/joined.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/name.h"

#include <inttypes.h>

typedef struct piece {
    rs_io_part part;
    uint32_t item;
} piece;

static int compare_sets(const rs_io_part *a, const rs_io_part *b)
{
    if (a->style != b->style) return a->style < b->style ? -1 : 1;
    if (a->width != b->width) return a->width < b->width ? -1 : 1;
    return rs_str_cmp(a->stem, b->stem);
}

static int compare_pieces(const void *left, const void *right)
{
    const piece *a = left, *b = right;
    int order = compare_sets(&a->part, &b->part);
    if (order) return order;
    if (a->part.number != b->part.number) return a->part.number < b->part.number ? -1 : 1;
    return a->item < b->item ? -1 : a->item > b->item;
}

static rs_str name_of(const rs_io_dirent *item)
{
    return rs_str_sub(item->path, item->name, item->path.len);
}

static bool is_first(const rs_io_part *part)
{
    switch (part->style) {
    case RS_IO_PART_LETTERS:
    case RS_IO_PART_RAR_OLD: return part->number == 0;
    case RS_IO_PART_DIGITS: return part->number <= 1;
    case RS_IO_PART_RAR:
    case RS_IO_PART_ZIP: return part->number == 1;
    }
    return false;
}

/* Whether pieces[0..n) of one set follow each other; *gap is the first that does not. */
static bool is_complete(const piece *pieces, size_t n, size_t *gap)
{
    *gap = 0;
    if (!is_first(&pieces[0].part)) return false;
    for (size_t i = 1; i < n; i++) {
        *gap = i;
        if (!pieces[i].part.last && pieces[i].part.number != pieces[i - 1].part.number + 1)
            return false;
    }
    *gap = n;
    /* a split zip ends in its .zip */
    return pieces[0].part.style != RS_IO_PART_ZIP || pieces[n - 1].part.last;
}

static rsift_status note_gap(rs_io_tree *tree, const rs_io_dirent *items, const piece *pieces,
                             size_t n, size_t gap, rsift_error *err)
{
    /* One file whose name happens to be that of a later piece gets no note. */
    if (gap == 0 && (n < 2 || pieces[0].part.number > 1000)) return RSIFT_OK;
    const rs_io_dirent *at = &items[pieces[gap < n ? gap : n - 1].item];
    return rs_io_add_note(tree, NULL, "archive-damaged", at->path, err,
                          gap < n ? "the piece before this one is missing: pieces are not joined"
                                  : "the last piece (.zip) is missing: pieces are not joined");
}

static rs_str joined_name_of(rs_io_tree *tree, const rs_io_part *part)
{
    rs_str end = RS_STR("");
    if (part->style == RS_IO_PART_ZIP) end = RS_STR(".zip");
    if (part->style == RS_IO_PART_RAR || part->style == RS_IO_PART_RAR_OLD) end = RS_STR(".rar");
    return rs_io_text(tree, part->joined_name, end, RS_STR(""));
}

static rsift_status link_set(rs_io_tree *tree, rs_io_dirent *items, const piece *pieces, size_t n,
                             rsift_error *err)
{
    size_t gap;
    bool by_anchor =
        pieces[0].part.style == RS_IO_PART_ZIP || pieces[0].part.style == RS_IO_PART_RAR_OLD;
    if (by_anchor && n == 1) return RSIFT_OK; /* a plain x.zip or x.rar, or a lone x.z01 */
    if (!is_complete(pieces, n, &gap)) return note_gap(tree, items, pieces, n, gap, err);
    rs_io_dirent *first = &items[pieces[0].item];
    first->is_joined = true;
    /* volumes have headers of their own: their bytes cannot be joined */
    first->volumes = by_anchor || pieces[0].part.style == RS_IO_PART_RAR;
    first->joined_name = joined_name_of(tree, &pieces[0].part);
    if (!first->joined_name.ptr) return rs_err_nomem(err, "the name of a joined file");
    for (size_t i = 1; i < n; i++) {
        items[pieces[i].item].is_piece = true;
        items[pieces[i - 1].item].next = pieces[i].item + 1;
    }
    return RSIFT_OK;
}

rsift_status rs_io_joined_mark(rs_io_tree *tree, rs_io_dirent *items, size_t n, rsift_error *err)
{
    piece *pieces = NULL;
    size_t n_pieces = 0, cap = 0;
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < n; i++) {
        rs_io_part part;
        if (items[i].is_folder) continue;
        if (!rs_io_part_of(name_of(&items[i]), &part) &&
            !rs_io_part_anchor(name_of(&items[i]), &part))
            continue;
        if (!RS_VEC_RESERVE(pieces, cap, n_pieces + 1)) {
            rs_free(pieces);
            return rs_err_nomem(err, "a list of pieces");
        }
        pieces[n_pieces++] = (piece){part, (uint32_t)i};
    }
    if (n_pieces) qsort(pieces, n_pieces, sizeof *pieces, compare_pieces);
    for (size_t i = 0, end; i < n_pieces && status == RSIFT_OK; i = end) {
        end = i + 1;
        while (end < n_pieces && compare_sets(&pieces[i].part, &pieces[end].part) == 0) end++;
        status = link_set(tree, items, pieces + i, end - i, err);
    }
    rs_free(pieces);
    return status;
}
