/* One call of a verb: the session it runs in and its options, checked against the verb's table.
 * Values are asked by the parameter's name; a name that the table does not hold aborts. */
#ifndef RS_API_CALL_H
#define RS_API_CALL_H

#include "api/verb.h"

typedef struct rs_option_value {
    bool given;
    const char *text; /* NUL-terminated */
    rs_texts texts;   /* each NUL-terminated */
    int64_t integer;
    double number;
    bool flag;
} rs_option_value;

struct rs_call {
    rs_arena arena; /* of everything below; lives as long as the call */
    rs_session *session;
    rsift_workspace *workspace;
    const rs_verb *verb;
    rs_option_value *values; /* [verb->n_params] */
};

/* Reads the options: a JSON object, NULL = {}.
 * Errors: RSIFT_E_ARG for an unknown key, a wrong type, a value out of range or a required one
 * that is absent; `where` is "<verb> > <key>". */
rsift_status rs_call_read(rs_call *call, const char *options, rsift_error *err);

bool rs_call_given(const rs_call *call, const char *name);
const char *rs_call_text(const rs_call *call, const char *name); /* NULL = not given */
rs_str rs_call_str(const rs_call *call, const char *name);       /* ptr NULL = not given */
rs_texts rs_call_texts(const rs_call *call, const char *name);   /* n 0 = not given */
int64_t rs_call_integer(const rs_call *call, const char *name, int64_t fallback);
double rs_call_number(const rs_call *call, const char *name, double fallback);
bool rs_call_flag(const rs_call *call, const char *name);

#endif
