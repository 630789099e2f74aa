/* One function per kind of row. A column that is not put is NULL. */
#include "index/rows.h"

/* Text that is NULL when it is empty. */
static void put_text(rs_rows *rows, int column, rs_str s)
{
    if (s.len) rs_put_str(rows, column, s);
}

static void put_tag(rs_rows *rows, const rs_tag *tag)
{
    put_text(rows, RS_TURN_answer_form, rs_str_of(rs_signals_answer_form_name(tag->form)));
    if (!tag->rule) return;
    rs_put_str(rows, RS_TURN_tag_task, rs_str_of(rs_model_task_name(tag->task)));
    put_text(rows, RS_TURN_tag_skill, tag->rule->skill);
    rs_put_str(rows, RS_TURN_tag_rule, tag->rule->name);
}

/* The hash of a text stays when the texts are left out: duplicates are found by it. */
static void put_turns(rs_part *part, const rs_sample *sample, const rs_tag *tags, bool no_text)
{
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        const rs_turn *turn = &sample->turns[i];
        rs_rows *rows = rs_part_rows(part, RS_T_TURN);
        rs_put_id(rows, RS_TURN_sample_id, sample->id);
        rs_put_i64(rows, RS_TURN_i, i);
        rs_put_str(rows, RS_TURN_role, rs_str_of(rs_model_turn_role_name(turn->role)));
        if (!no_text) rs_put_str(rows, RS_TURN_text, turn->text);
        rs_put_i64(rows, RS_TURN_text_hash, (int64_t)rs_hash64(turn->text.ptr, turn->text.len));
        if (tags) put_tag(rows, &tags[i]);
        rs_put_end(rows);
    }
}

static void put_regions(rs_part *part, const rs_sample *sample, const rs_id *asset_ids)
{
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *region = &sample->regions[i];
        rs_rows *rows = rs_part_rows(part, RS_T_REGION);
        rs_put_id(rows, RS_REGION_sample_id, sample->id);
        rs_put_i64(rows, RS_REGION_i, i);
        if (region->asset >= 0 && (uint32_t)region->asset < sample->n_assets)
            rs_put_id(rows, RS_REGION_asset_id, asset_ids[region->asset]);
        /* a region of the picture as such is tied to no turn */
        if (region->turn >= 0) rs_put_i64(rows, RS_REGION_turn, region->turn);
        rs_put_str(rows, RS_REGION_kind, rs_str_of(rs_model_region_kind_name(region->kind)));
        rs_put_str(rows, RS_REGION_label, region->label);
        rs_put_doubles(rows, RS_REGION_coords, region->coords, region->n_coords);
        if (region->convention)
            rs_put_str(rows, RS_REGION_convention, rs_str_of(region->convention->name));
        rs_put_i64(rows, RS_REGION_flags, region->flags);
        rs_put_end(rows);
    }
}

/* One row for each scheme that has the sample in a split. */
static void put_splits(rs_part *part, rs_id sample_id, const rs_index_sample *made)
{
    for (size_t i = 0; i < made->n_splits; i++) {
        rs_rows *rows = rs_part_rows(part, RS_T_SPLIT);
        rs_put_id(rows, RS_SPLIT_sample_id, sample_id);
        rs_put_str(rows, RS_SPLIT_scheme, made->splits[i].scheme);
        rs_put_str(rows, RS_SPLIT_name, made->splits[i].name);
        rs_put_end(rows);
    }
}

static void put_sample_assets(rs_part *part, const rs_sample *sample, const rs_id *asset_ids)
{
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        rs_rows *rows = rs_part_rows(part, RS_T_SAMPLE_ASSET);
        rs_put_id(rows, RS_SAMPLE_ASSET_sample_id, sample->id);
        rs_put_i64(rows, RS_SAMPLE_ASSET_i, a);
        rs_put_id(rows, RS_SAMPLE_ASSET_asset_id, asset_ids[a]);
        rs_put_str(rows, RS_SAMPLE_ASSET_asset_role,
                   rs_str_of(rs_model_asset_role_name(sample->assets[a].role)));
        /* a picture that is linked later is compared with it */
        const double width = sample->assets[a].width, height = sample->assets[a].height;
        if (width >= 1 && height >= 1 && width <= INT32_MAX && height <= INT32_MAX) {
            rs_put_i64(rows, RS_SAMPLE_ASSET_stated_width, (int64_t)width);
            rs_put_i64(rows, RS_SAMPLE_ASSET_stated_height, (int64_t)height);
        }
        rs_put_end(rows);
    }
}

void rs_index_put_sample(rs_part *part, const rs_index_source *source, const rs_index_batch *batch,
                         size_t s, bool no_text)
{
    const rs_sample *sample = &batch->parsed.samples[s];
    const rs_index_sample *made = &batch->samples[s];
    const rs_plan_source *from = source->source;
    const rs_raw *raw = made->raw;
    rs_rows *rows = rs_part_rows(part, RS_T_SAMPLE);
    rs_put_id(rows, RS_SAMPLE_sample_id, sample->id);
    rs_put_str(rows, RS_SAMPLE_release_id, source->plan->release_id);
    rs_put_str(rows, RS_SAMPLE_dataset, source->plan->dataset_id);
    rs_put_str(rows, RS_SAMPLE_role, rs_plan_role(from, made->splits, made->n_splits));
    rs_put_str(rows, RS_SAMPLE_task, rs_str_of(rs_model_task_name(sample->task)));
    put_text(rows, RS_SAMPLE_skill, sample->skill);
    put_text(rows, RS_SAMPLE_release_type, sample->release_type);
    put_text(rows, RS_SAMPLE_original_id, sample->original_id);
    rs_put_str(rows, RS_SAMPLE_locator, made->locator);
    rs_put_i64(rows, RS_SAMPLE_n_turns, sample->n_turns);
    rs_put_i64(rows, RS_SAMPLE_n_regions, sample->n_regions);
    rs_put_strs(rows, RS_SAMPLE_labels, sample->labels, sample->n_labels);
    rs_put_bool(rows, RS_SAMPLE_truth, sample->truth);
    rs_put_str(rows, RS_SAMPLE_source, from->id);
    rs_put_str(rows, RS_SAMPLE_file, from->source.files[raw->use].logical[raw->file]);
    rs_put_i64(rows, RS_SAMPLE_ordinal, sample->ordinal);
    rs_put_i64(rows, RS_SAMPLE_sub, sample->sub);
    rs_put_id(rows, RS_SAMPLE_record_hash, made->record_hash);
    rs_put_id(rows, RS_SAMPLE_key_whole, made->key_whole);
    rs_put_id(rows, RS_SAMPLE_key_question, made->key_question);
    rs_put_i64(rows, RS_SAMPLE_n_assets, sample->n_assets);
    rs_put_i64(rows, RS_SAMPLE_n_serious, made->n_serious);
    put_text(rows, RS_SAMPLE_unwritable, made->unwritable);
    if (made->stopped)
        rs_put_str(rows, RS_SAMPLE_stopped_by,
                   rs_str_of(rs_model_finding_info(made->stopped_by)->code));
    if (made->answered.comparable) {
        rs_put_id(rows, RS_SAMPLE_key_asked, made->answered.asked);
        rs_put_id(rows, RS_SAMPLE_key_answer, made->answered.answer);
    }
    if (raw->offset >= 0) { /* else the record is made of several places, and replay finds it */
        rs_put_i64(rows, RS_SAMPLE_offset, raw->offset);
        rs_put_i64(rows, RS_SAMPLE_length, (int64_t)raw->content.len);
    }
    if (sample->complete != RS_COMPLETE_UNKNOWN)
        rs_put_bool(rows, RS_SAMPLE_complete, sample->complete == RS_COMPLETE_YES);
    rs_put_end(rows);
    put_splits(part, sample->id, made);
    put_turns(part, sample, made->tags, no_text);
    put_regions(part, sample, made->asset_ids);
    put_sample_assets(part, sample, made->asset_ids);
}

void rs_index_put_counts(rs_part *part, rs_str release_id, const rs_plan_source *source,
                         const rs_count counts[RS_MAX_PASSES])
{
    for (int p = 0; p < RS_MAX_PASSES && source->reader->passes[p]; p++) {
        const rs_count *c = &counts[p];
        RS_ASSERT(rs_model_count_holds(c)); /* seen = used + merged + skipped + set aside */
        rs_rows *rows = rs_part_rows(part, RS_T_READING);
        rs_put_str(rows, RS_READING_release_id, release_id);
        rs_put_str(rows, RS_READING_source, source->id);
        rs_put_str(rows, RS_READING_pass, rs_str_of(source->reader->passes[p]));
        rs_put_i64(rows, RS_READING_seen, c->seen);
        rs_put_i64(rows, RS_READING_used, c->used);
        rs_put_i64(rows, RS_READING_merged, c->merged);
        rs_put_i64(rows, RS_READING_skipped, c->skipped);
        rs_put_i64(rows, RS_READING_set_aside, c->set_aside);
        rs_put_str(rows, RS_READING_reader, rs_str_of(source->reader->name));
        rs_put_i64(rows, RS_READING_reader_version, source->reader->version);
        rs_put_end(rows);
    }
}
