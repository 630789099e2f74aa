/* Messages: picture tags, reserved words, and the list of what is finished. */
#include "render/message.h"

/* ---- picture tags ---------------------------------------------------------------------------- */

size_t rs_render_count_tags(rs_str text)
{
    size_t n = 0;
    for (size_t at; (at = rs_str_find(text, RS_IMAGE_TAG)) != RS_NPOS; n++)
        text = rs_str_sub(text, at + RS_IMAGE_TAG.len, text.len);
    return n;
}

size_t rs_render_skip_tags(rs_str text)
{
    for (size_t i = 0;; i += RS_IMAGE_TAG.len) {
        while (i < text.len && rs_render_is_blank(text.ptr[i])) i++;
        if (i == text.len || text.ptr[i] != '<') return i;
        if (!rs_str_starts(rs_str_sub(text, i, text.len), RS_IMAGE_TAG)) return i;
    }
}

uint32_t rs_render_n_images(const rs_sample *sample)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < sample->n_assets; i++) n += sample->assets[i].role != RS_ASSET_MASK;
    return n;
}

void rs_render_put_images(rs_render_job *job)
{
    for (uint32_t i = 0; i < job->n_images; i++) {
        rs_asset_role role =
            i < job->sample->n_assets ? job->sample->assets[i].role : RS_ASSET_IMAGE;
        if (role == RS_ASSET_BEFORE) rs_buf_cstr(&job->text, "Before: ");
        if (role == RS_ASSET_AFTER) rs_buf_cstr(&job->text, "After: ");
        rs_buf_str(&job->text, RS_IMAGE_TAG);
        rs_buf_char(&job->text, '\n');
    }
}

/* ---- reserved words -------------------------------------------------------------------------- */

/* Is there a word of the NULL-terminated list anywhere in `text`, of those that do not begin with
 * '<'? They come first, and most lists have none. */
static inline bool holds_word_of(rs_str text, const char *const *words)
{
    if (!words || !words[0] || words[0][0] == '<') return false;
    for (size_t i = 0; words[i] && words[i][0] != '<'; i++)
        if (rs_str_find(text, rs_str_of(words[i])) != RS_NPOS) return true;
    return false;
}

bool rs_render_holds_word(const rs_render_model *model, rs_str text)
{
    /* the model's own row may be in no table */
    if (model && holds_word_of(text, model->reserved)) return true;
    for (size_t i = 0; rs_render_models[i]; i++)
        if (holds_word_of(text, rs_render_models[i]->reserved)) return true;
    return false;
}

/* Does `text`, which begins with '<', begin with a word of the list? */
static bool begins_with_tag(rs_str text, const char *const *words)
{
    for (size_t i = 0; words && words[i]; i++) {
        /* Told apart by the byte behind '<' in most cases: a tag is asked for some 50 words. */
        if (text.len < 2 || text.ptr[1] != words[i][1]) continue;
        if (rs_str_starts(text, rs_str_of(words[i]))) return true;
    }
    return false;
}

/* What a trainer replaces, counts or maps to one token. Such text from a release would change the
 * record's meaning without any message. The words of every known model count, not only those of the
 * model asked for, so that a mixture holds the same samples whichever model it is written for. */
bool rs_render_reserved(const rs_render_model *model, rs_str text, bool image_too)
{
    static const char *const of_any_trainer[] = {
        "<bbox>", "<ref-object>", "<video>",       "<audio>", "<loc_", "<loc0",
        "<loc1",  "<seg>",        "<patch_index_", "<point>", NULL};
    const char *const *own = model ? model->reserved : NULL;
    if (rs_render_holds_word(model, text)) return true;
    for (size_t at; (at = rs_str_find_char(text, '<')) != RS_NPOS;) { /* most texts hold none */
        text = rs_str_sub(text, at, text.len);
        if (image_too && rs_str_starts(text, RS_IMAGE_TAG)) return true;
        if (begins_with_tag(text, of_any_trainer) || begins_with_tag(text, own)) return true;
        for (size_t i = 0; rs_render_models[i]; i++)
            if (begins_with_tag(text, rs_render_models[i]->reserved)) return true;
        text = rs_str_sub(text, 1, text.len);
    }
    return false;
}

void rs_render_put_checked(rs_render_job *job, rs_str text)
{
    if (rs_render_reserved(job->options->model, text, true)) job->drop = "special-token";
    else rs_buf_str(&job->text, text);
}

bool rs_render_has_lost_text(rs_str text)
{
    return rs_str_find(text, RS_STR("\xef\xbf\xbd")) != RS_NPOS;
}

/* ---- the list -------------------------------------------------------------------------------- */

rsift_status rs_render_end_message(rs_render_job *job, rs_message_role role)
{
    if (job->text.failed || !rs_arena_grow(job->arena, (void **)&job->messages, &job->cap_messages,
                                           job->n_messages + 1, sizeof *job->messages))
        return rs_err_nomem(job->err, "a message");
    rs_str text = rs_buf_view(&job->text);
    while (text.len && rs_render_is_blank(text.ptr[text.len - 1])) text.len--;
    text = rs_arena_str(job->arena, text);
    if (!text.ptr) return rs_err_nomem(job->err, "a message");
    job->messages[job->n_messages++] = (rs_message){role, text};
    job->text.len = 0;
    return RSIFT_OK;
}

void rs_render_forget_boxes(rs_render_job *job, size_t message)
{
    while (job->n_boxes && job->boxes[job->n_boxes - 1].message >= message) job->n_boxes--;
}
