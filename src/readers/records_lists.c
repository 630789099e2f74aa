/* Several samples of one record: see records_lists.h. */
#include "readers/records_lists.h"

/* Members of a list that is an object of lists: all must be equally long. */
static rsift_status parse_parallel(rs_parse *p, const rs_record_fields *fields, rs_str name,
                                   const rs_json *record, rs_outcome *outcome)
{
    const rs_json *lists = rs_json_path(record, name);
    rs_json_iter it = rs_json_each(lists);
    rs_str key;
    size_t n = RS_NPOS;
    rs_outcome all = *outcome;
    *outcome = RS_OUTCOME_SET_ASIDE;
    for (const rs_json *list; (list = rs_json_next(&it, &key));) {
        if (rs_json_kind(list) != RS_JSON_ARRAY || (n != RS_NPOS && rs_json_len(list) != n))
            return rs_parse_find(p, RS_F_FIELD_TYPE, name,
                                 "expected lists of equal length, and \"%.*s\" is none",
                                 RS_STR_ARG(rs_str_sub(key, 0, 64)));
        n = rs_json_len(list);
    }
    for (size_t i = 0; n != RS_NPOS && i < n; i++) {
        rs_outcome one = RS_OUTCOME_SET_ASIDE;
        const rs_record_item item = {.own = lists, .record = record, .parallel = true, .at = i};
        RS_TRY(rs_record_parse_item(p, fields, &item, &one));
        if (one == RS_OUTCOME_SET_ASIDE) return RSIFT_OK;
        if (one == RS_OUTCOME_USED) all = one;
    }
    *outcome = all;
    return RSIFT_OK;
}

rsift_status rs_record_parse_members(rs_parse *p, const rs_record_fields *fields, rs_str name,
                                     const rs_json *record, rs_outcome *outcome)
{
    const rs_json *list = rs_json_path(record, name);
    const rs_outcome before = *outcome;
    *outcome = RS_OUTCOME_SET_ASIDE;
    if (rs_json_kind(list) == RS_JSON_OBJECT) {
        *outcome = before;
        return parse_parallel(p, fields, name, record, outcome);
    }
    if (rs_json_kind(list) != RS_JSON_ARRAY)
        return rs_parse_find(p, list ? RS_F_FIELD_TYPE : RS_F_FIELD_MISSING, name,
                             "expected an array, found %s", rs_json_kind_name(rs_json_kind(list)));
    rs_json_iter members = rs_json_each(list);
    rs_outcome all = before;
    for (const rs_json *own; (own = rs_json_next(&members, NULL));) {
        rs_outcome one = RS_OUTCOME_SET_ASIDE;
        const rs_record_item it = {.own = own, .record = record};
        RS_TRY(rs_record_parse_item(p, fields, &it, &one));
        if (one == RS_OUTCOME_SET_ASIDE) return RSIFT_OK;
        if (one == RS_OUTCOME_USED) all = one;
    }
    *outcome = all;
    return RSIFT_OK;
}

rsift_status rs_record_parse_captions(rs_parse *p, const rs_record_fields *fields,
                                      const rs_json *root, rs_outcome *outcome)
{
    const rs_record_item whole = {.own = root, .record = root};
    size_t n = 0;
    for (size_t i = 0; i < fields->captions->n; i++) {
        const rs_str field = fields->captions->values[i];
        const rs_json *value = rs_json_path(root, field);
        if (!value || (rs_json_kind(value) == RS_JSON_STR && !rs_json_str(value).len)) continue;
        rs_record_fields one = *fields;
        one.caption = field;
        if (!one.type.len) one.type_value = field;
        rs_outcome own = RS_OUTCOME_SET_ASIDE;
        RS_TRY(rs_record_parse_item(p, &one, &whole, &own));
        *outcome = own;
        if (own != RS_OUTCOME_USED) return RSIFT_OK;
        n++;
    }
    if (n) return RSIFT_OK;
    return rs_parse_find(p, RS_F_FIELD_MISSING, fields->captions->values[0],
                         "the record has no caption");
}
