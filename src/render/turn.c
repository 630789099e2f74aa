/* Turns of released dialogues: task words, phrase tags, groups of boxes. Which bytes of a turn are
 * boxes was found by the reader (regions with RS_REGION_FROM_TEXT); text that still resembles a box
 * drops the sample, because its numbers would pass in the release's own scale. */
#include "render/turn.h"

#include "render/boxes.h"
#include "render/in_place.h"

/* ---- words and tags -------------------------------------------------------------------------- */

/* Nothing but blanks, and characters of `also` (NULL = none)? */
static bool blank_only(rs_str s, const char *also)
{
    for (size_t i = 0; i < s.len; i++)
        if (!rs_render_is_blank(s.ptr[i]) && !(also && s.ptr[i] && strchr(also, s.ptr[i])))
            return false;
    return true;
}

/* Length of a task word at `i` with the blanks behind it; 0 = none. A task word is "[name]" where
 * the name is the sample's own type in the release or one of the words that releases use. */
static size_t task_word(const rs_sample *sample, rs_str text, size_t i)
{
    static const char *const words[] = {
        "refer",     "grounding", "identify",       "vqa",    "caption", "detection", "reg",
        "referring", "cls",       "classification", "region", "obb",     "hbb",       "change",
        "changedet", "scene",     "counting"};
    if (i >= text.len || text.ptr[i] != '[') return 0;
    size_t close = rs_str_find_char(rs_str_sub(text, i, i + 24), ']'); /* task words are short */
    if (close == RS_NPOS) return 0;
    rs_str word = rs_str_sub(text, i + 1, i + close),
           with_brackets = rs_str_sub(text, i, i + close + 1);
    bool known = sample->release_type.len > 2 && (rs_str_eq(sample->release_type, word) ||
                                                  rs_str_eq(sample->release_type, with_brackets));
    for (size_t k = 0; !known && k < sizeof words / sizeof *words; k++)
        known = rs_str_eq_nocase(word, rs_str_of(words[k]));
    if (!known) return 0;
    size_t end = i + close + 1;
    while (end < text.len && text.ptr[end] == ' ') end++;
    return end - i;
}

/* Tags that releases put around the words of a referring expression. */
static const struct {
    rs_str open, close;
} phrase_tags[] = {
    {{"<p>", 3}, {"</p>", 4}},
    {{"<ref>", 5}, {"</ref>", 6}},
    {{"<phrase>", 8}, {"</phrase>", 9}},
    {{"<|object_ref_start|>", 20}, {"<|object_ref_end|>", 18}},
};
enum { n_phrase_tags = sizeof phrase_tags / sizeof *phrase_tags };

size_t rs_render_phrase_at(rs_str s, rs_str *words)
{
    *words = RS_STR("");
    if (s.len < 2 || s.ptr[0] != '<') return 0;
    for (size_t k = 0; k < n_phrase_tags; k++) {
        if (s.ptr[1] != phrase_tags[k].open.ptr[1]) continue;
        if (!rs_str_starts(s, phrase_tags[k].open)) continue;
        rs_str inner = rs_str_sub(s, phrase_tags[k].open.len, s.len);
        size_t close = rs_str_find(inner, phrase_tags[k].close);
        if (close == RS_NPOS) return 0;
        *words = rs_str_trim(rs_str_sub(inner, 0, close));
        return phrase_tags[k].open.len + close + phrase_tags[k].close.len;
    }
    return 0;
}

rs_str rs_render_turn_phrase(const rs_render_job *job, uint32_t turn)
{
    rs_str text = job->sample->turns[turn].text, words = RS_STR("");
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '<' && rs_render_phrase_at(rs_str_sub(text, i, text.len), &words))
            return words;
    return RS_STR("");
}

size_t rs_render_turn_begin(const rs_render_job *job, uint32_t turn, size_t *tags_end)
{
    rs_str text = job->sample->turns[turn].text;
    *tags_end = rs_render_skip_tags(text);
    return *tags_end + task_word(job->sample, text, *tags_end);
}

/* ---- groups of boxes ------------------------------------------------------------------------- */

/* Boxes that stand together in the text and are replaced together. */
typedef struct group {
    size_t begin, end; /* bytes of the turn that are replaced */
    size_t first, n;   /* measured boxes */
    rs_str phrase;     /* words that were tagged before them */
    bool labelled;     /* a list of boxes with labels, JSON's or tokens': the text's own words */
    bool in_place;     /* numbers of a JSON document, which begins and ends: */
    size_t document_begin, document_end;
} group;

typedef struct turn_boxes {
    rs_measured *items;
    const rs_region **regions;
    size_t n;
    group *groups;
    size_t n_groups;
} turn_boxes;

static bool stands_in_turn(const rs_region *region, uint32_t turn)
{
    return region->turn == (int32_t)turn && (region->flags & RS_REGION_FROM_TEXT);
}

rsift_status rs_render_turn_spans(const rs_render_job *job, const rs_turn *turn, rs_boxtext *found)
{
    static const char openers[] = "{<[(";
    bool any = false;
    *found = rs_lang_boxtext_none;
    if (turn->boxes && turn->boxes->n == 0) return RSIFT_OK;
    for (size_t i = 0; openers[i] && !any; i++)
        any = rs_str_find_char(turn->text, openers[i]) != RS_NPOS;
    if (!any) return RSIFT_OK;
    if (!turn->boxes)
        return rs_lang_boxtext_parse(job->arena, turn->text, RS_BOXTEXT_ALL, found, job->err);
    *found = *turn->boxes;
    return RSIFT_OK;
}

/* Drops the sample when text outside the groups reads as a box: no region tells its convention. */
static void check_leftovers(rs_render_job *job, const rs_boxtext *found, const turn_boxes *t)
{
    for (size_t i = 0; i < found->n; i++) {
        bool covered = false;
        for (size_t k = 0; k < t->n_groups && !covered; k++)
            covered = found->spans[i].begin >= t->groups[k].begin &&
                      found->spans[i].end <= t->groups[k].end;
        if (!covered) job->drop = "box-text-unparsed";
    }
}

/* Is the group a list of JSON objects, or does it lie in a JSON document? One that lies there and
 * is not one box's numbers cannot be replaced without breaking the document. */
static void find_document(rs_render_job *job, const rs_boxtext *found, group *g)
{
    for (size_t i = 0; i < found->n; i++) {
        const rs_boxtext_span *span = &found->spans[i];
        const bool inside = span->begin >= g->begin && span->end <= g->end;
        const bool covers = span->phrase == RS_BOXTEXT_PHRASE_RUN &&
                            span->phrase_begin >= g->begin && span->phrase_end <= g->end;
        if (inside && (covers || (span->style == RS_BOXTEXT_JSON && !span->in_place)))
            g->labelled = true;
        if (span->style != RS_BOXTEXT_JSON || !span->in_place) continue;
        if (g->begin < span->document_begin || g->end > span->document_end) continue;
        g->in_place = g->n == 1 && g->begin == span->begin && g->end == span->end;
        g->document_begin = span->document_begin;
        g->document_end = span->document_end;
        if (g->in_place) return;
    }
    if (g->document_end && !g->in_place) job->drop = "json-boxes";
}

/* Adds regions [first, first + n) as a group; a phrase right before them belongs to it. false =
 * their bytes are out of order or before `floor`, the end of the group before. */
static bool add_group(turn_boxes *t, rs_str text, size_t first, size_t n, size_t floor)
{
    const rs_region *a = t->regions[first], *z = t->regions[first + n - 1];
    group g = {.begin = a->begin, .end = z->end, .first = first, .n = n};
    if (a->begin >= z->end || z->end > text.len || a->begin < floor) return false;
    /* The reader noted the phrase; only blanks may stand between it and the boxes. */
    bool tagged = a->phrase_end > a->phrase_begin && a->phrase_end <= a->begin &&
                  a->phrase_begin >= floor &&
                  blank_only(rs_str_sub(text, a->phrase_end, a->begin), NULL);
    if (tagged && rs_render_phrase_at(rs_str_sub(text, a->phrase_begin, a->phrase_end), &g.phrase))
        g.begin = a->phrase_begin;
    t->groups[t->n_groups++] = g;
    return true;
}

static rsift_status measure_region(rs_render_job *job, const rs_region *region, rs_measured *out,
                                   const char **drop)
{
    return rs_render_measure(job, region, out, drop);
}

/* The boxes of a turn: which regions stand in it, in which groups, and their measures. */
static rsift_status find_groups(rs_render_job *job, uint32_t turn, turn_boxes *t)
{
    const rs_sample *s = job->sample;
    rs_str text = s->turns[turn].text;
    size_t n = 0, floor = 0;
    *t = (turn_boxes){0};
    for (uint32_t i = 0; i < s->n_regions; i++) n += stands_in_turn(&s->regions[i], turn);
    if (n == 0 && s->turns[turn].boxes && s->turns[turn].boxes->n == 0) return RSIFT_OK;
    if (n) {
        t->items = rs_arena_alloc(job->arena, n * sizeof *t->items);
        t->regions = rs_arena_alloc(job->arena, n * sizeof *t->regions);
        t->groups = rs_arena_alloc(job->arena, n * sizeof *t->groups);
        if (!t->items || !t->regions || !t->groups)
            return rs_err_nomem(job->err, "boxes of a turn");
    }
    for (uint32_t i = 0; i < s->n_regions; i++) /* readers give them in the order of the text */
        if (stands_in_turn(&s->regions[i], turn)) t->regions[t->n++] = &s->regions[i];

    rs_boxtext found;
    RS_TRY(rs_render_turn_spans(job, &s->turns[turn], &found));
    /* Consecutive regions of one group number are one group. */
    for (size_t i = 0; i < t->n; i += n) {
        for (n = 1; i + n < t->n && t->regions[i + n]->group == t->regions[i]->group;) n++;
        if (!add_group(t, text, i, n, floor)) {
            job->drop = "box-text-unparsed";
            return RSIFT_OK;
        }
        floor = t->groups[t->n_groups - 1].end;
        find_document(job, &found, &t->groups[t->n_groups - 1]);
    }
    check_leftovers(job, &found, t);
    for (size_t g = 0; g < t->n_groups && !job->drop; g++)
        for (size_t i = t->groups[g].first; i < t->groups[g].first + t->groups[g].n; i++)
            if (!job->drop)
                RS_TRY((t->groups[g].in_place ? rs_render_measure_in_place : measure_region)(
                    job, t->regions[i], &t->items[i], &job->drop));
    for (size_t i = 0; i < t->n_groups && !job->drop; i++) /* unlabelled: named by the phrase */
        for (size_t k = t->groups[i].first; k < t->groups[i].first + t->groups[i].n; k++)
            if (!t->items[k].box.label.len) t->items[k].box.label = t->groups[i].phrase;
    return RSIFT_OK;
}

rsift_status rs_render_turn_boxes(rs_render_job *job, uint32_t turn, rs_measured **items, size_t *n)
{
    turn_boxes t;
    rsift_status status = find_groups(job, turn, &t);
    *items = t.items;
    *n = t.n;
    return status;
}

/* Is the text nothing but groups and punctuation between them? */
static bool boxes_only(const turn_boxes *t, rs_str text)
{
    size_t from = 0;
    if (t->n_groups == 0) return false;
    for (size_t i = 0; i < t->n_groups; i++) {
        if (t->groups[i].in_place) return false;
        if (!blank_only(rs_str_sub(text, from, t->groups[i].begin), ",;.")) return false;
        from = t->groups[i].end;
    }
    return blank_only(rs_str_sub(text, from, text.len), ",;.");
}

bool rs_render_turn_is_bare(const rs_render_job *job, uint32_t turn)
{
    rs_str text = job->sample->turns[turn].text, words;
    const rs_task task = job->sample->task;
    const bool about_region =
        task == RS_TASK_REGION_CAPTION || task == RS_TASK_REGION_CLASSIFICATION;
    size_t tags_end, begin = rs_render_turn_begin(job, turn, &tags_end);
    const bool tagged = begin > tags_end;
    /* without a task word the task must say what is asked */
    if (!tagged && !about_region) return false;
    /* nothing but a task word, a phrase and a full stop? */
    rs_str rest = rs_str_trim(rs_str_sub(text, begin, text.len));
    size_t n = rs_render_phrase_at(rest, &words);
    rest = rs_str_sub(rest, n, rest.len);
    if (tagged && n && blank_only(rest, ".")) return true;
    /* Nothing but boxes and punctuation? */
    size_t end = begin, n_boxes = 0;
    for (uint32_t i = 0; i < job->sample->n_regions; i++) {
        const rs_region *r = &job->sample->regions[i];
        if (!stands_in_turn(r, turn)) continue;
        if (r->end > text.len || r->begin < end ||
            !blank_only(rs_str_sub(text, end, r->begin), ",;."))
            return false;
        end = r->end;
        n_boxes++;
    }
    return (tagged || n_boxes) && blank_only(rs_str_sub(text, end, text.len), ",;.");
}

/* ---- writing --------------------------------------------------------------------------------- */

void rs_render_put_plain(rs_render_job *job, rs_str text, bool user)
{
    const rs_render_model *model = job->options->model;
    while (text.len && !job->drop) {
        size_t at = rs_str_find_char(text, '<');
        if (at == RS_NPOS) at = text.len;
        if (rs_render_holds_word(model, rs_str_sub(text, 0, at))) job->drop = "special-token";
        rs_buf_add(&job->text, text.ptr, at);
        text = rs_str_sub(text, at, text.len);
        if (!text.len) return;
        rs_str words;
        size_t n = rs_render_phrase_at(text, &words);
        if (n) {
            if (rs_render_reserved(model, words, true)) job->drop = "special-token";
            rs_render_put_phrase(job, words);
            text = rs_str_sub(text, n, text.len);
            continue;
        }
        /* One '<' at a time: the text up to the next one holds at most one reserved word. */
        rs_str head = rs_str_sub(text, 0, 24);
        size_t second = rs_str_find_char(rs_str_sub(head, 1, head.len), '<');
        if (second != RS_NPOS) head = rs_str_sub(head, 0, second + 1);
        if (rs_render_reserved(model, head, !user)) job->drop = "special-token";
        rs_buf_char(&job->text, '<');
        text = rs_str_sub(text, 1, text.len);
    }
}

/* The text between boxes. Inside of a JSON document every byte stays; outside of it phrase tags
 * become the model's. */
static void put_between(rs_render_job *job, rs_str text, size_t begin, size_t end,
                        const turn_boxes *t, bool user)
{
    for (size_t i = 0; i < t->n_groups && begin < end; i++) {
        const group *g = &t->groups[i];
        if (!g->in_place || g->document_end <= begin || g->document_begin >= end) continue;
        size_t from = g->document_begin > begin ? g->document_begin : begin,
               to = g->document_end < end ? g->document_end : end;
        rs_render_put_plain(job, rs_str_sub(text, begin, from), user);
        if (!job->drop) rs_render_put_checked(job, rs_str_sub(text, from, to));
        begin = to;
    }
    if (!job->drop) rs_render_put_plain(job, rs_str_sub(text, begin, end), user);
}

/* Labels of a list are words of the text: they stay, in questions too. */
static rs_box_role role_of(const group *g, bool user)
{
    if (g->labelled && g->phrase.len == 0) return RS_BOX_LABELLED;
    return user ? RS_BOX_QUESTION : RS_BOX_SENTENCE;
}

rsift_status rs_render_put_turn(rs_render_job *job, uint32_t turn)
{
    const rs_turn *source = &job->sample->turns[turn];
    bool user = source->role == RS_TURN_USER;
    turn_boxes t;
    RS_TRY(find_groups(job, turn, &t));
    if (job->drop) return RSIFT_OK;
    size_t begin = 0;
    if (user) { /* picture tags stay, a task word behind them goes */
        size_t tags_end;
        begin = rs_render_turn_begin(job, turn, &tags_end);
        rs_render_put_plain(job, rs_str_sub(source->text, 0, tags_end), true);
    }
    if (!user && boxes_only(&t, source->text))
        return rs_render_put_boxes(
            job, t.items, t.n, t.groups[0].labelled ? RS_BOX_LABELLED : RS_BOX_ANSWER, RS_STR(""));
    for (size_t i = 0; i < t.n_groups && !job->drop; i++) {
        const group *g = &t.groups[i];
        put_between(job, source->text, begin, g->begin, &t, user);
        if (g->in_place)
            RS_TRY(rs_render_put_in_place(job, t.regions[g->first], &t.items[g->first],
                                          rs_str_sub(source->text, g->begin, g->end)));
        else
            RS_TRY(rs_render_put_boxes(job, t.items + g->first, g->n, role_of(g, user), g->phrase));
        begin = g->end;
    }
    put_between(job, source->text, begin, source->text.len, &t, user);
    return RSIFT_OK;
}

rsift_status rs_render_put_last_answer(rs_render_job *job, uint32_t turn)
{
    RS_TRY(rs_render_put_turn(job, turn));
    if (!job->drop) return rs_render_end_message(job, RS_MESSAGE_ASSISTANT);
    if (!job->options->for_eval) return RSIFT_OK;
    rs_render_forget_boxes(job, job->n_messages);
    job->text.len = 0;
    /* the raw text has the release's own numbers and tokens: compared with, it would be false */
    job->truth_lost = job->drop;
    job->drop = NULL;
    return RSIFT_OK;
}
