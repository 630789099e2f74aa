-- A mixture: every sample of the recipe's datasets with the reason that decides it.
-- In (temporary tables): entry_cell(dataset, task, skill, entry), entry_dataset(i, dataset),
-- split_cell(dataset, task, skill, entry), recipe_split(entry, scheme, name), mix_setting,
-- licence_ok(class), list_finding(code), duplicates.sql's near_picture and near_key, sample_leak, protected_sample, pool.sql's parted_list, and what
-- usable.sql makes.
-- [split_entry]
-- Entries that name splits: the first that fits a sample.
CREATE OR REPLACE TEMP TABLE split_entry AS
SELECT s.sample_id, min(c.entry) AS entry
FROM sample s
JOIN split_cell c ON c.dataset = s.dataset AND c.task = s.task AND c.skill = coalesce(s.skill, '')
JOIN recipe_split r ON r.entry = c.entry
JOIN split p ON p.sample_id = s.sample_id AND p.name = r.name AND p.scheme = r.scheme
GROUP BY s.sample_id;
-- [leaks]
CREATE OR REPLACE TEMP TABLE mix_leak AS
SELECT sample_id, min(level) AS level,
       arg_min(benchmark || ': ' || CASE WHEN m.method IN ('bytes', 'lineage') THEN '' ELSE m.method || ', ' END || l.evidence,
               (level, rank, benchmark, l.evidence)) AS detail
FROM sample_leak l JOIN leak_method m ON m.evidence = l.method CROSS JOIN mix_setting
WHERE (NOT own OR strict)
  AND NOT (level = 1 AND keep_image) AND NOT (level = 2 AND keep_crop) AND NOT (level = 3 AND keep_scene) AND NOT (level = 4 AND keep_text)
GROUP BY sample_id;
-- [findings]
-- What was lost of a source without a sample's name: rows of a file, and findings that are only counted.
CREATE OR REPLACE TEMP TABLE mix_lost_source AS
SELECT release_id, source, string_agg(DISTINCT code, ', ' ORDER BY code) AS codes
FROM finding JOIN list_finding USING (code) WHERE sample_id IS NULL GROUP BY release_id, source;
CREATE OR REPLACE TEMP TABLE mix_eval AS
SELECT sample_id, min(benchmark) AS benchmark FROM protected_sample GROUP BY sample_id;
-- What cannot be written (render/unwritable.h): for any model "reason", for some "model:reason ..".
CREATE OR REPLACE TEMP TABLE mix_unwritable AS
SELECT sample_id, CASE
    WHEN strpos(unwritable, ':') = 0 THEN unwritable
    ELSE nullif(split_part(split_part(' ' || unwritable, ' ' || model || ':', 2), ' ', 1), '')
  END AS why
FROM sample, mix_setting WHERE unwritable IS NOT NULL;
-- Different references of a caption sample, when more than one of them is to be written: the same
-- words are one caption, whatever blanks surround them, as render/task.c counts them.
CREATE OR REPLACE TEMP TABLE reference_count AS
SELECT t.sample_id, count(DISTINCT trim(t.text, E' \t\n\v\f\r')) AS n FROM turn t, mix_setting
WHERE captions_per_image > 1 AND t.role = 'reference' AND trim(t.text, E' \t\n\v\f\r') <> '' GROUP BY t.sample_id;
-- Pictures that a comparison can see, and samples that are not told by their one picture.
CREATE OR REPLACE TEMP TABLE mix_hashed AS SELECT content_hash FROM picture_hash, mix_setting WHERE failed IS NULL AND look_near;
CREATE OR REPLACE TEMP TABLE mix_unseen AS
SELECT sa.sample_id, coalesce(bool_or(h.content_hash IS NULL) FILTER (sa.asset_role <> 'mask'), false) AS unseen
FROM sample_asset sa LEFT JOIN asset_once a ON a.asset_id = sa.asset_id LEFT JOIN mix_hashed h ON h.content_hash = a.content_hash
WHERE sa.sample_id IN (SELECT sample_id FROM sample_asset WHERE i > 0 OR asset_role = 'mask') GROUP BY sa.sample_id;
-- [candidates]
-- Of one group of parts (rs_part_groups_show), to be read as mix_candidate. `traits`: what the answer
-- counts of the kept (mix_answer.h). `denies`: a list of objects that can be believed and has none.
COPY (
SELECT s.sample_id, d.i AS dataset,
  CAST(least(coalesce(se.entry, 65535), coalesce(c.entry, 65535)) AS INTEGER) AS entry,
  CASE
    WHEN (s.role = 'eval' OR ev.sample_id IS NOT NULL) AND NOT allow_eval THEN 'eval-role'
    WHEN c.entry IS NULL AND se.entry IS NULL THEN CASE WHEN t.task IS NULL THEN 'task-not-wanted' ELSE 'split-not-wanted' END
    WHEN li.class IS NULL THEN 'licence'
    WHEN s.truth AND s.stopped_by = 'box-text-unparsed' THEN 'box-text-unparsed'
    WHEN s.fault IS NOT NULL THEN s.fault
    WHEN NOT keep_unresolved AND NOT s.found THEN 'unresolved-picture'
    WHEN u.why IS NOT NULL THEN u.why
    WHEN s.classless THEN 'classes-unknown'
    WHEN max_aspect > 0 AND s.aspect > max_aspect THEN 'picture-aspect'
    WHEN max_images > 0 AND s.n_pictures > max_images THEN 'pictures-many'
    WHEN crops AND s.n_regions > 0 AND s.width <> s.height THEN 'picture-cropped'
    WHEN l.level = 1 THEN 'leak-image'
    WHEN l.level = 2 THEN 'leak-crop'
    WHEN l.level = 3 THEN 'leak-scene'
    WHEN l.level = 4 THEN 'leak-text'
    WHEN chosen_only AND ch.sample_id IS NULL THEN 'not-chosen'
    ELSE 'kept'
  END AS reason,
  CASE reason
    WHEN 'eval-role' THEN coalesce(ev.benchmark, 'role eval')
    WHEN 'task-not-wanted' THEN s.task || coalesce(', ' || s.skill, '')
    WHEN 'licence' THEN coalesce(r.licence_class, 'unknown')
    WHEN 'annotation-incomplete' THEN coalesce(s.stopped_by, pl.code, ls.codes, 'annotations lost')
    WHEN 'serious-finding' THEN coalesce(CASE WHEN s.n_serious > 0 THEN s.stopped_by END, s.damage)
    WHEN 'leak-image' THEN l.detail WHEN 'leak-crop' THEN l.detail WHEN 'leak-scene' THEN l.detail WHEN 'leak-text' THEN l.detail
  END AS detail,
  s.picture,
  s.key_question, s.key_whole, CASE WHEN s.fault IS NULL THEN s.key_asked END AS key_asked, s.key_answer,
  CASE r.origin WHEN 'human' THEN 0 WHEN 'mixed' THEN 1 WHEN 'template' THEN 2 WHEN 'llm' THEN 3 ELSE 4 END AS origin,
  CAST(coalesce(rc.n, 1) AS INTEGER) AS n_references, CAST(coalesce(ch.repeats, 1) AS INTEGER) AS uses,
  CASE WHEN n.area IS NOT NULL THEN near_key(s.task, s.n_turns, s.n_regions, s.key_asked, s.key_answer, s.key_whole) END AS near_key,
  n.area, CASE r.licence_class WHEN 'open' THEN 0 WHEN 'research' THEN 1 WHEN 'restricted' THEN 3 ELSE 2 END AS licence,
  CASE WHEN s.role = 'eval' OR ev.sample_id IS NOT NULL THEN 0 ELSE 1 END AS open_,
  CAST(CASE WHEN s.unwritable IS NOT NULL THEN 1 ELSE 0 END
     + CASE WHEN r.release_id IS NOT NULL AND coalesce(r.licence_class, 'unknown') = 'unknown' THEN 2 ELSE 0 END
     + CASE WHEN coalesce(un.unseen, s.n_assets > 0 AND hd.content_hash IS NULL) THEN 4 ELSE 0 END AS INTEGER) AS traits,
  CASE WHEN s.fault IS NULL AND s.task IN ('detection-hbb', 'detection-obb') THEN s.complete AND s.n_regions = 0 END AS denies
FROM pictured_sample s
JOIN entry_dataset d ON d.dataset = s.dataset
CROSS JOIN mix_setting
LEFT JOIN release_once r ON r.release_id = s.release_id
LEFT JOIN licence_ok li ON li.class = coalesce(r.licence_class, 'unknown')
LEFT JOIN entry_cell c ON c.dataset = s.dataset AND c.task = s.task AND c.skill = coalesce(s.skill, '')
LEFT JOIN (SELECT DISTINCT dataset, task, skill FROM split_cell) t ON t.dataset = s.dataset AND t.task = s.task AND t.skill = coalesce(s.skill, '')
LEFT JOIN split_entry se ON se.sample_id = s.sample_id
LEFT JOIN mix_eval ev ON ev.sample_id = s.sample_id
LEFT JOIN parted_list pl ON pl.sample_id = s.sample_id
LEFT JOIN mix_lost_source ls ON ls.release_id = s.release_id AND ls.source = s.source
LEFT JOIN mix_leak l ON l.sample_id = s.sample_id
LEFT JOIN mix_choice ch ON ch.sample_id = s.sample_id
LEFT JOIN reference_count rc ON rc.sample_id = s.sample_id
LEFT JOIN mix_unwritable u ON u.sample_id = s.sample_id
LEFT JOIN near_picture n ON n.picture = s.picture
LEFT JOIN mix_hashed hd ON hd.content_hash = s.picture
LEFT JOIN mix_unseen un ON un.sample_id = s.sample_id
) TO '{tmp}/candidates.parquet' (FORMAT parquet, ROW_GROUP_SIZE 65536);
-- [asserted]
-- What pool.sql compares for conflicts: every answer of the recipe's datasets that nothing forbids to
-- believe, also of samples that are not wanted: they contradict as well.
CREATE OR REPLACE TEMP VIEW asserted AS
SELECT sample_id, picture, key_asked, key_answer FROM mix_candidate WHERE key_asked IS NOT NULL;
CREATE OR REPLACE TEMP VIEW believed AS
SELECT c.sample_id, d.dataset, c.picture, c.denies FROM mix_candidate c JOIN entry_dataset d ON d.i = c.dataset
WHERE c.denies IS NOT NULL;
-- [losers]
-- Of what is still kept: every answer that another contradicts, since not both can be true; then
-- exact duplicates, of which the best origin survives, then the smallest id. In: conflict.
CREATE OR REPLACE TEMP TABLE mix_conflict AS
SELECT sample_id, partner FROM conflict CROSS JOIN mix_setting WHERE NOT keep_conflicts;
CREATE OR REPLACE TEMP VIEW mix_kept AS
SELECT c.* FROM mix_candidate c
ANTI JOIN mix_conflict x ON x.sample_id = c.sample_id WHERE c.reason = 'kept';
-- By hashes first: nearly all samples are alone in their group.
CREATE OR REPLACE TEMP TABLE mix_group AS
WITH many AS (SELECT hash(key_whole, picture) AS h FROM mix_kept GROUP BY h HAVING count(*) > 1)
SELECT k.key_whole, k.picture FROM mix_kept k SEMI JOIN many m ON m.h = hash(k.key_whole, k.picture)
GROUP BY k.key_whole, k.picture HAVING count(*) > 1;
COPY (
SELECT sample_id, 'duplicate' AS reason, survivor AS partner FROM (
  SELECT c.sample_id, first_value(c.sample_id) OVER w AS survivor
  FROM mix_kept c JOIN mix_group USING (key_whole, picture) CROSS JOIN mix_setting
  WHERE NOT keep_duplicates
  WINDOW w AS (PARTITION BY key_whole, picture ORDER BY origin, c.sample_id))
WHERE sample_id <> survivor
UNION ALL
SELECT c.sample_id, 'answer-conflict', x.partner
FROM mix_candidate c JOIN mix_conflict x ON x.sample_id = c.sample_id WHERE c.reason = 'kept'
) TO '{tmp}/losers.parquet' (FORMAT parquet);
-- [near]
-- What is kept so far of pictures that have a pair (duplicates.sql).
CREATE OR REPLACE TEMP TABLE near_candidate AS
SELECT c.near_key AS key, c.sample_id, c.picture, c.open_, c.origin, c.area, c.licence FROM mix_kept c
ANTI JOIN read_parquet('{tmp}/losers.parquet') l ON l.sample_id = c.sample_id WHERE c.area IS NOT NULL;
-- [near_files]
COPY (SELECT sample_id, CAST(stays AS VARCHAR) || ' ' || evidence AS detail FROM near_repeat) TO '{tmp}/repeats.parquet' (FORMAT parquet);
COPY (SELECT picture, centre FROM near_member) TO '{tmp}/clusters.parquet' (FORMAT parquet);
-- [selectable]
-- Caps and budget count near-duplicate pictures as one.
SELECT c.row_, c.sample_id, c.entry, coalesce(m.centre, c.picture), c.key_question, m.centre IS NOT NULL, c.uses
FROM mix_candidate c
ANTI JOIN read_parquet('{tmp}/losers.parquet') l ON l.sample_id = c.sample_id
ANTI JOIN read_parquet('{tmp}/repeats.parquet') n ON n.sample_id = c.sample_id
LEFT JOIN read_parquet('{tmp}/clusters.parquet') m ON m.picture = c.picture
WHERE c.reason = 'kept';
-- [ledger]
SELECT c.row_, c.sample_id, coalesce(l.reason, CASE WHEN n.sample_id IS NOT NULL THEN 'duplicate-near' END, c.reason),
       coalesce(CAST(l.partner AS VARCHAR), n.detail, c.detail), c.n_references,
       c.dataset, c.traits
FROM mix_candidate c
LEFT JOIN read_parquet('{tmp}/losers.parquet') l ON l.sample_id = c.sample_id
LEFT JOIN read_parquet('{tmp}/repeats.parquet') n ON n.sample_id = c.sample_id;
-- [cells]
SELECT DISTINCT s.dataset, s.task, coalesce(s.skill, '') FROM sample s ORDER BY 1, 2, 3;
-- [per_reason]
SELECT reason, count(*) AS samples FROM ledger
WHERE mixture_id = getvariable('rsift_mixture') GROUP BY reason ORDER BY reason;
