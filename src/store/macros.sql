-- What several statements say alike, in the database from its opening on; put_gsd_band adds one more.
CREATE MACRO memory.main.asks(role) AS role IN ('user', 'phrase');
CREATE MACRO memory.main.asked_task(task, tag_task) AS CASE WHEN task = 'conversation' THEN coalesce(tag_task, task) ELSE task END;
-- A caption describes and a box locates, also where nobody says so.
CREATE MACRO memory.main.asked_skill(task, skill, tag_skill) AS
coalesce(skill, tag_skill,
         CASE WHEN task IN ('caption', 'region-caption', 'change-caption', 'video-caption', 'grounded-caption') THEN 'description'
              WHEN task LIKE 'detection-%' OR task LIKE 'grounding-%' OR task = 'referring-seg' THEN 'localization' END);
