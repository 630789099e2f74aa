/* One chunk: parsed, its pictures found, its samples rendered and packed; see item.h. */
#include "emit/item.h"

#include "base/alloc.h"
#include "emit/packed.h"
#include "emit/truth.h"
#include "emit/verify.h"
#include "render/unwritable.h"

#include <inttypes.h>

/* The pictures that a record shows, in its order, as they are written. */
typedef struct record_pictures {
    uint32_t *numbers;
    rs_str *names;
    double *widths, *heights;
    size_t n;
} record_pictures;

/* A sample on its way to a record. */
typedef struct making {
    const rs_emit_source *source;
    rs_emit_item *it;
    const rs_wanted *want; /* its pictures, of which there are n_assets */
    size_t n_assets;
    rs_sample sample;         /* as its pictures will be shown */
    record_pictures pictures; /* in the item's arena */
    const char *drop;         /* why there is no record; NULL = there is one */
} making;

/* The wanted sample, found by its place; NULL when another one is there. */
static const rs_sample *find_sample(const rs_batch *batch, const rs_wanted *want)
{
    size_t low = 0, high = batch->n_samples; /* samples are in the order of (ordinal, sub) */
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const rs_sample *s = &batch->samples[mid];
        if (s->ordinal < want->ordinal || (s->ordinal == want->ordinal && s->sub < want->sub))
            low = mid + 1;
        else high = mid;
    }
    /* The place is not enough: an edited file may have another record there. */
    if (low < batch->n_samples && rs_id_eq(batch->samples[low].id, want->id))
        return &batch->samples[low];
    return NULL;
}

/* Notes a sample that cannot be written. */
static rsift_status note_dropped(rs_emit_item *it, const rs_sample *sample, const char *reason,
                                 rsift_error *err)
{
    if (!RS_VEC_RESERVE(it->dropped, it->cap_dropped, it->n_dropped + 1))
        return rs_err_nomem(err, "a dropped sample");
    it->dropped[it->n_dropped++] = (rs_emit_dropped){sample->id, sample->task, reason};
    return RSIFT_OK;
}

/* Room for the pictures of the sample; masks leave the end of each list unused. */
static bool make_room(making *m)
{
    record_pictures *p = &m->pictures;
    const size_t n = (size_t)m->sample.n_assets + 1;
    p->numbers = rs_arena_alloc(&m->it->arena, n * sizeof *p->numbers);
    p->names = rs_arena_alloc(&m->it->arena, n * sizeof *p->names);
    p->widths = rs_arena_alloc(&m->it->arena, n * sizeof *p->widths);
    p->heights = rs_arena_alloc(&m->it->arena, n * sizeof *p->heights);
    return p->numbers && p->names && p->widths && p->heights;
}

/* Finds the pictures of the sample, without its masks. They are those that the index decided for:
 * names are not resolved again. */
static rsift_status find_pictures(making *m, rsift_error *err)
{
    const rs_emit_job *j = m->source->job;
    record_pictures *p = &m->pictures;
    if (!make_room(m)) return rs_err_nomem(err, "a record");
    if (m->n_assets > m->sample.n_assets) m->drop = "unresolved-picture";
    for (p->n = 0; !m->drop && p->n < m->n_assets; p->n++) {
        p->numbers[p->n] = m->want[p->n].shown;
        if (p->numbers[p->n] == RS_WANTED_UNRESOLVED) m->drop = "unresolved-picture";
    }
    if (!m->drop && !rs_render_masks_last(&m->sample)) m->drop = "task-not-text";
    if (!m->drop) m->drop = rs_writer_refuses(j->writer, (uint32_t)p->n);
    for (size_t i = 0; !m->drop && i < p->n; i++) {
        const rs_emit_picture *picture = &j->pictures.items[p->numbers[i]];
        if (picture->bands_unknown) m->drop = "bands-unknown";
        p->names[i] = picture->name;
        p->widths[i] = picture->width;
        p->heights[i] = picture->height;
    }
    return RSIFT_OK;
}

/* Moves the regions to where they lie on the pictures as shown: boxes made on another size are
 * scaled, boxes on stored pixels turn with the picture. Drops the sample when a box cannot be
 * placed. */
static rsift_status move_regions(making *m, rsift_error *err)
{
    rs_sample *sample = &m->sample;
    rs_region *moved = NULL;
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *region = &sample->regions[i];
        const size_t a = region->asset >= 0 ? (size_t)region->asset : 0;
        if (a >= m->pictures.n) continue;
        const rs_view_picture *picture =
            &m->source->job->pictures.items[m->pictures.numbers[a]].stored;
        const double stated[2] = {sample->assets[a].width, sample->assets[a].height};
        const rs_view view = rs_model_view(stated, picture);
        if (!rs_model_view_is_known(&view)) {
            m->drop = rs_model_finding_info(rs_model_view_trouble(&view))->code;
            return RSIFT_OK;
        }
        if (!rs_model_region_moves(region, &view)) continue;
        if (!moved) {
            moved = rs_arena_alloc(&m->it->arena, sample->n_regions * sizeof *moved);
            if (!moved) return rs_err_nomem(err, "a record");
            memcpy(moved, sample->regions, sample->n_regions * sizeof *moved);
        }
        if (!rs_model_region_shown(&m->it->arena, region, &view, picture, &moved[i]))
            return rs_err_nomem(err, "a record");
    }
    if (moved) sample->regions = moved;
    return RSIFT_OK;
}

/* Verifies some records as soon as they are spelled, before all of them are. */
static rsift_status verify_some(const rs_emit_job *j, rs_emit_item *it, const rs_rendered *r,
                                rs_str record, rsift_error *err)
{
    const rs_emit_meant meant = {r->boxes, r->n_boxes, r->widths, r->heights, r->n_images};
    if (!rs_emit_verifies_early(r->id, &meant)) return RSIFT_OK;
    char id[RS_ID_TEXT];
    rsift_status status = rs_emit_verify(j->writer, &j->render, record, &meant, &it->arena, err);
    if (status != RSIFT_OK) return rs_err_within(err, status, "sample %s", rs_id_text(id, r->id));
    it->n_decoded += rs_emit_n_compared(&meant);
    return RSIFT_OK;
}

/* Packs the record with its pictures, and its truth in an evaluation. */
static rsift_status pack_record(const making *m, const rs_rendered *out, rsift_error *err)
{
    const rs_emit_job *j = m->source->job;
    rs_emit_item *it = m->it;
    const record_pictures *p = &m->pictures;
    const size_t begin = rs_emit_pack(&it->packed, out, p->numbers), from = it->packed.len;
    rs_json_writer w = rs_json_writer_to(&it->packed);
    RS_TRY(j->writer->record(&j->set, out, &w, err));
    const rs_str record = rs_str_sub(rs_buf_view(&it->packed), from, it->packed.len);
    rs_emit_pack_record(&it->packed, begin, record);
    RS_TRY(verify_some(j, it, out, record, err));
    if (!j->mixture_id.len)
        RS_TRY(rs_emit_put_truth(&j->render, &m->sample, out, &it->packed, err));
    if (it->packed.failed || !RS_VEC_RESERVE(it->pieces, it->cap_pieces, it->n_pieces + 1) ||
        !RS_VEC_RESERVE(it->used, it->cap_used, it->n_used + p->n))
        return rs_err_nomem(err, "a record");
    /* Kept in the item: workers run side by side, and only the consumer marks pictures as used. */
    for (size_t i = 0; i < p->n; i++) it->used[it->n_used++] = p->numbers[i];
    it->pieces[it->n_pieces++] =
        (rs_emit_piece){out->id, out->repeat, w.n_keys, begin, it->packed.len};
    return RSIFT_OK;
}

/* Renders one repeat of a sample and packs its record, or notes why there is none. */
static rsift_status render_repeat(making *m, uint32_t repeat, rsift_error *err)
{
    const rs_emit_source *source = m->source;
    const record_pictures *p = &m->pictures;
    const rs_render_input input = {&m->sample, source->dataset, p->names,
                                   p->widths,  p->heights,      repeat};
    rs_render_options options = source->job->render;
    rs_rendered out;
    size_t record;
    if (source->file_classes)
        options.detection =
            source->file_classes[rs_record_of(&m->it->records, m->sample.ordinal, &record)->file];
    RS_TRY(rs_render(&options, &input, &m->it->arena, &out, err));
    m->drop = out.drop;
    if (m->drop) return RSIFT_OK;
    /* what the workspace says of a record was written by the same reading of it, or edited */
    if (out.n_images != p->n)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "record %" PRId64
                          ": the workspace names %zu pictures of it, the release %zu; `rsift "
                          "remove` the dataset and index it again",
                          m->want->ordinal, (size_t)p->n, (size_t)out.n_images);
    return pack_record(m, &out, err);
}

/* Renders a sample as often as it is wanted: all of its records are written or none. */
static rsift_status render_sample(making *m, rsift_error *err)
{
    rs_emit_item *it = m->it;
    const size_t n_pieces = it->n_pieces, n_used = it->n_used, packed = it->packed.len;
    rs_arena_reset(&it->arena);
    RS_TRY(find_pictures(m, err));
    if (!m->drop) RS_TRY(move_regions(m, err));
    for (uint32_t k = 0; k < m->want->n_repeats && !m->drop; k++) RS_TRY(render_repeat(m, k, err));
    if (!m->drop) return RSIFT_OK;
    it->n_pieces = n_pieces;
    it->n_used = n_used;
    it->packed.len = packed;
    return note_dropped(it, &m->sample, m->drop, err);
}

static bool is_oriented(const rs_sample *sample)
{
    for (uint32_t i = 0; i < sample->n_regions; i++)
        if (sample->regions[i].kind == RS_REGION_OBB) return true;
    return sample->n_regions &&
           rs_str_ends(rs_str_of(rs_model_task_name(sample->task)), RS_STR("-obb"));
}

rsift_status rs_emit_item_make(const rs_emit_source *source, rs_emit_item *it, rsift_error *err)
{
    it->packed.len = 0;
    it->n_pieces = it->n_dropped = it->n_used = 0;
    it->n_decoded = 0;
    it->oriented = false;
    RS_TRY(rs_records_parse(source->records, &it->records, &it->batch, err));
    it->n_samples = 0;
    for (size_t i = 0, n; i < it->n_wants; i += n, it->n_samples++) {
        const rs_wanted *want = &it->wants[i];
        n = rs_wanted_end(want, it->n_wants - i);
        /* A missing sample is an error, not a drop: index and release no longer agree. */
        const rs_sample *sample = find_sample(&it->batch, want);
        if (!sample)
            return rs_err_set(err, RSIFT_E_FORMAT,
                              "%.*s: record %" PRId64
                              " is another one now: changed since the index; index it again",
                              RS_STR_ARG(source->records->source->source.name), want->ordinal);
        it->oriented = it->oriented || is_oriented(sample);
        making m = {.source = source,
                    .it = it,
                    .want = want,
                    .n_assets = want->picture < 0 ? 0 : n,
                    .sample = *sample};
        m.sample.complete = (rs_complete)want->complete;
        RS_TRY(render_sample(&m, err));
    }
    return RSIFT_OK;
}

void rs_emit_item_fini(rs_emit_item *it)
{
    rs_record_chunk_fini(&it->records);
    rs_batch_fini(&it->batch);
    rs_arena_fini(&it->arena);
    rs_buf_fini(&it->packed);
    rs_free(it->pieces);
    rs_free(it->dropped);
    rs_free(it->used);
}
