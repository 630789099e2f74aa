/* Fields of conversations of which nothing is kept: see llava_record.h. */
#include "readers/llava_record.h"

#include <stdio.h>

/* Read whatever the parameters say: pictures, sizes, marks of answers that are not to be learnt,
 * media that set a record aside; then the lists of turns, and behind them what is read where there
 * is no such list. */
static const char *const always[] = {
    "images", "question_id", "system",   "system_prompt", "objects",     "width",
    "height", "loss",        "kto_tag",  "video",         "videos",      "audio",
    "audios", "chosen",      "messages", "conversations", "conversation"};
static const char *const alone[] = {"instruction", "input",   "output", "query",
                                    "response",    "history", "prompt", "question"};
enum {
    N_ALWAYS = sizeof always / sizeof *always,
    N_LISTS = 3,
    N_ALONE = sizeof alone / sizeof *alone
};

/* The first components of "name|meta.file": "name" and "meta". */
static size_t add_names(rs_str names, rs_str *out, size_t most)
{
    size_t n = 0;
    rs_str name;
    while (n < most && rs_str_split(&names, '|', &name))
        if (name.len) out[n++] = rs_str_sub(name, 0, rs_str_find_char(name, '.'));
    return n;
}

rsift_status rs_llava_name_kept(rs_llava_fields *f, rs_arena *arena, rsift_error *err)
{
    enum { MOST = N_ALWAYS + N_ALONE + 32 };
    rs_str *kept = rs_arena_calloc(arena, MOST, sizeof *kept);
    if (!kept) return rs_err_nomem(err, "a reader");
    const rs_str fields[] = {f->image, f->id, f->turns, f->crop};
    size_t n = 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        n += add_names(fields[i], kept + n, 8);
    /* with a list of turns by name the others are not looked for */
    const size_t n_always = f->turns.len ? N_ALWAYS - N_LISTS : N_ALWAYS;
    for (size_t i = 0; i < n_always; i++) kept[n++] = rs_str_of(always[i]);
    f->kept = kept;
    f->n_kept = n;
    for (size_t i = 0; i < N_ALONE; i++) kept[n++] = rs_str_of(alone[i]);
    f->n_kept_alone = n;
    return RSIFT_OK;
}

rsift_status rs_llava_count_unkept(rs_parse *p, const rs_llava_record *r)
{
    static const rs_str of_turn[] = {{"from", 4},   {"value", 5},    {"role", 4},   {"content", 7},
                                     {"input", 5},  {"output", 6},   {"system", 6}, {"question", 8},
                                     {"answer", 6}, {"Question", 8}, {"Answer", 6}, {"loss", 4}};
    enum { N_OF_TURN = sizeof of_turn / sizeof *of_turn };
    char prefix[64];
    const char *list;
    const rs_json *items = rs_llava_turns_of(r, &list);
    RS_TRY(rs_parse_unkept(p, r->root, RS_STR(""), r->fields->kept,
                           items ? r->fields->n_kept : r->fields->n_kept_alone));
    if (!r->odd_turns) return RSIFT_OK;
    if (r->fields->turns.len)
        snprintf(prefix, sizeof prefix, "%.*s[].", RS_STR_ARG(rs_str_sub(r->fields->turns, 0, 48)));
    else snprintf(prefix, sizeof prefix, "%s[].", list);
    if (rs_json_kind(items) == RS_JSON_OBJECT)
        return rs_parse_unkept(p, items, rs_str_of(prefix), of_turn, N_OF_TURN);
    rs_json_iter it = rs_json_each(items);
    for (const rs_json *turn; (turn = rs_json_next(&it, NULL));)
        RS_TRY(rs_parse_unkept(p, turn, rs_str_of(prefix), of_turn, N_OF_TURN));
    return RSIFT_OK;
}
