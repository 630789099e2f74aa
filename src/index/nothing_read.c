/* Files without a record: see nothing_read.h. */
#include "index/nothing_read.h"

#include "release/kind.h"

typedef struct telling {
    rs_part *part;
    rs_index_cap *cap;
    const rs_plan *plan;
    const rs_plan_source *source;
} telling;

static bool is_refused(const rs_plan *plan, rs_str path)
{
    for (size_t i = 0; i < plan->n_refused; i++)
        if (rs_str_eq(plan->refused[i].path, path)) return true;
    return false;
}

/* "nothing of it was read: x.json is JSON with the keys a, b; coco reads ..." */
static void tell_file(void *ctx, const rs_io_tree *tree, size_t member)
{
    const telling *t = ctx;
    const rs_io_member *m = rs_io_member_at(tree, member);
    rs_arena scratch = {0};
    rs_probe_input input;
    rs_buf why = {0};
    if (is_refused(t->plan, m->path) || !rs_index_cap_admits(t->cap, RS_F_NOTHING_READ)) return;
    rs_buf_cstr(&why, "nothing of it was read");
    if (m->random && rs_kind_head(tree, member, &scratch, &input, NULL) == RSIFT_OK) {
        rs_buf_cstr(&why, ": ");
        rs_kind_explain(t->source->reader, &input, &why);
    }
    rs_index_put_finding(t->part, &(rs_index_finding){.code = RS_F_NOTHING_READ,
                                                      .release_id = t->plan->release_id,
                                                      .source = t->source->id,
                                                      .locator = m->chain,
                                                      .message = rs_buf_view(&why),
                                                      .n = 1});
    rs_buf_fini(&why);
    rs_arena_fini(&scratch);
}

void rs_index_put_nothing_read(rs_part *part, rs_index_cap *cap, const rs_plan *plan,
                               const rs_records *records)
{
    telling t = {.part = part, .cap = cap, .plan = plan, .source = records->source};
    rs_records_without(records, tell_file, &t);
}
