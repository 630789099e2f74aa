-- What can be used at all, for mix and recommend: the pictures of every sample, and what forbids it
-- whatever a recipe says. In: pool.sql's parted_list.
-- [pictures]
-- What is asked of pictures, read once.
CREATE OR REPLACE TEMP TABLE asset_once AS
SELECT asset_id, content_hash, coalesce(state = 'found', false) AS found, damage, width, height, orientation FROM asset;
-- Samples with several pictures: their identity is a hash of the pictures' in their roles.
CREATE OR REPLACE TEMP TABLE many_pictures AS
SELECT sa.sample_id,
       CAST(md5(string_agg(sa.asset_role || CAST(coalesce(a.content_hash, sa.asset_id) AS VARCHAR), ',' ORDER BY sa.i)) AS UUID) AS picture,
       bool_and(coalesce(a.found, false)) AS found, min(a.damage) FILTER (sa.asset_role <> 'mask') AS damage,
       count(*) FILTER (sa.asset_role <> 'mask') AS n,
       max(greatest(a.width, a.height) / least(a.width, a.height)::DOUBLE) FILTER (sa.asset_role <> 'mask') AS aspect,
       count(DISTINCT CASE WHEN a.orientation BETWEEN 5 AND 8 THEN [a.height, a.width] ELSE [a.width, a.height] END)
         FILTER (sa.asset_role <> 'mask') AS n_sizes
FROM sample_asset sa LEFT JOIN asset_once a ON a.asset_id = sa.asset_id
WHERE sa.sample_id IN (SELECT sample_id FROM sample_asset WHERE i > 0)
GROUP BY sa.sample_id;
-- [odd_views]
-- Boxes made on another picture than the one that is here now: of another size, or turned by EXIF.
-- Most pictures are neither. Sizes that nobody states are 0.
CREATE OR REPLACE TEMP TABLE odd_view AS
SELECT sa.sample_id, sa.asset_id, coalesce(sa.stated_width, 0) AS stated_width, coalesce(sa.stated_height, 0) AS stated_height,
       a.width, a.height, coalesce(a.orientation, 0) AS orientation
FROM sample_asset sa JOIN asset_once a ON a.asset_id = sa.asset_id
WHERE sa.asset_role <> 'mask' AND a.found AND a.width > 0 AND a.height > 0
  AND (a.orientation BETWEEN 2 AND 8 OR sa.stated_width <> a.width OR sa.stated_height <> a.height);
-- [view_kinds]
-- What model/view.h is asked, once for each kind.
SELECT DISTINCT stated_width, stated_height, width, height, orientation FROM odd_view;
-- [views]
-- In: view_trouble(stated_width, stated_height, width, height, orientation, why), its answers. A box
-- of a pair that does not tell its picture may lie on either, while both have one size (render/measure).
CREATE OR REPLACE TEMP TABLE view_fault AS
SELECT sample_id, min(why) AS why FROM (
  SELECT o.sample_id, t.why
  FROM odd_view o JOIN view_trouble t USING (stated_width, stated_height, width, height, orientation)
  JOIN region r
    ON r.sample_id = o.sample_id AND (r.asset_id = o.asset_id OR r.asset_id IS NULL)
  UNION ALL
  -- a mask of another shape than its picture
  SELECT o.sample_id, t.why
  FROM odd_view o JOIN view_trouble t USING (stated_width, stated_height, width, height, orientation)
  WHERE t.why = 'box-size' AND o.sample_id IN (SELECT sample_id FROM sample_asset WHERE asset_role = 'mask')
  UNION ALL
  SELECT m.sample_id, 'box-picture-unknown' FROM many_pictures m
  JOIN region r ON r.sample_id = m.sample_id
  WHERE r.asset_id IS NULL AND m.n > 1 AND m.n_sizes > 1)
GROUP BY sample_id;
-- [unlistable]
-- Objects of which no question can list the classes, and without a question of their own. In: classless.
CREATE OR REPLACE TEMP TABLE unlistable AS
SELECT s.sample_id FROM sample s JOIN classless c ON c.release_id = s.release_id AND c.source = s.source
WHERE s.task IN ('detection-hbb', 'detection-obb') AND (NOT c.has_many OR s.n_regions = 0)
  AND (c.folder IS NULL OR c.folder = regexp_replace(s.file, '[^/]*$', ''))
  AND NOT EXISTS (SELECT 1 FROM turn t WHERE t.sample_id = s.sample_id AND t.role = 'user');
-- [here]
-- All samples; rs_part_groups_show makes the same views of some.
CREATE OR REPLACE TEMP VIEW sample_here AS SELECT * FROM sample;
CREATE OR REPLACE TEMP VIEW sample_asset_here AS SELECT * FROM sample_asset;
-- [usable]
-- Every sample with the identity of its pictures, whether they are here, and what forbids it
-- (`fault`, NULL = nothing). In: sample_here, sample_asset_here.
CREATE OR REPLACE TEMP VIEW pictured_sample AS
SELECT s.*, coalesce(m.picture, a.content_hash, sa.asset_id, s.sample_id) AS picture,
       s.n_assets = 0 OR coalesce(m.found, a.found, false) AS found,
       coalesce(m.damage, a.damage, v.why) AS damage, m.n AS n_pictures, a.width, a.height,
       coalesce(m.aspect, greatest(a.width, a.height) / least(a.width, a.height)::DOUBLE) AS aspect,
       ul.sample_id IS NOT NULL AS classless,
       CASE WHEN NOT s.truth THEN 'answer-withheld'
            WHEN s.n_serious > 0 OR coalesce(m.damage, a.damage, v.why) IS NOT NULL THEN 'serious-finding'
            WHEN NOT s.complete OR pl.sample_id IS NOT NULL THEN 'annotation-incomplete' END AS fault
FROM sample_here s
LEFT JOIN many_pictures m ON m.sample_id = s.sample_id
LEFT JOIN (SELECT sample_id, asset_id FROM sample_asset_here WHERE i = 0) sa ON sa.sample_id = s.sample_id
LEFT JOIN asset_once a ON a.asset_id = sa.asset_id
LEFT JOIN unlistable ul ON ul.sample_id = s.sample_id
LEFT JOIN view_fault v ON v.sample_id = s.sample_id
LEFT JOIN parted_list pl ON pl.sample_id = s.sample_id;
