-- Samples with the bytes of their first picture, for small models (proxy).
-- [pool]
-- In: recommend.sql's judged_sample.
CREATE OR REPLACE TEMP TABLE asked_sample AS
SELECT j.sample_id, j.dataset, coalesce(a.content_hash, CAST('00000000-0000-0000-0000-000000000000' AS UUID)) AS picture
FROM judged_sample j
LEFT JOIN (SELECT sample_id, asset_id FROM sample_asset WHERE i = 0) x ON x.sample_id = j.sample_id
LEFT JOIN asset a ON a.asset_id = x.asset_id
WHERE j.usable;
-- [target]
-- In: target_sample(sample_id).
CREATE OR REPLACE TEMP TABLE asked_sample AS
SELECT s.sample_id, s.dataset, coalesce(a.content_hash, CAST('00000000-0000-0000-0000-000000000000' AS UUID)) AS picture
FROM sample s JOIN target_sample t ON t.sample_id = s.sample_id
LEFT JOIN (SELECT sample_id, asset_id FROM sample_asset WHERE i = 0) x ON x.sample_id = s.sample_id
LEFT JOIN asset a ON a.asset_id = x.asset_id
WHERE s.truth;
