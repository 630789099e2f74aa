/* contact-sheet.html: some records of every dataset and task. The text of each is read back by the
 * layout's own reader, its boxes decoded by the model's own convention, and drawn as SVG over the
 * picture that was written. One self-contained file: pictures are shrunk and embedded, a click
 * shows one as large as the window. */
#include "emit/contact_sheet.h"

#include "base/escape.h"
#include "emit/verify.h"
#include "image/data_uri.h"
#include "image/decode.h"

#include <inttypes.h>

enum { SHOWN_SIDE = 768 };

/* The picture as a data URI. *shown is false when it cannot be shown, which the sheet says; memory
 * and disk concern more than this picture and are errors. */
static rsift_status put_picture(const rs_emit_job *job, const rs_emit_picture *p, rs_buf *b,
                                bool *shown, rsift_error *err)
{
    rs_arena arena = {0};
    rs_str bytes;
    rs_pixels small = {0};
    rs_buf jpeg = {0};
    rsift_error why = {0};
    rsift_status status =
        rs_emit_picture_read(&job->pictures, job->session, p, &arena, &bytes, &why);
    if (status == RSIFT_OK)
        status = rs_image_decode_small(bytes, &job->session->limits, SHOWN_SIDE, &small, &why);
    /* JPEG at quality 85: the page stays small. */
    if (status == RSIFT_OK) status = rs_image_encode_jpeg(&small, 85, &jpeg, &why);
    *shown = status == RSIFT_OK;
    if (*shown) rs_image_put_jpeg_uri(b, rs_buf_view(&jpeg));
    rs_buf_fini(&jpeg);
    rs_pixels_fini(&small);
    rs_arena_fini(&arena);
    if (status != RSIFT_E_NOMEM && status != RSIFT_E_IO) return RSIFT_OK;
    if (err) *err = why;
    return status;
}

/* One box as an SVG polygon in pixels of the picture, with its number and label. */
static void put_box(rs_buf *b, const rs_written_box *box, size_t number, double width,
                    double height)
{
    /* 4 numbers are two opposite corners, 8 are four; a box without pixels gets no points. */
    const double *p = box->pixels, size = (width > height ? width : height) / 36;
    rs_buf_cstr(b, "<polygon points=\"");
    if (box->n_pixels == 4)
        rs_buf_printf(b, "%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f", p[0], p[1], p[2], p[1], p[2],
                      p[3], p[0], p[3]);
    for (uint32_t k = 0; box->n_pixels == 8 && k < 8; k += 2)
        rs_buf_printf(b, "%s%.1f,%.1f", k ? " " : "", p[k], p[k + 1]);
    rs_buf_cstr(b, "\"/>");
    /* A point has no area: a circle shows it. */
    if (box->n_pixels == 2)
        rs_buf_printf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>", p[0], p[1], size / 3);
    /* The words stand above the first corner, or below it near the upper border, and end at it near
     * the right border. */
    const bool right = p[0] > width * 0.75;
    rs_buf_printf(b, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\"%s>%zu ",
                  right ? (box->n_pixels >= 4 && p[2] > p[0] ? p[2] : p[0]) : p[0],
                  p[1] > size ? p[1] - size / 4 : p[1] + size, size,
                  right ? " text-anchor=\"end\"" : "", number);
    rs_escape_put(b, RS_ESCAPE_HTML, box->label);
    rs_buf_cstr(b, "</text>");
}

/* The page being written. */
typedef struct sheet {
    const rs_emit_job *job;
    rs_buf b;
    size_t n_boxes;
} sheet;

/* Whether box number i of n lies on picture `image` of the record. Text does not say where a box
 * lies, but boxes are read back in the order in which they were meant. */
static bool lies_on(const rs_emit_shown *shown, size_t i, size_t n, uint32_t image)
{
    return n == shown->n_boxes ? shown->box_pictures[i] == image : image == 0;
}

/* Picture `i` of the record with the boxes that lie on it. */
static rsift_status put_figure(sheet *s, const rs_emit_shown *shown, const rs_rendered *r,
                               uint32_t i, rsift_error *err)
{
    const rs_emit_picture *p = &s->job->pictures.items[shown->pictures[i]];
    rs_buf *b = &s->b;
    rs_arena arena = {0};
    rs_render_boxes boxes = {0};
    const double size[2] = {p->width, p->height};
    const bool apart = r->n_boxes > 0; /* the layout keeps boxes apart, in pixels */
    rsift_status status = RSIFT_OK;
    if (!apart) status = rs_emit_decode(&s->job->render, r, size, &arena, &boxes, err);
    const rs_written_box *items = apart ? r->boxes : boxes.items;
    const size_t n = apart ? r->n_boxes : boxes.n;
    rs_buf_printf(b,
                  "<figure><svg tabindex=\"0\" viewBox=\"0 0 %u %u\"><image width=\"%u\" "
                  "height=\"%u\" href=\"",
                  p->width, p->height, p->width, p->height);
    bool ok = false;
    if (status == RSIFT_OK) status = put_picture(s->job, p, b, &ok, err);
    rs_buf_cstr(b, "\"/>");
    for (size_t k = 0; status == RSIFT_OK && k < n; k++) {
        if (apart ? items[k].image != i : !lies_on(shown, k, n, i)) continue;
        put_box(b, &items[k], k + 1, p->width, p->height);
        s->n_boxes++;
    }
    rs_buf_cstr(b, "</svg><figcaption>");
    rs_escape_put(b, RS_ESCAPE_HTML, p->name);
    rs_buf_printf(b, " · %u × %u px%s</figcaption></figure>", p->width, p->height,
                  ok ? "" : " · cannot be shown");
    rs_arena_fini(&arena);
    return status;
}

/* One record: where it comes from and why it is shown, its pictures, its messages. */
static rsift_status put_one(sheet *s, const rs_emit_choice *choice, rsift_error *err)
{
    const rs_emit_shown *shown = choice->shown;
    rs_arena arena = {0};
    rs_rendered r = {0};
    char id[RS_ID_TEXT];
    rs_buf *b = &s->b;
    rs_buf_cstr(b, "<section><h2>");
    rs_escape_put(b, RS_ESCAPE_HTML, choice->stratum->dataset);
    rs_buf_cstr(b, " · ");
    rs_escape_put(b, RS_ESCAPE_HTML, choice->stratum->task);
    rs_buf_printf(b,
                  "</h2><p class=\"id\">one of %" PRId64 " records of this kind · rsift sample %s",
                  choice->stratum->n, rs_id_text(id, shown->id));
    rs_buf_cstr(b, "</p><div class=\"pictures\">");
    rsift_status status = s->job->writer->read(&arena, shown->record, &r, err);
    for (uint32_t i = 0; status == RSIFT_OK && i < shown->n_pictures; i++)
        status = put_figure(s, shown, &r, i, err);
    rs_buf_cstr(b, "</div><dl>");
    for (uint32_t m = 0; status == RSIFT_OK && m < r.n_messages; m++) {
        static const char *const roles[] = {"system", "user", "assistant"};
        rs_buf_printf(b, "<dt>%s</dt><dd>", roles[r.messages[m].role]);
        rs_escape_put(b, RS_ESCAPE_HTML, r.messages[m].text);
        rs_buf_cstr(b, "</dd>");
    }
    rs_buf_cstr(b, "</dl></section>\n");
    rs_arena_fini(&arena);
    return status;
}

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem;color:#1d2329;background:#fff}"
    "h1{font-size:1.5rem}h2{font-size:1rem;margin:0}"
    ".grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(26rem,1fr));gap:1.5rem}"
    "section{border-top:2px solid #d5dbe1;padding-top:.7rem;min-width:0}"
    ".pictures{display:flex;gap:.8rem;margin:.5rem 0}figure{margin:0;flex:1 1 0;min-width:0}"
    "svg{width:100%;max-height:34rem;background:#eef1f4;display:block;cursor:zoom-in}"
    "polygon,circle{fill:none;stroke:#ff3b6b;stroke-width:2;vector-effect:non-scaling-stroke}"
    "text{fill:#8f0030;font-weight:600;paint-order:stroke;stroke:#fff;stroke-width:.3em}"
    "figcaption,.id{font-size:.75rem;color:#5c6873;margin:0;overflow-wrap:anywhere}"
    "dl{margin:0}dt{font-weight:600;font-size:.8rem;color:#5c6873}"
    "dd{margin:0 0 "
    ".7rem;white-space:pre-wrap;overflow-wrap:anywhere;max-height:20rem;overflow:auto}"
    "dialog{border:0;padding:0;max-width:98vw;max-height:98vh}"
    "dialog svg{width:96vw;height:94vh;max-height:none;cursor:zoom-out}"
    "dialog::backdrop{background:#000c}";

/* A click, or Enter on the picture that has the focus, shows it in a dialog; another closes it. */
static const char script[] = "<dialog></dialog><script>const d=document.querySelector('dialog');"
                             "const show=e=>{const s=e.target.closest('section svg');if(!s)return;"
                             "d.replaceChildren(s.cloneNode(true));d.showModal()};"
                             "document.addEventListener('click',show);"
                             "document.addEventListener('keydown',e=>{if(e.key==='Enter')show(e)});"
                             "d.addEventListener('click',()=>d.close());</script>";

rsift_status rs_emit_contact_sheet(rs_emit_job *job, rs_emit_shown_list *shown, rsift_error *err)
{
    sheet s = {.job = job};
    rs_emit_choice choices[RS_EMIT_SHOWN_MAX];
    const size_t n = rs_emit_shown_choose(shown, choices);
    rs_buf *b = &s.b;
    rs_buf_cstr(b,
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                "content=\"width=device-width\"><title>");
    rs_escape_put(b, RS_ESCAPE_HTML, job->name);
    rs_buf_cstr(b, " · contact sheet</title><style>");
    rs_buf_cstr(b, style);
    rs_buf_cstr(b, "</style><h1>");
    rs_escape_put(b, RS_ESCAPE_HTML, job->name);
    rs_buf_printf(
        b,
        "</h1><p>%zu of %" PRId64 " records, format %s, model %s: every dataset in turn, and "
        "of a dataset every task. Each box was decoded back from the written text by the "
        "model's own convention (%s) and drawn on the picture that the trainer reads; its "
        "number is its place in the text. A click on a picture enlarges it.</p>\n<div "
        "class=\"grid\">",
        n, job->report.n_records, job->writer->name, job->render.model->name,
        job->render.model->hbb->name);
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) status = put_one(&s, &choices[i], err);
    rs_buf_printf(b, "</div><p>%zu boxes drawn.</p>", s.n_boxes);
    rs_buf_cstr(b, script);
    rs_buf_cstr(b, "</html>\n");
    if (status == RSIFT_OK && b->failed) status = rs_err_nomem(err, "the contact sheet");
    if (status == RSIFT_OK)
        status =
            rs_emit_write_file(&job->report, RS_STR("contact-sheet.html"), rs_buf_view(b), err);
    rs_buf_fini(b);
    return status;
}
