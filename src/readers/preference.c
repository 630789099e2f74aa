/* Preference data: see preference.h. Sources: TRL's dataset formats (preference, unpaired
 * preference), ms-swift docs/source_en/Customization/Custom-dataset.md (DPO, KTO), LLaMA-Factory
 * data/README.md. */
#include "readers/preference.h"

#include "base/ascii.h"

/* Does the value say no? A number does by 0; under `label` it may be the number of a class. */
static bool says_no(const rs_json *value, bool numbers)
{
    static const char *const words[] = {"false", "rejected", "bad", "undesirable", NULL};
    bool yes = true;
    double number = 1;
    const rs_str text = rs_str_trim(rs_json_str(value));
    for (size_t i = 0; words[i]; i++)
        if (rs_str_eq_nocase(text, rs_str_of(words[i]))) return true;
    if (rs_json_kind(value) == RS_JSON_BOOL) rs_json_bool(value, &yes);
    else if (numbers) rs_json_double(value, &number);
    return !yes || !(number > 0);
}

/* Is the key one of the fields that are named: "label", "class|label", "objects.label"? */
static bool is_named(rs_str key, const rs_str *named, size_t n_named)
{
    for (size_t i = 0; i < n_named; i++) {
        rs_str rest = named[i], name;
        while (rs_str_split(&rest, '|', &name)) {
            const size_t dot = rs_str_rfind_char(name, '.');
            if (rs_str_eq(key, name)) return true;
            if (dot != RS_NPOS && rs_str_eq(key, rs_str_sub(name, dot + 1, name.len))) return true;
        }
    }
    return false;
}

rsift_status rs_preference_refuse_marked(rs_parse *p, const rs_json *item, const rs_str *named,
                                         size_t n_named, bool *bad)
{
    static const char *const keys[] = {"label", "kto_tag", "loss", "weight"};
    enum { LABEL };
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !*bad; i++) {
        const rs_str key = rs_str_of(keys[i]);
        const rs_json *value = rs_json_get(item, keys[i]);
        if (!value || is_named(key, named, n_named) || !says_no(value, i != LABEL)) continue;
        *bad = true;
        RS_TRY(rs_parse_find(p, RS_F_ANSWER_REJECTED, key,
                             "%s says that the answer is not to be learnt", keys[i]));
    }
    return RSIFT_OK;
}

bool rs_preference_is_rejected(rs_str field)
{
    const rs_str word = RS_STR("reject");
    for (size_t i = 0; i + word.len <= field.len; i++)
        if (rs_ascii_lower(field.ptr[i]) == 'r' &&
            rs_str_eq_nocase(rs_str_sub(field, i, i + word.len), word))
            return true;
    return false;
}

bool rs_preference_is_pair(const rs_json *record)
{
    if (rs_json_kind(record) != RS_JSON_OBJECT) return false;
    rs_json_iter it = rs_json_each(record);
    rs_str key;
    for (const rs_json *value; (value = rs_json_next(&it, &key));) {
        if (!rs_preference_is_rejected(key)) continue;
        const rs_json_type kind = rs_json_kind(value);
        const bool empty = kind == RS_JSON_STR ? rs_json_str(value).len == 0
                           : kind == RS_JSON_ARRAY || kind == RS_JSON_OBJECT
                               ? rs_json_len(value) == 0
                               : true; /* "n_rejected": 3 is no answer */
        if (!empty) return true;
    }
    return false;
}
