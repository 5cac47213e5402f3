DROP TABLE auth_counters;
