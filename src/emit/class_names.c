/* Class names out of the workspace; see class_names.h. */
#include "emit/class_names.h"

#include "model/sample.h"
#include "render/message.h"
#include "render/prompt.h"

#include <stdlib.h>

/* Not those that bring their own question: their labels may be phrases. */
static const char detection_sql[] =
    "SELECT DISTINCT g.label FROM region g JOIN sample s USING (sample_id) WHERE s.dataset = $1 "
    "AND s.task IN ('detection-hbb', 'detection-obb') AND g.label IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM turn t WHERE t.sample_id = s.sample_id AND t.role = 'user') ORDER BY 1";
static const char multilabel_sql[] =
    "SELECT DISTINCT unnest(labels) FROM sample WHERE dataset = $1 AND task = 'multilabel' "
    "ORDER BY 1";

typedef struct vocabulary {
    rs_arena *arena;
    rs_str *names; /* [RS_EMIT_CLASSES_MAX] */
    rs_render_classes found;
} vocabulary;

/* Names that are written alike are one class: "storage_tank", "Storage Tank". */
static bool is_listed(const vocabulary *v, rs_str words)
{
    for (size_t i = 0; i < v->found.n; i++)
        if (rs_str_eq(v->names[i], words)) return true;
    return false;
}

/* Adds one label of the data. Numbers and blanks name nothing; a word that the model keeps for
 * itself is in no record of the set either. */
static rsift_status add_label(const rs_emit_job *job, rs_str label, vocabulary *v, rsift_error *err)
{
    rs_render_classes *out = &v->found;
    if (out->list == RS_CLASSES_MANY || !rs_model_is_name(label) ||
        rs_render_reserved(job->render.model, label, true))
        return RSIFT_OK;
    const rs_str words = rs_render_class_words(v->arena, label);
    if (!words.ptr) return rs_err_nomem(err, "class names");
    if (is_listed(v, words)) return RSIFT_OK;
    out->list = out->n < RS_EMIT_CLASSES_MAX ? RS_CLASSES_LISTED : RS_CLASSES_MANY;
    if (out->list == RS_CLASSES_LISTED) v->names[out->n++] = words;
    else out->n = 0;
    return RSIFT_OK;
}

/* The names in the workspace. */
static rsift_status find(const rs_emit_job *job, const char *sql, rs_str dataset, vocabulary *out,
                         rsift_error *err)
{
    const rs_arg arg = {.type = RS_ARG_STR, .str = dataset};
    rs_result *result;
    RS_TRY(rs_store_query(job->store, rs_str_of(sql), &arg, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        status = add_label(job, rs_result_str(result, 0), out, err);
        if (status != RSIFT_OK) break;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static int by_name(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

static rsift_status start(vocabulary *v, rs_arena *arena, rsift_error *err)
{
    *v = (vocabulary){.arena = arena, .found = {.list = RS_CLASSES_NONE}};
    v->names = rs_arena_alloc(arena, RS_EMIT_CLASSES_MAX * sizeof *v->names);
    return v->names ? RSIFT_OK : rs_err_nomem(err, "class names");
}

static rs_render_classes sort_names(vocabulary *v)
{
    if (v->found.n) qsort(v->names, v->found.n, sizeof *v->names, by_name);
    v->found.names = v->names;
    return v->found;
}

rsift_status rs_emit_find_classes(rs_emit_job *job, rs_str dataset, rs_arena *arena,
                                  rsift_error *err)
{
    rs_render_classes *const lists[] = {&job->render.detection, &job->render.multilabel};
    for (size_t l = 0; l < 2; l++) {
        *lists[l] = (rs_render_classes){0};
        if (job->render.n_classes) continue;
        vocabulary v;
        RS_TRY(start(&v, arena, err));
        RS_TRY(find(job, l ? multilabel_sql : detection_sql, dataset, &v, err));
        *lists[l] = sort_names(&v);
    }
    return RSIFT_OK;
}

rsift_status rs_emit_classes_of_files(const rs_emit_job *job, const rs_records *records,
                                      rs_arena *arena, rs_render_classes **out, rsift_error *err)
{
    *out = NULL;
    if (job->render.n_classes || !rs_records_list_classes(records)) return RSIFT_OK;
    const rs_plan_source *from = records->source;
    const rs_source_files *files = rs_source_files_of(&from->source, from->reader->uses[0].name);
    if (!files) return RSIFT_OK;
    *out = rs_arena_calloc(arena, files->n + 1, sizeof **out);
    if (!*out) return rs_err_nomem(err, "class names");
    for (size_t f = 0; f < files->n; f++) {
        vocabulary v;
        const rs_str *names;
        const size_t n = rs_records_classes(records, f, &names);
        RS_TRY(start(&v, arena, err));
        for (size_t i = 0; i < n; i++) RS_TRY(add_label(job, names[i], &v, err));
        (*out)[f] = sort_names(&v);
    }
    return RSIFT_OK;
}
