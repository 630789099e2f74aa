/* Options that several verbs share whose answer is data to train on: recommend, mixtures, proxy. */
#ifndef RS_API_POOL_OPTIONS_H
#define RS_API_POOL_OPTIONS_H

#include "api/call.h"
#include "decide/decide.h"

/* Their rows in the table of a verb. */
#define RS_API_PROTECT_PARAM \
    {.name = "protect",      \
     .option = "--protect",  \
     .kind = RS_PARAM_TEXTS, \
     .argument = "ID",       \
     .help = "benchmarks whose pictures are not used; default: every known one"}
#define RS_API_LICENCE_PARAM                           \
    {.name = "licence",                                \
     .option = "--license",                            \
     .kind = RS_PARAM_TEXT,                            \
     .argument = "L",                                  \
     .help = "the least open terms that are accepted", \
     .words = "open|research|any",                     \
     .fallback = "research"}
#define RS_API_SEED_PARAM(what) \
    {.name = "seed",            \
     .option = "--seed",        \
     .kind = RS_PARAM_INTEGER,  \
     .argument = "N",           \
     .help = what,              \
     .fallback = "0",           \
     .least = 0,                \
     .most = 9007199254740992.0}

/* Reads protect, licence, budget ("20000", "50k", "2M"; 0 where it is not given) and seed. With
 * `samples_only` a budget in pictures or tokens is refused. */
rsift_status rs_api_pool_options(rs_call *call, bool samples_only, rs_recommend_job *job,
                                 rsift_error *err);

#endif
