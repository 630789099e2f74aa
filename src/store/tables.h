/* The tables of a part: one list of columns per table, in the order in which rows are put. The
 * names and meanings are those of docs/architecture.md; columns may be added at the end.
 *
 *   release        one row per indexed release
 *   file           files on disk that the release was read from; checked at every re-read
 *   reading        per source and pass: seen = used + merged + skipped + set_aside; parts add up;
 *                  and which version of which reader made the part
 *   asset          pictures; state 'found' or 'unresolved'
 *   sample         record_hash: what sample_id is made from; key_whole and key_question: duplicate
 *                  keys without assets; file + ordinal + sub: where replay finds it
 *   finding        n: how many findings the row stands for (1, or the rest beyond the cap)
 */
#ifndef RS_STORE_TABLES_H
#define RS_STORE_TABLES_H

/* clang-format cannot lay out macros without commas. */
/* clang-format off */
#define RS_COLUMNS_RELEASE(X)                                                                      \
    X(release_id, VARCHAR) X(dataset, VARCHAR) X(name, VARCHAR) X(root, VARCHAR) X(role, VARCHAR)  \
    X(licence_annotations, VARCHAR) X(licence_imagery, VARCHAR) X(licence_class, VARCHAR)          \
    X(redistribution, VARCHAR) X(origin, VARCHAR) X(config, VARCHAR) X(indexed_at, VARCHAR)
#define RS_COLUMNS_FILE(X)                                                                         \
    X(file_id, UUID) X(release_id, VARCHAR) X(path, VARCHAR) X(n_bytes, BIGINT) X(mtime, BIGINT)   \
    X(hash, UUID)
#define RS_COLUMNS_READING(X)                                                                      \
    X(release_id, VARCHAR) X(source, VARCHAR) X(pass, VARCHAR) X(seen, BIGINT) X(used, BIGINT)     \
    X(merged, BIGINT) X(skipped, BIGINT) X(set_aside, BIGINT) X(reader, VARCHAR)                   \
    X(reader_version, INTEGER)
#define RS_COLUMNS_ASSET(X)                                                                        \
    X(asset_id, UUID) X(release_id, VARCHAR) X(locator, VARCHAR) X(path, VARCHAR)                  \
    X(state, VARCHAR) X(format, VARCHAR) X(width, INTEGER) X(height, INTEGER) X(bands, INTEGER)    \
    X(dtype, VARCHAR) X(n_bytes, BIGINT) X(n_frames, INTEGER) X(orientation, INTEGER)              \
    X(gsd_m, DOUBLE) X(content_hash, UUID) X(pixel_hash, UUID) X(phash, BIGINT)                    \
    X(evidence, VARCHAR) X(member, VARCHAR) X(root, VARCHAR)
#define RS_COLUMNS_ASSET_SOURCE(X)                                                                 \
    X(asset_id, UUID) X(key, VARCHAR) X(relation, VARCHAR) X(confidence, VARCHAR)                  \
    X(evidence, VARCHAR)
#define RS_COLUMNS_SAMPLE(X)                                                                       \
    X(sample_id, UUID) X(release_id, VARCHAR) X(dataset, VARCHAR) X(role, VARCHAR)                 \
    X(task, VARCHAR) X(skill, VARCHAR) X(release_type, VARCHAR) X(original_id, VARCHAR)            \
    X(locator, VARCHAR) X(n_turns, INTEGER) X(n_regions, INTEGER) X(labels, VARCHAR_LIST)          \
    X(truth, BOOLEAN) X(source, VARCHAR) X(file, VARCHAR) X(ordinal, BIGINT) X(sub, INTEGER)       \
    X(record_hash, UUID) X(key_whole, UUID) X(key_question, UUID) X(n_assets, INTEGER)             \
    X(n_serious, INTEGER)
#define RS_COLUMNS_SAMPLE_ASSET(X)                                                                 \
    X(sample_id, UUID) X(i, INTEGER) X(asset_id, UUID) X(asset_role, VARCHAR)
#define RS_COLUMNS_SPLIT(X) X(sample_id, UUID) X(scheme, VARCHAR) X(name, VARCHAR)
#define RS_COLUMNS_TURN(X)                                                                         \
    X(sample_id, UUID) X(i, INTEGER) X(role, VARCHAR) X(text, VARCHAR) X(text_hash, BIGINT)        \
    X(lang, VARCHAR)
#define RS_COLUMNS_REGION(X)                                                                       \
    X(sample_id, UUID) X(i, INTEGER) X(asset_id, UUID) X(turn, INTEGER) X(kind, VARCHAR)           \
    X(label, VARCHAR) X(coords, DOUBLE_LIST) X(convention, VARCHAR) X(flags, INTEGER)
#define RS_COLUMNS_FINDING(X)                                                                      \
    X(release_id, VARCHAR) X(sample_id, UUID) X(asset_id, UUID) X(severity, VARCHAR)               \
    X(code, VARCHAR) X(locator, VARCHAR) X(message, VARCHAR) X(n, BIGINT) X(source, VARCHAR)
/* clang-format on */

#endif
