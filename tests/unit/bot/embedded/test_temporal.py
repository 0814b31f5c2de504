from temporalio.client import Client


async def test_the_development_server_serves_its_namespace(temporal_address: str) -> None:
    client = await Client.connect(temporal_address)
    assert await client.count_workflows() is not None
