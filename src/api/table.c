/* Every verb. */
#include "api/verb.h"

extern const rs_verb rs_verb_audit, rs_verb_build, rs_verb_catalog, rs_verb_check, rs_verb_demo,
    rs_verb_duplicates, rs_verb_emit, rs_verb_evidence, rs_verb_hash, rs_verb_index, rs_verb_leaks,
    rs_verb_link, rs_verb_list, rs_verb_mix, rs_verb_mixtures, rs_verb_new, rs_verb_proxy,
    rs_verb_query, rs_verb_recommend, rs_verb_remove, rs_verb_resplit, rs_verb_sample, rs_verb_scan,
    rs_verb_score, rs_verb_search, rs_verb_show, rs_verb_value;

const rs_verb *const rs_verbs[] = {
    &rs_verb_audit,   &rs_verb_build,      &rs_verb_catalog,   &rs_verb_check,
    &rs_verb_demo,    &rs_verb_duplicates, &rs_verb_emit,      &rs_verb_evidence,
    &rs_verb_hash,    &rs_verb_index,      &rs_verb_leaks,     &rs_verb_link,
    &rs_verb_list,    &rs_verb_mix,        &rs_verb_mixtures,  &rs_verb_new,
    &rs_verb_proxy,   &rs_verb_query,      &rs_verb_recommend, &rs_verb_remove,
    &rs_verb_resplit, &rs_verb_sample,     &rs_verb_scan,      &rs_verb_score,
    &rs_verb_search,  &rs_verb_show,       &rs_verb_value,     NULL};

const rs_verb *rs_verb_find(rs_str name)
{
    for (size_t i = 0; rs_verbs[i]; i++)
        if (rs_str_eq(rs_str_of(rs_verbs[i]->name), name)) return rs_verbs[i];
    return NULL;
}

rsift_status rs_verb_require(const char *name, const rs_verb **out, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (!name) return rs_err_set(err, RSIFT_E_ARG, "expected the name of a verb, found NULL");
    *out = rs_verb_find(rs_str_of(name));
    if (*out) return RSIFT_OK;
    const char *nearest = NULL;
    /* At most 2 letters of difference: with 3, any short word would be near to some verb. */
    size_t least = 3;
    for (size_t i = 0; rs_verbs[i]; i++)
        if (rs_str_nearer(rs_str_of(name), rs_str_of(rs_verbs[i]->name), &least))
            nearest = rs_verbs[i]->name;
    return rs_err_set(err, RSIFT_E_ARG, "there is no verb \"%s\"%s%s%s",
                      rs_err_quote(quoted, rs_str_of(name)), nearest ? "; did you mean \"" : "",
                      nearest ? nearest : "", nearest ? "\"?" : "");
}

const char *rs_api_use_name(rs_verb_use use)
{
    static const char *const names[] = {"none", "optional", "read", "write", "create"};
    return names[use];
}
