-- Leaks, stored and told. In: protect.sql's tables.
-- [store]
DELETE FROM overlap WHERE kind = getvariable('rsift_near_kind');
INSERT INTO overlap
SELECT getvariable('rsift_near_kind'), CAST(sample_id AS VARCHAR), CAST(b AS VARCHAR), CASE level WHEN 1 THEN 'image' WHEN 2 THEN 'crop' WHEN 3 THEN 'scene' ELSE 'text' END,
       1.0, benchmark || ': ' || evidence, method, orientation
FROM leak_best ORDER BY sample_id, benchmark;
-- [pool]
-- The pictures of all candidates.
CREATE OR REPLACE TEMP TABLE pool_picture AS
SELECT DISTINCT sa.asset_id, s.dataset, s.source = 'own' AS own_data FROM sample_asset sa JOIN pool_sample s ON s.sample_id = sa.sample_id WHERE sa.asset_role <> 'mask';
-- [looked]
-- What bytes and lineage could see. In: pool_picture(asset_id, dataset, own_data), apart(a, b).
-- Two pictures can be compared by bytes when both files are here, in one format: a TIFF never equals
-- a JPEG of the same picture. By lineage when both have a name in one key space ("DOTA/P0001":
-- DOTA). By either, when their datasets are of other imagery. A name that nobody else can have sees
-- nothing. Training data of the benchmark's own dataset has the same names by nature.
CREATE OR REPLACE TEMP TABLE picture_space AS
SELECT asset_id, list_sort(list(DISTINCT split_part(key, '/', 1))) AS spaces
FROM asset_source WHERE confidence <> 'low' AND contains(key, '/') GROUP BY asset_id;
CREATE OR REPLACE TEMP TABLE pool_group AS
SELECT p.dataset, p.own_data, coalesce(s.spaces, []) AS spaces, coalesce(a.format, '') AS format, count(*) AS pictures, count(a.content_hash) AS hashed
FROM pool_picture p LEFT JOIN picture_space s ON s.asset_id = p.asset_id LEFT JOIN asset a ON a.asset_id = p.asset_id
GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE benchmark_group AS
SELECT p.benchmark, p.dataset, bool_and(p.official) AS official, coalesce(s.spaces, []) AS spaces, p.format, count(*) AS pictures,
       count(*) FILTER (p.found) AS found, count(p.content_hash) AS hashed
FROM protected_picture p LEFT JOIN picture_space s ON s.asset_id = p.asset_id
GROUP BY p.benchmark, p.dataset, s.spaces, p.format;
-- Every group of a benchmark's pictures with every group of training pictures: `same_format`,
-- `same_space` = the method can compare them; `own` = they are of one release. What the catalogue
-- traces says nothing of own data under the same id.
CREATE OR REPLACE TEMP TABLE every_pool AS
SELECT g.benchmark, g.dataset, g.spaces, g.format, g.pictures AS own_pictures, g.hashed AS own_hashed, h.dataset AS pool, h.own_data,
       h.spaces AS pool_spaces, h.format AS pool_format, h.pictures, h.hashed,
       h.dataset = g.dataset AND g.official AND NOT h.own_data AS own,
       x.a IS NOT NULL OR h.format = g.format AS same_format,
       x.a IS NOT NULL OR list_has_any(g.spaces, h.spaces) AS same_space
FROM benchmark_group g CROSS JOIN pool_group h
LEFT JOIN apart x ON x.a = g.dataset AND x.b = h.dataset AND g.official AND NOT h.own_data;
CREATE OR REPLACE TEMP VIEW other_pool AS SELECT * FROM every_pool WHERE NOT own;
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
-- [near]
-- What the comparisons of pixels could see of each benchmark beside each dataset of the pool. In:
-- protect.sql's near_side, look.sql's near_mark and near_hash, pool_picture, picture_look.
CREATE OR REPLACE TEMP TABLE near_own AS
SELECT p.benchmark, p.dataset, bool_and(p.official) AS official, count(*) AS pictures, count(p.content_hash) AS known, count(h.content_hash) AS hashed,
       count(*) FILTER (h.pixels) AS pixels, count(*) FILTER (h.clear) AS clear, count(*) FILTER (h.perceptual AND NOT h.clear) AS faint,
       count(*) FILTER (h.flats) AS flats, count(*) FILTER (h.changed) AS changed
FROM protected_picture p LEFT JOIN near_hash h ON h.content_hash = p.content_hash GROUP BY p.benchmark, p.dataset;
CREATE OR REPLACE TEMP TABLE near_training AS
SELECT p.dataset, p.own_data, count(*) AS pictures, count(a.content_hash) AS known, count(h.content_hash) AS hashed,
       count(*) FILTER (h.pixels) AS pixels, count(*) FILTER (h.clear) AS clear, count(*) FILTER (h.perceptual AND NOT h.clear) AS faint,
       count(*) FILTER (h.flats) AS flats, count(*) FILTER (h.changed) AS changed
FROM pool_picture p LEFT JOIN asset a ON a.asset_id = p.asset_id LEFT JOIN near_hash h ON h.content_hash = a.content_hash
GROUP BY p.dataset, p.own_data;
-- Looks whose pictures and hashes are those of today.
CREATE OR REPLACE TEMP TABLE near_valid AS
SELECT DISTINCT ON (k.a, k.b, k.method) k.a, k.b, k.method, k.radius, k.n_a, k.n_b, k.seen_a, k.seen_b, k.why FROM picture_look k
JOIN near_mark x ON x.side = 0 AND x.name = k.a AND x.mark = k.mark_a
JOIN near_mark y ON y.side = 1 AND y.name = k.b AND y.mark = k.mark_b
WHERE k.kind = getvariable('rsift_near_kind') AND k.version = getvariable('rsift_near_version')
ORDER BY k.a, k.b, k.method, k.radius DESC, k.why NULLS FIRST;
-- `seen` pictures of the benchmark were compared with `pool_seen` of the dataset. Hashes decide of two
-- pictures unless both are flat, or one is and the other nearly (`faint`): of the pictures that are
-- hashed, `undecided` are not decided beside all of the dataset.
CREATE OR REPLACE TEMP TABLE near_check AS
WITH met AS (
  SELECT o.benchmark, o.dataset, t.dataset AS pool, t.own_data, t.dataset = o.dataset AND o.official AND NOT t.own_data AS own, m.method,
         o.pictures, t.pictures AS training, v.a IS NOT NULL AS valid, v.why, v.radius, o.known, t.known AS pool_known, o.hashed, t.hashed AS pool_hashed, o.changed, t.changed AS pool_changed,
         t.flats AS pool_flats, t.faint AS pool_faint, o.clear + o.faint + o.flats AS able,
         CASE m.method WHEN 'pixels' THEN o.pixels
              WHEN 'perceptual' THEN o.clear + CASE WHEN t.flats = 0 THEN o.faint ELSE 0 END + CASE WHEN t.flats = 0 AND t.faint = 0 THEN o.flats ELSE 0 END
              ELSE coalesce(o.pictures - v.n_a + v.seen_a, 0) END AS can,
         CASE m.method WHEN 'pixels' THEN t.pixels WHEN 'perceptual' THEN t.clear + t.faint + t.flats ELSE coalesce(t.pictures - v.n_b + v.seen_b, 0) END AS pool_can
  FROM near_own o CROSS JOIN near_training t CROSS JOIN (VALUES ('pixels'), ('perceptual'), ('crop')) m(method)
  LEFT JOIN near_valid v ON v.a = o.benchmark || ' @ ' || o.dataset AND v.method = m.method
                        AND v.b = t.dataset || CASE WHEN t.own_data THEN ' (own)' ELSE '' END)
SELECT benchmark, dataset, pool, own_data, own, method, pictures, training, radius, pool_flats, pool_faint, pool_can AS pool_good,
       greatest(0, least(CASE method WHEN 'perceptual' THEN able ELSE can END, known)) AS here,
       CASE WHEN valid AND method = 'perceptual' THEN able - can ELSE 0 END AS undecided,
       CASE WHEN valid THEN greatest(0, least(can, known)) ELSE 0 END AS seen,
       CASE WHEN valid THEN greatest(0, least(pool_can, pool_known)) ELSE 0 END AS pool_seen,
       CASE WHEN why IS NOT NULL THEN why
            WHEN known = 0 OR pool_known = 0 THEN 'no picture here'
            WHEN changed > 0 THEN 'changed since it was hashed: rsift index ' || dataset || ' again'
            WHEN pool_changed > 0 THEN 'changed since it was hashed: rsift index ' || pool || ' again'
            WHEN method = 'crop' AND NOT valid THEN 'not asked for: --crops all'
            WHEN hashed < known AND method <> 'crop' THEN 'not hashed: rsift hash ' || dataset
            WHEN pool_hashed < pool_known AND method <> 'crop' THEN 'not hashed: rsift hash ' || pool
            WHEN NOT valid THEN 'not compared: rsift leaks'
            WHEN method = 'perceptual' AND able > can THEN (able - can) || ' flat: cannot be told from flat pictures of ' || pool
            WHEN can < pictures OR pool_can < training THEN
              CASE method WHEN 'pixels' THEN 'not here, damaged or not decoded in full' WHEN 'perceptual' THEN 'not here, damaged or without detail' ELSE 'not here, not readable or without detail' END
       END AS why
FROM met;
-- The same of texts, of which samples are counted. A look is of the samples that there were.
CREATE OR REPLACE TEMP TABLE text_check AS
WITH shown AS (
  SELECT s.sample_id, s.dataset, s.source = 'own' AS own_data FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.i = 0 AND sa.asset_role <> 'mask'),
own AS (
  SELECT p.benchmark, p.dataset, bool_and(p.official) AS official, count(*) AS samples FROM protected_sample p SEMI JOIN shown x ON x.sample_id = p.sample_id
  GROUP BY p.benchmark, p.dataset),
rest AS (SELECT dataset, count(*) AS samples FROM shown x ANTI JOIN protected_sample p ON p.sample_id = x.sample_id GROUP BY dataset),
pool AS (
  SELECT s.dataset, s.source = 'own' AS own_data, count(*) AS samples
  FROM pool_sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.i = 0 AND sa.asset_role <> 'mask' GROUP BY ALL)
SELECT o.benchmark, o.dataset, p.dataset AS pool, p.own_data, p.dataset = o.dataset AND o.official AND NOT p.own_data AS own, 'text' AS method,
       o.samples AS pictures, p.samples AS training, coalesce(k.looked, 0) AS seen,
       CASE WHEN k.pool_looked = k.pool_samples THEN p.samples ELSE coalesce(least(k.pool_looked, p.samples), 0) END AS pool_seen,
       CASE WHEN k.benchmark IS NULL THEN 'not compared: rsift leaks' ELSE k.why END AS why
FROM own o CROSS JOIN pool p JOIN rest r ON r.dataset = p.dataset
LEFT JOIN text_look k ON k.benchmark = o.benchmark AND k.dataset = o.dataset AND k.pool = p.dataset AND k.samples = o.samples AND k.pool_samples = r.samples;
-- [facts]
-- Per protected benchmark and method: pictures, those `here` for the method (a file, or a name or
-- known imagery), training pictures of other datasets, how many of them a picture that is here was
-- compared with on average, and pictures compared with all of them (`looked_at`).
CREATE OR REPLACE TEMP TABLE method_look AS
WITH look AS (
  SELECT benchmark, dataset, 'bytes' AS method, pictures, hashed AS here, training, by_bytes AS compared,
         CASE WHEN bytes THEN hashed ELSE 0 END AS looked, 0 AS undecided FROM looked_group
  UNION ALL
  SELECT benchmark, dataset, 'lineage', pictures, CASE WHEN len(spaces) > 0 OR by_lineage > 0 THEN pictures ELSE 0 END,
         training, by_lineage, CASE WHEN lineage THEN CASE WHEN len(spaces) > 0 OR by_lineage > 0 THEN pictures ELSE 0 END ELSE 0 END, 0 FROM looked_group
  UNION ALL
  SELECT benchmark, dataset, method, max(pictures), CAST(max(here) AS BIGINT), CAST(sum(training) AS BIGINT), CAST(sum(CASE WHEN seen > 0 THEN pool_seen ELSE 0 END) AS BIGINT),
         CASE WHEN bool_and(pool_seen = training) THEN min(seen) ELSE 0 END, max(undecided)
  FROM near_check WHERE NOT own GROUP BY benchmark, dataset, method
  UNION ALL
  SELECT benchmark, dataset, method, max(pictures), CAST(max(seen) AS BIGINT), CAST(sum(training) AS BIGINT), CAST(sum(CASE WHEN seen > 0 THEN pool_seen ELSE 0 END) AS BIGINT),
         CASE WHEN bool_and(pool_seen = training AND seen = pictures) THEN max(seen) ELSE 0 END, 0
  FROM text_check WHERE NOT own GROUP BY benchmark, dataset, method)
SELECT benchmark, dataset, method, CAST(sum(pictures) AS BIGINT) AS pictures, CAST(sum(here) AS BIGINT) AS here, max(training) AS training,
       CAST(coalesce(CASE WHEN sum(here * compared) > 0 THEN greatest(1, sum(here * compared) // sum(here)) END, 0) AS BIGINT) AS compared,
       CAST(coalesce(sum(looked) FILTER (training > 0), 0) AS BIGINT) AS looked_at,
       CAST(sum(undecided) AS BIGINT) AS undecided
FROM look GROUP BY benchmark, dataset, method;
CREATE OR REPLACE TEMP TABLE benchmark_fact AS
WITH samples AS (SELECT benchmark, dataset, count(*) AS samples FROM protected_sample GROUP BY benchmark, dataset),
pictures AS (
  SELECT benchmark, dataset, CAST(sum(pictures) AS BIGINT) AS pictures, CAST(sum(found) AS BIGINT) AS found,
         CAST(sum(pictures) FILTER (len(spaces) > 0) AS BIGINT) AS keyed
  FROM looked_group GROUP BY benchmark, dataset)
SELECT s.benchmark, s.dataset, s.samples, coalesce(p.pictures, 0) AS pictures, coalesce(p.found, 0) AS found,
       coalesce(p.keyed, 0) AS keyed, coalesce(b.looked_at, 0) AS bytes, coalesce(l.looked_at, 0) AS lineage, coalesce(n.looked_at, 0) AS perceptual,
       coalesce(x.looked_at, 0) AS pixels
FROM samples s LEFT JOIN pictures p ON p.benchmark = s.benchmark AND p.dataset = s.dataset
LEFT JOIN method_look b ON b.benchmark = s.benchmark AND b.dataset = s.dataset AND b.method = 'bytes'
LEFT JOIN method_look l ON l.benchmark = s.benchmark AND l.dataset = s.dataset AND l.method = 'lineage'
LEFT JOIN method_look n ON n.benchmark = s.benchmark AND n.dataset = s.dataset AND n.method = 'perceptual'
LEFT JOIN method_look x ON x.benchmark = s.benchmark AND x.dataset = s.dataset AND x.method = 'pixels';
-- [methods]
-- `leak_best`: one row per sample and benchmark, the worst level by the method that proves most.
CREATE OR REPLACE TEMP TABLE leak_best AS
SELECT DISTINCT ON (l.sample_id, l.benchmark) l.sample_id, l.dataset, l.own_data, l.own, l.benchmark, l.of_dataset, l.level, l.b, m.method,
       CASE WHEN m.method IN ('bytes', 'lineage') THEN l.evidence ELSE m.method || ', ' || l.evidence || CASE WHEN l.orientation > 0 THEN ', ' || o.name ELSE '' END END AS evidence,
       o.name AS orientation
FROM sample_leak l JOIN leak_method m ON m.evidence = l.method LEFT JOIN orientation_name o ON o.orientation = l.orientation
ORDER BY l.sample_id, l.benchmark, l.level, m.rank, l.evidence, l.own_data, l.of_dataset, l.dataset, l.orientation, l.b;
-- A row per benchmark and method. Clean is only what was compared whole: all pictures of the
-- benchmark with all training pictures of other datasets.
CREATE OR REPLACE TEMP TABLE method_fact AS
SELECT f.benchmark, f.dataset, m.method, coalesce(CASE m.method WHEN 'text' THEN k.pictures END, f.pictures) AS pictures, coalesce(k.here, 0) AS here, coalesce(k.compared, 0) AS compared,
       coalesce(k.training, 0) AS training, coalesce(l.n, 0) AS n_leaks, coalesce(k.undecided, 0) AS undecided,
       CASE WHEN l.n > 0 THEN 'leaks' WHEN f.pictures > 0 AND k.looked_at = k.pictures THEN 'clean'
            WHEN k.compared > 0 THEN 'PART CHECKED' ELSE 'NOT CHECKED' END AS verdict
FROM benchmark_fact f
CROSS JOIN leak_method m
LEFT JOIN method_look k ON k.benchmark = f.benchmark AND k.dataset = f.dataset AND k.method = m.method
LEFT JOIN (SELECT benchmark, of_dataset, method, count(DISTINCT sample_id) AS n FROM sample_leak WHERE NOT own GROUP BY benchmark, of_dataset, method) l
       ON l.benchmark = f.benchmark AND l.of_dataset = f.dataset AND l.method = m.evidence;
-- The same for each dataset of the pool: `looked_at` pictures of the benchmark were compared with all
-- of its pictures.
CREATE OR REPLACE TEMP TABLE pool_fact AS
WITH look AS (
  SELECT benchmark, dataset, pool, own_data, own, 'bytes' AS method, max(own_pictures) AS pictures, sum(pictures) AS training,
         CASE WHEN bool_and(same_format AND hashed = pictures) THEN max(own_hashed) ELSE 0 END AS looked_at, max(own_hashed) > 0 AND bool_or(same_format AND hashed > 0) AS part
  FROM every_pool GROUP BY benchmark, dataset, spaces, format, pool, own_data, own
  UNION ALL
  SELECT benchmark, dataset, pool, own_data, own, 'lineage', max(own_pictures), sum(pictures),
         CASE WHEN bool_and(same_space) THEN max(own_pictures) ELSE 0 END, bool_or(same_space)
  FROM every_pool GROUP BY benchmark, dataset, spaces, format, pool, own_data, own),
told AS (
  SELECT benchmark, dataset, pool, own_data, own, method, sum(pictures) AS pictures, max(training) AS training, sum(looked_at) AS looked_at, bool_or(part) AS part, 0 AS undecided,
         CASE WHEN sum(looked_at) < sum(pictures) THEN
           CASE method WHEN 'bytes' THEN 'not here, or in another file format' ELSE 'no name in common' END END AS why
  FROM look GROUP BY benchmark, dataset, pool, own_data, own, method
  UNION ALL
  SELECT benchmark, dataset, pool, own_data, own, method, pictures, training, CASE WHEN pool_seen = training THEN seen ELSE 0 END, seen > 0 AND pool_seen > 0, undecided, why
  FROM (SELECT benchmark, dataset, pool, own_data, own, method, pictures, training, seen, pool_seen, undecided, why FROM near_check
        UNION ALL SELECT benchmark, dataset, pool, own_data, own, method, pictures, training, seen, pool_seen, 0, why FROM text_check)),
n AS (
  SELECT benchmark, of_dataset, dataset, own_data, method, count(DISTINCT sample_id) AS n FROM sample_leak GROUP BY ALL)
SELECT t.benchmark, t.dataset, d.label AS pool, t.own, t.method, m.rank, CAST(t.pictures AS BIGINT) AS pictures, CAST(t.training AS BIGINT) AS training,
       CAST(t.looked_at AS BIGINT) AS looked_at, CAST(t.undecided AS BIGINT) AS undecided, coalesce(n.n, 0) AS n_leaks,
       CASE WHEN n.n > 0 THEN 'leaks' WHEN t.pictures > 0 AND t.looked_at = t.pictures THEN 'clean' WHEN t.part THEN 'PART CHECKED' ELSE 'NOT CHECKED' END AS verdict,
       CASE WHEN t.looked_at < t.pictures THEN t.why END AS why
FROM told t JOIN leak_method m ON m.method = t.method
LEFT JOIN n ON n.benchmark = t.benchmark AND n.of_dataset = t.dataset AND n.dataset = t.pool AND n.own_data = t.own_data AND n.method = m.evidence
LEFT JOIN data_name d ON d.dataset = t.pool AND d.own_data = t.own_data;
-- [candidates]
-- The training data that could leak, and what the methods can see of it.
SELECT dataset, CAST(sum(pictures) AS BIGINT) AS pictures, CAST(sum(hashed) AS BIGINT) AS hashed,
       CAST(coalesce(sum(pictures) FILTER (len(spaces) > 0), 0) AS BIGINT) AS keyed
FROM pool_group GROUP BY dataset ORDER BY dataset;
-- [checks]
SELECT benchmark, dataset, pool, own, method, pictures, training, looked_at, n_leaks, undecided, verdict, why
FROM pool_fact ORDER BY benchmark, dataset, pool, own, rank;
-- [matrix]
-- Dataset by dataset: samples of `pool` that show pictures of the protected data of `dataset`, the
-- worst level of each, and how many methods compared all of it.
WITH fact AS (
  SELECT dataset, pool, own, count(DISTINCT method) FILTER (ok) AS methods FROM (
    SELECT dataset, pool, own, method, bool_and(looked_at = pictures AND pictures > 0) AS ok FROM pool_fact GROUP BY dataset, pool, own, method)
  GROUP BY dataset, pool, own),
worst AS (
  SELECT sample_id, of_dataset, dataset, own_data, own, min(level) AS level FROM leak_best GROUP BY ALL),
n AS (
  SELECT w.of_dataset, d.label AS pool, w.own, count(*) AS leaks, count(*) FILTER (level = 1) AS image, count(*) FILTER (level = 2) AS crop,
         count(*) FILTER (level = 3) AS scene, count(*) FILTER (level = 4) AS text
  FROM worst w JOIN data_name d ON d.dataset = w.dataset AND d.own_data = w.own_data GROUP BY ALL)
SELECT f.dataset, f.pool, f.own, coalesce(n.leaks, 0) AS leaks, coalesce(n.image, 0) AS image, coalesce(n.crop, 0) AS crop, coalesce(n.scene, 0) AS scene,
       coalesce(n.text, 0) AS text, f.methods AS compared_whole
FROM fact f LEFT JOIN n ON n.of_dataset = f.dataset AND n.pool = f.pool AND n.own = f.own ORDER BY f.dataset, f.pool, f.own;
-- [rows]
SELECT benchmark, dataset, method, pictures, here, compared, training, n_leaks, undecided, verdict,
       CASE WHEN method = 'perceptual' AND verdict <> 'NOT CHECKED' THEN getvariable('rsift_near_radius') END AS radius
FROM method_fact JOIN leak_method USING (method) ORDER BY benchmark, dataset, rank;
-- [not_compared]
-- Why a method compared less than everything: of a benchmark (`name`) its pictures that are not here
-- (bytes) or have no name (lineage), or that there is no training picture of another dataset; of a
-- dataset (`name`) its training pictures that are not here, in another format than a benchmark's
-- pictures, or without a name in common with them.
WITH near_part AS (SELECT benchmark, dataset, pool FROM near_check WHERE method = 'perceptual' AND (seen < pictures OR pool_seen < training)),
reason AS (
  SELECT 'bytes' AS method, 'benchmark-missing' AS reason, benchmark AS name, sum(pictures - hashed) AS pictures, benchmark
  FROM benchmark_group WHERE hashed < pictures GROUP BY benchmark
  UNION ALL
  SELECT 'lineage', 'benchmark-unnamed', benchmark, sum(pictures), benchmark
  FROM looked_group WHERE NOT lineage AND len(spaces) = 0 GROUP BY benchmark
  UNION ALL
  SELECT m.method, 'nothing-else', benchmark, sum(pictures), benchmark
  FROM looked_group CROSS JOIN (VALUES ('bytes'), ('lineage')) m(method) WHERE training = 0 GROUP BY m.method, benchmark
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
  GROUP BY pool, benchmark
  UNION ALL
  SELECT 'pixels', 'benchmark-unhashed', dataset, max(known - hashed), benchmark FROM near_own WHERE hashed < known GROUP BY dataset, benchmark
  UNION ALL
  SELECT 'pixels', 'training-unhashed', t.dataset, max(t.known - t.hashed), o.benchmark FROM near_training t CROSS JOIN near_own o
  WHERE t.hashed < t.known GROUP BY t.dataset, o.benchmark
  UNION ALL
  SELECT 'perceptual', 'benchmark-unseen', dataset, max(hashed - clear - faint), benchmark FROM near_own n
  WHERE hashed > clear + faint AND EXISTS (SELECT 1 FROM near_part p WHERE p.benchmark = n.benchmark AND p.dataset = n.dataset) GROUP BY dataset, benchmark
  UNION ALL
  SELECT 'perceptual', 'training-unseen', t.dataset, max(t.hashed - t.clear - t.faint), o.benchmark FROM near_training t CROSS JOIN near_own o
  WHERE t.hashed > t.clear + t.faint AND EXISTS (SELECT 1 FROM near_part p WHERE p.benchmark = o.benchmark AND p.dataset = o.dataset AND p.pool = t.dataset) GROUP BY t.dataset, o.benchmark
  UNION ALL
  SELECT 'crop', 'not-asked', pool, max(training), benchmark FROM near_check WHERE method = 'crop' AND NOT own AND (seen < pictures OR pool_seen < training)
  GROUP BY pool, benchmark
  UNION ALL
  SELECT 'text', 'texts', pool, max(training), benchmark FROM text_check WHERE NOT own AND (seen < pictures OR pool_seen < training) GROUP BY pool, benchmark)
SELECT method, reason,
       CASE reason WHEN 'benchmark-missing' THEN 'pictures of the benchmark that are not here'
            WHEN 'benchmark-unnamed' THEN 'pictures of the benchmark without a name to compare'
            WHEN 'nothing-else' THEN 'nothing else to compare with: no training picture of another dataset'
            WHEN 'training-missing' THEN 'training pictures that are not here'
            WHEN 'format' THEN 'training pictures in another file format'
            WHEN 'benchmark-unhashed' THEN 'pictures of the benchmark that are not hashed (rsift hash)'
            WHEN 'training-unhashed' THEN 'training pictures that are not hashed (rsift hash)'
            WHEN 'benchmark-unseen' THEN 'pictures of the benchmark that are damaged or without detail'
            WHEN 'training-unseen' THEN 'training pictures that are damaged or without detail'
            WHEN 'texts' THEN 'samples without texts to compare, or of another script'
            WHEN 'not-asked' THEN 'not searched for pieces in full (rsift leaks --crops all)'
            ELSE 'training pictures without a name in common' END AS text,
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
SELECT benchmark, d.label AS dataset, own, CASE level WHEN 1 THEN 'image' WHEN 2 THEN 'crop' WHEN 3 THEN 'scene' ELSE 'text' END AS level,
       count(*) AS samples, min(evidence) AS evidence,
       CAST(min(sample_id) AS VARCHAR) AS example, CAST(arg_min(b, sample_id) AS VARCHAR) AS example_of, arg_min(method, (evidence, sample_id)) AS method
FROM leak_best l JOIN data_name d ON d.dataset = l.dataset AND d.own_data = l.own_data
GROUP BY benchmark, d.label, own, level ORDER BY benchmark, dataset, own, level;
-- [kept]
-- The pictures that a mixture keeps, as the pool. In: the variable rsift_mixture.
CREATE OR REPLACE TEMP TABLE pool_picture AS
SELECT DISTINCT sa.asset_id, s.dataset, s.source = 'own' AS own_data
FROM ledger l JOIN sample s ON s.sample_id = l.sample_id JOIN sample_asset sa ON sa.sample_id = l.sample_id AND sa.asset_role <> 'mask'
WHERE l.kept AND l.mixture_id = getvariable('rsift_mixture');
CREATE OR REPLACE TEMP TABLE kept_key AS
SELECT DISTINCT s.key FROM asset_source s JOIN pool_picture p ON p.asset_id = s.asset_id;
CREATE OR REPLACE TEMP TABLE kept_hash AS
SELECT DISTINCT a.content_hash FROM asset a JOIN pool_picture p ON p.asset_id = a.asset_id WHERE a.content_hash IS NOT NULL;
-- [shared]
-- Protected samples, whether anything of the pool shares a picture with them, and which methods
-- looked at all of their pictures. `undecided`: hashes of all were compared, and of one of its
-- pictures they say nothing. In: near_pair, near_member, near_link, near_check.
WITH near_kept AS (
  SELECT n.a AS content_hash FROM near_pair n JOIN kept_hash k ON k.content_hash = n.b
  UNION
  SELECT member FROM near_member m
  WHERE EXISTS (SELECT 1 FROM near_link l JOIN kept_hash k ON k.content_hash = l.b WHERE l.a = m.hub AND l.method = m.method)),
near_whole AS (
  SELECT o.benchmark, o.dataset, coalesce(bool_and(c.radius IS NOT NULL AND c.pool_good = c.training) FILTER (c.method = 'perceptual'), true) AS whole,
         coalesce(bool_or(c.pool_flats > 0), false) AS flats, coalesce(bool_or(c.pool_faint > 0), false) AS faint,
         coalesce(bool_and(c.radius IS NOT NULL AND c.pool_seen = c.training) FILTER (c.method = 'pixels'), true) AS pixels,
         coalesce(bool_and(c.radius IS NOT NULL AND c.pool_seen = c.training AND c.seen = c.pictures) FILTER (c.method = 'crop'), true) AS crop
  FROM near_own o LEFT JOIN near_check c ON c.benchmark = o.benchmark AND c.dataset = o.dataset GROUP BY o.benchmark, o.dataset),
picture AS (
  SELECT p.asset_id, p.benchmark, p.dataset,
         p.content_hash IS NOT NULL AND g.bytes
           AND NOT EXISTS (SELECT 1 FROM pool_group h WHERE h.dataset = p.dataset AND h.hashed < h.pictures) AS bytes,
         g.lineage,
         coalesce(w.whole AND (h.clear OR (h.perceptual AND NOT w.flats) OR (h.flats AND NOT w.flats AND NOT w.faint)), false) AS perceptual,
         coalesce(w.pixels AND h.pixels, false) AS pixels, coalesce(w.crop, false) AS crop,
         CASE WHEN NOT perceptual AND w.whole THEN
           CASE WHEN p.content_hash IS NULL THEN 'a picture is not here' WHEN h.changed THEN 'a picture was replaced since it was hashed: rsift index again' WHEN h.content_hash IS NULL THEN 'a picture is not hashed: rsift hash'
                WHEN h.flats OR h.perceptual THEN 'a picture is flat or nearly, as others of the mixture are' ELSE 'a picture is damaged or cannot be read' END END AS undecided,
         p.asset_id IN (SELECT asset_id FROM pool_picture)
           OR coalesce(p.content_hash IN (SELECT content_hash FROM kept_hash), false)
           OR coalesce(p.content_hash IN (SELECT content_hash FROM near_kept), false)
           OR p.asset_id IN (SELECT s.asset_id FROM asset_source s JOIN kept_key k ON k.key = s.key) AS shared
  FROM protected_picture p LEFT JOIN picture_space s ON s.asset_id = p.asset_id
  LEFT JOIN near_hash h ON h.content_hash = p.content_hash
  LEFT JOIN near_whole w ON w.benchmark = p.benchmark AND w.dataset = p.dataset
  JOIN looked_group g ON g.benchmark = p.benchmark AND g.dataset = p.dataset AND g.spaces = coalesce(s.spaces, []) AND g.format = p.format)
SELECT p.benchmark, p.sample_id, bool_or(i.shared) AS shared, bool_and(i.bytes) AS bytes, bool_and(i.lineage) AS lineage, bool_and(i.perceptual) AS perceptual,
       bool_and(i.pixels) AS pixels, bool_and(i.crop) AS crop, min(i.undecided) AS undecided
FROM protected_sample p
JOIN sample_asset sa ON sa.sample_id = p.sample_id AND sa.asset_role <> 'mask'
JOIN picture i ON i.asset_id = sa.asset_id AND i.benchmark = p.benchmark AND i.dataset = p.dataset
GROUP BY p.benchmark, p.sample_id ORDER BY p.benchmark, p.sample_id;
