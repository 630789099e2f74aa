/* Tokens of samples: their turns, what a writer makes for them, and their pictures; tokens.h. */
#include "decide/tokens.h"

#include "base/map.h"
#include "decide/ask.h"
#include "render/cost.h"

/* Hundredths of tokens of a question in our own words (prompts/). guess: 15 tokens */
enum { made_question = 1500 };

typedef struct counter {
    const rs_aim_limit *limit;
    rs_idmap numbers;
    int64_t *hundredths, *of_pictures;
} counter;

static void count_text(const counter *c, size_t at, rs_result *rows)
{
    c->hundredths[at] += rs_render_turn_hundredths(c->limit->model, rs_result_str(rows, 1));
}

static void count_made(const counter *c, size_t at, rs_result *rows)
{
    const rs_render_model *model = c->limit->model;
    if (rs_result_i64(rows, 1))
        c->hundredths[at] += made_question + rs_render_turn_hundredths(model, RS_STR(""));
    if (!rs_result_i64(rows, 2)) return;
    const rs_str labels = rs_result_null(rows, 4) ? RS_STR("") : rs_result_str(rows, 4);
    c->hundredths[at] += rs_render_turn_hundredths(model, labels) +
                         rs_result_i64(rows, 3) * rs_render_box_hundredths(model);
}

static void count_picture(const counter *c, size_t at, rs_result *rows)
{
    const int64_t tokens = rs_render_picture_tokens(c->limit->model, (double)rs_result_i64(rows, 1),
                                                    (double)rs_result_i64(rows, 2),
                                                    c->limit->min_pixels, c->limit->max_pixels);
    c->of_pictures[at] += tokens;
    c->hundredths[at] += 100 * tokens;
}

/* One question to the store, each row for the sample that it names. */
static rsift_status count_rows(const counter *c, rs_store *store, const char *section,
                               void (*count)(const counter *c, size_t at, rs_result *rows),
                               rsift_error *err)
{
    rs_result *rows;
    rsift_status status;
    RS_TRY(rs_decide_ask(store, "tokens", section, RS_STR(""), &rows, err));
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const size_t at = rs_idmap_get(&c->numbers, rs_result_id(rows, 0));
        if (at != RS_NPOS) count(c, at, rows);
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_aim_tokens(rs_store *store, const rs_aim_limit *limit, const rs_id *ids, size_t n,
                           int64_t *tokens, int64_t *of_pictures, rsift_error *err)
{
    counter c = {.limit = limit, .hundredths = tokens, .of_pictures = of_pictures};
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        tokens[i] = of_pictures[i] = 0;
        ok = rs_idmap_put(&c.numbers, ids[i], NULL) != RS_NPOS;
    }
    rsift_status status = ok ? RSIFT_OK : rs_err_nomem(err, "the tokens");
    if (status == RSIFT_OK) status = count_rows(&c, store, "texts", count_text, err);
    if (status == RSIFT_OK) status = count_rows(&c, store, "made", count_made, err);
    if (status == RSIFT_OK) status = count_rows(&c, store, "pictures", count_picture, err);
    rs_idmap_fini(&c.numbers);
    for (size_t i = 0; i < n; i++) tokens[i] = (tokens[i] + 50) / 100;
    return status;
}
