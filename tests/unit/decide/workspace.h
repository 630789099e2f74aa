/* Shared by the tests of this room: a small workspace written through parts, sample by sample. */
#ifndef DECIDE_WORKSPACE_H
#define DECIDE_WORKSPACE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "codec/json.h"
#include "decide/decide.h"
#include "decide/protect.h"
#include "model/sample.h"
#include "store/files.h"

#define OK(call)                                                                     \
    do {                                                                             \
        rsift_error e_ = {0};                                                        \
        rsift_error *err = &e_;                                                      \
        if ((call) != RSIFT_OK) fail_msg("%s: %s: %s", #call, e_.where, e_.message); \
    } while (0)

/* Expects `status`, and `part` in place or message. */
#define FAILS(expected, part, call)                                           \
    do {                                                                      \
        rsift_error e_ = {0};                                                 \
        rsift_error *err = &e_;                                               \
        assert_int_equal((call), (expected));                                 \
        if (rs_str_find(rs_str_of(e_.message), rs_str_of(part)) == RS_NPOS && \
            rs_str_find(rs_str_of(e_.where), rs_str_of(part)) == RS_NPOS)     \
            fail_msg("\"%s\" is not in: %s: %s", part, e_.where, e_.message); \
    } while (0)

typedef struct world {
    char dir[64];
    rs_store *store; /* parts */
    rs_part *part;
    uint64_t n_samples;
} world;

/* Everything a test may want to say about a sample; zero = the plain case. */
typedef struct put {
    const char *dataset, *role, *task, *skill, *split, *source;
    const char *question, *answer;
    const char *picture;        /* name of its picture; NULL = own one */
    const char *second;         /* a second picture */
    const char *key, *relation; /* source key of the picture */
    const char *confidence;     /* of the key; NULL = high */
    const char *bytes;          /* content of the picture; NULL = differs for every name */
    const char *format;         /* of the picture */
    const char *original_id;    /* of the release */
    const char *serious;        /* code of a serious finding */
    bool capped;                /* that is counted and not stored */
    rs_complete complete;
    const char *damage;     /* of the picture */
    const char *unwritable; /* why no record can be made of it */
    bool unresolved, withheld;
    uint64_t id; /* 0 = the next number */
} put;

static inline rs_id number_id(uint64_t i)
{
    return rs_hash128(&i, sizeof i);
}

static inline rs_id text_id(const char *kind, const char *text)
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, rs_str_of(kind));
    rs_hash_field(&h, rs_str_of(text));
    return rs_hash_end(&h);
}

static inline void world_begin(world *w)
{
    *w = (world){.dir = "/tmp/rsift-decide-XXXXXX"};
    assert_non_null(mkdtemp(w->dir));
    const rs_store_options options = {.memory_limit_mb = 256, .threads = 1};
    OK(rs_store_open(rs_str_of(w->dir), RS_STORE_PARTS, true, &options, &w->store, err));
    OK(rs_part_new(w->store, RS_STR("all"), RS_STR("p0"), &w->part, err));
}

static inline void world_commit(world *w)
{
    OK(rs_part_commit(w->part, err));
    rs_store_close(w->store);
    w->store = NULL;
}

static inline void world_end(world *w)
{
    OK(rs_store_remove_tree(w->dir, err));
}

static inline void put_text(rs_rows *rows, int column, const char *s)
{
    if (s) rs_put_str(rows, column, rs_str_of(s));
}

static inline void put_release(world *w, const char *dataset, const char *licence,
                               const char *origin)
{
    rs_rows *r = rs_part_rows(w->part, RS_T_RELEASE);
    put_text(r, RS_RELEASE_release_id, dataset);
    put_text(r, RS_RELEASE_dataset, dataset);
    put_text(r, RS_RELEASE_name, dataset);
    put_text(r, RS_RELEASE_root, "/nowhere");
    put_text(r, RS_RELEASE_role, "train");
    put_text(r, RS_RELEASE_licence_class, licence);
    put_text(r, RS_RELEASE_redistribution, "no");
    put_text(r, RS_RELEASE_origin, origin);
    put_text(r, RS_RELEASE_config, "{}");
    put_text(r, RS_RELEASE_indexed_at, "2026-01-01T00:00:00Z");
    rs_put_end(r);
}

static inline rs_id put_asset(world *w, const put *p, const char *name)
{
    rs_id id = text_id(p->dataset, name);
    rs_rows *r = rs_part_rows(w->part, RS_T_ASSET);
    rs_put_id(r, RS_ASSET_asset_id, id);
    put_text(r, RS_ASSET_release_id, p->dataset);
    put_text(r, RS_ASSET_path, name);
    put_text(r, RS_ASSET_state, p->unresolved ? "unresolved" : "found");
    put_text(r, RS_ASSET_format, p->format);
    if (!p->unresolved)
        rs_put_id(r, RS_ASSET_content_hash, text_id("bytes", p->bytes ? p->bytes : ""));
    put_text(r, RS_ASSET_damage, p->damage);
    rs_put_end(r);
    if (!p->key) return id;
    rs_rows *k = rs_part_rows(w->part, RS_T_ASSET_SOURCE);
    rs_put_id(k, RS_ASSET_SOURCE_asset_id, id);
    put_text(k, RS_ASSET_SOURCE_key, p->key);
    put_text(k, RS_ASSET_SOURCE_relation, p->relation ? p->relation : "same");
    put_text(k, RS_ASSET_SOURCE_confidence, p->confidence ? p->confidence : "high");
    put_text(k, RS_ASSET_SOURCE_evidence, "test");
    rs_put_end(k);
    return id;
}

static inline void put_sample_asset(world *w, rs_id sample, int i, rs_id asset)
{
    rs_rows *r = rs_part_rows(w->part, RS_T_SAMPLE_ASSET);
    rs_put_id(r, RS_SAMPLE_ASSET_sample_id, sample);
    rs_put_i64(r, RS_SAMPLE_ASSET_i, i);
    rs_put_id(r, RS_SAMPLE_ASSET_asset_id, asset);
    put_text(r, RS_SAMPLE_ASSET_asset_role, "image");
    rs_put_end(r);
}

static inline void put_finding(world *w, const put *p, rs_id sample)
{
    if (!p->serious || p->capped) return;
    rs_rows *r = rs_part_rows(w->part, RS_T_FINDING);
    put_text(r, RS_FINDING_release_id, p->dataset);
    rs_put_id(r, RS_FINDING_sample_id, sample);
    put_text(r, RS_FINDING_severity, "serious");
    put_text(r, RS_FINDING_code, p->serious);
    put_text(r, RS_FINDING_locator, "a.json#1");
    put_text(r, RS_FINDING_message, "a message");
    rs_put_i64(r, RS_FINDING_n, 1);
    put_text(r, RS_FINDING_source, p->source);
    rs_put_bool(r, RS_FINDING_rest, false);
    rs_put_end(r);
}

/* Writes a sample with its picture, split, key and finding; returns its id. */
static inline rs_id put_sample(world *w, put p)
{
    uint64_t number = p.id ? p.id : 1000 + w->n_samples++;
    rs_id id = number_id(number);
    char own[32];
    snprintf(own, sizeof own, "own-%llu.png", (unsigned long long)number);
    const char *picture = p.picture ? p.picture : own;
    char bytes[96];
    snprintf(bytes, sizeof bytes, "%s/%s", p.dataset, picture);
    if (!p.bytes) p.bytes = bytes;
    put_sample_asset(w, id, 0, put_asset(w, &p, picture));
    if (p.second) {
        p.bytes = p.second;
        put_sample_asset(w, id, 1, put_asset(w, &p, p.second));
    }
    char question[64], whole[128];
    snprintf(question, sizeof question, "%s", p.question ? p.question : own);
    snprintf(whole, sizeof whole, "%s=%s", question, p.answer ? p.answer : "yes");
    rs_rows *r = rs_part_rows(w->part, RS_T_SAMPLE);
    const char *task = p.task ? p.task : "vqa";
    rs_put_id(r, RS_SAMPLE_sample_id, id);
    put_text(r, RS_SAMPLE_release_id, p.dataset);
    put_text(r, RS_SAMPLE_dataset, p.dataset);
    put_text(r, RS_SAMPLE_role, p.role ? p.role : "train");
    put_text(r, RS_SAMPLE_task, task);
    put_text(r, RS_SAMPLE_skill, p.skill);
    put_text(r, RS_SAMPLE_original_id, p.original_id);
    put_text(r, RS_SAMPLE_locator, "a.json#1");
    rs_put_i64(r, RS_SAMPLE_n_turns, 2);
    rs_put_i64(r, RS_SAMPLE_n_regions, 0);
    rs_put_strs(r, RS_SAMPLE_labels, NULL, 0);
    rs_put_bool(r, RS_SAMPLE_truth, !p.withheld);
    put_text(r, RS_SAMPLE_source, p.source ? p.source : "all");
    put_text(r, RS_SAMPLE_file, "a.json");
    rs_put_i64(r, RS_SAMPLE_ordinal, (int64_t)number);
    rs_put_i64(r, RS_SAMPLE_sub, 0);
    rs_put_id(r, RS_SAMPLE_record_hash, id);
    rs_put_id(r, RS_SAMPLE_key_whole, text_id(task, whole));
    rs_put_id(r, RS_SAMPLE_key_question, text_id(task, question));
    rs_put_i64(r, RS_SAMPLE_n_assets, p.second ? 2 : 1);
    rs_put_i64(r, RS_SAMPLE_n_serious, p.serious ? 1 : 0);
    if (p.complete) rs_put_bool(r, RS_SAMPLE_complete, p.complete == RS_COMPLETE_YES);
    put_text(r, RS_SAMPLE_unwritable, p.unwritable);
    put_text(r, RS_SAMPLE_stopped_by, p.serious);
    rs_task known;
    if (rs_model_task_parse(rs_str_of(task), &known) && rs_model_task_is_short(known)) {
        rs_put_id(r, RS_SAMPLE_key_asked, text_id("asked", question));
        rs_put_id(r, RS_SAMPLE_key_answer, text_id("answer", whole));
    }
    rs_put_end(r);
    if (p.split) {
        rs_rows *s = rs_part_rows(w->part, RS_T_SPLIT);
        rs_put_id(s, RS_SPLIT_sample_id, id);
        put_text(s, RS_SPLIT_scheme, "official");
        put_text(s, RS_SPLIT_name, p.split);
        rs_put_end(s);
    }
    put_finding(w, &p, id);
    return id;
}

/* ---- catalogues and answers ------------------------------------------------------------------ */

static inline rs_catalog *builtin_catalog(void)
{
    rs_catalog *catalog = NULL;
    OK(rs_catalog_load(NULL, 0, &catalog, err));
    return catalog;
}

static inline rs_store *open_world(const world *w, rs_store_mode mode, int threads)
{
    rs_store *store = NULL;
    const rs_store_options options = {.memory_limit_mb = 256, .threads = threads};
    OK(rs_store_open(rs_str_of(w->dir), mode, false, &options, &store, err));
    return store;
}

static inline int64_t ask(rs_store *store, const char *sql)
{
    rs_result *result = NULL;
    OK(rs_store_query(store, rs_str_of(sql), NULL, 0, &result, err));
    OK(rs_result_next(result, err));
    int64_t v = rs_result_i64(result, 0);
    rs_result_close(result);
    return v;
}

#endif
