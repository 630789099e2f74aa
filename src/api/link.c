/* link: pictures that live elsewhere. */
#include "index/link.h"

#include "api/unit.h"

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_index_unit unit;
    RS_TRY(rs_api_read_unit(call, &unit, err));
    return rs_index_link(call->session, rs_call_text(call, "dataset"), rs_call_text(call, "images"),
                         unit, out, err);
}

static const rs_verb_param params[] = {
    {.name = "dataset",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "the indexed dataset whose pictures are missing",
     .required = true},
    {.name = "images",
     .option = "--images",
     .kind = RS_PARAM_TEXT,
     .argument = "PATH|ID",
     .help = "folder, archive, or another indexed dataset",
     .required = true},
    {.name = "unit",
     .option = "--unit",
     .kind = RS_PARAM_TEXT,
     .argument = "I/N",
     .help = "read only the I-th of N shares of the pictures"},
};
static const char *const examples[] = {"rsift link cdvqa --images ~/data/SECOND_train_set.zip",
                                       "rsift link ucm-captions --images uc-merced", NULL};

const rs_verb rs_verb_link = {
    .name = "link",
    .summary = "finds the pictures of a dataset in another folder or dataset",
    .usage = "link ID --images PATH|OTHER_ID [--unit I/N]",
    .about = "Annotations often come without pictures: RSIVQA's lie in five other datasets, "
             "CDVQA's are SECOND's. A picture that is not found stays 'unresolved', which is no "
             "error.",
    .examples = examples,
    .answer =
        "`dataset unresolved linked ambiguous left other_units missing[]`, where `missing` are the "
        "first five",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
