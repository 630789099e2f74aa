/* Sources of a catalogue record laid over the files of a release: see sources.h. */
#include "release/sources.h"

#include "readers/params.h"
#include "base/map.h"
#include "readers/table.h"
#include "release/refused.h"

/* What the record says about the source's samples beyond the parameters: a changed task, split or
 * picture template changes the rows of every sample. */
static void hash_meaning(rs_hasher *h, const rs_plan_source *s)
{
    const rs_source *source = &s->source;
    rs_hash_u64(h, source->task);
    rs_hash_field(h, source->skill);
    rs_hash_field(h, source->split.scheme);
    rs_hash_field(h, source->split.name);
    rs_hash_u64(h, s->truth);
    rs_hash_u64(h, source->n_skills);
    for (size_t i = 0; i < source->n_skills; i++) {
        rs_hash_field(h, source->skills[i].from);
        rs_hash_field(h, source->skills[i].to);
    }
    rs_hash_u64(h, s->n_roles + ((uint64_t)s->eval_by_name << 32));
    for (size_t i = 0; i < s->n_roles; i++) {
        rs_hash_field(h, s->role_by_split[i].from);
        rs_hash_field(h, s->role_by_split[i].to);
    }
    rs_hash_u64(h, source->n_media);
    for (size_t i = 0; i < source->n_media; i++) {
        rs_hash_u64(h, source->media[i].role);
        rs_hash_field(h, source->media[i].template);
    }
    for (size_t i = 0; i < source->n_meanings; i++) {
        rs_hash_field(h, source->meanings[i].spelling);
        rs_hash_field(h, source->meanings[i].convention);
    }
    rs_hash_u64(h, source->n_classes); /* unknown classes are findings */
    for (size_t i = 0; i < source->n_classes; i++) rs_hash_field(h, source->classes[i]);
}

rsift_status rs_plan_fingerprint(rs_plan *plan, rs_plan_source *s, rsift_error *err)
{
    rs_hasher h;
    rs_hash_start(&h);
    /* who reads, and into which rows */
    rs_hash_field(&h, rs_str_of(s->reader->name));
    rs_hash_u64(&h, s->reader->version);
    rs_hash_u64(&h, RS_STORED_VERSION);
    rs_hash_field(&h, plan->dataset_id);
    rs_hash_field(&h, s->role);
    hash_meaning(&h, s);
    if (plan->choice.encoding.len) rs_hash_field(&h, plan->choice.encoding);
    /* how: a list is hashed with its length, so that no two lists of parameters give one hash */
    rs_hash_u64(&h, s->source.n_params);
    for (size_t i = 0; i < s->source.n_params; i++) {
        rs_hash_field(&h, s->source.params[i].key);
        rs_hash_u64(&h, s->source.params[i].n);
        for (size_t v = 0; v < s->source.params[i].n; v++)
            rs_hash_field(&h, s->source.params[i].values[v]);
    }
    /* what: the files by their logical names, sizes and times */
    for (size_t u = 0; u < s->source.n_files; u++) {
        const rs_source_files *files = &s->source.files[u];
        uint32_t last = UINT32_MAX;
        rs_hash_field(&h, files->use);
        rs_hash_u64(&h, files->n);
        for (size_t i = 0; i < files->n; i++) {
            rs_hash_field(&h, files->logical[i]);
            if (files->splits) rs_hash_field(&h, files->splits[i]);
            /* members of one archive follow each other: its file is hashed once */
            uint32_t number = rs_io_member_at(s->source.tree, files->members[i])->file;
            if (number == last) continue;
            const rs_io_file *file = rs_io_file_at(s->source.tree, number);
            rs_hash_u64(&h, (uint64_t)file->n_bytes);
            rs_hash_u64(&h, (uint64_t)file->mtime_ns);
            last = number;
        }
    }
    char text[RS_ID_TEXT];
    rs_id_text(text, rs_hash_end(&h));
    s->fingerprint = rs_arena_str(&plan->arena, rs_str_make(text, 16));
    return s->fingerprint.ptr ? RSIFT_OK : rs_err_nomem(err, "a plan");
}

/* The source's name as part of file names: letters, digits, '.', '_' and '-'; in the names of parts
 * a '+' ends it. */
static rs_str safe_id(rs_arena *arena, rs_str name)
{
    char *out = rs_arena_alloc(arena, name.len + 1);
    if (!out) return (rs_str){NULL, 0};
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '_' || c == '-';
        out[i] = ok ? c : '_';
    }
    return rs_str_make(out, name.len < 80 ? name.len : 80);
}

rsift_status rs_plan_add_source(rs_plan *plan, rs_plan_source **out, rsift_error *err)
{
    /* a release has some tens of sources at most: growing by one is no cost that matters */
    rs_plan_source *bigger = rs_arena_calloc(&plan->arena, plan->n_sources + 1, sizeof *bigger);
    if (!bigger) return rs_err_nomem(err, "a plan");
    if (plan->n_sources) memcpy(bigger, plan->sources, plan->n_sources * sizeof *bigger);
    plan->sources = bigger;
    *out = &plan->sources[plan->n_sources++];
    (*out)->truth = true;
    return RSIFT_OK;
}

/* The count of the record by which one release is told from two: samples of this source. */
static int64_t expected_samples(const rs_catalog_source *source)
{
    int64_t n = 0;
    for (size_t i = 0; i < source->expect.n; i++)
        if (rs_str_eq(source->expect.items[i].what, RS_STR("samples")))
            n += source->expect.items[i].value;
    return n;
}

/* Whether two of the files cannot belong to one copy of the release: equal logical names, or more
 * files below two roots than the record knows. first, other: two of them. */
static rsift_status find_second(const rs_catalog_source *from, rs_texts paths,
                                const rs_catalog_selection *found, size_t *first, size_t *other,
                                rsift_error *err)
{
    rs_strmap names = {0};
    rsift_status status = RSIFT_OK;
    const int64_t expected = expected_samples(from);
    const bool too_many = expected > 0 && (int64_t)found->n > expected;
    *first = *other = RS_NPOS;
    for (size_t i = 0; i < found->n && *other == RS_NPOS; i++) {
        bool made;
        const size_t at = rs_strmap_put(&names, found->logical[i], &made);
        if (at == RS_NPOS) {
            status = rs_err_nomem(err, "a plan");
            break;
        }
        const rs_str path = paths.items[found->members[i]], one = paths.items[found->members[0]];
        const size_t root = path.len - found->logical[i].len;
        const bool elsewhere = !rs_str_eq(rs_str_sub(path, 0, root),
                                          rs_str_sub(one, 0, one.len - found->logical[0].len));
        if (made && !(too_many && elsewhere)) continue;
        *other = found->members[i];
        *first = found->members[made ? 0 : at];
    }
    rs_strmap_fini(&names);
    return status;
}

/* Two releases, or two copies of one, under one path are a question and never one dataset. */
static rsift_status refuse_two(const rs_plan *plan, const rs_catalog_source *from, rs_texts paths,
                               const rs_catalog_selection *found, rsift_error *err)
{
    size_t first, other;
    RS_TRY(find_second(from, paths, found, &first, &other, err));
    if (other == RS_NPOS) return RSIFT_OK;
    char a[RS_QUOTE_SIZE], b[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG,
                      "two releases fit %.*s: \"%s\" and \"%s\"; name the folder or file of one",
                      RS_STR_ARG(plan->dataset_id),
                      rs_err_quote(a, rs_io_member_at(plan->trees[0], first)->chain),
                      rs_err_quote(b, rs_io_member_at(plan->trees[0], other)->chain));
}

/* Lets the logical names lie in the tree's own paths, or in the plan where they begin above it: the
 * paths that were searched are not kept. */
static rsift_status keep_logical(rs_plan *plan, const rs_catalog_selection *found, rsift_error *err)
{
    for (size_t i = 0; i < found->n; i++) {
        const rs_str own = rs_io_member_at(plan->trees[0], found->members[i])->path;
        rs_str *logical = &found->logical[i];
        *logical = logical->len <= own.len ? rs_str_sub(own, own.len - logical->len, own.len)
                                           : rs_arena_str(&plan->arena, *logical);
        if (!logical->ptr) return rs_err_nomem(err, "a plan");
    }
    return RSIFT_OK;
}

/* The files of every use that the record names. *missing: the first pattern without a file. */
static rsift_status select_files(rs_plan *plan, const rs_catalog_source *from, rs_texts paths,
                                 rs_source *to, rs_str *missing, rsift_error *err)
{
    rs_source_files *files = rs_arena_calloc(&plan->arena, from->files.n + 1, sizeof *files);
    if (!files) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < from->files.n; i++) {
        const rs_catalog_files *wanted = &from->files.items[i];
        /* of several patterns the first one that matches anything is used: editions of a release
         * spell a name in different ways */
        rs_catalog_selection found;
        RS_TRY(rs_catalog_select(&plan->arena, wanted->patterns, paths, &found, err));
        RS_TRY(refuse_two(plan, from, paths, &found, err));
        RS_TRY(keep_logical(plan, &found, err));
        files[i] = (rs_source_files){
            .use = wanted->use, .members = found.members, .logical = found.logical, .n = found.n};
        if (files[i].n == 0 && !missing->ptr && wanted->patterns.n)
            *missing = wanted->patterns.items[0];
    }
    to->files = files;
    to->n_files = from->files.n;
    return RSIFT_OK;
}

/* Words, roles, parameters and picture templates of the record in the readers' types. The texts
 * stay the catalogue's, which outlives the plan. */
static rsift_status copy_words(rs_plan *plan, const rs_catalog_source *from, rs_plan_source *to,
                               rsift_error *err)
{
    rs_word_map *skills = rs_arena_calloc(&plan->arena, from->skill_by_type.n + 1, sizeof *skills);
    rs_word_map *roles = rs_arena_calloc(&plan->arena, from->role_by_split.n + 1, sizeof *roles);
    rs_param_value *params = rs_arena_calloc(&plan->arena, from->params.n + 1, sizeof *params);
    rs_source_media *media = rs_arena_calloc(&plan->arena, from->media.n + 1, sizeof *media);
    if (!skills || !roles || !params || !media) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < from->skill_by_type.n; i++)
        skills[i] =
            (rs_word_map){from->skill_by_type.items[i].from, from->skill_by_type.items[i].to};
    for (size_t i = 0; i < from->role_by_split.n; i++)
        roles[i] =
            (rs_word_map){from->role_by_split.items[i].split,
                          rs_str_of(rs_catalog_role_name(from->role_by_split.items[i].role))};
    for (size_t i = 0; i < from->params.n; i++)
        params[i] = (rs_param_value){from->params.items[i].key, from->params.items[i].values.items,
                                     from->params.items[i].values.n};
    for (size_t i = 0; i < from->media.n; i++)
        media[i] = (rs_source_media){from->media.items[i].role, from->media.items[i].template};
    to->source.skills = skills;
    to->source.n_skills = from->skill_by_type.n;
    to->role_by_split = roles;
    to->n_roles = from->role_by_split.n;
    to->source.params = params;
    to->source.n_params = from->params.n;
    to->source.media = media;
    to->source.n_media = from->media.n;
    return RSIFT_OK;
}

rsift_status rs_plan_note_missing(rs_plan *plan, rs_str source, rs_str pattern, rsift_error *err)
{
    rs_plan_file_missing *bigger =
        rs_arena_calloc(&plan->arena, plan->n_missing + 1, sizeof *bigger);
    if (!bigger) return rs_err_nomem(err, "a plan");
    if (plan->n_missing) memcpy(bigger, plan->missing, plan->n_missing * sizeof *bigger);
    bigger[plan->n_missing++] = (rs_plan_file_missing){source, pattern};
    plan->missing = bigger;
    return RSIFT_OK;
}

rsift_status rs_plan_record_source(rs_plan *plan, const rs_catalog_source *from, rs_texts paths,
                                   rsift_error *err)
{
    const rs_reader *reader = rs_reader_find(from->reader);
    if (!reader)
        return rs_err_set(
            err, RSIFT_E_UNSUPPORTED,
            "source \"%.*s\" names the reader \"%.*s\", which this program does not have",
            RS_STR_ARG(from->name), RS_STR_ARG(from->reader));
    rs_source source = {.tree = plan->trees[0],
                        .limits = plan->limits,
                        .dataset = plan->dataset_id,
                        .name = from->name,
                        .task = from->task,
                        .skill = from->skill,
                        .split = from->split,
                        .classes = plan->dataset->classes.items,
                        .n_classes = plan->dataset->classes.n};
    /* a record without a task of its own has the dataset's first one */
    if (!from->has_task)
        source.task = plan->dataset->tasks.n ? plan->dataset->tasks.items[0] : RS_TASK_VQA;
    rs_str missing = {NULL, 0};
    RS_TRY(select_files(plan, from, paths, &source, &missing, err));
    /* a source is read with all of its files or not at all: half a join gives wrong samples */
    if (missing.ptr)
        return from->optional ? RSIFT_OK : rs_plan_note_missing(plan, from->name, missing, err);
    rs_buf why = {0};
    rs_refused_download(reader, &source, &why);
    if (why.len) missing = rs_arena_str(&plan->arena, rs_buf_view(&why));
    bool lost = why.failed || (why.len && !missing.ptr);
    rs_buf_fini(&why);
    if (lost) return rs_err_nomem(err, "a plan");
    if (missing.ptr) return rs_plan_note_missing(plan, from->name, missing, err);
    rs_plan_source *to;
    RS_TRY(rs_plan_add_source(plan, &to, err));
    to->reader = reader;
    to->source = source;
    to->id = safe_id(&plan->arena, from->name);
    to->role = rs_str_of(rs_catalog_role_name(from->role));
    to->truth = from->truth;
    to->image_extensions = from->image_extensions.items;
    to->n_image_extensions = from->image_extensions.n;
    RS_TRY(copy_words(plan, from, to, err));
    rsift_status known =
        rs_reader_check_params(reader, to->source.params, to->source.n_params, err);
    if (known != RSIFT_OK) return rs_err_within(err, known, "%.*s", RS_STR_ARG(from->name));
    if (!to->id.ptr) return rs_err_nomem(err, "a plan");
    return rs_plan_fingerprint(plan, to, err);
}
