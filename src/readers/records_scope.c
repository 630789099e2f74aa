/* The lists of flat records and the fields of each: see records_fields.h. */
#include "readers/records_fields.h"

rs_task rs_record_task_of(const rs_record_fields *f, const rs_source *source)
{
    const bool boxed = f->box.len || f->box_text.len;
    /* upright unless the numbers are said to be corners or to have an angle */
    const rs_convention *convention = rs_geom_convention(
        rs_source_param(source, f->box.len ? "box_convention" : "box_text_convention", RS_STR("")));
    const rs_region_kind kind = convention ? rs_parse_kind(convention) : RS_REGION_HBB;
    if (f->question.len) return RS_TASK_VQA;
    if (f->phrase.len && boxed)
        return kind == RS_REGION_OBB       ? RS_TASK_GROUNDING_OBB
               : kind == RS_REGION_POLYGON ? RS_TASK_REFERRING_SEG
                                           : RS_TASK_GROUNDING_HBB;
    if (f->caption.len) return boxed ? RS_TASK_REGION_CAPTION : RS_TASK_CAPTION;
    if (f->class_name.len && boxed)
        return kind == RS_REGION_OBB ? RS_TASK_DETECTION_OBB : RS_TASK_DETECTION_HBB;
    return f->class_name.len ? RS_TASK_CLASSIFICATION : RS_TASK_VQA;
}

/* The name below the list: "phrase" of "objects.phrase" and "objects", "caption" of ".caption" and
 * "."; ptr NULL = the name is another list's. */
static rs_str below(rs_str name, rs_str list)
{
    const bool record = rs_str_eq(list, RS_STR("."));
    const size_t n = record ? 1 : list.len + 1;
    if (!rs_str_starts(name, list) || name.len <= n || name.ptr[n - 1] != '.') return (rs_str){0};
    return rs_str_sub(name, n, name.len);
}

/* Keeps the alternatives of a field that are the list's. */
static rsift_status scope_field(rs_str *field, rs_str list, rs_arena *arena, rsift_error *err)
{
    rs_str rest = *field, name, kept = RS_STR("");
    while (rs_str_split(&rest, '|', &name)) {
        const rs_str own = below(name, list);
        if (!own.ptr) continue;
        kept = kept.len ? rs_arena_join(arena, kept, RS_STR("|"), own) : own;
        if (!kept.ptr) return rs_err_nomem(err, "a reader");
    }
    *field = kept;
    return RSIFT_OK;
}

/* The fields of one of several lists. The picture and the split are the record's own. */
static rsift_status scope(rs_record_fields *f, rs_str list, const rs_source *source,
                          rs_arena *arena, rsift_error *err)
{
    rs_str *const fields[] = {&f->id,     &f->question,   &f->answer, &f->type,    &f->caption,
                              &f->phrase, &f->class_name, &f->box,    &f->box_text};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        RS_TRY(scope_field(fields[i], list, arena, err));
    f->has_task = true;
    f->task = rs_record_task_of(f, source);
    if (f->question.len || f->phrase.len || f->caption.len || f->class_name.len) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "parameter each: no field is named in the list \"%.*s\" (question: "
                      "%.*s.question, or phrase, caption, class)",
                      RS_STR_ARG(list), RS_STR_ARG(list));
}

rsift_status rs_record_scopes_make(rs_record_scopes *scopes, const rs_record_fields *fields,
                                   const rs_source *source, rs_arena *arena, rsift_error *err)
{
    enum { MOST = sizeof scopes->lists / sizeof *scopes->lists };
    rs_str rest = fields->each, list;
    while (rs_str_split(&rest, '|', &list)) {
        if (!list.len) continue;
        if (scopes->n == MOST)
            return rs_err_set(err, RSIFT_E_ARG, "parameter each: more than %d lists", MOST);
        scopes->lists[scopes->n++] = list;
    }
    scopes->fields = rs_arena_calloc(arena, scopes->n + 1, sizeof *scopes->fields);
    if (!scopes->fields) return rs_err_nomem(err, "a reader");
    for (size_t i = 0; i < scopes->n; i++) {
        scopes->fields[i] = *fields;
        if (scopes->n > 1) RS_TRY(scope(&scopes->fields[i], scopes->lists[i], source, arena, err));
    }
    return RSIFT_OK;
}
