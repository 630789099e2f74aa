/* Class names out of the workspace; see class_names.h. */
#include "decide/class_names.h"

#include "readers/table.h"
#include "store/quote.h"

/* Not those that bring their own question: their labels may be phrases. */
static const char detection_sql[] =
    "SELECT DISTINCT g.label FROM region g JOIN sample s USING (sample_id) WHERE s.dataset = $1 "
    "AND s.task IN ('detection-hbb', 'detection-obb') AND g.label IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM turn t WHERE t.sample_id = s.sample_id AND t.role = 'user') ORDER BY 1";
static const char multilabel_sql[] =
    "SELECT DISTINCT unnest(labels) FROM sample WHERE dataset = $1 AND task = 'multilabel' "
    "ORDER BY 1";
static const char folder_sql[] =
    "SELECT DISTINCT regexp_replace(s.file, '[^/]*$', ''), g.label FROM region g JOIN sample s "
    "USING (sample_id) WHERE s.release_id = $1 AND s.source = $2 AND s.task IN ('detection-hbb', "
    "'detection-obb') AND g.label IS NOT NULL ORDER BY 1, 2";
/* By dataset: sources with objects, and the folders of their files. */
static const char source_sql[] =
    "SELECT DISTINCT s.dataset, s.release_id, s.source, regexp_replace(s.file, '[^/]*$', ''), "
    "g.reader FROM sample s JOIN (SELECT DISTINCT release_id, source, reader FROM reading) g ON "
    "g.release_id = s.release_id AND g.source = s.source WHERE s.task IN ('detection-hbb', "
    "'detection-obb') ORDER BY ALL";

rsift_status rs_decide_class_names(const rs_class_question *q, rs_arena *arena,
                                   rs_render_classes *out, rsift_error *err)
{
    const rs_arg dataset = {.type = RS_ARG_STR, .str = q->dataset};
    rs_class_list_maker maker;
    rs_result *names;
    RS_TRY(rs_class_list_begin(&maker, arena, q->model, err));
    RS_TRY(rs_store_query(q->store, rs_str_of(q->multilabel ? multilabel_sql : detection_sql),
                          &dataset, 1, &names, err));
    rsift_status status;
    while ((status = rs_result_next(names, err)) == RSIFT_OK) {
        status = rs_class_list_add(&maker, rs_result_str(names, 0), err);
        if (status != RSIFT_OK) break;
    }
    rs_result_close(names);
    *out = rs_class_list_end(&maker);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- folders --------------------------------------------------------------------------------- */

bool rs_decide_has_class_folders(const rs_reader *reader)
{
    return reader->takes && !(reader->takes & ~(unsigned)(RS_TAKES_XML | RS_TAKES_TEXT)) &&
           (!reader->uses[1].name || reader->uses[1].sidecar);
}

/* Keeps the list as that of the folder. */
static rsift_status keep_folder(rs_class_folders *all, rs_str folder, rs_class_list_maker *list,
                                rsift_error *err)
{
    bool made;
    const size_t at = rs_strmap_put(&all->numbers, folder, &made);
    if (at == RS_NPOS ||
        !rs_arena_grow(list->arena, (void **)&all->items, &all->cap, at + 1, sizeof *all->items))
        return rs_err_nomem(err, "class names");
    all->items[at] = rs_class_list_end(list);
    return RSIFT_OK;
}

rsift_status rs_decide_folder_classes(const rs_class_question *q, rs_arena *arena,
                                      rs_class_folders *all, rsift_error *err)
{
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = q->release_id},
                           {.type = RS_ARG_STR, .str = q->source}};
    rs_result *rows;
    rs_class_list_maker list = {0};
    rs_str folder = {0};
    RS_TRY(rs_store_query(q->store, rs_str_of(folder_sql), args, 2, &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_str next = rs_result_str(rows, 0);
        if (!folder.ptr || !rs_str_eq(folder, next)) {
            if (folder.ptr) status = keep_folder(all, folder, &list, err);
            folder = rs_arena_str(arena, next);
            if (status == RSIFT_OK && !folder.ptr) status = rs_err_nomem(err, "class names");
            if (status == RSIFT_OK) status = rs_class_list_begin(&list, arena, q->model, err);
        }
        if (status == RSIFT_OK) status = rs_class_list_add(&list, rs_result_str(rows, 1), err);
        if (status != RSIFT_OK) break;
    }
    rs_result_close(rows);
    if (status == RSIFT_END && folder.ptr) return keep_folder(all, folder, &list, err);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rs_render_classes rs_class_folders_get(const rs_class_folders *all, rs_str folder)
{
    const size_t at = rs_strmap_get(&all->numbers, folder);
    return at == RS_NPOS ? (rs_render_classes){.list = RS_CLASSES_NONE} : all->items[at];
}

void rs_class_folders_fini(rs_class_folders *all)
{
    rs_strmap_fini(&all->numbers);
}

/* ---- where no question can list them --------------------------------------------------------- */

typedef struct source_row {
    rs_str dataset, release_id, source, folder;
    bool by_folder;
} source_row;

/* Sources of which only the workspace's labels can tell the classes. */
static rsift_status list_sources(rs_store *store, const rs_catalog *catalog, rs_arena *arena,
                                 source_row **rows, size_t *n, rsift_error *err)
{
    rs_result *sources;
    size_t cap = 0;
    RS_TRY(rs_store_query(store, rs_str_of(source_sql), NULL, 0, &sources, err));
    rsift_status status;
    while ((status = rs_result_next(sources, err)) == RSIFT_OK) {
        const rs_catalog_dataset *known = rs_catalog_find(catalog, rs_result_str(sources, 0));
        const rs_reader *reader = rs_reader_find(rs_result_str(sources, 4));
        if ((known && known->classes.n) || !reader || reader->classes) continue;
        const source_row row = {rs_arena_str(arena, rs_result_str(sources, 0)),
                                rs_arena_str(arena, rs_result_str(sources, 1)),
                                rs_arena_str(arena, rs_result_str(sources, 2)),
                                rs_arena_str(arena, rs_result_str(sources, 3)),
                                rs_decide_has_class_folders(reader)};
        if (!row.dataset.ptr || !row.release_id.ptr || !row.source.ptr || !row.folder.ptr ||
            !rs_arena_grow(arena, (void **)rows, &cap, *n + 1, sizeof **rows)) {
            status = rs_err_nomem(err, "the sources");
            break;
        }
        (*rows)[(*n)++] = row;
    }
    rs_result_close(sources);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static void put_source(rs_buf *sql, const source_row *row, rs_class_list list)
{
    if (list == RS_CLASSES_LISTED) return;
    rs_buf_cstr(sql, "INSERT INTO classless VALUES (");
    rs_store_put_literals(sql, (const rs_str[]){row->release_id, row->source}, 2);
    rs_buf_cstr(sql, ", ");
    if (row->by_folder) rs_store_put_literal(sql, row->folder);
    else rs_buf_cstr(sql, "NULL");
    rs_buf_printf(sql, ", %s);\n", list == RS_CLASSES_MANY ? "true" : "false");
}

/* Puts the rows of one source, which are rows[0 .. n). */
static rsift_status put_classless(rs_store *store, const source_row *rows, size_t n, rs_buf *sql,
                                  rsift_error *err)
{
    const rs_class_question q = {.store = store,
                                 .dataset = rows->dataset,
                                 .release_id = rows->release_id,
                                 .source = rows->source};
    rs_arena arena = {0};
    rs_class_folders folders = {0};
    rs_render_classes classes = {0};
    const rsift_status status = rows->by_folder
                                    ? rs_decide_folder_classes(&q, &arena, &folders, err)
                                    : rs_decide_class_names(&q, &arena, &classes, err);
    if (status == RSIFT_OK && !rows->by_folder) put_source(sql, rows, classes.list);
    for (size_t i = 0; status == RSIFT_OK && rows->by_folder && i < n; i++)
        put_source(sql, &rows[i], rs_class_folders_get(&folders, rows[i].folder).list);
    rs_class_folders_fini(&folders);
    rs_arena_fini(&arena);
    return status;
}

static bool is_one_source(const source_row *a, const source_row *b)
{
    return rs_str_eq(a->release_id, b->release_id) && rs_str_eq(a->source, b->source);
}

rsift_status rs_decide_find_classless(rs_store *store, const rs_catalog *catalog, rsift_error *err)
{
    rs_arena arena = {0};
    rs_buf sql = {0};
    source_row *rows = NULL;
    size_t n = 0;
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE classless(release_id VARCHAR, source VARCHAR, "
                      "folder VARCHAR, has_many BOOLEAN);\n");
    rsift_status status = list_sources(store, catalog, &arena, &rows, &n, err);
    for (size_t i = 0, end = 0; status == RSIFT_OK && i < n; i = end) {
        while (end < n && is_one_source(&rows[i], &rows[end])) end++;
        status = put_classless(store, &rows[i], end - i, &sql, err);
    }
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    rs_arena_fini(&arena);
    return status;
}
