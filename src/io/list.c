/* The list of members: building it, asking it. Its entries come from folder.c and the
 * archive files; here is only what they share. */
#include "io/list.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/clean_name.h"

#include <inttypes.h>

enum { text_block = 256 * 1024, notes_alike = 20 };

rs_str rs_io_text(rs_io_tree *tree, rs_str a, rs_str b, rs_str c)
{
    size_t len;
    if (__builtin_add_overflow(a.len, b.len, &len) || __builtin_add_overflow(len, c.len, &len) ||
        len >= SIZE_MAX - text_block)
        return (rs_str){NULL, 0};
    /* a long text gets memory of its own, so that blocks are not wasted */
    if (len + 1 > text_block / 4) return rs_arena_join(&tree->arena, a, b, c);
    if ((size_t)(tree->text_end - tree->text) < len + 1) {
        char *block = rs_arena_alloc(&tree->arena, text_block);
        if (!block) return (rs_str){NULL, 0};
        tree->text = block;
        tree->text_end = block + text_block;
    }
    char *p = tree->text;
    if (a.len) memcpy(p, a.ptr, a.len);
    if (b.len) memcpy(p + a.len, b.ptr, b.len);
    if (c.len) memcpy(p + a.len + b.len, c.ptr, c.len);
    p[len] = 0;
    tree->text += len + 1;
    return (rs_str){p, len};
}

rsift_status rs_io_add_member(rs_io_tree *tree, const rs_io_member *member,
                              const rs_io_entry *entry, rsift_error *err)
{
    if (tree->n_members >= tree->limits.max_members || tree->n_members >= UINT32_MAX - 1)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than max_members = %" PRIu64 " members",
                          tree->limits.max_members);
    if (!RS_VEC_RESERVE(tree->members, tree->cap_members, tree->n_members + 1) ||
        !RS_VEC_RESERVE(tree->entries, tree->cap_entries, tree->n_members + 1))
        return rs_err_nomem(err, "the list of members");
    tree->members[tree->n_members] = *member;
    tree->entries[tree->n_members] = *entry;
    tree->n_members++;
    return RSIFT_OK;
}

rsift_status rs_io_add_file(rs_io_tree *tree, rs_str path, int64_t n_bytes, int64_t mtime_ns,
                            uint32_t *index, rsift_error *err)
{
    if (tree->n_files >= UINT32_MAX - 1 || tree->n_files >= tree->limits.max_members)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than max_members = %" PRIu64 " files",
                          tree->limits.max_members);
    if (!RS_VEC_RESERVE(tree->files, tree->cap_files, tree->n_files + 1))
        return rs_err_nomem(err, "the list of files");
    *index = (uint32_t)tree->n_files;
    tree->files[tree->n_files++] = (rs_io_file){path, n_bytes, mtime_ns};
    return RSIFT_OK;
}

rsift_status rs_io_add_note(rs_io_tree *tree, uint64_t *alike, const char *code, rs_str chain,
                            rsift_error *err, const char *fmt, ...)
{
    char message[512];
    if (alike && ++*alike > notes_alike + 1) return RSIFT_OK;
    if (!RS_VEC_RESERVE(tree->notes, tree->cap_notes, tree->n_notes + 1))
        return rs_err_nomem(err, "the list of notes");
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    if (alike && *alike == notes_alike + 1)
        snprintf(message, sizeof message, "more notes of this kind follow and are left out");
    rs_str kept = rs_io_text(tree, rs_str_of(message), RS_STR(""), RS_STR(""));
    if (!kept.ptr) return rs_err_nomem(err, "a note");
    tree->notes[tree->n_notes++] = (rs_io_note){code, chain, kept};
    return RSIFT_OK;
}

rsift_status rs_io_damaged(rsift_error *err, int64_t at, const char *what)
{
    rs_err_set(err, RSIFT_E_FORMAT, "%s", what);
    return rs_err_within(err, RSIFT_E_FORMAT, "byte %" PRId64, at);
}

rsift_status rs_io_name_member(rs_io_tree *tree, rs_io_container *container, rs_str name,
                               rs_str *path, rs_str *chain, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    bool changed = !rs_io_name_is_clean(name);
    rs_str clean = name;
    if (changed) {
        bool also;
        /* a hostile name is cut before it triples */
        if (name.len > 1 << 16) name.len = 1 << 16;
        clean = rs_io_clean_name(&tree->arena, name, &also);
    }
    *path = (rs_str){NULL, 0};
    if (!clean.ptr || clean.len == 0)
        return rs_io_add_note(tree, &container->tally.name, "member-name", container->chain, err,
                              "member left out: nothing usable in its name \"%s\"",
                              rs_err_quote(quoted, name));
    rs_str front = rs_io_text(tree, container->chain, RS_STR(" > "), clean);
    if (!front.ptr) return rs_err_nomem(err, "a member's name");
    *chain = front;
    /* path is the end of chain then: one text for both */
    if (container->prefix.len == 0) *path = rs_str_sub(front, front.len - clean.len, front.len);
    else *path = rs_io_text(tree, container->prefix, clean, RS_STR(""));
    if (!path->ptr) return rs_err_nomem(err, "a member's name");
    if (!changed) return RSIFT_OK;
    return rs_io_add_note(tree, &container->tally.name, "member-name", *chain, err,
                          "the name \"%s\" was changed", rs_err_quote(quoted, name));
}

rsift_status rs_io_check_ratio(const rs_io_tree *tree, int64_t n_packed, int64_t n_bytes,
                               rsift_error *err)
{
    const uint64_t ratio = tree->limits.max_ratio;
    if (n_bytes <= RS_IO_FREE_OF_RATIO || (uint64_t)n_bytes / ratio <= (uint64_t)n_packed)
        return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_LIMIT,
                      "%" PRId64 " bytes unpack to %" PRId64 " or more: above 1 GiB no more than "
                      "max_ratio = %" PRIu64 " to one; unpack it and open the folder",
                      n_packed, n_bytes, ratio);
}

/* Repeated names and the index ---- */

static uint32_t *index_slot(const rs_io_tree *tree, rs_str path)
{
    size_t at = (size_t)rs_hash64(path.ptr, path.len) & (tree->cap_index - 1);
    while (tree->index[at] && !rs_str_eq(tree->members[tree->index[at] - 1].path, path))
        at = (at + 1) & (tree->cap_index - 1);
    return &tree->index[at];
}

static bool same_source(const rs_io_tree *tree, size_t i, size_t j)
{
    return tree->entries[i].container != RS_IO_LOOSE &&
           tree->entries[i].container == tree->entries[j].container;
}

static rsift_status note_repeat(rs_io_tree *tree, size_t i, bool dropped, rsift_error *err)
{
    uint32_t c = tree->entries[i].container;
    uint64_t *alike =
        c == RS_IO_LOOSE ? &tree->tally.repeated : &tree->containers[c]->tally.repeated;
    return rs_io_add_note(tree, alike, "member-repeated", tree->members[i].chain, err,
                          dropped ? "stands more than once in its archive: the last one is used"
                                  : "another source has a member of the same name");
}

/* Removes members marked by path.ptr == NULL and moves the containers' ranges with them. */
static void drop_marked(rs_io_tree *tree, uint32_t *moved_to)
{
    size_t kept = 0;
    for (size_t i = 0; i < tree->n_members; i++) {
        moved_to[i] = (uint32_t)kept;
        if (!tree->members[i].path.ptr) continue;
        tree->members[kept] = tree->members[i];
        tree->entries[kept] = tree->entries[i];
        kept++;
    }
    moved_to[tree->n_members] = (uint32_t)kept;
    for (size_t c = 0; c < tree->n_containers; c++) {
        tree->containers[c]->first_member = moved_to[tree->containers[c]->first_member];
        tree->containers[c]->end_member = moved_to[tree->containers[c]->end_member];
    }
    tree->n_members = kept;
}

/* Are they of two tars? Those of WebDataset count their samples from 0 in each. */
static bool are_of_shards(const rs_io_tree *tree, size_t i, size_t j)
{
    const uint32_t a = tree->entries[i].container, b = tree->entries[j].container;
    if (a == RS_IO_LOOSE || b == RS_IO_LOOSE || a == b) return false;
    const rs_io_kind x = tree->containers[a]->kind, y = tree->containers[b]->kind;
    return (x == RS_IO_TAR || x == RS_IO_PACKED_TAR) && (y == RS_IO_TAR || y == RS_IO_PACKED_TAR);
}

/* Enters all members. Repeats between tars are counted in *n_shared and others noted; without
 * n_shared, in the last pass, it is the other way round: all others have been noted before. */
static rsift_status fill_index(rs_io_tree *tree, size_t *n_dropped, size_t *n_shared,
                               rsift_error *err)
{
    memset(tree->index, 0, tree->cap_index * sizeof *tree->index);
    *n_dropped = 0;
    if (n_shared) *n_shared = 0;
    for (size_t i = 0; i < tree->n_members; i++) {
        uint32_t *slot = index_slot(tree, tree->members[i].path);
        if (*slot == 0) {
            *slot = (uint32_t)i + 1;
            continue;
        }
        size_t before = *slot - 1;
        bool dropped = same_source(tree, i, before), shared = are_of_shards(tree, i, before);
        if (n_shared) *n_shared += shared;
        if (dropped || shared == !n_shared) RS_TRY(note_repeat(tree, i, dropped, err));
        /* of two members in one archive the later one counts, as unpacking would leave it */
        if (!dropped) continue;
        *slot = (uint32_t)i + 1;
        tree->members[before].path.ptr = NULL;
        ++*n_dropped;
    }
    return RSIFT_OK;
}

/* "a/x.tar.gz" -> "a/x/": the folder into which it would be unpacked beside others. */
static rs_str shard_folder(rs_io_tree *tree, const rs_io_container *c)
{
    static const rs_str arrow = {" > ", 3};
    rs_str name = c->chain;
    for (size_t at; (at = rs_str_find(name, arrow)) != RS_NPOS;)
        name = rs_str_sub(name, at + arrow.len, name.len);
    name = rs_str_stem(name);
    if (rs_str_ends_nocase(name, RS_STR(".tar"))) name = rs_str_sub(name, 0, name.len - 4);
    return rs_io_text(tree, c->prefix, name, RS_STR("/"));
}

/* Gives the container its folder, once. */
static bool set_folder(rs_io_tree *tree, rs_str *folders, uint32_t c)
{
    if (!folders[c].ptr) folders[c] = shard_folder(tree, tree->containers[c]);
    return folders[c].ptr != NULL;
}

/* Are all members of the tar at its top, as those of WebDataset are? */
static bool is_flat_tar(const rs_io_tree *tree, const rs_io_container *c)
{
    bool flat = c->kind == RS_IO_TAR || c->kind == RS_IO_PACKED_TAR;
    for (size_t i = c->first_member; flat && i < c->end_member; i++) {
        const rs_str path = tree->members[i].path;
        flat = rs_str_find_char(rs_str_sub(path, c->prefix.len, path.len), '/') == RS_NPOS;
    }
    return flat;
}

/* Tars that have a name in common cannot be unpacked into one folder: the members of each get the
 * folder that they would be unpacked into, and so do those of all flat tars beside them, so that
 * the shards of a release are named alike. */
static rsift_status part_shards(rs_io_tree *tree, rsift_error *err)
{
    rs_str *folders = rs_calloc(tree->n_containers + 1, sizeof *folders);
    bool good = folders != NULL;
    for (size_t i = 0; good && i < tree->n_members; i++) {
        const size_t before = *index_slot(tree, tree->members[i].path) - 1;
        if (before == i || !are_of_shards(tree, i, before)) continue;
        good = set_folder(tree, folders, tree->entries[i].container) &&
               set_folder(tree, folders, tree->entries[before].container);
    }
    for (size_t c = 0; good && c < tree->n_containers; c++)
        if (is_flat_tar(tree, tree->containers[c])) good = set_folder(tree, folders, (uint32_t)c);
    for (size_t i = 0; good && i < tree->n_members; i++) {
        const uint32_t c = tree->entries[i].container;
        if (c == RS_IO_LOOSE || !folders[c].ptr) continue;
        rs_str *path = &tree->members[i].path;
        const rs_str name = rs_str_sub(*path, tree->containers[c]->prefix.len, path->len);
        *path = rs_io_text(tree, folders[c], name, RS_STR(""));
        good = path->ptr != NULL;
    }
    rs_free(folders);
    return good ? RSIFT_OK : rs_err_nomem(err, "the index of members");
}

static rsift_status drop_repeats(rs_io_tree *tree, rsift_error *err)
{
    uint32_t *moved_to = rs_alloc((tree->n_members + 1) * sizeof *moved_to);
    if (!moved_to) return rs_err_nomem(err, "the index of members");
    drop_marked(tree, moved_to);
    rs_free(moved_to);
    return RSIFT_OK;
}

/* Takes the members out that fill_index has marked, and enters the others anew: the second pass
 * meets the same repeats between sources, which are not noted twice. */
static rsift_status drop_and_refill(rs_io_tree *tree, size_t *n_shared, rsift_error *err)
{
    size_t n_dropped;
    RS_TRY(drop_repeats(tree, err));
    const size_t n_notes = tree->n_notes;
    const rsift_status status = fill_index(tree, &n_dropped, n_shared, err);
    tree->n_notes = n_notes;
    return status;
}

rsift_status rs_io_tree_finish(rs_io_tree *tree, rsift_error *err)
{
    size_t n_dropped, n_shared, cap = 16;
    /* at most half full */
    while (cap < tree->n_members * 2) cap *= 2;
    tree->index = rs_alloc(cap * sizeof *tree->index);
    if (!tree->index) return rs_err_nomem(err, "the index of members");
    tree->cap_index = cap;
    RS_TRY(fill_index(tree, &n_dropped, &n_shared, err));
    if (n_dropped) RS_TRY(drop_and_refill(tree, &n_shared, err));
    if (n_shared == 0) return RSIFT_OK;
    RS_TRY(part_shards(tree, err));
    /* repeats inside of a tar that stood behind another one's member of that name */
    RS_TRY(fill_index(tree, &n_dropped, NULL, err));
    return n_dropped ? drop_and_refill(tree, NULL, err) : RSIFT_OK;
}

size_t rs_io_find(const rs_io_tree *tree, rs_str path)
{
    uint32_t slot = *index_slot(tree, path);
    return slot ? slot - 1 : RS_NPOS;
}

/* Asking ---- */

size_t rs_io_n_members(const rs_io_tree *tree)
{
    return tree->n_members;
}

const rs_io_member *rs_io_member_at(const rs_io_tree *tree, size_t i)
{
    RS_ASSERT(i < tree->n_members);
    return &tree->members[i];
}

size_t rs_io_n_files(const rs_io_tree *tree)
{
    return tree->n_files;
}

const rs_io_file *rs_io_file_at(const rs_io_tree *tree, size_t i)
{
    RS_ASSERT(i < tree->n_files);
    return &tree->files[i];
}

size_t rs_io_n_notes(const rs_io_tree *tree)
{
    return tree->n_notes;
}

const rs_io_note *rs_io_note_at(const rs_io_tree *tree, size_t i)
{
    RS_ASSERT(i < tree->n_notes);
    return &tree->notes[i];
}

/* ---- text ------------------------------------------------------------------------------------ */

bool rs_io_is_decoded(const rs_io_tree *tree, size_t member)
{
    static const char *const texts[] = {".json", ".jsonl", ".ndjson", ".csv", ".tsv",     ".txt",
                                        ".xml",  ".yaml",  ".yml",    ".lst", ".geojson", ".list"};
    const uint32_t c = tree->entries[member].container;
    if (c != RS_IO_LOOSE && tree->containers[c]->kind == RS_IO_ROWS) return true;
    if (!tree->encoding.len) return false;
    /* a file that is given by itself is what its reader makes of it, whatever its name says */
    if (tree->n_members == 1) return true;
    rs_str extension = rs_str_extension(tree->members[member].path);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (rs_str_eq_nocase(extension, rs_str_of(texts[i]))) return true;
    return false;
}
