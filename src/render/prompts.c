/* Sets of prompts: see prompts.h. */
#include "render/prompts.h"

#include "base/embedded.h"

#include <string.h>

struct rs_prompts {
    const rs_embedded **files; /* [n] */
    rs_template_set *sets;     /* [n] */
    size_t n;
};

static rsift_status parse_file(const rs_embedded *file, rs_arena *arena, rs_template_set *out,
                               rsift_error *err)
{
    const rs_str text = rs_str_make((const char *)file->data, file->len);
    const rsift_status status = rs_lang_template_parse(arena, text, out, err);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", file->name);
}

rsift_status rs_prompts_load(rs_arena *arena, const rs_prompts **out, rsift_error *err)
{
    rs_prompts *all = rs_arena_calloc(arena, 1, sizeof *all);
    if (!all) return rs_err_nomem(err, "prompts");
    all->files = rs_arena_calloc(arena, rs_n_embedded_files, sizeof *all->files);
    all->sets = rs_arena_calloc(arena, rs_n_embedded_files, sizeof *all->sets);
    if (!all->files || !all->sets) return rs_err_nomem(err, "prompts");
    for (size_t i = 0; i < rs_n_embedded_files; i++) {
        const rs_embedded *file = &rs_embedded_files[i];
        const rs_str name = rs_str_of(file->name);
        if (!rs_str_starts(name, RS_STR("prompts/")) || !rs_str_ends(name, RS_STR(".txt")))
            continue;
        RS_TRY(parse_file(file, arena, &all->sets[all->n], err));
        all->files[all->n++] = file;
    }
    *out = all;
    return RSIFT_OK;
}

rsift_status rs_prompts_find(const rs_prompts *prompts, const char *file, rs_arena *arena,
                             rs_template_set *out, rsift_error *err)
{
    *out = (rs_template_set){0};
    if (!prompts) {
        const rs_embedded *found = rs_embedded_find(file);
        return found ? parse_file(found, arena, out, err) : RSIFT_OK;
    }
    for (size_t i = 0; i < prompts->n; i++)
        if (strcmp(prompts->files[i]->name, file) == 0) *out = prompts->sets[i];
    return RSIFT_OK;
}
