/* emit's options, for emit and build. */
#ifndef RS_API_EMIT_H
#define RS_API_EMIT_H

#include "api/call.h"
#include "emit/options.h"

/* What emit and build share: --format --model -o --images --image-root --bands
 * --stretch --min-pixels --max-pixels --obb --verify-pictures.
 * A macro, because C has no other way to put rows into two tables. */
#define RS_EMIT_PARAMS                                                     \
    {.name = "format",                                                     \
     .option = "--format",                                                 \
     .kind = RS_PARAM_TEXT,                                                \
     .argument = "F",                                                      \
     .help = "the trainer's record format",                                \
     .list = RS_LIST_FORMATS,                                              \
     .required = true},                                                    \
        {.name = "model",                                                  \
         .option = "--model",                                              \
         .kind = RS_PARAM_TEXT,                                            \
         .argument = "M",                                                  \
         .help = "the model whose boxes and prompts are written",          \
         .list = RS_LIST_MODELS,                                           \
         .required = true},                                                \
        {.name = "out",                                                    \
         .option = "-o",                                                   \
         .kind = RS_PARAM_TEXT,                                            \
         .argument = "DIR",                                                \
         .help = "folder to write",                                        \
         .required = true},                                                \
        {.name = "images",                                                 \
         .option = "--images",                                             \
         .kind = RS_PARAM_TEXT,                                            \
         .argument = "HOW",                                                \
         .help = "how pictures get there; auto links what may be linked",  \
         .words = "auto|link|copy|path",                                   \
         .fallback = "auto"},                                              \
        {.name = "image_root",                                             \
         .option = "--image-root",                                         \
         .kind = RS_PARAM_TEXT,                                            \
         .argument = "P",                                                  \
         .help = "prefix of picture paths for trainers that want one"},    \
        {.name = "bands",                                                  \
         .option = "--bands",                                              \
         .kind = RS_PARAM_TEXT,                                            \
         .argument = "R,G,B",                                              \
         .help = "bands from 1 shown of pictures with more than three"},   \
        {.name = "stretch",                                                \
         .option = "--stretch",                                            \
         .kind = RS_PARAM_TEXT,                                            \
         .argument = "HOW",                                                \
         .help = "of more than 8 bits: percent (2 to 98), or LOW,HIGH"},   \
        {.name = "min_pixels",                                             \
         .option = "--min-pixels",                                         \
         .kind = RS_PARAM_NUMBER,                                          \
         .argument = "N",                                                  \
         .help = "qwen2.5-vl: as in your training run",                    \
         .least = 0,                                                       \
         .most = 1e12},                                                    \
        {.name = "max_pixels",                                             \
         .option = "--max-pixels",                                         \
         .kind = RS_PARAM_NUMBER,                                          \
         .argument = "N",                                                  \
         .help = "qwen2.5-vl: as in your training run",                    \
         .least = 0,                                                       \
         .most = 1e12},                                                    \
        {.name = "obb",                                                    \
         .option = "--obb",                                                \
         .kind = RS_PARAM_TEXT,                                            \
         .argument = "FORM",                                               \
         .help = "oriented boxes: hull, corners, or the model's own form", \
         .words = "hbb|quad|native",                                       \
         .fallback = "hbb"},                                               \
        {.name = "verify_pictures",                                        \
         .option = "--verify-pictures",                                    \
         .kind = RS_PARAM_FLAG,                                            \
         .help = "read every picture and compare it with the index's hash"}

/* The options that both have. */
rs_emit_options rs_api_emit_options(const rs_call *call);

#endif
