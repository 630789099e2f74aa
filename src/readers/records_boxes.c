/* Boxes of flat records: see records_boxes.h. */
#include "readers/records_boxes.h"

#include "lang/boxtext.h"
#include "lang/boxwords.h"

/* A region of n numbers, which are copied into the batch. */
static rsift_status add_region(rs_parse *p, rs_region_list *list, const rs_convention *convention,
                               const double *numbers, size_t n, rs_str label)
{
    double *coords = rs_arena_alloc(&p->batch->arena, n * sizeof *coords);
    rs_region *region = coords ? rs_parse_region(p, list) : NULL;
    if (!region) return rs_err_nomem(p->err, "a region");
    memcpy(coords, numbers, n * sizeof *coords);
    region->kind = rs_parse_kind(convention);
    region->label = label;
    region->coords = coords;
    region->n_coords = (uint32_t)n;
    region->convention = convention;
    return RSIFT_OK;
}

/* One box, or a list of boxes. */
static rsift_status add_numbers(rs_parse *p, const rs_record_fields *fields, const rs_json *value,
                                const rs_record_labels *labels, rs_region_list *list, bool *bad)
{
    rs_json_iter it = rs_json_each(value);
    /* [x,y,..] or [[x,y],..] is one box, [[x,y,x,y],..] a list of them: a point has 2 numbers */
    bool nested = it.left && rs_json_kind(it.at) == RS_JSON_ARRAY && rs_json_len(it.at) > 2;
    const size_t n_boxes = nested ? it.left : 1;
    /* a list of one class beside several boxes names one of them */
    if ((labels->n > 1 || (labels->n == 1 && labels->is_list && nested)) && labels->n != n_boxes) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_TYPE, fields->class_name,
                             "expected a class for each of %zu boxes, found %zu", n_boxes,
                             labels->n);
    }
    for (size_t k = 0; k < n_boxes; k++) {
        double *numbers;
        size_t n;
        const rs_str label = labels->n > 1 ? labels->items[k] : labels->of_all;
        const rs_json *one = nested ? rs_json_next(&it, NULL) : value;
        RS_TRY(rs_parse_numbers(p, one, fields->box, 1 << 16, &numbers, &n));
        if (n == 0) continue;
        const rs_str spelling = RS_STR("numbers");
        const rs_convention *convention =
            rs_box_meaning(p->source, &fields->conventions, spelling, numbers, n);
        if (convention) RS_TRY(add_region(p, list, convention, numbers, n, label));
        else if (!fields->conventions.n_plain)
            RS_TRY(rs_parse_open_box(p, spelling, numbers, n, 0, fields->box));
        else
            RS_TRY(rs_parse_find(p, RS_F_NUMBER, fields->box,
                                 "no convention is known for %zu numbers", n));
    }
    return RSIFT_OK;
}

/* The turn that holds the text of the field; -1 = none. */
static int32_t turn_of(const rs_sample *sample, rs_str text)
{
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (rs_str_starts(sample->turns[i].text, text)) return (int32_t)i; /* choices may follow */
    return -1;
}

/* Where the region stands in its turn. A box in the question points at something. */
static void tie_region(rs_region *region, const rs_sample *sample, int32_t turn,
                       const rs_boxtext_span *span)
{
    region->turn = turn;
    region->flags = RS_REGION_FROM_TEXT;
    if (sample->turns[turn].role == RS_TURN_USER) region->flags |= RS_REGION_MARK;
    region->begin = (uint32_t)span->begin;
    region->end = (uint32_t)span->end;
    region->group = span->group;
}

/* Boxes written as text, in any style. */
static rsift_status add_text(rs_parse *p, const rs_record_fields *fields, const rs_sample *sample,
                             rs_str text, rs_str label, rs_region_list *list)
{
    rs_boxtext boxes;
    const int32_t turn = turn_of(sample, text);
    RS_TRY(rs_lang_boxtext_parse(p->scratch, text, RS_BOXTEXT_ALL, &boxes, p->err));
    for (size_t i = 0; i < boxes.n; i++) {
        const rs_boxtext_span *span = &boxes.spans[i];
        rs_str spelling = rs_str_of(rs_lang_boxtext_spelling(span));
        const bool box = span->shape && !rs_lang_boxwords_other(text, span, RS_STR(""));
        const rs_convention *convention =
            box ? rs_box_meaning(p->source, &fields->text_conventions, spelling, span->numbers,
                                 span->n_numbers)
                : NULL;
        if (convention && !rs_box_is_unordered(convention, span)) {
            RS_TRY(add_region(p, list, convention, span->numbers, span->n_numbers, label));
            if (turn >= 0) tie_region(&list->items[list->n - 1], sample, turn, span);
            const bool names = turn >= 0 && (span->phrase == RS_BOXTEXT_PHRASE_LABEL ||
                                             span->phrase == RS_BOXTEXT_PHRASE_RUN);
            if (names) /* a list's labels are words of the text */
                list->items[list->n - 1].label =
                    rs_str_sub(sample->turns[turn].text, span->phrase_begin, span->phrase_end);
            continue;
        }
        if (box && !convention && !fields->text_conventions.n_plain) {
            RS_TRY(rs_parse_open_box(p, spelling, span->numbers, span->n_numbers, 0,
                                     fields->box_text));
            continue;
        }
        char quote[RS_QUOTE_SIZE];
        RS_TRY(rs_parse_find(p, RS_F_BOX_TEXT_UNPARSED, fields->box_text, "cannot be read: \"%s\"",
                             rs_err_quote(quote, rs_str_sub(text, span->begin, span->end))));
    }
    return RSIFT_OK;
}

/* Does the sample answer in words, so that boxes are not all there is to compare with? */
static bool answers_in_words(const rs_sample *sample)
{
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (sample->turns[i].role == RS_TURN_ASSISTANT ||
            sample->turns[i].role == RS_TURN_REFERENCE)
            return true;
    return false;
}

/* Does the release say where the boxes are? Not by null, "" or [], as test parts have them. */
static bool tells_boxes(const rs_json *value)
{
    const rs_json_type kind = rs_json_kind(value);
    if (kind == RS_JSON_STR) return rs_str_trim(rs_json_str(value)).len > 0;
    if (kind == RS_JSON_ARRAY) return rs_json_len(value) > 0;
    return kind != RS_JSON_ABSENT && kind != RS_JSON_NULL;
}

/* The numbers of a box field, of each member where its path has a "*". A member without numbers is
 * an object that nobody can find. */
static rsift_status add_values(rs_parse *p, const rs_record_fields *fields,
                               const rs_record_item *it, const rs_record_labels *labels,
                               rs_region_list *list, bool *bad)
{
    rs_record_values values = rs_record_values_of(it, fields->box);
    for (const rs_json *box; !*bad && rs_record_values_next(&values, &box);) {
        if (tells_boxes(box)) {
            RS_TRY(add_numbers(p, fields, box, labels, list, bad));
        } else if (values.starred) {
            RS_TRY(rs_parse_find(p, RS_F_OBJECT_UNREAD, fields->box, "a member has no box"));
        }
    }
    return RSIFT_OK;
}

/* Does any member say where its box is? */
static bool tells_any(const rs_record_item *it, rs_str field)
{
    rs_record_values values = rs_record_values_of(it, field);
    for (const rs_json *box; rs_record_values_next(&values, &box);)
        if (tells_boxes(box)) return true;
    return false;
}

/* A question may have a box of what it is about, or be about the picture as a whole. */
static bool asks_in_words(rs_task task)
{
    return task == RS_TASK_VQA || task == RS_TASK_CHOICE_VQA || task == RS_TASK_CHANGE_VQA;
}

/* No box was read although the sample is about boxes. Those that the release keeps to itself are an
 * answer withheld; those that stand there and cannot be read are a loss, which a finding tells
 * (`lost`: it does so already). */
static rsift_status note_no_boxes(rs_parse *p, const rs_record_fields *fields, rs_sample *sample,
                                  bool told, bool lost, bool *bad)
{
    const rs_str field = fields->box.len ? fields->box : fields->box_text;
    if (told)
        return rs_parse_find(p, RS_F_BOX_TEXT_UNPARSED, field, "no box can be read from the field");
    if (!answers_in_words(sample)) {
        if (!lost) sample->truth = false;
        return RSIFT_OK;
    }
    if (asks_in_words(sample->task)) return RSIFT_OK;
    *bad = true;
    return rs_parse_find(p, RS_F_FIELD_MISSING, field, "the record has no box to ask about");
}

/* "[1, 2, 3, 4]" in a cell of a table is a list of numbers, unless a convention of box text is
 * named; NULL = it is none. */
static const rs_json *numbers_in_text(rs_parse *p, const rs_record_fields *fields, rs_str text)
{
    const rs_json *list = NULL;
    double number;
    text = rs_str_trim(text);
    if (fields->text_conventions.n_plain || fields->text_conventions.n_spelled ||
        !rs_str_starts(text, RS_STR("[")) ||
        rs_json_parse(p->scratch, text, p->source->limits, &list, NULL) != RSIFT_OK)
        return NULL;
    rs_json_iter it = rs_json_each(list);
    const rs_json *first = rs_json_next(&it, NULL);
    while (rs_json_kind(first) == RS_JSON_ARRAY) {
        rs_json_iter inner = rs_json_each(first);
        first = rs_json_next(&inner, NULL);
    }
    return rs_json_double(first, &number) ? list : NULL;
}

/* Numbers are preferred to text: they are what the text was made of. */
rsift_status rs_record_read_boxes(rs_parse *p, const rs_record_fields *fields,
                                  const rs_record_item *root, rs_sample *sample,
                                  const rs_record_labels *labels, bool *bad)
{
    rs_region_list list = {0};
    const rs_json *box = rs_record_value(root, fields->box);
    const rs_json *text = rs_record_value(root, fields->box_text);
    const size_t n_found = p->batch->n_findings;
    const rs_json *list_in_text =
        rs_json_kind(box) == RS_JSON_STR ? numbers_in_text(p, fields, rs_json_str(box)) : NULL;
    const bool text_field =
        rs_json_kind(box) == RS_JSON_STR && !list_in_text; /* the box field itself may hold text */
    if (text_field) text = box;
    const bool told =
        tells_boxes(text) || list_in_text || (!text_field && tells_any(root, fields->box));
    if (list_in_text) RS_TRY(add_numbers(p, fields, list_in_text, labels, &list, bad));
    else if (!text_field) RS_TRY(add_values(p, fields, root, labels, &list, bad));
    if (*bad) return RSIFT_OK;
    if (list.n == 0 && rs_json_str(text).len)
        RS_TRY(add_text(p, fields, sample, rs_json_str(text), labels->of_all, &list));
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    /* a box text beside an answer in words may hold none */
    const bool asked = fields->box.len || (fields->box_text.len && !answers_in_words(sample));
    const bool lists = rs_record_lists_boxes(fields, root, sample->task);
    if (lists && list.n == 0 && labels->n && p->batch->n_findings == n_found)
        RS_TRY(rs_parse_find(p, RS_F_OBJECT_UNREAD, fields->class_name,
                             "a class is named and no box lies in the list"));
    const bool found = p->batch->n_findings > n_found || p->source->survey;
    if (lists && p->batch->n_findings == n_found) {
        sample->complete = RS_COMPLETE_YES; /* also an empty list, which is of a picture without */
        return RSIFT_OK;
    }
    if (list.n || !asked || (told && found)) return RSIFT_OK;
    return note_no_boxes(p, fields, sample, told, p->batch->n_findings > n_found, bad);
}

/* Is the value a list of boxes, as of all that is in a picture, and not the numbers of one? */
static bool is_box_list(const rs_json *value)
{
    rs_json_iter it = rs_json_each(value);
    if (rs_json_kind(value) != RS_JSON_ARRAY) return false;
    return !it.left || (rs_json_kind(it.at) == RS_JSON_ARRAY && rs_json_len(it.at) > 2);
}

bool rs_record_lists_boxes(const rs_record_fields *fields, const rs_record_item *it, rs_task task)
{
    const bool detects = task == RS_TASK_DETECTION_HBB || task == RS_TASK_DETECTION_OBB;
    if (!detects || it->own != it->record || fields->phrase.len || !fields->box.len) return false;
    const size_t star = rs_str_find(fields->box, RS_STR(".*"));
    if (star != RS_NPOS)
        return rs_json_kind(rs_record_value(it, rs_str_sub(fields->box, 0, star))) == RS_JSON_ARRAY;
    return is_box_list(rs_record_value(it, fields->box));
}

bool rs_record_is_open(const rs_source *source)
{
    const rs_str none = RS_STR("");
    bool box = rs_source_param(source, "box", none).len > 0;
    bool text = rs_source_param(source, "box_text", none).len > 0;
    return (box && rs_source_is_open(source, "box_convention")) ||
           (text && rs_source_is_open(source, "box_text_convention"));
}
