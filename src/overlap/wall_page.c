/* See wall_page.h. The page works without its script, too: it then shows all pairs side by side. */
#include "overlap/wall_page.h"

#include "base/escape.h"
#include "codec/json_writer.h"
#include "image/data_uri.h"
#include "image/hash.h"
#include "overlap/wall_matrix.h"
#include "page/page.h"

#include <inttypes.h>
#include <math.h>

enum { IDS_SHOWN = 3 };

/* ---- one pair -------------------------------------------------------------------------------- */

static const char *side_word(const rs_wall_page *page, int side)
{
    static const char *const words[2][2] = {{"benchmark", "training data"},
                                            {"stays", "repeats it"}};
    return words[page->kind == RS_WALL_DUPLICATES][side];
}

/* The picture of a view, or why there is none. */
static void put_view(rs_buf *b, const rs_wall_view *view, const char *what)
{
    if (!view->jpeg.len) {
        rs_buf_cstr(b, "<p class=\"none\">cannot be shown: ");
        rs_page_put_text(b, view->why.ptr ? view->why : RS_STR("not read"));
        rs_buf_cstr(b, "</p>");
        return;
    }
    rs_buf_printf(b, "<img alt=\"%s\" src=\"", what);
    rs_image_put_jpeg_uri(b, rs_buf_view(&view->jpeg));
    rs_buf_cstr(b, "\">");
}

/* "dior · train.zip > a.jpg · 800 x 800 px · laid: turned 90 degrees clockwise" */
static void put_caption(const rs_wall_page *page, const rs_wall_shown *s, int side, rs_buf *b)
{
    const rs_wall_side *of = side ? &s->pair.b : &s->pair.a;
    rs_buf_printf(b, "<figcaption><b>%s</b> ", side_word(page, side));
    rs_page_put_text(b, of->dataset);
    rs_buf_cstr(b, "<br><span class=\"name\">");
    rs_page_put_text(b, of->name);
    rs_buf_cstr(b, "</span>");
    if (of->width && of->height)
        rs_buf_printf(b, "<br>%" PRIu32 " × %" PRIu32 " px", of->width, of->height);
    if (side && s->pair.orientation)
        rs_buf_printf(b, ", shown %s", rs_image_orientation_name(s->pair.orientation));
    rs_buf_cstr(b, "</figcaption>");
}

/* One of the two pictures, whole, with a frame around the piece. */
static void put_scene(const rs_wall_page *page, const rs_wall_shown *s, int side, rs_buf *b)
{
    const double *f = s->frame[side];
    rs_buf_cstr(b, "<figure class=\"scene\"><div class=\"shot\">");
    put_view(b, &page->views->items[s->whole[side]], side_word(page, side));
    rs_buf_printf(b,
                  "<i class=\"frame\" style=\"left:%.2f%%;top:%.2f%%;width:%.2f%%;"
                  "height:%.2f%%\"></i></div>",
                  f[0] * 100, f[1] * 100, f[2] * 100, f[3] * 100);
    put_caption(page, s, side, b);
    rs_buf_cstr(b, "</figure>");
}

/* Left: the picture of the first side. Right: the other, laid on it; the script turns it into the
 * difference. A piece is compared with what is cut out of the scene, which stands before both. */
static void put_figures(const rs_wall_page *page, const rs_wall_shown *s, rs_buf *b)
{
    rs_buf_printf(b, "<div class=\"figures of-%d\">", 2 + s->framed[0] + s->framed[1]);
    for (int side = 0; side < 2; side++)
        if (s->framed[side]) put_scene(page, s, side, b);
    for (int side = 0; side < 2; side++) {
        rs_buf_printf(b, "<figure><div class=\"shot %s\">", side ? "over" : "under");
        put_view(b, &page->views->items[s->part[side]],
                 side ? "the second picture, laid on the first" : "the first picture");
        rs_buf_cstr(b, "</div>");
        if (!s->framed[side]) put_caption(page, s, side, b);
        else rs_buf_printf(b, "<figcaption>cut out of the %s</figcaption>", side_word(page, side));
        rs_buf_cstr(b, "</figure>");
    }
    rs_buf_cstr(b, "</div>");
}

static void put_ids(const rs_wall_side *side, const char *word, rs_buf *b)
{
    rs_str rest = side->samples, id;
    rs_buf_printf(b, "<dt>%s: %" PRId64 " sample%s</dt><dd class=\"ids\">", word, side->n_samples,
                  side->n_samples == 1 ? "" : "s");
    int n = 0;
    for (; n < IDS_SHOWN && rest.len && rs_str_split(&rest, ',', &id); n++) {
        rs_buf_cstr(b, n ? "<br>" : "");
        rs_page_put_text(b, id);
    }
    if (side->n_samples > n)
        rs_buf_printf(b, "%sand %" PRId64 " more", n ? "<br>" : "", side->n_samples - n);
    rs_buf_cstr(b, "</dd>");
}

static void put_facts(const rs_wall_page *page, const rs_wall_shown *s, rs_buf *b)
{
    const rs_wall_pair *p = &s->pair;
    rs_buf_cstr(b, "<dl>");
    if (p->evidence.len) {
        rs_buf_cstr(b, "<dt>evidence</dt><dd>");
        rs_page_put_text(b, p->evidence);
        rs_buf_cstr(b, "</dd>");
    }
    rs_buf_cstr(b, "<dt>lineage</dt><dd>");
    rs_page_put_text(b, s->lineage.ptr ? s->lineage : RS_STR("not known to the catalogue"));
    rs_buf_cstr(b, "</dd>");
    put_ids(&p->a, side_word(page, 0), b);
    put_ids(&p->b, side_word(page, 1), b);
    rs_buf_cstr(b, "</dl>");
}

/* "perceptual · 12 bits · score 0.961 · turned 90 degrees clockwise" */
static void put_proof(const rs_wall_shown *s, rs_buf *b)
{
    const rs_wall_pair *p = &s->pair;
    const double *at = p->place;
    rs_buf_cstr(b, "<p class=\"proof\"><b class=\"method\">");
    rs_page_put_text(b, p->method);
    rs_buf_cstr(b, "</b>");
    if (p->level.len) {
        rs_buf_cstr(b, " ");
        rs_page_put_text(b, p->level);
    }
    rs_str rest = p->methods, other;
    while (rest.len && rs_str_split(&rest, ',', &other)) {
        if (rs_str_eq(other, p->method)) continue;
        rs_buf_cstr(b, ", also ");
        rs_page_put_text(b, other);
    }
    if (p->has_score) rs_buf_printf(b, " · score %.3f", p->score);
    if (p->distance >= 0) rs_buf_printf(b, " · %" PRId64 " bits", p->distance);
    if (p->is_laid) rs_buf_printf(b, " · %s", rs_image_orientation_name(p->orientation));
    if (s->framed[0] || s->framed[1])
        rs_buf_printf(b, " · at %.0f, %.0f, %.0f × %.0f px", at[0], at[1], at[2], at[3]);
    rs_buf_cstr(b, "</p>");
}

static void put_pair(const rs_wall_page *page, size_t i, rs_buf *b)
{
    const rs_wall_shown *s = &page->shown[i];
    const rs_wall_pair *p = &s->pair;
    rs_buf_printf(
        b, "<article id=\"pair-%zu\" tabindex=\"-1\"><h2><label><input type=\"checkbox\"> ", i + 1);
    rs_page_put_text(b, p->benchmark.len ? p->benchmark : p->a.dataset);
    rs_buf_cstr(b, " <span>·</span> ");
    rs_page_put_text(b, p->b.dataset);
    rs_buf_cstr(b, "</label></h2>");
    put_proof(s, b);
    put_figures(page, s, b);
    put_facts(page, s, b);
    rs_buf_cstr(b, "</article>\n");
}

/* ---- the pairs as data ----------------------------------------------------------------------- */

static void put_field(rs_json_writer *w, rs_arena *arena, const char *key, rs_str text)
{
    /* As a person may see it: the page shows these texts. */
    rs_json_field_str(w, key, rs_escape_text(arena, RS_ESCAPE_LINE, text));
}

static void put_side_data(rs_json_writer *w, rs_arena *arena, const char *key,
                          const rs_wall_side *side)
{
    char id[RS_ID_TEXT];
    rs_str rest = side->samples, sample;
    rs_json_field_object(w, key);
    rs_json_field_cstr(w, "content_hash", rs_id_text(id, side->picture));
    put_field(w, arena, "dataset", side->dataset);
    put_field(w, arena, "picture", side->name);
    rs_json_field_i64(w, "n_samples", side->n_samples);
    rs_json_field_array(w, "samples");
    while (rest.len && rs_str_split(&rest, ',', &sample)) rs_json_write_str(w, sample);
    rs_json_end_array(w);
    rs_json_end_object(w);
}

/* One pair as the script knows it. */
static void put_data(const rs_wall_shown *s, rs_json_writer *w)
{
    const rs_wall_pair *p = &s->pair;
    rs_arena arena = {0};
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    put_field(w, &arena, "benchmark", p->benchmark);
    put_field(w, &arena, "method", p->method);
    rs_str rest = p->methods, method;
    rs_json_field_array(w, "methods");
    while (rest.len && rs_str_split(&rest, ',', &method))
        rs_json_write_str(w, rs_escape_text(&arena, RS_ESCAPE_LINE, method));
    rs_json_end_array(w);
    put_field(w, &arena, "level", p->level);
    put_field(w, &arena, "evidence", p->evidence);
    if (p->has_score) rs_json_field_double(w, "score", p->score);
    if (p->distance >= 0) rs_json_field_i64(w, "distance", p->distance);
    if (p->is_laid) rs_json_field_cstr(w, "transform", rs_image_orientation_name(p->orientation));
    if (p->has_place) {
        rs_json_field_array(w, "place");
        for (int i = 0; i < 4; i++) rs_json_write_double(w, p->place[i]);
        rs_json_end_array(w);
    }
    if (s->lineage.ptr) put_field(w, &arena, "lineage", s->lineage);
    put_side_data(w, &arena, "a", &p->a);
    put_side_data(w, &arena, "b", &p->b);
    rs_json_end_object(w);
    rs_arena_fini(&arena);
}

static rsift_status put_pairs_data(const rs_wall_page *page, rs_buf *b, rsift_error *err)
{
    rs_buf json = {0};
    rs_json_writer w = rs_json_writer_to(&json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.wall/1");
    rs_json_field_cstr(&w, "kind", page->kind == RS_WALL_DUPLICATES ? "duplicates" : "leaks");
    rs_json_field_i64(&w, "n_pairs", page->n_all);
    rs_json_field_array(&w, "pairs");
    for (size_t i = 0; i < page->n_shown; i++) put_data(&page->shown[i], &w);
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    const rsift_status status = rs_json_finish(&w, "the page", err);
    if (status == RSIFT_OK) rs_page_put_data(b, "data", rs_buf_view(&json));
    rs_buf_fini(&json);
    return status;
}

/* ---- the page -------------------------------------------------------------------------------- */

static void put_head(const rs_wall_page *page, rs_buf *b)
{
    const bool duplicates = page->kind == RS_WALL_DUPLICATES;
    rs_page_begin(b, &(rs_page_head){.title = duplicates ? "Near-duplicate pictures" : "Leaks",
                                     .style = "src/overlap/wall.css",
                                     .body_class = duplicates ? "duplicates" : "leaks"});
    rs_buf_cstr(b, "<header><h1>");
    rs_buf_cstr(b,
                duplicates ? "Pictures that repeat others" : "Test pictures in the training data");
    rs_buf_printf(b,
                  "</h1><p>%zu of %" PRId64 " pairs are shown, taken evenly over %sdatasets and "
                  "methods. Pictures are shrunk to %d px.</p></header>\n<main>",
                  page->n_shown, page->n_all, duplicates ? "" : "benchmarks, ", RS_WALL_SIDE);
}

static rsift_status flush(rs_buf *b, rs_io_out *out, rsift_error *err)
{
    if (b->failed) return rs_err_nomem(err, "the page");
    RS_TRY(rs_io_out_write(out, b->ptr, b->len, err));
    b->len = 0;
    return RSIFT_OK;
}

rsift_status rs_wall_page_write(const rs_wall_page *page, rs_io_out *out, rsift_error *err)
{
    rs_buf b = {0};
    put_head(page, &b);
    rs_wall_put_matrix(page->cells, page->n_cells, &b);
    rs_page_put_file(&b, "src/overlap/wall.html");
    rs_buf_cstr(&b, "<section id=\"wall\" aria-label=\"pairs\">\n");
    if (page->n_shown == 0)
        rs_buf_cstr(&b, "<p>No pair of pictures was found. What was compared, and what was not, "
                        "stands above.</p>\n");
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < page->n_shown; i++) {
        put_pair(page, i, &b);
        status = flush(&b, out, err);
    }
    rs_buf_cstr(&b, "</section></main>\n");
    if (status == RSIFT_OK) status = put_pairs_data(page, &b, err);
    rs_buf_cstr(&b, "<script>");
    rs_page_put_file(&b, "src/overlap/wall.js");
    rs_buf_cstr(&b, "</script></body></html>\n");
    if (status == RSIFT_OK) status = flush(&b, out, err);
    rs_buf_fini(&b);
    return status;
}
