/* Somebody's own data, with the faults that turn into wrong answers when a tool only warns: a
 * picture that lost an object, numbers whose meaning is nowhere stated, text in another encoding.
 *
 *   boxes.json      COCO: three pictures lost an object each, one has none and says so
 *   fractions.json  conversations, boxes as fractions of the picture, which nothing but the numbers
 *                   says
 *   pixels.json     conversations, pixels between the tokens of a model that counts to 1000
 *   text.json       conversations, two of whose answers were saved in GBK
 *   copies.json     captions of three pictures that are copies of DIOR's test pictures under other
 *                   names: one turned, one recompressed, one a piece */
#include "synth/synth.h"

#include <stdio.h>

/* ---- COCO with losses ------------------------------------------------------------------------ */

static void put_row(rs_buf *b, int id, int image, const synth_object *o)
{
    rs_buf_printf(
        b, "%s\n{\"id\":%d,\"image_id\":%d,\"category_id\":%d,\"bbox\":[%.1f,%.1f,%.1f,%.1f]}",
        id ? "," : "", id, image, o->class_number + 1, o->hbb[0], o->hbb[1], o->hbb[2] - o->hbb[0],
        o->hbb[3] - o->hbb[1]);
}

/* The faulty row of picture `image`, if it has one. */
static void plant_row(rs_buf *b, int id, int image, synth_truth *truth)
{
    static const struct {
        const char *row, *what;
    } lost[] = {{"\"category_id\":1,\"bbox\":[10,10,\"wide\",20]", "a width that is a word"},
                {"\"category_id\":1,\"bbox\":[12,30,0,20]", "a box without area"},
                {"\"category_id\":null,\"bbox\":[12,30,20,20]", "an object without a class"}};
    if (image < 1 || image > 3) return;
    char place[32];
    snprintf(place, sizeof place, "img/%d.png", image);
    rs_buf_printf(b, ",\n{\"id\":%d,\"image_id\":%d,%s}", id, image, lost[image - 1].row);
    synth_plant(truth, "annotation-incomplete", place, lost[image - 1].what);
}

static rsift_status write_boxes(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                rsift_error *err)
{
    rs_buf rows = {0}, images = {0}, b = {0};
    int id = 0;
    for (int i = 0; i < o->n_images; i++) {
        synth_scene scene;
        synth_scene_make(&scene, o->seed, (uint32_t)i, o->side);
        rs_buf_printf(&images,
                      "%s\n{\"id\":%d,\"file_name\":\"%d.png\",\"width\":%d,\"height\":%d}",
                      i ? "," : "", i, i, o->side, o->side);
        /* The last picture is annotated and empty, which is a statement and no fault. */
        for (int k = 0; k < scene.n_objects && i + 1 < o->n_images; k++)
            put_row(&rows, id++, i, &scene.objects[k]);
        if (o->faults && id > 0) plant_row(&rows, id++, i, truth);
    }
    rs_buf_printf(&b, "{\"images\":[%.*s],\n\"annotations\":[", RS_STR_ARG(rs_buf_view(&images)));
    rs_buf_str(&b, rs_buf_view(&rows));
    rs_buf_cstr(&b, "],\n\"categories\":[");
    for (int c = 0; c < synth_n_classes; c++)
        rs_buf_printf(&b, "%s{\"id\":%d,\"name\":\"%s\"}", c ? "," : "", c + 1, synth_classes[c]);
    rs_buf_cstr(&b, "]}\n");
    if (rows.failed || images.failed) b.failed = true;
    const rsift_status status = synth_sink_buf(sink, "boxes.json", &b, err);
    rs_buf_fini(&rows);
    rs_buf_fini(&images);
    rs_buf_fini(&b);
    return status;
}

/* ---- conversations --------------------------------------------------------------------------- */

/* How a file writes boxes: what stands before, between and behind the corners. */
typedef struct spelling {
    const char *file, *format; /* of the four numbers */
    bool fractions;
} spelling;

/* One conversation a picture: the box of its first object, asked for by class. */
static rsift_status write_chat(const synth_options *o, const spelling *form, synth_sink *sink,
                               synth_truth *truth, rsift_error *err)
{
    rs_buf b = {0};
    char name[64];
    snprintf(name, sizeof name, "%s.json", form->file);
    rs_buf_cstr(&b, "[");
    for (int i = 0; i < o->n_images; i++) {
        synth_scene scene;
        synth_scene_make(&scene, o->seed, (uint32_t)i, o->side);
        if (scene.n_objects == 0) continue;
        const synth_object *object = &scene.objects[0];
        const double unit = form->fractions ? o->side : 1;
        double box[4];
        for (int c = 0; c < 4; c++) { /* what is cut by the border ends there */
            box[c] = object->hbb[c] < 0 ? 0 : object->hbb[c] > o->side ? o->side : object->hbb[c];
            box[c] /= unit;
        }
        rs_buf_printf(&b,
                      "%s\n{\"id\":\"%s-%d\",\"image\":\"%d.png\",\"conversations\":[{\"from\":"
                      "\"human\",\"value\":\"<image>\\nWhere is the %s?\"},{\"from\":\"gpt\","
                      "\"value\":\"",
                      b.len > 1 ? "," : "", form->file, i, i, synth_classes[object->class_number]);
        rs_buf_printf(&b, form->format, box[0], box[1], box[2], box[3]);
        rs_buf_cstr(&b, "\"}]}");
        synth_plant(truth, form->fractions ? "convention-told-by-numbers" : "convention-unknown",
                    name, "a box whose convention is not stated");
    }
    rs_buf_cstr(&b, "]\n");
    const rsift_status status = synth_sink_buf(sink, name, &b, err);
    rs_buf_fini(&b);
    return status;
}

/* Four answers; the second and the fourth are the GBK bytes of "port" and "ship". */
static rsift_status write_text(synth_sink *sink, synth_truth *truth, rsift_error *err)
{
    static const char *const answers[] = {"a port", "\xb8\xdb\xbf\xda", "a ship", "\xb4\xac"};
    rs_buf b = {0};
    rs_buf_cstr(&b, "[");
    for (int i = 0; i < 4; i++) {
        rs_buf_printf(
            &b,
            "%s\n{\"id\":\"t%d\",\"image\":\"%d.png\",\"conversations\":[{\"from\":"
            "\"human\",\"value\":\"<image>\\nWhat is this?\"},{\"from\":\"gpt\",\"value\":"
            "\"%s\"}]}",
            i ? "," : "", i, i, answers[i]);
        if (i % 2) synth_plant(truth, "encoding", "text.json", "an answer that is not UTF-8");
    }
    rs_buf_cstr(&b, "]\n");
    const rsift_status status = synth_sink_buf(sink, "text.json", &b, err);
    rs_buf_fini(&b);
    return status;
}

/* ---- copies of test pictures ----------------------------------------------------------------- */

/* The picture as whoever has DIOR sees it: drawn as synth_write_dior does, coded and decoded. */
static rsift_status read_dior(const synth_options *o, int number, rs_pixels *out, rsift_error *err)
{
    synth_scene scene;
    rs_pixels drawn;
    rs_buf jpeg = {0};
    synth_scene_make(&scene, o->seed, (uint32_t)number, o->side);
    RS_TRY(synth_scene_draw(&scene, &drawn, err));
    rsift_status status = rs_image_encode_jpeg(&drawn, synth_dior_quality, &jpeg, err);
    rs_pixels_fini(&drawn);
    if (status == RSIFT_OK) status = rs_image_decode(rs_buf_view(&jpeg), NULL, out, err);
    rs_buf_fini(&jpeg);
    return status;
}

/* The k-th copy: turned and lossless; recompressed; a lossless piece of half the side. */
static rsift_status put_copy(const synth_options *o, synth_sink *sink, int k, const char *name,
                             const rs_pixels *original, rsift_error *err)
{
    if (k == 1) return synth_sink_jpeg(sink, name, original, 60, err);
    rs_pixels changed;
    synth_scene unused = {0};
    RS_TRY(k == 0 ? synth_turn(original, 5, &changed, err)
                  : synth_crop(&unused, original, o->side / 3, o->side / 4, o->side / 2, &unused,
                               &changed, err));
    const rsift_status status = synth_sink_png(sink, name, &changed, err);
    rs_pixels_fini(&changed);
    return status;
}

/* Captions of three copies of pictures that stand in the test split of a DIOR of six times as many
 * pictures, of the same seed and side. */
static rsift_status write_copies(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                 rsift_error *err)
{
    static const struct {
        const char *name, *kind, *what;
    } copies[] = {{"scene_a.png", "copy-turned", "a DIOR test picture, turned, as PNG"},
                  {"scene_b.jpg", "copy-recompressed", "a DIOR test picture, recompressed"},
                  {"scene_c.png", "copy-cropped", "a piece of a DIOR test picture, as PNG"}};
    rs_buf b = {0};
    rs_buf_cstr(&b, "[");
    rsift_status status = RSIFT_OK;
    for (int k = 0; status == RSIFT_OK && k < 3; k++) {
        char place[32];
        rs_pixels original;
        status = read_dior(o, o->n_images * 5 + k, &original, err);
        if (status != RSIFT_OK) break;
        snprintf(place, sizeof place, "copies/%s", copies[k].name);
        status = put_copy(o, sink, k, place, &original, err);
        rs_pixels_fini(&original);
        rs_buf_printf(&b,
                      "%s\n{\"id\":\"c%d\",\"image\":\"%s\",\"conversations\":[{\"from\":\"human\","
                      "\"value\":\"<image>\\nDescribe the image.\"},{\"from\":\"gpt\",\"value\":"
                      "\"Scene %c seen from above.\"}]}",
                      k ? "," : "", k, copies[k].name, 'a' + k);
        synth_plant(truth, copies[k].kind, place, copies[k].what);
        if (k < 2) synth_plant(truth, "copy-whole", place, copies[k].what);
    }
    rs_buf_cstr(&b, "]\n");
    if (status == RSIFT_OK) status = synth_sink_buf(sink, "copies.json", &b, err);
    rs_buf_fini(&b);
    return status;
}

rsift_status synth_write_own(const synth_options *o, synth_sink *sink, synth_truth *truth,
                             rsift_error *err)
{
    static const spelling fractions = {"fractions", "[%.3f, %.3f, %.3f, %.3f]", true},
                          pixels = {"pixels", "<|box_start|>(%.0f,%.0f),(%.0f,%.0f)<|box_end|>",
                                    false};
    for (int i = 0; i < o->n_images; i++) {
        synth_scene scene;
        rs_pixels drawn;
        char name[64];
        synth_scene_make(&scene, o->seed, (uint32_t)i, o->side);
        RS_TRY(synth_scene_draw(&scene, &drawn, err));
        snprintf(name, sizeof name, "img/%d.png", i);
        const rsift_status status = synth_sink_png(sink, name, &drawn, err);
        rs_pixels_fini(&drawn);
        RS_TRY(status);
    }
    RS_TRY(write_boxes(o, sink, truth, err));
    RS_TRY(write_chat(o, &fractions, sink, truth, err));
    RS_TRY(write_chat(o, &pixels, sink, truth, err));
    RS_TRY(write_text(sink, truth, err));
    return o->faults ? write_copies(o, sink, truth, err) : RSIFT_OK;
}
