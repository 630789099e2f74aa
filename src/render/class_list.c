/* Names as words, each once and in order; see class_list.h. */
#include "render/class_list.h"

#include "model/sample.h"
#include "render/message.h"
#include "render/prompt.h"

#include <stdlib.h>

rsift_status rs_class_list_begin(rs_class_list_maker *maker, rs_arena *arena,
                                 const rs_render_model *model, rsift_error *err)
{
    *maker =
        (rs_class_list_maker){.arena = arena, .model = model, .made = {.list = RS_CLASSES_NONE}};
    maker->names = rs_arena_alloc(arena, RS_CLASS_LIST_MAX * sizeof *maker->names);
    return maker->names ? RSIFT_OK : rs_err_nomem(err, "class names");
}

/* Names that are written alike are one class: "storage_tank", "Storage Tank". */
static bool is_listed(const rs_class_list_maker *maker, rs_str words)
{
    for (size_t i = 0; i < maker->made.n; i++)
        if (rs_str_eq(maker->names[i], words)) return true;
    return false;
}

rsift_status rs_class_list_add(rs_class_list_maker *maker, rs_str name, rsift_error *err)
{
    rs_render_classes *made = &maker->made;
    if (made->list == RS_CLASSES_MANY || !rs_model_is_name(name) ||
        rs_render_reserved(maker->model, name, true))
        return RSIFT_OK;
    const rs_str words = rs_render_class_words(maker->arena, name);
    if (!words.ptr) return rs_err_nomem(err, "class names");
    if (is_listed(maker, words)) return RSIFT_OK;
    made->list = made->n < RS_CLASS_LIST_MAX ? RS_CLASSES_LISTED : RS_CLASSES_MANY;
    if (made->list == RS_CLASSES_LISTED) maker->names[made->n++] = words;
    else made->n = 0;
    return RSIFT_OK;
}

static int by_name(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

rs_render_classes rs_class_list_end(rs_class_list_maker *maker)
{
    if (maker->made.n) qsort(maker->names, maker->made.n, sizeof *maker->names, by_name);
    maker->made.names = maker->names;
    return maker->made;
}
