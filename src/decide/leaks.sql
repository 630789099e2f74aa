-- Leaks, stored and told. In: protect.sql's tables.
-- [store]
DELETE FROM overlap WHERE kind = 'leak';
INSERT INTO overlap(kind, a, b, level, score, evidence)
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
-- Two pictures can be compared by bytes when both files are here, in one format: a TIFF never equals
-- a JPEG of the same picture. By lineage when both have a name in one key space ("DOTA/P0001":
-- DOTA). By either, when their datasets are of other imagery. A name that nobody else can have sees
-- nothing. Training data of the benchmark's own dataset has the same names by nature.
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
-- Every group of a benchmark's pictures with every group of other datasets' training pictures:
-- `same_format`, `same_space` = the method can compare them.
CREATE OR REPLACE TEMP TABLE other_pool AS
SELECT g.benchmark, g.dataset, g.spaces, g.format, g.hashed AS own_hashed, h.dataset AS pool, h.spaces AS pool_spaces,
       h.format AS pool_format, h.pictures, h.hashed,
       x.a IS NOT NULL OR h.format = g.format AS same_format,
       x.a IS NOT NULL OR list_has_any(g.spaces, h.spaces) AS same_space
FROM benchmark_group g JOIN pool_group h ON h.dataset <> g.dataset
LEFT JOIN apart x ON x.a = g.dataset AND x.b = h.dataset;
-- Per group: training pictures of other datasets, and how many each method compares with.
CREATE OR REPLACE TEMP TABLE looked_group AS
SELECT g.*, coalesce(u.training, 0) AS training, coalesce(u.by_bytes, 0) AS by_bytes, coalesce(u.by_lineage, 0) AS by_lineage,
       coalesce(u.by_bytes = u.training, true) AS bytes, coalesce(u.by_lineage = u.training, true) AS lineage
FROM benchmark_group g
LEFT JOIN (SELECT benchmark, dataset, spaces, format, CAST(sum(pictures) AS BIGINT) AS training,
                  CAST(coalesce(sum(hashed) FILTER (same_format), 0) AS BIGINT) AS by_bytes,
                  CAST(coalesce(sum(pictures) FILTER (same_space), 0) AS BIGINT) AS by_lineage
           FROM other_pool GROUP BY benchmark, dataset, spaces, format) u
       ON u.benchmark = g.benchmark AND u.dataset = g.dataset AND u.spaces = g.spaces AND u.format = g.format;
-- [facts]
-- Per protected benchmark and method: pictures, those `here` for the method (a file, or a name or
-- known imagery), training pictures of other datasets, how many of them a picture that is here was
-- compared with on average, and pictures compared with all of them (`looked_at`).
CREATE OR REPLACE TEMP TABLE method_look AS
WITH look AS (
  SELECT benchmark, dataset, 'bytes' AS method, pictures, hashed AS here, training, by_bytes AS compared, bytes AS whole FROM looked_group
  UNION ALL
  SELECT benchmark, dataset, 'lineage', pictures, CASE WHEN len(spaces) > 0 OR by_lineage > 0 THEN pictures ELSE 0 END,
         training, by_lineage, lineage FROM looked_group)
SELECT benchmark, dataset, method, CAST(sum(here) AS BIGINT) AS here, max(training) AS training,
       CAST(coalesce(CASE WHEN sum(here * compared) > 0 THEN greatest(1, sum(here * compared) // sum(here)) END, 0) AS BIGINT) AS compared,
       CAST(coalesce(sum(here) FILTER (whole AND training > 0), 0) AS BIGINT) AS looked_at
FROM look GROUP BY benchmark, dataset, method;
CREATE OR REPLACE TEMP TABLE benchmark_fact AS
WITH samples AS (SELECT benchmark, dataset, count(*) AS samples FROM protected_sample GROUP BY benchmark, dataset),
pictures AS (
  SELECT benchmark, dataset, CAST(sum(pictures) AS BIGINT) AS pictures, CAST(sum(found) AS BIGINT) AS found,
         CAST(sum(pictures) FILTER (len(spaces) > 0) AS BIGINT) AS keyed
  FROM looked_group GROUP BY benchmark, dataset)
SELECT s.benchmark, s.dataset, s.samples, coalesce(p.pictures, 0) AS pictures, coalesce(p.found, 0) AS found,
       coalesce(p.keyed, 0) AS keyed, coalesce(b.looked_at, 0) AS bytes, coalesce(l.looked_at, 0) AS lineage
FROM samples s LEFT JOIN pictures p ON p.benchmark = s.benchmark AND p.dataset = s.dataset
LEFT JOIN method_look b ON b.benchmark = s.benchmark AND b.dataset = s.dataset AND b.method = 'bytes'
LEFT JOIN method_look l ON l.benchmark = s.benchmark AND l.dataset = s.dataset AND l.method = 'lineage';
-- [methods]
-- A row per benchmark and method. Clean is only what was compared whole: all pictures of the
-- benchmark with all training pictures of other datasets.
CREATE OR REPLACE TEMP TABLE method_fact AS
SELECT f.benchmark, f.dataset, m.method, f.pictures, coalesce(k.here, 0) AS here, coalesce(k.compared, 0) AS compared,
       coalesce(k.training, 0) AS training, coalesce(l.n, 0) AS n_leaks,
       CASE WHEN l.n > 0 THEN 'leaks' WHEN f.pictures > 0 AND k.looked_at = f.pictures THEN 'clean'
            WHEN k.compared > 0 THEN 'PART CHECKED' ELSE 'NOT CHECKED' END AS verdict
FROM benchmark_fact f
CROSS JOIN (VALUES ('bytes', 'content'), ('lineage', 'lineage')) m(method, evidence)
LEFT JOIN method_look k ON k.benchmark = f.benchmark AND k.dataset = f.dataset AND k.method = m.method
LEFT JOIN (SELECT benchmark, of_dataset, method, count(DISTINCT sample_id) AS n FROM sample_leak WHERE NOT own GROUP BY benchmark, of_dataset, method) l
       ON l.benchmark = f.benchmark AND l.of_dataset = f.dataset AND l.method = m.evidence;
-- [candidates]
-- The training data that could leak, and what the methods can see of it.
SELECT dataset, CAST(sum(pictures) AS BIGINT) AS pictures, CAST(sum(hashed) AS BIGINT) AS hashed,
       CAST(coalesce(sum(pictures) FILTER (len(spaces) > 0), 0) AS BIGINT) AS keyed
FROM pool_group GROUP BY dataset ORDER BY dataset;
-- [rows]
SELECT benchmark, dataset, method, pictures, here, compared, training, n_leaks, verdict
FROM method_fact ORDER BY benchmark, dataset, method;
-- [not_compared]
-- Why a method compared less than everything: of a benchmark (`name`) its pictures that are not here
-- (bytes) or have no name (lineage), or that there is no training picture of another dataset; of a
-- dataset (`name`) its training pictures that are not here, in another format than a benchmark's
-- pictures, or without a name in common with them.
WITH reason AS (
  SELECT 'bytes' AS method, 'benchmark-missing' AS reason, benchmark AS name, sum(pictures - hashed) AS pictures, benchmark
  FROM benchmark_group WHERE hashed < pictures GROUP BY benchmark
  UNION ALL
  SELECT 'lineage', 'benchmark-unnamed', benchmark, sum(pictures), benchmark
  FROM looked_group WHERE NOT lineage AND len(spaces) = 0 GROUP BY benchmark
  UNION ALL
  SELECT m.method, 'nothing-else', benchmark, sum(pictures), benchmark
  FROM looked_group CROSS JOIN (VALUES ('bytes'), ('lineage')) m(method) WHERE training = 0 GROUP BY ALL
  UNION ALL
  SELECT 'bytes', 'training-missing', pool, sum(pictures - hashed), benchmark
  FROM (SELECT DISTINCT benchmark, pool, pool_spaces, pool_format, pictures, hashed FROM other_pool WHERE hashed < pictures)
  GROUP BY pool, benchmark
  UNION ALL
  SELECT 'bytes', 'format', pool, sum(hashed), benchmark
  FROM (SELECT DISTINCT benchmark, pool, pool_spaces, pool_format, hashed FROM other_pool WHERE NOT same_format AND hashed > 0 AND own_hashed > 0)
  GROUP BY pool, benchmark
  UNION ALL
  SELECT 'lineage', 'unnamed', pool, sum(pictures), benchmark
  FROM (SELECT DISTINCT benchmark, pool, pool_spaces, pool_format, pictures FROM other_pool WHERE NOT same_space AND len(spaces) > 0)
  GROUP BY pool, benchmark)
SELECT method, reason,
       CASE reason WHEN 'benchmark-missing' THEN 'pictures of the benchmark that are not here'
            WHEN 'benchmark-unnamed' THEN 'pictures of the benchmark without a name to compare'
            WHEN 'nothing-else' THEN 'nothing else to compare with: no training picture of another dataset'
            WHEN 'training-missing' THEN 'training pictures that are not here'
            WHEN 'format' THEN 'training pictures in another file format' ELSE 'training pictures without a name in common' END AS text,
       name, CAST(max(pictures) AS BIGINT) AS pictures, list(benchmark ORDER BY benchmark) AS benchmarks
FROM reason GROUP BY method, reason, name ORDER BY method, reason, name;
-- [table]
SELECT f.benchmark, f.dataset, f.samples, f.pictures, f.found, f.keyed,
       CASE c.verdict WHEN 'leaks' THEN 'leaks ' || c.n_leaks ELSE c.verdict END AS content,
       CASE l.verdict WHEN 'leaks' THEN 'leaks ' || l.n_leaks ELSE l.verdict END AS lineage,
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
