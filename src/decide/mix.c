/* recipe -> ledger. The database decides what a sample by itself decides (role, licence, findings,
 * leaks, duplicates) and writes the candidates to temporary files; the selection (caps, shares,
 * budget) is made over flat arrays of what is left; then the files are read once more, each row
 * with its number, into the ledger. Of each candidate 2 bytes stay in memory; where something
 * limits the choice, 32 bytes more of each that is still kept. */
#include "decide/decide.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "decide/ask.h"
#include "decide/mix_answer.h"
#include "decide/mix_candidates.h"
#include "decide/mix_near.h"
#include "decide/mix_tables.h"
#include "decide/look.h"
#include "decide/protect.h"
#include "decide/usable.h"
#include "choose/select.h"
#include "store/lock.h"
#include "store/quote.h"

#include <inttypes.h>

enum { most_rows = UINT32_MAX - 1 };

typedef struct mix {
    const rs_mix_job *job;
    rs_lock tmp_lock;
    rs_path tmp_path;
    rs_str tmp;
    rs_choose_item *items;
    size_t n_items, cap_items;
    rs_choose_entry *entries;
    uint8_t *outcomes; /* by row of the file: rs_choose_outcome + 1, 0 = not selectable */
    uint8_t *repeats;
    int64_t n_rows;
    rs_mix_counts counts;
    rs_id content; /* sum over what was chosen from: names the mixture */
    char mixture_id[RS_ID_TEXT], recipe_hash[RS_ID_TEXT];
} mix;

static rsift_status section(mix *m, const char *name, rsift_error *err)
{
    return rs_decide_run_section(m->job->store, "mix", name, m->tmp, err);
}

/* ---- candidates ------------------------------------------------------------------------------ */

/* Runs the SQL steps that decide each sample by itself, write the candidates to temporary Parquet
 * files, and find those that lose against others. */
static rsift_status make_candidates(mix *m, rsift_error *err)
{
    rs_store *store = m->job->store;
    RS_TRY(rs_look_set_variables(store, "leak", RS_LOOK_RADIUS, err));
    RS_TRY(rs_protect_find_sample_leaks(store, err));
    RS_TRY(rs_decide_make_usable(store, m->job->catalog, err));
    RS_TRY(rs_decide_run_section(store, "duplicates", "pictures", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "duplicates", "key", RS_STR(""), err));
    static const char *const steps[] = {"split_entry", "leaks", "findings"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) RS_TRY(section(m, steps[i], err));
    RS_TRY(rs_mix_write_candidates(m->job, m->tmp, &m->n_rows, err));
    RS_TRY(section(m, "asserted", err));
    RS_TRY(rs_decide_run_section(store, "pool", "conflicts", RS_STR(""), err));
    RS_TRY(section(m, "losers", err));
    RS_TRY(rs_mix_find_near(m->job, m->tmp, err));
    /* row numbers are 32 bits wide in the selection */
    if (m->n_rows > (int64_t)most_rows)
        return rs_err_set(err, RSIFT_E_LIMIT, "a mixture has at most %" PRIu32 " candidates",
                          (uint32_t)most_rows);
    return RSIFT_OK;
}

/* ---- selection ------------------------------------------------------------------------------- */

static uint64_t folded(rs_id id)
{
    return id.hi * UINT64_C(0x9e3779b97f4a7c15) ^ id.lo;
}

/* Notes what the selection says of an item, by its row. */
static void note_outcome(mix *m, const rs_choose_item *item)
{
    m->outcomes[item->row] = (uint8_t)(item->outcome + 1);
    m->repeats[item->row] = item->repeats;
}

/* An item of [selectable]; adds it to the fingerprint of what was chosen from. */
static rs_choose_item read_item(mix *m, const rs_result *row)
{
    const rs_id id = rs_result_id(row, 1), picture = rs_result_id(row, 3);
    const uint64_t key = rs_rng_key((uint64_t)m->job->recipe->seed, id);
    const rs_choose_item item = {.key = key,
                                 .row = (uint32_t)rs_result_i64(row, 0),
                                 .entry = (uint16_t)rs_result_i64(row, 2),
                                 .picture = folded(picture),
                                 .question = (uint32_t)(folded(rs_result_id(row, 4)) >> 16),
                                 .uses = (uint8_t)rs_result_i64(row, 6)};
    m->content.hi += id.hi * 3 + id.lo; /* sums: the rows come in any order */
    if (rs_result_i64(row, 5)) m->content.hi += item.picture ^ id.lo;
    m->content.lo += key ^ item.entry;
    return item;
}

/* Reads the selectable candidates: into a flat array, or where nothing limits the choice straight
 * into the outcomes. */
static rsift_status read_items(mix *m, bool keep_all, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(m->job->reader, "mix", "selectable", m->tmp, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_choose_item item = read_item(m, result);
        if (keep_all) {
            rs_choose_keep(&item, m->entries);
            note_outcome(m, &item);
            continue;
        }
        if (!RS_VEC_RESERVE(m->items, m->cap_items, m->n_items + 1)) {
            status = rs_err_nomem(err, "the selection");
            break;
        }
        m->items[m->n_items++] = item;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Selects by caps, shares and budget; leaves an outcome and a number of uses per row of the
 * file. */
static rsift_status select_all(mix *m, rsift_error *err)
{
    const rs_recipe *r = m->job->recipe;
    m->entries = rs_calloc(r->datasets.n, sizeof *m->entries);
    m->outcomes = rs_calloc((size_t)m->n_rows + 1, 1);
    m->repeats = rs_calloc((size_t)m->n_rows + 1, 1);
    if (!m->entries || !m->outcomes || !m->repeats) return rs_err_nomem(err, "the selection");
    for (size_t i = 0; i < r->datasets.n; i++) {
        const rs_recipe_entry *e = &r->datasets.items[i];
        m->entries[i] = (rs_choose_entry){.most = e->samples,
                                          .fraction = e->take[1],
                                          .weight = e->weight[1],
                                          .repeats = e->repeats};
    }
    const rs_choose_rules rules = {.per_image = r->per_image,
                                   .per_question = r->per_question,
                                   .seed = (uint64_t)r->seed,
                                   .budget =
                                       r->budget_images >= 0 ? r->budget_images : r->budget_samples,
                                   .budget_in_images = r->budget_images >= 0};
    const bool keep_all = rs_choose_keeps_all(m->entries, r->datasets.n, &rules);
    RS_TRY(read_items(m, keep_all, err));
    if (keep_all) return RSIFT_OK;
    RS_TRY(rs_choose_select(m->items, m->n_items, m->entries, r->datasets.n, &rules, err));
    for (size_t i = 0; i < m->n_items; i++) note_outcome(m, &m->items[i]);
    /* outcomes by row are all that is needed from here on */
    rs_free(m->items);
    m->items = NULL;
    return RSIFT_OK;
}

/* ---- ledger ---------------------------------------------------------------------------------- */

/* The mixture's id hashes the recipe and the candidates, so that the same recipe over the same
 * workspace has the same id. */
static void name_mixture(mix *m)
{
    rs_buf text = {0};
    rs_recipe_canonical(m->job->recipe, &text);
    rs_id recipe = rs_hash128(text.ptr, text.len);
    rs_buf_fini(&text);
    rs_hasher h;
    rs_hash_start(&h);
    /* the recipe, and the candidates that it met */
    const uint64_t parts[] = {recipe.hi, recipe.lo, m->content.hi, m->content.lo,
                              (uint64_t)m->n_rows};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) rs_hash_u64(&h, parts[i]);
    (void)rs_id_text(m->recipe_hash, recipe);
    (void)rs_id_text(m->mixture_id, rs_hash_end(&h));
}

static rs_str reason_of(const mix *m, int64_t row, rs_str reason, bool *kept)
{
    static const char *const names[] = {
        "", "kept", "cap-image", "cap-question", "over-budget", "over-limit"};
    uint8_t outcome = m->outcomes[row];
    *kept = outcome == RS_CHOOSE_KEPT + 1;
    return outcome ? rs_str_of(names[outcome]) : reason;
}

/* Counts a row of [ledger] for the answer. */
static void count_row(mix *m, const rs_result *row, bool kept, uint8_t repeats)
{
    rs_mix_count *count = &m->counts.datasets[rs_result_i64(row, 5)];
    const int64_t traits = rs_result_i64(row, 6);
    count->n_candidates++;
    if (!kept) return;
    count->n_kept++;
    count->n_uses += repeats;
    m->counts.n_unwritable += (traits & RS_MIX_UNWRITABLE) != 0;
    m->counts.n_licence_unknown += (traits & RS_MIX_LICENCE_UNKNOWN) != 0;
    m->counts.n_unseen += (traits & RS_MIX_UNSEEN) != 0;
}

/* One ledger row per candidate, in the order of the file: the selection's outcome where there is
 * one, else the reason that SQL gave. */
static rsift_status put_ledger(mix *m, rsift_error *err)
{
    rs_result *result;
    rs_rows *rows;
    m->counts.datasets = rs_calloc(m->job->recipe->datasets.n + 1, sizeof *m->counts.datasets);
    if (!m->counts.datasets) return rs_err_nomem(err, "the ledger");
    RS_TRY(rs_decide_ask(m->job->reader, "mix", "ledger", m->tmp, &result, err));
    rsift_status status = rs_store_append(m->job->store, RS_T_LEDGER, &rows, err);
    if (status != RSIFT_OK) {
        rs_result_close(result);
        return status;
    }
    rs_str mixture = rs_str_of(m->mixture_id);
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        int64_t row = rs_result_i64(result, 0);
        bool kept = false;
        rs_str reason = reason_of(m, row, rs_result_str(result, 2), &kept);
        rs_put_str(rows, RS_LEDGER_mixture_id, mixture);
        rs_put_id(rows, RS_LEDGER_sample_id, rs_result_id(result, 1));
        rs_put_bool(rows, RS_LEDGER_kept, kept);
        rs_put_str(rows, RS_LEDGER_reason, reason);
        rs_put_str(rows, RS_LEDGER_detail, rs_result_str(result, 3));
        /* an image with several captions is used once for each, up to the recipe's number */
        if (m->repeats[row]) { /* at most 4 * 4 * 5 */
            int64_t references = rs_result_i64(result, 4),
                    most = m->job->recipe->captions_per_image;
            m->repeats[row] = (uint8_t)(m->repeats[row] * (references < most ? references : most));
        }
        rs_put_i64(rows, RS_LEDGER_n_repeats, m->repeats[row]);
        rs_put_end(rows);
        count_row(m, result, kept, m->repeats[row]);
    }
    rs_result_close(result);
    rsift_status end = rs_store_append_end(rows, status == RSIFT_END ? err : NULL);
    return status == RSIFT_END ? end : status;
}

/* Replaces the mixture of this id, if there is one, and its ledger. */
static rsift_status put_mixture(mix *m, rsift_error *err)
{
    rs_store *store = m->job->store;
    rs_buf sql = {0};
    rs_buf_printf(
        &sql,
        "DELETE FROM ledger WHERE mixture_id = '%s'; DELETE FROM mixture WHERE mixture_id = '%s'; "
        "SET VARIABLE rsift_mixture = '%s';",
        m->mixture_id, m->mixture_id, m->mixture_id);
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    RS_TRY(status);
    RS_TRY(put_ledger(m, err));
    rs_rows *rows;
    RS_TRY(rs_store_append(store, RS_T_MIXTURE, &rows, err));
    rs_put_str(rows, RS_MIXTURE_mixture_id, rs_str_of(m->mixture_id));
    rs_put_str(rows, RS_MIXTURE_recipe_hash, rs_str_of(m->recipe_hash));
    rs_put_i64(rows, RS_MIXTURE_seed, m->job->recipe->seed);
    rs_put_str(rows, RS_MIXTURE_version,
               m->job->recipe->version.len ? m->job->recipe->version : (rs_str){NULL, 0});
    rs_put_str(rows, RS_MIXTURE_made_at, m->job->made_at);
    rs_put_str(rows, RS_MIXTURE_name, m->job->recipe->name);
    rs_put_str(rows, RS_MIXTURE_recipe, m->job->recipe_text);
    if (m->job->recipe->for_format.len)
        rs_put_str(rows, RS_MIXTURE_format, m->job->recipe->for_format);
    if (m->job->recipe->for_model.len)
        rs_put_str(rows, RS_MIXTURE_model, m->job->recipe->for_model);
    rs_put_end(rows);
    return rs_store_append_end(rows, err);
}

static rsift_status write_all(mix *m, rsift_error *err)
{
    RS_TRY(rs_store_begin(m->job->store, err));
    rsift_status status = put_mixture(m, err);
    rsift_status end =
        rs_store_end(m->job->store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
    return status == RSIFT_OK ? end : status;
}

/* Counts what is kept, tells the caller, and answers. */
static rsift_status put_answer(const mix *m, rs_buf *json, rsift_error *err)
{
    rs_mix_made made = {.job = m->job,
                        .mixture_id = m->mixture_id,
                        .entries = m->entries,
                        .counts = &m->counts,
                        .n_candidates = m->n_rows};
    for (int64_t i = 0; i < m->n_rows; i++) {
        made.n_kept += m->repeats[i] > 0;
        made.n_uses += m->repeats[i];
    }
    if (m->job->result) {
        memcpy(m->job->result->mixture_id, m->mixture_id, sizeof m->mixture_id);
        m->job->result->n_kept = made.n_kept;
    }
    return rs_mix_put_answer(&made, json, err);
}

rsift_status rs_decide_mix(const rs_mix_job *job, rs_buf *json, rsift_error *err)
{
    mix m = {.job = job, .tmp_lock = {.fd = -1}};
    rs_path dir;
    RS_TRY(rs_path_set(&dir, err, "%.*s", RS_STR_ARG(rs_store_dir(job->store))));
    /* the folder belongs to this process; leftovers of killed ones are removed by the store */
    RS_TRY(rs_lock_own_tmp(&m.tmp_lock, dir.text, &m.tmp_path, err));
    m.tmp = rs_str_of(m.tmp_path.text);
    rsift_status status = rs_mix_make_tables(job, err);
    if (status == RSIFT_OK) status = make_candidates(&m, err);
    if (status == RSIFT_OK) status = select_all(&m, err);
    if (status == RSIFT_OK) {
        name_mixture(&m);
        status = write_all(&m, err);
    }
    if (status == RSIFT_OK) status = put_answer(&m, json, err);
    /* also after an error */
    (void)rs_store_remove_tree(m.tmp_path.text, NULL);
    rs_lock_drop(&m.tmp_lock, true);
    rs_free(m.items);
    rs_free(m.entries);
    rs_free(m.counts.datasets);
    rs_free(m.outcomes);
    rs_free(m.repeats);
    return status;
}
