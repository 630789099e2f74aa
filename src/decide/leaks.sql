-- Leaks, stored and told. In: protect.sql's tables.
-- [store]
DELETE FROM overlap WHERE kind = 'leak';
INSERT INTO overlap
SELECT 'leak', CAST(sample_id AS VARCHAR), CAST(b AS VARCHAR),
       CASE level WHEN 1 THEN 'image' WHEN 2 THEN 'crop' ELSE 'scene' END, 1.0, benchmark || ': ' || evidence
FROM (SELECT sample_id, benchmark, min(b) AS b, min(level) AS level, arg_min(evidence, (level, method, evidence)) AS evidence
      FROM sample_leak GROUP BY sample_id, benchmark)
ORDER BY sample_id, benchmark;
-- [facts]
-- Per protected benchmark: what there is to compare with.
CREATE OR REPLACE TEMP TABLE benchmark_fact AS
SELECT s.benchmark, min(s.dataset) AS dataset, s.samples, coalesce(p.pictures, 0) AS pictures, coalesce(p.found, 0) AS found,
       coalesce(p.hashed, 0) AS hashed, coalesce(k.keyed, 0) AS keyed
FROM (SELECT benchmark, dataset, count(*) AS samples FROM protected_sample GROUP BY benchmark, dataset) s
LEFT JOIN (SELECT benchmark, dataset, count(*) AS pictures, count(*) FILTER (found) AS found, count(content_hash) AS hashed
           FROM protected_picture GROUP BY benchmark, dataset) p ON p.benchmark = s.benchmark AND p.dataset = s.dataset
LEFT JOIN (SELECT p.benchmark, p.dataset, count(DISTINCT p.asset_id) AS keyed
           FROM protected_picture p JOIN asset_source a ON a.asset_id = p.asset_id GROUP BY p.benchmark, p.dataset) k
       ON k.benchmark = s.benchmark AND k.dataset = s.dataset
GROUP BY s.benchmark, s.dataset, s.samples, p.pictures, p.found, p.hashed, k.keyed;
-- How many of the candidates' pictures either method can look at.
CREATE OR REPLACE TEMP TABLE candidate_fact AS
SELECT count(*) AS pictures, count(a.content_hash) AS hashed,
       count(*) FILTER (c.asset_id IN (SELECT asset_id FROM asset_source)) AS keyed
FROM (SELECT DISTINCT sa.asset_id FROM sample_asset sa JOIN sample s ON s.sample_id = sa.sample_id
      WHERE s.role <> 'eval' AND sa.asset_role <> 'mask' AND s.sample_id NOT IN (SELECT sample_id FROM protected_sample)) c
LEFT JOIN asset a ON a.asset_id = c.asset_id;
-- [candidates]
SELECT * FROM candidate_fact;
-- [table]
SELECT f.benchmark, f.dataset, f.samples, f.pictures, f.found, f.keyed,
       CASE WHEN coalesce(c.n, 0) > 0 THEN 'leaks ' || c.n WHEN f.hashed = 0 OR x.hashed = 0 THEN 'NOT CHECKED'
            WHEN f.hashed < f.pictures THEN printf('clean %d of %d', f.hashed, f.pictures) ELSE 'clean' END AS content,
       CASE WHEN coalesce(l.n, 0) > 0 THEN 'leaks ' || l.n WHEN f.keyed = 0 OR x.keyed = 0 THEN 'NOT CHECKED'
            WHEN f.keyed < f.pictures THEN printf('clean %d of %d', f.keyed, f.pictures) ELSE 'clean' END AS lineage,
       coalesce(a.n, 0) AS leaks, coalesce(a.image, 0) AS image, coalesce(a.crop, 0) AS crop, coalesce(a.scene, 0) AS scene,
       coalesce(o.n, 0) AS own
FROM benchmark_fact f CROSS JOIN candidate_fact x
LEFT JOIN (SELECT benchmark, count(DISTINCT sample_id) AS n FROM sample_leak WHERE NOT own AND method = 'content' GROUP BY benchmark) c ON c.benchmark = f.benchmark
LEFT JOIN (SELECT benchmark, count(DISTINCT sample_id) AS n FROM sample_leak WHERE NOT own AND method = 'lineage' GROUP BY benchmark) l ON l.benchmark = f.benchmark
LEFT JOIN (SELECT benchmark, count(*) AS n, count(*) FILTER (level = 1) AS image, count(*) FILTER (level = 2) AS crop, count(*) FILTER (level = 3) AS scene
           FROM (SELECT sample_id, benchmark, min(level) AS level FROM sample_leak WHERE NOT own GROUP BY sample_id, benchmark) GROUP BY benchmark) a ON a.benchmark = f.benchmark
LEFT JOIN (SELECT benchmark, count(DISTINCT sample_id) AS n FROM sample_leak WHERE own GROUP BY benchmark) o ON o.benchmark = f.benchmark
ORDER BY f.benchmark, f.dataset;
-- [pairs]
-- From which dataset into which benchmark, with one pair to look at.
SELECT benchmark, dataset, own, CASE level WHEN 1 THEN 'image' WHEN 2 THEN 'crop' ELSE 'scene' END AS level,
       count(*) AS samples, min(evidence) AS evidence,
       CAST(min(sample_id) AS VARCHAR) AS example, CAST(arg_min(b, sample_id) AS VARCHAR) AS example_of
FROM (SELECT sample_id, dataset, own, benchmark, min(level) AS level, min(b) AS b, arg_min(evidence, (level, method, evidence)) AS evidence
      FROM sample_leak GROUP BY sample_id, dataset, own, benchmark)
GROUP BY benchmark, dataset, own, level ORDER BY benchmark, dataset, own, level;
-- [clean]
-- Protected samples, and whether anything the mixture keeps shares a picture with them. In:
-- kept_key(key), kept_asset(asset_id), kept_hash(content_hash).
SELECT p.benchmark, p.sample_id, bool_or(k.key IS NOT NULL OR a.asset_id IS NOT NULL OR h.content_hash IS NOT NULL) AS shared
FROM protected_sample p
JOIN sample_asset sa ON sa.sample_id = p.sample_id AND sa.asset_role <> 'mask'
LEFT JOIN (SELECT DISTINCT asset_id, key FROM asset_source) s ON s.asset_id = sa.asset_id
LEFT JOIN kept_key k ON k.key = s.key
LEFT JOIN kept_asset a ON a.asset_id = sa.asset_id
LEFT JOIN asset x ON x.asset_id = sa.asset_id
LEFT JOIN kept_hash h ON h.content_hash = x.content_hash
GROUP BY p.benchmark, p.sample_id ORDER BY p.benchmark, p.sample_id;
