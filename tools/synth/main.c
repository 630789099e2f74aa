/* rsift-synth: makes releases of known truth, of any family, container and size. */
#include "synth/synth.h"

#include "base/num.h"

#include <stdio.h>

static int usage(FILE *to)
{
    fputs("rsift-synth: made-up releases with planted faults, listed in truth.json\n\n"
          "usage: rsift-synth release FAMILY --out PATH [--container C] [--images N] [--side PX] "
          "[--seed S] [--clean]\n"
          "       rsift-synth records --out FILE --records N [--seed S]      one LLaVA array, "
          "about 550 bytes a record\n"
          "       rsift-synth pictures --out PATH --images N [--container C] tiny pictures\n\n"
          "containers: folder zip tar tar.gz 7z parts nested\nfamilies:\n",
          to);
    for (const synth_family *f = synth_families; f->name; f++)
        fprintf(to, "  %-10s %s\n", f->name, f->summary);
    return to == stdout ? 0 : 2;
}

static int fail(const rsift_error *err)
{
    fprintf(stderr, "rsift-synth: %s%s%s\n", err->where, err->where[0] ? ": " : "", err->message);
    return 2;
}

typedef struct arguments {
    synth_options options;
    const char *word, *truth;
    int64_t records;
} arguments;

static bool number(const char *text, int64_t *out)
{
    return text && rs_num_i64(rs_str_of(text), out) && *out >= 0;
}

static bool parse(int argc, char **argv, arguments *a)
{
    int64_t v = 0;
    for (int i = 1; i < argc; i++) {
        rs_str word = rs_str_of(argv[i]);
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        bool taken = true;
        if (rs_str_eq(word, RS_STR("--out"))) a->options.path = value;
        else if (rs_str_eq(word, RS_STR("--container"))) a->options.container = value;
        else if (rs_str_eq(word, RS_STR("--truth"))) a->truth = value;
        else if (rs_str_eq(word, RS_STR("--images")) && number(value, &v))
            a->options.n_images = (int)v;
        else if (rs_str_eq(word, RS_STR("--side")) && number(value, &v)) a->options.side = (int)v;
        else if (rs_str_eq(word, RS_STR("--seed")) && number(value, &v))
            a->options.seed = (uint64_t)v;
        else if (rs_str_eq(word, RS_STR("--records")) && number(value, &a->records)) taken = true;
        else taken = false;
        if (taken) {
            if (!value) return false;
            i++;
        } else if (rs_str_eq(word, RS_STR("--clean"))) {
            a->options.faults = false;
        } else if (!a->word) {
            a->word = argv[i];
        } else if (!a->options.family) {
            a->options.family = argv[i];
        } else {
            return false;
        }
    }
    return a->word && a->options.path && a->options.container;
}

int main(int argc, char **argv)
{
    arguments a = {
        .options = {.container = "folder", .n_images = 24, .side = 256, .seed = 1, .faults = true}};
    if (argc == 2 && rs_str_eq(rs_str_of(argv[1]), RS_STR("--help"))) return usage(stdout);
    if (!parse(argc, argv, &a)) return usage(stderr);
    rsift_error err = {0};
    rsift_status status;
    rs_str word = rs_str_of(a.word);
    if (rs_str_eq(word, RS_STR("records")))
        status = synth_write_records(a.options.path, a.records, a.options.seed, &err);
    else if (rs_str_eq(word, RS_STR("pictures")))
        status =
            synth_write_pictures(a.options.container, a.options.path, a.options.n_images, &err);
    else if (rs_str_eq(word, RS_STR("release")) && a.options.family) {
        synth_truth truth = {0};
        status = synth_release(&a.options, &truth, &err);
        if (status == RSIFT_OK && a.truth) status = synth_truth_write(&truth, a.truth, &err);
        synth_truth_fini(&truth);
    } else {
        return usage(stderr);
    }
    return status == RSIFT_OK ? 0 : fail(&err);
}
