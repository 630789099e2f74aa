/* `proxy`: which mixture is best, measured with small models of question and picture that train on
 * the CPU. A stand-in: what it measures is small models, and the answer says so. */
#ifndef RS_PROXY_PROXY_H
#define RS_PROXY_PROXY_H

#include "proxy/gather.h"

/* Trains one model a mixture on all threads, fits the accuracies (decide/measured.h), and appends
 * the JSON answer (docs/cli.md, rsift.proxy/1) and the recipe, which stays empty when the models do
 * not tell mixtures apart; *told_apart says which. The bytes do not depend on threads.
 * Errors: those of rs_proxy_gather; RSIFT_E_ARG below RS_RUNS_LEAST mixtures. */
rsift_status rs_proxy_run(const rs_proxy_job *job, rs_buf *json, rs_buf *recipe, bool *told_apart,
                          rsift_error *err);

#endif
