/* Criteria by name; see keep.h. */
#include "decide/keep.h"

#include "base/escape.h"

static const struct {
    const char *word, *sql;
} criteria[] = {
    {"protected", "open_"}, {"origin", "origin"}, {"size", "area DESC"}, {"licence", "licence"}};
enum { N_CRITERIA = sizeof criteria / sizeof *criteria };

static size_t criterion_of(rs_str word)
{
    size_t i = 0;
    if (rs_str_eq(word, RS_STR("license"))) word = RS_STR("licence");
    while (i < N_CRITERIA && !rs_str_eq(word, rs_str_of(criteria[i].word))) i++;
    return i;
}

rsift_status rs_keep_put_order(rs_texts keep, rs_buf *sql, rsift_error *err)
{
    bool asked[N_CRITERIA] = {false};
    char quoted[RS_QUOTE_SIZE];
    for (size_t i = 0; i < keep.n; i++) {
        const size_t c = criterion_of(keep.items[i]);
        if (c == N_CRITERIA || asked[c])
            return rs_err_set(err, RSIFT_E_ARG,
                              "keep: expected each of " RS_KEEP_WORDS " once, found \"%s\"",
                              rs_err_quote(quoted, keep.items[i]));
        asked[c] = true;
        rs_buf_printf(sql, "%s, ", criteria[c].sql);
    }
    for (size_t c = 0; keep.n == 0 && c < N_CRITERIA; c++)
        rs_buf_printf(sql, "%s, ", criteria[c].sql);
    return sql->failed ? rs_err_nomem(err, "a statement") : RSIFT_OK;
}
