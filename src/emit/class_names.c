/* Class names of a dataset, of its files and folders; see class_names.h. */
#include "emit/class_names.h"

#include "decide/class_names.h"

rsift_status rs_emit_find_classes(rs_emit_job *job, rs_str dataset, rs_arena *arena,
                                  rsift_error *err)
{
    rs_render_options *render = &job->render;
    rs_class_question q = {.store = job->store, .dataset = dataset, .model = render->model};
    render->detection = render->multilabel = (rs_render_classes){0};
    if (render->n_classes) return RSIFT_OK;
    RS_TRY(rs_decide_class_names(&q, arena, &render->detection, err));
    q.multilabel = true;
    return rs_decide_class_names(&q, arena, &render->multilabel, err);
}

/* Each label file has its folder's classes. */
static rsift_status classes_of_folders(const rs_class_question *q, const rs_source_files *files,
                                       rs_arena *arena, rs_render_classes *out, rsift_error *err)
{
    rs_class_folders folders = {0};
    rsift_status status = rs_decide_folder_classes(q, arena, &folders, err);
    for (size_t f = 0; status == RSIFT_OK && f < files->n; f++) {
        const size_t slash = rs_str_rfind_char(files->logical[f], '/');
        const rs_str folder = rs_str_sub(files->logical[f], 0, slash == RS_NPOS ? 0 : slash + 1);
        out[f] = rs_class_folders_get(&folders, folder);
    }
    rs_class_folders_fini(&folders);
    return status;
}

rsift_status rs_emit_classes_of_files(const rs_emit_job *job, const rs_records *records,
                                      rs_str release_id, rs_arena *arena, rs_render_classes **out,
                                      rsift_error *err)
{
    *out = NULL;
    const rs_plan_source *from = records->source;
    const bool lists = rs_records_list_classes(records);
    if (job->render.n_classes || !(lists || rs_decide_has_class_folders(from->reader)))
        return RSIFT_OK;
    const rs_source_files *files = rs_source_files_of(&from->source, from->reader->uses[0].name);
    if (!files) return RSIFT_OK;
    *out = rs_arena_calloc(arena, files->n + 1, sizeof **out);
    if (!*out) return rs_err_nomem(err, "class names");
    const rs_class_question q = {.store = job->store,
                                 .release_id = release_id,
                                 .source = from->id,
                                 .model = job->render.model};
    if (!lists) return classes_of_folders(&q, files, arena, *out, err);
    for (size_t f = 0; f < files->n; f++)
        RS_TRY(rs_records_class_list(records, f, job->render.model, arena, &(*out)[f], err));
    return RSIFT_OK;
}
