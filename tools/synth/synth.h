/* Made-up releases with known truth: small aerial-like scenes written in the exact layout of a
 * dataset family, in any container, with faults planted on purpose and listed in truth.json.
 * Everything depends on (seed, number) only. It never pretends to be real data. */
#ifndef SYNTH_H
#define SYNTH_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rng.h"
#include "image/decode.h"

/* ---- scenes ---------------------------------------------------------------------------------- */

enum { synth_most_objects = 48, synth_n_classes = 5 };
extern const char *const
    synth_classes[synth_n_classes]; /* airplane, building, ship, storagetank, vehicle */

typedef struct synth_object {
    int class_number;
    double cx, cy, w, h; /* pixels; w along the object's own axis */
    double angle;        /* degrees, clockwise on screen, [0, 90) */
    double quad[8];      /* corners, clockwise on screen */
    double hbb[4];       /* x0 y0 x1 y1 of the quad */
} synth_object;

typedef struct synth_scene {
    uint64_t seed;
    uint32_t number;
    int side;     /* pixels; scenes are square */
    bool water;   /* left part is water: ships swim there */
    double shore; /* share of the width */
    synth_object objects[synth_most_objects];
    int n_objects;
} synth_scene;

void synth_scene_make(synth_scene *scene, uint64_t seed, uint32_t number, int side);
/* Draws background and objects; caller frees with rs_pixels_fini. */
rsift_status synth_scene_draw(const synth_scene *scene, rs_pixels *out, rsift_error *err);
int synth_scene_count(const synth_scene *scene, int class_number);
/* The part [x, x + side) x [y, y + side) of a drawn scene; objects whose centre lies inside move
 * along. */
rsift_status synth_crop(const synth_scene *scene, const rs_pixels *pixels, int x, int y, int side,
                        synth_scene *out_scene, rs_pixels *out, rsift_error *err);
/* One of the 8 orientations (0 = as it is) of a square picture. */
rsift_status synth_turn(const rs_pixels *pixels, int orientation, rs_pixels *out, rsift_error *err);

/* ---- where a release goes -------------------------------------------------------------------- */

/* "folder", "zip", "tar", "tar.gz", "7z": the layout inside is the same. For "parts" a zip is cut
 * into byte-joined pieces (x.part_aa ...), for "nested" a zip holds a tar that holds the files. */
typedef struct synth_sink synth_sink;
rsift_status synth_sink_open(const char *container, const char *path, synth_sink **out,
                             rsift_error *err);
rsift_status synth_sink_put(synth_sink *sink, const char *name, const void *bytes, size_t n,
                            rsift_error *err);
rsift_status synth_sink_buf(synth_sink *sink, const char *name, const rs_buf *buf,
                            rsift_error *err);
rsift_status synth_sink_png(synth_sink *sink, const char *name, const rs_pixels *pixels,
                            rsift_error *err);
rsift_status synth_sink_jpeg(synth_sink *sink, const char *name, const rs_pixels *pixels,
                             int quality, rsift_error *err);
rsift_status synth_sink_close(synth_sink *sink, rsift_error *err);
void synth_sink_discard(synth_sink *sink);

/* Removes an earlier demo's folder; refuses a folder that exists and holds no truth.json of ours.
 */
rsift_status synth_clear(const char *path, rsift_error *err);

/* ---- what was planted ------------------------------------------------------------------------ */

/* Counts per kind and the places, written as truth.json. */
typedef struct synth_truth {
    rs_buf items; /* JSON objects, comma-separated */
    struct synth_plant {
        char kind[40];
        int64_t n;
    } kinds[24];
    size_t n_kinds;
} synth_truth;
void synth_plant(synth_truth *truth, const char *kind, const char *place, const char *what);
int64_t synth_planted(const synth_truth *truth, const char *kind);
rsift_status synth_truth_write(const synth_truth *truth, const char *path, rsift_error *err);
void synth_truth_fini(synth_truth *truth);

/* ---- releases -------------------------------------------------------------------------------- */

typedef struct synth_options {
    const char *family; /* see synth_families */
    const char *container;
    const char *path;
    int n_images;
    int side; /* of the pictures */
    uint64_t seed;
    bool faults; /* plant them */
} synth_options;

typedef struct synth_family {
    const char *name, *summary;
    rsift_status (*write)(const synth_options *options, synth_sink *sink, synth_truth *truth,
                          rsift_error *err);
} synth_family;
extern const synth_family synth_families[]; /* .name == NULL ends */

rsift_status synth_release(const synth_options *options, synth_truth *truth, rsift_error *err);

enum { synth_dior_quality = 90 }; /* of DIOR's JPEG files */

/* The writers, one per family. */
rsift_status synth_write_coco(const synth_options *o, synth_sink *sink, synth_truth *truth,
                              rsift_error *err);
rsift_status synth_write_dior(const synth_options *o, synth_sink *sink, synth_truth *truth,
                              rsift_error *err);
rsift_status synth_write_dota(const synth_options *o, synth_sink *sink, synth_truth *truth,
                              rsift_error *err);
rsift_status synth_write_eurosat(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                 rsift_error *err);
rsift_status synth_write_geochat(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                 rsift_error *err);
rsift_status synth_write_levir(const synth_options *o, synth_sink *sink, synth_truth *truth,
                               rsift_error *err);
rsift_status synth_write_own(const synth_options *o, synth_sink *sink, synth_truth *truth,
                             rsift_error *err);
rsift_status synth_write_rsicd(const synth_options *o, synth_sink *sink, synth_truth *truth,
                               rsift_error *err);
rsift_status synth_write_rsivqa(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                rsift_error *err);
rsift_status synth_write_rsvqa(const synth_options *o, synth_sink *sink, synth_truth *truth,
                               rsift_error *err);
rsift_status synth_write_vrsbench(const synth_options *o, synth_sink *sink, synth_truth *truth,
                                  rsift_error *err);

/* A LLaVA array of n records as one large file, for measuring: about 700 bytes a record. */
rsift_status synth_write_records(const char *path, int64_t n, uint64_t seed, rsift_error *err);
/* n tiny distinct PNG pictures, loose or in one zip. */
rsift_status synth_write_pictures(const char *container, const char *path, int64_t n,
                                  rsift_error *err);

#endif
