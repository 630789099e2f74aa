/* Strata of dataset and task, and the choice among them. */
#include "emit/shown.h"

/* The stratum of a dataset and task; NULL = there is none yet, and its place is *at. */
static rs_emit_stratum *find_stratum(const rs_emit_shown_list *list, rs_str dataset, rs_str task,
                                     size_t *at)
{
    size_t high = list->n_strata;
    for (*at = 0; *at < high;) {
        const size_t middle = *at + (high - *at) / 2;
        rs_emit_stratum *s = list->strata[middle];
        const int by_dataset = rs_str_cmp(s->dataset, dataset);
        const int order = by_dataset ? by_dataset : rs_str_cmp(s->task, task);
        if (order == 0) return s;
        if (order < 0) *at = middle + 1;
        else high = middle;
    }
    return NULL;
}

/* The stratum of a dataset and task, made in its place when it is new; NULL = out of memory. */
static rs_emit_stratum *stratum_of(rs_emit_shown_list *list, rs_str dataset, rs_str task)
{
    size_t at;
    rs_emit_stratum *found = find_stratum(list, dataset, task, &at);
    if (found) return found;
    rs_emit_stratum *made = rs_arena_calloc(&list->arena, 1, sizeof *made);
    if (!made || !rs_arena_grow(&list->arena, (void **)&list->strata, &list->cap,
                                list->n_strata + 1, sizeof(rs_emit_stratum *)))
        return NULL;
    made->dataset = rs_arena_str(&list->arena, dataset);
    made->task = rs_arena_str(&list->arena, task);
    if (!made->dataset.ptr || !made->task.ptr) return NULL;
    memmove(list->strata + at + 1, list->strata + at, (list->n_strata - at) * sizeof *list->strata);
    list->strata[at] = made;
    list->n_strata++;
    return made;
}

static bool same_picture(const rs_emit_shown *a, const rs_emit_shown *b)
{
    return a->n_pictures && b->n_pictures && a->pictures[0] == b->pictures[0];
}

/* Room for the record among those of its kind: behind them, or in place of one whose picture is
 * shown by another, when the record has a picture of its own; NULL = it is not needed. */
static rs_emit_shown *find_room(rs_emit_stratum *s, const rs_emit_shown *shown)
{
    if (s->n_items < RS_EMIT_SHOWN_MAX) return &s->items[s->n_items++];
    for (uint32_t i = 0; i < s->n_items; i++)
        if (same_picture(&s->items[i], shown)) return NULL;
    for (uint32_t i = s->n_items; i-- > 1;)
        for (uint32_t k = 0; k < i; k++)
            if (same_picture(&s->items[i], &s->items[k])) return &s->items[i];
    s->complete = true;
    return NULL;
}

bool rs_emit_shown_passes(rs_emit_shown_list *list, rs_str dataset, rs_str task)
{
    size_t at;
    rs_emit_stratum *s = find_stratum(list, dataset, task, &at);
    if (!s || !s->complete) return false;
    s->n++;
    return true;
}

/* A copy of n numbers in the arena; NULL = out of memory. */
static const uint32_t *copy_numbers(rs_arena *arena, const uint32_t *numbers, uint32_t n)
{
    uint32_t *copy = rs_arena_alloc(arena, (n + 1) * sizeof *copy);
    if (copy && n) memcpy(copy, numbers, n * sizeof *copy);
    return copy;
}

rsift_status rs_emit_shown_add(rs_emit_shown_list *list, rs_str dataset, rs_str task,
                               const rs_emit_shown *shown, rsift_error *err)
{
    rs_emit_stratum *s = stratum_of(list, dataset, task);
    if (!s) return rs_err_nomem(err, "the contact sheet");
    s->n++;
    rs_emit_shown *room = find_room(s, shown);
    if (!room) return RSIFT_OK;
    *room = *shown;
    room->record = rs_arena_str(&list->arena, shown->record);
    room->pictures = copy_numbers(&list->arena, shown->pictures, shown->n_pictures);
    room->box_pictures = copy_numbers(&list->arena, shown->box_pictures, shown->n_boxes);
    if (!room->record.ptr || !room->pictures || !room->box_pictures)
        return rs_err_nomem(err, "the contact sheet");
    return RSIFT_OK;
}

/* The stratum's next record, one whose picture is not on the sheet yet if there is one; NULL when
 * all of them are chosen. The chosen are moved to the front. */
static const rs_emit_shown *next_of(rs_emit_stratum *s, const rs_emit_choice *chosen, size_t n)
{
    if (s->n_used == s->n_items) return NULL;
    uint32_t best = s->n_used;
    for (uint32_t i = s->n_used; i < s->n_items; i++) {
        bool seen = false;
        for (size_t k = 0; k < n; k++) seen = seen || same_picture(&s->items[i], chosen[k].shown);
        if (seen) continue;
        best = i;
        break;
    }
    const rs_emit_shown found = s->items[best];
    memmove(s->items + s->n_used + 1, s->items + s->n_used, (best - s->n_used) * sizeof *s->items);
    s->items[s->n_used] = found;
    return &s->items[s->n_used++];
}

/* The next record of the strata [begin, end), which are one dataset's: its least shown task comes
 * first. */
static bool choose_of_dataset(rs_emit_shown_list *list, size_t begin, size_t end,
                              rs_emit_choice *out, size_t n)
{
    rs_emit_stratum *least = NULL;
    for (size_t i = begin; i < end; i++) {
        rs_emit_stratum *s = list->strata[i];
        if (s->n_used < s->n_items && (!least || s->n_used < least->n_used)) least = s;
    }
    if (!least) return false;
    out[n].shown = next_of(least, out, n);
    out[n].stratum = least;
    return true;
}

size_t rs_emit_shown_choose(rs_emit_shown_list *list, rs_emit_choice out[RS_EMIT_SHOWN_MAX])
{
    size_t n = 0;
    for (bool any = true; any && n < RS_EMIT_SHOWN_MAX;) {
        any = false;
        for (size_t begin = 0, end; begin < list->n_strata && n < RS_EMIT_SHOWN_MAX; begin = end) {
            end = begin + 1;
            while (end < list->n_strata &&
                   rs_str_eq(list->strata[end]->dataset, list->strata[begin]->dataset))
                end++;
            if (!choose_of_dataset(list, begin, end, out, n)) continue;
            any = true;
            n++;
        }
    }
    return n;
}
