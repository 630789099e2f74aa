/* CPU time of hashing JPEGs beside libjpeg-turbo alone on the same bytes. The ways take turns
 * picture by picture, so that a busy machine slows all of them alike.
 *   bench_hashing TIMES WAY[,WAY...] PICTURE...
 *     full       all pixels as RGB, no more          exact      rs_image_hash_bytes
 *     grey       luma alone, scaled as `scaled` does  scaled    the same with no_exact
 *     grey8      luma alone at an eighth
 * Prints a line a way: its name, pictures per CPU second, milliseconds a picture, peak MB. */
#include "image/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <jpeglib.h>

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static rs_str read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    long n = -1;
    if (f && fseek(f, 0, SEEK_END) == 0) n = ftell(f);
    char *bytes = n >= 0 ? malloc((size_t)n + 1) : NULL;
    if (!bytes || fseek(f, 0, SEEK_SET) != 0 || fread(bytes, 1, (size_t)n, f) != (size_t)n) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    fclose(f);
    return (rs_str){bytes, (size_t)n};
}

/* The scale at which the shorter side keeps 256 pixels, as image/hash.h has it. */
static unsigned scale_of(unsigned width, unsigned height)
{
    const unsigned side = width < height ? width : height;
    unsigned scale = 8;
    while (scale > 1 && (side + scale - 1) / scale < 256) scale /= 2;
    return scale;
}

/* scale 0: by the picture's size. */
static void decode_alone(rs_str bytes, J_COLOR_SPACE colour, unsigned scale)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, (const unsigned char *)bytes.ptr, bytes.len);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = colour;
    jpeg.scale_num = 1;
    jpeg.scale_denom = scale ? scale : scale_of(jpeg.image_width, jpeg.image_height);
    jpeg_start_decompress(&jpeg);
    JSAMPROW row = malloc((size_t)jpeg.output_width * 3);
    while (jpeg.output_scanline < jpeg.output_height) jpeg_read_scanlines(&jpeg, &row, 1);
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    free(row);
}

static void hash(rs_str bytes, bool no_exact)
{
    rs_image_hash out;
    rsift_error err;
    const rs_image_hash_options options = {.no_exact = no_exact};
    if (rs_image_hash_bytes(bytes, NULL, &options, &out, &err) != RSIFT_OK) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
}

static void do_way(const char *way, rs_str bytes)
{
    if (strcmp(way, "full") == 0) decode_alone(bytes, JCS_RGB, 1);
    else if (strcmp(way, "grey") == 0) decode_alone(bytes, JCS_GRAYSCALE, 0);
    else if (strcmp(way, "grey8") == 0) decode_alone(bytes, JCS_GRAYSCALE, 8);
    else if (strcmp(way, "exact") == 0) hash(bytes, false);
    else if (strcmp(way, "scaled") == 0) hash(bytes, true);
    else {
        fprintf(stderr, "no way is called %s\n", way);
        exit(2);
    }
}

/* Of this program alone: getrusage counts the one that started it too. */
static double peak_mb(void)
{
    char line[256];
    double kilobytes = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmHWM:", 6) == 0) kilobytes = strtod(line + 6, NULL);
    if (f) fclose(f);
    return kilobytes / 1024;
}

int main(int argc, char **argv)
{
    enum { MOST = 8 };
    char *ways[MOST] = {0};
    double seconds[MOST] = {0};
    int n_ways = 0;
    if (argc < 4) return 2;
    for (char *way = strtok(argv[2], ","); way && n_ways < MOST; way = strtok(NULL, ","))
        ways[n_ways++] = way;
    const int times = atoi(argv[1]);
    for (int i = 3; i < argc; i++) {
        const rs_str bytes = read_file(argv[i]);
        for (int k = 0; k < n_ways; k++) do_way(ways[k], bytes); /* unmeasured: caches are warm */
        for (int t = 0; t < times; t++) {
            for (int k = 0; k < n_ways; k++) {
                const double began = cpu_now();
                do_way(ways[k], bytes);
                seconds[k] += cpu_now() - began;
            }
        }
        free((char *)bytes.ptr);
    }
    const double n = (double)(argc - 3) * times;
    for (int k = 0; k < n_ways; k++)
        printf("%s %.1f %.3f %.1f\n", ways[k], n / seconds[k], seconds[k] / n * 1e3, peak_mb());
    return 0;
}
