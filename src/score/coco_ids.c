/* Names are looked up in a map, small integers, which nearly all ids are, in a table. */
#include "score/coco_ids.h"

#include "base/alloc.h"
#include "base/num.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS_SIZE = 24, SMALL_PER_ID = 8, SMALL_AT_LEAST = 4096 };

rs_coco_id rs_coco_id_of(rs_arena *arena, const rs_json *v)
{
    rs_coco_id id = {.text = rs_json_kind(v) == RS_JSON_STR};
    if (id.text) id.name = rs_arena_str(arena, rs_json_str(v)); /* which outlives the document */
    else if (rs_json_i64(v, &id.value)) id.name = rs_json_text(arena, v);
    return id;
}

static int by_id(const void *a, const void *b)
{
    const rs_coco_id *x = a, *y = b;
    if (x->text != y->text) return x->text ? 1 : -1;
    if (x->text) return rs_str_cmp(x->name, y->name);
    return x->value < y->value ? -1 : x->value > y->value;
}

/* The integer that a name spells as an integer is written; false for "07", "+7" and words. */
static bool integer_of(rs_str name, int64_t *out)
{
    char digits[DIGITS_SIZE];
    if (!rs_num_i64(name, out)) return false;
    const int n = snprintf(digits, sizeof digits, "%" PRId64, *out);
    return rs_str_eq(name, rs_str_make(digits, (size_t)n));
}

/* Makes the table of small integers. */
static bool make_small(rs_coco_ids *ids)
{
    const size_t most = SMALL_PER_ID * (size_t)ids->n + SMALL_AT_LEAST;
    int64_t value;
    for (size_t k = 0; k < ids->names.n; k++)
        if (integer_of(ids->names.keys[k], &value) && value >= 0 && (uint64_t)value < most &&
            (size_t)value >= ids->n_small)
            ids->n_small = (size_t)value + 1;
    ids->small = rs_alloc((ids->n_small + 1) * sizeof *ids->small);
    if (!ids->small) return false;
    memset(ids->small, 0xff, ids->n_small * sizeof *ids->small);
    for (size_t k = 0; k < ids->names.n; k++)
        if (integer_of(ids->names.keys[k], &value) && value >= 0 && (uint64_t)value < ids->n_small)
            ids->small[value] = ids->number[k];
    return true;
}

rsift_status rs_coco_ids_make(rs_coco_ids *ids, rs_coco_id *list, size_t n, const char *what,
                              rsift_error *err)
{
    ids->number = rs_alloc((n + 1) * sizeof *ids->number);
    if (!ids->number) return rs_err_nomem(err, "ids");
    if (n) qsort(list, n, sizeof *list, by_id);
    for (size_t i = 0; i < n; i++) {
        bool made;
        const size_t at = rs_strmap_put(&ids->names, list[i].name, &made);
        if (at == RS_NPOS) return rs_err_nomem(err, "ids");
        if (made) ids->number[at] = ids->n++;
        else if (list[i].text != list[i - 1].text || by_id(&list[i], &list[i - 1]))
            return rs_err_set(err, RSIFT_E_FORMAT, "%s: id %.*s stands there as number and as text",
                              what, RS_STR_ARG(rs_str_sub(list[i].name, 0, 24)));
    }
    return make_small(ids) ? RSIFT_OK : rs_err_nomem(err, "ids");
}

void rs_coco_ids_fini(rs_coco_ids *ids)
{
    rs_strmap_fini(&ids->names);
    rs_free(ids->number);
    rs_free(ids->small);
    *ids = (rs_coco_ids){0};
}

bool rs_coco_ids_find(const rs_coco_ids *ids, const rs_json *v, uint32_t *out)
{
    char digits[DIGITS_SIZE];
    int64_t value;
    rs_str text = rs_json_str(v);
    if (rs_json_i64(v, &value)) {
        if (value >= 0 && (uint64_t)value < ids->n_small) {
            *out = ids->small[value];
            return *out != UINT32_MAX;
        }
        text = rs_str_make(digits, (size_t)snprintf(digits, sizeof digits, "%" PRId64, value));
    }
    const size_t at = text.ptr ? rs_strmap_get(&ids->names, text) : RS_NPOS;
    if (at != RS_NPOS) *out = ids->number[at];
    return at != RS_NPOS;
}
