/* Text releases: captions, questions, conversations with box text. */
#include "synth/synth.h"

#include "codec/json.h"

#include <math.h>
#include <stdio.h>

static const char *const plurals[synth_n_classes] = {"airplanes", "buildings", "ships",
                                                     "storage tanks", "vehicles"};
static const char *const singulars[synth_n_classes] = {"airplane", "building", "ship",
                                                       "storage tank", "vehicle"};

/* ---- TIFF, uncompressed: what RSVQA's tiles are ---------------------------------------------- */

static void put16(rs_buf *b, unsigned v)
{
    char two[2] = {(char)v, (char)(v >> 8)};
    rs_buf_add(b, two, 2);
}

static void put32(rs_buf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

static void put_tag(rs_buf *b, unsigned tag, unsigned type, uint32_t n, uint32_t value)
{
    put16(b, tag);
    put16(b, type);
    put32(b, n);
    put32(b, value);
}

static rsift_status put_tiff(synth_sink *sink, const char *name, const rs_pixels *p,
                             rsift_error *err)
{
    rs_buf b = {0};
    uint32_t n = 3 * p->width * p->height, entries = 10, bits_at = 8 + 2 + entries * 12 + 4,
             data_at = bits_at + 6;
    rs_buf_add(&b, "II\x2a\0", 4);
    put32(&b, 8);
    put16(&b, entries);
    put_tag(&b, 256, 4, 1, p->width);
    put_tag(&b, 257, 4, 1, p->height);
    put_tag(&b, 258, 3, 3, bits_at);
    put_tag(&b, 259, 3, 1, 1);
    put_tag(&b, 262, 3, 1, 2);
    put_tag(&b, 273, 4, 1, data_at);
    put_tag(&b, 277, 3, 1, 3);
    put_tag(&b, 278, 4, 1, p->height);
    put_tag(&b, 279, 4, 1, n);
    put_tag(&b, 284, 3, 1, 1);
    put32(&b, 0);
    for (int i = 0; i < 3; i++) put16(&b, 8);
    rs_buf_add(&b, p->rgb, n);
    rsift_status status = synth_sink_buf(sink, name, &b, err);
    rs_buf_fini(&b);
    return status;
}

/* ---- RSVQA ----------------------------------------------------------------------------------- */

typedef struct vqa {
    rs_buf questions[3], answers[3], images[3];
    int next; /* id of the next question and answer */
} vqa;

enum { questions_per_image = 6 };
static const char *const splits[3] = {"train", "val", "test"};

static void put_inactive(rs_buf *b, int id)
{
    rs_buf_printf(b, "%s{\"id\": %d, \"active\": false}", id ? ", " : "", id);
}

/* A row of one split stands as a placeholder in the two others. */
static void put_pair(vqa *v, int split, int image, const char *type, const char *question,
                     const char *answer)
{
    int id = v->next++;
    for (int s = 0; s < 3; s++) {
        if (s != split) {
            put_inactive(&v->questions[s], id);
            put_inactive(&v->answers[s], id);
            continue;
        }
        rs_buf_printf(&v->questions[s],
                      "%s{\"id\": %d, \"date_added\": 1579865382.19, \"img_id\": %d, "
                      "\"people_id\": 0, \"type\": \"%s\", \"question\": ",
                      id ? ", " : "", id, image, type);
        rs_json_put_str(&v->questions[s], rs_str_of(question));
        rs_buf_printf(&v->questions[s], ", \"answers_ids\": [%d], \"active\": true}", id);
        rs_buf_printf(&v->answers[s],
                      "%s{\"id\": %d, \"date_added\": 1579865382.19, \"question_id\": %d, "
                      "\"people_id\": 0, \"answer\": ",
                      id ? ", " : "", id, id);
        rs_json_put_str(&v->answers[s], rs_str_of(answer));
        rs_buf_cstr(&v->answers[s], ", \"active\": true}");
    }
}

static void ask_image(vqa *v, int split, int image, const synth_scene *scene)
{
    char question[128], answer[32];
    for (int c = 0; c < synth_n_classes; c++) {
        int n = synth_scene_count(scene, c);
        if (c % 2 == 0) {
            snprintf(question, sizeof question, "How many %s are there?", plurals[c]);
            snprintf(answer, sizeof answer, "%d", n);
            put_pair(v, split, image, "count", question, answer);
        } else {
            snprintf(question, sizeof question, "Is there a %s in the image?", singulars[c]);
            put_pair(v, split, image, "presence", question, n ? "yes" : "no");
        }
    }
    snprintf(question, sizeof question, "Are there more %s than %s?", plurals[2], plurals[4]);
    put_pair(v, split, image, "comp", question,
             synth_scene_count(scene, 2) > synth_scene_count(scene, 4) ? "yes" : "no");
}

static void put_image_row(vqa *v, int split, int image)
{
    for (int s = 0; s < 3; s++) {
        if (s != split) {
            put_inactive(&v->images[s], image);
            continue;
        }
        rs_buf_printf(&v->images[s],
                      "%s{\"id\": %d, \"date_added\": 1579865367.25, \"original_name\": "
                      "\"S2_%d.tif\", \"sensor\": \"S2\", \"people_id\": 0, "
                      "\"type\": \"\", \"questions_ids\": [",
                      image ? ", " : "", image, image);
        for (int q = 0; q < questions_per_image; q++)
            rs_buf_printf(&v->images[s], "%s%d", q ? ", " : "", image * questions_per_image + q);
        rs_buf_cstr(&v->images[s], "], \"active\": true}");
    }
}

static rsift_status put_vqa_file(synth_sink *sink, int split, const char *what, const rs_buf *rows,
                                 rsift_error *err)
{
    char name[64];
    rs_buf b = {0};
    rs_buf_printf(&b, "{\"%s\": [", what);
    rs_buf_str(&b, rs_buf_view(rows));
    rs_buf_cstr(&b, "]}");
    snprintf(name, sizeof name, "LR_split_%s_%s.json", splits[split], what);
    rsift_status status =
        rows->failed ? rs_err_nomem(err, name) : synth_sink_buf(sink, name, &b, err);
    rs_buf_fini(&b);
    return status;
}

/* Pictures i: train for the first half, then val, then test. The first test tile is a byte copy of
 * the first train tile when faults are planted. */
rsift_status synth_write_rsvqa(const synth_options *o, synth_sink *sink, synth_truth *truth,
                               rsift_error *err)
{
    vqa v = {0};
    rsift_status status = RSIFT_OK;
    int first_test = o->n_images * 3 / 4;
    for (int i = 0; status == RSIFT_OK && i < o->n_images; i++) {
        int split = i < o->n_images / 2 ? 0 : i < first_test ? 1 : 2;
        bool copy = o->faults && i == first_test;
        synth_scene scene;
        rs_pixels pixels;
        char name[64];
        synth_scene_make(&scene, o->seed + 5000, copy ? 0 : (uint32_t)i, o->side);
        ask_image(&v, split, i, &scene);
        put_image_row(&v, split, i);
        status = synth_scene_draw(&scene, &pixels, err);
        if (status != RSIFT_OK) break;
        snprintf(name, sizeof name, "Images_LR/%d.tif", i);
        status = put_tiff(sink, name, &pixels, err);
        rs_pixels_fini(&pixels);
        if (copy)
            synth_plant(truth, "leak-image", name,
                        "byte copy of the train picture Images_LR/0.tif");
    }
    if (o->faults) {
        put_pair(&v, 0, 1, "presence", "Is there a lighthouse in the image?", "");
        synth_plant(truth, "answer-empty", "LR_split_train_answers.json", "an answer without text");
    }
    for (int s = 0; s < 3; s++) {
        if (status == RSIFT_OK) status = put_vqa_file(sink, s, "questions", &v.questions[s], err);
        if (status == RSIFT_OK) status = put_vqa_file(sink, s, "answers", &v.answers[s], err);
        if (status == RSIFT_OK) status = put_vqa_file(sink, s, "images", &v.images[s], err);
        rs_buf_fini(&v.questions[s]);
        rs_buf_fini(&v.answers[s]);
        rs_buf_fini(&v.images[s]);
    }
    return status;
}

/* ---- conversations --------------------------------------------------------------------------- */

static void put_llava(rs_buf *b, const char *id, const char *image, const char *question,
                      const char *answer)
{
    rs_buf_cstr(b, b->len ? ",\n " : "\n ");
    rs_buf_cstr(b, "{\"id\": ");
    rs_json_put_str(b, rs_str_of(id));
    rs_buf_cstr(b, ", \"image\": ");
    rs_json_put_str(b, rs_str_of(image));
    rs_buf_cstr(b, ", \"conversations\": [{\"from\": \"human\", \"value\": ");
    rs_buf text = {0};
    rs_buf_cstr(&text, "<image>\n");
    rs_buf_cstr(&text, question);
    rs_json_put_str(b, rs_buf_view(&text));
    rs_buf_fini(&text);
    rs_buf_cstr(b, "}, {\"from\": \"gpt\", \"value\": ");
    rs_json_put_str(b, rs_str_of(answer));
    rs_buf_cstr(b, "}]}");
}

static const char *where(const synth_object *o, int side)
{
    double x = o->cx / side, y = o->cy / side;
    if (y < 0.33) return x < 0.33 ? "top-left" : x > 0.67 ? "top-right" : "top";
    if (y > 0.67) return x < 0.33 ? "bottom-left" : x > 0.67 ? "bottom-right" : "bottom";
    return x < 0.33 ? "left" : x > 0.67 ? "right" : "center";
}

static int percent(double v, int side)
{
    double p = floor(100 * v / side);
    return (int)(p < 0 ? 0 : p > 100 ? 100 : p);
}

static void describe(const synth_scene *s, char *out, size_t size)
{
    int n = snprintf(out, size, "An aerial image of %s",
                     s->water ? "a shore with fields" : "fields and a road");
    for (int c = 0; c < synth_n_classes && n > 0 && (size_t)n < size; c++) {
        int count = synth_scene_count(s, c);
        if (count)
            n += snprintf(out + n, size - (size_t)n, ", with %d %s", count,
                          count == 1 ? singulars[c] : plurals[c]);
    }
    if (n > 0 && (size_t)n < size) snprintf(out + n, size - (size_t)n, ".");
}

typedef struct chat {
    rs_buf train, caption, referring, vqa;
    int n_eval;
} chat;

static void put_eval(rs_buf *b, chat *c, const char *image, const char *question,
                     const char *answer, const char *type, const char *more)
{
    rs_buf_cstr(b, b->len ? ",\n    {\"image_id\":" : "\n    {\"image_id\":");
    rs_json_put_str(b, rs_str_of(image));
    rs_buf_cstr(b, ",\"question\":");
    rs_json_put_str(b, rs_str_of(question));
    rs_buf_cstr(b, ",\"ground_truth\":");
    rs_json_put_str(b, rs_str_of(answer));
    rs_buf_printf(b, ",\"dataset\":\"RSBench\",\"question_id\":%d,\"type\":\"%s\"%s}", c->n_eval++,
                  type, more);
}

static void talk_train(chat *c, const char *image, const synth_scene *s)
{
    char question[200], answer[300];
    describe(s, answer, sizeof answer);
    put_llava(&c->train, "Final_Data/v1.2", image, "[caption] Describe the image in detail",
              answer);
    for (int k = 0; k < s->n_objects && k < 3; k++) {
        const synth_object *o = &s->objects[k];
        snprintf(question, sizeof question,
                 "[refer] Give me the location of <p> the %s at the %s </p>",
                 singulars[o->class_number], where(o, s->side));
        snprintf(answer, sizeof answer, "{<%d><%d><%d><%d>}", percent(o->hbb[0], s->side),
                 percent(o->hbb[1], s->side), percent(o->hbb[2], s->side),
                 percent(o->hbb[3], s->side));
        put_llava(&c->train, "Final_Data/v1.2", image, question, answer);
    }
    for (int k = 0; k < synth_n_classes; k += 2) {
        snprintf(question, sizeof question,
                 "[vqa] Question: How many %s are visible? Short answer:", plurals[k]);
        snprintf(answer, sizeof answer, "%d", synth_scene_count(s, k));
        put_llava(&c->train, "Final_Data/v1.2", image, question, answer);
    }
}

static void talk_eval(chat *c, const char *image, const synth_scene *s)
{
    char question[200], answer[300], more[400];
    describe(s, answer, sizeof answer);
    put_eval(&c->caption, c, image, "Describe the image in detail", answer, "caption", "");
    for (int k = 0; k < s->n_objects && k < 2; k++) {
        const synth_object *o = &s->objects[k];
        int n = snprintf(more, sizeof more, ",\"unique\":false,\"obj_corner\":[");
        for (int i = 0; i < 8; i++)
            n += snprintf(more + n, sizeof more - (size_t)n, "%s%.6f", i ? "," : "",
                          o->quad[i] / s->side);
        snprintf(more + n, sizeof more - (size_t)n,
                 "],\"obj_cls\":\"%s\",\"obj_ids\":[0],\"size_group\":\"\"",
                 o->class_number == 1 ? "stadium"
                                      : singulars[o->class_number]); /* the list has no roofs */
        snprintf(question, sizeof question, "The %s at the %s.", singulars[o->class_number],
                 where(o, s->side));
        snprintf(answer, sizeof answer, "{<%d><%d><%d><%d>}", percent(o->hbb[0], s->side),
                 percent(o->hbb[1], s->side), percent(o->hbb[2], s->side),
                 percent(o->hbb[3], s->side));
        put_eval(&c->referring, c, image, question, answer, "ref", more);
    }
    snprintf(question, sizeof question, "How many %s are visible?", plurals[4]);
    snprintf(answer, sizeof answer, "%d", synth_scene_count(s, 4));
    put_eval(&c->vqa, c, image, question, answer, "object quantity", "");
}

static void plant_chat(chat *c, synth_truth *truth)
{
    const char *place = "VRSBench_train.json";
    put_llava(&c->train, "Final_Data/v1.2", "00001_0000.png", "[vqa] What is the weather like?",
              "");
    synth_plant(truth, "answer-empty", place, "an answer without text");
    put_llava(&c->train, "Final_Data/v1.2", "00001_0000.png",
              "[refer] Give me the location of <p> the left ship </p>", "{<10><2o><30>");
    put_llava(&c->train, "Final_Data/v1.2", "00002_0000.png",
              "[refer] Give me the location of <p> the left ship </p>",
              "{<10><20><30><40><50><60>}");
    synth_plant(truth, "box-text-unparsed", place, "a box with a letter and without its end");
    synth_plant(truth, "box-text-unparsed", place, "a box with six numbers");
    put_llava(&c->train, "Final_Data/v1.2", "00002_0000.png", "[vqa] Is it day or night?", "day");
    put_llava(&c->train, "Final_Data/v1.2", "00002_0000.png", "[vqa] Is it day or night?", "Day.");
    synth_plant(truth, "duplicate", place,
                "the same question and answer twice, spelled 'day' and 'Day.'");
    put_llava(&c->train, "Final_Data/v1.2", "00003_0000.png", "[vqa] Is it day or night?", "day");
    put_llava(&c->train, "Final_Data/v1.2", "00003_0000.png", "[vqa] Is it day or night?", "night");
    synth_plant(truth, "conflict", place, "the same question, two answers");
    put_llava(&c->train, "Final_Data/v1.2", "00004_0000.png",
              "[refer] Give me the location of <p> the far ship </p>", "{<60><40><131><70>}");
    synth_plant(truth, "region-clipped", place, "a box that ends at 131 of 100");
}

static rsift_status put_array(synth_sink *sink, const char *name, const rs_buf *rows,
                              rsift_error *err)
{
    rs_buf b = {0};
    rs_buf_char(&b, '[');
    rs_buf_str(&b, rs_buf_view(rows));
    rs_buf_cstr(&b, "\n]\n");
    rsift_status status =
        rows->failed ? rs_err_nomem(err, name) : synth_sink_buf(sink, name, &b, err);
    rs_buf_fini(&b);
    return status;
}

/* Crops of the scenes that synth_write_dior draws from the same seed at twice the side: tile k of
 * scene n is n_000k.png. Scenes of the first half go to train, others to val; with faults, crops of
 * three DIOR test scenes stand in train (a leak by lineage). */
rsift_status synth_write_vrsbench(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                  rsift_error *err)
{
    chat c = {0};
    rsift_status status = RSIFT_OK;
    for (int i = 1; status == RSIFT_OK && i <= o->n_images; i++) {
        bool eval = i > o->n_images * 2 / 3;
        bool leaks = o->faults && i <= o->n_images / 3 && i > o->n_images / 3 - 3;
        int number = leaks ? o->n_images + i : i; /* DIOR's second half is its test split */
        synth_scene scene, tile;
        rs_pixels pixels, crop;
        char name[64], image[32];
        synth_scene_make(&scene, o->seed, (uint32_t)number, 2 * o->side);
        status = synth_scene_draw(&scene, &pixels, err);
        if (status != RSIFT_OK) break;
        int at = o->side / 2;
        status = synth_crop(&scene, &pixels, at, at, o->side, &tile, &crop, err);
        rs_pixels_fini(&pixels);
        if (status != RSIFT_OK) break;
        snprintf(image, sizeof image, "%05d_0000.png", number);
        snprintf(name, sizeof name, "Images_%s/%s", eval ? "val" : "train", image);
        status = synth_sink_png(sink, name, &crop, err);
        rs_pixels_fini(&crop);
        if (leaks)
            synth_plant(truth, "leak-lineage", name,
                        "a crop of a picture of DIOR's test split, in train");
        if (eval) talk_eval(&c, image, &tile);
        else talk_train(&c, image, &tile);
    }
    if (o->faults) plant_chat(&c, truth);
    if (status == RSIFT_OK) status = put_array(sink, "VRSBench_train.json", &c.train, err);
    if (status == RSIFT_OK) status = put_array(sink, "VRSBench_EVAL_Cap.json", &c.caption, err);
    if (status == RSIFT_OK)
        status = put_array(sink, "VRSBench_EVAL_referring.json", &c.referring, err);
    if (status == RSIFT_OK) status = put_array(sink, "VRSBench_EVAL_vqa.json", &c.vqa, err);
    rs_buf_fini(&c.train);
    rs_buf_fini(&c.caption);
    rs_buf_fini(&c.referring);
    rs_buf_fini(&c.vqa);
    return status;
}

rsift_status synth_write_geochat(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                 rsift_error *err)
{
    rs_buf b = {0};
    rsift_status status = RSIFT_OK;
    for (int i = 0; status == RSIFT_OK && i < o->n_images; i++) {
        synth_scene s;
        rs_pixels pixels;
        char image[32], name[96], question[200];
        snprintf(image, sizeof image, "P%04d_%04d.png", i / 4, i % 4);
        synth_scene_make(&s, o->seed + 100, (uint32_t)i, o->side);
        for (int c = 0; c < synth_n_classes; c++) {
            int n = synth_scene_count(&s, c);
            if (n == 0) continue;
            rs_buf answer = {0};
            for (int k = 0; k < s.n_objects; k++) {
                const synth_object *x = &s.objects[k];
                if (x->class_number != c) continue;
                double box[4] = {x->cx - x->w / 2, x->cy - x->h / 2, x->cx + x->w / 2,
                                 x->cy + x->h / 2};
                if (answer.len && i % 2) rs_buf_cstr(&answer, "<delim>");
                rs_buf_printf(&answer, "{<%.0f><%.0f><%.0f><%.0f>|<%.0f>}",
                              rint(100 * box[0] / s.side), rint(100 * box[1] / s.side),
                              rint(100 * box[2] / s.side), rint(100 * box[3] / s.side), x->angle);
            }
            rs_buf_char(&answer, 0);
            snprintf(question, sizeof question, "[refer] where %s <p>%d %s</p> ?",
                     n == 1 ? "is" : "are", n, n == 1 ? singulars[c] : plurals[c]);
            if (!answer.failed) put_llava(&b, image, image, question, answer.ptr);
            rs_buf_fini(&answer);
        }
        status = synth_scene_draw(&s, &pixels, err);
        if (status != RSIFT_OK) break;
        snprintf(name, sizeof name,
                 "share/softwares/kartik/GeoChat_finetuning/final_images_llava/%s", image);
        status = synth_sink_png(sink, name, &pixels, err);
        rs_pixels_fini(&pixels);
    }
    if (o->faults) {
        put_llava(&b, "bad", "P0000_0000.png", "[refer] where is <p>ship</p> ?",
                  "{<12><x><30><40>|<90>}");
        synth_plant(truth, "box-text-unparsed", "GeoChat_Instruct.json", "a box with a letter");
    }
    if (status == RSIFT_OK) status = put_array(sink, "GeoChat_Instruct.json", &b, err);
    rs_buf_fini(&b);
    return status;
}

/* ---- captions -------------------------------------------------------------------------------- */

static void put_karpathy(rs_buf *b, int number, const char *filename, const char *split,
                         const char *more, const char *const *captions)
{
    rs_buf_printf(b,
                  "%s{\"filename\": \"%s\", \"imgid\": %d, \"split\": \"%s\"%s, \"sentids\": [%d, "
                  "%d, %d, %d, %d], \"sentences\": [",
                  number ? ", " : "", filename, number, split, more, 5 * number, 5 * number + 1,
                  5 * number + 2, 5 * number + 3, 5 * number + 4);
    for (int k = 0; k < 5; k++) {
        rs_buf_printf(b, "%s{\"raw\": ", k ? ", " : "");
        rs_json_put_str(b, rs_str_of(captions[k]));
        rs_buf_printf(b, ", \"tokens\": [], \"imgid\": %d, \"sentid\": %d}", number,
                      5 * number + k);
    }
    rs_buf_cstr(b, "]}");
}

rsift_status synth_write_rsicd(const synth_options *o, synth_sink *sink, synth_truth *truth,
                               rsift_error *err)
{
    rs_buf b = {0};
    rsift_status status = RSIFT_OK;
    rs_buf_cstr(&b, "{\"images\": [");
    for (int i = 0; status == RSIFT_OK && i < o->n_images; i++) {
        synth_scene s;
        rs_pixels pixels;
        char filename[48], name[96], texts[5][300];
        const char *captions[5];
        synth_scene_make(&s, o->seed + 200, (uint32_t)i, o->side);
        snprintf(filename, sizeof filename, "%s_%d.jpg", s.water ? "port" : "farmland", i + 1);
        for (int k = 0; k < 5; k++) {
            if (k == 0) describe(&s, texts[k], sizeof texts[k]);
            else
                snprintf(texts[k], sizeof texts[k], "there are %d %s near %s .",
                         synth_scene_count(&s, k), plurals[k], s.water ? "the water" : "a road");
            captions[k] = texts[k];
        }
        if (o->faults && i == 1) {
            captions[4] = captions[3];
            synth_plant(truth, "caption-repeated", filename,
                        "the fifth caption repeats the fourth");
        }
        put_karpathy(&b, i, filename,
                     i < o->n_images * 4 / 5    ? "train"
                     : i < o->n_images * 9 / 10 ? "val"
                                                : "test",
                     "", captions);
        status = synth_scene_draw(&s, &pixels, err);
        if (status != RSIFT_OK) break;
        snprintf(name, sizeof name, "RSICD_images/%s", filename);
        status = synth_sink_jpeg(sink, name, &pixels, 90, err);
        rs_pixels_fini(&pixels);
    }
    rs_buf_cstr(&b, "], \"dataset\": \"rsicd\"}");
    if (status == RSIFT_OK) status = synth_sink_buf(sink, "dataset_rsicd.json", &b, err);
    rs_buf_fini(&b);
    return status;
}

static rsift_status put_pair_pictures(const synth_options *o, synth_sink *sink, const char *split,
                                      const char *filename, int i, bool changed, rsift_error *err)
{
    synth_scene before, after;
    rs_pixels pixels;
    char name[96];
    synth_scene_make(&before, o->seed + 300, (uint32_t)i, o->side);
    after = before;
    if (changed && after.n_objects > 1) after.n_objects /= 2;
    for (int k = 0; k < 2; k++) {
        RS_TRY(synth_scene_draw(k ? &after : &before, &pixels, err));
        snprintf(name, sizeof name, "images/%s/%c/%s", split, k ? 'B' : 'A', filename);
        rsift_status status = synth_sink_png(sink, name, &pixels, err);
        rs_pixels_fini(&pixels);
        RS_TRY(status);
    }
    return RSIFT_OK;
}

rsift_status synth_write_levir(const synth_options *o, synth_sink *sink, synth_truth *truth,
                               rsift_error *err)
{
    (void)truth;
    static const char *const same[5] = {
        " there is no difference .", " the two scenes seem identical .",
        " the scene is the same as before .", " no change has occurred .",
        " almost nothing has changed ."};
    static const char *const other[5] = {
        " some objects have disappeared .", " half of the objects are gone .",
        " fewer objects are left .", " objects were removed .", " the scene has lost objects ."};
    rs_buf b = {0};
    rsift_status status = RSIFT_OK;
    rs_buf_cstr(&b, "{\"images\": [");
    for (int i = 0; status == RSIFT_OK && i < o->n_images; i++) {
        const char *split = splits[i < o->n_images * 2 / 3 ? 0 : i < o->n_images * 5 / 6 ? 1 : 2];
        char filename[48], more[64];
        bool changed = i % 2;
        snprintf(filename, sizeof filename, "%s_%06d.png", split, i);
        snprintf(more, sizeof more, ", \"filepath\": \"%s\", \"changeflag\": %d", split, changed);
        put_karpathy(&b, i, filename, split, more, changed ? other : same);
        status = put_pair_pictures(o, sink, split, filename, i, changed, err);
    }
    rs_buf_cstr(&b, "]}");
    if (status == RSIFT_OK) status = synth_sink_buf(sink, "LevirCCcaptions.json", &b, err);
    rs_buf_fini(&b);
    return status;
}

/* ---- lines and class folders ----------------------------------------------------------------- */

rsift_status synth_write_rsivqa(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                rsift_error *err)
{
    rs_buf ucm = {0}, hrrsd = {0};
    for (int i = 1; i <= o->n_images; i++) {
        rs_buf_printf(&ucm, "%d.tif:what is the theme of this picture?%s\n", i,
                      i % 2 ? "residential" : "farmland");
        rs_buf_printf(&hrrsd, "%05d: does this picture contain ship?%s\n", i, i % 3 ? "no" : "yes");
    }
    if (o->faults) {
        rs_buf_cstr(&hrrsd, "00001: does this picture contain ship?no\n");
        rs_buf_cstr(&ucm, "this line has no question\n");
        synth_plant(truth, "duplicate", "RSIVQA/HRRSD/opt_val_vqa.txt", "the first line again");
        synth_plant(truth, "format", "RSIVQA/UCM/ucm_vqa.txt", "a line without ':' and '?'");
    }
    rsift_status status = synth_sink_buf(sink, "RSIVQA/UCM/ucm_vqa.txt", &ucm, err);
    if (status == RSIFT_OK)
        status = synth_sink_buf(sink, "RSIVQA/HRRSD/opt_val_vqa.txt", &hrrsd, err);
    rs_buf_fini(&ucm);
    rs_buf_fini(&hrrsd);
    return status;
}

rsift_status synth_write_eurosat(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                 rsift_error *err)
{
    static const char *const classes[] = {"SeaLake", "AnnualCrop"};
    rsift_status status = RSIFT_OK;
    for (int i = 0; status == RSIFT_OK && i < o->n_images; i++) {
        synth_scene s;
        rs_pixels pixels;
        char name[64];
        bool copy = o->faults && i == o->n_images - 1 && i > 1;
        synth_scene_make(&s, o->seed + 400, copy ? 0 : (uint32_t)i, o->side);
        snprintf(name, sizeof name, "2750/%s/%s_%d.jpg", classes[!s.water], classes[!s.water],
                 i + 1);
        if (copy) synth_plant(truth, "duplicate", name, "byte copy of the first picture");
        status = synth_scene_draw(&s, &pixels, err);
        if (status != RSIFT_OK) break;
        status = synth_sink_jpeg(sink, name, &pixels, 90, err);
        rs_pixels_fini(&pixels);
    }
    return status;
}
