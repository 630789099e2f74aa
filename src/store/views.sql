-- Views over the views of the parts; names are written out, since decisions have tables of their own.
-- tag
-- One row per question: what it asks for. The release's own word goes before the rule's, but for a
-- conversation, which says nothing of what is asked. A sample without a question of its own (labels,
-- boxes, captions for which the trainer asks) has one row, turn NULL; its task says how it is answered.
CREATE VIEW memory.main.tag AS
SELECT s.sample_id, t.i AS turn, memory.main.asked_task(s.task, t.tag_task) AS task, memory.main.asked_skill(s.task, s.skill, t.tag_skill) AS skill,
       CASE WHEN t.i IS NOT NULL AND t.role = 'user' AND t.answer_form IS NOT NULL THEN t.answer_form
            WHEN NOT s.truth THEN NULL
            WHEN t.role = 'user' AND s.task NOT LIKE 'detection-%' AND s.task NOT LIKE 'grounding-%' THEN NULL
            WHEN s.task IN ('caption', 'region-caption', 'change-caption', 'video-caption', 'grounded-caption') THEN 'sentence'
            WHEN s.task IN ('classification', 'region-classification') THEN 'label'
            WHEN s.task = 'multilabel' THEN 'list'
            WHEN s.task IN ('detection-hbb', 'grounding-hbb') THEN 'box-hbb'
            WHEN s.task IN ('detection-obb', 'grounding-obb') THEN 'box-obb'
            WHEN s.task = 'grounding-point' THEN 'point'
            WHEN s.task IN ('referring-seg', 'segmentation', 'panoptic', 'change-detection') THEN 'polygon'
            WHEN s.task = 'regression' THEN 'number'
       END AS answer_form,
       t.tag_rule AS rule
FROM memory.main.sample s
LEFT JOIN memory.main.turn t ON t.sample_id = s.sample_id AND memory.main.asks(t.role);
-- imagery
-- What the pictures of a sample are of. sensor: the catalogue's, where it names one for the whole
-- dataset. The ground sample distance is that of the pictures' own headers where all of them tell the
-- same band; where none tells any, the catalogue's, if its range lies in one band. NULL = not known.
CREATE VIEW memory.main.imagery AS
WITH stated AS (
  SELECT release_id, CASE WHEN min(sensors) = max(sensors) THEN min(sensors) END AS sensors,
         CASE WHEN min(gsd_m) = max(gsd_m) THEN min(gsd_m) END AS gsd_m
  FROM memory.main.release GROUP BY release_id),
told AS (
  SELECT x.sample_id, count(a.gsd_m) AS n, CASE WHEN min(a.gsd_m) = max(a.gsd_m) AND count(a.gsd_m) = count(*) THEN min(a.gsd_m) END AS gsd_m,
         CASE WHEN memory.main.gsd_band(min(a.gsd_m)) = memory.main.gsd_band(max(a.gsd_m)) AND count(a.gsd_m) = count(*)
              THEN memory.main.gsd_band(min(a.gsd_m)) END AS band
  FROM memory.main.sample_asset x JOIN memory.main.asset a ON a.asset_id = x.asset_id
  WHERE x.asset_role <> 'mask' GROUP BY x.sample_id HAVING count(a.gsd_m) > 0)
SELECT s.sample_id, CASE WHEN len(r.sensors) = 1 AND r.sensors[1] <> 'satellite-mixed' THEN r.sensors[1] END AS sensor,
       CASE WHEN t.n > 0 THEN t.gsd_m WHEN r.gsd_m[1] = r.gsd_m[2] THEN r.gsd_m[1] END AS gsd_m,
       CASE WHEN t.n > 0 THEN t.band
            WHEN memory.main.gsd_band(r.gsd_m[1]) = memory.main.gsd_band(r.gsd_m[2]) THEN memory.main.gsd_band(r.gsd_m[1])
       END AS gsd_band,
       CASE WHEN t.band IS NOT NULL THEN 'picture'
            WHEN t.n IS NULL AND memory.main.gsd_band(r.gsd_m[1]) = memory.main.gsd_band(r.gsd_m[2]) THEN 'catalogue'
       END AS gsd_from
FROM memory.main.sample s
LEFT JOIN stated r ON r.release_id = s.release_id
LEFT JOIN told t ON t.sample_id = s.sample_id;
-- signal
-- The same by name, and what the pictures are of: several rows of one name where a sample asks several
-- questions.
CREATE VIEW memory.main.signal AS
SELECT g.sample_id, v.name, v.value, v.evidence || coalesce(', turn ' || g.turn, '') AS evidence
FROM memory.main.tag g
JOIN memory.main.sample s ON s.sample_id = g.sample_id
LEFT JOIN memory.main.turn t ON t.sample_id = g.sample_id AND t.i = g.turn
CROSS JOIN LATERAL (VALUES
    ('task', g.task, CASE WHEN s.task = 'conversation' AND g.rule IS NOT NULL THEN 'rule ' || g.rule ELSE 'release' END),
    ('skill', g.skill, CASE WHEN s.skill IS NOT NULL THEN 'release' WHEN t.tag_skill IS NOT NULL THEN 'rule ' || g.rule
                            ELSE 'task' END),
    ('answer-form', g.answer_form, 'answer')) v(name, value, evidence)
WHERE v.value IS NOT NULL
UNION ALL SELECT sample_id, 'sensor', sensor, 'catalogue' FROM memory.main.imagery WHERE sensor IS NOT NULL
UNION ALL SELECT sample_id, 'gsd-band', gsd_band, gsd_from FROM memory.main.imagery WHERE gsd_band IS NOT NULL;
