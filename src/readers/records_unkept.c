/* Fields of flat records of which nothing is kept: see records_fields.h. */
#include "readers/records_fields.h"

#include <stdio.h>

enum { MOST_KEPT = 128 };

typedef struct list {
    rs_str *names;
    size_t n;
} list;

/* Adds the first component of each alternative of a field: "prompts" of "prompts.0|text". With a
 * `scope` only of those below it, without their scope: "phrase" of "objects.phrase". */
static void add_names(list *to, rs_str field, rs_str scope)
{
    rs_str name;
    while (rs_str_split(&field, '|', &name)) {
        if (scope.len) {
            if (!rs_str_starts(name, scope)) continue;
            name = rs_str_sub(name, scope.len, name.len);
        }
        name = rs_str_sub(name, 0, rs_str_find_char(name, '.'));
        if (name.len && to->n < MOST_KEPT) to->names[to->n++] = name;
    }
}

/* All fields that the parameters name. */
static void add_fields(list *to, const rs_record_fields *f, rs_str scope)
{
    for (size_t i = 0; i < f->n_named; i++) add_names(to, f->named[i], scope);
    for (size_t i = 0; f->captions && i < f->captions->n; i++)
        add_names(to, f->captions->values[i], scope);
    if (scope.len) return;
    for (size_t i = 0; f->images && i < f->images->n; i++)
        add_names(to, f->images->values[i], scope);
    for (size_t i = 0; i < f->only.n; i++) add_names(to, f->only.from[i], scope);
}

static void add_options(list *to, const rs_record_fields *f)
{
    for (size_t i = 0; f->options && i < f->options->n; i++)
        add_names(to, f->options->values[i], (rs_str){0});
}

static rsift_status begin(list *out, rs_arena *arena, rsift_error *err)
{
    *out = (list){rs_arena_calloc(arena, MOST_KEPT, sizeof(rs_str)), 0};
    return out->names ? RSIFT_OK : rs_err_nomem(err, "a reader");
}

rsift_status rs_record_name_kept(rs_record_scopes *scopes, const rs_record_fields *fields,
                                 rs_arena *arena, rsift_error *err)
{
    list names;
    RS_TRY(begin(&names, arena, err));
    add_fields(&names, fields, (rs_str){0});
    add_options(&names, fields);
    if (scopes->n > 1) add_fields(&names, fields, RS_STR(".")); /* ".caption" */
    scopes->of_record = (struct rs_record_kept){names.names, names.n};
    for (size_t i = 0; i < scopes->n; i++) {
        if (scopes->n == 1) { /* its names are those of the record or of a member */
            scopes->of_list[i] = scopes->of_record;
            continue;
        }
        const rs_str scope = rs_arena_join(arena, scopes->lists[i], RS_STR("."), RS_STR(""));
        if (!scope.ptr) return rs_err_nomem(err, "a reader");
        RS_TRY(begin(&names, arena, err));
        add_fields(&names, fields, scope);
        add_options(&names, fields);
        scopes->of_list[i] = (struct rs_record_kept){names.names, names.n};
    }
    return RSIFT_OK;
}

rsift_status rs_record_count_unkept(rs_parse *p, const rs_record_scopes *scopes,
                                    const rs_json *record)
{
    if (p->source->survey) return RSIFT_OK;
    RS_TRY(rs_parse_unkept(p, record, RS_STR(""), scopes->of_record.names, scopes->of_record.n));
    for (size_t i = 0; i < scopes->n; i++) {
        char prefix[64];
        const rs_str name = rs_str_sub(scopes->lists[i], 0, 48);
        snprintf(prefix, sizeof prefix, "%.*s[].", RS_STR_ARG(name));
        const rs_json *items = rs_json_path(record, scopes->lists[i]);
        /* lists in parallel: an object of them */
        RS_TRY(rs_parse_unkept(p, items, rs_str_of(prefix), scopes->of_list[i].names,
                               scopes->of_list[i].n));
        rs_json_iter it = rs_json_each(rs_json_kind(items) == RS_JSON_ARRAY ? items : NULL);
        for (const rs_json *own; (own = rs_json_next(&it, NULL));)
            RS_TRY(rs_parse_unkept(p, own, rs_str_of(prefix), scopes->of_list[i].names,
                                   scopes->of_list[i].n));
    }
    return RSIFT_OK;
}
