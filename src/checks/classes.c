/* Labels against the dataset's closed class list, and labels that name nothing: empty ones, and
 * numbers that no list explains. Spelling differs between repacks only in case,
 * blanks, '_' and '-', which are therefore ignored. */
#include "checks/table.h"

#include "base/ascii.h"

/* The next character that counts, in lower case; false at the end. */
static bool next_letter(rs_str s, size_t *i, char *out)
{
    while (*i < s.len && (s.ptr[*i] == ' ' || s.ptr[*i] == '_' || s.ptr[*i] == '-')) ++*i;
    if (*i == s.len) return false;
    char c = s.ptr[(*i)++];
    *out = rs_ascii_lower(c);
    return true;
}

static bool same_class(rs_str a, rs_str b)
{
    size_t at_a = 0, at_b = 0;
    for (;;) {
        char x = 0, y = 0;
        bool has_a = next_letter(a, &at_a, &x), has_b = next_letter(b, &at_b, &y);
        /* Both must end together: a name is no match for a longer one that begins with it. */
        if (has_a != has_b || x != y) return false;
        if (!has_a) return true;
    }
}

/* Is the name one of the dataset's classes? */
static bool is_known(const rs_check_input *input, rs_str name)
{
    for (size_t i = 0; i < input->n_classes; i++)
        if (same_class(name, input->classes[i])) return true;
    return false;
}

/* Only tasks whose labels are class names; phrases and captions are free text. */
static bool has_classes(rs_task task)
{
    return task == RS_TASK_CLASSIFICATION || task == RS_TASK_MULTILABEL ||
           task == RS_TASK_DETECTION_HBB || task == RS_TASK_DETECTION_OBB ||
           task == RS_TASK_SEGMENTATION || task == RS_TASK_REGION_CLASSIFICATION;
}

static rsift_status add_unknown(const rs_check_input *input, rs_batch *batch, rs_str name,
                                rs_str where, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    const rs_finding finding = {.code = RS_F_CLASS_UNKNOWN,
                                .ordinal = input->sample->ordinal,
                                .sample = input->index,
                                .asset = -1,
                                .where = where};
    if (!rs_model_is_name(name))
        return rs_batch_find(batch, &finding, err, "\"%s\" names no class",
                             rs_err_quote(quoted, name));
    return rs_batch_find(batch, &finding, err, "\"%s\" is not one of the %zu classes",
                         rs_err_quote(quoted, name), input->n_classes);
}

/* Is a name that is not listed a fault? Without a list every real name is right. */
static bool is_fault(const rs_check_input *input, rs_str name)
{
    return !is_known(input, name) && (input->n_classes > 0 || !rs_model_is_name(name));
}

/* The label that is the whole answer, or the name or phrase that is asked for; ptr NULL = words of
 * the release are. */
static rs_str only_label(const rs_sample *sample)
{
    rs_str label = sample->n_labels    ? sample->labels[0]
                   : sample->n_regions ? sample->regions[0].label
                                       : (rs_str){0};
    rs_str phrase = {0};
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        if (sample->turns[i].role == RS_TURN_PHRASE) phrase = sample->turns[i].text;
        else if (sample->turns[i].role != RS_TURN_SYSTEM) return (rs_str){0};
    }
    switch (sample->task) {
    case RS_TASK_CLASSIFICATION:
    case RS_TASK_REGION_CLASSIFICATION: return phrase.ptr ? (rs_str){0} : label;
    case RS_TASK_GROUNDING_HBB:
    case RS_TASK_GROUNDING_OBB:
    case RS_TASK_GROUNDING_POINT: return phrase.ptr ? phrase : label;
    default: return (rs_str){0};
    }
}

/* An answer that names nothing keeps the sample out. */
static rsift_status check_only_label(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    rs_str label = only_label(input->sample);
    char quoted[RS_QUOTE_SIZE];
    if (!label.ptr || rs_model_is_name(label) || is_known(input, label)) return RSIFT_OK;
    return rs_batch_find(batch,
                         &(rs_finding){.code = RS_F_LABEL_NAMELESS,
                                       .ordinal = input->sample->ordinal,
                                       .sample = input->index,
                                       .asset = -1,
                                       .where = RS_STR("label")},
                         err, "\"%s\" names no class", rs_err_quote(quoted, label));
}

/* Has the reader found an unknown class of this sample? It knows the line, so its finding is kept
 * and none is added. */
static bool is_found_by_reader(const rs_check_input *input, const rs_batch *batch)
{
    for (size_t i = 0; i < batch->n_findings; i++)
        if (batch->findings[i].code == RS_F_CLASS_UNKNOWN &&
            batch->findings[i].sample == input->index)
            return true;
    return false;
}

static rsift_status check_classes(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    const rs_sample *sample = input->sample;
    RS_TRY(check_only_label(input, batch, err));
    if (!has_classes(sample->task)) return RSIFT_OK;
    bool by_reader = false, asked = false;
    for (uint32_t i = 0; i < sample->n_labels; i++)
        if (is_fault(input, sample->labels[i]))
            RS_TRY(add_unknown(input, batch, sample->labels[i], RS_STR("label"), err));
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        rs_str label = sample->regions[i].label;
        /* a box of a text needs no class: the sentence around it says what it is */
        if (sample->regions[i].flags & RS_REGION_FROM_TEXT && label.len == 0) continue;
        if (!is_fault(input, label)) continue;
        /* Asked once a sample, and only when a class is unknown: all findings of the batch are gone
         * through. */
        if (!asked) by_reader = is_found_by_reader(input, batch);
        asked = true;
        if (by_reader) break;
        RS_TRY(add_unknown(input, batch, label, RS_STR("region"), err));
    }
    return RSIFT_OK;
}

const rs_check rs_check_classes = {
    .name = "classes", .summary = "classes outside the dataset's list", .run = check_classes};
