/* One row of table asset for each picture. A column that is not put is NULL: pixel_hash and phash
 * always are, since the index decodes nothing (table picture_hash). */
#include "index/asset_rows.h"

#include "image/bands.h"
#include "image/cost.h"
#include "image/decode.h"

/* Lineage keys of a picture's canonical path, by the rules of the catalogue's release. */
static void put_keys(rs_part *part, const rs_plan *plan, rs_id asset_id, rs_str path)
{
    if (!plan->release || plan->release->keys.n == 0) return;
    rs_arena scratch = {0};
    rs_catalog_key keys[RS_CATALOG_MAX_KEYS];
    size_t n = 0;
    /* a path that a rule cannot read has no key; the picture is stored all the same */
    if (rs_catalog_keys_of(&scratch, plan->release, path, keys, &n, NULL) != RSIFT_OK) n = 0;
    for (size_t i = 0; i < n; i++) {
        rs_rows *rows = rs_part_rows(part, RS_T_ASSET_SOURCE);
        rs_put_id(rows, RS_ASSET_SOURCE_asset_id, asset_id);
        rs_put_str(rows, RS_ASSET_SOURCE_key, keys[i].key);
        rs_put_str(rows, RS_ASSET_SOURCE_relation,
                   rs_str_of(rs_catalog_relation_name(keys[i].relation)));
        rs_put_str(rows, RS_ASSET_SOURCE_confidence,
                   rs_str_of(rs_catalog_sureness_name(keys[i].confidence)));
        rs_put_str(rows, RS_ASSET_SOURCE_evidence, keys[i].evidence);
        rs_put_end(rows);
    }
    rs_arena_fini(&scratch);
}

/* A number that is NULL when it is not known, which zero stands for. */
static void put_known(rs_rows *rows, int column, int64_t v)
{
    if (v > 0) rs_put_i64(rows, column, v);
}

/* The three bands shown of a picture with more, and how they are known. */
typedef struct chosen_bands {
    uint16_t bands[3];
    const char *basis; /* NULL = there is nothing to choose */
} chosen_bands;

/* Does the catalogue name Sentinel-2 as the dataset's one multispectral sensor? */
static bool is_of_sentinel(const rs_plan *plan)
{
    const rs_catalog_dataset *d = plan->dataset;
    bool found = false;
    for (size_t i = 0; d && i < d->sensors.n; i++) {
        if (rs_str_eq(d->sensors.items[i], RS_STR("sentinel-2"))) found = true;
        else if (rs_str_find(d->sensors.items[i], RS_STR("rgb")) == RS_NPOS) return false;
    }
    return found;
}

bool rs_index_has_bands(const rs_image_info *info)
{
    return info->shown[0] || info->bands_unknown;
}

/* The bands of the command line, else the header's, else the catalogue's. A picture that lacks a
 * named band is shown in no colours: its header may mean others than those that were asked for. */
static chosen_bands choose_bands(const rs_plan *plan, const rs_image_info *info)
{
    chosen_bands c = {.basis = "named"};
    if (!rs_index_has_bands(info)) return (chosen_bands){0};
    if (rs_image_parse_bands(plan->choice.bands, c.bands)) {
        for (int i = 0; i < 3; i++)
            if (c.bands[i] > info->bands) return (chosen_bands){.basis = "unknown"};
        return c;
    }
    c.basis = info->bands_unknown ? "unknown" : info->shown_by;
    memcpy(c.bands, info->shown, sizeof c.bands);
    if (info->bands_unknown && rs_image_is_sentinel_stack(info) && is_of_sentinel(plan))
        c = (chosen_bands){{4, 3, 2}, "the order of Sentinel-2, the catalogue's sensor"};
    return c;
}

static void put_bands(rs_rows *rows, const chosen_bands *c)
{
    char text[32];
    if (c->bands[0]) {
        snprintf(text, sizeof text, "%u,%u,%u", c->bands[0], c->bands[1], c->bands[2]);
        rs_put_str(rows, RS_ASSET_rgb_bands, rs_str_of(text));
    }
    if (c->basis) rs_put_str(rows, RS_ASSET_rgb_basis, rs_str_of(c->basis));
}

void rs_index_put_bands_finding(rs_part *part, rs_index_cap *cap, const rs_plan *plan,
                                const rs_index_finding *base, const rs_image_info *info)
{
    rs_index_finding finding = *base;
    char text[160];
    const chosen_bands c = choose_bands(plan, info);
    if (!c.basis) return;
    if (c.bands[0])
        snprintf(text, sizeof text, "bands %u, %u, %u of %u are red, green and blue (%s)",
                 c.bands[0], c.bands[1], c.bands[2], info->bands, c.basis);
    else if (plan->choice.bands.len)
        snprintf(text, sizeof text, "%u bands, and --bands names one that is not among them",
                 info->bands);
    else
        snprintf(text, sizeof text,
                 "%u bands, and nothing says which are red, green and blue: --bands R,G,B%s",
                 info->bands, rs_image_is_sentinel_stack(info) ? " (Sentinel-2: 4,3,2)" : "");
    finding.code = c.bands[0] ? RS_F_BANDS_SHOWN : RS_F_BANDS_UNKNOWN;
    finding.message = rs_str_of(text);
    if (rs_index_cap_admits(cap, finding.code)) rs_index_put_finding(part, &finding);
}

void rs_index_put_picture(rs_part *part, const rs_plan *plan, const rs_pictures *pictures,
                          const rs_picture *picture, rs_str evidence, const rs_index_picture *found)
{
    const rs_image_info *info = &found->info;
    const rs_io_member *member = rs_io_member_at(pictures->trees[picture->tree], picture->member);
    const rs_id asset_id = rs_model_asset_id(plan->dataset_id, picture->canonical);
    const bool readable = found->status == RSIFT_OK;
    rs_rows *rows = rs_part_rows(part, RS_T_ASSET);
    rs_put_id(rows, RS_ASSET_asset_id, asset_id);
    rs_put_str(rows, RS_ASSET_release_id, plan->release_id);
    rs_put_str(rows, RS_ASSET_locator, member->chain);
    rs_put_str(rows, RS_ASSET_path, picture->canonical);
    rs_put_str(rows, RS_ASSET_state, RS_STR("found"));
    rs_put_str(rows, RS_ASSET_format, rs_str_of(readable ? info->format_name : "unreadable"));
    /* what the header tells is kept also when the picture is damaged */
    put_known(rows, RS_ASSET_width, info->width);
    put_known(rows, RS_ASSET_height, info->height);
    put_known(rows, RS_ASSET_bands, info->bands);
    if (info->dtype) rs_put_str(rows, RS_ASSET_dtype, rs_str_of(info->dtype));
    if (found->n_bytes >= 0) rs_put_i64(rows, RS_ASSET_n_bytes, found->n_bytes);
    put_known(rows, RS_ASSET_n_frames, info->n_frames);
    put_known(rows, RS_ASSET_orientation, info->orientation);
    if (info->gsd_m > 0) rs_put_double(rows, RS_ASSET_gsd_m, info->gsd_m);
    if (found->has_hash) rs_put_id(rows, RS_ASSET_content_hash, found->hash);
    rs_put_str(rows, RS_ASSET_evidence, evidence);
    rs_put_str(rows, RS_ASSET_member, member->path);
    rs_put_str(rows, RS_ASSET_root, plan->roots[picture->tree]);
    const rs_io_file *file = rs_io_file_at(pictures->trees[picture->tree], member->file);
    rs_put_i64(rows, RS_ASSET_file_bytes, file->n_bytes);
    rs_put_i64(rows, RS_ASSET_file_mtime, file->mtime_ns);
    const chosen_bands bands = choose_bands(plan, info);
    put_bands(rows, &bands);
    const bool cut_short = readable && found->extent == RS_IMAGE_TRUNCATED;
    /* no emit could write it, whatever its pixels are; an array of no size is no picture */
    const bool foreign = readable && !cut_short && !info->is_video && info->width > 0 &&
                         !rs_image_has_decoder(info->format);
    rsift_error size = {0}; /* nor could it be decoded */
    const bool too_large = readable && info->width > 0 && !info->is_video &&
                           rs_image_check_size(info, found->n_bytes, NULL, &size) != RSIFT_OK;
    const bool damaged = !readable || cut_short || foreign || too_large;
    const rs_finding_code code = cut_short ? RS_F_IMAGE_TRUNCATED : RS_F_IMAGE_UNREADABLE;
    /* A column, because findings are capped: every sample that names the picture is left out. */
    const bool unknown = bands.basis && !bands.bands[0];
    if (damaged) rs_put_str(rows, RS_ASSET_damage, rs_str_of(rs_model_finding_info(code)->code));
    else if (unknown)
        rs_put_str(rows, RS_ASSET_damage,
                   rs_str_of(rs_model_finding_info(RS_F_BANDS_UNKNOWN)->code));
    rs_put_end(rows);
    put_keys(part, plan, asset_id, picture->canonical);

    if (!damaged) return;
    rs_index_put_finding(
        part, &(rs_index_finding){.code = code,
                                  .release_id = plan->release_id,
                                  .source = RS_STR("pictures"),
                                  .asset = &asset_id,
                                  .locator = member->chain,
                                  .message =
                                      cut_short ? RS_STR("the file ends before its picture does")
                                      : foreign ? RS_STR("pictures of this format are not decoded: "
                                                         "convert them to PNG or JPEG")
                                      : too_large ? rs_str_of(size.message)
                                                  : rs_str_of(found->err.message),
                                  .n = 1});
}

void rs_index_put_unresolved(rs_part *part, const rs_plan *plan, rs_id asset_id, rs_str path,
                             rs_str other_name)
{
    rs_rows *rows = rs_part_rows(part, RS_T_ASSET);
    rs_put_id(rows, RS_ASSET_asset_id, asset_id);
    rs_put_str(rows, RS_ASSET_release_id, plan->release_id);
    rs_put_str(rows, RS_ASSET_path, path);
    rs_put_str(rows, RS_ASSET_state, RS_STR("unresolved"));
    if (other_name.ptr) rs_put_str(rows, RS_ASSET_other_name, other_name);
    rs_put_end(rows);
    put_keys(part, plan, asset_id, path);
}
