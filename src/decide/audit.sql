-- What is wrong, per dataset. In: want_dataset, want_expect(dataset, release_id, source, split, what, value),
-- finding_info(code, effect, remedy), and pool.sql's tables.
-- [pool_findings]
CREATE OR REPLACE TEMP TABLE read_source AS SELECT DISTINCT release_id, source FROM reading;
CREATE OR REPLACE TEMP TABLE split_picture AS
SELECT s.dataset, p.scheme, coalesce(a.content_hash, sa.asset_id) AS picture, min(p.name) AS one, max(p.name) AS other,
       min(coalesce(a.path, s.locator)) AS example
FROM sample s
JOIN split p ON p.sample_id = s.sample_id
JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.asset_role <> 'mask'
LEFT JOIN asset a ON a.asset_id = sa.asset_id
WHERE s.dataset IN (SELECT dataset FROM want_dataset)
GROUP BY s.dataset, p.scheme, coalesce(a.content_hash, sa.asset_id) HAVING min(p.name) <> max(p.name);
CREATE OR REPLACE TEMP TABLE actual AS
WITH per_sample AS (
  SELECT s.release_id, s.source, s.sample_id, s.n_regions FROM sample s
  WHERE s.dataset IN (SELECT dataset FROM want_expect))
, grouped AS (
  SELECT release_id, source, '' AS split, sample_id, n_regions FROM per_sample
  UNION ALL
  SELECT release_id, source, name, sample_id, n_regions FROM per_sample JOIN (SELECT DISTINCT sample_id, name FROM split) USING (sample_id))
SELECT release_id, source, split, 'samples' AS what, count(*) AS n FROM grouped GROUP BY ALL
UNION ALL
SELECT release_id, source, split, 'objects', CAST(sum(n_regions) AS BIGINT) FROM grouped GROUP BY release_id, source, split
UNION ALL
SELECT g.release_id, g.source, g.split, 'images', count(DISTINCT sa.asset_id)
FROM grouped g JOIN sample_asset sa ON sa.sample_id = g.sample_id AND sa.asset_role <> 'mask'
GROUP BY g.release_id, g.source, g.split;
CREATE OR REPLACE TEMP TABLE count_row AS
SELECT w.dataset, w.release_id, w.source, w.split, w.what, w.value AS expected, coalesce(a.n, 0) AS found
FROM (SELECT * REPLACE (regexp_replace(source, '[^0-9A-Za-z._-]', '_', 'g') AS source) FROM want_expect) w
JOIN read_source r ON r.release_id = w.release_id AND r.source = w.source
LEFT JOIN actual a ON a.release_id = w.release_id AND a.source = w.source AND a.split = w.split AND a.what = w.what
WHERE w.what IN ('samples', 'objects', 'images');
-- Pictures that samples name, as they are now: a link after the index finds them, whatever the
-- index noted then.
CREATE OR REPLACE TEMP TABLE named_picture AS
SELECT s.dataset, s.source, sa.asset_id, coalesce(any_value(a.state), 'unresolved') <> 'found' AS missing, min(a.path) AS path
FROM sample s
JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.asset_role <> 'mask'
LEFT JOIN asset a ON a.asset_id = sa.asset_id
WHERE s.dataset IN (SELECT dataset FROM want_dataset)
GROUP BY s.dataset, s.source, sa.asset_id;
CREATE OR REPLACE TEMP TABLE missing_row AS
WITH per_source AS (
  SELECT dataset, source, count(*) FILTER (missing) AS n, count(*) AS n_all, min(path) FILTER (missing) AS example
  FROM named_picture GROUP BY dataset, source)
, per_dataset AS (
  SELECT dataset, count(DISTINCT asset_id) FILTER (missing) AS n, count(DISTINCT asset_id) AS n_all, min(path) FILTER (missing) AS example
  FROM named_picture GROUP BY dataset)
, lonely AS ( -- a source of which nothing is here
  SELECT dataset, min(source) AS source, count(*) AS sources, sum(n) AS n, min(example) AS example
  FROM per_source WHERE n = n_all GROUP BY dataset)
, unnamed AS ( -- pictures that lie here and that no sample names
  SELECT r.dataset, min(a.path) AS path
  FROM asset a JOIN (SELECT DISTINCT release_id, dataset FROM release) r ON r.release_id = a.release_id
  WHERE a.state = 'found' AND a.asset_id NOT IN (SELECT asset_id FROM sample_asset)
  GROUP BY r.dataset)
SELECT d.dataset, 'image-missing' AS code,
       CASE WHEN d.n * 2 > d.n_all THEN 'serious' WHEN l.dataset IS NOT NULL THEN 'warning' ELSE 'note' END AS severity,
       d.n, CASE WHEN d.n * 2 <= d.n_all AND l.dataset IS NOT NULL THEN l.example ELSE d.example END AS example,
       CASE WHEN d.n * 2 > d.n_all THEN printf('%d of %d pictures are not here', d.n, d.n_all)
            WHEN l.dataset IS NOT NULL THEN printf('no picture of the source %s is here', l.source)
            ELSE printf('%d of %d pictures are not here', d.n, d.n_all) END
       || CASE WHEN u.path IS NULL THEN CASE WHEN d.n = d.n_all THEN '; no other picture lies here' ELSE '' END ELSE '; here lies ' || u.path END
       || ': rsift link ' || d.dataset || ' --images DIR' AS message
FROM per_dataset d LEFT JOIN lonely l ON l.dataset = d.dataset LEFT JOIN unnamed u ON u.dataset = d.dataset
WHERE d.n > 0;
CREATE OR REPLACE TEMP TABLE audit_row AS
-- A row that only counts what lies behind the cap has no place of its own (index/finding.c): the
-- example is the first of the others. A field that is not kept is one finding, however many records carry it.
SELECT dataset, code, severity, CAST(CASE code WHEN 'field-unkept' THEN count(DISTINCT (source, locator)) ELSE sum(n) END AS BIGINT) AS n,
       min(locator) FILTER (single) AS example,
       arg_min(message, (locator, message)) FILTER (single) AS message
FROM (SELECT r.dataset, f.*, NOT coalesce(f.rest, false) AS single
      FROM finding f JOIN (SELECT DISTINCT release_id, dataset FROM release) r ON r.release_id = f.release_id
      WHERE r.dataset IN (SELECT dataset FROM want_dataset) AND f.code <> 'image-missing')
GROUP BY dataset, code, severity
UNION ALL
SELECT * FROM missing_row
UNION ALL
SELECT dataset, 'duplicate', 'warning', count(*), min(locator),
       'repeats ' || CAST(arg_min(survivor, (locator, sample_id)) AS VARCHAR) || ' of ' || arg_min(survivor_dataset, (locator, sample_id))
FROM duplicate WHERE sample_id <> survivor AND dataset IN (SELECT dataset FROM want_dataset) GROUP BY dataset
UNION ALL
SELECT p.dataset, 'conflict', 'warning', count(*), arg_min(p.locator, p.sample_id),
       'sample ' || CAST(min(p.sample_id) AS VARCHAR) || ' is answered otherwise by '
       || CAST(arg_min(c.partner, p.sample_id) AS VARCHAR) || ' of ' || arg_min(o.dataset, p.sample_id)
FROM conflict c JOIN pool p ON p.sample_id = c.sample_id JOIN pool o ON o.sample_id = c.partner
WHERE p.dataset IN (SELECT dataset FROM want_dataset) GROUP BY p.dataset
UNION ALL
SELECT dataset, code, CASE code WHEN 'box-convention' THEN 'serious' ELSE 'warning' END, count(*), min(locator), CASE code
       WHEN 'list-parted' THEN 'another record lists other objects of this picture'
       WHEN 'box-convention' THEN 'a fifth or more of the boxes lies outside of its picture: they are no pixels of these pictures'
       ELSE 'no picture of its split has an object: its answers may be withheld' END
FROM parted_list WHERE dataset IN (SELECT dataset FROM want_dataset) GROUP BY dataset, code
UNION ALL
SELECT dataset, 'image-splits', 'warning', count(*), min(example),
       'in ' || arg_min(one, example) || ' and ' || arg_min(other, example) || ' of the scheme ' || arg_min(scheme, example)
FROM split_picture GROUP BY dataset
UNION ALL
SELECT dataset, 'count-mismatch', 'warning', count(*),
       min(release_id || ' > ' || source || CASE split WHEN '' THEN '' ELSE ' > ' || split END || ': ' || what),
       arg_min(printf('expected %d, found %d', expected, found), release_id || ' > ' || source || CASE split WHEN '' THEN '' ELSE ' > ' || split END || ': ' || what)
FROM count_row WHERE expected <> found GROUP BY dataset;
-- [findings]
SELECT a.dataset, a.code, a.severity, a.n, a.example, a.message,
       CASE a.code WHEN 'image-missing' THEN 'left out until linked' ELSE i.effect END AS effect, i.remedy
FROM audit_row a LEFT JOIN finding_info i ON i.code = a.code
ORDER BY a.dataset, CASE a.severity WHEN 'serious' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, a.n DESC, a.code;
-- [datasets]
WITH used AS (SELECT DISTINCT asset_id FROM sample_asset),
pictures AS (
  SELECT r.dataset, count(*) AS pictures, count(*) FILTER (a.state = 'found') AS found,
         count(*) FILTER (a.state <> 'found') AS missing,
         count(*) FILTER (a.state = 'found' AND u.asset_id IS NULL) AS orphans
  FROM asset a JOIN (SELECT DISTINCT release_id, dataset FROM release) r ON r.release_id = a.release_id
  LEFT JOIN used u ON u.asset_id = a.asset_id GROUP BY r.dataset),
readings AS (
  SELECT r.dataset, CAST(sum(seen) AS BIGINT) AS seen, CAST(sum(used) AS BIGINT) AS used, CAST(sum(merged) AS BIGINT) AS merged,
         CAST(sum(skipped) AS BIGINT) AS skipped, CAST(sum(set_aside) AS BIGINT) AS set_aside
  FROM reading g JOIN (SELECT DISTINCT release_id, dataset FROM release) r ON r.release_id = g.release_id GROUP BY r.dataset),
samples AS (SELECT dataset, count(*) AS samples, count(*) FILTER (role = 'eval') AS eval FROM sample GROUP BY dataset),
found AS (
  SELECT dataset, CAST(coalesce(sum(n) FILTER (severity = 'serious'), 0) AS BIGINT) AS serious,
         CAST(coalesce(sum(n) FILTER (severity = 'warning'), 0) AS BIGINT) AS warnings,
         CAST(coalesce(sum(n) FILTER (severity = 'note'), 0) AS BIGINT) AS notes
  FROM audit_row GROUP BY dataset)
SELECT w.dataset, coalesce(s.samples, 0) AS samples, coalesce(s.eval, 0) AS eval,
       coalesce(p.pictures, 0) AS pictures, coalesce(p.found, 0) AS found, coalesce(p.missing, 0) AS missing, coalesce(p.orphans, 0) AS orphans,
       coalesce(g.seen, 0) AS seen, coalesce(g.used, 0) AS used, coalesce(g.merged, 0) AS merged, coalesce(g.skipped, 0) AS skipped,
       coalesce(g.set_aside, 0) AS set_aside,
       coalesce(g.seen, 0) = coalesce(g.used + g.merged + g.skipped + g.set_aside, 0)
         AND NOT EXISTS (FROM audit_row u WHERE u.dataset = w.dataset AND u.code = 'rest-unread') AS adds_up,
       coalesce(f.serious, 0) AS serious, coalesce(f.warnings, 0) AS warnings, coalesce(f.notes, 0) AS notes
FROM want_dataset w LEFT JOIN samples s USING (dataset) LEFT JOIN pictures p USING (dataset)
LEFT JOIN readings g USING (dataset) LEFT JOIN found f USING (dataset)
ORDER BY w.dataset;
-- [readings]
SELECT g.release_id, g.source, g.pass, CAST(sum(seen) AS BIGINT) AS seen, CAST(sum(used) AS BIGINT) AS used,
       CAST(sum(merged) AS BIGINT) AS merged, CAST(sum(skipped) AS BIGINT) AS skipped, CAST(sum(set_aside) AS BIGINT) AS set_aside,
       sum(seen) = sum(used) + sum(merged) + sum(skipped) + sum(set_aside) AS adds_up
FROM reading g JOIN (SELECT DISTINCT release_id, dataset FROM release) r ON r.release_id = g.release_id
WHERE r.dataset IN (SELECT dataset FROM want_dataset)
GROUP BY g.release_id, g.source, g.pass ORDER BY g.release_id, g.source, g.pass;
-- [counts]
SELECT *, expected = found AS matches FROM count_row
ORDER BY dataset, release_id, source, split, what;
