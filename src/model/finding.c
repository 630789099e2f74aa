/* The table of finding codes. */
#include "model/finding.h"

static const rs_finding_info infos[] = {
#define X(name, code, severity, effect, meaning, remedy) {code, severity, effect, meaning, remedy},
    RS_FINDINGS(X)
#undef X
};

const rs_finding_info *rs_model_finding_info(rs_finding_code code)
{
    return &infos[code];
}

bool rs_model_finding_parse(rs_str code, rs_finding_code *out)
{
    for (size_t i = 0; i < RS_N_FINDINGS; i++) {
        if (!rs_str_eq(code, rs_str_of(infos[i].code))) continue;
        *out = (rs_finding_code)i;
        return true;
    }
    return false;
}

const char *rs_model_severity_name(rs_severity severity)
{
    static const char *const names[] = {"note", "warning", "serious"};
    return names[severity];
}

const char *rs_model_effect_name(rs_effect effect)
{
    static const char *const names[] = {"kept",
                                        "object left out",
                                        "object left out, no lists or counts",
                                        "sample left out",
                                        "record set aside",
                                        "source left out"};
    return names[effect];
}
