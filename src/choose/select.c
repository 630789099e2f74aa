/* Selection by sorting. Caps first, on runs of equal pictures and questions; then each entry's
 * share of the budget; then the first items of each entry in the order of their keys. Sorting is in
 * place, since the items of a large pool are most of the memory in use. */
#include "choose/select.h"

#include "base/alloc.h"
#include "base/hash.h"

/* ---- sorting --------------------------------------------------------------------------------- */

/* An order of pictures that is independent of their hashes' own values. */
static uint64_t mixed(uint64_t picture, uint64_t seed)
{
    uint64_t z = picture + seed * UINT64_C(0x9e3779b97f4a7c15) + UINT64_C(0x632be59bd9b4e019);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31); /* one to one: equal only when the pictures are */
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* A total order: by the order's own fields, then by key; the rest decides between equal keys. */
static int compare(const rs_choose_item *a, const rs_choose_item *b, rs_choose_order order,
                   uint64_t seed)
{
    int c = 0;
    if (order == RS_BY_ENTRY || order == RS_BY_ENTRY_IMAGE) c = compare_u64(a->entry, b->entry);
    if (c == 0 && order != RS_BY_ENTRY)
        c = compare_u64(mixed(a->picture, seed), mixed(b->picture, seed));
    if (c == 0 && order == RS_BY_QUESTION) c = compare_u64(a->question, b->question);
    if (c == 0) c = compare_u64(a->key, b->key);
    if (c == 0) c = compare_u64(a->picture, b->picture);
    if (c == 0) c = compare_u64(a->question, b->question);
    return c ? c : compare_u64(a->row, b->row);
}

static void swap(rs_choose_item *a, rs_choose_item *b)
{
    rs_choose_item t = *a;
    *a = *b;
    *b = t;
}

static void sift_down(rs_choose_item *p, size_t i, size_t n, rs_choose_order order, uint64_t seed)
{
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && compare(&p[child], &p[child + 1], order, seed) < 0) child++;
        if (compare(&p[i], &p[child], order, seed) >= 0) return;
        swap(&p[i], &p[child]);
    }
}

static void heap_sort(rs_choose_item *p, size_t n, rs_choose_order order, uint64_t seed)
{
    for (size_t i = n / 2; i-- > 0;) sift_down(p, i, n, order, seed);
    for (size_t end = n; end-- > 1;) {
        swap(&p[0], &p[end]);
        sift_down(p, 0, end, order, seed);
    }
}

static void insertion_sort(rs_choose_item *p, size_t n, rs_choose_order order, uint64_t seed)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && compare(&p[k - 1], &p[k], order, seed) > 0; k--)
            swap(&p[k - 1], &p[k]);
}

/* Hoare's partition about a pivot; returns its index. */
static size_t partition(rs_choose_item *p, size_t n, rs_choose_order order, uint64_t seed)
{
    size_t mid = n / 2;
    if (compare(&p[mid], &p[0], order, seed) < 0) swap(&p[mid], &p[0]);
    if (compare(&p[n - 1], &p[0], order, seed) < 0) swap(&p[n - 1], &p[0]);
    if (compare(&p[n - 1], &p[mid], order, seed) < 0) swap(&p[n - 1], &p[mid]);
    swap(&p[mid], &p[n - 2]);
    /* median of three, kept next to the end: both inner loops stop without a bound */
    const rs_choose_item pivot = p[n - 2];
    size_t i = 0, j = n - 2;
    for (;;) {
        while (compare(&p[++i], &pivot, order, seed) < 0) {
        }
        while (compare(&p[--j], &pivot, order, seed) > 0) {
        }
        if (i >= j) break;
        swap(&p[i], &p[j]);
    }
    swap(&p[i], &p[n - 2]);
    return i;
}

/* Quicksort, with insertion sort for short runs and heapsort below `depth` (introsort). */
static void quick_sort(rs_choose_item *p, size_t n, int depth, rs_choose_order order, uint64_t seed)
{
    while (n > 16) {
        /* too many bad pivots: a heap sort bounds the time by n log n */
        if (depth-- == 0) {
            heap_sort(p, n, order, seed);
            return;
        }
        size_t at = partition(p, n, order, seed);
        if (at < n - at - 1) { /* the smaller side first: the stack stays flat */
            quick_sort(p, at, depth, order, seed);
            p += at + 1;
            n -= at + 1;
        } else {
            quick_sort(p + at + 1, n - at - 1, depth, order, seed);
            n = at;
        }
    }
    insertion_sort(p, n, order, seed);
}

void rs_choose_sort(rs_choose_item *items, size_t n, rs_choose_order order, uint64_t seed)
{
    int depth = 2;
    for (size_t left = n; left; left >>= 1) depth += 2;
    quick_sort(items, n, depth, order, seed);
}

/* ---- caps ------------------------------------------------------------------------------------ */

/* Sorts so that equal pictures (and questions) are neighbours, and gives every kept item after
 * the first `most` of such a run the outcome. */
static void cap_runs(rs_choose_item *items, size_t n, rs_choose_order order, int64_t most,
                     uint64_t seed, rs_choose_outcome outcome)
{
    if (most <= 0) return;
    rs_choose_sort(items, n, order, seed);
    int64_t used = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && items[i].picture == items[i - 1].picture &&
                    (order != RS_BY_QUESTION || items[i].question == items[i - 1].question);
        /* a new run begins */
        if (!same) used = 0;
        if (items[i].outcome != RS_CHOOSE_KEPT) continue;
        if (used == most) items[i].outcome = (uint8_t)outcome;
        else used++;
    }
}

/* ---- shares ---------------------------------------------------------------------------------- */

/* floor(a * b / c) for non-negative numbers, b <= c. */
static int64_t part_of(int64_t a, double b, double c)
{
    /* b / c first: a * b could leave the range in which doubles are exact integers */
    double v = (double)a * (b / c);
    int64_t floored = v >= (double)a ? a : (int64_t)v;
    return floored < 0 ? 0 : floored;
}

/* What is left after rounding down goes to the entries in order, one each, until none is left. */
static void hand_out_rest(const int64_t *limits, size_t n, int64_t left, int64_t *out)
{
    while (left > 0) {
        bool any = false;
        for (size_t i = 0; i < n && left > 0; i++) {
            if (out[i] >= limits[i]) continue;
            out[i]++;
            left--;
            any = true;
        }
        if (!any) return;
    }
}

rsift_status rs_choose_shares(const double *weights, const int64_t *limits, size_t n,
                              int64_t budget, int64_t *out, rsift_error *err)
{
    int64_t total = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = 0;
        if (limits[i] < 0 || total > INT64_MAX - limits[i])
            return rs_err_set(err, RSIFT_E_ARG, "the recipe's numbers are too large");
        total += limits[i];
    }
    if (budget < 0 || budget >= total) {
        for (size_t i = 0; i < n; i++) out[i] = limits[i];
        return RSIFT_OK;
    }
    /* Each round shares what is left of the budget by weight among those below their limit:
     *     add_i = floor(left * w_i / sum of w)
     * What one that reaches its limit did not need is shared in the next round. */
    int64_t left = budget;
    for (size_t round = 0; round <= n && left > 0; round++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            if (out[i] < limits[i])
                sum += weights[i] > 0 ? weights[i] : (double)limits[i] / (double)total;
        /* one round: every entry gets its share of what was left when the round began */
        int64_t pool = left;
        bool filled = false;
        for (size_t i = 0; i < n; i++) {
            if (out[i] >= limits[i]) continue;
            double w = weights[i] > 0 ? weights[i] : (double)limits[i] / (double)total;
            int64_t add = part_of(pool, w, sum);
            if (add >= limits[i] - out[i]) {
                add = limits[i] - out[i];
                filled = true;
            }
            if (add > left) add = left;
            out[i] += add;
            left -= add;
        }
        if (!filled) break;
    }
    hand_out_rest(limits, n, left, out);
    return RSIFT_OK;
}

/* ---- entries --------------------------------------------------------------------------------- */

static bool new_picture(const rs_choose_item *items, size_t i, size_t begin)
{
    return i == begin || items[i].picture != items[i - 1].picture;
}

static int64_t uses_of(const rs_choose_item *item)
{
    return item->uses ? item->uses : 1;
}

/* Usable samples (or pictures) of each entry; items are sorted by entry. */
static void count_usable(const rs_choose_item *items, size_t n, rs_choose_entry *entries,
                         bool in_images)
{
    for (size_t i = 0; i < n; i++) {
        if (items[i].outcome != RS_CHOOSE_KEPT) continue;
        if (!in_images) {
            entries[items[i].entry].n_usable += uses_of(&items[i]);
            continue;
        }
        size_t k = i; /* the first usable one of its picture counts for the picture */
        while (k > 0 && items[k - 1].entry == items[i].entry &&
               items[k - 1].picture == items[i].picture && items[k - 1].outcome != RS_CHOOSE_KEPT)
            k--;
        bool first = k == 0 || items[k - 1].entry != items[i].entry ||
                     items[k - 1].picture != items[i].picture;
        entries[items[i].entry].n_usable += first;
    }
}

/* What an entry may give at most. Without a budget or a number of its own nothing is repeated just
 * because it may be. */
static int64_t limit_of(const rs_choose_entry *e, const rs_choose_rules *rules)
{
    int64_t most = e->n_usable;
    if (e->fraction > 0) most = part_of(most, e->fraction, 1.0);
    bool repeat = !rules->budget_in_images && (rules->budget >= 0 || e->most >= 0);
    if (repeat && most <= INT64_MAX / 4) most *= e->repeats;
    return e->most >= 0 && e->most < most ? e->most : most;
}

/* The target of each entry: its share of the budget by weight, within what it can give. */
static rsift_status set_targets(rs_choose_entry *entries, size_t n, const rs_choose_rules *rules,
                                rsift_error *err)
{
    double *weights = rs_calloc(n + 1, sizeof *weights);
    int64_t *limits = rs_calloc(n + 1, sizeof *limits),
            *targets = rs_calloc(n + 1, sizeof *targets);
    rsift_status status =
        weights && limits && targets ? RSIFT_OK : rs_err_nomem(err, "the selection");
    bool any = false; /* among entries with weights, one without weighs 1 */
    for (size_t i = 0; i < n; i++) any = any || entries[i].weight > 0;
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        weights[i] = entries[i].weight > 0 || !any ? entries[i].weight : 1;
        limits[i] = limit_of(&entries[i], rules);
    }
    if (status == RSIFT_OK)
        status = rs_choose_shares(weights, limits, n, rules->budget, targets, err);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) entries[i].target = targets[i];
    rs_free(weights);
    rs_free(limits);
    rs_free(targets);
    return status;
}

/* One entry's usable samples, first `target` in order; a target above their number repeats them
 * all, the first ones once again. */
static void keep_samples(rs_choose_item *items, size_t begin, size_t end, rs_choose_entry *e,
                         uint8_t over)
{
    int64_t n_usable = e->n_usable, n_seen = 0;
    int64_t each = n_usable ? e->target / n_usable : 0, extra = n_usable ? e->target % n_usable : 0;
    for (size_t i = begin; i < end; i++) {
        if (items[i].outcome != RS_CHOOSE_KEPT) continue;
        const int64_t uses = uses_of(&items[i]), left = extra - n_seen;
        items[i].repeats = (uint8_t)(each * uses + (left < 0 ? 0 : left < uses ? left : uses));
        n_seen += uses;
        if (items[i].repeats == 0) items[i].outcome = over;
        else e->n_kept++;
    }
}

/* All usable samples of the first `target` pictures of an entry. */
static void keep_pictures(rs_choose_item *items, size_t begin, size_t end, rs_choose_entry *e,
                          uint8_t over)
{
    int64_t n_pictures = 0;
    bool counted = false;
    for (size_t i = begin; i < end; i++) {
        if (new_picture(items, i, begin)) counted = false;
        if (items[i].outcome != RS_CHOOSE_KEPT) continue;
        if (!counted) {
            counted = true;
            n_pictures++;
        }
        if (n_pictures > e->target) {
            items[i].outcome = over;
        } else {
            items[i].repeats = (uint8_t)uses_of(&items[i]);
            e->n_kept++;
        }
    }
}

bool rs_choose_keeps_all(const rs_choose_entry *entries, size_t n_entries,
                         const rs_choose_rules *rules)
{
    bool all = rules->per_image <= 0 && rules->per_question <= 0 && rules->budget < 0 &&
               !rules->budget_in_images;
    for (size_t i = 0; i < n_entries; i++)
        all = all && entries[i].most < 0 && !(entries[i].fraction > 0);
    return all;
}

void rs_choose_keep(rs_choose_item *item, rs_choose_entry *entries)
{
    rs_choose_entry *e = &entries[item->entry];
    item->outcome = RS_CHOOSE_KEPT;
    item->repeats = (uint8_t)uses_of(item);
    e->n_usable += uses_of(item);
    e->target = e->n_usable;
    e->n_kept++;
}

rsift_status rs_choose_select(rs_choose_item *items, size_t n, rs_choose_entry *entries,
                              size_t n_entries, const rs_choose_rules *rules, rsift_error *err)
{
    for (size_t i = 0; i < n; i++) {
        RS_ASSERT(items[i].entry < n_entries);
        items[i].outcome = RS_CHOOSE_KEPT;
        items[i].repeats = 0;
    }
    /* questions first: a picture's cap then counts what the questions' cap left */
    cap_runs(items, n, RS_BY_QUESTION, rules->per_question, rules->seed, RS_CHOOSE_CAP_QUESTION);
    cap_runs(items, n, RS_BY_IMAGE, rules->per_image, rules->seed, RS_CHOOSE_CAP_IMAGE);
    rs_choose_sort(items, n, rules->budget_in_images ? RS_BY_ENTRY_IMAGE : RS_BY_ENTRY,
                   rules->seed);
    for (size_t e = 0; e < n_entries; e++)
        entries[e].n_usable = entries[e].n_kept = entries[e].target = 0;
    count_usable(items, n, entries, rules->budget_in_images);
    RS_TRY(set_targets(entries, n_entries, rules, err));
    /* items of one entry are neighbours now */
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && items[end].entry == items[begin].entry; end++) {
        }
        rs_choose_entry *e = &entries[items[begin].entry];
        bool own = e->fraction > 0 || e->most >= 0; /* its own bound, not the budget, may be why */
        uint8_t over =
            own && e->target == limit_of(e, rules) ? RS_CHOOSE_OVER_SHARE : RS_CHOOSE_OVER_BUDGET;
        if (rules->budget_in_images) keep_pictures(items, begin, end, e, over);
        else keep_samples(items, begin, end, e, over);
    }
    return RSIFT_OK;
}
