/* Files that are not read: see refused.h. */
#include "release/refused.h"

#include "base/alloc.h"
#include "image/name.h"

enum { MOST_LOOKED_AT = 32, MOST_UNREAD = 200 };

/* Files of a source that its reader refuses. */
typedef struct refused_list {
    const rs_reader *reader;
    const rs_source *source;
    rs_arena *arena;
    rs_refused *items;
    size_t n;
} refused_list;

/* Opens one file and lists it when it is refused. */
static rsift_status check_file(refused_list *list, size_t member, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_probe_input input;
    rs_buf why = {0};
    rsift_status status = RSIFT_OK;
    /* a file that cannot be opened is told where it is read */
    if (rs_kind_head(list->source->tree, member, &scratch, &input, NULL) == RSIFT_OK &&
        rs_kind_refuses(list->reader, &input, &why)) {
        const rs_str sentence = rs_arena_str(list->arena, rs_buf_view(&why));
        if (why.failed || !sentence.ptr) status = rs_err_nomem(err, "a plan");
        else list->items[list->n++] = (rs_refused){input.path, sentence};
    }
    rs_buf_fini(&why);
    rs_arena_fini(&scratch);
    return status;
}

static const rs_reader_use *use_called(const rs_reader *reader, rs_str name)
{
    for (const rs_reader_use *use = reader->uses; use->name; use++)
        if (rs_str_eq(name, rs_str_of(use->name))) return use;
    return NULL;
}

/* Does the reader's probe know the file? Not sidecars, nor the masks that lie beside annotation. */
static bool is_probed(const rs_source *source, const rs_reader_use *use, size_t member)
{
    if (use && use->sidecar) return false;
    return !use || use->required || !rs_image_is_name(rs_io_member_at(source->tree, member)->path);
}

rsift_status rs_refused_find(const rs_reader *reader, const rs_source *source, rs_arena *arena,
                             rs_refused **out, size_t *n, rsift_error *err)
{
    size_t n_files = 0;
    rsift_status status = RSIFT_OK;
    refused_list list = {.reader = reader, .source = source, .arena = arena};
    list.items = rs_arena_calloc(arena, source->n_files * MOST_LOOKED_AT + 1, sizeof *list.items);
    if (!list.items) return rs_err_nomem(err, "a plan");
    for (size_t u = 0; reader->takes && u < source->n_files; u++) {
        const rs_source_files *files = &source->files[u];
        const rs_reader_use *use = use_called(reader, files->use);
        for (size_t i = 0; i < files->n; i++) n_files += is_probed(source, use, files->members[i]);
        for (size_t i = 0; i < files->n && i < MOST_LOOKED_AT && status == RSIFT_OK; i++) {
            /* a solid archive would be read up to the file */
            if (!rs_io_member_at(source->tree, files->members[i])->random ||
                !is_probed(source, use, files->members[i]))
                continue;
            status = check_file(&list, files->members[i], err);
        }
    }
    /* one file that was not looked at may be the good one */
    if (status == RSIFT_OK && list.n && list.n == n_files)
        status = rs_err_set(err, RSIFT_E_FORMAT, "%.*s", RS_STR_ARG(list.items[0].why));
    *out = list.items;
    *n = list.n;
    return status;
}

void rs_refused_download(const rs_reader *reader, const rs_source *source, rs_buf *why)
{
    rs_arena arena = {0};
    for (size_t u = 0; reader->takes && why->len == 0 && u < source->n_files; u++) {
        const rs_source_files *files = &source->files[u];
        size_t n_no_data = 0;
        for (size_t i = 0; i < files->n && n_no_data == i; i++) {
            rs_probe_input input;
            rs_arena_reset(&arena);
            if (!rs_io_member_at(source->tree, files->members[i])->random ||
                rs_image_is_name(rs_io_member_at(source->tree, files->members[i])->path) ||
                rs_kind_head(source->tree, files->members[i], &arena, &input, NULL) != RSIFT_OK)
                continue;
            const rs_file_kind *kind = rs_kind_of(&input);
            if (kind->takes || rs_kind_is_empty(kind)) continue;
            if (n_no_data++ == 0) rs_kind_explain(reader, &input, why);
        }
        /* such files among others are told where they are read */
        if (n_no_data < files->n) why->len = 0;
    }
    rs_arena_fini(&arena);
}

/* ---- files of no source ---------------------------------------------------------------------- */

/* Which members are files of the source, one flag each; NULL = out of memory. */
static bool *members_of(const rs_source *source)
{
    bool *of_source = rs_calloc(rs_io_n_members(source->tree) + 1, sizeof *of_source);
    for (size_t u = 0; of_source && u < source->n_files; u++)
        for (size_t i = 0; i < source->files[u].n; i++)
            of_source[source->files[u].members[i]] = true;
    return of_source;
}

/* What a member is, when it looks like annotation; else `why` stays empty. */
static void explain_unread(const rs_io_tree *tree, size_t member, rs_arena *scratch, rs_buf *why)
{
    const rs_io_member *m = rs_io_member_at(tree, member);
    rs_probe_input input = {.path = m->path, .n_bytes = m->n_bytes};
    char quoted[RS_QUOTE_SIZE];
    if (rs_image_is_name(m->path)) return;
    /* a solid archive would be read up to the file */
    const bool has_head =
        m->random && rs_kind_head(tree, member, scratch, &input, NULL) == RSIFT_OK;
    if (!rs_kind_is_annotation(&input)) return;
    if (has_head) rs_kind_explain_unread(&input, why);
    else
        rs_buf_printf(why, "%s is not read here, nor was it opened: unpack it and index it alone",
                      rs_err_quote(quoted, rs_str_basename(m->path)));
}

rsift_status rs_refused_add_unread(const rs_source *source, rs_arena *arena, rs_refused **refused,
                                   size_t *n, rsift_error *err)
{
    const size_t n_members = rs_io_n_members(source->tree);
    bool *of_source = members_of(source);
    rs_refused *all = rs_arena_calloc(arena, *n + MOST_UNREAD + 1, sizeof *all);
    rsift_status status = of_source && all ? RSIFT_OK : rs_err_nomem(err, "a plan");
    if (status == RSIFT_OK && *n) memcpy(all, *refused, *n * sizeof *all);
    rs_arena scratch = {0};
    rs_buf why = {0};
    const size_t most = *n + MOST_UNREAD;
    for (size_t i = 0; status == RSIFT_OK && i < n_members && *n <= most; i++) {
        if (of_source[i]) continue;
        rs_arena_reset(&scratch);
        why.len = 0;
        explain_unread(source->tree, i, &scratch, &why);
        if (why.len == 0) continue;
        if (*n == most) rs_buf_cstr(&why, "; further files were not looked at");
        all[*n] = (rs_refused){rs_io_member_at(source->tree, i)->path,
                               rs_arena_str(arena, rs_buf_view(&why))};
        if (why.failed || !all[*n].why.ptr) status = rs_err_nomem(err, "a plan");
        else ++*n;
    }
    if (status == RSIFT_OK) *refused = all;
    rs_buf_fini(&why);
    rs_arena_fini(&scratch);
    rs_free(of_source);
    return status;
}
