/* The index of pictures that crops are looked for in. */
#include "similar/crop.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "similar/crop_describe.h"
#include "similar/crop_index.h"

#include <stdlib.h>

rsift_status rs_crop_index_new(const rs_crop_options *options, rs_crop_index **out,
                               rsift_error *err)
{
    *out = rs_calloc(1, sizeof **out);
    if (!*out) return rs_err_nomem(err, "index of crops");
    (*out)->options = *options;
    return RSIFT_OK;
}

void rs_crop_index_free(rs_crop_index *index)
{
    if (!index) return;
    rs_crop_keys_fini(&index->keys);
    rs_crop_near_fini(&index->near);
    rs_free(index->sheets);
    rs_free(index);
}

/* Makes the sheets of a picture like `sheet`, row by row; *first is the number of its first. */
static rsift_status add_sheets(rs_crop_index *index, const rs_crop_sheet *sheet,
                               const rs_luma *picture, size_t *first, rsift_error *err)
{
    size_t across = (size_t)(picture->width - 1) / RS_CROP_SHEET_SIDE + 1;
    size_t down = (size_t)(picture->height - 1) / RS_CROP_SHEET_SIDE + 1;
    *first = index->n_sheets;
    if (index->n_sheets + across * down > UINT32_MAX)
        return rs_err_set(err, RSIFT_E_LIMIT, "more pictures than can be indexed for crops");
    if (!RS_VEC_RESERVE(index->sheets, index->cap_sheets, index->n_sheets + across * down))
        return rs_err_nomem(err, "index of crops");
    for (size_t y = 0; y < down; y++)
        for (size_t x = 0; x < across; x++)
            index->sheets[index->n_sheets++] =
                (rs_crop_sheet){sheet->number, (uint32_t)(x * RS_CROP_SHEET_SIDE),
                                (uint32_t)(y * RS_CROP_SHEET_SIDE), sheet->n_anchors};
    return RSIFT_OK;
}

static rsift_status add_view(rs_crop_index *index, const rs_luma *picture, const rs_anchor *anchor,
                             rs_crop_view place, rsift_error *err)
{
    rs_description description;
    unsigned orientations[RS_IMAGE_N_ORIENTATIONS];
    if (!rs_describe(picture, anchor, &description)) return RSIFT_OK;
    rs_description_orientations(&description, orientations);
    place.bits = rs_description_bits(&description, orientations[0], NULL, 0) | orientations[0];
    return rs_crop_near_add(&index->near, &place, err);
}

/* A symmetrical patch is entered once in each of its orientations. */
static rsift_status add_anchors(rs_crop_index *index, const rs_luma *picture, size_t first_sheet,
                                const rs_anchors *anchors, rsift_error *err)
{
    size_t across = (size_t)(picture->width - 1) / RS_CROP_SHEET_SIDE + 1;
    for (size_t i = 0; i < anchors->n; i++) {
        const rs_anchor *a = &anchors->at[i];
        uint8_t least;
        uint64_t hash = rs_anchor_key(picture, a, &least);
        size_t sheet = first_sheet + a->y / RS_CROP_SHEET_SIDE * across + a->x / RS_CROP_SHEET_SIDE;
        rs_crop_key place = {.sheet = (uint32_t)sheet,
                             .x = (uint16_t)(a->x % RS_CROP_SHEET_SIDE),
                             .y = (uint16_t)(a->y % RS_CROP_SHEET_SIDE)};
        for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++)
            if (least >> o & 1) RS_TRY(rs_crop_keys_add(&index->keys, hash, o, place, err));
        rs_crop_view view = {.sheet = place.sheet, .x = place.x, .y = place.y};
        if (index->options.scaled) RS_TRY(add_view(index, picture, a, view, err));
    }
    return RSIFT_OK;
}

static uint32_t few_of(size_t n)
{
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

rsift_status rs_crop_index_add(rs_crop_index *index, uint32_t number, const rs_luma *picture,
                               rsift_error *err)
{
    RS_ASSERT(!index->sealed);
    rs_anchors anchors = {0};
    rsift_status st = rs_anchors_find(picture, &anchors, err);
    size_t first_sheet = 0;
    rs_crop_sheet sheet = {.number = number, .n_anchors = few_of(anchors.n)};
    if (st == RSIFT_OK && anchors.n > 0) st = add_sheets(index, &sheet, picture, &first_sheet, err);
    if (st == RSIFT_OK && anchors.n > 0)
        st = add_anchors(index, picture, first_sheet, &anchors, err);
    rs_anchors_fini(&anchors);
    return st;
}

typedef struct numbered {
    rs_crop_sheet sheet;
    uint32_t number; /* in the order of adding */
} numbered;

static int by_picture(const void *left, const void *right)
{
    const numbered *a = left, *b = right;
    if (a->sheet.number != b->sheet.number) return a->sheet.number < b->sheet.number ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Numbers the sheets by picture. Pictures that are decoded on several threads are added in any
 * order, and of equal votes the lower number comes first. */
static rsift_status number_sheets(rs_crop_index *index, rsift_error *err)
{
    const size_t n = index->n_sheets;
    size_t n_sorted = 1;
    while (n_sorted < n && index->sheets[n_sorted - 1].number <= index->sheets[n_sorted].number)
        n_sorted++;
    if (n_sorted >= n) return RSIFT_OK;
    numbered *order = rs_alloc(n * sizeof *order);
    uint32_t *number_of = rs_alloc(n * sizeof *number_of);
    const bool ok = order && number_of;
    for (size_t i = 0; ok && i < n; i++) order[i] = (numbered){index->sheets[i], (uint32_t)i};
    if (ok) qsort(order, n, sizeof *order, by_picture);
    for (size_t i = 0; ok && i < n; i++) {
        number_of[order[i].number] = (uint32_t)i;
        index->sheets[i] = order[i].sheet;
    }
    if (ok) {
        rs_crop_keys_renumber(&index->keys, number_of);
        rs_crop_near_renumber(&index->near, number_of);
    }
    rs_free(order);
    rs_free(number_of);
    return ok ? RSIFT_OK : rs_err_nomem(err, "index of crops");
}

rsift_status rs_crop_index_seal(rs_crop_index *index, rsift_error *err)
{
    RS_ASSERT(!index->sealed);
    RS_TRY(number_sheets(index, err));
    RS_TRY(rs_crop_keys_seal(&index->keys, err));
    if (index->options.scaled) RS_TRY(rs_crop_near_seal(&index->near, err));
    index->sealed = true;
    return RSIFT_OK;
}

size_t rs_crop_index_bytes(const rs_crop_index *index)
{
    return sizeof *index - sizeof index->keys - sizeof index->near +
           rs_crop_keys_bytes(&index->keys) + rs_crop_near_bytes(&index->near) +
           index->cap_sheets * sizeof *index->sheets;
}
