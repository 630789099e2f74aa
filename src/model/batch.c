/* Batches: growable arrays in one arena, emptied and filled again for every chunk. */
#include "model/batch.h"

#include <stdarg.h>
#include <stdio.h>

void rs_batch_fini(rs_batch *batch)
{
    rs_arena_fini(&batch->arena);
    *batch = (rs_batch){0};
}

void rs_batch_reset(rs_batch *batch)
{
    rs_arena arena = batch->arena;
    rs_arena_reset(&arena); /* keeps blocks: the next batch costs hardly any malloc */
    *batch = (rs_batch){.arena = arena};
}

rs_sample *rs_batch_add(rs_batch *batch)
{
    if (!rs_arena_grow(&batch->arena, (void **)&batch->samples, &batch->cap_samples,
                       batch->n_samples + 1, sizeof *batch->samples))
        return NULL;
    rs_sample *sample = &batch->samples[batch->n_samples++];
    *sample = (rs_sample){.truth = true};
    return sample;
}

void rs_batch_drop(rs_batch *batch)
{
    batch->n_samples--;
    /* findings about it stay: they are the reason why its record was set aside */
    for (size_t i = 0; i < batch->n_findings; i++)
        if (batch->findings[i].sample == (int32_t)batch->n_samples) batch->findings[i].sample = -1;
    while (batch->n_open_boxes &&
           batch->open_boxes[batch->n_open_boxes - 1].sample == (int32_t)batch->n_samples)
        batch->n_open_boxes--;
}

rs_open_box *rs_batch_open_box(rs_batch *batch)
{
    if (!rs_arena_grow(&batch->arena, (void **)&batch->open_boxes, &batch->cap_open_boxes,
                       batch->n_open_boxes + 1, sizeof *batch->open_boxes))
        return NULL;
    rs_open_box *box = &batch->open_boxes[batch->n_open_boxes++];
    *box = (rs_open_box){.sample = -1, .asset = -1};
    return box;
}

/* The place of prefix + name, RS_MOST_UNKEPT + 1 = it has none yet. Records have their fields in
 * one order, so that the one behind the last is tried first. */
static size_t find_unkept(const rs_batch *batch, rs_str prefix, rs_str name)
{
    for (size_t k = 0; k < batch->n_unkept; k++) {
        const size_t i = (batch->next_unkept + k) % batch->n_unkept;
        const rs_str known = batch->unkept[i].name;
        if (known.len == prefix.len + name.len && rs_str_starts(known, prefix) &&
            rs_str_ends(known, name))
            return i;
    }
    return RS_MOST_UNKEPT + 1;
}

rsift_status rs_batch_unkept(rs_batch *batch, rs_str prefix, rs_str name, rsift_error *err)
{
    if (prefix.len + name.len > RS_UNKEPT_BYTES)
        name = rs_str_sub(name, 0, RS_UNKEPT_BYTES - prefix.len);
    size_t i = find_unkept(batch, prefix, name);
    if (i > RS_MOST_UNKEPT && batch->n_unkept >= RS_MOST_UNKEPT) {
        i = RS_MOST_UNKEPT; /* the last place counts the others */
        batch->n_unkept = RS_MOST_UNKEPT + 1;
    } else if (i > RS_MOST_UNKEPT) {
        i = batch->n_unkept++;
        batch->unkept[i] = (rs_unkept){rs_arena_join(&batch->arena, prefix, name, RS_STR("")), 0};
        if (!batch->unkept[i].name.ptr) return rs_err_nomem(err, "a field");
    }
    batch->unkept[i].n++;
    batch->next_unkept = i + 1;
    return RSIFT_OK;
}

rsift_status rs_batch_find(rs_batch *batch, const rs_finding *finding, rsift_error *err,
                           const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    rs_finding kept = *finding;
    kept.where = rs_arena_str(&batch->arena, finding->where);
    kept.message = rs_arena_str(&batch->arena, rs_str_make(text, len));
    if (!kept.where.ptr || !kept.message.ptr ||
        !rs_arena_grow(&batch->arena, (void **)&batch->findings, &batch->cap_findings,
                       batch->n_findings + 1, sizeof *batch->findings))
        return rs_err_nomem(err, "a finding");
    batch->findings[batch->n_findings++] = kept;
    return RSIFT_OK;
}
