/* Large inputs for measuring: one LLaVA array of any size, and many tiny pictures. */
#include "synth/synth.h"

#include "io/io.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const words[] = {"ships",    "harbor",   "runway",  "several", "white", "parked",
                                    "along",    "the",      "eastern", "edge",    "of",    "large",
                                    "building", "near",     "a",       "storage", "tank",  "field",
                                    "with",     "vehicles", "two",     "rows"};
enum { n_words = sizeof words / sizeof *words };

static void put_sentence(rs_buf *b, rs_rng *rng, int n)
{
    for (int i = 0; i < n; i++) {
        if (i) rs_buf_char(b, ' ');
        rs_buf_cstr(b, words[rs_rng_below(rng, n_words)]);
    }
}

static void put_record(rs_buf *b, int64_t i, uint64_t seed)
{
    rs_rng rng = rs_rng_of(seed, (rs_id){(uint64_t)i, 1});
    rs_buf_printf(b,
                  "%s{\"id\": \"synth-%" PRId64 "\", \"image\": \"tiles/%03" PRId64 "/%08" PRId64
                  ".png\", \"conversations\": [{\"from\": \"human\", \"value\": \"<image>\\n",
                  i ? ",\n" : "", i, i / 8 % 100000 / 1000, i / 8 % 100000);
    put_sentence(b, &rng, 12);
    rs_buf_cstr(b, "?\"}, {\"from\": \"gpt\", \"value\": \"");
    put_sentence(b, &rng, 30);
    rs_buf_cstr(b, ".\"}, {\"from\": \"human\", \"value\": \"[refer] where is <p>the ");
    put_sentence(b, &rng, 3);
    uint64_t x = rs_rng_below(&rng, 80), y = rs_rng_below(&rng, 80);
    rs_buf_printf(b,
                  "</p> ?\"}, {\"from\": \"gpt\", \"value\": \"{<%" PRIu64 "><%" PRIu64 "><%" PRIu64
                  "><%" PRIu64 ">|<%" PRIu64 ">}\"}]}",
                  x, y, x + 12, y + 9, rs_rng_below(&rng, 90));
}

rsift_status synth_write_records(const char *path, int64_t n, uint64_t seed, rsift_error *err)
{
    rs_io_out *out;
    RS_TRY(rs_io_out_open(rs_str_of(path), &out, err));
    rs_buf b = {0};
    rs_buf_char(&b, '[');
    rsift_status status = RSIFT_OK;
    for (int64_t i = 0; status == RSIFT_OK && i < n; i++) {
        put_record(&b, i, seed);
        if (b.len < 1 << 20) continue;
        status = b.failed ? rs_err_nomem(err, "records") : rs_io_out_write(out, b.ptr, b.len, err);
        b.len = 0;
    }
    rs_buf_cstr(&b, "]\n");
    if (status == RSIFT_OK)
        status = b.failed ? rs_err_nomem(err, "records") : rs_io_out_write(out, b.ptr, b.len, err);
    rs_buf_fini(&b);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

rsift_status synth_write_pictures(const char *container, const char *path, int64_t n,
                                  rsift_error *err)
{
    synth_sink *sink;
    RS_TRY(synth_sink_open(container, path, &sink, err));
    rs_pixels p;
    rsift_status status = rs_pixels_init(&p, 16, 16, NULL, err);
    for (int64_t i = 0; status == RSIFT_OK && i < n; i++) {
        rs_rng rng = rs_rng_of((uint64_t)i, (rs_id){9, 9});
        char name[64];
        for (size_t k = 0; k < 3 * 16 * 16; k++) p.rgb[k] = (uint8_t)rs_rng_next(&rng);
        snprintf(name, sizeof name, "tiles/%03" PRId64 "/%08" PRId64 ".png", i / 1000, i);
        status = synth_sink_png(sink, name, &p, err);
    }
    rs_pixels_fini(&p);
    if (status == RSIFT_OK) return synth_sink_close(sink, err);
    synth_sink_discard(sink);
    return status;
}
