/* Values of the fields of flat records: see records_fields.h. */
#include "readers/records_fields.h"

/* Row `at` of one of several parallel lists. */
static const rs_json *row_of(const rs_json *list, size_t at)
{
    rs_json_iter each = rs_json_each(list);
    const rs_json *value = NULL;
    for (size_t i = 0; i <= at; i++) value = rs_json_next(&each, NULL);
    return value;
}

/* The value of one name, without alternatives. */
static const rs_json *value_of(const rs_record_item *it, rs_str name)
{
    if (rs_str_eq(name, RS_STR("."))) return it->own;
    const rs_json *own = rs_json_path(it->own, name);
    if (own && it->parallel) return row_of(own, it->at);
    return own ? own : rs_json_path(it->record, name);
}

const rs_json *rs_record_value(const rs_record_item *it, rs_str field)
{
    const rs_json *found = NULL;
    rs_str name;
    while (rs_str_split(&field, '|', &name)) {
        const rs_json *value = name.len ? value_of(it, name) : NULL;
        if (!found) found = value;
        if (value && rs_json_kind(value) != RS_JSON_NULL) return value;
    }
    return found; /* null, when that is all there is */
}

rs_record_values rs_record_values_of(const rs_record_item *it, rs_str field)
{
    const size_t at = rs_str_find(field, RS_STR(".*"));
    const bool inner =
        at != RS_NPOS && rs_str_starts(rs_str_sub(field, at, field.len), RS_STR(".*."));
    if (at == RS_NPOS || (!inner && at + 2 != field.len))
        return (rs_record_values){.plain = rs_record_value(it, field)};
    return (rs_record_values){.members =
                                  rs_json_each(rs_record_value(it, rs_str_sub(field, 0, at))),
                              .inner = inner ? rs_str_sub(field, at + 3, field.len) : RS_STR(""),
                              .starred = true};
}

bool rs_record_values_next(rs_record_values *values, const rs_json **out)
{
    if (!values->starred) {
        *out = values->plain;
        values->plain = NULL;
        return *out != NULL;
    }
    const rs_json *member = rs_json_next(&values->members, NULL);
    *out = member && values->inner.len ? rs_json_path(member, values->inner) : member;
    return member != NULL;
}
