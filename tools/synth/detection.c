/* Detection releases: DIOR (VOC XML, both kinds of boxes), DOTA text, COCO JSON. */
#include "synth/synth.h"

#include "codec/json.h"

#include <math.h>
#include <stdio.h>

/* ---- DIOR ------------------------------------------------------------------------------------ */

/* DIOR has no class for roofs; they are called what they resemble most from above. */
static const char *dior_class(int class_number)
{
    return class_number == 1 ? "stadium" : synth_classes[class_number];
}

static void put_head(rs_buf *b, const char *name, int side, const char *line_end)
{
    rs_buf_printf(b,
                  "<annotation>%s\t<filename>%s.jpg</filename>%s\t<source><database>DIOR</"
                  "database></source>%s"
                  "\t<size><width>%d</width><height>%d</height><depth>3</depth></"
                  "size>%s\t<segmented>0</segmented>%s",
                  line_end, name, line_end, line_end, side, side, line_end, line_end);
}

static void put_hbb(rs_buf *b, const char *class_name, const double box[4])
{
    rs_buf_printf(b,
                  "\t<object>\r\n\t\t<name>%s</name>\r\n\t\t<pose>Unspecified</"
                  "pose>\r\n\t\t<bndbox><xmin>%.0f</xmin><ymin>%.0f</ymin>"
                  "<xmax>%.0f</xmax><ymax>%.0f</ymax></bndbox>\r\n\t</object>\r\n",
                  class_name, box[0], box[1], box[2], box[3]);
}

static void put_obb(rs_buf *b, const synth_object *o)
{
    static const char *const names[] = {"left_top", "right_top", "right_bottom", "left_bottom"};
    rs_buf_printf(b,
                  "  <object>\n    <type>robndbox</type>\n    <name>%s</name>\n    "
                  "<pose>Unspecified</pose>\n    <truncated>0</truncated>\n"
                  "    <difficult>0</difficult>\n    <robndbox>",
                  dior_class(o->class_number));
    for (int i = 0; i < 4; i++)
        rs_buf_printf(b, "<x_%s>%.0f</x_%s><y_%s>%.0f</y_%s>", names[i], o->quad[2 * i], names[i],
                      names[i], o->quad[2 * i + 1], names[i]);
    rs_buf_printf(b, "</robndbox>\n    <angle>%g</angle>\n  </object>\n",
                  o->angle > 45 ? o->angle - 90 : o->angle);
}

static void plant_boxes(const synth_options *o, int number, rs_buf *b, synth_truth *truth)
{
    char place[64];
    snprintf(place, sizeof place, "Annotations/Horizontal Bounding Boxes/%05d.xml", number);
    if (number == 3) {
        put_hbb(b, "ship", (double[4]){20, 30, 20, 60});
        synth_plant(truth, "region-degenerate", place, "a box of width 0");
    }
    if (number == 5 || number == 6) {
        put_hbb(b, "vehicle", (double[4]){o->side - 30.0, 30, o->side + 14.0, 60});
        synth_plant(truth, "region-clipped", place, "a box that ends 14 pixels outside");
    }
    if (number == 7) {
        put_hbb(b, "spaceship", (double[4]){20, 30, 50, 60});
        synth_plant(truth, "class-unknown", place, "a class that is not in the list");
    }
}

static rsift_status put_dior_picture(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                     const synth_scene *scene, const char *folder, int number,
                                     rsift_error *err)
{
    char name[96];
    snprintf(name, sizeof name, "%s/%05d.jpg", folder, number);
    rs_pixels pixels;
    rs_buf jpeg = {0};
    RS_TRY(synth_scene_draw(scene, &pixels, err));
    rsift_status status = rs_image_encode_jpeg(&pixels, synth_dior_quality, &jpeg, err);
    size_t n = jpeg.len;
    if (o->faults && number == 4) {
        n = n * 2 / 3;
        synth_plant(truth, "image-truncated", name, "the file ends after two thirds");
    }
    if (o->faults && number == 8)
        synth_plant(truth, "image-missing", name, "named by two XML files, not there");
    else if (status == RSIFT_OK) status = synth_sink_put(sink, name, jpeg.ptr, n, err);
    rs_buf_fini(&jpeg);
    rs_pixels_fini(&pixels);
    return status;
}

static rsift_status put_dior_scene(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                   int number, const char *folder, rsift_error *err)
{
    synth_scene scene;
    char stem[16], path[96];
    synth_scene_make(&scene, o->seed, (uint32_t)number, o->side);
    snprintf(stem, sizeof stem, "%05d", number);
    rs_buf h = {0}, r = {0};
    put_head(&h, stem, o->side, "\r\n");
    rs_buf_cstr(&r, "<?xml version=\"1.0\"?>\n");
    put_head(&r, stem, o->side, "\n");
    for (int i = 0; i < scene.n_objects; i++) {
        double box[4];
        for (int k = 0; k < 4; k++)
            box[k] = k < 2 ? floor(scene.objects[i].hbb[k]) : ceil(scene.objects[i].hbb[k]);
        put_hbb(&h, dior_class(scene.objects[i].class_number), box);
        put_obb(&r,
                &scene.objects[scene.n_objects - 1 - i]); /* the two kinds list in another order */
    }
    if (o->faults) plant_boxes(o, number, &h, truth);
    rs_buf_cstr(&h, "</annotation>\r\n");
    rs_buf_cstr(&r, "</annotation>\n");
    snprintf(path, sizeof path, "Annotations/Horizontal Bounding Boxes/%s.xml", stem);
    rsift_status status = synth_sink_buf(sink, path, &h, err);
    snprintf(path, sizeof path, "Annotations/Oriented Bounding Boxes/%s.xml", stem);
    if (status == RSIFT_OK) status = synth_sink_buf(sink, path, &r, err);
    rs_buf_fini(&h);
    rs_buf_fini(&r);
    if (status != RSIFT_OK) return status;
    return put_dior_picture(o, sink, truth, &scene, folder, number, err);
}

rsift_status synth_write_dior(const synth_options *o, synth_sink *sink, synth_truth *truth,
                              rsift_error *err)
{
    rs_buf lists[3] = {{0}, {0}, {0}};
    static const char *const names[] = {"ImageSets/Main/train.txt", "ImageSets/Main/val.txt",
                                        "ImageSets/Main/test.txt"};
    rsift_status status = RSIFT_OK;
    for (int i = 1; status == RSIFT_OK && i <= o->n_images; i++) {
        int split = i <= o->n_images / 3 ? 0 : i <= o->n_images / 2 ? 1 : 2;
        rs_buf_printf(&lists[split], "%05d\r\n", i);
        status = put_dior_scene(o, sink, truth, i,
                                split == 2 ? "JPEGImages-test" : "JPEGImages-trainval", err);
    }
    for (int s = 0; s < 3; s++) {
        if (status == RSIFT_OK) status = synth_sink_buf(sink, names[s], &lists[s], err);
        rs_buf_fini(&lists[s]);
    }
    return status;
}

/* ---- DOTA ------------------------------------------------------------------------------------ */

static const char *dota_class(int class_number)
{
    static const char *const names[synth_n_classes] = {"plane", "harbor", "ship", "storage-tank",
                                                       "small-vehicle"};
    return names[class_number];
}

rsift_status synth_write_dota(const synth_options *o, synth_sink *sink, synth_truth *truth,
                              rsift_error *err)
{
    rsift_status status = RSIFT_OK;
    for (int i = 0; status == RSIFT_OK && i < o->n_images; i++) {
        synth_scene scene;
        rs_pixels pixels;
        char name[96];
        const char *split = i < o->n_images * 3 / 4 ? "train" : "val";
        synth_scene_make(&scene, o->seed, (uint32_t)i, o->side);
        rs_buf b = {0};
        rs_buf_cstr(&b, "imagesource:GoogleEarth\r\ngsd:0.25\r\n");
        for (int k = 0; k < scene.n_objects; k++) {
            for (int c = 0; c < 8; c++) rs_buf_printf(&b, "%.1f ", scene.objects[k].quad[c]);
            rs_buf_printf(&b, "%s %d\r\n", dota_class(scene.objects[k].class_number), k % 7 == 6);
        }
        snprintf(name, sizeof name, "%s/labelTxt-v1.0/labelTxt/P%04d.txt", split, i);
        if (o->faults && i == 1) {
            rs_buf_cstr(&b, "10 10 20 10 20 twenty 10 20 ship 0\r\n");
            synth_plant(truth, "number", name, "a coordinate that is a word");
        }
        status = synth_sink_buf(sink, name, &b, err);
        rs_buf_fini(&b);
        if (status == RSIFT_OK) status = synth_scene_draw(&scene, &pixels, err);
        if (status != RSIFT_OK) break;
        snprintf(name, sizeof name, "%s/images/P%04d.png", split, i);
        status = synth_sink_png(sink, name, &pixels, err);
        rs_pixels_fini(&pixels);
    }
    return status;
}

/* ---- COCO ------------------------------------------------------------------------------------ */

static void put_annotation(rs_buf *b, int id, int image, const synth_object *o)
{
    rs_buf_printf(b, "%s{\"id\":%d,\"image_id\":%d,\"category_id\":%d,\"segmentation\":[[",
                  id ? "," : "", id, image, o->class_number + 1);
    for (int c = 0; c < 8; c++) rs_buf_printf(b, "%s%.1f", c ? "," : "", o->quad[c]);
    rs_buf_printf(b, "]],\"area\":%.1f,\"bbox\":[%.1f,%.1f,%.1f,%.1f],\"iscrowd\":0}", o->w * o->h,
                  o->hbb[0], o->hbb[1], o->hbb[2] - o->hbb[0], o->hbb[3] - o->hbb[1]);
}

rsift_status synth_write_coco(const synth_options *o, synth_sink *sink, synth_truth *truth,
                              rsift_error *err)
{
    static const char *const categories[synth_n_classes] = {"airplane", "bridge", "ship",
                                                            "storage_tank", "vehicle"};
    rs_buf images = {0}, annotations = {0};
    rsift_status status = RSIFT_OK;
    int id = 0;
    for (int i = 0; status == RSIFT_OK && i < o->n_images; i++) {
        synth_scene scene;
        rs_pixels pixels;
        char name[96];
        synth_scene_make(&scene, o->seed, (uint32_t)i, o->side);
        rs_buf_printf(&images,
                      "%s{\"id\":%d,\"file_name\":\"%03d.jpg\",\"width\":%d,\"height\":%d}",
                      i ? "," : "", i, i + 1, o->side, o->side);
        for (int k = 0; k < scene.n_objects; k++)
            put_annotation(&annotations, id++, i, &scene.objects[k]);
        status = synth_scene_draw(&scene, &pixels, err);
        if (status != RSIFT_OK) break;
        snprintf(name, sizeof name, "NWPU VHR-10_dataset_coco/positive image set/%03d.jpg", i + 1);
        status = synth_sink_jpeg(sink, name, &pixels, 90, err);
        rs_pixels_fini(&pixels);
    }
    if (o->faults) {
        rs_buf_printf(
            &annotations,
            ",{\"id\":%d,\"image_id\":999999,\"category_id\":1,\"bbox\":[1,1,5,5],\"iscrowd\":0}",
            id);
        synth_plant(truth, "link-orphan", "annotations.json",
                    "an annotation of an image that is not listed");
    }
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\"type\":\"instances\",\"annotations\":["); /* annotations before images: any
                                                                     order is legal */
    rs_buf_str(&b, rs_buf_view(&annotations));
    rs_buf_cstr(&b, "],\"images\":[");
    rs_buf_str(&b, rs_buf_view(&images));
    rs_buf_cstr(&b, "],\"categories\":[");
    for (int c = 0; c < synth_n_classes; c++)
        rs_buf_printf(&b, "%s{\"id\":%d,\"name\":\"%s\"}", c ? "," : "", c + 1, categories[c]);
    rs_buf_cstr(&b, "]}");
    if (images.failed || annotations.failed) status = rs_err_nomem(err, "annotations");
    if (status == RSIFT_OK)
        status = synth_sink_buf(sink, "NWPU VHR-10_dataset_coco/annotations.json", &b, err);
    rs_buf_fini(&b);
    rs_buf_fini(&images);
    rs_buf_fini(&annotations);
    return status;
}
