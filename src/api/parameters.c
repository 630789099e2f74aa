/* rsift_parameters: the verbs' tables as JSON. */
#include "api/lists.h"

#include "rsift/parameters.h"

/* Writes one parameter of a verb as an object of "parameters". */
static void put_param(rs_json_writer *w, const rs_verb_param *p)
{
    /* In the order of rs_verb_param_kind. */
    static const char *const kinds[] = {"flag", "text", "texts", "integer", "number"};
    rs_json_blank(w, "\n  ");
    rs_json_begin_object(w);
    rs_json_field_cstr(w, "name", p->name);
    rs_json_field_cstr(w, "option", p->option);
    rs_json_field_cstr(w, "type", kinds[p->kind]);
    rs_json_field_cstr(w, "argument", p->argument);
    rs_json_field_cstr(w, "default", p->fallback);
    if (p->least != p->most) { /* equal bounds mean that any number is accepted */
        rs_json_field_double(w, "minimum", p->least);
        rs_json_field_double(w, "maximum", p->most);
    }
    /* "choices" is a closed set, which rsift_run checks itself. */
    if (p->words) {
        rs_str rest = rs_str_of(p->words), word;
        rs_json_field_array(w, "choices");
        while (rs_str_split(&rest, '|', &word)) rs_json_write_str(w, word);
        rs_json_end_array(w);
    }
    /* "names" is an open set: the verb may accept more (a goal may also be a dataset). */
    if (p->list) {
        rs_json_field_cstr(w, "list", rs_api_list_name(p->list));
        rs_json_field_array(w, "names");
        rs_api_list_names(w, p->list);
        rs_json_end_array(w);
    }
    rs_json_field_bool(w, "required", p->required);
    rs_json_field_bool(w, "positional", !p->option);
    rs_json_field_bool(w, "repeatable", p->kind == RS_PARAM_TEXTS);
    if (p->keeps_commas) rs_json_field_bool(w, "keeps_commas", true);
    rs_json_field_bool(w, "command_only", p->command_only);
    if (p->of_context) rs_json_field_bool(w, "of_context", true);
    rs_json_field_cstr(w, "help", p->help);
    rs_json_end_object(w);
}

static void put_verb(rs_json_writer *w, const rs_verb *v)
{
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_json_field_cstr(w, "name", v->name);
    rs_json_field_cstr(w, "summary", v->summary);
    rs_json_field_cstr(w, "usage", v->usage);
    rs_json_field_cstr(w, "description", v->about);
    rs_json_field_array(w, "examples");
    for (size_t i = 0; v->examples[i]; i++) rs_json_write_cstr(w, v->examples[i]);
    rs_json_end_array(w);
    rs_json_field_cstr(w, "workspace", rs_api_use_name(v->use));
    rs_json_field_cstr(w, "answer", v->answer);
    /* The demo: it makes its data with code that is no part of the library. */
    rs_json_field_bool(w, "command_only", v->run == NULL);
    rs_json_field_array(w, "parameters");
    for (size_t i = 0; i < v->n_params; i++) put_param(w, &v->params[i]);
    rs_json_end_array(w);
    rs_json_end_object(w);
}

rsift_status rsift_parameters(const char *verb, rsift_answer *answer, rsift_error *err)
{
    if (!answer) return rs_err_set(err, RSIFT_E_ARG, "rsift_parameters: answer is NULL");
    *answer = (rsift_answer){0};
    const rs_verb *only = NULL;
    /* The document has one shape; for one verb its array has one element. */
    if (verb) RS_TRY(rs_verb_require(verb, &only, err));
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.parameters/1");
    rs_json_field_array(&w, "verbs");
    for (size_t i = 0; rs_verbs[i]; i++)
        if (!only || rs_verbs[i] == only) put_verb(&w, rs_verbs[i]);
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    return rs_session_answer(&b, answer, err);
}
