import psycopg


async def test_the_role_of_muster_is_no_superuser(postgres_dsn: str) -> None:
    async with await psycopg.AsyncConnection.connect(postgres_dsn) as connection:
        row = await (await connection.execute("SELECT current_setting('is_superuser')")).fetchone()
    assert row == ("off",)
