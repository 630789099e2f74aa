/* Options as a job: words looked up, combinations that cannot be written refused. */
#include "emit/asked.h"

#include "base/num.h"
#include "image/bands.h"

/* The error of a word that is none of the names in `choices`, which is freed. */
static rsift_status unknown(const char *option, const char *found, rs_buf *choices,
                            rsift_error *err)
{
    rs_err_set(err, RSIFT_E_ARG, "unknown %s \"%s\"; --%s is one of %.*s", option, found, option,
               RS_STR_ARG(rs_buf_view(choices)));
    rs_buf_fini(choices);
    return RSIFT_E_ARG;
}

/* The form of oriented boxes. A form that the model was never taught would be asked for in vain:
 * `native` is refused where there is none. */
static rsift_status check_obb(rs_emit_job *j, rsift_error *err)
{
    const rs_str form = rs_str_of(j->options->obb ? j->options->obb : "hbb");
    const rs_render_model *model = j->render.model;
    const bool native = rs_str_eq(form, RS_STR("native"));
    if (native && !model->native_quad)
        return rs_err_set(err, RSIFT_E_ARG,
                          "%s has no oriented form of its own; --obb is quad or hbb", model->name);
    if (native || rs_str_eq(form, RS_STR("quad"))) j->render.obb_mode = RS_OBB_AS_QUAD_TEXT;
    else if (!rs_str_eq(form, RS_STR("hbb")))
        return rs_err_set(err, RSIFT_E_ARG, "--obb is hbb, quad or native, found \"%.64s\"",
                          form.ptr);
    return RSIFT_OK;
}

/* The layout and the model, and whether they go together. */
static rsift_status check_layout(rs_emit_job *j, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    const char *format = o->format ? o->format : "", *name = o->model ? o->model : "";
    rs_buf choices = {0};
    j->writer = rs_writer_find(rs_str_of(format));
    if (!j->writer) {
        rs_writer_put_names(&choices);
        return unknown("format", format, &choices, err);
    }
    const rs_render_model *model = j->render.model = rs_render_model_find(rs_str_of(name));
    if (!model) {
        rs_render_put_model_names(&choices, rs_render_models);
        return unknown("model", name, &choices, err);
    }
    if (!rs_writer_allows(j->writer, model)) {
        rs_writer_put_allowed_names(&choices, model);
        rs_err_set(err, RSIFT_E_ARG, "the format %s cannot be read by %s; --format is one of %.*s",
                   format, name, RS_STR_ARG(rs_buf_view(&choices)));
        rs_buf_fini(&choices);
        return RSIFT_E_ARG;
    }
    /* Absolute pixels mean something only together with the limits of the trainer's resize. */
    if (model->needs_pixels && !(o->min_pixels > 0 && o->max_pixels >= o->min_pixels))
        return rs_err_set(err, RSIFT_E_ARG,
                          "%s writes absolute pixels of the resized picture: give --min-pixels and "
                          "--max-pixels of your training run, such as 3136 and 1003520",
                          name);
    return RSIFT_OK;
}

/* --bands and --stretch. */
static rsift_status check_view(rs_emit_job *j, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    rs_image_view *view = &j->pictures.view;
    if (o->bands && !rs_image_parse_bands(rs_str_of(o->bands), view->bands))
        return rs_err_set(err, RSIFT_E_ARG,
                          "--bands is three numbers from 1, as 4,3,2; found \"%.40s\"", o->bands);
    const rs_str stretch = rs_str_of(o->stretch ? o->stretch : "percent");
    if (rs_str_eq(stretch, RS_STR("percent"))) return RSIFT_OK;
    const size_t comma = rs_str_find_char(stretch, ',');
    view->fixed = comma != RS_NPOS && rs_num_double(rs_str_sub(stretch, 0, comma), &view->low) &&
                  rs_num_double(rs_str_sub(stretch, comma + 1, stretch.len), &view->high) &&
                  view->high > view->low;
    if (view->fixed) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "--stretch is percent, or two values, the lower first, as 0,3000; found "
                      "\"%.40s\"",
                      o->stretch);
}

rsift_status rs_emit_check_options(rs_emit_job *j, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    if (!o->out) return rs_err_set(err, RSIFT_E_ARG, "emit needs -o DIR, the folder to write");
    RS_TRY(check_layout(j, err));
    RS_TRY(check_view(j, err));
    RS_TRY(check_obb(j, err));
    if (!o->images) return RSIFT_OK;
    for (int i = 0; rs_emit_images_modes[i]; i++) {
        if (!rs_str_eq(rs_str_of(o->images), rs_str_of(rs_emit_images_modes[i]))) continue;
        j->pictures.mode = (rs_emit_images_mode)i;
        return RSIFT_OK;
    }
    return rs_err_set(err, RSIFT_E_ARG, "--images is auto, link, copy or path, found \"%s\"",
                      o->images);
}
