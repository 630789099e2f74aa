/* Which fields a conversation has, and those of which nothing is kept: see llava_record.h. */
#include "readers/llava_record.h"

#include <stdio.h>

/* Read whatever the parameters say: pictures and lists of turns, which most records have; sizes,
 * marks of answers that are not to be learnt, media that set a record aside; and what is read where
 * there is no list of turns. */
static const char *const plain[] = {"images", "question_id", "messages", "conversations",
                                    "conversation"};
static const char *const rare[] = {"system", "system_prompt", "objects", "width",
                                   "height", "loss",          "kto_tag", "video",
                                   "videos", "audio",         "audios",  "chosen"};
static const char *const alone[] = {"instruction", "input",   "output", "query",
                                    "response",    "history", "prompt", "question"};
/* Marks of answers that are not to be learnt; nothing of them is kept. */
static const rs_str marks[] = {{"label", 5}, {"weight", 6}};
enum {
    N_PLAIN = sizeof plain / sizeof *plain,
    N_LISTS = 3, /* the last of them */
    N_RARE = sizeof rare / sizeof *rare,
    N_ALONE = sizeof alone / sizeof *alone,
    N_MARKS = sizeof marks / sizeof *marks
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

/* Is it a field that is looked for and that most records lack? */
static bool is_rare(const rs_llava_fields *f, rs_str key)
{
    return rs_parse_is_one_of(key, f->kept + f->n_plain, f->n_kept_alone - f->n_plain) ||
           rs_parse_is_one_of(key, marks, N_MARKS) || rs_preference_is_rejected(key);
}

rsift_status rs_llava_name_kept(rs_llava_fields *f, rs_arena *arena, rsift_error *err)
{
    enum { MOST = N_PLAIN + N_RARE + N_ALONE + 32 };
    rs_str *kept = rs_arena_calloc(arena, MOST, sizeof *kept);
    if (!kept) return rs_err_nomem(err, "a reader");
    const rs_str fields[] = {f->image, f->id, f->turns, f->crop};
    size_t n = 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        n += add_names(fields[i], kept + n, 8);
    const size_t n_named = n;
    /* with a list of turns by name the others are not looked for */
    const size_t n_plain = f->turns.len ? N_PLAIN - N_LISTS : N_PLAIN;
    for (size_t i = 0; i < n_plain; i++) kept[n++] = rs_str_of(plain[i]);
    f->kept = kept;
    f->n_plain = n;
    for (size_t i = 0; i < N_RARE; i++) kept[n++] = rs_str_of(rare[i]);
    f->n_kept = n;
    for (size_t i = 0; i < N_ALONE; i++) kept[n++] = rs_str_of(alone[i]);
    f->n_kept_alone = n;
    /* a field that a parameter names may be a rare one, too: then all records may have those */
    for (size_t i = 0; i < n_named; i++)
        if (is_rare(f, kept[i])) f->n_plain = 0;
    return RSIFT_OK;
}

void rs_llava_note_keys(rs_llava_record *r)
{
    rs_str key;
    rs_json_iter it = rs_json_each(r->root);
    while (rs_json_next(&it, &key)) {
        if (rs_parse_is_one_of(key, r->fields->kept, r->fields->n_plain)) continue;
        r->other_keys = true;
        r->rare_keys = r->rare_keys || is_rare(r->fields, key);
    }
}

rsift_status rs_llava_count_unkept(rs_parse *p, const rs_llava_record *r)
{
    static const rs_str of_turn[] = {{"from", 4},   {"value", 5},    {"role", 4},   {"content", 7},
                                     {"input", 5},  {"output", 6},   {"system", 6}, {"question", 8},
                                     {"answer", 6}, {"Question", 8}, {"Answer", 6}, {"loss", 4}};
    enum { N_OF_TURN = sizeof of_turn / sizeof *of_turn };
    char prefix[64];
    const char *list;
    if (!r->other_keys && !r->odd_turns) return RSIFT_OK;
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
