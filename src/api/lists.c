/* Lists of names out of the tables of other rooms: nothing is typed here. */
#include "api/lists.h"

#include "base/embedded.h"
#include "codec/yaml.h"
#include "metrics/profile.h"
#include "readers/table.h"
#include "writers/writer.h"

/* One name of a list; `summary` and `source` may be absent. */
typedef void entry_fn(void *ctx, rs_str name, rs_str summary, const char *source);

const char *rs_api_list_name(rs_list list)
{
    static const char *const names[] = {NULL,    "conventions", "findings", "formats",
                                        "goals", "models",      "profiles", "readers"};
    return names[list];
}

/* An entry with how many samples it finds, where that was counted. */
typedef struct counted_goals {
    rs_json_writer *json;
    const rs_goal_counts *counts; /* NULL = nothing was counted */
} counted_goals;

/* Goals of `rsift recommend`: tasks, skills, benchmarks (datasets count too; `rsift list`). */
static void each_goal(const rs_catalog *catalog, entry_fn *fn, void *ctx)
{
    for (int t = 0; t < RS_N_TASKS; t++)
        fn(ctx, rs_str_of(rs_model_task_name((rs_task)t)), (rs_str){NULL, 0}, "task");
    /* Skills have no table in C: their names and descriptions are the keys and the `says` of the
     * taxonomy, which is embedded in the library and therefore always found. */
    const rs_embedded *file = rs_embedded_find("taxonomy/skills.yaml");
    RS_ASSERT(file);
    rs_arena arena = {0};
    rs_yaml *root = NULL;
    if (rs_yaml_parse(&arena, RS_STR("taxonomy/skills.yaml"),
                      rs_str_make((const char *)file->data, file->len), NULL, &root,
                      NULL) == RSIFT_OK)
        for (const rs_yaml *s = root->first; s; s = s->next) {
            const rs_yaml *says = rs_yaml_get(s, "says");
            fn(ctx, s->key->text, says ? says->text : (rs_str){NULL, 0}, "skill");
        }
    rs_arena_fini(&arena);
    /* A benchmark has no description of its own; the name of its dataset stands in for one. */
    for (size_t i = 0; catalog && i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < d->benchmarks.n; k++)
            fn(ctx, d->benchmarks.items[k].name, d->name, "benchmark");
    }
}

/* Each code of a finding, with what it means; put_findings() says the rest of it. */
static void each_finding(entry_fn *fn, void *ctx)
{
    for (int code = 0; code < RS_N_FINDINGS; code++) {
        const rs_finding_info *info = rs_model_finding_info((rs_finding_code)code);
        fn(ctx, rs_str_of(info->code), rs_str_of(info->meaning), NULL);
    }
}

/* Calls `fn` for each name of a list, out of the table that holds it. */
static void each_entry(rs_list list, const rs_catalog *catalog, entry_fn *fn, void *ctx)
{
    switch (list) {
    case RS_LIST_NONE: return;
    case RS_LIST_CONVENTIONS:
        /* Conventions have no summary; their source serves as one. */
        for (size_t i = 0; rs_geom_conventions[i]; i++) {
            const char *source = rs_geom_conventions[i]->source;
            fn(ctx, rs_str_of(rs_geom_conventions[i]->name), rs_str_of(source ? source : ""), NULL);
        }
        return;
    case RS_LIST_FINDINGS: each_finding(fn, ctx); return;
    case RS_LIST_FORMATS:
        for (size_t i = 0; rs_writers[i]; i++)
            fn(ctx, rs_str_of(rs_writers[i]->name), rs_str_of(rs_writers[i]->summary),
               rs_writers[i]->source);
        return;
    case RS_LIST_GOALS: each_goal(catalog, fn, ctx); return;
    case RS_LIST_MODELS:
        for (size_t i = 0; rs_render_models[i]; i++)
            fn(ctx, rs_str_of(rs_render_models[i]->name), rs_str_of(rs_render_models[i]->summary),
               rs_render_models[i]->source);
        return;
    case RS_LIST_PROFILES:
        for (const rs_profile *p = rs_profiles; p->name; p++)
            fn(ctx, rs_str_of(p->name), rs_str_of(p->summary), p->source);
        return;
    case RS_LIST_READERS:
        for (size_t i = 0; rs_readers[i]; i++)
            fn(ctx, rs_str_of(rs_readers[i]->name), rs_str_of(rs_readers[i]->summary),
               rs_readers[i]->source);
        return;
    }
}

static void put_entry(void *ctx, rs_str name, rs_str summary, const char *source)
{
    rs_json_writer *w = ctx;
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_json_field_str(w, "name", name);
    /* An absent text is left out; an empty one stays. */
    if (summary.ptr) rs_json_field_str(w, "summary", summary);
    if (source) rs_json_field_cstr(w, "source", source);
    rs_json_end_object(w);
}

static void put_goal(void *ctx, rs_str name, rs_str summary, const char *source)
{
    const counted_goals *goals = ctx;
    rs_json_writer *w = goals->json;
    const int64_t n = rs_goal_count_of(goals->counts, source, name);
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_json_field_str(w, "name", name);
    if (summary.ptr) rs_json_field_str(w, "summary", summary);
    rs_json_field_cstr(w, "source", source);
    if (n >= 0) rs_json_field_i64(w, "samples", n);
    rs_json_end_object(w);
}

void rs_api_goals_field(rs_json_writer *w, const rs_catalog *catalog, const rs_goal_counts *counts)
{
    counted_goals goals = {w, counts};
    rs_json_field_array(w, "goals");
    each_goal(catalog, put_goal, &goals);
    /* indexed data under its name: its questions are the examples */
    for (size_t i = 0; counts && i < counts->n; i++)
        if (rs_str_eq(counts->items[i].kind, RS_STR("dataset")))
            put_goal(&goals, counts->items[i].name, (rs_str){NULL, 0}, "dataset");
    rs_json_end_array(w);
}

/* Findings have more to say than a name and a summary: docs/findings.md is made of these fields. */
static void put_findings(rs_json_writer *w)
{
    for (int code = 0; code < RS_N_FINDINGS; code++) {
        const rs_finding_info *info = rs_model_finding_info((rs_finding_code)code);
        rs_json_blank(w, "\n");
        rs_json_begin_object(w);
        rs_json_field_cstr(w, "name", info->code);
        rs_json_field_cstr(w, "summary", info->meaning);
        rs_json_field_cstr(w, "severity", rs_model_severity_name(info->severity));
        rs_json_field_cstr(w, "effect", rs_model_effect_name(info->effect));
        rs_json_field_cstr(w, "remedy", info->remedy);
        rs_json_end_object(w);
    }
}

void rs_api_list_field(rs_json_writer *w, rs_list list, const rs_catalog *catalog)
{
    rs_json_field_array(w, rs_api_list_name(list));
    if (list == RS_LIST_FINDINGS) put_findings(w);
    else each_entry(list, catalog, put_entry, w);
    rs_json_end_array(w);
}

static void put_name(void *ctx, rs_str name, rs_str summary, const char *source)
{
    (void)summary;
    (void)source;
    rs_json_write_str(ctx, name);
}

void rs_api_list_names(rs_json_writer *w, rs_list list)
{
    /* Without the catalogue: the parameters are the same for every context. */
    each_entry(list, NULL, put_name, w);
}
