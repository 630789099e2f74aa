/* The tables of a workspace: one list of columns per table, and the numbers by which rows are put.
 * The names and meanings are those of docs/architecture.md; columns may be added at the end only.
 * WORD is VARCHAR of which a part repeats few texts; it may become VARCHAR and back.
 *
 * In parts:
 *   release        one row per indexed release; sensors, gsd_m (from, to): as the catalogue states
 *                  them when it was indexed, NULL where it does not or is not sure
 *   file           files on disk that the release was read from; checked at every re-read
 *   reading        per source and pass: seen = used + merged + skipped + set_aside; parts add up;
 *                  and which version of which reader made the part
 *   asset          pictures (pixel_hash and phash stay NULL: see picture_hash); state 'found' or
 *                  'unresolved'; damage: the finding's code when the picture cannot be read, ends
 *                  early or has bands of unknown meaning, and no record may show it. Of one with
 *                  more than three bands of colour: rgb_bands, the three shown ("4,3,2", from 1),
 *                  and rgb_basis, how they are known; file_bytes and file_mtime: of the file on
 *                  disk that holds it (the picture's own or its archive), by which emit knows that
 *                  it is still the one that was indexed
 *   sample         record_hash: what sample_id is made from; key_whole and key_question: duplicate
 *                  keys without assets; file + ordinal + sub: where replay finds it; offset and
 *                  length: the record's bytes in its member, NULL when they are not one piece;
 *                  complete: its list of objects is known to be whole, NULL when no answer rests
 *                  on one;
 *                  unwritable: why no record can be made of it, by model (render/unwritable.h);
 *                  stopped_by: the finding that keeps it out of training, else one that makes its
 *                  list short; findings are capped and cannot tell;
 *                  key_asked and key_answer: what is asked and answered, spelling apart, NULL where
 *                  several answers may be true (index/answer_key.h)
 *   turn           tag_task, tag_skill, tag_rule: what the user's turn asks for by the rule that
 *                  fired (taxonomy/questions.yaml), NULL where none did; answer_form: of the answer
 *                  that follows (signals/answer_form.h), NULL where it is withheld. The views tag
 *                  and signal (views.sql) put them beside what the release says itself
 *   convention     what the numbers of boxes were decided to mean, per source and spelling; a row
 *                  without a spelling says that the source was looked through
 *   finding        n: how many findings the row stands for; rest: those beyond the cap, which are
 *                  counted and not listed
 *   picture_hash   what a picture's pixels are (image/hash.h), by the hash of its bytes: joined to
 *                  asset by content_hash, whichever release it was hashed in. The view has one row
 *                  a content: the newest version, a hash before a failure, an exact one before a
 *                  scaled one. exact: all pixels were decoded, else 1/scale and no pixel_hash and
 *                  block_hash; rule: how they became 8-bit RGB, and the bands shown ("stretch
 *                  4,3,2"); failed: the finding's code, and the columns of pixels are NULL
 * In rsift.duckdb:
 *   overlap, mixture, ledger, link
 *   picture_pair   two pictures that were proved to show the same ground, by their content hashes
 *                  (never equal): b laid in `orientation` (image/hash.h) lies on a. method pixels |
 *                  perceptual | crop, level image | crop; distance: bits of perceptual pairs; x, y,
 *                  width, height: where a crop lies, in pixels of a. Facts: a group of equal
 *                  pictures is a star around one of them, not every pair
 *   picture_look   what was compared so that picture_pair is known to be whole: every picture of
 *                  a with every picture of b, by `method` within `radius`. kind: the question
 *                  (leak, duplicate, between), a and b: names of sets of pictures in it; n_: their
 *                  pictures, seen_: of them those that the method can see; mark_: of their hashes,
 *                  by which a later run knows that they are the same; why: it was not looked at
 *   text_pair      two samples whose pictures are the same by their texts alone
 *                  (decide/text_pairs.h): a protected, b of the pool; method text, level image;
 *                  score: the share of the texts of a's picture that b's picture has too
 *   text_look      what text_pair rests on: of the protected samples of a benchmark and of the
 *                  other samples of dataset `pool` (which may be the benchmark's own), how many
 *                  have texts that could be compared (looked, pool_looked); why: fewer than all;
 *                  mark: of all texts and both sides, by which a later run knows that they are
 *                  the same */
#ifndef RS_STORE_TABLES_H
#define RS_STORE_TABLES_H

/* clang-format cannot lay out macros without commas. */
/* clang-format off */
#define RS_COLUMNS_RELEASE(X)                                                                      \
    X(release_id, VARCHAR) X(dataset, VARCHAR) X(name, VARCHAR) X(root, VARCHAR) X(role, VARCHAR)  \
    X(licence_annotations, VARCHAR) X(licence_imagery, VARCHAR) X(licence_class, VARCHAR)          \
    X(redistribution, VARCHAR) X(origin, VARCHAR) X(config, VARCHAR) X(indexed_at, VARCHAR)   \
    X(sensors, VARCHAR_LIST) X(gsd_m, DOUBLE_LIST)
#define RS_COLUMNS_FILE(X)                                                                         \
    X(file_id, UUID) X(release_id, VARCHAR) X(path, VARCHAR) X(n_bytes, BIGINT) X(mtime, BIGINT)   \
    X(hash, UUID)
#define RS_COLUMNS_READING(X)                                                                      \
    X(release_id, VARCHAR) X(source, VARCHAR) X(pass, VARCHAR) X(seen, BIGINT) X(used, BIGINT)     \
    X(merged, BIGINT) X(skipped, BIGINT) X(set_aside, BIGINT) X(reader, VARCHAR)                   \
    X(reader_version, INTEGER)
#define RS_COLUMNS_ASSET(X)                                                                        \
    X(asset_id, UUID) X(release_id, WORD) X(locator, VARCHAR) X(path, VARCHAR)                     \
    X(state, WORD) X(format, WORD) X(width, INTEGER) X(height, INTEGER) X(bands, INTEGER)          \
    X(dtype, WORD) X(n_bytes, BIGINT) X(n_frames, INTEGER) X(orientation, INTEGER)                 \
    X(gsd_m, DOUBLE) X(content_hash, UUID) X(pixel_hash, UUID) X(phash, BIGINT)                    \
    X(evidence, VARCHAR) X(member, VARCHAR) X(root, WORD) X(damage, WORD)                          \
    X(rgb_bands, WORD) X(rgb_basis, WORD) X(file_bytes, BIGINT) X(file_mtime, BIGINT)              \
    X(other_name, VARCHAR)
#define RS_COLUMNS_ASSET_SOURCE(X)                                                                 \
    X(asset_id, UUID) X(key, VARCHAR) X(relation, WORD) X(confidence, WORD)                        \
    X(evidence, VARCHAR)
#define RS_COLUMNS_SAMPLE(X)                                                                       \
    X(sample_id, UUID) X(release_id, WORD) X(dataset, WORD) X(role, WORD)                          \
    X(task, WORD) X(skill, WORD) X(release_type, WORD) X(original_id, VARCHAR)                     \
    X(locator, VARCHAR) X(n_turns, INTEGER) X(n_regions, INTEGER) X(labels, VARCHAR_LIST)          \
    X(truth, BOOLEAN) X(source, WORD) X(file, WORD) X(ordinal, BIGINT) X(sub, INTEGER)             \
    X(record_hash, UUID) X(key_whole, UUID) X(key_question, UUID) X(n_assets, INTEGER)             \
    X(n_serious, INTEGER) X(offset, BIGINT) X(length, BIGINT) X(complete, BOOLEAN)                 \
    X(unwritable, WORD) X(stopped_by, WORD) X(key_asked, UUID) X(key_answer, UUID)
#define RS_COLUMNS_SAMPLE_ASSET(X)                                                                 \
    X(sample_id, UUID) X(i, INTEGER) X(asset_id, UUID) X(asset_role, WORD)                         \
    X(stated_width, INTEGER) X(stated_height, INTEGER)
#define RS_COLUMNS_SPLIT(X) X(sample_id, UUID) X(scheme, WORD) X(name, WORD)
#define RS_COLUMNS_TURN(X)                                                                         \
    X(sample_id, UUID) X(i, INTEGER) X(role, WORD) X(text, VARCHAR) X(text_hash, BIGINT)           \
    X(lang, WORD) X(tag_task, WORD) X(tag_skill, WORD) X(answer_form, WORD)                        \
    X(tag_rule, WORD)
#define RS_COLUMNS_REGION(X)                                                                       \
    X(sample_id, UUID) X(i, INTEGER) X(asset_id, UUID) X(turn, INTEGER) X(kind, WORD)              \
    X(label, WORD) X(coords, DOUBLE_LIST) X(convention, WORD) X(flags, INTEGER)
#define RS_COLUMNS_FINDING(X)                                                                      \
    X(release_id, WORD) X(sample_id, UUID) X(asset_id, UUID) X(severity, WORD)                     \
    X(code, WORD) X(locator, VARCHAR) X(message, VARCHAR) X(n, BIGINT) X(source, WORD)             \
    X(rest, BOOLEAN)
#define RS_COLUMNS_CONVENTION(X)                                                                   \
    X(release_id, VARCHAR) X(source, VARCHAR) X(spelling, VARCHAR) X(convention, VARCHAR)          \
    X(verdict, VARCHAR) X(question, VARCHAR) X(evidence, VARCHAR) X(boxes, BIGINT)
/* picture_hash.failed of a picture that was replaced after it was hashed: its hash is stale. */
#define RS_PICTURE_HASH_CHANGED "changed"
#define RS_COLUMNS_PICTURE_HASH(X)                                                                 \
    X(content_hash, UUID) X(width, INTEGER) X(height, INTEGER) X(pixel_hash, UUID)                 \
    X(block_hash, UUID) X(phash, BLOB) X(quality, INTEGER) X(flat, BOOLEAN) X(exact, BOOLEAN)      \
    X(scale, INTEGER) X(rule, VARCHAR) X(damaged, BOOLEAN) X(blur, DOUBLE) X(no_data, DOUBLE)      \
    X(thumb, BLOB) X(version, INTEGER) X(failed, VARCHAR) X(quiet, INTEGER)
#define RS_COLUMNS_OVERLAP(X)                                                                      \
    X(kind, VARCHAR) X(a, VARCHAR) X(b, VARCHAR) X(level, VARCHAR) X(score, DOUBLE)                \
    X(evidence, VARCHAR) X(method, VARCHAR) X(transform, VARCHAR)
#define RS_COLUMNS_MIXTURE(X)                                                                      \
    X(mixture_id, VARCHAR) X(recipe_hash, VARCHAR) X(seed, BIGINT) X(version, VARCHAR)             \
    X(made_at, VARCHAR) X(name, VARCHAR) X(recipe, VARCHAR) X(format, VARCHAR)                     \
    X(model, VARCHAR)
#define RS_COLUMNS_LEDGER(X)                                                                       \
    X(mixture_id, VARCHAR) X(sample_id, UUID) X(kept, BOOLEAN) X(reason, VARCHAR)                  \
    X(detail, VARCHAR) X(n_repeats, INTEGER) X(template, VARCHAR) X(left_out, VARCHAR)
#define RS_COLUMNS_LINK(X) X(dataset, VARCHAR) X(root, VARCHAR) X(made_at, VARCHAR)
#define RS_COLUMNS_PICTURE_PAIR(X)                                                                 \
    X(a, UUID) X(b, UUID) X(method, VARCHAR) X(level, VARCHAR) X(score, DOUBLE)                    \
    X(distance, INTEGER) X(orientation, INTEGER) X(x, DOUBLE) X(y, DOUBLE) X(width, DOUBLE)        \
    X(height, DOUBLE) X(evidence, VARCHAR)
#define RS_COLUMNS_PICTURE_LOOK(X)                                                                 \
    X(kind, VARCHAR) X(a, VARCHAR) X(b, VARCHAR) X(method, VARCHAR) X(radius, INTEGER)             \
    X(n_a, BIGINT) X(n_b, BIGINT) X(seen_a, BIGINT) X(seen_b, BIGINT) X(mark_a, VARCHAR)           \
    X(mark_b, VARCHAR) X(version, INTEGER) X(why, VARCHAR)
#define RS_COLUMNS_TEXT_PAIR(X)                                                                    \
    X(a, UUID) X(b, UUID) X(method, VARCHAR) X(level, VARCHAR) X(score, DOUBLE)                    \
    X(evidence, VARCHAR)
#define RS_COLUMNS_TEXT_LOOK(X)                                                                    \
    X(benchmark, VARCHAR) X(dataset, VARCHAR) X(pool, VARCHAR) X(samples, BIGINT)                  \
    X(looked, BIGINT) X(pool_samples, BIGINT) X(pool_looked, BIGINT) X(why, VARCHAR)               \
    X(mark, VARCHAR)
/* clang-format on */

/* Tables of a part up to RS_N_TABLES, then those of rsift.duckdb. */
typedef enum rs_table {
    RS_T_RELEASE,
    RS_T_FILE,
    RS_T_READING,
    RS_T_ASSET,
    RS_T_ASSET_SOURCE,
    RS_T_SAMPLE,
    RS_T_SAMPLE_ASSET,
    RS_T_SPLIT,
    RS_T_TURN,
    RS_T_REGION,
    RS_T_FINDING,
    RS_T_CONVENTION,
    RS_T_PICTURE_HASH,
    RS_N_TABLES,
    RS_T_OVERLAP = RS_N_TABLES,
    RS_T_MIXTURE,
    RS_T_LEDGER,
    RS_T_LINK,
    RS_T_PICTURE_PAIR,
    RS_T_PICTURE_LOOK,
    RS_T_TEXT_PAIR,
    RS_T_TEXT_LOOK,
    RS_N_ALL_TABLES
} rs_table;

/* Numbers of the columns, RS_SAMPLE_task and so on, by which rows are put. A table has its own
 * range, so that a column of another table is an error and not another column. */
enum { RS_MAX_COLUMNS = 64 };
#define RS_COLUMN_NUMBERS(TABLE, COLUMN) \
    enum { RS_BEFORE_##TABLE = RS_T_##TABLE * RS_MAX_COLUMNS - 1, RS_COLUMNS_##TABLE(COLUMN) }
#define RS_NUMBER_RELEASE(name_, type_) RS_RELEASE_##name_,
#define RS_NUMBER_FILE(name_, type_) RS_FILE_##name_,
#define RS_NUMBER_READING(name_, type_) RS_READING_##name_,
#define RS_NUMBER_ASSET(name_, type_) RS_ASSET_##name_,
#define RS_NUMBER_ASSET_SOURCE(name_, type_) RS_ASSET_SOURCE_##name_,
#define RS_NUMBER_SAMPLE(name_, type_) RS_SAMPLE_##name_,
#define RS_NUMBER_SAMPLE_ASSET(name_, type_) RS_SAMPLE_ASSET_##name_,
#define RS_NUMBER_SPLIT(name_, type_) RS_SPLIT_##name_,
#define RS_NUMBER_TURN(name_, type_) RS_TURN_##name_,
#define RS_NUMBER_REGION(name_, type_) RS_REGION_##name_,
#define RS_NUMBER_FINDING(name_, type_) RS_FINDING_##name_,
#define RS_NUMBER_CONVENTION(name_, type_) RS_CONVENTION_##name_,
#define RS_NUMBER_PICTURE_HASH(name_, type_) RS_PICTURE_HASH_##name_,
#define RS_NUMBER_OVERLAP(name_, type_) RS_OVERLAP_##name_,
#define RS_NUMBER_MIXTURE(name_, type_) RS_MIXTURE_##name_,
#define RS_NUMBER_LEDGER(name_, type_) RS_LEDGER_##name_,
#define RS_NUMBER_LINK(name_, type_) RS_LINK_##name_,
#define RS_NUMBER_PICTURE_PAIR(name_, type_) RS_PICTURE_PAIR_##name_,
#define RS_NUMBER_PICTURE_LOOK(name_, type_) RS_PICTURE_LOOK_##name_,
#define RS_NUMBER_TEXT_PAIR(name_, type_) RS_TEXT_PAIR_##name_,
#define RS_NUMBER_TEXT_LOOK(name_, type_) RS_TEXT_LOOK_##name_,
RS_COLUMN_NUMBERS(RELEASE, RS_NUMBER_RELEASE);
RS_COLUMN_NUMBERS(FILE, RS_NUMBER_FILE);
RS_COLUMN_NUMBERS(READING, RS_NUMBER_READING);
RS_COLUMN_NUMBERS(ASSET, RS_NUMBER_ASSET);
RS_COLUMN_NUMBERS(ASSET_SOURCE, RS_NUMBER_ASSET_SOURCE);
RS_COLUMN_NUMBERS(SAMPLE, RS_NUMBER_SAMPLE);
RS_COLUMN_NUMBERS(SAMPLE_ASSET, RS_NUMBER_SAMPLE_ASSET);
RS_COLUMN_NUMBERS(SPLIT, RS_NUMBER_SPLIT);
RS_COLUMN_NUMBERS(TURN, RS_NUMBER_TURN);
RS_COLUMN_NUMBERS(REGION, RS_NUMBER_REGION);
RS_COLUMN_NUMBERS(FINDING, RS_NUMBER_FINDING);
RS_COLUMN_NUMBERS(CONVENTION, RS_NUMBER_CONVENTION);
RS_COLUMN_NUMBERS(PICTURE_HASH, RS_NUMBER_PICTURE_HASH);
RS_COLUMN_NUMBERS(OVERLAP, RS_NUMBER_OVERLAP);
RS_COLUMN_NUMBERS(MIXTURE, RS_NUMBER_MIXTURE);
RS_COLUMN_NUMBERS(LEDGER, RS_NUMBER_LEDGER);
RS_COLUMN_NUMBERS(LINK, RS_NUMBER_LINK);
RS_COLUMN_NUMBERS(PICTURE_PAIR, RS_NUMBER_PICTURE_PAIR);
RS_COLUMN_NUMBERS(PICTURE_LOOK, RS_NUMBER_PICTURE_LOOK);
RS_COLUMN_NUMBERS(TEXT_PAIR, RS_NUMBER_TEXT_PAIR);
RS_COLUMN_NUMBERS(TEXT_LOOK, RS_NUMBER_TEXT_LOOK);

#endif
