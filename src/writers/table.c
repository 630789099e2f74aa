/* All record layouts. */
#include "writers/record.h"

const rs_writer *const rs_writers[] = {&rs_writer_internvl, &rs_writer_llama_factory,
                                       &rs_writer_llava,    &rs_writer_ms_swift,
                                       &rs_writer_qwen,     NULL};

const rs_writer *rs_writer_find(rs_str name)
{
    for (size_t i = 0; rs_writers[i]; i++)
        if (rs_str_eq(name, rs_str_of(rs_writers[i]->name))) return rs_writers[i];
    return NULL;
}

void rs_writer_put_names(rs_buf *buf)
{
    for (size_t i = 0; rs_writers[i]; i++) {
        if (i) rs_buf_cstr(buf, ", ");
        rs_buf_cstr(buf, rs_writers[i]->name);
    }
}

void rs_writer_put_allowed_names(rs_buf *buf, const rs_render_model *model)
{
    const char *comma = "";
    for (size_t i = 0; rs_writers[i]; i++) {
        if (!rs_writer_allows(rs_writers[i], model)) continue;
        rs_buf_cstr(buf, comma);
        rs_buf_cstr(buf, rs_writers[i]->name);
        comma = ", ";
    }
}

const char *rs_writer_refuses(const rs_writer *writer, uint32_t n_images)
{
    return writer->max_images && n_images > writer->max_images ? "pictures-many" : NULL;
}

bool rs_writer_allows(const rs_writer *writer, const rs_render_model *model)
{
    /* Trainers of many models take any; a model's own code trains that model alone. */
    if (!writer->own_models_only) return true;
    return model->own_format && rs_str_eq(rs_str_of(model->own_format), rs_str_of(writer->name));
}
