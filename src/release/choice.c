/* Choices <-> JSON: see choice.h. */
#include "release/choice.h"

#include "base/buf.h"
#include "codec/json.h"
#include "codec/json_writer.h"

static const char *const choice_keys[] = {"path",  "dataset",  "release", "reader",
                                          "name",  "images",   "licence", "role",
                                          "split", "encoding", "bands",   "classes"};
enum { N_CHOICE_KEYS = sizeof choice_keys / sizeof *choice_keys };

/* The field of choice_keys[i]. */
static rs_str *choice_field(rs_plan_choice *c, size_t i)
{
    rs_str *const fields[] = {&c->path,  &c->dataset,  &c->release, &c->reader,
                              &c->name,  &c->images,   &c->licence, &c->role,
                              &c->split, &c->encoding, &c->bands,   &c->classes};
    return fields[i];
}

rs_str rs_choice_json(rs_arena *arena, const rs_plan_choice *choice)
{
    rs_plan_choice copy = *choice; /* choice_field points into it */
    /* what is not set is left out, so that the text depends on nothing but the choice */
    rs_buf buf = {0};
    rs_json_writer w = rs_json_writer_to(&buf);
    rs_json_begin_object(&w);
    for (size_t i = 0; i < N_CHOICE_KEYS; i++) {
        rs_str value = *choice_field(&copy, i);
        if (value.ptr) rs_json_field_str(&w, choice_keys[i], value);
    }
    if (choice->n_params) {
        rs_json_field_array(&w, "params");
        for (size_t i = 0; i < choice->n_params; i++) rs_json_write_str(&w, choice->params[i]);
        rs_json_end_array(&w);
    }
    rs_json_end_object(&w);
    rs_str text = {NULL, 0};
    if (rs_json_finish(&w, "a plan", NULL) == RSIFT_OK)
        text = rs_arena_str(arena, rs_buf_view(&buf));
    rs_buf_fini(&buf);
    return text;
}

rsift_status rs_choice_parse(rs_arena *arena, rs_str config, rs_plan_choice *out, rsift_error *err)
{
    rsift_limits limits = rsift_limits_default();
    const rs_json *root;
    *out = (rs_plan_choice){0};
    RS_TRY(rs_json_parse(arena, config, &limits, &root, err));
    for (size_t i = 0; i < N_CHOICE_KEYS; i++)
        *choice_field(out, i) = rs_json_str(rs_json_get(root, choice_keys[i]));
    const rs_json *params = rs_json_get(root, "params");
    rs_str *list = rs_arena_calloc(arena, rs_json_len(params) + 1, sizeof *list);
    if (!list) return rs_err_nomem(err, "a plan");
    rs_json_iter it = rs_json_each(params); /* absent = no parameters */
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) list[out->n_params++] = rs_json_str(v);
    out->params = list;
    return RSIFT_OK;
}

rsift_status rs_choice_copy(rs_arena *arena, const rs_plan_choice *from, rs_plan_choice *to,
                            rsift_error *err)
{
    *to = *from;
    /* an unset text stays unset: NULL and "" are different choices */
    for (size_t i = 0; i < N_CHOICE_KEYS; i++) {
        rs_str *field = choice_field(to, i);
        if (!field->ptr) continue;
        *field = rs_arena_str(arena, *field);
        if (!field->ptr) return rs_err_nomem(err, "a plan");
    }
    rs_str *params = rs_arena_calloc(arena, from->n_params + 1, sizeof *params);
    if (!params) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < from->n_params; i++) {
        params[i] = rs_arena_str(arena, from->params[i]);
        if (!params[i].ptr) return rs_err_nomem(err, "a plan");
    }
    to->params = params;
    return RSIFT_OK;
}
