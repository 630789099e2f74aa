/* Every missing picture has one or several names in the other dataset. The other dataset's pictures
 * are read twice in one order: first to find the best picture for each name, then to copy the rows
 * of those that were chosen. Memory: about 200 bytes for each missing picture. */
#include "index/link_dataset.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/utf8.h"
#include "index/link_names.h"
#include "model/sample.h"

/* The columns of another dataset's picture, in the order in which put_copy reads them. */
enum {
    C_ASSET_ID,
    C_PATH,
    C_LOCATOR,
    C_FORMAT,
    C_WIDTH,
    C_HEIGHT,
    C_BANDS,
    C_DTYPE,
    C_N_BYTES,
    C_N_FRAMES,
    C_ORIENTATION,
    C_GSD_M,
    C_CONTENT_HASH,
    C_MEMBER,
    C_ROOT,
    C_DAMAGE,
    C_RGB_BANDS,
    C_RGB_BASIS,
    C_FILE_BYTES,
    C_FILE_MTIME
};
static const char other_sql[] =
    "SELECT a.asset_id, a.path, a.locator, a.format, a.width, a.height, a.bands, a.dtype, "
    "a.n_bytes, a.n_frames, a.orientation, a.gsd_m, a.content_hash, a.member, a.root, "
    "a.damage, a.rgb_bands, a.rgb_basis, a.file_bytes, a.file_mtime "
    "FROM asset a JOIN release r USING (release_id) "
    "WHERE r.dataset = $1 AND a.state = 'found' ORDER BY a.path, a.asset_id";

/* How well a picture answers to a name: its path is the name, ends in the name, or is the end of
 * the name (folders that the name has are not shown by the path). */
typedef enum match_rank { NO_MATCH, LOOSE_MATCH, TAIL_MATCH, PATH_MATCH } match_rank;

/* The best picture for one missing picture so far. */
typedef struct match {
    match_rank rank;
    bool ambiguous; /* several different pictures answer equally well: none is linked */
    bool has_content;
    rs_id asset, content;
    uint32_t next; /* chain of one asset; UINT32_MAX ends */
} match;

/* One of the names by which a missing picture may be known, or the end of one. */
typedef struct wanted_name {
    uint32_t missing, next; /* next: chain of one name; UINT32_MAX ends */
    bool is_end;            /* the end of a name: only a picture of just that path answers */
} wanted_name;

/* The missing pictures of one release and what the other dataset has for them. */
typedef struct name_search {
    rs_index_links *links;
    rs_str other;
    const rs_index_missing *items;
    size_t n;
    match *matches;
    rs_strmap names; /* name -> heads */
    uint32_t *heads;
    size_t cap_heads;
    wanted_name *nodes;
    size_t n_nodes, cap_nodes;
    bool any_class;                   /* a name has a component RS_INDEX_ANY_CLASS */
    const rs_catalog_dataset *record; /* of the other dataset; NULL = none */
} name_search;

/* Missing picture `number` waits for `name`. */
static rsift_status add_name(name_search *search, rs_str name, uint32_t number, bool is_end,
                             rsift_error *err)
{
    bool made;
    size_t at = rs_strmap_put(&search->names, name, &made);
    if (at == RS_NPOS || !RS_VEC_RESERVE(search->heads, search->cap_heads, at + 1) ||
        !RS_VEC_RESERVE(search->nodes, search->cap_nodes, search->n_nodes + 1))
        return rs_err_nomem(err, "the links");
    search->nodes[search->n_nodes] = (wanted_name){
        .missing = number, .next = made ? UINT32_MAX : search->heads[at], .is_end = is_end};
    search->heads[at] = (uint32_t)search->n_nodes++;
    search->any_class |= rs_str_find(name, RS_STR(RS_INDEX_ANY_CLASS)) != RS_NPOS;
    return RSIFT_OK;
}

/* Enters every name by which the other dataset may hold missing picture `number`, and its ends. */
static rsift_status add_names(name_search *search, const rs_catalog_dataset *dataset,
                              uint32_t number, rsift_error *err)
{
    rs_texts names;
    RS_TRY(rs_index_link_names(&search->links->arena, dataset, search->other,
                               search->items[number].path, &names, err));
    for (size_t i = 0; i < names.n; i++) {
        RS_TRY(add_name(search, names.items[i], number, false, err));
        for (rs_str end = names.items[i];;) {
            size_t slash = rs_str_find_char(end, '/');
            if (slash == RS_NPOS) break;
            end = rs_str_sub(end, slash + 1, end.len);
            RS_TRY(add_name(search, end, number, true, err));
        }
    }
    return RSIFT_OK;
}

/* The row answers to `name`: every missing picture that waits for the name hears of it. */
static void offer_name(name_search *search, rs_str name, match_rank answers, rs_result *row)
{
    size_t at = rs_strmap_get(&search->names, name);
    if (at == RS_NPOS) return;
    const rs_id asset = rs_result_id(row, C_ASSET_ID);
    const bool has_content = !rs_result_null(row, C_CONTENT_HASH);
    const rs_id content = has_content ? rs_result_id(row, C_CONTENT_HASH) : (rs_id){0, 0};
    for (uint32_t i = search->heads[at]; i != UINT32_MAX; i = search->nodes[i].next) {
        match *best = &search->matches[search->nodes[i].missing];
        /* to the end of a name only a picture answers that has no folders before it */
        if (search->nodes[i].is_end && answers != PATH_MATCH) continue;
        const match_rank rank = search->nodes[i].is_end ? LOOSE_MATCH : answers;
        if (rank < best->rank) continue;
        /* equally good is ambiguous, unless both are one picture or two with the same bytes */
        if (rank > best->rank) {
            *best = (match){
                .rank = rank, .has_content = has_content, .asset = asset, .content = content};
        } else if (!rs_id_eq(asset, best->asset) &&
                   !(has_content && best->has_content && rs_id_eq(content, best->content))) {
            best->ambiguous = true;
        }
    }
}

/* Is the word a class of the other dataset? Any word is where its record lists no classes. */
static bool is_class(const rs_catalog_dataset *record, rs_str word)
{
    if (!record || record->classes.n == 0) return true;
    for (size_t i = 0; i < record->classes.n; i++)
        if (rs_str_eq(record->classes.items[i], word)) return true;
    return false;
}

/* Offers the row under `tail` with each folder that is a class written as RS_INDEX_ANY_CLASS. */
static rsift_status offer_classes(name_search *search, rs_str tail, match_rank rank, rs_result *row,
                                  rs_buf *scratch, rsift_error *err)
{
    for (size_t begin = 0, slash; begin < tail.len; begin = slash + 1) {
        slash = rs_str_find_char(rs_str_sub(tail, begin, tail.len), '/');
        if (slash == RS_NPOS) break;
        slash += begin;
        if (!is_class(search->record, rs_str_sub(tail, begin, slash))) continue;
        scratch->len = 0;
        rs_buf_str(scratch, rs_str_sub(tail, 0, begin));
        rs_buf_cstr(scratch, RS_INDEX_ANY_CLASS);
        rs_buf_str(scratch, rs_str_sub(tail, slash, tail.len));
        if (scratch->failed) return rs_err_nomem(err, "the links");
        offer_name(search, rs_buf_view(scratch), rank, row);
    }
    return RSIFT_OK;
}

/* Offers the row under a path and under every end of it. */
static rsift_status offer_path(name_search *search, rs_str path, rs_result *row, rs_buf *scratch,
                               rsift_error *err)
{
    match_rank rank = PATH_MATCH;
    for (;;) {
        offer_name(search, path, rank, row);
        if (search->any_class) RS_TRY(offer_classes(search, path, rank, row, scratch, err));
        size_t slash = rs_str_find_char(path, '/');
        if (slash == RS_NPOS) return RSIFT_OK;
        path = rs_str_sub(path, slash + 1, path.len);
        rank = TAIL_MATCH;
    }
}

/* The same in normal form C, in which the missing names are kept. */
static rsift_status offer_composed(name_search *search, rs_str path, rs_result *row,
                                   rs_buf *scratch, rsift_error *err)
{
    rs_arena form = {0};
    path = rs_utf8_compose(&form, path);
    rsift_status status =
        path.ptr ? offer_path(search, path, row, scratch, err) : rs_err_nomem(err, "the links");
    rs_arena_fini(&form);
    return status;
}

/* Finds for every missing picture the best picture of the other dataset. */
static rsift_status match_pictures(name_search *search, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = search->other};
    rs_result *row;
    rs_buf scratch = {0};
    RS_TRY(rs_store_query(search->links->reading, rs_str_of(other_sql), &arg, 1, &row, err));
    rsift_status status;
    while ((status = rs_result_next(row, err)) == RSIFT_OK) {
        status = offer_composed(search, rs_result_str(row, C_PATH), row, &scratch, err);
        /* the catalogue's templates may know it by the path on disk, before its canonical path */
        bool other_name = !rs_result_null(row, C_MEMBER) &&
                          !rs_str_eq(rs_result_str(row, C_MEMBER), rs_result_str(row, C_PATH));
        if (status == RSIFT_OK && other_name)
            status = offer_composed(search, rs_result_str(row, C_MEMBER), row, &scratch, err);
        if (status != RSIFT_OK) break;
    }
    rs_buf_fini(&scratch);
    rs_result_close(row);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* A column of the other dataset's row, NULL where that is. */
static void copy_text(rs_rows *rows, int column, rs_result *row, size_t from)
{
    if (!rs_result_null(row, from)) rs_put_str(rows, column, rs_result_str(row, from));
}

static void copy_number(rs_rows *rows, int column, const rs_result *row, size_t from)
{
    if (!rs_result_null(row, from)) rs_put_i64(rows, column, rs_result_i64(row, from));
}

/* The asset row of a missing picture that is the other dataset's picture. */
static void put_copy(rs_part *part, rs_str dataset, const rs_index_missing *missing, rs_result *row)
{
    rs_rows *rows = rs_part_rows(part, RS_T_ASSET);
    rs_put_id(rows, RS_ASSET_asset_id, rs_model_asset_id(dataset, missing->path));
    rs_put_str(rows, RS_ASSET_release_id, missing->release_id);
    rs_put_str(rows, RS_ASSET_locator, rs_result_str(row, C_LOCATOR));
    rs_put_str(rows, RS_ASSET_path, missing->path);
    rs_put_str(rows, RS_ASSET_state, RS_STR("found"));
    rs_put_str(rows, RS_ASSET_format, rs_result_str(row, C_FORMAT));
    copy_number(rows, RS_ASSET_width, row, C_WIDTH);
    copy_number(rows, RS_ASSET_height, row, C_HEIGHT);
    copy_number(rows, RS_ASSET_bands, row, C_BANDS);
    rs_put_str(rows, RS_ASSET_dtype, rs_result_str(row, C_DTYPE));
    copy_number(rows, RS_ASSET_n_bytes, row, C_N_BYTES);
    copy_number(rows, RS_ASSET_n_frames, row, C_N_FRAMES);
    copy_number(rows, RS_ASSET_orientation, row, C_ORIENTATION);
    if (!rs_result_null(row, C_GSD_M))
        rs_put_double(rows, RS_ASSET_gsd_m, rs_result_double(row, C_GSD_M));
    if (!rs_result_null(row, C_CONTENT_HASH))
        rs_put_id(rows, RS_ASSET_content_hash, rs_result_id(row, C_CONTENT_HASH));
    rs_put_str(rows, RS_ASSET_evidence, RS_STR("linked"));
    rs_put_str(rows, RS_ASSET_member, rs_result_str(row, C_MEMBER));
    rs_put_str(rows, RS_ASSET_root, rs_result_str(row, C_ROOT));
    copy_text(rows, RS_ASSET_damage, row, C_DAMAGE);
    copy_text(rows, RS_ASSET_rgb_bands, row, C_RGB_BANDS);
    copy_text(rows, RS_ASSET_rgb_basis, row, C_RGB_BASIS);
    copy_number(rows, RS_ASSET_file_bytes, row, C_FILE_BYTES);
    copy_number(rows, RS_ASSET_file_mtime, row, C_FILE_MTIME);
    rs_put_end(rows);
}

/* The chosen pictures, each with the chain of the missing ones that it answers. */
typedef struct chosen_list {
    rs_idmap assets;
    uint32_t *heads;
} chosen_list;

/* Lists the chosen pictures; two missing ones that come to one picture by the ends of their names
 * are ambiguous. */
static rsift_status choose_matches(name_search *search, chosen_list *out, rsift_error *err)
{
    uint32_t *n_loose = rs_calloc(search->n + 1, sizeof *n_loose);
    out->heads = rs_alloc((search->n + 1) * sizeof *out->heads);
    rsift_status status = n_loose && out->heads ? RSIFT_OK : rs_err_nomem(err, "the links");
    for (size_t i = 0; status == RSIFT_OK && i < search->n; i++) {
        match *best = &search->matches[i];
        if (best->rank == NO_MATCH || best->ambiguous) continue;
        bool made;
        size_t at = rs_idmap_put(&out->assets, best->asset, &made);
        if (at == RS_NPOS) {
            status = rs_err_nomem(err, "the links");
            break;
        }
        best->next = made ? UINT32_MAX : out->heads[at];
        out->heads[at] = (uint32_t)i;
        n_loose[at] += best->rank == LOOSE_MATCH;
    }
    for (size_t i = 0; status == RSIFT_OK && i < search->n; i++) {
        match *best = &search->matches[i];
        if (best->rank == LOOSE_MATCH && !best->ambiguous)
            best->ambiguous = n_loose[rs_idmap_get(&out->assets, best->asset)] > 1;
        search->links->n_ambiguous += best->ambiguous;
    }
    rs_free(n_loose);
    return status;
}

/* Copies the rows of the chosen pictures, each under the names of the missing ones it answers. */
static rsift_status copy_matches(name_search *search, rs_part *part, rsift_error *err)
{
    chosen_list chosen = {0};
    rs_result *row = NULL;
    rs_arg arg = {.type = RS_ARG_STR, .str = search->other};
    rsift_status status = choose_matches(search, &chosen, err);
    if (status == RSIFT_OK)
        status = rs_store_query(search->links->reading, rs_str_of(other_sql), &arg, 1, &row, err);
    while (status == RSIFT_OK && (status = rs_result_next(row, err)) == RSIFT_OK) {
        size_t at = rs_idmap_get(&chosen.assets, rs_result_id(row, C_ASSET_ID));
        if (at == RS_NPOS) continue;
        for (uint32_t i = chosen.heads[at]; i != UINT32_MAX; i = search->matches[i].next) {
            if (search->matches[i].ambiguous) continue;
            rs_index_links *links = search->links;
            links->items[(size_t)(&search->items[i] - links->items)].linked = true;
            if (rs_index_links_is_mine(links, search->items[i].path)) {
                put_copy(part, links->dataset, &search->items[i], row);
                links->n_linked++;
            } else {
                links->n_other_units++;
            }
        }
        chosen.heads[at] = UINT32_MAX; /* a picture of two releases has two rows: one is enough */
    }
    rs_result_close(row);
    rs_idmap_fini(&chosen.assets);
    rs_free(chosen.heads);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Links the missing pictures of one release; one part when any was found. */
static rsift_status link_release(name_search *search, rsift_error *err)
{
    /* the part's name: the same question gives the same part, another one adds its own */
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, search->other);
    if (search->links->unit.of > 1) {
        rs_hash_u64(&h, (uint64_t)search->links->unit.number);
        rs_hash_u64(&h, (uint64_t)search->links->unit.of);
    }
    for (size_t i = 0; i < search->n; i++) rs_hash_field(&h, search->items[i].path);
    char name[80], print[RS_ID_TEXT];
    snprintf(name, sizeof name, "link-%.16s-0-1", rs_id_text(print, rs_hash_end(&h)));

    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(search->links->session, &catalog, err));
    const rs_catalog_dataset *dataset = rs_catalog_find(catalog, search->links->dataset);
    search->record = rs_catalog_find(catalog, search->other);
    for (size_t i = 0; i < search->n; i++) RS_TRY(add_names(search, dataset, (uint32_t)i, err));
    RS_TRY(match_pictures(search, err));

    const int64_t before = search->links->n_linked;
    rs_part *part;
    RS_TRY(rs_part_new(search->links->writing, search->items[0].release_id, rs_str_of(name), &part,
                       err));
    rsift_status status = copy_matches(search, part, err);
    if (status == RSIFT_OK && search->links->n_linked > before) return rs_part_commit(part, err);
    rs_part_discard(part);
    return status;
}

rsift_status rs_index_link_dataset(rs_index_links *links, rs_str other, rsift_error *err)
{
    rsift_status status = RSIFT_OK;
    for (size_t begin = 0, end; status == RSIFT_OK && begin < links->n; begin = end) {
        end = rs_index_release_end(links, begin);
        name_search search = {
            .links = links, .other = other, .items = links->items + begin, .n = end - begin};
        search.matches = rs_calloc(search.n, sizeof *search.matches);
        status = search.matches ? link_release(&search, err) : rs_err_nomem(err, "the links");
        rs_strmap_fini(&search.names);
        rs_free(search.heads);
        rs_free(search.nodes);
        rs_free(search.matches);
    }
    return status;
}
