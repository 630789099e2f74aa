-- What is indexed and usable for training, per dataset, task and skill. In: protect.sql's tables,
-- usable.sql's, and pool.sql's conflict.
-- [asserted]
-- A table: the conflicts read it three times, and a pictured_sample is joined of eight tables.
CREATE OR REPLACE TEMP TABLE asserted AS
SELECT sample_id, picture, key_asked, key_answer FROM pictured_sample WHERE key_asked IS NOT NULL AND fault IS NULL;
CREATE OR REPLACE TEMP VIEW believed AS
SELECT sample_id, dataset, picture, complete AND n_regions = 0 AS denies FROM pictured_sample
WHERE fault IS NULL AND task IN ('detection-hbb', 'detection-obb');
-- [usable]
-- Usable is what mix would keep without caps: no evaluation data, no leak, nothing that forbids it
-- (usable.sql), pictures here, writable for some model, contradicted by no other sample,
-- and one of exact duplicates: one of a dataset that may be chosen, where there is one. `elsewhere`:
-- another dataset that may be chosen holds the same. In: refused_dataset(dataset).
CREATE OR REPLACE TEMP TABLE judged_sample AS
WITH leaking AS (SELECT DISTINCT sample_id FROM sample_leak WHERE NOT own),
guarded AS (SELECT DISTINCT sample_id FROM protected_sample),
origin AS (SELECT release_id, min(CASE origin WHEN 'human' THEN 0 WHEN 'mixed' THEN 1 WHEN 'template' THEN 2 WHEN 'llm' THEN 3 ELSE 4 END) AS origin
           FROM release GROUP BY release_id),
judged AS (
  SELECT s.sample_id, s.dataset, s.task, coalesce(s.skill, '') AS skill, s.picture, s.key_whole, s.n_assets, o.origin,
         s.role = 'eval' OR g.sample_id IS NOT NULL AS eval, l.sample_id IS NOT NULL AS leaks,
         s.fault IS NOT NULL AS faulty, NOT s.found AS unresolved,
         NOT (s.role = 'eval' OR g.sample_id IS NOT NULL) AND l.sample_id IS NULL AND s.fault IS NULL AND s.found
           AND NOT s.classless AND (s.unwritable IS NULL OR strpos(s.unwritable, ':') > 0) AS good
  FROM pictured_sample s
  LEFT JOIN origin o ON o.release_id = s.release_id
  LEFT JOIN leaking l ON l.sample_id = s.sample_id
  LEFT JOIN guarded g ON g.sample_id = s.sample_id),
sound AS (
  SELECT j.* REPLACE (good AND c.sample_id IS NULL AS good), x.dataset IS NOT NULL AS refused
  FROM judged j LEFT JOIN conflict c ON c.sample_id = j.sample_id LEFT JOIN refused_dataset x ON x.dataset = j.dataset)
SELECT * EXCLUDE (refused),
       good AND row_number() OVER (PARTITION BY key_whole, picture, good ORDER BY refused, origin, sample_id) = 1 AS usable,
       coalesce(min(dataset) FILTER (good AND NOT refused) OVER (PARTITION BY key_whole, picture)
                <> max(dataset) FILTER (good AND NOT refused) OVER (PARTITION BY key_whole, picture), false) AS elsewhere
FROM sound;
-- [supply]
SELECT u.dataset, u.task, u.skill,
       count(*) AS total,
       count(*) FILTER (eval) AS eval,
       count(*) FILTER (NOT eval AND leaks) AS leaks,
       count(*) FILTER (NOT eval AND faulty) AS faulty,
       count(*) FILTER (NOT eval AND unresolved) AS unresolved,
       count(*) FILTER (usable) AS usable
FROM judged_sample u
GROUP BY u.dataset, u.task, u.skill
ORDER BY u.dataset, u.task, u.skill;
-- [releases]
SELECT dataset, min(coalesce(licence_class, 'unknown')) AS licence, min(coalesce(origin, 'unknown')) AS origin
FROM release WHERE dataset IN (SELECT dataset FROM sample) GROUP BY dataset ORDER BY dataset;
-- [warnings]
SELECT r.dataset, CAST(sum(f.n) AS BIGINT)
FROM finding f JOIN (SELECT DISTINCT release_id, dataset FROM release) r ON r.release_id = f.release_id
WHERE f.severity <> 'note' GROUP BY r.dataset ORDER BY r.dataset;
