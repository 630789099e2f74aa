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

/* By the label file's folder: who annotated one may have looked for other classes in another. */
static const char folder_sql[] =
    "SELECT DISTINCT regexp_replace(s.file, '[^/]*$', ''), g.label FROM region g JOIN sample s "
    "USING (sample_id) WHERE s.release_id = $1 AND s.source = $2 AND s.task IN ('detection-hbb', "
    "'detection-obb') AND g.label IS NOT NULL ORDER BY 1, 2";

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

/* The vocabularies of folders, by their names. */
typedef struct folders {
    rs_strmap numbers;
    rs_render_classes *items;
    size_t cap;
} folders;

/* Keeps the vocabulary as that of the folder. */
static rsift_status keep_folder(folders *all, rs_arena *arena, rs_str folder, vocabulary *v,
                                rsift_error *err)
{
    bool made;
    const size_t at = rs_strmap_put(&all->numbers, folder, &made);
    if (at == RS_NPOS ||
        !rs_arena_grow(arena, (void **)&all->items, &all->cap, at + 1, sizeof *all->items))
        return rs_err_nomem(err, "class names");
    all->items[at] = sort_names(v);
    return RSIFT_OK;
}

/* What the label files of each folder name. */
static rsift_status find_folders(const rs_emit_job *job, const rs_plan_source *from,
                                 rs_str release_id, rs_arena *arena, folders *all, rsift_error *err)
{
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = release_id},
                           {.type = RS_ARG_STR, .str = from->id}};
    rs_result *rows;
    vocabulary v = {0};
    rs_str folder = {0};
    RS_TRY(rs_store_query(job->store, rs_str_of(folder_sql), args, 2, &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_str next = rs_result_str(rows, 0);
        if (!folder.ptr || !rs_str_eq(folder, next)) {
            if (folder.ptr) status = keep_folder(all, arena, folder, &v, err);
            folder = rs_arena_str(arena, next);
            if (status == RSIFT_OK && !folder.ptr) status = rs_err_nomem(err, "class names");
            if (status == RSIFT_OK) status = start(&v, arena, err);
        }
        if (status == RSIFT_OK) status = add_label(job, rs_result_str(rows, 1), &v, err);
        if (status != RSIFT_OK) break;
    }
    rs_result_close(rows);
    if (status == RSIFT_END && folder.ptr) return keep_folder(all, arena, folder, &v, err);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Each label file has its folder's classes; a folder that names none has none to ask for. */
static rsift_status classes_of_folders(const rs_emit_job *job, const rs_plan_source *from,
                                       rs_str release_id, rs_arena *arena, rs_render_classes *out,
                                       rsift_error *err)
{
    folders all = {0};
    const rs_source_files *files = rs_source_files_of(&from->source, from->reader->uses[0].name);
    rsift_status status = find_folders(job, from, release_id, arena, &all, err);
    for (size_t f = 0; status == RSIFT_OK && f < files->n; f++) {
        const size_t slash = rs_str_rfind_char(files->logical[f], '/');
        const rs_str folder = rs_str_sub(files->logical[f], 0, slash == RS_NPOS ? 0 : slash + 1);
        const size_t at = rs_strmap_get(&all.numbers, folder);
        out[f] = at == RS_NPOS ? (rs_render_classes){.list = RS_CLASSES_NONE} : all.items[at];
    }
    rs_strmap_fini(&all.numbers);
    return status;
}

/* Do a reader's files hold the labels of one picture each? */
static bool is_file_per_picture(const rs_reader *reader)
{
    return reader->takes && !(reader->takes & ~(unsigned)(RS_TAKES_XML | RS_TAKES_TEXT)) &&
           !reader->uses[1].name;
}

rsift_status rs_emit_classes_of_files(const rs_emit_job *job, const rs_records *records,
                                      rs_str release_id, rs_arena *arena, rs_render_classes **out,
                                      rsift_error *err)
{
    *out = NULL;
    const rs_plan_source *from = records->source;
    const bool lists = rs_records_list_classes(records);
    if (job->render.n_classes || !(lists || is_file_per_picture(from->reader))) return RSIFT_OK;
    const rs_source_files *files = rs_source_files_of(&from->source, from->reader->uses[0].name);
    if (!files) return RSIFT_OK;
    *out = rs_arena_calloc(arena, files->n + 1, sizeof **out);
    if (!*out) return rs_err_nomem(err, "class names");
    if (!lists) return classes_of_folders(job, from, release_id, arena, *out, err);
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
