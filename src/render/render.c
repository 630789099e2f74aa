/* One sample -> messages. Two ways in: a release's own dialogue (render_text.c), or a task whose
 * question is missing and comes from prompts/ (render_task.c). Here is what both need: messages,
 * picture tags, reserved words, prompts, and the last look at the whole. */
#include "render/message.h"

#include "base/embedded.h"

/* ---- reserved words -------------------------------------------------------------------------- */

/* What a trainer replaces, counts or maps to one token. Such text from a release would change the
 * record's meaning without a sound. */
bool rs_render_reserved(rs_str text, bool image_too)
{
    static const char *const words[] = {
        "<box>",  "</box>",       "<ref>",         "</ref>",        "<quad>",     "</quad>",
        "<bbox>", "<ref-object>", "<video>",       "<audio>",       "<loc_",      "<loc0",
        "<loc1",  "<img>",        "</img>",        "<IMG_CONTEXT>", "<|",         "<s>",
        "</s>",   "<seg>",        "<patch_index_", "<point>",       "<im_start>", "<im_end>",
    };
    for (size_t at; (at = rs_str_find_char(text, '<')) != RS_NPOS;) {
        text = rs_str_sub(text, at, text.len);
        if (image_too && rs_str_starts(text, RS_STR("<image>"))) return true;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (rs_str_starts(text, rs_str_of(words[i]))) return true;
        text = rs_str_sub(text, 1, text.len);
    }
    return false;
}

/* ---- messages -------------------------------------------------------------------------------- */

rsift_status rs_render_end_message(rs_render_job *job, rs_message_role role)
{
    if (job->text.failed || !rs_arena_grow(job->arena, (void **)&job->messages, &job->cap_messages,
                                           job->n_messages + 1, sizeof *job->messages))
        return rs_err_nomem(job->err, "a message");
    rs_str text = rs_buf_view(&job->text);
    while (text.len && memchr(" \t\r\n", text.ptr[text.len - 1], 4)) text.len--;
    text = rs_arena_str(job->arena, text);
    if (!text.ptr) return rs_err_nomem(job->err, "a message");
    job->messages[job->n_messages++] = (rs_message){role, text};
    job->text.len = 0;
    return RSIFT_OK;
}

void rs_render_images(rs_render_job *job)
{
    for (uint32_t i = 0; i < job->n_images; i++) {
        rs_asset_role role =
            i < job->sample->n_assets ? job->sample->assets[i].role : RS_ASSET_IMAGE;
        if (role == RS_ASSET_BEFORE) rs_buf_cstr(&job->text, "Before: ");
        if (role == RS_ASSET_AFTER) rs_buf_cstr(&job->text, "After: ");
        rs_buf_cstr(&job->text, "<image>\n");
    }
}

rsift_status rs_render_no_images(rs_render_job *job, rs_str text)
{
    if (rs_render_reserved(text, true)) job->drop = "special-token";
    else rs_buf_str(&job->text, text);
    return RSIFT_OK;
}

/* ---- prompts --------------------------------------------------------------------------------- */

static rsift_status load_prompts(rs_render_job *job, const char *set, bool open,
                                 rs_template_set *out)
{
    char name[96];
    int n = snprintf(name, sizeof name, "prompts/%s%s.txt", set, open ? "-open" : "");
    const rs_embedded *file = n > 0 && (size_t)n < sizeof name ? rs_embedded_find(name) : NULL;
    *out = (rs_template_set){0};
    if (!file) return RSIFT_OK;
    rs_str text = rs_str_make((const char *)file->data, file->len);
    rsift_status status = rs_lang_template_parse(job->arena, text, out, job->err);
    return status == RSIFT_OK ? status : rs_err_within(job->err, status, "%s", name);
}

static bool wants_classes(const rs_template_set *set)
{
    return set->n && rs_str_find(set->lines[0], RS_STR("{classes}")) != RS_NPOS;
}

rsift_status rs_render_prompt(rs_render_job *job, const char *set, const rs_template_values *values,
                              rs_str *out)
{
    rs_template_set prompts;
    *out = (rs_str){0};
    RS_TRY(load_prompts(job, set, false, &prompts));
    bool open = wants_classes(&prompts) && !values->classes.len;
    if (open) RS_TRY(load_prompts(job, set, true, &prompts));
    if (prompts.n == 0) {
        job->drop = "task-not-text";
        return RSIFT_OK;
    }
    /* Each repeat of a sample may meet another wording. */
    size_t i = rs_lang_template_pick(
        &prompts, job->options->seed + job->repeat * 0x9e3779b97f4a7c15u, job->sample->id);
    rsift_status status = rs_lang_template_fill(job->arena, &prompts, i, values, out, job->err);
    if (status == RSIFT_E_ARG) { /* the sample lacks what every wording of the task names */
        job->drop = "empty-turn";
        return RSIFT_OK;
    }
    RS_TRY(status);
    job->template_id = rs_arena_printf(job->arena, "%s%s#%zu", set, open ? "-open" : "", i);
    return job->template_id.ptr ? RSIFT_OK : rs_err_nomem(job->err, "a template id");
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Class names are identifiers in many releases: "storage_tank", "Ground-Track-Field",
 * "BaseballField". Abbreviations (two capitals in a row) keep their letters. */
rs_str rs_render_class_words(rs_arena *arena, rs_str label)
{
    rs_str s = rs_str_trim(label);
    char *out = rs_arena_alloc(arena, 2 * s.len + 1);
    if (!out) return (rs_str){0};
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i], before = i ? s.ptr[i - 1] : ' ',
             after = i + 1 < s.len ? s.ptr[i + 1] : ' ';
        if (c == '_' || c == '-') c = ' ';
        if (c == ' ' && (n == 0 || out[n - 1] == ' ')) continue;
        bool starts = is_upper(c) && (is_lower(before) || (is_upper(before) && is_lower(after)));
        if (starts && n && out[n - 1] != ' ') out[n++] = ' ';
        bool abbreviation =
            is_upper(c) && ((is_upper(before) && !is_lower(after)) || is_upper(after));
        if (is_upper(c) && !abbreviation) c = (char)(c - 'A' + 'a');
        out[n++] = c;
    }
    while (n && out[n - 1] == ' ') n--;
    return rs_str_make(out, n);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static size_t count_tags(rs_str text)
{
    size_t n = 0;
    for (size_t at; (at = rs_str_find(text, RS_STR("<image>"))) != RS_NPOS; n++)
        text = rs_str_sub(text, at + 7, text.len);
    return n;
}

/* Nothing but picture tags and blanks. */
static bool says_nothing(rs_str text)
{
    for (text = rs_str_trim(text); rs_str_starts(text, RS_STR("<image>"));)
        text = rs_str_trim(rs_str_sub(text, 7, text.len));
    return text.len == 0;
}

/* The checks that every trainer's loader makes too late or not at all. */
static const char *judge(const rs_render_job *job)
{
    size_t first = job->n_messages && job->messages[0].role == RS_MESSAGE_SYSTEM, n_tags = 0,
           n_flat = 0;
    if (job->n_messages <= first) return "no-answer";
    for (size_t i = first; i < job->n_messages; i++) {
        const rs_message *m = &job->messages[i];
        rs_message_role due = (i - first) % 2 ? RS_MESSAGE_ASSISTANT : RS_MESSAGE_USER;
        if (m->role != due) return "roles";
        if (says_nothing(m->text)) return due == RS_MESSAGE_USER ? "empty-turn" : "no-answer";
        size_t tags = count_tags(m->text);
        if (tags && m->role != RS_MESSAGE_USER) return "special-token";
        n_tags += tags;
    }
    if (n_tags != job->n_images) return "placeholders";
    bool ends_with_answer = (job->n_messages - first) % 2 == 0;
    if (ends_with_answer == job->options->for_eval)
        return job->options->for_eval ? "roles" : "no-answer";
    for (size_t i = 0; i < job->n_boxes; i++) n_flat += job->boxes[i].degenerate;
    return job->n_boxes && n_flat == job->n_boxes ? "degenerate-box" : NULL;
}

/* The release asks and answers in words. A question whose answer is labels or regions, or one of
 * several references, is a task with its prompt given. */
static bool is_dialogue(const rs_sample *sample)
{
    uint32_t n_user = 0, n_assistant = 0, n_other = 0;
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        n_user += sample->turns[i].role == RS_TURN_USER;
        n_assistant += sample->turns[i].role == RS_TURN_ASSISTANT;
        n_other +=
            sample->turns[i].role == RS_TURN_REFERENCE || sample->turns[i].role == RS_TURN_PHRASE;
    }
    if (n_user == 0) return false;
    return n_assistant > 0 || (n_other == 0 && sample->n_labels == 0 && sample->n_regions == 0);
}

/* The last answer, as a training record would give it, is what a prediction is compared with. */
static void hide_answer(rs_render_job *job)
{
    if (job->n_messages == 0 || job->messages[job->n_messages - 1].role != RS_MESSAGE_ASSISTANT)
        return;
    job->truth = job->messages[--job->n_messages].text;
    while (job->n_boxes && job->boxes[job->n_boxes - 1].message == job->n_messages) job->n_boxes--;
}

static rsift_status render(rs_render_job *job)
{
    if (!job->sample->truth && !job->options->for_eval) {
        job->drop = "no-answer";
        return RSIFT_OK;
    }
    RS_TRY(is_dialogue(job->sample) ? rs_render_dialogue(job) : rs_render_task(job));
    if (job->options->for_eval) hide_answer(job);
    if (!job->drop) job->drop = judge(job);
    return RSIFT_OK;
}

static rs_str training_split(const rs_sample *sample)
{
    return sample->n_splits ? sample->splits[0].name : RS_STR("");
}

rsift_status rs_render(const rs_render_options *options, const rs_render_input *input,
                       rs_arena *arena, rs_rendered *out, rsift_error *err)
{
    const rs_sample *sample = input->sample;
    uint32_t n_images = 0;
    for (uint32_t i = 0; i < sample->n_assets; i++)
        n_images += sample->assets[i].role != RS_ASSET_MASK;
    rs_render_job job = {.options = options,
                         .sample = sample,
                         .widths = input->widths,
                         .heights = input->heights,
                         .n_images = n_images,
                         .repeat = input->repeat,
                         .arena = arena,
                         .template_id = RS_STR(""),
                         .truth = RS_STR(""),
                         .err = err};
    rsift_status status = render(&job);
    rs_buf_fini(&job.text);
    *out = (rs_rendered){.drop = job.drop,
                         .id = sample->id,
                         .repeat = input->repeat,
                         .dataset = input->dataset,
                         .task = rs_str_of(rs_model_task_name(sample->task)),
                         .source_split = training_split(sample),
                         .images = input->images,
                         .widths = input->widths,
                         .heights = input->heights,
                         .n_images = n_images,
                         .messages = job.messages,
                         .n_messages = (uint32_t)job.n_messages,
                         .boxes = job.boxes,
                         .n_boxes = (uint32_t)job.n_boxes,
                         .truth = job.truth,
                         .template_id = job.template_id};
    return status;
}
