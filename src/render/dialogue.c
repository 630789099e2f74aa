/* The release's own dialogue, rewritten for the model: every group of boxes in its turns is spelled
 * anew, everything else stays as it is, byte for byte, but for two things: task words of the
 * release's own model ("[refer]", "[identify]") are taken off the front, since no other model was
 * taught them, and phrase tags (<p>, <ref>) become the model's or go. A turn that says nothing
 * else than such a word is given a question of ours. */
#include "render/message.h"

#include "lang/boxtext.h"

/* ---- small readers --------------------------------------------------------------------------- */

static bool blank_only(rs_str s, const char *also)
{
    for (size_t i = 0; i < s.len; i++)
        if (!memchr(" \t\r\n", s.ptr[i], 4) && !(also && s.ptr[i] && strchr(also, s.ptr[i])))
            return false;
    return true;
}

/* End of picture tags and blanks in front. */
static size_t skip_tags(rs_str text, size_t i)
{
    for (;;) {
        while (i < text.len && memchr(" \t\r\n", text.ptr[i], 4)) i++;
        if (!rs_str_starts(rs_str_sub(text, i, text.len), RS_STR("<image>"))) return i;
        i += 7;
    }
}

/* Length of a task word at `i` with the blanks behind it; 0 = none. */
static size_t task_word(const rs_sample *sample, rs_str text, size_t i)
{
    static const char *const words[] = {
        "refer",     "grounding", "identify",       "vqa",    "caption", "detection", "reg",
        "referring", "cls",       "classification", "region", "obb",     "hbb",       "change",
        "changedet", "scene",     "counting"};
    if (i >= text.len || text.ptr[i] != '[') return 0;
    size_t close = rs_str_find_char(rs_str_sub(text, i, i + 24), ']');
    if (close == RS_NPOS) return 0;
    rs_str word = rs_str_sub(text, i + 1, i + close), whole = rs_str_sub(text, i, i + close + 1);
    bool known = sample->release_type.len > 2 &&
                 (rs_str_eq(sample->release_type, word) || rs_str_eq(sample->release_type, whole));
    for (size_t k = 0; !known && k < sizeof words / sizeof *words; k++)
        known = rs_str_eq_nocase(word, rs_str_of(words[k]));
    if (!known) return 0;
    size_t end = i + close + 1;
    while (end < text.len && text.ptr[end] == ' ') end++;
    return end - i;
}

static const struct {
    rs_str open, close;
} phrase_tags[] = {
    {{"<p>", 3}, {"</p>", 4}},
    {{"<ref>", 5}, {"</ref>", 6}},
    {{"<phrase>", 8}, {"</phrase>", 9}},
    {{"<|object_ref_start|>", 20}, {"<|object_ref_end|>", 18}},
};
enum { n_phrase_tags = sizeof phrase_tags / sizeof *phrase_tags };

/* A phrase at the front of `s`: its words and whole length; 0 = none. */
static size_t phrase_at(rs_str s, rs_str *words)
{
    for (size_t k = 0; k < n_phrase_tags; k++) {
        if (!rs_str_starts(s, phrase_tags[k].open)) continue;
        rs_str inner = rs_str_sub(s, phrase_tags[k].open.len, s.len);
        size_t close = rs_str_find(inner, phrase_tags[k].close);
        if (close == RS_NPOS) return 0;
        *words = rs_str_trim(rs_str_sub(inner, 0, close));
        return phrase_tags[k].open.len + close + phrase_tags[k].close.len;
    }
    return 0;
}

rs_str rs_render_asked(const rs_render_job *job, uint32_t turn)
{
    rs_str text = job->sample->turns[turn].text, words = RS_STR("");
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '<' && phrase_at(rs_str_sub(text, i, text.len), &words)) return words;
    return RS_STR("");
}

/* ---- groups of boxes ------------------------------------------------------------------------- */

typedef struct group {
    size_t begin, end; /* bytes of the turn that are replaced */
    size_t first, n;   /* measured boxes */
    rs_str phrase;     /* words that were tagged before them */
} group;

typedef struct turn_boxes {
    rs_measured *items;
    const rs_region **regions;
    size_t n;
    group *groups;
    size_t n_groups;
} turn_boxes;

/* Is [begin, end) inside a group? */
static bool covered(const turn_boxes *t, size_t begin, size_t end)
{
    for (size_t i = 0; i < t->n_groups; i++)
        if (begin >= t->groups[i].begin && end <= t->groups[i].end) return true;
    return false;
}

/* Everything that looks like a place must be known as a region, else the numbers would go through
 * in the release's scale. */
static rsift_status check_leftovers(rs_render_job *job, rs_str text, const turn_boxes *t)
{
    bool any = false;
    for (size_t i = 0; i < text.len && !any; i++) any = memchr("{<[(", text.ptr[i], 4) != NULL;
    if (!any) return RSIFT_OK;
    rs_boxtext found;
    RS_TRY(rs_lang_boxtext_parse(job->arena, text, RS_BOXTEXT_ALL, &found, job->err));
    for (size_t i = 0; i < found.n; i++)
        if (!covered(t, found.spans[i].begin, found.spans[i].end)) job->drop = "box-text-unparsed";
    return RSIFT_OK;
}

static bool add_group(turn_boxes *t, rs_str text, size_t first, size_t n, size_t floor)
{
    const rs_region *a = t->regions[first], *z = t->regions[first + n - 1];
    group g = {.begin = a->begin, .end = z->end, .first = first, .n = n};
    if (a->begin >= z->end || z->end > text.len || a->begin < floor) return false;
    bool tagged = a->phrase_end > a->phrase_begin && a->phrase_end <= a->begin &&
                  a->phrase_begin >= floor &&
                  blank_only(rs_str_sub(text, a->phrase_end, a->begin), NULL);
    if (tagged && phrase_at(rs_str_sub(text, a->phrase_begin, a->phrase_end), &g.phrase))
        g.begin = a->phrase_begin;
    t->groups[t->n_groups++] = g;
    return true;
}

static rsift_status find_groups(rs_render_job *job, uint32_t turn, turn_boxes *t)
{
    const rs_sample *s = job->sample;
    *t = (turn_boxes){0};
    for (uint32_t i = 0; i < s->n_regions; i++)
        t->n += s->regions[i].turn == (int32_t)turn && (s->regions[i].flags & RS_REGION_FROM_TEXT);
    rs_str text = s->turns[turn].text;
    if (t->n) {
        size_t n = t->n;
        t->items = rs_arena_alloc(job->arena, n * sizeof *t->items);
        t->regions = rs_arena_alloc(job->arena, n * sizeof *t->regions);
        t->groups = rs_arena_alloc(job->arena, n * sizeof *t->groups);
        if (!t->items || !t->regions || !t->groups)
            return rs_err_nomem(job->err, "boxes of a turn");
        t->n = 0;
        for (uint32_t i = 0; i < s->n_regions; i++)
            if (s->regions[i].turn == (int32_t)turn && (s->regions[i].flags & RS_REGION_FROM_TEXT))
                t->regions[t->n++] = &s->regions[i];
    }
    size_t floor = 0;
    for (size_t i = 0, n; i < t->n; i += n) {
        for (n = 1; i + n < t->n && t->regions[i + n]->group == t->regions[i]->group;) n++;
        if (!add_group(t, text, i, n, floor)) {
            job->drop = "box-text-unparsed";
            return RSIFT_OK;
        }
        floor = t->groups[t->n_groups - 1].end;
    }
    RS_TRY(check_leftovers(job, text, t));
    for (size_t i = 0; i < t->n && !job->drop; i++)
        job->drop = rs_render_measure(job, t->regions[i], &t->items[i]);
    for (size_t i = 0; i < t->n_groups && !job->drop; i++)
        for (size_t k = t->groups[i].first; k < t->groups[i].first + t->groups[i].n; k++)
            if (!t->items[k].box.label.len) t->items[k].box.label = t->groups[i].phrase;
    return RSIFT_OK;
}

/* Are groups all there is to text[from, end), but for punctuation between them? */
static bool boxes_only(const turn_boxes *t, rs_str text, size_t from)
{
    if (t->n_groups == 0) return false;
    for (size_t i = 0; i < t->n_groups; i++) {
        if (!blank_only(rs_str_sub(text, from, t->groups[i].begin), ",;.")) return false;
        from = t->groups[i].end;
    }
    return blank_only(rs_str_sub(text, from, text.len), ",;.");
}

/* ---- plain text ------------------------------------------------------------------------------ */

/* Copies text; phrases in tags become the model's, reserved words end the rendering. */
static void put_plain(rs_render_job *job, rs_str text, bool user)
{
    while (text.len && !job->drop) {
        size_t at = rs_str_find_char(text, '<');
        if (at == RS_NPOS) at = text.len;
        rs_buf_add(&job->text, text.ptr, at);
        text = rs_str_sub(text, at, text.len);
        if (!text.len) return;
        rs_str words;
        size_t n = phrase_at(text, &words);
        if (n) {
            if (rs_render_reserved(words, true)) job->drop = "special-token";
            rs_render_phrase(job, words);
            text = rs_str_sub(text, n, text.len);
            continue;
        }
        rs_str head = rs_str_sub(text, 0, 24);
        size_t second = rs_str_find_char(rs_str_sub(head, 1, head.len), '<');
        if (second != RS_NPOS) head = rs_str_sub(head, 0, second + 1);
        if (rs_render_reserved(head, !user)) job->drop = "special-token";
        rs_buf_char(&job->text, '<');
        text = rs_str_sub(text, 1, text.len);
    }
}

static size_t body_begin(const rs_render_job *job, uint32_t turn)
{
    rs_str text = job->sample->turns[turn].text;
    size_t at = skip_tags(text, 0);
    return at + task_word(job->sample, text, at);
}

bool rs_render_turn_is_bare(const rs_render_job *job, uint32_t turn)
{
    rs_str text = job->sample->turns[turn].text, words;
    size_t tags = skip_tags(text, 0), begin = body_begin(job, turn);
    if (begin == tags) return false; /* no task word: whatever stands there was meant */
    rs_str rest = rs_str_trim(rs_str_sub(text, begin, text.len));
    size_t n = phrase_at(rest, &words);
    rest = rs_str_sub(rest, n, rest.len);
    if (n && blank_only(rest, ".")) return true;
    size_t end = begin;
    for (uint32_t i = 0; i < job->sample->n_regions; i++) {
        const rs_region *r = &job->sample->regions[i];
        if (r->turn != (int32_t)turn || !(r->flags & RS_REGION_FROM_TEXT)) continue;
        if (r->end > text.len || r->begin < end ||
            !blank_only(rs_str_sub(text, end, r->begin), ",;."))
            return false;
        end = r->end;
    }
    return blank_only(rs_str_sub(text, end, text.len), ",;.");
}

rsift_status rs_render_turn(rs_render_job *job, uint32_t turn, bool *alone)
{
    const rs_turn *source = &job->sample->turns[turn];
    bool user = source->role == RS_TURN_USER;
    turn_boxes t;
    RS_TRY(find_groups(job, turn, &t));
    if (job->drop) return RSIFT_OK;
    size_t at = skip_tags(source->text, 0), begin = user ? body_begin(job, turn) : 0;
    if (user) put_plain(job, rs_str_sub(source->text, 0, at), true);
    *alone = !user && boxes_only(&t, source->text, 0);
    if (*alone) return rs_render_boxes(job, t.items, t.n, RS_BOX_ALONE, RS_STR(""));
    for (size_t i = 0; i < t.n_groups && !job->drop; i++) {
        const group *g = &t.groups[i];
        put_plain(job, rs_str_sub(source->text, begin, g->begin), user);
        RS_TRY(rs_render_boxes(job, t.items + g->first, g->n, user ? RS_BOX_ASKED : RS_BOX_INLINE,
                               g->phrase));
        begin = g->end;
    }
    put_plain(job, rs_str_sub(source->text, begin, source->text.len), user);
    return RSIFT_OK;
}

/* ---- the dialogue ---------------------------------------------------------------------------- */

/* A question of ours for "[identify] {box}" and "[refer] <p>words</p>", which say no more. */
static rsift_status bare_question(rs_render_job *job, uint32_t turn)
{
    rs_str text = job->sample->turns[turn].text, phrase = rs_render_asked(job, turn);
    put_plain(job, rs_str_sub(text, 0, skip_tags(text, 0)), true);
    turn_boxes t;
    RS_TRY(find_groups(job, turn, &t));
    if (job->drop) return RSIFT_OK;
    rs_task task = job->sample->task;
    const char *set = t.n          ? "region-caption"
                      : phrase.len ? "grounding-hbb"
                                   : rs_model_task_name(task);
    if (t.n && task == RS_TASK_REGION_CLASSIFICATION) set = "region-classification";
    if (!t.n && task == RS_TASK_GROUNDING_OBB) set = "grounding-obb";
    rs_template_values values = {.phrase = phrase.len ? phrase : (rs_str){0}};
    return rs_render_question(job, set, t.items, t.n, &values);
}

static size_t n_words(rs_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += s.ptr[i] > ' ' && (i == 0 || s.ptr[i - 1] <= ' ');
    return n;
}

/* Bare questions of a benchmark (no picture tag, no instruction) get the task's response-format
 * phrase, for otherwise a model learns to be short at all times. Only where the known answer has
 * that form: "single word or phrase" before a long answer would teach to ignore it. */
static const char *format_set(const rs_render_job *job, uint32_t user, rs_str answer)
{
    const rs_sample *s = job->sample;
    rs_str question = s->turns[user].text;
    answer = rs_str_trim(answer);
    if (s->n_turns > 2 || !rs_model_task_is_short(s->task)) return NULL;
    if (body_begin(job, user) != 0) return NULL; /* an instruction ready for training: verbatim */
    static const char *const told[] = {"Answer", "answer", "single word", "one word",
                                       "Choose", "Reply",  "Respond"};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (rs_str_find(question, rs_str_of(told[i])) != RS_NPOS) return NULL;
    switch (s->task) {
    case RS_TASK_CHOICE_VQA: return answer.len <= 2 ? "choice-vqa" : NULL;
    case RS_TASK_HALLUCINATION_PROBE:
        return !answer.len || rs_str_eq_nocase(rs_str_sub(answer, 0, 3), RS_STR("yes")) ||
                       rs_str_eq_nocase(rs_str_sub(answer, 0, 2), RS_STR("no"))
                   ? "hallucination-probe"
                   : NULL;
    case RS_TASK_CHANGE_VQA: return n_words(answer) <= 4 ? "change-vqa" : NULL;
    case RS_TASK_VQA: return n_words(answer) <= 4 ? "vqa" : NULL;
    default: return NULL;
    }
}

static rsift_status user_turn(rs_render_job *job, uint32_t turn)
{
    const rs_sample *s = job->sample;
    bool alone;
    if (rs_render_turn_is_bare(job, turn)) return bare_question(job, turn);
    rs_str answer = turn + 1 < s->n_turns ? s->turns[turn + 1].text : RS_STR("");
    const char *set = format_set(job, turn, answer);
    if (!set) return rs_render_turn(job, turn, &alone);
    size_t begin = job->text.len, first_box = job->n_boxes;
    RS_TRY(rs_render_turn(job, turn, &alone));
    if (job->drop || job->n_boxes != first_box) return RSIFT_OK;
    rs_str question = rs_str_trim(rs_str_sub(rs_buf_view(&job->text), begin, job->text.len)), whole;
    if (!question.len) return RSIFT_OK; /* the last look finds it empty */
    rs_template_values values = {.question = question};
    RS_TRY(rs_render_prompt(job, set, &values, &whole));
    job->text.len = begin;
    rs_buf_str(&job->text, whole);
    return RSIFT_OK;
}

static size_t n_tags_of(const rs_sample *s)
{
    size_t n = 0;
    for (uint32_t i = 0; i < s->n_turns; i++) {
        rs_str text = s->turns[i].text;
        for (size_t at; (at = rs_str_find(text, RS_STR("<image>"))) != RS_NPOS; n++)
            text = rs_str_sub(text, at + 7, text.len);
    }
    return n;
}

/* The question stands, whatever its answer looks like: the truth is then the release's own words.
 */
static rsift_status without_answer(rs_render_job *job, rs_str truth)
{
    while (job->n_boxes && job->boxes[job->n_boxes - 1].message == job->n_messages) job->n_boxes--;
    job->text.len = 0;
    job->drop = NULL;
    job->truth = truth;
    return RSIFT_OK;
}

rsift_status rs_render_dialogue(rs_render_job *job)
{
    const rs_sample *s = job->sample;
    bool images_due = n_tags_of(s) == 0;
    uint32_t last = s->n_turns - 1;
    for (uint32_t i = 0; i < s->n_turns && !job->drop; i++) {
        rs_turn_role role = s->turns[i].role;
        bool alone;
        if (role == RS_TURN_USER) {
            if (images_due) rs_render_images(job);
            images_due = false;
            RS_TRY(user_turn(job, i));
            if (!job->drop) RS_TRY(rs_render_end_message(job, RS_MESSAGE_USER));
        } else if (role == RS_TURN_SYSTEM && i == 0) {
            RS_TRY(rs_render_no_images(job, s->turns[i].text));
            RS_TRY(rs_render_end_message(job, RS_MESSAGE_SYSTEM));
        } else if (role == RS_TURN_SYSTEM) {
            job->drop = "roles";
        } else {
            RS_TRY(rs_render_turn(job, i, &alone));
            if (job->drop && i == last && job->options->for_eval)
                return without_answer(job, s->turns[i].text);
            if (!job->drop) RS_TRY(rs_render_end_message(job, RS_MESSAGE_ASSISTANT));
        }
    }
    return RSIFT_OK;
}
