/* A verb: what it is called, which options it has, and the function that runs it. One const struct
 * per file of this room, one line each in table.c. The table of parameters feeds the command line,
 * --help, rsift_run, rsift_parameters and docs/cli.md; nothing of it is written down twice. */
#ifndef RS_API_VERB_H
#define RS_API_VERB_H

#include "session/session.h"

typedef struct rs_call rs_call; /* call.h */

/* Where the names that a parameter accepts are listed (`rsift list --<name>`). */
typedef enum rs_list {
    RS_LIST_NONE,
    RS_LIST_CONVENTIONS,
    RS_LIST_FINDINGS,
    RS_LIST_FORMATS,
    RS_LIST_GOALS,
    RS_LIST_MODELS,
    RS_LIST_PROFILES, /* `rsift score --list` */
    RS_LIST_READERS
} rs_list;

typedef enum rs_verb_param_kind {
    RS_PARAM_FLAG,
    RS_PARAM_TEXT,
    RS_PARAM_TEXTS, /* a list; may be given again; one text is a list of one */
    RS_PARAM_INTEGER,
    RS_PARAM_NUMBER
} rs_verb_param_kind;

typedef struct rs_verb_param {
    const char *name;   /* key of the options in JSON: "min_pixels" */
    const char *option; /* on the command line: "--min-pixels"; NULL = a positional argument */
    rs_verb_param_kind kind;
    const char *argument; /* what stands for the value in --help: "N"; NULL for flags */
    const char *help;     /* one line */
    const char *fallback; /* the default, for people; NULL = none, or told by `help` */
    double least, most;   /* range of a number, both included; least == most: any */
    const char *words;    /* "auto|link|copy|path": the only texts; NULL = any */
    rs_list list;         /* names come from here; checked by the verb, which knows better */
    bool required;
    bool keeps_commas; /* of a list: "a,b" on the command line is one text */
    bool or_integer;   /* a text that may be given as a JSON integer: 50000 for "50000" */
    bool command_only; /* how the command prints; no key of rsift_run */
    bool of_context;   /* goes into the context that the command makes; no key of rsift_run */
} rs_verb_param;

/* What a verb does with the workspace. */
typedef enum rs_verb_use {
    RS_USES_NOTHING,
    RS_MAY_READ, /* when there is one */
    RS_READS,
    RS_WRITES,
    RS_CREATES /* writes; makes the folder when it is absent */
} rs_verb_use;
const char *rs_api_use_name(rs_verb_use use); /* "none", "optional", "read", "write", "create" */

typedef struct rs_verb {
    const char *name, *summary;
    const char *usage;           /* behind "rsift " */
    const char *about;           /* a paragraph */
    const char *const *examples; /* command lines, NULL-terminated */
    const char *answer;          /* the fields of the answer, in Markdown, for docs/cli.md */
    rs_verb_use use;
    const rs_verb_param *params;
    size_t n_params;
    /* Appends nothing to *out on failure. NULL = the command alone can do it. */
    rsift_status (*run)(rs_call *call, rsift_answer *out, rsift_error *err);
} rs_verb;

extern const rs_verb *const rs_verbs[]; /* alphabetical, NULL-terminated */
const rs_verb *rs_verb_find(rs_str name);
/* The verb of that name; RSIFT_E_ARG, with the nearest name, when there is none. */
rsift_status rs_verb_require(const char *name, const rs_verb **out, rsift_error *err);

#endif
