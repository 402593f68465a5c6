"""The rows that are the truth: submissions, deliveries, attempts, people, audit.

The only package that speaks SQL. SQLite (WAL, every commit fsynced) or PostgreSQL.
"""
