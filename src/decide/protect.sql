-- Protected evaluation data and the pictures it is about.
-- In: want_protect(benchmark, dataset, scheme, split, source, task), want_rest(dataset).
-- A sample names its source by a part's safe name: letters, digits, '.' and '_'.
-- [samples]
CREATE OR REPLACE TEMP TABLE protected_sample AS
WITH named AS (
  SELECT DISTINCT w.benchmark, w.dataset, s.sample_id
  FROM want_protect w
  JOIN sample s ON s.dataset = w.dataset AND (w.source = '' OR s.source = regexp_replace(w.source, '[^0-9A-Za-z._-]', '_', 'g'))
                AND (w.task = '' OR s.task = w.task)
  JOIN split p ON p.sample_id = s.sample_id AND p.scheme = w.scheme AND p.name = w.split)
SELECT benchmark, dataset, sample_id FROM named
UNION ALL
SELECT s.dataset || CASE WHEN b.dataset IS NULL THEN '' ELSE ' (rest)' END, s.dataset, s.sample_id
FROM sample s JOIN want_rest r ON r.dataset = s.dataset
LEFT JOIN (SELECT DISTINCT dataset FROM want_protect) b ON b.dataset = s.dataset
WHERE s.role = 'eval' AND s.sample_id NOT IN (SELECT sample_id FROM named);
-- [pictures]
-- One row per benchmark and picture (masks are no pictures), with one of its samples as an example.
CREATE OR REPLACE TEMP TABLE protected_picture AS
SELECT p.benchmark, p.dataset, sa.asset_id, any_value(a.content_hash) AS content_hash, coalesce(any_value(a.format), '') AS format,
       bool_or(coalesce(a.state = 'found', false)) AS found, min(p.sample_id) AS sample_id
FROM protected_sample p
JOIN sample_asset sa ON sa.sample_id = p.sample_id AND sa.asset_role <> 'mask'
LEFT JOIN asset a ON a.asset_id = sa.asset_id
GROUP BY p.benchmark, p.dataset, sa.asset_id;
CREATE OR REPLACE TEMP TABLE protected_key AS
SELECT p.benchmark, p.dataset, k.key, k.relation, min(p.sample_id) AS sample_id
FROM protected_picture p JOIN asset_source k ON k.asset_id = p.asset_id
GROUP BY p.benchmark, p.dataset, k.key, k.relation;
-- [leaks]
-- Every picture that is, or comes from, a picture of protected data: 1 the same picture, 2 a crop,
-- 3 the same scene. Identity (same asset, same bytes) counts as 'content', keys as 'lineage'.
CREATE OR REPLACE TEMP TABLE picture_leak AS
WITH hit AS (
  SELECT c.asset_id, p.benchmark, p.dataset,
         CASE WHEN c.relation = 'scene' OR p.relation = 'scene' THEN 3
              WHEN c.relation = 'crop' OR p.relation = 'crop' THEN 2 ELSE 1 END AS level,
         'lineage' AS method, c.key AS evidence, p.sample_id
  FROM asset_source c JOIN protected_key p ON p.key = c.key
  UNION ALL
  SELECT asset_id, benchmark, dataset, 1, 'content', 'same picture', sample_id FROM protected_picture
  UNION ALL
  SELECT a.asset_id, p.benchmark, p.dataset, 1, 'content', 'same bytes', p.sample_id
  FROM protected_picture p JOIN asset a ON a.content_hash = p.content_hash AND a.asset_id <> p.asset_id)
SELECT asset_id, benchmark, dataset, method, level, min(evidence) AS evidence, min(sample_id) AS sample_id
FROM hit GROUP BY asset_id, benchmark, dataset, method, level;
-- [sample_leaks]
-- Candidates (not evaluation data themselves) with leaking pictures; one row per method and level.
CREATE OR REPLACE TEMP TABLE sample_leak AS
SELECT s.sample_id, s.dataset, l.benchmark, l.dataset AS of_dataset, s.dataset = l.dataset AS own,
       l.method, l.level, min(l.evidence) AS evidence, min(l.sample_id) AS b
FROM picture_leak l
JOIN sample_asset sa ON sa.asset_id = l.asset_id AND sa.asset_role <> 'mask'
JOIN sample s ON s.sample_id = sa.sample_id
WHERE s.role <> 'eval' AND s.sample_id NOT IN (SELECT sample_id FROM protected_sample)
GROUP BY s.sample_id, s.dataset, l.benchmark, l.dataset, l.method, l.level;
