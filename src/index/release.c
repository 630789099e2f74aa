/* The part of a release. Units that start together all make it, with the same content but for
 * indexed_at; the first one to rename its folder into place wins, the others find it there. */
#include "index/release.h"

#include "base/escape.h"
#include "index/finding.h"
#include "index/parts.h"
#include "release/refused.h"

#include <time.h>

/* The files on disk with their sizes and times: emit and mix refuse when one has changed. */
static void put_files(rs_part *part, const rs_plan *plan)
{
    rs_arena scratch = {0};
    for (size_t t = 0; t < plan->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_files(plan->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(plan->trees[t], i);
            rs_rows *rows = rs_part_rows(part, RS_T_FILE);
            rs_put_id(rows, RS_FILE_file_id,
                      rs_model_record_hash(plan->dataset_id, plan->roots[t], file->path,
                                           (rs_str){NULL, 0}));
            rs_put_str(rows, RS_FILE_release_id, plan->release_id);
            rs_put_str(rows, RS_FILE_path, rs_escape_path(&scratch, file->path));
            rs_put_i64(rows, RS_FILE_n_bytes, file->n_bytes);
            rs_put_i64(rows, RS_FILE_mtime, file->mtime_ns);
            rs_put_end(rows);
        }
    }
    rs_arena_fini(&scratch);
}

/* Notes of opening the files, and files that a source of the catalogue's record lacks. */
static void put_findings(rs_part *part, const rs_plan *plan)
{
    rs_index_finding finding = {.release_id = plan->release_id, .n = 1};
    for (size_t t = 0; t < plan->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_notes(plan->trees[t]); i++) {
            const rs_io_note *note = rs_io_note_at(plan->trees[t], i);
            /* the codes of room io are codes of the model */
            if (!rs_model_finding_parse(rs_str_of(note->code), &finding.code)) continue;
            finding.source = RS_STR("files");
            finding.locator = note->chain;
            finding.message = note->message;
            rs_index_put_finding(part, &finding);
        }
    }
    for (size_t i = 0; i < plan->n_refused; i++) {
        finding.code = RS_F_NOTHING_READ;
        finding.source = RS_STR("own");
        finding.locator = plan->refused[i].path;
        finding.message = plan->refused[i].why;
        rs_index_put_finding(part, &finding);
    }
    for (size_t i = 0; i < plan->n_missing; i++) {
        finding.code = RS_F_FILE_MISSING;
        finding.source = plan->missing[i].source;
        finding.locator = plan->missing[i].pattern;
        /* a source of the catalogue is not read without its files, one's own data is */
        finding.message =
            plan->dataset ? RS_STR("the catalogue's source has no such file here; it was not read")
                          : RS_STR("no file of these names is here; the others were read");
        rs_index_put_finding(part, &finding);
    }
}

/* A fact that the record marks as hardly sure is no fact about its samples. */
static bool is_sure(const rs_catalog_dataset *d, rs_str path)
{
    const rs_catalog_evidence *evidence = rs_catalog_evidence_of(d, path);
    return !evidence || evidence->sure > RS_SURE_LOW;
}

static void put_imagery(rs_rows *rows, const rs_catalog_dataset *d)
{
    if (d && d->sensors.n && is_sure(d, RS_STR("sensors")))
        rs_put_strs(rows, RS_RELEASE_sensors, d->sensors.items, d->sensors.n);
    if (d && d->gsd_m[0] > 0 && is_sure(d, RS_STR("gsd_m")))
        rs_put_doubles(rows, RS_RELEASE_gsd_m, d->gsd_m, 2);
}

static void put_release_row(rs_part *part, const rs_plan *plan)
{
    char when[32];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    rs_rows *rows = rs_part_rows(part, RS_T_RELEASE);
    rs_put_str(rows, RS_RELEASE_release_id, plan->release_id);
    rs_put_str(rows, RS_RELEASE_dataset, plan->dataset_id);
    rs_put_str(rows, RS_RELEASE_name, plan->name);
    rs_put_str(rows, RS_RELEASE_root, plan->roots[0]);
    rs_put_str(rows, RS_RELEASE_role, plan->role);
    rs_put_str(rows, RS_RELEASE_licence_annotations, plan->licence_annotations);
    rs_put_str(rows, RS_RELEASE_licence_imagery, plan->licence_imagery);
    rs_put_str(rows, RS_RELEASE_licence_class, plan->licence_class);
    rs_put_str(rows, RS_RELEASE_redistribution, plan->redistribution);
    rs_put_str(rows, RS_RELEASE_origin, plan->origin);
    rs_put_str(rows, RS_RELEASE_config, plan->config);
    rs_put_str(rows, RS_RELEASE_indexed_at, rs_str_of(when));
    put_imagery(rows, plan->dataset);
    rs_put_end(rows);
}

/* What the part depends on: the choices, and the names, sizes and times of the files. */
void rs_index_release_print(const rs_plan *plan, char out[RS_ID_TEXT])
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, plan->config);
    for (size_t t = 0; t < plan->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_files(plan->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(plan->trees[t], i);
            rs_hash_field(&h, file->path);
            rs_hash_u64(&h, (uint64_t)file->n_bytes);
            rs_hash_u64(&h, (uint64_t)file->mtime_ns);
        }
    }
    rs_id_text(out, rs_hash_end(&h));
}

void rs_index_release_name(const rs_plan *plan, char out[RS_INDEX_RELEASE_NAME])
{
    char print[RS_ID_TEXT];
    rs_index_release_print(plan, print);
    snprintf(out, RS_INDEX_RELEASE_NAME, "release-%.16s-0-1", print);
}

/* Is the part there? Parts of the release as it was before are removed. */
static rsift_status part_exists(rs_store *store, const rs_plan *plan, rs_str prefix, bool *out,
                                rsift_error *err)
{
    rs_index_ranges done;
    RS_TRY(rs_index_ranges_load(&done, store, plan->release_id, RS_STR("release-"), prefix, err));
    *out = done.n > 0;
    rs_index_ranges_fini(&done);
    return RSIFT_OK;
}

rsift_status rs_index_release(rs_store *store, const rs_plan *plan, bool *written, rsift_error *err)
{
    char name[RS_INDEX_RELEASE_NAME];
    rs_index_release_name(plan, name);
    const rs_str prefix = rs_str_sub(rs_str_of(name), 0, rs_str_of(name).len - strlen("-0-1"));
    bool exists;
    RS_TRY(part_exists(store, plan, prefix, &exists, err));
    *written = !exists;
    if (exists) return RSIFT_OK;
    rs_part *part;
    rsift_status status = rs_part_new(store, plan->release_id, rs_str_of(name), &part, err);
    if (status == RSIFT_OK) {
        put_release_row(part, plan);
        put_files(part, plan);
        put_findings(part, plan);
        status = rs_part_commit(part, err);
    }
    if (status != RSIFT_E_ARG) return status; /* E_ARG: another unit's part is there by now */
    rsift_status known = part_exists(store, plan, prefix, &exists, NULL);
    return known == RSIFT_OK && exists ? RSIFT_OK : status;
}
