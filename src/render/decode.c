/* Reading back what boxes.c wrote. Only text in exactly the model's spelling counts: a number list
 * in a released sentence is no box of a model that writes its boxes in tags. */
#include "render/decode.h"

#include "codec/json.h"
#include "lang/boxtext.h"
#include "render/in_place.h"
#include "render/measure.h"
#include "render/spelling.h"

typedef struct decoder {
    const rs_render_options *options;
    rs_canvas canvas;
    bool canvas_known;
    rs_str text;
    rs_arena *arena;
    rs_render_boxes *out;
    bool nomem, needs_canvas; /* why a box that was found could not be kept */
} decoder;

/* A label of JSON text with its escapes undone; as it is when that fails. */
static rs_str unescape(rs_arena *arena, rs_str label)
{
    if (rs_str_find_char(label, '\\') == RS_NPOS) return label;
    const rs_json *root = NULL;
    rs_str quoted = rs_arena_join(arena, RS_STR("\""), label, RS_STR("\""));
    if (!quoted.ptr || rs_json_parse(arena, quoted, NULL, &root, NULL) != RSIFT_OK) return label;
    rs_str text = rs_json_str(root);
    return text.ptr ? text : label;
}

/* The words of a run whose list begins at `at`, when the spelling marks them on both sides. */
static rs_str words_before(const rs_render_spelling *spelling, rs_str text, size_t at)
{
    rs_str open = rs_str_of(spelling->phrase.open), close = rs_str_of(spelling->phrase.close),
           gap = rs_str_of(spelling->phrase_gap), before = rs_str_sub(text, 0, at);
    if (!open.len || !close.len || !rs_str_ends(before, gap)) return (rs_str){0};
    before.len -= gap.len;
    if (!rs_str_ends(before, close)) return (rs_str){0};
    size_t end = before.len - close.len;
    /* the opening tag nearest to the closing one */
    for (size_t begin = end; begin >= open.len; begin--)
        if (rs_str_eq(rs_str_sub(text, begin - open.len, begin), open))
            return rs_str_trim(rs_str_sub(text, begin, end));
    return (rs_str){0};
}

/* Adds a box that was read; false = its numbers are none of the model's. */
static bool add_box(decoder *d, const rs_render_spelled *box, rs_str words)
{
    const rs_render_spelling *spelling = d->options->model->spelling;
    rs_convention convention;
    rs_written_box out = {.begin = (uint32_t)box->begin, .end = (uint32_t)box->end, .label = words};
    if (!rs_render_convention(d->options->model, box->n, &convention)) return false;
    d->needs_canvas |= !d->canvas_known;
    if (!d->canvas_known) return false;
    size_t n = rs_geom_decode(&convention, &d->canvas, box->numbers, box->n, out.pixels, 8);
    if (n == 0) return false;
    out.n_pixels = (uint32_t)n;
    /* Equal numbers of two sides decode to equal pixels: the box has no area at this step. */
    out.degenerate = n == 4 && (out.pixels[0] == out.pixels[2] || out.pixels[1] == out.pixels[3]);
    if (box->label.ptr)
        out.label = spelling->label_as_json ? unescape(d->arena, box->label) : box->label;
    rs_render_boxes *list = d->out;
    if (!rs_arena_grow(d->arena, (void **)&list->items, &list->cap, list->n + 1, sizeof out)) {
        d->nomem = true;
        return false;
    }
    list->items[list->n++] = out;
    return true;
}

/* One box of a JSON document. */
static void add_json_box(decoder *d, const rs_boxtext_span *span)
{
    rs_render_spelled box = {.begin = span->begin, .end = span->end, .n = span->n_numbers};
    if (span->n_numbers == 2 || span->n_numbers == 4 || span->n_numbers == 8) {
        for (size_t i = 0; i < box.n; i++)
            box.numbers[rs_render_written_index(d->options->model->spelling, i, box.n)] =
                span->numbers[i];
        (void)add_box(d, &box, (rs_str){0});
        return;
    }
    /* a polygon: counted, and its corners are not kept */
    rs_render_boxes *list = d->out;
    if (!rs_arena_grow(d->arena, (void **)&list->items, &list->cap, list->n + 1,
                       sizeof *list->items))
        d->nomem = true;
    else
        list->items[list->n++] =
            (rs_written_box){.begin = (uint32_t)span->begin, .end = (uint32_t)span->end};
}

/* Reads one list of boxes at `at`. Returns its end; 0 = there is none, and nothing was added. */
static size_t read_list(decoder *d, const rs_render_list *list, size_t at)
{
    const rs_render_spelling *spelling = d->options->model->spelling;
    size_t end = at, n_before = d->out->n;
    bool read = rs_render_skip(d->text, &end, list->open);
    rs_str words = {0};
    for (size_t next = end; read; end = next) {
        rs_render_spelled box;
        if (d->out->n > n_before && !rs_render_skip(d->text, &next, list->between)) break;
        if (!rs_render_read_box(spelling, d->text, &next, &box)) {
            read = d->out->n > n_before; /* the text between belongs to the sentence */
            break;
        }
        /* words are searched for only once a list is known to hold a box */
        if (d->out->n == n_before) words = words_before(spelling, d->text, at);
        read = add_box(d, &box, words);
    }
    if (read && rs_render_skip(d->text, &end, list->close)) return end;
    d->out->n = n_before;
    return 0;
}

/* Marks the bytes with which a list of boxes can begin, so that the rest of a text is passed
 * quickly: the first byte of the first text that is not empty, or of a number. */
static void mark_beginnings(const rs_render_spelling *spelling, bool begins[256])
{
    const rs_render_list *const lists[] = {&spelling->answer, &spelling->several, &spelling->one};
    const rs_render_affix *const boxes[] = {&spelling->box, &spelling->quad, &spelling->point};
    memset(begins, 0, 256 * sizeof *begins);
    for (size_t i = 0; i < 9; i++) {
        const char *const texts[] = {lists[i / 3]->open, boxes[i % 3]->open, spelling->numbers.open,
                                     spelling->number.open, "0123456789+-."};
        size_t k = 0;
        while (!texts[k] || !*texts[k]) k++;
        begins[(unsigned char)*texts[k]] = true;
        for (const char *c = texts[4]; k == 4 && *c; c++) begins[(unsigned char)*c] = true;
    }
}

rsift_status rs_render_decode(const rs_render_options *options, rs_str text, const double size[2],
                              rs_arena *arena, rs_render_boxes *out, rsift_error *err)
{
    const rs_render_spelling *spelling = options->model->spelling;
    decoder d = {.options = options, .text = text, .arena = arena, .out = out};
    d.canvas_known = rs_render_canvas(options, size[0], size[1], &d.canvas);
    bool begins[256];
    mark_beginnings(spelling, begins);
    rs_boxtext json = {0}; /* boxes of JSON documents, which keep the release's form */
    size_t next = 0;
    if (rs_render_reads_json(options->model) && rs_str_find_char(text, '{') != RS_NPOS)
        RS_TRY(rs_lang_boxtext_parse(arena, text, RS_BOXTEXT_JSON, &json, err));
    /* At each byte the longest form first: a list in an answer is not several lone boxes. */
    for (size_t at = 0, end; at < text.len && !d.nomem; at = end) {
        end = 0;
        while (next < json.n && (!json.spans[next].in_place || json.spans[next].begin < at)) next++;
        if (next < json.n && json.spans[next].begin == at) {
            end = json.spans[next].end;
            add_json_box(&d, &json.spans[next]);
            continue;
        }
        if (begins[(unsigned char)text.ptr[at]]) {
            end = read_list(&d, &spelling->answer, at);
            if (!end) end = read_list(&d, &spelling->several, at);
            if (!end) end = read_list(&d, &spelling->one, at);
        }
        if (!end) end = at + 1;
    }
    if (d.nomem) return rs_err_nomem(err, "boxes");
    if (d.needs_canvas)
        return rs_err_set(err, RSIFT_E_ARG, "a picture of %g x %g pixels cannot be resized for %s",
                          size[0], size[1], options->model->name);
    return RSIFT_OK;
}
