/* See recommend_page.h. */
#include "api/recommend_page.h"

#include "base/escape.h"
#include "codec/json.h"
#include "io/io.h"
#include "overlap/wall_views.h"
#include "page/recommendation.h"

enum {
    MOST_PICTURES = 48,
    MOST_BYTES = 1100 << 10, /* of all JPEGs: with base64 the page stays below 2 MB */
    A_FORM = 3
};

/* ---- pictures -------------------------------------------------------------------------------- */

/* Pictures of the samples that the answer shows: of every form its first, then its second. */
typedef struct pictures {
    rs_wall_views views;
    rs_page_picture items[MOST_PICTURES];
    size_t views_of[MOST_PICTURES];
    size_t n;
} pictures;

static rsift_status add_picture(pictures *p, rs_str id, rsift_error *err)
{
    rs_wall_view view = {.cut = {0, 0, 1, 1}};
    if (p->n == MOST_PICTURES || !rs_id_parse(id, &view.picture)) return RSIFT_OK;
    for (size_t i = 0; i < p->n; i++)
        if (rs_str_eq(p->items[i].id, id)) return RSIFT_OK;
    RS_TRY(rs_wall_views_add(&p->views, &view, &p->views_of[p->n], err));
    p->items[p->n++].id = id;
    return RSIFT_OK;
}

static rsift_status add_nth(pictures *p, const rs_json *forms, int nth, rsift_error *err)
{
    rs_json_iter it = rs_json_each(forms);
    for (const rs_json *form; (form = rs_json_next(&it, NULL));) {
        rs_json_iter chosen = rs_json_each(rs_json_get(form, "chosen"));
        const rs_json *sample = NULL;
        for (int i = 0; i <= nth; i++) sample = rs_json_next(&chosen, NULL);
        const rs_str id = rs_json_str(rs_json_get(sample, "picture"));
        if (id.ptr) RS_TRY(add_picture(p, id, err));
    }
    return RSIFT_OK;
}

static rsift_status read_pictures(rs_call *call, rs_store *store, const rs_json *answer,
                                  pictures *p, rsift_error *err)
{
    if (!store) return RSIFT_OK;
    for (int nth = 0; nth < A_FORM; nth++)
        RS_TRY(add_nth(p, rs_json_get(answer, "forms"), nth, err));
    RS_TRY(rs_wall_views_make(&p->views, call->session, store, err));
    size_t n_bytes = 0;
    for (size_t i = 0; i < p->n; i++) {
        const rs_str jpeg = rs_buf_view(&p->views.items[p->views_of[i]].jpeg);
        if (n_bytes + jpeg.len > MOST_BYTES) continue;
        p->items[i].jpeg = jpeg;
        n_bytes += jpeg.len;
    }
    return RSIFT_OK;
}

/* ---- the command ----------------------------------------------------------------------------- */

static void put_word(rs_json_writer *w, rs_call *call, rs_str word)
{
    rs_json_write_str(w, rs_escape_text(&call->arena, RS_ESCAPE_LINE, word));
}

/* One option as the command line has it. */
static void put_option(rs_json_writer *w, rs_call *call, const rs_verb_param *param)
{
    const rs_texts texts =
        param->kind == RS_PARAM_TEXTS ? rs_call_texts(call, param->name) : (rs_texts){0};
    if (param->kind == RS_PARAM_FLAG && !rs_call_flag(call, param->name)) return;
    for (size_t i = 0; i < (param->kind == RS_PARAM_TEXTS ? texts.n : 1); i++) {
        rs_json_write_cstr(w, param->option);
        if (param->kind == RS_PARAM_TEXTS) put_word(w, call, texts.items[i]);
        if (param->kind == RS_PARAM_TEXT) put_word(w, call, rs_call_str(call, param->name));
        if (param->kind == RS_PARAM_INTEGER || param->kind == RS_PARAM_NUMBER) {
            rs_buf number = {0};
            rs_json_put_double(&number, param->kind == RS_PARAM_NUMBER
                                            ? rs_call_number(call, param->name, 0)
                                            : (double)rs_call_integer(call, param->name, 0));
            rs_json_write_str(w, rs_buf_view(&number));
            rs_buf_fini(&number);
        }
    }
}

/* What the sliders don't change of the call, behind the fields of the model. */
static rsift_status put_call(rs_call *call, rs_buf *out, rsift_error *err)
{
    static const char *const changed[] = {"goals",  "benchmarks", "like",
                                          "budget", "recipe",     "html"};
    rs_json_writer w = rs_json_writer_to(out);
    rs_json_begin_object(&w);
    rs_json_field_array(&w, "options");
    for (size_t i = 0; i < call->verb->n_params; i++) {
        const rs_verb_param *param = &call->verb->params[i];
        bool keep = param->option && !param->command_only && !param->of_context &&
                    rs_call_given(call, param->name);
        for (size_t k = 0; keep && k < sizeof changed / sizeof *changed; k++)
            keep = !rs_str_eq(rs_str_of(param->name), rs_str_of(changed[k]));
        if (keep) put_option(&w, call, param);
    }
    /* the command has a budget, with which samples may be repeated */
    if (!rs_call_given(call, "budget") && !rs_call_given(call, "epochs")) {
        rs_json_write_cstr(&w, "--epochs");
        rs_json_write_cstr(&w, "1");
    }
    rs_json_end_array(&w);
    rs_json_write_key(&w, "recipe");
    put_word(&w, call,
             rs_call_given(call, "recipe") ? rs_call_str(call, "recipe") : RS_STR("recipe.yaml"));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the page", err);
}

/* ---- the file -------------------------------------------------------------------------------- */

static rsift_status write_page(rs_str path, const rs_buf *html, rsift_error *err)
{
    rs_io_out *out;
    RS_TRY(rs_io_out_open(path, &out, err));
    const rsift_status status = rs_io_out_write(out, html->ptr, html->len, err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

rsift_status rs_api_recommend_page(rs_call *call, const rs_recommend_page *page, rsift_error *err)
{
    const rs_str path = rs_call_str(call, "html");
    if (!path.ptr) return RSIFT_OK;
    rs_page_recommendation out = {.recipe = rs_buf_view(page->recipe),
                                  .model = rs_buf_view(page->model)};
    pictures *shown = rs_arena_calloc(&call->arena, 1, sizeof *shown);
    rs_buf asked = {0}, html = {0};
    if (!shown) return rs_err_nomem(err, "the page");
    rsift_status status = rs_json_parse(&call->arena, rs_buf_view(page->answer),
                                        &call->session->limits, &out.answer, err);
    if (status == RSIFT_OK) status = read_pictures(call, page->store, out.answer, shown, err);
    if (status == RSIFT_OK) status = put_call(call, &asked, err);
    out.call = rs_buf_view(&asked);
    out.pictures = shown->items;
    out.n_pictures = shown->n;
    if (status == RSIFT_OK) status = rs_page_put_recommendation(&out, &html, err);
    if (status == RSIFT_OK) status = write_page(path, &html, err);
    rs_wall_views_fini(&shown->views);
    rs_buf_fini(&asked);
    rs_buf_fini(&html);
    return status;
}
