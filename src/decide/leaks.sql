-- Leaks, stored and told. In: protect.sql's tables.
-- [store]
DELETE FROM overlap WHERE kind = 'leak';
INSERT INTO overlap
SELECT 'leak', CAST(sample_id AS VARCHAR), CAST(b AS VARCHAR),
       CASE level WHEN 1 THEN 'image' WHEN 2 THEN 'crop' ELSE 'scene' END, 1.0, benchmark || ': ' || evidence
FROM (SELECT sample_id, benchmark, min(b) AS b, min(level) AS level, arg_min(evidence, (level, method, evidence)) AS evidence
      FROM sample_leak GROUP BY sample_id, benchmark)
ORDER BY sample_id, benchmark;
-- [pool]
-- The pictures of all candidates.
CREATE OR REPLACE TEMP TABLE pool_picture AS
SELECT DISTINCT sa.asset_id, s.dataset FROM sample_asset sa JOIN sample s ON s.sample_id = sa.sample_id
WHERE s.role <> 'eval' AND sa.asset_role <> 'mask' AND s.sample_id NOT IN (SELECT sample_id FROM protected_sample);
-- [looked]
-- What each method could see. In: pool_picture(asset_id, dataset), apart(a, b).
-- Bytes see a picture of a benchmark when it and every picture of the pool is here, and the other
-- dataset has files of its format: a TIFF never equals a JPEG of the same picture. Lineage sees it
-- when every picture of the pool has a name in a key space of its own ("DOTA/P0001": DOTA), or comes
-- from a dataset of other imagery. A name that nobody else can have sees nothing. Training data of
-- the benchmark's own dataset has the same names by nature.
CREATE OR REPLACE TEMP TABLE picture_space AS
SELECT asset_id, list_sort(list(DISTINCT split_part(key, '/', 1))) AS spaces
FROM asset_source WHERE confidence <> 'low' AND contains(key, '/') GROUP BY asset_id;
CREATE OR REPLACE TEMP TABLE pool_group AS
SELECT p.dataset, coalesce(s.spaces, []) AS spaces, coalesce(a.format, '') AS format, count(*) AS pictures, count(a.content_hash) AS hashed
FROM pool_picture p LEFT JOIN picture_space s ON s.asset_id = p.asset_id LEFT JOIN asset a ON a.asset_id = p.asset_id
GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE benchmark_group AS
SELECT p.benchmark, p.dataset, coalesce(s.spaces, []) AS spaces, p.format, count(*) AS pictures,
       count(*) FILTER (p.found) AS found, count(p.content_hash) AS hashed
FROM protected_picture p LEFT JOIN picture_space s ON s.asset_id = p.asset_id
GROUP BY ALL;
-- Pairs of pictures' groups that a method cannot compare, datasets of other imagery apart.
CREATE OR REPLACE TEMP TABLE other_pool AS
SELECT g.benchmark, g.dataset, g.spaces, g.format, h.dataset AS pool, h.spaces AS pool_spaces, h.format AS pool_format, h.pictures, h.hashed
FROM benchmark_group g JOIN pool_group h ON h.dataset <> g.dataset;
CREATE OR REPLACE TEMP TABLE unseen AS
SELECT 'lineage' AS method, o.* FROM other_pool o
ANTI JOIN apart x ON x.a = o.dataset AND x.b = o.pool
WHERE NOT list_has_any(spaces, pool_spaces)
UNION ALL
SELECT 'bytes', o.* FROM other_pool o WHERE hashed < pictures
UNION ALL
SELECT 'format', o.* FROM other_pool o
ANTI JOIN apart x ON x.a = o.dataset AND x.b = o.pool
ANTI JOIN pool_group h ON h.dataset = o.pool AND h.format = o.format;
CREATE OR REPLACE TEMP TABLE looked_group AS
SELECT g.*, coalesce(u.bytes, true) AS bytes, coalesce(u.lineage, true) AS lineage
FROM benchmark_group g
LEFT JOIN (SELECT benchmark, dataset, spaces, format, bool_and(method = 'lineage') AS bytes, bool_and(method <> 'lineage') AS lineage
           FROM unseen GROUP BY benchmark, dataset, spaces, format) u
       ON u.benchmark = g.benchmark AND u.dataset = g.dataset AND u.spaces = g.spaces AND u.format = g.format;
-- [facts]
-- Per protected benchmark: what there is, and how much of it each method looked at.
CREATE OR REPLACE TEMP TABLE benchmark_fact AS
WITH samples AS (SELECT benchmark, dataset, count(*) AS samples FROM protected_sample GROUP BY benchmark, dataset),
pictures AS (
  SELECT benchmark, dataset, CAST(sum(pictures) AS BIGINT) AS pictures, CAST(sum(found) AS BIGINT) AS found,
         CAST(sum(pictures) FILTER (len(spaces) > 0) AS BIGINT) AS keyed,
         CAST(sum(hashed) FILTER (bytes) AS BIGINT) AS bytes, CAST(sum(pictures) FILTER (lineage) AS BIGINT) AS lineage
  FROM looked_group GROUP BY benchmark, dataset),
pools AS (SELECT DISTINCT benchmark, dataset FROM other_pool)
-- Without training pictures of other datasets nothing was compared.
SELECT s.benchmark, s.dataset, s.samples, coalesce(p.pictures, 0) AS pictures, coalesce(p.found, 0) AS found,
       coalesce(p.keyed, 0) AS keyed,
       CASE WHEN o.dataset IS NULL THEN 0 ELSE coalesce(p.bytes, 0) END AS bytes,
       CASE WHEN o.dataset IS NULL THEN 0 ELSE coalesce(p.lineage, 0) END AS lineage
FROM samples s LEFT JOIN pictures p ON p.benchmark = s.benchmark AND p.dataset = s.dataset
LEFT JOIN pools o ON o.benchmark = s.benchmark AND o.dataset = s.dataset;
-- [methods]
-- A row per benchmark and method. Only a picture that was looked at can be clean.
CREATE OR REPLACE TEMP TABLE method_fact AS
WITH looked AS (
  SELECT benchmark, dataset, 'bytes' AS method, 'content' AS evidence, pictures, bytes AS looked_at FROM benchmark_fact
  UNION ALL
  SELECT benchmark, dataset, 'lineage', 'lineage', pictures, lineage FROM benchmark_fact)
SELECT f.benchmark, f.dataset, f.method, f.pictures, f.looked_at, coalesce(l.n, 0) AS n_leaks,
       CASE WHEN l.n > 0 THEN 'leaks ' || l.n WHEN f.looked_at = 0 THEN 'NOT CHECKED'
            WHEN f.looked_at < f.pictures THEN printf('NOT CHECKED %d of %d', f.pictures - f.looked_at, f.pictures)
            ELSE 'clean' END AS result
FROM looked f
LEFT JOIN (SELECT benchmark, of_dataset, method, count(DISTINCT sample_id) AS n FROM sample_leak WHERE NOT own GROUP BY benchmark, of_dataset, method) l
       ON l.benchmark = f.benchmark AND l.of_dataset = f.dataset AND l.method = f.evidence;
-- [candidates]
-- The training data that could leak, and what the methods can see of it.
SELECT dataset, CAST(sum(pictures) AS BIGINT) AS pictures, CAST(sum(hashed) AS BIGINT) AS hashed,
       CAST(coalesce(sum(pictures) FILTER (len(spaces) > 0), 0) AS BIGINT) AS keyed
FROM pool_group GROUP BY dataset ORDER BY dataset;
-- [rows]
SELECT benchmark, dataset, method, pictures, looked_at, n_leaks, result FROM method_fact ORDER BY benchmark, dataset, method;
-- [not_compared]
-- Why a method did not look: training pictures that are not here (bytes), that no file of a
-- benchmark's format stands beside (format), that have no name in common (lineage).
SELECT method, pool AS dataset, CAST(max(pictures) AS BIGINT) AS pictures, list(benchmark ORDER BY benchmark) AS benchmarks
FROM (SELECT method, benchmark, pool, sum(CASE method WHEN 'bytes' THEN pictures - hashed ELSE pictures END) AS pictures
      FROM (SELECT DISTINCT method, benchmark, pool, pool_spaces, pool_format, pictures, hashed FROM unseen)
      GROUP BY method, benchmark, pool)
GROUP BY method, pool ORDER BY method, pool;
-- [table]
SELECT f.benchmark, f.dataset, f.samples, f.pictures, f.found, f.keyed, c.result AS content, l.result AS lineage,
       coalesce(a.n, 0) AS leaks, coalesce(a.image, 0) AS image, coalesce(a.crop, 0) AS crop, coalesce(a.scene, 0) AS scene,
       coalesce(o.n, 0) AS own
FROM benchmark_fact f
JOIN method_fact c ON c.benchmark = f.benchmark AND c.dataset = f.dataset AND c.method = 'bytes'
JOIN method_fact l ON l.benchmark = f.benchmark AND l.dataset = f.dataset AND l.method = 'lineage'
LEFT JOIN (SELECT benchmark, of_dataset, count(*) AS n, count(*) FILTER (level = 1) AS image, count(*) FILTER (level = 2) AS crop, count(*) FILTER (level = 3) AS scene
           FROM (SELECT sample_id, benchmark, of_dataset, min(level) AS level FROM sample_leak WHERE NOT own GROUP BY sample_id, benchmark, of_dataset)
           GROUP BY benchmark, of_dataset) a ON a.benchmark = f.benchmark AND a.of_dataset = f.dataset
LEFT JOIN (SELECT benchmark, of_dataset, count(DISTINCT sample_id) AS n FROM sample_leak WHERE own GROUP BY benchmark, of_dataset) o
       ON o.benchmark = f.benchmark AND o.of_dataset = f.dataset
ORDER BY f.benchmark, f.dataset;
-- [pairs]
-- From which dataset into which benchmark, with one pair to look at.
SELECT benchmark, dataset, own, CASE level WHEN 1 THEN 'image' WHEN 2 THEN 'crop' ELSE 'scene' END AS level,
       count(*) AS samples, min(evidence) AS evidence,
       CAST(min(sample_id) AS VARCHAR) AS example, CAST(arg_min(b, sample_id) AS VARCHAR) AS example_of
FROM (SELECT sample_id, dataset, own, benchmark, min(level) AS level, min(b) AS b, arg_min(evidence, (level, method, evidence)) AS evidence
      FROM sample_leak GROUP BY sample_id, dataset, own, benchmark)
GROUP BY benchmark, dataset, own, level ORDER BY benchmark, dataset, own, level;
-- [kept]
-- The pictures that a mixture keeps, as the pool. In: the variable rsift_mixture.
CREATE OR REPLACE TEMP TABLE pool_picture AS
SELECT DISTINCT sa.asset_id, s.dataset
FROM ledger l JOIN sample s ON s.sample_id = l.sample_id JOIN sample_asset sa ON sa.sample_id = l.sample_id AND sa.asset_role <> 'mask'
WHERE l.kept AND l.mixture_id = getvariable('rsift_mixture');
CREATE OR REPLACE TEMP TABLE kept_key AS
SELECT DISTINCT s.key FROM asset_source s JOIN pool_picture p ON p.asset_id = s.asset_id;
CREATE OR REPLACE TEMP TABLE kept_hash AS
SELECT DISTINCT a.content_hash FROM asset a JOIN pool_picture p ON p.asset_id = a.asset_id WHERE a.content_hash IS NOT NULL;
-- [shared]
-- Protected samples, whether anything of the pool shares a picture with them, and which methods
-- looked at all of their pictures.
WITH picture AS (
  SELECT p.asset_id, p.benchmark, p.dataset,
         p.content_hash IS NOT NULL AND g.bytes
           AND NOT EXISTS (SELECT 1 FROM pool_group h WHERE h.dataset = p.dataset AND h.hashed < h.pictures) AS bytes,
         g.lineage,
         p.asset_id IN (SELECT asset_id FROM pool_picture)
           OR coalesce(p.content_hash IN (SELECT content_hash FROM kept_hash), false)
           OR p.asset_id IN (SELECT s.asset_id FROM asset_source s JOIN kept_key k ON k.key = s.key) AS shared
  FROM protected_picture p LEFT JOIN picture_space s ON s.asset_id = p.asset_id
  JOIN looked_group g ON g.benchmark = p.benchmark AND g.dataset = p.dataset AND g.spaces = coalesce(s.spaces, []) AND g.format = p.format)
SELECT p.benchmark, p.sample_id, bool_or(i.shared) AS shared, bool_and(i.bytes) AS bytes, bool_and(i.lineage) AS lineage
FROM protected_sample p
JOIN sample_asset sa ON sa.sample_id = p.sample_id AND sa.asset_role <> 'mask'
JOIN picture i ON i.asset_id = sa.asset_id AND i.benchmark = p.benchmark AND i.dataset = p.dataset
GROUP BY p.benchmark, p.sample_id ORDER BY p.benchmark, p.sample_id;
