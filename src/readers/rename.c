/* Classes under other names: see rename.h. */
#include "readers/rename.h"

rsift_status rs_rename_of(rs_arena *arena, const rs_source *source, rs_words *out, rsift_error *err)
{
    return rs_words_of(arena, source, "rename_classes", out, err);
}

/* The new name, in the batch's arena; the old one where there is none. */
static rsift_status rename_one(const rs_words *names, rs_batch *batch, rs_str *name,
                               rsift_error *err)
{
    const rs_str to = name->ptr ? rs_words_get(names, *name) : (rs_str){0};
    if (!to.ptr) return RSIFT_OK;
    *name = rs_arena_str(&batch->arena, to);
    return name->ptr ? RSIFT_OK : rs_err_nomem(err, "a class");
}

static rsift_status rename_labels(const rs_words *names, rs_batch *batch, rs_sample *sample,
                                  rsift_error *err)
{
    rs_str *labels = rs_arena_calloc(&batch->arena, sample->n_labels + 1, sizeof *labels);
    uint32_t n = 0;
    if (!labels) return rs_err_nomem(err, "classes");
    for (uint32_t i = 0; i < sample->n_labels; i++) {
        labels[n] = sample->labels[i];
        RS_TRY(rename_one(names, batch, &labels[n], err));
        uint32_t k = 0;
        while (k < n && !rs_str_eq(labels[k], labels[n])) k++;
        n += k == n;
    }
    sample->labels = labels;
    sample->n_labels = n;
    return RSIFT_OK;
}

static rsift_status rename_regions(const rs_words *names, rs_batch *batch, rs_sample *sample,
                                   rsift_error *err)
{
    rs_region *regions = rs_arena_calloc(&batch->arena, sample->n_regions + 1, sizeof *regions);
    if (!regions) return rs_err_nomem(err, "regions");
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        regions[i] = sample->regions[i];
        RS_TRY(rename_one(names, batch, &regions[i].label, err));
    }
    sample->regions = regions;
    return RSIFT_OK;
}

/* Samples of texts keep the words that their texts have. */
static bool has_classes(const rs_sample *sample)
{
    return sample->n_turns == 0;
}

rsift_status rs_rename_classes(const rs_words *names, rs_batch *batch, size_t first,
                               rsift_error *err)
{
    for (size_t i = first; names->n && i < batch->n_samples; i++) {
        rs_sample *sample = &batch->samples[i];
        if (!has_classes(sample)) continue;
        if (sample->n_labels) RS_TRY(rename_labels(names, batch, sample, err));
        if (sample->n_regions) RS_TRY(rename_regions(names, batch, sample, err));
    }
    return RSIFT_OK;
}
