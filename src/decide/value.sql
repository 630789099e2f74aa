-- What data is worth, as far as it is not counted question by question. In: want_dataset, usable.sql's
-- many_pictures.
-- [samples]
-- Every sample whose answer is known, with the identity of its pictures.
CREATE OR REPLACE TEMP TABLE value_sample AS
SELECT s.sample_id, s.dataset, s.role, s.task, s.n_serious,
       coalesce(m.picture, a.content_hash, sa.asset_id, s.sample_id) AS picture
FROM sample s
LEFT JOIN many_pictures m ON m.sample_id = s.sample_id
LEFT JOIN (SELECT sample_id, asset_id FROM sample_asset WHERE i = 0) sa ON sa.sample_id = s.sample_id
LEFT JOIN asset a ON a.asset_id = sa.asset_id
WHERE s.truth AND s.dataset IN (SELECT dataset FROM want_dataset);
CREATE OR REPLACE TEMP TABLE value_unit AS
SELECT w.dataset, coalesce(v.role, '') AS role, coalesce(v.samples, 0) AS samples, coalesce(v.faulty, 0) AS faulty
FROM want_dataset w
LEFT JOIN (SELECT dataset, role, count(*) AS samples, count(*) FILTER (n_serious > 0) AS faulty FROM value_sample GROUP BY dataset, role) v
  ON v.dataset = w.dataset;
-- [captions]
-- Captions, also those that a conversation asks for, that several pictures share, word for word (text_hash is kept without texts, too).
CREATE OR REPLACE TEMP TABLE value_caption AS
WITH one AS (
  SELECT v.dataset, v.role, t.text_hash, count(*) AS n, count(DISTINCT v.picture) AS pictures
  FROM value_sample v JOIN turn t ON t.sample_id = v.sample_id LEFT JOIN tag g ON g.sample_id = t.sample_id AND g.turn = t.i - 1
  WHERE coalesce(g.task, v.task) IN ('caption', 'grounded-caption', 'change-caption', 'video-caption')
    AND t.role IN ('reference', 'assistant')
  GROUP BY v.dataset, v.role, t.text_hash)
SELECT dataset, role, CAST(sum(n) AS BIGINT) AS captions, count(*) AS different,
       CAST(coalesce(sum(n) FILTER (pictures > 1), 0) AS BIGINT) AS shared, max(pictures) AS widest
FROM one GROUP BY dataset, role;
-- [boxes]
-- Regions, and those whose numbers are the very same in three or more pictures: a template, not a
-- place. Masks have no numbers here.
CREATE OR REPLACE TEMP TABLE value_box AS
WITH one AS (
  SELECT v.dataset, v.role, hash(g.coords, g.convention, g.kind) AS place, count(*) AS n, count(DISTINCT v.picture) AS pictures
  FROM value_sample v JOIN region g ON g.sample_id = v.sample_id
  WHERE len(g.coords) > 0 GROUP BY ALL)
SELECT dataset, role, CAST(sum(n) AS BIGINT) AS boxes, CAST(coalesce(sum(n) FILTER (pictures > 2), 0) AS BIGINT) AS repeated
FROM one GROUP BY dataset, role;
-- [names]
-- Classes that captions name and the list of the picture's objects lacks. Only of pictures whose list
-- is known to be whole (detection, multilabel), in whichever dataset, and classes that the dataset of
-- the list annotates somewhere; a sentence that denies something is not looked at.
CREATE OR REPLACE TEMP TABLE value_listed AS
WITH whole AS (
  SELECT s.dataset, coalesce(a.content_hash, sa.asset_id) AS picture, s.sample_id, s.labels
  FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.i = 0 LEFT JOIN asset a ON a.asset_id = sa.asset_id
  WHERE s.complete AND s.truth AND s.n_serious = 0 AND s.n_assets = 1 AND s.task IN ('detection-hbb', 'detection-obb', 'multilabel')),
label AS (
  SELECT w.dataset, w.picture, g.label FROM whole w JOIN region g ON g.sample_id = w.sample_id
  UNION ALL SELECT dataset, picture, unnest(labels) FROM whole
  UNION ALL SELECT dataset, picture, '' FROM whole) -- a list without an object is one, too
SELECT DISTINCT dataset, picture, trim(regexp_replace(lower(coalesce(label, '')), '[^a-z0-9]+', ' ', 'g')) AS class FROM label;
CREATE OR REPLACE TEMP TABLE value_name AS
WITH said AS (
  SELECT v.dataset, v.role, v.picture,
         array_to_string(list_transform(list_filter(string_split(lower(t.text), '.'),
           lambda x: NOT regexp_matches(x, '\b(no|not|without|none|neither|nor|absent)\b')),
           lambda x: ' ' || regexp_replace(x, '[^a-z0-9]+', ' ', 'g') || ' '), '') AS text
  FROM value_sample v JOIN turn t ON t.sample_id = v.sample_id LEFT JOIN tag g ON g.sample_id = t.sample_id AND g.turn = t.i - 1
  SEMI JOIN value_listed l ON l.picture = v.picture
  WHERE coalesce(g.task, v.task) IN ('caption', 'grounded-caption') AND t.role IN ('reference', 'assistant') AND t.text IS NOT NULL),
class AS (SELECT DISTINCT dataset, class FROM value_listed WHERE class <> ''),
could AS (SELECT DISTINCT l.picture, c.class FROM value_listed l JOIN class c ON c.dataset = l.dataset WHERE l.class = ''),
named AS (
  SELECT DISTINCT s.dataset, s.role, s.picture, c.class
  FROM said s JOIN could c ON c.picture = s.picture
  WHERE contains(s.text, ' ' || c.class || ' ') OR contains(s.text, ' ' || c.class || 's ') OR contains(s.text, ' ' || c.class || 'es ')),
listed AS (SELECT DISTINCT picture, class FROM value_listed),
counted AS (
  SELECT n.dataset, n.role, count(*) AS named, count(*) FILTER (l.class IS NULL) AS unlisted
  FROM named n LEFT JOIN listed l ON l.picture = n.picture AND l.class = n.class GROUP BY n.dataset, n.role)
SELECT s.dataset, s.role, count(DISTINCT s.picture) AS looked, coalesce(any_value(c.named), 0) AS named, coalesce(any_value(c.unlisted), 0) AS unlisted
FROM said s LEFT JOIN counted c ON c.dataset = s.dataset AND c.role = s.role GROUP BY s.dataset, s.role;
-- [near]
-- Pictures and those among which near-duplicates were looked for. The look is of all pictures of the
-- dataset, and counts only while it is of those that are here now.
CREATE OR REPLACE TEMP TABLE value_picture AS
WITH shown AS (
  SELECT DISTINCT v.dataset, v.role, coalesce(a.content_hash, sa.asset_id) AS picture
  FROM value_sample v JOIN sample_asset sa ON sa.sample_id = v.sample_id AND sa.asset_role <> 'mask'
  LEFT JOIN asset a ON a.asset_id = sa.asset_id),
present AS (
  SELECT s.dataset, count(DISTINCT a.content_hash) AS n
  FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.asset_role <> 'mask'
  JOIN asset a ON a.asset_id = sa.asset_id
  WHERE s.dataset IN (SELECT dataset FROM want_dataset) GROUP BY s.dataset),
look AS (
  SELECT DISTINCT k.a AS dataset FROM picture_look k JOIN present p ON p.dataset = k.a AND p.n = k.n_a
  WHERE k.kind = 'duplicate' AND k.a = k.b AND k.method = 'perceptual' AND k.seen_a > 0)
SELECT s.dataset, s.role, s.picture, l.dataset IS NOT NULL AS compared, l.dataset IS NOT NULL AND h.content_hash IS NOT NULL AS looked
FROM shown s LEFT JOIN look l ON l.dataset = s.dataset
LEFT JOIN (SELECT content_hash FROM picture_hash WHERE failed IS NULL AND NOT damaged AND NOT flat) h ON h.content_hash = s.picture;
CREATE OR REPLACE TEMP TABLE value_near AS
SELECT dataset, role, count(*) AS pictures, CASE WHEN bool_or(compared) THEN count(*) FILTER (looked) END AS looked
FROM value_picture GROUP BY dataset, role;
-- [looked_at]
SELECT dataset, role, picture FROM value_picture WHERE looked ORDER BY dataset, role, picture;
-- [facts]
-- One row per dataset and role, in the order of rs_value_fact (value_unit.h).
SELECT u.dataset, u.role, coalesce(o.origin, 'unknown') AS origin, u.samples, coalesce(n.pictures, 0) AS pictures, u.faulty,
       c.captions, c.different, c.shared, c.widest, b.boxes, b.repeated, m.looked, m.named, m.unlisted, n.looked, NULL AS near,
       coalesce(f.findings, 0) AS findings, coalesce(f.region_findings, 0) AS region_findings
FROM value_unit u
LEFT JOIN (SELECT dataset, CASE WHEN min(origin) = max(origin) THEN min(origin) ELSE 'mixed' END AS origin FROM release GROUP BY dataset) o ON o.dataset = u.dataset
LEFT JOIN value_caption c ON c.dataset = u.dataset AND c.role = u.role
LEFT JOIN value_box b ON b.dataset = u.dataset AND b.role = u.role
LEFT JOIN value_name m ON m.dataset = u.dataset AND m.role = u.role
LEFT JOIN value_near n ON n.dataset = u.dataset AND n.role = u.role
LEFT JOIN (SELECT r.dataset, CAST(sum(f.n) AS BIGINT) AS findings, CAST(coalesce(sum(f.n) FILTER (f.code LIKE 'region-%'), 0) AS BIGINT) AS region_findings
           FROM finding f JOIN (SELECT DISTINCT release_id, dataset FROM release) r ON r.release_id = f.release_id
           WHERE f.severity <> 'note' GROUP BY r.dataset) f ON f.dataset = u.dataset
ORDER BY u.dataset, u.role;
