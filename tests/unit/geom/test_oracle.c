/* A driver for comparing the kernels with other implementations: tests/python/test_geom_oracle.py
 * writes one case a line and reads one answer a line. Without an argument it tests itself.
 *   polygon  H W x y ...             -> text area x y w h     (mask of a polygon)
 *   box      H W x y w h             -> the same
 *   merge    H W text text           -> union-text shared-text
 *   maskiou  H W crowd text text     -> ratio
 *   pixels   H W 0101...             -> text text  (column by column; the second from the first)
 *   counts   H W n n ...             -> text, or the name of the error
 *   overlap  n_a x y ... x y ...     -> shared-area ratio, and with the two exchanged
 *                                       (a has n_a points)
 *   turned   cx cy w h degrees  (twice) -> ratio, and with the two exchanged
 *   rect     x y ...                 -> cx cy w h degrees     (rectangle of least area)
 *   assign   rows cols score ...     -> total */
#include "base/alloc.h"
#include "base/num.h"
#include "geom/assign.h"
#include "geom/box.h"
#include "geom/obb.h"
#include "geom/rle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { NUMBERS_MAX = 1 << 14 };

typedef struct request {
    rs_str rest;
    double numbers[NUMBERS_MAX];
    size_t n;
    rs_buf *out;
} request;

static rs_str word(request *r)
{
    rs_str piece = {0};
    while (rs_str_split(&r->rest, ' ', &piece) && piece.len == 0) continue;
    return piece;
}

static double number(request *r)
{
    double v = 0;
    (void)rs_num_double(word(r), &v);
    return v;
}

static void all_numbers(request *r)
{
    r->n = 0;
    while (r->rest.ptr && r->rest.len > 0 && r->n < NUMBERS_MAX) r->numbers[r->n++] = number(r);
}

static void print_mask(request *r, rsift_status st, rs_rle *rle)
{
    double box[4];
    if (st != RSIFT_OK) {
        rs_buf_cstr(r->out, rsift_status_name(st));
        return;
    }
    rs_geom_rle_box(rle, box);
    rs_geom_rle_to_text(rle, r->out);
    rs_buf_printf(r->out, " %ju %.17g %.17g %.17g %.17g", (uintmax_t)rs_geom_rle_area(rle), box[0],
                  box[1], box[2], box[3]);
    rs_geom_rle_fini(rle);
}

static void answer_mask(request *r, bool of_box)
{
    rs_rle rle;
    uint32_t h = (uint32_t)number(r), w = (uint32_t)number(r);
    all_numbers(r);
    print_mask(r,
               of_box ? rs_geom_rle_of_box(r->numbers, h, w, &rle, NULL)
                      : rs_geom_rle_of_polygon(r->numbers, r->n / 2, h, w, &rle, NULL),
               &rle);
}

static void answer_two_masks(request *r, bool ratio)
{
    rs_rle mask[2] = {{0}, {0}}, merged;
    const rs_rle *const pair[2] = {&mask[0], &mask[1]};
    uint32_t h = (uint32_t)number(r), w = (uint32_t)number(r);
    bool crowd = ratio && number(r) != 0;
    rsift_status st = RSIFT_OK;
    for (int i = 0; i < 2 && st == RSIFT_OK; i++)
        st = rs_geom_rle_of_text(word(r), h, w, &mask[i], NULL);
    if (st != RSIFT_OK) rs_buf_cstr(r->out, rsift_status_name(st));
    if (st == RSIFT_OK && ratio)
        rs_buf_printf(r->out, "%.17g", rs_geom_rle_iou(&mask[0], &mask[1], crowd));
    for (int shared = 0; shared < 2 && st == RSIFT_OK && !ratio; shared++) {
        st = rs_geom_rle_merge(pair, 2, shared, &merged, NULL);
        if (st != RSIFT_OK) break;
        if (shared) rs_buf_char(r->out, ' ');
        rs_geom_rle_to_text(&merged, r->out);
        rs_geom_rle_fini(&merged);
    }
    rs_geom_rle_fini(&mask[0]);
    rs_geom_rle_fini(&mask[1]);
}

static void answer_overlap(request *r)
{
    size_t n_a = (size_t)number(r);
    all_numbers(r);
    if (2 * n_a > r->n) return;
    const double *b = r->numbers + 2 * n_a;
    size_t n_b = r->n / 2 - n_a;
    double shared = rs_geom_is_convex(r->numbers, n_a) && rs_geom_is_convex(b, n_b)
                        ? rs_geom_convex_overlap(r->numbers, n_a, b, n_b)
                        : rs_geom_polygon_overlap(r->numbers, n_a, b, n_b);
    double iou = n_a == 4 && n_b == 4 ? rs_geom_quad_iou(r->numbers, b)
                                      : rs_geom_polygon_iou(r->numbers, n_a, b, n_b);
    double back = n_a == 4 && n_b == 4 ? rs_geom_quad_iou(b, r->numbers)
                                       : rs_geom_polygon_iou(b, n_b, r->numbers, n_a);
    rs_buf_printf(r->out, "%.17g %.17g %.17g", shared, iou, back);
}

/* Encode, write as text, read, decode, encode again. */
static void answer_pixels(request *r)
{
    uint32_t h = (uint32_t)number(r), w = (uint32_t)number(r);
    rs_str bits = word(r);
    rs_rle rle = {0}, back = {0};
    uint8_t *pixels = rs_alloc(bits.len + 1);
    if (!pixels || bits.len != (size_t)h * w) goto done;
    for (size_t i = 0; i < bits.len; i++)
        pixels[i] = bits.ptr[i] == '1' ? (uint8_t)(1 + i % 255) : 0;
    if (rs_geom_rle_encode(pixels, h, w, 1, h, &rle, NULL) != RSIFT_OK) goto done;
    size_t begin = r->out->len;
    rs_geom_rle_to_text(&rle, r->out);
    rs_geom_rle_fini(&rle);
    const rs_str text = rs_str_sub(rs_buf_view(r->out), begin, r->out->len);
    if (rs_geom_rle_of_text(text, h, w, &back, NULL) != RSIFT_OK) goto done;
    rs_geom_rle_decode(&back, pixels, 1, h);
    if (rs_geom_rle_encode(pixels, h, w, 1, h, &rle, NULL) != RSIFT_OK) goto done;
    rs_buf_char(r->out, ' ');
    rs_geom_rle_to_text(&rle, r->out);
done:
    rs_free(pixels);
    rs_geom_rle_fini(&rle);
    rs_geom_rle_fini(&back);
}

static void answer_counts(request *r)
{
    static uint32_t counts[NUMBERS_MAX];
    uint32_t h = (uint32_t)number(r), w = (uint32_t)number(r);
    rs_rle rle;
    all_numbers(r);
    for (size_t i = 0; i < r->n; i++) counts[i] = (uint32_t)r->numbers[i];
    rsift_status st = rs_geom_rle_of_counts(counts, r->n, h, w, &rle, NULL);
    if (st != RSIFT_OK) rs_buf_cstr(r->out, rsift_status_name(st));
    else rs_geom_rle_to_text(&rle, r->out);
    rs_geom_rle_fini(&rle);
}

static void answer_turned(request *r)
{
    double quads[2][8];
    all_numbers(r);
    if (r->n != 10) return;
    for (int i = 0; i < 2; i++) {
        const double *v = r->numbers + 5 * i;
        rs_obb obb = {v[0], v[1], v[2], v[3], v[4] * (3.14159265358979323846 / 180)};
        rs_geom_obb_quad(&obb, quads[i]);
    }
    rs_buf_printf(r->out, "%.17g %.17g", rs_geom_quad_iou(quads[0], quads[1]),
                  rs_geom_quad_iou(quads[1], quads[0]));
}

static void answer_rect(request *r)
{
    rs_obb obb;
    all_numbers(r);
    if (!rs_geom_obb_of_points(r->numbers, r->n / 2, &obb)) return;
    rs_buf_printf(r->out, "%.17g %.17g %.17g %.17g %.17g", obb.cx, obb.cy, obb.w, obb.h,
                  obb.angle_rad * 57.295779513082323);
}

static void answer_assign(request *r)
{
    size_t column_of[256];
    double total = 0;
    size_t rows = (size_t)number(r), cols = (size_t)number(r);
    all_numbers(r);
    if (rows > 256 || cols > 256 || rows * cols != r->n) return;
    if (rs_geom_assign(r->numbers, rows, cols, column_of, &total, NULL) == RSIFT_OK)
        rs_buf_printf(r->out, "%.17g", total);
}

static void answer(request *r, rs_str line)
{
    r->rest = line;
    rs_str kind = word(r);
    if (rs_str_eq(kind, RS_STR("polygon"))) answer_mask(r, false);
    if (rs_str_eq(kind, RS_STR("box"))) answer_mask(r, true);
    if (rs_str_eq(kind, RS_STR("merge"))) answer_two_masks(r, false);
    if (rs_str_eq(kind, RS_STR("maskiou"))) answer_two_masks(r, true);
    if (rs_str_eq(kind, RS_STR("pixels"))) answer_pixels(r);
    if (rs_str_eq(kind, RS_STR("counts"))) answer_counts(r);
    if (rs_str_eq(kind, RS_STR("turned"))) answer_turned(r);
    if (rs_str_eq(kind, RS_STR("overlap"))) answer_overlap(r);
    if (rs_str_eq(kind, RS_STR("rect"))) answer_rect(r);
    if (rs_str_eq(kind, RS_STR("assign"))) answer_assign(r);
    rs_buf_char(r->out, '\n');
}

static request r; /* too large for a stack frame */

static void expect(const char *line, const char *want)
{
    rs_buf out = {0};
    r.out = &out;
    answer(&r, rs_str_of(line));
    if (!rs_str_eq(rs_buf_view(&out), rs_str_of(want)))
        fail_msg("%s: %.*s", line, RS_STR_ARG(rs_buf_view(&out)));
    rs_buf_fini(&out);
}

static void test_driver(void **state)
{
    (void)state;
    expect("box 5 4 1 1 2 3", "63204 6 1 1 2 3\n");
    expect("merge 2 3 2111 06", "06 2111\n");
    expect("maskiou 2 3 0 2111 06", "0.5\n");
    expect("overlap 4 0 0 2 0 2 2 0 2 1 0 3 0 3 2 1 2",
           "2 0.33333333333333331 0.33333333333333331\n");
    expect("turned 1 1 2 2 0 2 1 2 2 0", "0.33333333333333331 0.33333333333333331\n");
    expect("pixels 2 3 001101", "221O 221O\n");
    expect("counts 2 3 2 2 1 1", "221O\n");
    expect("counts 2 3 2 2", "bad format\n");
    expect("rect 0 0 4 0 4 2 0 2", "2 1 4 2 0\n");
    expect("assign 2 2 0.5 0.25 1 0.5", "1.25\n");
    expect("nonsense", "\n");
}

static int test_itself(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_driver)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

static bool read_all(rs_buf *in)
{
    char block[65536];
    size_t n;
    while ((n = fread(block, 1, sizeof block, stdin)) > 0) rs_buf_add(in, block, n);
    return !ferror(stdin) && !in->failed;
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc < 2) return test_itself();
    rs_buf in = {0}, out = {0};
    rs_str line;
    r.out = &out;
    bool ok = read_all(&in);
    for (rs_str rest = rs_buf_view(&in); ok && rs_str_line(&rest, &line);) answer(&r, line);
    ok = ok && !out.failed && fwrite(out.ptr, 1, out.len, stdout) == out.len;
    rs_buf_fini(&in);
    rs_buf_fini(&out);
    return ok ? 0 : 1;
}
