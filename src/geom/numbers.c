/* The meaning of boxes from their numbers: see numbers.h. Each meaning is taken as boxes spread
 * evenly over its own range (100, 1000, or the sides of the picture in pixels): the narrowest range
 * that holds all numbers is the likeliest, the more so the more boxes there are. */
#include "geom/numbers.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MILLION = 1000000,
    SIDE_MAX = INT32_MAX,   /* pixels */
    FEW = 20,               /* boxes below which a comparison of likelihoods decides nothing */
    LEAD = 6907755,         /* ln(1000): by so much the winner must be likelier */
    OUTSIDE_COST = 9210340, /* ln(10000): what a box outside its picture costs the reading in px */
};
static const double LOG_100 = 4.605170185988092, LOG_1000 = 6.907755278982137;

/* ---- statistics ------------------------------------------------------------------------------ */

/* Smallest and largest x and y of the corners. */
static void hull_of(const double *v, size_t n, double low[2], double high[2])
{
    for (size_t i = 0; i < n; i++) {
        if (i < 2 || v[i] < low[i % 2]) low[i % 2] = v[i];
        if (i < 2 || v[i] > high[i % 2]) high[i % 2] = v[i];
    }
}

/* The parts that need the picture's size. */
static void add_sized(rs_box_numbers *to, const double low[2], const double high[2], double width,
                      double height)
{
    to->n_sized++;
    bool outside = low[0] < -1 || low[1] < -1 || high[0] > width + 1 || high[1] > height + 1;
    to->n_outside += outside;
    to->n_alien += outside && fmax(high[0], high[1]) > 1000;
    to->n_far += low[0] + high[0] > width + 1 || low[1] + high[1] > height + 1;
    to->log_area += (int64_t)llround(log(width * height) * MILLION);
    int shorter = width < height ? 0 : 1;
    double ratio = width < height ? width / height : height / width, edge = (1 - ratio) / 2;
    if (ratio > 0.99) return;
    to->n_oblong++;
    bool out = low[shorter] < edge - 0.01 || high[shorter] > 1 - edge + 0.01;
    to->n_out_of_band += out;
    to->n_at_band += !out && (low[shorter] < edge + 0.02 || high[shorter] > 1 - edge - 0.02);
    to->log_aspect += (int64_t)llround(-log(ratio) * MILLION);
}

void rs_geom_numbers_add(rs_box_numbers *to, const double *numbers, size_t n, double width,
                         double height)
{
    double low[2] = {0, 0}, high[2] = {0, 0};
    bool whole = true;
    if (n == 5) n = 4; /* the angle */
    if (n < 2 || n % 2) return;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(numbers[i])) return; /* a finding of its own */
        whole = whole && numbers[i] == floor(numbers[i]);
    }
    hull_of(numbers, n, low, high);
    double least = fmin(low[0], low[1]), most = fmax(high[0], high[1]);
    if (to->n == 0 || least < to->min) to->min = least;
    if (to->n == 0 || most > to->max) to->max = most;
    to->n++;
    to->n_whole += whole;
    to->n_parts += !whole && least >= -0.1 && most <= 1.1;
    to->n_over_1 += most > 1.1;
    to->n_over_100 += most > 100;
    to->n_over_1000 += most > 1000;
    to->n_end_100 += most >= 99 && most <= 100;
    to->n_end_1000 += most >= 995 && most <= 1000;
    to->n_disordered += n == 4 && (numbers[2] < numbers[0] || numbers[3] < numbers[1]);
    /* a stated side may be any number; also false for NaN */
    if (width >= 1 && height >= 1 && width <= SIDE_MAX && height <= SIDE_MAX)
        add_sized(to, low, high, width, height);
}

void rs_geom_numbers_merge(rs_box_numbers *to, const rs_box_numbers *from)
{
    if (from->n == 0) return;
    if (to->n == 0 || from->min < to->min) to->min = from->min;
    if (to->n == 0 || from->max > to->max) to->max = from->max;
    to->n += from->n;
    to->n_whole += from->n_whole;
    to->n_parts += from->n_parts;
    to->n_over_1 += from->n_over_1;
    to->n_over_100 += from->n_over_100;
    to->n_over_1000 += from->n_over_1000;
    to->n_end_100 += from->n_end_100;
    to->n_end_1000 += from->n_end_1000;
    to->n_disordered += from->n_disordered;
    to->n_sized += from->n_sized;
    to->n_alien += from->n_alien;
    to->n_outside += from->n_outside;
    to->n_far += from->n_far;
    to->log_area += from->log_area;
    to->n_oblong += from->n_oblong;
    to->n_out_of_band += from->n_out_of_band;
    to->n_at_band += from->n_at_band;
    to->log_aspect += from->log_aspect;
}

/* ---- the decision ---------------------------------------------------------------------------- */

/* What may be meant by numbers that are no fractions. */
typedef struct candidate {
    const char *name;
    bool fits;
    int64_t score; /* log-likelihood of the sized boxes in millionths */
} candidate;
enum { PERCENT, PERMILLE, PIXELS, N_CANDIDATES };

typedef struct question {
    const rs_box_numbers *n;
    const rs_spelling_prior *prior;
    rs_numbers_decision *out;
    candidate all[N_CANDIDATES];
} question;

/* One box of a hundred, of 20 and more one at least, may be of another kind: it is set aside by
 * itself (rs_box_meaning, checks/region). */
static bool is_more_than_stray(int64_t part, const rs_box_numbers *n)
{
    return part * 100 > n->n && (part > 1 || n->n < FEW);
}

static bool are_fractions(const rs_box_numbers *n)
{
    return is_more_than_stray(n->n_parts, n);
}

/* Boxes that are none in any unit and few: no reading is measured by them. */
static int64_t aliens(const rs_box_numbers *n)
{
    return n->n >= FEW && n->n_alien * FEW <= n->n ? n->n_alien : 0;
}

static bool is_grid_of(const char *usual, const char *grid)
{
    const rs_convention *a = usual ? rs_geom_convention(rs_str_of(usual)) : NULL;
    const rs_convention *b = rs_geom_convention(rs_str_of(grid));
    return a && b && a->scale == b->scale && a->scale > 0;
}

/* Pixels may leave their pictures in one box of a hundred, as annotations do; a grid ends where it
 * ends. */
static void weigh(question *q)
{
    const rs_box_numbers *n = q->n;
    const char *usual = q->prior->usual;
    bool parts = are_fractions(n);
    const double sized = (double)n->n_sized;
    const int64_t outside = n->n_outside - aliens(n);
    q->all[PERCENT] = (candidate){is_grid_of(usual, "percent") ? usual : "percent",
                                  !parts && n->n_over_100 == aliens(n),
                                  -(int64_t)llround(sized * 2 * LOG_100 * MILLION)};
    q->all[PERMILLE] = (candidate){is_grid_of(usual, "permille") ? usual : "permille",
                                   !parts && n->n_over_1000 == aliens(n) && n->n_whole == n->n,
                                   -(int64_t)llround(sized * 2 * LOG_1000 * MILLION)};
    q->all[PIXELS] = (candidate){"px", !parts && outside * 100 <= n->n_sized,
                                 -n->log_area - outside * OUTSIDE_COST};
}

static void decide(question *q, const char *convention)
{
    q->out->verdict = RS_VERDICT_DECIDED;
    q->out->convention = convention;
}

/* Offers a convention once; those beyond what a decision holds are the least likely. */
static void offer(rs_numbers_decision *out, const char *convention)
{
    for (size_t i = 0; i < out->n_options; i++)
        if (strcmp(out->options[i], convention) == 0) return;
    if (out->n_options < RS_MOST_OPTIONS) out->options[out->n_options++] = convention;
}

/* Undecided: what fits is offered, and what was meant usually. */
static void leave_open(question *q, rs_verdict verdict)
{
    rs_numbers_decision *out = q->out;
    out->verdict = verdict;
    out->convention = NULL;
    if (q->prior->y_first) offer(out, "permille-yxyx");
    if (q->n->n_over_1 * 100 <= q->n->n || q->n->n_parts > 0) {
        offer(out, "fraction");
        if (q->prior->padded) offer(out, "fraction-padded");
    }
    for (int i = N_CANDIDATES - 1; i >= 0; i--)
        if (q->all[i].fits || (i == PIXELS && verdict == RS_VERDICT_CONTRADICTION))
            offer(out, q->all[i].name);
}

/* Why the answer is what it is, behind what the numbers are. */
static void add_reason(rs_numbers_decision *out, const char *reason)
{
    size_t len = strlen(out->evidence);
    snprintf(out->evidence + len, sizeof out->evidence - len, "; %s", reason);
}

/* Fractions: of the picture, or for LLaVA of the picture padded to a square. Boxes all within the
 * picture's band of that square speak for the latter, if some reach its edge: objects in the middle
 * of their pictures lie there too. */
static void decide_fraction(question *q)
{
    const rs_box_numbers *n = q->n;
    bool padded = q->prior->padded && n->n_oblong > 0 && n->n_out_of_band == 0;
    char reason[120];
    snprintf(reason, sizeof reason,
             "of %" PRId64 " on oblong pictures %" PRId64
             " lie in the band of a padded square, %" PRId64 " reach its edge",
             n->n_oblong, n->n_oblong - n->n_out_of_band, n->n_at_band);
    if (q->prior->padded && n->n_oblong > 0) add_reason(q->out, reason);
    bool edge = n->n_at_band > 2 && n->n_at_band * 50 > n->n_oblong;
    if (!padded || n->log_aspect <= LEAD) decide(q, "fraction");
    else if (n->log_aspect > 3 * (int64_t)LEAD && edge) decide(q, "fraction-padded");
    else leave_open(q, RS_VERDICT_TIE);
}

/* Numbers that are pixels of their pictures too count per cent or thousandths only where a spelling
 * is documented so, or where many end with the unit, as no pixels of pictures three times as large
 * would. */
static bool is_proven(const question *q, int grid)
{
    const rs_box_numbers *n = q->n;
    if (!q->all[PIXELS].fits ||
        is_grid_of(q->prior->usual, grid == PERCENT ? "percent" : "permille"))
        return true;
    const int64_t ends = grid == PERCENT ? n->n_end_100 : n->n_end_1000;
    const double side = exp((double)n->log_area / MILLION / (double)n->n_sized / 2);
    return ends >= 10 && ends * 100 >= n->n && side >= (grid == PERCENT ? 300 : 3000);
}

/* The best of those that fit, if it is distinctly the best; NULL = none is. */
static const candidate *winner(const question *q)
{
    const candidate *best = NULL;
    for (int i = 0; i < N_CANDIDATES; i++)
        if (q->all[i].fits && (!best || q->all[i].score > best->score)) best = &q->all[i];
    for (int i = 0; best && i < N_CANDIDATES; i++)
        if (&q->all[i] != best && q->all[i].fits && best->score - q->all[i].score < LEAD)
            return NULL;
    return best;
}

/* One candidate is left. */
static void decide_last(question *q, int last)
{
    const rs_box_numbers *n = q->n;
    const char *usual = q->prior->usual, *name = q->all[last].name;
    bool many = n->n >= FEW, is_usual = usual && (name == usual);
    /* pixels that no picture confirms are believed above 1000, where nobody documents a grid */
    if (last == PIXELS && n->n_sized < FEW && n->n_sized * 2 < n->n) {
        if (usual) leave_open(q, RS_VERDICT_CONTRADICTION);
        else if (n->n_over_1000 > 0) decide(q, name);
        else leave_open(q, RS_VERDICT_TIE);
        return;
    }
    if (last == PIXELS || is_usual) decide(q, name);
    /* a grid that is filled, by boxes that leave their pictures as pixels */
    else if (many && n->max >= (last == PERCENT ? 90 : 900)) decide(q, name);
    else leave_open(q, RS_VERDICT_TIE);
}

static void decide_open(question *q)
{
    const rs_box_numbers *n = q->n;
    int n_fit = 0, last = 0;
    for (int i = 0; i < N_CANDIDATES; i++)
        if (q->all[i].fits) n_fit++, last = i;
    if (n_fit == 0) {
        leave_open(q, RS_VERDICT_CONTRADICTION);
        return;
    }
    if (n_fit == 1) {
        decide_last(q, last);
        return;
    }
    const candidate *best = n->n_sized >= FEW ? winner(q) : NULL;
    const char *usual = q->prior->usual;
    /* without pictures: a documented grid that many boxes fill and none leaves */
    if (n->n_sized == 0 && n->n >= FEW && is_grid_of(usual, "permille") && n->max >= 950)
        best = &q->all[PERMILLE];
    /* a grid is believed when its numbers come near its end */
    bool filled =
        best && (best == &q->all[PIXELS] || n->max >= (best == &q->all[PERCENT] ? 90 : 900));
    bool proven = best && (best == &q->all[PIXELS] || n->n_sized == 0 ||
                           is_proven(q, best == &q->all[PERCENT] ? PERCENT : PERMILLE));
    if (filled && !proven) add_reason(q->out, "smaller units fit as well as pixels do");
    if (filled && proven) decide(q, best->name);
    else leave_open(q, RS_VERDICT_TIE);
}

/* A spelling with one meaning: its grid, or fractions. One box of a hundred may leave the grid. */
static void decide_only(question *q)
{
    const rs_box_numbers *n = q->n;
    bool hundred = is_grid_of(q->prior->usual, "percent");
    int64_t over = hundred ? n->n_over_100 : n->n_over_1000;
    if (over * 100 <= n->n) decide(q, q->prior->usual);
    else leave_open(q, RS_VERDICT_CONTRADICTION);
}

static void offer_corner_size(question *q)
{
    rs_numbers_decision *out = q->out;
    offer(out, are_fractions(q->n) ? "fraction-xywh" : "px-xywh");
    offer(out, are_fractions(q->n) ? "fraction-cxcywh" : "px-cxcywh");
}

/* COCO's x, y, width, height: disproved by fractions, and by boxes that leave their pictures (most
 * of them, of 20 and more one of twenty) while as two corners they are in order and inside. */
static void decide_defined(question *q)
{
    const rs_box_numbers *n = q->n;
    /* sizes that are never smaller than the corner, and leave the picture from there: corners */
    const bool ordered = n->n_disordered * 100 <= n->n && n->n_outside * 100 <= n->n_sized;
    const bool many = n->n_sized >= FEW && n->n_far * FEW > n->n_sized;
    const bool corners = ordered && (n->n_far * 2 > n->n_sized || many);
    if (!are_fractions(n) && n->n_over_1 > 0 && !corners) {
        decide(q, q->prior->usual);
        return;
    }
    rs_numbers_decision *out = q->out;
    out->verdict = RS_VERDICT_CONTRADICTION;
    if (corners && !are_fractions(n)) offer(out, "px");
    else offer_corner_size(q);
    offer(out, corners && !are_fractions(n) ? q->prior->usual : "fraction");
}

/* Two corners in which the second is left of or above the first are no two corners. */
static bool is_disordered(const rs_box_numbers *n)
{
    return n->n_disordered * 5 > n->n;
}

/* ---- in words -------------------------------------------------------------------------------- */

static void describe(const rs_box_numbers *n, char *out, size_t cap)
{
    int len = snprintf(out, cap, "%" PRId64 " boxes, numbers from %.4g to %.4g%s", n->n, n->min,
                       n->max, n->n_whole == n->n ? ", all whole" : "");
    if (n->n_parts > 0 && len > 0 && (size_t)len < cap)
        len +=
            snprintf(out + len, cap - (size_t)len, ", %" PRId64 " boxes within 0..1", n->n_parts);
    if (n->n_disordered > 0 && len > 0 && (size_t)len < cap)
        len += snprintf(out + len, cap - (size_t)len, ", %" PRId64 " with corners out of order",
                        n->n_disordered);
    if (len < 0 || (size_t)len >= cap) return;
    if (n->n_sized == 0) {
        snprintf(out + len, cap - (size_t)len, "; no picture's size is known");
        return;
    }
    if (n->n_over_1 == 0) return;
    double side = exp((double)n->log_area / MILLION / (double)n->n_sized / 2);
    snprintf(out + len, cap - (size_t)len,
             "; as pixels %" PRId64 " of %" PRId64 " lie inside their pictures (about %.0f px)",
             n->n_sized - n->n_outside, n->n_sized, side);
}

void rs_geom_numbers_decide(const rs_box_numbers *numbers, const rs_spelling_prior *prior,
                            rs_numbers_decision *out)
{
    *out = (rs_numbers_decision){0};
    question q = {.n = numbers, .prior = prior, .out = out};
    weigh(&q);
    describe(numbers, out->evidence, sizeof out->evidence);
    const bool parts = are_fractions(numbers),
               mixed = parts && is_more_than_stray(numbers->n_over_1, numbers);
    if (prior->defined) {
        decide_defined(&q);
    } else if (is_disordered(numbers)) {
        offer_corner_size(&q);
        leave_open(&q, RS_VERDICT_CONTRADICTION);
    } else if (mixed) {
        leave_open(&q, RS_VERDICT_CONTRADICTION); /* fractions and larger numbers in one spelling */
    } else if (prior->y_first || (!parts && numbers->n_over_1 == 0)) {
        leave_open(&q, RS_VERDICT_TIE); /* also [0, 0, 1, 1]: the picture, or nearly nothing */
    } else if (prior->corner_size && numbers->n < FEW) {
        leave_open(&q, RS_VERDICT_TIE);
        offer_corner_size(&q);
    } else if (parts) {
        decide_fraction(&q);
    } else if (prior->only) {
        decide_only(&q);
    } else {
        decide_open(&q);
    }
}

const char *rs_geom_verdict_name(rs_verdict verdict)
{
    static const char *const names[] = {"decided", "tie", "contradiction"};
    return names[verdict];
}

const rs_convention *rs_geom_convention_like(rs_str name, size_t n)
{
    static const struct {
        size_t n;
        const char *suffix;
    } kinds[] = {{2, "-point"}, {5, "-obb"}, {8, "-quad"}};
    if (n == 4) return rs_geom_convention(name);
    const char *suffix = n >= 6 && n % 2 == 0 ? "-polygon" : NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].n == n) suffix = kinds[i].suffix;
    if (!suffix) return NULL;
    char full[64];
    int len = snprintf(full, sizeof full, "%.*s%s", RS_STR_ARG(name), suffix);
    return len > 0 && (size_t)len < sizeof full ? rs_geom_convention(rs_str_make(full, (size_t)len))
                                                : NULL;
}
