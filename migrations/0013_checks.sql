-- The check of the books compares the migrations that were applied with those the program brings, so the app reads their names.
grant select on schema_migration to :"app";
