/* contact-sheet.html. The text of each shown record is read back by the layout's own reader, its
 * boxes decoded by the model's own convention, and drawn as SVG over the picture that was written.
 * One self-contained file: pictures are shrunk and embedded. */
#include "emit/contact_sheet.h"

#include "emit/verify.h"
#include "image/decode.h"

enum { SHOWN_SIDE = 480 };

/* Text with the characters that HTML reserves escaped. */
static void put_html(rs_buf *b, rs_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '<': rs_buf_cstr(b, "&lt;"); break;
        case '>': rs_buf_cstr(b, "&gt;"); break;
        case '&': rs_buf_cstr(b, "&amp;"); break;
        case '"': rs_buf_cstr(b, "&quot;"); break;
        default: rs_buf_char(b, text.ptr[i]);
        }
    }
}

/* Three bytes are four letters of 6 bits; "=" fills the last group. */
static void put_base64(rs_buf *b, const unsigned char *p, size_t n)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        /* Bytes behind the end count as 0. */
        uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
                     (i + 2 < n ? p[i + 2] : 0);
        char four[4] = {letters[v >> 18], letters[v >> 12 & 63],
                        i + 1 < n ? letters[v >> 6 & 63] : '=', i + 2 < n ? letters[v & 63] : '='};
        rs_buf_add(b, four, 4);
    }
}

/* The picture as a data URI; false = it cannot be shown (the sheet says so). */
static bool put_picture(const rs_emit_job *job, const rs_emit_picture *p, rs_buf *b)
{
    rs_arena arena = {0};
    rs_str bytes;
    rs_pixels pixels = {0}, small = {0};
    rs_buf jpeg = {0};
    bool ok =
        rs_emit_picture_read(&job->pictures, job->session, p, &arena, &bytes, NULL) == RSIFT_OK &&
        rs_image_decode(bytes, &job->session->limits, &pixels, NULL) == RSIFT_OK;
    uint32_t width, height;
    if (ok) {
        /* Sides of at most 480 pixels, JPEG at quality 85: the page stays small. */
        rs_image_fit(pixels.width, pixels.height, SHOWN_SIDE, &width, &height);
        ok = rs_image_shrink(&pixels, width, height, &small, NULL) == RSIFT_OK &&
             rs_image_encode_jpeg(&small, 85, &jpeg, NULL) == RSIFT_OK;
    }
    if (ok) {
        rs_buf_cstr(b, "data:image/jpeg;base64,");
        put_base64(b, (const unsigned char *)jpeg.ptr, jpeg.len);
    }
    rs_buf_fini(&jpeg);
    rs_pixels_fini(&pixels);
    rs_pixels_fini(&small);
    rs_arena_fini(&arena);
    return ok;
}

/* Boxes as SVG polygons in pixels of the picture, each with its label. */
static void put_boxes(rs_buf *b, const rs_written_box *boxes, size_t n, double width, double height)
{
    for (size_t i = 0; i < n; i++) {
        /* 4 numbers are two opposite corners, 8 are four corners; a box without pixels gets no
         * points. */
        const double *p = boxes[i].pixels;
        rs_buf_cstr(b, "<polygon points=\"");
        if (boxes[i].n_pixels == 4)
            rs_buf_printf(b, "%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f", p[0], p[1], p[2], p[1],
                          p[2], p[3], p[0], p[3]);
        for (uint32_t k = 0; boxes[i].n_pixels == 8 && k < 8; k += 2)
            rs_buf_printf(b, "%s%.1f,%.1f", k ? " " : "", p[k], p[k + 1]);
        rs_buf_cstr(b, "\"/>");
        /* The label stands 3 px above the first corner, or below it near the upper border; its
         * height is 1/40 of the longer side. */
        rs_buf_printf(b, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\">", p[0],
                      p[1] > 12 ? p[1] - 3 : p[1] + 12, (width > height ? width : height) / 40);
        put_html(b, boxes[i].label);
        rs_buf_cstr(b, "</text>");
    }
}

/* The page being written. */
typedef struct sheet {
    const rs_emit_job *job;
    rs_buf b;
    size_t n_boxes;
} sheet;

/* One record: its pictures with the boxes of the first, and its messages. */
static rsift_status put_one(sheet *s, const rs_emit_shown *shown, rsift_error *err)
{
    rs_arena arena = {0};
    rs_rendered r = {0};
    char id[RS_ID_TEXT];
    rs_buf *b = &s->b;
    rsift_status status = s->job->writer->read(&arena, shown->record, &r, err);
    rs_buf_cstr(b, "<section><div class=\"pictures\">");
    for (uint32_t i = 0; status == RSIFT_OK && i < shown->n_pictures; i++) {
        const rs_emit_picture *p = &s->job->pictures.items[shown->pictures[i]];
        /* Boxes are drawn on the first picture: text does not say which one they lie in. */
        rs_render_boxes boxes = {0};
        const double size[2] = {p->width, p->height};
        if (i == 0 && r.n_boxes == 0)
            status = rs_emit_decode(&s->job->render, &r, size, &arena, &boxes, err);
        const bool apart = i == 0 && r.n_boxes > 0; /* the layout keeps boxes apart, in pixels */
        const rs_written_box *items = apart ? r.boxes : boxes.items;
        size_t n = apart ? r.n_boxes : boxes.n;
        s->n_boxes += n;
        rs_buf_printf(
            b, "<figure><svg viewBox=\"0 0 %u %u\"><image width=\"%u\" height=\"%u\" href=\"",
            p->width, p->height, p->width, p->height);
        bool ok = put_picture(s->job, p, b);
        rs_buf_cstr(b, "\"/>");
        put_boxes(b, items, n, p->width, p->height);
        rs_buf_cstr(b, "</svg><figcaption>");
        put_html(b, p->name);
        rs_buf_printf(b, " · %u × %u px%s</figcaption></figure>", p->width, p->height,
                      ok ? "" : " · cannot be shown");
    }
    rs_buf_cstr(b, "</div><dl>");
    for (uint32_t m = 0; status == RSIFT_OK && m < r.n_messages; m++) {
        static const char *const roles[] = {"system", "user", "assistant"};
        rs_buf_printf(b, "<dt>%s</dt><dd>", roles[r.messages[m].role]);
        put_html(b, r.messages[m].text);
        rs_buf_cstr(b, "</dd>");
    }
    rs_buf_printf(b, "</dl><p class=\"id\">rsift sample %s</p></section>\n",
                  rs_id_text(id, shown->id));
    rs_arena_fini(&arena);
    return status;
}

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 "
    "1rem;color:#1d2329;"
    "background:#fff}h1{font-size:1.5rem}section{display:flex;gap:1.2rem;flex-wrap:wrap;border-top:"
    "1px solid #d5dbe1;"
    "padding:1.2rem "
    "0}.pictures{display:flex;gap:.8rem;flex-wrap:wrap}figure{margin:0}svg{width:320px;height:auto;"
    "background:#eef1f4;display:block}polygon{fill:none;stroke:#ff3b6b;stroke-width:2;vector-"
    "effect:non-scaling-stroke}"
    "text{fill:#8f0030;font-weight:600;paint-order:stroke;stroke:#fff;stroke-width:.3em}figcaption,"
    ".id{font-size:.75rem;color:#5c6873;"
    "max-width:320px;overflow-wrap:anywhere}dl{flex:1 1 "
    "20rem;margin:0}dt{font-weight:600;font-size:.8rem;color:#5c6873}"
    "dd{margin:0 0 "
    ".7rem;white-space:pre-wrap;overflow-wrap:anywhere}.id{flex-basis:100%;margin:0;max-width:"
    "none}";

rsift_status rs_emit_contact_sheet(rs_emit_job *job, const rs_emit_shown_list *shown,
                                   rsift_error *err)
{
    sheet s = {.job = job};
    rs_buf *b = &s.b;
    rs_buf_cstr(b,
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                "content=\"width=device-width\"><title>");
    put_html(b, job->name);
    rs_buf_cstr(b, " · contact sheet</title><style>");
    rs_buf_cstr(b, style);
    rs_buf_cstr(b, "</style><h1>");
    put_html(b, job->name);
    rs_buf_printf(b,
                  "</h1><p>%zu of the emitted samples, format %s, model %s. Every box below was "
                  "decoded back from the "
                  "written text by the model's own convention (%s), then drawn on the picture that "
                  "the trainer reads.</p>\n",
                  shown->n, job->writer->name, job->render.model->name, job->render.model->hbb);
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < shown->n; i++)
        status = put_one(&s, &shown->items[i], err);
    rs_buf_printf(b, "<p>%zu boxes drawn.</p></html>\n", s.n_boxes);
    if (status == RSIFT_OK && b->failed) status = rs_err_nomem(err, "the contact sheet");
    if (status == RSIFT_OK)
        status =
            rs_emit_write_file(&job->report, RS_STR("contact-sheet.html"), rs_buf_view(b), err);
    rs_buf_fini(b);
    return status;
}
