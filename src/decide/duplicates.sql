-- Near-duplicate pictures and samples. In: picture_pair, picture_hash; pool.sql's pool for [verb_samples];
-- protected_sample.
-- [near_side]
-- What src/overlap compares: all pictures that samples show, by dataset. In: look.sql's shown_picture.
CREATE OR REPLACE TEMP TABLE near_side AS
SELECT DISTINCT 0 AS side, p.dataset AS name, a.content_hash
FROM shown_picture p JOIN asset a ON a.asset_id = p.asset_id WHERE NOT p.mask AND a.content_hash IS NOT NULL;
-- [edges]
-- Pairs of a picture that was replaced since are not of what is there now.
WITH near_changed AS (SELECT content_hash FROM picture_hash WHERE failed = 'changed'),
near_image_pair AS (SELECT p.* FROM picture_pair p ANTI JOIN near_changed x ON x.content_hash = p.a ANTI JOIN near_changed y ON y.content_hash = p.b WHERE p.level = 'image')
SELECT a, b, method, score, distance, orientation FROM near_image_pair WHERE a <> b;
-- [looks]
-- Pictures of groups larger than a pair: two that were proved against a third may have to be compared.
WITH near_changed AS (SELECT content_hash FROM picture_hash WHERE failed = 'changed'),
near_image_pair AS (SELECT p.* FROM picture_pair p ANTI JOIN near_changed x ON x.content_hash = p.a ANTI JOIN near_changed y ON y.content_hash = p.b WHERE p.level = 'image'),
side AS (SELECT a AS picture FROM near_image_pair UNION ALL SELECT b FROM near_image_pair),
many AS (SELECT picture FROM side GROUP BY picture HAVING count(*) > 1),
near_many AS (SELECT picture FROM many UNION SELECT b FROM near_image_pair JOIN many ON a = picture
              UNION SELECT a FROM near_image_pair JOIN many ON b = picture)
SELECT h.content_hash, h.phash, h.thumb FROM picture_hash h JOIN near_many ON picture = h.content_hash
WHERE h.failed IS NULL AND NOT h.flat AND NOT h.damaged ORDER BY h.content_hash;
-- [pictures]
-- Pictures that have a pair, with what decides which of them stays. A picture shown by protected and
-- other samples is protected; its origin and licence are the best of its samples' releases.
-- In two steps, because the first has few rows or none.
CREATE OR REPLACE TEMP TABLE near_here AS
WITH near_changed AS (SELECT content_hash FROM picture_hash WHERE failed = 'changed'),
near_image_pair AS (SELECT p.* FROM picture_pair p ANTI JOIN near_changed x ON x.content_hash = p.a ANTI JOIN near_changed y ON y.content_hash = p.b WHERE p.level = 'image'),
paired AS (SELECT a AS picture FROM near_image_pair UNION SELECT b FROM near_image_pair)
SELECT p.picture, a.asset_id, a.release_id, a.path, greatest(coalesce(a.width, 0), 0)::BIGINT * greatest(coalesce(a.height, 0), 0) AS area
FROM paired p JOIN asset a ON a.content_hash = p.picture AND a.state = 'found';
CREATE OR REPLACE TEMP TABLE near_picture AS
WITH used AS (
  SELECT h.picture, sa.sample_id FROM near_here h JOIN sample_asset sa ON sa.asset_id = h.asset_id WHERE sa.asset_role <> 'mask'),
shown AS (
  SELECT u.picture, min(CASE WHEN s.role = 'eval' OR pr.sample_id IS NOT NULL THEN 0 ELSE 1 END) AS open_,
         count(DISTINCT s.sample_id) AS samples
  FROM used u JOIN sample s ON s.sample_id = u.sample_id
  LEFT JOIN (SELECT DISTINCT sample_id FROM protected_sample) pr ON pr.sample_id = s.sample_id
  GROUP BY u.picture),
terms AS (SELECT release_id, min(dataset) AS dataset, min(origin) AS origin, min(licence_class) AS licence FROM release GROUP BY release_id)
SELECT h.picture, coalesce(any_value(s.open_), 1) AS open_, coalesce(any_value(s.samples), 0) AS samples,
       min(CASE t.origin WHEN 'human' THEN 0 WHEN 'mixed' THEN 1 WHEN 'template' THEN 2 WHEN 'llm' THEN 3 ELSE 4 END) AS origin,
       max(h.area) AS area, min(CASE t.licence WHEN 'open' THEN 0 WHEN 'research' THEN 1 WHEN 'restricted' THEN 3 ELSE 2 END) AS licence,
       min(t.dataset) AS dataset, arg_min(h.path, (t.dataset, h.path)) AS path
FROM near_here h LEFT JOIN terms t ON t.release_id = h.release_id LEFT JOIN shown s ON s.picture = h.picture
GROUP BY h.picture;
-- [key]
-- What a sample asks and answers besides its picture. Short answers are compared by meaning
-- (index/answer_key.h), but not of dialogues, of which the key is the first question only, nor with
-- regions, whose numbers hold for one size and orientation: of those everything has to agree.
CREATE OR REPLACE TEMP MACRO near_key(task, n_turns, n_regions, key_asked, key_answer, key_whole) AS
  CASE WHEN key_asked IS NOT NULL AND key_answer IS NOT NULL AND n_turns <= 2 AND n_regions = 0
       THEN CAST(md5(task || CAST(key_asked AS VARCHAR) || CAST(key_answer AS VARCHAR)) AS UUID) ELSE key_whole END;
-- [pool_samples]
-- Samples about pictures that have a pair; of exact duplicates the one that stays.
CREATE OR REPLACE TEMP TABLE near_candidate AS
SELECT near_key(s.task, s.n_turns, s.n_regions, s.key_asked, s.key_answer, s.key_whole) AS key, s.sample_id, p.picture,
       CASE WHEN s.role = 'eval' OR pr.sample_id IS NOT NULL THEN 0 ELSE 1 END AS open_,
       CASE r.origin WHEN 'human' THEN 0 WHEN 'mixed' THEN 1 WHEN 'template' THEN 2 WHEN 'llm' THEN 3 ELSE 4 END AS origin,
       n.area, CASE r.licence WHEN 'open' THEN 0 WHEN 'research' THEN 1 WHEN 'restricted' THEN 3 ELSE 2 END AS licence
FROM pool p JOIN near_picture n ON n.picture = p.picture JOIN sample s ON s.sample_id = p.sample_id
LEFT JOIN (SELECT release_id, min(origin) AS origin, min(licence_class) AS licence FROM release GROUP BY release_id) r ON r.release_id = s.release_id
LEFT JOIN (SELECT DISTINCT sample_id FROM protected_sample) pr ON pr.sample_id = s.sample_id
ANTI JOIN (SELECT sample_id FROM duplicate WHERE sample_id <> survivor) d ON d.sample_id = s.sample_id;
-- [members]
CREATE OR REPLACE TEMP TABLE near_member AS
SELECT * FROM read_csv('{tmp}/near_pictures.tsv', delim = '\t', quote = '', escape = '', header = false, auto_detect = false,
  columns = {'picture': 'UUID', 'centre': 'UUID', 'method': 'VARCHAR', 'transform': 'VARCHAR', 'distance': 'INTEGER', 'score': 'DOUBLE', 'evidence': 'VARCHAR'});
CREATE OR REPLACE TEMP TABLE near_repeat AS
SELECT * FROM read_csv('{tmp}/near_samples.tsv', delim = '\t', quote = '', escape = '', header = false, auto_detect = false,
  columns = {'sample_id': 'UUID', 'stays': 'UUID', 'method': 'VARCHAR', 'transform': 'VARCHAR', 'distance': 'INTEGER', 'score': 'DOUBLE', 'evidence': 'VARCHAR'});
-- [store]
DELETE FROM overlap WHERE kind IN ('near-duplicate', 'near-duplicate-sample');
INSERT INTO overlap(kind, a, b, level, score, evidence, method, transform)
SELECT 'near-duplicate', CAST(centre AS VARCHAR), CAST(picture AS VARCHAR), 'image', score, evidence, method, transform
FROM near_member ORDER BY centre, picture;
INSERT INTO overlap(kind, a, b, level, score, evidence, method, transform)
SELECT 'near-duplicate-sample', CAST(stays AS VARCHAR), CAST(sample_id AS VARCHAR), 'image', score, evidence, method, transform
FROM near_repeat ORDER BY stays, sample_id;
-- [wanted]
-- Clusters that touch a wanted dataset, all their pictures with the centre. In: want_dataset.
CREATE OR REPLACE TEMP TABLE near_shown AS
SELECT DISTINCT a.content_hash AS picture, s.dataset, count(DISTINCT s.sample_id) AS samples
FROM (SELECT picture FROM near_member UNION SELECT centre FROM near_member) m
JOIN asset a ON a.content_hash = m.picture AND a.state = 'found'
JOIN sample_asset sa ON sa.asset_id = a.asset_id AND sa.asset_role <> 'mask'
JOIN sample s ON s.sample_id = sa.sample_id GROUP BY a.content_hash, s.dataset;
CREATE OR REPLACE TEMP TABLE near_cluster AS
WITH touched AS (
  SELECT DISTINCT m.centre FROM near_member m
  JOIN near_picture p ON p.picture = m.picture OR p.picture = m.centre
  WHERE p.dataset IN (SELECT dataset FROM want_dataset)
     OR p.picture IN (SELECT picture FROM near_shown WHERE dataset IN (SELECT dataset FROM want_dataset)))
SELECT m.* FROM near_member m JOIN touched t ON t.centre = m.centre;
-- [count]
SELECT count(DISTINCT centre) AS clusters, count(*) AS repeated,
       coalesce((SELECT CAST(sum(samples) AS BIGINT) FROM near_shown WHERE picture IN (SELECT picture FROM near_cluster UNION SELECT centre FROM near_cluster)), 0) AS samples,
       (SELECT count(*) FROM near_repeat r JOIN sample s ON s.sample_id = r.sample_id JOIN sample k ON k.sample_id = r.stays
        WHERE s.dataset IN (SELECT dataset FROM want_dataset) OR k.dataset IN (SELECT dataset FROM want_dataset)) AS same_samples
FROM near_cluster;
-- [same_files]
-- Pictures that two datasets have as files of equal bytes. In: want_dataset.
WITH shown AS (
  SELECT DISTINCT a.content_hash AS picture, s.dataset
  FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.asset_role <> 'mask'
  JOIN asset a ON a.asset_id = sa.asset_id AND a.state = 'found' WHERE a.content_hash IS NOT NULL)
SELECT x.dataset, y.dataset AS other, count(*) AS pictures FROM shown x JOIN shown y ON y.picture = x.picture AND y.dataset > x.dataset
WHERE x.dataset IN (SELECT dataset FROM want_dataset) OR y.dataset IN (SELECT dataset FROM want_dataset)
GROUP BY x.dataset, y.dataset ORDER BY x.dataset, y.dataset;
-- [by_method]
SELECT method, count(*) AS pictures FROM near_cluster GROUP BY method ORDER BY method;
-- [pairs]
-- From the picture that stays to those that repeat it, by the datasets that show them.
SELECT k.dataset AS kept_in, s.dataset AS repeated_in, count(DISTINCT c.picture) AS pictures, CAST(sum(s.samples) AS BIGINT) AS samples,
       any_value(c.method ORDER BY c.picture) AS method, CAST(min(struct_pack(p := c.picture, c := c.centre)).c AS VARCHAR) AS example_kept,
       CAST(min(c.picture) AS VARCHAR) AS example_repeated
FROM near_cluster c
JOIN (SELECT picture, dataset FROM near_picture) k ON k.picture = c.centre
JOIN (SELECT DISTINCT picture, dataset, samples FROM near_shown UNION ALL
      SELECT picture, dataset, 0 FROM near_picture n WHERE picture NOT IN (SELECT picture FROM near_shown)) s ON s.picture = c.picture
GROUP BY k.dataset, s.dataset ORDER BY k.dataset, s.dataset;
-- [largest]
SELECT CAST(c.centre AS VARCHAR) AS picture, min(p.dataset) AS dataset, min(p.path) AS path, count(*) + 1 AS size
FROM near_cluster c LEFT JOIN near_picture p ON p.picture = c.centre
GROUP BY c.centre ORDER BY count(*) DESC, c.centre LIMIT 10;
-- [examples]
SELECT CAST(c.centre AS VARCHAR) AS kept, k.dataset AS kept_in, k.path AS kept_path, CAST(c.picture AS VARCHAR) AS repeated,
       p.dataset AS repeated_in, p.path AS repeated_path, c.method, c.transform, nullif(c.distance, -1) AS distance, c.score, c.evidence
FROM near_cluster c JOIN near_picture k ON k.picture = c.centre JOIN near_picture p ON p.picture = c.picture
QUALIFY row_number() OVER (PARTITION BY k.dataset, p.dataset, c.method ORDER BY c.score, c.picture) <= 2
ORDER BY kept_in, repeated_in, c.method, c.score, c.picture LIMIT 40;
-- [looked]
-- What was compared: distinct pictures of the wanted datasets, and why others were not.
CREATE OR REPLACE TEMP TABLE near_looked AS
WITH shown AS (
  SELECT DISTINCT s.dataset, sa.asset_id FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id
  WHERE sa.asset_role <> 'mask' AND s.dataset IN (SELECT dataset FROM want_dataset)),
state AS (
  SELECT s.dataset, coalesce(a.content_hash, s.asset_id) AS picture,
         CASE WHEN a.state IS NULL OR a.state <> 'found' THEN 'not-here' WHEN a.content_hash IS NULL THEN 'no-hash'
              WHEN h.content_hash IS NULL THEN 'not-hashed' WHEN h.failed IS NOT NULL THEN h.failed
              WHEN h.damaged THEN 'damaged' WHEN h.flat THEN 'flat' END AS reason
  FROM shown s LEFT JOIN asset a ON a.asset_id = s.asset_id LEFT JOIN picture_hash h ON h.content_hash = a.content_hash)
SELECT DISTINCT dataset, picture, reason FROM state
UNION
-- Only what samples show is compared.
SELECT DISTINCT r.dataset, coalesce(a.content_hash, a.asset_id), 'unused'
FROM asset a JOIN (SELECT DISTINCT release_id, dataset FROM release WHERE dataset IN (SELECT dataset FROM want_dataset)) r USING (release_id)
ANTI JOIN sample_asset sa ON sa.asset_id = a.asset_id ANTI JOIN state s ON s.picture = a.content_hash
WHERE a.state = 'found';
-- [pictures_looked_at]
SELECT count(DISTINCT picture) AS pictures, count(DISTINCT picture) FILTER (reason IS NULL) AS looked_at FROM near_looked;
-- [not_checked]
SELECT dataset, reason, count(*) AS pictures FROM near_looked WHERE reason IS NOT NULL GROUP BY dataset, reason ORDER BY dataset, reason;
