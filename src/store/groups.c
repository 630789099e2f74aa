/* Groups of parts, shown by temporary views; see store.h. */
#include "store/internal.h"

#include "base/alloc.h"

typedef struct rs_group_part {
    rs_str folder;
    bool ends; /* the last one of its group */
} rs_group_part;

struct rs_part_groups {
    rs_store *store;
    rs_arena arena;
    rs_group_part *parts;
    size_t n_parts, cap, n;
};

/* The parts that have samples, in the order of their names, cut into groups. */
static rsift_status list_parts(rs_part_groups *g, int64_t least, rsift_error *err)
{
    static const char sql[] =
        "SELECT file_name, num_rows FROM parquet_file_metadata(getvariable('rsift_parts') || "
        "'/sample.parquet') WHERE num_rows > 0 ORDER BY file_name";
    rs_result *files;
    RS_TRY(rs_store_query(g->store, rs_str_of(sql), NULL, 0, &files, err));
    rsift_status status;
    int64_t n = 0;
    while ((status = rs_result_next(files, err)) == RSIFT_OK) {
        const rs_str path = rs_result_str(files, 0);
        const rs_str folder =
            rs_arena_str(&g->arena, rs_str_sub(path, 0, path.len - rs_str_basename(path).len));
        if (!folder.ptr || !rs_arena_grow(&g->arena, (void **)&g->parts, &g->cap, g->n_parts + 1,
                                          sizeof *g->parts)) {
            status = rs_err_nomem(err, "the parts");
            break;
        }
        n += rs_result_i64(files, 1);
        g->parts[g->n_parts++] = (rs_group_part){folder, n >= least};
        if (n < least) continue;
        g->n++;
        n = 0;
    }
    rs_result_close(files);
    /* also a workspace without samples has a group to ask */
    if (n > 0 || g->n == 0) g->n++;
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_part_groups_new(rs_store *store, int64_t least, rs_part_groups **out,
                                rsift_error *err)
{
    *out = NULL;
    rs_part_groups *groups = rs_calloc(1, sizeof *groups);
    if (!groups) return rs_err_nomem(err, "the parts");
    groups->store = store;
    const rsift_status status = list_parts(groups, least, err);
    if (status == RSIFT_OK) *out = groups;
    else rs_part_groups_free(groups);
    return status;
}

void rs_part_groups_free(rs_part_groups *groups)
{
    if (!groups) return;
    rs_arena_fini(&groups->arena);
    rs_free(groups);
}

size_t rs_part_groups_n(const rs_part_groups *groups)
{
    return groups->n;
}

/* Appends the table's file of the part, if it has one, to a list of literals. */
static rsift_status put_file(rs_buf *files, rs_str folder, rs_table table, rsift_error *err)
{
    rs_path path;
    RS_TRY(
        rs_path_set(&path, err, "%.*s%s.parquet", RS_STR_ARG(folder), rs_store_table(table)->name));
    if (!rs_store_exists(path.text)) return RSIFT_OK;
    if (files->len) rs_buf_cstr(files, ", ");
    rs_store_put_path(files, rs_str_of(path.text));
    return RSIFT_OK;
}

static rsift_status put_view(rs_part_groups *g, size_t group, rs_table table, rs_buf *sql,
                             rsift_error *err)
{
    rs_path schema; /* a group may have no row of the table */
    rs_buf files = {0};
    RS_TRY(rs_path_set(&schema, err, "%s/parts/_schema/_schema/", g->store->dir.text));
    rsift_status status = put_file(&files, rs_str_of(schema.text), table, err);
    for (size_t i = 0, at = 0; status == RSIFT_OK && i < g->n_parts && at <= group; i++) {
        if (at == group) status = put_file(&files, g->parts[i].folder, table, err);
        at += g->parts[i].ends;
    }
    rs_buf_printf(sql, "CREATE OR REPLACE TEMP VIEW %s_here AS ", rs_store_table(table)->name);
    rs_views_put_select(sql, table, rs_buf_view(&files));
    rs_buf_cstr(sql, ";\n");
    sql->failed = sql->failed || files.failed;
    rs_buf_fini(&files);
    return status;
}

rsift_status rs_part_groups_show(rs_part_groups *groups, size_t i, rsift_error *err)
{
    rs_buf sql = {0};
    rsift_status status = put_view(groups, i, RS_T_SAMPLE, &sql, err);
    if (status == RSIFT_OK) status = put_view(groups, i, RS_T_SAMPLE_ASSET, &sql, err);
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_store_exec(groups->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}
