/* Scenes: fields, water, roads, roofs, ships, aircraft, tanks, vehicles, with exact boxes. */
#include "synth/synth.h"

#include <math.h>

const char *const synth_classes[synth_n_classes] = {"airplane", "building", "ship", "storagetank",
                                                    "vehicle"};

static const double pi = 3.14159265358979323846;

static double between(rs_rng *rng, double low, double high)
{
    return low + (high - low) * rs_rng_unit(rng);
}

static void place_corners(synth_object *o)
{
    static const double unit[8] = {-1, -1, 1, -1, 1, 1, -1, 1}; /* clockwise on screen, y down */
    double c = cos(o->angle * pi / 180), s = sin(o->angle * pi / 180);
    o->hbb[0] = o->hbb[1] = 1e9;
    o->hbb[2] = o->hbb[3] = -1e9;
    for (int i = 0; i < 8; i += 2) {
        double dx = unit[i] * o->w / 2, dy = unit[i + 1] * o->h / 2;
        double x = o->cx + dx * c - dy * s, y = o->cy + dx * s + dy * c;
        o->quad[i] = x;
        o->quad[i + 1] = y;
        o->hbb[0] = fmin(o->hbb[0], x);
        o->hbb[1] = fmin(o->hbb[1], y);
        o->hbb[2] = fmax(o->hbb[2], x);
        o->hbb[3] = fmax(o->hbb[3], y);
    }
}

static bool overlaps(const synth_scene *scene, const synth_object *o)
{
    for (int i = 0; i < scene->n_objects; i++) {
        const double *a = scene->objects[i].hbb, *b = o->hbb;
        if (a[0] < b[2] + 3 && b[0] < a[2] + 3 && a[1] < b[3] + 3 && b[1] < a[3] + 3) return true;
    }
    return false;
}

void synth_scene_make(synth_scene *scene, uint64_t seed, uint32_t number, int side)
{
    static const double lengths[] = {0.12, 0.14, 0.13, 0.08, 0.06},
                        widths[] = {0.10, 0.10, 0.045, 0.08, 0.03};
    rs_rng rng = rs_rng_of(seed, (rs_id){number, 77});
    *scene = (synth_scene){.seed = seed, .number = number, .side = side};
    scene->water = rs_rng_below(&rng, 3) != 0;
    scene->shore = scene->water ? between(&rng, 0.25, 0.5) : 0;
    int wanted = 2 + (int)rs_rng_below(&rng, 9);
    for (int tries = 0; scene->n_objects < wanted && tries < 400; tries++) {
        synth_object o = {.class_number = (int)rs_rng_below(&rng, synth_n_classes)};
        bool ship = o.class_number == 2;
        if (ship && !scene->water) continue;
        double scale = between(&rng, 0.8, 1.3) * side;
        o.w = lengths[o.class_number] * scale;
        o.h = widths[o.class_number] * scale;
        o.angle = o.class_number == 3 ? 0 : floor(between(&rng, 0, 90));
        o.cx = ship ? between(&rng, 0.06, scene->shore - 0.02) * side
                    : between(&rng, scene->shore + 0.1, 0.93) * side;
        o.cy = between(&rng, 0.08, 0.92) * side;
        place_corners(&o);
        if (o.hbb[0] < 1 || o.hbb[1] < 1 || o.hbb[2] > side - 1 || o.hbb[3] > side - 1 ||
            overlaps(scene, &o))
            continue;
        scene->objects[scene->n_objects++] = o;
    }
}

int synth_scene_count(const synth_scene *scene, int class_number)
{
    int n = 0;
    for (int i = 0; i < scene->n_objects; i++) n += scene->objects[i].class_number == class_number;
    return n;
}

static void paint(rs_pixels *p, int x, int y, int r, int g, int b)
{
    if (x < 0 || y < 0 || x >= (int)p->width || y >= (int)p->height) return;
    uint8_t *at = p->rgb + 3 * ((size_t)y * p->width + (size_t)x);
    at[0] = (uint8_t)(r < 0 ? 0 : r > 255 ? 255 : r);
    at[1] = (uint8_t)(g < 0 ? 0 : g > 255 ? 255 : g);
    at[2] = (uint8_t)(b < 0 ? 0 : b > 255 ? 255 : b);
}

/* Fields of about an eighth of the side, each with its own green or brown, and fine noise. */
static void draw_ground(const synth_scene *s, rs_pixels *p)
{
    rs_rng rng = rs_rng_of(s->seed, (rs_id){s->number, 78});
    int field = s->side / 8 + 1, tones[64][3];
    for (int i = 0; i < 64; i++) {
        tones[i][0] = 70 + (int)rs_rng_below(&rng, 70);
        tones[i][1] = 95 + (int)rs_rng_below(&rng, 60);
        tones[i][2] = 55 + (int)rs_rng_below(&rng, 40);
    }
    int road = s->side / 2 + (int)rs_rng_below(&rng, (uint64_t)s->side / 4 + 1);
    for (int y = 0; y < s->side; y++) {
        for (int x = 0; x < s->side; x++) {
            int noise = (int)(rs_rng_next(&rng) & 15) - 8;
            const int *t = tones[(y / field * 8 + x / field) & 63];
            if (x < s->shore * s->side) paint(p, x, y, 30 + noise, 70 + noise, 110 + noise);
            else if (abs(y - road) < s->side / 48 + 1)
                paint(p, x, y, 135 + noise, 132 + noise, 128 + noise);
            else paint(p, x, y, t[0] + noise, t[1] + noise, t[2] + noise);
        }
    }
}

static void draw_object(rs_pixels *p, const synth_object *o)
{
    static const int colours[synth_n_classes][3] = {
        {235, 238, 242}, {176, 92, 74}, {214, 210, 200}, {228, 228, 220}, {52, 58, 150}};
    const int *rgb = colours[o->class_number];
    double c = cos(o->angle * pi / 180), s = sin(o->angle * pi / 180);
    for (int y = (int)o->hbb[1] - 1; y <= (int)o->hbb[3] + 1; y++) {
        for (int x = (int)o->hbb[0] - 1; x <= (int)o->hbb[2] + 1; x++) {
            double dx = x + 0.5 - o->cx, dy = y + 0.5 - o->cy;
            double u = (dx * c + dy * s) / (o->w / 2), v = (-dx * s + dy * c) / (o->h / 2);
            bool in = fabs(u) <= 1 && fabs(v) <= 1;
            if (o->class_number == 0)
                in = in && (fabs(v) < 0.22 || fabs(u - 0.05) < 0.2 || (u < -0.75 && fabs(v) < 0.5));
            if (o->class_number == 2) in = in && fabs(v) < 1.4 - fabs(u);
            if (o->class_number == 3) in = u * u + v * v <= 1;
            if (in)
                paint(p, x, y, rgb[0] - (int)(18 * v), rgb[1] - (int)(18 * v),
                      rgb[2] - (int)(18 * v));
        }
    }
}

rsift_status synth_scene_draw(const synth_scene *scene, rs_pixels *out, rsift_error *err)
{
    RS_TRY(rs_pixels_init(out, (uint64_t)scene->side, (uint64_t)scene->side, NULL, err));
    draw_ground(scene, out);
    for (int i = 0; i < scene->n_objects; i++) draw_object(out, &scene->objects[i]);
    return RSIFT_OK;
}

rsift_status synth_crop(const synth_scene *scene, const rs_pixels *pixels, int x, int y, int side,
                        synth_scene *out_scene, rs_pixels *out, rsift_error *err)
{
    RS_TRY(rs_pixels_init(out, (uint64_t)side, (uint64_t)side, NULL, err));
    for (int row = 0; row < side; row++)
        memcpy(out->rgb + 3 * (size_t)row * (size_t)side,
               pixels->rgb + 3 * ((size_t)(y + row) * pixels->width + (size_t)x), 3 * (size_t)side);
    *out_scene = *scene;
    out_scene->side = side;
    out_scene->n_objects = 0;
    for (int i = 0; i < scene->n_objects; i++) {
        synth_object o = scene->objects[i];
        o.cx -= x;
        o.cy -= y;
        place_corners(&o);
        if (o.hbb[0] < 0 || o.hbb[1] < 0 || o.hbb[2] > side || o.hbb[3] > side) continue;
        out_scene->objects[out_scene->n_objects++] = o;
    }
    return RSIFT_OK;
}

rsift_status synth_turn(const rs_pixels *pixels, int orientation, rs_pixels *out, rsift_error *err)
{
    RS_TRY(rs_pixels_init(out, pixels->width, pixels->height, NULL, err));
    memcpy(out->rgb, pixels->rgb, 3 * (size_t)pixels->width * pixels->height);
    return rs_image_orient(out, (unsigned)(orientation & 7) + 1, err);
}
