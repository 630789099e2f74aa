/* All record formats. */
#include "formats/record.h"

const rs_format *const rs_formats[] = {&rs_format_internvl, &rs_format_llama_factory,
                                       &rs_format_llava,    &rs_format_ms_swift,
                                       &rs_format_qwen,     NULL};

const rs_format *rs_format_find(rs_str name)
{
    for (size_t i = 0; rs_formats[i]; i++)
        if (rs_str_eq(name, rs_str_of(rs_formats[i]->name))) return rs_formats[i];
    return NULL;
}
