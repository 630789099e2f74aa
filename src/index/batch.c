/* One chunk's samples: pictures first, since the checks need their sizes, then checks, splits,
 * keys. Everything is allocated in the batch's arena. */
#include "index/batch.h"

#include "base/alloc.h"
#include "checks/check.h"
#include "render/unwritable.h"

/* A side as an integer; 0 when it is not a size of any picture. */
static uint32_t side_of(double side)
{
    return side >= 1 && side <= INT32_MAX ? (uint32_t)side : 0; /* false for NaN too */
}

/* Is there a box on asset `a`, and does one move with the view? A box of no known picture may lie
 * on any. */
static void boxes_on(const rs_sample *sample, uint32_t a, const rs_view *view, bool *any,
                     bool *moves)
{
    *any = *moves = false;
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *r = &sample->regions[i];
        if (r->asset >= 0 && (uint32_t)r->asset != a) continue;
        *any = true;
        *moves = *moves || rs_model_region_moves(r, view);
    }
}

/* Is a mask the sample's answer? It lies on the picture as boxes do. */
static bool has_mask(const rs_sample *sample)
{
    for (uint32_t i = 0; i < sample->n_assets; i++)
        if (sample->assets[i].role == RS_ASSET_MASK) return true;
    return false;
}

/* A finding when the annotation was made on another picture than the one that is here. */
static rsift_status check_view(rs_index_batch *batch, size_t s, uint32_t a, const rs_view *view,
                               const rs_view_picture *picture, rsift_error *err)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    const rs_asset_ref *ref = &sample->assets[a];
    bool any, moves;
    boxes_on(sample, a, view, &any, &moves);
    any |= view->kind == RS_VIEW_OTHER_SIZE && has_mask(sample);
    bool known = rs_model_view_is_known(view),
         differs = view->scaled || view->kind == RS_VIEW_OTHER_SIZE;
    if (known ? !differs : !any && !differs) return RSIFT_OK;
    /* without boxes another size is worth a word and harms nothing */
    rs_finding finding = {.code = known ? (moves ? RS_F_BOX_SCALED : RS_F_IMAGE_SIZE)
                                        : (any ? rs_model_view_trouble(view) : RS_F_IMAGE_SIZE),
                          .ordinal = sample->ordinal,
                          .sample = (int32_t)s,
                          .asset = (int32_t)a,
                          .where = RS_STR("picture")};
    if (finding.code == RS_F_BOX_TURN && !(ref->width > 0))
        return rs_batch_find(&batch->parsed, &finding, err,
                             "EXIF orientation %u of %.10g x %.10g, and no stated size",
                             picture->orientation, picture->width, picture->height);
    const char *by_exif = picture->orientation > 1 ? ", turned by EXIF" : "";
    return rs_batch_find(&batch->parsed, &finding, err,
                         "annotation says %.10g x %.10g, the file has %.10g x %.10g%s", ref->width,
                         ref->height, picture->width, picture->height, by_exif);
}

/* The second name of an asset, where it has one: another picture than the first name's makes it
 * ambiguous, and where the first means none it decides. */
static rs_resolved resolve_other(const rs_index_source *source, const rs_index_batch *batch,
                                 size_t s, uint32_t a, rs_resolved how, size_t *at)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    const rs_asset_ref *ref = &sample->assets[a];
    if (!ref->other_path.ptr || how == RS_AMBIGUOUS) return how;
    const rs_picture_name name =
        rs_record_picture(source->records, &batch->records, sample->ordinal, ref->other_path);
    size_t other = 0;
    const rs_resolved second = rs_pictures_resolve(source->media->pictures, &name, &other);
    if (second < RS_EXACT) return how;
    if (how >= RS_EXACT) return other == *at ? how : RS_AMBIGUOUS;
    *at = other;
    return second;
}

/* The name of a picture that is not here. A label file of one's own names its picture by its own
 * name: train/labels/1.txt and val/labels/1.txt mean two, which their folders keep apart. */
static rsift_status name_missing(const rs_index_source *source, const rs_picture_name *name,
                                 rs_arena *arena, rs_str *out, rsift_error *err)
{
    *out = name->path;
    if (source->plan->dataset || !source->source->reader->probe_decides ||
        !name->record_folder.len || rs_str_find_char(name->path, '/') != RS_NPOS)
        return RSIFT_OK;
    *out = rs_arena_join(arena, name->record_folder, RS_STR("/"), name->path);
    return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a picture's name");
}

/* What the id of a picture that is not here is made of: the annotation's name, except where a
 * picture that is here has that path and is not the one that is meant. */
static rs_str name_of_missing(rs_arena *arena, const rs_pictures *pictures, rs_str path)
{
    if (rs_strmap_get(&pictures->canonical, path) == RS_NPOS) return path;
    return rs_arena_join(arena, path, RS_STR("?"), RS_STR(""));
}

/* Asset `a` of sample `s`: its id, and its width and height for the checks. Findings:
 * the sizes differ, the name is ambiguous, no picture is there. */
static rsift_status resolve_asset(const rs_index_source *source, rs_index_batch *batch, size_t s,
                                  uint32_t a, uint32_t size[2], rsift_error *err)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    const rs_asset_ref *ref = &sample->assets[a];
    const rs_pictures *pictures = source->media->pictures;
    size_t at = 0;
    const rs_picture_name name =
        rs_record_picture(source->records, &batch->records, sample->ordinal, ref->path);
    rs_resolved how = rs_pictures_resolve(pictures, &name, &at);
    const rs_resolved by_name = how;
    how = resolve_other(source, batch, s, a, how, &at);
    const bool two = how == RS_AMBIGUOUS && by_name >= RS_EXACT; /* pictures for one annotation */
    bool shared = false;
    if (how >= RS_EXACT && rs_pictures_is_loose(pictures, at, ref->path))
        RS_TRY(rs_index_claims_several(source->media->claims, at, &shared, err));
    if (shared) how = RS_AMBIGUOUS;
    const bool found = how >= RS_EXACT;
    /* the id of a picture that is not here is made of the annotation's name, and a later link keeps
     * it: what was decided about the sample stays true */
    rs_str *missing = &batch->samples[s].missing[a];
    *missing = (rs_str){NULL, 0};
    if (!found) RS_TRY(name_missing(source, &name, &batch->parsed.arena, missing, err));
    const rs_str own = found ? pictures->items[at].canonical
                             : name_of_missing(&batch->parsed.arena, pictures, *missing);
    if (!own.ptr) return rs_err_nomem(err, "a sample");
    batch->samples[s].asset_ids[a] = rs_model_asset_id(source->plan->dataset_id, own);
    const double stated[2] = {ref->width, ref->height};
    rs_view_picture picture = {0};
    if (found) RS_TRY(rs_index_media_view(source->media, at, &picture, err));
    /* the boxes are checked on the size on which they count */
    const rs_view view = rs_model_view(stated, &picture);
    bool known = rs_model_view_is_known(&view);
    size[0] = side_of(known ? view.width : picture.width);
    size[1] = side_of(known ? view.height : picture.height);
    if (found) return check_view(batch, s, a, &view, &picture, err);
    if (pictures->n == 0)
        return RSIFT_OK; /* annotations arrived alone: a state, told by asset.state */
    char quoted[RS_QUOTE_SIZE];
    bool ambiguous = how == RS_AMBIGUOUS;
    return rs_batch_find(
        &batch->parsed,
        &(rs_finding){.code = ambiguous ? RS_F_IMAGE_AMBIGUOUS : RS_F_IMAGE_MISSING,
                      .ordinal = sample->ordinal,
                      .sample = (int32_t)s,
                      .asset = (int32_t)a,
                      .where = RS_STR("picture")},
        err,
        two         ? "\"%s\" is the file's name, and its text names another picture that is here; "
                      "--param name_from=file or =filename"
        : shared    ? "\"%s\" could be a picture here that other names mean, too"
        : ambiguous ? "several pictures could be \"%s\""
                    : "no file \"%s\"",
        rs_err_quote(quoted, ref->path));
}

/* The record's own splits, then those of the lists that name its first picture. */
static rsift_status join_splits(const rs_plan *plan, rs_index_batch *batch, size_t s,
                                rsift_error *err)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    rs_index_sample *made = &batch->samples[s];
    rs_arena *arena = &batch->parsed.arena;
    made->splits = rs_arena_alloc(arena, (sample->n_splits + 1) * sizeof *made->splits);
    if (!made->splits) return rs_err_nomem(err, "splits");
    if (sample->n_splits)
        memcpy(made->splits, sample->splits, sample->n_splits * sizeof *made->splits);
    made->n_splits = sample->n_splits;
    if (!plan->splits || sample->n_assets == 0) return RSIFT_OK;
    return rs_plan_splits(plan, arena, sample->assets[0].path, &made->splits, &made->n_splits, err);
}

/* The classes that the sample's file lists for its objects, made once a batch. *out stays as it is
 * where files list none, or the catalogue does. */
static rsift_status file_classes(const rs_index_source *source, rs_index_batch *batch,
                                 const rs_raw *raw, rs_render_classes *out, rsift_error *err)
{
    const rs_source *read = &source->source->source;
    if (read->n_classes || !rs_records_list_classes(source->records)) return RSIFT_OK;
    rs_arena *arena = &batch->parsed.arena;
    if (!batch->classes) {
        const size_t n = read->files[raw->use].n;
        batch->classes = rs_arena_calloc(arena, n + 1, sizeof *batch->classes);
        if (!batch->classes) return rs_err_nomem(err, "class names");
    }
    rs_render_classes *made = &batch->classes[raw->file];
    if (!made->names)
        RS_TRY(rs_records_class_list(source->records, raw->file, NULL, arena, made, err));
    *out = *made;
    return RSIFT_OK;
}

/* Asks room render why no record could be made of a sample that no finding leaves out. Without a
 * truth nothing is trained on, whatever the reason. */
static rsift_status find_unwritable(const rs_index_source *source, rs_index_batch *batch, size_t s,
                                    rs_arena *scratch, rsift_error *err)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    rs_index_sample *made = &batch->samples[s];
    const rs_source *read = &source->source->source;
    rs_render_options options = {
        .prompts = source->prompts, .classes = read->classes, .n_classes = read->n_classes};
    const rs_render_input input = {.sample = sample,
                                   .widths = made->sizes,
                                   .heights = made->sizes + sample->n_assets,
                                   .dataset = source->plan->dataset_id};
    rs_str reasons;
    made->unwritable = RS_STR("");
    if (!sample->truth || made->n_serious) return RSIFT_OK;
    RS_TRY(file_classes(source, batch, made->raw, &options.detection, err));
    RS_TRY(rs_render_unwritable(&options, &input, scratch, &reasons, err));
    made->unwritable = rs_arena_str(&batch->parsed.arena, reasons);
    if (!made->unwritable.ptr) return rs_err_nomem(err, "a sample");
    /* What no check sees before the sample is rendered is told as a finding too. */
    if (!rs_str_eq(reasons, RS_STR("special-token"))) return RSIFT_OK;
    made->n_serious++;
    made->stopped = true;
    made->stopped_by = RS_F_SPECIAL_TOKEN;
    return rs_batch_find(&batch->parsed,
                         &(rs_finding){.code = RS_F_SPECIAL_TOKEN,
                                       .ordinal = sample->ordinal,
                                       .sample = (int32_t)s,
                                       .asset = -1,
                                       .where = RS_STR("turns")},
                         err, "a word of the text is a trainer's or a model's own token");
}

/* What each question of the sample asks for. */
static rsift_status tag_questions(const rs_index_source *source, rs_index_batch *batch, size_t s,
                                  rs_arena *scratch, rsift_error *err)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    rs_index_sample *made = &batch->samples[s];
    if (!source->tag_rules) return RSIFT_OK;
    made->tags = rs_arena_alloc(&batch->parsed.arena, (sample->n_turns + 1) * sizeof *made->tags);
    if (!made->tags || !rs_signals_tag(source->tag_rules, scratch, sample, made->tags))
        return rs_err_nomem(err, "the tags of a sample");
    return RSIFT_OK;
}

/* Pictures, checks, splits, locator, keys and tags of one sample. */
static rsift_status make_sample(const rs_index_source *source, rs_index_batch *batch, size_t s,
                                rs_arena *scratch, rsift_error *err)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    rs_index_sample *made = &batch->samples[s];
    rs_arena *arena = &batch->parsed.arena;
    const size_t n_assets = sample->n_assets;
    made->asset_ids = rs_arena_alloc(arena, (n_assets + 1) * sizeof *made->asset_ids);
    made->missing = rs_arena_calloc(arena, n_assets + 1, sizeof *made->missing);
    uint32_t *sizes = rs_arena_calloc(scratch, 2 * n_assets + 2, sizeof *sizes);
    made->sizes = rs_arena_alloc(arena, (2 * n_assets + 1) * sizeof *made->sizes);
    if (!made->asset_ids || !made->missing || !made->sizes || !sizes)
        return rs_err_nomem(err, "a sample");
    for (uint32_t a = 0; a < n_assets; a++) {
        uint32_t size[2] = {0, 0};
        RS_TRY(resolve_asset(source, batch, s, a, size, err));
        sizes[a] = size[0];
        sizes[n_assets + a] = size[1];
        made->sizes[a] = size[0];
        made->sizes[n_assets + a] = size[1];
    }
    const rs_source *read = &source->source->source;
    const rs_check_input input = {.sample = sample,
                                  .index = (int32_t)s,
                                  .widths = sizes,
                                  .heights = sizes + n_assets,
                                  .classes = read->classes,
                                  .n_classes = read->n_classes};
    RS_TRY(rs_checks_run(&input, &batch->parsed, err));
    /* splits come after the checks, which know the record only */
    RS_TRY(join_splits(source->plan, batch, s, err));

    size_t at = 0;
    made->raw = rs_record_of(&batch->records, sample->ordinal, &at);
    made->record_hash = batch->records.hashes[at];
    made->locator = rs_record_locator(arena, source->records, made->raw);
    if (!rs_model_duplicate_keys(scratch, sample, NULL, &made->key_whole, &made->key_question))
        return rs_err_nomem(err, "a duplicate key");
    if (!rs_index_answer_keys(scratch, sample, &made->answered))
        return rs_err_nomem(err, "an answer's key");
    RS_TRY(tag_questions(source, batch, s, scratch, err));
    return made->locator.ptr ? RSIFT_OK : rs_err_nomem(err, "a locator");
}

/* Does the finding take an object out of the sample's list? A label that is no class of the dataset
 * does not where the question names its object in words. */
static bool shortens_list(const rs_finding *finding, const rs_sample *sample)
{
    const bool phrase = sample->task == RS_TASK_GROUNDING_HBB ||
                        sample->task == RS_TASK_GROUNDING_OBB ||
                        sample->task == RS_TASK_GROUNDING_POINT;
    if (finding->code == RS_F_CLASS_UNKNOWN && phrase) return false;
    return rs_model_finding_info(finding->code)->effect >= RS_EFFECT_LIST;
}

/* Of two findings of a sample the one that leaves out more decides; of equal ones text whose boxes
 * cannot be read, which has a reason of its own in the ledger, then the first by code. */
static bool decides_before(rs_finding_code a, rs_finding_code b)
{
    const bool stops_a = rs_model_finding_info(a)->effect >= RS_EFFECT_SAMPLE,
               stops_b = rs_model_finding_info(b)->effect >= RS_EFFECT_SAMPLE;
    if (stops_a != stops_b) return stops_a;
    if (a == RS_F_BOX_TEXT_UNPARSED || b == RS_F_BOX_TEXT_UNPARSED)
        return a == RS_F_BOX_TEXT_UNPARSED;
    return a < b;
}

static void note_decider(rs_index_sample *made, rs_finding_code code)
{
    if (made->stopped && !decides_before(code, made->stopped_by)) return;
    made->stopped = true;
    made->stopped_by = code;
}

/* What findings do to their samples: all of them are here, stored or only counted later. */
static void apply_effects(rs_index_batch *batch)
{
    for (size_t i = 0; i < batch->parsed.n_findings; i++) {
        const rs_finding *finding = &batch->parsed.findings[i];
        if (finding->sample < 0) continue;
        rs_effect effect = rs_model_finding_info(finding->code)->effect;
        const bool shortens = shortens_list(finding, &batch->parsed.samples[finding->sample]);
        if (shortens) batch->parsed.samples[finding->sample].complete = RS_COMPLETE_NO;
        if (effect >= RS_EFFECT_SAMPLE) batch->samples[finding->sample].n_serious++;
        if (shortens) note_decider(&batch->samples[finding->sample], finding->code);
    }
    for (size_t s = 0; s < batch->parsed.n_samples; s++)
        batch->parsed.samples[s].complete = rs_model_complete(&batch->parsed.samples[s]);
}

rsift_status rs_index_batch_make(const rs_index_source *source, rs_index_batch *batch,
                                 rsift_error *err)
{
    RS_TRY(rs_records_parse(source->records, &batch->records, &batch->parsed, err));
    batch->samples =
        rs_arena_calloc(&batch->parsed.arena, batch->parsed.n_samples + 1, sizeof *batch->samples);
    batch->classes = NULL; /* of the batch before */
    if (!batch->samples) return rs_err_nomem(err, "a batch");
    rs_arena scratch = {0};
    rsift_status status = RSIFT_OK;
    for (size_t s = 0; status == RSIFT_OK && s < batch->parsed.n_samples; s++) {
        status = make_sample(source, batch, s, &scratch, err);
        rs_arena_reset(&scratch); /* what a sample needs only for its checks and keys */
    }
    if (status == RSIFT_OK) apply_effects(batch);
    for (size_t s = 0; status == RSIFT_OK && s < batch->parsed.n_samples; s++) {
        status = find_unwritable(source, batch, s, &scratch, err);
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    return status;
}

void rs_index_batch_fini(rs_index_batch *batch)
{
    rs_record_chunk_fini(&batch->records);
    rs_batch_fini(&batch->parsed);
}
