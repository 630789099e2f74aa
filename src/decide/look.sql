-- What is compared by src/overlap, and what was compared before.
-- In: near_side(side, name, content_hash); the variables rsift_near_kind, rsift_near_radius,
-- rsift_near_version (of hashes and search together), rsift_near_hashes (of hashes).
-- [shown]
-- Which pictures the data of each dataset shows. Made once a connection, for leaks and duplicates. A
-- sample is of kind 0, that of most samples, unless it is listed with another: nothing is held for them.
CREATE TEMP TABLE IF NOT EXISTS shown_kind AS
SELECT row_number() OVER (ORDER BY n DESC, dataset, own_data, eval) - 1 AS kind, dataset, own_data, eval FROM (
  SELECT dataset, coalesce(source = 'own', false) AS own_data, coalesce(role = 'eval', true) AS eval, count(*) AS n FROM sample GROUP BY ALL);
CREATE TEMP TABLE IF NOT EXISTS shown_asset AS
WITH listed AS (
  SELECT s.sample_id, CAST(k.kind AS INTEGER) AS kind FROM sample s
  JOIN shown_kind k ON k.dataset = s.dataset AND k.own_data = coalesce(s.source = 'own', false) AND k.eval = coalesce(s.role = 'eval', true)
  WHERE k.kind > 0)
SELECT DISTINCT coalesce(l.kind, 0) AS kind, sa.asset_role = 'mask' AS mask, sa.asset_id
FROM sample_asset sa LEFT JOIN listed l ON l.sample_id = sa.sample_id;
CREATE OR REPLACE TEMP VIEW shown_picture AS
SELECT k.dataset, k.own_data, k.eval, a.mask, a.asset_id FROM shown_asset a JOIN shown_kind k ON k.kind = a.kind;
-- [hashes]
-- One row per picture and set; the hashes of each picture and which methods can see it. Flat pictures
-- are searched for each other too (`flats`), but most cannot be told apart: they are only told from
-- those that are `clear`.
CREATE OR REPLACE TEMP TABLE near_set AS
SELECT DISTINCT side, name, content_hash FROM near_side WHERE content_hash IS NOT NULL;
CREATE OR REPLACE TEMP TABLE near_hash AS
SELECT h.content_hash, h.pixel_hash, h.block_hash, h.phash,
       coalesce(h.failed IS NULL AND NOT h.damaged AND h.exact AND h.block_hash IS NOT NULL, false) AS pixels,
       coalesce(h.failed IS NULL AND NOT h.damaged AND octet_length(h.phash) = 32 AND NOT h.flat, false) AS perceptual,
       coalesce(h.failed IS NULL AND NOT h.damaged AND h.flat, false) AS flats,
       -- so far from flat that no copy of it is: of 240 real pictures near the border, edited in 17
       -- ways, none above 207 strong signs or a quiet half of 129 became flat
       perceptual AND h.quality >= 224 AND coalesce(h.quiet >= 256, false) AS clear,
       coalesce(h.failed = 'changed', false) AS changed
FROM picture_hash h SEMI JOIN near_set s ON s.content_hash = h.content_hash
WHERE h.version = getvariable('rsift_near_hashes');
-- [marks]
-- `mark`: what a set is, of its pictures and their hashes.
CREATE OR REPLACE TEMP TABLE near_mark AS
SELECT s.side, s.name, count(*) AS n, count(*) FILTER (h.pixels) AS pixels, count(*) FILTER (h.perceptual) AS perceptual,
       format('{:016x}', bit_xor(hash(s.content_hash, h.block_hash, h.pixel_hash, h.phash, h.pixels, h.perceptual, h.flats, h.changed))) AS mark
FROM near_set s LEFT JOIN near_hash h ON h.content_hash = s.content_hash GROUP BY s.side, s.name;
-- [between]
CREATE OR REPLACE TEMP TABLE near_meet AS
SELECT a.name AS a, b.name AS b, a.n AS n_a, b.n AS n_b, a.mark AS mark_a, b.mark AS mark_b,
       a.pixels AS pixels_a, b.pixels AS pixels_b, a.perceptual AS perceptual_a, b.perceptual AS perceptual_b
FROM near_mark a JOIN near_mark b ON a.side = 0 AND b.side = 1;
-- [within]
CREATE OR REPLACE TEMP TABLE near_meet AS
SELECT a.name AS a, b.name AS b, a.n AS n_a, b.n AS n_b, a.mark AS mark_a, b.mark AS mark_b,
       a.pixels AS pixels_a, b.pixels AS pixels_b, a.perceptual AS perceptual_a, b.perceptual AS perceptual_b
FROM near_mark a JOIN near_mark b ON a.side = 0 AND b.side = 0 AND a.name <= b.name;
-- [old]
-- Pairs that were proved by other hashes or another search are no facts of these.
DELETE FROM picture_pair WHERE EXISTS (SELECT 1 FROM picture_look WHERE version <> getvariable('rsift_near_version'));
DELETE FROM picture_look WHERE EXISTS (SELECT 1 FROM picture_look WHERE version <> getvariable('rsift_near_version'));
-- [stale]
-- The looks that are wanted and not known.
CREATE OR REPLACE TEMP TABLE near_stale AS
SELECT getvariable('rsift_near_kind') AS kind, m.a, m.b, w.method, w.radius, n_a, n_b,
       CASE w.method WHEN 'pixels' THEN pixels_a ELSE perceptual_a END AS seen_a,
       CASE w.method WHEN 'pixels' THEN pixels_b ELSE perceptual_b END AS seen_b,
       mark_a, mark_b, getvariable('rsift_near_version') AS version, NULL AS why
FROM near_meet m CROSS JOIN (VALUES ('pixels', 0), ('perceptual', getvariable('rsift_near_radius'))) w(method, radius)
WHERE NOT EXISTS (
  SELECT 1 FROM picture_look k
  WHERE k.kind = getvariable('rsift_near_kind') AND k.a = m.a AND k.b = m.b AND k.method = w.method
    AND k.radius >= w.radius AND k.mark_a = m.mark_a AND k.mark_b = m.mark_b AND k.version = getvariable('rsift_near_version'));
-- [count_stale]
SELECT count(*) FROM near_stale;
-- [work]
-- The pictures of stale looks that a method sees, each side by content hash. near_held is numbered.
CREATE OR REPLACE TEMP TABLE near_name AS
SELECT DISTINCT 0 AS side, a AS name FROM near_stale
UNION
SELECT CASE WHEN EXISTS (SELECT 1 FROM near_set WHERE side = 1) THEN 1 ELSE 0 END, b FROM near_stale;
CREATE OR REPLACE TEMP TABLE near_work AS
SELECT DISTINCT s.side, s.content_hash FROM near_set s SEMI JOIN near_name n ON n.side = s.side AND n.name = s.name;
CREATE OR REPLACE TEMP TABLE near_held AS
SELECT row_number() OVER (ORDER BY h.content_hash) - 1 AS i, h.content_hash, h.phash
FROM near_hash h JOIN near_work w ON w.side = 0 AND w.content_hash = h.content_hash WHERE h.perceptual ORDER BY 1;
CREATE OR REPLACE TEMP TABLE near_pool AS
SELECT row_number() OVER (ORDER BY h.content_hash) - 1 AS i, h.content_hash, h.phash
FROM near_hash h JOIN near_work w ON w.side = 1 AND w.content_hash = h.content_hash WHERE h.perceptual ORDER BY 1;
-- [held]
SELECT content_hash, phash FROM near_held ORDER BY i;
-- [flats]
-- Flat pictures of both sides.
SELECT w.side, h.content_hash, any_value(p.thumb) AS thumb
FROM near_hash h JOIN near_work w ON w.content_hash = h.content_hash JOIN picture_hash p ON p.content_hash = h.content_hash
WHERE h.flats GROUP BY w.side, h.content_hash;
-- [pixels]
-- Stage 0: a star around the first picture of side 0 that has the key. Equal pixels laid alike are
-- told by pixel_hash; how the others lie is found on their thumbnails.
CREATE OR REPLACE TEMP TABLE near_equal AS
WITH held AS (
  SELECT h.content_hash, h.block_hash, h.pixel_hash FROM near_hash h JOIN near_work w ON w.side = 0 AND w.content_hash = h.content_hash WHERE h.pixels),
hub AS (
  SELECT block_hash, min(content_hash) AS a, arg_min(pixel_hash, content_hash) AS pixel_hash FROM held GROUP BY block_hash),
other AS (
  SELECT DISTINCT h.content_hash, h.block_hash, h.pixel_hash FROM near_hash h SEMI JOIN near_work w ON w.content_hash = h.content_hash WHERE h.pixels)
SELECT hub.a, o.content_hash AS b, coalesce(o.pixel_hash = hub.pixel_hash, false) AS same
FROM hub JOIN other o ON o.block_hash = hub.block_hash AND o.content_hash <> hub.a;
INSERT INTO picture_pair(a, b, method, level, score, distance, orientation, evidence)
SELECT a, b, 'pixels', 'image', 1.0, 0, 0, 'equal pixels' FROM near_equal WHERE same ORDER BY a, b;
-- [turned]
SELECT a, b FROM near_equal WHERE NOT same ORDER BY a, b;
-- [thumbs]
-- In: near_want(content_hash).
SELECT p.content_hash, p.thumb FROM picture_hash p SEMI JOIN near_want w ON w.content_hash = p.content_hash
WHERE p.version = getvariable('rsift_near_hashes') AND octet_length(p.thumb) = 4096;
-- [finish]
-- Every pair once, in order; then what was compared.
CREATE OR REPLACE TEMP TABLE near_once AS
SELECT DISTINCT ON (a, b, method) * FROM picture_pair ORDER BY a, b, method, score DESC, orientation, x, y, evidence;
DELETE FROM picture_pair;
INSERT INTO picture_pair SELECT * FROM near_once ORDER BY a, b, method;
DELETE FROM picture_look k WHERE EXISTS (SELECT 1 FROM near_stale s WHERE s.kind = k.kind AND s.a = k.a AND s.b = k.b AND s.method = k.method);
INSERT INTO picture_look SELECT * FROM near_stale ORDER BY kind, a, b, method;
DROP TABLE near_once;
-- [crops]
-- Where pieces are to be looked for and were not. In: near_suspect(a, b); the variable
-- rsift_near_crops: 'all', or 'auto': all of suspect pairs of sets, and a first sample of others of
-- different data whose first side is small. What could not be read is only looked at again by 'all'.
CREATE OR REPLACE TEMP TABLE near_size AS
SELECT content_hash, max(CAST(width AS BIGINT) * height) AS pixels FROM asset SEMI JOIN near_set USING (content_hash) GROUP BY content_hash;
CREATE OR REPLACE TEMP TABLE near_crop AS
WITH size AS (SELECT s.side, s.name, coalesce(sum(z.pixels), 0) AS pixels FROM near_set s LEFT JOIN near_size z USING (content_hash) GROUP BY s.side, s.name),
want AS (
  SELECT m.a, m.b, m.n_a, m.n_b, m.mark_a, m.mark_b,
         CASE WHEN getvariable('rsift_near_crops') = 'all' OR EXISTS (SELECT 1 FROM near_suspect s WHERE s.a = m.a AND s.b = m.b) THEN 'all'
              WHEN z.pixels <= 250000000 AND NOT starts_with(m.a, m.b || ' @ ') AND NOT ends_with(m.a, ' @ ' || m.b) THEN 'sample' ELSE 'none' END AS how
  FROM near_meet m JOIN size z ON z.side = 0 AND z.name = m.a)
SELECT w.*, row_number() OVER (ORDER BY w.a, w.b) - 1 AS i FROM want w
WHERE how <> 'none' AND NOT EXISTS (
  SELECT 1 FROM picture_look k
  WHERE k.kind = getvariable('rsift_near_kind') AND k.method = 'crop' AND k.a = w.a AND k.b = w.b AND k.mark_a = w.mark_a AND k.mark_b = w.mark_b
    AND k.version = getvariable('rsift_near_version')
    AND (k.why IS NULL OR w.how = 'sample' OR (starts_with(k.why, 'some pictures could not be read') AND getvariable('rsift_near_crops') <> 'all')))
ORDER BY w.a, w.b;
-- [crop_list]
SELECT a, b, how FROM near_crop ORDER BY i;
-- [crop_finish]
-- In: near_crop_done(i, seen_a, seen_b, why).
CREATE OR REPLACE TEMP TABLE near_once AS
SELECT DISTINCT ON (a, b, method) * FROM picture_pair ORDER BY a, b, method, score DESC, orientation, x, y, evidence;
DELETE FROM picture_pair;
INSERT INTO picture_pair SELECT * FROM near_once ORDER BY a, b, method;
DELETE FROM picture_look k WHERE k.method = 'crop'
  AND EXISTS (SELECT 1 FROM near_crop c JOIN near_crop_done d ON d.i = c.i WHERE getvariable('rsift_near_kind') = k.kind AND c.a = k.a AND c.b = k.b);
INSERT INTO picture_look
SELECT getvariable('rsift_near_kind'), c.a, c.b, 'crop', 0, c.n_a, c.n_b, d.seen_a, d.seen_b, c.mark_a, c.mark_b, getvariable('rsift_near_version'), d.why
FROM near_crop c JOIN near_crop_done d ON d.i = c.i ORDER BY c.i;
DELETE FROM near_crop_done;
DROP TABLE near_once;
