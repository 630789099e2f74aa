-- What only the whole pool can tell: identities of pictures, duplicates, conflicts.
-- In: want_dataset(dataset).
-- [pictures]
-- The identity of each sample's pictures: bytes where known, else the picture's name. In: usable.sql's
-- many_pictures.
CREATE OR REPLACE TEMP TABLE pool AS
SELECT s.sample_id, s.dataset, s.release_id, s.role, s.task, s.locator, s.key_whole, s.key_asked, s.key_answer, s.truth AND s.n_serious = 0 AS believed, s.complete AND s.n_regions = 0 AS denies,
       coalesce(m.picture, a.content_hash, sa.asset_id, s.sample_id) AS picture
FROM sample s
LEFT JOIN many_pictures m ON m.sample_id = s.sample_id
LEFT JOIN (SELECT sample_id, asset_id FROM sample_asset WHERE i = 0) sa ON sa.sample_id = s.sample_id
LEFT JOIN asset a ON a.asset_id = sa.asset_id;
-- [lists]
-- Records that list objects of one picture: they name it alike, or its bytes are the same. A name
-- that could be of several pictures may be of any that is called so. Two editions of a dataset
-- (v1.0, v1.5) differ on purpose and are not compared, two indexes of one edition are.
CREATE OR REPLACE TEMP TABLE parted_list AS
WITH listed AS (
  SELECT s.sample_id, s.dataset, s.task, regexp_replace(s.release_id, '-[0-9]+$', '') AS edition,
         s.locator, s.key_whole, s.complete, coalesce(a.content_hash, sa.asset_id) AS picture,
         lower(parse_filename(a.path, true)) AS stem, lower(parse_filename(a.other_name, true)) AS other, a.state
  FROM sample s
  JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.i = 0
  LEFT JOIN asset a ON a.asset_id = sa.asset_id
  WHERE s.complete IS NOT NULL AND s.n_assets = 1
    AND s.task IN ('detection-hbb', 'detection-obb', 'multilabel')),
-- A record that names two pictures (VOC: its own name and the one inside) may be of either.
unsure AS (
  SELECT l.* FROM listed l LEFT JOIN (SELECT DISTINCT sample_id FROM finding WHERE code = 'image-ambiguous') f USING (sample_id)
  WHERE l.state <> 'found' AND (f.sample_id IS NOT NULL OR l.other <> l.stem)),
doubtful AS (SELECT dataset, stem FROM unsure UNION SELECT dataset, other FROM unsure WHERE other IS NOT NULL),
meant AS (
  SELECT l.* REPLACE (CASE WHEN d.stem IS NULL THEN CAST(l.picture AS VARCHAR) ELSE d.stem END AS picture)
  FROM listed l LEFT JOIN doubtful d ON d.dataset = l.dataset AND d.stem = l.stem
  UNION ALL SELECT * REPLACE (other AS picture) FROM unsure WHERE other <> stem),
-- Lists that agree are duplicates; one that is not whole contradicts every other.
parted AS (
  SELECT dataset, task, edition, picture FROM meant GROUP BY ALL
  HAVING count(*) > 1 AND (min(key_whole) <> max(key_whole) OR NOT bool_and(complete))),
-- One's own files of a split in which no picture has an object: a test part keeps its answers to
-- itself in this form too. The catalogue says of its datasets where they do.
listless AS (
  SELECT s.sample_id, s.dataset, s.locator, s.release_id, s.task, p.scheme, p.name,
         coalesce(s.n_regions, 0) + coalesce(len(s.labels), 0) AS n
  FROM sample s JOIN split p ON p.sample_id = s.sample_id
  WHERE s.complete IS NOT NULL AND s.release_id LIKE '%@own%' AND s.task IN ('detection-hbb', 'detection-obb', 'multilabel')),
withheld AS (
  SELECT l.sample_id, l.dataset, l.locator FROM listless l
  SEMI JOIN (SELECT release_id, task, scheme, name FROM listless GROUP BY ALL HAVING sum(n) = 0) w
    ON w.release_id = l.release_id AND w.task = l.task
   AND w.scheme = l.scheme AND w.name = l.name),
-- One's own boxes that are pixels by their form alone: where a fifth of them, and more than one, lies
-- outside of its picture, the numbers mean something else.
misread AS (
  SELECT b.release_id, b.source FROM (
    SELECT release_id, source, sum(n_regions) AS n FROM sample
    WHERE release_id LIKE '%@own%' AND task IN ('detection-hbb', 'detection-obb') GROUP BY ALL) b
  JOIN (SELECT release_id, source, sum(n) AS n FROM finding WHERE code = 'region-outside' GROUP BY ALL) o
    ON o.release_id = b.release_id AND o.source = b.source
  WHERE o.n > 1 AND o.n * 5 >= b.n)
SELECT sample_id, dataset, locator, min(code) AS code FROM (
  SELECT m.sample_id, m.dataset, m.locator, 'list-parted' AS code FROM meant m JOIN parted USING (dataset, task, edition, picture)
  WHERE m.complete
  UNION ALL SELECT sample_id, dataset, locator, 'list-withheld' FROM withheld
  UNION ALL
  SELECT s.sample_id, s.dataset, s.locator, 'box-convention' FROM sample s
  JOIN misread m ON m.release_id = s.release_id AND m.source = s.source
  WHERE s.complete AND s.task IN ('detection-hbb', 'detection-obb'))
GROUP BY sample_id, dataset, locator;
-- [groups]
-- Samples that are exactly the same, over all datasets. The survivor: protected, then by origin
-- (human, mixed, template, llm, unknown), then the smallest id.
CREATE OR REPLACE TEMP TABLE release_once AS
SELECT release_id, min(origin) AS origin FROM release GROUP BY release_id;
CREATE OR REPLACE TEMP TABLE duplicate_group AS
SELECT key_whole, picture FROM pool GROUP BY key_whole, picture HAVING count(*) > 1;
CREATE OR REPLACE TEMP TABLE duplicate AS
SELECT *, first_value(sample_id) OVER w AS survivor, first_value(dataset) OVER w AS survivor_dataset
FROM (SELECT p.*, CASE WHEN p.role = 'eval' OR p.sample_id IN (SELECT sample_id FROM protected_sample) THEN 0 ELSE 1 END AS open_,
             CASE r.origin WHEN 'human' THEN 0 WHEN 'mixed' THEN 1 WHEN 'template' THEN 2 WHEN 'llm' THEN 3 ELSE 4 END AS origin
      FROM pool p JOIN duplicate_group USING (key_whole, picture) LEFT JOIN release_once r ON r.release_id = p.release_id)
WINDOW w AS (PARTITION BY key_whole, picture ORDER BY open_, origin, sample_id);
-- [asserted]
CREATE OR REPLACE TEMP VIEW asserted AS
SELECT sample_id, picture, key_asked, key_answer FROM pool WHERE key_asked IS NOT NULL AND believed;
CREATE OR REPLACE TEMP VIEW believed AS
SELECT sample_id, dataset, picture, denies FROM pool WHERE believed AND task IN ('detection-hbb', 'detection-obb');
-- [conflicts]
-- Same pictures and question, another answer. In: asserted(sample_id, picture, key_asked, key_answer),
-- where only answers stand that cannot both be true (index/answer_key.h). The partner is the group's
-- first sample, or for those that agree with it the first that does not: a group of m samples gives
-- m rows. Most groups agree with themselves: hashes find the few that may not, in a third of the memory.
CREATE OR REPLACE TEMP TABLE conflict AS
WITH unlike AS (
  SELECT hash(key_asked, picture) AS h FROM asserted GROUP BY h HAVING min(hash(key_answer)) <> max(hash(key_answer))),
told AS (SELECT a.* FROM asserted a SEMI JOIN unlike u ON u.h = hash(a.key_asked, a.picture)),
first_ AS (
  SELECT key_asked, picture, min(sample_id) AS one, arg_min(key_answer, sample_id) AS answer
  FROM told GROUP BY key_asked, picture HAVING min(key_answer) <> max(key_answer)),
both_ AS (
  SELECT f.key_asked, f.picture, f.one, f.answer, min(a.sample_id) AS other
  FROM told a JOIN first_ f ON f.key_asked = a.key_asked AND f.picture = a.picture
  WHERE a.key_answer <> f.answer GROUP BY ALL)
SELECT a.sample_id, CASE WHEN a.key_answer = b.answer THEN b.other ELSE b.one END AS partner
FROM told a JOIN both_ b ON b.key_asked = a.key_asked AND b.picture = a.picture;
-- "There are none." and an object of a class that the denying dataset knows, seen by another dataset
-- in the same picture. In: believed(sample_id, dataset, picture, denies), of detections.
-- In steps, because the first has few rows or none: the others then read no region for them.
CREATE OR REPLACE TEMP TABLE denied_pair AS
SELECT e.sample_id AS none, e.dataset, o.sample_id AS other
FROM believed e JOIN believed o ON o.picture = e.picture AND o.dataset <> e.dataset
WHERE e.denies AND NOT o.denies;
CREATE OR REPLACE TEMP TABLE denied_class AS
SELECT DISTINCT m.none, m.dataset, m.other, lower(replace(replace(g.label, '_', ' '), '-', ' ')) AS class
FROM denied_pair m JOIN region g ON g.sample_id = m.other WHERE g.label IS NOT NULL;
CREATE OR REPLACE TEMP TABLE denied AS
WITH known AS (
  SELECT DISTINCT s.dataset, g.class
  FROM (SELECT sample_id, lower(replace(replace(label, '_', ' '), '-', ' ')) AS class FROM region) g
  SEMI JOIN denied_class c ON c.class = g.class
  JOIN sample s ON s.sample_id = g.sample_id)
SELECT c.none, c.other FROM denied_class c JOIN known k ON k.dataset = c.dataset AND k.class = c.class GROUP BY ALL;
INSERT INTO conflict SELECT none, min(other) FROM denied GROUP BY none;
INSERT INTO conflict SELECT other, min(none) FROM denied GROUP BY other;
-- [store]
DELETE FROM overlap WHERE kind = 'duplicate';
INSERT INTO overlap(kind, a, b, level, score, evidence)
SELECT 'duplicate', CAST(survivor AS VARCHAR), CAST(sample_id AS VARCHAR), 'text', 1.0, dataset || ' = ' || survivor_dataset
FROM duplicate WHERE sample_id <> survivor
ORDER BY survivor, sample_id;
-- [pairs]
SELECT survivor_dataset AS kept_in, dataset AS repeated_in, count(*) AS samples,
       CAST(min(survivor) AS VARCHAR) AS example_kept,
       CAST(min(struct_pack(s := survivor, d := sample_id)).d AS VARCHAR) AS example_repeated
FROM duplicate
WHERE sample_id <> survivor AND (dataset IN (SELECT dataset FROM want_dataset) OR survivor_dataset IN (SELECT dataset FROM want_dataset))
GROUP BY survivor_dataset, dataset ORDER BY survivor_dataset, dataset;
-- [largest]
SELECT CAST(survivor AS VARCHAR) AS survivor, min(survivor_dataset) AS dataset, count(*) AS size, min(locator) AS example
FROM duplicate WHERE dataset IN (SELECT dataset FROM want_dataset)
GROUP BY survivor ORDER BY count(*) DESC, survivor LIMIT 10;
