DROP TABLE auth_setup_tokens;
