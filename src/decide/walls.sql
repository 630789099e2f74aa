-- Pairs of pictures to be looked at. All pairs first (wall_pair), then an even choice (wall_chosen), then
-- what a person needs of each.
-- [leaks]
-- A row per benchmark, training dataset and two pictures whose bytes are known, with the methods that
-- found them and what the one says that proves most. Of a benchmark's sample with several pictures the
-- one that was compared counts. In: picture_leak, near_pair,
-- protected_sample.
CREATE OR REPLACE TEMP VIEW wall_training AS
SELECT sample_id, dataset FROM pool_sample;
CREATE OR REPLACE TEMP TABLE wall_pair AS
WITH laid AS (
  SELECT n.a, n.b, n.method, n.score, n.orientation, p.distance, p.x, p.y, p.width, p.height
  FROM near_pair n LEFT JOIN picture_pair p ON p.a = n.a AND p.b = n.b AND p.method = n.method AND p.level = n.level),
hit AS (
  SELECT l.benchmark, l.dataset AS a_dataset, t.dataset AS b_dataset, CASE l.method WHEN 'content' THEN 'bytes' ELSE l.method END AS method,
         l.level, l.evidence, l.asset_id, l.sample_id
  FROM picture_leak l
  JOIN (SELECT DISTINCT sa.asset_id, w.dataset FROM sample_asset sa JOIN wall_training w ON w.sample_id = sa.sample_id
        WHERE sa.asset_role <> 'mask' AND sa.asset_id IN (SELECT asset_id FROM picture_leak)) t
    ON t.asset_id = l.asset_id),
met AS (
  SELECT h.*, p.content_hash AS a, q.content_hash AS b, d.* EXCLUDE (a, b, method), d.a IS NOT NULL AS compared,
         row_number() OVER (PARTITION BY h.benchmark, h.a_dataset, h.b_dataset, h.method, h.level, h.asset_id
                            ORDER BY d.a IS NULL, p.content_hash <> q.content_hash, x.i, p.content_hash) AS turn
  FROM hit h JOIN asset q ON q.asset_id = h.asset_id
  JOIN sample_asset x ON x.sample_id = h.sample_id AND x.asset_role <> 'mask' JOIN asset p ON p.asset_id = x.asset_id
  LEFT JOIN laid d ON d.a = p.content_hash AND d.b = q.content_hash AND d.method = h.method
  WHERE p.content_hash IS NOT NULL AND q.content_hash IS NOT NULL),
found AS (
  SELECT benchmark, a_dataset, b_dataset, method, CASE level WHEN 1 THEN 'image' WHEN 2 THEN 'crop' WHEN 3 THEN 'scene' ELSE 'text' END AS level,
         evidence, a, b, CASE WHEN a = b THEN 1.0 ELSE score END AS score, distance, CASE WHEN a = b THEN 0 ELSE orientation END AS orientation,
         x, y, width, height, coalesce(list_position(['bytes', 'pixels', 'perceptual', 'crop', 'lineage'], method), 9) AS rank
  FROM met WHERE turn = 1)
SELECT benchmark, a_dataset, b_dataset, any_value(method ORDER BY rank, level, evidence) AS method, string_agg(DISTINCT method, ',' ORDER BY method) AS methods,
       any_value(level ORDER BY rank, level, evidence) AS level, any_value(evidence ORDER BY rank, level, evidence) AS evidence, a, b,
       any_value(score ORDER BY rank, level, evidence) AS score, any_value(distance ORDER BY rank, level, evidence) FILTER (method = 'perceptual') AS distance,
       any_value(orientation ORDER BY rank, level, evidence) AS orientation, CAST(NULL AS VARCHAR) AS transform,
       any_value(x ORDER BY rank, level, evidence) AS x, any_value(y ORDER BY rank, level, evidence) AS y,
       any_value(width ORDER BY rank, level, evidence) AS width, any_value(height ORDER BY rank, level, evidence) AS height
FROM found GROUP BY benchmark, a_dataset, b_dataset, a, b;
-- [leak_samples]
-- The samples that show a chosen picture: of the benchmark on its side, of the training dataset on the
-- other.
CREATE OR REPLACE TEMP TABLE wall_sample AS
SELECT DISTINCT 0 AS side, p.benchmark AS name, a.content_hash AS picture, p.sample_id
FROM protected_sample p JOIN sample_asset sa ON sa.sample_id = p.sample_id AND sa.asset_role <> 'mask' JOIN asset a ON a.asset_id = sa.asset_id
SEMI JOIN wall_chosen c ON c.a = a.content_hash AND c.benchmark = p.benchmark
UNION ALL
SELECT DISTINCT 1, w.dataset, a.content_hash, w.sample_id
FROM wall_training w JOIN sample_asset sa ON sa.sample_id = w.sample_id AND sa.asset_role <> 'mask' JOIN asset a ON a.asset_id = sa.asset_id
SEMI JOIN wall_chosen c ON c.b = a.content_hash AND c.b_dataset = w.dataset;
-- [leak_cells]
-- In: pool_fact. `own`: both are of one release.
SELECT benchmark || CASE WHEN (SELECT count(DISTINCT x.dataset) FROM pool_fact x WHERE x.benchmark = f.benchmark) > 1 THEN ' @ ' || dataset ELSE '' END AS name,
       pool || CASE WHEN own THEN ' (own training data)' ELSE '' END AS training, method,
       CASE verdict WHEN 'leaks' THEN 'leaks ' || n_leaks || CASE WHEN undecided > 0 THEN ', ' || undecided || ' of ' || pictures || ' pictures not decidable (flat)' WHEN looked_at < pictures THEN ' or more' ELSE '' END
                    WHEN 'clean' THEN 'clean (' || looked_at || ')'
                    WHEN 'PART CHECKED' THEN 'PART CHECKED (' || looked_at || ' of ' || pictures || ' with all' || coalesce(': ' || why, '') || ')'
                    ELSE 'NOT CHECKED' || coalesce(' (' || why || ')', '') END AS verdict
FROM pool_fact f ORDER BY name, pool, own, rank;
-- [duplicates]
-- A row per picture that repeats another one, in the dataset that has it. In: duplicates.sql's near_cluster.
CREATE OR REPLACE TEMP TABLE wall_pair AS
WITH of_dataset AS (
  SELECT a.content_hash AS picture, min(r.dataset) AS dataset
  FROM asset a JOIN release r ON r.release_id = a.release_id
  WHERE a.content_hash IN (SELECT centre FROM near_cluster UNION ALL SELECT picture FROM near_cluster) GROUP BY a.content_hash)
SELECT '' AS benchmark, x.dataset AS a_dataset, y.dataset AS b_dataset, p.method, p.method AS methods, 'image' AS level, p.evidence,
       p.centre AS a, p.picture AS b, p.score, nullif(p.distance, -1) AS distance, CAST(NULL AS INTEGER) AS orientation, p.transform,
       CAST(NULL AS DOUBLE) AS x, CAST(NULL AS DOUBLE) AS y, CAST(NULL AS DOUBLE) AS width, CAST(NULL AS DOUBLE) AS height
FROM near_cluster p JOIN of_dataset x ON x.picture = p.centre JOIN of_dataset y ON y.picture = p.picture;
-- [duplicate_samples]
CREATE OR REPLACE TEMP TABLE wall_sample AS
SELECT DISTINCT w.side, w.name, a.content_hash AS picture, sa.sample_id
FROM (SELECT DISTINCT 0 AS side, '' AS name, a AS picture FROM wall_chosen UNION ALL SELECT DISTINCT 1, b_dataset, b FROM wall_chosen) w
JOIN asset a ON a.content_hash = w.picture JOIN sample_asset sa ON sa.asset_id = a.asset_id AND sa.asset_role <> 'mask';
-- [duplicate_cells]
-- How many pictures of which dataset repeat one of which, and of which nothing is said. In: near_looked.
SELECT name, other, method, verdict FROM (
  SELECT a_dataset AS name, false AS missing, b_dataset AS other, method,
         count(*) || CASE WHEN count(*) = 1 THEN ' picture' ELSE ' pictures' END AS verdict
  FROM wall_pair GROUP BY a_dataset, b_dataset, method
  UNION ALL
  SELECT dataset, true, 'not compared', reason, 'NOT CHECKED (' || count(*) || CASE WHEN count(*) = 1 THEN ' picture)' ELSE ' pictures)' END
  FROM near_looked WHERE reason IS NOT NULL GROUP BY dataset, reason)
ORDER BY name, missing, other, method;
-- [choose]
-- In turn one of every benchmark, datasets and method: the least score first, which wants looking at
-- most, then by chance, which is the same whenever the pairs are. In: the variable rsift_wall_pairs.
CREATE OR REPLACE TEMP TABLE wall_chosen AS
WITH chance AS (
  SELECT *, md5(CAST(a AS VARCHAR) || CAST(b AS VARCHAR)) AS lot,
         row_number() OVER (PARTITION BY benchmark, a_dataset, b_dataset, method ORDER BY score NULLS LAST, a, b) = 1 AS least
  FROM wall_pair),
turns AS (
  SELECT *, row_number() OVER (PARTITION BY benchmark, a_dataset, b_dataset, method ORDER BY NOT least, lot, a, b) AS turn FROM chance)
SELECT * FROM turns
QUALIFY row_number() OVER (ORDER BY turn, benchmark, a_dataset, b_dataset, method, lot, a, b) <= getvariable('rsift_wall_pairs');
-- [pairs]
-- Sizes are those of the stored pixels. A picture may lie in several files: the name is that of one in
-- the dataset, if there is one.
WITH file AS (
  SELECT a.content_hash AS picture, coalesce(r.dataset, '') AS dataset, min(a.locator) AS name, any_value(a.width) AS width, any_value(a.height) AS height
  FROM asset a LEFT JOIN (SELECT release_id, min(dataset) AS dataset FROM release GROUP BY release_id) r ON r.release_id = a.release_id
  SEMI JOIN (SELECT a AS picture FROM wall_chosen UNION SELECT b FROM wall_chosen) w ON w.picture = a.content_hash
  WHERE a.state = 'found' GROUP BY a.content_hash, r.dataset),
any_file AS (
  SELECT picture, min(name) AS name, any_value(width) AS width, any_value(height) AS height FROM file GROUP BY picture),
numbered AS (
  SELECT side, name, picture, sample_id, row_number() OVER (PARTITION BY side, name, picture ORDER BY sample_id) AS i FROM wall_sample),
ids AS (
  SELECT side, name, picture, count(*) AS n,
         string_agg(replace(CAST(sample_id AS VARCHAR), '-', ''), ',' ORDER BY sample_id) FILTER (i <= getvariable('rsift_wall_ids')) AS ids
  FROM numbered GROUP BY side, name, picture)
SELECT c.benchmark, c.method, c.level, c.evidence, c.score, c.distance, c.orientation, c.transform, c.x, c.y, c.width, c.height,
       c.a, c.a_dataset, coalesce(fa.name, aa.name), aa.width, aa.height, ia.ids, coalesce(ia.n, 0),
       c.b, c.b_dataset, coalesce(fb.name, ab.name), ab.width, ab.height, ib.ids, coalesce(ib.n, 0), c.methods
FROM wall_chosen c
LEFT JOIN file fa ON fa.picture = c.a AND fa.dataset = c.a_dataset LEFT JOIN any_file aa ON aa.picture = c.a
LEFT JOIN file fb ON fb.picture = c.b AND fb.dataset = c.b_dataset LEFT JOIN any_file ab ON ab.picture = c.b
LEFT JOIN ids ia ON ia.side = 0 AND ia.picture = c.a AND ia.name = c.benchmark
LEFT JOIN ids ib ON ib.side = 1 AND ib.picture = c.b AND ib.name = c.b_dataset
ORDER BY c.benchmark, c.a_dataset, c.b_dataset, c.method, c.score NULLS LAST, c.a, c.b;
