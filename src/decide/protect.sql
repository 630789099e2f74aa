-- Protected evaluation data and the pictures it is about.
-- In: want_protect(benchmark, dataset, scheme, split, source, task), want_rest(dataset).
-- A sample names its source by a part's safe name: letters, digits, '.' and '_'.
-- Own data has the source "own" whatever id it was given, and is no part of that id's release:
-- `official` says that a sample comes from the release itself.
-- [samples]
CREATE OR REPLACE TEMP TABLE protected_sample AS
WITH named AS (
  SELECT DISTINCT w.benchmark, w.dataset, s.sample_id
  FROM want_protect w
  JOIN sample s ON s.dataset = w.dataset AND s.source <> 'own'
                AND (w.source = '' OR s.source = regexp_replace(w.source, '[^0-9A-Za-z._-]', '_', 'g'))
                AND (w.task = '' OR s.task = w.task)
  JOIN split p ON p.sample_id = s.sample_id AND p.scheme = w.scheme AND p.name = w.split)
SELECT benchmark, dataset, sample_id, true AS official FROM named
UNION ALL
SELECT s.dataset || CASE WHEN s.source = 'own' AND (b.dataset IS NOT NULL OR o.dataset IS NOT NULL) THEN ' (own)'
                         WHEN b.dataset IS NOT NULL THEN ' (rest)' ELSE '' END, s.dataset, s.sample_id, s.source <> 'own'
FROM sample s JOIN want_rest r ON r.dataset = s.dataset
LEFT JOIN (SELECT DISTINCT dataset FROM want_protect) b ON b.dataset = s.dataset
LEFT JOIN (SELECT DISTINCT dataset FROM sample WHERE source <> 'own') o ON o.dataset = s.dataset
WHERE s.role = 'eval' AND s.sample_id NOT IN (SELECT sample_id FROM named);
-- What is compared with it: all data that is no evaluation, with the columns of sample. A view: a
-- table of the ids would hold nearly all of a large workspace.
CREATE OR REPLACE TEMP VIEW pool_sample AS
SELECT s.* FROM sample s ANTI JOIN protected_sample p ON p.sample_id = s.sample_id WHERE s.role <> 'eval';
-- [nothing]
-- Datasets named to be protected of which nothing is evaluation data, here or by the catalogue.
SELECT dataset FROM want_rest ANTI JOIN want_protect USING (dataset) ANTI JOIN protected_sample USING (dataset) ORDER BY dataset LIMIT 1;
-- [between]
-- Two sets of data instead: the second is compared with the first. In: between_side(side, label,
-- release_id, dataset, scheme, split), '' = any.
CREATE OR REPLACE TEMP TABLE between_sample AS
SELECT DISTINCT b.side, b.label, s.dataset, s.sample_id FROM between_side b
JOIN sample s ON (b.release_id = '' OR s.release_id = b.release_id) AND (b.dataset = '' OR s.dataset = b.dataset)
WHERE b.split = '' OR EXISTS (SELECT 1 FROM split p WHERE p.sample_id = s.sample_id AND p.scheme = b.scheme AND p.name = b.split);
CREATE OR REPLACE TEMP TABLE protected_sample AS
SELECT label AS benchmark, dataset, sample_id, false AS official FROM between_sample WHERE side = 0;
CREATE OR REPLACE TEMP VIEW pool_sample AS
SELECT s.* FROM sample s SEMI JOIN (SELECT sample_id FROM between_sample WHERE side = 1) b ON b.sample_id = s.sample_id
ANTI JOIN protected_sample p ON p.sample_id = s.sample_id;
-- [names]
-- How a dataset's data is named: own data under the id of a release that is here too has a name of
-- its own.
CREATE OR REPLACE TEMP TABLE data_name AS
SELECT d.dataset, d.own_data, d.dataset || CASE WHEN d.own_data AND o.dataset IS NOT NULL THEN ' (own)' ELSE '' END AS label
FROM (SELECT DISTINCT dataset, source = 'own' AS own_data FROM sample) d
LEFT JOIN (SELECT DISTINCT dataset FROM sample WHERE source <> 'own') o ON o.dataset = d.dataset;
-- [pictures]
-- One row per benchmark and picture (masks are no pictures), with one of its samples as an example.
CREATE OR REPLACE TEMP TABLE protected_picture AS
SELECT p.benchmark, p.dataset, any_value(p.official) AS official, sa.asset_id, any_value(a.content_hash) AS content_hash, coalesce(any_value(a.format), '') AS format,
       bool_or(coalesce(a.state = 'found', false)) AS found, min(p.sample_id) AS sample_id
FROM protected_sample p
JOIN sample_asset sa ON sa.sample_id = p.sample_id AND sa.asset_role <> 'mask'
LEFT JOIN asset a ON a.asset_id = sa.asset_id
GROUP BY p.benchmark, p.dataset, sa.asset_id;
CREATE OR REPLACE TEMP TABLE protected_key AS
SELECT p.benchmark, p.dataset, any_value(p.official) AS official, k.key, k.relation, min(p.sample_id) AS sample_id
FROM protected_picture p JOIN asset_source k ON k.asset_id = p.asset_id
GROUP BY p.benchmark, p.dataset, k.key, k.relation;
-- [other_pictures]
-- The pictures of all data that is no evaluation. In: look.sql's shown_picture.
CREATE OR REPLACE TEMP VIEW other_picture AS SELECT dataset, own_data, mask, asset_id FROM shown_picture WHERE NOT eval;
-- [between_pictures]
-- Those of the second of two sets of data instead.
CREATE OR REPLACE TEMP TABLE between_picture AS
SELECT DISTINCT s.dataset, s.source = 'own' AS own_data, sa.asset_role = 'mask' AS mask, sa.asset_id
FROM pool_sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id;
CREATE OR REPLACE TEMP VIEW other_picture AS SELECT * FROM between_picture;
-- [near_side]
-- What src/overlap compares: the pictures of each benchmark with those of each dataset's other data.
-- What is trained on depends on `protect`, so all data that is no evaluation by its role counts: a
-- comparison of pictures then holds whatever a later question protects.
CREATE OR REPLACE TEMP TABLE near_side AS
SELECT DISTINCT 0 AS side, benchmark || ' @ ' || dataset AS name, content_hash FROM protected_picture WHERE content_hash IS NOT NULL
UNION ALL
SELECT DISTINCT 1, o.dataset || CASE WHEN o.own_data THEN ' (own)' ELSE '' END, a.content_hash
FROM other_picture o JOIN asset a ON a.asset_id = o.asset_id WHERE NOT o.mask AND a.content_hash IS NOT NULL;
-- Where pieces are looked for without being asked: where names are of one key space.
CREATE OR REPLACE TEMP TABLE near_suspect AS
WITH held AS (SELECT DISTINCT benchmark || ' @ ' || dataset AS a, dataset, official, split_part(key, '/', 1) AS space FROM protected_key WHERE contains(key, '/')),
pool AS (
  SELECT DISTINCT o.dataset, o.own_data, split_part(k.key, '/', 1) AS space
  FROM other_picture o JOIN asset_source k ON k.asset_id = o.asset_id WHERE contains(k.key, '/'))
SELECT DISTINCT h.a, p.dataset || CASE WHEN p.own_data THEN ' (own)' ELSE '' END AS b
FROM held h JOIN pool p ON p.space = h.space WHERE NOT (p.dataset = h.dataset AND h.official AND NOT p.own_data);
-- [near_pairs]
-- What is known of protected pictures from picture_pair. Pairs have a direction and groups of equal
-- pictures are stars: the hub of a star speaks for its members (`near_member`). Ten thousand empty
-- tiles here and as many there are no pairs of all with all: a benchmark's members of one star are
-- laid on its other pictures by the two that have the least samples, of which one at least is not
-- the other picture itself. Pairs of a picture that was replaced since are not of what is there now.
CREATE OR REPLACE TEMP TABLE protected_content AS
SELECT benchmark, dataset, official, content_hash, min(sample_id) AS sample_id FROM protected_picture
WHERE content_hash IS NOT NULL GROUP BY benchmark, dataset, official, content_hash;
CREATE OR REPLACE TEMP TABLE near_changed AS SELECT content_hash FROM picture_hash WHERE failed = 'changed';
CREATE OR REPLACE TEMP TABLE near_link AS
WITH pair AS (
  SELECT p.* FROM picture_pair p ANTI JOIN near_changed x ON x.content_hash = p.a ANTI JOIN near_changed y ON y.content_hash = p.b)
SELECT a, b, method, level, coalesce(distance, 1) AS distance, coalesce(orientation, 0) AS orientation, score, evidence FROM pair
UNION ALL
SELECT b, a, method, level, coalesce(distance, 1), CASE orientation WHEN 5 THEN 6 WHEN 6 THEN 5 ELSE coalesce(orientation, 0) END, score, evidence
FROM pair;
CREATE OR REPLACE TEMP TABLE near_member AS
SELECT DISTINCT l.a AS member, l.b AS hub, l.method FROM near_link l SEMI JOIN protected_content g ON g.content_hash = l.a
WHERE l.method = 'pixels' OR (l.method = 'perceptual' AND l.distance = 0 AND l.orientation = 0);
-- As (protected, other).
CREATE OR REPLACE TEMP TABLE near_pair AS
WITH spoke AS (
  SELECT DISTINCT member, hub, method FROM (
    SELECT m.member, m.hub, m.method FROM near_member m JOIN protected_content c ON c.content_hash = m.member
    QUALIFY row_number() OVER (PARTITION BY c.benchmark, c.dataset, c.official, m.hub, m.method ORDER BY c.sample_id, m.member) <= 2))
SELECT DISTINCT ON (a, b, method, level) a, b, method, level, orientation, score, evidence FROM (
  SELECT l.a, l.b, l.method, l.level, l.orientation, l.score, l.evidence FROM near_link l SEMI JOIN protected_content g ON g.content_hash = l.a
  UNION ALL
  SELECT h.member, p.b, p.method, p.level, p.orientation, p.score, p.evidence || ', by an equal picture'
  FROM spoke h JOIN near_link p ON p.a = h.hub AND p.method = h.method AND p.b <> h.member)
ORDER BY a, b, method, level, length(evidence), evidence, orientation, score DESC;
-- [leaks]
-- Every picture that is, or comes from, a picture of protected data: 1 the same picture, 2 a crop,
-- 3 the same scene. Identity (same asset, same bytes) counts as 'content', keys as 'lineage', what
-- was found by comparing pixels under the method's own name. Of a benchmark's pictures with equal
-- bytes two speak for all, for the reason above. In: near_pair, protected_content.
CREATE OR REPLACE TEMP TABLE picture_leak AS
WITH hit AS (
  SELECT c.asset_id, p.benchmark, p.dataset, p.official,
         CASE WHEN c.relation = 'scene' OR p.relation = 'scene' THEN 3
              WHEN c.relation = 'crop' OR p.relation = 'crop' THEN 2 ELSE 1 END AS level,
         'lineage' AS method, c.key AS evidence, CAST(NULL AS INTEGER) AS orientation, p.sample_id
  FROM asset_source c JOIN protected_key p ON p.key = c.key
  UNION ALL
  SELECT asset_id, benchmark, dataset, official, 1, 'content', 'same picture', 0, sample_id FROM protected_picture
  UNION ALL
  SELECT a.asset_id, p.benchmark, p.dataset, p.official, 1, 'content', 'same bytes', 0, p.sample_id
  FROM (SELECT * FROM protected_picture WHERE content_hash IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY benchmark, dataset, official, content_hash ORDER BY sample_id, asset_id) <= 2) p
  JOIN asset a ON a.content_hash = p.content_hash AND a.asset_id <> p.asset_id
  UNION ALL
  SELECT a.asset_id, p.benchmark, p.dataset, p.official, CASE n.level WHEN 'image' THEN 1 ELSE 2 END, n.method, n.evidence, n.orientation, p.sample_id
  FROM protected_content p JOIN near_pair n ON n.a = p.content_hash JOIN asset a ON a.content_hash = n.b)
SELECT asset_id, benchmark, dataset, official, method, level, min(evidence) AS evidence,
       arg_min(orientation, (evidence, orientation)) AS orientation, arg_min(sample_id, (evidence, sample_id)) AS sample_id
FROM hit GROUP BY asset_id, benchmark, dataset, official, method, level;
-- [leak_tables]
-- How the methods are named in answers and in sample_leak (`evidence`), those that prove most first.
CREATE OR REPLACE TEMP TABLE leak_method AS
SELECT * FROM (VALUES (1, 'bytes', 'content'), (2, 'pixels', 'pixels'), (3, 'perceptual', 'perceptual'), (4, 'crop', 'crop'),
                      (5, 'lineage', 'lineage'), (6, 'text', 'text')) m(rank, method, evidence);
-- Candidates (not evaluation data themselves) with leaking pictures; one row per method and level.
-- `own`: both are of one release, whose official training data it is.
CREATE OR REPLACE TEMP TABLE sample_leak(
  sample_id UUID, dataset VARCHAR, own_data BOOLEAN, benchmark VARCHAR, of_dataset VARCHAR, own BOOLEAN, method VARCHAR,
  level INTEGER, evidence VARCHAR, orientation INTEGER, b UUID);
-- [sample_leaks]
-- In two steps, because the first has few rows or none: the second then reads no sample for them.
CREATE OR REPLACE TEMP TABLE leaking AS
SELECT sa.sample_id, l.benchmark, l.dataset, l.official, l.method, l.level, l.evidence, l.orientation, l.sample_id AS b
FROM picture_leak l JOIN sample_asset sa ON sa.asset_id = l.asset_id AND sa.asset_role <> 'mask';
INSERT INTO sample_leak
SELECT s.sample_id, s.dataset, s.source = 'own', l.benchmark, l.dataset,
       s.dataset = l.dataset AND l.official AND s.source <> 'own',
       l.method, l.level, min(l.evidence), arg_min(l.orientation, (l.evidence, l.orientation)), arg_min(l.b, (l.evidence, l.b))
FROM leaking l JOIN pool_sample s ON s.sample_id = l.sample_id
GROUP BY s.sample_id, s.dataset, s.source, l.benchmark, l.dataset, l.official, l.method, l.level;
-- By texts alone, sample by sample: a level of its own.
INSERT INTO sample_leak
SELECT s.sample_id, s.dataset, s.source = 'own', p.benchmark, p.dataset, s.dataset = p.dataset AND p.official AND s.source <> 'own',
       'text', 4, min(t.evidence), NULL, arg_min(t.a, (t.evidence, t.a))
FROM text_pair t JOIN protected_sample p ON p.sample_id = t.a JOIN pool_sample s ON s.sample_id = t.b
GROUP BY s.sample_id, s.dataset, s.source, p.benchmark, p.dataset, p.official;
