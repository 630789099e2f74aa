/* Numbers of a JSON document, replaced one by one; see in_place.h. */
#include "render/in_place.h"

#include "base/num.h"
#include "render/spelling.h"

bool rs_render_reads_json(const rs_render_model *model)
{
    const rs_render_spelling *spelling = model->spelling;
    return !spelling->number.open && !spelling->one.open && spelling->numbers.open &&
           rs_str_eq(rs_str_of(spelling->numbers.open), RS_STR("["));
}

rsift_status rs_render_measure_in_place(rs_render_job *job, const rs_region *region,
                                        rs_measured *out, const char **drop)
{
    *drop = "json-boxes";
    *out = (rs_measured){.box = {.label = region->label}};
    if (!rs_render_reads_json(job->options->model)) return RSIFT_OK;
    /* An angle has no place in the model's convention. */
    if (region->n_coords % 2) return RSIFT_OK;
    if (region->n_coords == 2 || region->n_coords == 4)
        return rs_render_measure(job, region, out, drop);
    return rs_render_measure_corners(job, region, out, drop);
}

rsift_status rs_render_put_in_place(rs_render_job *job, const rs_region *region,
                                    const rs_measured *item, rs_str text)
{
    const rs_render_spelling *spelling = job->options->model->spelling;
    const double *numbers = item->corners ? item->corners : item->numbers;
    size_t k = 0;
    if (!rs_arena_grow(job->arena, (void **)&job->boxes, &job->cap_boxes, job->n_boxes + 1,
                       sizeof *job->boxes))
        return rs_err_nomem(job->err, "boxes");
    const size_t begin = job->text.len;
    for (size_t i = 0; i < text.len;) {
        rs_str rest = rs_str_sub(text, i, text.len);
        const size_t n = rs_num_span(rest);
        if (!n) {
            rs_buf_char(&job->text, text.ptr[i++]);
            continue;
        }
        if (k < region->n_coords)
            rs_render_put_number(&job->text, spelling,
                                 numbers[rs_render_written_index(spelling, k, region->n_coords)]);
        k++;
        i += n;
    }
    /* Text and region disagree: the box cannot be replaced. */
    if (k != region->n_coords) job->drop = "json-boxes";
    rs_written_box *box = &job->boxes[job->n_boxes++];
    *box = item->box;
    box->message = (uint32_t)job->n_messages;
    box->begin = (uint32_t)begin;
    box->end = (uint32_t)job->text.len;
    return RSIFT_OK;
}
