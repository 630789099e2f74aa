/* Fields of which nothing is kept: see unkept.h. */
#include "index/unkept.h"

#include "index/finding.h"

static void add(rs_index_unkept *to, rs_str name, int64_t n)
{
    for (size_t i = 0; i < to->n; i++) {
        if (!rs_str_eq(rs_str_make(to->fields[i].name, to->fields[i].len), name)) continue;
        to->fields[i].n += n;
        return;
    }
    if (to->n == RS_MOST_UNKEPT || name.len == 0) {
        to->n_others += n;
        return;
    }
    memcpy(to->fields[to->n].name, name.ptr, name.len);
    to->fields[to->n].len = name.len;
    to->fields[to->n++].n = n;
}

void rs_index_unkept_add(rs_index_unkept *to, const rs_batch *batch)
{
    for (size_t i = 0; i < batch->n_unkept; i++)
        add(to, rs_str_sub(batch->unkept[i].name, 0, RS_UNKEPT_BYTES), batch->unkept[i].n);
}

void rs_index_unkept_put(rs_index_unkept *unkept, rs_part *part, rs_str release_id, rs_str source,
                         rs_str locator)
{
    rs_arena scratch = {0};
    for (size_t i = 0; i < unkept->n + (unkept->n_others > 0); i++) {
        const bool other = i == unkept->n;
        const rs_str name = other ? RS_STR("further fields")
                                  : rs_str_make(unkept->fields[i].name, unkept->fields[i].len);
        rs_index_put_finding(
            part, &(rs_index_finding){
                      .code = RS_F_FIELD_UNKEPT,
                      .release_id = release_id,
                      .source = source,
                      .locator = rs_arena_join(&scratch, locator, RS_STR(" > "), name),
                      .message = RS_STR("records carry it, and this source keeps nothing of it"),
                      .n = other ? unkept->n_others : unkept->fields[i].n});
    }
    rs_arena_fini(&scratch);
    *unkept = (rs_index_unkept){0};
}
