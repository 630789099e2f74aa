/* Slots: see slots.h. Source: ms-swift docs/source_en/Customization/Custom-dataset.md (`objects`).
 */
#include "readers/slots.h"

#include "lang/boxtext.h"

#define REF_SLOT RS_STR("<ref-object>")
#define BOX_SLOT RS_STR("<bbox>")

/* How many slots of each kind the turns have. */
static void count_slots(const rs_sample *sample, size_t *n_refs, size_t *n_boxes)
{
    *n_refs = *n_boxes = 0;
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        const rs_turn *turn = &sample->turns[i];
        rs_str rest = turn->text;
        if (!(rs_lang_boxtext_signs_of(rest, turn->signs) & RS_BOXTEXT_SIGN_TAG)) continue;
        for (size_t at; (at = rs_str_find_char(rest, '<')) != RS_NPOS;) {
            const char next = at + 1 < rest.len ? rest.ptr[at + 1] : '\0';
            rest = rs_str_sub(rest, at, rest.len);
            if (next == 'r') *n_refs += rs_str_starts(rest, REF_SLOT);
            else if (next == 'b') *n_boxes += rs_str_starts(rest, BOX_SLOT);
            rest = rs_str_sub(rest, 1, rest.len);
        }
    }
}

/* Pixels of the picture's file ("real", the default) or fractions ("norm1"), by count. */
static const rs_convention *convention_of(const rs_json *objects, size_t n)
{
    rs_str type = rs_json_str(rs_json_get(objects, "bbox_type"));
    const bool real = !type.ptr || rs_str_eq(type, RS_STR("real"));
    if (!real && !rs_str_eq(type, RS_STR("norm1"))) return NULL;
    if (n == 4) return rs_geom_convention(real ? RS_STR("px") : RS_STR("fraction"));
    if (n == 2) return rs_geom_convention(real ? RS_STR("px-point") : RS_STR("fraction-point"));
    return NULL;
}

/* What is filled so far; the slots of all turns are counted together. */
typedef struct filling {
    const rs_json *objects;
    const rs_sample *sample;
    rs_json_iter refs, boxes, ids;
    rs_filled_boxes *out;
} filling;

/* The next box of `objects`; false = it is none that ms-swift would take. */
static bool read_box(filling *f, rs_filled_box *out)
{
    const rs_json *box = rs_json_next(&f->boxes, NULL), *id = rs_json_next(&f->ids, NULL);
    int64_t picture = 0;
    if (rs_json_kind(box) != RS_JSON_ARRAY || rs_json_len(box) > 4) return false;
    *out = (rs_filled_box){.n_numbers = rs_json_len(box)};
    out->convention = convention_of(f->objects, out->n_numbers);
    if (id && !rs_json_i64(id, &picture)) return false;
    if (picture < 0 || (f->sample->n_assets && picture >= (int64_t)f->sample->n_assets))
        return false;
    out->asset = (int32_t)picture;
    rs_json_iter numbers = rs_json_each(box);
    for (size_t k = 0; k < out->n_numbers; k++)
        if (!rs_json_double(rs_json_next(&numbers, NULL), &out->numbers[k])) return false;
    return out->convention != NULL;
}

static void put_box(rs_buf *text, const rs_filled_box *box)
{
    for (size_t k = 0; k < box->n_numbers; k++) {
        rs_buf_cstr(text, k ? ", " : "[");
        rs_buf_double(text, box->numbers[k]);
    }
    rs_buf_char(text, ']');
}

/* The words of a slot: as a phrase in tags, which every model's own tags replace; inside of a JSON
 * string as they are, escaped. */
static void put_ref(rs_buf *text, rs_str words)
{
    const bool in_string = text->len && text->ptr[text->len - 1] == '"';
    if (!in_string) {
        rs_buf_cstr(text, "<p>");
        rs_buf_str(text, words);
        rs_buf_cstr(text, "</p>");
        return;
    }
    text->len--; /* the quotes come with the escapes, and the closing one stands in the text */
    rs_json_put_str(text, words);
    if (!text->failed) text->len--;
}

/* The words of a slot are the label of a box: a number that no list explains names nothing. */
static rsift_status check_ref(rs_parse *p, rs_str words)
{
    char quote[RS_QUOTE_SIZE];
    for (size_t i = 0; i < p->source->n_classes; i++)
        if (rs_str_eq(p->source->classes[i], words)) return RSIFT_OK;
    if (rs_model_is_name(words)) return RSIFT_OK;
    return rs_parse_find(p, RS_F_LABEL_NAMELESS, RS_STR("objects.ref"), "\"%s\" names no object",
                         rs_err_quote(quote, words));
}

/* Fills the slots of one text into `made`; *good false = a box or a name cannot be used. */
static rsift_status fill_turn(rs_parse *p, filling *f, uint32_t turn, rs_buf *made, bool *good)
{
    rs_str rest = f->sample->turns[turn].text;
    while (*good) {
        const size_t ref = rs_str_find(rest, REF_SLOT), box = rs_str_find(rest, BOX_SLOT);
        const size_t at = ref < box ? ref : box;
        if (at == RS_NPOS) break;
        rs_buf_str(made, rs_str_sub(rest, 0, at));
        rest = rs_str_sub(rest, at + (ref < box ? REF_SLOT : BOX_SLOT).len, rest.len);
        if (ref < box) {
            rs_str words = rs_json_str(rs_json_next(&f->refs, NULL));
            *good = words.len > 0;
            if (*good) put_ref(made, rs_str_trim(words));
            if (*good) RS_TRY(check_ref(p, rs_str_trim(words)));
            continue;
        }
        rs_filled_boxes *out = f->out;
        if (!rs_arena_grow(p->scratch, (void **)&out->items, &out->cap, out->n + 1,
                           sizeof *out->items))
            return rs_err_nomem(p->err, "the boxes of a record");
        rs_filled_box *filled = &out->items[out->n];
        *good = read_box(f, filled);
        filled->turn = turn;
        filled->begin = made->len;
        if (*good) put_box(made, filled);
        filled->end = made->len;
        out->n++;
    }
    rs_buf_str(made, rest);
    return made->failed ? rs_err_nomem(p->err, "a turn") : RSIFT_OK;
}

/* The texts with their slots filled take the place of the turns' own only when all of them are. */
static rsift_status fill_all(rs_parse *p, const rs_json *objects, const rs_sample *sample,
                             rs_str *texts, rs_filled_boxes *out, bool *good)
{
    filling f = {.objects = objects,
                 .sample = sample,
                 .refs = rs_json_each(rs_json_get(objects, "ref")),
                 .boxes = rs_json_each(rs_json_get(objects, "bbox")),
                 .ids = rs_json_each(rs_json_get(objects, "image_id")),
                 .out = out};
    rsift_status status = RSIFT_OK;
    rs_buf made = {0};
    for (uint32_t i = 0; i < sample->n_turns && status == RSIFT_OK && *good; i++) {
        made.len = 0;
        status = fill_turn(p, &f, i, &made, good);
        if (status == RSIFT_OK) status = rs_parse_copy(p, rs_buf_view(&made), &texts[i]);
    }
    rs_buf_fini(&made);
    return status;
}

rsift_status rs_slots_fill(rs_parse *p, const rs_json *objects, const rs_sample *sample,
                           rs_turn *turns, rs_filled_boxes *out)
{
    size_t n_refs, n_boxes;
    count_slots(sample, &n_refs, &n_boxes);
    *out = (rs_filled_boxes){0};
    if (n_refs + n_boxes == 0) return RSIFT_OK;
    const size_t have_refs = rs_json_len(rs_json_get(objects, "ref")),
                 have_boxes = rs_json_len(rs_json_get(objects, "bbox"));
    bool good = n_refs == have_refs && n_boxes == have_boxes;
    rs_str *texts = rs_arena_calloc(p->scratch, (size_t)sample->n_turns + 1, sizeof *texts);
    if (!texts) return rs_err_nomem(p->err, "turns");
    if (good) RS_TRY(fill_all(p, objects, sample, texts, out, &good));
    if (good) {
        for (uint32_t i = 0; i < sample->n_turns; i++) {
            turns[i].text = texts[i];
            turns[i].signs = 0; /* of the new text nobody knows them yet */
        }
        return RSIFT_OK;
    }
    out->n = 0;
    return rs_parse_find(p, RS_F_PLACEHOLDERS, RS_STR("objects"),
                         "%zu <ref-object> and %zu <bbox> in the text, %zu ref and %zu bbox that "
                         "can fill them",
                         n_refs, n_boxes, have_refs, have_boxes);
}

const rs_filled_box *rs_slots_filled_at(const rs_filled_boxes *boxes, size_t turn, size_t begin,
                                        size_t end)
{
    size_t low = 0, high = boxes->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const rs_filled_box *box = &boxes->items[middle];
        if (box->turn < turn || (box->turn == turn && box->begin < begin)) low = middle + 1;
        else high = middle;
    }
    const rs_filled_box *box = low < boxes->n ? &boxes->items[low] : NULL;
    return box && box->turn == turn && box->begin < end ? box : NULL;
}
