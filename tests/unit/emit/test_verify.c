/* A record that says what was meant is accepted in every layout and for every model; a wrongly
 * written box, a missing one and a wrong picture are caught. */
#include "../render/make.h"

#include "base/rng.h"
#include "emit/packed.h"
#include "emit/verify.h"

static const rs_str set_root = {"images", 6};

static rs_buf record_of(const rs_writer *writer, const rig *r)
{
    rs_buf b = {0};
    const rs_writer_set set = {
        .name = RS_STR("mix"), .image_root = set_root, .n_records = 1, .render = &r->options};
    assert_int_equal(writer->record(&set, &r->out, &(rs_json_writer){.buf = &b}, NULL), RSIFT_OK);
    return b;
}

static rsift_status verify(const rs_writer *writer, rig *r, rs_str record)
{
    const rs_emit_meant meant = {r->out.boxes, r->out.n_boxes, r->widths, r->heights,
                                 r->out.n_images};
    return rs_emit_verify(writer, &r->options, record, &meant, &r->arena, &r->err);
}

/* Calls back for every layout and model that go together. */
static void each_pair(void (*fn)(const rs_writer *writer, const rs_render_model *model))
{
    size_t n = 0;
    for (size_t w = 0; rs_writers[w]; w++)
        for (size_t m = 0; rs_render_models[m]; m++)
            if (rs_writer_allows(rs_writers[w], rs_render_models[m])) {
                fn(rs_writers[w], rs_render_models[m]);
                n++;
            }
    assert_true(n > 12);
}

/* Three boxes, one of them at the picture's far corner. Rendered where the rig stays: the result
 * points into it. */
static void three_boxes(rig *r, const rs_render_model *model)
{
    *r = rig_of(model->name, RS_TASK_DETECTION_HBB, 200, 120);
    region(r, "px", "ship", BOX(20, 20, 41.3, 44.9));
    region(r, "px", "ship", BOX(60.25, 60, 80, 80));
    region(r, "px", "tank", BOX(150, 90, 200, 120));
    render(r);
    assert_null(r->drop);
    assert_int_equal(r->out.n_boxes, 3);
}

static bool is_digit_at(rs_str s, size_t i)
{
    return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

/* The first digit of a number in a list: behind '[' or ',' and blanks. */
static bool begins_number(rs_str s, size_t i)
{
    size_t k = i;
    if (!is_digit_at(s, i)) return false;
    while (k > 0 && s.ptr[k - 1] == ' ') k--;
    return k > 0 && (s.ptr[k - 1] == '[' || s.ptr[k - 1] == ',');
}

/* Every number of every box is written wrongly once; none is accepted. */
static void wrong_numbers(const rs_writer *writer, const rs_render_model *model)
{
    rig r;
    three_boxes(&r, model);
    rs_buf b = record_of(writer, &r);
    rs_str record = rs_buf_view(&b);
    size_t n = 0;
    assert_int_equal(verify(writer, &r, record), RSIFT_OK);
    for (size_t i = 0; i < record.len; i++) {
        if (!begins_number(record, i)) continue;
        char right = b.ptr[i];
        b.ptr[i] = (char)('0' + (right - '0' + 5) % 10);
        if (verify(writer, &r, record) != RSIFT_E_FORMAT)
            fail_msg("%s for %s accepted: %.*s", writer->name, model->name, (int)record.len,
                     record.ptr);
        b.ptr[i] = right;
        n++;
    }
    assert_true(n >= 12);
    rs_buf_fini(&b);
    rs_arena_fini(&r.arena);
}

static void test_wrong_numbers(void **state)
{
    (void)state;
    each_pair(wrong_numbers);
}

/* A record of other boxes: exchanged, one too few, and moved by a step and a half. */
static void other_boxes(const rs_writer *writer, const rs_render_model *model)
{
    rig r;
    three_boxes(&r, model);
    rs_buf b = record_of(writer, &r);
    rs_written_box boxes[3];
    memcpy(boxes, r.out.boxes, sizeof boxes);
    rs_emit_meant meant = {boxes, 3, r.widths, r.heights, 1};
    const rs_str record = rs_buf_view(&b);
    rsift_error err;
    assert_int_equal(rs_emit_verify(writer, &r.options, record, &meant, &r.arena, &err), RSIFT_OK);
    boxes[0] = r.out.boxes[1];
    boxes[1] = r.out.boxes[0];
    assert_int_equal(rs_emit_verify(writer, &r.options, record, &meant, &r.arena, &err),
                     RSIFT_E_FORMAT);
    assert_non_null(strstr(err.message, "box 0 is [60.25, 60.00, 80.00, 80.00] in picture 0"));
    memcpy(boxes, r.out.boxes, sizeof boxes);
    meant.n_boxes = 2;
    assert_int_equal(rs_emit_verify(writer, &r.options, record, &meant, &r.arena, &err),
                     RSIFT_E_FORMAT);
    meant.n_boxes = 3;
    boxes[2].pixels[0] -= 3; /* above a step of every model: 2 px of LLaVA's padded square */
    assert_int_equal(rs_emit_verify(writer, &r.options, record, &meant, &r.arena, &err),
                     RSIFT_E_FORMAT);
    boxes[2].pixels[0] = 150;
    meant.n_images = 2; /* the record names one */
    assert_int_equal(rs_emit_verify(writer, &r.options, record, &meant, &r.arena, &err),
                     RSIFT_E_FORMAT);
    rs_buf_fini(&b);
    rs_arena_fini(&r.arena);
}

static void test_other_boxes(void **state)
{
    (void)state;
    each_pair(other_boxes);
}

/* Boxes in the second of two pictures of different size are compared in its pixels. */
static void second_picture(const rs_writer *writer, const rs_render_model *model)
{
    rig r = rig_of(model->name, RS_TASK_DETECTION_HBB, 200, 120);
    r.sample.n_assets = 2;
    r.widths[1] = 900;
    r.heights[1] = 640;
    region(&r, "px", "ship", BOX(700, 300, 800, 400))->asset = 1;
    region(&r, "px", "tank", BOX(20, 20, 60, 60));
    render(&r);
    assert_null(r.drop);
    rs_buf b = record_of(writer, &r);
    assert_int_equal(verify(writer, &r, rs_buf_view(&b)), RSIFT_OK);
    const bool pixels = strcmp(writer->name, "ms-swift") == 0 && model->swift_objects;
    r.widths[1] = 9000; /* as if the sizes were mixed up: pixels alone do not depend on them */
    assert_int_equal(verify(writer, &r, rs_buf_view(&b)), pixels ? RSIFT_OK : RSIFT_E_FORMAT);
    rs_buf_fini(&b);
    rs_arena_fini(&r.arena);
}

static void test_second_picture(void **state)
{
    (void)state;
    each_pair(second_picture);
}

/* No false alarm: random boxes and corners, also flat ones and ones that leave the picture, in
 * pictures of many sizes. */
static void random_boxes(const rs_writer *writer, const rs_render_model *model)
{
    rs_rng rng = rs_rng_of(11, (rs_id){0, 0});
    for (int k = 0; k < 300; k++) {
        double width = 1 + (double)rs_rng_below(&rng, 4000),
               height = 1 + (double)rs_rng_below(&rng, 4000);
        if (width > 100 * height || height > 100 * width) continue;
        rig r = rig_of(model->name, RS_TASK_DETECTION_HBB, width, height);
        r.options.obb_mode = k % 2 ? RS_OBB_AS_QUAD_TEXT : RS_OBB_AS_HBB;
        for (int i = 0; i < 4; i++) {
            double c[8];
            for (int n = 0; n < 8; n++)
                c[n] = (n % 2 ? height : width) * ((double)rs_rng_below(&rng, 1200) - 100) / 1000;
            region(&r, "px", "ship", 4, c);
            if (i == 3) region(&r, "px-quad", "tank", 8, c);
        }
        render(&r);
        if (!r.drop) {
            rs_buf b = record_of(writer, &r);
            if (verify(writer, &r, rs_buf_view(&b)) != RSIFT_OK)
                fail_msg("%s for %s, %g x %g: %s", writer->name, model->name, width, height,
                         r.err.message);
            rs_buf_fini(&b);
        }
        rs_arena_fini(&r.arena);
    }
}

static void test_random_boxes(void **state)
{
    (void)state;
    each_pair(random_boxes);
}

/* Packing keeps what writing and verifying need. */
static void test_packed(void **state)
{
    (void)state;
    rig r;
    three_boxes(&r, rs_render_models[0]);
    const uint32_t pictures[1] = {70000};
    rs_buf b = {0};
    rs_buf_cstr(&b, "odd"); /* a record may begin at any byte */
    const size_t begin = rs_emit_pack(&b, &r.out, pictures);
    assert_int_equal(begin, 3);
    rs_buf_cstr(&b, "{record}");
    rs_emit_pack_record(&b, begin, RS_STR("{record}"));
    rs_buf_cstr(&b, "{truth}");
    const rs_emit_packed p = rs_emit_unpack(rs_str_sub(rs_buf_view(&b), 3, b.len));
    assert_int_equal(p.n_pictures, 1);
    assert_int_equal(rs_emit_packed_picture(&p, 0), 70000);
    assert_int_equal(p.n_boxes, 3);
    assert_int_equal(p.n_degenerate, 0);
    assert_text(p.record, "{record}");
    assert_text(p.truth, "{truth}");
    const rs_written_box *boxes = rs_emit_packed_boxes(&p, &r.arena);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(boxes[i].n_pixels, 4);
        assert_int_equal(boxes[i].image, 0);
        assert_memory_equal(boxes[i].pixels, r.out.boxes[i].pixels, 4 * sizeof(double));
    }
    rs_buf_fini(&b);
    rs_arena_fini(&r.arena);
}

/* Only boxes with pixels are compared, and early only those of one sample in 16. */
static void test_what_is_compared(void **state)
{
    (void)state;
    const double known = 100, unknown = 0;
    const rs_written_box boxes[] = {
        {.image = 0, .n_pixels = 4}, {.image = 0, .n_pixels = 0}, {.image = 0, .n_pixels = 8}};
    rs_emit_meant meant = {boxes, 3, &known, &known, 1};
    assert_int_equal(rs_emit_n_compared(&meant), 2);
    size_t n_early = 0;
    for (uint64_t i = 0; i < 160; i++) n_early += rs_emit_verifies_early((rs_id){7, i}, &meant);
    assert_int_equal(n_early, 10);
    meant.widths = &unknown;
    for (uint64_t i = 0; i < 160; i++) assert_false(rs_emit_verifies_early((rs_id){7, i}, &meant));
    meant.n_boxes = 0;
    assert_int_equal(rs_emit_n_compared(&meant), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_numbers),    cmocka_unit_test(test_other_boxes),
        cmocka_unit_test(test_second_picture),   cmocka_unit_test(test_random_boxes),
        cmocka_unit_test(test_what_is_compared), cmocka_unit_test(test_packed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
