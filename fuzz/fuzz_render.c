/* Rendering and writing: what the LLaVA reader makes of any bytes is rendered for every model and
 * written in every layout. A record is JSON of one line where the container wants lines, reads back
 * through the layout's own reader with the same texts, and never holds what was not valid UTF-8;
 * the layout's reader survives the bytes themselves. */
#define FUZZ_SAMPLE render_everywhere
#include "model/sample.h"

static void render_everywhere(const rs_sample *sample);

#include "reader_harness.h"

#include "codec/json.h"
#include "writers/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_record(const rs_writer *writer, const rs_writer_set *set, const rs_rendered *r)
{
    rs_arena arena = {0};
    rs_buf record = {0};
    rs_rendered back = {0};
    rsift_error err = {0};
    const rs_json *root;
    RS_ASSERT(writer->record(set, r, &(rs_json_writer){.buf = &record}, &err) == RSIFT_OK);
    const rs_str text = rs_buf_view(&record);
    RS_ASSERT(rs_utf8_valid(text) == text.len);
    RS_ASSERT(rs_json_parse(&arena, text, NULL, &root, &err) == RSIFT_OK);
    RS_ASSERT(writer->read(&arena, text, &back, &err) == RSIFT_OK);
    RS_ASSERT(back.n_images == r->n_images);
    for (uint32_t i = 0; i < r->n_images; i++) RS_ASSERT(back.images[i].len >= r->images[i].len);
    RS_ASSERT(back.n_messages > 0 || r->n_messages == 0);
    rs_buf_fini(&record);
    rs_arena_fini(&arena);
}

static void render_everywhere(const rs_sample *sample)
{
    enum { most = 8 };
    rs_str images[most];
    double widths[most], heights[most];
    uint32_t n = 0;
    for (uint32_t i = 0; i < sample->n_assets; i++) {
        if (n == most) return;
        images[n] = sample->assets[i].path;
        widths[n] = 640;
        heights[n++] = 480;
    }
    for (size_t m = 0; rs_render_models[m]; m++) {
        rs_arena arena = {0};
        rs_rendered r;
        const rs_render_options options = {
            .model = rs_render_models[m], .min_pixels = 3136, .max_pixels = 1003520, .seed = 3};
        const rs_render_input input = {.sample = sample,
                                       .dataset = RS_STR("set"),
                                       .images = images,
                                       .widths = widths,
                                       .heights = heights};
        RS_ASSERT(rs_render(&options, &input, &arena, &r, NULL) == RSIFT_OK);
        for (uint32_t i = 0; !r.drop && i < r.n_messages; i++) fuzz_text(r.messages[i].text);
        for (size_t w = 0; !r.drop && rs_writers[w]; w++) {
            if (!rs_writer_allows(rs_writers[w], options.model)) continue;
            if (rs_writer_refuses(rs_writers[w], r.n_images)) continue;
            const rs_writer_set set = {.name = RS_STR("m"),
                                       .file = rs_str_of(rs_writers[w]->file),
                                       .image_root = RS_STR(""),
                                       .n_records = 1,
                                       .render = &options};
            check_record(rs_writers[w], &set, &r);
        }
        rs_arena_fini(&arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str convention[] = {RS_STR("permille")};
    const rs_param_value params[] = {{RS_STR("box_convention"), convention, 1}};
    const fuzz_setup setup = {"llava", ".json", RS_TASK_VQA, params, 1};
    if (n > 1 << 14) return 0;
    for (size_t w = 0; rs_writers[w]; w++) {
        rs_arena arena = {0};
        rs_rendered out = {0};
        rsift_error err = {0};
        (void)rs_writers[w]->read(&arena, rs_str_make((const char *)bytes, n), &out, &err);
        rs_arena_fini(&arena);
    }
    return fuzz_reader(&setup, bytes, n);
}
